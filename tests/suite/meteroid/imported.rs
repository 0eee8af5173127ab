//! The founding repository's structure, imported from the two commits of a fixture as `compare --repo` does: with the
//! sizes, times and pushes of the hand-written scenarios, it predicts what they predict. So the import reads triggers, conditions, clients, keys, scopes and rules for saving as
//! the author of the scenarios did, before the pull request and after it.

use super::folder;
use cache_budget::experiment::replicate;
use cache_budget::import::calibration::Calibration;
use cache_budget::import::{CommitSources, ComparedCommit};
use cache_budget::observe::measure;
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use cache_budget::statistics::{Estimate, Study};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The names of path classes, by hand and imported.
const CLASSES: [(&str, &str); 4] =
    [("rust", "ci-rust"), ("openapi", "openapi-rust"), ("audit", "audit-rust"), ("ui", "ci-ui")];
/// The values that an import can only assume, and the environment, which the scenarios give for the compilers as well.
const GIVEN: [&str; 10] = [
    "cold",
    "warm",
    "prepare",
    "miss",
    "fails",
    "fails-on-main",
    "setup",
    "size",
    "object-bytes",
    "environment",
];
/// sccache's versions.
const RELEASES: &str =
    "releases = [\"2026-04-29T00:00:00Z\", \"2026-06-19T00:00:00Z\", \"2026-07-29T00:00:00Z\"]\n";
/// A year's events take long: these are three months, with the last weeks before the pull request.
const THREE_MONTHS: [&str; 2] = ["workload.from=2026-03-20T00:00:00Z", "workload.until=2026-07-01T00:00:00Z"];
const REPLICATIONS: u32 = 4;
/// The two states, by the tag of the fixture, with the scenario by hand.
const STATES: [(&str, &str); 2] = [("before", "before.toml"), ("after", "after.toml")];

/// What an import cannot know of a table, as the scenarios have it.
fn numbers(header: &str, is_after: bool) -> String {
    let environment = if is_after { "debug=line-tables-only" } else { "debug=2" };
    let (name, compile) = match header {
        "[workflow.ci-rust.job.check]" => {
            ("setup = \"90 s\"\nprepare = \"10 s\"\nfails = 0.08\nfails-on-main = 0.02\n", "test")
        }
        "[workflow.ci-rust.job.clippy]" => {
            ("setup = \"45 s\"\nfails = 0.08\nfails-on-main = 0.02\n", "clippy")
        }
        "[workflow.openapi-rust.job.openapi]" => {
            ("setup = \"45 s\"\nfails = 0.05\nfails-on-main = 0.02\n", "openapi")
        }
        "[workflow.ci-rust.job.fmt]" => ("setup = \"35 s\"\n", ""),
        "[workflow.audit-rust.job.audit]" => ("setup = \"60 s\"\n", ""),
        "[workflow.ci-ui.job.lint]" => ("setup = \"30 s\"\nfinish = \"4 min\"\n", ""),
        "[workflow.ci-ui.job.lint.cache.setup-node]" => ("size = \"0.4 GB\"\nmiss = \"60 s\"\n", ""),
        "[workflow.docker.job.build]" => ("setup = \"40 s\"\nfinish = \"20 s\"\n", ""),
        "[workflow.docker.job.build.cache.buildkit-gha]" => {
            ("export-rate = \"12 MB/s\"\ncontention = 1.2\n", "")
        }
        "[workflow.docker.job.build.cache.buildkit-registry]" => ("export-rate = \"40 MB/s\"\n", ""),
        "[workflow.docker.job.manifest]" => ("setup = \"25 s\"\n", ""),
        _ if header.ends_with(".sccache]") => (RELEASES, ""),
        _ => ("", ""),
    };
    let registry = match header {
        "[workflow.ci-rust.job.check.cache.rust-cache]" => "0.3 GB",
        "[workflow.ci-rust.job.clippy.cache.rust-cache]" => "0.24 GB",
        "[workflow.ci-rust.job.fmt.cache.rust-cache]" if !is_after => "10 MB",
        "[workflow.ci-rust.job.fmt.cache.rust-cache]" => "0.25 GB",
        "[workflow.openapi-rust.job.openapi.cache.rust-cache]" => "0.28 GB",
        "[workflow.audit-rust.job.audit.cache.rust-cache]" => "0.25 GB",
        _ => "",
    };
    let environment = match header {
        _ if header.contains("audit") => {
            if is_after {
                ""
            } else {
                "RUSTC_WRAPPER=sccache"
            }
        }
        _ if header.contains(".fmt.") && !is_after => "debug=2 RUSTC_WRAPPER=sccache",
        _ => environment,
    };
    let mut text = name.to_owned();
    if compile == "openapi" {
        let by_hand = std::fs::read_to_string(folder().join("before.toml")).expect("the scenario");
        text += "compile.flavour = \"test\"\ncompile.packages = [\"meteroid\"]\ncompile.tail = \"20 s\"\ncompile.";
        text += between(&by_hand, "own-features = [", "# ── Audit");
    } else if !compile.is_empty() {
        text += &format!("compile = {{ flavour = \"{compile}\" }}\n");
    }
    if !registry.is_empty() {
        text += &format!("registry = \"{registry}\"\nenvironment = \"{environment}\"\n");
    }
    text
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text.find(from).expect("the part begins");
    &text[start..start + text[start..].find(to).expect("the part ends")]
}

