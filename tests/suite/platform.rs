//! Systems: a runner's operating system and architecture stand in every key that a client writes
//! itself, in the version of every archive on Windows, and in everything that is built.

use crate::case::Case;
use crate::miniature::{HOUR, Miniature, Played, START, Told, ms};
use cache_budget::client;
use cache_budget::event::RestoreOutcome;
use cache_budget::project::{Arch, Os, System};

/// A runner without noise or boot, like the miniature's own.
fn runner(name: &str, system: System) -> String {
    let os = system.os.runner_os().to_lowercase();
    let arch = system.arch.runner_arch().to_lowercase();
    format!(
        "[runner.{name}]\nos = \"{os}\"\narch = \"{arch}\"\ncores = 1\ndownload = \"100 MB/s\"\n\
         upload = \"100 MB/s\"\ntransfer-noise = 1.0\nspeed-noise = 1.0\nboot = \"0 s\"\n"
    )
}

/// The settings of every client in a job `build`, by the client's name, with what the job builds.
const CLIENTS: [(&str, &str); 11] = [
    ("rust-cache", "compile = { flavour = \"dev\" }\ncache.rust-cache = { registry = \"10 MB\" }"),
    (
        "actions-cache",
        "compile = { flavour = \"dev\" }\ncache.actions-cache = { key = \"k\", paths = \"target\" }",
    ),
    ("sccache", "compile = { flavour = \"dev\" }\ncache.sccache = { deterministic = 1 }"),
    ("setup-node", "cache.setup-node = { miss = \"60 s\" }"),
    ("setup-python", "cache.setup-python = { miss = \"60 s\" }"),
    ("setup-go", "cache.setup-go = { miss = \"60 s\" }"),
    ("setup-java", "cache.setup-java = { hash = \"lock\", miss = \"60 s\" }"),
    ("setup-ruby", "cache.setup-ruby = { hash = \"lock\", miss = \"60 s\" }"),
    ("setup-uv", "cache.setup-uv = { miss = \"60 s\" }"),
    ("setup-bazel", "cache.setup-bazel = { hash = \"lock\", miss = \"60 s\" }"),
    ("buildkit", "image = \"app\"\ncache.buildkit-gha = { mode = \"max\" }"),
];

/// The clients in whose keys a part of the system is missing: what they keep is found on other systems.
const WITHOUT_SYSTEM: [&str; 6] =
    ["setup-dotnet", "setup-gradle", "golangci-lint", "pre-commit", "ccache", "codeql"];

const IMAGE: &str = "[[image.app.step]]\nname = \"cook\"\nwork = \"60 s\"\nlayer = \"10 MB\"\n\
                     [[image.app.step]]\nname = \"copy\"\nwork = \"1 s\"\nlayer = \"1 MB\"\nin-final = true\n";

/// A job on `first` after a push to main, and the same job on `second` after a release, which may
/// read what main has saved.
fn one_after_the_other(first: System, second: System, job: &str) -> Played {
    let scenario = format!(
        "{}{}{IMAGE}[workflow.a]\non = [\"push main\"]\n[workflow.a.job.build]\nrunner = \"first\"\n{job}\n\
         [workflow.b]\non = [\"release\"]\n[workflow.b.job.build]\nrunner = \"second\"\n{job}\n",
        runner("first", first),
        runner("second", second),
    );
    Miniature::new(&scenario).event(0, "main_push", "").event(HOUR, "release", "").play()
}

/// Every system.
fn systems() -> impl Iterator<Item = System> {
    Os::ALL.into_iter().flat_map(|os| Arch::ALL.map(|arch| System { os, arch }))
}

#[test]
fn every_client_is_tried() {
    assert_eq!(CLIENTS.len() + WITHOUT_SYSTEM.len(), client::CLIENTS.len());
    for client in client::CLIENTS.map(|kind| kind.name) {
        let tried = CLIENTS.iter().any(|(name, _)| *name == client);
        assert!(tried != WITHOUT_SYSTEM.contains(&client), "{client}");
    }
}

