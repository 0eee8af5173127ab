//! `shorter-retention`: idle entries expire earlier.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::quoted;
use crate::strategy::parameter::{Parameter, ParameterKind};
use crate::units::Duration;

/// Entries that are no longer read are removed earlier, if they are not evicted before.
pub static SHORTER_RETENTION: Strategy = Strategy {
    name: "shorter-retention",
    title: "Shorten the retention",
    summary: "Entries expire after a shorter time without access.",
    edit: "Settings → Actions → General → Cache retention.",
    evidence: "Most of a full cache can be dead: 5.5 of 9.45 GB (obsidian-journal#362). Helps little when \
        eviction comes first anyway, because entries are evicted in the order in which they would expire. \
        GitHub documents retention longer than 7 days; a shorter one is not confirmed.",
    applies_to: &[],
    parameter: Some(Parameter { kind: ParameterKind::Duration, default: "3d", also_tried: &["1d"] }),
    not_applicable_because: "the retention is already this short",
    changes,
};

fn changes(scenario: View, time: &str) -> Vec<Change> {
    let shortens =
        time.parse().is_ok_and(|time: Duration| time < scenario.table("cache").duration("retention"));
    shortens.then(|| Change::new(["cache", "retention"], quoted(time))).into_iter().collect()
}
