//! A job with its legs and cache clients, put together from what it is under each event and in each leg.

use super::client::{FoundStep, Look, SeenStep, StepClient};
use super::client_runs::{FoundClient, LegRun, usual};
use super::compiler::{compiler, version_of_r};
use super::disabled::is_never;
use super::environment::{EXPORTED, SccacheSetting, cache_mode, compiles, exporter, may_save};
use super::saves::Saves;
use super::situation::{FollowedSteps, Situation};
use super::step::{PlacedStep, StepPlace};
use crate::import::action::ActionUse;
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

/// What was found in one leg. It is the same in every other one in which what was asked of the leg is.
struct SeenLeg<'a> {
    steps: Vec<FoundStep>,
    /// What the steps asked for where they were walked through.
    walked: AskedMembers,
    scope: JobScope<'a>,
}

impl SeenLeg<'_> {
    fn is_like(&self, leg: Option<&JobLeg>) -> bool {
        let other = JobScope { leg, ..self.scope.clone() };
        self.walked.are_same_in(&other) && self.scope.asked.are_same_in(&other)
    }
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
        let usual = usual();
        let others = events.iter().filter(|event| !usual.contains(event));
        for event in usual.iter().chain(others) {
            let situation = Situation { event, ..base };
            let legs = situation.matrix(job, &situation.inputs()).each();
            if events.is_empty() || events.contains(event) {
                let news = legs.iter().flatten().filter(|leg| !found.looked_at.contains(leg));
                let news: Vec<JobLeg> = news.cloned().collect();
                found.looked_at.extend(news);
            }
            let mut seen: Vec<SeenLeg> = Vec::new();
            for leg in &legs {
                let own = seen.iter().position(|own| own.is_like(leg.as_ref()));
                let own = own.unwrap_or_else(|| {
                    seen.push(found.one_run(base, job, (event, leg.as_ref()), &mut walks));
                    seen.len() - 1
                });
                let run = LegRun { event: event.clone(), leg: leg.clone() };
                runs.push((Rc::new(run), seen[own].steps.clone()));
            }
        }
        found.gather(runs, events);
        found
    }

    /// The cache clients under one event and in one leg.
    fn one_run<'a: 'b, 'b>(
        &mut self,
        base: Situation<'a>,
        job: &'a JobNode,
        (event, leg): (&'b AssumedEvent, Option<&'b JobLeg>),
        walks: &mut Vec<Rc<JobWalk<'a>>>,
    ) -> SeenLeg<'b> {
        let situation = Situation { event, ..base };
        let inputs = situation.inputs();
        let mut scope = situation.scope(job, leg, &inputs);
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
        let labels = base.decider.text(&job.runs_on(), &scope).labels();
        let runner = labels.known().unwrap_or_default();
        let look = Look {
            run: ActionUse {
                with: &[],
                contexts: &scope,
                decider: base.decider,
                runner: &runner,
                event: &event.name,
                package_manager: base.sources.package_manager.as_deref(),
            },
            is_default: event.ref_kind == RunRef::Default && !event.is_pull(),
            sources: base.sources,
            env: &scope.env,
            sccache: sccache.clone(),
            compiler: compiler(steps, base.decider, &scope),
            version_of_r: version_of_r(steps),
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
        self.note_exporter(steps, &clients);
        let service = own_service(&labels.now()).filter(|_| !clients.is_empty());
        clients.iter_mut().for_each(|client| client.state.is_elsewhere = service.is_some());
        if let Some(start) = service {
            let place = format!("{}:{}", base.workflow.path, job.node.line);
            let why =
                "such runners keep what actions cache in a service of their own, without GitHub's limits";
            self.note_at(place, format!("{start}…"), why.to_owned());
        }
        SeenLeg { steps: clients, walked: walk.asked.clone(), scope }
    }

    /// Notes a step that hands the address of the cache on, unless a client is there that uses it.
    fn note_exporter(&mut self, steps: &[PlacedStep], clients: &[FoundStep]) {
        let uses_it = |client: &FoundStep| client.client == "sccache" || client.action.is_none();
        if let Some((step, what)) = exporter(steps).filter(|_| !clients.iter().any(uses_it)) {
            self.note(&step.place, what, EXPORTED.to_owned());
        }
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

    /// The job without what it keeps in another service than GitHub's, and how many caches of a leg that leaves out.
    pub fn within_github(self) -> (FoundJob, usize) {
        let mut left_out: Vec<(&StepPlace, &Option<JobLeg>)> = Vec::new();
        for client in &self.clients {
            let elsewhere =
                client.runs.iter().filter(|(_, state)| state.is_elsewhere && state.runs != Truth::No);
            for (run, _) in elsewhere {
                let cache = (&client.step.place, &run.leg);
                if !left_out.contains(&cache) {
                    left_out.push(cache);
                }
            }
        }
        let count = left_out.len();
        let clients = self.clients.iter().filter_map(FoundClient::within_github).collect();
        (FoundJob { clients, ..self }, count)
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

/// What labels of runners begin with, or contain, whose provider answers the requests of cache actions itself. (Its
/// documentation of caches, read in November 2026; of RunsOn, <https://runs-on.com/caching/magic-cache>.)
const OWN_SERVICE: [&str; 3] = ["depot-", "blacksmith-", "extras=s3-cache"];

/// The provider's mark in these labels, as far as they are known, of a runner that has a cache service of its own.
fn own_service(labels: &str) -> Option<&'static str> {
    let has = |mark: &&str| labels.starts_with(*mark) || mark.contains('=') && labels.contains(*mark);
    OWN_SERVICE.into_iter().find(has)
}

/// sccache without its action: the variables alone turn it on.
fn by_environment(sccache: &SccacheSetting, steps: &[PlacedStep], job: &JobNode, file: &str) -> FoundStep {
    let by = sccache.by_script.map(|at| &steps[at]);
    let state = StepClient {
        runs: sccache.enabled,
        saves: sccache.writes,
        given: Rc::default(),
        is_elsewhere: false,
    };
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
