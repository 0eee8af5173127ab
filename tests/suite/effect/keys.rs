//! Scenarios whose values can be changed one by one: every key with a few legal values, from one end of what
//! it takes to the other. Those behind a `!` switch so much off that nothing else would matter beside them:
//! they are what others are changed to. Those behind a `?` switch much of one job off: few scenarios have them.

pub const MARKS: [char; 2] = ['!', '?'];

pub type Keys = &'static [(&'static str, &'static [&'static str])];

pub const SIZES: &[&str] = &["\"7 MB\"", "\"80 MB\"", "\"2 GB\""];
pub const SHARES: &[&str] = &["0", "0.4", "1"];
pub const FLAGS: &[&str] = &["true", "false"];
pub const SPANS: &[&str] = &["\"0 s\"", "\"50 s\"", "\"40 min\""];
pub const RATES: &[&str] = &["\"1 MB/s\"", "\"60 MB/s\"", "\"3 GB/s\""];
pub const SAVE_IF: &[&str] = &["\"always\"", "\"default-branch\"", "\"not-queue\"", "?\"never\""];
pub const MODES: &[&str] = &["?\"read\"", "\"write\"", "?\"write-only\"", "?\"none\""];

pub const CACHE: Keys = &[
    ("limit", &["!\"0 B\"", "\"300 MB\"", "\"1 GB\"", "\"100 GB\""]),
    ("retention", &["!\"1 h\"", "\"2 d\"", "\"90 d\""]),
    ("sweep", &["\"hourly\"", "\"daily\"", "\"instant\"", "\"none\"", "\"10 min\""]),
    ("sweep-phase", &["\"1 min\"", "\"31 min\"", "\"59 min\""]),
    ("order", &["\"least-recently-accessed\"", "\"oldest-created\""]),
    ("touch", &["\"look-up\"", "\"download\""]),
    ("uploads-per-minute", &["!1", "\"unlimited\"", "50"]),
    ("downloads-per-minute", &["!1", "\"unlimited\"", "50"]),
    ("over-quota", &["\"evict\"", "\"reject\""]),
    ("visibility-lag", &["\"0 s\"", "\"10 min\"", "!\"3 d\""]),
    ("reservation", &["!\"0 s\"", "!\"1 min\"", "\"2 h\"", "\"9 d\""]),
    ("budget", &["!\"0 B\"", "!\"400 MB\"", "\"90 GB\""]),
    ("monthly-budget", &["!\"0 USD\"", "!\"2 USD\"", "\"9000 USD\""]),
    ("entry-limit", &["!\"1 B\"", "\"5 GB\"", "\"90 GB\"", "\"9000 GB\""]),
    ("price", &["\"0 USD\"", "\"100 USD\""]),
    ("delete-closed-after", &["\"0 s\"", "\"1 d\"", "\"100 d\""]),
    ("forks-write", FLAGS),
];

pub const WORKLOAD: Keys = &[
    ("pushes-per-day", &["4", "12"]),
    ("lock-committed-from", &["\"2026-01-01\"", "\"2026-01-08\"", "\"2027-01-01\""]),
    ("drift-per-day", &["0", "4", "90"]),
    ("crates-per-lock-change", &["1", "40"]),
    ("crates-per-source-change", &["1", "20"]),
    (
        "hours",
        &[
            "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
            "[0,0,0,0,0,0,0,0,0,1,1,1,1,1,1,1,1,0,0,0,0,0,0,0]",
        ],
    ),
    ("weekdays", &["[1,1,1,1,1,1,1]", "[1,0,0,0,0,0,3]"]),
    ("growth", &["[{ from-day = 3, factor = 0.2 }]", "[{ from-day = 3, factor = 5 }]"]),
    ("bursts-per-week", &["0", "9"]),
    ("burst-size", &["1", "7"]),
    ("burst-merged", SHARES),
    ("burst-paths", &["[]", "[\"src\"]", "[\"web\"]"]),
    ("releases-per-month", &["0", "25"]),
    ("merge-queue", FLAGS),
    ("merge-queue-time", &["\"10 min\"", "\"2 h\""]),
    ("schedules-per-day", &["0", "4"]),
    ("pull-requests.share", SHARES),
    ("pull-requests.pushes-each", &["1", "6", "{ one-of = [1, 1, 4] }"]),
    ("pull-requests.merged", SHARES),
    ("pull-requests.hours-between", &["0.1", "9", "90"]),
    ("pull-requests.forks", SHARES),
    ("changes.lock", &["0", "0.4", "!1"]),
    ("changes.manifests", &["0", "0.4", "!1"]),
    ("changes.toolchain", &["0", "0.4", "!1"]),
    ("changes.source", &["0", "0.4", "!1"]),
    ("changes.targets", &["0", "0.4", "!1"]),
    ("changes.web-lock", &["0", "0.4", "!1"]),
    ("changes.requirements", &["0", "0.4", "!1"]),
    ("changes.go-sum", &["0", "0.4", "!1"]),
    ("changes.dockerfile", &["0", "0.4", "!1"]),
    ("changes.paths.src", &["!0", "0.4", "1"]),
    ("changes.paths.web", &["!0", "0.4", "1"]),
];

