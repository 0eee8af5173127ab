//! A cache client over all runs of its job: what it is under each event and in each leg, and which of them save.

use super::client::{FoundStep, StepClient};
use super::saves::Saves;
use crate::import::action::KnownAction;
use crate::import::expression::Truth;
use crate::import::workflow::{AssumedEvent, JobLeg};
use std::rc::Rc;

/// A cache client of a job.
#[derive(Debug, Clone)]
pub struct FoundClient {
    /// The step, as it is in the first run that has it.
    pub step: FoundStep,
    /// Which runs save.
    pub saves: Saves,
    /// Whether it saves under each event of the workflow.
    pub own: Vec<(AssumedEvent, Truth)>,
    /// What it is in each run in which it may run.
    pub runs: Vec<(Rc<LegRun>, StepClient)>,
}

/// One event and one leg.
#[derive(Debug, Clone, PartialEq)]
pub struct LegRun {
    /// The event.
    pub event: AssumedEvent,
    /// The leg; `None` if the matrix is not known.
    pub leg: Option<JobLeg>,
}

/// Pushes under which every rule for saving is judged.
pub(super) fn usual() -> [AssumedEvent; 3] {
    [AssumedEvent::push(), AssumedEvent::push_elsewhere(), AssumedEvent::pull_request()]
}

impl FoundClient {
    /// Notes what it is in a further run.
    pub(super) fn add(&mut self, run: &Rc<LegRun>, mut state: StepClient) {
        if let Some((_, known)) = self.runs.iter().rev().find(|(_, known)| known.given == state.given) {
            state.given = known.given.clone();
        }
        self.runs.push((run.clone(), state));
    }

    /// Decides which runs save.
    pub(super) fn judge(&mut self, events: &[AssumedEvent]) {
        (self.saves, self.own) = self.rule(events, &self.legs());
    }

    /// Which runs of these legs save, and whether they do under each of these events.
    fn rule(&self, events: &[AssumedEvent], legs: &[Option<JobLeg>]) -> (Saves, Vec<(AssumedEvent, Truth)>) {
        let under = |event: &AssumedEvent| (event.clone(), self.saves_under(event, legs));
        let usual: Vec<_> = usual().iter().map(under).collect();
        let own: Vec<_> = events.iter().map(under).collect();
        (Saves::of(&usual, &own), own)
    }

    /// What it is in these legs alone.
    pub fn in_legs(&self, legs: &[JobLeg]) -> FoundClient {
        let is_in = |run: &LegRun| run.leg.as_ref().is_some_and(|leg| legs.contains(leg));
        let runs = self.runs.iter().filter(|(run, _)| is_in(run)).cloned().collect();
        FoundClient { runs, ..self.clone() }.judged_again()
    }

    /// This client with more runs. Its rule for saving is judged again over all of them.
    pub(super) fn with_runs(&self, more: &[(Rc<LegRun>, StepClient)]) -> FoundClient {
        FoundClient { runs: self.runs.iter().chain(more).cloned().collect(), ..self.clone() }.judged_again()
    }

    fn judged_again(mut self) -> FoundClient {
        let events: Vec<AssumedEvent> = self.own.iter().map(|(event, _)| event.clone()).collect();
        self.judge(&events);
        self
    }

    /// Which runs save in each leg that has it; `None` if that is not decided in one.
    pub fn saves_by_leg(&self) -> Option<Vec<(JobLeg, Saves)>> {
        let events: Vec<AssumedEvent> = self.own.iter().map(|(event, _)| event.clone()).collect();
        let of_leg = |leg: Option<JobLeg>| {
            let (saves, _) = self.rule(&events, std::slice::from_ref(&leg));
            Some((leg?, saves)).filter(|_| saves != Saves::Conditional)
        };
        self.legs().into_iter().map(of_leg).collect()
    }

