use super::Workload;
use super::change::Change;
use super::log::LoggedPush;
use super::push::{Push, PushKind};
use crate::project::{ChangeId, Checkout, CrateGraph, CrateKind};
use crate::random::{Distribution, Draws, Purpose, mix};
use crate::units::{Duration, SimTime};
use rand::RngExt;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The repository's branches as far as caches care: main's checkout, and the identity of what each
/// pull request changes on top of it.
///
/// Pushes are applied in time order; each gives the checkout its workflow runs see.
#[derive(Debug)]
pub struct History<'a> {
    workload: &'a Workload,
    draws: &'a Draws,
    externals: Vec<u32>,
    /// Workspace crates with the running sum of their weights.
    members: Vec<(u32, f64)>,
    main: Rc<Checkout>,
    pulls: BTreeMap<u32, ChangeId>,
    next: ChangeId,
    drifted: Option<i64>,
}

impl<'a> History<'a> {
    /// The state before the first push.
    pub fn new(workload: &'a Workload, graph: &CrateGraph, draws: &'a Draws) -> History<'a> {
        let of = |workspace: bool| {
            let crates = graph.crates.iter().enumerate();
            crates.filter(move |(_, c)| (c.kind == CrateKind::Workspace) == workspace)
        };
        let mut sum = 0.0;
        let members = of(true).map(|(i, c)| {
            sum += c.weight;
            (i as u32, sum)
        });
        History {
            workload,
            draws,
            members: members.collect(),
            externals: of(false).map(|(i, _)| i as u32).collect(),
            main: Rc::new(Checkout {
                versions: vec![0; graph.crates.len()].into(),
                toolchain: 0,
                manifests: 0,
                lock: 0,
                recipe: 0,
                dockerfile: 0,
                web_lock: 0,
                context: 0,
            }),
            pulls: BTreeMap::new(),
            next: 1,
            drifted: None,
        }
    }

    /// Applies one push and returns it with its checkout.
    ///
    /// A pull request's run checks out the merge of main *now* with the pull request's changes, as
    /// GitHub's merge ref does; when it is merged, the same identities land on main.
    pub fn apply(&mut self, id: u32, logged: &LoggedPush) -> Push {
        self.drift(logged.at);
        let checkout = match logged.kind {
            PushKind::Release | PushKind::Schedule | PushKind::Closed => self.main.clone(),
            _ => self.merged(logged),
        };
        if logged.kind == PushKind::Main {
            self.main = checkout.clone();
        }
        let LoggedPush { at, kind, number, bot, paths, .. } = *logged;
        Push { id, at, kind, number, bot, paths, checkout }
    }

    /// Main with a push's changes.
    fn merged(&mut self, logged: &LoggedPush) -> Rc<Checkout> {
        let push = self.fresh();
        let pull = match logged.number {
            Some(number) => *self.pulls.entry(number).or_insert(push),
            None => push,
        };
        let Change { lock, manifests, toolchain, source, targets, dockerfile, web_lock } = &logged.change;
        let committed = logged.at >= self.workload.lock_committed_from;
        let on_top = |applies: bool, base: ChangeId| if applies { combined(base, pull) } else { base };
        let recipe = *manifests || *toolchain || *targets || (lock.is_some() && committed);
        let base = self.main.clone();
        // Without a committed lock, a manifest change resolves anew as well.
        let resolves = lock.or((*manifests && !committed).then_some(None));
        Rc::new(Checkout {
            versions: self.versions(&base, resolves, *source, logged.number, (push, pull)),
            toolchain: on_top(*toolchain, base.toolchain),
            manifests: on_top(*manifests, base.manifests),
            lock: on_top(lock.is_some() && committed, base.lock),
            recipe: on_top(recipe, base.recipe),
            dockerfile: on_top(*dockerfile, base.dockerfile),
            web_lock: on_top(*web_lock, base.web_lock),
            context: push,
        })
    }

    fn versions(
        &self,
        base: &Checkout,
        lock: Option<Option<u32>>,
        source: bool,
        number: Option<u32>,
        (push, pull): (ChangeId, ChangeId),
    ) -> Rc<[ChangeId]> {
        if lock.is_none() && !source {
            return base.versions.clone();
        }
        let mut versions = base.versions.to_vec();
        if let Some(count) = lock {
            // Addressed by the pull request, so that its pushes and its merge touch the same crates.
            let address = number.map_or(u64::from(push) << 32, u64::from);
            for krate in self.drawn_externals(address, count) {
                versions[krate as usize] = pull;
            }
        }
        if source {
            for krate in self.drawn_members(push.into()) {
                versions[krate as usize] = push;
            }
        }
        versions.into()
    }

    fn drawn_externals(&self, address: u64, count: Option<u32>) -> Vec<u32> {
        let mut rng = self.draws.stream(Purpose::Lock, address);
        let mean = self.workload.crates_per_lock_change;
        let count = count
            .unwrap_or_else(|| 1 + Distribution::Exponential { mean: mean - 0.5 }.sample(&mut rng) as u32);
        let all = self.externals.len();
        let draw = |_| self.externals[rng.random_range(0..all)];
        (0..count.min(all as u32)).map(draw).collect()
    }

    fn drawn_members(&self, address: u64) -> Vec<u32> {
        let Some((_, total)) = self.members.last() else { return Vec::new() };
        let mut rng = self.draws.stream(Purpose::Source, address);
        let mean = self.workload.crates_per_source_change;
        let count = 1 + Distribution::Exponential { mean: (mean - 0.5).max(0.0) }.sample(&mut rng) as usize;
        let mut draw = || {
            let point = rng.random::<f64>() * total;
            self.members[self.members.partition_point(|(_, sum)| *sum <= point).min(self.members.len() - 1)].0
        };
        (0..count.min(self.members.len())).map(|_| draw()).collect()
    }

    /// While no lock file is committed every run resolves anew: new compatible versions appear
    /// day by day, and no key sees them.
    fn drift(&mut self, at: SimTime) {
        let until = at.min(self.workload.lock_committed_from).window(Duration::DAY);
        let from = self.drifted.unwrap_or(until);
        self.drifted = Some(until.max(from));
        if until <= from || self.workload.drift_per_day <= 0.0 {
            return;
        }
        let mut versions = self.main.versions.to_vec();
        for day in from + 1..=until {
            let id = self.fresh();
            let mut rng = self.draws.stream(Purpose::Change, mix(day as u64, 1));
            let exact = self.workload.drift_per_day;
            let count = exact as u32 + u32::from(rng.random::<f64>() < exact.fract());
            for krate in self.drawn_externals(mix(day as u64, 2), Some(count)) {
                versions[krate as usize] = id;
            }
        }
        self.main = Rc::new(Checkout { versions: versions.into(), ..(*self.main).clone() });
    }

    fn fresh(&mut self) -> ChangeId {
        self.next += 1;
        self.next - 1
    }
}

/// The identity of a file after `change` on top of `base`; never 0.
fn combined(base: ChangeId, change: ChangeId) -> ChangeId {
    (mix(base.into(), change.into()) as u32).max(1)
}
