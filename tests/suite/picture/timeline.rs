//! The timeline of a replication against what the same replication measured.

use super::{SCENARIO, loaded};
use cache_budget::observe::timeline::{Grid, LifeEvent, Moved, Timeline};
use cache_budget::observe::{Extras, Metric, Outcome, measure, measure_with_extras, metric};
use cache_budget::random::Draws;
use cache_budget::units::{Duration, SimTime};

fn told() -> (Outcome, Timeline) {
    told_of(SCENARIO)
}

fn told_of(scenario: &str) -> (Outcome, Timeline) {
    let extras = Extras { timeline: true, screen: false };
    let outcome =
        measure_with_extras(&loaded(scenario).model, Draws::new(1, 0), extras).expect("within its limit");
    let timeline = outcome.timeline.clone().expect("it was kept");
    (outcome, timeline)
}

fn value(outcome: &Outcome, metric: &Metric, labels: &[(&str, &str)]) -> f64 {
    let is = |value: &&cache_budget::observe::Value| {
        value.metric == metric
            && value.labels.len() == labels.len()
            && value.labels.iter().all(|(label, text)| labels.contains(&(*label, text.as_str())))
    };
    outcome.values.iter().find(is).map_or(0.0, |value| value.value)
}

#[test]
fn telling_changes_nothing() {
    let model = loaded(SCENARIO).model;
    let plain = measure(&model, Draws::new(7, 0)).expect("within its limit");
    let told = measure_with_extras(&model, Draws::new(7, 0), Extras { timeline: true, screen: false })
        .expect("within its limit");
    assert_eq!(plain, Outcome { timeline: None, ..told });
    let screened = measure_with_extras(&model, Draws::new(7, 0), Extras { timeline: false, screen: true })
        .expect("within its limit");
    let told = measure_with_extras(&model, Draws::new(7, 0), Extras { timeline: true, screen: true })
        .expect("within its limit");
    assert!(told.timeline.is_some());
    assert_eq!(screened, Outcome { timeline: None, ..told });
}

