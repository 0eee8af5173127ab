//! `serve`: the protocol as raw requests, what is refused, what is recorded, and what a kill leaves behind.
//! `facade` has GitHub's own client do it, `conformance` other real clients.

mod access;
mod command;
mod crowded;
mod hostile;
mod http;
mod protocol;
mod recorded;
mod restarted;
mod team;

pub use recorded::replayed;

use cache_budget::replay::{LoggedRun, WorkflowEvent};
use cache_budget::serve::{Bodies, ConnectionLimits, ServeClock, ServeRequest, Server, Variables};
use cache_budget::service::{CacheMode, Limits, Sweep};
use cache_budget::units::Duration;
use http::{Connection, Reply};
use serde_json::{Value, json};

/// A served cache at a time that only the test moves.
pub struct Scene {
    pub server: Server,
    pub clock: ServeClock,
}

/// A cache of a repository whose default branch is main: never swept, served in memory of a temporary folder.
pub fn request() -> ServeRequest {
    ServeRequest {
        scenario: None,
        limit: Limits::INCLUDED,
        sweep: Sweep::Never,
        retention: Limits::default().retention,
        uploads_per_minute: 200,
        downloads_per_minute: 1_500,
        speed: 1.0,
        start: None,
        run: run("main"),
        default_branch: "refs/heads/main".to_owned(),
        initial: None,
        latency: Duration::ZERO,
        bandwidth: None,
        bodies: Bodies::Temporary,
        record: None,
        listen: None,
        port: 0,
        token: None,
    }
}

/// The run with this name in tests.
pub fn run(name: &str) -> LoggedRun {
    let (reference, event, mode) = match name {
        "main" => ("refs/heads/main", "push", None),
        "pull-7" => ("refs/pull/7/merge", "pull_request", None),
        "pull-8" => ("refs/pull/8/merge", "pull_request", None),
        "comment" => ("refs/heads/main", "issue_comment", None),
        "blind" => ("refs/heads/main", "push", Some(CacheMode::None)),
        "deaf" => ("refs/heads/main", "push", Some(CacheMode::WriteOnly)),
        _ => panic!("no run {name}"),
    };
    let event = WorkflowEvent::named(event).expect("an event");
    LoggedRun { reference: reference.to_owned(), base: None, event, mode }
}

impl Scene {
    /// A cache that is never swept.
    pub fn new() -> Scene {
        Scene::with(|_| ())
    }

    /// A cache like this. The hour and the minute have just begun.
    pub fn with(change: impl FnOnce(&mut ServeRequest)) -> Scene {
        let mut request = request();
        change(&mut request);
        Scene::of(&request, ConnectionLimits::default())
    }

    /// A cache with these limits of connections.
    pub fn of(request: &ServeRequest, limits: ConnectionLimits) -> Scene {
        let clock = ServeClock::set("2026-07-01T12:00:00Z".parse().expect("a time"));
        let server = Server::start_with(request, Some(clock.clone()), limits);
        Scene { server: server.unwrap_or_else(|problem| panic!("it is served: {problem:?}")), clock }
    }

    pub fn variables(&self, name: &str) -> Variables {
        self.server.variables_of(&run(name))
    }

    fn token(&self, name: &str) -> String {
        let variables = self.variables(name);
        let token = variables.each().find(|(name, _)| *name == "ACTIONS_RUNTIME_TOKEN");
        token.expect("it is one of them").1.to_owned()
    }

    fn connection(&self) -> Connection {
        Connection::to(self.server.address())
    }

    /// A call in JSON.
    fn call(&self, name: &str, call: &str, body: Value) -> Reply {
        let token = format!("Bearer {}", self.token(name));
        let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
        self.connection().ask("POST", &format!("{CALLS}{call}"), &headers, body.to_string().as_bytes())
    }

    fn reserve(&self, name: &str, key: &str) -> Reply {
        self.call(name, "CreateCacheEntry", json!({ "key": key, "version": "v" }))
    }

    fn look_up(&self, name: &str, key: &str, restore_keys: &[&str]) -> Reply {
        let asked = json!({ "key": key, "version": "v", "restore_keys": restore_keys });
        self.call(name, "GetCacheEntryDownloadURL", asked)
    }

    fn finalise(&self, name: &str, key: &str, size: usize) -> Reply {
        let asked = json!({ "key": key, "version": "v", "size_bytes": size.to_string() });
        self.call(name, "FinalizeCacheEntryUpload", asked)
    }

    /// Reserves, uploads and finalises; true if it is stored.
    pub fn save(&self, name: &str, key: &str, body: &[u8]) -> bool {
        let reserved = self.reserve(name, key);
        let Some(url) = reserved.json()["signed_upload_url"].as_str().map(str::to_owned) else {
            return false;
        };
        assert_eq!(self.connection().ask("PUT", path(&url), &[], body).status, 201);
        self.finalise(name, key, body.len()).json()["ok"] == true
    }

    /// The signature of addresses, from one that a reservation of this key gives.
    pub fn signature(&self, name: &str, key: &str) -> String {
        let reserved = self.reserve(name, key).json();
        let url = reserved["signed_upload_url"].as_str().expect("it is granted");
        url.split_once("sig=").expect("it is signed").1.to_owned()
    }

    /// A page that is there.
    pub fn page(&self, target: &str) -> Vec<u8> {
        let reply = self.connection().ask("GET", target, &[("Authorization", "Bearer any")], b"");
        assert_eq!(reply.status, 200, "{target}");
        reply.body
    }

    /// The key that a look-up matches; empty for a miss.
    fn matched(&self, name: &str, key: &str, restore_keys: &[&str]) -> String {
        self.look_up(name, key, restore_keys).json()["matched_key"].as_str().unwrap_or("").to_owned()
    }

    /// The body that a look-up finds.
    fn restored(&self, name: &str, key: &str) -> Option<Vec<u8>> {
        let url = self.look_up(name, key, &[]).json()["signed_download_url"].as_str()?.to_owned();
        let reply = self.connection().ask("GET", path(&url), &[], b"");
        (reply.status == 200).then_some(reply.body)
    }
}

const CALLS: &str = "/twirp/github.actions.results.api.v1.CacheService/";

/// The path and query of an address.
fn path(url: &str) -> &str {
    let after_host = url.match_indices('/').nth(2).expect("an address has a path").0;
    &url[after_host..]
}
