//! The grammar of `[workload]`: a log of pushes, or the rates at which they are drawn.

use super::distribution;
use super::kind::{Field, Kind, Table};
use super::words::REBASES_WHEN;

const MANY: Kind = Kind::Number { min: 0.0, max: 100_000.0 };

/// The keys of `[workload]`.
pub(super) static WORKLOAD: Table = Table {
    noun: "who pushes what and when",
    fields: &[
        Field::optional(
            "events",
            Kind::File,
            "A recorded log of pushes (a CSV file). If absent, pushes are drawn according to the other keys.",
        ),
        Field::defaulted(
            "path-classes",
            Kind::List(&Kind::LINE),
            "[]",
            "Path classes that workflows filter by, at most 64.",
        ),
        Field::optional("from", Kind::TIME, "Start of the simulation. If absent, the first push of a log, \
            or 2026-01-05 if pushes are drawn."),
        Field::optional("until", Kind::TIME, "End of pushes. If absent, the end of the log or of `days`."),
        Field::defaulted("days", Kind::Number { min: 0.01, max: 3_660.0 }, "42", "Number of days for which \
            pushes are drawn."),
        Field::optional(
            "warmup",
            Kind::Or(&[("auto", "detected by MSER-5 on the first replications")], &Kind::DURATION),
            "Warm-up: how long the cache fills before measuring starts, or \"auto\": until MSER-5 detects \
             that it has settled. If absent, twice `cache.retention`, but at most half of the simulated \
             time.",
        ),
        Field::defaulted(
            "lock-committed-from",
            Kind::TIME,
            "\"1970-01-01T00:00:00Z\"",
            "When a lock file was first committed. Before that, dependencies drift without changing any key.",
        ),
        Field::defaulted(
            "drift-per-day",
            MANY,
            "4",
            "External crates with a new compatible version per day, while no lock file is committed.",
        )
        .basis("assumed; 2–10 of about 900 crates"),
        Field::defaulted("crates-per-lock-change", MANY, "4", "Mean number of external crates that a \
            change of the lock file touches.")
            .basis("assumed; 1–10"),
        Field::defaulted("crates-per-source-change", MANY, "2", "Mean number of workspace crates that a \
            change of sources touches.")
            .basis("assumed; 1–4"),
        Field::defaulted("pushes-per-day", MANY, "6", "Pushes per day, to the default branch and pull requests together.")
            .basis("assumed; 1–50"),
        Field::defaulted("pull-requests", Kind::Table(&PULL_REQUESTS), "{}", "The life of pull requests."),
        Field::defaulted(
            "pull-request-lag",
            Kind::DURATION,
            "\"0 s\"",
            "How far, on average, the base that a pull request's run builds on lags behind the default \
             branch. GitHub merges with its newest commit, but a run that checks out the pull request's own \
             commit builds on the base it was last rebased on.",
        )
        .basis("GitHub's documentation of `pull_request`"),
        Field::defaulted("changes", Kind::Table(&CHANGES), "{}", "For each kind of input, the share of \
            pushes that change it."),
        Field::defaulted(
            "hours",
            Kind::List(&WEIGHT),
            "[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1, 1, 1, 1, 0.8, 1, 1, 1, 1, 0.8, 0.5, 0.4, 0.4, 0.3, 0.2, 0.1]",
            "Relative activity in each hour of the day (UTC): 24 numbers.",
        )
        .basis("assumed; one time zone"),
        Field::defaulted(
            "weekdays",
            Kind::List(&WEIGHT),
            "[1, 1, 1, 1, 1, 0.15, 0.15]",
            "Relative activity on each day of the week, Monday first: 7 numbers.",
        )
        .basis("assumed"),
        Field::defaulted(
            "growth",
            Kind::Tables(&GROWTH),
            "[]",
            "How the rate of people's pushes changes during the simulated time.",
        ),
        Field::defaulted("bursts-per-week", MANY, "0", "How often a dependency bot opens several pull requests at once."),
        Field::defaulted(
            "burst-size",
            Kind::Integer { min: 1, max: 1_000 },
            "4",
            "Pull requests per burst, each with a change of the lock file.",
        ),
        Field::optional(
            "burst-paths",
            Kind::List(&Kind::LINE),
            "Path classes that the pull requests of a burst touch; all if absent, none if the list is empty.",
        ),
        Field::defaulted(
            "burst-merged",
            Kind::RATIO,
            "0.2",
            "Share of the pull requests of a burst that are merged, as long after they were opened as others after their \
             last push, but within 7 days, when the others are closed. Their merges are pushes to the default branch in \
             addition to `pushes-per-day`.",
        )
        .basis("51 of 267 pull requests of Dependabot in one repository; 0.1–0.7"),
        Field::defaulted(
            "burst-rebases",
            Kind::Table(&BURST_REBASES),
            "{}",
            "When the bot rebases its open pull requests. Each rebase is another push to the pull request.",
        ),
        Field::defaulted("releases-per-month", MANY, "0", "Releases per 30 days."),
        Field::defaulted("merge-queue", Kind::Bool, "false", "Whether merges go through a merge queue."),
        Field::defaulted(
            "merge-queue-time",
            Kind::DURATION,
            "\"30 min\"",
            "Least time from the beginning of a group in the merge queue to its merge. A group whose required workflows \
             take longer is merged when their runs have succeeded, and not at all if one does not succeed. In a log, \
             merges come when their rows say.",
        )
        .basis("assumed; 10–60 min"),
        Field::defaulted(
            "merge-queue-min",
            Kind::Integer { min: 1, max: 100 },
            "1",
            "The fewest pull requests that the merge queue merges at once. Each has a group and runs of its own all the same.",
        )
        .basis("GitHub's Terraform provider"),
        Field::defaulted(
            "merge-queue-max",
            Kind::Integer { min: 1, max: 100 },
            "5",
            "The most pull requests that it merges at once. These are one push to the default branch.",
        )
        .basis("GitHub's Terraform provider"),
        Field::defaulted(
            "merge-queue-wait",
            Kind::DURATION,
            "\"5 min\"",
            "How long the first pull request in the queue waits for others, from when it was added; then fewer than \
             `merge-queue-min` are merged.",
        )
        .basis("GitHub's Terraform provider"),
        Field::optional(
            "merge-queue-timeout",
            Kind::DURATION,
            "How long the merge queue waits for the runs of the required workflows of a group. A pull request whose runs \
             have not ended by then leaves the queue, as if one had failed. If absent, it waits as long as they take; \
             GitHub's own default is 60 min.",
        ),
        Field::defaulted("schedules-per-day", MANY, "0", "Scheduled runs on the default branch per day."),
        Field::defaulted(
            "events-per-day",
            Kind::Table(&EVENTS_PER_DAY),
            "{}",
            "How often workflows are started by something else than a push, at any hour; also beside `events`, in addition to its rows.",
        ),
        Field::defaulted(
            "cron-delay",
            distribution::DURATION,
            "{ lognormal = { median = \"10 min\", sigma = 1.2 } }",
            "How late GitHub starts a run of `cron`.",
        )
        .basis("assumed; minutes as a rule, 4–6 h at times since October 2026 (community reports)"),
        Field::defaulted(
            "re-runs",
            Kind::Table(&RE_RUNS),
            "{}",
            "Re-runs of the failed jobs of a red run.",
        ),
        Field::defaulted("fixes", Kind::Table(&FIXES), "{}", "Pushes that mend a red run."),
        Field::defaulted(
            "event-limit",
            Kind::Integer { min: 1_000, max: 10_000_000_000 },
            "50000000",
            "Maximum number of events per replication; a longer one is stopped.",
        ),
    ],
};

