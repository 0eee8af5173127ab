//! What must hold after every event of any scenario: bytes are conserved, limits are kept, sweeps
//! come on time, and the same seed gives the same outcome.

use cache_budget::diagnostic::Style;
use cache_budget::engine::Model;
use cache_budget::event::{Conclusion, JobRun, Observer, SaveOutcome};
use cache_budget::observe::{Outcome, measure, measure_with};
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use cache_budget::service::{Limits, Service, Sweep};
use cache_budget::units::{Bytes, Duration, SimTime};
use proptest::prelude::*;
use proptest::sample::select;

/// One job's keys and cache clients, besides its name.
fn job() -> impl Strategy<Value = String> {
    let saves = || select(vec!["always", "default-branch", "never"]);
    let compile = (clients(saves()), 0..3u32).prop_map(|(caches, fails)| {
        format!("compile = {{ flavour = \"dev\" }}\nfails = 0.{fails}\n{caches}")
    });
    let scopes = select(vec!["buildkit", "{image}", "{image}-{arch}"]);
    let image = (scopes, select(vec!["min", "max"]), saves(), any::<bool>(), 1..20u32).prop_map(
        |(scope, mode, saves, ignore, timeout)| {
            format!(
                "image = \"api\"\nmatrix = {{ arch = [\"amd64\", \"arm64\"] }}\n\
                 cache.buildkit-gha = {{ scope = \"{scope}\", mode = \"{mode}\", save-if = \"{saves}\", \
                 ignore-error = {ignore}, timeout = \"{timeout} s\" }}\n"
            )
        },
    );
    let other = (saves(), 1..90u32).prop_map(|(saves, size)| {
        format!(
            "setup = \"20 s\"\ncache.setup-node = {{ size = \"{size} MB\", save-if = \"{saves}\" }}\n\
             cache.actions-cache = {{ key = \"k-{{lock}}-{{sha}}\", restore-keys = [\"k-{{lock}}\", \"k-\"], \
             size = \"{size} MB\" }}\n"
        )
    });
    prop_oneof![3 => compile, 2 => image, 1 => other]
}

/// rust-cache, sccache, both or none.
fn clients(saves: impl Strategy<Value = &'static str>) -> impl Strategy<Value = String> {
    (any::<[bool; 3]>(), saves, 0..=10u32).prop_map(
        |([rust_cache, sccache, failure], saves, deterministic)| {
            let mut text = String::new();
            if rust_cache {
                text += &format!("cache.rust-cache = {{ registry = \"5 MB\", on-failure = {failure} }}\n");
            }
            if sccache {
                let deterministic = f64::from(deterministic) / 10.0;
                text += &format!(
                    "cache.sccache = {{ save-if = \"{saves}\", deterministic = {deterministic} }}\n"
                );
            }
            text
        },
    )
}

/// One to three workflows of one or two jobs, the second sometimes needing the first.
fn workflows() -> impl Strategy<Value = String> {
    let concurrency = select(vec!["unlimited", "cancel", "queue"]);
    let workflow = (job(), proptest::option::of(job()), any::<bool>(), concurrency, 3..200u32);
    proptest::collection::vec(workflow, 1..4).prop_map(|workflows| {
        let mut text = String::new();
        for (i, (first, second, needs, concurrency, timeout)) in workflows.into_iter().enumerate() {
            text += &format!(
                "[workflow.w{i}]\non = [\"push main\", \"pull_request\", \"merge_group\", \"release\", \"schedule\"]\n\
                 concurrency = \"{concurrency}\"\n[workflow.w{i}.job.one]\n{first}timeout = \"{timeout} s\"\n"
            );
            if let Some(second) = second {
                let needs = if needs { "needs = \"one\"\n" } else { "" };
                text += &format!("[workflow.w{i}.job.two]\n{needs}{second}");
            }
        }
        text
    })
}

fn cache() -> impl Strategy<Value = String> {
    let sweep = select(vec!["hourly", "daily", "instant", "none", "20 min", "7 min"]);
    let order = select(vec!["least-recently-accessed", "oldest-created"]);
    let choices = (sweep, order, select(vec!["look-up", "download"]), select(vec!["evict", "reject"]));
    let numbers = (20..2_000u32, 1..40u32, 1..60u32, 1..40u32, 0..30u32, 1..30u32, any::<bool>());
    (choices, numbers).prop_map(
        |((sweep, order, touch, quota), (limit, up, down, retention, lag, reservation, fixed))| {
            let phase = if fixed { "sweep-phase = \"3 min\"\n" } else { "" };
            format!(
                "[cache]\nlimit = \"{limit} MB\"\nsweep = \"{sweep}\"\n{phase}order = \"{order}\"\ntouch = \"{touch}\"\n\
                 over-quota = \"{quota}\"\nuploads-per-minute = {up}\ndownloads-per-minute = {down}\n\
                 retention = \"{retention} h\"\nvisibility-lag = \"{lag} s\"\nreservation = \"{reservation} h\"\n"
            )
        },
    )
}

