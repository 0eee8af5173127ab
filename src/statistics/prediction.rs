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

/// The range that has 90 % of what chance and the assumptions allow, in the metric's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// The share of outcomes on either side of a prediction.
pub(super) const TAIL: f64 = 0.05;

/// The fewest worlds that give a prediction.
pub const WORLDS_MIN: u32 = 4;

impl Prediction {
    /// The prediction from one value per world; `None` for fewer than [`WORLDS_MIN`]. From 19 worlds on it lies between
    /// order statistics: a further value is below the k-th of n with the probability k ÷ (n + 1). With fewer,
    /// it is Student's, mean ± t · s · √(1 + 1 ÷ n), and at least the range of the values.
    ///
    /// Source: Hahn and Meeker, "Statistical intervals" (1991), chapters 4 and 5.
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
            return Some(Prediction { low, high: between(sorted[n - 1 - whole], sorted[n - 2 - whole]) });
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
        let deviation = libm::sqrt(squares / (n - 1) as f64 * (1.0 + 1.0 / n as f64));
        let margin = t_quantile(1.0 - TAIL, (n - 1) as f64) * deviation;
        Some(Prediction { low: sorted[0].min(mean - margin), high: sorted[n - 1].max(mean + margin) })
    }

    /// The part of it that a metric can be.
    pub(super) fn cut(self, top: f64) -> Prediction {
        Prediction { low: self.low.max(0.0), high: self.high.min(top) }
    }
}
