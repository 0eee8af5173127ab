//! The jobs of a workflow as a scenario has them: those of the workflows that it calls stand in the place of the jobs
//! that call them.

use super::key::{NAME_MAX, shortened};
use super::trigger::assuming::{bot_apart, is_for_forks};
use crate::diagnostic::{is_hidden, visible};
use crate::import::expression::Truth;
use crate::import::found::{FoundJob, Situation, is_never};
use crate::import::workflow::{AssumedEvent, JobLeg, JobMatrix, JobNode, WorkflowFile};
use crate::import::yaml::YamlNode;

/// A job as a scenario has it.
pub(super) struct DraftJob<'a> {
    /// Its name in the scenario.
    pub name: String,
    /// Its table in the file.
    pub node: &'a JobNode,
    /// What was found in it that is in GitHub's cache.
    pub found: FoundJob,
    /// How many caches of its legs are in a service of the runner's provider.
    pub elsewhere: usize,
    /// The jobs it needs, by their names in the scenario.
    pub needs: Vec<String>,
    /// The events under which it may run.
    pub events: Vec<AssumedEvent>,
    /// The names under which GitHub shows the jobs that call its workflow, the outermost first.
    pub callers: Vec<String>,
    /// Its `if`, and those of the jobs that call its workflow.
    pub conditions: Vec<JobCondition>,
}

/// An `if` of a job.
#[derive(Clone)]
pub(super) struct JobCondition {
    /// Its text.
    pub text: String,
    /// The path of the workflow that it stands in.
    pub file: String,
}

/// True if a condition has this call, such as `!cancelled()`; without a `!` in front, one that is not negated.
pub(super) fn calls(condition: &str, call: &str) -> bool {
    let condition: String = condition.split_whitespace().collect();
    condition.match_indices(call).any(|(at, _)| call.starts_with('!') || !condition[..at].ends_with('!'))
}

impl DraftJob<'_> {
    /// The word for when it runs, given the ends of the jobs that it needs, and what that word does not say; `None` if it
    /// runs where all have succeeded.
    pub fn status(&self) -> Option<(&'static str, Option<&'static str>)> {
        let has = |call: &str| self.conditions.iter().any(|own| calls(&own.text, call));
        match () {
            () if has("!failure()") => Some(("!cancelled()", Some(ALSO_AFTER_FAILURE))),
            () if has("always()") => Some(("always()", None)),
            () if has("!cancelled()") || (has("success()") && has("failure()")) => {
                Some(("!cancelled()", None))
            }
            () if has("failure()") => Some(("failure()", None)),
            () => None,
        }
    }

    /// The events under which the scenario's job runs. If it is there for an image that only some events build, those
    /// are meant: a scenario cannot skip the build alone.
    pub fn simulated_events(&self, base: Situation) -> Vec<AssumedEvent> {
        let skipped = self.skipped_builds(base);
        self.events.iter().filter(|event| !skipped.contains(event)).cloned().collect()
    }

    /// The events under which a job does not build the image that it is there for; none if there is another cache in
    /// it, or another job waits for it.
    pub fn skipped_builds(&self, base: Situation) -> Vec<AssumedEvent> {
        let is_needed = !self.callers.is_empty()
            || base.workflow.jobs.iter().any(|other| other.needs().contains(&self.node.id));
        match &self.found.clients[..] {
            [one] if one.step.client == "buildkit" && !is_needed => one.skipped(&self.events),
            _ => Vec::new(),
        }
    }
}

const ALSO_AFTER_FAILURE: &str =
    "`!failure()` skips it where a job that it needs has failed: here it runs then, too";

/// What is around the jobs of a workflow: nothing, or the job that calls it.
#[derive(Clone, Default)]
struct CallingJob {
    /// The texts that it gives for inputs, each as a condition would have it.
    given: Vec<(String, JobCondition)>,
    prefix: String,
    names: Vec<String>,
    needs: Vec<String>,
    conditions: Vec<JobCondition>,
    within: Vec<String>,
}

/// How deeply workflows may call each other: GitHub's limit.
const DEPTH_MAX: usize = 10;
/// The most legs of a calling job that are all written.
const LEGS_MAX: usize = 16;
/// The most jobs of a workflow that are written.
const JOBS_MAX: usize = 200;

/// What is done with every job of a workflow.
pub(super) trait JobVisitor {
    /// True if it is of interest what is found in the next job.
    fn looks(&self) -> bool;

