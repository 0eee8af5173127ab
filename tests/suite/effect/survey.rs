//! Which keys of a drawn scenario are idle in silence, or said to be idle and are not.

use super::features::FILES;
use super::scenario::Lines;
use cache_budget::diagnostic::Style;
use cache_budget::observe::measure;
use cache_budget::random::Draws;
use cache_budget::scenario::{Loaded, load};
use std::cell::OnceCell;

/// What is said of a scenario, and every metric of two replications of it.
pub struct Played {
    pub remarks: String,
    pub metrics: String,
}

/// What may be missing before a value can matter, and is no part of how the CI is built: pressure on the cache
/// and on its limits, and something that changes.
const PRESSURE: [&[&str]; 18] = [
    // Transfers take so long that time limits are reached.
    &[
        "runner.ubuntu-latest.download=20 kB/s",
        "runner.own.download=20 kB/s",
        "runner.ubuntu-latest.upload=20 kB/s",
        "runner.own.upload=20 kB/s",
    ],
    &["runner.ubuntu-latest.disk=600 kB", "runner.own.disk=600 kB", "workload.pushes-per-day=25"],
    &["runner.ubuntu-latest.disk=50 MB", "runner.own.disk=50 MB", "workload.pushes-per-day=25"],
    &["runner.ubuntu-latest.disk=200 MB", "runner.own.disk=200 MB", "workload.pushes-per-day=25"],
    &["runner.ubuntu-latest.disk=500 MB", "runner.own.disk=500 MB", "workload.pushes-per-day=25"],
    &["runner.ubuntu-latest.disk=3 GB", "runner.own.disk=3 GB", "workload.pushes-per-day=25"],
    &["runner.ubuntu-latest.disk=10 GB", "runner.own.disk=10 GB", "workload.pushes-per-day=25"],
    &["runner.ubuntu-latest.speed-noise=0.02", "runner.own.speed-noise=0.02", "workload.pushes-per-day=25"],
    &["cache.limit=150 MB", "workload.pushes-per-day=25"],
    &["cache.limit=5 GB", "workload.pushes-per-day=25"],
    &["cache.limit=5 kB", CHANGES[0], CHANGES[1], CHANGES[2], CHANGES[3], CHANGES[4]],
    &["cache.limit=3 MB", CHANGES[0], CHANGES[1], CHANGES[2], CHANGES[3], CHANGES[4]],
    &["cache.limit=40 MB", CHANGES[0], CHANGES[1], CHANGES[2], CHANGES[3], CHANGES[4]],
    &["ci.job-concurrency=1"],
    &["workload.pull-requests.hours-between=9", "workload.pushes-per-day=25"],
    &["workload.changes.toolchain=0.01", CHANGES[0], CHANGES[1], "workload.changes.manifests=0.3"],
    &["cache.uploads-per-minute=2", "cache.downloads-per-minute=2", "workload.pushes-per-day=25"],
    &[
        "workload.pushes-per-day=25",
        "workload.changes.lock=0.3",
        "workload.changes.manifests=0.3",
        "workload.changes.toolchain=0.3",
        "workload.changes.source=0.7",
        "workload.changes.targets=0.3",
        "workload.changes.dockerfile=0.3",
        "workload.changes.web-lock=0.3",
        "workload.changes.requirements=0.3",
        "workload.changes.go-sum=0.3",
        "project.base-image-period=12 h",
    ],
];

/// Pushes that change what most keys name.
const CHANGES: [&str; 5] = [
    "workload.pushes-per-day=25",
    "workload.changes.lock=0.3",
    "workload.changes.web-lock=0.3",
    "workload.changes.requirements=0.3",
    "workload.changes.go-sum=0.3",
];

/// What matters only where runs meet, a limit is reached or a transfer is drawn: whether that happens does not
/// follow from the scenario. The order of eviction matters only where an older entry is used after a newer one,
/// and a budget only where the cache holds that much. `in-final` is a fact that
/// remedies ask for.
const CIRCUMSTANCES: [&str; 17] = [
    "buildkit-gha.timeout",
    "buildkit-gha.ignore-error",
    "in-final",
    "cache.order",
    "cache.budget",
    "cache.over-quota",
    "cache.uploads-per-minute",
    "cache.downloads-per-minute",
    "job-concurrency",
    "concurrency",
    "contention",
    "unpack-rate",
    "unpack",
    "extract",
    "stall",
    "reproducible",
    "pull-request-lag",
];

/// The settings of one kind of pressure, but for the value that is tried.
fn pressure(of: &[&str], tried: &str) -> Vec<String> {
    let other = |set: &&&str| set.split_once('=').is_some_and(|(path, _)| path != tried);
    of.iter().filter(other).map(|set| (*set).to_owned()).collect()
}

/// The scenario as it is read, or why it is refused.
pub fn read(text: &str, sets: &[String]) -> Result<Loaded, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ci.toml");
    std::fs::write(&path, text).expect("a file in the folder");
    for (name, content) in FILES.iter().filter(|(name, _)| text.contains(name)) {
        std::fs::write(folder.path().join(name), content).expect("a file in the folder");
    }
    load(&path, sets).map_err(|report| report.render(&Style::default()))
}

