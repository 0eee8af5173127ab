//! What a report says about one expectation: a mark, the measured value, and what would decide it. The
//! table, the Markdown comment and the page print it.

use super::number::change;
use crate::observe::Judgement;
use crate::result::{Against, Checked};
use crate::statistics::{Difference, Estimate, replications_to_tell};

/// The most replications that are suggested; `--replications` takes no more.
const REPLICATIONS_MAX: u32 = 10_000;

impl Checked<'_> {
    /// The mark for the judgement.
    pub fn mark(&self) -> &'static str {
        match self.judgement {
            Judgement::Held => "✓",
            Judgement::NotHeld => "✗",
            Judgement::Undecided => "?",
        }
    }

    /// The measured value, and what would decide the expectation, in words.
    pub fn measured(&self) -> String {
        let value = match &self.known {
            None => "never measured, so it does not hold".into(),
            Some(known) => format!("is {}", self.value(known)),
        };
        let rivals = self.rivals.iter().map(|against| self.told(against));
        let open = (self.judgement == Judgement::Undecided).then(|| self.remedy());
        std::iter::once(value).chain(rivals).chain(open).collect::<Vec<_>>().join("; ")
    }

    fn value(&self, known: &Estimate) -> String {
        let [mean, low, high] = [known.mean, known.low, known.high].map(|value| self.number(value));
        if low == high { mean } else { format!("{mean} ({low}–{high})") }
    }

    fn number(&self, value: f64) -> String {
        let size = self.expectation.measure.metric.size(value);
        size.map_or_else(|| format!("{value:.4}"), |size| size.to_string())
    }

    fn told(&self, Against { rival, change: difference, judgement }: &Against) -> String {
        let Some(difference) = difference else {
            return format!("never measured on both sides with `{}`", rival.strategy);
        };
        let sure = *judgement != Judgement::Undecided && difference.n > 1;
        let sure = if sure { "" } else { ", which may be chance" };
        let (other, change) = (self.number(difference.other), change(difference));
        format!("{other} with `{}`, a difference of {change}{sure}", rival.strategy)
    }

    /// What would decide the expectation, if anything would.
    fn remedy(&self) -> String {
        let replications = self.study.replications;
        if let Some(batches) = &self.study.batches {
            return format!("undecided with {} batches", batches.count);
        }
        let undecided = format!("undecided with {replications} replications");
        match self.replications().filter(|more| *more > replications) {
            Some(more) => format!("{undecided}: try --replications {more}"),
            None => format!("{undecided}, and too close for more replications to decide"),
        }
    }

    /// The number of replications that will probably decide all of it.
    fn replications(&self) -> Option<u32> {
        let known = self.known.as_ref()?;
        let bounds = [self.expectation.min, self.expectation.max].into_iter().flatten();
        let bounds = bounds.map(|bound| self.needed(known.n, [known.low, known.mean, known.high], bound));
        let rivals = self.rivals.iter().map(|against| {
            let Difference { difference, low, high, n, .. } = against.change.as_ref()?;
            self.needed(*n, [*low, *difference, *high], against.rival.bound())
        });
        let all: Option<Vec<u32>> = bounds.chain(rivals).collect();
        all?.into_iter().max()
    }

    /// The number of replications that will probably keep the interval clear of a bound.
    fn needed(&self, n: u32, [low, mean, high]: [f64; 3], bound: f64) -> Option<u32> {
        let now = self.study.replications;
        if self.study.has_no_interval(n) {
            return Some(now.saturating_mul(LONE).min(REPLICATIONS_MAX));
        }
        if bound < low || high < bound {
            return Some(now);
        }
        let half_width = if bound < mean { mean - low } else { high - mean };
        replications_to_tell(now, half_width, (mean - bound).abs(), REPLICATIONS_MAX)
    }
}

/// The factor by which more replications are suggested if only one of them has a value.
const LONE: u32 = 4;
