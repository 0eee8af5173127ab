//! Which cache can find what which cache has stored: by the scopes of their runs, the archived paths and the
//! keys. Keys are compared as two runs of the same files would write them, because what is equal then can be
//! equal, and what differs even then always does. What only a run knows may be anything that a run can have.

mod alike;
mod names;
mod nearby;
mod reach;

use super::traffic::{ClassSet, ExpectedTraffic, Occasions};
use super::uses::{fails_surely, reads, writes};
use crate::ci::{BranchSet, Build, Job, Workflow};
use crate::client::{ArchiveName, Cache, ImageStore};
use crate::engine::Model;
use crate::event::RefClass;
use crate::project::{Checkout, CrateGraph, Os, System};
use alike::{is_leg, is_of_job, is_of_matrix, representatives};
use names::{VersionedName, names};
use nearby::Nearby;
use reach::Reach;
use std::collections::BTreeMap;
use std::mem::{Discriminant, discriminant};
use std::rc::Rc;

pub(in crate::scenario::build) use names::run_context;

/// The caches of all jobs that run, and which of them find what another one has stored.
pub(super) struct CacheSteps<'a> {
    steps: Vec<CacheStep<'a>>,
    /// The keys of those that stand for all.
    nearby: Nearby,
    reach: Reach<'a>,
    /// The place of each cache among the steps, by its address.
    places: BTreeMap<*const Cache, usize>,
    model: &'a Model,
    traffic: ExpectedTraffic,
    /// For each step: does it find anything, and does any step find what it stores?
    finds: Vec<bool>,
    found: Vec<bool>,
    /// And does any step download what it stores?
    restored: Vec<bool>,
}

/// A cache of a job that runs: one step of its workflow.
struct CacheStep<'a> {
    workflow: &'a Workflow,
    job: &'a Job,
    cache: &'a Cache,
    /// What lets its job run.
    occasions: Occasions,
    /// The classes of refs on which its runs look up.
    looks_up_on: ClassSet,
    /// The classes on which a run leaves an entry that others can find.
    stores_on: ClassSet,
    /// The version and name of its archive, as a run writes them that looks up, and as runs write them that
    /// have stored, at each [`Distance`].
    names: Option<[VersionedName; 3]>,
    /// The system that its objects are compiled on.
    system: System,
}

/// Where the run that has stored is, seen from the run that looks up.
#[derive(Clone, Copy)]
enum Distance {
    SamePush,
    SameRef,
    /// It is on the default branch, and the run that looks up is not.
    OnMain,
}

