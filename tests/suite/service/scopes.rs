//! Which scopes a run reads and writes. Source: GitHub's dependency caching reference,
//! "Restrictions for accessing a cache", and the changelog of 2026-06-26 (read-only cache for
//! untrusted triggers on the default branch).

use super::store::{Store, lenient};
use cache_budget::service::{Access, CacheMode, Interner, Trigger};

/// Trigger, its ref, its base, the scopes it reads in order, whether it writes its own scope.
type Row = (Trigger, &'static str, Option<&'static str>, &'static [&'static str], bool);

const TABLE: &[Row] = &[
    (Trigger::Push, "feature", None, &["feature", "main"], true),
    (Trigger::Push, "main", None, &["main"], true),
    // A tag does not read other tags.
    (Trigger::Tag, "v1", None, &["v1", "main"], true),
    (Trigger::PullRequest, "pr/7", Some("main"), &["pr/7", "main"], true),
    // A stacked pull request reads its base before the default branch.
    (Trigger::PullRequest, "pr/7", Some("feature"), &["pr/7", "feature", "main"], true),
    (Trigger::PullRequest, "pr/7", None, &["pr/7", "main"], true),
    // The changelog keeps `pull_request` read-write in its own scope, from a fork too; others
    // report forks as read-only, so both are there.
    (Trigger::ForkPullRequest, "pr/8", Some("feature"), &["pr/8", "feature", "main"], true),
    (Trigger::ForkPullRequestReadOnly, "pr/8", Some("feature"), &["pr/8", "feature", "main"], false),
    (Trigger::ForkPullRequestReadOnly, "pr/8", None, &["pr/8", "main"], false),
    // A merge group writes to a branch nobody reads again (astral-sh/setup-uv#1052).
    (Trigger::MergeGroup, "queue/7", None, &["queue/7", "main"], true),
    (Trigger::Trusted, "main", None, &["main"], true),
    // `workflow_dispatch` on a chosen branch.
    (Trigger::Trusted, "feature", None, &["feature", "main"], true),
    // Runs on the default branch, which it must not write, whatever its own ref is called.
    (Trigger::Untrusted, "main", None, &["main"], false),
    (Trigger::Untrusted, "pr/8", Some("feature"), &["main"], false),
];

#[test]
fn every_trigger_reads_and_writes_what_the_table_says() {
    let mut names = Interner::default();
    for (trigger, own, base, reads, writes) in TABLE {
        let (own, default) = (names.scope(own), names.scope("main"));
        let base = base.map(|base| names.scope(base));
        let access = Access::of(*trigger, None, own, base, default);
        let readable: Vec<_> = access.readable().map(|scope| names.scope_text(scope)).collect();
        assert_eq!(readable, *reads, "{trigger:?} reads");
        assert_eq!(access.writable(), writes.then_some(own), "{trigger:?} writes");
    }
}

/// Under a declared mode every trigger reads all of its scopes or none, and writes or not, whatever it
/// could do otherwise. An untrusted one runs on the default branch, so that is what it writes.
#[test]
fn a_declared_mode_overrides_what_the_trigger_allows() {
    let modes = [
        (CacheMode::Read, true, false),
        (CacheMode::Write, true, true),
        (CacheMode::WriteOnly, false, true),
        (CacheMode::None, false, false),
    ];
    let mut names = Interner::default();
    for (trigger, own, base, reads, _) in TABLE {
        let (own, default) = (names.scope(own), names.scope("main"));
        let base = base.map(|base| names.scope(base));
        let written = if *trigger == Trigger::Untrusted { default } else { own };
        for (mode, may_read, may_write) in modes {
            let access = Access::of(*trigger, Some(mode), own, base, default);
            let readable: Vec<_> = access.readable().map(|scope| names.scope_text(scope)).collect();
            assert_eq!(readable, if may_read { *reads } else { &[] }, "{trigger:?} {mode:?} reads");
            assert_eq!(access.writable(), may_write.then_some(written), "{trigger:?} {mode:?} writes");
        }
    }
}

#[test]
fn every_mode_is_found_by_its_name() {
    for mode in CacheMode::ALL {
        assert_eq!(CacheMode::named(mode.name()), Some(mode));
    }
    assert_eq!(CacheMode::named("readonly"), None);
}

#[test]
fn a_scope_named_twice_is_searched_once() {
    let mut names = Interner::default();
    let (own, main) = (names.scope("pr/7"), names.scope("main"));
    let access = Access::new(&[own, main, own, main, main], None);
    assert_eq!(access.readable().collect::<Vec<_>>(), [own, main]);
}

#[test]
fn siblings_do_not_see_each_other() {
    // What a branch stored is not there for its sibling; what main stored is there for both.
    let mut store = Store::new(lenient());
    store.save(0, "pr/7", "deps", 1);
    assert_eq!(store.find(1, &["pr/8", "main"], "deps", &["de"]), "Miss");
    assert_eq!(store.find(1, &["main"], "deps", &["de"]), "Miss");
    store.save(2, "main", "deps", 1);
    assert_eq!(store.find(3, &["pr/8", "main"], "deps", &[]), "exact main deps");
    assert_eq!(store.find(3, &["pr/7", "main"], "deps", &[]), "exact pr/7 deps");
}

#[test]
fn a_token_without_readable_scope_is_denied() {
    // "cache read denied: token has no readable scopes" (HTTP 403).
    let mut store = Store::new(lenient());
    store.save(0, "main", "deps", 1);
    assert_eq!(store.find(1, &[], "deps", &[]), "Denied");
}
