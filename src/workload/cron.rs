//! Schedules as a workflow writes them (`on.schedule`): five cron fields in a time zone. GitHub starts such
//! runs late, by minutes or hours.

use super::log::LoggedPush;
use super::push::{PushId, PushKind, Stream};
use crate::random::{Distribution, Draws, Purpose, mix};
use crate::units::{Duration, SimTime};
use cronexpr::{Crontab, MakeTimestamp};
use jiff::{Timestamp, tz::TimeZone};
use thiserror::Error;

/// The most schedules of a workflow or a janitor. GitHub names no limit.
pub const CRONS_MAX: usize = 100;

/// A schedule of one workflow.
#[derive(Debug, Clone)]
pub struct Cron {
    /// The workflow, by its index; a janitor has a number from [`Cron::JANITORS`] on.
    pub workflow: u16,
    /// Its five fields and its time zone, as they were written.
    text: String,
    crontab: Crontab,
    /// The same fields on a clock that is never put forward or back.
    by_the_clock: Crontab,
    zone: TimeZone,
}

impl PartialEq for Cron {
    fn eq(&self, other: &Cron) -> bool {
        (self.workflow, &self.text) == (other.workflow, &other.text)
    }
}

/// Why a schedule cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadCron {
    /// It does not have five fields.
    #[error("a cron expression has five fields (minute, hour, day, month, weekday), not {0}")]
    Fields(usize),
    /// A field has something that other crons have and GitHub's has not.
    #[error("the {0} is wrong: GitHub's cron has no `{1}`, only numbers, names and `*`, `,`, `-` and `/`")]
    Foreign(&'static str, String),
    /// A field is wrong, or the time zone is unknown.
    #[error("{0}")]
    Syntax(String),
    /// It never starts anything.
    #[error("it names a day that does not exist, so nothing ever starts")]
    Never,
}

/// The fields of a cron expression, in their order.
const FIELDS: [&str; 5] = ["minute", "hour", "day", "month", "weekday"];

impl BadCron {
    /// What the parser knows, and GitHub does not: `L`, `W`, `#` and `?` of other crons (GitHub's documentation of
    /// `on.schedule` names the operators). Months and weekdays have names of three letters.
    fn foreign(fields: &str) -> Option<BadCron> {
        let is_number = |part: &&str| part.chars().all(|letter| letter.is_ascii_digit());
        let is_name =
            |part: &&str| part.len() == 3 && part.chars().all(|letter| letter.is_ascii_alphabetic());
        FIELDS.iter().zip(fields.split_whitespace()).find_map(|(name, field)| {
            let mut parts = field.split(['*', ',', '-', '/']);
            let part = parts.find(|part| !is_number(part) && !is_name(part))?;
            Some(BadCron::Foreign(name, part.to_owned()))
        })
    }

    /// The parser's message in one line. Its last line has a caret under the text, and then what is wrong there.
    fn of(text: &str, message: &str) -> BadCron {
        let last = message.lines().last().unwrap_or_default();
        let (place, what) = last.split_once('^').unwrap_or(("", last));
        let before = text.get(..place.len()).unwrap_or(text);
        let is_inside = before.ends_with(|letter: char| !letter.is_whitespace());
        let field = before.split_whitespace().count() - usize::from(is_inside);
        BadCron::Syntax(match FIELDS.get(field) {
            Some(name) => format!("the {name} is wrong: {}", what.trim()),
            None => "there is no such time zone".to_owned(),
        })
    }
}

/// The shortest period of a schedule: GitHub's documentation of `on.schedule`.
const SHORTEST: Duration = Duration(5 * Duration::MINUTE.0);

/// As many runs as five minutes apart fit into a day.
const RUNS_OF_A_DAY: u32 = 288;
/// After 400 years the Gregorian calendar repeats, weekdays included.
const CALENDAR_YEARS_400: Duration = Duration(146_097 * Duration::DAY.0);

/// The years after 1970, in cycles of the calendar, from which a schedule is found a cycle earlier: 9970.
const LATE_CYCLES: i64 = 20;

/// The most runs of one schedule.
const RUNS_MAX: usize = 1_000_000;

impl Cron {
    /// The number of the first janitor. Workflows have smaller ones.
    pub const JANITORS: u16 = 1 << 15;

    /// Reads `fields` in `zone`, such as `30 5 * * 1-5` in `Europe/Berlin`.
    ///
    /// # Errors
    /// If there are not five fields, one of them is wrong, or the zone is unknown.
    pub fn new(workflow: u16, fields: &str, zone: &str) -> Result<Cron, BadCron> {
        let count = fields.split_whitespace().count();
        if count != 5 {
            return Err(BadCron::Fields(count));
        }
        if let Some(foreign) = BadCron::foreign(fields) {
            return Err(foreign);
        }
        let text = format!("{fields} {zone}");
        let crontab =
            cronexpr::parse_crontab(&text).map_err(|error| BadCron::of(&text, &error.to_string()))?;
        let by_the_clock = cronexpr::parse_crontab(&format!("{fields} UTC"));
        let by_the_clock = by_the_clock.map_err(|error| BadCron::of(&text, &error.to_string()))?;
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let cron = Cron { workflow, text, crontab, by_the_clock, zone };
        match cron.next(SimTime(0)) {
            Some(_) => Ok(cron),
            None => Err(BadCron::Never),
        }
    }

