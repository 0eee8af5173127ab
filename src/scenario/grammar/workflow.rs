//! The grammar of `[workflow.NAME]` and of its jobs.

use super::client::CLIENTS;
use super::kind::{Field, Kind, Table};
use super::words;

/// The keys of `[workflow.NAME]`.
pub(super) static WORKFLOW: Table = Table {
    noun: "a workflow",
    fields: &[
        Field::required(
            "on",
            Kind::List(&EVENT),
            "The events that start it. `push PATTERN` is a push to the branches of that pattern, \
             `pull_request PATTERN` one to the pull requests whose base matches it; `*` stands for any text \
             without `/`, `**` for any text, and a pattern with `!` in front takes its branches away again.",
        ),
        Field::defaulted(
            "cron",
            Kind::List(&Kind::LINE),
            "[]",
            "With `schedule`: the times at which it starts, each as five cron fields, such as `30 5 * * 1-5`. \
             If there are none, `workload.schedules-per-day` starts it.",
        ),
        Field::defaulted("timezone", Kind::LINE, "\"UTC\"", "The time zone of `cron`.")
            .basis("GitHub's documentation"),
        Field::defaulted(
            "after",
            Kind::List(&Kind::LINE),
            "[]",
            "With `workflow_run`: the workflows at whose end it starts, on the default branch.",
        ),
        Field::defaulted(
            "after-branches",
            Kind::List(&Kind::LINE),
            "[]",
            "With `workflow_run`: patterns of the branches whose runs it follows, as in `branches` of the event; if \
             empty, those of all. A run of a pull request has the branch that the pull request comes from.",
        ),
        Field::defaulted(
            "after-conclusion",
            words::FOLLOWED_ENDS.kind(),
            "\"any\"",
            "With `workflow_run`: how the runs that it follows have ended, as in \
             `if: github.event.workflow_run.conclusion == 'success'`.",
        ),
        Field::optional(
            "paths",
            Kind::PlainOrTable(&Kind::List(&Kind::LINE), &Kind::Table(&PATHS)),
            "Only pushes that touch one of these path classes, or change one of these inputs, start it; if absent, every push \
             does. Or a table with a list for each event that has a filter of its own.",
        ),
        Field::defaulted(
            "concurrency",
            CONCURRENT,
            "\"unlimited\"",
            "What a newer run on the same ref does to an older one, or a table that describes the \
             concurrency group.",
        ),
        Field::defaulted(
            "required",
            Kind::Bool,
            "true",
            "Whether a push is green only once the workflow's runs have succeeded (`push.green`), and the merge queue \
             merges a pull request only then.",
        ),
        Field::optional(
            "cache-mode",
            words::CACHE_MODES.kind(),
            "What its jobs may do with the cache, regardless of the trigger. If absent, they may write, \
             except for pull requests from forks if `cache.forks-write` is false.",
        ),
        Field::required("job", Kind::map(&Kind::Table(&JOB)), "Its jobs."),
    ],
};

/// The filters by paths of a workflow whose events have different ones.
static PATHS: Table = Table {
    noun: "the filters by paths of events",
    fields: &[
        Field::optional(
            "push",
            Kind::List(&Kind::LINE),
            "The path classes and inputs of `push`; all pushes if absent.",
        ),
        Field::optional("pull_request", Kind::List(&Kind::LINE), "Those of `pull_request`; all if absent."),
        Field::optional(
            "pull_request_target",
            Kind::List(&Kind::LINE),
            "Those of `pull_request_target`; all if absent.",
        ),
    ],
};

/// What happens to runs or jobs of one concurrency group.
const CONCURRENT: Kind = Kind::PlainOrTable(&words::CONCURRENCY.kind(), &Kind::Table(&CONCURRENCY));

