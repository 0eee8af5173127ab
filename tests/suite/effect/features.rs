//! What small scenarios are about: lines that always stand there, and the keys of which some are drawn. Where no values are
//! named, they are made from the grammar.

use super::keys::{FLAGS, Keys, SAVE_IF, SHARES, SIZES, SPANS};

/// Nine days of many pushes, which change what most keys name.
macro_rules! pushes {
    ($($more:literal)*) => {
        concat!(
            "workload.days = 9\nworkload.warmup = \"0 s\"\nworkload.pushes-per-day = 12\n\
             workload.changes.lock = 0.3\nworkload.changes.web-lock = 0.3\n",
            $($more),*
        )
    };
}

macro_rules! ci {
    ($($more:literal)*) => { pushes!("workflow.ci.on = [\"push main\", \"pull_request\"]\n" $($more)*) };
}

macro_rules! measured {
    ($($more:literal)*) => {
        ci!("workflow.ci.job.test.cold = \"15 min\"\nworkflow.ci.job.test.warm = \"5 min\"\n" $($more)*)
    };
}

/// Beside another cache, among which the time between `cold` and `warm` is divided.
macro_rules! shared {
    ($($more:literal)*) => {
        measured!("workflow.ci.job.test.cache.actions-cache = { key = \"k-{lock}\", size = \"90 MB\" }\n" $($more)*)
    };
}

macro_rules! compiled {
    ($($more:literal)*) => {
        ci!(
            "project.flavour.dev.dependency-work = \"40 min\"\nproject.flavour.dev.dependency-archive = \"300 MB\"\n\
             workflow.ci.job.test.compile.flavour = \"dev\"\n" $($more)*
        )
    };
}

macro_rules! built {
    ($($more:literal)*) => {
        ci!(
            "image.web.cold = \"20 min\"\nimage.web.warm = \"3 min\"\nimage.web.size = \"500 MB\"\nimage.web.blobs = 3\n\
             workflow.ci.job.test.image = \"web\"\n" $($more)*
        )
    };
}

/// The jobs of the clients whose names begin so: each client has one scenario for each of them.
pub const CLIENT_HEADS: &[(&str, &str)] = &[
    ("rust-cache", shared!()),
    ("rust-cache", compiled!()),
    ("setup-rust-toolchain", shared!("workflow.ci.job.test.fails = 0.2\n")),
    ("sccache", shared!()),
    ("sccache", compiled!()),
    ("buildkit", built!()),
    ("setup-", ci!("workflow.ci.job.test.prepare = \"2 min\"\nworkload.changes.requirements = 0.3\n")),
    ("setup-", shared!()),
    ("golangci-lint", ci!("workload.changes.go-sum = 0.3\nworkload.schedules-per-day = 1\n")),
    ("pre-commit", ci!()),
    ("ccache", ci!()),
    ("ccache", shared!()),
    ("codeql", ci!()),
];

/// Keys without which no scenario of their feature is accepted.
pub const ALWAYS: [&str; 3] = ["hash", "step", "disk-cache"];

/// Values by the names of their keys, where the grammar does not tell them.
pub const OWN: Keys = &[
    ("hash", &["\"lock\"", "\"web-lock\"", "[\"lock\", \"web-lock\"]"]),
    ("repository", &["\"lock\"", "\"web-lock\""]),
    ("registry", &["\"1 MB\"", "\"5 MB\""]),
    ("prefix-key", &["\"v0-rust\"", "\"v1\"", "\"v-{web-lock}\""]),
    ("shared-key", &["\"\"", "\"all\"", "\"x-{lock}\""]),
    ("key", &["\"\"", "\"{web-lock}\""]),
    ("environment", &["\"\"", "\"CC={web-lock}\""]),
    ("scope", &["\"buildkit\"", "\"{web-lock}\""]),
    ("tag", &["\"all\"", "\"{web-lock}\""]),
    ("name", &["\"all\"", "\"{web-lock}\""]),
];

