//! What a missed rust-cache or sccache costs, from reports of `cargo build --timings`: how long external crates keep a
//! build from nothing busy. The reports have no graph of the crates, and do not say which crates are the repository's own:
//! its lock file does.

use super::{Calibration, KnownValue, count, time};
use crate::units::Duration;
use serde::Deserialize;
use std::collections::BTreeSet;

/// A report of `cargo build --timings`, in the form of cargo 1.95.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedBuild {
    units: Vec<TimedUnit>,
    /// How many units were compiled at a time, at most.
    slots: u32,
}

/// A unit of a build. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct TimedUnit {
    name: String,
    version: String,
    start: f64,
    duration: f64,
}

/// Longer times, and more units, are no build.
const SECONDS_MAX: f64 = 1e6;
const UNITS_MAX: usize = 100_000;
/// Where a larger share of the external units was there before, the build did not begin from nothing.
const FRESH_SHARE_MAX: f64 = 0.05;
/// The cores of the standard runners of public repositories.
const RUNNER_CORES: f64 = 4.0;

impl TimedBuild {
    /// Reads a report: the page that cargo writes to `target/cargo-timings`.
    ///
    /// # Errors
    /// If it is none, in a sentence.
    pub fn read(page: &str) -> Result<TimedBuild, String> {
        let (_, data) =
            page.split_once("const UNIT_DATA = ").ok_or("it is no report of `cargo build --timings`")?;
        let mut values = serde_json::Deserializer::from_str(data).into_iter::<Vec<TimedUnit>>();
        let units = values.next().ok_or("it has no units")?.map_err(|error| format!("its units: {error}"))?;
        if units.len() > UNITS_MAX {
            return Err(format!("{} units are more than {UNITS_MAX}", units.len()));
        }
        let is_time = |seconds: f64| (0.0..=SECONDS_MAX).contains(&seconds);
        if let Some(unit) = units.iter().find(|unit| !is_time(unit.start) || !is_time(unit.duration)) {
            return Err(format!("`{}` has no time from 0 s to {SECONDS_MAX} s", unit.name));
        }
        let slots =
            page.split_once("(jobs=").and_then(|(_, rest)| rest.split([' ', ')']).next()?.parse().ok());
        Ok(TimedBuild { units, slots: slots.filter(|slots| (1..=4_096).contains(slots)).unwrap_or(1) })
    }

    /// How many external crates it compiles, and how long they keep the build busy, in seconds: each moment is divided
    /// among the units that are compiled in it.
    fn external(&self, own: &BTreeSet<String>) -> Result<(usize, f64), String> {
        let external: Vec<&TimedUnit> = self.units.iter().filter(|unit| !own.contains(&unit.name)).collect();
        let fresh = external.iter().filter(|unit| unit.duration == 0.0).count();
        if fresh as f64 > FRESH_SHARE_MAX * external.len() as f64 {
            return Err(format!(
                "{fresh} of {} units were there before: time a build from nothing (`cargo clean`, then `cargo build \
                 --timings`)",
                external.len()
            ));
        }
        let crates: BTreeSet<_> = external.iter().map(|unit| (&unit.name, &unit.version)).collect();
        Ok((crates.len(), self.busy(own)))
    }

    fn busy(&self, own: &BTreeSet<String>) -> f64 {
        let mut changes: Vec<(f64, i64, i64)> = Vec::new();
        for unit in &self.units {
            let external = i64::from(!own.contains(&unit.name));
            changes.extend([(unit.start, 1, external), (unit.start + unit.duration, -1, -external)]);
        }
        changes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut busy, mut all, mut external, mut before) = (0.0, 0, 0, 0.0);
        for (at, units, of_them) in changes {
            if all > 0 {
                busy += (at - before) * external as f64 / all as f64;
            }
            (all, external, before) = (all + units, external + of_them, at);
        }
        busy
    }
}

impl Calibration {
    /// Learns from reports what a miss of rust-cache or sccache costs: their mean. `own` are the crates of the workspace,
    /// as far as a lock file tells; `source` names the files.
    ///
    /// # Errors
    /// If a report cannot tell: its number, from 0, and why, in a sentence.
    pub fn read_timings(
        &mut self,
        builds: &[TimedBuild],
        own: Option<&BTreeSet<String>>,
        source: &str,
    ) -> Result<(), (usize, String)> {
        if builds.is_empty() {
            return Ok(());
        }
        let own = own.ok_or_else(|| {
            (0, "without a Cargo.lock nothing tells the repository's own crates from others".to_owned())
        })?;
        let (mut crates, mut seconds) = (0, 0.0);
        for (number, build) in builds.iter().enumerate() {
            let (external, busy) = build.external(own).map_err(|problem| (number, problem))?;
            crates = crates.max(external);
            seconds += busy * f64::from(build.slots) / RUNNER_CORES / builds.len() as f64;
        }
        let crates = count(crates, "external crate", "external crates");
        self.miss = Some((seconds, format!("{crates}, from {source}, on {RUNNER_CORES} cores")));
        Ok(())
    }

    /// Learns the time of a job without its cache from the one with it, unless runs tell both. Without records, the latter
    /// is usually `warm` seconds.
    pub fn learn_miss(&mut self, workflow: &str, job: &str, warm: f64) {
        let path = |name| ["workflow", workflow, "job", job, name];
        let Some((miss, about)) = self.miss.clone().filter(|_| !self.tells(&path("cold"))) else { return };
        let known = self.known(&path("warm")).and_then(|known| known.value.trim_matches('"').parse().ok());
        let warm = known.map_or(warm, |known: Duration| known.as_secs_f64());
        let text = |seconds: f64| time(seconds).replace('"', "");
        let cold = KnownValue {
            value: time(warm + miss),
            source: format!("assumed: warm and {} for {about}", text(miss)),
            range: Some(format!("{}..{}", text(warm + miss / 2.0), text(warm + miss * 2.0))),
        };
        // It says more than a factor that is usual.
        self.values.insert(path("cold").map(str::to_owned).to_vec(), cold);
    }
}
