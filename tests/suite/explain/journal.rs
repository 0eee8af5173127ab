//! The journal's lines.

use super::scene::{MISSED, scene};
use cache_budget::observe::journal::{Gone, Line};
use cache_budget::observe::{Journal, Screen, TimelineObserver, measure, measure_with};
use cache_budget::random::Draws;
use serde_json::Value;

fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    let model = scene().model();
    measure_with(&model, Draws::new(1, 0), &mut Journal::new(&model, |line| lines.push(line)))
        .expect("it is short");
    lines
}

/// An observer next to it changes neither what a journal hears nor what the others do.
#[test]
fn observers_compose() {
    let (model, draws) = (scene().model(), Draws::new(1, 0));
    let (mut together, mut timeline) = (Vec::new(), TimelineObserver::new(&model, &draws));
    let mut journal = Journal::new(&model, |line| together.push(line));
    let mut observers = (&mut timeline, (&mut Screen::new(&model, &draws), &mut journal));
    let outcome = measure_with(&model, draws, &mut observers).expect("it is short");
    assert_eq!(together, lines());
    let mut alone = TimelineObserver::new(&model, &draws);
    let other = measure_with(&model, draws, &mut alone).expect("it is short");
    assert_eq!((&outcome, timeline.finish(&outcome)), (&other, alone.finish(&other)));
}

fn gone<'a>(lines: &'a [Line], key: &str) -> &'a Gone {
    let of_key = |line: &'a Line| match line {
        Line::Evict(gone) if gone.entry.key.starts_with(key) => Some(gone),
        _ => None,
    };
    lines.iter().find_map(of_key).unwrap_or_else(|| panic!("{key} is not evicted"))
}

#[test]
fn an_eviction_tells_the_life_of_its_entry() {
    let lines = lines();
    let lost = gone(&lines, MISSED);
    assert_eq!((lost.found, lost.reason, lost.entry.bytes.0), (1, "size", 1_000_000_000));
    let minute = |at: cache_budget::units::SimTime| at.to_string()[11..16].to_owned();
    assert_eq!(minute(lost.entry.saved_at), "00:20");
    assert_eq!(minute(lost.last_accessed_at), "01:10");
    assert_eq!(minute(lost.at), "03:00");
    let by: Vec<_> = lost.pushed_out_by.iter().map(|share| (share.client.as_str(), share.bytes.0)).collect();
    assert_eq!(by, [("actions-cache", 1_200_000_000)]);
}

#[test]
fn a_sweep_tells_what_it_left() {
    let sweeps: Vec<_> = lines()
        .into_iter()
        .filter_map(|line| match line {
            Line::Sweep(sweep) => Some((sweep.bytes_before.0 / 1_000_000, sweep.bytes_after.0 / 1_000_000)),
            _ => None,
        })
        .collect();
    // The last push saves rust-cache's entry and `docs-3` again: 1.2 + 1.6 GB; `docs-1` and `docs-2` go.
    assert_eq!(sweeps, [(2_200, 1_600), (2_200, 1_200), (2_800, 1_600)]);
}

#[test]
fn a_look_up_tells_what_it_found_or_lost() {
    let lines = lines();
    let restores: Vec<_> = lines
        .iter()
        .filter_map(|line| match line {
            Line::Restore(restore) if restore.actor.job == "test" => Some(restore),
            _ => None,
        })
        .collect();
    let outcomes: Vec<_> = restores.iter().map(|restore| restore.outcome).collect();
    assert_eq!(outcomes, ["miss", "exact", "miss"]);
    assert!(restores[0].lost.is_none(), "it had never been saved");
    let lost = restores[2].lost.as_ref().expect("it had been evicted");
    assert_eq!(lost, gone(&lines, MISSED));
}

#[test]
fn it_is_in_the_order_of_time_and_changes_nothing() {
    let lines = lines();
    let at = |line: &Line| serde_json::to_value(line).expect("JSON")["at"].as_str().map(str::to_owned);
    let times: Vec<_> = lines.iter().map(at).collect();
    assert!(times.is_sorted(), "{times:?}");
    let (model, draws) = (scene().model(), Draws::new(1, 0));
    let outcome = measure_with(&model, draws, &mut Journal::new(&model, |_| ())).expect("it is short");
    assert_eq!(outcome, measure(&model, draws).expect("it is short"));
}

/// Every field that a journal has is documented, and every documented one is in a journal.
#[test]
fn every_field_is_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/journal.md");
    let text = std::fs::read_to_string(path).expect("it is there");
    let documented = |event: &str, field: &str| {
        let section = text.split("\n## ").find(|section| section.starts_with(&format!("`{event}`")));
        section.is_some_and(|section| section.contains(&format!("| `{field}` |")))
    };
    let mut missing = Vec::new();
    // Nobody deletes anything in the scene; those lines have the same form.
    let deleted = |line: &Line| match line {
        Line::Evict(gone) => Some(Line::Delete(gone.clone())),
        Line::Sweep(sweep) => Some(Line::CleanUp(sweep.clone())),
        _ => None,
    };
    let lines = lines();
    for line in lines.iter().chain(&lines.iter().filter_map(deleted).collect::<Vec<_>>()) {
        let Value::Object(fields) = serde_json::to_value(line).expect("JSON") else { panic!("an object") };
        let event = fields["event"].as_str().expect("a text").to_owned();
        missing.extend(
            fields.keys().filter(|f| *f != "event" && !documented(&event, f)).map(|f| format!("{event}.{f}")),
        );
    }
    missing.dedup();
    assert!(missing.is_empty(), "not in docs/journal.md: {missing:?}");
}
