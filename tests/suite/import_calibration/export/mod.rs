//! Exports a replication as the files that a repository with this CI would have: a listing of its cache, its runs and
//! jobs as GitHub's REST API gives them, and its git history. What is exported was simulated, so what an import should
//! find in it is known.

mod git;

use cache_budget::engine::{Model, simulate};
use cache_budget::event::{Conclusion, Event, JobRun, LossCause, Names, Observer, RunId, WorkflowRun};
use cache_budget::random::Draws;
use cache_budget::service::Service;
use cache_budget::units::{Duration, SimTime};
use cache_budget::workload::{Push, PushKind};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// What is read when a job ends: the bytes that it has restored and saved.
#[derive(Default)]
struct OpenJob {
    restored: f64,
    saved: f64,
    /// How long refused saves took, in seconds.
    refused: f64,
}

/// The records of a replication.
pub struct Exporter<'m> {
    model: &'m Model,
    names: Names,
    pushes: BTreeMap<u64, Push>,
    /// The step of each client, by the client's name.
    steps: &'m [(&'m str, &'m str)],
    /// When the cache is listed, and the runs.
    at: SimTime,
    open: BTreeMap<RunId, OpenJob>,
    ended: Vec<(OpenJob, JobRun)>,
    jobs: Vec<Value>,
    runs: BTreeMap<u32, Value>,
    listing: Option<Vec<Value>>,
}

impl<'m> Exporter<'m> {
    /// Plays replication 0, and keeps what is there `at` this time.
    pub fn play(model: &'m Model, at: SimTime, steps: &'m [(&'m str, &'m str)]) -> Exporter<'m> {
        let draws = Draws::new(77, 0);
        let pushes = model.workload.pushes(&model.graph, &draws);
        let mut exporter = Exporter {
            model,
            names: model.names(),
            pushes: pushes.into_iter().map(|push| (push.id.address(), push)).collect(),
            steps,
            at,
            open: BTreeMap::new(),
            ended: vec![],
            jobs: vec![],
            runs: BTreeMap::new(),
            listing: None,
        };
        simulate(model, draws, &mut exporter).expect("it ends");
        exporter
    }

    /// Writes `caches.json`, `runs.json`, `jobs.json` and the git history into a folder.
    pub fn write(&self, folder: &Path) {
        let write = |name: &str, value: &Value| {
            std::fs::write(folder.join(name), value.to_string()).expect("written");
        };
        write("caches.json", &json!(self.listing.as_ref().expect("it was listed")));
        write("runs.json", &json!({ "workflow_runs": self.runs.values().collect::<Vec<_>>() }));
        write("jobs.json", &json!({ "jobs": self.jobs }));
        git::write(folder, self.model, &Draws::new(77, 0), self.at);
    }

    fn list(&mut self, service: &Service) {
        let texts = &service.names;
        let entry = |(id, entry): (usize, &cache_budget::service::Entry)| {
            json!({
                "id": id + 1,
                "key": texts.key_text(entry.identity.key),
                "ref": texts.scope_text(entry.identity.scope),
                "version": texts.version_text(entry.identity.version),
                "sizeInBytes": entry.size.0,
                "createdAt": entry.created.to_string(),
                "lastAccessedAt": entry.accessed.to_string(),
            })
        };
        self.listing = Some(service.list().enumerate().map(entry).collect());
    }

    /// A run of a workflow with its jobs. GitHub lists the latest attempt.
    fn run(&mut self, run: &WorkflowRun) {
        let push = &self.pushes[&run.push];
        let (event, branch) = match (push.kind, push.number) {
            (PushKind::PullRequest, Some(number)) => ("pull_request", format!("pr-{number}")),
            (PushKind::Schedule, _) => ("schedule", "main".to_owned()),
            _ => ("push", "main".to_owned()),
        };
        let name = &self.names.workflows[usize::from(run.workflow.0)];
        let is_own = |job: &JobRun| job.push == run.push && job.workflow == run.workflow;
        let ended = std::mem::take(&mut self.ended);
        let (own, others): (Vec<_>, Vec<_>) = ended.into_iter().partition(|(_, job)| is_own(job));
        self.ended = others;
        for (open, job) in own {
            let mut value = self.job(&open, &job);
            value["run_id"] = json!(run.number);
            value["run_attempt"] = json!(run.attempt);
            value["workflow_name"] = json!(name);
            value["head_branch"] = json!(branch);
            self.jobs.push(value);
        }
        let value = json!({
            "id": run.number, "run_number": run.number, "name": name, "event": event, "head_branch": branch,
            "run_attempt": run.attempt, "status": "completed", "conclusion": word(run.conclusion),
            "created_at": seconds(push.at), "run_started_at": seconds(run.triggered),
        });
        self.runs.insert(run.number, value);
    }

    /// A job with its steps: boot, restore, build, save.
    fn job(&self, open: &OpenJob, run: &JobRun) -> Value {
        let length = |time: Duration| time.0 as f64 / 1_000.0;
        let moved: f64 = run
            .losses
            .iter()
            .filter(|loss| loss.cause == LossCause::Transfer)
            .map(|loss| length(loss.time))
            .sum::<f64>()
            .max(0.0);
        let bytes = open.restored + open.saved;
        let restore = if bytes > 0.0 { moved * open.restored / bytes } else { 0.0 };
        let save = (moved - restore).max(0.0) + open.refused;
        let boot = (length(run.ended - run.started) - length(run.build) - restore - save).max(0.0);
        let name = &self.names.jobs[usize::from(run.job.0)].name;
        let client = run.restores.first().map(|own| self.names.clients[usize::from(own.client.0)].as_str());
        let step = client.map(|client| {
            let known = self.steps.iter().find(|(own, _)| *own == client);
            known.unwrap_or_else(|| panic!("no step of {client}")).1
        });
        let mut steps = vec![("Set up job".to_owned(), boot)];
        steps.extend(step.map(|step| (format!("Run {step}"), restore)));
        steps.push(("Run make".to_owned(), length(run.build)));
        // A failed job has no post step that saves.
        let saved = step.filter(|_| run.conclusion == Conclusion::Success);
        steps.extend(saved.map(|step| (format!("Post Run {step}"), save)));
        let mut begin = length(run.started - SimTime(0));
        let steps: Vec<Value> = steps
            .into_iter()
            .map(|(name, length)| {
                let start = begin;
                begin += length;
                let at = |length: f64| seconds(SimTime((length * 1_000.0) as i64));
                json!({ "name": name, "status": "completed", "conclusion": "success",
                        "started_at": at(start), "completed_at": at(begin) })
            })
            .collect();
        let is_started = run.ended > run.started;
        json!({
            "name": name, "status": "completed", "conclusion": word(run.conclusion),
            "created_at": seconds(run.queued), "started_at": seconds(run.started),
            "completed_at": seconds(run.ended), "steps": if is_started { steps } else { vec![] },
        })
    }
}

