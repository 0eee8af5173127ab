//! From a push to workflow runs: the ref a run belongs to, the rights its cache token gets, and whether the
//! push starts a workflow at all. What the rights allow is in [`Access`](crate::service::Access).

use super::stage::ChangeStage;
use super::workflow::{Job, On, PathFilters, Workflow};
use crate::client::GithubContext;
use crate::event::RefClass;
use crate::random::mix_str;
use crate::service::Trigger;
use crate::workload::{Push, PushKind};

/// The ref of the default branch. `RefClass::of` recognises main by it.
pub const DEFAULT_BRANCH: &str = "refs/heads/main";

/// How GitHub sees a workflow run started by a push: its ref and the rights of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The event that started it.
    pub event: EventName,
    /// `GITHUB_REF`.
    pub ref_name: String,
    /// The class of its ref, a label of the metrics.
    pub class: RefClass,
    /// The trigger, which decides the rights of the cache token.
    pub trigger: Trigger,
    /// The ref that a pull request is to be merged into; `None` for other runs.
    pub base: Option<String>,
    /// How far its changes have got.
    pub stage: ChangeStage,
}

/// An event as GitHub names it: what a run was started by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventName {
    /// `push`
    Push,
    /// `pull_request`
    PullRequest,
    /// `pull_request_target`
    PullRequestTarget,
    /// `release`
    Release,
    /// `merge_group`
    MergeGroup,
    /// `schedule`
    Schedule,
    /// `workflow_dispatch`
    WorkflowDispatch,
    /// `repository_dispatch`
    RepositoryDispatch,
    /// `issue_comment`
    IssueComment,
    /// `workflow_run`
    WorkflowRun,
}

impl EventName {
    /// `github.event_name`.
    pub fn text(self) -> &'static str {
        match self {
            EventName::Push => "push",
            EventName::PullRequest => "pull_request",
            EventName::PullRequestTarget => "pull_request_target",
            EventName::Release => "release",
            EventName::MergeGroup => "merge_group",
            EventName::Schedule => "schedule",
            EventName::WorkflowDispatch => "workflow_dispatch",
            EventName::RepositoryDispatch => "repository_dispatch",
            EventName::IssueComment => "issue_comment",
            EventName::WorkflowRun => "workflow_run",
        }
    }
}

/// The names of the branches, by their [`BranchId`](crate::workload::BranchId) from 1.
pub type BranchNames<'a> = &'a [String];

impl Origin {
    /// The origin of the runs that this event of a push starts. A run that outsiders may start on the
    /// default branch reads only (changelog of 2026-06-26).
    pub fn of(push: &Push, event: EventName, branches: BranchNames, forks_write: bool) -> Origin {
        let fork = if forks_write { Trigger::ForkPullRequest } else { Trigger::ForkPullRequestReadOnly };
        let on_main = |trigger| (DEFAULT_BRANCH.to_owned(), RefClass::Main, trigger);
        let (ref_name, class, trigger) = match event {
            EventName::Push => match push.kind {
                PushKind::PullRequest => (head_ref(push), RefClass::Other, Trigger::Push),
                PushKind::Release => (tag(push), RefClass::Other, Trigger::Tag),
                PushKind::Branch => (branch_ref(push, branches), RefClass::Other, Trigger::Push),
                PushKind::MergeGroup => (queue_ref(push), RefClass::Other, Trigger::Push),
                _ => on_main(Trigger::Push),
            },
            EventName::PullRequest => {
                let trigger = match push.kind {
                    PushKind::ForkPullRequest => fork,
                    _ => Trigger::PullRequest,
                };
                (pull_ref(push), RefClass::PullRequest, trigger)
            }
            EventName::Release => (tag(push), RefClass::Other, Trigger::Tag),
            EventName::MergeGroup => (queue_ref(push), RefClass::Other, Trigger::MergeGroup),
            EventName::Schedule
            | EventName::WorkflowDispatch
            | EventName::RepositoryDispatch
            | EventName::WorkflowRun => on_main(Trigger::Trusted),
            EventName::PullRequestTarget | EventName::IssueComment => on_main(Trigger::Untrusted),
        };
        let of_pull = matches!(event, EventName::PullRequest | EventName::PullRequestTarget);
        let base = of_pull.then(|| match push.stacked_on {
            Some(other) => head_of(other.into()),
            None => branch_ref(push, branches),
        });
        let stage = match (event, push.kind) {
            (EventName::PullRequest, _) | (EventName::Push, PushKind::PullRequest) => ChangeStage::Proposed,
            (EventName::MergeGroup, _) | (EventName::Push, PushKind::MergeGroup) => ChangeStage::Queued,
            _ => ChangeStage::Accepted,
        };
        Origin { event, ref_name, class, trigger, base, stage }
    }

