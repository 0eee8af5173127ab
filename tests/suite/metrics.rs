//! The recorder against small histories computed by hand.
//! Times are hours after the start of the simulation. 24 h of warm-up, then 2 days are measured: a rate "per day" is a count ÷ 2.

use cache_budget::event::*;
use cache_budget::observe::*;
use cache_budget::service::RemovalReason;
use cache_budget::units::{Bytes, Duration, Money, SimTime};

const RUST: ClientId = ClientId(0);
const SCCACHE: ClientId = ClientId(1);
const BUILDKIT: ClientId = ClientId(2);
pub const TEST: JobId = JobId(0);
const AMD64: JobId = JobId(1);
const ARM64: JobId = JobId(2);

/// An entry that went, stored long before anything else.
fn victim(client: ClientId, size: Bytes, accessed: SimTime) -> Victim {
    Victim { client, size, created: SimTime(0), accessed }
}

fn at(hours: f64) -> SimTime {
    SimTime((hours * 3_600_000.0) as i64)
}

fn names() -> Names {
    let job = |workflow, name: &str, group: &str| JobName {
        workflow: WorkflowId(workflow),
        name: name.into(),
        group: group.into(),
        after_failure: false,
    };
    Names {
        clients: ["rust-cache", "sccache", "buildkit"].map(String::from).to_vec(),
        workflows: ["ci", "images"].map(String::from).to_vec(),
        jobs: vec![job(0, "test", "test"), job(1, "api (amd64)", "api"), job(1, "api (arm64)", "api")],
        steps: vec!["cook".into()],
        sets: vec![],
    }
}

pub fn recorder() -> Metrics {
    Metrics::new(names(), Window { start: at(0.0), measure_from: at(24.0), end: at(72.0) }, Bytes(1_000))
}

fn site(client: ClientId, job: JobId, kind: RefKind) -> Site {
    Site { client, job, kind }
}

/// The value of a metric under exactly these labels.
pub fn value(outcome: &Outcome, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let mut found = outcome.values.iter().filter(|value| {
        let has = |(label, text): &(&str, &str)| value.labels.iter().any(|(l, t)| l == label && t == text);
        value.metric.name == name && value.labels.len() == labels.len() && labels.iter().all(has)
    });
    let first = found.next().map(|value| value.value);
    assert!(found.next().is_none(), "{name} {labels:?} twice");
    first
}

pub fn close(found: Option<f64>, expected: f64) {
    let found = found.expect("a value");
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found}, expected {expected}");
}

pub fn run(job: JobId, queued: f64, minutes: f64, conclusion: Conclusion) -> JobRun {
    let started = at(queued) + Duration::MINUTE;
    JobRun {
        push: 0,
        workflow: WorkflowId(u16::from(job != TEST)),
        job,
        kind: RefKind::Main,
        queued: at(queued),
        started,
        price_per_minute: Money(8_000),
        ended: started + Duration::MINUTE.scaled(minutes),
        conclusion,
        failure: None,
        build: Duration::MINUTE.scaled(minutes / 2.0),
        ideal: Duration::MINUTE,
        stalled: Duration::ZERO,
        waited: Duration::ZERO,
        losses: vec![],
        dependencies: Duration::ZERO,
        restores: vec![],
        objects_hit: 0,
        objects_missed: 0,
        writes_attempted: 0,
        writes_failed: 0,
        read_only: false,
        steps: vec![],
    }
}

