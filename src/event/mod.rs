//! Everything that can happen in a replication, as one closed list of events, and the [`Observer`] that
//! receives them.
//!
//! `client`, `ci` and `engine` write events and never read one, so observers cannot change what happens.
//! Metrics, timelines and journals (`observe`) are observers, and so are the checkers in the tests.

mod entry_set;
mod ghost;
mod held_for;
mod loss;
mod names;
mod observer;
mod outcome;
mod run;
mod site;
mod window;

pub use entry_set::EntrySet;
pub use ghost::GhostEntry;
pub use held_for::HeldFor;
pub use loss::{Loss, LossCause};
pub use names::{JobName, Names};
pub use observer::{NoObserver, Observer};
pub use outcome::{RestoreOutcome, SaveOutcome};
pub use run::{Conclusion, FailureCause, JobRun, Restore, WorkflowRun};
pub use site::{Caller, ClientId, JobId, RefClass, RefKind, RunId, Site, StepId, WorkflowId};
pub use window::Window;

use crate::service::{Entry, Key, Record, RemovalReason, Scope};
use crate::units::{Bytes, Duration, Money, SimTime};
use std::rc::Rc;

/// Something that happened in the simulation.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Someone pushed, published a release or queued a merge. Scheduled runs are not pushes.
    Pushed {
        /// When.
        at: SimTime,
        /// Identity of the push.
        push: u64,
    },
    /// A runner took a job, or it is cancelled now, before any could.
    JobStarted {
        /// The id of this run of the job. Later events use it.
        run: RunId,
        /// The job, as in the scenario.
        job: JobId,
        /// The number, in time order, of the push that triggered it.
        push: u32,
        /// Identity of the push.
        push_id: u64,
        /// The ref it runs on.
        ref_name: Rc<str>,
    },
    /// A job ended.
    JobEnded {
        /// The id from [`Event::JobStarted`].
        run: RunId,
        /// The complete record of the job.
        record: Box<JobRun>,
    },
    /// The last job of a workflow run ended, or the run was cancelled.
    WorkflowEnded(WorkflowRun),
    /// A runner is free again.
    RunnerFreed {
        /// When it took its job.
        from: SimTime,
        /// How long it worked.
        busy: Duration,
        /// The cost of that time.
        cost: Money,
        /// True if it only deleted entries, so that nobody waited for it.
        cleaned: bool,
    },
    /// A client looked up an archive or an index.
    Restored(Box<RestoreEvent>),
    /// A client looked up a single object in GitHub's cache (sccache).
    ObjectLookedUp {
        /// When.
        at: SimTime,
        /// The client and its job.
        caller: Caller,
        /// How the key was matched.
        outcome: RestoreOutcome,
        /// The size of the object, whether found or not.
        size: Bytes,
        /// After a miss: the entry that would have been found if nothing had been removed.
        lost: Option<GhostEntry>,
        /// After a miss: why.
        cause: Option<LossCause>,
    },
    /// A client looked up a single object in a store outside GitHub's cache.
    ExternalObject {
        /// When.
        at: SimTime,
        /// The client and its job.
        caller: Caller,
        /// True if the object was found.
        found: bool,
    },
    /// An image build took a step with a layer from the cache, or executed it.
    Layer {
        /// When.
        at: SimTime,
        /// The client and its job.
        caller: Caller,
        /// True if it came from the cache.
        found: bool,
        /// The size of the layer.
        size: Bytes,
        /// Why it was executed; `None` if it came from the cache, or sees the whole tree and is executed for
        /// every push.
        cause: Option<LossCause>,
    },
    /// An image build executed a step that downloads or compiles dependencies.
    StepExecuted {
        /// The run of the job.
        run: RunId,
        /// The step.
        step: StepId,
        /// True if an index listed its layers, but one of them was missing. False if no readable index had
        /// a record of the step.
        layer_gone: bool,
    },
    /// A client saved an entry, or its save was refused.
    Saved {
        /// When.
        at: SimTime,
        /// The client and its job.
        caller: Caller,
        /// The entry's key.
        key: Key,
        /// The scope that holds the entry; `None` if nothing was stored.
        scope: Option<Scope>,
        /// The result.
        outcome: SaveOutcome,
        /// The size of the entry; 0 if it was refused.
        size: Bytes,
        /// After a refusal: how long the job was held up until it knew.
        spent: Duration,
    },
    /// An entry is stored when the simulation begins.
    Preloaded {
        /// When: the first instant.
        at: SimTime,
        /// The client that had saved it.
        client: ClientId,
        /// The scope that holds it.
        scope: Scope,
        /// Its size.
        size: Bytes,
    },
    /// The service evicted an entry, or the entry expired.
    Removed {
        /// When.
        at: SimTime,
        /// The client that had saved it.
        client: ClientId,
        /// The scope that held it.
        scope: Scope,
        /// Its size.
        size: Bytes,
        /// When it was saved.
        created: SimTime,
        /// When it was last accessed.
        accessed: SimTime,
        /// Eviction or expiry.
        reason: RemovalReason,
    },
    /// Someone deleted an entry.
    Deleted {
        /// When.
        at: SimTime,
        /// The client that had saved it.
        client: ClientId,
        /// The scope that held it.
        scope: Scope,
        /// When it was last accessed.
        accessed: SimTime,
        /// Its size.
        size: Bytes,
    },
    /// A pull request was closed, or opened again: from now on, its entries are held for nobody, or for it.
    PullRequest {
        /// When.
        at: SimTime,
        /// The scope of its ref.
        scope: Scope,
        /// True if it is open.
        is_open: bool,
    },
    /// The size of the cache changed, or may have changed.
    Level {
        /// Since when.
        at: SimTime,
        /// Bytes of all stored entries.
        bytes: Bytes,
        /// Number of stored entries.
        entries: u64,
    },
    /// The service's own record of a request or of a removed entry. It is only sent to observers that ask
    /// for it ([`Observer::wants_requests`]), after the other events of the same step.
    Request(Record),
}

/// A look-up of an archive or an index.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoreEvent {
    /// When.
    pub at: SimTime,
    /// The client and its job.
    pub caller: Caller,
    /// The primary key.
    pub key: Key,
    /// The restore keys, in order.
    pub restore_keys: Vec<Key>,
    /// How the key was matched.
    pub outcome: RestoreOutcome,
    /// The bytes that count as found or missed. 0 if they are unknown, or counted elsewhere (an index
    /// counts by its layers).
    pub bytes: Bytes,
    /// The entry that was found.
    pub found: Option<Entry>,
    /// After a miss: the entry that would have been found if nothing had been removed.
    pub lost: Option<GhostEntry>,
    /// Why the job has to do again what this look-up did not bring. After an exact hit:
    /// [`LossCause::StaleContents`].
    pub cause: LossCause,
}