    /// Takes a job, with the situation that its texts are read in.
    fn take(&mut self, base: Situation, job: DraftJob);

    /// Hears of a job that may or may not run on these events.
    fn leaves_open(&mut self, base: Situation, job: &JobNode, events: &[AssumedEvent]);

    /// Hears of a job that runs for others than those that the import assumes, or not at all.
    fn hears(&mut self, base: Situation, job: &JobNode, what: String);

    /// Hears of a job that calls a workflow in so many legs that the rest of them is left out.
    fn leaves_out(&mut self, base: Situation, job: &JobNode, legs: usize);
}

/// The names of all jobs of a workflow, and whether a cache is still looked for.
#[derive(Default)]
pub(super) struct JobNames {
    /// True while no cache was found, if one is looked for.
    pub wants_clients: bool,
    /// True if one was found that is in another service than GitHub's.
    pub is_elsewhere: bool,
    /// True if a job calls a workflow that is not read.
    pub is_unread: bool,
    /// The names.
    pub names: Vec<String>,
}

impl JobVisitor for JobNames {
    fn looks(&self) -> bool {
        self.wants_clients
    }

    fn take(&mut self, _: Situation, job: DraftJob) {
        self.wants_clients &= job.found.clients.is_empty();
        self.is_elsewhere |= job.elsewhere > 0;
        self.is_unread |= job.node.calls().is_some();
        self.names.push(job.name);
    }

    fn leaves_open(&mut self, _: Situation, _: &JobNode, _: &[AssumedEvent]) {}

    fn hears(&mut self, _: Situation, _: &JobNode, _: String) {}

    fn leaves_out(&mut self, _: Situation, _: &JobNode, _: usize) {}
}

/// Hands every job of the workflow to the visitor.
pub(super) fn expand(base: Situation, events: &[AssumedEvent], visitor: &mut dyn JobVisitor) {
    let mut left = JOBS_MAX;
    let caller = CallingJob { within: vec![base.workflow.path.clone()], ..CallingJob::default() };
    level(base, events, &caller, &mut left, visitor);
}

fn level(
    base: Situation,
    events: &[AssumedEvent],
    caller: &CallingJob,
    left: &mut usize,
    visitor: &mut dyn JobVisitor,
) {
    for job in &base.workflow.jobs {
        if *left == 0 {
            return;
        }
        let own: Vec<AssumedEvent> =
            events.iter().filter(|event| runs(base, job, event) != Truth::No).cloned().collect();
        let mut said = runs_for_others(base, job, events, own.is_empty());
        if own.is_empty() && said.is_empty() && visitor.looks() && may_cache(base, job) {
            said.push(never_holds(job, events));
        }
        said.into_iter().for_each(|what| visitor.hears(base, job, what));
        let mut conditions = caller.conditions.clone();
        let file = &base.workflow.path;
        if let Some(text) = job.node.text_of("if") {
            let asked = caller.given.iter().filter(|(input, _)| wants(&text, input));
            conditions.extend(asked.map(|(_, given)| given.clone()));
            conditions.push(JobCondition { text, file: file.clone() });
        }
        if own.is_empty() || conditions.iter().any(|own| is_never(&own.text)) {
            continue;
        }
        let open: Vec<AssumedEvent> =
            own.iter().filter(|event| runs(base, job, event) == Truth::Maybe).cloned().collect();
        // What outputs of other jobs give a called workflow is looked at with its paths.
        let text = job.node.text_of("if").unwrap_or_default();
        if !open.is_empty() && !caller.given.iter().any(|(input, _)| wants(&text, input)) {
            visitor.leaves_open(base, job, &open);
        }
        let needs = needs(base, job, caller, &own);
        let Some(called) = called(base, job, caller) else {
            *left -= 1;
            let (found, elsewhere) = match visitor.looks() {
                true => FoundJob::look(base, job, &own).within_github(),
                false => (FoundJob::unseen(job), 0),
            };
            let name = job_name(&caller.prefix, &job.id);
            let callers = caller.names.clone();
            let (node, events) = (job, own);
            visitor.take(base, DraftJob { name, node, found, elsewhere, needs, events, callers, conditions });
            continue;
        };
        if let JobMatrix::Legs(_, legs, _) = base.matrix(job, &base.inputs())
            && legs.len() > LEGS_MAX
        {
            visitor.leaves_out(base, job, legs.len() - LEGS_MAX);
        }
        for (suffix, leg) in legs(base, job) {
            let given = base.given_to(called, job, leg.as_ref());
            let inner = Situation { workflow: called, given: Some(&given), ..base };
            let mut within = caller.within.clone();
            within.push(called.path.clone());
            let prefix = format!("{}{}{suffix}-", caller.prefix, plain(&job.id));
            let mut names = caller.names.clone();
            names.push(job.node.text_of("name").unwrap_or_else(|| job.id.clone()));
            let (needs, conditions, given) = (needs.clone(), conditions.clone(), outputs_given(job, file));
            let around = CallingJob { given, prefix, names, needs, conditions, within };
            level(inner, &own, &around, left, visitor);
        }
    }
}

