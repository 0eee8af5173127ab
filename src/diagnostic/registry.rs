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
               value, such as `cache.limit` or `workflow.ci.job.test.cold`; parts with dots or spaces are \
               quoted, elements of a list are counted from 0. A named table on the path (a workflow, a \
               job, a runner) must exist, since a misspelt name would otherwise quietly create a new one.",
    },
    SlugMeaning {
        slug: "bad-vary",
        text: "An option `--vary PATH=VALUES` could not be read. VALUES is a list such as `1,5,20`, or a range: \
               `5GB..50GB:5GB` in steps, `1GB..64GB:x2` by a factor, `0..1:lin5` or `1..100:log7` for so many \
               values evenly spaced by differences or by ratios, `2..10` or `1..100:log` for all between, from \
               which only `--sample` and `--sensitivity` can choose.",
    },
    SlugMeaning {
        slug: "conflict",
        text: "Two keys say the same thing in different ways, or a client is used in a job it cannot work in. \
               The message names both; keep one.",
    },
    SlugMeaning {
        slug: "does-not-fit",
        text: "What a job has on the disk at its end is more than its runner has free. Every run in which that \
               is so fails, and saves nothing. This is a warning: the scenario is simulated all the same.",
    },
    SlugMeaning {
        slug: "duplicate-name",
        text: "Two things of one kind have the same name, so that a reference to it could mean either. Rename one.",
    },
    SlugMeaning {
        slug: "entry-over-limit",
        text: "One entry alone is larger than `cache.limit`. It is stored all the same; the next sweep evicts \
               it, and everything accessed before it. No remedy helps but a larger limit or a smaller entry. \
               This is a warning.",
    },
    SlugMeaning {
        slug: "escapes-folder",
        text: "A file named inside a scenario lies outside the scenario's own folder. Scenarios are \
               passed around, so they may only name files next to them or in folders below, by relative \
               paths. Move the file, or the scenario.",
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
        text: "An archive of compiled crates is saved on top of an older one at each change of the lock file, and \
               nothing in the scenario makes it begin anew: the compiler never changes, or the restore keys do \
               not name it, and a target folder keeps what an old compiler has left. So the later is measured, \
               the larger it is. State how often the compiler changes (`workload.changes.toolchain`), or put \
               `{toolchain}` into the key and every restore key. This is a warning.",
    },
    SlugMeaning {
        slug: "limit-exceeded",
        text: "The input is larger than this program is willing to hold: a file of more than 4 MB, or a \
               list or table with too many entries. The message names the limit.",
    },
    SlugMeaning {
        slug: "missing-file",
        text: "A file that the scenario names does not exist or cannot be read. Relative paths start at \
               the folder of the scenario that names the file.",
    },
    SlugMeaning {
        slug: "missing-key",
        text: "A key that has no default is absent from a table. `check --show-defaults` prints every key.",
    },
    SlugMeaning {
        slug: "more-merges",
        text: "Pushes are drawn such that each merged pull request is one push to the default branch. Where a \
               large share of pushes goes to pull requests of few pushes each, their merges alone are more than \
               what is left for that branch, and more is pushed in all than `pushes-per-day` says. This is a \
               warning: the scenario is simulated with these pushes.",
    },
    SlugMeaning {
        slug: "needs-cycle",
        text: "Jobs of a workflow wait for each other in a circle, so that none of them can ever start. Remove \
               one `needs`.",
    },
    SlugMeaning {
        slug: "never-ends",
        text: "A job takes longer than its `timeout`, always or whenever its cache is cold. Such a run is stopped \
               and saves nothing at its end, so that the next one is no faster. This is a warning: the scenario is \
               simulated all the same.",
    },
    SlugMeaning {
        slug: "no-effect",
        text: "A value is in order but nothing reads it, because another key decides. The message says which. \
               This is a warning: the scenario is simulated as if the value were not there.",
    },
    SlugMeaning {
        slug: "not-utf-8",
        text: "The file contains a byte that is not part of UTF-8 text. Save it as UTF-8; if it is a \
               binary file, it is probably not the scenario.",
    },
    SlugMeaning {
        slug: "out-of-range",
        text: "A value is understood but lies outside what the simulation can use. The message names the \
               range.",
    },
    SlugMeaning {
        slug: "syntax",
        text: "The text is not TOML. Common reasons: a size or duration without quotes (`limit = 10 GB`), \
               a key or table written twice, a bracket that is never closed.",
    },
    SlugMeaning {
        slug: "unknown-key",
        text: "A key or table is not part of the scenario format. Nothing is ever ignored silently: \
               correct the spelling or remove it. `schema` prints all keys.",
    },
    SlugMeaning {
        slug: "unknown-name",
        text: "A name refers to something that the scenario does not have: a job, a runner, a flavour, an \
               image, a step, a package, a path class or a metric.",
    },
    SlugMeaning { slug: "unknown-value", text: "A key takes one of a few words, and this is none of them." },
    SlugMeaning {
        slug: "unreadable",
        text: "The scenario given on the command line does not exist or cannot be read.",
    },
    SlugMeaning {
        slug: "wrong-key",
        text: "The key of actions/cache has a placeholder that is unknown or not closed.",
    },
    SlugMeaning {
        slug: "wrong-name",
        text: "A name chosen by the user (of a workflow, a job, a runner, …) is empty, too long, or has \
               characters that cannot be seen.",
    },
    SlugMeaning {
        slug: "wrong-row",
        text: "A row of a data file cannot be used. The message says what the column takes; every row is checked \
               at once.",
    },
    SlugMeaning {
        slug: "wrong-strategy",
        text: "An expectation is held against a strategy that does not exist, takes no such value, or has \
               nothing to change in this scenario. `strategies` lists them all.",
    },
    SlugMeaning {
        slug: "wrong-type",
        text: "A value has another type than the key takes, for instance a bare number where a size such \
               as `\"1.2 GB\"` is expected.",
    },
    SlugMeaning {
        slug: "wrong-unit",
        text: "A quantity has no unit or one of another quantity. Sizes take B, kB, MB, GB, TB, KiB, MiB, \
               GiB or TiB; durations ms, s, min, h, d or w; rates a size per second; money USD.",
    },
];