/// The imported scenario with the numbers of the hand-written ones.
fn filled(draft: &str, is_after: bool) -> String {
    let by_hand = std::fs::read_to_string(folder().join("before.toml")).expect("the scenario");
    let mut shared = between(&by_hand, "[workload]", "# ── CI:").to_owned();
    for (own, imported) in CLASSES {
        shared = shared.replace(&format!("\"{own}\""), &format!("\"{imported}\""));
    }
    if is_after {
        for (before, after) in
            [("2200 s", "2068 s"), ("\"0.9 GB\"", "\"0.74 GB\""), ("tail = \"55 s\"", "tail = \"45 s\"")]
        {
            assert!(shared.contains(before), "{before}");
            shared = shared.replace(before, after);
        }
    }
    let mut text = format!("title = \"imported\"\n\n{shared}");
    for table in format!("\n{draft}").split("\n[").skip(1) {
        let table = format!("[{table}");
        let mut lines = table.lines();
        let header = lines.next().and_then(|line| line.split(" #").next()).expect("a header").to_owned();
        if ["[workload]", "[assumed", "[input", "[image", "[[image"].iter().any(|own| header.starts_with(own))
        {
            continue;
        }
        let is_given = |line: &str| GIVEN.iter().any(|key| line.starts_with(&format!("{key} = ")));
        let kept: Vec<&str> = lines.filter(|line| !is_given(line)).collect();
        text += &format!("\n{header}\n{}{}\n", numbers(&header, is_after), kept.join("\n"));
    }
    let images = between(&by_hand, "[[image.meteroid-api.step]]", "# ── Values that");
    let mut images = images.replace("[[image.", "[[image.docker-build-");
    for image in ["meteroid-api", "meteroid-scheduler", "metering-api"].iter().filter(|_| is_after) {
        images += &format!("\n[image.docker-build-{image}]\nlink-factor = 0.25\n");
    }
    text + &images
}

fn study(file: &Path, settings: &[&str], replications: u32) -> Study {
    let settings: Vec<String> = settings.iter().map(|own| (*own).to_owned()).collect();
    let model = load(file, &settings).unwrap_or_else(|report| panic!("{:?}", report.diagnostics())).model;
    replicate(replications, |replication| measure(&model, Draws::new(1, replication))).expect("it ends")
}