fn workload() -> impl Strategy<Value = String> {
    (1..6u32, 2..16u32, 0..=10u32, 0..=10u32, 0..=3u32, any::<bool>()).prop_map(
        |(days, pushes, pulls, forks, bursts, queue)| {
            let share = |tenths| f64::from(tenths) / 10.0;
            format!(
                "[workload]\nwarmup = \"6 h\"\ndays = {days}\npushes-per-day = {pushes}\n\
                 pull-requests = {{ share = {}, forks = {} }}\nbursts-per-week = {bursts}\n\
                 changes = {{ lock = 0.3, toolchain = 0.1, web-lock = 0.2 }}\nreleases-per-month = 10\n\
                 merge-queue = {queue}\nschedules-per-day = 1\n",
                share(pulls),
                share(forks)
            )
        },
    )
}

const PROJECT: &str = "[project]\nexternal-crates = 12\n[project.flavour.dev]\ndependency-work = \"60 s\"\n\
    workspace-work = \"5 s\"\ntail = \"2 s\"\ndependency-archive = \"40 MB\"\n\
    [[image.api.step]]\nname = \"base\"\ncontent = \"base\"\nwork = \"5 s\"\nlayer = \"9 MB\"\nreproducible = true\n\
    [[image.api.step]]\nname = \"cook\"\ncontent = \"recipe\"\nwork = \"40 s\"\nlayer = \"30 MB\"\n\
    [[image.api.step]]\nname = \"build\"\ncontent = \"context\"\nwork = \"10 s\"\n\
    [[image.api.step]]\nname = \"final\"\nstage = true\nwork = \"1 s\"\nlayer = \"4 MB\"\nin-final = true\n\
    [[image.api.step]]\nname = \"install\"\ncopies-from = [\"build\"]\ncontent = \"context\"\nwork = \"1 s\"\n\
    layer = \"8 MB\"\nin-final = true\n";

/// A scenario that is always accepted.
pub fn scenario() -> impl Strategy<Value = String> {
    (cache(), workload(), workflows(), 1..8u32, 1..10u32).prop_map(
        |(cache, workload, workflows, concurrency, total)| {
            let runner = format!("[runner.ubuntu-latest]\nconcurrency = {concurrency}\n");
            format!("{cache}{workload}{runner}[ci]\njob-concurrency = {total}\n{PROJECT}{workflows}")
        },
    )
}

fn model(text: &str) -> Model {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.toml");
    std::fs::write(&path, text).expect("a file in the folder");
    load(&path, &[]).unwrap_or_else(|report| panic!("{}", report.render(&Style::default()))).model
}

/// Looks at the service after every event.
struct Inspector {
    end: SimTime,
    now: SimTime,
    /// What was stored after the last event of the simulated time.
    bytes: Bytes,
    /// What is still there of it: after the end, a request may free an entry whose retention has ended.
    left: Bytes,
    /// When the sweeps came, as far as they took something.
    sweeps: Vec<SimTime>,
    /// Since when the limit is exceeded.
    over_since: Option<SimTime>,
    /// The last access of the entry that was idle longest, before this event.
    oldest: Option<SimTime>,
}

impl Observer for Inspector {
    fn settled(&mut self, now: SimTime, service: &Service) {
        assert!(now >= self.now, "time goes on");
        self.now = now;
        service.check_invariants();
        for entry in service.list() {
            assert!(entry.accessed >= entry.created && entry.accessed <= now, "{entry:?} at {now}");
        }
        within_the_rates(service.admitted(now), service.limits());
        let bytes = service.bytes();
        let expired = self.oldest.is_some_and(|accessed| now - accessed > service.limits().retention);
        self.oldest = service.list().map(|entry| entry.accessed).min();
        if now <= self.end {
            self.sweeps_come_on_time(now, bytes, expired, service.limits());
            (self.bytes, self.left) = (bytes, bytes);
        } else if service.limits().sweep == Sweep::Instant {
            // A save of a job that goes on sweeps at once, after the end as before it.
            assert!(bytes <= service.limits().limit, "swept after every save");
        } else if expired {
            self.left = self.left.min(bytes);
        } else {
            assert!(bytes >= self.left, "after the end nothing is swept any more");
        }
    }
}

fn within_the_rates((uploads, downloads): (u32, u32), limits: &Limits) {
    assert!(limits.uploads_per_minute.is_none_or(|limit| uploads <= limit));
    assert!(limits.downloads_per_minute.is_none_or(|limit| downloads <= limit));
}

impl Inspector {
    /// Between sweeps a request may free the bytes of an entry whose retention has ended.
    fn sweeps_come_on_time(&mut self, now: SimTime, bytes: Bytes, expired: bool, limits: &Limits) {
        match limits.sweep {
            Sweep::Never => assert!(bytes >= self.bytes, "nobody else takes anything"),
            Sweep::Instant => assert!(bytes <= limits.limit, "{bytes} at {now}"),
            Sweep::Every { period, .. } => {
                if bytes < self.bytes && !expired {
                    assert!(bytes <= limits.limit, "a sweep leaves {bytes}");
                    self.sweeps.push(now);
                }
                // No more than one period over the limit.
                self.over_since = self.over_since.or(Some(now)).filter(|_| bytes > limits.limit);
                assert!(
                    self.over_since.is_none_or(|since| now - since <= period),
                    "over the limit for too long"
                );
            }
        }
    }