/// For whom else a job runs, or does not, and that it is switched off: sentences without a full stop.
fn runs_for_others(
    base: Situation,
    job: &JobNode,
    events: &[AssumedEvent],
    is_left_out: bool,
) -> Vec<String> {
    let Some(text) = job.node.text_of("if") else { return Vec::new() };
    let name = plain(&job.id);
    if is_never(&text) {
        return vec![format!("`{name}` is disabled (`if: false`)")];
    }
    let mut said = Vec::new();
    let on = |event| Situation { event, ..base };
    if events.iter().any(|event| event.is_pull() && is_for_forks(on(event), job)) {
        said.push(match is_left_out {
            true => format!("`{name}` runs for pull requests from forks alone, and is left out"),
            false => format!("`{name}` also runs for pull requests from forks, and here it does not"),
        });
    }
    if let Some((bot, runs)) = events.iter().find_map(|event| bot_apart(on(event), job)) {
        said.push(match (runs, is_left_out) {
            (true, true) => format!("`{name}` runs for `{bot}` alone, and is left out"),
            (true, false) => format!("`{name}` also runs for `{bot}` on events on which it does not here"),
            (false, _) => format!("`{name}` does not run for `{bot}`: here it runs for everyone"),
        });
    }
    said
}

/// True if a job has a cache under some event, or calls a workflow, which may have one. One that runs where others did not
/// succeed is none that is missing.
fn may_cache(base: Situation, job: &JobNode) -> bool {
    let text = job.node.text_of("if").unwrap_or_default();
    let asks_for_ends = text.contains("needs.") && text.contains(".result");
    !asks_for_ends && (job.calls().is_some() || !FoundJob::look(base, job, &[]).clients.is_empty())
}

/// That the `if` of a job holds on none of these events, such as one that asks for the label of a pull request: a sentence
/// without a full stop.
fn never_holds(job: &JobNode, events: &[AssumedEvent]) -> String {
    let text = job.node.text_of("if").unwrap_or_default();
    let words = events.iter().map(AssumedEvent::words).collect::<Vec<_>>().join(", ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("`{}` is left out: its `if` does not hold on {words}: {}", plain(&job.id), visible(&text))
}

/// The inputs that a calling job gives by the outputs of other jobs.
fn outputs_given(job: &JobNode, file: &str) -> Vec<(String, JobCondition)> {
    let with = job.node.get("with").map(YamlNode::map).unwrap_or_default();
    let texts = with.iter().filter_map(|(name, node)| Some((name.clone(), node.text()?)));
    let by_output = texts.filter(|(_, text)| text.contains("needs.") && !text.contains("()"));
    by_output.map(|(name, text)| (name, JobCondition { text, file: file.to_owned() })).collect()
}

/// True if a condition asks for an input as it is: neither for its opposite nor for a certain value.
fn wants(condition: &str, input: &str) -> bool {
    let name = format!("inputs.{input}");
    condition.match_indices(&name).any(|(at, _)| {
        let (before, after) = (condition[..at].trim_end(), condition[at + name.len()..].trim_start());
        let is_end = ["", "&&", "||", ")", "}}"].iter().any(|end| match *end {
            "" => after.is_empty(),
            end => after.starts_with(end),
        });
        is_end && !before.ends_with('!')
    })
}

/// The name of a job behind those of the jobs that call its workflow. Of a long one the beginning is kept, and what tells it
/// from others.
fn job_name(prefix: &str, id: &str) -> String {
    shortened(format!("{prefix}{}", plain(id)), NAME_MAX)
}

/// A name without invisible characters, and without spaces at its ends.
pub(super) fn plain(name: &str) -> String {
    let seen: String = name.chars().map(|letter| if is_hidden(letter) { '-' } else { letter }).collect();
    let seen = seen.trim();
    if seen.is_empty() { "unnamed".to_owned() } else { seen.to_owned() }
}

/// True if a job runs under an event, where nothing fails or after a failure. Its `if` may leave that open.
fn runs(base: Situation, job: &JobNode, event: &AssumedEvent) -> Truth {
    let Some(text) = job.node.text_of("if") else { return Truth::Yes };
    let situation = Situation { event, ..base };
    let scope = situation.scope(job, None, &situation.inputs());
    let after_failure = text.replace("failure()", "true");
    base.decider.condition(&text, &scope).or(base.decider.condition(&after_failure, &scope))
}

/// The workflow that a job calls, if it is in the repository and does not call itself.
fn called<'a>(base: Situation<'a>, job: &JobNode, caller: &CallingJob) -> Option<&'a WorkflowFile> {
    let called = base.sources.called(&job.calls()?)?;
    (!caller.within.contains(&called.path) && caller.within.len() < DEPTH_MAX).then_some(called)
}

