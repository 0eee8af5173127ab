//! Patterns of `push` that decide nothing: what they name is never pushed to, or no pattern before them has named it. And
//! patterns of bases that mean the branches of pull requests alone, where none is stacked on another.

use super::{IdleKey, Scene};
use crate::ci::{BranchSet, On, is_meant, matches};
use crate::diagnostic::{Diagnostic, printable};
use crate::scenario::build::event::{HEAD, QUEUE};
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::workload::BranchId;

/// The patterns of all workflows that run.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.map("workflow") {
        if scene.running.iter().any(|workflow| workflow.name == name) {
            of_workflow(scene, view, found);
            bases(scene, view, found);
        }
    }
}

fn of_workflow(scene: &Scene, view: View, found: &mut IdleKey) {
    let texts = view.texts("on");
    let pattern = |text| match words::EVENTS.value(text) {
        Some(_) => None,
        None => str::strip_prefix(text, "push "),
    };
    let patterns: Vec<_> = texts.iter().filter_map(|(text, span)| Some((pattern(*text)?, *span))).collect();
    let pushed = pushed(scene, &texts.iter().map(|(text, _)| *text).collect::<Vec<_>>());
    for (index, (pattern, span)) in patterns.iter().enumerate() {
        let others = || patterns.iter().enumerate().filter(|(other, _)| *other != index);
        let changes = |name: &&str| {
            let all = patterns.iter().map(|(pattern, _)| *pattern);
            is_meant(all, name) != is_meant(others().map(|(_, (pattern, _))| *pattern), name)
        };
        let why = match pattern.strip_prefix('!') {
            _ if pushed.iter().any(changes) => continue,
            own if is_of_queue(scene, own.unwrap_or(pattern)) => "no merge goes through a merge queue",
            Some(_) => "no other pattern means a branch that it takes away, or nothing is pushed there",
            None => continue,
        };
        let message = format!("`push {}` has no effect: {why}", printable(pattern));
        found.0.push(Diagnostic::warning("no-effect", message).at(*span));
    }
}

fn bases(scene: &Scene, view: View, found: &mut IdleKey) {
    let others = || scene.model.workload.branches.iter().map(String::as_str).chain(["main"]);
    for (text, span) in view.texts("on") {
        let Some(pattern) = text.strip_prefix("pull_request ").map(|text| text.trim_start_matches('!'))
        else {
            continue;
        };
        if !scene.traffic.bases.heads
            && matches(pattern, HEAD)
            && !others().any(|name| matches(pattern, name))
        {
            let message =
                format!("`{}` has no effect: no pull request is stacked on another one", printable(text));
            found.0.push(Diagnostic::warning("no-effect", message).at(span));
        }
    }
}

/// True if a pattern means the branches of the merge queue and no other, and there is no queue.
fn is_of_queue(scene: &Scene, pattern: &str) -> bool {
    let mut others = scene.model.workload.branches.iter().map(String::as_str).chain(["main", HEAD]);
    !scene.traffic.queue && matches(pattern, QUEUE) && !others.any(|name| matches(pattern, name))
}

/// A name of each kind of branch that is pushed to, unless a word means it whatever the patterns say.
fn pushed<'a>(scene: &'a Scene, texts: &[&str]) -> Vec<&'a str> {
    let on = texts.iter().filter_map(|text| words::EVENTS.value(text)).fold(On::default(), On::or);
    let traffic = &scene.traffic;
    let branches = scene.model.workload.branches.iter().zip(1..);
    let occurs = |branch: u8| {
        let is_one = |set: BranchSet| set.has(BranchId(branch));
        is_one(traffic.branches) && !is_one(on.push_branches)
    };
    let own = branches.filter(|(_, branch)| occurs(*branch)).map(|(name, _)| name.as_str());
    let kinds = [
        ("main", traffic.main && !on.push_main),
        (HEAD, traffic.pulls && !on.push_heads),
        (QUEUE, traffic.queue && !on.push_queue),
    ];
    kinds.into_iter().filter(|(_, occurs)| *occurs).map(|(name, _)| name).chain(own).collect()
}
