use super::folder::{ScenarioFolder, VALID};
use cache_budget::ci::{Build, PathFilters};
use cache_budget::client::{ArchiveRate, Cache, ImageStore, SaveIf};
use cache_budget::project::{Flavour, StepWork};
use cache_budget::random::Distribution;
use cache_budget::service::{Limits, Sweep};
use cache_budget::units::{Bytes, Duration, Money, Rate};
use cache_budget::workload::{PathSet, PushSource};

fn minutes(minutes: i64) -> Duration {
    Duration(minutes * Duration::MINUTE.0)
}

#[test]
fn nothing_written_means_github_as_documented() {
    let model = ScenarioFolder::new(VALID).load(&[]).model;
    assert_eq!(model.cache, Limits::default());
    assert_eq!((model.cache_price, model.forks_write), (Money(70_000), true));
    let runner = &model.runners[0];
    assert_eq!((runner.name.as_str(), runner.cores, runner.price_per_minute), ("ubuntu-latest", 4, Money(0)));
    assert_eq!((runner.download, runner.disk), (Rate(110_000_000), None));
    // 100 MB/s for each of four cores, and 600 MB/s whatever the cores.
    assert_eq!(runner.pack, ArchiveRate::Unpacked(Rate(400_000_000)));
    assert_eq!(runner.unpack, ArchiveRate::Unpacked(Rate(600_000_000)));
    // A duration's distribution comes in seconds.
    assert_eq!(runner.boot, Distribution::LogNormal { median: 8.0, sigma: 0.4 });
}

#[test]
fn every_setting_of_the_service_arrives() {
    let text = format!(
        "[cache]\nlimit = \"1 GB\"\nretention = \"2 d\"\nsweep = \"6 h\"\nsweep-phase = \"7 h\"\n\
         uploads-per-minute = \"unlimited\"\ndownloads-per-minute = 7\nbudget = \"20 GB\"\n{VALID}"
    );
    let cache = ScenarioFolder::new(&text).load(&[]).model.cache;
    assert_eq!((cache.limit, cache.retention), (Bytes(1_000_000_000), Duration(2 * Duration::DAY.0)));
    // A phase of 7 h in a period of 6 h is 1 h.
    let every = Sweep::Every { period: Duration(6 * Duration::HOUR.0), phase: Some(Duration::HOUR) };
    assert_eq!(cache.sweep, every);
    assert_eq!((cache.uploads_per_minute, cache.downloads_per_minute), (None, Some(7)));
    assert_eq!(cache.budget, Some(Bytes(20_000_000_000)));
}

#[test]
fn a_measured_job_gets_a_flavour_of_its_own() {
    let text = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\ncold = \"17 min\"\nwarm = \"4 min\"\n\
        setup = \"1 min\"\nfinish = \"30 s\"\ncache.rust-cache = { size = \"1.2 GB\" }\n";
    let model = ScenarioFolder::new(text).load(&[]).model;
    let Build::Compile(compiles) = &model.workflows[0].jobs[0].build else { panic!("it compiles") };
    // 17 − 4 = 13 min of dependencies; 4 − 1 − 0.5 = 2.5 min of everything else.
    assert_eq!(compiles.dependencies_cold, Some(minutes(13)));
    let flavour = &model.flavours[compiles.flavour];
    assert_eq!(flavour.tail, Duration(150_000));
    // The registry's default of 0.2 GB is less than a fifth of 1.2 GB: 1.2 − 0.2 = 1.0 GB.
    assert_eq!(flavour.dependency_archive, Bytes(1_000_000_000));
    let Cache::RustCache(rust_cache) = &model.workflows[0].jobs[0].caches[0] else { panic!("it has one") };
    assert_eq!(rust_cache.registry.compressed, Bytes(200_000_000));
}

#[test]
fn a_target_folder_shrinks_alike_in_measured_and_modelled_jobs() {
    let text = format!(
        "{VALID}[project.flavour.dev]\ndependency-work = \"1 h\"\ndependency-archive = \"1 GB\"\n\
         [workflow.measured]\non = \"push main\"\n\
         job.test = {{ cold = \"2 min\", warm = \"1 min\", cache.rust-cache = true }}\n"
    );
    let flavours = ScenarioFolder::new(&text).load(&[]).model.flavours;
    assert!(flavours.len() >= 2);
    assert!(flavours.iter().all(|flavour| flavour.unpacked_ratio == Flavour::UNPACKED_RATIO));
}

