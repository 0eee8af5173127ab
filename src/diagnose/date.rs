//! Dates in keys. What looks like a date may be the value of a matrix (`vs-2019-16`), so a date is believed only if it
//! is near the creation of its entry, and the time of day that follows it likewise.

use crate::units::{Duration, SimTime};
use jiff::civil::{Date, ISOWeekDate, Weekday};

/// Days by which a date may be after the creation: where it is late already, the date is a day ahead.
const AHEAD: i64 = 2;
/// Days by which a date may be before the creation: some keys have the first day of the week.
const BEHIND: i64 = 8;
/// How much later than the creation a time of day may be: clocks differ.
const CLOCKS_DIFFER: Duration = Duration(10 * Duration::MINUTE.0);
/// How long before the creation a job may have made its key, if it wrote minutes: GitHub ends jobs after six hours.
const JOB_MAX: Duration = Duration(6 * Duration::HOUR.0);
/// The same, if it wrote the hour alone, which a version may look like.
const HOUR_MAX: Duration = Duration(2 * Duration::HOUR.0);

/// The length of a date with separators at the beginning of a text, and of the time after it: `2026-11-25`,
/// `2026-W48`, `2026-11`, `2026-329`, `25/11/2026`, `2026-11-25T08:15:30.123Z`.
pub(super) fn separated(text: &str) -> Option<usize> {
    if digits(text, 0, 4).is_none() {
        return day_first(text);
    }
    digits(text, 0, 4).filter(|year| is_year(*year))?;
    let separator = text.as_bytes().get(4).copied().filter(|byte| b"-_./".contains(byte))?;
    let week = text.get(5..6).is_some_and(|letter| letter.eq_ignore_ascii_case("w"));
    if week {
        return digits(text, 6, 2).filter(|week| (1..=53).contains(week)).map(|_| 8);
    }
    let second = digits(text, 5, 2)?;
    let third = digits(text, 8, 2).filter(|_| text.as_bytes().get(7) == Some(&separator));
    match third {
        Some(day) if (1..=12).contains(&second) && (1..=31).contains(&day) => Some(10 + time(&text[10..])),
        // A version such as 2024.10 or 2024.1 is none.
        None if separator == b'.' => None,
        None if digits(text, 5, 3).is_some_and(|day| (1..=366).contains(&day)) => Some(8),
        None if (1..=53).contains(&second) => Some(7),
        _ => None,
    }
}

/// The length of `25-11-2026` or `11/25/2026`.
fn day_first(text: &str) -> Option<usize> {
    let (first, second) = (digits(text, 0, 2)?, digits(text, 3, 2)?);
    let separator = text.as_bytes().get(2).filter(|byte| b"-_/".contains(byte))?;
    digits(text, 6, 4).filter(|year| is_year(*year) && text.as_bytes().get(5) == Some(separator))?;
    let is_day = |month, day| (1..=12).contains(&month) && (1..=31).contains(&day);
    (is_day(first, second) || is_day(second, first)).then(|| 10 + time(&text[10..]))
}

/// The length of a time that follows a date.
fn time(text: &str) -> usize {
    let Some(first) = text.chars().next().filter(|letter| matches!(letter, 'T' | 't' | ' ' | '_')) else {
        return 0;
    };
    if digits(text, 1, 2).is_none_or(|hour| hour > 23) || !first.is_ascii() {
        return 0;
    }
    let mut length = 3;
    for _ in 0..2 {
        let separated = usize::from(text[length..].starts_with([':', '-', '_', '.']));
        match digits(text, length + separated, 2) {
            Some(0..60) => length += separated + 2,
            _ => break,
        }
    }
    if let Some(fraction) = text[length..].strip_prefix('.') {
        let count = fraction.bytes().take_while(u8::is_ascii_digit).count();
        length += if count > 0 { 1 + count } else { 0 };
    }
    length + usize::from(text[length..].starts_with(['Z', 'z']))
}

/// True for a date without separators: `20261125`, `202611250815`, `20261125T0815Z`, `202648`, `2026W48`, `W48`,
/// `week48`.
pub(super) fn is_joined(text: &str) -> bool {
    let year = digits(text, 0, 4).is_some_and(is_year);
    let second = digits(text, 4, 2);
    let is_day = year
        && second.is_some_and(|month| (1..=12).contains(&month))
        && digits(text, 6, 2).is_some_and(|day| (1..=31).contains(&day));
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        let timed = || time(&text[8..]) == text.len() - 8;
        return is_week(text) || is_day && timed();
    }
    match text.len() {
        6 => year && second.is_some_and(|second| (1..=53).contains(&second)),
        8 | 10 | 12 | 14 => is_day,
        _ => false,
    }
}

/// `W48`, `2026W48`, `week48`.
fn is_week(text: &str) -> bool {
    let dated = || text.get(4..).filter(|_| digits(text, 0, 4).is_some_and(is_year));
    let short = text.strip_prefix('W').or_else(|| dated()?.strip_prefix(['W', 'w']));
    let short = short.filter(|number| number.len() == 2);
    let named = || text.get(4..).filter(|_| text[..4].eq_ignore_ascii_case("week"));
    let number = short.or_else(named).filter(|number| matches!(number.len(), 1 | 2));
    number.is_some_and(|number| digits(number, 0, number.len()).is_some_and(|week| (1..=53).contains(&week)))
}

