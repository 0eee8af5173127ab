//! Everything that happens in a replication, as one closed list of events, and the [`Observer`]s that hear them.
//!
//! `client`, `ci` and `engine` write events and never read one: who listens changes nothing of what happens.
//! Metrics, timelines and journals (`observe`) are observers, and so are the checkers of the tests.

mod ghost;
mod names;
mod observer;
mod outcome;
mod run;
mod site;
mod window;

pub use ghost::GhostEntry;
pub use names::{JobName, Names};
pub use observer::{NoObserver, Observer};
pub use outcome::{RestoreOutcome, SaveOutcome};
pub use run::{Conclusion, FailureCause, JobRun, Restore, WorkflowRun};
pub use site::{Caller, ClientId, JobId, RefClass, RunId, Site, StepId, WorkflowId};
pub use window::Window;

use crate::service::{Entry, Key, Record, RemovalReason};
use crate::units::{Bytes, Duration, Money, SimTime};
use std::rc::Rc;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Someone pushed, released or queued a merge. (A schedule is no one's push.)
    Pushed {
        /// When.
        at: SimTime,
        /// The push's identity.
        push: u64,
    },
    /// A runner took a job.
    JobStarted {
        /// What later events call the job.
        run: RunId,
        /// The job.
        job: JobId,
        /// The number of the push behind it, in time order.
        push: u32,
        /// The push's identity.
        push_id: u64,
        /// The ref it runs on.
        ref_name: Rc<str>,
    },
    /// A job ended.
    JobEnded {
        /// What [`Event::JobStarted`] called it; `None`: it was cancelled while it waited for a runner.
        run: Option<RunId>,
        /// What it did.
        record: Box<JobRun>,
    },
    /// The last job of a workflow run ended, or the run was cancelled.
    WorkflowEnded(WorkflowRun),
    /// A runner is free again.
    RunnerFreed {
        /// When it had taken its job.
        from: SimTime,
        /// How long it worked.
        busy: Duration,
        /// What that is billed.
        cost: Money,
    },
    /// A client looked up an archive or an index.
    Restored(Box<RestoreEvent>),
    /// A client looked up one of many objects in GitHub's cache (sccache).
    ObjectLookedUp {
        /// When.
        at: SimTime,
        /// Who.
        caller: Caller,
        /// How it was matched.
        outcome: RestoreOutcome,
        /// The size of the object, found or not.
        size: Bytes,
        /// On a miss: the entry it would have found, had none been removed.
        lost: Option<GhostEntry>,
    },
    /// A client looked up one of many objects in a store of its own.
    ExternalObject {
        /// When.
        at: SimTime,
        /// Who.
        caller: Caller,
        /// Whether it was there.
        found: bool,
    },
    /// An image build took a step with a layer from the cache, or executed it.
    Layer {
        /// When.
        at: SimTime,
        /// Who.
        caller: Caller,
        /// Whether it came from the cache.
        found: bool,
        /// The size of the layer.
        size: Bytes,
        /// Whether it was executed because a layer, or the index that knew it, had been evicted for size.
        evicted: bool,
    },
    /// An image build executed a step that downloads or compiles dependencies.
    StepExecuted {
        /// The job.
        run: RunId,
        /// The step.
        step: StepId,
        /// Whether an index named its layers and one of them was gone; otherwise no index it could read knew
        /// the step.
        layer_gone: bool,
    },
    /// A client saved an entry, or its save was refused.
    Saved {
        /// When.
        at: SimTime,
        /// Who.
        caller: Caller,
        /// The key.
        key: Key,
        /// How it ended.
        outcome: SaveOutcome,
        /// The size of the entry; 0 where it was refused.
        size: Bytes,
        /// How long the job was held up before it learnt that its save was refused.
        spent: Duration,
    },
    /// The service evicted an entry, or it expired.
    Removed {
        /// When.
        at: SimTime,
        /// Whose it was.
        client: ClientId,
        /// Its size.
        size: Bytes,
        /// When it was stored.
        created: SimTime,
        /// When it was last accessed.
        accessed: SimTime,
        /// Why.
        reason: RemovalReason,
    },
    /// Someone deleted an entry.
    Deleted {
        /// When.
        at: SimTime,
        /// When it was last accessed.
        accessed: SimTime,
        /// Its size.
        size: Bytes,
    },
    /// The cache now holds this much.
    Level {
        /// From when on.
        at: SimTime,
        /// Bytes.
        bytes: Bytes,
        /// Entries.
        entries: u64,
    },
    /// The service's own record of a request, or of an entry that it removed. Only for observers that want
    /// them ([`Observer::wants_requests`]); those of one instant follow its other events.
    Request(Record),
}

/// A look-up of an archive or an index.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoreEvent {
    /// When.
    pub at: SimTime,
    /// Who.
    pub caller: Caller,
    /// The key it asked for.
    pub key: Key,
    /// The keys it falls back to, in order.
    pub restore_keys: Vec<Key>,
    /// How it was matched.
    pub outcome: RestoreOutcome,
    /// The bytes found or missed that count; 0 where that is not known, or where other bytes count (an index
    /// stands for its layers).
    pub bytes: Bytes,
    /// The entry found.
    pub found: Option<Entry>,
    /// On a miss: the entry it would have found, had none been removed.
    pub lost: Option<GhostEntry>,
}