#[test]
fn nothing_that_was_built_on_one_system_is_of_use_on_another() {
    for first in systems() {
        for second in systems() {
            for (client, job) in CLIENTS {
                let played = one_after_the_other(first, second, job);
                let (cold, later) = (played.run(0, "build"), played.run(1, "build"));
                let context = format!("{client}: {first:?}, then {second:?}");
                if first == second {
                    assert!(later.build < cold.build, "{context}: nothing was of use");
                } else {
                    // Look-ups of objects take 0.1–0.3 s each, as drawn.
                    assert!((later.build.0 - cold.build.0).abs() < 2_000, "{context}");
                    assert_eq!(later.objects().0, 0, "{context}");
                }
            }
        }
    }
}

#[test]
fn an_archive_has_another_version_on_windows_only() {
    let job = "cache.actions-cache = { key = \"k\", size = \"1 MB\" }";
    for first in systems() {
        for second in systems() {
            let played = one_after_the_other(first, second, job);
            let same = (first.os == Os::Windows) == (second.os == Os::Windows);
            let expected = if same { RestoreOutcome::Exact } else { RestoreOutcome::Miss };
            assert_eq!(played.run(1, "build").found(), [expected], "{first:?}, then {second:?}");
        }
    }
}

#[test]
fn keys_name_the_system_as_their_client_does() {
    let windows = System { os: Os::Windows, arch: Arch::Arm64 };
    let mac = System { os: Os::MacOs, arch: Arch::X64 };
    let stored = |system: System, job: &str| {
        let played = one_after_the_other(system, system, job);
        played.stored()[0].key.clone()
    };
    let rust = "cache.rust-cache = true";
    assert!(stored(windows, rust).starts_with("v0-rust-build-Windows_NT-arm64-"));
    assert!(stored(mac, rust).starts_with("v0-rust-build-Darwin-x64-"));
    assert!(stored(windows, "cache.setup-node = true").starts_with("node-cache-Windows-arm64-"));
    assert!(stored(mac, "cache.setup-go = true").starts_with("setup-go-macOS-x64-"));
    let own = "cache.actions-cache = { key = \"{os}-{arch}\", size = \"1 MB\" }";
    assert_eq!(stored(windows, own), "Windows-ARM64");
    assert_eq!(stored(mac, own), "macOS-X64");
}

#[test]
fn a_label_says_which_system_it_is() {
    let of = |label| {
        let System { os, arch } = System::of_label(label);
        (os, arch)
    };
    for label in ["ubuntu-latest", "ubuntu-24.04", "self-hosted", "machine-1", "linux-amd64", "winter"] {
        assert_eq!(of(label), (Os::Linux, Arch::X64), "{label}");
    }
    for label in ["ubuntu-24.04-arm", "linux-arm64", "linux_aarch64"] {
        assert_eq!(of(label), (Os::Linux, Arch::Arm64), "{label}");
    }
    for label in ["windows-latest", "Windows-2022", "win-x64"] {
        assert_eq!(of(label), (Os::Windows, Arch::X64), "{label}");
    }
    assert_eq!(of("windows-11-arm"), (Os::Windows, Arch::Arm64));
    for label in ["macos-latest", "macos-14", "macos-13-xlarge", "macos-arm64", "macos15"] {
        assert_eq!(of(label), (Os::MacOs, Arch::Arm64), "{label}");
    }
    for label in ["macos-13", "macos-15-intel", "macos-14-large", "macos-x64"] {
        assert_eq!(of(label), (Os::MacOs, Arch::X64), "{label}");
    }
}

#[test]
fn hosted_labels_exist_without_being_written() {
    let model = Miniature::new(
        "[workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.t]\n\
         matrix = { os = [\"macos-14\", \"windows-latest\", \"ubuntu-24.04-arm\"] }\nrunner = \"{os}\"\n",
    )
    .event(0, "main_push", "")
    .model();
    let runners = model.workflows[0].jobs.iter().map(|job| &model.runners[job.runner]);
    let runners: Vec<_> = runners.map(|runner| (runner.name.as_str(), runner.cores)).collect();
    // Apple silicon has three processors under GitHub's labels.
    assert_eq!(runners, [("macos-14", 3), ("windows-latest", 4), ("ubuntu-24.04-arm", 4)]);
}

