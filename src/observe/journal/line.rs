//! The lines of a journal: the events of one replication, one per line. [`Journal`](super::Journal) writes
//! them, `experiment` explains misses from them, and `docs/journal.md` documents every field.
//!
//! Times are instants of the simulation in UTC, sizes are bytes. Single objects (sccache's) are too many to
//! list: those of a job are summed up in its [`JobLine`], those of a sweep in its [`SweepLine`].

use crate::client::{ClientKind, HitUnit};
use crate::event::{Conclusion, FailureCause, LossCause, RestoreOutcome, SaveOutcome};
use crate::units::{Bytes, SimTime};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// A word of the journal for how or why something ended.
pub type Word = &'static str;

/// The reasons of a removal, and the results of an image step.
const OTHER_WORDS: [Word; 6] = ["size", "idle", "deleted", "cached", "unknown", "layer_gone"];

fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
    let text = String::deserialize(deserializer)?;
    let ends = RestoreOutcome::ALL.map(RestoreOutcome::label).into_iter();
    let ends = ends.chain(SaveOutcome::ALL.map(SaveOutcome::label));
    let mut known = ends.chain(Conclusion::ALL.map(Conclusion::word)).chain(OTHER_WORDS);
    let unknown = || serde::de::Error::custom(format!("`{text}` is not a word of the journal"));
    known.find(|known| *known == text).ok_or_else(unknown)
}

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Line {
    /// A job looked up an archive or an index.
    Restore(Box<RestoreLine>),
    /// A job saved an archive, an index or a layer, or its save was refused.
    Save(SaveLine),
    /// An entry was evicted for size.
    Evict(Gone),
    /// An entry expired: it was not accessed for longer than the retention.
    Expire(Gone),
    /// Someone deleted an entry.
    Delete(Gone),
    /// A sweep removed entries.
    Sweep(SweepLine),
    /// Someone deleted the entries of a ref.
    CleanUp(SweepLine),
    /// A job ended.
    Job(Box<JobLine>),
}

/// Which job of which push did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Actor {
    /// The number of the push, from 0.
    pub push: u32,
    /// The push's identity, which it has whatever else is pushed.
    #[serde(skip)]
    pub push_id: u64,
    /// The workflow.
    pub workflow: String,
    /// The job, with its matrix leg.
    pub job: String,
    /// The ref it ran on.
    #[serde(rename = "ref")]
    pub ref_name: String,
}

/// A look-up of an archive or an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RestoreLine {
    /// When.
    pub at: SimTime,
    /// Who.
    #[serde(flatten)]
    pub actor: Actor,
    /// The cache client.
    pub client: String,
    /// The key it looked for.
    pub key: String,
    /// Its restore keys, in order.
    pub restore_keys: Vec<String>,
    /// `exact`, `prefix`, `miss` or `rate_limited`.
    #[serde(deserialize_with = "word")]
    pub outcome: Word,
    /// The entry it found.
    pub found: Option<Stored>,
    /// On a miss, the entry it would have found if nothing had been removed.
    pub lost: Option<Gone>,
    /// Why it missed, or found no more than an older entry; absent after an exact hit.
    #[serde(default)]
    pub cause: Option<LossCause>,
}

impl RestoreLine {
    /// True if it found an entry and downloaded it: a download that stalls ends as a miss.
    pub fn is_hit(&self) -> bool {
        ["exact", "prefix"].contains(&self.outcome)
    }

    /// True if it did not find what it wanted, or found only something older. An index of image layers is
    /// numbered, and its look-up is always for the newest, which counts as a prefix.
    pub fn is_missed(&self) -> bool {
        match self.outcome {
            "exact" => false,
            "prefix" => ClientKind::unit_of(&self.client) != HitUnit::Steps,
            _ => true,
        }
    }
}

/// A stored entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stored {
    /// The ref it belongs to.
    #[serde(rename = "ref")]
    pub ref_name: String,
    /// Its key.
    pub key: String,
    /// Its size.
    pub bytes: Bytes,
    /// When it was saved.
    pub saved_at: SimTime,
}

/// An entry that was removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gone {
    /// When it was removed.
    pub at: SimTime,
    /// The client that had saved it.
    pub client: String,
    /// The entry.
    #[serde(flatten)]
    pub entry: Stored,
    /// When it was last accessed: saved, found or downloaded.
    pub last_accessed_at: SimTime,
    /// How often it was found.
    pub found: u32,
    /// `size`, `idle` or `deleted`.
    #[serde(deserialize_with = "word")]
    pub reason: Word,
    /// What each client stored between its last access and the moment it went; nothing where it
    /// was not evicted.
    pub pushed_out_by: Vec<Share>,
}

