//! A scenario beside a listing says which jobs need a family, and what they lose without it.

use super::{entry, listing};
use crate::case::Case;

const SCENARIO: &str = r#"
[workload]
pushes-per-day = 4
days = 10
[workflow.ci]
on = ["push main"]
[workflow.ci.job.test]
cold = "17 min"
warm = "4 min"
cache.rust-cache = { size = "1 GB" }
[workflow.ci.job.site]
cold = "9 min"
warm = "2 min"
cache.actions-cache = { key = "Linux-site-{web-lock}", size = "10 MB" }
"#;

#[test]
fn families_are_recognised_by_the_keys_of_its_jobs() {
    let case = Case::with(SCENARIO);
    let main = "refs/heads/main";
    case.write(
        "caches.json",
        &listing(&[
            entry(1, main, "v0-rust-test-Linux-x64-1a2b3c4d-5e6f7a8b", 400, 1, 1),
            entry(2, main, "Linux-site-0123456789abcdef0123456789abcdef", 300, 2, 2),
            entry(3, main, "Linux-other-0123456789abcdef0123456789abcdef", 700, 3, 3),
        ]),
    );
    let found = case.json(&["diagnose", "caches.json", "--limit", "900B", "--scenario", "ci.toml"]);
    let of = |name: &str| {
        let families = found["families"].as_array().expect("rows");
        families.iter().find(|family| family["family"] == name).expect("a family")["scenario"].clone()
    };
    assert_eq!(of("v0-rust-test")["jobs"], serde_json::json!(["test"]));
    assert_eq!(of("site")["jobs"], serde_json::json!(["site"]));
    assert!(of("other").is_null());
    // 17 min cold, 4 min warm.
    let minutes = of("v0-rust-test")["minutes_if_missing"].as_f64().expect("minutes");
    assert!((minutes - 13.0).abs() < 2.0, "{minutes}");
    // Both go next; their minutes rank before bytes.
    let first = &found["findings"][0];
    assert!(["in-danger", "over-limit"].contains(&first["slug"].as_str().expect("a slug")), "{first}");
    assert!(first["minutes"].as_f64().is_some_and(|minutes| minutes > 10.0), "{first}");
}

/// Where two caches of a job miss together, each costs what the job does again for want of it.
#[test]
fn a_miss_costs_only_what_its_own_cache_saves() {
    let case = Case::with(
        "[workload]\ndays = 20\npushes-per-day = 6\nchanges = { web-lock = 0.3 }\n[workflow.ci]\non = \"push main\"\n\
         [workflow.ci.job.web]\nprepare = \"2 min\"\ncache.setup-node = { size = \"100 MB\", miss = \"90 s\" }\n\
         cache.actions-cache = { key = \"turbo-{web-lock}\", size = \"50 MB\", miss = \"6 min\" }\n",
    );
    let main = "refs/heads/main";
    let hash = "0123456789abcdef0123456789abcdef";
    case.write(
        "caches.json",
        &listing(&[
            entry(1, main, &format!("node-cache-Linux-x64-pnpm-{hash}"), 400, 1, 1),
            entry(2, main, &format!("turbo-{hash}"), 300, 2, 2),
        ]),
    );
    let found = case.json(&["diagnose", "caches.json", "--scenario", "ci.toml"]);
    let cost = |name: &str| {
        let families = found["families"].as_array().expect("rows");
        let family = families.iter().find(|family| family["family"] == name).expect("a family");
        family["scenario"]["minutes_if_missing"].as_f64().expect("minutes")
    };
    let (node, turbo) = (cost("node-cache"), cost("turbo"));
    assert!((1.2..2.2).contains(&node) && (5.0..8.5).contains(&turbo), "{node} {turbo}: {found}");
}

/// A workflow that deletes the entries of closed pull requests is not recommended where there is one.
#[test]
fn what_a_janitor_does_is_not_recommended() {
    let pulls = SCENARIO.replace("[\"push main\"]", "[\"push main\", \"pull_request\"]");
    let janitor = format!("{pulls}[janitor.cleanup]\non = \"closed\"\n");
    for (scenario, strategy) in [(pulls, Some("delete-on-close")), (janitor, None)] {
        let case = Case::with(&scenario);
        let own = "refs/pull/7/merge";
        let rows = [entry(1, own, "v0-rust-test-Linux-x64-1a2b3c4d-5e6f7a8b", 400, 1, 1)];
        case.write("caches.json", &listing(&rows));
        case.write("pulls.json", "[{\"number\": 7, \"state\": \"MERGED\"}]");
        let options = ["--limit", "900B", "--scenario", "ci.toml", "--pulls", "pulls.json"];
        let found = case.json(&[&["diagnose", "caches.json"][..], &options].concat());
        let findings = found["findings"].as_array().expect("rows");
        let closed = findings.iter().find(|row| row["slug"] == "closed-pull-requests").expect("a finding");
        assert_eq!(closed["strategy"].as_str(), strategy, "{closed}");
        assert_eq!(
            closed["edit"].as_str().expect("a text").contains("A janitor"),
            strategy.is_none(),
            "{closed}"
        );
    }
}

#[test]
fn a_wrong_scenario_is_refused() {
    let case = Case::with("[workflow]\n");
    case.write("caches.json", "[]");
    assert!(case.refused(&["diagnose", "caches.json", "--scenario", "ci.toml"], 3).contains("ci.toml"));
}

/// Minutes are those of what a finding is about, not of what goes a day later.
#[test]
fn what_stays_costs_no_minutes() {
    let case = Case::with(SCENARIO);
    let main = "refs/heads/main";
    case.write(
        "caches.json",
        &listing(&[
            entry(1, main, "Linux-other-0123456789abcdef0123456789abcdef", 700, 1, 1),
            entry(2, main, "v0-rust-test-Linux-x64-1a2b3c4d-5e6f7a8b", 400, 3, 3),
        ]),
    );
    let found = case.json(&["diagnose", "caches.json", "--limit", "900B", "--scenario", "ci.toml"]);
    assert_eq!(found["next_to_evict"].as_array().map(Vec::len), Some(1));
    let rows = found["findings"].as_array().expect("findings");
    assert!(rows.iter().all(|row| row["minutes"].is_null()), "{rows:?}");
}