/// What is compared: a metric with its labels.
const COMPARED: [(&str, &[(&str, &str)]); 10] = [
    ("push.waiting", &[("stat", "mean")]),
    ("runner.minutes", &[]),
    ("cache.bytes", &[("stat", "mean")]),
    ("cache.evicted_bytes", &[]),
    ("restore.hit_ratio", &[("client", "rust-cache"), ("ref", "main")]),
    ("restore.hit_ratio", &[("client", "rust-cache"), ("ref", "pull_request")]),
    ("save.stored", &[("client", "rust-cache")]),
    ("save.stored", &[("client", "setup-node")]),
    ("job.duration", &[("job", "check"), ("ref", "main"), ("stat", "mean")]),
    ("job.duration", &[("job", "clippy"), ("ref", "main"), ("stat", "mean")]),
];

fn estimate<'a>(study: &'a Study, (name, labels): &(&str, &[(&str, &str)])) -> Option<&'a Estimate> {
    let has = |own: &&Estimate| {
        let all = ["client", "job", "ref", "stat", "reason", "workflow"];
        own.metric.name == *name
            && all.iter().filter(|label| **label != "workflow" || own.label("job").is_none()).all(|label| {
                own.label(label) == labels.iter().find(|(known, _)| known == label).map(|(_, value)| *value)
            })
    };
    study.estimates.iter().find(has)
}

/// Half of the 95 % interval.
fn half(estimate: &Estimate) -> f64 {
    (estimate.high - estimate.low) / 2.0
}

/// The fixture: the repository before the pull request and after it, in our own words, as two commits with tags.
fn repository() -> TempDir {
    let place = tempfile::tempdir().expect("a folder");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/repository/unpack.sh");
    let mut unpack = Command::new("sh");
    let unpacked = unpack.arg(script).arg(place.path().join("meteroid")).arg("founding").status();
    assert!(unpacked.expect("a shell").success());
    place
}

/// Writes what both states are, with the numbers of the scenarios by hand, and the data beside.
fn fill(place: &Path, drafts: [&str; 2]) -> [PathBuf; 2] {
    for name in ["crates.csv", "events.csv"] {
        let mut text = std::fs::read_to_string(folder().join(name)).expect("the data");
        if name == "events.csv" {
            // The fifth column names the classes.
            let row = |line: &str| {
                let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
                let class = |own: &str| {
                    CLASSES
                        .iter()
                        .find(|(class, _)| *class == own)
                        .map_or(own.to_owned(), |own| own.1.to_owned())
                };
                fields[4] = fields[4].split(';').map(class).collect::<Vec<_>>().join(";");
                fields.join(",")
            };
            text = text.lines().map(row).collect::<Vec<_>>().join("\n");
        }
        std::fs::write(place.join(name), text).expect("written");
    }
    let file = |state: usize| {
        let file = place.join(format!("imported-{}", STATES[state].1));
        std::fs::write(&file, filled(drafts[state], state == 1)).expect("written");
        file
    };
    [file(0), file(1)]
}

/// Imported and by hand, before and after.
fn studies(files: &[PathBuf; 2], settings: &[&str], replications: u32) -> [[Study; 2]; 2] {
    let of = |state: usize| {
        let by_hand = folder().join(STATES[state].1);
        [&files[state], &by_hand].map(|file| study(file, settings, replications))
    };
    [of(0), of(1)]
}

/// By how much a metric changes from before to after, on one side, and by how much both means may be off.
fn change(studies: &[[Study; 2]; 2], side: usize, what: &(&str, &[(&str, &str)])) -> Option<(f64, f64)> {
    let [before, after] = [estimate(&studies[0][side], what)?, estimate(&studies[1][side], what)?];
    Some((after.mean - before.mean, half(before) + half(after)))
}

