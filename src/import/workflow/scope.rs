//! What the contexts of a job's expressions contain, under an assumed event and in one leg. Members that nothing
//! sets are null, as on GitHub; those that a step or another job makes are unknown, except days and weeks.

use super::assumed_event::AssumedEvent;
use super::github::github;
use super::job_output::OtherJobs;
use super::matrix::JobLeg;
use super::own_name::OwnName;
use crate::import::expression::{Contexts, ExprValue, KeyText, Varying};
use crate::project::System;
use std::cell::RefCell;
use std::rc::Rc;

/// The inputs of a called workflow or of an action, by name.
pub type InputValues = Vec<(String, ExprValue)>;

/// What the steps of a job have made so far: outputs, and variables of the environment.
#[derive(Debug, Clone, Default)]
pub struct StepOutputs {
    /// What is known of outputs: the step's id, the output, its value.
    known: Vec<(String, String, ExprValue)>,
    /// The scripts so far, with the ids of their steps.
    scripts: Vec<(String, String)>,
    /// The variables that a script is known to set: how many scripts there are with it, the name, and its value.
    variables: Vec<(usize, String, ExprValue)>,
    /// The steps that are skipped.
    skipped: Vec<String>,
}

/// The contexts of a job, or of the steps of an action that it uses.
#[derive(Debug, Clone)]
pub struct JobScope<'a> {
    /// The event.
    pub event: &'a AssumedEvent,
    /// How the repository calls itself.
    pub own_name: &'a OwnName,
    /// The workflow's name.
    pub workflow: &'a str,
    /// The job's name in the file.
    pub job: String,
    /// The leg; `None` if the matrix is not known.
    pub leg: Option<&'a JobLeg>,
    /// The runner's system, if its label is known.
    pub system: Option<System>,
    /// The environment: what comes later replaces what comes before.
    pub env: Vec<(String, ExprValue)>,
    /// The inputs.
    pub inputs: InputValues,
    /// What the steps before have made.
    pub steps: StepOutputs,
    /// What the jobs that it needs have made.
    pub others: OtherJobs<'a>,
    /// What of the event and of the leg was asked for so far.
    pub asked: AskedMembers,
}

/// The members of `github`, `matrix` and `needs` that expressions have asked for, with their values: under an event and in a leg in
/// which they are the same, everything else is.
#[derive(Debug, Clone, Default)]
pub struct AskedMembers(Rc<RefCell<Vec<AskedMember>>>);

/// The path of a member, and its value.
type AskedMember = (Vec<String>, ExprValue);

impl AskedMembers {
    fn note(&self, path: &[String], value: &ExprValue) {
        let mut known = self.0.borrow_mut();
        if !known.iter().any(|(own, _)| own == path) {
            known.push((path.to_vec(), value.clone()));
        }
    }

    /// Those of now, to which nothing is added later.
    pub fn so_far(&self) -> AskedMembers {
        AskedMembers(Rc::new(RefCell::new(self.0.borrow().clone())))
    }

    /// True if all of them are the same in another scope.
    pub fn are_same_in(&self, other: &JobScope) -> bool {
        self.0.borrow().iter().all(|(path, value)| other.member(path) == *value)
    }
}

impl StepOutputs {
    /// Notes an output that a step is known to have.
    pub fn know(&mut self, step: &str, output: &str, value: ExprValue) {
        self.known.push((step.to_owned(), output.to_owned(), value));
    }

    /// Notes the script of a step.
    pub fn ran(&mut self, step: &str, script: &str) {
        if script.contains("GITHUB_OUTPUT") || script.contains("GITHUB_ENV") || script.contains("set-output")
        {
            self.scripts.push((step.to_owned(), script.to_owned()));
        }
    }

    /// Notes a variable that the last script is known to set for later steps.
    pub fn know_variable(&mut self, name: &str, value: ExprValue) {
        self.variables.push((self.scripts.len(), name.to_owned(), value));
    }

    /// Notes a step that does not run: its outputs are empty.
    pub fn skip(&mut self, step: &str) {
        self.skipped.push(step.to_owned());
    }

