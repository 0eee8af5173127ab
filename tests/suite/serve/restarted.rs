//! What a store keeps from one server to the next: after an orderly end, a kill in the middle of an upload, and damage.

use super::{Scene, path};
use crate::case::Case;
use cache_budget::replay::listing;
use cache_budget::serve::Bodies;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

fn scene(store: &Path) -> Scene {
    Scene::with(|request| request.bodies = Bodies::Folder(store.to_owned()))
}

#[test]
fn entries_and_their_last_access_outlive_the_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = scene(folder.path());
    for key in ["a", "b", "c"] {
        assert!(first.save("main", key, key.as_bytes()));
        first.clock.move_on(cache_budget::units::Duration::SECOND);
    }
    assert_eq!(first.matched("main", "a", &[]), "a");
    assert_eq!(first.connection().ask("DELETE", "/caches?key=b", &[], b"").status, 200);
    let before = first.server.listing();
    drop(first.server.end());
    drop(first.clock);
    let second = reopened(folder.path());
    assert!(second.server.damage.is_empty());
    assert_eq!(second.server.listing(), before);
    assert_eq!(second.restored("main", "c").expect("it is there"), b"c");
    assert!(second.save("main", "d", b"d"));
    assert_eq!(second.server.listing()[0].id, Some(4), "an id is not given twice");
}

/// The next server of this store, a minute later.
fn reopened(store: &Path) -> Scene {
    let scene = reopened_by(store, scene);
    scene.clock.move_on(cache_budget::units::Duration::MINUTE);
    scene
}

/// The threads of the server before may hold the store for a moment.
pub fn reopened_by(store: &Path, scene: impl Fn(&Path) -> Scene) -> Scene {
    let lock = std::fs::File::open(store.join("cache-budget-serve.lock")).expect("a lock");
    lock.lock().expect("it is free soon");
    drop(lock);
    scene(store)
}

#[test]
fn one_server_has_a_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let _first = scene(folder.path());
    let store = folder.path().to_str().expect("UTF-8").to_owned();
    let case = Case::with("");
    let said = case.refused(&["serve", "--store", &store, "--run", "--", "true"], 1);
    assert!(said.contains("is in use by another server"), "{said}");
    std::fs::write(case.path("thesis.txt"), "mine").expect("a file");
    let said = case.refused(&["serve", "--store", ".", "--run", "--", "true"], 1);
    assert!(said.contains("neither empty nor a store of serve"), "{said}");
}

#[test]
fn damage_is_told_and_the_rest_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = scene(folder.path());
    for key in ["whole", "cut", "lost", "link"] {
        assert!(first.save("main", key, key.as_bytes()));
    }
    drop(first);
    let body = |id: u64| folder.path().join(format!("bodies/0/{id}"));
    std::fs::write(body(2), "c").expect("a file");
    std::fs::remove_file(body(3)).expect("it was there");
    std::fs::write(body(9), "nobody's").expect("a file");
    let outside = folder.path().join("uploads/outside");
    std::fs::write(&outside, "link").expect("a file");
    std::fs::remove_file(body(4)).expect("it was there");
    std::os::unix::fs::symlink(&outside, body(4)).expect("a link");
    let index = folder.path().join("index.jsonl");
    let text = std::fs::read_to_string(&index).expect("an index");
    // A line that is none, and one that was being written.
    std::fs::write(&index, format!("nonsense\n{text}{{\"at\":\"2026")).expect("a file");
    let second = reopened(folder.path());
    let damage = second.server.damage.join("\n");
    assert_eq!(
        damage,
        "index.jsonl:1:2: is not JSON\n\
         the body of entry 2 is missing or has another size: it is dropped\n\
         the body of entry 3 is missing or has another size: it is dropped\n\
         the body of entry 4 is missing or has another size: it is dropped"
    );
    assert_eq!(second.restored("main", "whole").expect("it is there"), b"whole");
    assert_eq!(second.matched("main", "cut", &[]), "");
    assert!(!body(9).exists(), "a body of no entry takes no room");
    assert!(second.save("main", "cut", b"again"));
}

/// A server of its own process, killed when it goes.
struct Process(Child, u16);

impl Process {
    fn new(store: &Path) -> Process {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("cache-budget"));
        command.arg("serve").arg("--store").arg(store).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program");
        let lines = BufReader::new(child.stdout.take().expect("it is a pipe")).lines();
        let address =
            lines.map_while(Result::ok).find(|line| line.contains("ACTIONS_RESULTS_URL")).expect("printed");
        let port = address.trim_end_matches("/'").rsplit(':').next().and_then(|port| port.parse().ok());
        Process(child, port.expect("a port"))
    }

    fn ask(&self, method: &str, target: &str, body: &str) -> super::Reply {
        let headers = [("Authorization", "Bearer any"), ("Content-Type", "application/json")];
        super::Connection::to(([127, 0, 0, 1], self.1).into()).ask(method, target, &headers, body.as_bytes())
    }

    /// Reserves a key and sends a body; returns whether that was taken.
    fn upload(&self, key: &str, body: &str) -> bool {
        let asked = format!(r#"{{"key":"{key}","version":"v"}}"#);
        let reserved = self.ask("POST", &format!("{}CreateCacheEntry", super::CALLS), &asked).json();
        let url = reserved["signed_upload_url"].as_str().expect("granted").to_owned();
        self.ask("PUT", path(&url), body).status == 201
    }

    fn finalise(&self, key: &str, size: usize) -> bool {
        let asked = format!(r#"{{"key":"{key}","version":"v","size_bytes":"{size}"}}"#);
        self.ask("POST", &format!("{}FinalizeCacheEntryUpload", super::CALLS), &asked).json()["ok"] == true
    }

    /// The keys that are stored, in the order of eviction.
    fn keys(&self) -> Vec<String> {
        let listing = listing::read(&self.ask("GET", "/caches?format=gh", "").body).expect("a listing");
        listing.into_iter().map(|entry| entry.key).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: nothing can be put in order.
        self.0.kill().expect("it runs");
        self.0.wait().expect("it ends");
    }
}

#[test]
fn a_kill_loses_unfinished_uploads_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store");
    let mut kept = Vec::new();
    for round in 0..3 {
        let server = Process::new(&store);
        assert_eq!(server.keys(), kept);
        let key = format!("key-{round}");
        assert!(server.upload(&key, "content") && server.finalise(&key, 7));
        kept.push(key);
        assert!(server.upload("unfinished", "uploaded, not finalised"));
    }
    let server = Process::new(&store);
    assert_eq!(server.keys(), kept);
    let left = std::fs::read_dir(store.join("uploads")).expect("a folder").count();
    assert_eq!(left, 0, "what was unfinished takes no room");
}