/// The legs of a calling job, with what tells their names apart.
fn legs(base: Situation, job: &JobNode) -> Vec<(String, Option<JobLeg>)> {
    match base.matrix(job, &base.inputs()) {
        JobMatrix::Legs(_, legs, _) if legs.len() > 1 => {
            let numbered = legs.into_iter().take(LEGS_MAX).enumerate();
            numbered.map(|(index, leg)| (format!("-{}", index + 1), Some(leg))).collect()
        }
        JobMatrix::Legs(_, legs, _) => vec![(String::new(), legs.into_iter().next())],
        JobMatrix::Single => vec![(String::new(), Some(Vec::new()))],
        JobMatrix::Dynamic(_) => vec![(String::new(), None)],
    }
}

/// The jobs that a job needs, by their names in the scenario.
fn needs(base: Situation, job: &JobNode, caller: &CallingJob, events: &[AssumedEvent]) -> Vec<String> {
    let own = job.needs();
    if own.is_empty() {
        return caller.needs.clone();
    }
    let jobs = base.workflow.jobs.iter().filter(|other| own.contains(&other.id));
    jobs.flat_map(|other| names(base, other, caller, events)).collect()
}

/// The names under which a job is written: its own, or those of the jobs that it calls. A called workflow has succeeded where
/// some of its jobs were skipped, which no job of a scenario may wait for: those that run in any case are taken.
fn names(base: Situation, job: &JobNode, caller: &CallingJob, events: &[AssumedEvent]) -> Vec<String> {
    let Some(called) = called(base, job, caller) else {
        return vec![job_name(&caller.prefix, &job.id)];
    };
    let all = legs(base, job).into_iter().flat_map(|(suffix, leg)| {
        let prefix = format!("{}{}{suffix}-", caller.prefix, plain(&job.id));
        let mut within = caller.within.clone();
        within.push(called.path.clone());
        let around = CallingJob { prefix, within, ..CallingJob::default() };
        let given = base.given_to(called, job, leg.as_ref());
        let inner = Situation { workflow: called, given: Some(&given), ..base };
        let certain: Vec<&JobNode> =
            called.jobs.iter().filter(|job| is_certain(inner, job, events, DEPTH_MAX)).collect();
        let waited = if certain.is_empty() { called.jobs.iter().collect() } else { certain };
        waited.into_iter().flat_map(|job| names(inner, job, &around, events)).collect::<Vec<_>>()
    });
    all.take(JOBS_MAX).collect()
}

/// True if a job runs under all these events where nothing fails, and so do the jobs that it needs.
fn is_certain(base: Situation, job: &JobNode, events: &[AssumedEvent], depth: usize) -> bool {
    let text = job.node.text_of("if").unwrap_or_default();
    let holds = |event: &AssumedEvent| {
        let situation = Situation { event, ..base };
        let scope = situation.scope(job, None, &situation.inputs());
        text.is_empty() || base.decider.condition(&text, &scope) == Truth::Yes
    };
    let needs = job.needs();
    let mut needed = base.workflow.jobs.iter().filter(|other| needs.contains(&other.id));
    let waits_for_all = !text.contains("always()") && !text.contains("!cancelled()");
    let is_free =
        !waits_for_all || needed.all(|other| depth > 0 && is_certain(base, other, events, depth - 1));
    events.iter().all(holds) && is_free
}
