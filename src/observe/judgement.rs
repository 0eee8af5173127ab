//! Judgements of expectations: held, not held or undecided. A [`Judgement`] follows from an
//! interval and a bound; `expectation.rs` combines them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a result says of something that was expected. The worst comes first: of several, the least one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// It does not hold anywhere in the interval.
    NotHeld,
    /// The interval contains the bound.
    #[default]
    Undecided,
    /// It holds everywhere in the interval.
    Held,
}

/// Two numbers that differ by less than this share of the larger one count as equal. Sums in
/// another order differ in their last digits, and no expectation depends on those.
const SLACK: f64 = 1e-9;

impl Judgement {
    /// The word for it in results.
    pub fn label(self) -> &'static str {
        match self {
            Judgement::NotHeld => "not_held",
            Judgement::Undecided => "undecided",
            Judgement::Held => "held",
        }
    }

    /// True or false if decided, otherwise `None`.
    pub fn held(self) -> Option<bool> {
        match self {
            Judgement::NotHeld => Some(false),
            Judgement::Undecided => None,
            Judgement::Held => Some(true),
        }
    }

    /// The judgement of several expectations that must all hold.
    pub fn all(each: impl IntoIterator<Item = Judgement>) -> Judgement {
        each.into_iter().min().unwrap_or(Judgement::Held)
    }

    /// Judges that a value between `low` and `high` is at least `bound`.
    pub(super) fn at_least(bound: f64, low: f64, high: f64) -> Judgement {
        Judgement::of(reaches(low, bound), reaches(high, bound))
    }

    /// Judges that a value between `low` and `high` is at most `bound`.
    pub(super) fn at_most(bound: f64, low: f64, high: f64) -> Judgement {
        Judgement::of(reaches(bound, high), reaches(bound, low))
    }

    /// Judges that a difference between `low` and `high` is above 0 and at least `by`. It is a
    /// difference of two numbers of magnitude `level`, so it counts as 0 if it is negligible
    /// compared to that.
    pub(super) fn above(by: f64, low: f64, high: f64, level: f64) -> Judgement {
        let nothing = SLACK * level;
        let enough = |difference: f64| difference > nothing && difference >= by - nothing;
        Judgement::of(enough(low), enough(high))
    }

    /// The judgement, given the answers at the worst and at the best end of an interval.
    fn of(worst: bool, best: bool) -> Judgement {
        match (worst, best) {
            (true, _) => Judgement::Held,
            (false, true) => Judgement::Undecided,
            (false, false) => Judgement::NotHeld,
        }
    }
}

fn reaches(value: f64, bound: f64) -> bool {
    value >= bound - SLACK * value.abs().max(bound.abs())
}
