//! Saved results and what is made of them: the timeline, pictures, the page.

mod browser;
mod chart;
mod command;
mod hostile;
mod page;
mod saved;
mod timeline;

use cache_budget::experiment::replicate;
use cache_budget::observe::{Extras, measure, measure_with_extras};
use cache_budget::random::Draws;
use cache_budget::result::{RunResult, SavedResult, read};
use cache_budget::scenario::{Loaded, load};

/// Entries of several clients that do not fit beside one another.
const SCENARIO: &str = r#"
[cache]
limit = "3 GB"
[workload]
pushes-per-day = 8
days = 20
warmup = "2 d"
pull-requests = { share = 0.6, pushes-each = 3 }
changes = { lock = 0.3, source = 0.9 }
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
cold = "17 min"
warm = "4 min"
cache.rust-cache = { size = "1.2 GB" }
[workflow.ci.job.lint]
cold = "6 min"
warm = "2 min"
cache.sccache = {}
cache.setup-node = { size = "300 MB" }
[[expect]]
metric = "restore.hit_ratio"
client = "rust-cache"
min = 0.1
"#;

fn loaded(scenario: &str) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    std::fs::write(&file, scenario).expect("a file");
    load(&file, &[]).unwrap_or_else(|report| panic!("{:?}", report.diagnostics()))
}

/// What `run` would say of a scenario, with the timeline of its first replication.
fn answer_of(scenario: &str, replications: u32) -> RunResult {
    let loaded = loaded(scenario);
    let play = |replication| match replication {
        0 => measure_with_extras(&loaded.model, Draws::new(1, 0), Extras { timeline: true, screen: false }),
        other => measure(&loaded.model, Draws::new(1, other)),
    };
    RunResult {
        command: "run",
        name: loaded.name.clone(),
        file: "ci.toml".into(),
        hash: loaded.hash.clone(),
        seed: 1,
        reproduce: format!(
            "cache-budget run ci.toml --set 'cache.limit=\"3 GB\"' --seed 1 --replications {replications}"
        ),
        study: replicate(replications, play).expect("within its event limit"),
        reached: None,
        warm_up: cache_budget::statistics::WarmUp::Fixed,
        rivals: vec![],
        advice: None,
        expectations: loaded.expectations,
    }
}

fn answer() -> RunResult {
    answer_of(SCENARIO, 2)
}

/// The result as it is saved.
fn text() -> String {
    cache_budget::report::json(&answer())
}

fn read_back(text: &str) -> SavedResult {
    read(text.as_bytes()).unwrap_or_else(|problems| panic!("{}", problems.join("\n"))).saved
}

/// A comparison as it is saved, made by the command itself.
fn comparison() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ci.toml"), SCENARIO).expect("a file");
    let mut command = assert_cmd::Command::cargo_bin("cache-budget").expect("the program");
    let arguments = "compare ci.toml --attribute --strategy drop-sccache --strategy save-on-main-only --quiet \
                     --replications 2 --format json";
    let output =
        command.args(arguments.split_whitespace()).current_dir(folder.path()).output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}
