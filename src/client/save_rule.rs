//! Which runs save with a client: on which refs, and on which events. The latter is the condition of a save step
//! (`if: github.event_name == 'schedule'`), as the words of a workflow's `on`.

use super::session::JobContext;
use crate::event::{Conclusion, RefClass, RefKind};

/// Which runs save with a client. Both parts must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaveRule {
    /// The refs.
    pub refs: SaveIf,
    /// The events.
    pub events: SaveOn,
}

/// After which ends of the steps before it a step saves: its `if`, or the `post-if` of its action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum SaveAfter {
    /// `success()`: only if none has failed.
    #[default]
    Success,
    /// `!cancelled()`: after a success or a failure.
    Failure,
    /// `always()`: also while the job is being cancelled.
    Cancellation,
}

impl SaveAfter {
    /// True if it saves in a job that has come to this before. A job that runs out of time is cancelled.
    pub fn allows(self, conclusion: Conclusion) -> bool {
        self >= match conclusion {
            Conclusion::Success => SaveAfter::Success,
            Conclusion::Failed | Conclusion::OutOfDisk => SaveAfter::Failure,
            Conclusion::TimedOut | Conclusion::Cancelled => SaveAfter::Cancellation,
        }
    }
}

/// Which runs may save to the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SaveIf {
    /// Every run whose token may write.
    #[default]
    Always,
    /// Only runs on the default branch (`save-if: ${{ github.ref == 'refs/heads/main' }}`).
    DefaultBranch,
    /// Every run but those on `merge_group` (`save-if: ${{ github.event_name != 'merge_group' }}`). One on a push to the
    /// queue's branch saves.
    NotQueue,
    /// No run.
    Never,
}

/// The event of a merge queue.
const MERGE_GROUP: &str = "merge_group";

impl SaveIf {
    /// True if a run of this event (`github.event_name`) on this kind of ref may save.
    pub fn allows(self, kind: RefKind, event: &str) -> bool {
        match self {
            SaveIf::Always => true,
            SaveIf::DefaultBranch => kind == RefKind::Main,
            SaveIf::NotQueue => event != MERGE_GROUP,
            SaveIf::Never => false,
        }
    }
}

/// An event on which a client saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaveEvent {
    /// `github.event_name`.
    pub event: &'static str,
    /// Only if it is about such a ref; `None`: any.
    pub kind: Option<RefKind>,
}

/// The events on which a client saves; if there are none, every event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaveOn(pub Vec<SaveEvent>);

impl SaveRule {
    /// True if this run of a job saves.
    pub fn allows(&self, job: &JobContext) -> bool {
        self.refs.allows(job.kind, job.github.event) && self.events.holds(job)
    }

    /// True if a run on this class of ref may save.
    pub fn reaches(&self, class: RefClass) -> bool {
        // Every class of ref has runs of other events than the queue's.
        let mut kinds = RefKind::ALL.into_iter().filter(|kind| kind.class() == class);
        kinds.any(|kind| self.refs.allows(kind, "push")) && self.events.reaches(class)
    }
}

impl SaveEvent {
    /// The event, whatever it is about.
    pub const fn any(event: &'static str) -> SaveEvent {
        SaveEvent { event, kind: None }
    }

    /// A push to such a ref.
    pub const fn push(kind: RefKind) -> SaveEvent {
        SaveEvent { event: "push", kind: Some(kind) }
    }

    /// True if runs on this event may be on this class of ref.
    fn is_on(self, class: RefClass) -> bool {
        match (self.event, self.kind) {
            ("push", None) => class != RefClass::PullRequest,
            ("push", Some(RefKind::Main)) => class == RefClass::Main,
            ("release" | "merge_group" | "push", _) => class == RefClass::Other,
            ("pull_request", _) => class == RefClass::PullRequest,
            _ => class == RefClass::Main,
        }
    }
}

impl SaveOn {
    fn holds(&self, job: &JobContext) -> bool {
        let is_this =
            |of: &SaveEvent| job.github.event == of.event && of.kind.is_none_or(|kind| kind == job.kind);
        self.0.is_empty() || self.0.iter().any(is_this)
    }

    /// True if it saves on this event.
    pub fn has(&self, event: SaveEvent) -> bool {
        let covers =
            |own: &SaveEvent| own.event == event.event && (own.kind.is_none() || own.kind == event.kind);
        self.0.is_empty() || self.0.iter().any(covers)
    }

    fn reaches(&self, class: RefClass) -> bool {
        self.0.is_empty() || self.0.iter().any(|event| event.is_on(class))
    }
}
