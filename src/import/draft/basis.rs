//! Where the pushes of a draft come from: guesses, measured rates, or an event log.

use crate::import::history::InputRate;
use crate::import::past::MeasuredPast;
use crate::import::toml_text::number;

/// Where the pushes of a draft come from.
#[derive(Clone, Copy)]
pub(super) enum PushBasis<'a> {
    /// They are guessed.
    Guess,
    /// They are drawn at measured rates.
    Rates(&'a MeasuredPast),
    /// Those of this event log are replayed.
    Log(&'a MeasuredPast, &'a str),
}

impl<'a> PushBasis<'a> {
    /// What was measured.
    pub fn measured(self) -> Option<&'a MeasuredPast> {
        match self {
            PushBasis::Guess => None,
            PushBasis::Rates(past) | PushBasis::Log(past, _) => Some(past),
        }
    }

    /// How often an input changes, with the words for it.
    pub fn input(self, name: &str) -> Option<(String, String)> {
        let past = self.measured()?;
        let rate = past.rates.inputs.iter().find(|rate| rate.name == name)?;
        let counted = of_pushes(rate, past);
        Some((
            share(rate, past),
            match name == "toolchain" && past.takes_stable_rust {
                true => format!("{counted}, each the first after a release of Rust"),
                false => counted,
            },
        ))
    }
}

/// The share of pushes, as far as so many of them tell: what was never or always seen may happen in half of one.
pub(super) fn share(rate: &InputRate, past: &MeasuredPast) -> String {
    let half = 0.5 / past.pushes as f64;
    number(rate.share.clamp(half, 1.0 - half))
}

/// What was counted, in words.
pub(super) fn of_pushes(rate: &InputRate, past: &MeasuredPast) -> String {
    format!("{} of {} pushes to {}", rate.pushes, past.pushes, past.branch)
}
