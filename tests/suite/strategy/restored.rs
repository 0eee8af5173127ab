//! The strategy `restore-keys`: what it assumes a prefix hit to cost, and which prefixes it leaves alone.

use super::{model, treated};
use cache_budget::client::Cache;
use cache_budget::engine::Model;

/// A workflow with these jobs, and what the strategy changes in it.
fn changed(jobs: &str) -> Result<(Model, Vec<String>), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    let text = format!("[workload]\ndays = 20\n[input.x]\n[workflow.ci]\non = [\"push main\"]\n{jobs}");
    std::fs::write(&file, text).expect("a file");
    let (scenario, changes) = treated(&file, "restore-keys").map_err(|refusal| refusal.to_string())?;
    Ok((model(&file, scenario), changes.iter().map(ToString::to_string).collect()))
}

/// The changes of the only step of job `a`.
fn of_a(step: &str) -> Vec<String> {
    let (_, changes) = changed(&format!("[workflow.ci.job.a]\n{step}\n")).expect("it applies");
    let path = "workflow.ci.job.a.cache.actions-cache.0.";
    changes.iter().map(|change| change.strip_prefix(path).expect("of the step").to_owned()).collect()
}

/// 5 min / 4 = 75 s. In a measured job a miss costs the gap, (12 − 4) min / 4 = 120 s, or the step's part of it: of the
/// 8 min, a step of 100 MB beside one of 300 MB has a quarter, 2 min / 4 = 30 s.
#[test]
fn a_prefix_hit_is_assumed_to_cost_a_quarter_of_a_miss() {
    let step =
        |more: &str| format!("cache.actions-cache = {{ key = \"n-{{hash:x}}\", size = \"100 MB\"{more} }}");
    let keys = "restore-keys=[\"n-\"]";
    assert_eq!(of_a(&step(", miss = \"5 min\"")), [keys, "partial=\"75000 ms\""]);
    let times = "cold = \"12 min\"\nwarm = \"4 min\"\n";
    assert_eq!(of_a(&(times.to_owned() + &step(""))), [keys, "partial=\"120000 ms\""]);
    let (model, changes) = changed(&format!(
        "[workflow.ci.job.a]\n{times}[[workflow.ci.job.a.cache.actions-cache]]\nkey = \"n-{{hash:x}}\"\nsize = \"100 MB\"\n\
         [[workflow.ci.job.a.cache.actions-cache]]\nkey = \"data\"\nsize = \"300 MB\"\n"
    ))
    .expect("the first key changes");
    assert_eq!(changes.len(), 2);
    let Cache::ActionsCache(step) = &model.workflows[0].jobs[0].caches[0] else { panic!("actions/cache") };
    assert_eq!((step.miss.0, step.partial.0), (120_000, 30_000));
}

#[test]
fn what_the_scenario_says_of_an_older_entry_stays() {
    let step =
        |more: &str| format!("cache.actions-cache = {{ key = \"n-{{hash:x}}\", size = \"100 MB\"{more} }}");
    let keys = ["restore-keys=[\"n-\"]"];
    // A miss costs nothing; the scenario has a `partial`; it says how the content ages.
    for more in [
        "",
        ", miss = \"5 min\", partial = \"1 min\"",
        ", miss = \"5 min\", ages = { input = \"x\", changed = 0.3 }",
    ] {
        assert_eq!(of_a(&step(more)), keys, "{more}");
    }
}

/// The jobs `a` and `b`, whose steps have these keys and miss for 4 min and 1 min: a quarter is 60 s and 15 s.
fn two(a: &str, b: &str) -> Result<Vec<String>, String> {
    let job = |name: &str, step: &str, miss: u32| {
        format!(
            "[workflow.ci.job.{name}]\ncache.actions-cache = {{ {step}, size = \"100 MB\", miss = \"{miss} min\" }}\n"
        )
    };
    let (_, changes) = changed(&(job("a", a, 4) + &job("b", b, 1)))?;
    let short =
        |change: &String| change.replace("workflow.ci.job.", "").replace("cache.actions-cache.0.", "");
    Ok(changes.iter().map(short).collect())
}

#[test]
fn no_prefix_finds_the_entries_of_another_step() {
    let of_b = ["b.restore-keys=[\"{os}-docs-\"]", "b.partial=\"15000 ms\""];
    let docs = "key = \"{os}-docs-{lock}\"";
    // `{os}-` begins the other key, whether it has the placeholder or what it stands for.
    assert_eq!(two("key = \"{os}-{hash:x}\"", docs).expect("`b` has a prefix"), of_b);
    let changes = two("key = \"Linux-{hash:x}\"", docs).expect("`b` has a prefix");
    assert_eq!(changes, of_b);
    // A longer prefix, which another hash cannot begin.
    let changes = two("key = \"{os}-{hash:x}-{sha}\"", docs).expect("both have a prefix");
    assert_eq!(changes[..2], ["a.restore-keys=[\"{os}-{hash:x}-\"]", "a.partial=\"60000 ms\""]);
    // Entries of other paths are never found.
    let changes = two("key = \"{os}-{hash:x}\", path = \"out\"", docs).expect("both have a prefix");
    assert_eq!(changes[0], "a.restore-keys=[\"{os}-\"]");
    // What differs only in the commit is of one family.
    let changes = two("key = \"k-{lock}\"", "key = \"k-{lock}-{sha}\"").expect("both have a prefix");
    assert_eq!([&changes[0], &changes[2]], ["a.restore-keys=[\"k-\"]", "b.restore-keys=[\"k-\"]"]);
    let refused =
        two("key = \"{os}-{hash:x}\"", "key = \"{os}-{lock}\"").expect_err("each begins the other's");
    assert!(refused.ends_with("or keys of other steps begin with it, too"), "{refused}");
}
