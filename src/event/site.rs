//! Who acts and where: ids of clients, jobs and workflows, and the kind of ref.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a cache operation happens: which client, in which job, on what kind of ref.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// The cache client that acts.
    pub client: ClientId,
    /// The job it acts in.
    pub job: JobId,
    /// The ref the job runs on.
    pub class: RefClass,
}

/// A job of one workflow run, numbered in the order in which runners took them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u32);

/// Who asks the service for something: a client in a job that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The job that runs.
    pub run: RunId,
    /// Where that is accounted.
    pub site: Site,
}

/// A cache client: an index into [`super::Names::clients`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u16);

/// A job of the scenario, one per leg of a matrix: an index into [`super::Names::jobs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u16);

/// An image build step of interest: an index into [`super::Names::steps`].
pub type StepId = u16;

/// A workflow of the scenario: an index into [`super::Names::workflows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowId(pub u16);

/// The kind of ref a run belongs to, which decides what it may read and write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefClass {
    /// The default branch.
    Main,
    /// The merge ref of a pull request.
    PullRequest,
    /// Any other branch or tag.
    Other,
}

impl RefClass {
    /// Every kind, in the order of their indexes.
    pub const ALL: [RefClass; 3] = [RefClass::Main, RefClass::PullRequest, RefClass::Other];

    /// The kind of a ref by its name; the default branch is called `main`.
    pub fn of(ref_name: &str) -> RefClass {
        match ref_name {
            "refs/heads/main" => RefClass::Main,
            _ if ref_name.starts_with("refs/pull/") => RefClass::PullRequest,
            _ => RefClass::Other,
        }
    }

    /// The value of the `ref` label.
    pub fn label(self) -> &'static str {
        match self {
            RefClass::Main => "main",
            RefClass::PullRequest => "pull_request",
            RefClass::Other => "other",
        }
    }
}