impl Observer for Exporter<'_> {
    fn on_event(&mut self, event: &Event, _: &Service) {
        match event {
            Event::JobStarted { run, .. } => {
                let open = OpenJob::default();
                self.open.insert(*run, open);
            }
            Event::Restored(found) if found.outcome.is_hit() => {
                self.open.get_mut(&found.caller.run).expect("it runs").restored += found.bytes.as_f64();
            }
            Event::Saved { caller, size, spent, .. } => {
                if let Some(open) = self.open.get_mut(&caller.run) {
                    open.saved += size.as_f64();
                    open.refused += spent.0 as f64 / 1_000.0;
                }
            }
            Event::JobEnded { run, record } => {
                let open = self.open.remove(run).expect("it has begun");
                if record.ended <= self.at {
                    self.ended.push((open, (**record).clone()));
                }
            }
            Event::WorkflowEnded(run) if run.ended <= self.at => self.run(run),
            _ => {}
        }
    }

    fn settled(&mut self, now: SimTime, service: &Service) {
        if now >= self.at && self.listing.is_none() {
            self.list(service);
        }
    }

    fn end(&mut self, service: &Service) {
        if self.listing.is_none() {
            self.list(service);
        }
    }
}

fn word(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Success => "success",
        Conclusion::Cancelled => "cancelled",
        Conclusion::TimedOut => "timed_out",
        Conclusion::Failed | Conclusion::OutOfDisk => "failure",
    }
}

/// GitHub's times are whole seconds.
fn seconds(at: SimTime) -> String {
    SimTime(at.0.div_euclid(1_000) * 1_000).to_string()
}
