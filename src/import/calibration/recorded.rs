//! Runs and jobs as GitHub recorded them: what `gh run list --json`, `gh run view --json jobs` and the pages of the
//! REST API say. Times that are no times, and jobs that never ran, are dropped here and counted.

use crate::diagnostic::FileKind;
use crate::replay::listing::{JsonPlace, decoded};
use crate::replay::{InputProblem, InputProblems};
use crate::units::SimTime;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A run of a workflow.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecordedRun {
    /// GitHub's id.
    pub id: Option<u64>,
    /// The workflow's name.
    pub workflow: Option<String>,
    /// The event that started it.
    pub event: Option<String>,
    /// The branch it was started for.
    pub branch: Option<String>,
    /// Its latest attempt.
    pub attempt: Option<u64>,
    /// How it ended; empty if it has not.
    pub conclusion: String,
    /// When GitHub made it, in seconds.
    pub created: Option<f64>,
    /// When its latest attempt was started, in seconds.
    pub started: Option<f64>,
}

/// A job that ran to its end.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecordedJob {
    /// Its run, as far as it is known.
    pub run: RecordedRun,
    /// The name under which GitHub shows it.
    pub name: String,
    /// How it ended.
    pub conclusion: String,
    /// From when it could start to when it did, in seconds; only the REST API says so.
    pub queued: Option<f64>,
    /// Its length in seconds.
    pub seconds: f64,
    /// When it ended, in seconds since 1970.
    pub ended: f64,
    /// Its steps that ran: name and seconds.
    pub steps: Vec<(String, f64)>,
    /// How many jobs the next attempt ran again, if this job is one of them; at least one of those jobs had failed.
    pub again: Option<usize>,
}

/// What several files say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recorded {
    /// The runs.
    pub runs: Vec<RecordedRun>,
    /// The jobs.
    pub jobs: Vec<RecordedJob>,
    /// How many runs, jobs and steps were dropped, by the reason.
    pub dropped: BTreeMap<&'static str, u64>,
}

/// The most runs, or jobs, that are read.
const RECORDS_MAX: usize = 200_000;

impl Recorded {
    /// Adds what a file says: lists of runs, or of jobs, in the form of gh or of the REST API.
    ///
    /// # Errors
    /// Everything that is not such a record, with its place.
    pub fn read(&mut self, bytes: &[u8]) -> Result<(), InputProblems> {
        let text = decoded(bytes)?;
        if let Some(told) = FileKind::stranger(text.as_bytes(), &[]) {
            return Err(InputProblem::new(0, told).into());
        }
        let mut reader = RecordReader { into: self, place: JsonPlace::default(), problems: vec![] };
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        let mut problems = InputProblems::default();
        let mut has_any = false;
        loop {
            reader.place = JsonPlace::of_value(values.byte_offset());
            match values.next() {
                None => break,
                Some(Ok(value)) => reader.value(&value, &RecordedRun::default()),
                Some(Err(error)) => problems.add(InputProblem::syntax(1, &error)),
            }
            has_any = true;
        }
        for (place, message) in reader.problems {
            let (line, column) = place.position(&text);
            problems.add(InputProblem { line, column: Some(column), message });
        }
        if !has_any {
            problems.add(InputProblem::new(0, format!("is empty: {EXPECTED}")));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// Tells each job what the runs say of its run. Of a run that is listed twice, the first counts.
    pub fn join(&mut self) {
        let mut known: BTreeMap<u64, &RecordedRun> = BTreeMap::new();
        for run in &self.runs {
            if let Some(id) = run.id {
                known.entry(id).or_insert(run);
            }
        }
        for job in &mut self.jobs {
            let Some(run) = job.run.id.and_then(|id| known.get(&id)) else { continue };
            let own = &mut job.run;
            own.workflow = own.workflow.take().or_else(|| run.workflow.clone());
            own.event = own.event.take().or_else(|| run.event.clone());
            own.branch = own.branch.take().or_else(|| run.branch.clone());
            own.attempt = own.attempt.or(run.attempt);
            own.started = own.started.or(run.started);
        }
        self.tell_attempts_apart();
    }

    /// Of a run that was re-run, GitHub lists the jobs of its latest attempt. Those that began before it have passed in an
    /// earlier one. Jobs that are listed in their first attempt, too, need no guess.
    fn tell_attempts_apart(&mut self) {
        let is_later = |job: &RecordedJob| job.run.attempt.is_some_and(|attempt| attempt > 1);
        let mut first: BTreeSet<(Option<u64>, String)> = BTreeSet::new();
        for job in self.jobs.iter().filter(|job| !is_later(job)) {
            first.insert((job.run.id, job.name.clone()));
        }
        let mut again: BTreeMap<Option<u64>, usize> = BTreeMap::new();
        for job in self.jobs.iter_mut().filter(|job| is_later(job)) {
            let began = job.ended - job.seconds;
            if job.run.started.is_some_and(|attempt| began < attempt) {
                job.run.attempt = Some(1);
            } else if job.run.id.is_some() && !first.contains(&(job.run.id, job.name.clone())) {
                *again.entry(job.run.id).or_default() += 1;
                job.again = Some(1);
            }
        }
        for job in self.jobs.iter_mut().filter(|job| job.again.is_some()) {
            job.again = again.get(&job.run.id).copied();
        }
    }

    /// When its first job began.
    pub fn begins(&self) -> Option<SimTime> {
        let first = self.jobs.iter().map(|job| job.ended - job.seconds).min_by(f64::total_cmp)?;
        Some(SimTime((first * 1_000.0) as i64))
    }

    fn drop_one(&mut self, why: &'static str) {
        *self.dropped.entry(why).or_default() += 1;
    }
}

const EXPECTED: &str =
    "pass the output of `gh run list --json …`, `gh run view RUN --json jobs`, or REST pages of jobs";

/// The state of reading a file.
struct RecordReader<'a> {
    into: &'a mut Recorded,
    place: JsonPlace,
    problems: Vec<(JsonPlace, String)>,
}

impl RecordReader<'_> {
    fn value(&mut self, value: &Value, run: &RecordedRun) {
        if self.problems.len() >= InputProblems::MAX {
            return;
        }
        let outcome = match value {
            Value::Array(items) => return self.items(items, run),
            Value::Object(fields) => self.record(fields, run),
            other => Err(format!("{} is no run and no job: {EXPECTED}", shortened(other))),
        };
        if let Err(message) = outcome {
            self.problems.push((self.place.clone(), message));
        }
    }