#[test]
fn levels_are_weighted_by_the_time_they_stand() {
    let mut recorder = recorder();
    recorder.level(at(1.0), Bytes(400), 4); // stands 23 h of warm-up and 12 h that count
    recorder.level(at(36.0), Bytes(5_000), 50); // stands for no time: not a peak
    recorder.level(at(36.0), Bytes(1_600), 16); // 24 h
    recorder.level(at(60.0), Bytes(1_000), 10); // 12 h; the limit itself is not over the limit
    let outcome = recorder.finish();
    // (400 × 12 + 1600 × 24 + 1000 × 12) ÷ 48 = (4800 + 38400 + 12000) ÷ 48 = 1150
    close(value(&outcome, "cache.bytes", &[("stat", "mean")]), 1150.0);
    close(value(&outcome, "cache.bytes", &[("stat", "peak")]), 1600.0);
    close(value(&outcome, "cache.bytes", &[("stat", "final")]), 1000.0);
    close(value(&outcome, "cache.entries", &[("stat", "mean")]), 11.5);
    // 24 h of 48 h above 1000 bytes.
    close(value(&outcome, "cache.over_limit_share", &[]), 0.5);
}

#[test]
fn a_level_after_the_end_counts_for_nothing() {
    let mut recorder = recorder();
    recorder.level(at(24.0), Bytes(100), 1);
    recorder.level(at(80.0), Bytes(900), 9);
    let outcome = recorder.finish();
    close(value(&outcome, "cache.bytes", &[("stat", "mean")]), 100.0);
    close(value(&outcome, "cache.bytes", &[("stat", "final")]), 100.0);
}

#[test]
fn unreachable_bytes_are_those_nobody_can_choose() {
    let mut recorder = recorder();
    recorder.unreachable(at(12.0), at(36.0), Bytes(240)); // 12 h that count
    recorder.unreachable(at(30.5), at(31.5), Bytes(100)); // covers the full hour 31
    recorder.unreachable(at(40.25), at(40.75), Bytes(9_600)); // covers no full hour
    recorder.unreachable(at(66.0), at(100.0), Bytes(80)); // 6 h, and still there at the end
    recorder.unreachable(at(2.0), at(3.0), Bytes(7_777)); // warm-up
    recorder.unreachable(at(13.0), at(90.0), Bytes(5_555)); // taken back
    recorder.reachable(at(13.0), at(90.0), Bytes(5_555));
    let outcome = recorder.finish();
    // (240 × 12 + 100 × 1 + 9600 × 0.5 + 80 × 6) ÷ 48 = (2880 + 100 + 4800 + 480) ÷ 48 = 8260 ÷ 48
    close(value(&outcome, "cache.unreachable_bytes", &[("stat", "mean")]), 8260.0 / 48.0);
    // At 31:00 both 240 and 100.
    close(value(&outcome, "cache.unreachable_bytes", &[("stat", "peak")]), 340.0);
    close(value(&outcome, "cache.unreachable_bytes", &[("stat", "final")]), 80.0);
}

#[test]
fn eviction_age_quantiles_interpolate_between_entries() {
    let mut recorder = recorder();
    for age in [1.0, 2.0, 4.0, 8.0, 16.0] {
        recorder.evicted(at(40.0), &victim(RUST, Bytes(10), at(40.0 - age)), RemovalReason::Size);
    }
    recorder.evicted(at(40.0), &victim(RUST, Bytes(10), at(0.0)), RemovalReason::Idle); // expiry has no eviction age
    recorder.evicted(at(23.9), &victim(RUST, Bytes(10), at(0.0)), RemovalReason::Size); // warm-up
    let outcome = recorder.finish();
    // n = 5, ranks 0–4. p10: rank 0.4 = 1 + 0.4 × (2 − 1); p50: rank 2; p90: rank 3.6 = 8 + 0.6 × 8.
    close(value(&outcome, "cache.eviction_age", &[("stat", "p10")]), 1.4);
    close(value(&outcome, "cache.eviction_age", &[("stat", "p50")]), 4.0);
    close(value(&outcome, "cache.eviction_age", &[("stat", "p90")]), 12.8);
    close(value(&outcome, "cache.evicted_entries", &[("reason", "size")]), 2.5);
    close(value(&outcome, "cache.evicted_entries", &[("client", "rust-cache")]), 3.0);
    close(value(&outcome, "cache.evicted_bytes", &[("reason", "idle"), ("client", "rust-cache")]), 5.0);
    let nothing = value(&outcome, "cache.evicted_bytes", &[("reason", "size"), ("client", "sccache")]);
    assert_eq!(nothing, None);
}

