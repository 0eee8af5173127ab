//! What archives that grow hold when a simulation begins: the superseded crates of all lock changes since
//! the compiler was changed last.

use cache_budget::engine::{Model, simulate};
use cache_budget::event::{Event, Observer, RunId, SaveOutcome};
use cache_budget::project::{ChangeId, InputId};
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use cache_budget::service::Service;
use cache_budget::units::{Duration, SimTime};
use cache_budget::workload::{Push, PushKind, PushSource};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A push to main ten times a day: every fifth changes the lock file, every twentieth the compiler. Two
/// thirds of them fall in the first class of paths.
const WORKLOAD: &str = "
[workload]
path-classes = [\"rust\"]
days = 10
warmup = \"1 d\"
pushes-per-day = 10
crates-per-lock-change = 1
pull-requests = { share = 0 }
hours = [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]
weekdays = [1,1,1,1,1,1,1]
changes = { lock = 0.2, manifests = 0, toolchain = 0.05, paths = { rust = 0.667 } }
[project]
external-crates = 10
";

/// Ten independent crates of 10 MB each, and 5 MB besides.
const JOB: &str = "
[project.flavour.dev]
dependency-work = \"100 s\"
dependency-archive = \"100 MB\"
object-sigma = 0
[runner.ubuntu-latest]
stall = 0
[workflow.ci]
on = [\"push main\", \"pull_request\"]
[workflow.ci.job.test]
compile = { flavour = \"dev\" }
";

const RUST_CACHE: &str = "cache.rust-cache = { registry = \"5 MB\" }\n";

fn model(text: &str, sets: &[&str]) -> Model {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.toml");
    std::fs::write(&path, text).expect("a file in the folder");
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    load(&path, &sets).unwrap_or_else(|report| panic!("{}", report.render(&Default::default()))).model
}

fn plain(sets: &[&str]) -> Model {
    model(&format!("{WORKLOAD}{JOB}{RUST_CACHE}"), sets)
}

fn past(model: &Model, replication: u32) -> Vec<Push> {
    let on_main = |push: &Push| matches!(push.kind, PushKind::Main | PushKind::Schedule);
    let all = model.workload.past(&model.graph, &Draws::new(1, replication));
    all.into_iter().filter(on_main).collect()
}

/// The lock files that main had before that of the first instant, the oldest one left out.
fn lock_changes(past: &[Push]) -> usize {
    let locks: BTreeSet<ChangeId> = past.iter().map(|push| push.checkout.input(InputId::LOCK)).collect();
    locks.iter().filter(|lock| **lock != 0).count()
}

#[test]
fn so_many_lock_changes_lie_behind_as_fall_between_two_compilers() {
    let model = plain(&[]);
    let counts: Vec<usize> = (0..4_000).map(|replication| lock_changes(&past(&model, replication))).collect();
    // Looking back from the first instant, the next change is the compiler's with probability
    // 0.05 / (0.05 + 0.2) = 0.2, otherwise the lock file's: geometric with mean 4 and deviation √20 = 4.5,
    // so that a mean of 4,000 has a standard error of 0.071.
    let mean = counts.iter().sum::<usize>() as f64 / 4_000.0;
    assert!((mean - 4.0).abs() < 0.3, "{mean}");
    let none = counts.iter().filter(|count| **count == 0).count() as f64 / 4_000.0;
    // √(0.2 × 0.8 / 4,000) = 0.0063.
    assert!((none - 0.2).abs() < 0.026, "{none}");
}

#[test]
fn the_past_leads_to_the_first_checkout_and_shares_no_version_with_the_future() {
    let model = plain(&[]);
    for replication in 0..50 {
        let draws = Draws::new(1, replication);
        let past = past(&model, replication);
        let versions = |pushes: &[Push]| -> BTreeSet<ChangeId> {
            pushes.iter().flat_map(|push| push.checkout.versions.to_vec()).filter(|v| *v != 0).collect()
        };
        let PushSource::Stochastic(drawn) = &model.workload.source else { panic!("pushes are drawn") };
        assert!(past.iter().all(|push| push.at < drawn.from && push.checkout.input(InputId::TOOLCHAIN) == 0));
        assert!(past.is_sorted_by_key(|push| push.at));
        assert!(past.last().is_none_or(|last| last.checkout.versions.iter().all(|version| *version == 0)));
        let future = model.workload.pushes(&model.graph, &draws);
        assert!(versions(&past).is_disjoint(&versions(&future)));
    }
}

#[test]
fn a_log_has_no_past_nor_has_a_compiler_that_never_changes() {
    let never = plain(&["workload.changes.toolchain=0"]);
    assert_eq!(past(&never, 0), []);
    // A change that hardly ever comes: 10,000 pushes back at most, give or take five deviations of √10,000.
    let seldom = past(&plain(&["workload.changes.toolchain=1e-9"]), 0);
    assert!((9_500..10_500).contains(&seldom.len()), "{}", seldom.len());
}

/// One entry as it was saved.
#[derive(Debug)]
struct Saved {
    at: SimTime,
    ref_name: String,
    /// The key without its last part, the hash of the lock file.
    family: String,
    megabytes: u64,
}

/// Every save that stored something, in order.
#[derive(Default)]
struct Saves {
    refs: BTreeMap<RunId, Rc<str>>,
    saved: Vec<Saved>,
}

impl Observer for Saves {
    fn on_event(&mut self, event: &Event, service: &Service) {
        match event {
            Event::JobStarted { run, ref_name, .. } => {
                self.refs.insert(*run, Rc::clone(ref_name));
            }
            Event::Saved { at, caller, key, outcome: SaveOutcome::Stored, size, .. } => {
                let key = service.names.key_text(*key);
                let family = key.rsplit_once('-').map_or(String::new(), |(family, _)| family.to_owned());
                let ref_name = self.refs[&caller.run].to_string();
                self.saved.push(Saved { at: *at, ref_name, family, megabytes: size.0 / 1_000_000 });
            }
            _ => {}
        }
    }
}

fn saves(model: &Model, replication: u32) -> Vec<Saved> {
    let mut saves = Saves::default();
    simulate(model, Draws::new(1, replication), &mut saves).expect("within the event limit");
    saves.saved
}

fn first_save(model: &Model, replication: u32) -> u64 {
    saves(model, replication)[0].megabytes
}

/// The superseded versions that a job holds which ran on this past, without dependencies between crates:
/// one for each crate and version that is not the present one.
fn superseded(past: &[Push], ran_on: impl Fn(&Push) -> bool) -> u64 {
    let mut lock = None;
    let mut held = BTreeSet::new();
    for push in past.iter().filter(|push| ran_on(push)) {
        if lock.replace(push.checkout.input(InputId::LOCK)) != Some(push.checkout.input(InputId::LOCK)) {
            held.extend(push.checkout.versions.iter().enumerate().filter(|(_, version)| **version != 0));
        }
    }
    // The workspace's own crate, if the graph has one, changes sources only.
    held.len() as u64
}

/// The size of the first archive, if the push that saves it still has the first lock file and compiler.
/// (A lock change at once would supersede crates that no run has built.)
fn first_save_of_what_was(model: &Model, replication: u32) -> Option<u64> {
    let pushes = model.workload.pushes(&model.graph, &Draws::new(1, replication));
    let first = pushes.iter().find(|push| !model.workflows[0].started_by(0, push).is_empty())?;
    let unchanged = first.checkout.input(InputId::LOCK) == 0 && first.checkout.input(InputId::TOOLCHAIN) == 0;
    unchanged.then(|| first_save(model, replication))
}

#[test]
fn the_first_archive_of_main_holds_what_the_past_has_superseded() {
    let model = plain(&[]);
    let mut superseded_in_all = 0;
    for replication in 0..20 {
        let before = superseded(&past(&model, replication), |_| true);
        // Each superseded crate is 10 MB, like the ten in use.
        if let Some(first) = first_save_of_what_was(&model, replication) {
            assert_eq!(first, 105 + 10 * before, "replication {replication}");
            superseded_in_all += before;
        }
    }
    assert!(superseded_in_all > 20, "fifteen times about four, not {superseded_in_all}");
}

#[test]
fn a_job_that_skips_some_of_the_past_holds_less() {
    let text = format!("{WORKLOAD}{JOB}{RUST_CACHE}")
        .replace("\"pull_request\"]\n", "\"pull_request\"]\npaths = [\"rust\"]\n");
    let model = model(&text, &[]);
    let (mut all, mut seen) = (0, 0);
    for replication in 0..100 {
        let past = past(&model, replication);
        let held = superseded(&past, |push| push.paths.0 & 1 == 1);
        if let Some(first) = first_save_of_what_was(&model, replication) {
            assert_eq!(first, 105 + 10 * held, "replication {replication}");
            (all, seen) = (all + superseded(&past, |_| true), seen + held);
        }
    }
    assert!(seen < all, "{seen} of {all}");
}

#[test]
fn archives_are_as_large_at_first_as_ever_after() {
    let model = plain(&["workload.days=20", "workload.pushes-per-day=6"]);
    let mean = |sizes: Vec<u64>| sizes.iter().sum::<u64>() as f64 / sizes.len() as f64;
    let played: Vec<Vec<Saved>> = (0..200).map(|replication| saves(&model, replication)).collect();
    let first = mean(played.iter().map(|saves| saves[0].megabytes).collect());
    let last = mean(played.iter().map(|saves| saves[saves.len() - 1].megabytes).collect());
    // 105 MB and 10 MB for each of about four superseded crates (deviation 4.5): √2 × 45/√200 = 4.5 MB is the
    // standard error of the difference. Begun empty, the first would be 40 MB smaller.
    assert!((first - last).abs() < 14.0, "{first} MB at first, {last} MB in the end");
    assert!(first > 125.0, "{first} MB");
}

#[test]
fn a_new_compiler_starts_afresh() {
    let model = plain(&["workload.changes.toolchain=0.2"]);
    for replication in 0..20 {
        let saves = saves(&model, replication);
        let second = saves.iter().find(|saved| saved.family != saves[0].family);
        assert_eq!(
            second.expect("a new compiler within ten days").megabytes,
            105,
            "replication {replication}"
        );
    }
}

#[test]
fn a_total_miss_starts_afresh() {
    // Every entry is evicted at once, before the first instant, too: no save has anything below it.
    let emptied =
        plain(&["cache.limit=\"1 MB\"", "cache.sweep=\"instant\"", "workload.changes.toolchain=0.01"]);
    let sizes: Vec<u64> =
        (0..5).flat_map(|replication| saves(&emptied, replication)).map(|saved| saved.megabytes).collect();
    assert!(sizes.len() > 100, "{} saves", sizes.len());
    assert!(sizes.iter().all(|size| *size == 105), "{sizes:?}");
}

#[test]
fn the_past_starts_afresh_where_a_restore_stalled_or_nobody_came_in_time() {
    let stalled = plain(&["runner.ubuntu-latest.stall=1"]);
    let idle = plain(&["cache.retention=\"1 h\""]);
    let firsts = |model: &Model| -> Vec<u64> {
        (0..20).filter_map(|replication| first_save_of_what_was(model, replication)).collect()
    };
    let grown = firsts(&plain(&[])).iter().sum::<u64>();
    assert!(firsts(&stalled).iter().all(|size| *size == 105));
    // Ten pushes a day leave two of three gaps longer than an hour.
    let idle = firsts(&idle);
    let superseded = idle.iter().sum::<u64>() - 105 * idle.len() as u64;
    assert!(superseded * 3 < grown - 105 * idle.len() as u64, "{superseded} MB of {grown} MB: {idle:?}");
}

#[test]
fn pull_requests_have_no_past_of_their_own() {
    let text = format!("{WORKLOAD}{JOB}{RUST_CACHE}").replace("\"push main\", ", "");
    let saves = saves(&model(&text, &["workload.pull-requests.share=0.9"]), 0);
    assert!(saves.len() > 10 && saves.iter().all(|saved| saved.ref_name.starts_with("refs/pull/")));
    // The first entry of each scope holds the ten crates alone.
    let mut seen = BTreeSet::new();
    let firsts: Vec<_> = saves.iter().filter(|saved| seen.insert(&saved.ref_name)).collect();
    assert!(firsts.iter().all(|saved| saved.megabytes == 105), "{firsts:?}");
}

#[test]
fn only_an_archive_that_outlives_a_lock_change_has_grown() {
    let step = |restore: &str| {
        let step = format!(
            "cache.actions-cache = [{{ paths = \"target\", key = \"k-{{toolchain}}-{{lock}}\"{restore} }}]\n"
        );
        model(&format!("{WORKLOAD}{JOB}{step}"), &[])
    };
    let total = |model: &Model| (0..20).map(|replication| first_save(model, replication)).sum::<u64>();
    assert_eq!(total(&step("")), 20 * 100);
    assert_eq!(total(&step(", restore-keys = [\"k-{toolchain}-{lock}\"]")), 20 * 100);
    assert!(total(&step(", restore-keys = [\"k-{toolchain}-\"]")) > 20 * 100 + 400);
}

/// The mean size in MB of what is stored on main in the four weeks from each of these days on. Two pushes a day;
/// a compiler stays for 125 days and sees 75 lock changes, each of which adds an archive's fortieth; one save in
/// fifty has nothing below it, since its restore stalled.
fn mean_sizes(job: &str, days: [i64; 2]) -> [f64; 2] {
    let text = format!("{WORKLOAD}{JOB}").replace("compile = { flavour = \"dev\" }\n", job);
    let sets = [
        "workload.days=228",
        "workload.pushes-per-day=2",
        "workload.changes.lock=0.3",
        "workload.changes.toolchain=0.004",
        "project.external-crates=40",
        "runner.ubuntu-latest.stall=0.02",
    ];
    let model = model(&text, &sets);
    let start = model.window().expect("pushes are drawn").0;
    let played: Vec<Vec<Saved>> = (0..200).map(|replication| saves(&model, replication)).collect();
    days.map(|day| {
        let from = start + Duration(day * Duration::DAY.0);
        let within = |saved: &&Saved| saved.at >= from && saved.at < from + Duration(28 * Duration::DAY.0);
        let sizes: Vec<u64> = played.iter().flatten().filter(within).map(|saved| saved.megabytes).collect();
        sizes.iter().sum::<u64>() as f64 / sizes.len() as f64
    })
}

const TARGET: &str =
    "compile = { flavour = \"dev\" }\n[[workflow.ci.job.test.cache.actions-cache]]\npaths = \"target\"\n";

#[test]
fn archives_are_as_large_after_two_weeks_as_after_two_hundred_days() {
    let target =
        format!("{TARGET}key = \"t-{{toolchain}}-{{lock}}\"\nrestore-keys = [\"t-{{toolchain}}-\"]\n");
    let measured = "cold = \"20 min\"\nwarm = \"5 min\"\ncache.rust-cache = { size = \"100 MB\" }\n";
    let modelled = "compile = { flavour = \"dev\" }\ncache.rust-cache = { registry = \"5 MB\" }\n";
    for job in [measured, modelled, &target] {
        let [soon, late] = mean_sizes(job, [14, 200]);
        assert!((soon / late - 1.0).abs() < 0.1, "{soon:.0} MB, later {late:.0} MB: {job}");
        assert!(late > 120.0, "{late:.0} MB: they have grown");
    }
}

/// The slugs of what is said about a scenario.
fn warnings(job: &str, sets: &[&str]) -> Vec<&'static str> {
    let text = format!("{WORKLOAD}{JOB}").replace("compile = { flavour = \"dev\" }\n", job);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.toml");
    std::fs::write(&path, text).expect("a file in the folder");
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let loaded = load(&path, &sets).unwrap_or_else(|report| panic!("{}", report.render(&Default::default())));
    let said = loaded.report.diagnostics();
    said.iter().map(|diagnostic| diagnostic.slug).filter(|slug| *slug != "no-effect").collect()
}

#[test]
fn an_archive_that_nothing_renews_is_warned_of() {
    let modelled = "compile = { flavour = \"dev\" }\ncache.rust-cache = {}\n";
    let target = |keys: &str| format!("{TARGET}{keys}\n");
    let renewed = target("key = \"t-{toolchain}-{lock}\"\nrestore-keys = [\"t-{toolchain}-\"]");
    // The folder keeps what the old compiler has left.
    let unnamed = target("key = \"t-{lock}\"\nrestore-keys = [\"t-\"]");
    // The compiler is in the key, but what is restored without it is saved again.
    let behind = target("key = \"t-{lock}-{toolchain}\"\nrestore-keys = [\"t-\"]");
    let frozen = target("key = \"t-{lock}\"");
    for (job, sets, expected) in [
        (modelled, &[][..], &[][..]),
        (modelled, &["workload.changes.toolchain=0"], &["grows-for-ever"]),
        (modelled, &["workload.changes.toolchain=0", "workload.changes.lock=0"], &[]),
        (&renewed, &[], &[]),
        (&unnamed, &[], &["grows-for-ever"]),
        (&behind, &[], &["grows-for-ever"]),
        (&frozen, &["workload.changes.toolchain=0"], &[]),
    ] {
        assert_eq!(warnings(job, sets), expected, "{job} {sets:?}");
    }
}