    fn items(&mut self, items: &[Value], run: &RecordedRun) {
        for (index, item) in items.iter().enumerate() {
            self.place.enter(index);
            self.value(item, run);
            self.place.leave();
        }
    }

    fn record(&mut self, fields: &Map<String, Value>, around: &RecordedRun) -> Result<(), String> {
        if self.into.runs.len().max(self.into.jobs.len()) >= RECORDS_MAX {
            return Err(format!("more than {RECORDS_MAX} records: pass fewer"));
        }
        for list in ["jobs", "workflow_runs"] {
            match fields.get(list) {
                Some(Value::Array(items)) => {
                    let run = run(fields)?;
                    self.items(items, &run);
                    return Ok(());
                }
                Some(_) => return Err(format!("`{list}` is no list")),
                None => {}
            }
        }
        let has = |names: &[&str]| names.iter().any(|name| fields.contains_key(*name));
        if has(&["steps", "runner_name", "completedAt", "completed_at"]) {
            return self.job(fields, around);
        }
        if has(&["event", "headBranch", "head_branch", "workflowName", "attempt", "run_attempt"]) {
            let run = run(fields)?;
            self.into.runs.push(run);
            return Ok(());
        }
        Err(format!("neither a run nor a job: {EXPECTED}"))
    }

    fn job(&mut self, fields: &Map<String, Value>, around: &RecordedRun) -> Result<(), String> {
        let mut job = RecordedJob { run: around.clone(), ..RecordedJob::default() };
        job.name = text(fields, &["name"])?.ok_or("a job without `name`")?;
        job.conclusion = text(fields, &["conclusion"])?.unwrap_or_default();
        let own = run(fields)?;
        let url = text(fields, &["url", "html_url"])?.unwrap_or_default();
        job.run.id = number(fields, "run_id")?.or(around.id).or_else(|| run_of_address(&url));
        job.run.workflow = text(fields, &["workflow_name"])?.or(job.run.workflow);
        job.run.branch = own.branch.or(job.run.branch);
        job.run.attempt = number(fields, "run_attempt")?.or(job.run.attempt);
        let [created, started, ended] = [
            instant(fields, &["created_at"])?,
            instant(fields, &["startedAt", "started_at"])?,
            instant(fields, &["completedAt", "completed_at"])?,
        ];
        let steps = steps(fields, &mut self.into.dropped)?;
        let status = text(fields, &["status"])?.unwrap_or_else(|| "completed".to_owned());
        let (Some(started), Some(ended)) = (started, ended) else {
            self.into.drop_one(if status == "completed" { "jobs without times" } else { "unfinished jobs" });
            return Ok(());
        };
        let why = match job.conclusion.as_str() {
            "skipped" => Some("skipped jobs"),
            "" => Some("unfinished jobs"),
            _ if ended < started => Some("jobs that end before they start"),
            "cancelled" if ended == started && steps.is_empty() => Some("jobs that never started"),
            _ if status != "completed" => Some("unfinished jobs"),
            _ => None,
        };
        if let Some(why) = why {
            self.into.drop_one(why);
            return Ok(());
        }
        (job.seconds, job.ended, job.steps) = (ended - started, ended, steps);
        job.queued = created.map(|created| started - created).filter(|seconds| *seconds >= 0.0);
        self.into.jobs.push(job);
        Ok(())
    }
}