#[test]
fn a_private_repository_has_smaller_standard_runners_with_a_price() {
    let labels = [
        "ubuntu-latest",
        "windows-2025",
        "macos-15",
        "ubuntu-24.04-arm",
        "ubuntu-latest-8-cores",
        "macos-15-xlarge",
    ];
    let presets = |visibility: &str| {
        let scene = format!(
            "[ci]\nvisibility = \"{visibility}\"\n[workflow.ci]\n\
             on = [\"push main\"]\n[workflow.ci.job.t]\nmatrix.on = {labels:?}\nrunner = \"{{on}}\"\n"
        );
        let model =
            Miniature::new(&scene).set("runner.ubuntu-latest.cores=6").event(0, "main_push", "").model();
        let runners = model.workflows[0].jobs.iter().map(|job| &model.runners[job.runner]);
        runners
            .map(|runner| (runner.cores, (runner.price_per_minute.as_usd_f64() * 1_000.0).round() as u32))
            .collect::<Vec<_>>()
    };
    // Processors and thousandths of a dollar. What is written holds; larger runners cost the same in both.
    assert_eq!(presets("public"), [(6, 0), (4, 0), (3, 0), (4, 0), (8, 22), (5, 102)]);
    assert_eq!(presets("private"), [(6, 6), (2, 10), (3, 62), (2, 5), (8, 22), (5, 102)]);
}

#[test]
fn githubs_macs_have_a_limit_of_their_own() {
    // Seven legs of a minute each in one push. The last ends after one minute if all run at once, after two
    // if five do, and after four if two do.
    let ended = |runner: &str, ci: &str| {
        let text = format!(
            "{ci}[runner.{runner}]\nboot = \"0 s\"\nspeed-noise = 1.0\n[workflow.ci]\non = \"push main\"\n\
             [workflow.ci.job.t]\nmatrix.n = [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\"]\n\
             runner = \"{runner}\"\nsetup = \"60 s\"\n"
        );
        let played = Miniature::new(&text).event(0, "main_push", "").play();
        played.outcome.runs.iter().map(|run| (run.ended - START).0 / 60_000).max()
    };
    assert_eq!(ended("macos-15", ""), Some(2));
    assert_eq!(ended("macos-15", "[ci]\nmacos-concurrency = 2\n"), Some(4));
    assert_eq!(ended("macos-15", "[ci]\nmacos-concurrency = \"unlimited\"\n"), Some(1));
    // Macs of one's own do not count.
    assert_eq!(ended("mac-mini", ""), Some(1));
}

#[test]
fn a_matrix_over_systems_is_the_same_ci_as_a_job_for_each() {
    let caches = "compile = { flavour = \"dev\" }\ncache.rust-cache = { registry = \"10 MB\" }\n";
    let labels = ["ubuntu-latest", "windows-latest", "macos-latest"];
    let one = format!(
        "[workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.test]\n\
         matrix = {{ os = [\"ubuntu-latest\", \"windows-latest\", \"macos-latest\"] }}\nrunner = \"{{os}}\"\n{caches}"
    );
    let job = |label: &str| format!("[workflow.ci.job.test-{label}]\nrunner = \"{label}\"\n{caches}");
    let three = labels.map(job).concat();
    let play = |scenario: &str| {
        let speed = labels.map(|label| format!("runner.{label}.speed-noise=1.0"));
        let scene = speed.iter().fold(Miniature::new(scenario), |scene, set| scene.set(set));
        scene
            .event(0, "main_push", "")
            .event(HOUR, "main_push", "")
            .event(2 * HOUR, "main_push", "lock")
            .play()
    };
    let matrix = play(&one);
    let jobs = play(&format!("[workflow.ci]\non = [\"push main\"]\n{three}"));
    for event in 0..3 {
        for label in labels {
            let leg = matrix.run(event, &format!("test ({label})"));
            let job = jobs.run(event, &format!("test-{label}"));
            assert_eq!((leg.build, leg.found(), leg.saves()), (job.build, job.found(), job.saves()));
        }
    }
    let bytes = |played: &Played| played.stored().iter().map(|entry| entry.size.0).sum::<u64>();
    assert_eq!(bytes(&matrix), bytes(&jobs));
    assert_eq!(matrix.stored().len(), 6, "two lock files on three systems");
}