    /// Notes the scripts of an action that a step uses: what they set in the environment stays.
    pub fn inherit(&mut self, inner: &StepOutputs) {
        let before = self.scripts.len();
        let set =
            inner.variables.iter().map(|(count, name, value)| (before + count, name.clone(), value.clone()));
        self.variables.extend(set);
        let own = inner.scripts.iter().map(|(_, script)| (String::new(), script.clone()));
        self.scripts.extend(own);
    }

    fn output(&self, step: &str, output: &str) -> ExprValue {
        let known = self.known.iter().rev().find(|(id, name, _)| id == step && name == output);
        let made = || {
            let (_, script) = self.scripts.iter().rev().find(|(id, _)| id == step)?;
            date_of(script, output)
        };
        match known {
            Some((.., value)) => value.clone(),
            None if self.skipped.iter().any(|id| id == step) => ExprValue::Null,
            // As after a miss: a save that is skipped after a hit is one that happens after a miss.
            None if output == "cache-hit" => ExprValue::fixed(""),
            None => made().unwrap_or_else(|| ExprValue::Unknown(format!("steps.{step}.outputs.{output}"))),
        }
    }

    /// A variable of the environment that a script has set; `None` if none has.
    fn variable(&self, name: &str) -> Option<ExprValue> {
        let sets = |script: &str| script.contains("GITHUB_ENV") && script.contains(&format!("{name}="));
        let (at, (_, script)) =
            self.scripts.iter().enumerate().rev().find(|(_, (_, script))| sets(script))?;
        let known = self.variables.iter().rev().find(|(count, own, _)| own == name && *count == at + 1);
        if let Some((.., value)) = known {
            return Some(value.clone());
        }
        Some(date_of(script, name).unwrap_or_else(|| ExprValue::Unknown(format!("env.{name}"))))
    }
}

/// The placeholder for a variable that a script sets to the output of `date`, by the finest unit in its format.
fn date_of(script: &str, name: &str) -> Option<ExprValue> {
    let line = script.lines().find(|line| line.contains(&format!("{name}=")))?;
    let calls = ["$(date", "`date", "date "].iter().find_map(|call| line.find(call));
    let format = &line[calls?..];
    let has = |units: &[&str]| units.iter().any(|unit| format.contains(unit));
    let unit = match () {
        () if has(&["%H", "%M", "%S", "%s", "%T", "%R", "%N"]) => "time",
        () if has(&["%d", "%F", "%j", "%D", "%e", "%x", "-I", "--iso", "--rfc"]) => "date",
        () if has(&["%V", "%U", "%W"]) => "week",
        () if has(&["%m", "%b", "%B"]) => "month",
        () => return None,
    };
    Some(ExprValue::varying(Varying::Named(unit), None))
}

impl JobScope<'_> {
    fn of_leg(&self, path: &[&str]) -> ExprValue {
        let Some(leg) = self.leg else { return ExprValue::Unknown(format!("matrix.{}", path.join("."))) };
        let key = path.join(".");
        if let Some((name, value)) = leg.iter().find(|(name, _)| name.eq_ignore_ascii_case(&key)) {
            return ExprValue::OfLeg(name.clone(), Box::new(value.clone()));
        }
        let below = if key.is_empty() { key } else { format!("{}.", key.to_lowercase()) };
        let members = leg.iter().filter_map(|(name, value)| {
            let rest = name.to_lowercase().strip_prefix(&below)?.to_owned();
            Some((rest, ExprValue::OfLeg(name.clone(), Box::new(value.clone()))))
        });
        let members: Vec<(String, ExprValue)> = members.collect();
        if !members.is_empty() {
            return ExprValue::Object(members);
        }
        // A member of a value that is not an object, or an element of a list.
        match path {
            [] | [_] => ExprValue::Null,
            [before @ .., last] => self.of_leg(before).member(last),
        }
    }

    fn of_runner(&self, name: &str) -> ExprValue {
        let named = |name, of: fn(System) -> &'static str| {
            let now = self.system.map(|system| of(system).to_owned());
            ExprValue::varying(Varying::Named(name), now)
        };
        match name {
            "os" => named("os", |system| system.os.runner_os()),
            "arch" => named("arch", |system| system.arch.runner_arch()),
            "environment" => ExprValue::fixed("github-hosted"),
            "temp" => ExprValue::fixed("/github/temp"),
            "tool_cache" => ExprValue::fixed("/opt/hostedtoolcache"),
            "debug" => ExprValue::Null,
            other => ExprValue::Unknown(format!("runner.{other}")),
        }
    }

    fn of_env(&self, name: &str) -> ExprValue {
        let found = self.env.iter().rev().find(|(own, _)| own.eq_ignore_ascii_case(name));
        let value = self.steps.variable(name).or_else(|| found.map(|(_, value)| value.clone()));
        value.unwrap_or(ExprValue::Null)
    }
}

