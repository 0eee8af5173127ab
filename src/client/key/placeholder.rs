//! The placeholders of a key and where each takes its value: from the files that the job has checked out, or
//! from what GitHub says about its run. Those of a matrix or a runner are filled in when a scenario is read.
//!
//! The table `FIELDS` is also printed in the scenario reference.

use super::open::OpenValue;
use super::pattern::PatternPart;
use crate::client::session::JobContext;
use crate::client::session::github::GithubContext;
use crate::project::{ChangeId, Checkout, InputId, InputSet, RECIPE};
use crate::random::mix;
use crate::units::{Duration, SimTime};
use crate::workload::ChangeShares;

/// What a placeholder takes its value from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyField {
    Hash(InputSet),
    Recipe,
    Sha,
    Job,
    Workflow,
    Ref,
    Branch,
    Base,
    Event,
    Number,
    RunId,
    RunAttempt,
    Date,
    Week,
    Month,
    Days(u32),
    Time,
}

const fn hash(input: InputId) -> KeyField {
    KeyField::Hash(InputSet::of(input))
}

/// The placeholders that take their value from the job's checkout or run, with their meaning.
pub(super) const FIELDS: [(&str, KeyField, &str); 25] = [
    ("lock", hash(InputId::LOCK), "hash of the lock file"),
    ("manifests", hash(InputId::MANIFESTS), "hash of all manifests"),
    ("toolchain", hash(InputId::TOOLCHAIN), "version of the compiler"),
    ("web-lock", hash(InputId::WEB_LOCK), "hash of the front end's lock file"),
    ("requirements", hash(InputId::REQUIREMENTS), "hash of pip's requirements"),
    ("go-sum", hash(InputId::GO_SUM), "hash of `go.sum`"),
    ("dockerfile", hash(InputId::DOCKERFILE), "hash of the container files"),
    ("recipe", KeyField::Recipe, "hash of the cargo-chef recipe"),
    ("sha", KeyField::Sha, "`github.sha`: every push has its own"),
    ("job", KeyField::Job, "`github.job`: the job's `id`, or else its name without its matrix leg"),
    ("workflow", KeyField::Workflow, "`github.workflow`"),
    ("ref", KeyField::Ref, "`github.ref`"),
    ("branch", KeyField::Branch, "`github.head_ref || github.ref_name`"),
    ("base", KeyField::Base, "`github.base_ref`: a pull request's target branch, or else nothing"),
    ("event", KeyField::Event, "`github.event_name`"),
    ("number", KeyField::Number, "`github.event.number` of a pull request, or else nothing"),
    ("run-id", KeyField::RunId, "`github.run_id`: every workflow run has its own"),
    ("run", KeyField::RunId, "as `{run-id}`"),
    ("run-attempt", KeyField::RunAttempt, "`github.run_attempt`"),
    (
        "date",
        KeyField::Date,
        "the day the job starts, as `date +%Y-%m-%d` prints it; of a step that only saves, the day it saves",
    ),
    ("week", KeyField::Week, "its week, as `date +%G-%V` prints it"),
    ("month", KeyField::Month, "its month, as `date +%Y-%m` prints it"),
    (
        "time",
        KeyField::Time,
        "the instant at which the job starts, or at which a step that only saves does so: every job has its own",
    ),
    // Shown in the reference; `KeyField::named` reads them.
    ("days:N", KeyField::Days(1), "number of its interval of N days, counted from 1970, such as `{days:7}`"),
    ("hash:NAME", KeyField::Hash(InputSet::EMPTY), HASH_MEANING),
];

const HASH_MEANING: &str = "`hashFiles` of an input, or of several: `{hash:go-sum, lock}`";

/// What the placeholders of one job, or of one workflow run, stand for.
pub struct KeyValues<'a> {
    /// What GitHub says about the workflow run.
    pub github: &'a GithubContext,
    /// `GITHUB_REF`.
    pub ref_name: &'a str,
    /// `GITHUB_JOB`; empty for a whole run.
    pub job_name: &'a str,
    /// The project's state in the checkout.
    pub checkout: &'a Checkout,
    /// The identity of the push.
    pub push_id: u64,
    /// The time that dates are taken from.
    pub at: SimTime,
}

