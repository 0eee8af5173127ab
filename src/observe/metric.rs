//! The catalogue of metrics: every number that a result can contain, in the order in which it is
//! reported. The texts are printed by `metrics` and in reports. How values are measured is in the
//! folder `metrics`.

use crate::units::Bytes;

/// A metric: one kind of number in a result.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name, for example `restore.hit_ratio`.
    pub name: &'static str,
    /// The unit of its values.
    pub unit: &'static str,
    /// The labels that a value may have. A missing label means "all".
    pub labels: &'static [&'static str],
    /// The direction that is an improvement.
    pub better: Better,
    /// True if a combination of labels that did not occur has the value 0 (a count), false if it
    /// has no value (a ratio, a duration).
    pub zero_when_absent: bool,
    /// Its meaning, in one sentence.
    pub meaning: &'static str,
    /// How it is computed.
    pub how: &'static str,
}

impl Metric {
    /// True if another metric is this one, and its labels are exactly `wanted`, in any order.
    pub fn is_with(
        &self,
        wanted: &[(&str, &str)],
        other: &Metric,
        labels: &[(&'static str, String)],
    ) -> bool {
        let has = |(label, text): &(&str, &str)| labels.iter().any(|(l, t)| l == label && t == text);
        self == other && labels.len() == wanted.len() && wanted.iter().all(has)
    }

    /// The value as a size, which is printed with its own unit; `None` if the metric is not in
    /// bytes.
    pub fn size(&self, value: f64) -> Option<Bytes> {
        self.unit.starts_with("bytes").then(|| Bytes(libm::round(value) as u64))
    }
}

/// The direction of a metric that is an improvement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Smaller is better.
    Lower,
    /// Larger is better.
    Higher,
    /// It only describes; neither direction is an improvement.
    Neither,
}

impl Better {
    /// The word for it in results and tables.
    pub fn label(self) -> &'static str {
        match self {
            Better::Lower => "lower",
            Better::Higher => "higher",
            Better::Neither => "neither",
        }
    }
}

/// The metric with this name; `None` if there is none.
pub fn find(name: &str) -> Option<&'static Metric> {
    CATALOGUE.iter().copied().find(|metric| metric.name == name)
}

const SITE: &[&str] = &["client", "job", "ref"];

/// All metrics, in the order in which they are reported. Rates are over the measured time; a day is 24 hours.
pub static CATALOGUE: &[&Metric] = &[
    &CACHE_BYTES,
    &CACHE_ENTRIES,
    &CACHE_OVER_LIMIT_SHARE,
    &CACHE_UNREACHABLE_BYTES,
    &CACHE_EVICTED_ENTRIES,
    &CACHE_EVICTED_BYTES,
    &CACHE_EVICTION_AGE,
    &SAVE_ATTEMPTS,
    &SAVE_STORED,
    &SAVE_STORED_BYTES,
    &SAVE_FAILED,
    &SAVE_FAILED_SHARE,
    &SAVE_PACKED_IN_VAIN,
    &RESTORE_COUNT,
    &RESTORE_HIT_RATIO,
    &RESTORE_EXACT_RATIO,
    &RESTORE_BYTE_HIT_RATIO,
    &RESTORE_EVICTED_SHARE,
    &OBJECT_HIT_RATIO,
    &OBJECT_EVICTED_SHARE,
    &STEP_CACHED_RATIO,
    &JOB_RUNS,
    &JOB_SUCCESS_SHARE,
    &JOB_DURATION,
    &JOB_WASTED_SHARE,
    &WORKFLOW_DURATION,
    &PUSH_COUNT,
    &PUSH_RUNNER_MINUTES,
    &PUSH_WAITING,
    &RUNNER_MINUTES,
    &RUNNER_COST,
    &BLAME_EVICTED_BYTES,
    &BLAME_MISSES,
    &SCREEN_HIT_RATIO,
    &SCREEN_SIMULATED_HIT_RATIO,
    &SCREEN_LIFETIME,
];

