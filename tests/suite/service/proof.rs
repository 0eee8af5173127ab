//! Which entry a look-up finds, beside `gha-cache-proof`, an independent emulator of restoring.
//!
//! Common ground: one repository's entries by ref, version and key; a run's ref, base and default
//! branch; a key and restore keys. It knows no limits, rates, expiry, triggers or tokens, and of
//! several entries created at once it takes any: here no two are.

use super::store::{Store, lenient};
use cache_budget::service::{Access, LookUp, Trigger};
use gha_cache_proof::{CommonOptions, Compression, RestoreOptions, RunnerOs, restore_cache};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};
use std::path::Path;

const REFS: [&str; 4] = ["refs/heads/main", "refs/heads/next", "refs/pull/7/merge", "refs/pull/8/merge"];
const KEYS: [&str; 9] = ["a", "ab", "abc", "a-", "a-1", "a-2", "a-10", "b", "A"];

#[derive(Debug, Clone)]
struct Question {
    own: &'static str,
    base: Option<&'static str>,
    key: &'static str,
    restore_keys: Vec<&'static str>,
}

fn questions() -> impl Strategy<Value = Question> {
    let base = prop_oneof![Just(None), select(&REFS[..2]).prop_map(Some)];
    let restore_keys = proptest::collection::vec(select(&KEYS[..]), 0..4);
    (select(&REFS[..]), base, select(&KEYS[..]), restore_keys)
        .prop_map(|(own, base, key, restore_keys)| Question { own, base, key, restore_keys })
}

/// What the emulator says about a look-up.
fn operation(folder: &Path, question: &Question) -> Value {
    let path = |path: &Path| path.to_string_lossy().into_owned().into();
    let common = CommonOptions {
        store: path(folder),
        workspace: path(folder),
        ref_name: question.own.into(),
        default_branch: "main".into(),
        base_ref: question.base.map(String::from),
        runner_os: RunnerOs::Linux,
        compression: Some(Compression::Zstd),
        enable_cross_os_archive: false,
    };
    let options = RestoreOptions {
        common,
        key: question.key.into(),
        restore_keys: question.restore_keys.iter().map(ToString::to_string).collect(),
        paths: vec!["target".into()],
        lookup_only: true,
        fail_on_cache_miss: false,
    };
    let receipt = serde_json::to_value(restore_cache(&options).expect("it runs")).expect("JSON");
    receipt["operations"][0].clone()
}

/// What it restores, as `ref key`.
fn emulated(folder: &Path, question: &Question) -> Option<String> {
    let operation = operation(folder, question);
    let text = |name: &str| operation["matched"][name].as_str().map(String::from);
    Some(format!("{} {}", text("scope")?, text("key")?))
}

/// The version it gives the paths asked for, learnt from a look-up of nothing.
fn version(folder: &Path) -> String {
    let nothing = Question { own: REFS[0], base: None, key: "k", restore_keys: vec![] };
    operation(folder, &nothing)["version"].as_str().expect("a version").to_owned()
}

/// An entry in the emulator's index.
fn indexed(place: usize, (scope, key, same): (&str, &str, bool), version: &str) -> Value {
    let at = format!("2026-09-20T00:{:02}:{:02}Z", place / 60, place % 60);
    json!({
        "id": place.to_string(), "key": key, "version": if same { version } else { "other" }, "scope": scope,
        "paths": ["target"], "runner_os": "linux", "compression": "zstd", "enable_cross_os_archive": false,
        "created_at": at, "last_accessed_at": at, "files": 1, "bytes": 1,
    })
}

/// What the service finds, likewise.
fn found(store: &mut Store, at: i64, question: &Question) -> Option<String> {
    let names = &mut store.service.names;
    let (own, main) = (names.scope(question.own), names.scope(REFS[0]));
    let base = question.base.map(|base| names.scope(base));
    let trigger = if question.base.is_some() { Trigger::PullRequest } else { Trigger::Push };
    let access = Access::of(trigger, None, own, base, main);
    let key = store.key(question.key);
    let restore_keys: Vec<_> = question.restore_keys.iter().map(|key| store.key(key)).collect();
    let version = store.version();
    let at = cache_budget::units::SimTime(at);
    let (LookUp::Exact(id) | LookUp::Prefix(id)) =
        store.service.look_up(at, &access, version, key, &restore_keys, |_, _| ())
    else {
        return None;
    };
    let identity = store.service.entry(id).identity;
    let names = &store.service.names;
    Some(format!("{} {}", names.scope_text(identity.scope), names.key_text(identity.key)))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(4),
        ..Default::default()
    })]
    #[test]
    fn an_independent_emulator_finds_the_same_entries(
        entries in proptest::collection::vec((select(&REFS[..]), select(&KEYS[..]), any::<bool>()), 0..25),
        questions in proptest::collection::vec(questions(), 1..8),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let version = version(folder.path());
        let (mut store, mut index) = (Store::new(lenient()), Vec::new());
        for (place, entry) in entries.iter().enumerate() {
            if entries[..place].contains(entry) {
                continue;
            }
            index.push(indexed(place, *entry, &version));
            if entry.2 {
                store.save(place as i64, entry.0, entry.1, 1);
            }
        }
        let index = json!({"schema_version": 1, "entries": index});
        std::fs::write(folder.path().join("index.json"), index.to_string()).expect("a file");
        for question in &questions {
            prop_assert_eq!(found(&mut store, 1_000, question), emulated(folder.path(), question));
        }
    }
}
