//! Nothing accepted is without effect: where another value of a key moves no metric, `check` has said so.

mod features;
mod jobs;
mod keys;
pub mod scenario;
mod silent;
mod small;
mod starts;
mod survey;
mod undrawn;
mod unsaid;
mod wronged;

use rayon::prelude::*;
use scenario::Lines;
use std::collections::BTreeMap;
use std::ops::Range;
use survey::{idle, play};

/// The seeds of the scenarios with keys of many kinds, of all suites.
const LARGE: Range<u64> = 0..26;

/// The rounds through the scenarios of one feature each.
const ROUNDS: u64 = 2;

/// Every key of these scenarios.
fn all_have_an_effect(cases: Vec<(String, Lines)>) {
    let all = cases.len();
    let survey = |(case, lines): (String, Lines)| {
        let idle = idle(&lines)?;
        if !idle.is_empty() {
            println!("{case}: {idle:#?}\n{}", lines.text());
        }
        Some((case, lines, idle))
    };
    let tried: Vec<_> = cases.into_par_iter().filter_map(survey).collect();
    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (case, _, idle) in &tried {
        for line in idle {
            let key = line.split(": ").nth(1).expect("a line").to_owned();
            found.entry(key).or_default().push(case);
        }
    }
    assert!(tried.len() > 3, "{} scenarios are accepted", tried.len());
    println!("{} of {all} scenarios are accepted", tried.len());
    let first = tried.iter().find(|(.., idle)| !idle.is_empty()).map(|(_, lines, idle)| (lines.text(), idle));
    assert!(found.is_empty(), "{} accepted\n{found:#?}\n{first:?}", tried.len());
}

/// The scenarios with these seeds: those with keys of many kinds, and those of one feature each.
fn cases(large: Range<u64>, small: Range<u64>) -> Vec<(String, Lines)> {
    let large = large.map(|case| (case.to_string(), scenario::draw(case)));
    large.chain(small.map(|case| (format!("small {case}"), small::draw(case)))).collect()
}

#[test]
fn a_changed_value_moves_a_metric_or_is_warned_of() {
    all_have_an_effect(cases(0..8, 0..8));
}

/// As many as take some minutes of CPU time, or those of `EFFECT_SEEDS`, such as `480..1000`, and those of `EFFECT_SMALL`.
#[test]
#[ignore = "slow: the same for all the other seeds"]
fn a_changed_value_of_more_scenarios_moves_a_metric_or_is_warned_of() {
    let seeds = |name: &str, usual: Range<u64>| {
        let Ok(range) = std::env::var(name) else { return usual };
        let (first, end) = range.split_once("..").expect("a range such as 480..1000");
        first.parse().expect("the first seed")..end.parse().expect("the seed after the last")
    };
    let small = seeds("EFFECT_SMALL", 8..small::count() * ROUNDS);
    all_have_an_effect(cases(seeds("EFFECT_SEEDS", 8..LARGE.end), small));
}

/// What is said of `lines` beside a job that runs on pushes to the default branch.
fn said_of(job: &str) -> String {
    let head = "[project.flavour.dev]\ndependency-work = \"40 min\"\ndependency-archive = \"300 MB\"\n\
                workspace-cacheable = false\n\
                [workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n";
    play(&format!("{head}{job}\n"), &[]).expect("a scenario").remarks
}

