//! What was recorded is a log that replays to the answers that the clients were given.

use super::{Scene, path};
use cache_budget::replay::{LogReader, OperationOutcome, Player, RestoreAnswer, SaveAnswer, Settings};
use cache_budget::service::{Limits, Sweep};
use cache_budget::units::{Bytes, Duration};
use std::path::Path;

/// What restores and saves of a log are answered by `replay`, under the limits that it was recorded with.
pub fn replayed(log: &Path, limits: Limits) -> (Vec<RestoreAnswer>, Vec<SaveAnswer>) {
    let (mut restores, mut saves) = (Vec::new(), Vec::new());
    for outcome in outcomes(log, limits) {
        match outcome {
            OperationOutcome::Restore { outcome, .. } => restores.push(outcome),
            OperationOutcome::Save { outcome, .. } => saves.push(outcome),
            OperationOutcome::Evict { .. } => {}
        }
    }
    (restores, saves)
}

fn outcomes(log: &Path, limits: Limits) -> Vec<OperationOutcome> {
    let settings = Settings { limits, default_branch: "refs/heads/main".to_owned(), until: None };
    let mut player = Player::new(&settings);
    let text = std::fs::read(log).expect("a log");
    let mut log = LogReader::new(text.as_slice(), false);
    let mut told = Vec::new();
    while let Some(operation) = log.next_operation().expect("it is in memory") {
        player.play(&operation, &mut told).expect("it fits");
    }
    assert!(log.problems().is_empty(), "{:?}", log.problems());
    told
}

fn tiny() -> Limits {
    Limits {
        limit: Bytes(250),
        sweep: Sweep::Every { period: Duration::HOUR, phase: None },
        uploads_per_minute: Some(3),
        downloads_per_minute: Some(4),
        ..Limits::default()
    }
}

/// A cache under the tiny limits that records into this file.
fn scene(log: &Path) -> Scene {
    let limits = tiny();
    Scene::with(|request| {
        (request.limit, request.sweep) = (limits.limit, limits.sweep);
        (request.uploads_per_minute, request.downloads_per_minute) = (3, 4);
        request.record = Some(log.to_owned());
    })
}

#[test]
fn a_log_replays_to_what_the_clients_were_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log.jsonl");
    let scene = scene(&log);
    let mut restores = Vec::new();
    let mut saves = Vec::new();
    // Three keys of 100 bytes do not fit into 250. Of the saves of a minute the fourth is refused, of the restores
    // the fifth; every fourth round begins in a new hour, after a sweep.
    for round in 0..16 {
        for run in ["main", "pull-7", "comment", "main"] {
            let key = format!("key-{}", round % 3);
            let found = scene.look_up(run, &key, &["key-"]);
            restores.push(match (found.status, found.json()["matched_key"].as_str()) {
                (429, _) => RestoreAnswer::RateLimited,
                (_, None) => RestoreAnswer::Miss,
                (_, Some(matched)) if matched == key => RestoreAnswer::Exact,
                _ => RestoreAnswer::Prefix,
            });
            let reserved = scene.reserve(run, &key);
            let url = reserved.json()["signed_upload_url"].as_str().map(str::to_owned);
            saves.push(match (reserved.status, &url) {
                (429, _) => SaveAnswer::RateLimited,
                (409, _) => SaveAnswer::Exists,
                (_, None) => SaveAnswer::Denied,
                (_, Some(_)) => SaveAnswer::Stored,
            });
            if let Some(url) = url {
                assert_eq!(scene.connection().ask("PUT", path(&url), &[], &[1; 100]).status, 201);
                assert_eq!(scene.finalise(run, &key, 100).json()["ok"], true);
            }
            scene.clock.move_on(Duration(7 * 1_000));
        }
        let pause = if round % 4 == 3 { Duration::HOUR } else { Duration(25 * 1_000) };
        scene.clock.move_on(pause);
    }
    let ended = scene.server.end();
    assert_eq!((ended.recorded, ended.problems), (Some((128, 0)), vec![]));
    assert_eq!(replayed(&log, tiny()), (restores.clone(), saves.clone()));
    // The test is worth nothing if not everything happens.
    let counted = |answer| restores.iter().filter(|own| **own == answer).count();
    assert!(
        [RestoreAnswer::Exact, RestoreAnswer::Prefix, RestoreAnswer::Miss]
            .into_iter()
            .all(|a| counted(a) > 0)
    );
    for answer in [SaveAnswer::Stored, SaveAnswer::Exists, SaveAnswer::RateLimited, SaveAnswer::Denied] {
        assert!(saves.contains(&answer), "{answer:?}");
    }
    let told = outcomes(&log, tiny());
    assert!(told.iter().any(|outcome| matches!(outcome, OperationOutcome::Evict { .. })));
}

#[test]
fn a_save_stands_at_its_reservation_with_the_size_it_got() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log.jsonl");
    let scene = scene(&log);
    let reserve = |key: &str| {
        let reserved = scene.reserve("main", key).json();
        path(reserved["signed_upload_url"].as_str().expect("granted")).to_owned()
    };
    let (first, _abandoned, last) = (reserve("first"), reserve("abandoned"), reserve("last"));
    assert_eq!(scene.reserve("main", "refused").status, 429);
    scene.clock.move_on(Duration::SECOND);
    for (key, url) in [("last", &last), ("first", &first)] {
        assert_eq!(scene.connection().ask("PUT", url, &[], key.as_bytes()).status, 201);
        assert_eq!(scene.finalise("main", key, key.len()).json()["ok"], true);
    }
    assert_eq!(scene.server.end().recorded, Some((3, 1)));
    let text = std::fs::read_to_string(&log).expect("a log");
    let line = |key: &str, size: u64| {
        format!(
            "{{\"at\":\"2026-07-01T12:00:00Z\",\"op\":\"save\",\"ref\":\"refs/heads/main\",\"event\":\"push\",\
             \"key\":\"{key}\",\"version\":\"v\",\"size\":{size}}}\n"
        )
    };
    // When it was refused, its client had stored nothing whose size could be taken for its own.
    assert_eq!(text, line("first", 5) + &line("last", 4) + &line("refused", 0));
}

#[test]
fn a_recording_is_not_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log.jsonl");
    std::fs::write(&log, "precious").expect("a file");
    let case = crate::case::Case::with("");
    let path = log.to_str().expect("UTF-8");
    let said = case.refused(&["serve", "--record", path, "--run", "--", "true"], 1);
    assert!(said.contains("a recording is not overwritten"), "{said}");
    assert_eq!(std::fs::read_to_string(&log).expect("a file"), "precious");
}
