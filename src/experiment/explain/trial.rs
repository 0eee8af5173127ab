//! Tries every strategy on the job runs that are explained, with some values of those that take one: one simulation each,
//! with the same draws.

use super::ExplainRequest;
use crate::engine::Model;
use crate::event::JobRun;
use crate::experiment::control::WhileWanted;
use crate::experiment::replications::in_order;
use crate::experiment::{Control, Failure};
use crate::observe::journal::JobLine;
use crate::observe::{Outcome, measure_with};
use crate::result::{MissExplanation, StrategyEffect, TriedStrategy};
use crate::scenario::{self, Loaded, Scenario};
use crate::strategy::{CannotApply, StrategySet, proposals};
use crate::units::{Duration, SimTime, counted};
use anyhow::Context;

/// What the strategies are tried on.
pub(super) struct Trial<'a> {
    pub loaded: &'a Loaded,
    pub scenario: &'a Scenario,
    pub outcome: &'a Outcome,
    pub request: &'a ExplainRequest,
}

/// A strategy, with its value if one is not the default, and its model, or the reason why there is none.
type StrategyModel = (String, Result<Box<Model>, String>);

impl Trial<'_> {
    /// Plays every strategy once, up to the last of the job runs, and finds each of these runs in the
    /// outcome. If it is cancelled, the text says how many strategies were tried.
    pub fn of(
        &self,
        runs: &[MissExplanation],
        control: &dyn Control,
    ) -> Result<(Vec<Vec<TriedStrategy>>, Option<String>), Failure> {
        let triggers = runs.iter().filter_map(|run| self.triggered(&run.job));
        let until = triggers.max().map(|last| last + Duration(1));
        let cases = self.cases(until);
        control.begin("replications", cases.len() as u64, 0);
        let play = |index: usize| {
            let (name, model): &StrategyModel = &cases[index];
            let simulated =
                |model: &Model| measure_with(model, self.request.draws(), &mut WhileWanted(control));
            let outcome = match model {
                Ok(model) => Ok(simulated(model).with_context(|| format!("with {name}"))?),
                Err(reason) => Err(reason.clone()),
            };
            control.advance();
            let effects = runs.iter().map(|run| effect(&outcome, &run.job));
            anyhow::Ok(effects.map(|effect| TriedStrategy { strategy: name.clone(), effect }).collect())
        };
        let by_case: Vec<Vec<TriedStrategy>> = in_order(cases.len(), play, control)?;
        control.end();
        let (played, all) = (by_case.len(), cases.len());
        let cancelled = (played < all).then(|| {
            let all = counted(all, "strategy was", "strategies were");
            format!("{played} of {all} tried")
        });
        let of_run = |index: usize| by_case.iter().map(|remedies| remedies[index].clone()).collect();
        Ok(((0..runs.len()).map(of_run).collect(), cancelled))
    }

    /// When the workflow run of a job was triggered.
    fn triggered(&self, job: &JobLine) -> Option<SimTime> {
        let workflows = &self.outcome.names.workflows;
        let of = |run: &&crate::event::WorkflowRun| {
            run.push == job.actor.push_id && workflows[usize::from(run.workflow.0)] == job.actor.workflow
        };
        self.outcome.workflow_runs.iter().find(of).map(|run| run.triggered)
    }

    /// Every strategy, with each value that `compare --all` tries too. One that does not apply is there once, whatever its
    /// values.
    fn cases(&self, until: Option<SimTime>) -> Vec<StrategyModel> {
        let mut cases: Vec<StrategyModel> = vec![];
        for strategies in proposals(self.scenario) {
            let (name, model) = self.case(&strategies, until);
            let plain = name.split('=').next().unwrap_or_default().to_owned();
            let known = cases.iter_mut().find(|(known, _)| known.split('=').next() == Some(&plain));
            match (model, known) {
                (Err(_), Some(_)) => {}
                (Err(reason), None) => cases.push((plain, Err(reason))),
                (Ok(model), Some(refused)) if refused.1.is_err() => *refused = (name, Ok(model)),
                (Ok(model), _) => cases.push((name, Ok(model))),
            }
        }
        cases
    }

    fn case(&self, strategies: &StrategySet, until: Option<SimTime>) -> StrategyModel {
        let treated = strategies.apply(self.scenario).map_err(|refusal| match refusal {
            CannotApply::DoesNotApply { reason, .. } => reason.to_owned(),
            refusal => refusal.to_string(),
        });
        let invalid = |_| "it makes the scenario invalid".to_owned();
        let loaded = treated.and_then(|(s, _)| scenario::build(&self.loaded.file, s).map_err(invalid));
        let model = loaded.map(|loaded| {
            let mut model = Box::new(loaded.model);
            model.until = [model.until, until].into_iter().flatten().min();
            model
        });
        (strategies.to_string(), model)
    }
}

/// Finds this job of this push in another outcome, and compares how it ended.
fn effect(outcome: &Result<Outcome, String>, job: &JobLine) -> StrategyEffect {
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(reason) => return StrategyEffect::DoesNotApply(reason.clone()),
    };
    let names = &outcome.names;
    let same = |other: &&JobRun| {
        other.push == job.actor.push_id
            && names.workflows[usize::from(other.workflow.0)] == job.actor.workflow
            && names.jobs[usize::from(other.job.0)].name == job.actor.job
    };
    outcome
        .runs
        .iter()
        .find(same)
        .map_or(StrategyEffect::NoRun, |run| StrategyEffect::Run(Box::new(run.clone())))
}
