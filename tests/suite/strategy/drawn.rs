//! A small drawn workload with a merge queue: what the founding case has no use for.

use super::{model, treated};
use cache_budget::ci::CancelInProgress;
use cache_budget::client::{Cache, SaveIf};
use cache_budget::engine::Model;
use cache_budget::observe::journal::{Gone, Line};
use cache_budget::observe::{Journal, Outcome, Value, measure, measure_with};
use cache_budget::random::Draws;
use std::path::PathBuf;

const SCENARIO: &str = r#"
[workload]
pushes-per-day = 20
days = 30
merge-queue = true
[workflow.ci]
on = ["push main", "pull_request", "merge_group"]
concurrency = "cancel"
[workflow.ci.job.test]
cold = "30 min"
warm = "12 min"
cache.rust-cache = { size = "0.8 GB" }
cache.actions-cache = [{ key = "tools-{lock}", size = "0.1 GB" }, { key = "data", size = "0.2 GB", save-if = "never" }]
"#;

struct Case {
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Case {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("ci.toml");
        std::fs::write(&file, SCENARIO).expect("a file");
        Case { file, _folder: folder }
    }

    fn with(&self, strategy: &str) -> Model {
        model(&self.file, treated(&self.file, strategy).unwrap_or_else(|refusal| panic!("{refusal}")).0)
    }

    fn before(&self) -> Model {
        cache_budget::scenario::load(&self.file, &[]).expect("valid").model
    }
}

fn value(outcome: &Outcome, name: &str, labels: &[(&str, &str)]) -> f64 {
    let is = |value: &&Value| {
        value.metric.name == name
            && value.labels.len() == labels.len()
            && labels.iter().all(|(l, t)| value.labels.iter().any(|(label, text)| label == l && text == t))
    };
    outcome.values.iter().find(is).map_or(0.0, |value| value.value)
}

fn play(model: &Model) -> Outcome {
    measure(model, Draws::new(1, 0)).expect("within its limits")
}

#[test]
fn a_merge_queue_that_does_not_save_stores_nothing_on_other_refs() {
    let case = Case::new();
    let (before, after) = (case.before(), case.with("no-save-from-merge-queue"));
    let stored = |model: &Model, class| {
        value(&play(model), "save.stored", &[("client", "rust-cache"), ("ref", class)])
    };
    assert!(stored(&before, "other") > 0.0 && stored(&after, "other") == 0.0);
    assert!(stored(&after, "pull_request") > 0.0 && stored(&after, "main") > 0.0);
    let saves: Vec<SaveIf> = after.workflows[0].jobs[0].caches.iter().map(save_if).collect();
    assert_eq!(saves, [SaveIf::NotQueue, SaveIf::NotQueue, SaveIf::Never]);
}

fn save_if(cache: &Cache) -> SaveIf {
    match cache {
        Cache::RustCache(client) => client.saves.refs,
        Cache::ActionsCache(client) => client.saves.refs,
        _ => SaveIf::Always,
    }
}

#[test]
fn runs_on_main_finish_and_those_of_pull_requests_are_cancelled_as_before() {
    let case = Case::new();
    let after = case.with("no-cancel-on-main");
    let group = after.workflows[0].concurrency.as_ref().expect("its runs are in a group");
    assert_eq!(group.cancel, CancelInProgress::OffMain);
    let (before, after) = (play(&case.before()), play(&after));
    let cancelled =
        |outcome: &Outcome, class| value(outcome, "job.runs", &[("ref", class), ("conclusion", "cancelled")]);
    assert!(cancelled(&before, "main") > 0.0 && cancelled(&after, "main") < cancelled(&before, "main"));
    assert_eq!(cancelled(&before, "pull_request"), cancelled(&after, "pull_request"));
    assert!(cancelled(&before, "pull_request") > 0.0);
}

#[test]
fn a_scheduled_run_warms_up_and_is_nobodys_push() {
    let case = Case::new();
    let (before, after) = (play(&case.before()), play(&case.with("scheduled-warm-up=4")));
    let main_runs = |outcome: &Outcome| value(outcome, "job.runs", &[("ref", "main")]);
    assert!(main_runs(&after) > main_runs(&before) + 3.0);
    assert_eq!(value(&before, "push.count", &[]), value(&after, "push.count", &[]));
    assert!(value(&after, "runner.minutes", &[]) > value(&before, "runner.minutes", &[]));
}

#[test]
fn saving_on_main_only_reaches_every_step_that_saves() {
    let case = Case::new();
    let saves: Vec<SaveIf> =
        case.with("save-on-main-only").workflows[0].jobs[0].caches.iter().map(save_if).collect();
    assert_eq!(saves, [SaveIf::DefaultBranch, SaveIf::DefaultBranch, SaveIf::Never]);
}

#[test]
fn deleting_on_close_frees_what_closed_pull_requests_hold() {
    let case = Case::new();
    let (before, after) = (play(&case.before()), play(&case.with("delete-on-close")));
    let dead = |outcome: &Outcome| value(outcome, "cache.unreachable_bytes", &[("stat", "mean")]);
    let held = |outcome: &Outcome| value(outcome, "cache.bytes", &[("stat", "mean")]);
    assert!(dead(&after) < dead(&before) && held(&after) < held(&before));
    // The same pushes; the short jobs of the clean-up are paid for.
    assert_eq!(value(&before, "push.count", &[]), value(&after, "push.count", &[]));
    assert_eq!(case.with("delete-on-close=2min").janitors[0].time.0, 120_000);
    let refused = treated(&case.file, "save-on-main-only+delete-on-close").map(|_| ());
    assert!(refused.is_err(), "where pull requests save nothing there is nothing to delete");
}

#[test]
fn the_journal_tells_what_was_deleted() {
    let mut told: Vec<Gone> = vec![];
    let mut clean_ups = 0;
    let model = Case::new().with("delete-on-close");
    let hear = |line: Line| match line {
        Line::Delete(gone) => told.push(gone),
        Line::CleanUp(clean_up) => {
            let taken: u64 = clean_up.taken.iter().map(|taken| taken.bytes.0).sum();
            assert_eq!(clean_up.bytes_before.0 - clean_up.bytes_after.0, taken);
            assert_eq!(told.drain(..).map(|gone| gone.entry.bytes.0).sum::<u64>(), taken);
            clean_ups += 1;
        }
        Line::Sweep(sweep) => assert!(sweep.taken.iter().all(|taken| taken.reason != "deleted")),
        _ => assert!(told.iter().all(|gone| gone.reason == "deleted" && gone.pushed_out_by.is_empty())),
    };
    measure_with(&model, Draws::new(1, 0), &mut Journal::new(&model, hear)).expect("it is short");
    assert!(clean_ups > 10, "{clean_ups}");
}