    /// All sweeps stand on one grid, the given one where the phase is fixed.
    fn sweeps_stand_on_a_grid(&self, limits: &Limits) {
        let Sweep::Every { period, phase } = limits.sweep else { return };
        let phases = self.sweeps.iter().map(|at| Duration(at.0.rem_euclid(period.0)));
        let first = phase.or(phases.clone().next());
        assert!(phases.clone().all(|found| Some(found) == first), "{:?}", self.sweeps);
    }
}

/// Never more jobs at once than there are runners; no job before its time or beyond its timeout.
fn runs_are_sound(outcome: &Outcome, model: &Model) {
    let mut changes: Vec<(SimTime, i32)> = Vec::new();
    let jobs: Vec<_> = model.workflows.iter().flat_map(|workflow| &workflow.jobs).collect();
    for run in &outcome.runs {
        let JobRun { queued, started, ended, .. } = *run;
        assert!(queued <= started && started <= ended);
        // A job that is cancelled or out of time saves for five minutes more, where a step holds even then.
        let is_stopped = matches!(run.conclusion, Conclusion::Cancelled | Conclusion::TimedOut);
        let more = if is_stopped { Duration(5 * Duration::MINUTE.0) } else { Duration::ZERO };
        assert!(ended - started <= jobs[usize::from(run.job.0)].timeout + more, "{run:?}");
        assert!(run.writes_failed <= run.writes_attempted, "{run:?}");
        changes.extend([(started, 1), (ended, -1)]);
    }
    // Of equal times those that end come first.
    changes.sort_unstable();
    let limit = model.runners[0].concurrency.min(model.job_concurrency).expect("both are set") as i32;
    changes.iter().fold(0, |busy, (_, change)| {
        assert!(busy + change <= limit, "{} jobs at once", busy + change);
        busy + change
    });
}

/// Every attempt to save is stored, refused or finds its entry, under every combination of labels.
fn saves_add_up(outcome: &Outcome) {
    let value = |name: &str, labels: &[(&str, String)]| {
        let mut same = outcome.values.iter().filter(|value| value.metric.name == name);
        same.find(|value| value.labels == labels).map_or(0.0, |value| value.value)
    };
    for attempts in outcome.values.iter().filter(|value| value.metric.name == "save.attempts") {
        let labels = &attempts.labels;
        let because = |reason: SaveOutcome| {
            let reason = ("reason", reason.label().to_owned());
            value("save.failed", &[labels.as_slice(), &[reason]].concat())
        };
        let [stored, failed] = ["save.stored", "save.failed"].map(|name| value(name, labels));
        let refused = SaveOutcome::FAILURES.into_iter().filter(|why| *why != SaveOutcome::Exists);
        let refused: f64 = refused.map(because).sum();
        assert!((stored + failed + because(SaveOutcome::Exists) - attempts.value).abs() < 1e-9, "{labels:?}");
        assert!((refused - failed).abs() < 1e-9, "{labels:?}");
        assert!((value("save.failed_share", labels) * attempts.value - failed).abs() < 1e-9, "{labels:?}");
    }
}

fn final_bytes(outcome: &Outcome) -> f64 {
    let is_final = |(name, text): &(&str, String)| *name == "stat" && text == "final";
    let mut bytes = outcome.values.iter().filter(|value| value.metric.name == "cache.bytes");
    bytes.find(|value| value.labels.iter().any(is_final)).expect("the level is measured").value
}

/// Plays a scenario of this module, and looks at everything after every event.
pub fn hold(text: &str, seed: u64) {
    let model = model(text);
    let draws = Draws::new(seed, 0);
    let outcome = measure(&model, draws).expect("within the event limit");
    let (start, end) = (outcome.window.start, outcome.window.end);
    let (bytes, sweeps) = (Bytes::ZERO, Vec::new());
    let mut inspector =
        Inspector { end, now: start, bytes, left: bytes, sweeps, over_since: None, oldest: None };
    let watched = measure_with(&model, draws, &mut inspector).expect("as before");
    assert_eq!(outcome, watched, "nobody sees that somebody looks on");
    inspector.sweeps_stand_on_a_grid(&model.cache);
    assert_eq!(inspector.bytes.as_f64(), final_bytes(&outcome));
    runs_are_sound(&outcome, &model);
    saves_add_up(&outcome);
    outcome.runs.iter().for_each(crate::lost::add_up);
    crate::lost::minutes_add_up(&outcome);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hold_after_every_event(text in scenario(), seed in 0..1_000u64) {
        hold(&text, seed);
    }
}
