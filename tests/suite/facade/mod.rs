//! GitHub's own cache client, the npm package `@actions/cache`, against `serve`: it restores, saves,
//! conflicts and misses as the model says. `tests/facade` holds the client;
//! `npm ci --prefix tests/facade` installs it. Where Node or the client is absent, each test says
//! so and does nothing, or fails where `CI` is set.

use crate::conformance::page::held;
use crate::outside::{folder, is_installed};
use crate::serve::Scene;
use cache_budget::serve::ServeRequest;
use cache_budget::service::Sweep;
use cache_budget::units::{Bytes, Duration};
use serde_json::Value;
use std::fs;
use std::process::Command;
use tempfile::TempDir;

/// A repository with a cache, and a place to work in.
struct Repository {
    scene: Scene,
    workspace: TempDir,
}

/// What one call of the client came to.
#[derive(Debug)]
struct Called {
    /// What it returned: `saved` or `restored`.
    result: Value,
    /// Everything it logged.
    log: String,
}

impl Repository {
    /// A cache that is never swept; nothing where the client cannot be run.
    fn new() -> Option<Repository> {
        Repository::with(|_| ())
    }

    /// A cache like this.
    fn with(change: impl FnOnce(&mut ServeRequest)) -> Option<Repository> {
        if !is_installed(&["node"], "facade", "@actions/cache") {
            return None;
        }
        Some(Repository { scene: Scene::with(change), workspace: TempDir::new().expect("a folder") })
    }

    fn wait(&self, duration: Duration) {
        self.scene.clock.move_on(duration);
    }

    /// Calls the client in a job of this run.
    fn call(&self, run: &str, operation: &str, keys: &str, path: &str) -> Called {
        let home = self.workspace.path();
        let output = Command::new("node")
            .arg(folder("facade").join("client.mjs"))
            .args([operation, keys, path])
            .current_dir(home)
            .env("GITHUB_WORKSPACE", home)
            .env("RUNNER_TEMP", home.join("temp"))
            .envs(self.scene.variables(run).each())
            // With it the client would not ask; what the server says is the question.
            .env_remove("ACTIONS_CACHE_MODE")
            .env_remove("GITHUB_SERVER_URL")
            .output()
            .expect("node runs");
        let log = String::from_utf8_lossy(&output.stdout).into_owned();
        let last = log.lines().last().unwrap_or("");
        let result = serde_json::from_str(last)
            .unwrap_or_else(|_| panic!("no result: {log}{}", String::from_utf8_lossy(&output.stderr)));
        Called { result, log }
    }

    /// A job writes `content` and saves it; returns whether it was stored.
    fn save(&self, run: &str, key: &str, content: &[u8]) -> bool {
        self.write(content);
        self.call(run, "save", key, "data").result["saved"].as_i64().expect("a number") > 0
    }

    /// A job without data restores; returns the key that was matched and the content.
    fn restore(&self, run: &str, keys: &str) -> Option<(String, Vec<u8>)> {
        let file = self.workspace.path().join("data/file");
        fs::remove_file(&file).ok();
        let called = self.call(run, "restore", keys, "data");
        let matched = called.result["restored"].as_str()?.to_owned();
        Some((matched, fs::read(file).expect("what was restored")))
    }

    /// The key that a restore matches; empty for a miss.
    fn matched(&self, run: &str, keys: &str) -> String {
        self.restore(run, keys).map_or_else(String::new, |(key, _)| key)
    }

    fn write(&self, content: &[u8]) {
        let folder = self.workspace.path().join("data");
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("file"), content).expect("a file");
    }
}

/// `stored` or `refused`.
fn stored(is_stored: bool) -> &'static str {
    if is_stored { "stored" } else { "refused" }
}

/// The key, or `miss`.
fn or_miss(matched: &str) -> &str {
    if matched.is_empty() { "miss" } else { matched }
}

/// What a log says of these, or nothing.
fn said<'a>(called: &Called, texts: &[&'a str]) -> &'a str {
    texts.iter().find(|text| called.log.contains(**text)).copied().unwrap_or("nothing of it")
}

