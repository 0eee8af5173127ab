//! Idle expiry, as a whole simulation shows it: an entry idle for longer than the retention is not found,
//! whatever the interval of the eviction.

use crate::case::Case;
use crate::miniature::{MB, Miniature, Played, START, Told};
use cache_budget::event::RestoreOutcome::{self, Exact, Miss};
use cache_budget::service::RemovalReason;
use cache_budget::units::{Bytes, Duration, SimTime};

const SWEEPS: [&str; 4] = ["instant", "hourly", "daily", "30 d"];
const DAY: i64 = 86_400;

/// One push a week on average, at random, and an entry that expires after seven days without access.
const WEEKLY: &str = r#"
[cache]
visibility-lag = "0 s"
[workload]
days = 3600
warmup = "60 d"
pushes-per-day = 0.142857
hours = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
weekdays = [1, 1, 1, 1, 1, 1, 1]
pull-requests.share = 0
changes = { lock = 0, manifests = 0, toolchain = 0 }
[workflow.ci]
on = ["push main"]
[workflow.ci.job.build]
prepare = "5 min"
cache.actions-cache = [{ key = "build", size = "1 MB", miss = "20 min" }]
"#;

/// A restore hits where the gap is shorter than seven days: with a rate of one a week that is
/// 1 − 1/e = 63.2 % of them. Eight times about 505 pushes give that with a standard error of 0.8 %.
#[test]
fn the_hit_ratio_of_random_pushes_is_the_share_of_short_gaps() {
    let case = Case::with(WEEKLY);
    let hit_ratio = |sweep: &str| {
        let set = format!("cache.sweep={sweep}");
        let result = case.json(&["run", "ci.toml", "--replications", "8", "--set", &set]);
        let metrics = result["metrics"].as_array().expect("metrics");
        let all = |m: &&serde_json::Value| {
            m["name"] == "restore.hit_ratio" && m["labels"].as_object().is_some_and(|l| l.is_empty())
        };
        metrics.iter().find(all).expect("a hit ratio")["mean"].as_f64().expect("a number")
    };
    let ratios = SWEEPS.map(hit_ratio);
    assert!((ratios[0] - 0.632).abs() < 0.025, "{ratios:?}");
    assert_eq!(ratios, [ratios[0]; 4], "the interval of the eviction decides nothing");
}

/// A job that takes no time before it restores or after it has saved 1 MB in 10 ms each; main pushes at
/// these instants, in milliseconds after the start.
fn play(sweep: &str, days: &[i64]) -> Played {
    let text = "[workflow.ci]\non = \"push main\"\n\
                [workflow.ci.job.test]\ncache.actions-cache = { key = \"k\", size = \"1 MB\" }\n";
    let scene = Miniature::new(text).set(&format!("cache.sweep={sweep}")).set("cache.sweep-phase=0 s");
    days.iter().fold(scene, |scene, day| scene.event(*day, "main_push", "")).play()
}

fn found(played: &Played) -> Vec<RestoreOutcome> {
    played.runs("test").iter().map(|run| run.found()[0]).collect()
}

#[test]
fn a_miss_of_an_expired_entry_is_known_as_such_before_any_sweep() {
    for sweep in SWEEPS {
        // Stored within seconds of the first push: seven days and a minute later it has expired.
        let played = play(sweep, &[0, 7 * DAY + 60]);
        assert_eq!(found(&played), [Miss, Miss], "{sweep}");
        let reasons: Vec<_> = played.runs("test").iter().map(|run| run.restores[0].evicted).collect();
        assert_eq!(reasons, [None, Some(RemovalReason::Idle)], "{sweep}");
        // The second run has saved it again.
        assert_eq!(played.run(1, "test").saves(), (1, 0), "{sweep}");
        assert_eq!(played.stored().len(), 1, "{sweep}");
        assert_eq!(found(&play(sweep, &[0, 7 * DAY - 60])), [Miss, Exact], "{sweep}");
    }
    assert_eq!(found(&play("none", &[0, 7 * DAY + 60])), [Miss, Exact]);
}

/// When the entry of the only push went: the first page of the ledger without it.
fn gone(sweep: &str) -> (SimTime, SimTime) {
    let played = play(sweep, &[0, 40 * DAY]);
    let stored = played.ledger.iter().find(|page| !page.entries.is_empty()).expect("it was stored");
    let gone = played.ledger.iter().find(|page| page.at > stored.at && page.entries.is_empty());
    (stored.at, gone.expect("it has gone").at)
}

#[test]
fn the_bytes_of_an_expired_entry_go_with_the_next_sweep_or_at_once_where_none_comes_in_a_day() {
    let week = Duration(7 * DAY * 1_000);
    for sweep in ["instant", "30 d"] {
        let (stored, gone) = gone(sweep);
        assert_eq!(gone, stored + week + Duration(1), "{sweep}");
    }
    // Stored some seconds after midnight: the sweeps after its week are an hour and a day after it.
    assert_eq!(gone("hourly").1, START + week + Duration::HOUR);
    assert_eq!(gone("daily").1, START + week + Duration::DAY);
}

/// By creation the entry that expires next need not be the first to be evicted.
#[test]
fn expiry_goes_by_access_whatever_is_evicted_first() {
    let text = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n\
                cache.actions-cache = { key = \"k\", size = \"1 MB\" }\n\
                [workflow.other]\non = \"pull_request\"\n[workflow.other.job.once]\n\
                cache.actions-cache = { key = \"other\", size = \"2 MB\" }\n";
    let played = Miniature::new(text)
        .set("cache.sweep=instant")
        .set("cache.order=oldest-created")
        .event(0, "main_push", "")
        .event(DAY, "pr_push 7", "")
        .event(5 * DAY, "main_push", "")
        .event(11 * DAY, "main_push", "")
        .play();
    let held = |day: i64| played.stored_at(day * DAY).iter().map(|entry| entry.size).sum::<Bytes>();
    assert_eq!([held(7), held(9)], [Bytes(3 * MB.0), MB]);
}

#[test]
fn a_retention_that_nothing_reads_is_warned_of() {
    let case = Case::with(&WEEKLY.replace("[cache]", "[cache]\nsweep = \"none\"\nretention = \"90 d\""));
    let told = String::from_utf8(case.run(&["check", "ci.toml"]).stderr).expect("UTF-8");
    assert!(told.contains("`retention` has no effect with `sweep = \"none\"`"), "{told}");
}
