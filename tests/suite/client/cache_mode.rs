//! `cache-mode` of workflows and jobs: what clients do that the runner tells of it, and what the service
//! refuses to those that ask anyway.

use crate::miniature::{HOUR, Miniature, Played, Told, ms};
use cache_budget::event::RestoreOutcome::{self, Exact, Miss};
use cache_budget::units::Duration;

/// `writer` saves 100 MB under one key for ever, `user` has the same cache step; the workflow and the
/// user declare these modes.
fn scene(workflow: &str, user: &str) -> Miniature {
    let step = "cache.actions-cache = { key = \"deps\", size = \"100 MB\", miss = \"60 s\" }";
    Miniature::new(&format!(
        "[workflow.first]\non = \"push main\"\n[workflow.first.job.writer]\n{step}\n\
         [workflow.second]\non = [\"push main\", \"pull_request\"]\n{workflow}\n\
         [workflow.second.job.user]\nprepare = \"10 min\"\n{user}\n{step}\n"
    ))
}

/// What each of the user's runs found, and how long it took beside the 10 minutes and, where it asked,
/// its look-up of 0.5–1.5 s.
fn runs(played: &Played) -> Vec<(Option<RestoreOutcome>, Duration)> {
    let rest = |took: Duration| ms((took.0 - 600_500).max(0) / 1_000 * 1_000);
    played.runs("user").iter().map(|run| (run.found().first().copied(), rest(run.took()))).collect()
}

fn saves(played: &Played) -> Vec<(u32, u32)> {
    played.runs("user").iter().map(|run| run.saves()).collect()
}

/// Two pushes to main. Both jobs of the first one miss; the writer has saved long before the user is
/// done.
fn play(workflow: &str, user: &str) -> Played {
    scene(workflow, user).event(0, "main_push", "").event(HOUR, "main_push", "").play()
}

#[test]
fn without_a_mode_a_push_restores_and_saves() {
    // A miss: 60 s and 1 s of packing, for an entry that exists by then. A hit: 1 s of download, 1 s of
    // unpacking.
    let played = play("", "");
    assert_eq!(runs(&played), [(Some(Miss), ms(61_000)), (Some(Exact), ms(2_000))]);
    assert_eq!(saves(&played), [(1, 1), (0, 0)]);
}

#[test]
fn read_packs_nothing() {
    for (workflow, user) in [("", "cache-mode = \"read\""), ("cache-mode = \"read\"", "")] {
        let played = play(workflow, user);
        assert_eq!(runs(&played), [(Some(Miss), ms(60_000)), (Some(Exact), ms(2_000))]);
        assert_eq!(saves(&played), [(0, 0), (0, 0)]);
    }
}

#[test]
fn write_only_asks_for_nothing_and_cannot_replace_what_is_stored() {
    // Without a look-up: 60 s for what was not restored, 1 s of packing, refused as it exists.
    let played = play("", "cache-mode = \"write-only\"");
    assert_eq!(runs(&played), [(None, ms(60_000)); 2]);
    let took: Vec<_> = played.runs("user").iter().map(|run| run.took()).collect();
    assert_eq!(took, [ms(661_000); 2]);
    assert_eq!(saves(&played), [(1, 1); 2]);
}

#[test]
fn none_does_neither() {
    let played = play("", "cache-mode = \"none\"");
    let took: Vec<_> = played.runs("user").iter().map(|run| run.took()).collect();
    assert_eq!(took, [ms(660_000); 2]);
    assert_eq!(saves(&played), [(0, 0); 2]);
}

#[test]
fn the_jobs_mode_wins_over_the_workflows() {
    let played = play("cache-mode = \"none\"", "cache-mode = \"write\"");
    assert_eq!(runs(&played), [(Some(Miss), ms(61_000)), (Some(Exact), ms(2_000))]);
    assert_eq!(saves(&played), [(1, 1), (0, 0)]);
}

/// A fork's pull request whose token only reads, by the scenario's own setting: it packs, asks and is
/// refused. A declared mode overrides that.
#[test]
fn a_declared_mode_overrides_a_forks_read_only_token() {
    let play = |user: &str| {
        let scene = scene("", user).set("cache.forks-write=false");
        scene.event(0, "fork_pr_push 7", "").event(HOUR, "fork_pr_push 7", "").play()
    };
    assert_eq!(saves(&play("")), [(1, 1); 2]);
    let played = play("cache-mode = \"write\"");
    assert_eq!(saves(&played), [(1, 0), (0, 0)]);
    assert_eq!(runs(&played)[1].0, Some(Exact));
}

#[test]
fn sccache_that_may_not_read_its_store_does_not_start() {
    let ends = |mode: &str, store: &str| {
        let text = format!(
            "[workflow.ci]\non = \"push main\"\ncache-mode = \"{mode}\"\n\
             [workflow.ci.job.test]\ncompile.flavour = \"dev\"\ncache.sccache = {{ store = \"{store}\" }}\n"
        );
        let played = Miniature::new(&text).event(0, "main_push", "").play();
        (played.run(0, "test").succeeded(), played.run(0, "test").saves())
    };
    assert_eq!(ends("write", "gha"), (true, (5, 0)));
    // Its check entry is refused: it reads, and counts each object it cannot write as a failed write.
    assert_eq!(ends("read", "gha"), (true, (5, 5)));
    assert_eq!(ends("write-only", "gha"), (false, (0, 0)));
    assert_eq!(ends("none", "gha"), (false, (0, 0)));
    // A bucket asks for another token.
    assert_eq!(ends("none", "external"), (true, (0, 0)));
}
