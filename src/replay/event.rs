use crate::diagnostic::nearest;
use crate::service::Trigger;

/// The event that started a run, by the name GitHub's workflow syntax gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    name: &'static str,
    kind: Kind,
}

/// What an event means for the cache token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Reads and writes its own ref, reads the default branch.
    Trusted,
    /// A pull request's merge ref, which reads its base too.
    PullRequest,
    /// Runs on the default branch for somebody who may have no right to change it: reads only.
    Untrusted,
}

impl Event {
    /// Every event there is. The changelog of 2026-06-26 names the read-only ones in words; those
    /// marked *inferred* are placed by whether they need write access to the repository.
    pub const ALL: &[Event] = &[
        Event::new("push", Kind::Trusted),
        Event::new("pull_request", Kind::PullRequest),
        Event::new("pull_request_review", Kind::PullRequest),
        Event::new("pull_request_review_comment", Kind::PullRequest),
        Event::new("merge_group", Kind::Trusted),
        Event::new("schedule", Kind::Trusted),
        Event::new("workflow_dispatch", Kind::Trusted),
        Event::new("repository_dispatch", Kind::Trusted),
        Event::new("release", Kind::Trusted),
        Event::new("delete", Kind::Trusted),
        Event::new("registry_package", Kind::Trusted),
        Event::new("page_build", Kind::Trusted),
        // Inferred.
        Event::new("create", Kind::Trusted),
        Event::new("deployment", Kind::Trusted),
        Event::new("deployment_status", Kind::Trusted),
        Event::new("branch_protection_rule", Kind::Trusted),
        Event::new("label", Kind::Trusted),
        Event::new("milestone", Kind::Trusted),
        Event::new("public", Kind::Trusted),
        Event::new("image_version", Kind::Trusted),
        Event::new("pull_request_target", Kind::Untrusted),
        Event::new("issue_comment", Kind::Untrusted),
        Event::new("issues", Kind::Untrusted),
        Event::new("check_run", Kind::Untrusted),
        // One that follows a trusted push may write: a log names the push's event then.
        Event::new("workflow_run", Kind::Untrusted),
        // Inferred.
        Event::new("check_suite", Kind::Untrusted),
        Event::new("discussion", Kind::Untrusted),
        Event::new("discussion_comment", Kind::Untrusted),
        Event::new("fork", Kind::Untrusted),
        Event::new("gollum", Kind::Untrusted),
        Event::new("status", Kind::Untrusted),
        Event::new("watch", Kind::Untrusted),
    ];

    const fn new(name: &'static str, kind: Kind) -> Event {
        Event { name, kind }
    }

    /// The event of this name.
    ///
    /// # Errors
    /// If there is none; the text proposes the nearest.
    pub fn named(name: &str) -> Result<Event, String> {
        let known = Event::ALL.iter().find(|event| event.name == name).copied();
        known.ok_or_else(|| match nearest(name, Event::ALL.iter().map(|event| event.name)) {
            Some(near) => format!("unknown event `{name}`: did you mean `{near}`?"),
            None => format!("unknown event `{name}`: write a workflow event's name, for example `push`"),
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// What its token allows on a ref. A pull request's event on the default branch is that of its
    /// closing after a merge, which only reads.
    pub fn trigger(self, reference: &str, default: &str) -> Trigger {
        match self.kind {
            Kind::Untrusted => Trigger::Untrusted,
            Kind::PullRequest if reference == default => Trigger::Untrusted,
            Kind::PullRequest => Trigger::PullRequest,
            Kind::Trusted => Trigger::Push,
        }
    }

    /// The event a ref tells by itself, where a log names none.
    pub fn of(reference: &str) -> Event {
        let pull = reference.starts_with("refs/pull/");
        Event::ALL[usize::from(pull)]
    }
}