static CONCURRENCY: Table = Table {
    noun: "a concurrency group",
    fields: &[
        Field::optional(
            "group",
            Kind::LINE,
            "Its name, with the placeholders of cache keys. Whatever has the same name in the repository, in \
             upper or lower case, is in one group: one of them runs at a time. If absent, \
             `{workflow}-{ref}`, and `{workflow}-{job}-{leg}-{ref}` for a job.",
        ),
        Field::defaulted(
            "cancel-in-progress",
            Kind::Or(words::CANCEL_IN_PROGRESS.words, &Kind::Bool),
            "false",
            "If true, a new run or job cancels the one in progress in its group; if false, it waits.",
        )
        .basis("GitHub's documentation"),
        Field::defaulted("queue", words::GROUP_QUEUES.kind(), "\"single\"", "How many may wait.")
            .basis("GitHub's changelog of 2026-05-07"),
    ],
};

/// An event, or one with a pattern of branches.
const EVENT: Kind = Kind::Or(words::EVENTS.words, &Kind::Begins(&["push", "pull_request"]));

/// The values of an axis of a matrix; of `include` and `exclude`, the tables.
const AXIS: Kind = Kind::List(&Kind::PlainOrTable(&Kind::LINE, &Kind::map(&Kind::LINE)));

/// The keys of `[workflow.NAME.job.NAME]`.
static JOB: Table = Table {
    noun: "a job",
    fields: &[
        Field::optional(
            "id",
            Kind::LINE,
            "Its id in its workflow file (`github.job`), where its name here differs, as for the jobs of a called \
             workflow: `{job}` in keys and in the names of concurrency groups, and the job in rust-cache's key. If \
             absent, its name.",
        ),
        Field::defaulted(
            "needs",
            Kind::List(&Kind::LINE),
            "[]",
            "Jobs of the workflow that must succeed first.",
        ),
        Field::optional(
            "on",
            Kind::List(&EVENT),
            "The events on which it runs, if not on all of the workflow's (`if: github.event_name == …`).",
        ),
        Field::optional(
            "paths",
            Kind::List(&Kind::LINE),
            "It runs only for pushes, pull requests and merge groups that touch one of these path classes, or change one of \
             these inputs, and on no tag or release: what `dorny/paths-filter` decides.",
        ),
        Field::defaulted(
            "if",
            words::CONDITIONS.kind(),
            "\"success()\"",
            "When it runs, given the ends of the jobs that it needs and of those that they need; otherwise it is \
            skipped.",
        )
        .basis("GitHub's documentation"),
        Field::defaulted(
            "runner",
            Kind::PlainOrTable(&Kind::LINE, &Kind::map(&Kind::LINE)),
            "\"ubuntu-latest\"",
            "The runner, or a table with one for each value of a matrix axis.",
        ),
        Field::optional(
            "matrix",
            Kind::map(&AXIS),
            "Axes with their values: one leg runs for each combination. `exclude` lists combinations that \
             do not run, `include` values for some of them, or further legs. `{axis}` is replaced by its \
             value in the runner, in the image and in every text that is part of a cache key; of a value \
             that is a table, `{axis.part}`.",
        ),
        Field::defaulted(
            "leg",
            Kind::List(&Kind::Partial(&JOB)),
            "[]",
            "What is different in some legs: `when` names values of the matrix, and every other key \
             overrides the job's in the legs that have them. Later ones override earlier ones. Of a job's only \
             step of actions/cache, a table without `key` changes a part.",
        ),
        Field::defaulted(
            "fail-fast",
            Kind::Bool,
            "true",
            "Whether a leg that fails cancels the other legs. A cancelled leg saves nothing.",
        )
        .basis("GitHub's documentation"),
        Field::optional(
            "max-parallel",
            Kind::Integer { min: 1, max: 256 },
            "How many of its legs run at once; all if absent.",
        ),
        Field::defaulted(
            "continue-on-error",
            Kind::Bool,
            "false",
            "Whether the run goes on as if the job had succeeded when it fails.",
        )
        .basis("GitHub's documentation"),
        Field::defaulted(
            "build-axes",
            Kind::List(&Kind::LINE),
            "[]",
            "Measured job: the axes that change what is compiled, such as a target or features. Legs that \
             differ in one of them, or run on another system, cannot use each other's files, even under \
             one key; all other legs share an entry's contents.",
        ),
        Field::optional(
            "profile",
            Kind::LINE,
            "Measured job: the profile or the flags that it compiles with, in a word such as `release`. Jobs that \
             differ in it cannot use each other's files, even under one key; jobs with sccache alone that state \
             the same one compile the same. If absent, jobs that share a key compile the same.",
        ),
        Field::defaulted("timeout", Kind::DURATION, "\"360 min\"", "When the job is stopped.")
            .basis("GitHub's documentation"),
        Field::defaulted("setup", Kind::DURATION, "\"0 s\"", "Fixed time before caches are restored."),
        Field::defaulted(
            "prepare",
            Kind::DURATION,
            "\"0 s\"",
            "Fixed time after restoring, before the build.",
        ),
        Field::defaulted("finish", Kind::DURATION, "\"0 s\"", "Fixed time after the build."),
        Field::defaulted("frees", Kind::BYTES, "\"0 B\"", "Disk space that a clean-up step frees."),
        Field::defaulted(
            "concurrency",
            CONCURRENT,
            "\"unlimited\"",
            "What a newer run of the job on the same ref does to an older one, or a table that describes the \
             concurrency group.",
        ),
        Field::defaulted(
            "fails",
            Kind::RATIO,
            "0",
            "Share of its runs on pull requests, and on pushes to their branches, that fail at the first attempt, at a \
             drawn moment of the job's own work: of its build, or else of `prepare` and what a miss makes it do again.",
        ),
        Field::defaulted(
            "fails-on-main",
            Kind::RATIO,
            "0",
            "The same for its other runs: on the default branch and other branches, on tags and in the merge queue, where \
             the changes have passed before.",
        ),
        Field::optional(
            "fails-in-queue",
            Kind::RATIO,
            "The same for its runs in the merge queue, on `merge_group` or on a push to the queue's branch; \
             `fails-on-main` if absent.",
        ),
        Field::defaulted(
            "flaky",
            Kind::RATIO,
            "0.5",
            "Share of these failures that happen by chance, so that a re-run (`workload.re-runs`) may \
             succeed. The others are there again in every attempt.",
        )
        .basis("assumed; 0.2–0.9: 75–90 % of the runs that people chose to run again went green"),
        Field::optional(
            "cold",
            Kind::DURATION,
            "Measured job: its time without any cache, without transfers and queueing. The time above \
             `warm` is divided among its caches by their expected sizes. After a prefix hit on a cache of \
             compiled crates, the changed crates are compiled; on any other cache, a prefix hit counts as \
             an exact hit, unless a step of actions/cache states `partial`.",
        ),
        Field::optional(
            "warm",
            Kind::DURATION,
            "Measured job: its time when every cache hits, without the time to restore. A prefix hit of \
             setup-python, or of actions/cache with paths other than the target folder, counts as an exact \
             hit, unless the step states `partial`.",
        ),
        Field::optional(
            "unpacked-ratio",
            Kind::Number { min: 1.0, max: 100.0 },
            "Measured job: unpacked size ÷ compressed size of its target folder; 4.5 if absent.",
        ),
        Field::optional("compile", Kind::Table(&COMPILE), "Modelled job: what it compiles."),
        Field::optional("image", Kind::LINE, "The container image it builds; may contain `{axis}`."),
        Field::optional("cache-mode", words::CACHE_MODES.kind(), "Overrides the workflow's `cache-mode`."),
        Field::defaulted(
            "cache",
            Kind::Table(&CLIENTS),
            "{}",
            "Its cache clients, in the order of their steps.",
        ),
    ],
};

static COMPILE: Table = Table {
    noun: "what a job compiles",
    fields: &[
        Field::required("flavour", Kind::LINE, "The name of a flavour of the project."),
        Field::defaulted(
            "packages",
            Kind::List(&Kind::LINE),
            "[]",
            "Its root packages; the whole workspace if empty.",
        ),
        Field::optional(
            "own-features",
            Kind::List(&Kind::LINE),
            "External crates whose features differ from the build of the whole workspace (`cargo build \
             --unit-graph`): only they and their dependants are separate objects. If absent, all are.",
        ),
        Field::optional("tail", Kind::DURATION, "Overrides the flavour's `tail`."),
        Field::optional("workspace-archive", Kind::BYTES, "Overrides the flavour's `workspace-archive`."),
    ],
};
