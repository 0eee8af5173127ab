//! What a merge puts on the default branch, and how often inputs have changed on the way to a checkout.

use crate::workload::{changed, played};
use cache_budget::project::{Checkout, InputId, Lineage};
use cache_budget::workload::{Push, PushKind};

/// What a push checks out, whatever has led to it.
fn tree(push: &Push) -> Checkout {
    Checkout { lineage: Lineage::default(), ..(*push.checkout).clone() }
}

#[test]
fn a_merge_puts_on_main_what_the_pull_request_built() {
    let pushes = played(&[
        "2026-01-01T00:00:00Z,main_push,,,source,",
        "2026-01-01T01:00:00Z,pr_push,5,,lock;manifests;source,4",
        "2026-01-01T02:00:00Z,pr_push,5,,lock;manifests;source,4",
        "2026-01-01T03:00:00Z,main_push,5,,lock;manifests;source,4",
    ]);
    let [main, first, second, closed, merged] = &pushes[..] else { panic!("{pushes:?}") };
    assert_eq!(closed.kind, PushKind::Closed);
    assert_eq!(tree(merged), tree(second), "main stood still, so it is the same tree");
    let externals: Vec<usize> = changed(&main.checkout, &first.checkout);
    // 4 libraries of the log and one of the two members.
    assert_eq!(externals.iter().filter(|&&i| i < 20).count(), 4);
    assert_eq!(externals.len(), 5);
    // The second push changes sources and the tree, but neither the lock nor what depends on it.
    assert_ne!(second.checkout.context, first.checkout.context);
    assert_eq!(second.checkout.input(InputId::LOCK), first.checkout.input(InputId::LOCK));
    assert_eq!(second.checkout.recipe, first.checkout.recipe);
    assert!(changed(&first.checkout, &second.checkout).iter().all(|&i| i >= 20));
}

#[test]
fn a_pull_request_is_merged_with_main_as_it_is_now() {
    let pushes = played(&[
        "2026-01-01T00:00:00Z,pr_push,5,,lock,2",
        "2026-01-01T01:00:00Z,main_push,,,manifests,",
        "2026-01-01T02:00:00Z,pr_push,5,,lock,2",
        "2026-01-01T03:00:00Z,main_push,5,,lock,2",
    ]);
    let [first, main, second, _, merged] = &pushes[..] else { panic!("{pushes:?}") };
    assert_ne!(
        first.checkout.input(InputId::MANIFESTS),
        second.checkout.input(InputId::MANIFESTS),
        "main's manifests arrived"
    );
    assert_eq!(main.checkout.input(InputId::MANIFESTS), second.checkout.input(InputId::MANIFESTS));
    assert_eq!(first.checkout.versions, second.checkout.versions, "it locks the same versions");
    assert_ne!(first.checkout.recipe, second.checkout.recipe, "another main, another recipe");
    assert_eq!(tree(merged), tree(second));
}

#[test]
fn changes_are_counted_on_main_and_on_each_pull_request() {
    let pushes = played(&[
        "2026-01-01T00:00:00Z,main_push,,,source,",
        "2026-01-01T01:00:00Z,pr_push,5,,lock;source,2",
        "2026-01-01T02:00:00Z,pr_push,5,,lock;source,2",
        "2026-01-01T03:00:00Z,pr_push,6,,source,",
        "2026-01-01T04:00:00Z,main_push,5,,lock;source,2",
    ]);
    let [main, first, second, other, _, merged] = &pushes[..] else { panic!("{pushes:?}") };
    let between =
        |one: &Push, two: &Push, input| two.checkout.lineage.changes_since(&one.checkout.lineage, input);
    let sources = |one, two| between(one, two, InputId::SOURCE);
    assert_eq!((sources(main, first), sources(main, second), sources(first, second)), (1, 2, 1));
    // The lock file of a pull request is that of its first push.
    assert_eq!((between(main, first, InputId::LOCK), between(first, second, InputId::LOCK)), (1, 0));
    // Two of one and one of the other.
    assert_eq!(sources(second, other), 3);
    // A merge brings both changes of its pull request.
    assert_eq!((sources(main, merged), sources(merged, main)), (2, 2));
    assert!(
        second.checkout.lineage.is_fresh(InputId::SOURCE) && !second.checkout.lineage.is_fresh(InputId::LOCK)
    );
}
