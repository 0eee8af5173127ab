//! Which runs save with a client: `save-on` where every event on which the job would save is among its events, and
//! `save-if` where no run of the job saves.

use super::ClientStep;
use crate::ci::{BranchSet, Job, On};
use crate::client::{Cache, SaveEvent, SaveIf};
use crate::event::RefKind;
use crate::scenario::build::effect::IdleKey;
use crate::scenario::build::effect::traffic::Occasions;
use crate::scenario::build::effect::uses::{fails_surely, writes};

/// An event on which the job may run: whether it occurs, how `save-on` calls it, the kind of ref of its runs, and whether
/// their token may store without a `cache-mode`.
type JobEvent = (bool, SaveEvent, RefKind, bool);

impl ClientStep<'_> {
    /// The events on which the client saves.
    pub fn save_on(&self, path: &str, found: &mut IdleKey) {
        if !self.view.keys().any(|key| key == "save-on") {
            return;
        }
        if !self.written().any(|(job, cache)| self.leaves_out_events(job, cache)) {
            found.value(self.view, "save-on", "the job runs on none but these events, or saves on none");
        } else if !self.written().any(|(job, cache)| self.meets_events(job, cache)) {
            let message = format!("`{path}` saves nothing: the job runs on none of the events in `save-on`");
            found.push(message, self.view, "save-on");
            let of_saves = ["save-if", "read-only", "on-failure", "on-cancel", "skip-after-hit", "overwrite"];
            let known = self.view.keys().filter(|key| of_saves.contains(key));
            known.for_each(|key| {
                found.value(self.view, key, "the job runs on none of the events in `save-on`")
            });
        }
    }

    /// True if the job runs on an event that is in `save-on`.
    fn meets_events(&self, job: &Job, cache: &Cache) -> bool {
        self.events(job).any(|(occurs, event, ..)| occurs && cache.save_rule().events.has(event))
    }

    /// A client that saves on the default branch only, in a job that is never there, and finds nothing of others.
    pub fn save_if(&self, path: &str, found: &mut IdleKey) {
        let ClientStep { scene, workflow, client, view, legs, .. } = *self;
        let is_on_main = |job: &&Job| scene.traffic.classes(Occasions::of_job(workflow, job)).main;
        let mut written = self.written();
        let is_kept = written.any(|(_, cache)| cache.save_rule().refs != SaveIf::DefaultBranch);
        let is_used = self.caches().any(|(_, cache)| scene.finds(cache));
        if !client.starts_with("buildkit") && !is_kept && !is_used && !legs.iter().any(is_on_main) {
            let message = format!(
                "`{path}` saves nothing, and no other job saves what it could find: the job never runs on the default branch"
            );
            found.push(message, view, "save-if");
        }
    }

    /// True if the job would save on an event that is not in `save-on`.
    fn leaves_out_events(&self, job: &Job, cache: &Cache) -> bool {
        let rule = cache.save_rule();
        let by_trigger = cache.is_on_github() && job.cache_mode.is_none();
        let saves = |(occurs, event, kind, is_trusted): JobEvent| {
            let may = !by_trigger || is_trusted;
            occurs
                && may
                && rule.refs.allows(kind, event.event)
                && !rule.events.has(event)
                && !fails_surely(job, cache, kind.class())
        };
        (writes(job) || !cache.is_on_github()) && self.events(job).any(saves)
    }

    /// The events on which the job may run.
    fn events(&self, job: &Job) -> impl Iterator<Item = JobEvent> {
        let on = job.on.map_or(self.workflow.on, |own| own.and(self.workflow.on));
        let traffic = &self.scene.traffic;
        let branches = on.push_branches != BranchSet::default() || (on.push_heads && traffic.pulls);
        let (any, push) = (SaveEvent::any, SaveEvent::push);
        let of_pushes = [
            (on.push_main && traffic.main, push(RefKind::Main), RefKind::Main, true),
            (branches, push(RefKind::Branch), RefKind::Branch, true),
            (on.push_queue && traffic.queue, push(RefKind::MergeQueue), RefKind::MergeQueue, true),
            (on.push_tags && traffic.releases, push(RefKind::Tag), RefKind::Tag, true),
            (on.pull_request && traffic.pulls, any("pull_request"), RefKind::PullRequest, true),
            (on.pull_request_target && traffic.pulls, any("pull_request_target"), RefKind::Main, false),
            (on.release && traffic.releases, any("release"), RefKind::Tag, true),
            (on.merge_group && traffic.queue, any("merge_group"), RefKind::MergeQueue, true),
        ];
        of_pushes.into_iter().chain(self.events_on_main(on))
    }

    /// Those that no push of something new starts. All their runs are on the default branch.
    fn events_on_main(&self, on: On) -> impl Iterator<Item = JobEvent> {
        let traffic = &self.scene.traffic;
        let by_system = on.repository_dispatch && traffic.repository_dispatches;
        let events = [
            (on.schedule && (traffic.schedules || self.workflow.has_cron), "schedule", true),
            (on.workflow_dispatch && traffic.dispatches, "workflow_dispatch", true),
            (by_system, "repository_dispatch", true),
            (on.issue_comment && traffic.comments, "issue_comment", false),
            (on.workflow_run, "workflow_run", true),
        ];
        events
            .map(|(occurs, name, trusted)| (occurs, SaveEvent::any(name), RefKind::Main, trusted))
            .into_iter()
    }

    /// The step in each leg as the scenario writes it: `save-on` itself may leave nothing that it saves.
    fn written(&self) -> impl Iterator<Item = (&Job, &Cache)> {
        let group = self.legs.first().map_or("", |leg| leg.group.as_str());
        let written = self.scene.written.get(&(self.workflow.name.as_str(), group)).copied();
        let legs =
            written.into_iter().flatten().filter(|job| self.legs.iter().any(|leg| leg.name == job.name));
        legs.filter_map(|job| Some((job, self.of_job(job)?)))
    }
}
