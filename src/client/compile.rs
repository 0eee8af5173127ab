//! A cargo build within a job. It compiles the units that no restored archive holds, on all cores, and with
//! sccache asks the object store before each compiler call. `ci` starts a [`Compile`] and wakes it.
//!
//! The order of compilation is the project's ([`Schedule`]), and what sccache does is in
//! [`sccache`](super::sccache). Image builds are not compiled here; their steps take stated times.

use super::archive::{Archive, Kept, Packed};
use super::disk::Disk;
use super::past_run::PastRun;
use super::sccache::{LastAsked, ObjectCache, Sccache};
use super::session::{LossWeights, Session};
use crate::event::{ClientId, LossCause};
use crate::project::{Checkout, Compilation, Schedule, Unit, UnitRole, complete_after, makespan};
use crate::random::{mix, mix_str};
use crate::service::{Key, Reservation};
use crate::units::{Bytes, Duration, SimTime};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a job compiles, with the figures that do not depend on caches. `engine` makes one per job.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildPlan {
    /// The units and their dependencies.
    pub compilation: Compilation,
    /// Build time at nominal speed with a perfect cache of all external units: workspace crates and the
    /// tail.
    pub ideal: Duration,
    /// The runs of the job's workflow on main before the simulation began, under the same compiler; oldest
    /// first.
    past: Rc<[PastRun]>,
    /// The last checkout that was compiled. The next one differs from it only in a few units.
    last: RefCell<Option<Compiled>>,
    last_asked: LastAsked,
    /// The last archive that was not built on top of another, and what it keeps. The next one mostly has the same
    /// parts.
    last_fresh: RefCell<Option<(Kept, Archive)>>,
}

/// A checkout, with the instance of each unit in it.
#[derive(Debug, Clone, PartialEq)]
struct Compiled {
    checkout: Rc<Checkout>,
    instances: Rc<[u64]>,
}

impl BuildPlan {
    /// A plan for machines with `cores` cores.
    pub fn new(compilation: Compilation, cores: u32, past: Rc<[PastRun]>) -> BuildPlan {
        let own: Vec<bool> = compilation.units.iter().map(|u| u.role == UnitRole::Workspace).collect();
        let ideal = makespan(&compilation, &own, cores, 1.0) + compilation.tail;
        let last_asked = LastAsked::new(own.len());
        let (last, last_fresh) = (RefCell::new(None), RefCell::new(None));
        BuildPlan { compilation, ideal, past, last, last_asked, last_fresh }
    }

    /// The compressed size of what one build leaves in an archive.
    pub fn archived(&self, kept: Kept) -> Bytes {
        let units = self.compilation.units.iter().filter(|unit| kept.crates && is_archived(unit.role));
        let members = if kept.members { self.compilation.workspace_archive } else { Bytes::ZERO };
        let downloads = kept.downloads.unwrap_or_default().compressed;
        units.map(|unit| unit.archived).sum::<Bytes>() + members + downloads
    }

    /// The instance of each unit when compiled from `checkout`.
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

    /// The external units among these instances, with their sizes in an archive.
    fn external<'a>(&'a self, instances: &'a [u64]) -> impl Iterator<Item = (u64, Packed)> + 'a {
        let Compilation { units, unpacked_ratio, .. } = &self.compilation;
        let used = units.iter().zip(instances).filter(|(unit, _)| is_archived(unit.role));
        used.map(|(unit, instance)| (*instance, Packed::new(unit.archived, *unpacked_ratio)))
    }

    /// The parts of this checkout that an archive keeps, with their sizes. `instances` are the checkout's.
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

    /// The compiled workspace crates as one part. A file's name contains a hash of the versions of all
    /// dependencies but not of the sources, so a change of sources replaces the file.
    fn members(&self, instances: &[u64]) -> (u64, Packed) {
        let named = self.external(instances).fold(mix_str(0, "members"), |hash, (unit, _)| mix(hash, unit));
        (named, self.workspace_archive())
    }