    /// Which of the runs that have the step save.
    pub fn saves_where_it_runs(&self) -> Saves {
        let events: Vec<AssumedEvent> = self.own.iter().map(|(event, _)| event.clone()).collect();
        let skipped = self.skipped(&events);
        let own: Vec<_> = self.own.iter().filter(|(event, _)| !skipped.contains(event)).cloned().collect();
        Saves::of(&own, &own)
    }

    /// Those of these events under which the step is skipped in every leg.
    pub fn skipped(&self, events: &[AssumedEvent]) -> Vec<AssumedEvent> {
        let is_there = |event: &AssumedEvent| self.runs.iter().any(|(run, _)| run.event == *event);
        events.iter().filter(|event| !is_there(event)).cloned().collect()
    }

    /// Those of these events under which the step is there, and its cache is off in every leg.
    pub fn idle(&self, events: &[AssumedEvent]) -> Vec<AssumedEvent> {
        let is_idle = |event: &AssumedEvent| {
            let mut own = self.runs.iter().filter(|(run, _)| run.event == *event).peekable();
            own.peek().is_some() && own.all(|(_, state)| state.runs == Truth::No)
        };
        events.iter().filter(|event| is_idle(event)).cloned().collect()
    }

    /// What decides which runs save, as it is written, and what it comes to as far as that is decided.
    pub fn save_condition(&self) -> String {
        let mut texts: Vec<String> =
            self.runs.first().map_or_else(Vec::new, |(_, state)| state.given.conditions.clone());
        let known = self.step.action.as_ref().and_then(KnownAction::find);
        let input = known.and_then(|known| known.save_input(&self.step.inputs));
        texts.extend(input.map(|(name, text)| format!("{name}: {text}")));
        let among = |wanted: Truth| {
            let own = self.own.iter().filter(|(_, truth)| *truth == wanted);
            own.map(|(event, _)| event.words()).collect::<Vec<_>>().join(", ")
        };
        let said = [(Truth::Yes, "on"), (Truth::No, "not on"), (Truth::Maybe, "unknown on")];
        let said = said.map(|(truth, word)| (word, among(truth))).into_iter();
        let said: Vec<String> = said
            .filter(|(_, words)| !words.is_empty())
            .map(|(word, words)| format!("{word} {words}"))
            .collect();
        let texts = texts.join(" and ").split_whitespace().collect::<Vec<_>>().join(" ");
        if texts.is_empty() { said.join("; ") } else { format!("{}; {texts}", said.join("; ")) }
    }

    /// The legs in which it may run under some event.
    fn legs(&self) -> Vec<Option<JobLeg>> {
        let mut legs = Vec::new();
        for (run, state) in &self.runs {
            if state.runs != Truth::No && !legs.contains(&run.leg) {
                legs.push(run.leg.clone());
            }
        }
        legs
    }

    /// Whether it saves under an event: in all of these legs, in none, or neither.
    fn saves_under(&self, event: &AssumedEvent, legs: &[Option<JobLeg>]) -> Truth {
        let states = self.runs.iter().filter(|(run, _)| run.event == *event && legs.contains(&run.leg));
        let truths: Vec<Truth> = states.map(|(_, state)| state.runs.and(state.saves)).collect();
        match &truths[..] {
            // The step is not reached at all under this event.
            [] => Truth::No,
            [first, rest @ ..] if rest.iter().all(|truth| truth == first) => *first,
            _ => Truth::Maybe,
        }
    }

    /// The client without the runs whose provider keeps its cache; `None` if there is no other one.
    pub(super) fn within_github(&self) -> Option<FoundClient> {
        let is_here = |(_, state): &&(Rc<LegRun>, StepClient)| !state.is_elsewhere;
        let runs: Vec<_> = self.runs.iter().filter(is_here).cloned().collect();
        if runs.len() == self.runs.len() {
            return Some(self.clone());
        }
        let is_there = runs.iter().any(|(_, state)| state.runs != Truth::No);
        is_there.then(|| FoundClient { runs, ..self.clone() }.judged_again())
    }
}