#[test]
fn a_value_without_effect_is_told_with_its_reason() {
    let cases = [
        (
            "finish = \"2 min\"\ncache.sccache = { read = \"1 s\" }",
            "`workflow.ci.job.test.cache.sccache` has no effect: the job compiles nothing",
        ),
        (
            "compile = { flavour = \"dev\", workspace-archive = \"1 GB\" }\ncache.rust-cache = {}",
            "`workspace-archive` has no effect: the job does not archive the workspace's own crates",
        ),
        (
            "compile = { flavour = \"dev\" }\ncache.sccache = { deterministic = 0.3 }",
            "`deterministic` has no effect: no crate that sccache caches depends on another",
        ),
        (
            "compile = { flavour = \"dev\" }\ncache.sccache = { store = \"external\", releases = [\"2026-01-08T00:00:00Z\"] }",
            "`releases` has no effect: an external store",
        ),
        (
            "cache.actions-cache = { key = \"k-{sha}\", size = \"1 MB\", lookup-only = true }",
            "`lookup-only` has no effect: its key contains `{sha}`",
        ),
        (
            "compile = { flavour = \"dev\" }\nfails = 0\nfails-on-main = 0\ncache.rust-cache = { on-failure = true }",
            "`on-failure` has no effect: the job never fails",
        ),
        (
            "compile = { flavour = \"dev\" }\ncache.rust-cache = { save-if = \"not-queue\" }",
            "`save-if` has no effect: the workflow does not run on `merge_group`",
        ),
        (
            "compile = { flavour = \"dev\" }\ncache.sccache = { objects = 9 }",
            "`objects` has no effect in a job with `compile`",
        ),
        ("setup = \"1 s\"\nfail-fast = false", "`fail-fast` has no effect: the job has one leg"),
        (
            "setup = \"1 s\"\nmatrix = { n = [\"1\", \"2\"] }\nfail-fast = false",
            "`fail-fast` has no effect: the job never fails",
        ),
        (
            "setup = \"1 s\"\nmatrix = { n = [\"1\", \"2\"] }\nmax-parallel = 2",
            "`max-parallel` has no effect: the job has no more legs than that",
        ),
        (
            "setup = \"1 s\"\ncontinue-on-error = true",
            "`continue-on-error` has no effect: the job never fails",
        ),
        ("setup = \"1 s\"\nif = \"always()\"", "`if` has no effect: the job needs no other job"),
        (
            "setup = \"1 s\"\non = \"pull_request\"",
            "`test` never runs: its workflow runs on none of these events",
        ),
        (
            "cache.rust-cache = { size = \"1 GB\", registry = \"0.3 GB\", save-if = \"never\" }",
            "`registry` has no effect: it is a part of `size`",
        ),
        ("timeout = \"1 h\"", "`timeout` has no effect: the job does nothing that takes time"),
        (
            "timeout = \"1 h\"\ncache-mode = \"none\"\ncache.rust-cache = { size = \"1 GB\" }",
            "`timeout` has no effect: the job does nothing that takes time",
        ),
    ];
    for (job, reason) in cases {
        let said = said_of(job);
        assert!(said.contains(reason), "{reason}\n{said}");
    }
}

/// What is said of a whole scenario.
fn said(lines: &[&str]) -> String {
    play(&format!("{}\n", lines.join("\n")), &[]).expect("a scenario").remarks
}

const ON_MAIN: &str = "workflow.ci.on = \"push main\"";
const ON_PULLS: &str = "workflow.ci.on = \"pull_request\"";
const MEASURED: &str =
    "workflow.ci.job.test = { cold = \"15 min\", warm = \"5 min\", cache.rust-cache = {} }";

#[test]
fn a_client_that_may_neither_restore_nor_save_is_told_once() {
    let job = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\ncache-mode = \"none\"\n\
               cold = \"15 min\"\nwarm = \"5 min\"\n[workflow.ci.job.test.cache.rust-cache]\nsize = \"1 GB\"\n\
               registry = \"0.1 GB\"\nshared-key = \"all\"\nsave-if = \"never\"";
    let said = said(&[job]);
    assert!(said.contains("`workflow.ci.job.test.cache.rust-cache` has no effect on the cache"), "{said}");
    assert_eq!(said.matches("warning[").count(), 1, "{said}");
}

/// sccache's server probes its store first. BuildKit asks and is refused.
#[test]
fn sccache_that_may_not_read_fails_the_job_and_that_is_told() {
    let job = "compile = { flavour = \"dev\", tail = \"1 min\" }\ncache-mode = \"write-only\"\nfails-on-main = 0.5\n\
               cache.sccache = { read = \"1 s\" }";
    let said = said_of(job);
    assert!(said.contains("cache.sccache` has no effect: except that the job fails"), "{said}");
    assert!(said.contains("`fails-on-main` has no effect: every run fails"), "{said}");
    assert!(said.contains("`tail` has no effect: every run fails"), "{said}");
}