    /// What cargo downloads for this checkout. `all` is divided equally among the external crates.
    fn downloads(&self, all: Packed, checkout: &Checkout) -> Vec<(u64, Packed)> {
        let external = self.compilation.units.iter().filter(|unit| is_archived(unit.role));
        // A crate may be compiled twice: for the host and for the target.
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

    /// The runs of the job's workflow on main before the simulation began, oldest first.
    pub fn past(&self) -> &[PastRun] {
        &self.past
    }

    /// Adds to an archive the parts of this checkout that are kept.
    pub fn add_kept(&self, archive: &mut Archive, kept: Kept, checkout: &Rc<Checkout>) {
        archive.add(self.kept(kept, checkout, &self.instances(checkout)));
    }
}

/// A cargo build in progress, with or without sccache as the compiler wrapper.
#[derive(Debug)]
pub struct Compile {
    plan: Rc<BuildPlan>,
    checkout: Rc<Checkout>,
    instances: Rc<[u64]>,
    needed: Vec<bool>,
    /// The client that should have delivered the external units, and why it did not.
    missing: (Option<ClientId>, LossCause),
    started: SimTime,
    /// The share of the tail that runs; below 1 if a step fails in it.
    tail_share: f64,
    stage: CompileStage,
    /// The parts of an archive that are missing because the build was stopped; `None` if it was not.
    absent: Option<BTreeSet<u64>>,
}

#[derive(Debug)]
enum CompileStage {
    /// Without sccache, nothing outside can affect the build: it is one span of time, which ends here.
    Alone(SimTime),
    Wrapped(Box<Wrapped>),
    Tail,
}

#[derive(Debug)]
struct Wrapped {
    schedule: Schedule,
    objects: ObjectCache,
    slots: Vec<CompilerSlot>,
    /// The units that it has built or downloaded.
    complete: Vec<u32>,
}

#[derive(Debug)]
struct CompilerSlot {
    at: SimTime,
    unit: u32,
    doing: Doing,
}

#[derive(Debug)]
enum Doing {
    /// Downloading the object of a hit, or compiling a unit that is never cached.
    Finishing,
    /// Compiling a unit that will be saved under this key.
    Compiling(Key),
    /// Uploading the object.
    Writing(Reservation),
}

impl Compile {
    /// Starts the build of all units that the restored archives and the disk do not hold. Workspace crates are always
    /// built, unless the disk has them. `missing` is why an archive does not hold more. `tail_share` (0–1) of the tail
    /// runs. Returns the build and the time to wake it.
    pub fn start(
        session: &mut Session,
        plan: Rc<BuildPlan>,
        (restored, disk): (&[Rc<Archive>], Option<&Disk>),
        missing: (Option<ClientId>, LossCause),
        sccache: Option<&Sccache>,
        tail_share: f64,
    ) -> (Compile, SimTime) {
        let compilation = &plan.compilation;
        let checkout = Rc::clone(&session.job.checkout);
        let instances = plan.instances(&checkout);
        let needed = needed(&compilation.units, &instances, restored, disk);
        let host = &session.job.host;
        let stage = match sccache {
            None => CompileStage::Alone(session.now + makespan(compilation, &needed, host.cores, host.speed)),
            Some(settings) => {
                let objects = ObjectCache::start(settings, session, needed.len());
                let schedule = Schedule::new(compilation, &needed);
                let (slots, complete) = (Vec::new(), Vec::new());
                CompileStage::Wrapped(Box::new(Wrapped { schedule, objects, slots, complete }))
            }
        };
        let started = session.now;
        let absent = None;
        let mut compile =
            Compile { plan, checkout, instances, needed, missing, started, tail_share, stage, absent };
        let next = compile.wake(session).expect("a build has at least its tail");
        (compile, next)
    }

    /// Continues the build. Returns the time to wake it again, or `None` once it is done.
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
        let tail = session.job.host.serial(self.plan.compilation.tail);
        let end = session.now + tail.scaled(self.tail_share);
        self.stage = CompileStage::Tail;
        Some(end)
    }

