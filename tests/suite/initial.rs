//! A simulation that begins with the listing of a real cache: what is matched, what is current, and what is not.

use super::miniature::{HOUR, MB, MINUTE, Miniature, Played, START, Told, ms};
use cache_budget::event::RestoreOutcome::{Exact, Miss, Prefix};
use cache_budget::units::{Bytes, SimTime};

/// A row of a listing: minutes before the start at which it was created and last accessed.
fn row(id: u32, key: &str, reference: &str, mb: u64, created: i64, accessed: i64) -> String {
    let at = |minutes: i64| SimTime(START.0 - minutes * MINUTE * 1_000);
    format!(
        "{{\"id\":{id},\"key\":\"{key}\",\"ref\":\"{reference}\",\"version\":\"v\",\"sizeInBytes\":{},\
         \"createdAt\":\"{}\",\"lastAccessedAt\":\"{}\"}}",
        mb * 1_000_000,
        at(created),
        at(accessed)
    )
}

fn listing(rows: &[String]) -> String {
    format!("[{}]", rows.join(","))
}

const MAIN: &str = "refs/heads/master";

/// Two generations on the default branch, one on a pull request, and something else. The newest time is the start.
fn four() -> String {
    listing(&[
        row(1, "k-aaaa1111", MAIN, 5, 180, 120),
        row(2, "k-bbbb2222", MAIN, 7, 60, 0),
        row(3, "k-cccc3333", "refs/pull/9/merge", 2, 30, 30),
        row(4, "other-x", MAIN, 3, 50, 40),
    ])
}

fn scene(key: &str, more: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n\
         cache.actions-cache = {{ key = \"{key}\", {more}size = \"1 MB\", miss = \"10 s\" }}\n"
    ))
}

fn bytes(played: &Played) -> Bytes {
    played.stored().iter().map(|entry| entry.size).sum()
}

/// The lock file is as it was at 1 h: the newest entry is found, by its exact key. At 2 h it changes: nothing is
/// found, and 1 MB is stored. 5 + 7 + 2 + 3 + 1 MB are held in the end.
#[test]
fn the_newest_of_a_key_is_what_the_job_finds_now() {
    let scene = scene("k-{lock}", "").listing(&four());
    let played = scene.event(HOUR, "main_push", "").event(2 * HOUR, "main_push", "lock").play();
    let [first, second] = [0, 1].map(|event| played.run(event, "test"));
    assert_eq!((first.found(), first.restores[0].bytes), (vec![Exact], Bytes(7 * MB.0)));
    assert_eq!(first.saves(), (0, 0));
    assert_eq!((second.found(), second.saves()), (vec![Miss], (1, 0)));
    assert_eq!(bytes(&played), Bytes(18 * MB.0));
    let held = |label| played.value("cache.bytes", &[("stat", "final"), label]);
    assert_eq!(held(("ref", "main")), Some(16e6));
    assert_eq!(held(("ref", "pull_request_open")), Some(2e6));
    assert_eq!(played.value("cache.bytes", &[("stat", "peak")]), Some(18e6));
}

#[test]
fn time_begins_with_the_listing_and_all_of_it_is_measured() {
    // The newest access is half an hour before the first push.
    let rows = [row(1, "k-aaaa1111", MAIN, 5, 90, 30)];
    let played = scene("k-{lock}", "").listing(&listing(&rows)).event(0, "main_push", "").play();
    let window = played.outcome.window;
    let begin = SimTime(START.0 - 30 * MINUTE * 1_000);
    assert_eq!((window.start, window.measure_from), (begin, begin));
    // 5 MB all the time, until 2 h after the last push.
    assert_eq!(played.value("cache.bytes", &[("stat", "mean")]), Some(5e6));
}