#[test]
fn quantiles_of_one_and_two_values() {
    assert_eq!(quantile(&mut [7.0], 0.9), 7.0);
    assert_eq!(quantile(&mut [3.0, 1.0], 0.5), 2.0);
    assert_eq!(quantile(&mut [3.0, 1.0], 1.0), 3.0);
}

#[test]
fn a_quantile_lies_between_the_two_closest_ranks() {
    // Sorted 0 1 1 2 5 9: (6 − 1) · 0.9 = 4.5, so halfway from 5 to 9; (6 − 1) · 0.1 = 0.5, from 0 to 1.
    let mut values = [5.0, 1.0, 9.0, 0.0, 2.0, 1.0];
    assert_eq!([0.1, 0.5, 0.9].map(|p| quantile(&mut values, p)), [0.5, 1.5, 7.0]);
}

#[test]
fn traffic_is_counted_by_client_job_and_ref() {
    let mut recorder = recorder();
    let main = site(RUST, TEST, RefKind::Main);
    let pull = site(RUST, TEST, RefKind::PullRequest);
    recorder.restore(at(23.0), main, RestoreOutcome::Miss, Bytes(50)); // warm-up
    recorder.restore(at(24.0), main, RestoreOutcome::Exact, Bytes(300));
    recorder.restore(at(25.0), main, RestoreOutcome::Prefix, Bytes(100));
    recorder.restore(at(26.0), main, RestoreOutcome::Miss, Bytes(200));
    recorder.restore(at(27.0), pull, RestoreOutcome::RateLimited, Bytes(0));
    recorder.restore(at(72.0), pull, RestoreOutcome::Exact, Bytes(1)); // the end is not measured
    let outcome = recorder.finish();
    let rust = ("client", "rust-cache");
    // 2 of 3 on main, 2 of 4 in all; bytes 400 of 600.
    close(value(&outcome, "restore.hit_ratio", &[rust, ("ref", "main")]), 2.0 / 3.0);
    close(value(&outcome, "restore.hit_ratio", &[]), 0.5);
    close(value(&outcome, "restore.exact_ratio", &[rust, ("job", "test"), ("ref", "main")]), 1.0 / 3.0);
    close(value(&outcome, "restore.byte_hit_ratio", &[rust]), 400.0 / 600.0);
    close(value(&outcome, "restore.count", &[rust]), 2.0);
    close(value(&outcome, "restore.count", &[("outcome", "rate_limited")]), 0.5);
    // Nothing was wanted in bytes on pull requests, and sccache was not used at all.
    assert_eq!(value(&outcome, "restore.byte_hit_ratio", &[rust, ("ref", "pull_request")]), None);
    assert_eq!(value(&outcome, "restore.hit_ratio", &[("client", "sccache")]), None);
}

#[test]
fn legs_of_a_matrix_count_for_their_group_too() {
    let mut recorder = recorder();
    recorder.object(at(30.0), site(BUILDKIT, AMD64, RefKind::Main), true);
    recorder.object(at(30.0), site(BUILDKIT, ARM64, RefKind::Main), false);
    recorder.object(at(30.0), site(BUILDKIT, ARM64, RefKind::Main), false);
    let outcome = recorder.finish();
    close(value(&outcome, "object.hit_ratio", &[("job", "api (amd64)")]), 1.0);
    close(value(&outcome, "object.hit_ratio", &[("job", "api (arm64)")]), 0.0);
    close(value(&outcome, "object.hit_ratio", &[("job", "api")]), 1.0 / 3.0);
    close(
        value(&outcome, "object.hit_ratio", &[("client", "buildkit"), ("job", "api"), ("ref", "main")]),
        1.0 / 3.0,
    );
}

