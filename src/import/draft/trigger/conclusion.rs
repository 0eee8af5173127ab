//! After which ends of a run the workflow that follows it does something: its jobs' `if` is evaluated for each of them.

use crate::import::expression::{Contexts, ExprValue, Truth};
use crate::import::found::Situation;
use crate::import::workflow::{JobNode, JobScope};

/// The ends of a run. One that is out of time counts as failed.
pub(super) const ENDS: [&str; 3] = ["success", "failure", "cancelled"];

/// What an expression knows after a run that has ended so.
struct AfterRun<'a> {
    scope: JobScope<'a>,
    end: &'static str,
}

impl Contexts for AfterRun<'_> {
    fn look_up(&self, path: &[String]) -> ExprValue {
        let path: Vec<String> = path.iter().map(|part| part.to_lowercase()).collect();
        match path.join(".").as_str() {
            "github.event.workflow_run.conclusion" => ExprValue::fixed(self.end),
            _ => self.scope.look_up(&path),
        }
    }
}

/// The ends after which a job of the workflow may run that waits for no other one. `base` has `workflow_run` as its event.
pub(super) fn ends_followed(base: Situation) -> Vec<&'static str> {
    // The others run only after these have.
    let first: Vec<&JobNode> = base.workflow.jobs.iter().filter(|job| job.needs().is_empty()).collect();
    let runs = |job: &JobNode, end: &'static str| {
        let text = job.node.text_of("if").unwrap_or_default();
        let after = AfterRun { scope: base.scope(job, None, &base.inputs()), end };
        base.decider.condition(&text, &after) != Truth::No
    };
    ENDS.into_iter().filter(|end| first.iter().any(|job| runs(job, end))).collect()
}
