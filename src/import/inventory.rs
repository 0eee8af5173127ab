//! The inventory: what was found in all workflows, as plain data.

use super::expression::{Decider, Truth};
use super::found::{FoundClient, FoundJob, Situation};
use super::sources::{RepositorySources, SourceProblem, below_root};
use super::workflow::{AssumedEvent, JobNode, WorkflowFile};
use super::yaml::YamlNode;
use crate::result::{ClientItem, Inventory, InventoryNote, JobItem, WorkflowItem};

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
}

impl FoundWorkflow<'_> {
    /// Looks at all workflows.
    pub fn all<'a>(sources: &'a RepositorySources, decider: &'a Decider) -> Vec<FoundWorkflow<'a>> {
        let look = |file: &'a WorkflowFile| {
            let events = AssumedEvent::of(&file.triggers, &sources.default_branch);
            let push = AssumedEvent::push();
            let base = Situation { sources, decider, workflow: file, event: &push, given: None };
            let jobs = file.jobs.iter().map(|job| FoundJob::look(base, job, &events)).collect();
            let cancels = events.iter().map(|event| (event.clone(), cancels(base, event))).collect();
            FoundWorkflow { file, events, jobs, cancels }
        };
        sources.workflows.iter().map(look).collect()
    }
}

/// Whether a newer run under this event cancels an older one.
fn cancels(base: Situation, event: &AssumedEvent) -> Truth {
    let concurrency = base.workflow.root.get("concurrency");
    let Some(node) = concurrency.and_then(|node| node.get("cancel-in-progress")) else { return Truth::No };
    let situation = Situation { event, ..base };
    let nobody = JobNode { id: String::new(), node: YamlNode::empty() };
    let scope = situation.scope(&nobody, None, &situation.inputs());
    base.decider.condition(&node.text().unwrap_or_default(), &scope)
}

/// The inventory of what was found.
pub fn inventory(sources: &RepositorySources, found: &[FoundWorkflow], decider: &Decider) -> Inventory {
    let mut unknown: Vec<InventoryNote> = sources.problems.iter().map(unreadable).collect();
    for workflow in found {
        for (job, node) in workflow.jobs.iter().zip(&workflow.file.jobs) {
            unknown.extend(called(sources, workflow.file, node));
            unknown.extend(job.unknown.clone());
            unknown.extend(dynamic(workflow.file, job));
        }
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
        why: format!("assumed to be `{}`, as the workflows name it", sources.default_branch),
    };
    Inventory { workflows: found.iter().map(item).collect(), unknown, assumed: vec![branch] }
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
    let super::workflow::JobMatrix::Dynamic(why) = &job.matrix else { return None };
    let place = format!("{}:{}", file.path, job.line);
    Some(InventoryNote {
        place,
        job: job.id.clone(),
        what: "matrix".to_owned(),
        why: format!("its legs cannot be decided: {why}"),
    })
}

fn item(workflow: &FoundWorkflow) -> WorkflowItem {
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
        cancel_in_progress: workflow.cancels.iter().any(|(_, truth)| *truth != Truth::No),
        jobs: jobs.collect(),
    }
}

fn job_item(found: &FoundJob, node: &JobNode) -> JobItem {
    JobItem {
        id: found.id.clone(),
        needs: node.needs(),
        runner: node.runs_on(),
        legs: found.matrix.count().map(|legs| legs as u32),
        calls: node.calls(),
        clients: found.clients.iter().map(client_item).collect(),
    }
}

fn client_item(found: &FoundClient) -> ClientItem {
    let step = &found.step;
    ClientItem {
        client: step.client.to_owned(),
        action: step.action.as_ref().map(|action| action.name.clone()),
        via: step.via.clone(),
        inputs: step.inputs.clone(),
        saves: found.saves.word().to_owned(),
        place: step.place.text(),
    }
}