#[test]
fn failed_saves_are_counted_by_reason() {
    let mut recorder = recorder();
    let here = site(SCCACHE, TEST, RefKind::Main);
    for outcome in
        [SaveOutcome::Stored, SaveOutcome::RateLimited, SaveOutcome::RateLimited, SaveOutcome::Exists]
    {
        recorder.save(at(30.0), here, outcome, Bytes(60));
    }
    let outcome = recorder.finish();
    let client = ("client", "sccache");
    close(value(&outcome, "save.attempts", &[client]), 2.0);
    close(value(&outcome, "save.stored", &[client]), 0.5);
    close(value(&outcome, "save.stored_bytes", &[client]), 30.0);
    // Two are refused; the one whose entry exists is not.
    close(value(&outcome, "save.failed", &[client]), 1.0);
    close(value(&outcome, "save.failed", &[client, ("reason", "exists")]), 0.5);
    close(value(&outcome, "save.failed", &[client, ("reason", "rate_limited")]), 1.0);
    close(value(&outcome, "save.failed", &[client, ("reason", "over_quota")]), 0.0);
    close(value(&outcome, "save.failed_share", &[client, ("job", "test")]), 0.5);
}

#[test]
fn blame_is_split_by_what_was_stored_since_the_last_access() {
    let mut recorder = recorder();
    let store = |recorder: &mut Metrics, hour, client, size| {
        recorder.save(at(hour), site(client, TEST, RefKind::Main), SaveOutcome::Stored, Bytes(size));
    };
    store(&mut recorder, 5.0, BUILDKIT, 10_000); // before the last access: blameless
    store(&mut recorder, 20.25, RUST, 5_000); // in its hour, but not in its five minutes: blameless
    store(&mut recorder, 20.51, RUST, 100); // before the last access too, but in its five minutes: counts
    store(&mut recorder, 22.0, SCCACHE, 500); // in the warm-up: counts
    store(&mut recorder, 30.0, SCCACHE, 100);
    store(&mut recorder, 30.0, BUILDKIT, 100);
    recorder.save(at(31.0), site(BUILDKIT, TEST, RefKind::Main), SaveOutcome::RateLimited, Bytes(9_999));
    // Last used at 20:33. Since 20:30: rust-cache 100, sccache 600, buildkit 100, together 800.
    recorder.evicted(at(32.5), &victim(RUST, Bytes(1_600), at(20.55)), RemovalReason::Size);
    let outcome = recorder.finish();
    let blamed =
        |evictor, victim| value(&outcome, "blame.evicted_bytes", &[("evictor", evictor), ("victim", victim)]);
    // 1600 bytes in 2 days: 800 a day, in parts of 1/8, 6/8, 1/8.
    close(blamed("rust-cache", "rust-cache"), 100.0);
    close(blamed("sccache", "rust-cache"), 600.0);
    close(blamed("buildkit", "rust-cache"), 100.0);
    assert_eq!(blamed("sccache", "sccache"), None);
    close(value(&outcome, "blame.evicted_bytes", &[("victim", "rust-cache")]), 800.0);
    close(value(&outcome, "blame.evicted_bytes", &[]), 800.0);
}

#[test]
fn a_miss_is_blamed_on_what_was_stored_until_the_eviction() {
    let mut recorder = recorder();
    let store = |recorder: &mut Metrics, hour, client, size| {
        recorder.save(at(hour), site(client, TEST, RefKind::Main), SaveOutcome::Stored, Bytes(size));
    };
    store(&mut recorder, 26.0, SCCACHE, 300);
    store(&mut recorder, 28.3, BUILDKIT, 400); // in the five minutes of the eviction
    store(&mut recorder, 35.0, BUILDKIT, 10_000); // after it: blameless
    // Evicted at 28:16:15. Of the 400 bytes stored during 28:15–28:20 a quarter counts: 100.
    let evicted = at(28.0 + 16.25 / 60.0);
    recorder.missed_evicted(at(40.0), &victim(RUST, Bytes(0), at(25.0)), evicted, RemovalReason::Size);
    recorder.missed_evicted(at(40.0), &victim(RUST, Bytes(0), at(25.0)), evicted, RemovalReason::Idle); // nobody's writes
    let outcome = recorder.finish();
    let blamed = |evictor| value(&outcome, "blame.misses", &[("evictor", evictor), ("victim", "rust-cache")]);
    // One miss in 2 days: sccache 300 ÷ 400, buildkit 100 ÷ 400.
    close(blamed("sccache"), 0.375);
    close(blamed("buildkit"), 0.125);
}

