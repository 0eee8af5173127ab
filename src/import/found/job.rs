//! A job with its legs and cache clients, put together from what it is under each event and in each leg.

use super::client::{FoundStep, Look, SeenStep, StepClient};
use super::compiler::compiler;
use super::environment::{SccacheSetting, cache_mode, compiles, may_save};
use super::saves::Saves;
use super::situation::{FollowedSteps, Situation};
use super::step::StepPlace;
use crate::import::action::{ActionUse, KnownAction};
use crate::import::expression::Truth;
use crate::import::workflow::{
    AskedMembers, AssumedEvent, InputValues, JobLeg, JobMatrix, JobNode, JobScope, RunRef, StepOutputs,
};
use crate::result::InventoryNote;
use std::rc::Rc;

/// A job and what was found in it.
#[derive(Debug)]
pub struct FoundJob {
    /// Its name in the file.
    pub id: String,
    /// Its line in the file.
    pub line: usize,
    /// Its legs for a push to the default branch.
    pub matrix: JobMatrix,
    /// Its cache clients, in the order of their steps.
    pub clients: Vec<FoundClient>,
    /// What it may do with the cache, in the word of `cache-mode`; `None` if nothing is said.
    pub mode: Option<String>,
    /// What could matter and is not known.
    pub unknown: Vec<InventoryNote>,
    /// The events under which it is looked at; if empty, any.
    pub events: Vec<AssumedEvent>,
    /// The legs that were looked at under them.
    pub looked_at: Vec<JobLeg>,
}

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

/// The steps of a job, which are the same under every event and in every leg in which what they asked for is.
struct JobWalk<'a> {
    inputs: InputValues,
    asked: AskedMembers,
    /// What the steps have made.
    made: StepOutputs,
    followed: FollowedSteps<'a>,
}

impl JobWalk<'_> {
    fn is_same(&self, inputs: &InputValues, scope: &JobScope) -> bool {
        self.inputs == *inputs && self.asked.are_same_in(scope)
    }
}

/// Pushes under which every rule for saving is judged.
fn usual() -> [AssumedEvent; 3] {
    [AssumedEvent::push(), AssumedEvent::push_elsewhere(), AssumedEvent::pull_request()]
}

impl FoundJob {
    /// A job that was not looked at.
    pub fn unseen(job: &JobNode) -> FoundJob {
        FoundJob {
            id: job.id.clone(),
            line: job.node.line,
            matrix: JobMatrix::Single,
            clients: Vec::new(),
            mode: None,
            unknown: Vec::new(),
            events: Vec::new(),
            looked_at: Vec::new(),
        }
    }

    /// Looks at a job of the workflow, whatever the event of `base` is. `events` are those of the workflow.
    pub fn look(base: Situation, job: &JobNode, events: &[AssumedEvent]) -> FoundJob {
        let push = AssumedEvent::push();
        let at_push = Situation { event: &push, ..base };
        let matrix = at_push.matrix(job, &at_push.inputs());
        let mut found = FoundJob { matrix, events: events.to_vec(), ..FoundJob::unseen(job) };
        let is_off = job.node.text_of("if").is_some_and(|text| is_never(&text));
        if job.steps().is_empty() || is_off {
            return found;
        }
        let (mut runs, mut walks) = (Vec::new(), Vec::new());
        let others = events.iter().filter(|event| !usual().contains(event));
        for event in usual().iter().chain(others) {
            let legs = Situation { event, ..base }.matrix(job, &Situation { event, ..base }.inputs());
            for leg in legs.representatives() {
                let is_own = events.is_empty() || events.contains(event);
                if let Some(leg) = leg.as_ref().filter(|leg| is_own && !found.looked_at.contains(leg)) {
                    found.looked_at.push(leg.clone());
                }
                let run = LegRun { event: event.clone(), leg };
                let steps = found.one_run(base, job, &run, &mut walks);
                runs.push((Rc::new(run), steps));
            }
        }
        found.gather(runs, events);
        found
    }

