//! A scenario small enough to be computed by hand, and what came of it: one core, 100 MB/s in every
//! direction, no noise, no boot, and no sweep unless a test asks for one.
//!
//! The project is a chain: `b` depends on `a`, `c` on `b`, `d` on `c`, and the workspace crate `app`
//! on `d`. In the flavour `dev` each of the four takes 10 s, has an object of 10 MB and adds 10 MB to
//! an archive; `app` takes 5 s with an object of 10 MB, and 2 s come after it. So a cold build takes
//! 47 s and one with all dependencies 7 s.

use cache_budget::diagnostic::Style;
use cache_budget::engine::{Model, Unfinished};
use cache_budget::event::{Conclusion, JobRun, Observer, RestoreOutcome, WorkflowRun};
use cache_budget::observe::{Outcome, measure_with};
use cache_budget::project::CrateGraph;
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use cache_budget::service::Service;
use cache_budget::units::{Bytes, Duration, SimTime};
use cache_budget::workload::{Push, PushKind};
use std::path::PathBuf;
use tempfile::TempDir;

/// When every miniature begins: a Monday, 2026-01-05T00:00:00Z.
pub const START: SimTime = SimTime(1_767_571_200_000);

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 3_600;
pub const MB: Bytes = Bytes(1_000_000);

const PRELUDE: &str = r#"
[cache]
sweep = "none"
[workload]
events = "events.csv"
warmup = "0 s"
path-classes = ["rust", "web"]
[runner.ubuntu-latest]
cores = 1
download = "100 MB/s"
upload = "100 MB/s"
pack = "100 MB/s"
unpack = "100 MB/s"
transfer-noise = 1.0
stall = 0
speed-noise = 1.0
boot = "0 s"
[project]
crates = "crates.csv"
[project.flavour.dev]
dependency-work = "40 s"
workspace-work = "5 s"
tail = "2 s"
work-sigma = 0
work-slope = 0
object-sigma = 0
dependency-objects = "40 MB"
workspace-objects = "10 MB"
dependency-archive = "40 MB"
"#;

const CRATES: &str = "crate,version,kind,weight,dependencies
a,1.0.0,library,,
b,1.0.0,library,,a
c,1.0.0,library,,b
d,1.0.0,library,,c
app,0.1.0,workspace,,d
";

/// So many milliseconds.
pub fn ms(ms: i64) -> Duration {
    Duration(ms)
}

/// A scenario with its event log, still being written.
pub struct Miniature {
    scenario: String,
    crates: String,
    events: String,
    listing: String,
    sets: Vec<String>,
    seed: u64,
}

impl Miniature {
    /// The workflows (and images) of `scenario` in the miniature's surroundings.
    pub fn new(scenario: &str) -> Miniature {
        Miniature {
            scenario: format!("{PRELUDE}{scenario}"),
            crates: CRATES.to_owned(),
            events: "at,event,pr,paths,changes,crates,branch\n".to_owned(),
            listing: String::new(),
            sets: Vec::new(),
            seed: 1,
        }
    }

    /// Another project than the chain.
    pub fn crates(mut self, table: &str) -> Miniature {
        self.crates = format!("crate,version,kind,weight,dependencies\n{table}");
        self
    }

    /// Sets one value of the scenario, as `--set` does.
    pub fn set(mut self, set: &str) -> Miniature {
        self.sets.push(set.to_owned());
        self
    }

    /// Begins with what this listing shows.
    pub fn listing(mut self, listing: &str) -> Miniature {
        self.listing = listing.to_owned();
        self.set("cache.initial=caches.json")
    }

    /// Other draws.
    pub fn seed(mut self, seed: u64) -> Miniature {
        self.seed = seed;
        self
    }

    /// An event so many seconds after the start, such as `pr_push 7`, with what it changes. A change
    /// of the lock file touches one external crate.
    pub fn event(self, seconds: i64, event: &str, changes: &str) -> Miniature {
        self.event_in(seconds, event, changes, "")
    }

