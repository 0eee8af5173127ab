//! The state of main and of every open pull request over time, and thus the checkout that each push
//! gives its workflow runs. Nothing here knows keys or caches: a [`Checkout`] says only what
//! changed last and when.
//!
//! `engine` applies each push to a [`History`] when it arrives, because a merge depends on what the runs of the
//! merge queue came to. [`Workload::past`] does so for the pushes before the simulation. That a pull request's run
//! checks out the merge with main is GitHub's rule.

use super::Workload;
use super::choice;
use super::head::PullHeads;
use super::log::LoggedPush;
use super::push::{BranchId, Push, PushKind, drawn_change};
use crate::project::{ChangeId, Checkout, CrateGraph, InputId, InputSet, RECIPE};
use crate::random::{Distribution, Draws, Purpose, mix};
use crate::units::{Duration, SimTime};
use rand::RngExt;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The repository's branches, as far as caches depend on them: main's checkout, and what each pull
/// request changes on top of it.
///
/// Pushes are applied in time order. A change is identified by its push, so a push that changes
/// nothing does not affect the identities of other changes.
#[derive(Debug)]
pub struct History<'a> {
    workload: &'a Workload,
    draws: Draws,
    externals: Vec<u32>,
    /// Workspace crates and their weights.
    members: Vec<(u32, f64)>,
    main: Rc<Checkout>,
    pulls: BTreeMap<u32, Pull>,
    heads: PullHeads,
    /// The newest states of the other branches.
    branches: BTreeMap<BranchId, Rc<Checkout>>,
    /// For each input, main before the input got its present content.
    before: BTreeMap<InputId, Rc<Checkout>>,
    /// The cargo-chef recipe of each state of the files it is made from.
    recipes: BTreeMap<[ChangeId; RECIPE.len()], ChangeId>,
    /// The first state of main; and the later ones with the time of each, if pull requests lag behind it.
    mains: Vec<(SimTime, Rc<Checkout>)>,
    /// The last day whose drift is applied to main.
    drifted: Option<i64>,
}

/// Address of the draws whether a change returns to the content before.
const REVERTS: u64 = 1 << 40;
/// Address of the draw how far a pull request lags behind main.
const LAG: u64 = 1 << 41;

