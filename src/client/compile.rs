use super::archive::{Archive, Kept, Packed};
use super::past_run::PastRun;
use super::sccache::{LastAsked, ObjectCache, Sccache};
use super::session::Session;
use crate::project::{Checkout, Compilation, Schedule, Unit, UnitRole, makespan};
use crate::random::{mix, mix_str};
use crate::service::{Key, Reservation};
use crate::units::{Bytes, Duration, SimTime};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a job compiles, with the figures that do not depend on caches.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The units.
    pub compilation: Compilation,
    /// Time at nominal speed with a perfect cache of everything external: only workspace crates and the tail.
    pub ideal: Duration,
    /// The job's runs on main before the first instant under the same compiler, oldest first.
    past: Rc<[PastRun]>,
    /// What was compiled last: the next checkout differs from it in little.
    last: RefCell<Option<Compiled>>,
    last_asked: LastAsked,
}

/// A checkout and the units' instances there.
#[derive(Debug, Clone, PartialEq)]
struct Compiled {
    checkout: Rc<Checkout>,
    instances: Rc<[u64]>,
}

impl Plan {
    /// A plan for `cores` cores after this past.
    pub fn new(compilation: Compilation, cores: u32, past: Rc<[PastRun]>) -> Plan {
        let own: Vec<bool> = compilation.units.iter().map(|u| u.role == UnitRole::Workspace).collect();
        let ideal = makespan(&compilation, &own, cores, 1.0) + compilation.tail;
        let last_asked = LastAsked::new(own.len());
        Plan { compilation, ideal, past, last: RefCell::new(None), last_asked }
    }

    /// The compressed size of what one build leaves in an archive.
    pub fn archived(&self, kept: Kept) -> Bytes {
        let units = self.compilation.units.iter().filter(|unit| kept.crates && is_archived(unit.role));
        let members = if kept.members { self.compilation.workspace_archive } else { Bytes::ZERO };
        let downloads = kept.downloads.unwrap_or_default().compressed;
        units.map(|unit| unit.archived).sum::<Bytes>() + members + downloads
    }

    /// The units' instances as compiled from `checkout`.
    fn instances(&self, checkout: &Rc<Checkout>) -> Rc<[u64]> {
        let mut last = self.last.borrow_mut();
        let instances = match &*last {
            Some(other) => self.compilation.instances_after(&other.checkout, &other.instances, checkout),
            None => self.compilation.instances(checkout),
        };
        let instances: Rc<[u64]> = instances.into();
        *last = Some(Compiled { checkout: Rc::clone(checkout), instances: Rc::clone(&instances) });
        instances
    }

    /// The external units of these instances, with their share of an archive.
    fn external<'a>(&'a self, instances: &'a [u64]) -> impl Iterator<Item = (u64, Packed)> + 'a {
        let Compilation { units, unpacked_ratio, .. } = &self.compilation;
        let used = units.iter().zip(instances).filter(|(unit, _)| is_archived(unit.role));
        used.map(|(unit, instance)| (*instance, Packed::new(unit.archived, *unpacked_ratio)))
    }

    /// What an archive keeps of this checkout, whose units are these instances, and how large each part is.
    fn kept<'a>(
        &'a self,
        kept: Kept,
        checkout: &Checkout,
        instances: &'a [u64],
    ) -> impl Iterator<Item = (u64, Packed)> + 'a {
        let crates = self.external(instances).filter(move |_| kept.crates);
        let members = kept.members.then(|| self.members(instances));
        let downloads = kept.downloads.map(|all| self.downloads(all, checkout));
        crates.chain(members).chain(downloads.into_iter().flatten())
    }

    /// The compiled workspace crates as one part. The hash in a file's name follows the versions of all
    /// dependencies and not the sources, so a change of the latter replaces the file.
    fn members(&self, instances: &[u64]) -> (u64, Packed) {
        let named = self.external(instances).fold(mix_str(0, "members"), |hash, (unit, _)| mix(hash, unit));
        (named, self.workspace_archive())
    }

    /// What cargo downloads for this checkout, `all` of it divided equally among the external crates.
    fn downloads(&self, all: Packed, checkout: &Checkout) -> Vec<(u64, Packed)> {
        let external = self.compilation.units.iter().filter(|unit| is_archived(unit.role));
        // A crate can be compiled twice, for the host and for the target.
        let crates: BTreeSet<u32> = external.map(|unit| unit.krate).collect();
        let share = 1.0 / crates.len() as f64;
        let each = Packed { compressed: all.compressed.scaled(share), unpacked: all.unpacked.scaled(share) };
        let version = |krate: &u32| u64::from(checkout.versions[*krate as usize]);
        let named = |krate: &u32| mix(mix(mix_str(0, "download"), (*krate).into()), version(krate));
        crates.iter().map(|krate| (named(krate), each)).collect()
    }

    /// The part of the target folder that rust-cache drops by default.
    pub fn workspace_archive(&self) -> Packed {
        let Compilation { workspace_archive, unpacked_ratio, .. } = &self.compilation;
        Packed::new(*workspace_archive, *unpacked_ratio)
    }

    /// The job's runs on main before the first instant.
    pub fn past(&self) -> &[PastRun] {
        &self.past
    }

    /// Adds to an archive what is kept of this checkout.
    pub fn add_kept(&self, archive: &mut Archive, kept: Kept, checkout: &Rc<Checkout>) {
        archive.add(self.kept(kept, checkout, &self.instances(checkout)));
    }
}

