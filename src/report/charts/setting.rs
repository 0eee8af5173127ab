//! The settings of a sweep on an axis: numbers and sizes by their value, other settings side by side.

use super::axis::ChartAxis;
use super::room::Room;
use crate::units::{Bytes, Duration};

/// The settings of one input along an axis: by size if all have one, otherwise at equal distances.
pub(super) struct SettingAxis {
    pub axis: ChartAxis,
    /// Each setting once, in the order of the axis.
    pub settings: Vec<String>,
    places: Vec<f64>,
}

/// How many settings are named on a wide axis.
const NAMED_MAX: usize = 9;

/// Arranges settings along an axis.
pub(super) fn along<'a>(settings: impl Iterator<Item = &'a str>, room: Room) -> SettingAxis {
    let mut distinct: Vec<&str> = vec![];
    // A sorted set would lose the order of settings without a size.
    for setting in settings {
        if !distinct.contains(&setting) && distinct.len() < 1_000 {
            distinct.push(setting);
        }
    }
    let sizes: Option<Vec<f64>> = distinct.iter().map(|setting| size(setting)).collect();
    if sizes.is_some() {
        distinct.sort_by(|a, b| size(a).unwrap_or(0.0).total_cmp(&size(b).unwrap_or(0.0)));
    }
    let places: Vec<f64> = match &sizes {
        // Limits are usually doubled. By their logarithms, they are evenly spaced.
        Some(sizes) if is_doubling(sizes) => {
            distinct.iter().filter_map(|s| size(s)).map(libm::log2).collect()
        }
        Some(_) => distinct.iter().filter_map(|setting| size(setting)).collect(),
        None => (0..distinct.len()).map(|place| place as f64).collect(),
    };
    let (first, last) = (places.first().copied().unwrap_or(0.0), places.last().copied().unwrap_or(1.0));
    let margin = if last > first { (last - first) * 0.05 } else { 0.5 };
    let each = distinct.len().div_ceil(room.ticks(NAMED_MAX)).max(1);
    let tick = |(place, setting): (&f64, &&str)| (*place, super::canvas::fit(setting, 11.0, 78));
    let ticks = places.iter().zip(&distinct).step_by(each).map(tick).collect();
    SettingAxis {
        axis: ChartAxis { from: first - margin, to: last + margin, ticks },
        settings: distinct.into_iter().map(String::from).collect(),
        places,
    }
}

impl SettingAxis {
    /// The position of a setting.
    pub fn place(&self, setting: &str) -> f64 {
        let found = self.settings.iter().position(|known| known == setting);
        found.map_or(0.0, |place| self.places[place])
    }
}

/// The size of a setting: a number, size, duration or share.
fn size(setting: &str) -> Option<f64> {
    let number = setting.parse::<f64>().ok().filter(|number| number.abs() < 1e18);
    let bytes = || setting.parse::<Bytes>().ok().map(Bytes::as_f64);
    let duration = || setting.parse::<Duration>().ok().map(Duration::as_secs_f64);
    let percent =
        || setting.strip_suffix('%')?.trim().parse::<f64>().ok().filter(|number| number.abs() < 1e18);
    number.or_else(bytes).or_else(duration).or_else(percent)
}

/// True if the sizes span more than a factor of four. On a linear axis, most would be crowded on the left.
fn is_doubling(sizes: &[f64]) -> bool {
    let (least, most) =
        (sizes.iter().copied().fold(f64::MAX, f64::min), sizes.iter().copied().fold(0.0, f64::max));
    least > 0.0 && most / least > 4.0
}
