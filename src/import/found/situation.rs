//! A job under one event and in one leg, as its steps see it.

use super::step::PlacedStep;
use super::step::StepPlace;
use super::walk::{Around, Walk};
use crate::import::expression::{Decider, ExprValue};
use crate::import::sources::RepositorySources;
use crate::import::workflow::{
    AskedMembers, AssumedEvent, InputValues, JobLeg, JobMatrix, JobNode, JobScope, OtherJobs, StepOutputs,
    WorkflowFile,
};
use crate::import::yaml::YamlNode;
use crate::project::System;

/// What every evaluation of an import needs.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The files.
    pub sources: &'a RepositorySources,
    /// What evaluates expressions.
    pub decider: &'a Decider,
    /// The workflow.
    pub workflow: &'a WorkflowFile,
    /// The event.
    pub event: &'a AssumedEvent,
    /// The inputs that a caller gives; `None` to look at the workflow by itself.
    pub given: Option<&'a InputValues>,
}

/// How many jobs and workflows that hand an output on are followed.
const DEPTH_MAX: usize = 10;

/// The steps of a job in one leg, and what could not be followed.
pub(super) struct FollowedSteps<'a> {
    pub steps: Vec<PlacedStep<'a>>,
    pub problems: Vec<(StepPlace, String, String)>,
}

impl<'a> Situation<'a> {
    /// The contexts of a job, with the environment of workflow and job.
    pub fn scope(self, job: &JobNode, leg: Option<&'a JobLeg>, inputs: &InputValues) -> JobScope<'a> {
        self.scope_within(job, leg, inputs, DEPTH_MAX)
    }

    /// The same, where outputs of other jobs are followed so many times.
    pub(super) fn scope_within(
        self,
        job: &JobNode,
        leg: Option<&'a JobLeg>,
        inputs: &InputValues,
        depth: usize,
    ) -> JobScope<'a> {
        let mut scope = JobScope {
            event: self.event,
            own_name: &self.sources.own_name,
            workflow: &self.workflow.name,
            job: job.id.clone(),
            leg,
            system: None,
            env: Vec::new(),
            inputs: inputs.clone(),
            steps: StepOutputs::default(),
            others: OtherJobs::new(job.needs(), move |other, output| self.output(other, output, depth)),
            asked: AskedMembers::default(),
        };
        let label = self.decider.text(&job.runs_on(), &scope).labels().known();
        scope.system = label.filter(|label| !label.is_empty()).map(|label| System::of_label(&label));
        for env in [self.workflow.root.get("env"), job.node.get("env")] {
            let entries = env.map(YamlNode::map).unwrap_or_default();
            let value = |node: &YamlNode| self.decider.yaml(node, &scope).as_variable();
            let values: Vec<_> = entries.iter().map(|(name, node)| (name.clone(), value(node))).collect();
            scope.env.extend(values);
        }
        scope
    }

    /// What a workflow that this job calls has as its inputs.
    pub fn given_to(self, called: &WorkflowFile, job: &JobNode, leg: Option<&'a JobLeg>) -> InputValues {
        self.given_within(called, job, leg, DEPTH_MAX)
    }

    pub(super) fn given_within(
        self,
        called: &WorkflowFile,
        job: &JobNode,
        leg: Option<&'a JobLeg>,
        depth: usize,
    ) -> InputValues {
        let scope = self.scope_within(job, leg, &self.inputs(), depth);
        let with = job.node.get("with").map(YamlNode::map).unwrap_or_default();
        // The legs of a job that calls are not those of the jobs that are called.
        let value = |node: &YamlNode| self.decider.yaml(node, &scope).without_leg();
        let mut given: InputValues = with.iter().map(|(name, node)| (name.clone(), value(node))).collect();
        let triggers = called.triggers.iter().filter(|trigger| trigger.event == "workflow_call");
        for (name, default) in triggers.flat_map(|trigger| &trigger.inputs) {
            if !given.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
                given.push((name.clone(), default.as_ref().map_or(ExprValue::Null, constant)));
            }
        }
        given
    }

    /// The legs of a job.
    pub fn matrix(self, job: &JobNode, inputs: &InputValues) -> JobMatrix {
        JobMatrix::of(job.node.get("strategy"), self.decider, &self.scope(job, None, inputs))
    }

    /// The steps of a job, with those of the local actions it uses.
    pub(super) fn follow(self, job: &'a JobNode, scope: &mut JobScope) -> FollowedSteps<'a> {
        let (steps, problems) = (Vec::new(), Vec::new());
        let mut walk = Walk { sources: self.sources, decider: self.decider, steps, problems };
        walk.follow(job.steps(), &Around::job(&self.workflow.path), scope);
        FollowedSteps { steps: walk.steps, problems: walk.problems }
    }

    /// What `inputs` contains when the workflow starts by itself, or is called: what all callers in the
    /// repository agree on, or else nothing that is known.
    pub fn inputs(self) -> InputValues {
        if let Some(given) = self.given {
            return given.clone();
        }
        let is_called = self.workflow.is_only_called();
        let name = if is_called { "workflow_call" } else { "workflow_dispatch" };
        let trigger = self.workflow.triggers.iter().find(|trigger| trigger.event == name);
        if !is_called && self.event.name != name {
            return Vec::new();
        }
        let declared = trigger.map(|trigger| &trigger.inputs[..]).unwrap_or_default();
        let value = |(name, default): &(String, Option<YamlNode>)| {
            let default = default.as_ref().map(constant);
            let unknown = || ExprValue::Unknown(format!("inputs.{name}"));
            let value = match is_called {
                true => self.agreed(name, default.clone()).unwrap_or_else(unknown),
                // Whoever starts it by hand chooses.
                false => unknown(),
            };
            (name.clone(), value)
        };
        declared.iter().map(value).collect()
    }

    /// The value that all callers give an input; `None` if they differ, or one of them is not constant.
    fn agreed(self, input: &str, default: Option<ExprValue>) -> Option<ExprValue> {
        let jobs = self.sources.workflows.iter().flat_map(|workflow| &workflow.jobs);
        let own = jobs.filter(|job| {
            let called = job.calls().and_then(|uses| self.sources.called(&uses));
            called.is_some_and(|called| called.path == self.workflow.path)
        });
        let given = own.map(|job| {
            let value = job.node.get("with").and_then(|with| with.get(input));
            value.map(constant).or(default.clone()).unwrap_or(ExprValue::Null)
        });
        let mut given = given.collect::<Vec<_>>();
        given.dedup();
        match &given[..] {
            [] => default,
            [ExprValue::Unknown(_)] => None,
            [one] => Some(one.clone()),
            _ => None,
        }
    }
}

/// The value of a scalar without expressions.
fn constant(node: &YamlNode) -> ExprValue {
    struct Nothing;
    impl crate::import::expression::Contexts for Nothing {
        fn look_up(&self, path: &[String]) -> ExprValue {
            ExprValue::Unknown(path.join("."))
        }
    }
    match Decider::default().yaml(node, &Nothing) {
        ExprValue::Text(text) if text.known().is_none() => ExprValue::Unknown("an expression".to_owned()),
        value => value,
    }
}
