//! `one-writer-per-key`: of the jobs with one key of actions/cache, one saves.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{JobSettings, jobs, quoted};
use crate::strategy::place::ClientSettings;

/// All jobs of a push miss a new key, and all pack what only the first may store.
pub static ONE_WRITER_PER_KEY: Strategy = Strategy {
    name: "one-writer-per-key",
    title: "One elected writer per key",
    summary: "Where several jobs have the same key of actions/cache, one of them saves and the others only \
        restore, so they no longer pack an archive that exists already.",
    edit: "`actions/cache/restore` instead of `actions/cache` in all but one job with the same `key`.",
    evidence: "The loser of a reservation has packed in vain (code of `@actions/cache`), and its reservations count \
        towards 200 a minute. Hurts if the elected job ends late or fails more often than the others: until it \
        has saved, nobody finds anything.",
    applies_to: &["actions-cache"],
    parameter: None,
    not_applicable_because: "no two jobs save under the same key of actions/cache",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let all = jobs(scenario);
    let savers: Vec<Saver> = all.iter().flat_map(savers).collect();
    let is_elected = |saver: &Saver| {
        let rivals = savers.iter().filter(|other| other.name == saver.name);
        // A job on main serves every branch; the first one of the file is as good as another.
        let best = rivals.min_by_key(|other| !other.job.is_started_by(&["push main", "schedule"]));
        best.is_some_and(|best| std::ptr::eq(best, saver))
    };
    let others = savers.iter().filter(|saver| !is_elected(saver));
    others.map(|saver| saver.step.set("action", quoted("restore"))).collect()
}

/// The keys of a step by which it finds an entry.
const NAME: [&str; 3] = ["key", "paths", "path"];

fn text<'a>(step: View<'a>, key: &str) -> &'a str {
    if step.has(key) { step.text(key) } else { "" }
}

/// A step that restores and saves.
struct Saver<'a> {
    job: &'a JobSettings<'a>,
    step: ClientSettings<'a>,
    /// What [`NAME`] says of it.
    name: [&'a str; 3],
}

fn savers<'a>(job: &'a JobSettings<'a>) -> Vec<Saver<'a>> {
    // What `{job}`, the system or a leg stands for is not the same in every job.
    let is_own = |key: &str| ["{job}", "{os}", "{arch}", "{leg}"].iter().any(|own| key.contains(own));
    let is_plain = |step: &View| step.text("action") == "cache" && step.text("save-if") != "never";
    if !job.may_save() {
        return Vec::new();
    }
    let steps = job.steps().into_iter();
    let steps = steps.filter(|step| is_plain(&step.view) && !is_own(step.view.text("key")));
    let mut savers: Vec<Saver> = Vec::new();
    for step in steps {
        let name = NAME.map(|key| text(step.view, key));
        // Legs with the job's own key are its legs like any others.
        if step.is_of_job() || savers.iter().all(|saver| saver.name != name) {
            savers.push(Saver { job, step, name });
        }
    }
    savers
}
