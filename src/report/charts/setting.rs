//! The settings of a sweep on an axis: numbers and sizes by their value, other settings side by side.

use super::axis::ChartAxis;
use super::room::Room;
use crate::report::number::{decimals, fixed};
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
    let axis = ChartAxis {
        from: first - margin,
        to: last + margin,
        ticks: ticks(&places, &distinct, (last - first) / room.ticks(NAMED_MAX) as f64),
    };
    SettingAxis { axis, settings: distinct.into_iter().map(String::from).collect(), places }
}

/// Names settings that are at least this far from each other.
fn ticks(places: &[f64], settings: &[&str], apart: f64) -> Vec<(f64, String)> {
    let mut ticks: Vec<(f64, String)> = vec![];
    for (place, setting) in places.iter().zip(settings) {
        if ticks.last().is_none_or(|(last, _)| place - last >= apart) {
            ticks.push((*place, super::canvas::fit(&short(setting), 11.0, 78)));
        }
    }
    ticks
}

/// A setting without the digits of its number that an axis has no room for: those of a sample are drawn.
fn short(setting: &str) -> String {
    let end = setting.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(setting.len());
    let (number, unit) = setting.split_at(end);
    match number.parse::<f64>() {
        Ok(value) if number.len() > 5 && number.contains('.') => {
            format!("{}{unit}", fixed(value, decimals(value)))
        }
        _ => setting.to_owned(),
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
