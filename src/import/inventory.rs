//! The inventory: what was found in all workflows, as plain data.

use super::expression::{Decider, Truth};
use super::found::{FoundClient, FoundJob, Situation};
use super::sources::{RepositorySources, SourceProblem, below_root};
use super::workflow::{AssumedEvent, JobNode, WorkflowFile, WorkflowTrigger};
use super::yaml::YamlNode;
use crate::result::{ClientItem, Inventory, InventoryNote, JobItem, WorkflowCaller, WorkflowItem};

/// A workflow and what was found in its jobs.
#[derive(Debug)]
pub struct FoundWorkflow<'a> {
    /// Its file.
    pub file: &'a WorkflowFile,
    /// The events that start it.
    pub events: Vec<AssumedEvent>,
    /// Its jobs, in the order of the file.
    pub jobs: Vec<FoundJob>,
    /// Whether a newer run cancels an older one, for each event.
    pub cancels: Vec<(AssumedEvent, Truth)>,
    /// Whether it does for a push to the default branch, whether or not that starts it.
    pub cancels_pushes: Truth,
}

impl FoundWorkflow<'_> {
    /// Looks at all workflows.
    pub fn all<'a>(sources: &'a RepositorySources, decider: &'a Decider) -> Vec<FoundWorkflow<'a>> {
        let look = |file: &'a WorkflowFile| {
            let events = AssumedEvent::of(&file.triggers, &sources.own_name.default_branch);
            let push = AssumedEvent::push();
            let base = Situation { sources, decider, workflow: file, event: &push, given: None };
            let jobs = file.jobs.iter().map(|job| FoundJob::look(base, job, &events)).collect();
            let cancels = events.iter().map(|event| (event.clone(), cancels_under(base, event))).collect();
            FoundWorkflow { file, events, jobs, cancels, cancels_pushes: cancels_under(base, &push) }
        };
        sources.workflows.iter().map(look).collect()
    }
}

/// Whether a newer run under this event cancels an older one.
fn cancels_under(base: Situation, event: &AssumedEvent) -> Truth {
    let concurrency = base.workflow.root.get("concurrency");
    let Some(node) = concurrency.and_then(|node| node.get("cancel-in-progress")) else { return Truth::No };
    let situation = Situation { event, ..base };
    let nobody = JobNode { id: String::new(), node: YamlNode::empty() };
    let scope = situation.scope(&nobody, None, &situation.inputs());
    base.decider.condition(&node.text().unwrap_or_default(), &scope)
}

/// The inventory of what was found.
pub fn inventory(sources: &RepositorySources, found: &[FoundWorkflow], decider: &Decider) -> Inventory {
    let mut unknown = not_known(sources, found);
    for workflow in found {
        unknown.extend(workflow.jobs.iter().filter_map(|job| dynamic(workflow.file, job)));
    }
    if !decider.is_within_limit() {
        unknown.push(InventoryNote {
            place: ".github/workflows".to_owned(),
            job: String::new(),
            what: "expressions".to_owned(),
            why: "there is too much to evaluate: the rest counts as unknown".to_owned(),
        });
    }
    let branch = InventoryNote {
        place: ".github/workflows".to_owned(),
        job: String::new(),
        what: "default branch".to_owned(),
        why: format!(
            "assumed to be `{}`, as the workflows or git's own files name it",
            sources.own_name.default_branch
        ),
    };
    let workflows = found.iter().map(|workflow| item(sources, workflow)).collect();
    Inventory { workflows, unknown, assumed: vec![branch] }
}

/// Files that cannot be read, and actions and workflows of which it is not known if they cache.
pub(super) fn not_known(sources: &RepositorySources, found: &[FoundWorkflow]) -> Vec<InventoryNote> {
    let mut notes: Vec<InventoryNote> = sources.problems.iter().map(unreadable).collect();
    for workflow in found {
        for (job, node) in workflow.jobs.iter().zip(&workflow.file.jobs) {
            notes.extend(called(sources, workflow.file, node));
            notes.extend(job.unknown.clone());
        }
    }
    notes
}

