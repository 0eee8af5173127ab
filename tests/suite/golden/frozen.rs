//! The simulated numbers of a few scenarios, a hash for each metric. When one changes, the revision of the model
//! has to be raised: parts of a sweep and saved results of the two programs no longer belong together.

use super::commands::SMALL;
use crate::case::{CROWDED, Case};
use cache_budget::engine::MODEL_REVISION;
use cache_budget::observe::measure;
use cache_budget::random::{Draws, mix, mix_str};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A crowded cache; most clients; failures, re-runs and a janitor.
fn scenarios() -> [(&'static str, String); 3] {
    [("crowded", CROWDED.to_owned()), ("small", SMALL.to_owned()), ("failing", format!("{CROWDED}{FAILING}"))]
}

const FAILING: &str = "
[workflow.main]
on = \"push main\"
[workflow.main.job.flaky]
setup = \"3 min\"
fails-on-main = 0.3
flaky = 0.5
cache.actions-cache = { key = \"k-{lock}\", restore-keys = [\"k-\"], size = \"100 MB\" }
[janitor.tidy]
cron = \"30 * * * *\"
keep-newest = 1
";
const RE_RUNS: &str = "workload.re-runs={ share = 0.9, after = \"5 min\", attempts = 3 }";

/// The hash of each metric's values with their labels, over two replications, by scenario and metric.
fn hashes() -> BTreeMap<String, u64> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut found = BTreeMap::new();
    for (name, text) in scenarios() {
        let file = folder.path().join(format!("{name}.toml"));
        fs::write(&file, text).expect("a file");
        let model = cache_budget::scenario::load(&file, &[RE_RUNS.to_owned()]).expect("it is sound").model;
        for replication in 0..2 {
            for value in measure(&model, Draws::new(1, replication)).expect("it ends").values {
                let hash: &mut u64 = found.entry(format!("{name} {}", value.metric.name)).or_default();
                for (label, text) in &value.labels {
                    *hash = mix_str(mix_str(*hash, label), text);
                }
                *hash = mix(*hash, value.value.to_bits());
            }
        }
    }
    found
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/golden/frozen.txt")
}

/// The revision and the hashes as they were when the file was written.
fn frozen() -> (u32, BTreeMap<String, u64>) {
    let text = fs::read_to_string(file()).unwrap_or_else(|_| "revision 0\n".to_owned());
    let (first, rest) = text.split_once('\n').expect("a first line");
    let revision = first.strip_prefix("revision ").and_then(|number| number.parse().ok()).expect("a number");
    let row = |line: &str| {
        let (hash, name) = line.split_once(' ')?;
        Some((name.to_owned(), u64::from_str_radix(hash, 16).ok()?))
    };
    (revision, rest.lines().map(|line| row(line).expect("a hash and a metric")).collect())
}

/// The metrics that both have, with different numbers. A metric that is new or gone changes no number.
fn changed<'a>(before: &'a BTreeMap<String, u64>, now: &BTreeMap<String, u64>) -> Vec<&'a String> {
    before
        .iter()
        .filter(|(name, hash)| now.get(*name).is_some_and(|now| now != *hash))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn numbers_change_only_with_the_revision() {
    let (now, (revision, before)) = (hashes(), frozen());
    let changed = changed(&before, &now);
    assert!(
        changed.is_empty() || revision < MODEL_REVISION,
        "the numbers of {changed:#?} changed: raise the revision in src/engine/revision.rs, then run this test again \
         with UPDATE_GOLDEN=1"
    );
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let rows: String = now.iter().map(|(name, hash)| format!("{hash:016x} {name}\n")).collect();
        return fs::write(file(), format!("revision {MODEL_REVISION}\n{rows}"))
            .expect("the list can be written");
    }
    assert_eq!(revision, MODEL_REVISION, "the list is of another revision: run again with UPDATE_GOLDEN=1");
    assert!(now == before, "metrics are new or gone: run again with UPDATE_GOLDEN=1");
}

#[test]
fn a_changed_number_is_noticed_and_a_new_metric_is_none() {
    let before = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2), ("gone".to_owned(), 3)]);
    let now = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 7), ("new".to_owned(), 4)]);
    assert_eq!(changed(&before, &now), ["b"]);
}

#[test]
fn the_revision_stands_in_the_version_in_plans_and_in_results() {
    let case = Case::with(&CROWDED.replace("cache.sccache = {}", "").replace("days = 24", "days = 4"));
    let version = case.stdout(&["--version"]);
    assert_eq!(
        version,
        format!("cache-budget {} (model revision {MODEL_REVISION})\n", env!("CARGO_PKG_VERSION"))
    );
    case.stdout(&["run", "ci.toml", "--replications", "1", "--no-advice", "--output", "ran"]);
    case.stdout(&[
        "sweep",
        "ci.toml",
        "--vary",
        "cache.limit=1GB,2GB",
        "--replications",
        "1",
        "--output",
        "swept",
    ]);
    for file in ["ran/result.json", "swept/result.json", "swept/sweep.json"] {
        let content: serde_json::Value =
            serde_json::from_slice(&fs::read(case.path(file)).expect("a file")).expect("JSON");
        assert_eq!(content["tool"]["revision"], MODEL_REVISION, "{file}");
    }
    let path = case.path("ran/result.json");
    let text = fs::read_to_string(&path).expect("a result");
    let other = text
        .replace(&format!("\"revision\": {MODEL_REVISION}"), "\"revision\": 999")
        .replace(&format!("\"revision\":{MODEL_REVISION}"), "\"revision\":999");
    assert_ne!(text, other);
    fs::write(&path, other).expect("a file");
    let said = String::from_utf8(case.run(&["report", "ran"]).stderr).expect("UTF-8");
    assert!(said.contains("was simulated with model revision 999"), "{said}");
}
