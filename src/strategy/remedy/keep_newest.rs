//! `keep-newest`: a scheduled workflow deletes older generations of entries.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{JobSettings, deletes_all_of, jobs};
use crate::strategy::parameter::{Parameter, ParameterKind};

/// No restore takes an older generation where a newer one is stored, except by its exact key.
pub static KEEP_NEWEST: Strategy = Strategy {
    name: "keep-newest",
    title: "Keep the newest of each key family",
    summary: "A workflow on a schedule deletes, on each ref, all but the newest of the entries whose keys differ only \
        in hashes, commits, runs and dates.",
    edit: "A workflow `on: schedule` with `permissions: actions: write` that reads `gh cache list --limit 10000 --json \
        id,key,ref,version,createdAt`, groups it by ref, version and key without its hash, and runs `gh cache delete ID` for \
        all but the newest of each group.",
    evidence: "Superseded generations held 21 entries of 11.6 GiB, and 36.6 GiB once the limit was raised \
        (unslothai/unsloth#8167); 0.9 of 10.5 GB were needed (Jecoms/helix-wasm#118). It hurts where runs still ask \
        for older keys, such as pull requests behind main, and where a key names a toolchain or a leg by a hash \
        only. Its job is billed; it runs every six hours (assumed). The parameter is the number of generations kept.",
    applies_to: &[],
    parameter: Some(Parameter { kind: ParameterKind::Count, default: "1", also_tried: &["2"] }),
    not_applicable_because: "no client saves under keys that change with time, or a janitor already keeps the newest \
        generations",
    changes,
};

fn changes(scenario: View, kept: &str) -> Vec<Change> {
    let janitors = scenario.map("janitor");
    let limit: i64 = kept.parse().unwrap_or(1);
    let is_closer = |view: &View| view.has("on") && view.text("on") == "closed";
    let tidies = |view: &View| view.has("keep-newest") && !is_closer(view) && deletes_all_of(*view, ALL);
    let keeps = |view: &View| tidies(view) && view.integer("keep-newest") <= limit;
    if !jobs(scenario).iter().any(JobSettings::has_generations)
        || janitors.iter().any(|(_, view)| keeps(view))
    {
        return Vec::new();
    }
    let change = match janitors.iter().find(|(_, view)| tidies(view)) {
        Some((name, _)) => Change::new(["janitor", name, "keep-newest"], kept),
        None => {
            let is_free = |name: &&str| !janitors.iter().any(|(taken, _)| taken == name);
            let name = ["keep-newest", "keep-newest-of-all"].into_iter().find(is_free).unwrap_or("keeper");
            Change::new(["janitor", name], format!("{{ cron = \"20 */6 * * *\", keep-newest = {kept} }}"))
        }
    };
    vec![change]
}

/// The classes of refs on which superseded generations are held.
const ALL: &[&str] = &["main", "pull_request_open"];