const GROUP: &[&str] = &["\"all\"", "\"{workflow}-{ref}\"", "\"{ref}\""];
const DAYS: &[&str] = &["\"2026-01-05\"", "\"2026-01-07\"", "\"2026-01-10\""];
const ENDS: &[&str] = &["\"2026-01-11\"", "\"2026-01-13\""];
const QUEUE: &str = pushes!(
    "workload.merge-queue = true\nworkflow.ci.on = [\"push main\", \"pull_request\", \"merge_group\"]\n\
     workflow.ci.job.test.prepare = \"40 min\"\n"
);
const SAVES: &str = "workflow.ci.job.test.cache.actions-cache";

pub const FEATURES: &[(&str, Keys)] = &[
    (
        QUEUE,
        &[
            ("workload.merge-queue-min", &["1", "3"]),
            ("workload.merge-queue-max", &["1", "5"]),
            ("workload.merge-queue-wait", &["\"0 s\"", "\"3 h\""]),
            ("workload.merge-queue-time", &["\"10 min\"", "\"2 h\""]),
            ("workload.merge-queue-timeout", &["\"20 min\"", "\"2 h\""]),
            ("workload.pull-requests.hours-to-merge", &["0.1", "30"]),
            ("workload.bursts-per-week", &["0", "3"]),
            ("workload.fixes.share", &["0", "1"]),
            ("workflow.ci.required", FLAGS),
            ("workflow.ci.job.test.fails-in-queue", &["0", "0.4"]),
            ("workflow.ci.job.test.flaky", SHARES),
        ],
    ),
    (
        QUEUE,
        &[
            ("workload.pull-requests.merged", SHARES),
            ("workload.burst-merged", SHARES),
            ("workflow.ci.concurrency.group", GROUP),
            ("workflow.ci.concurrency.cancel-in-progress", &[]),
            ("workflow.ci.concurrency.queue", &[]),
            ("workflow.ci.job.test.cache.setup-node.save-if", SAVE_IF),
            (
                "workflow.ci.job.test.cache.setup-node.save-on",
                &["[]", "[\"merge_group\"]", "[\"push main\"]"],
            ),
            ("workload.pull-request-lag", &["\"0 s\"", "\"3 d\""]),
            ("workload.pull-requests.stacked", SHARES),
        ],
    ),
    (
        ci!("workflow.ci.job.test.prepare = \"30 min\"\nworkflow.ci.job.test.fails = 0.3\n"),
        &[
            ("workload.re-runs.share", SHARES),
            ("workload.re-runs.after", &[]),
            ("workload.re-runs.attempts", &["2", "5"]),
            ("workload.fixes.share", SHARES),
            ("workload.fixes.after", &[]),
            ("workflow.ci.job.test.flaky", SHARES),
            ("workflow.ci.job.test.fails-in-queue", &["0", "0.4"]),
            ("workflow.ci.job.test.concurrency.group", GROUP),
            ("workflow.ci.job.test.concurrency.cancel-in-progress", &[]),
            ("workflow.ci.job.test.concurrency.queue", &[]),
            ("workflow.ci.job.test.timeout", &["\"40 min\"", "\"6 h\""]),
            (
                "workflow.ci.job.test.cache.actions-cache",
                &[
                    "{ key = \"k-{run-attempt}\", size = \"80 MB\", miss = \"3 min\" }",
                    "{ key = \"k-{sha}\", size = \"80 MB\", miss = \"3 min\" }",
                ],
            ),
        ],
    ),
    (
        ci!("workflow.ci.job.test.fails = 0.3\nworkflow.ci.job.test.prepare = \"9 min\"\n\
          branch.dev.pushes-per-day = 2\nworkflow.next.on = \"workflow_run\"\n\
          workflow.next.after = [\"ci\"]\nworkflow.next.job.test.prepare = \"9 min\"\n"),
        &[
            ("workflow.next.after-branches", &["[]", "[\"main\"]", "[\"dev\"]", "[\"pull-*\"]"]),
            ("workflow.next.after-conclusion", &[]),
            ("workflow.next.required", FLAGS),
            ("workflow.next.cache-mode", &[]),
            ("workflow.next.timezone", &["\"UTC\"", "\"Asia/Tokyo\""]),
            (
                "workflow.next.job.test.cache.actions-cache",
                &[
                    "{ key = \"k-{lock}\", size = \"80 MB\", miss = \"3 min\", save-on = [\"workflow_run\"] }",
                    "{ key = \"k-{lock}\", size = \"80 MB\", miss = \"3 min\", save-on = [\"push\"] }",
                ],
            ),
            ("workflow.next.job.test.id", &["\"test\"", "\"other\""]),
            ("workload.re-runs.share", SHARES),
        ],
    ),
    (
        pushes!(
            "workload.path-classes = [\"src\", \"web\"]\nworkload.changes.paths.src = 0.5\n\
              workflow.ci.on = [\"push main\", \"pull_request\", \"pull_request_target\"]\n\
              workflow.ci.job.test.prepare = \"9 min\"\n"
        ),
        &[
            ("workflow.ci.paths.push", &["[\"src\"]", "[\"web\"]", "[\"src\", \"web\"]"]),
            ("workflow.ci.paths.pull_request", &["[\"src\"]", "[\"web\"]", "[\"src\", \"web\"]"]),
            ("workflow.ci.paths.pull_request_target", &["[\"src\"]", "[\"web\"]", "[\"src\", \"web\"]"]),
            ("workload.changes.paths.web", SHARES),
            ("workload.bursts-per-week", &["0", "5"]),
            ("workload.burst-paths", &["[]", "[\"src\"]", "[\"web\"]"]),
        ],
    ),
    (
        measured!(
            "workflow.ci.job.lint.cold = \"9 min\"\nworkflow.ci.job.lint.warm = \"2 min\"\n\
                workflow.ci.job.test.cache.rust-cache.shared-key = \"all\"\n\
                workflow.ci.job.lint.cache.rust-cache.shared-key = \"all\"\n"
        ),
        &[
            ("workflow.ci.job.test.profile", &["\"dev\"", "\"release\""]),
            ("workflow.ci.job.lint.profile", &["\"dev\"", "\"release\""]),
            ("workflow.ci.job.test.id", &["\"test\"", "\"other\""]),
            ("workflow.ci.job.lint.needs", &["[]", "[\"test\"]"]),
            ("workflow.ci.job.lint.cache.rust-cache.lookup-only", FLAGS),
            ("workflow.ci.job.lint.cache.rust-cache.background", &[]),
            ("workflow.ci.job.lint.prepare", SPANS),
        ],
    ),
    (
        measured!(
            "workflow.ci.job.lint.cold = \"9 min\"\nworkflow.ci.job.lint.warm = \"2 min\"\n\
                workflow.ci.job.test.cache.sccache.write = \"0.1 s\"\n"
        ),
        &[
            ("workflow.ci.job.test.profile", &["\"dev\"", "\"release\""]),
            ("workflow.ci.job.lint.profile", &["\"dev\"", "\"release\""]),
            ("workflow.ci.job.lint.cache.sccache.objects", &["40", "900"]),
            ("workflow.ci.job.lint.cache.rust-cache.size", SIZES),
            ("workflow.ci.job.test.build-axes", &["[]", "[\"leg\"]"]),
            ("workflow.ci.job.test.matrix", &["{ leg = [\"a\", \"b\"] }", "{ leg = [\"a\", \"b\", \"c\"] }"]),
        ],
    ),
    (
        measured!(
            "workflow.ci.job.test.matrix = { leg = [\"a\", \"b\"] }\nworkflow.ci.job.test.cache.rust-cache.key = \"\"\n\
                "
        ),
        &[
            (
                "workflow.ci.job.test.runner",
                &[
                    "{ a = \"own\", b = \"ubuntu-latest\" }",
                    "{ a = \"windows-latest\", b = \"ubuntu-latest\" }",
                    "\"own\"",
                ],
            ),
            ("workflow.ci.job.test.max-parallel", &["1", "2"]),
            (
                "workflow.ci.job.test.leg",
                &[
                    "[{ when = { leg = \"a\" }, profile = \"release\" }]",
                    "[{ when = { leg = \"a\" }, timeout = \"9 min\" }]",
                ],
            ),
            ("workflow.ci.job.test.unpacked-ratio", &["1", "9"]),
            ("workflow.ci.job.test.concurrency.group", &["\"{leg}\"", "\"{job}\""]),
            ("ci.job-concurrency", &["1", "20"]),
        ],
    ),
    (
        ci!("workflow.ci.job.test.prepare = \"30 min\"\nworkflow.ci.job.test.runner = \"macos-latest\"\n\
          workflow.ci.job.lint.prepare = \"30 min\"\n"),
        &[
            ("ci.macos-concurrency", &["1", "\"unlimited\""]),
            ("ci.visibility", &[]),
            ("ci.job-concurrency", &["1", "20"]),
            ("runner.macos-latest.price", &["\"0 USD\"", "\"1 USD\""]),
            ("runner.macos-latest.boot", &[]),
            ("runner.macos-latest.speed-noise", &[]),
            ("runner.macos-latest.concurrency", &["1", "9"]),
        ],
    ),
    (
        pushes!(
            "workflow.ci.on = [\"push main\", \"pull_request\", \"repository_dispatch\", \"workflow_dispatch\", \"issue_comment\"]\n\
              workflow.ci.job.test.prepare = \"9 min\"\nworkflow.ci.job.test.fails = 0.2\n"
        ),
        &[
            ("workload.events-per-day.repository_dispatch", &["0", "3"]),
            ("workload.events-per-day.workflow_dispatch", &["0", "3"]),
            ("workload.events-per-day.issue_comment", &["0", "3"]),
            ("workload.from", DAYS),
            ("workload.until", ENDS),
            ("workload.pull-requests.hours-to-merge", &["0.1", "30"]),
            ("workload.event-limit", &["!1000", "50000000"]),
            ("workload.cron-delay", &[]),
            ("workflow.ci.timezone", &["\"UTC\"", "\"Asia/Tokyo\""]),
            ("workload.releases-per-month", &["0", "9"]),
        ],
    ),
    (
        "workload.events = \"pushes.csv\"\nworkflow.ci.on = [\"push main\", \"pull_request\", \"schedule\", \"merge_group\"]\n\
      workflow.ci.job.test.prepare = \"9 min\"\nworkflow.ci.job.test.cache.actions-cache.key = \"k-{lock}\"\n\
      workflow.ci.job.test.cache.actions-cache.size = \"80 MB\"\nworkload.warmup = \"0 s\"\n",
        LOGGED,
    ),
    (
        compiled!("project.crates = \"crates.csv\"\nworkflow.ci.job.test.cache.sccache.write = \"0.1 s\"\n"),
        CRATES,
    ),
    (
        compiled!("project.crates = \"crates.csv\"\nworkflow.ci.job.test.cache.rust-cache.key = \"\"\n"),
        CRATES,
    ),
    (
        "workload.days = 3\nworkload.pushes-per-day = 12\nworkload.changes.lock = 0.3\n\
      workflow.ci.on = [\"push main\", \"pull_request\"]\ncache.initial = \"cache.json\"\n\
      workflow.ci.job.test.cache.actions-cache.size = \"80 MB\"\nworkflow.ci.job.test.cache.actions-cache.key = \"k-{lock}\"\n",
        &[
            ("cache.limit", &["\"300 MB\"", "\"10 GB\""]),
            ("cache.retention", &["\"1 d\"", "\"7 d\""]),
            ("cache.sweep-phase", SPANS),
            ("cache.visibility-lag", &["\"0 s\"", "\"9 min\""]),
            ("cache.delete-closed-after", &["\"0 s\"", "\"1 d\""]),
            ("workflow.ci.job.test.cache.actions-cache.path", &["\"a\"", "\"b\""]),
            ("workflow.ci.job.test.cache.actions-cache.restore-keys", &["[]", "[\"k-\"]", "[\"o\"]"]),
            ("workflow.ci.job.test.cache.actions-cache.miss", SPANS),
            ("workload.from", &["\"2026-01-05\"", "\"2026-01-06\""]),
        ],
    ),
    (
        ci!("workflow.ci.job.test.prepare = \"9 min\"\nworkflow.ci.job.test.fails = 0.2\n\
          workflow.ci.job.test.cache.actions-cache.key = \"k-{lock}\"\nworkflow.ci.job.test.cache.actions-cache.size = \"80 MB\"\n\
          workflow.ci.job.lint.cache.actions-cache.key = \"k-{lock}\"\nworkflow.ci.job.lint.cache.actions-cache.size = \"80 MB\"\n\
          workflow.ci.job.lint.runner = \"windows-latest\"\n"),
        STEP_KEYS,
    ),
    (
        ci!("workflow.ci.job.test.prepare = \"9 min\"\nworkflow.ci.job.test.fails = 0.2\n"),
        &[
            (
                SAVES,
                &[
                    "[{ action = \"restore\", key = \"k-{lock}\", size = \"80 MB\", miss = \"3 min\" }, { action = \"save\", key = \"k-{lock}\", size = \"80 MB\", overwrite = true }]",
                    "[{ action = \"restore\", key = \"k-{lock}\", size = \"80 MB\", miss = \"3 min\" }, { action = \"save\", key = \"k-{lock}\", size = \"80 MB\", skip-after-hit = true }]",
                    "[{ action = \"restore\", key = \"k-{lock}\", size = \"80 MB\", miss = \"3 min\" }, { action = \"save\", key = \"k-{lock}\", size = \"80 MB\" }]",
                ],
            ),
            ("workflow.ci.job.test.flaky", SHARES),
            ("workload.re-runs.share", SHARES),
            ("workflow.ci.job.test.setup", SPANS),
        ],
    ),
    (
        ci!("workflow.ci.job.test.image = \"api\"\nworkflow.ci.job.test.cache.buildkit-gha.mode = \"max\"\n"),
        &[
            (
                "image.api.step",
                &[
                    "[{ name = \"a\", work = \"1 min\", layer = \"9 MB\" }, { name = \"b\", work = \"2 min\", layer = \"9 MB\", content = \"web-lock\" }, { name = \"c\", stage = true, work = \"1 min\", layer = \"2 MB\" }]",
                    "[{ name = \"a\", work = \"1 min\", layer = \"9 MB\" }, { name = \"b\", work = \"2 min\", layer = \"9 MB\", content = \"web-lock\" }, { name = \"c\", parent = \"a\", work = \"1 min\", layer = \"2 MB\" }]",
                    "[{ name = \"a\", work = \"1 min\", layer = \"9 MB\" }, { name = \"b\", work = \"2 min\", layer = \"9 MB\", content = \"web-lock\" }, { name = \"c\", stage = true, copies-from = [\"b\"], work = \"1 min\", layer = \"2 MB\" }]",
                    "[{ name = \"a\", work = \"1 min\", layer = \"9 MB\" }, { name = \"b\", command = \"RUN\", work = \"2 min\", layer = \"9 MB\", content = \"web-lock\" }, { name = \"c\", stage = true, work = \"1 min\", layer = \"2 MB\" }]",
                ],
            ),
            ("image.api.link-factor", &["0", "1.0", "9"]),
            ("workflow.ci.job.test.cache.buildkit-gha.export", &[]),
            ("workflow.ci.job.test.cache.buildkit-gha.save-on", &[]),
            ("workflow.ci.job.test.cache.buildkit-gha.scope", &["\"buildkit\"", "\"{web-lock}\""]),
        ],
    ),
    (
        ci!(
            "workflow.ci.job.test.cache.actions-cache = { key = \"k-{sha}\", size = \"80 MB\" }\njanitor.tidy.cron = \"40 5 * * *\"\n"
        ),
        &[
            ("janitor.tidy.timezone", &["\"UTC\"", "\"Asia/Tokyo\""]),
            ("janitor.tidy.keep-newest", &["1", "9"]),
            ("janitor.tidy.older-than", &["\"1 h\"", "\"2 d\""]),
            ("janitor.tidy.time", &["\"0 s\"", "\"1 h\""]),
            ("janitor.tidy.runner", &["\"ubuntu-latest\"", "\"windows-latest\""]),
            ("runner.windows-latest.price", &["\"0 USD\"", "\"1 USD\""]),
            ("workload.cron-delay", &[]),
            ("ci.visibility", &[]),
        ],
    ),
    (
        ci!(
            "janitor.tidy.on = \"push main\"\nworkflow.ci.job.test.cache.actions-cache = { key = \"k-{sha}\", size = \"80 MB\" }\n"
        ),
        &[
            ("janitor.tidy.timezone", &["\"UTC\"", "\"Asia/Tokyo\""]),
            ("janitor.tidy.idle-for", &["\"1 h\"", "\"2 d\""]),
            ("workflow.ci.timezone", &["\"UTC\"", "\"Asia/Tokyo\""]),
            ("workload.cron-delay", &[]),
            ("workflow.ci.job.test.profile", &["\"dev\"", "\"release\""]),
            ("workflow.ci.job.test.id", &["\"test\"", "\"other\""]),
            ("workflow.ci.job.test.flaky", SHARES),
            ("workflow.ci.job.test.fails-in-queue", &["0", "0.4"]),
        ],
    ),
];

