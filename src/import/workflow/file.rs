//! A workflow's file: its name, triggers and jobs. A file that GitHub would refuse as a whole is refused here; what
//! is wrong in one job is the affair of that job.

use super::trigger::WorkflowTrigger;
use crate::import::yaml::{YamlContent, YamlNode, YamlProblem};
use std::collections::BTreeMap;

/// A workflow as its file says it.
#[derive(Debug, Clone)]
pub struct WorkflowFile {
    /// The path below the repository's root.
    pub path: String,
    /// Its `name`, or its path.
    pub name: String,
    /// What starts it.
    pub triggers: Vec<WorkflowTrigger>,
    /// Its jobs, in the order of the file.
    pub jobs: Vec<JobNode>,
    /// The whole file.
    pub root: YamlNode,
}

/// A job as the file says it.
#[derive(Debug, Clone)]
pub struct JobNode {
    /// Its name in `needs`.
    pub id: String,
    /// Its table.
    pub node: YamlNode,
}

/// The most jobs of a workflow that are read.
const JOBS_MAX: usize = 1_000;

impl WorkflowFile {
    /// Reads a workflow.
    ///
    /// # Errors
    /// If it is not YAML, has no events or no jobs, or has jobs that need one which is not there or each other.
    pub fn read(path: &str, text: &str) -> Result<WorkflowFile, YamlProblem> {
        let root = YamlNode::read(text)?;
        let problem = |node: &YamlNode, message: &str| YamlProblem {
            line: node.line,
            column: node.column,
            message: message.to_owned(),
        };
        if !matches!(root.data, YamlContent::Map(_)) {
            return Err(problem(&root, "a workflow is a mapping with `on` and `jobs`"));
        }
        if let Some(value) = merged(&root) {
            return Err(problem(
                value,
                "GitHub takes anchors and aliases, but no merge keys (`<<`): it refuses the file",
            ));
        }
        let on = root.get("on").ok_or_else(|| problem(&root, "there is no `on`: GitHub never starts it"))?;
        let jobs = root.get("jobs").ok_or_else(|| problem(&root, "there are no `jobs`"))?;
        if jobs.map().is_empty() {
            return Err(problem(jobs, "`jobs` has no job"));
        }
        if jobs.map().len() > JOBS_MAX {
            return Err(problem(jobs, "more than 1000 jobs: a workflow never has that many"));
        }
        let job = |(id, node): &(String, YamlNode)| JobNode { id: id.clone(), node: node.clone() };
        let jobs: Vec<JobNode> = jobs.map().iter().map(job).collect();
        if let Some((job, message)) = unmet_needs(&jobs) {
            let message = format!("{message}: GitHub refuses the file");
            return Err(problem(job.node.get("needs").unwrap_or(&job.node), &message));
        }
        Ok(WorkflowFile {
            path: path.to_owned(),
            name: root.text_of("name").filter(|name| !name.is_empty()).unwrap_or_else(|| path.to_owned()),
            triggers: WorkflowTrigger::all(on),
            jobs,
            root,
        })
    }

    /// True if others call it.
    pub fn is_called(&self) -> bool {
        self.triggers.iter().any(|trigger| trigger.event == "workflow_call")
    }

    /// True if it starts only when others call it.
    pub fn is_only_called(&self) -> bool {
        self.triggers.iter().all(|trigger| trigger.event == "workflow_call")
    }
}

/// The value of the first merge key below a node.
fn merged(node: &YamlNode) -> Option<&YamlNode> {
    match &node.data {
        YamlContent::Map(entries) => {
            let own = entries.iter().find(|(key, _)| key == "<<").map(|(_, value)| value);
            own.or_else(|| entries.iter().find_map(|(_, value)| merged(value)))
        }
        YamlContent::List(items) => items.iter().find_map(merged),
        _ => None,
    }
}

/// A job that GitHub cannot order, because it needs a job that is not there or, directly or not, itself; and why. GitHub
/// then refuses the whole file.
fn unmet_needs(jobs: &[JobNode]) -> Option<(&JobNode, String)> {
    // GitHub ignores the case of these names.
    let places: BTreeMap<String, usize> =
        (0..).zip(jobs).map(|(at, job)| (job.id.to_lowercase(), at)).collect();
    let mut needs = Vec::new();
    for job in jobs {
        let of = |need: String| places.get(&need.to_lowercase()).copied().ok_or(need);
        match job.needs().into_iter().map(of).collect::<Result<Vec<usize>, String>>() {
            Ok(own) => needs.push(own),
            Err(need) => {
                return Some((job, format!("`{}` needs `{need}`, which is no job of this file", job.id)));
            }
        }
    }
    let (mut is_left, mut left): (Vec<bool>, Vec<usize>) =
        (vec![true; jobs.len()], (0..jobs.len()).collect());
    while let Some(first) = left.first().copied() {
        let (waiting, ready): (Vec<usize>, Vec<usize>) =
            left.iter().partition(|job| needs[**job].iter().any(|need| is_left[*need]));
        if ready.is_empty() {
            return Some((
                &jobs[first],
                format!("`{}` needs itself, directly or through others", jobs[first].id),
            ));
        }
        ready.iter().for_each(|job| is_left[*job] = false);
        left = waiting;
    }
    None
}

impl JobNode {
    /// The jobs it needs.
    pub fn needs(&self) -> Vec<String> {
        let nodes = self.node.get("needs").map(YamlNode::one_or_more).unwrap_or_default();
        nodes.into_iter().filter_map(YamlNode::text).collect()
    }

    /// The workflow that it calls.
    pub fn calls(&self) -> Option<String> {
        self.node.text_of("uses")
    }

    /// The labels of its runner as they are written, separated by commas; a group by its name.
    pub fn runs_on(&self) -> String {
        let Some(node) = self.node.get("runs-on") else { return String::new() };
        let labels = match node.get("labels") {
            Some(labels) => labels.one_or_more(),
            None => node.one_or_more(),
        };
        let labels: Vec<String> = labels.into_iter().filter_map(YamlNode::text).collect();
        match labels.is_empty() {
            true => node.text_of("group").unwrap_or_default(),
            false => labels.join(", "),
        }
    }

    /// Its steps.
    pub fn steps(&self) -> &[YamlNode] {
        self.node.get("steps").map(YamlNode::list).unwrap_or_default()
    }
}
