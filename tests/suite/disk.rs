//! Machines that keep files between jobs (`keeps`), computed by hand: what a job finds there without a cache.

use crate::lost::{add_up, minutes_add_up};
use crate::miniature::{HOUR, MINUTE, Miniature, Played, Told, ms};
use cache_budget::event::LossCause;
use proptest::prelude::*;

/// One job on pushes to main, on machines that keep this; as many machines as stated, like the miniature's own.
fn scene(keeps: &str, machines: u32, job: &str) -> Miniature {
    Miniature::new(&format!(
        "[runner.own]\ncores = 1\ndownload = \"100 MB/s\"\nupload = \"100 MB/s\"\npack = \"100 MB/s\"\n\
         unpack = \"100 MB/s\"\ntransfer-noise = 1.0\nstall = 0\nspeed-noise = 1.0\nboot = \"0 s\"\n\
         keeps = \"{keeps}\"\nconcurrency = {machines}\n\
         [workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.test]\nrunner = \"own\"\n{job}\n"
    ))
}

/// What the runs of the job built for, in seconds: scheduling rounds by milliseconds.
fn builds(played: &Played) -> Vec<i64> {
    played.outcome.runs.iter().for_each(add_up);
    minutes_add_up(&played.outcome);
    played.runs("test").iter().map(|run| (run.build.0 + 500) / 1_000).collect()
}

/// A job of 15 min, 5 of them warm, without any cache.
const MEASURED: &str = "cold = \"15 min\"\nwarm = \"5 min\"";
const COLD: i64 = 15 * MINUTE;
const WARM: i64 = 5 * MINUTE;

/// The target folder lies in the workspace, which actions/checkout cleans.
#[test]
fn a_measured_job_is_warm_where_the_workspace_stays() {
    let played = |keeps| builds(&scene(keeps, 1, MEASURED).hourly_pushes(3).play());
    assert_eq!(played("nothing"), [COLD, COLD, COLD]);
    assert_eq!(played("home"), [COLD, COLD, COLD]);
    assert_eq!(played("all"), [COLD, WARM, WARM]);
}

/// With two machines the second job meets the one that has had no job yet, the third the first one again.
#[test]
fn a_job_gets_the_machine_that_has_been_idle_longest() {
    let played = scene("all", 2, MEASURED).hourly_pushes(4).play();
    assert_eq!(builds(&played), [COLD, COLD, WARM, WARM]);
}

/// A push during the first job waits for the only machine: 15 min + 5 min from the first push on.
#[test]
fn a_job_waits_for_the_only_machine_and_finds_what_was_left() {
    let played = scene("all", 1, MEASURED).event(0, "main_push", "").event(MINUTE, "main_push", "").play();
    assert_eq!(builds(&played), [COLD, WARM]);
    assert_eq!(played.run(1, "test").ended - played.run(0, "test").started, ms((COLD + WARM) * 1_000));
}

/// The four crates of the chain take 10 s each, the workspace's own 5 s, and 2 s come after them.
#[test]
fn what_has_not_changed_since_the_last_build_is_not_compiled() {
    let job = "compile = { flavour = \"dev\" }";
    let played = scene("all", 1, job)
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "")
        .event(2 * HOUR, "main_push", "source")
        .event(3 * HOUR, "main_push", "lock")
        .play();
    let rebuilt = played.rebuilt(3);
    assert!(rebuilt > 0);
    // 4 × 10 + 5 + 2; the tail alone; the workspace's crate too; and the crates from the changed one on.
    assert_eq!(builds(&played), [47, 2, 7, 10 * rebuilt + 7]);
}

/// rust-cache of the same job restores nothing that the disk does not have: the transfer alone is lost.
#[test]
fn what_the_disk_has_is_not_lost_though_nothing_is_restored() {
    let job =
        "compile = { flavour = \"dev\" }\ncache.rust-cache = { save-if = \"never\", registry = \"10 MB\" }";
    let played = scene("all", 1, job).hourly_pushes(2).play();
    // 10 MB of registry at 10 MB/s more, and afterwards only the workspace's crate and the tail.
    assert_eq!(builds(&played), [48, 7]);
    let losses = |event| {
        let counted =
            played.run(event, "test").losses.iter().filter(|loss| loss.cause != LossCause::Transfer);
        counted.map(|loss| loss.time).sum::<cache_budget::units::Duration>()
    };
    assert_eq!((losses(0), losses(1)), (ms(41_000), ms(0)));
}