pub const JANITOR: Keys = &[
    ("keep-newest", &["1", "2"]),
    ("older-than", &["\"1 h\"", "\"2 d\"", "\"90 d\""]),
    ("idle-for", &["\"1 h\"", "\"2 d\"", "\"90 d\""]),
    ("prefix", &["\"\"", "\"k-\"", "\"v0-\"", "\"other-\""]),
    ("refs", &["[]", "[\"main\"]", "[\"pull_request_open\"]", "[\"pull_request_closed\", \"tag\"]"]),
    ("runner", &["\"ubuntu-latest\"", "\"own\""]),
    ("time", &["\"0 s\"", "\"10 min\""]),
];

pub const REBASES: Keys = &[
    ("when", &["\"never\"", "\"conflicted\"", "\"behind-base-branch\""]),
    ("after", &["\"0 s\"", "\"1 h\"", "\"9 h\""]),
    ("at-most", &["1", "2"]),
];

pub const SURVIVORS: Keys = &[
    ("client", &["\"rust-cache\"", "\"sccache\"", "\"actions-cache\"", "\"buildkit-gha\""]),
    ("prefix", &["\"\"", "\"k-\"", "\"v0-\"", "\"other-\""]),
    ("refs", &["[]", "[\"main\"]", "[\"pull_request_open\"]", "[\"pull_request_closed\", \"tag\"]"]),
];

pub const JANITOR_STARTS: [(&str, &str); 4] = [
    ("janitor.tidy.on", "\"push main\""),
    ("janitor.tidy.on", "\"closed\""),
    ("janitor.tidy.cron", "\"40 5 * * *\""),
    ("janitor.tidy.after", "\"ci\""),
];

pub const RUNNER: Keys = &[
    ("cores", &["1", "3", "64"]),
    ("price", &["\"0 USD\"", "\"1 USD\""]),
    ("download", RATES),
    ("upload", RATES),
    ("compress", RATES),
    ("extract", RATES),
    ("pack", RATES),
    ("unpack", RATES),
    ("transfer-noise", &["1.0", "2.0", "{ lognormal = { median = 1.0, sigma = 1.0 } }"]),
    ("stall", &["0", "0.2", "!1"]),
    ("speed-noise", &["1.0", "2.0"]),
    ("boot", SPANS),
    ("concurrency", &["1", "\"unlimited\""]),
    ("disk", &["!\"1 B\"", "\"900 GB\""]),
];

pub const SYSTEM: Keys =
    &[("os", &["\"linux\"", "\"windows\"", "\"macos\""]), ("arch", &["\"x64\"", "\"arm64\""])];

pub const PROJECT: Keys =
    &[("external-crates", &["21", "62"]), ("base-image-period", &["\"1 h\"", "\"2 d\"", "\"90 d\""])];

pub const FLAVOUR: Keys = &[
    ("profile", &["\"dev\"", "\"release\""]),
    ("workspace-work", SPANS),
    ("tail", SPANS),
    ("work-sigma", &["0", "2"]),
    ("work-slope", &["0", "2"]),
    ("dependency-objects", SIZES),
    ("workspace-objects", SIZES),
    ("object-sigma", &["0", "2"]),
    ("unpacked-ratio", &["1", "9"]),
    ("workspace-archive", SIZES),
    ("workspace-cacheable", FLAGS),
    ("cacheable-share", SHARES),
    ("checks-only", FLAGS),
];

pub const CI: Keys = &[("job-concurrency", &["1", "\"unlimited\""])];

pub const WORKFLOW: Keys = &[
    ("paths", &["[\"src\"]", "[\"web\"]", "[\"src\", \"web\"]"]),
    ("concurrency", &["\"unlimited\"", "\"cancel\"", "\"cancel-off-main\"", "\"queue\""]),
    ("cache-mode", MODES),
];