impl<'a> CacheSteps<'a> {
    /// The caches of these workflows.
    pub fn of(running: &'a [Workflow], model: &'a Model, traffic: ExpectedTraffic) -> CacheSteps<'a> {
        let runners = &model.runners;
        let checkout = Rc::new(Checkout::initial(&CrateGraph::default()));
        let jobs = running.iter().flat_map(|workflow| workflow.jobs.iter().map(move |job| (workflow, job)));
        let caches =
            jobs.flat_map(|(workflow, job)| job.caches.iter().map(move |cache| (workflow, job, cache)));
        let steps: Vec<CacheStep> = caches
            .map(|(workflow, job, cache)| {
                let occasions = Occasions::of_job(workflow, job);
                let runs_on = traffic.classes(occasions);
                CacheStep {
                    workflow,
                    job,
                    cache,
                    occasions,
                    looks_up_on: runs_on.filter(|class| cache.restores_on(class)),
                    stores_on: storing(workflow, job, cache, traffic).filter(|class| {
                        let is_refused = class == RefClass::PullRequest
                            && traffic.is_of_forks(workflow)
                            && refuses_forks(model, job, cache);
                        !is_refused && stores_on(job, cache, class)
                    }),
                    names: names(workflow, job, cache, &runners[job.runner], &checkout),
                    system: runners[job.runner].system,
                }
            })
            .collect();
        let mut nearby = Nearby::default();
        for place in representatives(&steps) {
            let step = &steps[place];
            let stored = step.names.iter().flatten().map(|(_, name)| name.key.as_str());
            nearby.add(place, stored, step.wanted());
        }
        let mut all = CacheSteps {
            places: steps
                .iter()
                .enumerate()
                .map(|(place, step)| (std::ptr::from_ref(step.cache), place))
                .collect(),
            nearby,
            reach: Reach { branches: &model.workload.branches },
            steps,
            model,
            traffic,
            finds: Vec::new(),
            found: Vec::new(),
            restored: Vec::new(),
        };
        all.link();
        all
    }

    fn link(&mut self) {
        let CacheSteps { steps, nearby, reach, traffic, .. } = &*self;
        let finds = |one: &CacheStep, other: &CacheStep| {
            one.finds(other, traffic, |wanted: &ArchiveName, stored: &str| reach.finds(wanted, stored))
        };
        let links = steps.iter().map(|step| {
            let finds_any = step.storing_nearby(nearby).any(|writer| finds(step, &steps[writer]));
            let readers = || step.wanting_nearby(nearby).map(|reader| &steps[reader]);
            let is_restored = readers().any(|reader| !reader.cache.only_looks() && finds(reader, step));
            (finds_any, is_restored || readers().any(|reader| finds(reader, step)), is_restored)
        });
        let (finds, (found, restored)) =
            links.map(|(finds, found, restored)| (finds, (found, restored))).unzip();
        (self.finds, self.found, self.restored) = (finds, found, restored);
    }

    /// True if a run can find with this cache what one of these caches has stored.
    pub fn finds(&self, cache: &Cache) -> bool {
        self.place(cache).is_some_and(|step| self.finds[step])
    }

    /// True if a run leaves an entry with this cache.
    pub fn stores(&self, cache: &Cache) -> bool {
        self.place(cache).is_some_and(|step| !self.steps[step].stores_on.is_empty())
    }

    /// True if any run looks up with this cache.
    pub fn looks_up(&self, cache: &Cache) -> bool {
        self.place(cache).is_some_and(|step| !self.steps[step].looks_up_on.is_empty())
    }

    /// True if a run can find what this cache has stored.
    pub fn is_found(&self, cache: &Cache) -> bool {
        self.place(cache).is_some_and(|step| self.found[step])
    }

    /// True if a run can restore what this cache has stored, or restores with it.
    pub fn restores(&self, cache: &Cache) -> bool {
        let step = self.place(cache);
        step.is_some_and(|step| self.restored[step] || (self.finds[step] && !cache.only_looks()))
    }

    /// True if a run can find anything by this one of the restore keys of this cache.
    pub fn finds_by_restore_key(&self, cache: &Cache, index: usize) -> bool {
        self.finds_by(cache, |wanted, stored| self.reach.begins(stored, &wanted.restore_keys[index]))
    }

    /// True if a run can find an entry with another key than its own.
    pub fn finds_by_prefix(&self, cache: &Cache) -> bool {
        let reach = self.reach;
        self.finds_by(cache, |wanted, stored| stored != wanted.key && reach.finds(wanted, stored))
            || self.finds_by(cache, |wanted, stored| {
                wanted.restore_keys.iter().any(|key| reach.begins(stored, key))
            })
    }

    fn finds_by(&self, cache: &Cache, matches: impl Fn(&ArchiveName, &str) -> bool) -> bool {
        let Some(step) = self.place(cache).map(|step| &self.steps[step]) else { return false };
        step.storing_nearby(&self.nearby).any(|other| step.finds(&self.steps[other], &self.traffic, &matches))
    }

    /// True if another job, or another leg of it, can find what this cache has stored, or the other way.
    pub fn is_shared(&self, cache: &Cache) -> bool {
        let Some(step) = self.place(cache).map(|step| &self.steps[step]) else { return false };
        let is_match = |wanted: &ArchiveName, stored: &str| self.reach.finds(wanted, stored);
        let mut others = self.met_by(step).filter(|other| !is_of_job(other, step));
        others.any(|other| {
            step.finds(other, &self.traffic, is_match) || other.finds(step, &self.traffic, is_match)
        })
    }

    /// True if another step of the same job restores exactly the key of this one.
    pub fn is_restored_beside(&self, job: &Job, cache: &Cache) -> bool {
        let Some(own) = self.place(cache).map(|step| &self.steps[step]) else { return false };
        let is_same = |step: &CacheStep| match (&step.names, &own.names) {
            (Some([(version, name), ..]), Some([(own_version, own), ..])) => {
                version == own_version && self.reach.may_equal(&name.key, &own.key)
            }
            (one, own) => one.is_none() && own.is_none(),
        };
        let beside = job.caches.iter().filter_map(|cache| self.place(cache)).map(|place| &self.steps[place]);
        beside.filter(|step| !step.looks_up_on.is_empty()).any(is_same)
    }

    /// True if another job could find what this cache has stored, or the other way, if both archived the same
    /// paths.
    pub fn meets_by_key(&self, cache: &Cache) -> bool {
        // Legs of one job always archive the same paths.
        self.meets(cache, is_of_matrix)
    }

    /// Likewise of another step, perhaps of the same job.
    pub fn meets_another_step(&self, cache: &Cache) -> bool {
        self.meets(cache, is_leg)
    }

    /// True if a job other than this one and its legs could find what this cache has stored, or the other way.
    pub fn meets_another_job(&self, cache: &Cache) -> bool {
        self.meets(cache, is_of_matrix)
    }

    /// True if a step with the same paths could, that runs on Windows if this one does not, or the other way.
    pub fn meets_across_windows(&self, cache: &Cache) -> bool {
        let is_windows = |step: &CacheStep| step.system.os == Os::Windows;
        let paths = |step: &CacheStep| step.names.as_ref().map(|[(_, name), ..]| name.paths.clone());
        self.meets(cache, |one, other| is_windows(one) == is_windows(other) || paths(one) != paths(other))
    }

    /// True if others could find what this cache has stored, or the other way, whatever their paths are. `is_own` says
    /// which do not count.
    fn meets(&self, cache: &Cache, is_own: impl Fn(&CacheStep, &CacheStep) -> bool) -> bool {
        let Some(step) = self.place(cache).map(|step| &self.steps[step]) else { return false };
        let by_key = |one: &CacheStep, other: &CacheStep| {
            one.finds_named(other, &self.traffic, |(_, wanted), (_, stored)| {
                self.reach.finds(wanted, &stored.key)
            })
        };
        let mut others = self.met_by(step).filter(|other| !is_own(step, other));
        others.any(|other| by_key(step, other) || by_key(other, step))
    }

    /// True if a job on another kind of runner uses the same store for the same.
    pub fn is_on_other_runners(&self, cache: &Cache) -> bool {
        let Some(step) = self.place(cache).map(|step| &self.steps[step]) else { return false };
        self.steps.iter().any(|other| {
            let is_other = other.job.runner != step.job.runner;
            is_other
                && store(step.cache) == store(other.cache)
                && shares_steps(self.model, step.job, other.job)
        })
    }

    /// The caches that leave entries in GitHub's cache, with the name of the archive (`None` for objects and
    /// layers) and the classes of refs that they leave them on.
    pub fn stored_on_github(&self) -> impl Iterator<Item = (Option<&ArchiveName>, &Cache, ClassSet)> {
        let stores = |step: &&CacheStep| step.cache.is_on_github() && !step.stores_on.is_empty();
        self.steps.iter().filter(stores).map(|step| {
            let name = step.names.as_ref().map(|[(_, name), ..]| name);
            (name, step.cache, step.stores_on)
        })
    }

    fn place(&self, cache: &Cache) -> Option<usize> {
        self.places.get(&std::ptr::from_ref(cache)).copied()
    }

    /// The steps that a step may find by its keys, or that may find it; some of them twice.
    fn met_by<'s>(&'s self, step: &'s CacheStep) -> impl Iterator<Item = &'s CacheStep<'a>> {
        let places = step.storing_nearby(&self.nearby).chain(step.wanting_nearby(&self.nearby));
        places.map(|place| &self.steps[place])
    }
}