/// The registry alone lies outside the workspace.
#[test]
fn the_registry_of_cargo_stays_at_home() {
    let job =
        "compile = { flavour = \"dev\" }\ncache.rust-cache = { save-if = \"never\", registry = \"10 MB\" }";
    assert_eq!(builds(&scene("home", 1, job).hourly_pushes(2).play()), [48, 47]);
}

/// A package store of 100 s; after a change of the lock file 30 s are left to do.
fn store(path: &str) -> String {
    format!(
        "cache.actions-cache = {{ key = \"k-{{lock}}\", restore-keys = [\"k-\"], path = \"{path}\", size = \"10 MB\", \
         miss = \"100 s\", partial = \"30 s\", save-if = \"never\" }}"
    )
}

fn store_left(keeps: &str, path: &str) -> Vec<i64> {
    let pushes = |scene: Miniature| {
        scene.event(0, "main_push", "").event(HOUR, "main_push", "").event(2 * HOUR, "main_push", "lock")
    };
    builds(&pushes(scene(keeps, 1, &store(path))).event(3 * HOUR, "main_push", "").play())
}

#[test]
fn a_store_on_the_disk_counts_like_a_hit() {
    // Nothing; then the same key; another key; and that again.
    assert_eq!(store_left("home", "~/.npm"), [100, 0, 30, 0]);
    assert_eq!(store_left("home", "/opt/store"), [100, 0, 30, 0]);
}

#[test]
fn a_folder_of_the_workspace_stays_only_with_it() {
    assert_eq!(store_left("home", "node_modules"), [100, 100, 100, 100]);
    assert_eq!(store_left("all", "node_modules"), [100, 0, 30, 0]);
}

/// Two jobs with one path share its folder; without paths each has its own.
#[test]
fn jobs_with_one_path_share_the_folder() {
    let first = |path: &str| {
        let cache = format!(
            "cache.actions-cache = {{ key = \"k\", {path}size = \"10 MB\", miss = \"100 s\", save-if = \"never\" }}"
        );
        let other = format!("\n[workflow.ci.job.other]\nrunner = \"own\"\nneeds = [\"test\"]\n{cache}");
        let played = scene("home", 1, &format!("{cache}{other}")).hourly_pushes(1).play();
        assert_eq!(builds(&played), [100]);
        played.run(0, "other").build
    };
    assert_eq!(first("path = \"~/.npm\", "), ms(0));
    assert_eq!(first(""), ms(100_000));
}

/// Half of what is left loses its value with the change of the input: 50 of 100 s, for whoever keeps it.
#[test]
fn what_is_left_ages_like_an_entry() {
    let job = "cache.actions-cache = { key = \"k\", size = \"10 MB\", miss = \"100 s\", save-if = \"never\", \
               ages = { input = \"lock\", changed = 0.5 } }";
    let pushes = |scene: Miniature| scene.event(0, "main_push", "").event(HOUR, "main_push", "lock");
    let played = pushes(scene("home", 1, job)).event(2 * HOUR, "main_push", "").play();
    assert_eq!(builds(&played), [100, 50, 0]);
}

/// The job is cancelled after 25 s of its build: two of the four crates are complete, and stay.
#[test]
fn a_cancelled_build_leaves_what_is_complete() {
    let text = scene("all", 1, "compile = { flavour = \"dev\" }").set("workflow.ci.concurrency=\"cancel\"");
    let played = text.event(0, "main_push", "").event(25, "main_push", "").play();
    assert_eq!(played.run(0, "test").took(), ms(25_000));
    // c, d and app, and the tail.
    assert_eq!(played.run(1, "test").build, ms(27_000));
}

/// Every run fails at a drawn moment of the store's 100 s. What the first had made by then is not made again.
#[test]
fn a_failed_job_leaves_a_part() {
    let job = format!("{}\nfails-on-main = 1", store("~/.npm"));
    let second = |keeps| {
        let played = scene(keeps, 1, &job).hourly_pushes(2).play();
        let built = |event| played.run(event, "test").build.0 as f64 / 1_000.0;
        (built(0), built(1))
    };
    let ((made, alone), (same, after)) = (second("nothing"), second("home"));
    assert!(made > 0.0 && made < 100.0 && made == same, "{made} {same}");
    assert!((alone * (1.0 - made / 100.0) - after).abs() < 0.01, "{alone} {made} {after}");
}

