//! The inventory of a repository: what its workflows say about jobs and cache clients. `import` makes it, `report`
//! shows it, and `import --inventory --format json` prints it as it is.

use super::write;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was found in a repository's files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Inventory {
    /// The workflows, by their paths.
    pub workflows: Vec<WorkflowItem>,
    /// What could matter for the cache and cannot be known from the files.
    pub unknown: Vec<InventoryNote>,
    /// What was assumed.
    pub assumed: Vec<InventoryNote>,
}

/// A workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowItem {
    /// Its path below the repository's root.
    pub file: String,
    /// Its name, or its path.
    pub name: String,
    /// The events that start it.
    pub triggers: Vec<String>,
    /// Its schedules.
    pub crons: Vec<String>,
    /// True if a trigger filters by paths.
    pub path_filters: bool,
    /// True if a newer run for a push to the default branch certainly cancels an older one.
    pub cancel_in_progress: bool,
    /// True if `push` means tags and no branch.
    #[serde(default)]
    pub tags_only: bool,
    /// The jobs of the repository that call it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub called_by: Vec<WorkflowCaller>,
    /// Its jobs.
    pub jobs: Vec<JobItem>,
}

/// A job that calls a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowCaller {
    /// The path of its file.
    pub file: String,
    /// Its name in the file.
    pub job: String,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobItem {
    /// Its name in the file.
    pub id: String,
    /// The jobs it needs.
    pub needs: Vec<String>,
    /// The labels of its runner, as they are written.
    pub runner: String,
    /// The number of legs for a push to the default branch; absent if it cannot be decided.
    pub legs: Option<u32>,
    /// The workflow that it calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<String>,
    /// Its cache clients, one for each step.
    pub clients: Vec<ClientItem>,
}

/// A cache client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClientItem {
    /// The client, such as `rust-cache`.
    pub client: String,
    /// The action that runs it; absent if it caches through the environment alone.
    pub action: Option<String>,
    /// The local action through which the job uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// The inputs of the step, as they are written.
    pub inputs: BTreeMap<String, String>,
    /// Which runs save: `always`, `default-branch`, `never` or `conditional`.
    pub saves: String,
    /// The line of the step: `file:line`.
    pub place: String,
    /// The number of legs in which it runs, under some event; absent if it cannot be decided.
    #[serde(default)]
    pub legs: Option<u32>,
}

/// Something that is not known, or that was assumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryNote {
    /// Where: `file:line`, or the file.
    pub place: String,
    /// The job; empty if it is about a whole file.
    pub job: String,
    /// What it is about, such as an action.
    pub what: String,
    /// What is not known about it, or what was assumed.
    pub why: String,
}

impl Inventory {
    /// The inventory as JSON.
    pub fn json(&self) -> String {
        write::text(self, &["jobs"], 6)
    }
}
