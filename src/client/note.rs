use super::morgue::Death;
use crate::outcome::{ClientId, JobId, JobRun, RestoreOutcome, SaveOutcome, StepId};
use crate::service::{Entry, Key};
use crate::units::{Bytes, SimTime};
use std::rc::Rc;

/// What a job's client did and what came of it, for those who tell a story: the service's own records
/// know neither the job nor what an entry was lost to. Written down only where somebody looks on.
#[derive(Debug, Clone)]
pub struct Note {
    /// When.
    pub at: SimTime,
    /// The push behind the job, by its number in time order.
    pub push: u32,
    /// The push's identity.
    pub push_id: u64,
    /// The job.
    pub job: JobId,
    /// The ref it runs on.
    pub ref_name: Rc<str>,
    /// What was done.
    pub deed: Deed,
}

/// What a [`Note`] tells.
#[derive(Debug, Clone)]
pub enum Deed {
    /// A client looked for an archive or an index.
    Restored {
        /// Who looked.
        client: ClientId,
        /// The key it asked for.
        key: Key,
        /// What it would take instead.
        restore_keys: Vec<Key>,
        /// How it was matched.
        outcome: RestoreOutcome,
        /// The entry found.
        found: Option<Entry>,
        /// On a miss, the entry it would have found, had nothing gone.
        lost: Option<Death>,
    },
    /// A client asked for one object and did not get it.
    ObjectMissed {
        /// Who asked.
        client: ClientId,
        /// The object it would have found, had nothing gone.
        lost: Option<Death>,
    },
    /// An image build executed a step that downloads or compiles dependencies.
    StepExecuted {
        /// The step.
        step: StepId,
        /// Whether an index named its layers, and one of them was gone; otherwise no index it could
        /// read knew the step.
        layer_gone: bool,
    },
    /// A client saved an entry, or was refused.
    Saved {
        /// Who saved.
        client: ClientId,
        /// The key.
        key: Key,
        /// What came of it.
        outcome: SaveOutcome,
        /// The size; 0 where it was refused.
        size: Bytes,
    },
    /// The job ended.
    Ended(Box<JobRun>),
}
