//! The data of a timeline: the course of one replication over time, for charts and explanations. It is so
//! coarse that a year of a busy repository takes less than a megabyte of text.
//! [`TimelineObserver`](super::TimelineObserver) makes it on request, and results store it.

use crate::units::{Bytes, Duration, SimTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The timeline of one replication, including the warm-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timeline {
    /// The repository's cache limit.
    pub limit: Bytes,
    /// The names of the clients; a client below is an index into them.
    pub clients: Vec<String>,
    /// The names of the jobs, likewise.
    pub jobs: Vec<String>,
    /// The grid of `held`, `peak`, `stored`, `evicted` and `expired`.
    pub steps: Grid,
    /// What one unit of the sizes below is.
    pub unit: Bytes,
    /// What each client's entries hold at the end of each step, in units; a row for each client.
    pub held: Vec<Vec<u64>>,
    /// What the entries of each kind of ref hold at the end of each step; only kinds that ever hold anything. Absent from
    /// results of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held_for: Vec<HeldForRef>,
    /// The peak of the total held in each step, in units.
    pub peak: Vec<u64>,
    /// What was saved.
    pub stored: Vec<Moved>,
    /// What sweeps evicted.
    pub evicted: Vec<Moved>,
    /// What expired.
    pub expired: Vec<Moved>,
    /// The grid of `look_ups` and of the busiest minutes.
    pub periods: Grid,
    /// What was asked for in the measured time, for each client and kind of ref that asked: objects of sccache,
    /// image steps of BuildKit, look-ups of others.
    pub look_ups: Vec<LookUps>,
    /// Requests to upload.
    pub uploads: Pressure,
    /// The busiest entries of the busiest fortnight.
    pub lives: Lives,
    /// Job runs in the order they started; every n-th where there are too many.
    pub runs: Vec<Ran>,
    /// How many runs there were.
    pub runs_all: u64,
    /// How long each job's successful runs of the measured time took.
    pub durations: Vec<Durations>,
    /// The one-pass miss-ratio curve at other limits, smallest first.
    pub curve: Vec<CurvePoint>,
}

/// Equal spans of time, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grid {
    /// When the first one begins.
    pub start: SimTime,
    /// How long each is.
    pub seconds: i64,
    /// How many there are.
    pub count: usize,
}

impl Grid {
    /// The finest grid over `from..to` with at most `most` spans, each of a round length of a
    /// minute or more. Spans start at multiples of their length in UTC.
    pub fn over(from: SimTime, to: SimTime, most: usize) -> Grid {
        const MINUTE: i64 = 60;
        const HOUR: i64 = 60 * MINUTE;
        const DAY: i64 = 24 * HOUR;
        const ROUND: [i64; 14] = [
            MINUTE,
            5 * MINUTE,
            15 * MINUTE,
            30 * MINUTE,
            HOUR,
            2 * HOUR,
            3 * HOUR,
            6 * HOUR,
            12 * HOUR,
            DAY,
            2 * DAY,
            7 * DAY,
            28 * DAY,
            364 * DAY,
        ];
        let over = |seconds: i64| {
            let start = SimTime(from.window(Duration(seconds * 1000)) * seconds * 1000);
            let count = ((to - start).0.max(1) + seconds * 1000 - 1) / (seconds * 1000);
            Grid { start, seconds, count: count as usize }
        };
        ROUND.into_iter().map(over).find(|grid| grid.count <= most).unwrap_or_else(|| over(3_640 * DAY))
    }

    /// Index of the span that contains an instant; the first or last one for instants outside.
    pub fn place(&self, at: SimTime) -> usize {
        let place = (at - self.start).0.div_euclid(self.seconds * 1000).max(0) as usize;
        place.min(self.count - 1)
    }

    /// Start of a span.
    pub fn begin(&self, place: usize) -> SimTime {
        self.start + Duration(self.seconds * 1000 * place as i64)
    }

    /// End of the last span.
    pub fn end(&self) -> SimTime {
        self.begin(self.count)
    }
}

/// Entries of one client that were stored or removed in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "(u32, u16, u64, u32)", into = "(u32, u16, u64, u32)")]
pub struct Moved {
    /// The step.
    pub step: u32,
    /// The client, an index into the timeline's.
    pub client: u16,
    /// Their size, in units.
    pub size: u64,
    /// How many.
    pub entries: u32,
}

