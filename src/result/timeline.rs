//! Checks that the parts of a timeline in a result's file fit together, so that charts can be drawn of it
//! without further checks. The readers of a run and of a comparison call it.

use super::problems::{LIMIT_MAX, Problems, is_time};
use crate::event::{Conclusion, HeldFor, RefClass};
use crate::observe::timeline::{Grid, HeldForRef, Moved, Timeline};

/// The most steps, runs, events and points of any kind in a timeline.
const ROWS_MAX: usize = 100_000;
/// The largest number of units, or of anything counted. Sums over all rows are still valid numbers.
const SIZE_MAX: u64 = 10_000_000_000_000;
/// The most seconds between two instants: ten times what a scenario can state.
const SECONDS_MAX: i64 = 3_200_000_000_000;
/// How much quantiles may be out of order because they are rounded to hundredths.
const ROUNDING: f64 = 0.011;

/// Adds a problem for each part that does not fit together or cannot be shown.
pub(super) fn check(timeline: &Timeline, path: &str, problems: &mut Problems) {
    wrong(timeline).iter().for_each(|what| problems.add(path, what));
}

/// The parts that do not fit together.
fn wrong(timeline: &Timeline) -> Vec<&'static str> {
    let Timeline { steps, periods, held, held_for, peak, look_ups, uploads, lives, .. } = timeline;
    let clients = timeline.clients.len();
    let sizes = || held.iter().chain(held_for.iter().map(|row| &row.held)).flatten().chain(peak);
    let moved = || [&timeline.stored, &timeline.evicted, &timeline.expired].into_iter().flatten();
    let rows = || look_ups.iter().flat_map(|row| [row.found.len(), row.all.len()]);
    let checks = [
        (is_grid(steps) && is_grid(periods), "has a grid that cannot be drawn"),
        (
            held.len() == clients && held.iter().all(|row| row.len() == steps.count),
            "has a `held` whose size is not clients × steps",
        ),
        (
            held_for.len() <= HeldFor::ALL.len() && held_for.iter().all(|row| is_held(row, steps)),
            "has a `held_for` of an unknown kind, or whose size is not kinds × steps",
        ),
        (peak.len() == steps.count, "has a `peak` whose length is not the number of steps"),
        (timeline.unit.0 >= 1, "has no usable `unit`"),
        (timeline.limit.0 <= LIMIT_MAX, "has a limit that is too large"),
        (sizes().all(|size| *size <= SIZE_MAX), "has a size that is too large"),
        (moved().all(|row| fits(row, steps, clients)), "has a step, client or size that does not exist"),
        (
            look_ups.len() <= RefClass::ALL.len() * clients && rows().all(|length| length == periods.count),
            "has `look_ups` whose size does not match clients and periods",
        ),
        (
            look_ups.iter().all(|row| usize::from(row.client) < clients && counts(&row.found, &row.all)),
            "has impossible numbers of look-ups",
        ),
        (
            uploads.peak.len() == periods.count && uploads.refused.len() == periods.count,
            "has `uploads` whose length is not the number of periods",
        ),
        (
            uploads.refused.iter().all(|refused| *refused <= SIZE_MAX) && is_time(uploads.around_start),
            "has `uploads` with a number or a time that is too large",
        ),
        (moved().count() <= 3 * ROWS_MAX && uploads.around.len() <= 1_440, "has too many rows"),
        (
            is_time(lives.from) && is_time(lives.until) && lives.from <= lives.until,
            "has `lives` out of order",
        ),
        (
            lives.entries.len() <= 200
                && lives.entries.iter().all(|life| {
                    usize::from(life.client) < clients
                        && life.events.len() <= 10_000
                        && life.events.iter().all(|(at, _)| at.abs() <= SECONDS_MAX)
                }),
            "has an entry's life that cannot be drawn",
        ),
        (runs_fit(timeline), "has a run of a job, ref or conclusion that does not exist"),
        (
            durations_fit(timeline) && curve_fits(timeline),
            "has `durations` or a `curve` that are not in order",
        ),
        (timeline.clients.len() <= 1_000, "has too many clients"),
    ];
    checks.into_iter().filter(|(holds, _)| !holds).map(|(_, what)| what).collect()
}

fn is_grid(grid: &Grid) -> bool {
    // The last span may end after the last instant that has a date.
    let length = grid.seconds.checked_mul(grid.count as i64);
    (1..=ROWS_MAX).contains(&grid.count)
        && grid.seconds > 0
        && is_time(grid.start)
        && length.is_some_and(|length| length <= SECONDS_MAX)
}

fn is_held(row: &HeldForRef, steps: &Grid) -> bool {
    HeldFor::ALL.into_iter().any(|kind| kind.label() == row.of) && row.held.len() == steps.count
}

fn fits(moved: &Moved, steps: &Grid, clients: usize) -> bool {
    (moved.step as usize) < steps.count && usize::from(moved.client) < clients && moved.size <= SIZE_MAX
}

fn counts(found: &[u64], all: &[u64]) -> bool {
    found.iter().zip(all).all(|(found, all)| found <= all && *all <= SIZE_MAX)
}

fn runs_fit(timeline: &Timeline) -> bool {
    let fits = |run: &crate::observe::timeline::Ran| {
        let numbers = [run.start, run.seconds, run.wasted];
        usize::from(run.job) < timeline.jobs.len()
            && usize::from(run.class) < RefClass::ALL.len()
            && usize::from(run.conclusion) < Conclusion::ALL.len()
            && numbers.iter().all(|seconds| (0..=SECONDS_MAX).contains(seconds))
    };
    timeline.runs.len() <= ROWS_MAX
        && timeline.runs_all >= timeline.runs.len() as u64
        && timeline.runs.iter().all(fits)
}

fn durations_fit(timeline: &Timeline) -> bool {
    let fits = |minutes: &f64| (0.0..=SECONDS_MAX as f64).contains(minutes);
    timeline.durations.len() <= 10_000
        && timeline.durations.iter().all(|job| {
            let quantiles = &job.quantiles;
            (2..=1_000).contains(&quantiles.len())
                && quantiles.is_sorted_by(|one, next| *one <= next + ROUNDING)
                && quantiles.iter().all(fits)
                && fits(&job.mean)
        })
}

fn curve_fits(timeline: &Timeline) -> bool {
    let curve = &timeline.curve;
    curve.len() <= 10_000
        && curve.is_sorted_by_key(|point| point.limit)
        && curve.iter().all(|point| point.limit.0 <= LIMIT_MAX && (0.0..=1.0).contains(&point.miss_ratio))
}