/// Where a text of a scenario reaches a cache key: the job that has `TEXT` in it.
const TEXTS: [&str; 9] = [
    "cache.rust-cache = { prefix-key = \"TEXT\" }",
    "cache.rust-cache = { shared-key = \"TEXT\" }",
    "cache.rust-cache = { key = \"TEXT\" }",
    "cache.rust-cache = { environment = \"TEXT\" }",
    "cache.actions-cache = { key = \"TEXT\", size = \"1 MB\" }",
    "cache.actions-cache = { key = \"k\", restore-keys = [\"TEXT\"], size = \"1 MB\" }",
    "image = \"app\"\ncache.buildkit-gha = { scope = \"TEXT\" }",
    "image = \"app\"\ncache.buildkit-registry = { tag = \"TEXT\" }",
    "image = \"app\"\ncache.buildkit-s3 = { name = \"TEXT\" }",
];

fn with_matrix(job: &str, text: &str) -> String {
    format!(
        "{IMAGE}[workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.build]\n\
         matrix = {{ target = [\"one\", \"two\"] }}\n{}\n",
        job.replace("TEXT", text)
    )
}

#[test]
fn an_axis_fills_every_text_that_reaches_a_key_and_an_unknown_placeholder_none() {
    for job in TEXTS {
        let filled = Miniature::new(&with_matrix(job, "x-{target}-{os}-{arch}-{lock}"));
        let filled = filled.event(0, "main_push", "").model();
        let written: Vec<_> =
            filled.workflows[0].jobs.iter().map(|job| format!("{:?}", job.caches)).collect();
        assert!(written[0].contains("x-one-Linux-") && written[1].contains("x-two-Linux-"), "{written:?}");
        let case = Case::with(&with_matrix(job, "x-{tagret}"));
        let said = case.refused(&["check", "ci.toml"], 3);
        assert!(said.contains("`{tagret}` is not a placeholder") && said.contains("target"), "{said}");
    }
}

#[test]
fn legs_that_write_their_axis_into_the_key_keep_an_entry_each() {
    let job = "cache.actions-cache = { key = \"deps-{target}-{lock}\", size = \"1 MB\" }";
    let played = Miniature::new(&with_matrix(job, "")).event(0, "main_push", "").play();
    let mut keys: Vec<_> = played.stored().iter().map(|entry| &entry.key[..9]).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["deps-one-", "deps-two-"]);
}

#[test]
fn rust_caches_key_and_job_name_stand_in_its_key() {
    let stored = |settings: &str| {
        let job = format!("cache.rust-cache = {{ {settings} }}");
        let scene = Miniature::new(&with_matrix(&job, "")).event(0, "main_push", "");
        let played = scene.play();
        let mut stems: Vec<String> = played
            .stored()
            .iter()
            .map(|entry| entry.key.split("-Linux").next().unwrap_or("").into())
            .collect();
        stems.sort();
        stems
    };
    assert_eq!(stored(""), ["v0-rust-build"], "both legs have one job name");
    assert_eq!(stored("key = \"{target}\""), ["v0-rust-one-build", "v0-rust-two-build"]);
    assert_eq!(stored("key = \"{target}\", add-job-id-key = false"), ["v0-rust-one", "v0-rust-two"]);
    assert_eq!(stored("shared-key = \"all\", key = \"{target}\""), ["v0-rust-all"]);
}

#[test]
fn equal_runs_take_their_fixed_steps_alone() {
    // The helper's runners have no noise: 60 s lost to the first miss, none after it.
    let linux = System::default();
    let played =
        one_after_the_other(linux, linux, "prepare = \"5 s\"\ncache.setup-node = { miss = \"60 s\" }");
    assert_eq!((played.run(0, "build").build, played.run(0, "build").ideal), (ms(65_000), ms(5_000)));
    assert_eq!((played.run(1, "build").build, played.run(1, "build").ideal), (ms(5_000), ms(5_000)));
}

#[test]
fn with_a_key_of_ones_own_downloads_are_shared_between_systems_and_compiled_crates_are_not() {
    let linux = System { os: Os::Linux, arch: Arch::X64 };
    let mac = System { os: Os::MacOs, arch: Arch::Arm64 };
    let second = |paths: &str| {
        let job = format!(
            "cold = \"15 min\"\nwarm = \"5 min\"\n\
             cache.actions-cache = {{ key = \"k\", size = \"1 MB\", paths = \"{paths}\" }}"
        );
        let played = one_after_the_other(linux, mac, &job);
        let run = played.run(1, "build");
        assert_eq!(run.found(), [RestoreOutcome::Exact], "{paths}");
        run.took() < ms(6 * 60_000)
    };
    assert!(second("other") && !second("target"));
}
