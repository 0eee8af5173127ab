//! Numbers with units, rounded for a reader. Every report formats its numbers here.

use crate::statistics::{Difference, Estimate};
use crate::units::Bytes;

/// An estimate with unit and interval, for example `41 % (37–45)`. A single replication has no interval.
pub fn amount(estimate: &Estimate) -> String {
    let unit = estimate.metric.unit;
    let (scale, name) = scale(unit, estimate.mean);
    let decimals = match unit {
        "ratio" => of_percent(estimate.mean).max(near_all(estimate)),
        _ => decimals(estimate.mean * scale),
    };
    let number = |value: f64| fixed(value * scale, decimals);
    let mean = number(estimate.mean);
    if estimate.n < 2 {
        return format!("{mean}{name}");
    }
    format!("{mean}{name} ({}–{})", number(estimate.low), number(estimate.high))
}

/// An estimate in a sentence: without an interval that prints as the mean does.
pub fn stated(estimate: &Estimate) -> String {
    let text = amount(estimate);
    match text.split_once(" (") {
        Some((mean, ends)) if is_closed(mean, ends) => mean.to_owned(),
        _ => text,
    }
}

/// True if both ends of an interval, as `60–60)`, print as the mean before it does.
fn is_closed(mean: &str, ends: &str) -> bool {
    let number = mean.split(' ').next();
    ends.trim_end_matches(')').split('–').all(|end| Some(end) == number)
}

/// An interval behind a printed mean, in brackets; empty if both ends print as the mean does.
pub(super) fn closed(mean: &str, low: &str, high: &str) -> String {
    if low == mean && high == mean { String::new() } else { format!(" ({low}–{high})") }
}

/// Minimum half-width of an interval, as a share of the mean, at which it is shown in an overview.
const WIDE: f64 = 0.1;

/// An estimate with its unit, and with its interval only where that changes the reading, for example `46 ± 9 min`.
pub(super) fn brief(estimate: &Estimate) -> String {
    let Estimate { mean, low, high, n, .. } = *estimate;
    let half = (high - mean).max(mean - low);
    if n < 2 || half <= WIDE * mean.abs() {
        return level(estimate.metric.unit, mean);
    }
    let (scale, name) = scale(estimate.metric.unit, mean);
    let decimals = if estimate.metric.unit == "ratio" { of_percent(mean) } else { decimals(mean * scale) };
    let number = |value: f64| fixed(value * scale, decimals);
    let is_share = estimate.metric.unit == "ratio" && (mean + half > 1.0 || mean < half);
    match half < mean.abs() && !is_share {
        true => format!("{} ± {}{name}", number(mean), number(half)),
        // So wide an interval is lopsided, too, and so is one at the end of a share's range.
        false => format!("{}{name} ({}–{})", number(mean), number(low), number(high)),
    }
}

/// Like [`brief`], for a column whose heading names the unit.
pub(super) fn unitless(estimate: &Estimate) -> String {
    let text = brief(estimate);
    text.strip_suffix(" min").map(str::to_owned).unwrap_or_else(|| text.replacen(" min (", " (", 1))
}

/// A mean with its unit, without an interval.
pub(super) fn level(unit: &str, mean: f64) -> String {
    let (scale, name) = scale(unit, mean);
    let decimals = if unit == "ratio" { of_percent(mean) } else { decimals(mean * scale) };
    format!("{}{name}", fixed(mean * scale, decimals))
}

/// A signed change with its interval, for example `−3.1 min (−3.3 to −2.9)`. Changes of ratios are in
/// percentage points.
pub(super) fn change(difference: &Difference) -> String {
    let Difference { metric, base, other, difference: mean, low, high, n, .. } = difference;
    let (scale, name) = scale(metric.unit, base.abs().max(other.abs()));
    let name = if metric.unit == "ratio" { " pp" } else { name };
    let decimals = decimals(mean * scale).max(usize::from(metric.unit == "ratio"));
    let number = |value: f64| signed(value * scale, decimals);
    let interval = if *n < 2 { String::new() } else { format!(" ({} to {})", number(*low), number(*high)) };
    format!("{}{name}{interval}", number(*mean))
}

/// A number with its sign, using a real minus sign; 0 has no sign.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let size = format!("{:.decimals$}", value.abs());
    match has_digits(&size) {
        true if value < 0.0 => format!("−{size}"),
        true => format!("+{size}"),
        false => size,
    }
}

/// A number with this many decimals. What rounds to zero has no sign.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(size) if !has_digits(size) => size.to_owned(),
        _ => text,
    }
}