#[test]
fn buildkit_that_may_not_export_fails_the_job_and_that_is_told() {
    let job = |more: &str| {
        format!("image = \"i\"\ncache-mode = \"read\"\ncache.buildkit-gha = {{ mode = \"max\"{more} }}")
    };
    let image = "[image.i]\ncold = \"6 min\"\nwarm = \"1 min\"\nsize = \"50 MB\"\n";
    let said_of = |job: &str| said_of(&format!("{job}\n{image}"));
    let fails = said_of(&job(""));
    assert!(fails.contains("cache.buildkit-gha` has no effect: except that the job fails"), "{fails}");
    let ignores = said_of(&job(", ignore-error = true"));
    assert!(!ignores.contains("the job fails"), "{ignores}");
}

#[test]
fn a_restore_key_that_finds_nothing_more_is_told() {
    let step = |keys: &str| {
        let cache = format!(
            "workflow.ci.job.test.cache.actions-cache = {{ key = \"k-{{lock}}\", restore-keys = {keys}, size = \"1 MB\" }}"
        );
        said(&[ON_MAIN, &cache])
    };
    assert!(!step("[\"k-\"]").contains("restore key"), "an earlier lock file's");
    let shadowed = step("[\"k-\", \"k-{lock}-a\", \"k\"]");
    assert!(
        shadowed.contains("the restore key `k-{lock}-a` has no effect: it begins with the key"),
        "{shadowed}"
    );
    assert_eq!(shadowed.matches("the restore key").count(), 1, "{shadowed}");
    let unknown = step("[\"other-\", \"k-\"]");
    assert!(unknown.contains("the restore key `other-` has no effect: no run stores"), "{unknown}");
    assert_eq!(unknown.matches("the restore key").count(), 1, "{unknown}");
}

/// Another job finds it only with the same client and paths, and in a scope that it may read.
#[test]
fn what_only_other_paths_or_scopes_store_is_not_found() {
    let looks =
        "cache.actions-cache = { key = \"k\", size = \"1 MB\", save-if = \"never\", lookup-only = true }";
    let saves =
        |key: &str| format!("workflow.w.job.b.cache.actions-cache = {{ key = \"{key}\", size = \"1 MB\" }}");
    let idle = "`lookup-only` has no effect: no run saves an archive that this one could find";
    let job = format!("workflow.ci.job.test.{looks}");
    for (on, key, is_idle) in [
        ("push main", "k", false),
        // The key itself is a prefix, too.
        ("push main", "k-1", false),
        ("push main", "l", true),
        // Both run for the same push, in the same scope.
        ("pull_request", "k", false),
        // A release has a scope of its own.
        ("release", "k", true),
    ] {
        let other = format!("workflow.w.on = \"{on}\"");
        let said = said(&["workload.releases-per-month = 3", ON_PULLS, &job, &other, &saves(key)]);
        assert_eq!(said.contains(idle), is_idle, "{on} {key}\n{said}");
    }
}

/// With one push for each pull request, its scope ends with the run that fills it.
#[test]
fn a_pull_request_of_one_push_finds_nothing_of_its_own() {
    let idle = "`lookup-only` has no effect";
    let job =
        "workflow.ci.job.test.cache.actions-cache = { key = \"k\", size = \"1 MB\", lookup-only = true }";
    let said =
        |pushes: &str| said(&[&format!("workload.pull-requests.pushes-each = {pushes}"), ON_PULLS, job]);
    assert!(said("1").contains(idle));
    assert!(!said("2").contains(idle));
}