    /// The same in these path classes.
    pub fn event_in(mut self, seconds: i64, event: &str, changes: &str, paths: &str) -> Miniature {
        let at = SimTime(START.0 + seconds * 1_000);
        let (event, number) = event.split_once(' ').unwrap_or((event, ""));
        let crates = if changes.contains("lock") && changes != "web-lock" { "1" } else { "" };
        self.events.push_str(&format!("{at},{event},{number},{paths},{changes},{crates},\n"));
        self
    }

    /// A push of sources to a branch, or to a pull request into it.
    pub fn on_branch(mut self, seconds: i64, event: &str, branch: &str) -> Miniature {
        let at = SimTime(START.0 + seconds * 1_000);
        let (event, number) = event.split_once(' ').unwrap_or((event, ""));
        self.events.push_str(&format!("{at},{event},{number},,source,,{branch}\n"));
        self
    }

    /// A push to main every hour, this many, that change nothing but sources.
    pub fn hourly_pushes(self, count: i64) -> Miniature {
        (0..count).fold(self, |scene, hour| scene.event(hour * HOUR, "main_push", "source"))
    }

    /// The settings besides the scenario's file.
    pub fn sets(&self) -> &[String] {
        &self.sets
    }

    /// Writes the files; gives the folder and the scenario's path.
    pub fn write(&self) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [
            ("s.toml", &self.scenario),
            ("crates.csv", &self.crates),
            ("events.csv", &self.events),
            ("caches.json", &self.listing),
        ] {
            std::fs::write(folder.path().join(name), text).expect("a file in the folder");
        }
        let path = folder.path().join("s.toml");
        (folder, path)
    }

    /// What is said of it, whether it is accepted or not.
    pub fn remarks(&self) -> String {
        let (_folder, path) = self.write();
        let report = load(&path, &self.sets).map_or_else(|report| report, |loaded| loaded.report);
        report.render(&Style::default())
    }

    pub fn model(&self) -> Model {
        let (_folder, path) = self.write();
        let loaded = load(&path, &self.sets);
        loaded.unwrap_or_else(|report| panic!("{}", report.render(&Style::default()))).model
    }

    /// Plays it to the end.
    pub fn play(self) -> Played {
        self.try_play().expect("within the event limit")
    }

    pub fn try_play(self) -> Result<Played, Unfinished> {
        let model = self.model();
        let draws = Draws::new(self.seed, 0);
        let mut ledger = Ledger::default();
        let outcome = measure_with(&model, draws, &mut ledger)?;
        // Closings that follow from merges are events as well, but nobody wrote them.
        let pushes = model.workload.pushes(&model.graph, &draws);
        let events = pushes.into_iter().filter(|push| push.kind != PushKind::Closed).collect();
        Ok(Played { graph: model.graph, events, outcome, ledger: ledger.pages })
    }
}

/// What came of a miniature.
pub struct Played {
    graph: CrateGraph,
    /// What ran or could have run, closings left out.
    events: Vec<Push>,
    pub outcome: Outcome,
    /// The listing after every event.
    pub ledger: Vec<Page>,
}

/// The cache's listing after one event.
pub struct Page {
    pub at: SimTime,
    pub entries: Vec<Listed>,
}

/// One entry of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub scope: String,
    pub key: String,
    pub size: Bytes,
    pub created: SimTime,
    pub accessed: SimTime,
}

impl Played {
    /// The run of `job` that the event with this number (from 0, closings not counted) started.
    pub fn run(&self, event: u32, job: &str) -> &JobRun {
        self.find(event, job).unwrap_or_else(|| panic!("event {event} ran no job {job}"))
    }

    pub fn find(&self, event: u32, job: &str) -> Option<&JobRun> {
        let named = |run: &&JobRun| self.outcome.names.jobs[usize::from(run.job.0)].name == job;
        let push = self.events[event as usize].id.address();
        self.outcome.runs.iter().find(|run| run.push == push && named(run))
    }

