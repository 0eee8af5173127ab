//! Nothing accepted is without effect: where another value of a key moves no metric, `check` has said so.

mod scenario;

use cache_budget::diagnostic::Style;
use cache_budget::observe::measure;
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use rayon::prelude::*;
use scenario::Lines;
use std::collections::BTreeMap;

/// What is said of a scenario, and every metric of two replications of it.
struct Played {
    remarks: String,
    metrics: String,
}

/// What may be missing before a value can matter, and is no part of how the CI is built: pressure on the cache
/// and on its limits, and something that changes.
const PRESSURE: [&[&str]; 4] = [
    &["runner.ubuntu-latest.disk=500 MB", "workload.pushes-per-day=25"],
    &["cache.limit=150 MB", "workload.pushes-per-day=25"],
    &["cache.uploads-per-minute=2", "cache.downloads-per-minute=2", "workload.pushes-per-day=25"],
    &[
        "workload.pushes-per-day=25",
        "workload.changes.lock=0.3",
        "workload.changes.manifests=0.3",
        "workload.changes.toolchain=0.3",
        "workload.changes.source=0.7",
        "workload.changes.targets=0.3",
        "workload.changes.dockerfile=0.3",
        "project.base-image-period=12 h",
    ],
];

/// What matters only where runs meet, a limit is reached or a transfer is drawn: whether that happens does not
/// follow from the scenario. `in-final` and `ignore-error` are facts that
/// other remedies ask for.
const CIRCUMSTANCES: [&str; 13] = [
    "ignore-error",
    "in-final",
    "cache.over-quota",
    "cache.uploads-per-minute",
    "cache.downloads-per-minute",
    "job-concurrency",
    "concurrency",
    "contention",
    "unpack-rate",
    "unpack",
    "extract",
    "stall",
    "reproducible",
];

/// The settings of one kind of pressure, but for the value that is tried.
fn pressure(of: &[&str], tried: &str) -> Vec<String> {
    let other = |set: &&&str| set.split_once('=').is_some_and(|(path, _)| path != tried);
    of.iter().filter(other).map(|set| (*set).to_owned()).collect()
}

/// `None` if it is refused.
fn play(text: &str, sets: &[String]) -> Option<Played> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ci.toml");
    std::fs::write(&path, text).expect("a file in the folder");
    let loaded = load(&path, sets).ok()?;
    let outcomes = [0, 1].map(|replication| measure(&loaded.model, Draws::new(1, replication)));
    let metrics =
        outcomes.map(|outcome| outcome.map(|outcome| format!("{:?}", outcome.values)).unwrap_or_default());
    Some(Played { remarks: loaded.report.render(&Style::default()), metrics: metrics.concat() })
}

/// Whether the remarks tell of this line, or of all that is in its table.
fn is_said(lines: &Lines, line: usize, remarks: &str) -> bool {
    let path = lines.path(line);
    let tables = path.match_indices('.').map(|(end, _)| &path[..end]);
    let whole = |table: &str| remarks.contains(&format!("`{table}` has no effect"));
    let job = path.split(".job.").nth(1).and_then(|rest| rest.split('.').next());
    remarks.contains(&format!("ci.toml:{}:", lines.number(line)))
        || tables.into_iter().any(whole)
        || job.is_some_and(|job| remarks.contains(&format!("`{job}` takes at least")))
}

/// Whether another value of this line moves nothing, and nothing is said.
fn is_idle(lines: &Lines, line: usize, base: &Played) -> bool {
    let of = &lines.0[line];
    let others: Vec<_> = (0..of.values.len())
        .filter(|value| *value != of.value)
        .map(|value| lines.with(line, value).text())
        .collect();
    let played: Vec<_> = others.iter().filter_map(|text| play(text, &[])).collect();
    // Of a default that was written nothing is said.
    let said = played.iter().chain([base]).any(|played| is_said(lines, line, &played.remarks));
    let moves = |sets: &[String]| {
        let base = play(&lines.text(), sets).map(|base| base.metrics);
        others.iter().filter_map(|text| play(text, sets)).any(|other| Some(other.metrics) != base)
    };
    !played.is_empty()
        && !said
        && played.iter().all(|other| other.metrics == base.metrics)
        && !PRESSURE.iter().any(|of| moves(&pressure(of, &lines.path(line))))
}

/// Whether it is said that this line has no effect, and another value of which that is said moves something.
fn is_wronged(lines: &Lines, line: usize, base: &Played) -> bool {
    let path = lines.path(line);
    let key = path.rsplit('.').next().unwrap_or_default();
    let said = |played: &Played| {
        let line = lines.number(line);
        played.remarks.contains(&format!("`{key}` has no effect"))
            && played.remarks.contains(&format!("ci.toml:{line}:"))
    };
    let of = &lines.0[line];
    let others = (0..of.values.len()).filter(|value| *value != of.value && said(base));
    let mut played = others.filter_map(|value| play(&lines.with(line, value).text(), &[]));
    played.any(|other| said(&other) && other.metrics != base.metrics)
}

/// The lines of which another value moves nothing and nothing is said, or something though it is said.
fn idle(lines: &Lines) -> Option<Vec<String>> {
    let base = play(&lines.text(), &[])?;
    let circumstantial = |line: &usize| CIRCUMSTANCES.iter().any(|key| lines.path(*line).ends_with(key));
    let wrong = (0..lines.0.len()).filter(|line| {
        (!circumstantial(line) && is_idle(lines, *line, &base)) || is_wronged(lines, *line, &base)
    });
    Some(wrong.map(|line| lines.name(line)).collect())
}

/// Every key of this many scenarios.
fn all_have_an_effect(cases: std::ops::Range<u64>) {
    let tried: Vec<_> = cases
        .into_par_iter()
        .filter_map(|case| {
            let lines = scenario::draw(case);
            idle(&lines).map(|idle| (case, lines, idle))
        })
        .collect();
    let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (case, _, idle) in &tried {
        for line in idle {
            let key = line.split(": ").nth(1).expect("a line").to_owned();
            found.entry(key).or_default().push(*case);
        }
    }
    assert!(tried.len() > 3, "{} scenarios are accepted", tried.len());
    let first = tried.iter().find(|(.., idle)| !idle.is_empty()).map(|(_, lines, idle)| (lines.text(), idle));
    assert!(found.is_empty(), "{} accepted\n{found:#?}\n{first:?}", tried.len());
}

#[test]
fn a_changed_value_moves_a_metric_or_is_warned_of() {
    all_have_an_effect(0..40);
}

#[test]
fn a_runner_that_exists_unwritten_is_no_remark() {
    let job = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\nrunner = \"big\"\ncold = \"9 min\"\nwarm = \"2 min\"\n\
               cache.rust-cache = { size = \"1 GB\" }\n";
    let remarks = |runners: &str| play(&format!("{runners}\n{job}"), &[]).expect("a scenario").remarks;
    assert_eq!(remarks("[runner.big]\ncores = 16"), "");
    let said = remarks("[runner.big]\ncores = 16\n[runner.small]\ncores = 2");
    assert!(said.contains("`runner.small` has no effect: no job runs on it"), "{said}");
    assert_eq!(said.matches("warning[").count(), 1, "{said}");
}
