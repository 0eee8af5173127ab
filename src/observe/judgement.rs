use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a result says of something that was expected. The worst comes first: of several, the least one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// It is not so, wherever in its interval the truth lies.
    NotHeld,
    /// The interval lies on both sides of what was expected.
    #[default]
    Undecided,
    /// It is so, wherever in its interval the truth lies.
    Held,
}

/// Two numbers that differ by less than this share of the larger are equal: sums in another order differ in
/// their last digits, and no expectation is about those.
const SLACK: f64 = 1e-9;

impl Judgement {
    /// The word for it in a result.
    pub fn label(self) -> &'static str {
        match self {
            Judgement::NotHeld => "not_held",
            Judgement::Undecided => "undecided",
            Judgement::Held => "held",
        }
    }

    /// Whether it holds, where that is known.
    pub fn held(self) -> Option<bool> {
        match self {
            Judgement::NotHeld => Some(false),
            Judgement::Undecided => None,
            Judgement::Held => Some(true),
        }
    }

    /// What several come to: all have to hold.
    pub fn all(each: impl IntoIterator<Item = Judgement>) -> Judgement {
        each.into_iter().min().unwrap_or(Judgement::Held)
    }

    /// That something is at least `bound`, if the truth lies between `low` and `high`.
    pub(super) fn at_least(bound: f64, low: f64, high: f64) -> Judgement {
        Judgement::of(reaches(low, bound), reaches(high, bound))
    }

    /// That something is at most `bound`, if the truth lies between `low` and `high`.
    pub(super) fn at_most(bound: f64, low: f64, high: f64) -> Judgement {
        Judgement::of(reaches(bound, high), reaches(bound, low))
    }

    /// That a difference is above 0 and at least `by`, if the truth lies between `low` and `high`. It is
    /// between two numbers of the size `level`, so it is nothing if it is nothing beside that.
    pub(super) fn above(by: f64, low: f64, high: f64, level: f64) -> Judgement {
        let nothing = SLACK * level;
        let enough = |difference: f64| difference > nothing && difference >= by - nothing;
        Judgement::of(enough(low), enough(high))
    }

    /// By whether it is so at the worst end of an interval and at the best.
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