/// What is held for one kind of ref.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeldForRef {
    /// The kind, as in the `ref` label of `cache.bytes`.
    #[serde(rename = "ref")]
    pub of: String,
    /// What its entries hold at the end of each step, in units.
    pub held: Vec<u64>,
}

/// The look-ups of one client on one kind of ref.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LookUps {
    /// The client, an index into the timeline's.
    pub client: u16,
    /// The value of the `ref` label.
    #[serde(rename = "ref")]
    pub class: String,
    /// How many found an entry, in each period.
    pub found: Vec<u64>,
    /// How many there were, in each period.
    pub all: Vec<u64>,
}

/// How many requests of one kind come in a minute, where the service counts them by the minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pressure {
    /// How many the service allows per minute.
    pub limit: Option<u32>,
    /// The requests of the busiest minute of each period, refused ones included.
    pub peak: Vec<u32>,
    /// The requests refused in each period.
    pub refused: Vec<u64>,
    /// The first minute of `around`.
    pub around_start: SimTime,
    /// The requests of each minute around the busiest one.
    pub around: Vec<u32>,
}

/// The lives of a few entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lives {
    /// When the time looked at begins.
    pub from: SimTime,
    /// When it ends.
    pub until: SimTime,
    /// The busiest entries by size × events, those with a digest for a name left out.
    pub entries: Vec<Life>,
}

/// What happened to one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Life {
    /// The client, an index into the timeline's.
    pub client: u16,
    /// The ref it was saved by.
    #[serde(rename = "ref")]
    pub scope: String,
    /// Its key.
    pub key: String,
    /// Its size when it was saved last.
    pub bytes: Bytes,
    /// What happened, in order: seconds since the start of the steps, and what. The first one may lie
    /// before the time looked at.
    pub events: Vec<(i64, LifeEvent)>,
}

/// What can happen to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LifeEvent {
    /// It was stored.
    Saved,
    /// A look-up found it.
    Touched,
    /// A sweep evicted it.
    Evicted,
    /// A sweep removed it because it was idle.
    Expired,
    /// It was deleted.
    Deleted,
    /// A look-up missed it after it was removed.
    Missed,
}

/// One job run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "(i64, i64, i64, u16, u8, u8)", into = "(i64, i64, i64, u16, u8, u8)")]
pub struct Ran {
    /// Seconds from the start of the steps to its start.
    pub start: i64,
    /// How many seconds it ran.
    pub seconds: i64,
    /// How many of them it built what a perfect cache would have had.
    pub wasted: i64,
    /// The job, an index into the timeline's.
    pub job: u16,
    /// The kind of ref, an index into `RefClass::ALL`.
    pub class: u8,
    /// How it ended, an index into `Conclusion::ALL`.
    pub conclusion: u8,
}

/// How long the runs of one job take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Durations {
    /// The job, without a matrix leg.
    pub job: String,
    /// How many runs there are.
    pub runs: u64,
    /// Their mean, in minutes.
    pub mean: f64,
    /// Their quantiles from the shortest to the longest in equal steps of probability, in minutes.
    pub quantiles: Vec<f64>,
}

/// One point of the one-pass miss-ratio curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CurvePoint {
    /// The limit.
    pub limit: Bytes,
    /// The miss ratio of accesses.
    pub miss_ratio: f64,
}

impl From<(u32, u16, u64, u32)> for Moved {
    fn from((step, client, size, entries): (u32, u16, u64, u32)) -> Moved {
        Moved { step, client, size, entries }
    }
}

impl From<Moved> for (u32, u16, u64, u32) {
    fn from(moved: Moved) -> Self {
        (moved.step, moved.client, moved.size, moved.entries)
    }
}

impl From<(i64, i64, i64, u16, u8, u8)> for Ran {
    fn from((start, seconds, wasted, job, class, conclusion): (i64, i64, i64, u16, u8, u8)) -> Ran {
        Ran { start, seconds, wasted, job, class, conclusion }
    }
}

impl From<Ran> for (i64, i64, i64, u16, u8, u8) {
    fn from(ran: Ran) -> Self {
        (ran.start, ran.seconds, ran.wasted, ran.job, ran.class, ran.conclusion)
    }
}
