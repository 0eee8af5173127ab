//! Predictions: what a metric may be if the assumptions are not what the scenario takes them for. An interval of
//! the mean (`estimate.rs`) has chance in it only, a prediction has chance and the assumptions. `worlds.rs` makes
//! them.

use super::student::t_quantile;

/// What is drawn in worlds.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnWorlds {
    /// How many worlds were played.
    pub count: u32,
    /// The paths of the inputs that are drawn.
    pub inputs: Vec<String>,
    /// The value of each input in each world, as a number that orders its values: by world, then by input.
    /// Empty in a result that was read from a file.
    pub levels: Vec<Vec<f64>>,
}

/// The range that has 90 % of what chance and the assumptions allow, in the metric's unit. Of few worlds, it is only the
/// lowest and the highest value, which is less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The probability that a further value lies between them: [`Prediction::SHARE`], or less for few worlds.
    pub covers: f64,
}

/// The share of outcomes on either side of a prediction.
pub(super) const TAIL: f64 = 0.05;

/// The fewest worlds that give a prediction.
pub const WORLDS_MIN: u32 = 4;

impl Prediction {
    /// The share of outcomes that a prediction from enough worlds has.
    pub const SHARE: f64 = 1.0 - 2.0 * TAIL;

    /// The prediction from one value per world; `None` for fewer than [`WORLDS_MIN`]. It lies between order
    /// statistics, whatever the distribution is: a further value is below the k-th of n with the probability
    /// k ÷ (n + 1). So the widest range, from the lowest to the highest value, has (n − 1) ÷ (n + 1) of the outcomes,
    /// which is 90 % from 19 worlds on. With fewer, it is that range, and [`Prediction::covers`] says so.
    ///
    /// Source: Hahn and Meeker, "Statistical intervals" (1991), chapter 5.
    pub fn of(values: &[f64]) -> Option<Prediction> {
        let n = values.len();
        if n < WORLDS_MIN as usize {
            return None;
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let rank = TAIL * (n as f64 + 1.0) - 1.0;
        if rank >= 0.0 {
            let (whole, part) = (rank as usize, rank - libm::floor(rank));
            let between = |near: f64, far: f64| near + (far - near) * part;
            let low = between(sorted[whole], sorted[whole + 1]);
            let high = between(sorted[n - 1 - whole], sorted[n - 2 - whole]);
            return Some(Prediction { low, high, covers: Prediction::SHARE });
        }
        let covers = (n as f64 - 1.0) / (n as f64 + 1.0);
        Some(Prediction { low: sorted[0], high: sorted[n - 1], covers })
    }

    /// True if it has 90 % of the outcomes, and so there were enough worlds.
    pub fn is_whole(self) -> bool {
        self.covers >= Prediction::SHARE
    }

    /// True if values of so many worlds have a range of 90 %.
    pub fn has_enough(worlds: u32) -> bool {
        TAIL * (f64::from(worlds) + 1.0) >= 1.0
    }

    /// Of how many values it has the lowest and the highest, if it is not whole: n from (n − 1) ÷ (n + 1).
    pub fn values(self) -> u32 {
        libm::round((1.0 + self.covers) / (1.0 - self.covers)) as u32
    }

    /// The part of it that a metric can be.
    pub(super) fn cut(self, top: f64) -> Prediction {
        Prediction { low: self.low.max(0.0), high: self.high.min(top), ..self }
    }
}

/// Student's range for a further value, mean ± t · s · √(1 + 1 ÷ n), and at least the range of the values. It takes them
/// for normal, and so is no prediction; few worlds have no other measure of what is more than chance.
///
/// Source: Hahn and Meeker, "Statistical intervals" (1991), chapter 4.
pub(super) fn students_range(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
    let margin = t_quantile(1.0 - TAIL, n - 1.0) * libm::sqrt(squares / (n - 1.0) * (1.0 + 1.0 / n));
    let ends = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    (ends.0.min(mean - margin), ends.1.max(mean + margin))
}