    /// What GitHub tells the jobs of a run of this workflow. Run ids are drawn, but different for each run.
    pub fn github(&self, push: &Push, workflow: &str, identity: u64) -> GithubContext {
        let of_pull = matches!(self.event, EventName::PullRequest | EventName::PullRequestTarget);
        let base = self.base.as_deref().map_or("", short_name);
        let branch = match of_pull {
            true => head_ref(push),
            false => self.ref_name.clone(),
        };
        GithubContext {
            workflow: workflow.to_owned(),
            event: self.event.text(),
            base_ref: base.to_owned(),
            branch: short_name(&branch).to_owned(),
            number: push.number.filter(|_| of_pull),
            run_id: mix_str(identity, workflow) % RUN_IDS + RUN_IDS,
            run_attempt: 1,
        }
    }

    /// What GitHub tells the jobs of a run on `workflow_run`, after the run with this context.
    pub fn following_context(&self, of: &GithubContext, workflow: &str, identity: u64) -> GithubContext {
        GithubContext {
            workflow: workflow.to_owned(),
            event: self.event.text(),
            base_ref: String::new(),
            branch: short_name(&self.ref_name).to_owned(),
            number: None,
            run_id: mix_str(identity, workflow) % RUN_IDS + RUN_IDS,
            run_attempt: of.run_attempt,
        }
    }

    /// True if a pull request from a fork started the run.
    pub fn is_fork(&self) -> bool {
        matches!(self.trigger, Trigger::ForkPullRequest | Trigger::ForkPullRequestReadOnly)
    }

    /// The origin of a run on `workflow_run` after a run of this origin: it reads only, if an outsider may
    /// have started the first one.
    pub fn following(&self) -> Origin {
        let trusted = match self.trigger {
            Trigger::Push | Trigger::Tag | Trigger::MergeGroup | Trigger::Trusted => true,
            Trigger::PullRequest
            | Trigger::ForkPullRequest
            | Trigger::ForkPullRequestReadOnly
            | Trigger::Untrusted => false,
        };
        Origin {
            event: EventName::WorkflowRun,
            ref_name: DEFAULT_BRANCH.to_owned(),
            class: RefClass::Main,
            trigger: if trusted { Trigger::Trusted } else { Trigger::Untrusted },
            base: None,
            stage: ChangeStage::Accepted,
        }
    }
}

/// The ref of a pushed branch, or of a pull request's base that is no other pull request.
fn branch_ref(push: &Push, branches: BranchNames) -> String {
    let name = usize::from(push.branch.0).checked_sub(1).and_then(|branch| branches.get(branch));
    name.map_or(DEFAULT_BRANCH.to_owned(), |name| format!("refs/heads/{name}"))
}

/// The branch that a pull request of the same repository comes from.
fn head_ref(push: &Push) -> String {
    head_of(number(push))
}

/// The branch that the pull request of this number comes from.
fn head_of(number: u64) -> String {
    format!("refs/heads/pull-{number}")
}

/// The temporary branch of a merge group.
fn queue_ref(push: &Push) -> String {
    format!("refs/heads/gh-readonly-queue/main/pr-{}-{}", number(push), push.id.place())
}

/// The tag of a release.
fn tag(push: &Push) -> String {
    format!("refs/tags/release-{}", push.id.place())
}

/// The ref of a pull request's runs. Their entries are in its scope.
pub fn pull_ref(push: &Push) -> String {
    format!("refs/pull/{}/merge", number(push))
}

/// The number of the push's pull request.
fn number(push: &Push) -> u64 {
    push.number.map_or(push.id.place(), u64::from)
}

