//! GitHub's own cache client, the npm package `@actions/cache`, against the service model: it
//! restores, saves, conflicts and misses as the model says. `tests/facade` holds the client;
//! `npm ci --prefix tests/facade` installs it. Where Node or the client is absent, each test says
//! so and does nothing, or fails where `CI` is set.

mod protocol;
mod server;

use crate::outside::{folder, is_installed};
use cache_budget::service::{Access, Limits, Sweep, Trigger};
use cache_budget::units::{Bytes, Duration};
use protocol::Facade;
use serde_json::Value;
use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};
use tempfile::TempDir;

/// A repository with a cache, and a place to work in.
struct Repository {
    facade: Arc<Mutex<Facade>>,
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
    /// A cache under these limits; nothing where the client cannot be run.
    fn new(limits: Limits) -> Option<Repository> {
        if !is_installed(&["node"], "facade", "@actions/cache") {
            return None;
        }
        // No lag: a test that waits for an entry to be visible would wait in every line.
        let mut facade =
            Facade::new(Limits { sweep: Sweep::Never, visibility_lag: Duration::ZERO, ..limits });
        for (token, own, trigger) in [
            ("main", "refs/heads/main", Trigger::Push),
            ("pull-7", "refs/pull/7/merge", Trigger::PullRequest),
            ("pull-8", "refs/pull/8/merge", Trigger::PullRequest),
            ("comment", "refs/heads/main", Trigger::Untrusted),
        ] {
            facade.admit(token, |names| {
                let default = names.scope("refs/heads/main");
                Access::of(trigger, None, names.scope(own), None, default)
            });
        }
        facade.admit("blind", |_| Access::new(&[], None));
        let facade = Arc::new(Mutex::new(facade));
        let served = Arc::clone(&facade);
        let address = server::serve(move |request| served.lock().expect("no panic").handle(&request));
        facade.lock().expect("no panic").address = address.to_string();
        Some(Repository { facade, workspace: TempDir::new().expect("a folder") })
    }