/// `cache.bytes`.
pub static CACHE_BYTES: Metric = Metric {
    name: "cache.bytes",
    unit: "bytes",
    labels: &["stat"],
    better: Better::Neither,
    zero_when_absent: false,
    meaning: "How much the repository's cache holds.",
    how: "Time-weighted mean; the largest level that stood for any time; the level at the end.",
};

/// `cache.entries`.
pub static CACHE_ENTRIES: Metric = Metric {
    name: "cache.entries",
    unit: "entries",
    labels: &["stat"],
    better: Better::Neither,
    zero_when_absent: false,
    meaning: "How many entries the repository's cache holds.",
    how: "Time-weighted mean; the largest level that stood for any time; the level at the end.",
};

/// `cache.over_limit_share`.
pub static CACHE_OVER_LIMIT_SHARE: Metric = Metric {
    name: "cache.over_limit_share",
    unit: "ratio",
    labels: &[],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "The share of time the cache is over its limit and waits for the next sweep.",
    how: "Time with more bytes than the limit ÷ measured time.",
};

/// `cache.unreachable_bytes`.
pub static CACHE_UNREACHABLE_BYTES: Metric = Metric {
    name: "cache.unreachable_bytes",
    unit: "bytes",
    labels: &["stat"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Bytes held by entries that no future restore can choose: superseded, or of a closed ref.",
    how: "Time-weighted mean and final level exactly; the peak over the levels at every full hour.",
};

/// `cache.evicted_entries`.
pub static CACHE_EVICTED_ENTRIES: Metric = Metric {
    name: "cache.evicted_entries",
    unit: "entries per day",
    labels: &["reason", "client"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Entries the service removed, for size (eviction) or for idleness (expiry).",
    how: "Entries removed ÷ measured days.",
};

/// `cache.evicted_bytes`.
pub static CACHE_EVICTED_BYTES: Metric = Metric {
    name: "cache.evicted_bytes",
    unit: "bytes per day",
    labels: &["reason", "client"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Bytes the service removed, for size (eviction) or for idleness (expiry).",
    how: "Bytes removed ÷ measured days.",
};

/// `cache.eviction_age`.
pub static CACHE_EVICTION_AGE: Metric = Metric {
    name: "cache.eviction_age",
    unit: "hours",
    labels: &["stat"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "How long an entry evicted for size had been idle: what the cache remembers.",
    how: "Quantiles over evicted entries of the time since their last access.",
};

/// `save.attempts`.
pub static SAVE_ATTEMPTS: Metric = Metric {
    name: "save.attempts",
    unit: "per day",
    labels: SITE,
    better: Better::Neither,
    zero_when_absent: true,
    meaning: "Attempts to save an entry.",
    how: "Attempts ÷ measured days.",
};

/// `save.stored`.
pub static SAVE_STORED: Metric = Metric {
    name: "save.stored",
    unit: "per day",
    labels: SITE,
    better: Better::Neither,
    zero_when_absent: true,
    meaning: "Entries stored.",
    how: "Saves that stored their entry ÷ measured days.",
};

/// `save.stored_bytes`.
pub static SAVE_STORED_BYTES: Metric = Metric {
    name: "save.stored_bytes",
    unit: "bytes per day",
    labels: SITE,
    better: Better::Neither,
    zero_when_absent: true,
    meaning: "Bytes stored: the pressure on everything else in the cache.",
    how: "Bytes of the entries stored ÷ measured days.",
};

/// `save.failed`.
pub static SAVE_FAILED: Metric = Metric {
    name: "save.failed",
    unit: "per day",
    labels: &["client", "job", "ref", "reason"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Attempts to save that were refused, and why; without a reason all but those whose entry exists already.",
    how: "Attempts that stored nothing ÷ measured days; attempts = stored + failed + `reason=exists`.",
};

/// `save.failed_share`.
pub static SAVE_FAILED_SHARE: Metric = Metric {
    name: "save.failed_share",
    unit: "ratio",
    labels: SITE,
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "The share of attempts to save that were refused, for any reason but that the entry exists already.",
    how: "Failed attempts ÷ all attempts.",
};

/// `save.packed_in_vain`.
pub static SAVE_PACKED_IN_VAIN: Metric = Metric {
    name: "save.packed_in_vain",
    unit: "minutes per day",
    labels: SITE,
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "What saves cost whose entry exists already: it is packed before the service is asked.",
    how: "Job time from the start of packing to the refusal (sccache: one round trip) ÷ measured days.",
};

/// `restore.count`.
pub static RESTORE_COUNT: Metric = Metric {
    name: "restore.count",
    unit: "per day",
    labels: &["client", "job", "ref", "outcome"],
    better: Better::Neither,
    zero_when_absent: true,
    meaning: "Look-ups of archives, indexes and objects, and how they ended.",
    how: "Look-ups ÷ measured days.",
};

/// `restore.hit_ratio`.
pub static RESTORE_HIT_RATIO: Metric = Metric {
    name: "restore.hit_ratio",
    unit: "ratio",
    labels: SITE,
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "The share of look-ups that found an entry, by its key or by a restore key.",
    how: "(Exact + prefix) ÷ all look-ups, rate-limited ones included.",
};

/// `restore.exact_ratio`.
pub static RESTORE_EXACT_RATIO: Metric = Metric {
    name: "restore.exact_ratio",
    unit: "ratio",
    labels: SITE,
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "The share of look-ups that found the very key they asked for.",
    how: "Exact ÷ all look-ups, rate-limited ones included.",
};

/// `restore.byte_hit_ratio`.
pub static RESTORE_BYTE_HIT_RATIO: Metric = Metric {
    name: "restore.byte_hit_ratio",
    unit: "ratio",
    labels: SITE,
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "The share of the wanted bytes that were found.",
    how: "Bytes found ÷ (bytes found + bytes wanted by look-ups that missed, where known).",
};

/// `restore.evicted_share`.
pub static RESTORE_EVICTED_SHARE: Metric = Metric {
    name: "restore.evicted_share",
    unit: "ratio",
    labels: &["client", "job", "ref", "reason"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "The share of missed archives and indexes that had been in the cache and were removed.",
    how: "Missed look-ups of jobs whose entry was evicted (size) or expired (idle) ÷ missed look-ups of jobs.",
};

/// `object.hit_ratio`.
pub static OBJECT_HIT_RATIO: Metric = Metric {
    name: "object.hit_ratio",
    unit: "ratio",
    labels: SITE,
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "The share of build steps' objects that came from the cache: sccache objects, image steps.",
    how: "Objects found ÷ objects wanted.",
};

/// `object.evicted_share`.
pub static OBJECT_EVICTED_SHARE: Metric = Metric {
    name: "object.evicted_share",
    unit: "ratio",
    labels: SITE,
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "The share of objects and image steps not found that had been stored and were evicted for size.",
    how: "Objects evicted ÷ objects not found; an image step counts if a layer it needs was evicted, or the only index that named it.",
};

/// `step.cached_ratio`.
pub static STEP_CACHED_RATIO: Metric = Metric {
    name: "step.cached_ratio",
    unit: "ratio",
    labels: &["job", "ref", "step"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "How often an image build step came from the cache.",
    how: "Job runs whose step was cached ÷ job runs that reached the step.",
};

/// `job.runs`.
pub static JOB_RUNS: Metric = Metric {
    name: "job.runs",
    unit: "per day",
    labels: &["workflow", "job", "ref", "conclusion"],
    better: Better::Neither,
    zero_when_absent: true,
    meaning: "Job runs, and how they ended.",
    how: "Job runs queued in the measured time ÷ measured days.",
};

/// `job.success_share`.
pub static JOB_SUCCESS_SHARE: Metric = Metric {
    name: "job.success_share",
    unit: "ratio",
    labels: &["workflow", "job", "ref"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "The share of job runs that succeed; the others fail, time out, run out of disk or are cancelled.",
    how: "Successful runs ÷ runs queued in the measured time.",
};

/// `job.duration`.
pub static JOB_DURATION: Metric = Metric {
    name: "job.duration",
    unit: "minutes",
    labels: &["workflow", "job", "ref", "stat"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "How long a successful job runs, without its wait for a runner.",
    how: "Start to end of successful runs; p10, p50 and p90 are exact quantiles (type 7).",
};

/// `job.wasted_share`.
pub static JOB_WASTED_SHARE: Metric = Metric {
    name: "job.wasted_share",
    unit: "ratio",
    labels: &["job"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "The share of build time spent on work a perfect cache would have saved.",
    how: "Σ (build − ideal build) ÷ Σ build over successful runs.",
};

/// `workflow.duration`.
pub static WORKFLOW_DURATION: Metric = Metric {
    name: "workflow.duration",
    unit: "minutes",
    labels: &["workflow", "ref", "stat"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "How long a successful workflow run takes, waiting included.",
    how: "Trigger to the end of the last job; p10, p50 and p90 are exact quantiles (type 7).",
};

/// `push.count`.
pub static PUSH_COUNT: Metric = Metric {
    name: "push.count",
    unit: "per day",
    labels: &[],
    better: Better::Neither,
    zero_when_absent: true,
    meaning: "Pushes, releases and queued merges; scheduled runs are not among them.",
    how: "Pushes ÷ measured days.",
};

/// `push.runner_minutes`.
pub static PUSH_RUNNER_MINUTES: Metric = Metric {
    name: "push.runner_minutes",
    unit: "minutes",
    labels: &[],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Minutes runners work for one push.",
    how: "Runner minutes, those of scheduled runs included ÷ pushes.",
};

/// `push.waiting`.
pub static PUSH_WAITING: Metric = Metric {
    name: "push.waiting",
    unit: "minutes",
    labels: &["ref", "stat"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "How long a developer waits for a push: until all its workflow runs have succeeded.",
    how: "Push to the end of its last workflow run, where all succeeded; p10, p50 and p90 are exact quantiles (type 7).",
};

/// `runner.minutes`.
pub static RUNNER_MINUTES: Metric = Metric {
    name: "runner.minutes",
    unit: "per day",
    labels: &[],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Minutes runners work.",
    how: "Runner minutes of jobs started in the measured time ÷ measured days.",
};

/// `runner.cost`.
pub static RUNNER_COST: Metric = Metric {
    name: "runner.cost",
    unit: "USD per 30 days",
    labels: &[],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "What the runners are billed.",
    how: "Billed cost of jobs started in the measured time ÷ measured days × 30.",
};

/// `blame.evicted_bytes`.
pub static BLAME_EVICTED_BYTES: Metric = Metric {
    name: "blame.evicted_bytes",
    unit: "bytes per day",
    labels: &["evictor", "victim"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Bytes of one client evicted for size because of another client's writes.",
    how: "Each evicted entry's bytes, split by the bytes each client stored between its last access (rounded down to five minutes) and its eviction, without its own ÷ measured days.",
};

/// `blame.misses`.
pub static BLAME_MISSES: Metric = Metric {
    name: "blame.misses",
    unit: "per day",
    labels: &["evictor", "victim"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Look-ups that missed an entry which another client's writes had evicted.",
    how: "Each such miss, split as `blame.evicted_bytes` splits the bytes ÷ measured days.",
};

/// `screen.hit_ratio`.
pub static SCREEN_HIT_RATIO: Metric = Metric {
    name: "screen.hit_ratio",
    unit: "ratio",
    labels: &["stat"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "The share of accesses that find their entry at half to four times the limit, by the instant screen (`run --with-screen`).",
    how: "The accesses of the simulation (look-ups that found an entry, and what was stored) replayed as they were, in one pass for all limits; too optimistic or too pessimistic where misses cause writes.",
};

/// `screen.simulated_hit_ratio`.
pub static SCREEN_SIMULATED_HIT_RATIO: Metric = Metric {
    name: "screen.simulated_hit_ratio",
    unit: "ratio",
    labels: &["stat"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "The same share, simulated at each of these limits.",
    how: "Look-ups that found an entry ÷ (those and entries stored), warm-up included.",
};

/// `screen.lifetime`.
pub static SCREEN_LIFETIME: Metric = Metric {
    name: "screen.lifetime",
    unit: "hours",
    labels: &["stat"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "How long an entry lives after its last access: the cache's characteristic time.",
    how: "Che's fixed point on the same accesses, keys used once as a steady stream of bytes; absent where nothing has to go.",
};
