//! What one scenario's replications say about the claims, reduced to plain numbers.

use super::held_out::HeldOut;
use cache_budget::event::{Conclusion, JobRun, Observer, RefClass, RefKind, RestoreOutcome};
use cache_budget::observe::{Outcome, measure_with};
use cache_budget::random::Draws;
use cache_budget::scenario;
use cache_budget::service::{RemovalReason, Service};
use cache_budget::units::{Bytes, SimTime};
use rayon::prelude::*;
use std::path::Path;

/// The numbers of one scenario, pooled over its replications.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// The scenario's file name without its ending.
    pub name: String,
    /// How many replications are behind it.
    pub replications: u32,
    /// Main's check runs that asked for a rust-cache entry.
    pub main_restores: f64,
    /// … that found none.
    pub main_misses: f64,
    /// … because it had been evicted for size.
    pub main_evicted: f64,
    /// Share of replications in which the push of #1200 found main's entry evicted for size.
    pub push_1200_evicted: f64,
    /// Share of lost sccache writes of each cold Test job that for at least half of its time
    /// overlaps another push's Test that started cold as well.
    pub overlapping_losses: Vec<f64>,
    /// How many writes each of them attempted.
    pub overlapping_writes: Vec<f64>,
    /// The same share of all other cold Test jobs.
    pub lone_losses: Vec<f64>,
    /// Clippy's sccache objects on main: found, of all asked for.
    pub clippy_main_objects: (f64, f64),
    /// … in all runs.
    pub clippy_objects: (f64, f64),
    /// Minutes of cold Test jobs, and the share of dependency compilation in each.
    pub cold_test: Vec<(f64, f64)>,
    /// Minutes of warm Test jobs on main.
    pub warm_test: Vec<f64>,
    /// Minutes of finished image workflow runs on main.
    pub image_runs: Vec<f64>,
    /// Minutes of those whose dependency layers were all cached.
    pub warm_image_runs: Vec<f64>,
    /// Finished image runs in which some dependency layers were cached and others not, and all.
    pub mixed_image_runs: (f64, f64),
    /// Image runs in which for some image one architecture was cached and the other not.
    pub split_by_arch: f64,
    /// Minutes of meteroid-api jobs whose dependency layer was not cached.
    pub api_cold: Vec<f64>,
    /// Minutes of meteroid-scheduler jobs whose dependency layer was cached.
    pub scheduler_warm: Vec<f64>,
    /// Dependency layers found by meteroid's Rust image jobs, of all wanted.
    pub cook: (f64, f64),
    /// sccache's writes on an average day.
    pub sccache_writes: Writes,
    /// Minutes that runners work for one push, of each replication.
    pub runner_minutes: Vec<f64>,
    /// rust-cache entries saved from pull requests.
    pub pull_request_saves: f64,
    /// Largest total of the cache in GB, mean over replications.
    pub peak_gb: f64,
    /// The same since each of [`SINCE`].
    pub peak_since_gb: [f64; 2],
    /// The weeks after the merge.
    pub held_out: HeldOut,
}

/// What becomes of what sccache writes, a day.
#[derive(Debug, Clone, Copy, Default)]
pub struct Writes {
    /// All that it tried.
    pub attempted: f64,
    /// Refused because 200 uploads of this minute were through.
    pub rate_limited: f64,
    /// Not even sent: the check entry of the server's start was refused, so that it only reads.
    pub read_only: f64,
    /// Somebody else's upload of the same object was first.
    pub exists: f64,
}

/// When the lock file was committed (#1149), the time the facts about sizes are of, and when the
/// pull request was merged.
const SINCE: [&str; 2] = ["2026-06-12T16:52:35Z", super::held_out::MERGED];

/// The largest total of the cache from some times on.
struct Peaks([(SimTime, Bytes); 2]);

impl Observer for Peaks {
    fn settled(&mut self, now: SimTime, service: &Service) {
        for (from, bytes) in &mut self.0 {
            if now >= *from {
                *bytes = service.bytes().max(*bytes);
            }
        }
    }
}

