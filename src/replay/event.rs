//! The events that can start a workflow run, and what each allows the cache token to do. The names
//! are those of GitHub's workflow syntax; read-only events are those of the changelog of
//! 2026-06-26. `operation.rs` reads events from logs; simulations use `workload` and `ci` instead.

use crate::diagnostic::nearest;
use crate::service::Trigger;

/// The event that started a run, named as in GitHub's workflow syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkflowEvent {
    name: &'static str,
    kind: EventKind,
}

/// What an event means for the cache token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EventKind {
    /// Reads and writes its own ref, and reads the default branch.
    Trusted,
    /// Runs on a pull request's merge ref. It reads the base branch, too.
    PullRequest,
    /// Runs on the default branch for someone who may not be allowed to change it. Read-only.
    Untrusted,
}

impl WorkflowEvent {
    /// All events. The changelog of 2026-06-26 describes the read-only ones in words. Events marked
    /// *inferred* are classified by whether they require write access to the repository.
    pub const ALL: &[WorkflowEvent] = &[
        WorkflowEvent::new("push", EventKind::Trusted),
        WorkflowEvent::new("pull_request", EventKind::PullRequest),
        WorkflowEvent::new("pull_request_review", EventKind::PullRequest),
        WorkflowEvent::new("pull_request_review_comment", EventKind::PullRequest),
        WorkflowEvent::new("merge_group", EventKind::Trusted),
        WorkflowEvent::new("schedule", EventKind::Trusted),
        WorkflowEvent::new("workflow_dispatch", EventKind::Trusted),
        WorkflowEvent::new("repository_dispatch", EventKind::Trusted),
        WorkflowEvent::new("release", EventKind::Trusted),
        WorkflowEvent::new("delete", EventKind::Trusted),
        WorkflowEvent::new("registry_package", EventKind::Trusted),
        WorkflowEvent::new("page_build", EventKind::Trusted),
        // Inferred.
        WorkflowEvent::new("create", EventKind::Trusted),
        WorkflowEvent::new("deployment", EventKind::Trusted),
        WorkflowEvent::new("deployment_status", EventKind::Trusted),
        WorkflowEvent::new("branch_protection_rule", EventKind::Trusted),
        WorkflowEvent::new("label", EventKind::Trusted),
        WorkflowEvent::new("milestone", EventKind::Trusted),
        WorkflowEvent::new("public", EventKind::Trusted),
        WorkflowEvent::new("image_version", EventKind::Trusted),
        WorkflowEvent::new("pull_request_target", EventKind::Untrusted),
        WorkflowEvent::new("issue_comment", EventKind::Untrusted),
        WorkflowEvent::new("issues", EventKind::Untrusted),
        WorkflowEvent::new("check_run", EventKind::Untrusted),
        // If it follows a trusted push it may write; a log then names the push's event.
        WorkflowEvent::new("workflow_run", EventKind::Untrusted),
        // Inferred.
        WorkflowEvent::new("check_suite", EventKind::Untrusted),
        WorkflowEvent::new("discussion", EventKind::Untrusted),
        WorkflowEvent::new("discussion_comment", EventKind::Untrusted),
        WorkflowEvent::new("fork", EventKind::Untrusted),
        WorkflowEvent::new("gollum", EventKind::Untrusted),
        WorkflowEvent::new("status", EventKind::Untrusted),
        WorkflowEvent::new("watch", EventKind::Untrusted),
    ];

    const fn new(name: &'static str, kind: EventKind) -> WorkflowEvent {
        WorkflowEvent { name, kind }
    }

    /// The event with this name.
    ///
    /// # Errors
    /// If there is none. The message suggests the nearest name.
    pub fn named(name: &str) -> Result<WorkflowEvent, String> {
        let known = WorkflowEvent::ALL.iter().find(|event| event.name == name).copied();
        known.ok_or_else(|| match nearest(name, WorkflowEvent::ALL.iter().map(|event| event.name)) {
            Some(near) => format!("unknown event `{name}`: did you mean `{near}`?"),
            None => format!("unknown event `{name}`: write a workflow event's name, for example `push`"),
        })
    }

    /// The name in GitHub's workflow syntax.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// True if its runs have a base branch, which they may read.
    pub fn has_base(self) -> bool {
        self.kind == EventKind::PullRequest
    }

    /// What its token allows on a ref. A pull-request event on the default branch is the closing of
    /// a merged pull request, which only reads.
    pub fn trigger(self, reference: &str, default: &str) -> Trigger {
        match self.kind {
            EventKind::Untrusted => Trigger::Untrusted,
            EventKind::PullRequest if reference == default => Trigger::Untrusted,
            EventKind::PullRequest => Trigger::PullRequest,
            EventKind::Trusted => Trigger::Push,
        }
    }

    /// The event assumed for a ref if the log does not name one.
    pub fn of(reference: &str) -> WorkflowEvent {
        let pull = reference.starts_with("refs/pull/");
        WorkflowEvent::ALL[usize::from(pull)]
    }
}