    fn facade(&self) -> MutexGuard<'_, Facade> {
        self.facade.lock().expect("the server did not panic")
    }

    fn wait(&self, duration: Duration) {
        let mut facade = self.facade();
        facade.now = facade.now + duration;
    }

    /// Calls the client in a job with this token.
    fn call(&self, token: &str, operation: &str, keys: &str, path: &str) -> Called {
        let home = self.workspace.path();
        let output = Command::new("node")
            .arg(folder("facade").join("client.mjs"))
            .args([operation, keys, path])
            .current_dir(home)
            .env("GITHUB_WORKSPACE", home)
            .env("RUNNER_TEMP", home.join("temp"))
            .env("ACTIONS_CACHE_SERVICE_V2", "true")
            .env("ACTIONS_RESULTS_URL", format!("http://{}/", self.facade().address))
            .env("ACTIONS_RUNTIME_TOKEN", token)
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
    fn save(&self, token: &str, key: &str, content: &[u8]) -> bool {
        self.write(content);
        self.call(token, "save", key, "data").result["saved"].as_i64().expect("a number") > 0
    }

    /// A job without data restores; returns the key that was matched and the content.
    fn restore(&self, token: &str, keys: &str) -> Option<(String, Vec<u8>)> {
        let file = self.workspace.path().join("data/file");
        fs::remove_file(&file).ok();
        let called = self.call(token, "restore", keys, "data");
        let matched = called.result["restored"].as_str()?.to_owned();
        Some((matched, fs::read(file).expect("what was restored")))
    }

    /// The key that a restore matches; empty for a miss.
    fn matched(&self, token: &str, keys: &str) -> String {
        self.restore(token, keys).map_or_else(String::new, |(key, _)| key)
    }

    fn write(&self, content: &[u8]) {
        let folder = self.workspace.path().join("data");
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("file"), content).expect("a file");
    }
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
    let Some(repository) = Repository::new(Limits::default()) else { return };
    let content = noise(100_000);
    assert_eq!(repository.restore("main", "key"), None);
    assert!(repository.save("main", "key", &content));
    assert_eq!(repository.restore("main", "key"), Some(("key".to_owned(), content)));
    let facade = repository.facade();
    assert_eq!((facade.service.len(), facade.blobs()), (1, 1));
    // An archive of incompressible bytes: a little larger than its content.
    assert!((100_000..110_000).contains(&facade.service.bytes().0));
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn an_upload_in_blocks_is_put_together_again() {
    let Some(repository) = Repository::new(Limits::default()) else { return };
    // The client sends up to 128 MiB in one piece and cuts more into blocks of 64 MiB.
    let content = noise(130 * 1024 * 1024);
    assert!(repository.save("main", "large", &content));
    let (_, restored) = repository.restore("main", "large").expect("it was stored");
    assert!(restored == content, "what comes back is what was saved");
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn a_second_save_of_a_key_conflicts_and_changes_nothing() {
    let Some(repository) = Repository::new(Limits::default()) else { return };
    assert!(repository.save("main", "key", b"first"));
    repository.write(b"second");
    let again = repository.call("main", "save", "key", "data");
    assert_eq!(again.result["saved"], -1);
    assert!(again.log.contains("another job may be creating this cache"), "{}", again.log);
    assert_eq!(repository.restore("main", "key").expect("the first").1, b"first");
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn keys_are_matched_exactly_then_by_prefix_newest_first() {
    let Some(repository) = Repository::new(Limits::default()) else { return };
    for key in ["deps-linux-1", "deps-linux-2", "deps-mac-1"] {
        assert!(repository.save("main", key, key.as_bytes()));
        repository.wait(Duration::MINUTE);
    }
    assert_eq!(repository.matched("main", "deps-linux-1"), "deps-linux-1");
    assert_eq!(repository.matched("main", "deps-linux-3,deps-linux-"), "deps-linux-2");
    assert_eq!(repository.matched("main", "deps-linux-3,deps-"), "deps-mac-1");
    // The key itself is a prefix too.
    assert_eq!(repository.matched("main", "deps-linux"), "deps-linux-2");
    assert_eq!(repository.matched("main", "deps-windows,tools-"), "");
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn a_pull_request_reads_its_own_scope_before_main_and_nobody_elses() {
    let Some(repository) = Repository::new(Limits::default()) else { return };
    assert!(repository.save("main", "deps-1", b"main"));
    assert_eq!(repository.restore("pull-7", "deps-1").expect("main's").1, b"main");
    assert!(repository.save("pull-7", "deps-1-pull", b"pull request"));
    // A prefix hit in the run's own scope comes before an exact hit on the default branch.
    assert_eq!(repository.restore("pull-7", "deps-1").expect("its own").1, b"pull request");
    assert_eq!(repository.matched("main", "deps-1-pull"), "");
    assert_eq!(repository.matched("pull-8", "deps-1-pull"), "");
    // The same key in another scope is another entry.
    assert!(repository.save("pull-8", "deps-1-pull", b"another"));
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn other_paths_are_another_version() {
    let Some(repository) = Repository::new(Limits::default()) else { return };
    assert!(repository.save("main", "key", b"data"));
    let other = repository.call("main", "restore", "key", "other");
    assert!(other.result["restored"].is_null());
    assert!(repository.call("main", "save", "key", "data/file").result["saved"].as_i64() > Some(0));
    assert_eq!(repository.facade().service.len(), 2);
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn a_token_that_may_not_is_told_so() {
    let Some(repository) = Repository::new(Limits::default()) else { return };
    assert!(repository.save("main", "key", b"data"));
    repository.write(b"poison");
    let denied = repository.call("comment", "save", "poison", "data");
    assert_eq!(denied.result["saved"], -1);
    assert!(denied.log.contains("cache write denied"), "{}", denied.log);
    assert_eq!(repository.matched("comment", "key"), "key");
    let blind = repository.call("blind", "restore", "key", "data");
    assert!(blind.result["restored"].is_null() && blind.log.contains("cache read denied"), "{}", blind.log);
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn a_refused_rate_is_a_miss_or_a_lost_save_until_the_minute_is_over() {
    let limits = Limits { uploads_per_minute: Some(2), downloads_per_minute: Some(1), ..Limits::default() };
    let Some(repository) = Repository::new(limits) else { return };
    assert!(repository.save("main", "a", b"a"));
    assert!(repository.save("main", "b", b"b"));
    assert!(!repository.save("main", "c", b"c"), "the third upload of the minute");
    assert_eq!(repository.matched("main", "a"), "a");
    let refused = repository.call("main", "restore", "b", "data");
    assert!(refused.result["restored"].is_null() && refused.log.contains("rate limit"), "{}", refused.log);
    repository.wait(Duration::MINUTE);
    assert!(repository.save("main", "c", b"c"));
    assert_eq!(repository.matched("main", "b"), "b");
}

#[test]
#[ignore = "needs Node: .ci/run runs it"]
fn a_sweep_evicts_what_was_used_least_recently() {
    let Some(repository) = Repository::new(Limits { limit: Bytes(250_000), ..Limits::default() }) else {
        return;
    };
    for key in ["a", "b", "c"] {
        assert!(repository.save("main", key, &noise(100_000)));
        repository.wait(Duration::MINUTE);
    }
    // Over the limit until somebody sweeps; restoring `a` makes `b` the least recently used.
    assert_eq!(repository.matched("main", "a"), "a");
    let mut evicted = Vec::new();
    {
        let mut facade = repository.facade();
        let now = facade.now;
        let mut keys = Vec::new();
        facade.service.sweep(now, |_, eviction| keys.push(eviction.entry.identity.key));
        evicted.extend(keys.into_iter().map(|key| facade.service.names.key_text(key)));
    }
    assert_eq!(evicted, ["b"]);
    let matched = ["a", "b", "c"].map(|key| repository.matched("main", key));
    assert_eq!(matched, ["a", "", "c"]);
    repository.wait(Duration(8 * Duration::DAY.0));
    let now = repository.facade().now;
    repository.facade().service.sweep(now, |_, _| {});
    assert_eq!(repository.matched("main", "a"), "", "idle for more than a week");
}