impl CacheStep<'_> {
    /// Its place among the caches of its job.
    fn index(&self) -> Option<usize> {
        self.job.caches.iter().position(|cache| std::ptr::eq(cache, self.cache))
    }

    /// The texts that it looks up: its key and its restore keys.
    fn wanted(&self) -> impl Iterator<Item = &str> {
        let name = self.names.as_ref().map(|[(_, name), ..]| name);
        name.into_iter()
            .flat_map(|name| std::iter::once(&name.key).chain(&name.restore_keys))
            .map(String::as_str)
    }

    /// The steps that store what it may find by its keys; some of them twice.
    fn storing_nearby<'n>(&'n self, nearby: &'n Nearby) -> impl Iterator<Item = usize> + 'n {
        let nameless = self.names.is_none().then(|| nearby.nameless());
        self.wanted().flat_map(|text| nearby.storing(text)).chain(nameless.into_iter().flatten())
    }

    /// The steps that look up what it may store, by their keys; some of them twice.
    fn wanting_nearby<'n>(&'n self, nearby: &'n Nearby) -> impl Iterator<Item = usize> + 'n {
        let keys = self.names.iter().flatten().map(|(_, name)| name.key.as_str());
        let nameless = self.names.is_none().then(|| nearby.nameless());
        keys.flat_map(|key| nearby.wanting(key)).chain(nameless.into_iter().flatten())
    }

    /// True if a run can find what a run of `other` has stored. They may be runs of the same step.
    fn finds(
        &self,
        other: &CacheStep,
        traffic: &ExpectedTraffic,
        matches: impl Fn(&ArchiveName, &str) -> bool,
    ) -> bool {
        self.finds_named(other, traffic, |(version, wanted), (stored_version, stored)| {
            version == stored_version && matches(wanted, &stored.key)
        })
    }

    /// Likewise, where versions and names of the archives fit by this rule.
    fn finds_named(
        &self,
        other: &CacheStep,
        traffic: &ExpectedTraffic,
        fit: impl Fn(&VersionedName, &VersionedName) -> bool,
    ) -> bool {
        // The keys of objects contain the system.
        let is_foreign = self.cache.wrapper().is_some() && self.system != other.system;
        if other.stores_on.is_empty() || is_foreign || store(self.cache) != store(other.cache) {
            return false;
        }
        if !self.cache.is_on_github() {
            return true;
        }
        let is_named = |distance| match (&self.names, &other.names) {
            (Some([wanted, ..]), Some(stored)) => fit(wanted, &stored[distance as usize]),
            _ => true,
        };
        reads(self.job) && self.distances(other, traffic).any(is_named)
    }

    /// The distances from which the run that looks up can read what the other run has stored.
    fn distances(&self, other: &CacheStep, traffic: &ExpectedTraffic) -> impl Iterator<Item = Distance> {
        let both = |class| self.looks_up_on.has(class) && other.stores_on.has(class);
        let is_other_job = !std::ptr::eq(self.job, other.job);
        let meet = || traffic.common_classes(self.occasions, other.occasions);
        let meets = |meet: ClassSet| RefClass::ALL.into_iter().any(|class| meet.has(class) && both(class));
        let same_push = is_other_job && meets(meet());
        let same_branch =
            (traffic.repeats || traffic.branches != BranchSet::default()) && both(RefClass::Other);
        let same_ref =
            both(RefClass::Main) || (traffic.repeats && both(RefClass::PullRequest)) || same_branch;
        let off_main = self.looks_up_on.has(RefClass::PullRequest) || self.looks_up_on.has(RefClass::Other);
        let on_main = off_main && other.stores_on.has(RefClass::Main);
        [(Distance::SamePush, same_push), (Distance::SameRef, same_ref), (Distance::OnMain, on_main)]
            .into_iter()
            .filter_map(|(distance, is_possible)| is_possible.then_some(distance))
    }
}