pub const JOB: Keys = &[
    ("timeout", &["!\"8 min\"", "\"1 h\"", "\"6 h\""]),
    ("setup", SPANS),
    ("prepare", SPANS),
    ("finish", SPANS),
    ("frees", &["\"700 kB\"", "\"80 MB\"", "!\"2 GB\""]),
    ("fails", &["0", "0.4", "!1"]),
    ("fails-on-main", &["0", "0.4", "!1"]),
    ("cache-mode", MODES),
    ("matrix", &["{ leg = [\"a\", \"b\"] }", "{ leg = [\"a\", \"b\", \"c\"] }"]),
    ("build-axes", &["[]", "[\"leg\"]"]),
    ("unpacked-ratio", &["1", "9"]),
];

pub const COMPILE: Keys =
    &[("tail", SPANS), ("workspace-archive", SIZES), ("packages", &["[]", "[\"workspace\"]"])];

pub const FEATURES: Keys = &[("own-features", &["[]", "[\"library-1\"]"])];

pub const GAP: (&str, &[&str]) = ("gap-share", &["!0", "0.3", "1"]);

pub const RUST_CACHE: Keys = &[
    ("size", &["\"100 MB\"", "\"400 MB\"", "\"3 GB\""]),
    GAP,
    ("registry", SIZES),
    ("registry-rate", RATES),
    ("shared-key", &["\"\"", "\"all\"", "\"x-{lock}\""]),
    ("key", &["\"\"", "\"{web-lock}\""]),
    ("add-job-id-key", FLAGS),
    ("environment", &["\"\"", "\"CC={go-sum}\""]),
    ("prefix-key", &["\"v0\"", "\"v{dockerfile}\""]),
    ("save-if", SAVE_IF),
    ("on-failure", FLAGS),
    ("lookup-only", &["?true", "false"]),
];

pub const RUST_CACHE_CONTENT: Keys =
    &[("cache-targets", FLAGS), ("cache-workspace-crates", FLAGS), ("cache-all-crates", FLAGS)];

pub const ACTIONS_CACHE: Keys = &[
    ("restore-keys", &["[]", "[\"k-\"]", "[\"other-\"]", "[\"k-\", \"k-{lock}\"]", "[\"other-\", \"k-\"]"]),
    ("paths", &["\"target\"", "\"other\""]),
    ("size", SIZES),
    GAP,
    ("unpacked-ratio", &["1", "9"]),
    ("miss", SPANS),
    ("partial", SPANS),
    ("save-if", SAVE_IF),
    ("on-failure", FLAGS),
    ("on-cancel", FLAGS),
    ("lookup-only", &["?true", "false"]),
];

pub const SETUP: Keys = &[
    ("size", SIZES),
    GAP,
    ("unpacked-ratio", &["1", "9"]),
    ("miss", SPANS),
    ("partial", SPANS),
    ("save-if", SAVE_IF),
];

pub const SCCACHE: Keys = &[
    ("store", &["\"gha\"", "\"external\""]),
    ("object-bytes", SIZES),
    ("objects", &["40", "900"]),
    GAP,
    ("read", &["\"0 s\"", "\"1 s\""]),
    ("write", &["\"0 s\"", "\"1 s\""]),
    ("read-only", &["?true", "false"]),
    ("save-if", SAVE_IF),
    ("releases", &["[]", "[\"2026-01-08T00:00:00Z\"]"]),
    ("deterministic", SHARES),
];

pub const BUILDKIT: Keys = &[
    ("mode", &["\"min\"", "\"max\""]),
    ("export", &["\"image\"", "\"dependencies\""]),
    ("save-if", SAVE_IF),
    ("ignore-error", FLAGS),
    ("export-rate", RATES),
    ("unpack-rate", RATES),
    ("timeout", &["\"0 s\"", "\"10 min\"", "\"3 h\""]),
    ("check", &["\"0 s\"", "\"20 s\""]),
];

pub const BUILDKIT_GHA: Keys = &[("contention", &["0", "3"])];

pub const IMAGE: Keys = &[
    ("cold", &["\"20 min\"", "\"90 min\""]),
    ("warm", &["\"3 min\"", "\"15 min\""]),
    ("size", SIZES),
    ("rebuilt", SHARES),
    ("blobs", &["3", "30"]),
    ("dependencies", CONTENT),
];

pub const CONTENT: &[&str] =
    &["\"fixed\"", "\"base\"", "\"context\"", "\"recipe\"", "\"toolchain\"", "\"web-lock\""];