    /// All runs of `job`, by event.
    pub fn runs(&self, job: &str) -> Vec<&JobRun> {
        (0..self.events.len()).filter_map(|event| self.find(event as u32, job)).collect()
    }

    /// The run of the only workflow that an event started.
    pub fn workflow(&self, event: u32) -> &WorkflowRun {
        let push = self.events[event as usize].id.address();
        self.outcome.workflow_runs.iter().find(|run| run.push == push).expect("the event ran a workflow")
    }

    /// What is stored in the end.
    pub fn stored(&self) -> &[Listed] {
        &self.ledger.last().expect("something happened").entries
    }

    /// What is stored in the end under keys that begin so, oldest first.
    pub fn stored_under(&self, prefix: &str) -> Vec<&Listed> {
        let mut found: Vec<_> = self.stored().iter().filter(|entry| entry.key.starts_with(prefix)).collect();
        found.sort_by_key(|entry| entry.created);
        found
    }

    /// What was stored so many seconds after the start.
    pub fn stored_at(&self, seconds: i64) -> &[Listed] {
        let at = SimTime(START.0 + seconds * 1_000);
        let before = self.ledger.iter().take_while(|page| page.at <= at).last();
        before.map_or(&[], |page| &page.entries)
    }

    /// How many external crates of the chain have to be built again because of what an event
    /// changed: those from the first one with another version on.
    pub fn rebuilt(&self, event: u32) -> i64 {
        let externals = self.graph.externals();
        let version = |event: u32, krate: u32| self.events[event as usize].checkout.versions[krate as usize];
        let first = externals.iter().position(|krate| version(event, *krate) != version(event - 1, *krate));
        first.map_or(0, |first| (externals.len() - first) as i64)
    }

    /// A rate per day as the number it was in all; 0 where there is no such value.
    pub fn count(&self, metric: &str, labels: &[(&str, &str)]) -> f64 {
        let days = self.outcome.window.measured().as_days_f64();
        let count = self.value(metric, labels).map_or(0.0, |value| value * days);
        (count * 1e6).round() / 1e6
    }

    /// The value under exactly these labels.
    pub fn value(&self, metric: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let same = |found: &[(&str, String)]| {
            found.len() == labels.len()
                && labels.iter().all(|(name, text)| found.iter().any(|(n, t)| n == name && t == text))
        };
        let values = self.outcome.values.iter();
        values.filter(|value| value.metric.name == metric).find(|v| same(&v.labels)).map(|v| v.value)
    }
}

/// Shorthands for what tests ask of a run.
pub trait Told {
    /// From its runner to its end.
    fn took(&self) -> Duration;
    fn succeeded(&self) -> bool;
    /// How its look-ups ended, in order.
    fn found(&self) -> Vec<RestoreOutcome>;
    /// Saves tried, and how many of them stored nothing.
    fn saves(&self) -> (u32, u32);
    /// Objects or layers found, and those not found.
    fn objects(&self) -> (u32, u32);
}

impl Told for JobRun {
    fn took(&self) -> Duration {
        self.ended - self.started
    }

    fn succeeded(&self) -> bool {
        self.conclusion == Conclusion::Success
    }

    fn found(&self) -> Vec<RestoreOutcome> {
        self.restores.iter().map(|restore| restore.outcome).collect()
    }

    fn saves(&self) -> (u32, u32) {
        (self.writes_attempted, self.writes_failed)
    }

    fn objects(&self) -> (u32, u32) {
        (self.objects_hit, self.objects_missed)
    }
}

/// Notes the listing after every event.
#[derive(Default)]
struct Ledger {
    pages: Vec<Page>,
}

impl Observer for Ledger {
    fn settled(&mut self, now: SimTime, service: &Service) {
        service.check_invariants();
        let names = &service.names;
        let entries = service.list().map(|entry| Listed {
            scope: names.scope_text(entry.identity.scope).to_owned(),
            key: names.key_text(entry.identity.key),
            size: entry.size,
            created: entry.created,
            accessed: entry.accessed,
        });
        self.pages.push(Page { at: now, entries: entries.collect() });
    }
}
