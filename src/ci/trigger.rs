//! From a push to workflow runs: the ref a run belongs to, the rights its cache token gets, and whether the
//! push starts a workflow at all. What the rights allow is in [`Access`](crate::service::Access).

use super::workflow::{On, Workflow};
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
    /// `GITHUB_REF`.
    pub ref_name: String,
    /// The class of its ref, a label of the metrics.
    pub class: RefClass,
    /// The trigger, which decides the rights of the cache token.
    pub trigger: Trigger,
}

impl Origin {
    /// The origin of the runs that a push starts; `None` if it starts none (the closing of a pull request).
    pub fn of(push: &Push, forks_write: bool) -> Option<Origin> {
        let pull = pull_ref(push);
        let fork = if forks_write { Trigger::ForkPullRequest } else { Trigger::ForkPullRequestReadOnly };
        let (ref_name, class, trigger) = match push.kind {
            PushKind::Main => (DEFAULT_BRANCH.to_owned(), RefClass::Main, Trigger::Push),
            PushKind::Schedule => (DEFAULT_BRANCH.to_owned(), RefClass::Main, Trigger::Trusted),
            PushKind::PullRequest => (pull, RefClass::PullRequest, Trigger::PullRequest),
            PushKind::ForkPullRequest => (pull, RefClass::PullRequest, fork),
            PushKind::Release => {
                (format!("refs/tags/release-{}", push.id.place()), RefClass::Other, Trigger::Tag)
            }
            PushKind::MergeGroup => {
                let name =
                    format!("refs/heads/gh-readonly-queue/main/pr-{}-{}", number(push), push.id.place());
                (name, RefClass::Other, Trigger::MergeGroup)
            }
            PushKind::Closed => return None,
        };
        Some(Origin { ref_name, class, trigger })
    }
}

impl Origin {
    /// What GitHub tells the jobs of a run of this workflow that the push started. Run ids are drawn, but
    /// different for each run.
    pub fn github(&self, push: &Push, workflow: &str) -> GithubContext {
        let of_pull = matches!(push.kind, PushKind::PullRequest | PushKind::ForkPullRequest);
        let (base_ref, branch) = match of_pull {
            true => ("main".to_owned(), format!("pull-{}", number(push))),
            false => (String::new(), short_name(&self.ref_name).to_owned()),
        };
        GithubContext {
            workflow: workflow.to_owned(),
            event: event_name(push.kind),
            base_ref,
            branch,
            number: push.number.filter(|_| of_pull),
            run_id: mix_str(push.id.address(), workflow) % RUN_IDS + RUN_IDS,
            run_attempt: 1,
        }
    }

    /// True if a pull request from a fork started the run.
    pub fn is_fork(&self) -> bool {
        matches!(self.trigger, Trigger::ForkPullRequest | Trigger::ForkPullRequestReadOnly)
    }
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

/// `github.event_name` of a run that such a push starts.
fn event_name(kind: PushKind) -> &'static str {
    match kind {
        PushKind::Main => "push",
        PushKind::PullRequest | PushKind::ForkPullRequest | PushKind::Closed => "pull_request",
        PushKind::Release => "release",
        PushKind::MergeGroup => "merge_group",
        PushKind::Schedule => "schedule",
    }
}

/// Run ids have this many digits, like GitHub's.
const RUN_IDS: u64 = 10_000_000_000;

impl Workflow {
    /// True if a push starts this workflow. Path filters apply only to pushes and pull requests.
    pub fn started_by(&self, push: &Push) -> bool {
        let filtered = self.paths.is_none_or(|paths| paths.meets(push.paths));
        let On { push_main, pull_request, release, merge_group, schedule } = self.on;
        match push.kind {
            PushKind::Main => push_main && filtered,
            PushKind::PullRequest | PushKind::ForkPullRequest => pull_request && filtered,
            PushKind::Release => release,
            PushKind::MergeGroup => merge_group,
            PushKind::Schedule => schedule,
            PushKind::Closed => false,
        }
    }
}