    /// Stops the build before its end: what is not complete is in no archive of it.
    pub fn stop(&mut self, session: &Session) {
        let compilation = &self.plan.compilation;
        let complete = match &self.stage {
            CompileStage::Tail => return,
            CompileStage::Alone(_) => {
                let (host, took) = (&session.job.host, session.now - self.started);
                complete_after(compilation, &self.needed, host.cores, host.speed, took)
            }
            CompileStage::Wrapped(wrapped) => {
                let mut complete: Vec<bool> = self.needed.iter().map(|needed| !needed).collect();
                wrapped.complete.iter().for_each(|unit| complete[*unit as usize] = true);
                complete
            }
        };
        let units = self.instances.iter().zip(&complete).filter(|(_, complete)| !**complete);
        let (members, _) = self.plan.members(&self.instances);
        self.absent = Some(units.map(|(instance, _)| *instance).chain([members]).collect());
    }

    /// True if the build was stopped before its own crates were complete.
    pub fn was_stopped(&self) -> bool {
        self.absent.is_some()
    }

    /// Records the share of the compile time that external crates took, by core time, the time that a perfect
    /// cache would have needed, and why the build took longer.
    fn account(&self, session: &mut Session) {
        let units = self.plan.compilation.units.iter().zip(&self.needed).filter(|(_, needed)| **needed);
        let (mut external, mut all) = (0, 0);
        for (unit, _) in units {
            all += unit.work.0;
            external += if unit.role == UnitRole::Workspace { 0 } else { unit.work.0 };
        }
        let share = external as f64 / all.max(1) as f64;
        session.run.dependencies = (session.now - self.started).scaled(share);
        // With list scheduling, fewer units can take longer. No cache is blamed for that, hence `min`.
        let took = session.now - self.started + session.job.host.serial(self.plan.compilation.tail);
        let least = session.job.host.serial(self.ideal(session.job.host.cores)).min(took);
        let needed = session.lose_by(took - least, &self.loss_weights());
        session.run.ideal += least + needed;
    }

    /// The work of each unit that was compiled, though a perfect cache has it, and the time of sccache's transfers.
    fn loss_weights(&self) -> LossWeights {
        let mut weights = LossWeights::default();
        let objects = match &self.stage {
            CompileStage::Wrapped(wrapped) => Some(&wrapped.objects),
            CompileStage::Alone(_) | CompileStage::Tail => None,
        };
        let units = self.plan.compilation.units.iter().enumerate();
        for (i, unit) in units.filter(|(i, _)| self.needed[*i]) {
            let is_own = unit.role == UnitRole::Workspace;
            if is_own && !objects.is_some_and(|objects| objects.was_once_stored(i)) {
                continue;
            }
            let archived = self.missing.0.is_some() && !is_own;
            let of_object = objects.map(|objects| objects.loss(i, unit));
            match of_object {
                Some(loss) if unit.cacheable || !archived => {
                    let Some((client, cause)) = loss else { continue };
                    weights.add(Some(client), cause, unit.work);
                }
                _ => weights.add(self.missing.0, self.missing.1, unit.work),
            }
        }
        if let Some((client, moved)) = objects.map(ObjectCache::moved) {
            weights.set_moved(client, moved);
        }
        weights
    }

    /// Build time at nominal speed with a perfect cache. It has every object that was ever stored,
    /// including those of workspace crates, but not what this push changed.
    fn ideal(&self, cores: u32) -> Duration {
        let CompileStage::Wrapped(wrapped) = &self.stage else { return self.plan.ideal };
        let BuildPlan { compilation, ideal, .. } = &*self.plan;
        let units = compilation.units.iter().enumerate();
        let workspace = units.map(|(i, unit)| (i, unit.role == UnitRole::Workspace));
        let had = |(i, is_own): (usize, bool)| is_own && wrapped.objects.was_once_stored(i);
        if !workspace.clone().any(had) {
            return *ideal;
        }
        let built: Vec<bool> = workspace.map(|(i, is_own)| is_own && !had((i, is_own))).collect();
        makespan(compilation, &built, cores, 1.0) + compilation.tail
    }