/// Every run has a key of its own: the listed one is found by its prefix, as it is.
#[test]
fn a_key_of_each_run_is_found_by_its_prefix() {
    let rows = [row(1, "k-7012345678", MAIN, 5, 90, 30), row(2, "k-7012345699", MAIN, 6, 60, 60)];
    let scene = scene("k-{run-id}", "restore-keys = [\"k-\"], ").listing(&listing(&rows));
    let played = scene.event(HOUR, "main_push", "").play();
    let run = played.run(0, "test");
    assert_eq!((run.found(), run.restores[0].bytes), (vec![Prefix], Bytes(6 * MB.0)), "the one created last");
}

/// rust-cache's entry holds the dependencies of the present lock file: the build takes 7 s
/// instead of 47 s, and 20 s to download the registry.
#[test]
fn what_is_listed_holds_what_the_job_compiles() {
    let build = |rows: &[String]| {
        let scene = Miniature::new(
            "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\ncompile = { flavour = \"dev\" }\n\
             cache.rust-cache = {}\n",
        );
        let played = scene.listing(&listing(rows)).event(HOUR, "main_push", "source").play();
        let run = played.run(0, "test");
        (run.found(), run.build.0)
    };
    let key = |job: &str| format!("v0-rust-{job}-Linux-x64-1a2b3c4d-5e6f7a8b");
    assert_eq!(build(&[row(1, &key("test"), MAIN, 300, 60, 60)]), (vec![Exact], 7_000));
    assert_eq!(build(&[row(1, &key("lint"), MAIN, 300, 60, 60)]), (vec![Miss], 67_000), "another job's");
}

/// A janitor sees generations among listed entries: of two on the default branch one stays.
#[test]
fn listed_entries_have_generations() {
    let scene = scene("k-{lock}", "").set("janitor.tidy={ on = \"push main\", keep-newest = 1 }");
    let played = scene.listing(&four()).event(HOUR, "main_push", "").play();
    assert_eq!(bytes(&played), Bytes((7 + 2 + 3) * MB.0));
}

/// 17 MB are over a limit of 14 MB: the entry that was accessed first, 2 h before the start, goes.
#[test]
fn a_sweep_evicts_what_was_listed_by_its_last_access() {
    let scene = scene("k-{lock}", "").set("cache.sweep=hourly").set("cache.limit=14 MB").listing(&four());
    let played = scene.event(5 * HOUR, "main_push", "").play();
    assert!(played.stored_under("k-aaaa1111").is_empty() && played.stored_under("other-x").len() == 1);
    assert_eq!(played.count("cache.evicted_bytes", &[("reason", "size")]), 5e6);
}

#[test]
fn what_no_job_stores_is_counted_aloud() {
    let remarks = scene("k-{lock}", "").listing(&four()).event(HOUR, "main_push", "").remarks();
    assert!(
        remarks.contains("warning[unmatched-entries]: 1 of 4 listed entries (3.0 MB) have a key that no job"),
        "{remarks}"
    );
    assert!(remarks.contains("the largest is `other-x`"), "{remarks}");
    let remarks = scene("k-{lock}", "")
        .listing("[{\"key\":\"k\",\"sizeInBytes\":1}]")
        .event(0, "main_push", "")
        .remarks();
    assert!(remarks.contains("the listing has no times"), "{remarks}");
    let remarks = scene("k-{lock}", "").listing("[{\"key\":\"\"}]").event(0, "main_push", "").remarks();
    assert!(remarks.contains("caches.json:1") && remarks.contains("error"), "{remarks}");
}

/// The content of a listed entry counts as made when it was listed: the first push makes its own change again, a
/// tenth of 10 s, and the second one also what the first has changed: 10 × (1 − 0.9²) = 1.9 s.
#[test]
fn what_is_listed_ages_from_now_on() {
    let rows = [row(1, "build", MAIN, 5, 90, 30)];
    let scene = scene("build", "ages = { changed = 0.1 }, ").listing(&listing(&rows));
    let played = scene.event(HOUR, "main_push", "source").event(2 * HOUR, "main_push", "source").play();
    assert_eq!([0, 1].map(|event| played.run(event, "test").build), [ms(1_000), ms(1_900)]);
}

