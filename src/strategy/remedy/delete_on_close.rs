//! `delete-on-close`: a workflow deletes the entries of a closed pull request.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{JobSettings, deletes_all_of, jobs, quoted};
use crate::strategy::parameter::{Parameter, ParameterKind};

/// No run can read a pull request's entries after it was closed.
pub static DELETE_ON_CLOSE: Strategy = Strategy {
    name: "delete-on-close",
    title: "Delete a pull request's entries when it closes",
    summary: "A workflow deletes a pull request's entries as soon as it is merged or closed, instead of \
        leaving them until they are evicted or expire.",
    edit: "A workflow `on: pull_request: types: [closed]` (`pull_request_target` for forks) with `permissions: actions: write` that runs `gh cache list --ref refs/pull/N/merge` and `gh cache delete` for each.",
    evidence: "Entries of merged pull requests held 5.5 of 9.45 GB (srg-kostyrko/obsidian-journal#362), \
        those of 27 closed ones 5.14 GB against 4.62 GB of the main branch (AixleHQ/flow#64). Helps little \
        when the oldest entries are evicted soon anyway; costs a short job for each pull request. The \
        parameter is the time after closing (assumed; 0.5–3 min).",
    applies_to: &[],
    parameter: Some(Parameter { kind: ParameterKind::Duration, default: "1min", also_tried: &[] }),
    not_applicable_because: "no pull request saves to the Actions cache, or its entries are already deleted",
    changes,
};

fn changes(scenario: View, after: &str) -> Vec<Change> {
    let is_closer = |view: View| view.has("on") && view.text("on") == "closed" && !view.is_changed("prefix");
    let of_closed = |view: View| view.texts("refs").iter().any(|(class, _)| *class == CLOSED);
    let sweeps = |view: View| of_closed(view) && !view.has("keep-newest") && deletes_all_of(view, &[CLOSED]);
    let is_one = |(_, view): &(&str, View)| is_closer(*view) || sweeps(*view);
    let deleted =
        scenario.table("cache").has("delete-closed-after") || scenario.map("janitor").iter().any(is_one);
    let saves = |job: &JobSettings| job.is_started_by(&["pull_request"]) && job.saves_on_pull_requests();
    let applies = !deleted && jobs(scenario).iter().any(saves);
    applies.then(|| Change::new(["cache", "delete-closed-after"], quoted(after))).into_iter().collect()
}

const CLOSED: &str = "pull_request_closed";