    /// The external units of this build, restored or compiled, with their sizes in an archive.
    pub fn external(&self) -> impl Iterator<Item = (u64, Packed)> + '_ {
        self.plan.external(&self.instances)
    }

    /// The parts of this build, restored or compiled, that an archive keeps, with their sizes.
    fn kept(&self, kept: Kept) -> impl Iterator<Item = (u64, Packed)> + '_ {
        let is_there = |part: u64| self.absent.as_ref().is_none_or(|absent| !absent.contains(&part));
        self.plan.kept(kept, &self.checkout, &self.instances).filter(move |(part, _)| is_there(*part))
    }

    /// The workspace's own crates of this build: the identity and the instance of each.
    fn own_crates(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let is_there = |part: &u64| self.absent.as_ref().is_none_or(|absent| !absent.contains(part));
        let units = self.plan.compilation.units.iter().zip(self.instances.iter());
        let own = units.filter(move |(unit, part)| unit.role == UnitRole::Workspace && is_there(part));
        own.map(|(unit, instance)| (unit.identity, *instance))
    }

    /// Leaves on a disk what is complete of this build.
    pub fn leave_on(&self, disk: &mut Disk) {
        let crates = Kept { crates: true, ..Kept::default() };
        disk.leave_compiled(self.kept(crates), self.own_crates());
    }

    /// The archive of this build and of `other` files, on top of what was restored.
    pub fn archive(&self, restored: Option<&Archive>, kept: Kept, other: Packed) -> Archive {
        if restored.is_some() {
            return Archive::on_top_of(restored, self.kept(kept), other);
        }
        let parts: Vec<(u64, Packed)> = self.kept(kept).collect();
        let mut last = self.plan.last_fresh.borrow_mut();
        let alike = last.as_ref().filter(|(like, archive)| *like == kept && archive.holds_exactly(&parts));
        let archive = match alike {
            Some((_, archive)) => archive.clone().with_other(other),
            None => Archive::on_top_of(None, parts.into_iter(), other),
        };
        *last = Some((kept, archive.clone()));
        archive
    }

    /// What this build compiles.
    pub fn plan(&self) -> &BuildPlan {
        &self.plan
    }
}

fn is_archived(role: UnitRole) -> bool {
    matches!(role, UnitRole::Dependency | UnitRole::ProcMacro)
}

/// For each unit, true if it must be compiled: workspace crates that the disk does not have, units that neither an
/// archive nor the disk holds, and the native objects of both.
fn needed(units: &[Unit], instances: &[u64], restored: &[Rc<Archive>], disk: Option<&Disk>) -> Vec<bool> {
    let on_disk = |instance| disk.is_some_and(|disk| disk.has_crate(instance));
    let held = |instance| restored.iter().any(|archive| archive.holds(instance)) || on_disk(instance);
    let own = |unit: &Unit, instance| disk.is_some_and(|disk| disk.has_own(unit.identity, instance));
    let mut needed = vec![false; units.len()];
    for (i, unit) in units.iter().enumerate().rev() {
        needed[i] = match unit.role {
            UnitRole::Workspace => !own(unit, instances[i]),
            UnitRole::NativeObject { of } => needed[of as usize],
            UnitRole::Dependency | UnitRole::ProcMacro => !held(instances[i]),
        };
    }
    needed
}

impl Wrapped {
    fn wake(&mut self, session: &mut Session, plan: &BuildPlan, instances: &[u64]) -> Option<SimTime> {
        let mut place = 0;
        while place < self.slots.len() {
            if self.slots[place].at > session.now || self.step(session, &plan.compilation, place) {
                place += 1;
            } else {
                let done = self.slots.swap_remove(place);
                self.schedule.complete(done.unit);
                self.complete.push(done.unit);
            }
        }
        self.fill(session, plan, instances);
        self.next()
    }

    /// When the first slot is due.
    #[inline]
    fn next(&self) -> Option<SimTime> {
        let (first, others) = self.slots.split_first()?;
        let mut next = first.at;
        for slot in others {
            next = next.min(slot.at);
        }
        Some(next)
    }

    /// Advances one slot that is due. Returns false once its unit is done.
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

    fn fill(&mut self, session: &mut Session, plan: &BuildPlan, instances: &[u64]) {
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