const WEIGHT: Kind = Kind::Number { min: 0.0, max: 1e6 };

static EVENTS_PER_DAY: Table = Table {
    noun: "events that are no pushes",
    fields: &[
        Field::defaulted("workflow_dispatch", MANY, "0", "Runs started by hand."),
        Field::defaulted("repository_dispatch", MANY, "0", "Runs started by another system."),
        Field::defaulted("issue_comment", MANY, "0", "Comments."),
    ],
};

static BURST_REBASES: Table = Table {
    noun: "rebases of a dependency bot",
    fields: &[
        Field::defaulted(
            "when",
            REBASES_WHEN.kind(),
            "\"never\"",
            "Which pushes to the default branch make the bot rebase. Dependabot's `rebase-strategy: auto` and Renovate's \
             `rebaseWhen: auto` are `conflicted`. Both are `behind-base-branch` where branches must be up to date before \
             they are merged, and Renovate's is with `automerge`, too. A pull request in the merge queue is not rebased.",
        ),
        Field::defaulted(
            "after",
            distribution::DURATION,
            "{ lognormal = { median = \"15 min\", sigma = 1 } }",
            "Time from the push to the default branch to the rebase. The rebase contains what is pushed in the meantime.",
        )
        .basis("assumed; minutes, or hours until a bot's next run"),
        Field::optional(
            "at-most",
            Kind::Integer { min: 1, max: 100_000 },
            "The most rebases of one pull request. If absent, any number: neither bot has such a limit.",
        ),
    ],
};

static RE_RUNS: Table = Table {
    noun: "re-runs of failed jobs",
    fields: &[
        Field::defaulted(
            "share",
            Kind::RATIO,
            "0",
            "Share of red attempts whose failed jobs somebody runs again, unless a newer run has replaced \
             the run or its pull request is closed (reported: 0.11).",
        ),
        Field::defaulted(
            "after",
            distribution::DURATION,
            "{ lognormal = { median = \"15 min\", sigma = 1 } }",
            "Time from the end of the red attempt to the re-run.",
        )
        .basis("assumed; minutes to hours"),
        Field::defaulted("attempts", Kind::Integer { min: 2, max: 50 }, "3", "The most attempts of a run.")
            .basis("assumed; GitHub allows 50 re-runs"),
    ],
};