#[test]
fn what_comes_in_goes_out_or_stays() {
    let (_, timeline) = told();
    let half = timeline.unit.0 as i64 / 2 + 1;
    for client in 0..timeline.clients.len() {
        let sum = |rows: &[Moved]| {
            let own = rows.iter().filter(|row| usize::from(row.client) == client);
            own.map(|row| (row.size as i64, 1)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
        };
        let [stored, evicted, expired] =
            [&timeline.stored, &timeline.evicted, &timeline.expired].map(|rows| sum(rows));
        let last = *timeline.held[client].last().expect("a step") as i64;
        let apart = stored.0 - evicted.0 - expired.0 - last;
        // Each row is rounded to a whole unit by itself.
        let rows = stored.1 + evicted.1 + expired.1 + 1;
        assert!(apart.abs() * timeline.unit.0 as i64 <= rows * half, "{client}: {apart} after {rows} rows");
    }
    assert!(!timeline.evicted.is_empty(), "the scenario does not fit");
}

#[test]
fn the_peak_is_the_metrics_and_no_level_is_above_it() {
    let (outcome, timeline) = told();
    let unit = timeline.unit.as_f64();
    let measured = timeline.steps.place(outcome.window.measure_from) + 1;
    let most = timeline.peak[measured..].iter().max().copied().unwrap_or(0) as f64 * unit;
    let peak = value(&outcome, &metric::CACHE_BYTES, &[("stat", "peak")]);
    assert!((most - peak).abs() <= unit, "{most} and {peak}");
    for step in 0..timeline.steps.count {
        let held: u64 = timeline.held.iter().map(|row| row[step]).sum();
        // Four roundings of half a unit each.
        assert!(held <= timeline.peak[step] + 4, "step {step}: {held} above {}", timeline.peak[step]);
    }
}

/// All kinds of ref together hold what all clients do. Each row is rounded to a whole unit by itself: half a unit for
/// each of at most six kinds and three clients, so five units at most. The mean of the ends of the steps is nearly that
/// over all instants, which the metric has.
#[test]
fn what_kinds_of_refs_hold_adds_up_to_what_clients_hold_and_to_the_metric() {
    let (outcome, timeline) = told();
    for step in 0..timeline.steps.count {
        let kinds: u64 = timeline.held_for.iter().map(|row| row.held[step]).sum();
        let clients: u64 = timeline.held.iter().map(|row| row[step]).sum();
        assert!(kinds.abs_diff(clients) <= 5, "step {step}: {kinds} and {clients}");
    }
    let kinds: Vec<&str> = timeline.held_for.iter().map(|row| row.of.as_str()).collect();
    assert_eq!(kinds, ["main", "pull_request_open", "pull_request_closed"]);
    let measured = timeline.steps.place(outcome.window.measure_from);
    for row in &timeline.held_for {
        let steps = &row.held[measured..];
        let mean = steps.iter().sum::<u64>() as f64 / steps.len() as f64 * timeline.unit.as_f64();
        let metric = value(&outcome, &metric::CACHE_BYTES, &[("ref", &row.of), ("stat", "mean")]);
        assert!(metric > 1e6 && (mean - metric).abs() < 0.05 * metric, "{}: {mean} and {metric}", row.of);
    }
}

#[test]
fn look_ups_add_up_to_the_metrics() {
    let (outcome, timeline) = told();
    assert!(timeline.look_ups.len() >= 4, "{:?}", timeline.look_ups);
    they_add_up(&outcome, &timeline);
}

/// The index is looked up in one period of 15 minutes, the first step of the build is done in a later one.
#[test]
fn look_ups_of_slow_builds_add_up_to_the_metrics() {
    let (outcome, timeline) = told_of(
        r#"
[workload]
days = 2
warmup = "1 h"
pushes-per-day = 8
[image.api]
step = [{ name = "crates", work = "2 h", layer = "100 MB" }, { name = "api", content = "context", work = "1 h", layer = "1 MB" }]
[workflow.ci]
on = ["push main"]
[workflow.ci.job.build]
image = "api"
cache.buildkit-gha = {}
"#,
    );
    assert_eq!(timeline.look_ups.len(), 1, "{:?}", timeline.look_ups);
    they_add_up(&outcome, &timeline);
}

fn they_add_up(outcome: &Outcome, timeline: &Timeline) {
    let days = outcome.window.measured().as_days_f64();
    for row in &timeline.look_ups {
        let (found, all): (u64, u64) = (row.found.iter().sum(), row.all.iter().sum());
        let client = timeline.clients[usize::from(row.client)].as_str();
        let labels = [("client", client), ("ref", row.class.as_str())];
        let hits = if client == "buildkit" { &metric::OBJECT_HIT_RATIO } else { &metric::RESTORE_HIT_RATIO };
        assert!((found as f64 / all as f64 - value(outcome, hits, &labels)).abs() < 1e-12, "{client}");
        if client != "buildkit" {
            let count = value(outcome, &metric::RESTORE_COUNT, &labels) * days;
            assert_eq!(all as f64, count.round(), "{client} {}", row.class);
        }
    }
}

#[test]
fn runs_and_durations_are_the_outcomes() {
    let (outcome, timeline) = told();
    assert_eq!(timeline.runs_all, outcome.runs.len() as u64);
    assert_eq!(timeline.runs.len(), outcome.runs.len());
    assert!(timeline.runs.is_sorted_by_key(|run| run.start));
    for job in &timeline.durations {
        let stat =
            |stat| value(&outcome, &metric::JOB_DURATION, &[("job", job.job.as_str()), ("stat", stat)]);
        assert!((job.mean - stat("mean")).abs() <= 0.005 + 1e-9, "{job:?}");
        // Of 41 quantiles the fifth is p10, the 21st p50, the 37th p90.
        for (place, name) in [(4, "p10"), (20, "p50"), (36, "p90")] {
            assert!((job.quantiles[place] - stat(name)).abs() <= 0.005 + 1e-9, "{name} of {job:?}");
        }
    }
    assert_eq!(timeline.durations.len(), 2);
}

#[test]
fn what_is_above_the_rate_limit_is_refused() {
    let (_, timeline) = told();
    let uploads = &timeline.uploads;
    let limit = uploads.limit.expect("a limit");
    for (peak, refused) in uploads.peak.iter().zip(&uploads.refused) {
        assert!(*refused >= u64::from(peak.saturating_sub(limit)), "{peak} {refused}");
        assert_eq!(*refused > 0, *peak > limit);
    }
    assert_eq!(uploads.around.iter().max(), uploads.peak.iter().max(), "around the busiest minute");
}

#[test]
fn the_curve_falls_and_passes_the_limit() {
    let (_, timeline) = told();
    assert!(timeline.curve.is_sorted_by(|a, b| a.limit < b.limit && a.miss_ratio >= b.miss_ratio));
    assert!(timeline.curve.iter().any(|point| point.limit == timeline.limit));
}

#[test]
fn a_life_makes_sense() {
    let (_, timeline) = told();
    assert!(!timeline.lives.entries.is_empty());
    let mut evicted = 0;
    for life in &timeline.lives.entries {
        assert!(life.events.is_sorted_by_key(|(at, _)| *at), "{life:?}");
        let mut stored = matches!(life.events[0].1, LifeEvent::Saved | LifeEvent::Touched);
        for (_, event) in &life.events[1..] {
            match event {
                LifeEvent::Saved => stored = true,
                LifeEvent::Touched => assert!(stored, "found while gone: {life:?}"),
                LifeEvent::Missed => assert!(!stored, "missed while stored: {life:?}"),
                LifeEvent::Evicted | LifeEvent::Expired | LifeEvent::Deleted => {
                    assert!(stored, "gone twice: {life:?}");
                    stored = false;
                    evicted += 1;
                }
            }
        }
    }
    assert!(evicted > 0, "{:?}", timeline.lives);
}

#[test]
fn a_grid_covers_its_span_with_few_round_steps() {
    let at = |hours: i64| SimTime(hours * Duration::HOUR.0);
    // 20 days in 400 steps at most: 480 hours, so two hours each; they begin at even hours.
    let grid = Grid::over(at(13), at(13 + 480), 400);
    assert_eq!((grid.start, grid.seconds, grid.count), (at(12), 7_200, 241));
    assert_eq!(
        (grid.place(at(13)), grid.place(at(14)), grid.place(at(0)), grid.place(at(9_999))),
        (0, 1, 0, 240)
    );
    assert_eq!((grid.begin(240), grid.end()), (at(492), at(494)));
    let one = Grid::over(at(0), at(0), 10);
    assert_eq!((one.seconds, one.count), (60, 1));
    for years in [1, 30, 900] {
        let long = Grid::over(at(0), at(years * 8_766), 400);
        assert!(long.count <= 400 && long.end() >= at(years * 8_766), "{long:?}");
    }
}

/// More than 500 look-ups a week find the entry, and each Monday it is deleted: a picture shows some of the former and all
/// of the latter.
#[test]
fn an_entry_that_is_often_found_still_ends() {
    let text = "[workload]\npushes-per-day = 100\ndays = 30\nwarmup = \"1 d\"\n[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
                job.t = { cache.actions-cache = { key = \"k\", size = \"1 MB\" } }\n\
                [janitor.weekly]\ncron = \"0 0 * * 1\"\nprefix = \"k\"\nolder-than = \"0 s\"\n";
    let (_, timeline) = told_of(text);
    let life = timeline.lives.entries.iter().find(|life| life.scope == "refs/heads/main").expect("it lived");
    let count = |wanted: LifeEvent| life.events.iter().filter(|(_, event)| *event == wanted).count();
    let (saved, deleted) = (count(LifeEvent::Saved), count(LifeEvent::Deleted));
    assert!(deleted > 0 && saved.abs_diff(deleted) <= 1, "{saved} and {deleted}");
    assert!(life.events.len() <= 300 && count(LifeEvent::Touched) > 100, "{}", life.events.len());
}