/// 2026-06-30T19:28:23Z, when #1200 was merged.
const PUSH_1200: &str = "2026-06-30T19:28:23Z";

impl Evidence {
    /// Plays `replications` of a scenario with these settings and seed 1.
    pub fn gather(path: &Path, sets: &[String], replications: u32) -> Evidence {
        let loaded = scenario::load(path, sets).unwrap_or_else(|_| panic!("{} is valid", path.display()));
        let played: Vec<(Outcome, Peaks)> = (0..replications)
            .into_par_iter()
            .map(|r| {
                let mut peaks = Peaks(SINCE.map(|since| (since.parse().expect("a time"), Bytes::ZERO)));
                let outcome = measure_with(&loaded.model, Draws::new(1, r), &mut peaks);
                (outcome.expect("the year is within the event limit"), peaks)
            })
            .collect();
        let mut evidence = Evidence { name: loaded.name.clone(), replications, ..Evidence::default() };
        let share = 1.0 / f64::from(replications);
        for (outcome, peaks) in &played {
            evidence.read(outcome, share);
            for (mean, (_, bytes)) in evidence.peak_since_gb.iter_mut().zip(peaks.0) {
                *mean += share * bytes.as_f64() / 1e9;
            }
        }
        evidence
    }

    fn read(&mut self, outcome: &Outcome, share: f64) {
        self.read_checks(outcome, share);
        self.read_images(outcome);
        self.held_out.read(outcome);
        let value = |name: &str, labels: &[(&str, &str)]| {
            let wanted = |v: &&cache_budget::observe::Value| {
                v.metric.name == name
                    && v.labels.len() == labels.len()
                    && labels.iter().all(|(k, t)| v.labels.iter().any(|(key, text)| key == k && text == t))
            };
            outcome.values.iter().find(wanted).map_or(0.0, |v| v.value)
        };
        let writes = &mut self.sccache_writes;
        writes.attempted += share * value("save.attempts", &[("client", "sccache")]);
        let failed = |reason| share * value("save.failed", &[("client", "sccache"), ("reason", reason)]);
        writes.rate_limited += failed("rate_limited");
        writes.read_only += failed("read_only");
        writes.exists += failed("exists");
        self.runner_minutes.push(value("push.runner_minutes", &[]));
        let labels = [("client", "rust-cache"), ("ref", "pull_request")];
        self.pull_request_saves += share * value("save.stored", &labels);
        self.peak_gb += share * value("cache.bytes", &[("stat", "peak")]) / 1e9;
    }

    fn read_checks(&mut self, outcome: &Outcome, share: f64) {
        let cold = |run: &&JobRun| run.restores.first().is_some_and(|r| !r.outcome.is_hit());
        let rust: Vec<&JobRun> = runs(outcome, "check").filter(cold).collect();
        let push_1200: SimTime = PUSH_1200.parse().expect("a time");
        for run in runs(outcome, "check").filter(|r| r.started >= outcome.window.measure_from) {
            let Some(restore) = run.restores.first() else { continue };
            let cold = !restore.outcome.is_hit();
            let evicted = cold && restore.evicted == Some(RemovalReason::Size);
            if run.kind == RefKind::Main {
                self.main_restores += 1.0;
                self.main_misses += f64::from(cold);
                self.main_evicted += f64::from(evicted);
                if run.queued == push_1200 && evicted {
                    self.push_1200_evicted += share;
                }
            }
            if run.conclusion != Conclusion::Success {
                continue;
            }
            let minutes = (run.ended - run.started).as_minutes_f64();
            if cold {
                self.cold_test.push((minutes, run.dependencies.as_minutes_f64() / minutes));
                self.read_losses(run, &rust);
            } else if run.kind == RefKind::Main && restore.outcome == RestoreOutcome::Exact {
                self.warm_test.push(minutes);
            }
        }
        for run in runs(outcome, "clippy") {
            let (hit, asked) = (f64::from(run.objects_hit), f64::from(run.objects_hit + run.objects_missed));
            self.clippy_objects = (self.clippy_objects.0 + hit, self.clippy_objects.1 + asked);
            if run.kind == RefKind::Main {
                self.clippy_main_objects.0 += hit;
                self.clippy_main_objects.1 += asked;
            }
        }
    }