#[test]
fn nothing_pushes_itself_out() {
    let mut recorder = recorder();
    let store = |recorder: &mut Metrics, hour, client, size| {
        recorder.save(at(hour), site(client, TEST, RefKind::Main), SaveOutcome::Stored, Bytes(size));
    };
    let fresh =
        |hour, size| Victim { client: RUST, size: Bytes(size), created: at(hour), accessed: at(hour) };
    store(&mut recorder, 26.0, RUST, 600); // goes before its first use
    store(&mut recorder, 26.5, RUST, 200);
    store(&mut recorder, 27.0, SCCACHE, 300);
    store(&mut recorder, 40.0, RUST, 50);
    recorder.evicted(at(28.0), &fresh(26.0, 600), RemovalReason::Size);
    recorder.evicted(at(41.0), &fresh(40.0, 50), RemovalReason::Size); // nothing else was stored: nobody's fault
    let outcome = recorder.finish();
    let blamed =
        |evictor| value(&outcome, "blame.evicted_bytes", &[("evictor", evictor), ("victim", "rust-cache")]);
    // 600 bytes in 2 days: 300 a day, in parts of 200 ÷ 500 and 300 ÷ 500.
    close(blamed("rust-cache"), 120.0);
    close(blamed("sccache"), 180.0);
}

#[test]
fn nobody_is_blamed_where_nothing_was_stored() {
    let mut recorder = recorder();
    recorder.evicted(at(30.0), &victim(RUST, Bytes(100), at(20.0)), RemovalReason::Size);
    let outcome = recorder.finish();
    assert_eq!(value(&outcome, "blame.evicted_bytes", &[]), None);
    close(value(&outcome, "cache.evicted_bytes", &[]), 50.0);
    assert_eq!(outcome.top_evictions[0].evictor, None);
}

#[test]
fn the_largest_evictions_are_kept_by_sweep_and_client() {
    let mut recorder = recorder();
    let store = |recorder: &mut Metrics, hour, client, size| {
        recorder.save(at(hour), site(client, TEST, RefKind::Main), SaveOutcome::Stored, Bytes(size));
    };
    store(&mut recorder, 25.0, SCCACHE, 750);
    store(&mut recorder, 25.0, BUILDKIT, 250);
    recorder.evicted(at(30.0), &victim(RUST, Bytes(40), at(20.0)), RemovalReason::Size);
    recorder.evicted(at(30.0), &victim(BUILDKIT, Bytes(500), at(24.0)), RemovalReason::Size);
    recorder.evicted(at(30.0), &victim(RUST, Bytes(60), at(24.5)), RemovalReason::Size);
    for sweep in 31..45 {
        recorder.evicted(at(f64::from(sweep)), &victim(RUST, Bytes(1), at(20.0)), RemovalReason::Size);
    }
    let top = recorder.finish().top_evictions;
    assert_eq!(top.len(), 10);
    assert_eq!((top[0].victim, top[0].bytes), (BUILDKIT, Bytes(500)));
    assert_eq!((top[1].victim, top[1].bytes, top[1].entries), (RUST, Bytes(100), 2));
    assert_eq!(top[1].idle_min, Duration::HOUR.scaled(5.5));
    assert_eq!(top[1].evictor, Some((SCCACHE, 0.75)));
    assert_eq!((top[2].bytes, top[2].at), (Bytes(1), at(31.0)));
}