impl Contexts for JobScope<'_> {
    fn look_up(&self, path: &[String]) -> ExprValue {
        let value = self.member(path);
        if path.first().is_some_and(|context| ["github", "matrix", "needs"].contains(&context.as_str())) {
            self.asked.note(path, &value);
        }
        value
    }
}

impl JobScope<'_> {
    /// `github.workflow_ref`: the workflow's file, and the ref of its run.
    fn workflow_ref(&self) -> ExprValue {
        let mut text = KeyText::varying(Varying::Named("workflow"), Some(self.workflow.to_owned()));
        text.push_fixed("@");
        text.push(&github(&["ref"], self.event, self.own_name).text());
        ExprValue::Text(text)
    }

    /// The member of a context with this path.
    fn member(&self, path: &[String]) -> ExprValue {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let unknown = || ExprValue::Unknown(parts.join("."));
        match &parts[..] {
            ["github", "event", "inputs", name] if self.event.name == "workflow_dispatch" => {
                named(&self.inputs, name)
            }
            ["github", "workflow"] => {
                ExprValue::varying(Varying::Named("workflow"), Some(self.workflow.to_owned()))
            }
            ["github", "workflow_ref"] => self.workflow_ref(),
            ["github", "job"] => ExprValue::varying(Varying::Named("job"), Some(self.job.clone())),
            ["github", rest @ ..] => {
                let rest: Vec<String> = rest.iter().map(|part| part.to_lowercase()).collect();
                github(&rest.iter().map(String::as_str).collect::<Vec<_>>(), self.event, self.own_name)
            }
            ["matrix", rest @ ..] => self.of_leg(rest),
            ["inputs"] => ExprValue::Object(self.inputs.clone()),
            ["inputs", name, rest @ ..] => {
                rest.iter().fold(named(&self.inputs, name), |value, part| value.member(part))
            }
            ["env", name] => self.of_env(name),
            ["runner", name] => self.of_runner(&name.to_lowercase()),
            ["needs", job, "outputs", output] => self.others.needed(job, output),
            ["jobs", job, "outputs", output] => self.others.called(job, output),
            ["needs", _, "result"] => ExprValue::fixed("success"),
            // For `needs.*.result`.
            ["needs"] => {
                let result = ("result".to_owned(), ExprValue::fixed("success"));
                ExprValue::Object(vec![("a job".to_owned(), ExprValue::Object(vec![result]))])
            }
            ["steps", step, "outputs", output] => self.steps.output(step, output),
            ["steps", _, "outcome" | "conclusion"] | ["job", "status"] => ExprValue::fixed("success"),
            // Secrets are there, whatever they are.
            ["secrets", _] => ExprValue::varying(Varying::Named("secret"), None),
            // Variables of the repository's settings: empty unless somebody fills them in.
            ["vars", _] => ExprValue::Null,
            _ => unknown(),
        }
    }
}

fn named(values: &[(String, ExprValue)], name: &str) -> ExprValue {
    let found = values.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
    found.map_or(ExprValue::Null, |(_, value)| value.clone())
}