/// Keys that a log of pushes answers itself, or does not.
const LOGGED: Keys = &[
    ("workload.days", &["3", "9"]),
    ("workload.from", DAYS),
    ("workload.until", ENDS),
    ("workload.pushes-per-day", &["3", "12"]),
    ("workload.pull-requests.share", SHARES),
    ("workload.pull-requests.pushes-each", &["1", "6"]),
    ("workload.pull-requests.merged", SHARES),
    ("workload.pull-requests.hours-between", &["0.1", "9"]),
    ("workload.pull-requests.hours-to-merge", &["0.1", "9"]),
    ("workload.pull-requests.forks", SHARES),
    ("workload.pull-request-lag", &["\"0 s\"", "\"3 d\""]),
    ("workload.changes.lock", SHARES),
    ("workload.changes.source", SHARES),
    ("workload.bursts-per-week", &["0", "9"]),
    ("workload.burst-size", &["1", "7"]),
    ("workload.burst-merged", SHARES),
    ("workload.releases-per-month", &["0", "25"]),
    ("workload.merge-queue", FLAGS),
    ("workload.merge-queue-time", &["\"10 min\"", "\"2 h\""]),
    ("workload.merge-queue-wait", &["\"10 min\"", "\"2 h\""]),
    ("workload.merge-queue-min", &["1", "3"]),
    ("workload.merge-queue-max", &["1", "5"]),
    ("workload.merge-queue-timeout", &["\"20 min\"", "\"2 h\""]),
    ("workload.schedules-per-day", &["0", "4"]),
    ("workload.weekdays", &["[1,1,1,1,1,1,1]", "[1,0,0,0,0,0,3]"]),
    ("workload.events-per-day.workflow_dispatch", &["0", "3"]),
    ("workload.re-runs.share", SHARES),
    ("workload.fixes.share", SHARES),
    ("workload.crates-per-lock-change", &["1", "40"]),
    ("workload.crates-per-source-change", &["1", "20"]),
    ("workload.growth", &["[{ from-day = 3, factor = 0.2 }]", "[{ from-day = 3, factor = 5 }]"]),
    ("branch.dev.pushes-per-day", &["0", "3"]),
    ("branch.dev.pull-requests", SHARES),
    ("input.schema.changes", SHARES),
    ("input.schema.reverts", SHARES),
    ("input.lock.reverts", SHARES),
    ("workflow.ci.job.test.fails-in-queue", &["0", "0.4"]),
];

