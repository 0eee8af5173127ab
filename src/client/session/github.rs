//! What GitHub says about a workflow run, for the placeholders of keys. `ci` fills it in for each run.

/// What GitHub tells a workflow run about itself (the `github` context). It is the same for all of its jobs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GithubContext {
    /// `github.workflow`: the workflow's name.
    pub workflow: String,
    /// `github.event_name`.
    pub event: &'static str,
    /// `github.base_ref`: the branch that a pull request is to be merged into; empty for other runs.
    pub base_ref: String,
    /// `github.head_ref || github.ref_name`: the branch of a pull request, or else the branch or the tag.
    pub branch: String,
    /// `github.event.number`: the number of a pull request; `None` for other runs.
    pub number: Option<u32>,
    /// `github.run_id`.
    pub run_id: u64,
    /// `github.run_attempt`, from 1.
    pub run_attempt: u32,
}

/// The event of any run. No event has this name.
const ANY: &str = "*";

impl GithubContext {
    /// Any run of this workflow. Only its id is known: in its keys, [`OpenValue`](crate::client::OpenValue)s stand for
    /// everything else.
    pub fn of_any_run(workflow: &str, run_id: u64) -> GithubContext {
        GithubContext { workflow: workflow.to_owned(), event: ANY, run_id, ..GithubContext::default() }
    }

    /// True if it stands for any run.
    pub fn is_of_any_run(&self) -> bool {
        self.event == ANY
    }
}