/// Bytes of one client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// The client.
    pub client: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// A save.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SaveLine {
    /// When it was stored or refused.
    pub at: SimTime,
    /// Who.
    #[serde(flatten)]
    pub actor: Actor,
    /// The cache client.
    pub client: String,
    /// The key.
    pub key: String,
    /// `stored`, `exists`, `rate_limited`, `read_only`, `over_quota`, `too_large` or
    /// `reservation_expired`.
    #[serde(deserialize_with = "word")]
    pub outcome: Word,
    /// Its size; 0 where it was refused.
    pub bytes: Bytes,
}

/// A sweep or clean-up that removed something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepLine {
    /// When.
    pub at: SimTime,
    /// What the cache held before.
    pub bytes_before: Bytes,
    /// What it held afterwards.
    pub bytes_after: Bytes,
    /// What it removed, for each client that lost something.
    pub taken: Vec<Taken>,
}

/// What was removed from one client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Taken {
    /// Whose entries.
    pub client: String,
    /// `size`, `idle` or `deleted`.
    #[serde(deserialize_with = "word")]
    pub reason: Word,
    /// How many.
    pub entries: u64,
    /// Their size together.
    pub bytes: Bytes,
}

/// A job that ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobLine {
    /// When it ended.
    pub at: SimTime,
    /// Which.
    #[serde(flatten)]
    pub actor: Actor,
    /// When it began to wait for a runner.
    pub queued_at: SimTime,
    /// When a runner took it; its end, if it was cancelled before.
    pub started_at: SimTime,
    /// `success`, `failed`, `out_of_disk`, `timed_out` or `cancelled`.
    #[serde(deserialize_with = "word")]
    pub conclusion: Word,
    /// Why it failed, if it did.
    pub cause: Option<FailureCause>,
    /// Build minutes, without transfers.
    pub build_minutes: f64,
    /// The build minutes if every look-up had been a hit.
    pub perfect_minutes: f64,
    /// What it lost, the most minutes first. Unless a download stalled, all but `transfer` and waits for rate
    /// limits add up to `build_minutes` − `perfect_minutes`.
    #[serde(default)]
    pub losses: Vec<LossLine>,
    /// How many objects or image steps with a layer it found.
    pub objects_found: u32,
    /// How many it looked for and did not find.
    pub objects_missed: u32,
    /// The image steps that download or compile dependencies.
    pub steps: Vec<StepLine>,
    /// Single objects, of each client that missed or saved any.
    pub objects: Vec<ObjectsLine>,
}

impl JobLine {
    /// True if the job did not succeed because of its environment: disk, time limit, or a cache that refused
    /// it. Steps that fail and newer runs that cancel it are left out, since a cache could not change them.
    pub fn was_let_down(&self) -> bool {
        let ended = |how: Conclusion| self.conclusion == how.word();
        let refused = self.cause.is_some_and(|cause| cause != FailureCause::Step);
        ended(Conclusion::OutOfDisk) || ended(Conclusion::TimedOut) || refused
    }

    /// Build minutes in excess of what they would have been if every look-up had been a hit.
    pub fn excess_minutes(&self) -> f64 {
        (self.build_minutes - self.perfect_minutes).max(0.0)
    }

    /// Number of image steps that were not cached.
    pub fn missed_steps(&self) -> usize {
        self.steps.iter().filter(|step| step.outcome != "cached").count()
    }
}

/// Minutes that a job lost to one cause at one client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LossLine {
    /// The cause.
    pub cause: LossCause,
    /// The client; `none` for work that nothing caches.
    pub client: String,
    /// The minutes.
    pub minutes: f64,
}

/// An image step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepLine {
    /// The image and the step.
    pub step: String,
    /// `cached`, `unknown` (no index the job could read knew it) or `layer_gone` (one did, but a layer
    /// was not stored any more).
    #[serde(deserialize_with = "word")]
    pub outcome: Word,
}

/// One client's single objects in one job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObjectsLine {
    /// The client.
    pub client: String,
    /// How many it found.
    pub found: u32,
    /// How many had been removed, by the time of removal.
    pub lost: Vec<LostObjects>,
    /// How many had never been saved in a scope the job can read.
    pub never_stored: u32,
    /// How many of the evicted objects each client pushed out, in proportion to what it stored between
    /// their last access and their eviction.
    pub pushed_out_by: Vec<ObjectShare>,
    /// How many it stored.
    pub stored: u32,
    /// How many saves were refused.
    pub refused: u32,
}

impl ObjectsLine {
    /// Number of objects that it looked up and did not find.
    pub fn missed(&self) -> u32 {
        self.never_stored + self.lost.iter().map(|lost| lost.objects).sum::<u32>()
    }
}

/// A client's part of the lost objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObjectShare {
    /// The client.
    pub client: String,
    /// How many objects it pushed out; parts of one are counted.
    pub objects: f64,
}

/// Objects that were removed at one time and looked for later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LostObjects {
    /// When they were removed.
    pub at: SimTime,
    /// `size` or `idle`.
    #[serde(deserialize_with = "word")]
    pub reason: Word,
    /// How many.
    pub objects: u32,
    /// Their size together.
    pub bytes: Bytes,
}
