//! What a command does, without its command line: a result names the command that gives it again, and who
//! cancels an experiment keeps what is finished.

#[cfg(unix)]
mod cancelled;
mod replayed;
mod reproduced;
mod screening;

use crate::case::Case;
use cache_budget::experiment::run::PreparedRun;
use cache_budget::experiment::sweep::{PreparedSweep, Store, summarise};
use cache_budget::experiment::{Control, Ended, Failure, RunRequest, SweepRequest, Unattended, Uncertainty};
use cache_budget::observe::{Value, metric};
use cache_budget::statistics::Study;
use cache_budget::statistics::sweep::Plan;
use serde_json::Value as Json;
use std::path::PathBuf;
use std::sync::Mutex;

/// Pull requests' entries do not fit next to main's; a quarter of a second for a replication is too much here.
const QUICK: &str = r#"
[cache]
limit = "2 GB"
[workload]
pushes-per-day = 6
days = 20
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
cold = "17 min"
warm = "4 min"
cache.rust-cache = { size = "1.2 GB" }
"#;

fn estimate(result: &Json, name: &str) -> f64 {
    let rows = result["metrics"].as_array().expect("a list").iter();
    let mut all =
        rows.filter(|row| row["name"] == name && row["labels"].as_object().is_some_and(|l| l.is_empty()));
    all.next().expect("it was measured")["mean"].as_f64().expect("a number")
}

#[test]
fn a_run_without_its_command_line_has_the_same_result() {
    let case = Case::with(QUICK);
    let request = RunRequest {
        file: case.path("ci.toml"),
        set: vec!["cache.limit=3 GB".into()],
        seed: 4,
        replications: 3,
        batches: None,
        with_screen: false,
        precision: None,
        uncertainty: Uncertainty::default(),
        advice: false,
    };
    let prepared = PreparedRun::prepare(request).expect("it is valid");
    let Ended { result, cancelled } = prepared.play(&Unattended).expect("it can be simulated");
    assert_eq!(cancelled, None);
    let command = ["run", "ci.toml", "--set", "cache.limit=3 GB", "--seed", "4", "--replications", "3"];
    let told = case.json(&command);
    let own = result.study.estimate(&metric::RUNNER_MINUTES, &[]).expect("measured").mean;
    assert_eq!(own, estimate(&told, "runner.minutes"));
}

/// The values of every replication in memory.
#[derive(Default)]
struct Kept(Vec<(usize, u32, Vec<Value>)>);

impl Store for Kept {
    fn count(&self) -> u64 {
        self.0.len() as u64
    }

    fn missing(&self, plan: &Plan) -> Vec<(usize, Vec<u32>)> {
        (0..plan.points.len()).map(|point| (point, (0..plan.replications).collect())).collect()
    }

    fn add(&mut self, _: &Plan, point: usize, replication: u32, values: &[Value]) -> anyhow::Result<()> {
        self.0.push((point, replication, values.to_vec()));
        Ok(())
    }
}

fn sweep_of(case: &Case, vary: &str) -> SweepRequest {
    SweepRequest {
        file: case.path("ci.toml"),
        vary: vec![vary.into()],
        strategies: vec![],
        sample: None,
        sensitivity: None,
        metric: Some("runner.minutes".parse().expect("a metric")),
        all_metrics: false,
        set: vec![],
        seed: 1,
        replications: 2,
        shard: None,
    }
}

#[test]
fn a_sweep_needs_no_folder() {
    let case = Case::with(QUICK);
    let request = sweep_of(&case, "cache.limit=2GB,4GB");
    let sweep = PreparedSweep::prepare(request, &Unattended).expect("it is valid");
    let mut kept = sweep.play(Kept::default(), &Unattended).expect("it can be simulated");
    kept.0.sort_by_key(|(point, replication, _)| (*point, *replication));
    let of =
        |point: usize| kept.0.iter().filter(|row| row.0 == point).map(|row| Some(row.2.clone())).collect();
    let swept = summarise(sweep.plan(), |point| Ok(of(point)), |_, _| Ok(())).expect("a known metric");
    let told = case.json(&[
        "sweep",
        "ci.toml",
        "--vary",
        "cache.limit=2GB,4GB",
        "--metric",
        "runner.minutes",
        "--replications",
        "2",
    ]);
    for (point, values) in swept.results.iter().enumerate() {
        let told: Vec<_> =
            told["points"][point]["values"].as_array().expect("a list").iter().map(Json::as_f64).collect();
        assert_eq!(*values, told);
    }
}

/// Cancelled before anything is done.
struct Cancelled;

impl Control for Cancelled {
    fn begin(&self, _: &'static str, _: u64, _: u64) {}

    fn advance(&self) {}

    fn end(&self) {}

    fn is_cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_sweep_can_be_cancelled_while_its_points_are_checked() {
    let case = Case::with(QUICK);
    let request = sweep_of(&case, "cache.limit=1GB..9GB:1MB");
    assert!(matches!(PreparedSweep::prepare(request, &Cancelled), Err(Failure::Cancelled)));
}

/// Watches, and keeps how many replications each study had that it was shown, and their runner minutes.
#[derive(Default)]
struct Watching(Mutex<Vec<(u32, u32, f64)>>);

impl Control for Watching {
    fn begin(&self, _: &'static str, _: u64, _: u64) {}

    fn advance(&self) {}

    fn end(&self) {}

    fn is_watched(&self) -> bool {
        true
    }

    fn show(&self, so_far: &Study, all: u32) {
        let minutes = so_far.estimate(&metric::RUNNER_MINUTES, &[]).expect("measured").mean;
        self.0.lock().expect("nobody panicked").push((so_far.replications, all, minutes));
    }

    fn is_cancelled(&self) -> bool {
        false
    }
}

#[test]
fn who_watches_a_run_sees_what_fewer_replications_would_have_said() {
    let case = Case::with(QUICK);
    let request = |replications| RunRequest {
        file: case.path("ci.toml"),
        set: vec![],
        seed: 1,
        replications,
        batches: None,
        with_screen: false,
        precision: None,
        uncertainty: Uncertainty::default(),
        advice: false,
    };
    let play = |replications, control: &dyn Control| {
        let prepared = PreparedRun::prepare(request(replications)).expect("it is valid");
        prepared.play(control).expect("it can be simulated").result.study
    };
    let watching = Watching::default();
    let watched = play(9, &watching);
    assert_eq!(watched, play(9, &Unattended));
    let minutes = |study: &Study| study.estimate(&metric::RUNNER_MINUTES, &[]).expect("measured").mean;
    let shown = [4, 8].map(|fewer| (fewer, 9, minutes(&play(fewer, &Unattended))));
    assert_eq!(watching.0.into_inner().expect("nobody panicked"), shown);
}

/// A request names its file as it was given.
#[test]
fn a_request_prints_itself_as_a_command() {
    let request = RunRequest {
        file: PathBuf::from("my ci.toml"),
        set: vec!["title=it's".into(), "cache.limit=\"20 GB\"".into()],
        seed: 7,
        replications: 5,
        batches: None,
        with_screen: true,
        precision: None,
        uncertainty: Uncertainty::default(),
        advice: true,
    };
    let command = r#"cache-budget run 'my ci.toml' --set 'title=it'\''s' --set 'cache.limit="20 GB"' --with-screen --seed 7 --replications 5"#;
    assert_eq!(request.to_string(), command);
    let batches = RunRequest { batches: Some(9), set: vec![], with_screen: false, ..request };
    assert_eq!(batches.to_string(), "cache-budget run 'my ci.toml' --seed 7 --batches 9");
}