/// `None` if it is refused.
pub fn play(text: &str, sets: &[String]) -> Option<Played> {
    let loaded = read(text, sets).ok()?;
    let outcomes = [0, 1].map(|replication| measure(&loaded.model, Draws::new(1, replication)));
    let metrics =
        outcomes.map(|outcome| outcome.map(|outcome| format!("{:?}", outcome.values)).unwrap_or_default());
    // What the limit costs is told beside the metrics.
    let metrics = format!("{}{}", loaded.model.limit_cost(), metrics.concat());
    Some(Played { remarks: loaded.report.render(&Style::default()), metrics })
}

/// Whether the remarks tell of this line, or of all that is in its table.
fn is_said(lines: &Lines, line: usize, remarks: &str) -> bool {
    let path = lines.path(line);
    let tables = path.match_indices('.').map(|(end, _)| &path[..end]);
    let whole = |table: &str| {
        let name = table.rsplit('.').next().unwrap_or_default();
        [table, name].iter().any(|name| remarks.contains(&format!("`{name}` has no effect")))
    };
    let job = path.split(".job.").nth(1).and_then(|rest| rest.split('.').next());
    remarks.contains(&format!("ci.toml:{}:", lines.number(line)))
        || tables.into_iter().any(whole)
        || job.is_some_and(|job| remarks.contains(&format!("`{job}` takes at least")))
        || job.is_some_and(|job| remarks.contains(&format!("`{job}` never runs")))
}

/// The metrics of a scenario under each kind of pressure, played where they are first asked for.
#[derive(Default)]
struct Pressed([OnceCell<Option<String>>; PRESSURE.len()]);

impl Pressed {
    fn metrics(&self, lines: &Lines, index: usize, sets: &[String]) -> Option<String> {
        let play = || play(&lines.text(), sets).map(|played| played.metrics);
        // One of the settings is the value that is tried.
        let is_partial = sets.len() < PRESSURE[index].len();
        if is_partial { play() } else { self.0[index].get_or_init(play).clone() }
    }
}

/// Whether another value of this line moves nothing, and nothing is said.
fn is_idle(lines: &Lines, line: usize, base: &Played, pressed: &Pressed) -> bool {
    let of = &lines.0[line];
    let playable = |text: String| play(&text, &[]).map(|played| (text, played));
    let values = (0..of.values.len()).filter(|value| *value != of.value);
    let mut others: Vec<_> = values.filter_map(|value| playable(lines.with(line, value).text())).collect();
    // Where nothing else may be written, there is nothing to compare with.
    if others.is_empty() || others.iter().any(|(_, other)| other.metrics != base.metrics) {
        return false;
    }
    others.extend(playable(lines.without(line)));
    let (others, played): (Vec<_>, Vec<_>) = others.into_iter().unzip();
    // Of a default that was written nothing is said.
    let said = played.iter().chain([base]).any(|played| is_said(lines, line, &played.remarks));
    let moves = |(index, of): (usize, &&[&str])| {
        let sets = pressure(of, &lines.path(line));
        let base = pressed.metrics(lines, index, &sets);
        others.iter().filter_map(|text| play(text, &sets)).any(|other| Some(other.metrics) != base)
    };
    !said
        && played.iter().all(|other| other.metrics == base.metrics)
        && !PRESSURE.iter().enumerate().any(moves)
}

/// Whether it is said that this line has no effect, and another value of which that is said moves something.
fn is_wronged(lines: &Lines, line: usize, base: &Played) -> bool {
    let path = lines.path(line);
    let key = path.rsplit('.').next().unwrap_or_default();
    let said = |played: &Played| {
        let line = lines.number(line);
        played.remarks.contains(&format!("`{key}` has no effect"))
            && played.remarks.contains(&format!("ci.toml:{line}:"))
    };
    let of = &lines.0[line];
    let others = (0..of.values.len()).filter(|value| *value != of.value && said(base));
    let mut played = others.filter_map(|value| play(&lines.with(line, value).text(), &[]));
    played.any(|other| said(&other) && other.metrics != base.metrics)
}

/// The lines of which another value moves nothing and nothing is said, or something though it is said.
pub fn idle(lines: &Lines) -> Option<Vec<String>> {
    let base = play(&lines.text(), &[])?;
    // Whether a job fits on a disk that is counted is seen only near the limit.
    let counted = (0..lines.0.len()).any(|line| lines.path(line).ends_with(".disk"));
    let circumstantial = |line: &usize| {
        let path = lines.path(*line);
        let of_files = path.ends_with("unpacked-ratio") || path.ends_with("frees");
        CIRCUMSTANCES.iter().any(|key| path.ends_with(key)) || (counted && of_files)
    };
    let pressed = Pressed::default();
    let finding = |line: usize| {
        let silent = !circumstantial(&line) && is_idle(lines, line, &base, &pressed);
        let kind =
            if silent { "silent" } else { Some("wronged").filter(|_| is_wronged(lines, line, &base))? };
        Some(format!("{} ({kind})", lines.name(line)))
    };
    Some((0..lines.0.len()).filter_map(finding).collect())
}
