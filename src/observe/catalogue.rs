//! The metric catalogue: every number a result can hold, in the order it is reported.

use crate::units::Bytes;

/// One metric.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name, for example `restore.hit_ratio`.
    pub name: &'static str,
    /// The unit of its values.
    pub unit: &'static str,
    /// The labels a value may carry; an absent one means "all".
    pub labels: &'static [&'static str],
    /// Which direction is the good one.
    pub better: Better,
    /// Whether a label combination that did not occur has the value 0 (a count) rather than no
    /// value at all (a ratio, a duration).
    pub zero_when_absent: bool,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// How it is computed.
    pub how: &'static str,
}

impl Metric {
    /// A value as a size, if it is one; what is told of it then names a unit.
    pub fn size(&self, value: f64) -> Option<Bytes> {
        self.unit.starts_with("bytes").then(|| Bytes(libm::round(value) as u64))
    }
}

/// Which direction of a metric is the good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// The smaller the better.
    Lower,
    /// The larger the better.
    Higher,
    /// It describes; neither direction is good by itself.
    Neither,
}

impl Better {
    /// The word for it.
    pub fn label(self) -> &'static str {
        match self {
            Better::Lower => "lower",
            Better::Higher => "higher",
            Better::Neither => "neither",
        }
    }
}

/// The metric of this name, if there is one.
pub fn find(name: &str) -> Option<&'static Metric> {
    CATALOGUE.iter().find(|metric| metric.name == name)
}

/// The metric of a name that is known to exist.
///
/// # Panics
/// If the catalogue has no such metric.
pub fn metric(name: &str) -> &'static Metric {
    find(name).unwrap_or_else(|| panic!("the catalogue has no metric {name}"))
}

const SITE: &[&str] = &["client", "job", "ref"];

