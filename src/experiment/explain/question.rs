//! Which job runs an `explain` request asks for, and the messages if there are none.

use super::ExplainRequest;
use super::explanations::{Explanations, JobFilter};
use crate::diagnostic::{nearest, printable};
use crate::engine::Model;
use crate::event::{Names, RefClass};
use crate::result::MissExplanation;
use crate::units::{Duration, SimTime};
use std::fmt;

/// The filter and the number of job runs.
pub(super) struct Question {
    pub filter: JobFilter,
    count: usize,
    /// True if the earliest runs are explained instead of those that lost most.
    first: bool,
}

/// A day or an instant, as given with `--at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The 24 hours from here.
    Day(SimTime),
    /// The first run from this instant.
    From(SimTime),
}

impl Moment {
    /// Parses a date or an instant, in UTC.
    ///
    /// # Errors
    /// What is wrong with it, and how to write it.
    pub fn parse(text: &str) -> Result<Moment, String> {
        let wrong = |_| {
            "it is neither a day, such as 2026-06-30, nor a time, such as 2026-06-30T14:00:00Z".to_owned()
        };
        let at = text.parse().map_err(wrong)?;
        Ok(if text.trim().len() == 10 { Moment::Day(at) } else { Moment::From(at) })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Moment::Day(day) => f.write_str(day.to_string().get(..10).unwrap_or_default()),
            Moment::From(at) => at.fmt(f),
        }
    }
}

/// How many runs of a day are explained by default.
const OF_A_DAY: usize = 5;

impl Question {
    pub fn of(request: &ExplainRequest) -> Question {
        let (from, until) = match request.at {
            Some(Moment::Day(day)) => (Some(day), Some(day + Duration::DAY)),
            Some(Moment::From(at)) => (Some(at), None),
            None => (None, None),
        };
        let default = if until.is_some() { OF_A_DAY } else { 1 };
        Question {
            filter: JobFilter {
                job: request.job.clone(),
                ref_name: request.ref_name.clone(),
                client: request.client.clone(),
                from,
                until,
            },
            count: request.worst.map_or(default, usize::from),
            first: from.is_some() && until.is_none() && request.worst.is_none(),
        }
    }

    /// The runs to explain, and how many more there are.
    pub fn pick(&self, explanations: &Explanations) -> (Vec<MissExplanation>, usize) {
        let mut found = explanations.worst(&self.filter);
        if self.first {
            found.sort_by_key(|why| why.job.started_at);
        }
        let more = found.len().saturating_sub(self.count);
        found.truncate(self.count);
        (found, more)
    }

    /// Checks that at least one job run matches. The error says what there is instead.
    pub fn check(&self, model: &Model, names: &Names, explanations: &Explanations) -> Result<(), String> {
        let JobFilter { job, ref_name, client, .. } = &self.filter;
        let jobs = || names.jobs.iter().flat_map(|job| [job.name.as_str(), job.group.as_str()]);
        // A client that no job uses can miss nothing.
        let clients = || names.clients.iter().map(String::as_str).filter(|client| model.uses(client));
        let refs = || RefClass::ALL.iter().map(|class| class.label());
        known("job", job.as_deref(), jobs)?;
        known("cache client", client.as_deref(), clients)?;
        known("kind of ref", ref_name.as_deref().filter(|name| !name.starts_with("refs/")), refs)?;
        if explanations.runs(&self.filter).is_empty() { Err(self.no_run(explanations)) } else { Ok(()) }
    }

    fn no_run(&self, explanations: &Explanations) -> String {
        let anytime = JobFilter { from: None, until: None, ..self.filter.clone() };
        let at = self.filter.from.unwrap_or_default();
        let runs = explanations.runs(&anytime);
        let nearest = runs.iter().min_by_key(|job| (job.started_at - at).0.abs());
        match nearest {
            Some(job) => format!(
                "no matching job run started then; the nearest is `{}` on {} at {}",
                job.actor.job, job.actor.ref_name, job.started_at
            ),
            None => "no job run in the simulated time matches".into(),
        }
    }
}

fn known<'a, I: Iterator<Item = &'a str>>(
    what: &str,
    name: Option<&str>,
    all: impl Fn() -> I,
) -> Result<(), String> {
    let Some(name) = name.filter(|name| !all().any(|known| known == *name)) else { return Ok(()) };
    let shown = printable(name);
    match nearest(name, all()) {
        Some(near) => Err(format!("there is no {what} `{shown}`: did you mean `{}`?", printable(near))),
        None => {
            let mut known: Vec<&str> = all().collect();
            known.sort();
            known.dedup();
            Err(format!("there is no {what} `{shown}`; there are {}", printable(&known.join(", "))))
        }
    }
}
