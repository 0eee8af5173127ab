//! What a job hands on as its outputs, as far as files say it: constants, what its scripts write word for word, and outputs
//! of workflows that it calls.

use super::situation::Situation;
use crate::import::expression::{ExprValue, Truth};
use crate::import::workflow::{JobNode, handed_on};
use crate::import::yaml::YamlNode;

impl Situation<'_> {
    /// An output of a job of this workflow.
    pub(super) fn output(self, job: &str, output: &str, depth: usize) -> ExprValue {
        let unknown = || ExprValue::Unknown(format!("needs.{job}.outputs.{output}"));
        let node = self.workflow.jobs.iter().find(|own| own.id.eq_ignore_ascii_case(job));
        let Some(node) = node.filter(|_| depth > 0) else { return unknown() };
        let key = format!("{}\n{job}\n{output}\n{:?}\n{:?}", self.workflow.path, self.event, self.given);
        let make = || self.made(node, output, depth - 1).and_then(handed_on).unwrap_or_else(unknown);
        self.sources.job_outputs.known(key, make)
    }

    /// An output of a job, as it makes it; `None` if each of its legs makes one, or it cannot be read.
    fn made(self, job: &JobNode, output: &str, depth: usize) -> Option<ExprValue> {
        if job.node.get("strategy").is_some_and(|strategy| strategy.get("matrix").is_some()) {
            return None;
        }
        if let Some(uses) = job.calls() {
            let called = self.sources.called(&uses)?;
            let path = ["on", "workflow_call", "outputs", output, "value"];
            let text = path.iter().try_fold(&called.root, |node, key| node.get(key))?.text()?;
            let given = self.given_within(called, job, None, depth);
            let inner = Situation { workflow: called, given: Some(&given), ..self };
            let nobody = JobNode { id: String::new(), node: YamlNode::empty() };
            return Some(inner.decider.text(&text, &inner.scope_within(&nobody, None, &given, depth)));
        }
        let own = self.workflow.jobs.iter().find(|own| own.id == job.id)?;
        let text = own.node.get("outputs").and_then(|outputs| outputs.text_of(output))?;
        let mut scope = self.scope_within(own, None, &self.inputs(), depth);
        if let Some(asked) = own.node.text_of("if")
            && self.decider.condition(&asked, &scope) == Truth::No
        {
            return Some(ExprValue::Null);
        }
        drop(self.follow(own, &mut scope));
        Some(self.decider.text(&text, &scope))
    }
}