impl<'a> KeyValues<'a> {
    /// What the placeholders of a job's keys stand for.
    pub fn of(job: &'a JobContext) -> KeyValues<'a> {
        KeyValues {
            github: &job.github,
            ref_name: &job.ref_name,
            job_name: &job.job_name,
            checkout: &job.checkout,
            push_id: job.push_id,
            at: job.started,
        }
    }
}

/// What a template may name: the texts that are known when it is parsed, and the inputs of the scenario.
pub struct PlaceholderNames<'a> {
    /// The text for a placeholder that is filled in at once; `None` if it is another one.
    pub value: &'a dyn Fn(&str) -> Option<String>,
    /// The names of all inputs, by their index.
    pub inputs: &'a [String],
}

/// Why a template cannot be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPlaceholder<'a> {
    /// No placeholder has this name.
    Unknown(&'a str),
    /// No input has this name.
    UnknownInput(&'a str),
    /// The brace before this text is not closed.
    Unclosed(&'a str),
}

impl KeyField {
    /// The placeholder of this name.
    pub fn named<'a>(name: &'a str, inputs: &[String]) -> Result<KeyField, BadPlaceholder<'a>> {
        if let Some(names) = name.strip_prefix("hash:") {
            let find = |name: &'a str| {
                let found = InputId::all(inputs.len()).find(|input| inputs[input.index()] == name);
                found.ok_or(BadPlaceholder::UnknownInput(name))
            };
            return names.split(',').map(str::trim).map(find).collect::<Result<_, _>>().map(KeyField::Hash);
        }
        if let Some(days) = name.strip_prefix("days:").and_then(|days| days.parse().ok()) {
            return if days > 0 { Ok(KeyField::Days(days)) } else { Err(BadPlaceholder::Unknown(name)) };
        }
        let found = FIELDS.iter().find(|(known, ..)| *known == name && !name.contains(':'));
        found.map(|(_, field, _)| *field).ok_or(BadPlaceholder::Unknown(name))
    }

    /// True if the placeholder of this name changes with time.
    pub fn is_of_time(name: &str) -> bool {
        let is_one = |(known, field, _): &(&str, KeyField, &str)| *known == name && field.changes_with_time();
        name.strip_prefix("hash:").is_some_and(|inputs| inputs.trim() != "toolchain")
            || name.starts_with("days:")
            || FIELDS.iter().any(is_one)
    }

    /// The names of the inputs that the placeholder of this name hashes.
    pub fn inputs_of(name: &str) -> Vec<&str> {
        if let Some(inputs) = name.strip_prefix("hash:") {
            return inputs.split(',').map(str::trim).collect();
        }
        let field = FIELDS.iter().find(|(known, ..)| *known == name).map(|(_, field, _)| field);
        let inputs = InputId::BUILT_IN.into_iter().zip(InputId::all(InputId::BUILT_IN.len()));
        inputs
            .filter(|(_, input)| field.is_some_and(|field| field.depends_on(*input)))
            .map(|(name, _)| name)
            .collect()
    }

    /// The text with these values.
    pub fn text(self, values: &KeyValues) -> String {
        let github = values.github;
        if let Some(open) = self.open(values.at).filter(|_| github.is_of_any_run()) {
            return open.mark().to_string();
        }
        match self {
            KeyField::Job => values.job_name.to_owned(),
            KeyField::Workflow => github.workflow.clone(),
            KeyField::Ref => values.ref_name.to_owned(),
            KeyField::Branch => github.branch.clone(),
            KeyField::Base => github.base_ref.clone(),
            KeyField::Event => github.event.to_owned(),
            KeyField::Number => github.number.map_or(String::new(), |number| number.to_string()),
            KeyField::RunId => github.run_id.to_string(),
            KeyField::RunAttempt => github.run_attempt.to_string(),
            KeyField::Date | KeyField::Week | KeyField::Month | KeyField::Days(_) | KeyField::Time => {
                self.dated(values.at)
            }
            KeyField::Sha => format!("{:08x}", values.push_id),
            KeyField::Recipe | KeyField::Hash(_) => format!("{:08x}", self.identity(values.checkout)),
        }
    }

    /// What stands for it in the keys of any run; `None` if its value is known there. Runs that start at the first instant
    /// are the earlier ones.
    fn open(self, started: SimTime) -> Option<OpenValue> {
        Some(match self {
            KeyField::Branch => OpenValue::Branch,
            KeyField::Base => OpenValue::Base,
            KeyField::Event => OpenValue::Event,
            KeyField::Number => OpenValue::Number,
            KeyField::RunAttempt => OpenValue::RunAttempt,
            KeyField::Date => OpenValue::Date,
            KeyField::Week => OpenValue::Week,
            KeyField::Month => OpenValue::Month,
            KeyField::Days(_) => OpenValue::Days,
            KeyField::Time if started == SimTime::default() => OpenValue::Time,
            KeyField::Time => OpenValue::OwnTime,
            KeyField::Hash(_) | KeyField::Recipe | KeyField::Sha | KeyField::RunId => return None,
            KeyField::Job | KeyField::Workflow | KeyField::Ref => return None,
        })
    }

    /// The date of an instant, if this is one; empty otherwise.
    fn dated(self, at: SimTime) -> String {
        match self {
            KeyField::Date => at.date_text("%Y-%m-%d"),
            KeyField::Week => at.date_text("%G-%V"),
            KeyField::Month => at.date_text("%Y-%m"),
            KeyField::Days(days) => at.0.div_euclid(i64::from(days) * Duration::DAY.0).to_string(),
            KeyField::Time => at.date_text("%Y-%m-%dT%H:%M:%S%.3fZ"),
            _ => String::new(),
        }
    }

    /// The identity of the hashed files' content in this checkout; 0 for placeholders without files.
    pub fn identity(self, checkout: &Checkout) -> ChangeId {
        match self {
            KeyField::Recipe => checkout.recipe,
            KeyField::Hash(inputs) => {
                let mut contents = inputs.iter().map(|input| checkout.input(input));
                let first = contents.next().unwrap_or(0);
                contents.fold(first, |hash, content| mix(hash.into(), content.into()) as ChangeId)
            }
            _ => 0,
        }
    }

    /// True if the value changes when a push changes the input.
    pub fn depends_on(self, input: InputId) -> bool {
        match self {
            KeyField::Recipe => RECIPE.contains(&input),
            KeyField::Hash(inputs) => inputs.has(input),
            _ => false,
        }
    }

    /// True if a new value replaces the old one as time goes by: hashes of files, commits, runs and dates. The
    /// version of the compiler is not among them, because several may be in use at once.
    pub fn changes_with_time(self) -> bool {
        match self {
            KeyField::Hash(inputs) => inputs != InputSet::of(InputId::TOOLCHAIN),
            KeyField::Recipe | KeyField::Sha | KeyField::RunId | KeyField::RunAttempt => true,
            KeyField::Date | KeyField::Week | KeyField::Month | KeyField::Days(_) | KeyField::Time => true,
            KeyField::Job | KeyField::Workflow | KeyField::Ref | KeyField::Branch => false,
            KeyField::Base | KeyField::Event | KeyField::Number => false,
        }
    }

    /// What its values look like in this job.
    pub fn pattern(self, job: &JobContext) -> PatternPart {
        match self {
            KeyField::Job | KeyField::Workflow => PatternPart::Text(self.text(&KeyValues::of(job))),
            KeyField::Hash(inputs) if inputs == InputSet::of(InputId::TOOLCHAIN) => PatternPart::Any,
            KeyField::Hash(_) | KeyField::Recipe | KeyField::Sha => PatternPart::Hash,
            KeyField::RunId | KeyField::RunAttempt => PatternPart::Hash,
            KeyField::Ref | KeyField::Branch | KeyField::Base | KeyField::Event => PatternPart::Any,
            KeyField::Number | KeyField::Date | KeyField::Week | KeyField::Month => PatternPart::Any,
            KeyField::Days(_) | KeyField::Time => PatternPart::Any,
        }
    }

    /// True if no two pushes have the same value.
    pub fn names_push(self) -> bool {
        matches!(self, KeyField::Sha | KeyField::RunId | KeyField::Time)
    }

    /// True if the value changes as time passes, whatever is pushed.
    pub fn is_dated(self) -> bool {
        matches!(self, KeyField::Date | KeyField::Week | KeyField::Month | KeyField::Days(_))
    }

    /// The share of branches that change the placeholder's value. For several inputs it is the largest one.
    pub fn share(self, changes: &ChangeShares) -> f64 {
        if self.names_push() || self.is_dated() {
            return 1.0;
        }
        let inputs = InputId::all(changes.inputs.len()).filter(|input| self.depends_on(*input));
        inputs.map(|input| changes.of(input)).fold(0.0, f64::max)
    }
}
