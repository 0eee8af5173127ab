//! Jobs of a called workflow have the id that they have there (`id`): `github.job` in keys, in names of concurrency
//! groups and in rust-cache's key.

use crate::miniature::{Miniature, Played, Told, ms};
use cache_budget::event::RestoreOutcome;

/// A workflow that calls another one twice, one call after the other where the second one `needs` the first.
fn calls(id: &str, needs: bool, job: &str) -> Miniature {
    let needs = if needs { "needs = \"a-build\"\n" } else { "" };
    Miniature::new(&format!(
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.a-build]\n{id}{job}\n\
         [workflow.ci.job.b-build]\n{needs}{id}{job}\n"
    ))
    .set("cache.visibility-lag=0 s")
}

const ID: &str = "id = \"build\"\n";

fn outcome(played: &Played) -> (Vec<RestoreOutcome>, usize) {
    (played.run(0, "b-build").found(), played.stored().len())
}

#[test]
fn two_calls_of_a_workflow_share_the_keys_that_contain_the_job() {
    use RestoreOutcome::{Exact, Miss};
    let own_key = "cache.actions-cache = { key = \"{job}-k\", size = \"1 MB\" }";
    let rust_cache = "compile = { flavour = \"dev\" }\ncache.rust-cache = {}";
    for job in [own_key, rust_cache] {
        let play = |id| calls(id, true, job).event(0, "main_push", "").play();
        assert_eq!(outcome(&play("")), (vec![Miss], 2), "{job}");
        let called = play(ID);
        assert_eq!(outcome(&called), (vec![Exact], 1), "{job}");
        assert!(called.stored()[0].key.contains("build"), "{}", called.stored()[0].key);
        assert!(!called.stored()[0].key.contains("a-build"), "{}", called.stored()[0].key);
    }
    // Cold 47 s, and 20 s to download 0.2 GB of crates at 10 MB/s; with all dependencies 7 s.
    let played = calls(ID, true, rust_cache).event(0, "main_push", "").play();
    assert_eq!(["a-build", "b-build"].map(|job| played.run(0, job).build), [ms(67_000), ms(7_000)]);
}

#[test]
fn a_group_with_the_job_in_its_name_is_that_of_both_calls() {
    let ends = |id: &str, concurrency: &str| {
        let job = format!("setup = \"60 s\"\nconcurrency = {concurrency}");
        let played = calls(id, false, &job).event(0, "main_push", "").play();
        let begin = played.run(0, "a-build").started;
        ["a-build", "b-build"].map(|job| (played.run(0, job).ended - begin).0 / 1_000)
    };
    assert_eq!(ends("", "{ group = \"g-{job}\" }"), [60, 60]);
    assert_eq!(ends(ID, "{ group = \"g-{job}\" }"), [60, 120]);
    // A job that names no group has one of its own.
    assert_eq!(ends(ID, "\"cancel\""), [60, 60]);
}

#[test]
fn an_id_that_changes_nothing_is_told() {
    let said = |id: &str, job: &str| calls(id, false, job).event(0, "main_push", "").remarks();
    let idle = "`id` has no effect: no key and no concurrency group of the job contains it";
    let shared = "cache.actions-cache = { key = \"{job}\", size = \"1 MB\" }";
    let apart = "cache.actions-cache = { key = \"k\", size = \"1 MB\" }";
    assert_eq!(said(ID, apart).matches(idle).count(), 2, "{}", said(ID, apart));
    assert!(!said(ID, shared).contains("`id`"), "{}", said(ID, shared));
    let same = said("id = \"a-build\"\n", shared);
    assert!(same.contains("`id` has no effect: it is the name of the job"), "{same}");
    assert!(said("id = \" \"\n", shared).contains("the `id` is empty"));
    let matrix = "matrix.n = [\"1\", \"2\"]\nleg = { when = { n = \"1\" }, id = \"x\" }\nsetup = \"1 s\"";
    assert!(said("", matrix).contains("`id` applies to all legs of a job"), "{}", said("", matrix));
}
