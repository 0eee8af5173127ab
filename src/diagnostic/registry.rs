//! The kinds of problems: each diagnostic has one of these slugs, which never change. The
//! explanations are printed in the reference (`docs/reference`).

/// The explanation of one kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlugMeaning {
    /// The stable name, which is printed in brackets with each diagnostic.
    pub slug: &'static str,
    /// One paragraph that says when it appears and what to do.
    pub text: &'static str,
}

/// The explanation of `slug`; `None` if it is not registered.
pub fn explain(slug: &str) -> Option<&'static SlugMeaning> {
    REGISTRY.iter().find(|explanation| explanation.slug == slug)
}

/// All kinds of problems, in alphabetical order.
pub const REGISTRY: &[SlugMeaning] = &[
    SlugMeaning {
        slug: "bad-set",
        text: "An option `--set PATH=VALUE` could not be applied. PATH is the dotted path of a scenario \
            value, such as `cache.limit` or `workflow.ci.job.test.cold`; quote parts with dots or spaces, \
            and count list elements from 0. A named table on the path (a workflow, a job, a runner) must \
            exist, because a misspelt name would otherwise silently create a new one.",
    },
    SlugMeaning {
        slug: "bad-vary",
        text: "An option `--vary PATH=VALUES` could not be read. VALUES is a list such as `1,5,20`, or a range: \
               `5GB..50GB:5GB` in steps, `1GB..64GB:x2` by a factor, `0..1:lin5` or `1..100:log7` for a \
               number of values with equal differences or equal ratios. A range without a step (`2..10`, \
               `1..100:log`) needs `--sample` or `--sensitivity`.",
    },
    SlugMeaning {
        slug: "cached-for-ever",
        text: "A build step copies from a step whose result changes (`copies-from`), but has no `content` of its own. \
            BuildKit's key of a copy is what it copies, so it is found for ever. State what the copied files depend \
            on. This is a warning.",
    },
    SlugMeaning {
        slug: "conflict",
        text: "Two keys contradict each other, or a client is used in a job where it cannot work. The \
            message names both; keep one.",
    },
    SlugMeaning {
        slug: "does-not-fit",
        text: "A job needs more disk than its runner has free. Runs that need that much fail and save \
            nothing. This is a warning; the scenario is still simulated.",
    },
    SlugMeaning {
        slug: "doubtful-listing",
        text: "The listing in `cache.initial` misses entries, or has something that cannot be right: times before \
            2019 or long after all others, an access before the creation, an id or an identity that is listed \
            twice, a ref that no run has. The message counts the entries and says how they are taken. This is a \
            warning.",
    },
    SlugMeaning {
        slug: "duplicate-name",
        text: "Two things of the same kind have the same name, so a reference to it is ambiguous. Rename \
            one.",
    },
    SlugMeaning {
        slug: "entry-over-limit",
        text: "A single entry is larger than `cache.limit`. It is stored, and the next sweep evicts it and \
            everything accessed before it. Only a larger limit or a smaller entry helps. This is a warning.",
    },
    SlugMeaning {
        slug: "escapes-folder",
        text: "A file named inside a scenario lies outside the scenario's own folder. Scenarios are \
            shared, so they may only name files next to them or in folders below, by relative paths. Move \
            the file or the scenario.",
    },
    SlugMeaning {
        slug: "extends-cycle",
        text: "A scenario extends itself, directly or through others. Remove one `extends`.",
    },
    SlugMeaning {
        slug: "extends-too-deep",
        text: "A chain of `extends` is longer than 8 files. Put the layers in between into one file.",
    },
    SlugMeaning {
        slug: "grows-for-ever",
        text: "An archive of compiled crates grows with every change of the lock file, and nothing in the \
            scenario resets it: the compiler never changes, or the restore keys do not contain its \
            version, so the target folder keeps the files of old compilers. The archive is therefore \
            larger the later it is measured. State how often the compiler changes \
            (`workload.changes.toolchain`), or put `{toolchain}` into the key and every restore key. This \
            is a warning.",
    },
    SlugMeaning {
        slug: "limit-exceeded",
        text: "The input is too large: a file of more than 4 MB, or a list or table with too many entries. \
            The message names the limit.",
    },
    SlugMeaning {
        slug: "may-not-fit",
        text: "A job needs more disk than is usually free on this runner of GitHub's. How much is free varies, \
            so no run fails of it in the simulation; say how much there is (`disk`) if runs should. This is \
            a warning.",
    },
    SlugMeaning {
        slug: "missing-file",
        text: "A file that the scenario names does not exist or cannot be read. Relative paths start at \
               the folder of the scenario that names the file.",
    },
    SlugMeaning {
        slug: "missing-key",
        text: "A required key is missing. `check --show-defaults` prints every key.",
    },
    SlugMeaning {
        slug: "more-merges",
        text: "Each merged pull request is one push to the default branch. If a large share of pushes goes \
            to pull requests with few pushes each, their merges alone exceed the pushes left for that \
            branch, and there are more pushes in all than `pushes-per-day`. This is a warning; the \
            scenario is simulated with these pushes.",
    },
    SlugMeaning {
        slug: "needs-cycle",
        text: "Jobs of a workflow wait for each other in a cycle, so none of them can start. Remove one \
            `needs`.",
    },
    SlugMeaning {
        slug: "never-changes",
        text: "The key of a cache hashes files of which nobody has said how often they change, and by default they never \
            do: after its first run, the cache always hits. Say how often (`workload.changes`); 0 is an answer, too. \
            This is a warning.",
    },
    SlugMeaning {
        slug: "never-ends",
        text: "A job takes longer than its `timeout`, either always or when its cache is cold. The run is \
            stopped and saves nothing, so the next one is no faster. This is a warning; the scenario is \
            still simulated.",
    },
    SlugMeaning {
        slug: "no-effect",
        text: "A valid value has no effect. The message says why. This is a warning; the scenario is \
            simulated as if the value were absent.",
    },
    SlugMeaning {
        slug: "not-simulated",
        text: "A part of the scenario is not simulated. The message names that part; everything else is simulated.",
    },
    SlugMeaning {
        slug: "not-utf-8",
        text: "The file contains a byte that is not part of UTF-8 text, or is UTF-16 text, which PowerShell 5 writes. \
               Save it as UTF-8; if it is a binary file, it is probably not the scenario.",
    },
    SlugMeaning {
        slug: "out-of-range",
        text: "A value is outside the range that the simulation can use. The message names the range.",
    },
    SlugMeaning {
        slug: "syntax",
        text: "The text is not TOML. Common reasons: a size or duration without quotes (`limit = 10 GB`), \
               a key or table written twice, a bracket that is never closed.",
    },
    SlugMeaning {
        slug: "unknown-key",
        text: "A key or table is not part of the scenario format. No key is silently ignored: correct the \
            spelling or remove the key. `schema` prints all keys.",
    },
    SlugMeaning {
        slug: "unknown-name",
        text: "A name refers to something that is not in the scenario: a job, a runner, a flavour, an \
               image, a step, a package, a path class or a metric.",
    },
    SlugMeaning {
        slug: "unknown-value",
        text: "A key takes one of a few words, and this is not one of \
        them.",
    },
    SlugMeaning {
        slug: "unmatched-entries",
        text: "The listing of `cache.initial` has entries whose keys no job of the scenario stores. They occupy \
            space until they are evicted or expire, and nothing restores them. Add the jobs that store them, or \
            correct their keys. This is a warning.",
    },
    SlugMeaning {
        slug: "unreadable",
        text: "The scenario given on the command line does not exist or cannot be read.",
    },
    SlugMeaning {
        slug: "wrong-cron",
        text: "A schedule is not a cron expression of five fields, its time zone is unknown, or it names a \
            day that does not exist.",
    },
    SlugMeaning {
        slug: "wrong-event",
        text: "`on` has a word that is no event, or a pattern that is not simulated.",
    },
    SlugMeaning {
        slug: "wrong-key",
        text: "A key has a placeholder that is unknown or not closed, or is one that the action refuses: empty, \
            with a comma, or with more than nine restore keys beside it. Or an input has a name that no key \
            could contain.",
    },
    SlugMeaning {
        slug: "wrong-name",
        text: "A name chosen by the user (of a workflow, a job, a runner, …) is empty, too long, or has \
               characters that cannot be seen.",
    },
    SlugMeaning {
        slug: "wrong-row",
        text: "A row of a data file cannot be used. The message says what the column takes. All rows are \
            checked in one go.",
    },
    SlugMeaning {
        slug: "wrong-strategy",
        text: "An expectation names a strategy that does not exist, does not take this value, or changes \
            nothing in this scenario. `strategies` lists them all.",
    },
    SlugMeaning {
        slug: "wrong-type",
        text: "A value has the wrong type, for example a bare number where a size such as `\"1.2 GB\"` is \
            expected.",
    },
    SlugMeaning {
        slug: "wrong-unit",
        text: "A quantity has no unit, or a unit of a different quantity. Sizes take B, kB, MB, GB, TB, \
            KiB, MiB, \
               GiB or TiB; durations ms, s, min, h, d or w; rates a size per second; money USD.",
    },
];