    /// The cache clients under one event and in one leg.
    fn one_run<'a>(
        &mut self,
        base: Situation<'a>,
        job: &'a JobNode,
        run: &LegRun,
        walks: &mut Vec<Rc<JobWalk<'a>>>,
    ) -> Vec<FoundStep> {
        let situation = Situation { event: &run.event, ..base };
        let inputs = situation.inputs();
        let mut scope = situation.scope(job, run.leg.as_ref(), &inputs);
        let known = walks.iter().find(|walk| walk.is_same(&inputs, &scope)).cloned();
        let walk = known.unwrap_or_else(|| {
            let followed = base.follow(job, &mut scope);
            let walk = JobWalk { inputs, asked: scope.asked.so_far(), made: scope.steps.clone(), followed };
            walks.push(Rc::new(walk));
            walks[walks.len() - 1].clone()
        });
        scope.steps = walk.made.clone();
        let FollowedSteps { steps, problems } = &walk.followed;
        for (place, what, why) in problems {
            self.note(place, what.clone(), why.clone());
        }
        let sccache = SccacheSetting::of(&scope.env, steps, base.sources.uses_sccache);
        self.mode = cache_mode(&job.node, &base.workflow.root, &scope.env);
        let runner = base.decider.text(&job.runs_on(), &scope).labels().known().unwrap_or_default();
        let look = Look {
            run: ActionUse {
                with: &[],
                contexts: &scope,
                decider: base.decider,
                runner: &runner,
                event: &run.event.name,
                package_manager: base.sources.package_manager.as_deref(),
            },
            is_default: run.event.ref_kind == RunRef::Default && !run.event.is_pull(),
            sources: base.sources,
            env: &scope.env,
            sccache: sccache.clone(),
            compiler: compiler(steps, base.decider, &scope),
        };
        let mut clients = Vec::new();
        for step in steps {
            for (file, what) in look.unread_bakes(step) {
                self.note_at(file.clone(), "bake file".to_owned(), what);
            }
            match look.at(step) {
                SeenStep::Client(client) => clients.push(*client),
                SeenStep::Unknown(what, why) => self.note(&step.place, what, why),
                SeenStep::Nothing => {}
            }
        }
        let has_sccache = clients.iter().any(|client| client.client == "sccache");
        if !has_sccache && sccache.enabled != Truth::No && sccache.wraps && compiles(steps) {
            clients.push(by_environment(&sccache, steps, job, &base.workflow.path));
        }
        let service = OWN_SERVICE.iter().find(|start| runner.starts_with(*start));
        if let Some(start) = service.filter(|_| !clients.is_empty()) {
            let place = format!("{}:{}", base.workflow.path, job.node.line);
            let why =
                "such runners keep what actions cache in a service of their own, without GitHub's limits";
            self.note_at(place, format!("{start}…"), why.to_owned());
        }
        clients
    }

    fn note(&mut self, place: &StepPlace, what: String, why: String) {
        self.note_at(place.text(), what, why);
    }

    fn note_at(&mut self, place: String, what: String, why: String) {
        let note = InventoryNote { place, job: self.id.clone(), what, why };
        if !self.unknown.contains(&note) {
            self.unknown.push(note);
        }
    }

    /// True if a client runs in a leg under some event; a leg that was not looked at is like any other.
    pub fn has_client(&self, client: &FoundClient, leg: &JobLeg) -> bool {
        let is_own = |event: &AssumedEvent| self.events.is_empty() || self.events.contains(event);
        let mut own =
            client.runs.iter().filter(|(run, _)| run.leg.as_ref() == Some(leg) && is_own(&run.event));
        !self.looked_at.contains(leg) || own.any(|(_, state)| state.runs != Truth::No)
    }

    /// Which runs save what a client caches, given what the job may do.
    pub fn saves(&self, client: &FoundClient) -> Saves {
        match self.mode.as_deref() {
            Some(mode) if !may_save(mode) => Saves::Never,
            _ => client.saves,
        }
    }

    /// The number of legs in which a client runs; `None` if the legs are not known.
    pub fn legs_with(&self, client: &FoundClient) -> Option<usize> {
        match &self.matrix {
            JobMatrix::Legs(_, legs, unknown) if unknown.is_empty() => {
                Some(legs.iter().filter(|leg| self.has_client(client, leg)).count())
            }
            other => other.count(),
        }
    }

    /// Puts together what each step is over all runs.
    fn gather(&mut self, runs: Vec<(Rc<LegRun>, Vec<FoundStep>)>, events: &[AssumedEvent]) {
        for (run, steps) in runs {
            for step in steps {
                let known = self
                    .clients
                    .iter_mut()
                    .find(|client| client.step.place == step.place && client.step.client == step.client);
                match known {
                    Some(client) => client.add(&run, step.state),
                    None => {
                        let runs = vec![(run.clone(), step.state.clone())];
                        let client = FoundClient { step, saves: Saves::Conditional, own: Vec::new(), runs };
                        self.clients.push(client);
                    }
                }
            }
        }
        // Without its action, sccache is not there at all.
        let has_action =
            |client: &FoundClient| client.step.client == "sccache" && client.step.action.is_some();
        if self.clients.iter().any(has_action) {
            self.clients.retain(|client| client.step.client != "sccache" || client.step.action.is_some());
        }
        self.clients.sort_by(|one, other| one.step.place.cmp(&other.step.place));
        // A client is there if some run of the workflow may have it.
        let is_there = |client: &FoundClient| {
            let own = client.runs.iter().filter(|(run, _)| events.contains(&run.event) || events.is_empty());
            own.into_iter().any(|(_, state)| state.runs != Truth::No)
        };
        self.clients.retain(is_there);
        self.clients.iter_mut().for_each(|client| client.judge(events));
    }
}

impl FoundClient {
    /// Notes what it is in a further run.
    fn add(&mut self, run: &Rc<LegRun>, mut state: StepClient) {
        if let Some((_, known)) = self.runs.iter().rev().find(|(_, known)| known.given == state.given) {
            state.given = known.given.clone();
        }
        self.runs.push((run.clone(), state));
    }

    /// Decides which runs save.
    fn judge(&mut self, events: &[AssumedEvent]) {
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
}

/// What labels of runners begin with whose provider answers the requests of cache actions itself. (Its documentation of
/// caches, read in November 2026.)
const OWN_SERVICE: [&str; 2] = ["depot-", "blacksmith-"];

/// sccache without its action: the variables alone turn it on.
fn by_environment(
    sccache: &SccacheSetting,
    steps: &[super::step::PlacedStep],
    job: &JobNode,
    file: &str,
) -> FoundStep {
    let by = sccache.by_script.map(|at| &steps[at]);
    let state = StepClient { runs: sccache.enabled, saves: sccache.writes, given: Rc::default() };
    let job_place = || StepPlace { path: vec![usize::MAX], file: file.to_owned(), line: job.node.line };
    FoundStep {
        place: by.map_or_else(job_place, |step| step.place.clone()),
        client: "sccache",
        action: None,
        via: by.and_then(|step| step.via.clone()),
        inputs: std::collections::BTreeMap::new(),
        state,
    }
}

/// True if a condition is simply `false`: the job or the step is switched off.
fn is_never(text: &str) -> bool {
    text.trim().trim_start_matches("${{").trim_end_matches("}}").trim() == "false"
}
