//! Which commands are run.

use std::fs;
use std::path::{Path, PathBuf};

/// Commands that run one after the other in one folder, with words separated by single blanks.
pub struct Sequence {
    pub name: String,
    pub commands: Vec<String>,
    /// A folder of the repository whose files lie beside `ci.toml`.
    folder: Option<&'static str>,
}

/// A repository with most kinds of cache clients, a limit that is too small, and what can be expected of it.
pub const SMALL: &str = include_str!("small.toml");

const LOG: &str = include_str!("log.jsonl");
const LISTING: &str = include_str!("listing.json");
const TRACE: &str = "time,key,size\n0,a,10\n1,b,20\n2,a,10\n3,c,30\n4,b,20\n5,a,10\n6,d,40\n7,b,20\n";
const BROKEN: &str = "[workload]\npushes-per-day = -3\ndaays = 4\n[workflow.ci]\non = \"push mian\"\n[workflow.ci.job.a]\n\
                      cold = \"9 parsecs\"\ncache.rust-cash = {}\n";

impl Sequence {
    fn of(name: &str, commands: &[&str]) -> Sequence {
        let commands = commands.iter().map(|command| (*command).to_owned()).collect();
        Sequence { name: name.into(), commands, folder: None }
    }

    /// The files that lie beside `ci.toml`, with their texts.
    pub fn files(&self) -> Vec<(String, String)> {
        let own =
            [("log.jsonl", LOG), ("listing.json", LISTING), ("trace.csv", TRACE), ("broken.toml", BROKEN)];
        let own = own.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let shipped = self.folder.iter().flat_map(|folder| shipped(folder));
        let read = |path: PathBuf| (name(&path), fs::read_to_string(&path).expect("text"));
        own.into_iter().chain(shipped.map(read)).collect()
    }
}

/// Every command and option, in every format, on small inputs.
pub fn samples() -> Vec<Sequence> {
    let mut sequences: Vec<Sequence> =
        SAMPLES.iter().map(|(name, commands)| Sequence::of(name, commands)).collect();
    for command in [
        "",
        "run",
        "compare",
        "explain",
        "sweep",
        "merge",
        "check",
        "replay",
        "report",
        "metrics",
        "strategies",
    ] {
        let named = if command.is_empty() { "program" } else { command };
        let help = ["-h", "--help"].map(|option| format!("{command} {option}").trim().to_owned());
        sequences.push(Sequence { name: format!("help-{named}"), commands: help.to_vec(), folder: None });
    }
    sequences
}

/// Every scenario of the course: checked, run and shown in every format.
pub fn lessons() -> Vec<Sequence> {
    let of = |path: PathBuf| of_scenario(&path, "scenarios/lessons", "--replications 2", "");
    scenarios("scenarios/lessons").map(of).collect()
}

/// Every scenario of the founding case, its comparison and its first miss.
pub fn founding_case() -> Vec<Sequence> {
    let folder = "scenarios/meteroid";
    let of = |path: PathBuf| of_scenario(&path, folder, "--replications 1", " --output out --quiet");
    let mut sequences: Vec<Sequence> = scenarios(folder).map(of).collect();
    let commands = [
        "compare before.toml after.toml --replications 1 --output compared --strategy raise-limit=20GB",
        "report compared --format markdown",
        "report compared --format svg --output charts",
        "explain before.toml --worst 2 --journal journal.jsonl",
    ];
    sequences.push(Sequence { folder: Some(folder), ..Sequence::of("meteroid", &commands) });
    sequences
}

