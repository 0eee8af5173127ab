//! What is fed: the readers of the program, each with texts of the repository to begin with.

use super::{request, sweep_folder, workflow};
use crate::case::CROWDED;
use cache_budget::diagnostic::Style;
use cache_budget::experiment::run::PreparedRun;
use cache_budget::experiment::{Demand, Ended, RunRequest, Unattended, Uncertainty};
use cache_budget::observe::measure;
use cache_budget::random::Draws;
use cache_budget::replay::trace::{self, CsvLayout, TraceKind};
use cache_budget::replay::{LogReader, listing};
use cache_budget::report::{self, html};
use cache_budget::result::{RunResult, SavedResult, read};
use cache_budget::scenario::load;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

/// A reader, what it begins with, and how many inputs it gets in a short run.
pub struct Harness {
    pub name: &'static str,
    pub corpus: fn() -> Vec<Vec<u8>>,
    /// Reads an input, and returns true if it is accepted.
    pub feed: fn(&[u8]) -> bool,
    pub short: u64,
}

pub const HARNESSES: &[Harness] = &[
    Harness { name: "scenario", corpus: scenarios, feed: scenario, short: 150 },
    Harness { name: "played", corpus: small_scenarios, feed: played, short: 12 },
    Harness { name: "setting", corpus: settings, feed: setting, short: 100 },
    Harness { name: "log", corpus: logs, feed: log, short: 300 },
    Harness { name: "listing", corpus: listings, feed: listed, short: 300 },
    Harness { name: "trace", corpus: traces, feed: traced, short: 300 },
    Harness { name: "result", corpus: results, feed: result, short: 60 },
    Harness { name: "workflow", corpus: workflow::corpus, feed: workflow::feed, short: 60 },
    Harness { name: "request", corpus: request::corpus, feed: request::feed, short: 60 },
    Harness { name: "sweep", corpus: sweep_folder::corpus, feed: sweep_folder::feed, short: 8 },
];

/// The files below a folder of the repository that end so.
pub fn files(folder: &str, extension: &str) -> Vec<Vec<u8>> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { below(&path, found) } else { found.push(path) }
        }
    }
    let mut paths = vec![];
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut paths);
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a file")).collect()
}

fn small_scenarios() -> Vec<Vec<u8>> {
    let quick = |text: &str| text.replace("days = 24", "days = 3").into_bytes();
    vec![quick(CROWDED), quick(include_str!("../golden/small.toml"))]
}

fn scenarios() -> Vec<Vec<u8>> {
    // Those that name other files are refused, but for that they are read to their end.
    [files("scenarios", "toml"), vec![small_scenarios(); 20].concat()].concat()
}

/// Puts a text into a folder of its own as a scenario.
fn with_file<T>(text: &[u8], then: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    std::fs::write(&file, text).expect("a file");
    then(&file)
}

fn scenario(text: &[u8]) -> bool {
    with_file(text, |file| match load(file, &[]) {
        Ok(loaded) => {
            loaded.report.render(&Style::default());
            true
        }
        Err(report) => {
            let said = report.render(&Style { color: false, width: 60 });
            assert!(report.has_errors() && !said.contains(|c: char| c.is_control() && c != '\n'), "{said:?}");
            false
        }
    })
}

/// Simulated within a limit, if it is accepted and not large.
fn answered(file: &Path) -> Option<RunResult> {
    let set = vec!["workload.event-limit=30000".to_owned()];
    let model = load(file, &set).ok()?.model;
    if model.workload.expected_pushes() > 3_000.0 || Demand::of(&model).is_some() {
        return None;
    }
    let again = [0; 2].map(|_| measure(&model, Draws::new(1, 0)).map(|outcome| outcome.values));
    assert_eq!(again[0], again[1], "one replication is what it was");
    let request = RunRequest {
        file: file.to_path_buf(),
        set,
        seed: 1,
        replications: 2,
        batches: None,
        with_screen: false,
        precision: None,
        uncertainty: Uncertainty::default(),
        advice: false,
    };
    let Ended { result, .. } = PreparedRun::prepare(request).ok()?.play(&Unattended).ok()?;
    Some(result)
}

fn played(text: &[u8]) -> bool {
    let Some(own) = with_file(text, answered) else { return false };
    let read = read(report::json(&own).as_bytes()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let SavedResult::Run(shown) = &read.saved else { panic!("it was a run") };
    let style = Style { color: false, width: 80 };
    assert_eq!(report::table(&own, style, true), report::table(shown, style, true));
    assert_eq!(report::markdown(&own), report::markdown(shown));
    assert_eq!(report::csv(&own), report::csv(shown));
    html::page(std::slice::from_ref(&read.saved));
    true
}

fn settings() -> Vec<Vec<u8>> {
    let texts = [
        "cache.limit=3 GB",
        "workflow.ci.job.test.cold=\"1 min\"",
        "workload.pull-requests={ share = 0.5 }",
        "workflow.ci.on=[\"push main\"]",
        "cache.sweep=\"hourly\"",
    ];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

fn setting(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    with_file(CROWDED.as_bytes(), |file| load(file, &[text.to_owned()]).is_ok())
}

fn logs() -> Vec<Vec<u8>> {
    files("tests/suite", "jsonl")
}

fn log(text: &[u8]) -> bool {
    let mut reader = LogReader::new(text, false);
    while let Ok(Some(_)) = reader.next_operation() {}
    reader.problems().list().is_empty()
}

fn listings() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../golden/listing.json").to_vec(),
        include_bytes!("../diagnose/listing-22-entries.json").to_vec(),
        include_bytes!("../../../scenarios/caches/listing.json").to_vec(),
    ]
}

fn listed(text: &[u8]) -> bool {
    listing::read_snapshot(text).is_ok()
}

fn traces() -> Vec<Vec<u8>> {
    let texts = ["time,key,size\n0,a,10\n1,b,20\n2,a,10\n", "t k s\n0 a 10\n1 b 20\n", "0;a;10\n1;b;20\n"];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

fn traced(text: &[u8]) -> bool {
    let _ = trace::curve(trace::open(text, TraceKind::OracleGeneral));
    let layout = CsvLayout { columns: CsvLayout::NAMES.map(str::to_owned), header: true, delimiter: None };
    trace::curve(trace::open(text, TraceKind::Csv).laid_out(layout)).is_ok()
}

/// Results of the small scenarios. They take a while, so they are made once.
fn results() -> Vec<Vec<u8>> {
    thread_local! {
        static MADE: OnceCell<Vec<Vec<u8>>> = const { OnceCell::new() };
    }
    let make = || {
        let made = small_scenarios().into_iter().filter_map(|text| with_file(&text, answered));
        made.map(|answer| report::json(&answer).into_bytes()).collect::<Vec<_>>()
    };
    MADE.with(|made| made.get_or_init(make).clone())
}

fn result(text: &[u8]) -> bool {
    let Ok(read) = read(text) else { return false };
    if let SavedResult::Run(shown) = &read.saved {
        report::table(shown, Style { color: false, width: 80 }, true);
        report::csv(shown);
    }
    html::page(std::slice::from_ref(&read.saved));
    true
}