static FIXES: Table = Table {
    noun: "pushes that mend a red run",
    fields: &[
        Field::defaulted(
            "share",
            Kind::RATIO,
            "0",
            "Share of the pushes with a red run that nobody runs again which are followed by another push \
             to the same branch or pull request, with a change of `source`, if none has come by then. \
             A pull request that has left the merge queue is put back after it. Dependency bots push no fixes.",
        ),
        Field::defaulted(
            "after",
            distribution::DURATION,
            "{ lognormal = { median = \"45 min\", sigma = 1 } }",
            "Time from the end of the red run to that push.",
        )
        .basis("assumed; minutes to hours"),
    ],
};

/// The keys of `[branch.NAME]`.
pub(super) static BRANCH: Table = Table {
    noun: "a branch",
    fields: &[
        Field::defaulted(
            "pushes-per-day",
            MANY,
            "0.2",
            "Pushes to it per day, at any hour, in addition to the merges of its pull requests.",
        )
        .basis("assumed; 0.02–2"),
        Field::defaulted(
            "pull-requests",
            Kind::RATIO,
            "0",
            "Share of the pull requests that are to be merged into it and not into the default branch.",
        ),
    ],
};

static PUSHES_EACH: Table = Table {
    noun: "numbers of pushes",
    fields: &[Field::required(
        "one-of",
        Kind::List(&Kind::Integer { min: 1, max: 1_000 }),
        "The number of pushes to a pull request is one of these, all equally likely: a recorded list, or one that has \
         a number as often as it is likely.",
    )],
};

static GROWTH: Table = Table {
    noun: "a change of the rate of pushes",
    fields: &[
        Field::required(
            "from-day",
            Kind::Number { min: 0.0, max: 3_660.0 },
            "Days after the first instant from which on it holds, until the next change.",
        ),
        Field::required(
            "factor",
            Kind::Number { min: 0.0, max: 1_000.0 },
            "People push so many times as often as `pushes-per-day` says.",
        ),
    ],
};

static PULL_REQUESTS: Table = Table {
    noun: "the life of pull requests",
    fields: &[
        Field::defaulted("share", Kind::RATIO, "0.7", "Share of pushes that go to pull requests.")
            .basis("assumed; 0.4–0.9"),
        Field::defaulted(
            "pushes-each",
            Kind::PlainOrTable(&Kind::Number { min: 1.0, max: 1_000.0 }, &Kind::Table(&PUSHES_EACH)),
            "2",
            "Mean number of pushes to a pull request (geometric), or a table with the numbers themselves.",
        )
        .basis("assumed; 1.5–5"),
        Field::defaulted(
            "merged",
            Kind::RATIO,
            "0.85",
            "Share of pull requests that are merged, or put into the merge queue: those that \
            fail there are not merged.",
        )
        .basis("assumed; 0.6–0.95"),
        Field::defaulted(
            "hours-between",
            Kind::Number { min: 0.0, max: 10_000.0 },
            "6",
            "Mean number of hours between pushes to a pull request.",
        )
        .basis("assumed; 1–48"),
        Field::optional(
            "hours-to-merge",
            Kind::Number { min: 0.0, max: 10_000.0 },
            "Mean number of hours from the last push to a pull request to its merge or closing; \
             `hours-between` if absent.",
        ),
        Field::defaulted("forks", Kind::RATIO, "0", "Share of pull requests that come from forks."),
        Field::defaulted(
            "stacked",
            Kind::RATIO,
            "0",
            "Share of the other pull requests that are stacked on the newest open one of them, if there is one: its branch is \
             their base until it is merged or closed, and they are merged after it.",
        ),
    ],
};

static CHANGES: Table = Table {
    noun: "what pushes change",
    fields: &[
        Field::defaulted("lock", Kind::RATIO, "0.15", "The lock file.").basis("assumed; 0.05–0.3"),
        Field::defaulted("manifests", Kind::RATIO, "0.1", "A Cargo.toml.").basis("assumed; 0.05–0.25"),
        Field::defaulted("toolchain", Kind::RATIO, "0.003", "The version of the compiler.").basis("assumed"),
        Field::defaulted("source", Kind::RATIO, "0.9", "Sources of workspace crates.").basis("assumed"),
        Field::defaulted(
            "targets",
            Kind::RATIO,
            "0.02",
            "The set of targets: a target's file was added or removed.",
        )
        .basis("assumed"),
        Field::defaulted("web-lock", Kind::RATIO, "0", "The front end's lock file."),
        Field::defaulted("requirements", Kind::RATIO, "0", "The files that pip installs from."),
        Field::defaulted("go-sum", Kind::RATIO, "0", "Go's modules: go.mod with go.sum."),
        Field::defaulted("dockerfile", Kind::RATIO, "0.01", "A container file.").basis("assumed"),
        Field::defaulted(
            "paths",
            Kind::map(&Kind::RATIO),
            "{}",
            "The share for each path class, by name. Every push touches the classes that are not listed.",
        ),
    ],
};
