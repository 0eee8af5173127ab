//! Janitors that never start, and conditions under which nothing is ever deleted.

use super::{IdleKey, Scene};
use crate::ci::{BranchSet, Janitor, JanitorStart};
use crate::client::{ArchiveName, Cache, Deletion};
use crate::event::{HeldFor, RefClass};
use crate::scenario::view::View;
use crate::service::Sweep;

/// The keys that say what is deleted.
const CHOICES: [&str; 5] = ["keep-newest", "older-than", "idle-for", "prefix", "refs"];

/// The placeholders whose value is not known before a run: what they begin with is not, either.
const OF_RUNS: [&str; 6] = ["{ref}", "{branch}", "{base}", "{event}", "{number}", "{workflow}"];

/// All janitors of the scenario.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for ((name, view), janitor) in scene.root.map("janitor").into_iter().zip(&scene.model.janitors) {
        match never_starts(scene, janitor) {
            Some(why) => found.table(&format!("janitor.{name}"), view, why),
            None => of_janitor(scene, view, janitor, found),
        }
    }
}

/// True if one of the janitors that start is billed on this runner.
pub(super) fn is_billed_on(scene: &Scene, runner: Option<usize>) -> bool {
    let starts = |janitor: &&Janitor| never_starts(scene, janitor).is_none();
    scene.model.janitors.iter().filter(starts).any(|janitor| Some(janitor.runner) == runner)
}

/// True if a janitor does something when pull requests are closed, or because they are.
pub(super) fn depends_on_closing(scene: &Scene) -> bool {
    let of_pulls = |class: &HeldFor| matches!(class, HeldFor::OpenPull | HeldFor::ClosedPull);
    let depends = |janitor: &Janitor| {
        janitor.starts == JanitorStart::Closed || janitor.deletes.refs.iter().any(of_pulls)
    };
    scene.model.janitors.iter().any(depends)
}

/// True if a janitor deletes what was not accessed for some time.
pub(super) fn counts_accesses(scene: &Scene) -> bool {
    scene.model.janitors.iter().any(|janitor| janitor.deletes.idle_for.is_some())
}

/// Why nothing ever starts it; `None` if something does.
fn never_starts(scene: &Scene, janitor: &Janitor) -> Option<&'static str> {
    let (never, why) = match &janitor.starts {
        JanitorStart::Closed => (!scene.traffic.pulls, "there are no pull requests"),
        JanitorStart::PushToMain => (!scene.traffic.main, "nothing is pushed to the default branch"),
        JanitorStart::After(workflow) => {
            let name = &scene.model.workflows[*workflow].name;
            let runs = scene.running.iter().any(|running| running.name == *name);
            (!runs, "nothing starts the workflow that it follows")
        }
        JanitorStart::Cron(crons) => {
            let window = scene.model.simulated();
            let first = crons.iter().filter_map(|cron| cron.next(window.start)).min();
            (first.is_none_or(|first| first >= window.end), "its `cron` names no time that is simulated")
        }
    };
    never.then_some(why)
}

fn of_janitor(scene: &Scene, view: View, janitor: &Janitor, found: &mut IdleKey) {
    let usual = scene.model.runners.iter().find(|runner| runner.name == "ubuntu-latest");
    let price = scene.model.runners[janitor.runner].price_per_minute;
    if usual.is_some_and(|usual| usual.price_per_minute == price) {
        found.value(
            view,
            "runner",
            "it costs as much as `ubuntu-latest`, and a janitor's job does nothing else there",
        );
    }
    if janitor.starts == JanitorStart::Closed {
        found.value(view, "refs", "it deletes only the entries of the pull request that was closed");
    }
    if let Some(why) = deletes_nothing(scene, janitor).filter(|_| !scene.begins_full()) {
        found.values(view, &CHOICES, why);
    }
}

/// Why no entry ever meets all conditions; `None` if one may.
fn deletes_nothing(scene: &Scene, janitor: &Janitor) -> Option<&'static str> {
    let Deletion { refs, prefix, older_than, idle_for, keep_newest } = &janitor.deletes;
    let is_closed = janitor.starts == JanitorStart::Closed;
    let pull = [HeldFor::ClosedPull];
    let refs = if is_closed { &pull[..] } else { refs };
    let span = scene.model.span();
    let expires = scene.model.cache.sweep != Sweep::Never;
    let reasons = [
        (
            scene.steps.stored_on_github().next().is_none(),
            "none of the jobs that run saves an entry to GitHub's cache",
        ),
        (
            !refs.is_empty() && !refs.iter().any(|class| scene.holds_for(*class, |_| true)),
            "no run saves an entry on such a ref, so nothing is deleted",
        ),
        (
            keep_newest.is_some() && !has_generations(scene),
            "no key changes with time, so that no entry has a newer generation, and nothing is deleted",
        ),
        (
            !prefix.is_empty() && !begins_any(scene, prefix, |_| true),
            "no key begins with `prefix`, so nothing is deleted",
        ),
        (
            expires && idle_for.is_some_and(|idle| idle >= scene.model.cache.retention),
            "entries expire before they are idle for so long (`cache.retention`), so nothing is deleted",
        ),
        (
            [older_than, idle_for].into_iter().flatten().any(|age| *age >= span),
            "no more time than that is simulated, so nothing is deleted",
        ),
    ];
    reasons.into_iter().find(|(is_so, _)| *is_so).map(|(_, why)| why)
}

/// True if some entries differ in nothing but what changes with time. BuildKit's indexes do.
fn has_generations(scene: &Scene) -> bool {
    let mut stored = scene.steps.stored_on_github();
    stored.any(|(name, cache, _)| match name {
        Some(name) => name.key != name.variant,
        None => cache.layers().is_some(),
    })
}

/// True if a key that such a cache stores may begin with the prefix. Keys of objects and layers are not looked at.
pub(super) fn begins_any(scene: &Scene, prefix: &str, is: impl Fn(&Cache) -> bool) -> bool {
    let names_runs =
        |(_, workflow): &(&str, View)| OF_RUNS.iter().any(|placeholder| workflow.mentions(placeholder));
    let may_begin = |name: &ArchiveName| {
        let fixed = name.variant.split('*').next().unwrap_or_default();
        fixed.starts_with(prefix) || prefix.starts_with(fixed)
    };
    scene.root.map("workflow").iter().any(names_runs)
        || scene.steps.stored_on_github().any(|(name, cache, _)| is(cache) && name.is_none_or(may_begin))
}

impl Scene<'_> {
    /// True if a run may save an entry with such a cache that is held for these.
    pub(super) fn holds_for(&self, class: HeldFor, is: impl Fn(&Cache) -> bool) -> bool {
        let (of_run, occurs) = match class {
            HeldFor::Main => (RefClass::Main, true),
            HeldFor::OpenPull | HeldFor::ClosedPull => (RefClass::PullRequest, true),
            HeldFor::MergeQueue => (RefClass::Other, self.traffic.queue),
            HeldFor::Tag => (RefClass::Other, self.traffic.releases),
            HeldFor::OtherBranch => (
                RefClass::Other,
                self.traffic.branches != BranchSet::default() || self.any_workflow(|on| on.push_heads),
            ),
        };
        occurs && self.steps.stored_on_github().any(|(_, cache, on)| is(cache) && on.has(of_run))
    }
}
