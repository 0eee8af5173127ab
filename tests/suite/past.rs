//! What archives that grow hold when a simulation begins: the superseded crates of all lock changes since
//! the compiler was changed last.

use cache_budget::client::{Deed, Note, Surroundings};
use cache_budget::engine::{Model, Watch, simulate_watched};
use cache_budget::outcome::SaveOutcome;
use cache_budget::project::ChangeId;
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use cache_budget::units::SimTime;
use cache_budget::workload::{Push, Source};
use std::collections::BTreeSet;

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
    model.workload.past(&model.graph, &Draws::new(1, replication))
}

/// The lock files that main had before that of the first instant, the oldest one left out.
fn lock_changes(past: &[Push]) -> usize {
    let locks: BTreeSet<ChangeId> = past.iter().map(|push| push.checkout.lock).collect();
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
        let Source::Stochastic(drawn) = &model.workload.source else { panic!("pushes are drawn") };
        assert!(past.iter().all(|push| push.at < drawn.from && push.checkout.toolchain == 0));
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
    // Far more seldom than lock changes: 20,000 pushes back at most, of which a fifth change the lock file.
    let seldom = past(&plain(&["workload.changes.toolchain=1e-9"]), 0);
    assert!((19_000..21_000).contains(&seldom.len()), "{}", seldom.len());
}

/// One entry as it was saved.
#[derive(Debug)]
struct Saved {
    ref_name: String,
    /// The key without its last part, the hash of the lock file.
    family: String,
    megabytes: u64,
}

/// Every save that stored something, in order.
#[derive(Default)]
struct Saves(Vec<Saved>);

impl Watch for Saves {
    const HEARS_NOTES: bool = true;

    fn after(&mut self, _: SimTime, _: &Surroundings) {}

    fn noted(&mut self, note: &Note, around: &Surroundings) {
        if let Deed::Saved { outcome: SaveOutcome::Stored, size, key, .. } = note.deed {
            let key = around.service.names.key_text(key);
            let family = key.rsplit_once('-').map_or(String::new(), |(family, _)| family.to_owned());
            let ref_name = note.ref_name.to_string();
            self.0.push(Saved { ref_name, family, megabytes: size.0 / 1_000_000 });
        }
    }
}

fn saves(model: &Model, replication: u32) -> Vec<Saved> {
    let mut saves = Saves::default();
    simulate_watched(model, Draws::new(1, replication), &mut saves).expect("within the event limit");
    saves.0
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
        if lock.replace(push.checkout.lock) != Some(push.checkout.lock) {
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
    let first = pushes.iter().find(|push| model.workflows[0].started_by(push))?;
    let unchanged = first.checkout.lock == 0 && first.checkout.toolchain == 0;
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
    // Every entry is evicted at once, so that no save but the first has anything below it.
    let emptied =
        plain(&["cache.limit=\"1 MB\"", "cache.sweep=\"instant\"", "workload.changes.toolchain=0.01"]);
    let (mut first, mut later) = (0, Vec::new());
    for replication in 0..5 {
        let saves = saves(&emptied, replication);
        first += saves[0].megabytes;
        later.extend(saves[1..].iter().map(|saved| saved.megabytes));
    }
    assert!(first > 5 * 105 && later.len() > 100, "{first} MB, {} saves", later.len());
    assert!(later.iter().all(|size| *size == 105), "{later:?}");
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
