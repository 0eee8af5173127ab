//! What a result holds for a report made later, besides its metrics.

use super::json::line;
use crate::outcome::{ClientId, EvictionBatch, JobName, Names, Outcome, Timeline};
use crate::study::Study;
use crate::units::SimTime;

/// The command, the names and the limit, and what
/// only one replication can tell.
pub(super) fn origin(reproduce: &str, study: &Study) -> [(&'static str, String); 3] {
    [
        ("reproduce", line(&reproduce)),
        ("repository", line(&Repository::of(study))),
        ("first_replication", line(&First::of(study))),
    ]
}

#[derive(serde::Serialize)]
struct Repository<'a> {
    limit_bytes: u64,
    clients: &'a [String],
    workflows: &'a [String],
    jobs: Vec<Job<'a>>,
    steps: &'a [String],
}

#[derive(serde::Serialize)]
struct Job<'a> {
    workflow: u16,
    name: &'a str,
    group: &'a str,
}

impl Repository<'_> {
    fn of(study: &Study) -> Repository<'_> {
        let Names { clients, workflows, jobs, steps } = &study.first.names;
        let jobs =
            jobs.iter().map(|JobName { workflow, name, group }| Job { workflow: workflow.0, name, group });
        Repository { limit_bytes: study.first.limit.0, clients, workflows, jobs: jobs.collect(), steps }
    }
}

#[derive(serde::Serialize)]
struct First<'a> {
    start: SimTime,
    measured_from: SimTime,
    end: SimTime,
    top_evictions: Vec<Batch<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeline: Option<&'a Timeline>,
}

impl First<'_> {
    fn of(study: &Study) -> First<'_> {
        let Outcome { window, top_evictions, names, timeline, .. } = &study.first;
        First {
            start: window.start,
            measured_from: window.measure_from,
            end: window.end,
            top_evictions: top_evictions.iter().map(|batch| Batch::of(batch, names)).collect(),
            timeline: timeline.as_ref(),
        }
    }
}

#[derive(serde::Serialize)]
struct Batch<'a> {
    at: SimTime,
    client: &'a str,
    entries: u64,
    bytes: u64,
    idle_min_ms: i64,
    evictor: Option<&'a str>,
    evictor_share: Option<f64>,
}

impl<'a> Batch<'a> {
    fn of(batch: &EvictionBatch, names: &'a Names) -> Batch<'a> {
        let name = |client: ClientId| names.clients[usize::from(client.0)].as_str();
        Batch {
            at: batch.at,
            client: name(batch.victim),
            entries: batch.entries,
            bytes: batch.bytes.0,
            idle_min_ms: batch.idle_min.0,
            evictor: batch.evictor.map(|(client, _)| name(client)),
            evictor_share: batch.evictor.map(|(_, share)| share),
        }
    }
}