/// The number that `count` digits at a place make.
fn digits(text: &str, at: usize, count: usize) -> Option<u32> {
    let part = text.get(at..at + count)?;
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
}

fn is_year(year: u32) -> bool {
    (2019..=2099).contains(&year)
}

/// Whole days since 1970: those of one reading of a date.
pub(super) struct Days {
    first: i64,
    last: i64,
}

impl Days {
    /// How many of the texts after this date are its time of day: `08`, `0815`, `081530`, `08-15` or `08-15-30`, in
    /// UTC as on GitHub's runners, and not long before the creation.
    pub fn clock(&self, after: &[&str], created: SimTime) -> usize {
        let is_clock = |count: &usize| {
            let Some(parts) = after.get(..*count).filter(|_| self.first == self.last) else { return false };
            let text = parts.concat();
            let midnight = self.first * Duration::DAY.0;
            let since = time_of_day(&text).map(|time| created - SimTime(midnight + time.0));
            let are_pairs = *count == 1 || parts.iter().all(|part| part.len() == 2);
            let most = if text.len() == 2 { HOUR_MAX } else { JOB_MAX };
            are_pairs && since.is_some_and(|since| -CLOCKS_DIFFER.0 <= since.0 && since <= most)
        };
        (1..=3).rev().find(is_clock).unwrap_or(0)
    }
}

/// The readings of a date that are near the creation of its entry.
pub(super) fn near(text: &str, created: SimTime) -> impl Iterator<Item = Days> {
    let day = created.window(Duration::DAY);
    let is_near = move |days: &Days| days.first - AHEAD <= day && day <= days.last + BEHIND;
    readings(text, day).into_iter().flatten().filter(is_near)
}

/// What a date may mean: `2026-03` is a month or a week, `03/04/2026` is in March or in April. Weeks without a year are
/// of the year around `day`.
fn readings(text: &str, day: i64) -> Vec<Option<Days>> {
    let groups: Vec<&str> = text.split(|letter: char| !letter.is_ascii_digit()).collect();
    let groups: Vec<&str> = groups.into_iter().filter(|group| !group.is_empty()).collect();
    let number = |text: &str| text.parse::<i16>().unwrap_or(0);
    let month_or_week = |year: i16, part: i16| vec![month(year, part), week(year, part)];
    match groups.as_slice() {
        [whole, ..] if whole.len() >= 8 => {
            vec![one_day(number(&whole[..4]), number(&whole[4..6]), number(&whole[6..8]))]
        }
        [whole] if whole.len() == 6 => month_or_week(number(&whole[..4]), number(&whole[4..])),
        [year, day] if year.len() == 4 && day.len() == 3 => vec![day_of_year(number(year), number(day))],
        [year, part] if year.len() == 4 => month_or_week(number(year), number(part)),
        [year, month, day, ..] if year.len() == 4 => vec![one_day(number(year), number(month), number(day))],
        [first, second, year, ..] => {
            let (first, second, year) = (number(first), number(second), number(year));
            vec![one_day(year, second, first), one_day(year, first, second)]
        }
        [part] => weeks_around(day, number(part)),
        _ => vec![],
    }
}

/// The weeks of this number that begin within a year of a day.
fn weeks_around(day: i64, number: i16) -> Vec<Option<Days>> {
    let year = 1970 + i16::try_from(day / 365).unwrap_or(0);
    (year - 1..=year + 1).map(|year| week(year, number)).collect()
}

fn days(date: Option<Date>, count: i64) -> Option<Days> {
    let first = i64::from((date? - Date::constant(1970, 1, 1)).get_days());
    Some(Days { first, last: first + count - 1 })
}

fn one_day(year: i16, month: i16, day: i16) -> Option<Days> {
    days(Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok(), 1)
}

/// The longest month that begins there.
fn month(year: i16, month: i16) -> Option<Days> {
    days(Date::new(year, month.try_into().ok()?, 1).ok(), 31)
}

/// The week by ISO 8601; other counts differ by a week at most.
fn week(year: i16, week: i16) -> Option<Days> {
    let week = ISOWeekDate::new(year, week.try_into().ok()?, Weekday::Monday);
    days(week.ok().map(ISOWeekDate::date), 7)
}

fn day_of_year(year: i16, day: i16) -> Option<Days> {
    let start = days(Date::new(year, 1, 1).ok(), 1)?.first;
    let at = start + i64::from(day) - 1;
    Some(Days { first: at, last: at })
}

/// `08`, `0815` or `081530`.
fn time_of_day(text: &str) -> Option<Duration> {
    let part = |at| if text.len() > at { digits(text, at, 2) } else { Some(0) };
    let (hour, minute, second) = (part(0)?, part(2)?, part(4)?);
    let is_time = matches!(text.len(), 2 | 4 | 6) && hour < 24 && minute < 60 && second < 60;
    is_time.then(|| Duration(i64::from(3_600 * hour + 60 * minute + second) * 1_000))
}
