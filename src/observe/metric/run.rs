//! Jobs, pushes, workflow runs and the runners that they occupy.

use super::{Better, Metric};

/// `job.runs`.
pub static JOB_RUNS: Metric = Metric {
    name: "job.runs",
    unit: "per day",
    labels: &["workflow", "job", "ref", "conclusion"],
    better: Better::Neither,
    zero_when_absent: true,
    meaning: "Job runs, by outcome.",
    how: "Job runs queued in the measured time ÷ measured days.",
};

/// `job.success_share`.
pub static JOB_SUCCESS_SHARE: Metric = Metric {
    name: "job.success_share",
    unit: "ratio",
    labels: &["workflow", "job", "ref"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Share of job runs that succeed; the others fail, time out, run out of disk or are cancelled.",
    how: "Successful runs ÷ runs queued in the measured time.",
};

/// `job.duration`.
pub static JOB_DURATION: Metric = Metric {
    name: "job.duration",
    unit: "minutes",
    labels: &["workflow", "job", "ref", "stat"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Duration of a successful job run, without its wait for a runner.",
    how: "Start to end of successful runs; p10, p50 and p90 are exact quantiles (type 7).",
};

/// `job.wasted_share`.
pub static JOB_WASTED_SHARE: Metric = Metric {
    name: "job.wasted_share",
    unit: "ratio",
    labels: &["job"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Share of build time spent on work a perfect cache would have saved.",
    how: "Σ (build − ideal build) ÷ Σ build over successful runs.",
};

/// `job.failed_writes`.
pub static JOB_FAILED_WRITES: Metric = Metric {
    name: "job.failed_writes",
    unit: "ratio",
    labels: &["job", "stat"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Share of its writes that a single job run loses: how far one build may be from \
        `save.failed_share`, the mean.",
    how: "Exact quantiles (type 7) over job runs with at least 10 writes of writes that stored nothing ÷ writes, \
        those whose entry already exists included; absent for a job that never loses one.",
};

/// `workflow.duration`.
pub static WORKFLOW_DURATION: Metric = Metric {
    name: "workflow.duration",
    unit: "minutes",
    labels: &["workflow", "ref", "stat"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Duration of a successful attempt of a workflow run, including waiting.",
    how: "Trigger (or re-run) to the end of the last job; p10, p50 and p90 are exact quantiles (type 7).",
};

/// `push.count`.
pub static PUSH_COUNT: Metric = Metric {
    name: "push.count",
    unit: "per day",
    labels: &[],
    better: Better::Neither,
    zero_when_absent: true,
    meaning: "Pushes, releases and groups of the merge queue, without scheduled runs.",
    how: "Pushes ÷ measured days.",
};

/// `push.runner_minutes`.
pub static PUSH_RUNNER_MINUTES: Metric = Metric {
    name: "push.runner_minutes",
    unit: "minutes",
    labels: &[],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Runner minutes per push, without those of janitors.",
    how: "Runner minutes (including scheduled runs, without janitors) ÷ pushes.",
};

/// `push.waiting`.
pub static PUSH_WAITING: Metric = Metric {
    name: "push.waiting",
    unit: "minutes",
    labels: &["ref", "stat"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Time a developer waits for a push: until all its workflow runs have succeeded.",
    how: "From the push to the end of its last workflow run, if all succeeded; p10, p50 and p90 are exact \
        quantiles (type 7).",
};

/// `push.green`.
pub static PUSH_GREEN: Metric = Metric {
    name: "push.green",
    unit: "minutes",
    labels: &["ref", "stat"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Time from a push to the first attempt in which every required workflow run has succeeded, \
        re-runs included.",
    how: "Over the pushes that get green: from the push to the last of the first successes of its required \
        runs; p10, p50 and p90 are exact quantiles (type 7). Releases and their tags are left out; pushes of bots \
        and groups of the merge queue count, because somebody waits for their merge.",
};

/// `push.green_share`.
pub static PUSH_GREEN_SHARE: Metric = Metric {
    name: "push.green_share",
    unit: "ratio",
    labels: &["ref"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Share of pushes that get green: every required workflow run succeeds, at once or when it is \
        run again.",
    how: "Pushes that get green ÷ pushes that start a required run. Releases and their tags are left out.",
};

/// `runner.minutes`.
pub static RUNNER_MINUTES: Metric = Metric {
    name: "runner.minutes",
    unit: "per day",
    labels: &[],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Minutes that runners work, including those of janitors.",
    how: "Runner minutes of jobs started in the measured time ÷ measured days.",
};

/// `runner.cost`.
pub static RUNNER_COST: Metric = Metric {
    name: "runner.cost",
    unit: "USD per 30 days",
    labels: &[],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Billed cost of the runners.",
    how: "Billed cost of jobs started in the measured time ÷ measured days × 30.",
};