    /// The first instant after `at`; `None` if there is none. A time that the clock skips when it is put forward advances to
    /// the next that there is (GitHub's documentation of `schedule`), where the parser knows none on that day.
    pub fn next(&self, at: SimTime) -> Option<SimTime> {
        // The parser looks some years ahead and cannot look past the year 9999. The calendar repeats.
        let back = if at.0 > CALENDAR_YEARS_400.0 * LATE_CYCLES { CALENDAR_YEARS_400.0 } else { 0 };
        let from = MakeTimestamp::from_millisecond(at.0 - back).ok()?;
        let next = self.crontab.find_next(from).ok()?.timestamp();
        let next = self.advanced(Timestamp::from_millisecond(at.0 - back).ok()?, next).unwrap_or(next);
        Some(SimTime(next.as_millisecond() + back))
    }

    /// The first instant between these at which the clock is put forward over a time of the schedule.
    fn advanced(&self, from: Timestamp, next: Timestamp) -> Option<Timestamp> {
        let changes = self.zone.following(from).map(|change| change.timestamp());
        changes.take_while(|change| *change < next).find(|change| self.is_skipped_at(*change) == Some(true))
    }

    fn is_skipped_at(&self, change: Timestamp) -> Option<bool> {
        let at = change.as_millisecond();
        let shown = |after: Timestamp| at + 1_000 * i64::from(self.zone.to_offset(after).seconds());
        let (old, new) = (shown(Timestamp::from_millisecond(at - 1).ok()?), shown(change));
        let next = self.by_the_clock.find_next(MakeTimestamp::from_millisecond(old - 1).ok()?).ok()?;
        Some(next.timestamp().as_millisecond() < new)
    }

    /// True if it asks for runs within five minutes of each other, which GitHub does not start. As many runs as a day
    /// can have show it.
    pub fn is_too_frequent(&self) -> bool {
        if self.is_apart_all_day() {
            return false;
        }
        let mut at = self.next(SimTime(0));
        for _ in 0..RUNS_OF_A_DAY {
            let next = at.and_then(|at| self.next(at));
            if at.zip(next).is_some_and(|(at, next)| next - at < SHORTEST) {
                return true;
            }
            at = next;
        }
        false
    }

    /// True if the times of a day are five minutes apart, the last of one day from the first of the next, too, and the
    /// clock is never put forward or back: then all runs are. Most schedules have few times a day, and each run is slow
    /// to find.
    fn is_apart_all_day(&self) -> bool {
        if self.zone.following(Timestamp::UNIX_EPOCH).next().is_some() {
            return false;
        }
        let next = |at: SimTime| {
            let found = self.by_the_clock.find_next(MakeTimestamp::from_millisecond(at.0).ok()?).ok()?;
            Some(SimTime(found.timestamp().as_millisecond()))
        };
        // From midnight on, so this is the first time of its day, and 24 hours have them all.
        let Some(first) = next(SimTime(Duration::DAY.0 - 1)) else { return false };
        let end = first + Duration::DAY;
        let mut at = first;
        while at < end {
            let later = next(at).map_or(end, |later| later.min(end));
            if later - at < SHORTEST {
                return false;
            }
            at = later;
        }
        true
    }

    /// The scheduled runs from `from` to `end`, as pushes.
    pub(super) fn runs(
        &self,
        from: SimTime,
        end: SimTime,
        delay: &Distribution,
        draws: &Draws,
    ) -> Vec<LoggedPush> {
        let run = |(id, at)| LoggedPush {
            workflow: Some(self.workflow),
            ..LoggedPush::event(id, at, PushKind::Schedule, None)
        };
        self.starts(from, end, delay, draws).into_iter().map(run).collect()
    }

    /// When it starts something from `from` to `end`, each time late by a drawn delay in seconds. Runs that the
    /// schedule asks for within five minutes of another one do not exist.
    pub fn starts(
        &self,
        from: SimTime,
        end: SimTime,
        delay: &Distribution,
        draws: &Draws,
    ) -> Vec<(PushId, SimTime)> {
        let mut runs = Vec::new();
        let mut at = from - Duration(1);
        while let Some(next) = self.next(at).filter(|next| *next < end && runs.len() < RUNS_MAX) {
            let place = (u64::from(self.workflow) << 44) | ((next - from).0 as u64 / 1_000);
            let id = PushId::drawn(Stream::Cron, place);
            let mut rng = draws.stream(Purpose::Arrival, mix(id.address(), 1));
            let late = Duration::from_secs_f64(delay.sample(&mut rng));
            runs.push((id, next + late));
            at = next + (SHORTEST - Duration::MINUTE);
        }
        runs.retain(|(_, at)| *at < end);
        runs
    }
}