fn of_scenario(path: &Path, folder: &'static str, replications: &str, output: &str) -> Sequence {
    let file = name(path);
    let mut commands = vec![
        format!("check {file}"),
        format!("check {file} --show-defaults"),
        format!("run {file} {replications} --output out{}", output.trim_start_matches(" --output out")),
    ];
    commands.extend(["table", "markdown", "csv"].map(|format| format!("report out --format {format}")));
    commands.extend(["html", "svg"].map(|format| format!("report out --format {format} --output {format}")));
    Sequence { name: file.trim_end_matches(".toml").into(), commands, folder: Some(folder) }
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// The files of a folder of the repository.
fn shipped(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn scenarios(folder: &str) -> impl Iterator<Item = PathBuf> {
    shipped(folder).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
}

const SAMPLES: &[(&str, &[&str])] = &[
    (
        "catalogues",
        &[
            "metrics",
            "metrics --format json",
            "metrics --format csv",
            "metrics --format markdown",
            "strategies",
            "strategies --format json",
            "strategies --format csv",
            "strategies --format markdown",
            "schema",
            "completions bash",
            "completions zsh",
            "completions fish",
            "man",
            "--version",
            "trace zipf --requests 50 --objects 9",
            "trace zipf --requests 50 --objects 9 --output zipf.csv",
        ],
    ),
    (
        "check",
        &[
            "check ci.toml",
            "check ci.toml --show-defaults",
            "check ci.toml --set cache.limit=3GB",
            "check broken.toml",
            "check broken.toml ci.toml missing.toml",
            "check ci.toml --set cache.limit=3parsecs --set no.such=1",
        ],
    ),
    (
        "run",
        &[
            "run ci.toml --replications 3",
            "run ci.toml --replications 3 --format json",
            "run ci.toml --replications 3 --format csv --quiet",
            "run ci.toml --replications 3 --format markdown",
            "run ci.toml --replications 2 --with-screen --output screened --set workload.days=20 --seed 4",
            "run ci.toml --batches 8 --output batches",
            "run ci.toml --batches 8 --format json",
            "run ci.toml --replications 4 --precision 20% --replications-max 8 --output precise --strict",
            "run ci.toml --replications 2 --precision 20% --precision-metric save.stored{client=rust-cache}",
            "run ci.toml --replications 2 --color always --output colour --threads 1",
            "run missing.toml",
            "run broken.toml",
            "run ci.toml --replications 0",
            "run ci.toml --precision-metric save.stored{client=none} --precision 9%",
            "run ci.toml --replications 2 --set workload.event-limit=10",
        ],
    ),
    (
        "run-deterministic",
        &[
            "run ci.toml --replications 2 --set workload.warmup=auto",
            "run ci.toml --replications 1",
            "run ci.toml --replications 2 --set workload.days=9",
        ],
    ),
    (
        "compare",
        &[
            "compare ci.toml --strategy raise-limit=8GB --strategy save-on-main-only --replications 3",
            "compare ci.toml --strategy raise-limit=8GB+save-on-main-only --replications 3 --format json --output two",
            "compare ci.toml --strategy raise-limit=8GB --replications 3 --format csv",
            "compare ci.toml --strategy raise-limit=8GB --replications 3 --format markdown --quiet",
            "compare ci.toml --attribute --strategy raise-limit=8GB --strategy drop-sccache --replications 2 --output attributed",
            "compare ci.toml --attribute --strategy raise-limit=8GB --strategy drop-sccache --replications 2 --format csv",
            "compare ci.toml --strategy no-such",
            "compare ci.toml --strategy scheduled-warm-up --strategy mode-min",
            "compare ci.toml",
            "compare ci.toml --strategy raise-limit=8GB --replications 2 --precision 30% --replications-max 4 --output precise",
            "report attributed --format table",
            "report attributed --format markdown",
            "report attributed --format csv",
            "report two --format svg --output svg",
            "report attributed --format html --output attributed.html",
        ],
    ),
    (
        "sweep",
        &[
            "sweep ci.toml --vary cache.limit=2GB..8GB:2GB --replications 2 --output grid",
            "sweep ci.toml --vary cache.limit=2GB,4GB --vary workload.pushes-per-day=4,8 --replications 2 --output two --all-metrics",
            "sweep ci.toml --vary cache.limit=2GB,4GB --strategy drop-sccache --replications 2 --format json --output strategies",
            "sweep ci.toml --vary cache.limit=2GB,4GB --replications 8 --format csv --output many",
            "sweep ci.toml --vary cache.limit=2GB,4GB --replications 2 --format markdown --metric save.stored --output stored",
            "sweep ci.toml --vary cache.limit=2GB..9GB --vary workload.pushes-per-day=4..9 --sample 6 --replications 2 --output sampled",
            "sweep ci.toml --vary cache.limit=2GB..9GB --vary workload.pushes-per-day=4..9 --sensitivity morris --sample 8 --replications 1 --output morris",
            "sweep ci.toml --vary cache.limit=2GB..9GB --vary workload.pushes-per-day=4..9 --sensitivity sobol --sample 8 --replications 1 --output sobol",
            "sweep ci.toml --replications 1 --sensitivity morris --sample 8 --output assumed",
            "report grid",
            "report grid --format markdown",
            "report morris --format markdown",
            "report sobol --format csv",
            "report grid --format svg --output svg",
            "report two --format svg --output two-svg",
            "report sobol --format html --output sobol.html",
            "sweep ci.toml",
            "sweep ci.toml --vary cache.limit=2GB..9GB",
            "sweep ci.toml --vary cache.limt=2GB,3GB",
        ],
    ),
    (
        "shards",
        &[
            "sweep ci.toml --vary cache.limit=2GB..6GB:2GB --replications 2 --shard 1/2 --output one",
            "sweep ci.toml --vary cache.limit=2GB..6GB:2GB --replications 2 --shard 2/2 --output two",
            "merge one two --output all",
            "merge one two --output csv --format csv",
            "merge one --output part",
            "merge one one --output twice",
            "sweep ci.toml --vary cache.limit=2GB..6GB:2GB --replications 2 --shard 1/2 --output one",
            "sweep ci.toml --vary cache.limit=2GB..6GB:2GB --replications 2 --shard 1/2 --output one --resume",
            "sweep ci.toml --vary cache.limit=2GB..6GB:2GB --replications 2 --shard 1/2 --output one --restart",
        ],
    ),
    (
        "explain",
        &[
            "explain ci.toml --no-remedies",
            "explain ci.toml --worst 3",
            "explain ci.toml --format json",
            "explain ci.toml --format markdown --worst 2",
            "explain ci.toml --job test --ref main --replication 2 --seed 3",
            "explain ci.toml --client sccache --no-remedies --set cache.limit=6GB",
            "explain ci.toml --client buildkit --no-remedies --journal journal.jsonl",
            "explain ci.toml --job tset",
            "explain ci.toml --at 2026-01-19",
            "explain ci.toml --at 2026-01-19T12:00:00Z --no-remedies",
            "explain ci.toml --at 2036-01-19",
        ],
    ),
    (
        "replay",
        &[
            "replay log.jsonl",
            "replay log.jsonl --initial listing.json",
            "replay log.jsonl --format json --initial listing.json",
            "replay log.jsonl --format csv --output written",
            "replay log.jsonl --format markdown",
            "replay log.jsonl --limit 100B --limit 1kB --initial listing.json",
            "replay log.jsonl --limit 100B --limit 1kB --format json",
            "replay log.jsonl --limit 100B --limit 1kB --format csv",
            "replay log.jsonl --sweep instant --retention 1d --limit 1kB",
            "replay log.jsonl --screen --limit 100B --limit 1kB",
            "replay trace.csv --limit 30B --limit 60B",
            "replay trace.csv --limit 60B --format json",
            "replay trace.csv --limit 60B --format csv",
            "replay trace.csv --limit 60B --format markdown --output accesses",
            "replay trace.csv --screen --limit 30B",
            "replay ci.toml",
            "replay missing.jsonl",
            "replay log.jsonl --sweep yearly",
            "replay log.jsonl --uploads-per-minute 1",
        ],
    ),
    (
        "pictures",
        &[
            "run ci.toml --replications 2 --output a",
            "run ci.toml --replications 2 --output b --set cache.limit=8GB",
            "report a --format svg --output light",
            "report a --format svg --theme dark --output dark",
            "report a --format png --chart budget --output budget.png",
            "report a b --format html --output both.html",
            "report a b --format table",
            "report a b --format markdown",
            "report a b --format csv",
            "report a --format svg --chart no-such",
            "report missing",
            "report ci.toml",
        ],
    ),
];
