//! What a job hands on as its outputs, as far as files say it: constants, what its scripts write word for word, and outputs
//! of workflows that it calls. Of a job with a matrix it is what all legs make; where they differ, the last leg to end
//! decides on GitHub, and here the last one of the file stands for it in keys.

use super::situation::Situation;
use crate::import::expression::{ExprValue, Truth};
use crate::import::workflow::{JobLeg, JobMatrix, JobNode, JobScope, handed_on, of_one_leg};
use crate::import::yaml::YamlNode;

impl<'a> Situation<'a> {
    /// An output of a job of this workflow.
    pub(super) fn output(self, job: &str, output: &str, depth: usize) -> ExprValue {
        let unknown = || ExprValue::Unknown(format!("needs.{job}.outputs.{output}"));
        let node = self.workflow.jobs.iter().find(|own| own.id.eq_ignore_ascii_case(job));
        let Some(node) = node.filter(|_| depth > 0) else { return unknown() };
        let key = format!("{}\n{job}\n{output}\n{:?}\n{:?}", self.workflow.path, self.event, self.given);
        let make = || self.made(node, output, depth - 1).unwrap_or_else(unknown);
        self.sources.job_outputs.known(key, make)
    }

    /// An output of a job, as it is handed on; `None` if it cannot be read.
    fn made(self, job: &JobNode, output: &str, depth: usize) -> Option<ExprValue> {
        let scope = self.scope_within(job, None, &self.inputs(), depth);
        let matrix = JobMatrix::of(job.node.get("strategy"), self.decider, &scope);
        let own = match job.calls() {
            Some(uses) => self.of_call(job, &uses, output, &matrix, depth),
            None => self.of_steps(job, output, &matrix, depth),
        };
        let mut values: Vec<ExprValue> = Vec::new();
        for value in own? {
            let value = handed_on(value)?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        // An empty output replaces none.
        let last = values.iter().rfind(|value| value.truth() != Truth::No).or(values.last());
        if values.len() > 1 { last.map(of_one_leg) } else { last.cloned() }
    }

    /// The outputs of the workflow that a job calls, in each of its legs.
    fn of_call(
        self,
        job: &JobNode,
        uses: &str,
        output: &str,
        matrix: &JobMatrix,
        depth: usize,
    ) -> Option<Vec<ExprValue>> {
        let called = self.sources.called(uses)?;
        let path = ["on", "workflow_call", "outputs", output, "value"];
        let text = path.iter().try_fold(&called.root, |node, key| node.get(key))?.text()?;
        let nobody = JobNode { id: String::new(), node: YamlNode::empty() };
        let in_leg = |leg: &Option<JobLeg>| {
            let given = self.given_within(called, job, leg.as_ref(), depth);
            let inner = Situation { workflow: called, given: Some(&given), ..self };
            inner.decider.text(&text, &inner.scope_within(&nobody, None, &given, depth))
        };
        Some(matrix.each().iter().map(in_leg).collect())
    }

    /// What the steps of a job make of an output, in each of its legs that asks for something else.
    fn of_steps(
        self,
        job: &JobNode,
        output: &str,
        matrix: &JobMatrix,
        depth: usize,
    ) -> Option<Vec<ExprValue>> {
        let own = self.workflow.jobs.iter().find(|own| own.id == job.id)?;
        let text = own.node.get("outputs").and_then(|outputs| outputs.text_of(output))?;
        let (legs, inputs) = (matrix.each(), self.inputs());
        let (mut seen, mut values): (Vec<JobScope>, Vec<ExprValue>) = (Vec::new(), Vec::new());
        for leg in &legs {
            let is_like =
                |scope: &JobScope| scope.asked.are_same_in(&JobScope { leg: leg.as_ref(), ..scope.clone() });
            if seen.iter().any(is_like) {
                continue;
            }
            let mut scope = self.scope_within(own, leg.as_ref(), &inputs, depth);
            if let Some(asked) = own.node.text_of("if")
                && self.decider.condition(&asked, &scope) == Truth::No
            {
                return Some(vec![ExprValue::Null]);
            }
            drop(self.follow(own, &mut scope));
            values.push(self.decider.text(&text, &scope));
            seen.push(scope);
        }
        Some(values)
    }
}