const CRATES: Keys = &[
    ("project.external-crates", &["21", "62"]),
    ("project.flavour.dev.profile", &["\"dev\"", "\"release\""]),
    ("project.flavour.dev.native-cacheable", FLAGS),
    ("project.flavour.dev.cacheable-share", SHARES),
    ("project.flavour.dev.work-sigma", &["0", "2"]),
    ("project.flavour.dev.work-slope", &["0", "2"]),
    ("project.flavour.dev.object-sigma", &["0", "2"]),
    ("project.flavour.dev.workspace-work", SPANS),
    ("project.flavour.dev.workspace-objects", SIZES),
    ("project.flavour.dev.checks-only", FLAGS),
    ("workflow.ci.job.test.compile.packages", &["[]", "[\"app\"]", "[\"tool\"]"]),
    ("workflow.ci.job.test.compile.own-features", &["[]", "[\"one\"]"]),
    ("workload.crates-per-lock-change", &["1", "40"]),
    ("workload.crates-per-source-change", &["1", "20"]),
];

/// Keys of a step with actions/cache that only some steps have.
const STEP_KEYS: Keys = &[
    ("workflow.ci.job.test.cache.actions-cache.action", &[]),
    ("workflow.ci.job.test.cache.actions-cache.ages", &["{ changed = 0.1 }", "{ changed = 0.6 }"]),
    ("workflow.ci.job.test.cache.actions-cache.miss", SPANS),
    ("workflow.ci.job.test.cache.actions-cache.background", &[]),
    ("workflow.ci.job.test.cache.actions-cache.cross-os", FLAGS),
    ("workflow.ci.job.test.cache.actions-cache.path", &["\"a\"", "\"b\""]),
    ("workflow.ci.job.test.cache.actions-cache.save-on", &[]),
    ("workflow.ci.job.test.cache.actions-cache.fail-on-cache-miss", FLAGS),
    ("workflow.ci.job.test.cache.actions-cache.skip-after-hit", FLAGS),
    ("workflow.ci.job.test.cache.actions-cache.overwrite", FLAGS),
    (
        "workflow.ci.job.lint.cache.actions-cache.ages",
        &[
            "{ input = \"web-lock\", changed = 0.1 }",
            "{ input = \"lock\", changed = 0.1 }",
            "{ input = \"web-lock\", changed = 0.6 }",
        ],
    ),
    ("workflow.ci.job.lint.cache.actions-cache.cross-os", FLAGS),
    ("workflow.ci.job.lint.cache.actions-cache.fail-on-cache-miss", FLAGS),
    ("workflow.ci.job.lint.cache.actions-cache.unpacked-ratio", &["1", "9"]),
    ("workflow.ci.job.lint.cache.actions-cache.gap-share", SHARES),
];