    /// Only jobs that wrote most of their objects themselves, and could write at all.
    fn read_losses(&mut self, run: &JobRun, rust: &[&JobRun]) {
        if run.objects_hit >= run.objects_missed || run.read_only {
            return;
        }
        let lost = f64::from(run.writes_failed) / f64::from(run.writes_attempted);
        let overlaps = rust.iter().filter(|other| other.push != run.push).any(|other| {
            let together = other.ended.min(run.ended) - other.started.max(run.started);
            together.0 * 2 >= (run.ended - run.started).0
        });
        if overlaps {
            self.overlapping_losses.push(lost);
            self.overlapping_writes.push(run.writes_attempted.into());
        } else {
            self.lone_losses.push(lost);
        }
    }

    fn read_images(&mut self, outcome: &Outcome) {
        let docker = outcome.names.workflows.iter().position(|w| w == "Docker Build").expect("it is there");
        for whole in outcome.workflow_runs.iter().filter(|w| usize::from(w.workflow.0) == docker) {
            let measured = whole.triggered >= outcome.window.measure_from && whole.class == RefClass::Main;
            if !measured || whole.conclusion != Conclusion::Success {
                continue;
            }
            let jobs = outcome.runs.iter().filter(|r| r.push == whole.push && r.workflow == whole.workflow);
            let cooks: Vec<Cook> = jobs.filter_map(|run| Cook::read(outcome, run)).collect();
            self.held_out.read_image_run(whole, &cooks);
            self.read_image_run((whole.ended - whole.triggered).as_minutes_f64(), &cooks);
        }
    }

    fn read_image_run(&mut self, minutes: f64, cooks: &[Cook]) {
        let cached = cooks.iter().filter(|cook| cook.cached).count();
        self.image_runs.push(minutes);
        if cached == cooks.len() {
            self.warm_image_runs.push(minutes);
        }
        self.cook.0 += cached as f64;
        self.cook.1 += cooks.len() as f64;
        self.mixed_image_runs.0 += f64::from(cached > 0 && cached < cooks.len());
        self.mixed_image_runs.1 += 1.0;
        let split = |a: &Cook, b: &Cook| a.image == b.image && a.cached != b.cached;
        self.split_by_arch += f64::from(cooks.iter().any(|a| cooks.iter().any(|b| split(a, b))));
        for cook in cooks {
            match cook.image.as_str() {
                "meteroid-api" if !cook.cached => self.api_cold.push(cook.minutes),
                "meteroid-scheduler" if cook.cached => self.scheduler_warm.push(cook.minutes),
                _ => {}
            }
        }
    }
}

/// One Rust image job and its cargo-chef layer.
pub struct Cook {
    /// The image's name.
    pub image: String,
    /// Whether the layer was found.
    pub cached: bool,
    /// How long the job took.
    pub minutes: f64,
}

impl Cook {
    fn read(outcome: &Outcome, run: &JobRun) -> Option<Cook> {
        let step = run.steps.iter().find(|(id, _)| outcome.names.steps[*id as usize].ends_with(" cook"));
        let (id, cached) = step?;
        let image = outcome.names.steps[*id as usize].trim_end_matches(" cook").to_owned();
        Some(Cook { image, cached: *cached, minutes: (run.ended - run.started).as_minutes_f64() })
    }
}

/// All runs of a job.
pub fn runs<'a>(outcome: &'a Outcome, job: &'a str) -> impl Iterator<Item = &'a JobRun> {
    outcome.runs.iter().filter(move |run| outcome.names.jobs[usize::from(run.job.0)].name == job)
}
