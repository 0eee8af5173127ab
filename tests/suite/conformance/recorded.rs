//! What clients did under `serve` on another day: their recordings are in `tests/conformance/recordings`. The model plays
//! the same jobs, and `replay` the recording.

use super::page::held;
use crate::miniature::{HOUR, Miniature, Told};
use crate::outside::folder;
use crate::serve::replayed;
use cache_budget::event::RestoreOutcome;
use cache_budget::replay::{RestoreAnswer, SaveAnswer};
use cache_budget::service::Limits;

#[test]
fn rust_cache_was_recorded_doing_what_the_model_says() {
    let row = |behaviour: &str, predicted: String, did: String| {
        held("rust_cache_was_recorded_doing_what_the_model_says", behaviour, predicted, did);
    };
    // Two jobs with the same sources, as they were recorded.
    let played = Miniature::new(
        "[workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.test]\ncompile = { flavour = \"dev\" }\n\
         cache.rust-cache = {}\n",
    );
    let played = played.event(0, "main_push", "").event(HOUR, "main_push", "").play();
    let recording = folder("conformance").join("recordings/rust-cache-2.9.2.jsonl");
    let (restores, saves) = replayed(&recording, Limits::default());
    let predicted = [0, 1].map(|job| match played.run(job, "test").found()[..] {
        [RestoreOutcome::Miss] => "miss",
        [RestoreOutcome::Exact] => "exact",
        _ => "something else",
    });
    let did = restores.iter().map(|answer| match answer {
        RestoreAnswer::Miss => "miss",
        RestoreAnswer::Exact => "exact",
        _ => "something else",
    });
    row("one look-up for each job: found", predicted.join(", "), did.collect::<Vec<_>>().join(", "));
    let offered: u32 = [0, 1].map(|job| played.run(job, "test").saves().0).iter().sum();
    row(
        "saves of both jobs: none after an exact hit",
        format!("{offered} stored"),
        format!("{} stored", saves.iter().filter(|answer| **answer == SaveAnswer::Stored).count()),
    );
    let log = std::fs::read_to_string(recording).expect("UTF-8");
    let look_ups = log.lines().filter(|line| line.contains("\"op\":\"restore\""));
    let restore_keys = look_ups.map(|line| line.matches("\"v0-rust-test-Linux-x64-ef2504b6\"").count());
    // The key is the restore key and a hash of lock files, so the restore key is its prefix.
    row(
        "restore keys of each look-up: the key without the hash of lock files",
        "1, 1".to_owned(),
        restore_keys.map(|count| count.to_string()).collect::<Vec<_>>().join(", "),
    );
}