/// The files that scenarios name.
pub const FILES: [(&str, &str); 3] = [
    (
        "pushes.csv",
        "at,event,pr,changes\n2026-01-05T06:00:00Z,main_push,,source\n2026-01-05T08:00:00Z,pr_push,1,lock\n\
         2026-01-06T08:00:00Z,main_push,,lock\n2026-01-07T08:00:00Z,pr_push,1,source\n\
         2026-01-08T08:00:00Z,main_push,,source\n2026-01-09T08:00:00Z,pr_push,2,lock\n\
         2026-01-12T08:00:00Z,main_push,,source\n",
    ),
    (
        "crates.csv",
        "crate,version,kind,weight,native-objects,dependencies\none,1.0.0,library,,,\ntwo,1.0.0,library,,,one\n\
         three,1.0.0,native,,5,\nown,0.1.0,workspace,,,two;three\napp,0.1.0,workspace,,,own\n\
         tool,0.1.0,workspace,,,one\n",
    ),
    (
        "cache.json",
        "[{\"id\":1,\"key\":\"k-aaaa1111\",\"ref\":\"refs/heads/main\",\"version\":\"v\",\"sizeInBytes\":90000000,\
         \"createdAt\":\"2026-01-04T00:00:00Z\",\"lastAccessedAt\":\"2026-01-05T00:00:00Z\"},\
         {\"id\":2,\"key\":\"other-x\",\"ref\":\"refs/heads/main\",\"version\":\"w\",\"sizeInBytes\":400000000,\
         \"createdAt\":\"2026-01-01T00:00:00Z\",\"lastAccessedAt\":\"2026-01-04T00:00:00Z\"}]",
    ),
];
