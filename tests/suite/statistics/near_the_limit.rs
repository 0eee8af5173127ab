//! How often intervals hold the truth in a scenario near its limit, where misses are rare and evictions come in
//! lumps. The truth is the mean of several hundred replications, and studies are drawn from them.
//! `UPDATE_COVERAGE=1 cargo test --test suite near_the_limit -- --include-ignored` writes the table in
//! `docs/validation.md`.

use cache_budget::observe::{self, Measure, Value};
use cache_budget::random::{Draws, Purpose};
use cache_budget::scenario::load;
use cache_budget::statistics::sweep::estimated;
use cache_budget::statistics::{Estimate, SeriesTable};
use rayon::prelude::*;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Two clients and two jobs. `LIMIT` is the limit: at 0.9 GB something is evicted in every week and a few look-ups
/// miss, at 5 GB every other week has an eviction.
const SCENARIO: &str = r#"
[cache]
limit = "LIMIT"
[workload]
pushes-per-day = 12
days = 14
warmup = "7 d"
pull-requests = { share = 0.5 }
changes.lock = 0.05
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
cold = "8 min"
warm = "2 min"
cache.rust-cache = { size = "300 MB" }
[workflow.ci.job.site]
cold = "4 min"
warm = "1 min"
cache.setup-node = { size = "120 MB" }
"#;

/// What is tested, each at a limit.
const TESTED: [(&str, &str); 8] = [
    ("0.9 GB", "restore.hit_ratio"),
    ("0.9 GB", "restore.hit_ratio{ref=main}"),
    ("0.9 GB", "restore.byte_hit_ratio"),
    ("0.9 GB", "job.wasted_share"),
    ("0.9 GB", "cache.evicted_bytes{reason=size}"),
    ("0.9 GB", "cache.over_limit_share"),
    ("5 GB", "cache.evicted_bytes{reason=size}"),
    ("5 GB", "cache.over_limit_share"),
];

/// The numbers of replications of a study, with the smallest share of intervals that have to hold the truth.
const SIZES: [(usize, f64); 3] = [(4, 0.0), (8, 0.88), (20, 0.93)];

/// How often the intervals of studies of one size hold the truth, and how wide they are on average beside the
/// range of 95 % of the estimates.
struct Coverage {
    holds: f64,
    width: f64,
}

/// The replications of the scenario at a limit.
fn played(limit: &str, replications: u32) -> Vec<Vec<Value>> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    fs::write(&file, SCENARIO.replace("LIMIT", limit)).expect("a file");
    let model = load(&file, &[]).expect("valid").model;
    let values = |number| observe::measure(&model, Draws::new(1, number)).expect("within its limits").values;
    (0..replications).into_par_iter().map(values).collect()
}

/// The estimate from some of these replications. `restore.hit_ratio` is always with it, since it shows that
/// something is drawn.
fn estimate(replications: &[Vec<Value>], measure: &Measure, chosen: &[usize]) -> Estimate {
    let kept = |value: &&Value| measure.matches(value) || value.metric.name == "restore.hit_ratio";
    let values = |number: &usize| replications[*number].iter().filter(kept).cloned().collect();
    let (_, estimates) = estimated(chosen.iter().map(values).collect());
    estimates.into_iter().find(|estimate| measure.is(estimate.metric, &estimate.labels)).expect("measured")
}

fn coverage(replications: &[Vec<Value>], measure: &Measure, size: usize, studies: u32) -> Coverage {
    let everything: Vec<usize> = (0..replications.len()).collect();
    let truth = SeriesTable::of(replications).series_of(measure).parts().into_iter().flatten().sum::<f64>()
        / everything.len() as f64;
    let study = |number: u32| {
        let draws = Draws::new(7, number);
        let draw = |index| (draws.unit(Purpose::Resample, index) * replications.len() as f64) as usize;
        estimate(replications, measure, &(0..size as u64).map(draw).collect::<Vec<_>>())
    };
    let all: Vec<Estimate> = (0..studies).into_par_iter().map(study).collect();
    let holds = all.iter().filter(|e| e.low <= truth && truth <= e.high).count();
    let width = all.iter().map(|e| e.high - e.low).sum::<f64>() / all.len() as f64;
    let mut means: Vec<f64> = all.iter().map(|e| e.mean).collect();
    let [low, high] = [0.025, 0.975].map(|share| observe::quantile(&mut means, share));
    Coverage { holds: holds as f64 / all.len() as f64, width: width / (high - low) }
}

/// The coverage of everything tested, by size.
fn tested(replications: u32, studies: u32) -> Vec<(&'static str, &'static str, Vec<Coverage>)> {
    let of_limit = |limit: &'static str| {
        let played = played(limit, replications);
        let here = TESTED.into_iter().filter(move |(at, _)| *at == limit);
        here.map(move |(_, name)| {
            let measure: Measure = name.parse().expect(name);
            let of_size = |(size, _): &(usize, f64)| coverage(&played, &measure, *size, studies);
            (limit, name, SIZES.iter().map(of_size).collect())
        })
    };
    ["0.9 GB", "5 GB"].into_iter().flat_map(of_limit).collect()
}

/// Fails if an interval holds the truth less often than it has to, less `slack` for the few studies, or is too
/// wide.
fn assert_covers(found: &[(&str, &str, Vec<Coverage>)], slack: f64) {
    for (limit, name, by_size) in found {
        for ((size, least), Coverage { holds, width }) in SIZES.iter().zip(by_size) {
            println!("{limit} {name}, n = {size}: {:.1} %, width {width:.2}", 100.0 * holds);
            assert!(*holds >= least - slack, "{name} at {limit}, n = {size}: {holds}");
            assert!(
                *size < 20 || *width <= 1.5 + slack,
                "{name} at {limit}, n = {size}: {width} times as wide"
            );
        }
    }
}

#[test]
fn intervals_near_the_limit_hold_the_truth() {
    assert_covers(&tested(150, 300), 0.04);
}

#[test]
#[ignore = "long"]
fn the_table_of_coverage_is_as_measured() {
    let found = tested(600, 4_000);
    assert_covers(&found, 0.0);
    let mut table = String::from(
        "| limit | metric | n = 4 | n = 8 | n = 20 | width at n = 8 | at n = 20 |\n|---|---|---|---|---|---|---|\n",
    );
    for (limit, name, by_size) in &found {
        let holds = by_size.iter().map(|coverage| format!("{:.1} %", 100.0 * coverage.holds));
        let widths = by_size[1..].iter().map(|coverage| format!("{:.2}", coverage.width));
        let cells: Vec<String> = holds.chain(widths).collect();
        writeln!(table, "| {limit} | `{name}` | {} |", cells.join(" | ")).expect("a string");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/validation.md");
    let page = fs::read_to_string(&file).expect("the page is there");
    let (before, rest) = page.split_once("<!-- coverage -->\n").expect("the table has its place");
    let (_, after) = rest.split_once("<!-- end of coverage -->").expect("the table has its end");
    let updated = format!("{before}<!-- coverage -->\n{table}<!-- end of coverage -->{after}");
    if std::env::var_os("UPDATE_COVERAGE").is_some() {
        return fs::write(file, updated).expect("the page can be written");
    }
    assert!(page == updated, "run again with UPDATE_COVERAGE=1; now it is:\n{table}");
}
