//! What clients ask of the cache: saves, restores, objects and image steps.

use super::{Better, Metric, SITE};

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
    meaning: "Bytes stored: the pressure on the rest of the cache.",
    how: "Bytes of the entries stored ÷ measured days.",
};

/// `save.failed`.
pub static SAVE_FAILED: Metric = Metric {
    name: "save.failed",
    unit: "per day",
    labels: &["client", "job", "ref", "reason"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Save attempts that were refused, by reason; without a reason, all except those whose entry \
        already exists.",
    how: "Attempts that stored nothing ÷ measured days; attempts = stored + failed + `reason=exists`.",
};

/// `save.failed_share`.
pub static SAVE_FAILED_SHARE: Metric = Metric {
    name: "save.failed_share",
    unit: "ratio",
    labels: SITE,
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Share of save attempts that were refused, for any reason except that the entry already exists.",
    how: "Failed attempts ÷ all attempts.",
};

/// `save.packed_in_vain`.
pub static SAVE_PACKED_IN_VAIN: Metric = Metric {
    name: "save.packed_in_vain",
    unit: "minutes per day",
    labels: SITE,
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Time spent on saves whose entry already exists: an archive is packed before the service is \
        asked.",
    how: "Job time from the start of packing to the refusal (sccache: one round trip) ÷ measured days.",
};

/// `restore.count`.
pub static RESTORE_COUNT: Metric = Metric {
    name: "restore.count",
    unit: "per day",
    labels: &["client", "job", "ref", "outcome"],
    better: Better::Neither,
    zero_when_absent: true,
    meaning: "Look-ups of archives, indexes and objects, by outcome.",
    how: "Look-ups ÷ measured days.",
};

/// `restore.hit_ratio`.
pub static RESTORE_HIT_RATIO: Metric = Metric {
    name: "restore.hit_ratio",
    unit: "ratio",
    labels: SITE,
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Share of look-ups that found an entry, by its key or by a restore key.",
    how: "(Exact + prefix) ÷ all look-ups, rate-limited ones included.",
};

/// `restore.exact_ratio`.
pub static RESTORE_EXACT_RATIO: Metric = Metric {
    name: "restore.exact_ratio",
    unit: "ratio",
    labels: SITE,
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Share of look-ups that found exactly their key.",
    how: "Exact ÷ all look-ups, rate-limited ones included.",
};

/// `restore.byte_hit_ratio`.
pub static RESTORE_BYTE_HIT_RATIO: Metric = Metric {
    name: "restore.byte_hit_ratio",
    unit: "ratio",
    labels: SITE,
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Share of requested bytes that were found.",
    how: "Bytes found ÷ (bytes found + bytes missed, where known).",
};

/// `restore.evicted_share`.
pub static RESTORE_EVICTED_SHARE: Metric = Metric {
    name: "restore.evicted_share",
    unit: "ratio",
    labels: &["client", "job", "ref", "reason"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Share of missed archives and indexes that had been in the cache but were removed.",
    how: "Missed look-ups of jobs whose entry was evicted (size) or expired (idle) ÷ missed look-ups of jobs.",
};

/// `object.hit_ratio`.
pub static OBJECT_HIT_RATIO: Metric = Metric {
    name: "object.hit_ratio",
    unit: "ratio",
    labels: SITE,
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Share of objects that came from the cache: sccache objects, image steps.",
    how: "Objects found ÷ objects requested.",
};

/// `object.evicted_share`.
pub static OBJECT_EVICTED_SHARE: Metric = Metric {
    name: "object.evicted_share",
    unit: "ratio",
    labels: SITE,
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Share of missed objects and image steps that had been stored but were evicted for size.",
    how: "Objects evicted ÷ objects not found; an image step counts if a layer it needs was evicted, or the only index that named it.",
};

/// `step.cached_ratio`.
pub static STEP_CACHED_RATIO: Metric = Metric {
    name: "step.cached_ratio",
    unit: "ratio",
    labels: &["job", "ref", "step"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Share of runs in which an image build step with `dependencies = true` came from the cache.",
    how: "Job runs whose step was cached ÷ job runs that reached the step.",
};