/// A cargo build under way, with or without sccache in front of the compiler.
#[derive(Debug)]
pub struct Compile {
    plan: Rc<Plan>,
    checkout: Rc<Checkout>,
    instances: Rc<[u64]>,
    needed: Vec<bool>,
    started: SimTime,
    stage: CompileStage,
}

#[derive(Debug)]
enum CompileStage {
    /// Without sccache nothing outside can interfere: the whole build is one span.
    Alone(SimTime),
    Wrapped(Box<Wrapped>),
    Tail,
}

#[derive(Debug)]
struct Wrapped {
    schedule: Schedule,
    objects: ObjectCache,
    slots: Vec<CompilerSlot>,
}

#[derive(Debug)]
struct CompilerSlot {
    at: SimTime,
    unit: u32,
    doing: Doing,
}

#[derive(Debug)]
enum Doing {
    /// Waiting for a hit's bytes, or compiling what is never cached.
    Finishing,
    /// Compiling what will be offered to the store under this key.
    Compiling(Key),
    /// Uploading.
    Writing(Reservation),
}

impl Compile {
    /// Starts the build of whatever the restored archives do not hold; workspace crates are always
    /// built. Returns it and when it wants to be woken.
    pub fn start(
        session: &mut Session,
        plan: Rc<Plan>,
        restored: &[Rc<Archive>],
        sccache: Option<&Sccache>,
    ) -> (Compile, SimTime) {
        let compilation = &plan.compilation;
        let checkout = Rc::clone(&session.job.checkout);
        let instances = plan.instances(&checkout);
        let needed = needed(&compilation.units, &instances, restored);
        let host = &session.job.host;
        let stage = match sccache {
            None => CompileStage::Alone(session.now + makespan(compilation, &needed, host.cores, host.speed)),
            Some(settings) => {
                let objects = ObjectCache::start(settings, session, needed.len());
                let schedule = Schedule::new(compilation, &needed);
                CompileStage::Wrapped(Box::new(Wrapped { schedule, objects, slots: Vec::new() }))
            }
        };
        let mut compile = Compile { plan, checkout, instances, needed, started: session.now, stage };
        let next = compile.wake(session).expect("a build has at least its tail");
        (compile, next)
    }

    /// Goes on; returns when it wants to be woken next, or nothing when the build is done.
    pub fn wake(&mut self, session: &mut Session) -> Option<SimTime> {
        let compiled = match &mut self.stage {
            CompileStage::Tail => return None,
            CompileStage::Alone(until) if session.now < *until => return Some(*until),
            CompileStage::Alone(_) => None,
            CompileStage::Wrapped(wrapped) => wrapped.wake(session, &self.plan, &self.instances),
        };
        if compiled.is_some() {
            return compiled;
        }
        self.account(session);
        let end = session.now + session.job.host.serial(self.plan.compilation.tail);
        self.stage = CompileStage::Tail;
        Some(end)
    }

    /// What share of the compiling went into external crates, by core time.
    fn account(&self, session: &mut Session) {
        let units = self.plan.compilation.units.iter().zip(&self.needed).filter(|(_, needed)| **needed);
        let (mut external, mut all) = (0, 0);
        for (unit, _) in units {
            all += unit.work.0;
            external += if unit.role == UnitRole::Workspace { 0 } else { unit.work.0 };
        }
        let share = external as f64 / all.max(1) as f64;
        session.run.dependencies = (session.now - self.started).scaled(share);
        // List scheduling can take longer for less: no cache is charged with that.
        let took = session.now - self.started + session.job.host.serial(self.plan.compilation.tail);
        session.run.ideal += session.job.host.serial(self.ideal(session.job.host.cores)).min(took);
    }