#[test]
fn of_a_small_entry_a_fifth_is_registry() {
    let text = "[workflow.ci]\non = \"push main\"\n\
        job.test = { cold = \"2 min\", warm = \"1 min\", cache.rust-cache = { size = \"100 MB\" } }\n";
    let model = ScenarioFolder::new(text).load(&[]).model;
    // 100 MB × 0.2 = 20 MB; 100 − 20 = 80 MB of compiled crates.
    assert_eq!(model.flavours[0].dependency_archive, Bytes(80_000_000));
    let again = ScenarioFolder::new(&ScenarioFolder::new(text).effective(&[])).load(&[]).model;
    assert!(again == model);
}

#[test]
fn a_matrix_becomes_legs_with_their_own_runners_and_images() {
    let text = "[runner.arm]\ncores = 2\n[workflow.w]\non = [\"release\", \"schedule\"]\n\
        [workflow.w.job.publish]\nneeds = [\"build\"]\n\
        [workflow.w.job.build]\nmatrix = { image = [\"api\", \"web\"], arch = [\"amd64\", \"arm64\"] }\n\
        runner = { amd64 = \"ubuntu-latest\", arm64 = \"arm\" }\nimage = \"{image}\"\n\
        cache.buildkit-gha = { scope = \"{image}-{arch}\" }\n\
        [[image.api.step]]\nname = \"a\"\nwork = \"1 s\"\n[[image.web.step]]\nname = \"a\"\nwork = \"1 s\"\n";
    let model = ScenarioFolder::new(text).load(&[]).model;
    let jobs = &model.workflows[0].jobs;
    let names: Vec<_> = jobs.iter().map(|job| job.name.as_str()).collect();
    // Needed jobs come first, the last axis changes fastest.
    assert_eq!(
        names,
        ["build (api, amd64)", "build (api, arm64)", "build (web, amd64)", "build (web, arm64)", "publish"]
    );
    assert_eq!(*jobs[4].needs, [0, 1, 2, 3]);
    assert_eq!(jobs[2].build, Build::Image { image: 1, arch: "amd64".into() });
    let runners: Vec<_> = jobs.iter().map(|job| model.runners[job.runner].name.as_str()).collect();
    assert_eq!(runners, ["ubuntu-latest", "arm", "ubuntu-latest", "arm", "ubuntu-latest"]);
    let Cache::Buildkit(buildkit) = &jobs[1].caches[0] else { panic!("it has BuildKit's cache") };
    assert_eq!(buildkit.store, ImageStore::Gha { scope: "api-arm64".into() });
    assert_eq!(buildkit.export_rate, Rate(10_000_000));
}

#[test]
fn caches_keep_the_order_in_which_they_are_written() {
    let text = "[workload]\nchanges.web-lock = 0.1\n[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n\
        cold = \"2 min\"\nwarm = \"1 min\"\ncache.sccache = true\ncache.setup-node = { save-if = \"never\" }\n\
        cache.rust-cache = { environment = \"debug=2\" }\n\
        [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"a\"\nsize = \"1 MB\"\n\
        [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"b\"\nsize = \"1 MB\"\n";
    let model = ScenarioFolder::new(text).load(&[]).model;
    let caches = &model.workflows[0].jobs[0].caches;
    let names: Vec<_> = caches.iter().map(|cache| cache.name()).collect();
    assert_eq!(names, ["sccache", "setup-node", "rust-cache", "actions-cache", "actions-cache"]);
    let Cache::Action(node) = &caches[1] else { panic!("{names:?}") };
    assert_eq!(node.saves.refs, SaveIf::Never);
    // sccache's variable enters rust-cache's key.
    let Cache::RustCache(rust_cache) = &caches[2] else { panic!("{names:?}") };
    assert_eq!(rust_cache.environment, "debug=2 RUSTC_WRAPPER=sccache".into());
}

#[test]
fn steps_build_on_the_step_before() {
    let text = format!(
        "{VALID}[[image.api.step]]\nname = \"base\"\nwork = \"1 s\"\n\
         [[image.api.step]]\nname = \"cook\"\ncore-work = \"4 s\"\ncommand = \"cargo chef\"\n\
         [[image.api.step]]\nname = \"runtime\"\nstage = true\nwork = \"0 s\"\ncopies-from = [\"cook\"]\n\
         [[image.api.step]]\nname = \"other\"\nparent = \"base\"\nwork = \"0 s\"\ncommand = \"cargo chef\"\n"
    );
    let steps = &ScenarioFolder::new(&text).load(&[]).model.images[0].steps;
    let parents: Vec<_> = steps.iter().map(|step| step.parent).collect();
    assert_eq!(parents, [None, Some(0), None, Some(0)]);
    assert_eq!(steps[2].copies_from, [1]);
    assert_eq!(steps[1].work, StepWork { serial: Duration::ZERO, cores: Duration(4_000) });
    // The same text is the same command.
    assert_eq!(steps[1].command, steps[3].command);
    assert_ne!(steps[0].command, steps[1].command);
}

