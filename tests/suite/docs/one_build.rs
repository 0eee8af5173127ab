//! `docs/one-build.md`: what one build loses to the limit of uploads, measured with the real sccache, replayed and
//! simulated. `scenarios/one-build/measure` writes the measurement; the table, the numbers and the picture of the page
//! follow from it: `UPDATE_DOCS=1 cargo test docs` writes them again.

use super::root;
use cache_budget::experiment::replay::{PreparedReplay, Replayed};
use cache_budget::experiment::{ReplayRequest, Unattended};
use cache_budget::observe::measure;
use cache_budget::random::Draws;
use cache_budget::replay::SaveAnswer;
use cache_budget::report::charts::{PhasePicture, Theme};
use cache_budget::report::replay::shifts_picture;
use cache_budget::scenario::load;
use cache_budget::units::{Duration, SimTime};
use std::fmt::Write;
use std::fs::{self, File};
use std::path::Path;

/// A build that was measured.
struct Build {
    phase: f64,
    seconds: f64,
    stored: u32,
    refused: u32,
}

impl Build {
    fn share(&self) -> f64 {
        f64::from(self.refused) / f64::from(self.stored + self.refused)
    }
}

fn measured() -> Vec<Build> {
    let text = fs::read_to_string(root().join("scenarios/one-build/measured.csv")).expect("it is there");
    let row = |line: &str| {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().expect("a number")).collect();
        Build { phase: cells[0], seconds: cells[1], stored: cells[2] as u32, refused: cells[3] as u32 }
    };
    text.lines().skip(1).map(row).collect()
}

/// The recording of the first build, begun at twelve seconds of the minute: seconds and shares.
fn replayed() -> Vec<(f64, f64)> {
    let path = root().join("scenarios/one-build/recording.jsonl.gz");
    let request = ReplayRequest { shift: "0s..55s".parse().ok(), ..ReplayRequest::of(&path) };
    let logs: Vec<Box<dyn std::io::Read>> = vec![Box::new(File::open(&path).expect("it is there"))];
    let prepared = PreparedReplay::prepare(request, logs).expect("an operation log");
    let ended = prepared.play(&mut |_| Ok(()), &Unattended).expect("it can be played");
    let Replayed::Shifts(shifts) = ended.result else { panic!("several times") };
    // As it was recorded, it is answered as the client was.
    let first = &measured()[0];
    assert_eq!(shifts.rows[0].tally.saved(SaveAnswer::RateLimited), u64::from(first.refused));
    shifts_picture(shifts.begun, &shifts.rows).replayed
}

/// p5, p50 and p95 of the writes that single runs of a job lose.
fn spread(file: &Path, sets: &[&str], job: &str) -> [f64; 3] {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let loaded = load(file, &sets).unwrap_or_else(|report| panic!("{}", report.render(&Default::default())));
    let outcome = measure(&loaded.model, Draws::new(1, 0)).expect("within the event limit");
    ["p5", "p50", "p95"].map(|stat| {
        let is = |labels: &[(&str, String)]| {
            labels.iter().any(|(name, text)| *name == "job" && text == job)
                && labels.iter().any(|(name, text)| *name == "stat" && text == stat)
        };
        let mut values = outcome.values.iter().filter(|value| value.metric.name == "job.failed_writes");
        values.find(|value| is(&value.labels)).expect("it loses some").value
    })
}