/// Bytes that do not compress, from a linear congruential generator.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    (0..bytes).map(|_| next()).collect()
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn what_was_saved_is_restored_byte_by_byte() {
    let Some(repository) = Repository::new() else { return };
    let content = noise(100_000);
    let before = if repository.restore("main", "key").is_none() { "miss" } else { "hit" };
    let saved = stored(repository.save("main", "key", &content));
    let is_same = repository.restore("main", "key") == Some(("key".to_owned(), content));
    held(
        "what_was_saved_is_restored_byte_by_byte",
        "a restore, a save, a restore",
        "miss, stored, the same bytes",
        format!("{before}, {saved}, {}", if is_same { "the same bytes" } else { "others" }),
    );
    // An archive of incompressible bytes: a little larger than its content.
    let stored = repository.scene.server.listing();
    assert!(stored.len() == 1 && (100_000..110_000).contains(&stored[0].size.0), "{stored:?}");
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn an_upload_in_blocks_is_put_together_again() {
    let Some(repository) = Repository::new() else { return };
    // The client sends up to 128 MiB in one piece and cuts more into blocks of 64 MiB.
    let content = noise(130 * 1024 * 1024);
    assert!(repository.save("main", "large", &content));
    let (_, restored) = repository.restore("main", "large").expect("it was stored");
    held(
        "an_upload_in_blocks_is_put_together_again",
        "130 MiB, uploaded in blocks of 64 MiB in any order, downloaded in ranges",
        "the same bytes",
        if restored == content { "the same bytes" } else { "others" },
    );
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn a_second_save_of_a_key_conflicts_and_changes_nothing() {
    let Some(repository) = Repository::new() else { return };
    assert!(repository.save("main", "key", b"first"));
    repository.write(b"second");
    let again = repository.call("main", "save", "key", "data");
    assert_eq!(again.result["saved"], -1);
    let kept = repository.restore("main", "key").expect("the first").1;
    let race = "another job may be creating this cache";
    held(
        "a_second_save_of_a_key_conflicts_and_changes_nothing",
        "a second save of a key: what the client logs, and what is stored",
        format!("{race}; first"),
        format!("{}; {}", said(&again, &[race]), String::from_utf8_lossy(&kept)),
    );
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn keys_are_matched_exactly_then_by_prefix_newest_first() {
    let Some(repository) = Repository::new() else { return };
    for key in ["deps-linux-1", "deps-linux-2", "deps-mac-1"] {
        assert!(repository.save("main", key, key.as_bytes()));
        repository.wait(Duration::MINUTE);
    }
    // The key itself, then prefixes, the newest first; the key itself is a prefix, too.
    let asked = [
        "deps-linux-1",
        "deps-linux-3,deps-linux-",
        "deps-linux-3,deps-",
        "deps-linux",
        "deps-windows,tools-",
    ];
    for (asked, predicted) in
        asked.into_iter().zip(["deps-linux-1", "deps-linux-2", "deps-mac-1", "deps-linux-2", "miss"])
    {
        held(
            "keys_are_matched_exactly_then_by_prefix_newest_first",
            &format!(
                "`deps-linux-1`, `deps-linux-2`, `deps-mac-1` are stored in this order: a restore of `{asked}`"
            ),
            predicted,
            or_miss(&repository.matched("main", asked)),
        );
    }
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn a_pull_request_reads_its_own_scope_before_main_and_nobody_elses() {
    let Some(repository) = Repository::new() else { return };
    assert!(repository.save("main", "deps-1", b"main"));
    let text = |found: Option<(String, Vec<u8>)>| {
        found.map_or("miss".to_owned(), |(_, bytes)| String::from_utf8_lossy(&bytes).into_owned())
    };
    let first = text(repository.restore("pull-7", "deps-1"));
    assert!(repository.save("pull-7", "deps-1-pull", b"its own"));
    // A prefix hit in the run's own scope comes before an exact hit on the default branch.
    let second = text(repository.restore("pull-7", "deps-1"));
    let others = ["main", "pull-8"].map(|run| or_miss(&repository.matched(run, "deps-1-pull")).to_owned());
    held(
        "a_pull_request_reads_its_own_scope_before_main_and_nobody_elses",
        "a pull request restores `deps-1`, saves `deps-1-pull`, restores `deps-1`; main and another restore `deps-1-pull`",
        "main, its own; miss, miss",
        format!("{first}, {second}; {}", others.join(", ")),
    );
    // The same key in another scope is another entry.
    assert!(repository.save("pull-8", "deps-1-pull", b"another"));
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn other_paths_are_another_version() {
    let Some(repository) = Repository::new() else { return };
    assert!(repository.save("main", "key", b"data"));
    let other = repository.call("main", "restore", "key", "other");
    assert!(other.result["restored"].is_null());
    assert!(repository.call("main", "save", "key", "data/file").result["saved"].as_i64() > Some(0));
    held(
        "other_paths_are_another_version",
        "the same key with other paths: a restore, and the entries after a save",
        "miss, 2",
        format!(
            "{}, {}",
            other.result["restored"].as_str().unwrap_or("miss"),
            repository.scene.server.listing().len()
        ),
    );
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn a_token_that_may_not_is_told_so() {
    let Some(repository) = Repository::new() else { return };
    assert!(repository.save("main", "key", b"data"));
    repository.write(b"poison");
    let denied = repository.call("comment", "save", "poison", "data");
    assert_eq!(denied.result["saved"], -1);
    let blind = repository.call("blind", "restore", "key", "data");
    assert!(blind.result["restored"].is_null());
    let texts = ["cache write denied", "cache read denied"];
    held(
        "a_token_that_may_not_is_told_so",
        "on a comment: a save, a restore; a restore under `cache-mode: none`",
        "cache write denied, key, cache read denied",
        format!(
            "{}, {}, {}",
            said(&denied, &texts),
            or_miss(&repository.matched("comment", "key")),
            said(&blind, &texts)
        ),
    );
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn a_refused_rate_is_a_miss_or_a_lost_save_until_the_minute_is_over() {
    let few = |request: &mut ServeRequest| {
        (request.uploads_per_minute, request.downloads_per_minute) = (2, 1);
    };
    let Some(repository) = Repository::with(few) else { return };
    let saved = ["a", "b", "c"].map(|key| stored(repository.save("main", key, key.as_bytes())));
    let first = repository.matched("main", "a");
    let refused = repository.call("main", "restore", "b", "data");
    assert!(refused.result["restored"].is_null(), "{}", refused.log);
    held(
        "a_refused_rate_is_a_miss_or_a_lost_save_until_the_minute_is_over",
        "2 uploads and 1 download a minute: three saves, two restores",
        "stored, stored, refused; a, rate limit",
        format!("{}; {}, {}", saved.join(", "), or_miss(&first), said(&refused, &["rate limit"])),
    );
    repository.wait(Duration::MINUTE);
    held(
        "a_refused_rate_is_a_miss_or_a_lost_save_until_the_minute_is_over",
        "in the next minute: a save, a restore",
        "stored, b",
        format!(
            "{}, {}",
            stored(repository.save("main", "c", b"c")),
            or_miss(&repository.matched("main", "b"))
        ),
    );
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn a_sweep_evicts_what_was_used_least_recently() {
    let hourly = Sweep::Every { period: Duration::HOUR, phase: None };
    let small = |request: &mut ServeRequest| (request.limit, request.sweep) = (Bytes(250_000), hourly);
    let Some(repository) = Repository::with(small) else { return };
    for key in ["a", "b", "c"] {
        assert!(repository.save("main", key, &noise(100_000)));
        repository.wait(Duration::MINUTE);
    }
    // Over the limit until the sweep; restoring `a` makes `b` the least recently used.
    assert_eq!(repository.matched("main", "a"), "a");
    assert_eq!(repository.scene.server.listing().len(), 3);
    repository.wait(Duration::HOUR);
    let matched = ["a", "b", "c"].map(|key| or_miss(&repository.matched("main", key)).to_owned());
    repository.wait(Duration(8 * Duration::DAY.0));
    let idle = repository.matched("main", "a");
    held(
        "a_sweep_evicts_what_was_used_least_recently",
        "250 kB, hourly sweeps: `a`, `b`, `c` of 100 kB are saved and `a` is restored; restores after the sweep; `a` 8 days later",
        "a, miss, c; miss",
        format!("{}; {}", matched.join(", "), or_miss(&idle)),
    );
}