#[test]
fn durations_are_those_of_successful_measured_runs() {
    let mut recorder = recorder();
    recorder.job(run(TEST, 20.0, 500.0, Conclusion::Success)); // queued in the warm-up
    recorder.job(run(TEST, 25.0, 10.0, Conclusion::Success));
    recorder.job(run(TEST, 26.0, 20.0, Conclusion::Success));
    recorder.job(run(TEST, 27.0, 1.0, Conclusion::OutOfDisk));
    recorder.job(run(AMD64, 27.0, 40.0, Conclusion::Success));
    let outcome = recorder.finish();
    let test = ("job", "test");
    close(value(&outcome, "job.duration", &[test, ("stat", "mean")]), 15.0);
    // Two values: p10 = 10 + 0.1 × 10.
    close(value(&outcome, "job.duration", &[test, ("stat", "p10")]), 11.0);
    close(
        value(
            &outcome,
            "job.duration",
            &[("workflow", "images"), ("job", "api"), ("ref", "main"), ("stat", "p50")],
        ),
        40.0,
    );
    close(value(&outcome, "job.runs", &[test]), 1.5);
    close(value(&outcome, "job.runs", &[test, ("conclusion", "out_of_disk")]), 0.5);
    close(value(&outcome, "job.success_share", &[test]), 2.0 / 3.0);
    close(value(&outcome, "job.success_share", &[]), 3.0 / 4.0);
    // Builds of 5, 10 and 20 min, each of which a perfect cache would do in 1 min.
    close(value(&outcome, "job.wasted_share", &[test]), (4.0 + 9.0) / 15.0);
    close(value(&outcome, "job.wasted_share", &[]), (4.0 + 9.0 + 19.0) / 35.0);
    assert_eq!(outcome.runs.len(), 5, "the records keep the warm-up");
}

#[test]
fn what_single_runs_lose_of_their_writes_is_told_by_quantiles() {
    let mut recorder = recorder();
    // 0, 10, …, 100 % of 20 writes: p5, p50 and p95 are 5, 50 and 95 %. A run of 9 writes does not count.
    for tenth in 0..=10 {
        recorder.job(JobRun {
            writes_attempted: 20,
            writes_failed: 2 * tenth,
            ..run(AMD64, 30.0, 5.0, Conclusion::Success)
        });
    }
    let few = JobRun { writes_attempted: 9, writes_failed: 9, ..run(AMD64, 30.0, 5.0, Conclusion::Success) };
    recorder.job(few);
    let outcome = recorder.finish();
    for (stat, share) in [("p5", 0.05), ("p50", 0.5), ("p95", 0.95)] {
        close(value(&outcome, "job.failed_writes", &[("job", "api (amd64)"), ("stat", stat)]), share);
    }
}

#[test]
fn misses_of_jobs_say_whether_the_entry_had_been_there() {
    let mut recorder = recorder();
    let (cause, bytes) = (LossCause::NewKey, Bytes(0));
    let restore = |outcome, evicted| Restore { client: RUST, outcome, evicted, cause, stalled: false, bytes };
    let mut first = run(TEST, 25.0, 10.0, Conclusion::Success);
    first.restores = vec![
        restore(RestoreOutcome::Exact, None),
        restore(RestoreOutcome::Miss, Some(RemovalReason::Size)),
        restore(RestoreOutcome::Miss, Some(RemovalReason::Idle)),
        restore(RestoreOutcome::Miss, None),
        restore(RestoreOutcome::Miss, Some(RemovalReason::Size)),
    ];
    first.steps = vec![(0, true)];
    let mut second = run(TEST, 26.0, 10.0, Conclusion::Failed);
    second.steps = vec![(0, false)];
    recorder.job(first);
    recorder.job(second);
    let outcome = recorder.finish();
    let labels = |reason| [("client", "rust-cache"), ("ref", "main"), ("reason", reason)];
    // Of 4 misses, 2 were evicted and 1 had expired.
    close(value(&outcome, "restore.evicted_share", &labels("size")), 0.5);
    close(value(&outcome, "restore.evicted_share", &labels("idle")), 0.25);
    close(value(&outcome, "step.cached_ratio", &[("step", "cook")]), 0.5);
    close(value(&outcome, "step.cached_ratio", &[("job", "test"), ("ref", "main"), ("step", "cook")]), 0.5);
}