/// Pushes to pull requests of the founding case, sixty at each second of the minute, from nothing: entries expire in a
/// week. Each is followed by another pull request's after so many seconds, if any are given.
fn founding(paths: &str, other_after: Option<i64>, sets: &[&str]) -> [f64; 3] {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["before.toml", "crates.csv"] {
        fs::copy(root().join("scenarios/meteroid").join(name), folder.path().join(name)).expect("copied");
    }
    let mut events = "at,event,pr,paths,changes,crates,branch\n".to_owned();
    let first: SimTime = "2026-06-15T00:00:00Z".parse().expect("a time");
    for number in 0..60 {
        let at = first + Duration(8 * Duration::DAY.0 * number + 1_000 * number);
        let mut push = |at: SimTime, pull: i64| {
            writeln!(events, "{at},pr_push,{pull},{paths},source,,").expect("a text");
        };
        push(at, 2 * number + 1);
        if let Some(after) = other_after {
            push(at + Duration(1_000 * after), 2 * number + 2);
        }
    }
    fs::write(folder.path().join("events.csv"), events).expect("written");
    let all = [&["workload.warmup=\"0 s\""], sets].concat();
    spread(&folder.path().join("before.toml"), &all, "check")
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// The table of the measured builds, each beside the recording at its phase, and what is predicted.
fn builds(measured: &[Build], replayed: &[(f64, f64)], [low, median, high]: [f64; 3]) -> String {
    let mut text = "| begun at second | took | stored | refused | share | the recording, begun then |\n|---:|---:|---:|---:|---:|---:|\n"
        .to_owned();
    for build in measured {
        let apart = |second: f64| {
            let apart = (second - build.phase).abs();
            apart.min(60.0 - apart)
        };
        let nearest = replayed.iter().min_by(|one, other| apart(one.0).total_cmp(&apart(other.0)));
        text += &row(&[
            format!("{:.0}", build.phase),
            format!("{:.0} s", build.seconds),
            build.stored.to_string(),
            build.refused.to_string(),
            percent(build.share()),
            nearest.map_or_else(String::new, |(_, share)| percent(*share)),
        ]);
    }
    let shares = || measured.iter().map(Build::share);
    let inside = shares().filter(|share| (low..=high).contains(share)).count();
    let least = shares().fold(f64::INFINITY, f64::min);
    let most = shares().fold(0.0, f64::max);
    let mean = shares().sum::<f64>() / measured.len() as f64;
    text + &format!(
        "\nMeasured: {} to {}, {} on average. The recording alone says {} to {}. `run` predicts {} to {} for 5 % to 95 % of \
         single builds, {} at the median; {inside} of the {} measured builds lie in it.\n",
        percent(least),
        percent(most),
        percent(mean),
        percent(replayed.iter().map(|(_, share)| *share).fold(f64::INFINITY, f64::min)),
        percent(replayed.iter().map(|(_, share)| *share).fold(0.0, f64::max)),
        percent(low),
        percent(high),
        percent(median),
        measured.len(),
    )
}

/// What else writes in the minutes of the founding case's Test.
fn writers() -> String {
    let no_clippy = ["workflow.CI.job.clippy.cache.sccache.save-if=\"never\""];
    let cases = [
        ("nothing", "rust", None, &no_clippy[..]),
        ("Clippy, as for every push", "rust", None, &[]),
        ("Clippy, and another push's Test and Clippy, begun 6 minutes later", "rust", Some(360), &[]),
        ("Clippy, and another push's, begun 4 minutes later", "rust", Some(240), &[]),
        ("Clippy and OpenAPI", "rust;openapi", None, &[]),
    ];
    let mut text = "| what writes beside Test | 5 % of runs lose less than | median | 95 % lose less than |\n|---|---:|---:|---:|\n".to_owned();
    for (name, paths, after, sets) in cases {
        let [low, median, high] = founding(paths, after, sets).map(percent);
        text += &row(&[name.to_owned(), low, median, high]);
    }
    text
}

/// Holds a file to what it should say.
fn fresh(name: &str, said: &str) {
    let path = root().join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, said).expect("written");
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == said, "{name} is stale; write it again with UPDATE_DOCS=1 cargo test docs");
}

/// The page with this text between its marks.
fn filled(page: &str, mark: &str, text: &str) -> String {
    let (begin, end) =
        (format!("<!-- {mark}: written by a command -->\n"), format!("<!-- end of {mark} -->"));
    let (head, rest) = page.split_once(&begin).expect("the mark begins");
    let (_, tail) = rest.split_once(&end).expect("the mark ends");
    format!("{head}{begin}{text}{end}{tail}")
}

#[test]
fn one_build_is_measured_replayed_and_predicted() {
    let (measured, replayed) = (measured(), replayed());
    let predicted = spread(&root().join("scenarios/one-build/one-build.toml"), &[], "build");
    let picture = PhasePicture {
        measured: measured.iter().map(|build| (build.phase, build.share())).collect(),
        replayed: replayed.clone(),
        predicted: Some(predicted),
    };
    fresh("docs/images/one-build.svg", &picture.figure().svg(Theme::Light));
    let page = super::text(&root().join("docs/one-build.md"));
    let page = filled(&page, "builds", &builds(&measured, &replayed, predicted));
    fresh("docs/one-build.md", &filled(&page, "writers", &writers()));
}