impl<'a> History<'a> {
    /// The state before the first push.
    pub fn new(workload: &'a Workload, graph: &CrateGraph, draws: &Draws) -> History<'a> {
        let main = Rc::new(Checkout::initial(graph));
        History {
            workload,
            draws: *draws,
            members: graph.weighted_members(),
            externals: graph.externals(),
            mains: vec![(SimTime(i64::MIN), main.clone())],
            main,
            pulls: BTreeMap::new(),
            heads: PullHeads::of(workload),
            branches: BTreeMap::new(),
            before: BTreeMap::new(),
            recipes: BTreeMap::new(),
            drifted: None,
        }
    }

    /// Applies one push and returns it with its checkout.
    ///
    /// A pull request's run checks out the merge of main *now* with the pull request's changes, as
    /// GitHub's merge ref does, or of an older main if the scenario says so. A merge puts the same identities on
    /// main, so main then has the very content that the pull request built, unless main moved in between.
    pub fn apply(&mut self, nth: u32, logged: &LoggedPush) -> Push {
        self.drift(logged.at);
        let stacked_on = logged.stacked_on.filter(|other| self.heads.is_open(*other));
        let checkout = match logged.kind {
            PushKind::Release
            | PushKind::Schedule
            | PushKind::Closed
            | PushKind::Dispatch
            | PushKind::RepositoryDispatch
            | PushKind::Comment => self.main.clone(),
            PushKind::PullRequest | PushKind::ForkPullRequest => self.pushed(logged, stacked_on),
            PushKind::MergeGroup => self.landed(logged),
            PushKind::Main => {
                let landed = self.landed(logged);
                self.land(logged.at, landed);
                logged.number.map(|number| self.pulls.remove(&number));
                self.main.clone()
            }
            PushKind::Branch => {
                let landed = self.landed(logged);
                self.branches.insert(logged.branch, landed.clone());
                logged.number.map(|number| self.pulls.remove(&number));
                landed
            }
        };
        self.heads.note(logged, &checkout);
        let main = Some(self.main.clone());
        Push { stacked_on, ..logged.arrived(nth, checkout, main) }
    }

    /// True if the pull request of this number, on which another is stacked, is neither merged nor closed.
    pub fn is_open(&self, number: u32) -> bool {
        self.heads.is_open(number)
    }

    /// Applies the push that begins a merge group and returns it. The group has the changes of those before it in the
    /// queue, in their order, and its own on top; no branch changes.
    pub fn apply_group(&mut self, nth: u32, logged: &LoggedPush, before: &[LoggedPush]) -> Push {
        self.drift(logged.at);
        let mut checkout = self.head(logged.branch);
        for push in before.iter().chain([logged]) {
            checkout = self.landed_on(&checkout, push);
        }
        let main = Some(self.main.clone());
        logged.arrived(nth, checkout, main)
    }

    /// A push to a pull request. Files keep the identity of the first push; sources get a new one.
    fn pushed(&mut self, logged: &LoggedPush, stacked_on: Option<u32>) -> Rc<Checkout> {
        let push = logged.id.change();
        let number = logged.number.unwrap_or_default();
        let mut pull = self.pulls.remove(&number).unwrap_or_else(|| Pull::new(push));
        pull.tree = push;
        if logged.change.has(InputId::SOURCE) {
            pull.sources.extend(self.drawn_members(push.into()).into_iter().map(|krate| (krate, push)));
        }
        let changed = pull.count(logged.change.inputs);
        let below = stacked_on.and_then(|other| self.heads.newest(other));
        let base = below.unwrap_or_else(|| self.base(logged));
        let mut checkout = self.on(&base, logged, &pull);
        checkout.lineage = base.lineage.on_top(Some(number), &pull.changes, changed);
        self.pulls.insert(number, pull);
        Rc::new(checkout)
    }

    /// Main after a direct push, or after the merge of a pull request in its last state.
    fn landed(&mut self, logged: &LoggedPush) -> Rc<Checkout> {
        let head = self.head(logged.branch);
        self.landed_on(&head, logged)
    }

    /// The same on top of this state.
    fn landed_on(&mut self, head: &Rc<Checkout>, logged: &LoggedPush) -> Rc<Checkout> {
        let known = logged.number.and_then(|number| self.pulls.get(&number).cloned());
        let mut pull = known.unwrap_or_else(|| Pull::new(logged.id.change()));
        if logged.change.has(InputId::SOURCE) && pull.sources.is_empty() {
            let drawn = self.drawn_members(pull.tree.into());
            pull.sources.extend(drawn.into_iter().map(|krate| (krate, pull.tree)));
        }
        let mut checkout = self.on(head, logged, &pull);
        checkout.lineage = head.lineage.landed(&pull.changes, logged.change.inputs);
        Rc::new(checkout)
    }

    /// `base` with these changes on top.
    fn on(&mut self, base: &Rc<Checkout>, logged: &LoggedPush, pull: &Pull) -> Checkout {
        let change = &logged.change;
        let committed = logged.at >= self.workload.lock_committed_from;
        let mut versions = base.versions.clone();
        // Without a committed lock, a manifest change makes cargo resolve versions again.
        if change.has(InputId::LOCK) || (change.has(InputId::MANIFESTS) && !committed) {
            match self.earlier(InputId::LOCK, pull) {
                Some(before) => self.return_externals(&mut versions, &before),
                None => self.change_externals(&mut versions, logged.number, change.crates, pull.files),
            }
        }
        if change.has(InputId::SOURCE) {
            self.change_members(&mut versions, pull);
        }
        let context = combined(base.context, pull.tree);
        let mut checkout = Checkout { versions, context, ..(**base).clone() };
        for input in InputId::all(self.workload.inputs.len()).filter(|input| change.has(*input)) {
            if committed || input != InputId::LOCK {
                let content = self.content(input, base, pull);
                checkout = checkout.with(input, content);
            }
        }
        checkout.recipe = self.recipe(base, &checkout, pull);
        checkout
    }

    /// The content of an input after a pull request has changed it.
    fn content(&self, input: InputId, base: &Checkout, pull: &Pull) -> ChangeId {
        let change = if input == InputId::SOURCE { pull.tree } else { pull.files };
        let earlier = self.earlier(input, pull).map(|before| before.input(input));
        earlier.unwrap_or_else(|| combined(base.input(input), change))
    }

    /// Main as it was before the input got its present content, if the change is one that returns to it.
    fn earlier(&self, input: InputId, pull: &Pull) -> Option<Rc<Checkout>> {
        let share = self.workload.inputs.get(input.index()).map_or(0.0, |input| input.reverts);
        let before = self.before.get(&input).filter(|_| share > 0.0)?;
        let address = mix(pull.files.into(), REVERTS | input.index() as u64);
        (self.draws.unit(Purpose::Change, address) < share).then(|| before.clone())
    }

    /// The recipe of a checkout: the known one for the same files, or else a new one.
    fn recipe(&mut self, base: &Checkout, checkout: &Checkout, pull: &Pull) -> ChangeId {
        let files = |of: &Checkout| RECIPE.map(|input| of.input(input));
        if files(base) == files(checkout) {
            return base.recipe;
        }
        *self.recipes.entry(files(checkout)).or_insert_with(|| combined(base.recipe, pull.files))
    }

    /// Main moves on.
    fn land(&mut self, at: SimTime, landed: Rc<Checkout>) {
        let main = std::mem::replace(&mut self.main, landed);
        for input in InputId::all(self.workload.inputs.len()) {
            if main.input(input) != self.main.input(input) {
                self.before.insert(input, main.clone());
            }
        }
        self.recipes.entry(RECIPE.map(|input| main.input(input))).or_insert(main.recipe);
        if self.workload.pull_request_lag > Duration::ZERO {
            self.mains.push((at, self.main.clone()));
        }
    }

    /// The newest state of a branch. Until it is pushed to, it is where main was at the first instant.
    fn head(&self, branch: BranchId) -> Rc<Checkout> {
        match branch {
            BranchId::DEFAULT => self.main.clone(),
            other => self.branches.get(&other).cloned().unwrap_or_else(|| self.mains[0].1.clone()),
        }
    }

    /// The state of the branch that a pull request is for, as far as its run builds on it.
    fn base(&self, logged: &LoggedPush) -> Rc<Checkout> {
        let lag = self.workload.pull_request_lag;
        // A rebase is on top of the newest commit.
        let is_newest = lag == Duration::ZERO || logged.id.is_rebase();
        if is_newest || logged.branch != BranchId::DEFAULT {
            return self.head(logged.branch);
        }
        let mut rng = self.draws.stream(Purpose::Change, mix(logged.id.address(), LAG));
        let seconds = Distribution::Exponential { mean: lag.as_secs_f64() }.sample(&mut rng);
        let at = logged.at - Duration::from_secs_f64(seconds);
        let known = self.mains.partition_point(|(landed, _)| *landed <= at);
        self.mains[known - 1].1.clone()
    }

    /// Changes external crates. The draw is addressed by the pull request, so that its pushes and
    /// its merge touch the same crates. The version it locks replaces main's.
    fn change_externals(
        &self,
        versions: &mut Rc<[ChangeId]>,
        number: Option<u32>,
        count: Option<u32>,
        change: ChangeId,
    ) {
        let address = number.map_or(u64::from(change) << 32, u64::from);
        let changed = self.drawn_externals(address, count);
        if !changed.is_empty() {
            let versions = Rc::make_mut(versions);
            changed.into_iter().for_each(|krate| versions[krate as usize] = change);
        }
    }

    /// Changes workspace crates. Sources are merged, so on another main the result differs.
    fn change_members(&self, versions: &mut Rc<[ChangeId]>, pull: &Pull) {
        if !pull.sources.is_empty() {
            let versions = Rc::make_mut(versions);
            for (&krate, &change) in &pull.sources {
                let version = &mut versions[krate as usize];
                *version = combined(*version, change);
            }
        }
    }

    /// Gives all external crates the versions that they have in `before`.
    fn return_externals(&self, versions: &mut Rc<[ChangeId]>, before: &Checkout) {
        let versions = Rc::make_mut(versions);
        for krate in &self.externals {
            versions[*krate as usize] = before.versions[*krate as usize];
        }
    }

    fn drawn_externals(&self, address: u64, count: Option<u32>) -> Vec<u32> {
        let mut rng = self.draws.stream(Purpose::Lock, address);
        let count =
            count.unwrap_or_else(|| choice::geometric(self.workload.crates_per_lock_change, &mut rng));
        choice::distinct(&self.externals, count as usize, &mut rng)
    }

    fn drawn_members(&self, address: u64) -> Vec<u32> {
        choice::members(self.workload.crates_per_source_change, &self.members, &self.draws, address)
    }

    /// While no lock file is committed, every run resolves versions again: new compatible versions
    /// appear day by day, and keys do not change with them.
    fn drift(&mut self, at: SimTime) {
        let until = at.min(self.workload.lock_committed_from).window(Duration::DAY);
        let from = self.drifted.unwrap_or(until);
        self.drifted = Some(until.max(from));
        if until <= from || self.workload.drift_per_day <= 0.0 {
            return;
        }
        let mut main = (*self.main).clone();
        for day in from + 1..=until {
            let id = drawn_change(mix(day as u64, 3));
            for krate in self.drifting(day as u64) {
                Rc::make_mut(&mut main.versions)[krate as usize] = id;
            }
        }
        self.main = Rc::new(main);
    }

    /// The crates that get a new version on a day. Their number is the drift per day; its fraction
    /// is the probability of one more.
    fn drifting(&self, day: u64) -> Vec<u32> {
        let exact = self.workload.drift_per_day;
        let fraction = self.draws.stream(Purpose::Change, mix(day, 1)).random::<f64>();
        let count = exact as u32 + u32::from(fraction < exact.fract());
        self.drawn_externals(mix(day, 2), Some(count))
    }
}

/// An open pull request.
#[derive(Debug, Clone)]
struct Pull {
    /// Identity of its changes to files, versions and the toolchain: that of its first push.
    files: ChangeId,
    /// Identity of its tree: that of its last push.
    tree: ChangeId,
    /// The workspace crates touched so far, each with the last push that touched it.
    sources: BTreeMap<u32, ChangeId>,
    /// How often it has changed each input, by its index: sources with each push, files once.
    changes: Vec<u32>,
}

impl Pull {
    fn new(push: ChangeId) -> Pull {
        Pull { files: push, tree: push, sources: BTreeMap::new(), changes: Vec::new() }
    }

    /// Counts the changes of a push whose pull request changes these inputs as a whole. Returns those that
    /// the push itself changes.
    fn count(&mut self, whole: InputSet) -> InputSet {
        let mut changed = InputSet::default();
        for input in whole.iter() {
            self.changes.resize(self.changes.len().max(input.index() + 1), 0);
            let count = &mut self.changes[input.index()];
            if *count == 0 || input == InputId::SOURCE {
                *count += 1;
                changed.insert(input);
            }
        }
        changed
    }
}

/// Identity of the content after `change` on top of `base`; never 0.
fn combined(base: ChangeId, change: ChangeId) -> ChangeId {
    (mix(base.into(), change.into()) as u32).max(1)
}