/// The steps that ran to their end.
fn steps(
    fields: &Map<String, Value>,
    dropped: &mut BTreeMap<&'static str, u64>,
) -> Result<Vec<(String, f64)>, String> {
    let items = match fields.get("steps") {
        None | Some(Value::Null) => return Ok(vec![]),
        Some(Value::Array(items)) => items,
        Some(other) => return Err(format!("`steps` is {}, not a list", shortened(other))),
    };
    let mut steps = Vec::new();
    for item in items {
        let fields = item.as_object().ok_or_else(|| format!("{} is no step", shortened(item)))?;
        let name = text(fields, &["name"])?.unwrap_or_default();
        let conclusion = text(fields, &["conclusion"])?.unwrap_or_default();
        let times = (
            instant(fields, &["startedAt", "started_at"])?,
            instant(fields, &["completedAt", "completed_at"])?,
        );
        let why = match (conclusion.as_str(), times) {
            ("skipped", _) => "skipped steps",
            ("", _) | (_, (None, _) | (_, None)) => "unfinished steps",
            (_, (Some(start), Some(end))) if end < start => "steps that end before they start",
            (_, (Some(start), Some(end))) => {
                steps.push((name, end - start));
                continue;
            }
        };
        *dropped.entry(why).or_default() += 1;
    }
    Ok(steps)
}

/// What an object says of a run, in either spelling.
fn run(fields: &Map<String, Value>) -> Result<RecordedRun, String> {
    let is_rest = fields.contains_key("run_number");
    Ok(RecordedRun {
        id: if is_rest { number(fields, "id")? } else { number(fields, "databaseId")? },
        workflow: text(fields, if is_rest { &["name"] } else { &["workflowName", "workflow_name"] })?,
        event: text(fields, &["event"])?,
        branch: text(fields, &["headBranch", "head_branch"])?,
        attempt: number(fields, if is_rest { "run_attempt" } else { "attempt" })?,
        conclusion: text(fields, &["conclusion"])?.unwrap_or_default(),
        created: instant(fields, &["createdAt", "created_at"])?,
        started: instant(fields, &["startedAt", "run_started_at"])?,
    })
}

/// The run in the address of a job, such as `https://github.com/o/r/actions/runs/12/job/34`.
fn run_of_address(url: &str) -> Option<u64> {
    url.split_once("/runs/")?.1.split('/').next()?.parse().ok()
}

fn value<'a>(fields: &'a Map<String, Value>, names: &[&str]) -> Option<(&'a str, &'a Value)> {
    let found = names.iter().find_map(|name| fields.get_key_value(*name));
    found.map(|(name, value)| (name.as_str(), value)).filter(|(_, value)| !value.is_null())
}

fn text(fields: &Map<String, Value>, names: &[&str]) -> Result<Option<String>, String> {
    let Some((name, value)) = value(fields, names) else { return Ok(None) };
    let text = value.as_str().ok_or_else(|| format!("`{name}` is {}, not a text", shortened(value)))?;
    Ok(Some(text.to_owned()))
}

fn number(fields: &Map<String, Value>, name: &str) -> Result<Option<u64>, String> {
    let Some((_, value)) = value(fields, &[name]) else { return Ok(None) };
    value.as_u64().map(Some).ok_or_else(|| format!("`{name}` is {}, not a whole number", shortened(value)))
}

/// A time in seconds since 1970; `None` for the year 1, which gh writes if it knows none.
fn instant(fields: &Map<String, Value>, names: &[&str]) -> Result<Option<f64>, String> {
    let Some((name, value)) = value(fields, names) else { return Ok(None) };
    let text = value.as_str().unwrap_or_default();
    if text.starts_with("0001-") {
        return Ok(None);
    }
    let time: Timestamp = text
        .parse()
        .map_err(|_| format!("`{name}` is {}, not a time such as 2026-06-30T19:28:23Z", shortened(value)))?;
    Ok(Some(time.as_millisecond() as f64 / 1_000.0))
}

/// A value for a message.
fn shortened(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => format!("`{}`", other.to_string().chars().take(60).collect::<String>()),
    }
}
