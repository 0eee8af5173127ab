//! Axes with round numbers: which range an axis covers, and where its ticks are. It covers plain numbers,
//! shares and times; the settings of a sweep are in `setting.rs`.

use crate::report::number::fixed;
use crate::units::{Duration, SimTime};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// One axis: its range and its ticks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ChartAxis {
    pub from: f64,
    pub to: f64,
    pub ticks: Vec<(f64, String)>,
}

impl ChartAxis {
    /// An axis from 0 to a little above `most`, with about `ticks` round numbers. The largest of them may
    /// be slightly above `most`.
    pub fn up_to(most: f64, ticks: usize) -> ChartAxis {
        let most = if most > LEAST { most } else { 1.0 };
        let step = round_step(most / ticks as f64);
        let to = (most * 1.04).max(step);
        ChartAxis { from: 0.0, to, ticks: rounds(0.0, to, step) }
    }

    /// An axis that covers `low`, `high` and 0.
    pub fn around_zero(low: f64, high: f64, ticks: usize) -> ChartAxis {
        let (low, high) = (low.min(0.0), high.max(0.0));
        let span = if high - low > LEAST { high - low } else { 1.0 };
        let step = round_step(span / ticks as f64);
        let (from, to) = (low - span * 0.06, high + span * 0.06);
        ChartAxis { from, to, ticks: rounds(from, to, step) }
    }

    /// An axis from 0 to 100 %.
    pub fn percent() -> ChartAxis {
        let tick = |percent: u32| (f64::from(percent) / 100.0, format!("{percent} %"));
        ChartAxis { from: 0.0, to: 1.0, ticks: [0, 25, 50, 75, 100].map(tick).to_vec() }
    }

    /// An axis of seconds since `start`, with at most `ticks` dates or times of day.
    pub fn time(start: SimTime, from: f64, to: f64, ticks: usize) -> ChartAxis {
        let instants = instants(start.0 + (from * 1e3) as i64, start.0 + (to * 1e3) as i64, ticks);
        let seconds = |at: i64| (at - start.0) as f64 / 1e3;
        ChartAxis { from, to, ticks: instants.into_iter().map(|(at, text)| (seconds(at), text)).collect() }
    }
}

/// The shortest axis. Anything shorter counts as nothing, because its steps would not be numbers.
const LEAST: f64 = 1e-100;

/// The unit for sizes up to `most` bytes: its name, and its size in bytes.
pub(super) fn byte_unit(most: f64) -> (&'static str, f64) {
    let units = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    units.into_iter().find(|(_, bytes)| most >= *bytes).unwrap_or(("B", 1.0))
}

/// The smallest of 1, 2 or 5 times a power of ten that is at least `least`.
fn round_step(least: f64) -> f64 {
    let magnitude = libm::pow(10.0, libm::floor(libm::log10(least)));
    let times = [1.0, 2.0, 5.0, 10.0].into_iter().find(|times| times * magnitude >= least * 0.999);
    times.unwrap_or(10.0) * magnitude
}

fn rounds(from: f64, to: f64, step: f64) -> Vec<(f64, String)> {
    let first = libm::ceil(from / step - 1e-9) as i64;
    let last = libm::floor(to / step + 1e-9) as i64;
    let decimals = (-libm::floor(libm::log10(step) + 1e-9)).max(0.0) as usize;
    let text = |value: f64| fixed(value, decimals).replace('-', "−");
    (first..=last).map(|count| count as f64 * step).map(|value| (value, text(value))).collect()
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Round instants within a span, in milliseconds, with their names.
fn instants(from: i64, to: i64, most: usize) -> Vec<(i64, String)> {
    let even = [
        MINUTE,
        5 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        2 * DAY,
        3 * DAY,
        7 * DAY,
        14 * DAY,
    ];
    let fits = |step: &i64| (to - from) / step < most as i64;
    if let Some(step) = even.into_iter().find(fits) {
        let first = from.div_euclid(step) + i64::from(from.rem_euclid(step) > 0);
        let all = (first..).map(|count| count * step).take_while(|at| *at <= to);
        return all.map(|at| (at, hour_or_day(at, step))).collect();
    }
    for months in [1, 2, 3, 6, 12, 24, 60, 120, 1200] {
        let found = months_between(from, to, months);
        if found.len() <= most {
            return found;
        }
    }
    vec![]
}

fn hour_or_day(at: i64, step: i64) -> String {
    let zoned = utc(at);
    let text = if step >= DAY || at.rem_euclid(DAY) == 0 { "%-d %b" } else { "%H:%M" };
    zoned.map_or_else(String::new, |zoned| zoned.strftime(text).to_string())
}

/// The first day of every `months`-th month, counted from January.
fn months_between(from: i64, to: i64, months: i16) -> Vec<(i64, String)> {
    let Some(first) = utc(from).map(|zoned| zoned.date()) else { return vec![] };
    let begin = i32::from(first.year()) * 12 + i32::from(first.month()) - 1;
    let begin = begin.div_euclid(i32::from(months)) * i32::from(months);
    let days = (0..).map_while(|count| month(begin + count * i32::from(months)));
    let instants =
        days.filter_map(|day| Some((day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond(), day)));
    let text =
        |day: Date| if months < 12 { day.strftime("%b %Y").to_string() } else { day.year().to_string() };
    let inside = instants.take_while(|(at, _)| *at <= to).filter(|(at, _)| *at >= from);
    inside.map(|(at, day)| (at, text(day))).collect()
}

/// The first day of a month, counted from the year 0.
fn month(number: i32) -> Option<Date> {
    let year = i16::try_from(number.div_euclid(12)).ok().filter(|year| *year <= 9999)?;
    Some(date(year, number.rem_euclid(12) as i8 + 1, 1))
}

fn utc(at: i64) -> Option<Zoned> {
    Timestamp::from_millisecond(at).ok().map(|stamp| stamp.to_zoned(TimeZone::UTC))
}

/// A length of time in one whole unit if possible, for example `6 h`.
pub(super) fn span(seconds: i64) -> String {
    Duration(seconds * 1000).to_string().replace(".0 ", " ")
}

/// An instant to the minute, for example `14 Sep 2025 12:00`.
pub(super) fn moment(at: SimTime) -> String {
    utc(at.0).map_or_else(|| at.to_string(), |zoned| zoned.strftime("%-d %b %Y %H:%M").to_string())
}