    /// The time with a perfect cache at nominal speed. A perfect cache keeps every object that was ever stored,
    /// those of workspace crates included; it cannot have what this push changed.
    fn ideal(&self, cores: u32) -> Duration {
        let CompileStage::Wrapped(wrapped) = &self.stage else { return self.plan.ideal };
        let Plan { compilation, ideal, .. } = &*self.plan;
        let units = compilation.units.iter().enumerate();
        let workspace = units.map(|(i, unit)| (i, unit.role == UnitRole::Workspace));
        let had = |(i, is_own): (usize, bool)| is_own && wrapped.objects.was_once_stored(i);
        if !workspace.clone().any(had) {
            return *ideal;
        }
        let built: Vec<bool> = workspace.map(|(i, is_own)| is_own && !had((i, is_own))).collect();
        makespan(compilation, &built, cores, 1.0) + compilation.tail
    }

    /// The external units it used, restored or built, with their share of an archive.
    pub fn external(&self) -> impl Iterator<Item = (u64, Packed)> + '_ {
        self.plan.external(&self.instances)
    }

    /// What an archive keeps of it, restored or built, and how large each part is.
    pub fn kept(&self, kept: Kept) -> impl Iterator<Item = (u64, Packed)> + '_ {
        self.plan.kept(kept, &self.checkout, &self.instances)
    }

    /// What it compiles.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

fn is_archived(role: UnitRole) -> bool {
    matches!(role, UnitRole::Dependency | UnitRole::ProcMacro)
}

/// Which units must be compiled: workspace crates, what no archive holds, and its native objects.
fn needed(units: &[Unit], instances: &[u64], restored: &[Rc<Archive>]) -> Vec<bool> {
    let held = |instance| restored.iter().any(|archive| archive.holds(instance));
    let mut needed = vec![false; units.len()];
    for (i, unit) in units.iter().enumerate().rev() {
        needed[i] = match unit.role {
            UnitRole::Workspace => true,
            UnitRole::NativeObject { of } => needed[of as usize],
            UnitRole::Dependency | UnitRole::ProcMacro => !held(instances[i]),
        };
    }
    needed
}

impl Wrapped {
    fn wake(&mut self, session: &mut Session, plan: &Plan, instances: &[u64]) -> Option<SimTime> {
        let mut place = 0;
        while place < self.slots.len() {
            if self.slots[place].at > session.now || self.step(session, &plan.compilation, place) {
                place += 1;
            } else {
                let done = self.slots.swap_remove(place);
                self.schedule.complete(done.unit);
            }
        }
        self.fill(session, plan, instances);
        self.slots.iter().map(|slot| slot.at).min()
    }

    /// One due slot goes on; false when its unit is done.
    fn step(&mut self, session: &mut Session, plan: &Compilation, place: usize) -> bool {
        let slot = &mut self.slots[place];
        let unit = &plan.units[slot.unit as usize];
        match slot.doing {
            Doing::Finishing => false,
            Doing::Compiling(object) => {
                let (reservation, took) = self.objects.write(session, slot.unit, object, unit);
                slot.at = session.now + took;
                slot.doing = reservation.map_or(Doing::Finishing, Doing::Writing);
                true
            }
            Doing::Writing(reservation) => {
                self.objects.written(session, slot.unit, reservation, unit.object);
                false
            }
        }
    }

    fn fill(&mut self, session: &mut Session, plan: &Plan, instances: &[u64]) {
        while self.slots.len() < session.job.host.cores as usize {
            let Some(index) = self.schedule.pop_ready() else { break };
            let unit = &plan.compilation.units[index as usize];
            let work = session.job.host.serial(unit.work);
            let (doing, took) = if !unit.cacheable {
                (Doing::Finishing, work)
            } else {
                let instance = instances[index as usize];
                match self.objects.read(session, index, instance, unit, &plan.last_asked) {
                    (None, took) => (Doing::Finishing, took),
                    (Some(object), took) => (Doing::Compiling(object), took + work),
                }
            };
            self.slots.push(CompilerSlot { at: session.now + took, unit: index, doing });
        }
    }
}