/// Their token may read only, unless the workflow declares more.
#[test]
fn forks_that_may_not_save_store_nothing() {
    let idle = "`lookup-only` has no effect";
    let job =
        "workflow.ci.job.test.cache.actions-cache = { key = \"k\", size = \"1 MB\", lookup-only = true }";
    let said = |more: &str| {
        said(&["cache.forks-write = false", "workload.pull-requests.forks = 1", more, ON_PULLS, job])
    };
    assert!(said("").contains(idle));
    assert!(!said("workload.bursts-per-week = 1").contains(idle), "{}", said("workload.bursts-per-week = 1"));
    assert!(!said("workflow.ci.cache-mode = \"write\"").contains(idle));
}

/// An archive of 1 MB is never larger; one of 0.8 GB that grows by a generation with each push is, in some
/// thousand pushes.
#[test]
fn limits_that_nothing_reaches_are_told() {
    let step = "workflow.ci.job.test.cache.actions-cache = { key = \"k-{lock}\", size = \"1 MB\" }";
    let idle = "`entry-limit` has no effect: no archive";
    assert!(said(&["cache.entry-limit = \"2 MB\"", ON_MAIN, step]).contains(idle));
    assert!(!said(&["cache.entry-limit = \"1 MB\"", ON_MAIN, step]).contains(idle));
    assert!(!said(&["cache.entry-limit = \"900 GB\"", ON_MAIN, MEASURED]).contains(idle));
    assert!(said(&["cache.entry-limit = \"900000 GB\"", ON_MAIN, MEASURED]).contains(idle));
    let most = "`concurrency` has no effect: `ci.job-concurrency`";
    let runner = |most: u32| format!("runner.ubuntu-latest.concurrency = {most}");
    assert!(said(&["ci.job-concurrency = 5", &runner(5), ON_MAIN, MEASURED]).contains(most));
    assert!(!said(&["ci.job-concurrency = 5", &runner(4), ON_MAIN, MEASURED]).contains(most));
}

/// Two runs of at most 2 · 10,000 and some more, each with an archive of 1 MB, hold less than 30 GB.
#[test]
fn a_limit_or_budget_that_is_never_reached_is_told() {
    let step = "workflow.ci.job.test.cache.actions-cache = { key = \"k-{lock}\", size = \"1 MB\" }";
    let of = |setting: &str| said(&[setting, ON_MAIN, step]);
    let budget = "`budget` has no effect: these jobs can never store that much";
    assert!(of("cache.budget = \"1 TB\"").contains(budget));
    assert!(!of("cache.budget = \"5 GB\"").contains(budget));
    let limit = "`limit` has no effect: these jobs can never store that much";
    let free = "cache.limit = \"900 TB\"\ncache.price = \"0 USD\"";
    assert!(of(free).contains(limit), "{}", of(free));
    assert!(!of("cache.limit = \"20 GB\"").contains(limit));
    // What a limit costs is a metric.
    assert!(!of("cache.limit = \"900 TB\"").contains(limit));
}

#[test]
fn exports_that_cannot_fail_or_meet_are_told() {
    let image = "image.web = { cold = \"9 min\", warm = \"2 min\", size = \"1 GB\" }";
    let job = |mode: &str, store: &str, keys: &str| {
        let job = format!(
            "workflow.ci.job.test = {{ image = \"web\", {mode}cache.buildkit-{store} = {{ {keys} }} }}"
        );
        said(&[
            "cache.uploads-per-minute = \"unlimited\"\ncache.downloads-per-minute = \"unlimited\"",
            image,
            ON_MAIN,
            &job,
        ])
    };
    let read = "cache-mode = \"read\", ";
    assert!(job("", "gha", "ignore-error = true").contains("`ignore-error` has no effect: nothing limits"));
    assert!(
        job("", "gha", "timeout = \"1 h\"").contains("`timeout` has no effect: nothing limits its requests")
    );
    assert!(!job(read, "gha", "ignore-error = true").contains("`ignore-error` has no effect"));
    for store in ["registry", "s3", "inline"] {
        let said = job("", store, "ignore-error = true");
        assert!(
            said.contains("`ignore-error` has no effect: only GitHub's cache refuses an export"),
            "{said}"
        );
    }
    assert!(
        job(read, "gha", "ignore-error = true, contention = 3")
            .contains("`contention` has no effect: no layer is exported")
    );
    assert!(!job("", "gha", "contention = 3").contains("`contention` has no effect"));
}