/// The name of a branch or tag without `refs/heads/` or `refs/tags/`.
fn short_name(name: &str) -> &str {
    name.strip_prefix("refs/heads/").or(name.strip_prefix("refs/tags/")).unwrap_or(name)
}

/// Run ids have this many digits, like GitHub's.
const RUN_IDS: u64 = 10_000_000_000;

impl Workflow {
    /// The events of a push that start this workflow, which is the one with this index: none, or several,
    /// each with a run of its own.
    pub fn started_by(&self, index: usize, push: &Push) -> Vec<EventName> {
        let due = match push.workflow {
            Some(workflow) => usize::from(workflow) == index,
            None => !self.has_cron,
        };
        let starts = |event: &EventName| {
            self.on.has(*event, push)
                && self.paths.let_pass(*event, push)
                && (*event != EventName::Schedule || due)
        };
        events(push.kind).iter().copied().filter(starts).collect()
    }
}

impl Job {
    /// True if the job runs in a run that this event of a push has started.
    pub fn runs_on(&self, event: EventName, push: &Push) -> bool {
        self.on.is_none_or(|on| on.has(event, push))
            && self.paths.is_none_or(|paths| !has_changes(event) || paths.meets(push.paths))
    }
}

/// True if dorny/paths-filter, which decides for a job, knows what this event changes (`src/main.ts`). It compares a merge
/// group and a tag with the default branch; a tag then has no changes. Schedules and runs by hand have no changes of their
/// own, and the job runs.
fn has_changes(event: EventName) -> bool {
    use EventName::{MergeGroup, PullRequest, PullRequestTarget, Push, Release};
    matches!(event, Push | PullRequest | PullRequestTarget | MergeGroup | Release)
}

impl PathFilters {
    /// True if the filter of this event lets a push pass. Other events, and pushes of tags, have no filter.
    fn let_pass(&self, event: EventName, push: &Push) -> bool {
        let (filter, touched) = match event {
            // A push is compared with its branch before it, a pull request with its base.
            EventName::Push if push.kind != PushKind::Release => (self.push, push.pushed_paths),
            EventName::PullRequest => (self.pull_request, push.paths),
            EventName::PullRequestTarget => (self.pull_request_target, push.paths),
            _ => return true,
        };
        filter.is_none_or(|filter| filter.meets(touched))
    }
}

/// The events of a push of this kind.
fn events(kind: PushKind) -> &'static [EventName] {
    match kind {
        PushKind::Main | PushKind::Branch => &[EventName::Push],
        PushKind::PullRequest => &[EventName::PullRequest, EventName::Push, EventName::PullRequestTarget],
        PushKind::ForkPullRequest => &[EventName::PullRequest, EventName::PullRequestTarget],
        PushKind::Release => &[EventName::Release, EventName::Push],
        // The queue pushes its branch, which is a push like any other (GitHub's changelog of 2022-08-18).
        PushKind::MergeGroup => &[EventName::MergeGroup, EventName::Push],
        PushKind::Schedule => &[EventName::Schedule],
        PushKind::Dispatch => &[EventName::WorkflowDispatch],
        PushKind::RepositoryDispatch => &[EventName::RepositoryDispatch],
        PushKind::Comment => &[EventName::IssueComment],
        PushKind::Closed => &[],
    }
}

impl On {
    /// True if this event of a push is among them.
    fn has(&self, event: EventName, push: &Push) -> bool {
        let of_base = self.bases.has_base_of(push);
        match event {
            EventName::Push => match push.kind {
                PushKind::Branch => self.push_branches.has(push.branch),
                PushKind::PullRequest => self.push_heads,
                PushKind::MergeGroup => self.push_queue,
                PushKind::Release => self.push_tags,
                _ => self.push_main,
            },
            EventName::PullRequest => self.pull_request && of_base,
            EventName::PullRequestTarget => self.pull_request_target && of_base,
            EventName::Release => self.release,
            EventName::MergeGroup => self.merge_group,
            EventName::Schedule => self.schedule,
            EventName::WorkflowDispatch => self.workflow_dispatch,
            EventName::RepositoryDispatch => self.repository_dispatch,
            EventName::IssueComment => self.issue_comment,
            EventName::WorkflowRun => self.workflow_run,
        }
    }
}
