//! Who acts and where: ids of clients, jobs and workflows, and the kind of ref.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a cache operation takes place: client, job and kind of ref.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// The cache client that acts.
    pub client: ClientId,
    /// The job it acts in.
    pub job: JobId,
    /// Kind of ref that the job runs on.
    pub kind: RefKind,
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

/// A cache client, as an index into [`super::Names::clients`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u16);

/// A job of the scenario, as an index into [`super::Names::jobs`]. Each leg of a matrix is a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u16);

/// An image build step of interest: an index into [`super::Names::steps`].
pub type StepId = u32;

/// A workflow of the scenario: an index into [`super::Names::workflows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowId(pub u16);

/// Kind of ref that a run belongs to. It decides what the run may read and write.
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
    /// All kinds, in the order of their indices.
    pub const ALL: [RefClass; 3] = [RefClass::Main, RefClass::PullRequest, RefClass::Other];

    /// The kind of a ref, by its name. The default branch is called `main`.
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

/// The kind of a ref, with all that is neither the default branch nor a pull request told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefKind {
    /// The default branch.
    Main,
    /// The merge ref of a pull request.
    PullRequest,
    /// A branch of the merge queue.
    MergeQueue,
    /// A tag.
    Tag,
    /// Another branch.
    Branch,
}

impl RefKind {
    /// All kinds, in the order of their indices.
    pub const ALL: [RefKind; 5] =
        [RefKind::Main, RefKind::PullRequest, RefKind::MergeQueue, RefKind::Tag, RefKind::Branch];

    /// The kinds that [`RefClass::Other`] is the sum of.
    pub const OTHERS: [RefKind; 3] = [RefKind::MergeQueue, RefKind::Tag, RefKind::Branch];

    /// The kind of a ref, by its name.
    pub fn of(ref_name: &str) -> RefKind {
        match RefClass::of(ref_name) {
            RefClass::Main => RefKind::Main,
            RefClass::PullRequest => RefKind::PullRequest,
            RefClass::Other if ref_name.starts_with("refs/heads/gh-readonly-queue/") => RefKind::MergeQueue,
            RefClass::Other if ref_name.starts_with("refs/tags/") => RefKind::Tag,
            RefClass::Other => RefKind::Branch,
        }
    }

    /// The class that it belongs to.
    pub fn class(self) -> RefClass {
        match self {
            RefKind::Main => RefClass::Main,
            RefKind::PullRequest => RefClass::PullRequest,
            RefKind::MergeQueue | RefKind::Tag | RefKind::Branch => RefClass::Other,
        }
    }

    /// The value of the `ref` label.
    pub fn label(self) -> &'static str {
        match self {
            RefKind::Main => "main",
            RefKind::PullRequest => "pull_request",
            RefKind::MergeQueue => "merge_queue",
            RefKind::Tag => "tag",
            RefKind::Branch => "branch",
        }
    }
}