pub const STEP: Keys = &[
    ("stage", FLAGS),
    ("content", CONTENT),
    ("work", SPANS),
    ("link", SPANS),
    ("core-work", SPANS),
    ("layer", SIZES),
    ("reproducible", FLAGS),
    ("in-final", FLAGS),
    ("dependencies", FLAGS),
];

/// Keys of any CI's workload, whose draws are made last.
pub const ANY_WORKLOAD: Keys = &[
    ("workload.pull-request-lag", &["\"0 s\"", "\"3 d\""]),
    ("workload.cron-delay", &["\"1 min\"", "\"3 h\""]),
    ("workload.events-per-day.workflow_dispatch", &["0", "3"]),
    ("workload.events-per-day.issue_comment", &["0", "3"]),
    ("branch.dev.pushes-per-day", &["0", "3"]),
    ("branch.dev.pull-requests", SHARES),
    ("input.schema.changes", SHARES),
    ("input.schema.reverts", SHARES),
    ("input.lock.reverts", SHARES),
];

/// Of a workflow: each value of `on` is another scenario, which `cron` and patterns may fit or not.
pub const ANY_EVENTS: &[&str] = &[
    "[\"push\", \"pull_request\"]",
    "[\"push main\", \"push dev\", \"pull_request\"]",
    "[\"push main\", \"pull_request dev\", \"schedule\"]",
    "[\"push main\", \"push release/*\", \"workflow_dispatch\"]",
    "[\"push **\", \"push !dev\", \"issue_comment\"]",
    "[\"schedule\", \"workflow_dispatch\", \"pull_request_target\"]",
];

pub const ANY_WORKFLOW: Keys = &[
    ("cron", &["[]", "\"30 5 * * *\"", "[\"0 3 * * 1-5\", \"0 15 * * *\"]"]),
    ("timezone", &["\"UTC\"", "\"Asia/Tokyo\""]),
];

pub const ANY_JOB: Keys = &[
    ("on", &["\"push main\"", "\"pull_request\"", "[\"pull_request\", \"schedule\"]"]),
    ("paths", &["[\"src\"]", "[\"web\"]"]),
    ("if", &["\"success()\"", "\"always()\"", "\"failure()\""]),
    ("fail-fast", FLAGS),
    ("max-parallel", &["1", "2", "9"]),
    ("continue-on-error", FLAGS),
];

pub const ANY_KEY: &[&str] = &["\"k-{hash:schema}\"", "\"k-{branch}-{lock}\"", "\"k-{event}-{week}\""];

/// A matrix of two legs or more, and what is different in one of them.
pub const ANY_MATRIX: &[&str] = &[
    "{ leg = [\"a\", \"b\"], n = [\"1\", \"2\"], exclude = [{ leg = \"b\", n = \"2\" }] }",
    "{ leg = [\"a\", \"b\"], include = [{ leg = \"c\" }] }",
    "{ leg = [\"a\", \"b\"], include = [{ leg = \"a\", n = \"1\" }, { leg = \"d\", n = \"2\" }] }",
];

pub const ANY_LEG: Keys = &[
    (
        "leg",
        &["[{ when = { leg = \"a\" }, setup = \"1 s\" }]", "[{ when = { leg = \"a\" }, setup = \"7 min\" }]"],
    ),
    ("leg", &["[{ when = { leg = \"a\" }, fails = 0.1 }]", "[{ when = { leg = \"a\" }, fails = 0.6 }]"]),
    (
        "leg",
        &[
            "[{ when = { leg = \"b\" }, fails-on-main = 0.1 }]",
            "[{ when = { leg = \"b\" }, fails-on-main = 0.6 }]",
        ],
    ),
    (
        "leg",
        &["[{ when = { leg = \"a\" }, frees = \"1 MB\" }]", "[{ when = { leg = \"a\" }, frees = \"2 GB\" }]"],
    ),
    (
        "leg",
        &[
            "[{ when = { leg = \"a\" }, prepare = \"1 s\" }]",
            "[{ when = { leg = \"a\" }, prepare = \"7 min\" }]",
        ],
    ),
    (
        "leg",
        &[
            "[{ when = { leg = \"b\" }, cache-mode = \"read\" }]",
            "[{ when = { leg = \"b\" }, cache-mode = \"none\" }]",
        ],
    ),
    (
        "leg",
        &[
            "[{ when = { leg = \"a\" }, on = \"push main\" }]",
            "[{ when = { leg = \"a\" }, on = \"pull_request\" }]",
        ],
    ),
];
