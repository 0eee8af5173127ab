//! Events that are no pushes are drawn beside drawn pushes and beside a log.

use crate::workload::{graph, log, workload};
use cache_budget::random::Draws;
use cache_budget::workload::{OtherEvents, PushKind, PushSource, Workload};

#[test]
fn runs_by_hand_are_drawn_beside_a_log() {
    let rows = ["2026-01-01T00:00:00Z,main_push,,,source,", "2026-04-11T00:00:00Z,main_push,,,source,"];
    let other_events = OtherEvents { dispatches: 4.0, ..OtherEvents::default() };
    let workload = Workload { other_events, ..workload(PushSource::Log(log(&rows))) };
    let pushes = workload.pushes(&graph(), &Draws::new(1, 0));
    let by_hand = pushes.iter().filter(|push| push.kind == PushKind::Dispatch).count();
    // 100 days with 4 each: 400, deviation 20, so within four of them.
    assert!(by_hand.abs_diff(400) < 80, "{by_hand}");
    assert_eq!((pushes.len() - by_hand, workload.expected_pushes()), (2, 402.0));
    let ends = ["2025-12-12T00:00:00Z", "2026-06-30T00:00:00Z"].map(|end| Some(end.parse().expect("a time")));
    // 200 days, of which the log tells half: 800, deviation 28.
    let longer = Workload { bounds: ends, ..workload.clone() };
    let pushes_of_both = longer.pushes(&graph(), &Draws::new(1, 0)).len() - 2;
    assert!(pushes_of_both.abs_diff(800) < 115, "{pushes_of_both}");
    assert!(pushes.is_sorted_by_key(|push| push.at) && pushes[0].kind == PushKind::Main);
}