#[test]
fn the_fixture_holds_both_states_and_compare_reads_them() {
    let place = repository();
    let mut command = assert_cmd::Command::cargo_bin("cache-budget").expect("the program");
    let arguments = ["compare", "--repo", "meteroid", "--from", "before", "--to", "after", "--output", "out"];
    let short = ["--replications", "2", "--no-uncertain", "--format", "markdown", "--set", "workload.days=4"];
    let output = command.args(arguments).args(short).current_dir(place.path()).output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let again = "cache-budget compare --repo meteroid --from before --to after";
    assert!(String::from_utf8_lossy(&output.stdout).contains(again), "{output:?}");
    let drafts = STATES.map(|(tag, _)| {
        std::fs::read_to_string(place.path().join(format!("out/{tag}.toml"))).expect("it is kept")
    });
    // As the pull request says: no sccache; five archives, and the layers in the registry, are saved by main alone.
    for (what, [before, after]) in [
        ("cache.sccache]", [3, 0]),
        ("cache.buildkit-gha]", [1, 0]),
        ("cache.buildkit-registry]", [0, 1]),
        ("save-if = \"default-branch\"", [0, 6]),
    ] {
        let counts = drafts.each_ref().map(|draft| draft.matches(what).count());
        assert_eq!(counts, [before, after], "{what}\n{}", drafts[1]);
    }
    // With the sizes, times and pushes of the scenarios by hand, two weeks already say what those say.
    let files = fill(place.path(), drafts.each_ref().map(String::as_str));
    let weeks =
        ["workload.from=2026-06-14T00:00:00Z", "workload.until=2026-06-28T00:00:00Z", "workload.warmup=4 d"];
    let studies = studies(&files, &weeks, 2);
    for what in [
        ("push.waiting", [("stat", "mean")].as_slice()),
        ("runner.minutes", &[]),
        ("cache.evicted_bytes", &[]),
    ] {
        let [own, hand] = [0, 1].map(|side| change(&studies, side, &what).expect("both have it").0);
        assert!(hand < 0.0 && own < 0.0 && (own / hand - 1.0).abs() < 0.25, "{what:?}: {own} for {hand}");
    }
}

#[test]
#[ignore = "plays three months of pushes 16 times; run by .ci/run"]
fn its_structure_predicts_what_the_scenarios_by_hand_do() {
    let place = repository();
    let commits = [("before", "before.csv"), ("after", "after.csv")];
    let commits = commits.map(|(revision, events)| ComparedCommit { revision, events });
    let sources = CommitSources::read(&place.path().join("meteroid"), commits).expect("two commits");
    let drafts = sources.drafted(&Calibration::default()).expect("it has caches");
    let files = fill(place.path(), [&drafts.from.text, &drafts.to.text]);
    let pairs = studies(&files, &THREE_MONTHS, REPLICATIONS);
    let mut told = Vec::new();
    for (pair, (state, _)) in pairs.iter().zip(STATES) {
        for what in &COMPARED {
            match [estimate(&pair[0], what), estimate(&pair[1], what)] {
                [Some(own), Some(hand)] => {
                    let apart = (own.mean - hand.mean).abs();
                    if apart > half(own) + half(hand) + 1e-9 {
                        told.push(format!(
                            "{state} {what:?}: {} for {} ± {}",
                            own.mean,
                            hand.mean,
                            half(hand)
                        ));
                    }
                }
                [None, None] => {}
                _ => told.push(format!("{state} {what:?} is only in one of them")),
            }
        }
    }
    assert!(told.is_empty(), "{told:#?}");
    // What the change does, as the founding pull request expects: pushes wait for less, and less is stored and evicted.
    for what in &COMPARED {
        let [own, hand] = [0, 1].map(|side| change(&pairs, side, what));
        let (Some((own, own_margin)), Some((hand, margin))) = (own, hand) else { continue };
        assert!((own - hand).abs() <= own_margin + margin + 1e-9, "{what:?}: {own} for {hand} ± {margin}");
        let is_certain = hand.abs() > margin;
        assert!(!is_certain || (own < 0.0) == (hand < 0.0), "{what:?}: {own} for {hand} ± {margin}");
    }
    for what in [&COMPARED[0], &COMPARED[3]] {
        let (hand, margin) = change(&pairs, 1, what).expect("both states have it");
        assert!(hand < -margin, "{what:?}: {hand} ± {margin}");
    }
}