/// BuildKit checks each layer before it is refused, and how long a check takes is drawn for the layer's digest.
#[test]
fn what_a_layer_is_made_from_matters_even_where_it_is_never_stored() {
    let image =
        "image.web = { cold = \"9 min\", warm = \"2 min\", size = \"1 GB\", dependencies = \"toolchain\" }";
    let job = |keys: &str| {
        let job = format!(
            "workflow.ci.job.test = {{ image = \"web\", cache-mode = \"read\", cache.buildkit-gha = {{ {keys} }} }}"
        );
        said(&["workload.changes.toolchain = 0.5", image, ON_MAIN, &job])
    };
    let idle = "`toolchain` has no effect";
    assert!(!job("save-if = \"always\"").contains(idle), "{}", job("save-if = \"always\""));
    assert!(job("save-if = \"never\"").contains(idle));
}

/// A step without restore keys finds a lock file's crates all or not at all.
#[test]
fn how_many_crates_change_matters_only_to_what_is_found_in_part() {
    let job = |step: &str| {
        let cache = format!(
            "workflow.ci.job.test = {{ cold = \"9 min\", warm = \"2 min\", cache.actions-cache = {{ key = \"k-{{lock}}\", {step}paths = \"target\", size = \"1 GB\" }} }}"
        );
        said(&["workload.crates-per-lock-change = 40", ON_MAIN, &cache])
    };
    let idle = "`crates-per-lock-change` has no effect";
    assert!(!job("restore-keys = [\"k-\"], ").contains(idle));
    assert!(job("").contains(idle), "{}", job(""));
    assert!(job("restore-keys = [\"k-\"], lookup-only = true, ").contains(idle));
}

#[test]
fn a_key_of_one_push_is_found_where_two_legs_share_it() {
    let step = "cache.actions-cache = { key = \"k-{sha}\", size = \"1 MB\", lookup-only = true }";
    assert!(!said_of(&format!("{step}\nmatrix = {{ leg = [\"a\", \"b\"] }}")).contains("`lookup-only`"));
}

#[test]
fn rebases_that_never_come_are_told() {
    let said = |lines: &[&str]| {
        let rebases = ["workload.burst-rebases.after = \"1 h\"", ON_MAIN, MEASURED];
        said(&[lines, &rebases].concat())
    };
    let idle = "`after` has no effect: ";
    assert!(said(&["workload.burst-rebases.when = \"conflicted\""]).contains(idle), "there are no bots");
    let bots = "workload.bursts-per-week = 1";
    assert!(said(&[bots]).contains("`after` has no effect: bots rebase nothing"));
    let conflicted = "workload.burst-rebases.when = \"conflicted\"";
    assert!(!said(&[bots, conflicted]).contains(idle));
    // Nothing that reaches the default branch changes the lock file.
    let unchanged = ["workload.changes.lock = 0", "workload.burst-merged = 0"];
    let why = "no push to the default branch changes the lock file";
    assert!(said(&[&[bots, conflicted][..], &unchanged].concat()).contains(why));
    let behind = "workload.burst-rebases.when = \"behind-base-branch\"";
    assert!(!said(&[&[bots, behind][..], &unchanged].concat()).contains(why));
    let later = "workload.lock-committed-from = \"2027-01-01\"";
    assert!(said(&[bots, conflicted, later]).contains("the lock file is not committed"));
    let pulls = ["workload.pull-requests.share = 1", "workload.pull-requests.merged = 0"];
    let quiet = [&[bots, behind, "workload.burst-merged = 0"][..], &pulls].concat();
    assert!(said(&quiet).contains("nothing is pushed to the default branch"));
}