#[test]
fn workflows_last_from_trigger_to_last_job() {
    let mut recorder = recorder();
    for (minutes, conclusion) in
        [(30, Conclusion::Success), (50, Conclusion::Success), (9, Conclusion::Cancelled)]
    {
        recorder.workflow(WorkflowRun {
            number: minutes as u32,
            attempt: 1,
            required: true,
            push: 0,
            workflow: WorkflowId(0),
            class: RefClass::PullRequest,
            triggered: at(30.0),
            ended: at(30.0) + Duration(minutes * 60_000),
            conclusion,
        });
    }
    let outcome = recorder.finish();
    close(value(&outcome, "workflow.duration", &[("workflow", "ci"), ("stat", "mean")]), 40.0);
    close(value(&outcome, "workflow.duration", &[("ref", "pull_request"), ("stat", "p90")]), 48.0);
}

#[test]
fn runner_time_is_per_day_and_cost_per_thirty_days() {
    let mut recorder = recorder();
    recorder.runner(at(23.0), Duration::HOUR, Money(5_000_000));
    recorder.runner(at(24.0), Duration::HOUR, Money(480_000));
    recorder.runner(at(50.0), Duration::MINUTE, Money(20_000));
    let outcome = recorder.finish();
    // 61 min in 2 days; 0.50 USD in 2 days is 7.50 USD in 30.
    close(value(&outcome, "runner.minutes", &[]), 30.5);
    close(value(&outcome, "runner.cost", &[]), 7.5);
}

#[test]
fn the_catalogue_is_consistent() {
    for (index, metric) in CATALOGUE.iter().enumerate() {
        assert!(CATALOGUE[..index].iter().all(|other| other.name != metric.name), "{} twice", metric.name);
        assert!(metric.meaning.ends_with('.') && metric.how.ends_with('.'), "{}", metric.name);
    }
    // Every label a value can carry is one its metric declares, in its order: `Values` picks by them.
    let mut recorder = recorder();
    recorder.restore(at(30.0), site(RUST, AMD64, RefKind::Tag), RestoreOutcome::Miss, Bytes(1));
    recorder.job(run(AMD64, 30.0, 5.0, Conclusion::Success));
    for value in recorder.finish().values {
        let order: Vec<_> = value
            .labels
            .iter()
            .map(|(label, _)| value.metric.labels.iter().position(|l| l == label))
            .collect();
        assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{value:?}");
        assert!(value.value.is_finite(), "{value:?}");
    }
}

#[test]
fn a_push_waits_for_its_last_run_and_pays_for_all_of_them() {
    let mut recorder = recorder();
    let minute = |n: i64| SimTime(Duration::DAY.0 + n * Duration::MINUTE.0);
    let run = |push, from, to: i64, conclusion| WorkflowRun {
        number: to as u32,
        attempt: 1,
        required: true,
        push,
        workflow: WorkflowId(0),
        class: RefClass::Main,
        triggered: minute(from),
        ended: minute(to),
        conclusion,
    };
    for push in [0, 1] {
        recorder.push(minute(0), push);
    }
    recorder.workflow(run(0, 0, 10, Conclusion::Success));
    recorder.workflow(run(0, 0, 25, Conclusion::Success));
    // One of its runs failed: nobody waits for the other.
    recorder.workflow(run(1, 0, 90, Conclusion::Success));
    recorder.workflow(run(1, 0, 5, Conclusion::Failed));
    // A scheduled run is nobody's push, but its minutes are paid for.
    recorder.workflow(run(2, 0, 400, Conclusion::Success));
    recorder.runner(minute(0), Duration::MINUTE.scaled(60.0), Money(0));
    let outcome = recorder.finish();
    assert_eq!(value(&outcome, "push.waiting", &[("ref", "main"), ("stat", "mean")]), Some(25.0));
    assert_eq!(value(&outcome, "push.runner_minutes", &[]), Some(30.0));
}