#[test]
fn path_classes_become_bits() {
    let text = "[workload]\npath-classes = [\"rust\", \"ui\", \"docs\"]\nburst-paths = \"rust\"\n\
        changes = { paths = { ui = 0.25 } }\n\
        [workflow.a]\non = \"push main\"\npaths = [\"docs\", \"rust\"]\njob.x = {}\n\
        [workflow.b]\non = \"pull_request\"\njob.x = {}\n";
    let model = ScenarioFolder::new(text).load(&[]).model;
    assert_eq!(model.workflows[0].paths, PathFilters::of_all(Some(PathSet(0b101))));
    assert_eq!(model.workflows[1].paths, PathFilters::default());
    let PushSource::Stochastic(drawn) = &model.workload.source else { panic!("pushes are drawn") };
    assert_eq!(drawn.changes.paths, [1.0, 0.25, 1.0]);
    assert_eq!(drawn.burst_paths, PathSet(0b001));
    // An empty list names no class; without one, all are touched.
    for (line, expected) in [("burst-paths = []\n", 0), ("", 0b111)] {
        let other = ScenarioFolder::new(&text.replace("burst-paths = \"rust\"\n", line)).load(&[]).model;
        let PushSource::Stochastic(drawn) = &other.workload.source else { panic!("pushes are drawn") };
        assert_eq!(drawn.burst_paths, PathSet(expected), "{line}");
    }
    // 42 days from Monday, 2026-01-05.
    assert_eq!((model.from.unwrap().to_string(), drawn.days), ("2026-01-05T00:00:00Z".to_owned(), 42.0));
    assert_eq!(model.until.unwrap().to_string(), "2026-02-16T00:00:00Z");
}

#[test]
fn the_hash_follows_values_and_files_not_comments() {
    let hash = |text: &str, sets: &[&str]| ScenarioFolder::new(text).load(sets).hash;
    let plain = hash(VALID, &[]);
    assert_eq!(plain.len(), 16);
    assert_eq!(hash(&format!("# a comment\n{VALID}"), &[]), plain);
    assert_ne!(hash(VALID, &["cache.limit=9 GB"]), plain);
    let text = format!("workload = {{ events = \"e.csv\", warmup = \"1 h\" }}\n{VALID}");
    let with =
        |row: &str| ScenarioFolder::new(&text).with("e.csv", format!("at,event\n{row}\n")).load(&[]).hash;
    assert_ne!(with("2026-01-05T08:00:00Z,main_push"), with("2026-01-05T08:00:01Z,main_push"));
}

#[test]
fn a_title_is_optional() {
    let loaded = ScenarioFolder::new(VALID).load(&[]);
    assert_eq!((loaded.name.as_str(), loaded.title.as_str()), ("s", "s"));
    assert_eq!(ScenarioFolder::new(VALID).load(&["title=Mine"]).title, "Mine");
}

/// What somebody would write who has read the first page only.
const FIRST: &str = r#"
# Question: does one more cache still fit?
[cache]
limit = "10 GB"

[workload]
pushes-per-day = 6                      # to main and pull requests together
pull-requests = { share = 0.7, pushes-each = 2 }
changes = { lock = 0.15, source = 0.9 } # shares of pushes that touch these

[workflow.ci]
on = ["push main", "pull_request"]

[workflow.ci.job.test]
cold = "17 min"
warm = "4 min"
cache.rust-cache = { size = "1.2 GB" }  # keys, restore keys and save rules are the client's own

[workflow.images]
on = ["push main"]

[workflow.images.job.api]
matrix = { arch = ["amd64", "arm64"] }
image = "api"                           # steps below
cache.buildkit-gha = { mode = "max" }   # no scope: one shared index

[[image.api.step]]
name = "cook"
work = "12 min"
content = "recipe"
layer = "1.3 GB"

[[expect]]
metric = "restore.hit_ratio"
client = "rust-cache"
ref = "main"
min = 0.9
"#;

#[test]
fn a_first_scenario_needs_no_more_than_this() {
    let loaded = ScenarioFolder::new(FIRST).load(&[]);
    let jobs: Vec<_> = loaded.model.workflows.iter().map(|workflow| workflow.jobs.len()).collect();
    assert_eq!(jobs, [1, 2]);
    let expected = loaded.expectations[0].to_string();
    assert_eq!(expected, "restore.hit_ratio {client=rust-cache, ref=main} >= 0.9");
}