/// Every metric. Rates are over the measured time; a day is 24 hours.
pub static CATALOGUE: &[Metric] = &[
    Metric {
        name: "cache.bytes",
        unit: "bytes",
        labels: &["stat"],
        better: Better::Neither,
        zero_when_absent: false,
        meaning: "How much the repository's cache holds.",
        how: "Time-weighted mean; the largest level that stood for any time; the level at the end.",
    },
    Metric {
        name: "cache.entries",
        unit: "entries",
        labels: &["stat"],
        better: Better::Neither,
        zero_when_absent: false,
        meaning: "How many entries the repository's cache holds.",
        how: "Time-weighted mean; the largest level that stood for any time; the level at the end.",
    },
    Metric {
        name: "cache.over_limit_share",
        unit: "ratio",
        labels: &[],
        better: Better::Lower,
        zero_when_absent: false,
        meaning: "The share of time the cache is over its limit and waits for the next sweep.",
        how: "Time with more bytes than the limit ÷ measured time.",
    },
    Metric {
        name: "cache.unreachable_bytes",
        unit: "bytes",
        labels: &["stat"],
        better: Better::Lower,
        zero_when_absent: false,
        meaning: "Bytes held by entries that no future restore can choose: superseded, or of a closed ref.",
        how: "Time-weighted mean and final level exactly; the peak over the levels at every full hour.",
    },
    Metric {
        name: "cache.evicted_entries",
        unit: "entries per day",
        labels: &["reason", "client"],
        better: Better::Lower,
        zero_when_absent: true,
        meaning: "Entries the service removed, for size (eviction) or for idleness (expiry).",
        how: "Entries removed ÷ measured days.",
    },
    Metric {
        name: "cache.evicted_bytes",
        unit: "bytes per day",
        labels: &["reason", "client"],
        better: Better::Lower,
        zero_when_absent: true,
        meaning: "Bytes the service removed, for size (eviction) or for idleness (expiry).",
        how: "Bytes removed ÷ measured days.",
    },
    Metric {
        name: "cache.eviction_age",
        unit: "hours",
        labels: &["stat"],
        better: Better::Higher,
        zero_when_absent: false,
        meaning: "How long an entry evicted for size had been idle: what the cache remembers.",
        how: "Quantiles over evicted entries of the time since their last access.",
    },
    Metric {
        name: "save.attempts",
        unit: "per day",
        labels: SITE,
        better: Better::Neither,
        zero_when_absent: true,
        meaning: "Attempts to save an entry.",
        how: "Attempts ÷ measured days.",
    },
    Metric {
        name: "save.stored",
        unit: "per day",
        labels: SITE,
        better: Better::Neither,
        zero_when_absent: true,
        meaning: "Entries stored.",
        how: "Saves that stored their entry ÷ measured days.",
    },
    Metric {
        name: "save.stored_bytes",
        unit: "bytes per day",
        labels: SITE,
        better: Better::Neither,
        zero_when_absent: true,
        meaning: "Bytes stored: the pressure on everything else in the cache.",
        how: "Bytes of the entries stored ÷ measured days.",
    },
    Metric {
        name: "save.failed",
        unit: "per day",
        labels: &["client", "job", "ref", "reason"],
        better: Better::Lower,
        zero_when_absent: true,
        meaning: "Attempts to save that were refused, and why; without a reason all but those whose entry exists already.",
        how: "Attempts that stored nothing ÷ measured days; attempts = stored + failed + `reason=exists`.",
    },
    Metric {
        name: "save.failed_share",
        unit: "ratio",
        labels: SITE,
        better: Better::Lower,
        zero_when_absent: false,
        meaning: "The share of attempts to save that were refused, for any reason but that the entry exists already.",
        how: "Failed attempts ÷ all attempts.",
    },
    Metric {
        name: "save.packed_in_vain",
        unit: "minutes per day",
        labels: SITE,
        better: Better::Lower,
        zero_when_absent: true,
        meaning: "What saves cost whose entry exists already: it is packed before the service is asked.",
        how: "Job time from the start of packing to the refusal (sccache: one round trip) ÷ measured days.",
    },
    Metric {
        name: "restore.count",
        unit: "per day",
        labels: &["client", "job", "ref", "outcome"],
        better: Better::Neither,
        zero_when_absent: true,
        meaning: "Look-ups of archives, indexes and objects, and how they ended.",
        how: "Look-ups ÷ measured days.",
    },
    Metric {
        name: "restore.hit_ratio",
        unit: "ratio",
        labels: SITE,
        better: Better::Higher,
        zero_when_absent: false,
        meaning: "The share of look-ups that found an entry, by its key or by a restore key.",
        how: "(Exact + prefix) ÷ all look-ups, rate-limited ones included.",
    },
    Metric {
        name: "restore.exact_ratio",
        unit: "ratio",
        labels: SITE,
        better: Better::Higher,
        zero_when_absent: false,
        meaning: "The share of look-ups that found the very key they asked for.",
        how: "Exact ÷ all look-ups, rate-limited ones included.",
    },
    Metric {
        name: "restore.byte_hit_ratio",
        unit: "ratio",
        labels: SITE,
        better: Better::Higher,
        zero_when_absent: false,
        meaning: "The share of the wanted bytes that were found.",
        how: "Bytes found ÷ (bytes found + bytes wanted by look-ups that missed, where known).",
    },
    Metric {
        name: "restore.evicted_share",
        unit: "ratio",
        labels: &["client", "job", "ref", "reason"],
        better: Better::Lower,
        zero_when_absent: false,
        meaning: "The share of missed archives and indexes that had been in the cache and were removed.",
        how: "Missed look-ups of jobs whose entry was evicted (size) or expired (idle) ÷ missed look-ups of jobs.",
    },
    Metric {
        name: "object.hit_ratio",
        unit: "ratio",
        labels: SITE,
        better: Better::Higher,
        zero_when_absent: false,
        meaning: "The share of build steps' objects that came from the cache: sccache objects, image steps.",
        how: "Objects found ÷ objects wanted.",
    },
    Metric {
        name: "object.evicted_share",
        unit: "ratio",
        labels: SITE,
        better: Better::Lower,
        zero_when_absent: false,
        meaning: "The share of objects and image steps not found that had been stored and were evicted for size.",
        how: "Objects evicted ÷ objects not found; an image step counts if a layer it needs was evicted, or the only index that named it.",
    },
    Metric {
        name: "step.cached_ratio",
        unit: "ratio",
        labels: &["job", "ref", "step"],
        better: Better::Higher,
        zero_when_absent: false,
        meaning: "How often an image build step came from the cache.",
        how: "Job runs whose step was cached ÷ job runs that reached the step.",
    },
    Metric {
        name: "job.runs",
        unit: "per day",
        labels: &["workflow", "job", "ref", "conclusion"],
        better: Better::Neither,
        zero_when_absent: true,
        meaning: "Job runs, and how they ended.",
        how: "Job runs queued in the measured time ÷ measured days.",
    },
    Metric {
        name: "job.success_share",
        unit: "ratio",
        labels: &["workflow", "job", "ref"],
        better: Better::Higher,
        zero_when_absent: false,
        meaning: "The share of job runs that succeed; the others fail, time out, run out of disk or are cancelled.",
        how: "Successful runs ÷ runs queued in the measured time.",
    },
    Metric {
        name: "job.duration",
        unit: "minutes",
        labels: &["workflow", "job", "ref", "stat"],
        better: Better::Lower,
        zero_when_absent: false,
        meaning: "How long a successful job runs, without its wait for a runner.",
        how: "Start to end of successful runs; p10, p50 and p90 are exact quantiles (type 7).",
    },
    Metric {
        name: "job.wasted_share",
        unit: "ratio",
        labels: &["job"],
        better: Better::Lower,
        zero_when_absent: false,
        meaning: "The share of build time spent on work a perfect cache would have saved.",
        how: "Σ (build − ideal build) ÷ Σ build over successful runs.",
    },
    Metric {
        name: "workflow.duration",
        unit: "minutes",
        labels: &["workflow", "ref", "stat"],
        better: Better::Lower,
        zero_when_absent: false,
        meaning: "How long a successful workflow run takes, waiting included.",
        how: "Trigger to the end of the last job; p10, p50 and p90 are exact quantiles (type 7).",
    },
    Metric {
        name: "push.count",
        unit: "per day",
        labels: &[],
        better: Better::Neither,
        zero_when_absent: true,
        meaning: "Pushes, releases and queued merges; scheduled runs are not among them.",
        how: "Pushes ÷ measured days.",
    },
    Metric {
        name: "push.runner_minutes",
        unit: "minutes",
        labels: &[],
        better: Better::Lower,
        zero_when_absent: false,
        meaning: "Minutes runners work for one push.",
        how: "Runner minutes, those of scheduled runs included ÷ pushes.",
    },
    Metric {
        name: "push.waiting",
        unit: "minutes",
        labels: &["ref", "stat"],
        better: Better::Lower,
        zero_when_absent: false,
        meaning: "How long a developer waits for a push: until all its workflow runs have succeeded.",
        how: "Push to the end of its last workflow run, where all succeeded; p10, p50 and p90 are exact quantiles (type 7).",
    },
    Metric {
        name: "runner.minutes",
        unit: "per day",
        labels: &[],
        better: Better::Lower,
        zero_when_absent: true,
        meaning: "Minutes runners work.",
        how: "Runner minutes of jobs started in the measured time ÷ measured days.",
    },
    Metric {
        name: "runner.cost",
        unit: "USD per 30 days",
        labels: &[],
        better: Better::Lower,
        zero_when_absent: true,
        meaning: "What the runners are billed.",
        how: "Billed cost of jobs started in the measured time ÷ measured days × 30.",
    },
    Metric {
        name: "blame.evicted_bytes",
        unit: "bytes per day",
        labels: &["evictor", "victim"],
        better: Better::Lower,
        zero_when_absent: true,
        meaning: "Bytes of one client evicted for size because of another client's writes.",
        how: "Each evicted entry's bytes, split by the bytes each client stored between its last access (rounded down to five minutes) and its eviction, without its own ÷ measured days.",
    },
    Metric {
        name: "blame.misses",
        unit: "per day",
        labels: &["evictor", "victim"],
        better: Better::Lower,
        zero_when_absent: true,
        meaning: "Look-ups that missed an entry which another client's writes had evicted.",
        how: "Each such miss, split as `blame.evicted_bytes` splits the bytes ÷ measured days.",
    },
    Metric {
        name: "screen.hit_ratio",
        unit: "ratio",
        labels: &["stat"],
        better: Better::Higher,
        zero_when_absent: false,
        meaning: "The share of accesses that find their entry at half to four times the limit, by the instant screen (`run --with-screen`).",
        how: "The accesses of the simulation (look-ups that found an entry, and what was stored) replayed as they were, in one pass for all limits; too optimistic or too pessimistic where misses cause writes.",
    },
    Metric {
        name: "screen.simulated_hit_ratio",
        unit: "ratio",
        labels: &["stat"],
        better: Better::Higher,
        zero_when_absent: false,
        meaning: "The same share, simulated at each of these limits.",
        how: "Look-ups that found an entry ÷ (those and entries stored), warm-up included.",
    },
    Metric {
        name: "screen.lifetime",
        unit: "hours",
        labels: &["stat"],
        better: Better::Higher,
        zero_when_absent: false,
        meaning: "How long an entry lives after its last access: the cache's characteristic time.",
        how: "Che's fixed point on the same accesses, keys used once as a steady stream of bytes; absent where nothing has to go.",
    },
];