/// True if a number as printed is not zero.
fn has_digits(text: &str) -> bool {
    text.bytes().any(|digit| (b'1'..=b'9').contains(&digit))
}

/// The factor and the unit for showing a value.
pub(super) fn scale(unit: &str, value: f64) -> (f64, &'static str) {
    match unit {
        "ratio" => (100.0, " %"),
        _ if unit.starts_with("bytes") => byte_scale(value),
        _ if unit.starts_with("minutes") => (1.0, " min"),
        "hours" => (1.0, " h"),
        _ if unit.starts_with("USD") => (1.0, " USD"),
        _ => (1.0, ""),
    }
}

/// The factor and the unit in which a sentence states so many minutes: nobody reads 0.04 min as two seconds.
pub(super) fn short_time(minutes: f64) -> (f64, &'static str) {
    if minutes.abs() < 0.995 && minutes != 0.0 { (60.0, "s") } else { (1.0, "min") }
}

/// So many minutes in a sentence, for example `6.8 min` or `24 s`.
pub(super) fn in_words(minutes: f64) -> String {
    let (times, unit) = short_time(minutes);
    format!("{} {unit}", plain(minutes * times))
}

/// A share as a percentage, for example `41 %`.
pub fn percent(share: f64) -> String {
    let decimals = of_percent(share);
    format!("{} %", fixed(share * 100.0, decimals))
}

/// A size with few digits, for example `10 GB`. It is in decimal units whatever it is, so that no sentence or table
/// mixes them; only a limit is shown as it was set.
pub fn bytes(size: f64) -> String {
    let (scale, name) = byte_scale(size);
    let decimals = if (size * scale).fract() < 0.005 { 0 } else { decimals(size * scale) };
    format!("{}{name}", fixed(size * scale, decimals))
}

/// A limit as it was set: whole GiB as GiB, anything else to a tenth, for example `10.7 GB`.
pub fn limit(size: Bytes) -> String {
    const GIBIBYTE: u64 = 1 << 30;
    match size.0 >= GIBIBYTE && size.0.is_multiple_of(GIBIBYTE) {
        true => format!("{} GiB", size.0 / GIBIBYTE),
        false => tenths(size),
    }
}

/// A size to a tenth of its unit, for example `10.7 GB`, or `2 GB` if that is exact enough.
pub(super) fn tenths(size: Bytes) -> String {
    let (scale, name) = byte_scale(size.as_f64());
    let tenths = format!("{:.1}", size.as_f64() * scale);
    format!("{}{name}", tenths.trim_end_matches(".0"))
}

/// A number without a unit, with two or three digits.
pub(super) fn plain(value: f64) -> String {
    let decimals = decimals(value);
    fixed(value, decimals)
}

fn byte_scale(size: f64) -> (f64, &'static str) {
    match size.abs() {
        size if size >= 999.5e9 => (1e-12, " TB"),
        size if size >= 999.5e6 => (1e-9, " GB"),
        size if size >= 999.5e3 => (1e-6, " MB"),
        size if size >= 999.5 => (1e-3, " kB"),
        _ => (1.0, " B"),
    }
}

/// The number of decimals for a percentage: one below 10 %, and as many as it takes to tell it from 100 %.
fn of_percent(share: f64) -> usize {
    match share {
        share if share <= 0.0 || share >= 1.0 => 0,
        share if share < 0.0995 || (0.995..0.9995).contains(&share) => 1,
        share if share >= 0.9995 => 2,
        _ => 0,
    }
}

/// One decimal if a ratio's interval begins above 98.5 %, because 99.7 % is not 100 %.
fn near_all(estimate: &Estimate) -> usize {
    usize::from(estimate.n > 1 && (0.985..1.0).contains(&estimate.low))
}

/// The number of decimals that gives two or three digits.
pub(super) fn decimals(value: f64) -> usize {
    match value.abs() {
        0.0 => 0,
        value if value < 0.995 => 2,
        value if value < 9.95 => 1,
        _ => 0,
    }
}

/// Units that stay on the line of their number.
const UNITS: [&str; 12] = ["%", "B", "kB", "MB", "GB", "TB", "MiB", "GiB", "min", "s", "h", "USD"];

/// True if a word is the unit of the number before it.
pub(super) fn is_unit_of(number: &str, word: &str) -> bool {
    let unit = word.trim_end_matches(['.', ',', ':', ';', ')']);
    number.ends_with(|letter: char| letter.is_ascii_digit()) && UNITS.contains(&unit)
}