/// Without the key a pool is as before, however many machines it has.
#[test]
fn what_is_not_kept_moves_nothing() {
    let of = |machines| builds(&scene("nothing", machines, &store("~/.npm")).hourly_pushes(3).play());
    assert_eq!(of(1), [100, 100, 100]);
    assert_eq!(of(2), of(1));
}

#[test]
fn the_number_of_machines_must_be_known() {
    let unlimited = scene("all", 1, MEASURED).set("runner.own.concurrency=\"unlimited\"").remarks();
    assert!(unlimited.contains("`keeps` needs the number of machines"), "{unlimited}");
    let many = scene("all", 257, MEASURED).remarks();
    assert!(many.contains("257 machines (`concurrency`) keep files, more than 256"), "{many}");
    let hosted = scene("nothing", 1, MEASURED).set("runner.ubuntu-latest.keeps=\"all\"").remarks();
    assert!(hosted.contains("GitHub's runners keep nothing, and `ubuntu-latest` is a label"), "{hosted}");
}

#[test]
fn what_keeps_nothing_of_use_is_said() {
    let workspace = scene("home", 1, MEASURED).hourly_pushes(1).remarks();
    assert!(workspace.contains("lies in the workspace, which actions/checkout cleans"), "{workspace}");
    let nothing = scene("all", 1, "setup = \"60 s\"").hourly_pushes(1).remarks();
    assert!(
        nothing.contains("`keeps` has no effect: its jobs leave nothing that would save time"),
        "{nothing}"
    );
    let codeql = scene("all", 1, "cache.codeql = {}").hourly_pushes(1).remarks();
    assert!(codeql.contains("`keeps` has no effect: its jobs leave nothing"), "{codeql}");
    let image = "image = \"api\"\n[[image.api.step]]\nname = \"base\"\ncontent = \"base\"\nwork = \"5 s\"\n\
                 layer = \"9 MB\"\nin-final = true\n";
    let layers = scene("all", 1, image).hourly_pushes(1).remarks();
    assert!(layers.contains("layers of images do not stay on its machines"), "{layers}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// A disk that stays never makes a job without noise take longer, and the causes still add up.
    #[test]
    fn causes_add_up_on_machines_that_keep_files(
        machines in 1..4u32,
        all in any::<bool>(),
        path in prop::sample::select(vec!["~/.npm", "node_modules", "vendor/bundle"]),
        saves in prop::sample::select(vec!["always", "never"]),
        pushes in prop::collection::vec(prop::sample::select(vec!["", "source", "lock"]), 2..9),
    ) {
        let job = format!(
            "compile = {{ flavour = \"dev\" }}\n{}\n",
            store(path).replace("\"never\"", &format!("\"{saves}\""))
        );
        let build = |keeps: &str| {
            let scene = scene(keeps, machines, &job);
            let hours = (0i64..).map(|hour| hour * HOUR);
            let scene = hours.zip(&pushes).fold(scene, |scene, (at, what)| scene.event(at, "main_push", what));
            builds(&scene.play())
        };
        let (without, with) = (build("nothing"), build(if all { "all" } else { "home" }));
        prop_assert!(without.iter().zip(&with).all(|(without, with)| with <= without), "{without:?} {with:?}");
    }
}

/// What an earlier push left there is an older entry to the key of the next one: `check` does not call it idle.
#[test]
fn what_a_prefix_hit_costs_matters_on_a_machine_that_keeps_its_files() {
    let cache = "cache.actions-cache = { key = \"k-{sha}\", path = \"~/x\", size = \"1 MB\", miss = \"10 min\", partial = \"3 min\" }";
    let said = scene("home", 1, cache).hourly_pushes(2).remarks();
    assert!(!said.contains("`partial`") && !said.contains("`path`"), "{said}");
    let said = scene("nothing", 1, cache).hourly_pushes(2).remarks();
    assert_eq!(said.matches("`partial` has no effect").count(), 1, "{said}");
}