/// The classes of refs on which runs of the job have the right to store with this cache.
fn storing(workflow: &Workflow, job: &Job, cache: &Cache, traffic: ExpectedTraffic) -> ClassSet {
    let occasions = Occasions::of_job(workflow, job).saving(cache);
    match job.cache_mode.is_none() && cache.is_on_github() {
        true => traffic.writable(occasions),
        false => traffic.classes(occasions),
    }
}

/// True if runs of the job on this class of ref leave an entry.
fn stores_on(job: &Job, cache: &Cache, class: RefClass) -> bool {
    let may = writes(job) || !cache.is_on_github();
    may && cache.saves_on(class) && !fails_surely(job, cache, class)
}

/// True if a run for a fork may not store with this cache. BuildKit needs credentials for another store.
fn refuses_forks(model: &Model, job: &Job, cache: &Cache) -> bool {
    match cache.is_on_github() {
        true => !model.forks_write && job.cache_mode.is_none(),
        false => cache.layers().is_some(),
    }
}

/// A store and a format of entries: the client, whether it uses GitHub's cache, and where else images are stored.
type StepStore = (&'static str, bool, Option<Discriminant<ImageStore>>);

fn store(cache: &Cache) -> StepStore {
    let elsewhere = cache.layers().map(|settings| discriminant(&settings.store));
    (cache.name(), cache.is_on_github(), elsewhere)
}

/// False if the jobs build images that have no step in common.
fn shares_steps(model: &Model, one: &Job, other: &Job) -> bool {
    let (Build::Image { image: one, .. }, Build::Image { image: other, .. }) = (&one.build, &other.build)
    else {
        return true;
    };
    let commands = |image: usize| model.images[image].steps.iter().map(|step| step.command);
    commands(*one).any(|command| commands(*other).any(|other| other == command))
}
