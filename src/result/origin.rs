//! The last fields of a result's file, the same for `run` and `compare`: the command line, the names, and
//! the timeline of the first replication.

use super::problems::{Problems, limit};
use super::timeline;
use crate::event::{ClientId, JobName, Names, Window};
use crate::observe::{EvictionBatch, Outcome, Timeline, Waits};
use crate::statistics::Study;
use crate::units::{Bytes, Duration, SimTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The last fields of the results of `run` and `compare`: everything but metrics that a later report needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResultOrigin {
    /// The command line that reproduces the numbers.
    pub reproduce: String,
    /// The names of the scenario and its limit.
    pub repository: Repository,
    /// Data of a single replication.
    pub first_replication: FirstReplication,
}

/// The names of a scenario, and its limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Repository {
    /// The repository's cache limit.
    #[serde(deserialize_with = "limit")]
    pub limit_bytes: u64,
    /// The cache clients.
    pub clients: Vec<String>,
    /// The workflows.
    pub workflows: Vec<String>,
    /// The jobs, each leg of a matrix separately.
    pub jobs: Vec<JobName>,
    /// The steps of image builds that download or compile dependencies.
    pub steps: Vec<String>,
    /// The named sets of entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<String>,
}

/// The timeline of the first replication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FirstReplication {
    /// The first simulated instant.
    pub start: SimTime,
    /// The first instant that is measured.
    pub measured_from: SimTime,
    /// The first instant after the simulation.
    pub end: SimTime,
    /// The largest evictions of the measured time, largest first.
    pub top_evictions: Vec<EvictionRow>,
    /// The timeline of all events, if it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
}

/// The entries that one client lost to eviction at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvictionRow {
    /// The moment.
    pub at: SimTime,
    /// The client.
    pub client: String,
    /// How many entries it lost.
    pub entries: u64,
    /// Their total size.
    pub bytes: u64,
    /// How long the most recently used of them had been idle, in milliseconds.
    pub idle_min_ms: i64,
    /// The client that is blamed for the largest part; null if nothing was stored after their last use.
    pub evictor: Option<String>,
    /// The part for which it is blamed, 0–1.
    pub evictor_share: Option<f64>,
}

impl ResultOrigin {
    /// Reads these fields from a result. The first versions had no names in it.
    pub(super) fn read(root: &Value, problems: &mut Problems) -> Option<ResultOrigin> {
        let named = root.get("repository").is_some_and(|names| !names.is_null());
        let old = "has no field `repository`: it was written by an earlier version, run the command again";
        if problems.unless(named, "", old) { problems.part(root) } else { None }
    }

    pub(super) fn of(reproduce: &str, study: &Study) -> ResultOrigin {
        let Outcome { window, top_evictions, names, timeline, limit, .. } = &study.first;
        let Names { clients, workflows, jobs, steps, sets } = names.clone();
        let top_evictions = top_evictions.iter().map(|batch| EvictionRow::of(batch, names)).collect();
        let timeline = timeline.clone();
        let Window { start, measure_from: measured_from, end } = *window;
        ResultOrigin {
            reproduce: reproduce.to_owned(),
            repository: Repository { limit_bytes: limit.0, clients, workflows, jobs, steps, sets },
            first_replication: FirstReplication { start, measured_from, end, top_evictions, timeline },
        }
    }

    /// The outcome of the first replication; `None` if its parts do not fit together.
    pub(super) fn outcome(self, problems: &mut Problems) -> Option<Outcome> {
        let ResultOrigin { reproduce, repository, first_replication: first } = self;
        is_harmless(&reproduce, problems);
        let names = repository.names(problems);
        let window = first.window(problems);
        if let Some(timeline) = &first.timeline {
            timeline::check(timeline, "first_replication.timeline", problems);
        }
        let batch = |(place, row): (usize, EvictionRow)| row.batch(place, &names, problems);
        let batches: Option<Vec<_>> = first.top_evictions.into_iter().enumerate().map(batch).collect();
        Some(Outcome {
            values: vec![],
            runs: vec![],
            workflow_runs: vec![],
            top_evictions: batches?,
            names,
            window: window?,
            limit: Bytes(repository.limit_bytes),
            waits: Waits::default(),
            timeline: first.timeline,
        })
    }
}