/// An entry whose key has a time keeps it: no later job could have written it.
#[test]
fn a_listed_key_with_a_time_stays_as_it_is() {
    let key = "ccache-2026-01-04T10:00:00.000Z";
    let text =
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\ncache.ccache = { size = \"1 MB\" }\n";
    let scene = Miniature::new(text).listing(&listing(&[row(1, key, MAIN, 5, 90, 30)]));
    let played = scene.event(HOUR, "main_push", "").play();
    assert_eq!(played.run(0, "test").found(), [Prefix]);
    assert!(played.stored().iter().any(|entry| entry.key == key));
}

/// Whatever is wrong with a listing is counted and told: nothing of it goes silently.
#[test]
fn doubts_about_a_listing_are_told() {
    let said = |rows: &[String]| {
        scene("k-{lock}", "").listing(&listing(rows)).event(HOUR, "main_push", "").remarks()
    };
    let usual = || row(1, "k-aaaa1111", MAIN, 5, 60, 30);
    let year = 365 * 24 * 60;
    let doubts = [
        (vec![row(2, "k-b", MAIN, 1, 60, -year)], "1 listed entry is dated"),
        (vec![row(2, "k-b", MAIN, 1, 60, -90 * year)], "1 listed entry is dated after 2099"),
        (vec![row(2, "k-b", MAIN, 1, 20 * year, 30)], "1 listed entry is dated before 2019"),
        (vec![row(2, "k-b", MAIN, 1, 30, 60)], "1 listed entry was accessed before it was created"),
        (vec![usual()], "1 row repeats the id of another one"),
        (vec![row(1, "k-b", MAIN, 1, 60, 30)], "1 id is listed with several keys"),
        (vec![row(2, "k-aaaa1111", MAIN, 1, 60, 30)], "1 row has the ref, key and version of another one"),
        (vec![row(2, "k-b", "refs/pull/abc", 1, 60, 30)], "such as `refs/pull/abc`"),
        ((2..31).map(|id| row(id, "k-b", "refs/tags/v1", 1, 60, 30)).collect(), "exactly 30 rows"),
    ];
    assert!(!said(&[usual()]).contains("doubtful-listing"));
    for (more, message) in doubts {
        let said = said(&[vec![usual()], more].concat());
        assert!(said.contains("warning[doubtful-listing]") && said.contains(message), "{message}\n{said}");
    }
}

/// 5 MB of the job, and 2 + 1 + 1 MB under names of content: all are held, each for its client.
#[test]
fn entries_named_by_their_content_are_counted_for_their_clients() {
    let hash = "0123456789abcdef".repeat(4);
    let rows = [
        row(1, "k-aaaa1111", MAIN, 5, 60, 30),
        row(2, &format!("sccache/0/1/2/{hash}"), MAIN, 2, 60, 30),
        row(3, &format!("buildkit-blob-1-sha256:{hash}"), MAIN, 1, 60, 30),
        row(4, "index-api-1-1a2b3c4d#7", MAIN, 1, 60, 30),
    ];
    let scene = || scene("k-{lock}", "").listing(&listing(&rows)).event(HOUR, "main_push", "");
    let remarks = scene().remarks();
    assert!(
        remarks.contains(
            "3 of 4 listed entries (4.0 MB) are objects of sccache (1) and layers or indexes of BuildKit (2)"
        ),
        "{remarks}"
    );
    assert!(!remarks.contains("have a key that no job"), "{remarks}");
    let played = scene().play();
    let held = |client| played.value("cache.bytes", &[("stat", "final"), ("client", client)]);
    assert_eq!([held("sccache"), held("buildkit"), held("actions-cache")], [Some(2e6), Some(2e6), Some(5e6)]);
}

#[test]
fn a_listing_without_a_name_is_refused() {
    let remarks = scene("k", "").set("cache.initial=\"\"").event(0, "main_push", "").remarks();
    assert!(remarks.contains("`cache.initial` names no file"), "{remarks}");
}
