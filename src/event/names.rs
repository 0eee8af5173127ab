//! The names of clients, workflows, jobs and steps. Events carry ids; whoever prints them looks the names
//! up here.

use super::site::WorkflowId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The names of one simulation, indexed by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Cache clients, by [`ClientId`](super::ClientId).
    pub clients: Vec<String>,
    /// Workflows, by [`WorkflowId`].
    pub workflows: Vec<String>,
    /// Jobs, by [`JobId`](super::JobId).
    pub jobs: Vec<JobName>,
    /// Image build steps of interest, by [`super::StepId`].
    pub steps: Vec<String>,
    /// The named sets of entries.
    pub sets: Vec<String>,
}

/// What one job is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobName {
    /// The workflow it belongs to.
    pub workflow: WorkflowId,
    /// Its full name, for example `api (amd64)`.
    pub name: String,
    /// The name it shares with the other legs of its matrix, for example `api`; equal to `name`
    /// where there is no matrix.
    pub group: String,
    /// True if it runs only after a job that it needs has failed (`if: failure()`): it is no fault that it never starts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_failure: bool,
}

impl Names {
    /// The labels under which the counts of jobs add up to all: the full name of a job, or its group's if a job is called
    /// like the group and is counted there as well.
    pub fn apart(&self) -> BTreeSet<&str> {
        let names: BTreeSet<&str> = self.jobs.iter().map(|job| job.name.as_str()).collect();
        let mut apart = BTreeSet::new();
        for JobName { group, name, .. } in &self.jobs {
            apart.insert(if names.contains(group.as_str()) { group.as_str() } else { name.as_str() });
        }
        apart
    }
}