impl Repository {
    fn names(&self, problems: &mut Problems) -> Names {
        let Repository { clients, workflows, jobs, steps, sets, .. } = self.clone();
        for (place, job) in jobs.iter().enumerate() {
            let path = format_args!("repository.jobs[{place}].workflow");
            let known = usize::from(job.workflow.0) < workflows.len();
            problems.unless(known, path, "is not one of the result's workflows");
        }
        Names { clients, workflows, jobs, steps, sets }
    }
}

impl FirstReplication {
    fn window(&self, problems: &mut Problems) -> Option<Window> {
        let FirstReplication { start, measured_from: measure_from, end, .. } = *self;
        let times = [("start", start), ("measured_from", measure_from), ("end", end)];
        let shown =
            times.map(|(name, time)| problems.is_time(time, format_args!("first_replication.{name}")));
        let in_order = start <= measure_from && measure_from < end;
        problems.unless(in_order, "first_replication", "has its start, measured_from and end out of order");
        (in_order && shown == [true; 3]).then_some(Window { start, measure_from, end })
    }
}

impl EvictionRow {
    fn of(batch: &EvictionBatch, names: &Names) -> EvictionRow {
        let name = |client: ClientId| names.clients[usize::from(client.0)].clone();
        EvictionRow {
            at: batch.at,
            client: name(batch.victim),
            entries: batch.entries,
            bytes: batch.bytes.0,
            idle_min_ms: batch.idle_min.0,
            evictor: batch.evictor.map(|(client, _)| name(client)),
            evictor_share: batch.evictor.map(|(_, share)| share),
        }
    }

    fn batch(self, place: usize, names: &Names, problems: &mut Problems) -> Option<EvictionBatch> {
        let path = format!("first_replication.top_evictions[{place}]");
        let client = |name: &String| {
            let found = names.clients.iter().position(|client| client == name);
            found.map(|place| ClientId(place as u16))
        };
        let (victim, evictor) = (client(&self.client), self.evictor.as_ref().map(client));
        let known = victim.is_some() && evictor != Some(None);
        let named = problems.unless(known, &path, "names a client that is not one of the result's clients");
        let evictor = evictor.flatten().zip(self.evictor_share);
        let whole = self.idle_min_ms >= 0 && (self.evictor.is_none() || evictor.is_some());
        let whole = problems.unless(whole, &path, "has no `evictor_share`, or a negative time");
        let shown = problems.is_time(self.at, format_args!("{path}.at"));
        let EvictionRow { at, entries, bytes, idle_min_ms, .. } = self;
        (named && whole && shown).then_some(EvictionBatch {
            at,
            victim: victim?,
            entries,
            bytes: Bytes(bytes),
            idle_min: Duration(idle_min_ms),
            evictor,
        })
    }
}

/// Notes a problem if the command line is more than a call of this program.
pub(super) fn is_harmless(text: &str, problems: &mut Problems) -> bool {
    let own = text.starts_with("cache-budget ") && !text.chars().any(char::is_control) && !acts(text);
    problems.unless(own, "reproduce", "is not a command line of this program")
}

/// True if a shell would do more with the line than split it into words. Outside of quotes (`'…'` or
/// `$'…'`), only plain characters and `\'` are harmless.
fn acts(line: &str) -> bool {
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let harmless = match letter {
            '\'' => letters.any(|letter| letter == '\''),
            '\\' => letters.next() == Some('\''),
            '$' => letters.next() == Some('\'') && ends_escaped(&mut letters),
            _ => letter.is_ascii_alphanumeric() || " _-./=,:+@%".contains(letter),
        };
        if !harmless {
            return true;
        }
    }
    false
}

/// Skips a word that began with `$'`, and returns true if it ends. A backslash in it escapes the next
/// character.
fn ends_escaped(letters: &mut std::str::Chars) -> bool {
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => return true,
            '\\' => drop(letters.next()),
            _ => {}
        }
    }
    false
}