fn unreadable(problem: &SourceProblem) -> InventoryNote {
    let place = match problem.place {
        (0, _) => problem.path.clone(),
        (line, _) => format!("{}:{line}", problem.path),
    };
    InventoryNote { place, job: String::new(), what: "file".to_owned(), why: problem.message.clone() }
}

/// What a job calls that cannot be read.
fn called(sources: &RepositorySources, file: &WorkflowFile, job: &JobNode) -> Option<InventoryNote> {
    let uses = job.calls().filter(|uses| sources.called(uses).is_none())?;
    let why = match below_root(&uses).is_some() {
        true => "there is no such workflow in the repository, or it cannot be read",
        false => "a workflow of another repository is not read: its caches are missing here",
    };
    let place = format!("{}:{}", file.path, job.node.line);
    Some(InventoryNote { place, job: job.id.clone(), what: uses, why: why.to_owned() })
}

fn dynamic(file: &WorkflowFile, job: &FoundJob) -> Option<InventoryNote> {
    let why = match &job.matrix {
        super::workflow::JobMatrix::Dynamic(why) => why,
        super::workflow::JobMatrix::Legs(.., unknown) => unknown.first()?,
        super::workflow::JobMatrix::Single => return None,
    };
    let place = format!("{}:{}", file.path, job.line);
    Some(InventoryNote {
        place,
        job: job.id.clone(),
        what: "matrix".to_owned(),
        why: format!("its legs cannot be decided: {why}"),
    })
}

fn item(sources: &RepositorySources, workflow: &FoundWorkflow) -> WorkflowItem {
    let file = workflow.file;
    let jobs = workflow.jobs.iter().zip(&file.jobs).map(|(found, node)| job_item(found, node));
    WorkflowItem {
        file: file.path.clone(),
        name: file.name.clone(),
        triggers: file.triggers.iter().map(|trigger| trigger.event.clone()).collect(),
        crons: file
            .triggers
            .iter()
            .flat_map(|trigger| &trigger.crons)
            .map(|(cron, _)| cron.clone())
            .collect(),
        path_filters: file.triggers.iter().any(|trigger| !trigger.paths.is_empty()),
        cancel_in_progress: workflow.cancels_pushes == Truth::Yes,
        called_by: callers(sources, file),
        tags_only: file.triggers.iter().any(is_for_tags_alone),
        jobs: jobs.collect(),
    }
}

/// True for a push that only tags start.
fn is_for_tags_alone(trigger: &WorkflowTrigger) -> bool {
    trigger.event == "push" && trigger.has_tags() && !trigger.has_branches()
}

/// The jobs of the repository that call a workflow.
fn callers(sources: &RepositorySources, file: &WorkflowFile) -> Vec<WorkflowCaller> {
    let calls = |job: &&JobNode| {
        job.calls().and_then(|uses| sources.called(&uses)).is_some_and(|called| called.path == file.path)
    };
    let of = |workflow: &'_ WorkflowFile| -> Vec<WorkflowCaller> {
        let jobs = workflow.jobs.iter().filter(calls);
        jobs.map(|job| WorkflowCaller { file: workflow.path.clone(), job: job.id.clone() }).collect()
    };
    sources.workflows.iter().flat_map(of).collect()
}

fn job_item(found: &FoundJob, node: &JobNode) -> JobItem {
    JobItem {
        id: found.id.clone(),
        needs: node.needs(),
        runner: node.runs_on(),
        legs: found.matrix.count().map(|legs| legs as u32),
        calls: node.calls(),
        clients: found.clients.iter().map(|client| client_item(found, client)).collect(),
    }
}

fn client_item(job: &FoundJob, found: &FoundClient) -> ClientItem {
    let step = &found.step;
    ClientItem {
        client: step.client.to_owned(),
        action: step.action.as_ref().map(|action| action.name.clone()),
        via: step.via.clone(),
        inputs: step.inputs.clone(),
        saves: job.saves(found).word().to_owned(),
        place: step.place.text(),
        legs: job.legs_with(found).map(|legs| legs as u32),
    }
}
