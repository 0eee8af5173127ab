//! Values that change nothing in this scenario: what they describe does not occur in it. Whoever wrote one
//! believes it acts, so each is warned of; a default that was written out is not.
//!
//! Only what follows from the scenario itself counts: that nothing happens to be evicted in a year of pushes
//! is an answer, not a fault. What a single client or job can tell alone is said where it is read.

mod cache;
mod clients;
mod image;
mod job;
mod project;
mod runner;
mod uses;
mod workload;

use crate::ci::{Job, Workflow};
use crate::diagnostic::{Diagnostic, Report};
use crate::engine::Model;
use crate::scenario::view::View;
use uses::ExpectedTraffic;

/// Warns of each written value that cannot change any result.
pub(super) fn warn_of_idle(root: View, model: &Model, report: &mut Report) {
    let traffic = ExpectedTraffic::of(&model.workload);
    let running = model.workflows.iter().filter(|workflow| traffic.starts(workflow));
    let scene = Scene { root, model, traffic, running: running.collect() };
    let rules =
        [cache::idle, workload::idle, runner::idle, project::idle, image::idle, job::idle, clients::idle];
    for rule in rules {
        let mut found = IdleKey(Vec::new());
        rule(&scene, &mut found);
        let own = found.0.into_iter().filter(|warning| is_own(warning, report));
        own.collect::<Vec<_>>().into_iter().for_each(|warning| report.push(warning));
    }
}

/// Whether the value stands in the scenario's own file or in an option: what it inherits was written for
/// another.
fn is_own(warning: &Diagnostic, report: &Report) -> bool {
    warning
        .span
        .is_some_and(|span| span.file.index() == 0 || report.sources.name(span.file).starts_with("--"))
}

/// A scenario, and what happens in it.
struct Scene<'a> {
    root: View<'a>,
    model: &'a Model,
    traffic: ExpectedTraffic,
    /// The workflows that something starts.
    running: Vec<&'a Workflow>,
}

impl<'a> Scene<'a> {
    /// The jobs that run, each leg by itself.
    fn jobs(&self) -> impl Iterator<Item = &'a Job> + '_ {
        self.running.iter().flat_map(|workflow| &workflow.jobs)
    }

    /// Whether such a job runs.
    fn any_job(&self, is: impl FnMut(&Job) -> bool) -> bool {
        self.jobs().any(is)
    }
}

/// The warnings.
struct IdleKey(Vec<Diagnostic>);

impl IdleKey {
    /// The value of `key` changes nothing, because of this.
    fn value(&mut self, view: View, key: &str, why: &str) {
        if view.is_changed(key) {
            self.push(format!("`{key}` has no effect: {why}"), view, key);
        }
    }

    /// Several of the kind.
    fn values(&mut self, view: View, keys: &[&str], why: &str) {
        keys.iter().for_each(|key| self.value(view, key, why));
    }

    /// All below this table changes nothing, because of this.
    fn table(&mut self, path: &str, view: View, why: &str) {
        if view.stands() {
            let message = format!("`{path}` has no effect: {why}");
            self.0.push(Diagnostic::warning("no-effect", message).at(view.opened_at()));
        }
    }

    fn push(&mut self, message: String, view: View, key: &str) {
        self.0.push(Diagnostic::warning("no-effect", message).at(view.span(key)));
    }
}
