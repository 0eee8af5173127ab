//! A job on its runner: boot, restores, the build, and the post steps that save. It decides in which order
//! a job's clients run, whether the job fails, and how much disk it uses. What a client does is in
//! `client`.
//!
//! The [`Scheduler`](super::Scheduler) starts a [`JobProcess`] when a runner takes the job, and wakes it.

mod disk;
mod loss;
mod saving;
mod stop;

use crate::ci::work::Work;
use crate::ci::workflow::Job;
use crate::client::{
    Archive, ArchiveSave, Buildkit, Cache, Compile, Disk, Exported, ImageBuild, JobContext, Kept, Packed,
    PendingRestores, Restored, RunsBeside, Session, Toolkit, World,
};
use crate::event::{Conclusion, FailureCause, JobRun, LossCause, RestoreOutcome, SaveOutcome};
use crate::units::{Bytes, Duration, SimTime};
use std::rc::Rc;

/// A job in progress, from the boot of its runner to its last post step.
#[derive(Debug)]
pub struct JobProcess {
    job: Rc<Job>,
    /// What its clients may know.
    pub context: JobContext,
    /// The record of the job so far.
    pub run: JobRun,
    work: Work,
    stage: JobStage,
    /// For each cache of the job: the archive it looked up, and the result.
    restored: Vec<Option<(Toolkit, Restored)>>,
    /// The restores in the background.
    pending: PendingRestores,
    /// The disk of its machine, if that keeps files between jobs.
    disk: Option<Disk>,
    /// The moment at which one of its own steps fails, as a share of their time; `None` if none does.
    failure: Option<f64>,
    conclusion: Conclusion,
    deadline: SimTime,
    /// Why it is being stopped, once it is.
    stopped: Option<Conclusion>,
}

#[derive(Debug)]
enum JobStage {
    Boot,
    Restore(usize),
    /// The steps before the build, between these instants.
    Prepare(SimTime, SimTime),
    Compile(SimTime, Box<Compile>),
    Image(SimTime, Box<ImageBuild>),
    Finish(Built),
    Export(SimTime, Box<ImageBuild>),
    ArchiveSave(usize, Option<Box<ArchiveSave>>, Built),
    Ended(Built),
}

/// The result of the build, for the post steps.
#[derive(Debug)]
enum Built {
    Nothing,
    Compiled(Box<Compile>),
    Image(Box<ImageBuild>),
}

/// The state of a job after it was woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It is not finished; wake it again at this time.
    At(SimTime),
    /// It has ended.
    Ended(Conclusion),
}

impl JobProcess {
    /// Starts a job that a runner has just taken. Returns it and the time to wake it.
    pub fn start(
        job: Rc<Job>,
        work: Work,
        failure: Option<f64>,
        context: JobContext,
        run: JobRun,
        (boot, disk): (Duration, Option<Disk>),
    ) -> (JobProcess, SimTime) {
        let begin = context.started + boot + context.host.serial(job.setup);
        let restored = vec![None; job.caches.len()];
        let stage = JobStage::Boot;
        let (conclusion, deadline) = (Conclusion::Success, context.started + job.timeout);
        let pending = PendingRestores::default();
        let process = JobProcess {
            job,
            context,
            run,
            work,
            stage,
            restored,
            pending,
            disk,
            failure,
            conclusion,
            deadline,
            stopped: None,
        };
        (process, begin)
    }

    /// The job's kind of runner, as an index.
    pub fn runner(&self) -> usize {
        self.job.runner
    }

    /// Records what the job wanted from the cache and has not saved. It ends at `now`, however.
    pub fn settle(&mut self, now: SimTime, world: &mut World) {
        let mut session = Session::new(now, world, &self.context, &mut self.run);
        let missed = self.restored.iter().flatten();
        for (toolkit, _) in missed.filter(|(_, restored)| restored.outcome != RestoreOutcome::Exact) {
            session.left_unsaved(toolkit.version, toolkit.key);
        }
        match &self.stage {
            JobStage::Image(_, build)
            | JobStage::Export(_, build)
            | JobStage::Finish(Built::Image(build))
            | JobStage::ArchiveSave(_, _, Built::Image(build)) => build.settle(&mut session),
            _ => {}
        }
    }

    /// Continues the job at `now`.
    pub fn wake(&mut self, now: SimTime, world: &mut World) -> Progress {
        let failure = self.failure;
        let JobProcess { job, context, run, work, stage, restored, pending, disk, conclusion, .. } = self;
        // A shortcut: most wakes are for a compiler call in an unfinished build. A finished build returns
        // `None` and falls through.
        if let JobStage::Compile(_, compile) = stage
            && let Some(at) = compile.wake(&mut Session::new(now, world, context, run))
        {
            return Progress::At(at);
        }
        let session = Session::new(now, world, context, run);
        let disk = disk.as_ref();
        let mut step = Turn { session, job, work, restored, pending, disk, failure, conclusion };
        loop {
            match step.advance(std::mem::replace(stage, JobStage::Boot)) {
                Next::Wait(at, next) => {
                    *stage = next;
                    return Progress::At(at);
                }
                Next::Go(next) => *stage = next,
                Next::End(built) => {
                    *stage = JobStage::Ended(built);
                    return Progress::Ended(*step.conclusion);
                }
            }
        }
    }
}

enum Next {
    Wait(SimTime, JobStage),
    Go(JobStage),
    End(Built),
}

/// A job at one instant.
struct Turn<'a> {
    session: Session<'a>,
    job: &'a Job,
    work: &'a Work,
    restored: &'a mut Vec<Option<(Toolkit, Restored)>>,
    pending: &'a mut PendingRestores,
    disk: Option<&'a Disk>,
    failure: Option<f64>,
    conclusion: &'a mut Conclusion,
}

impl Turn<'_> {
    fn advance(&mut self, stage: JobStage) -> Next {
        match stage {
            JobStage::Boot => Next::Go(JobStage::Restore(0)),
            JobStage::Restore(index) => self.restore(index),
            JobStage::Prepare(..) => self.build(),
            JobStage::Compile(began, compile) => self.compile(began, compile),
            JobStage::Image(began, build) => self.build_image(began, build),
            JobStage::Finish(Built::Image(build)) if *self.conclusion == Conclusion::Success => {
                Next::Go(JobStage::Export(self.session.now, build))
            }
            JobStage::Finish(built) => Next::Go(JobStage::ArchiveSave(self.job.caches.len(), None, built)),
            JobStage::Export(began, build) => self.export(began, build),
            JobStage::ArchiveSave(index, save, built) => self.save(index, save, built),
            JobStage::Ended(_) => unreachable!("nothing wakes it"),
        }
    }

    fn restore(&mut self, index: usize) -> Next {
        let Some(cache) = self.job.caches.get(index) else {
            // Without a build, these are the steps that may fail.
            let share = if matches!(self.work, Work::Nothing) { self.share_done() } else { 1.0 };
            // What runs in the background has to be there for the steps that wait for it, for the build and for
            // what a miss makes again.
            let began = self.wait_for(self.pending.before_steps, self.session.now);
            let prepared = began + self.session.job.host.serial(self.job.prepare).scaled(share);
            let until = self.wait_for(self.pending.before_build, prepared) + self.lose(share);
            return Next::Wait(until, JobStage::Prepare(began, until));
        };
        let Some(toolkit) = cache.look_up(&mut self.session) else {
            return Next::Go(JobStage::Restore(index + 1));
        };
        if !cache.restores_on(self.session.job.class) {
            let unasked = toolkit.unasked(&self.session);
            self.restored[index] = Some((toolkit, unasked));
            return Next::Go(JobStage::Restore(index + 1));
        }
        let expected = self.fresh_size(cache, &toolkit);
        let restored = toolkit.restore(&mut self.session, cache.only_looks(), expected);
        let done = self.session.now + restored.took;
        let (client, took) = (toolkit.client, restored.took);
        let fails = cache.fails_on_miss() && !restored.outcome.is_hit();
        self.restored[index] = Some((toolkit, restored));
        if cache.restores_beside() != RunsBeside::Nothing && !fails {
            self.pending.add(cache.restores_beside(), done, client);
            return Next::Go(JobStage::Restore(index + 1));
        }
        self.session.lose(Some(client), LossCause::Transfer, took);
        if fails {
            self.fail(FailureCause::CacheMiss);
            self.name_saves_after(index);
            return Next::Wait(done, JobStage::Finish(Built::Nothing));
        }
        Next::Wait(done, JobStage::Restore(index + 1))
    }

    /// The archives of the steps behind this one that only save. They run even after a failure, if they are told
    /// to; steps that restore are skipped then, and so are their post steps.
    fn name_saves_after(&mut self, index: usize) {
        for (place, cache) in self.job.caches.iter().enumerate().skip(index + 1) {
            if !cache.restores_on(self.session.job.class) {
                let toolkit = cache.look_up(&mut self.session);
                self.restored[place] = toolkit.map(|toolkit| {
                    let unasked = toolkit.unasked(&self.session);
                    (toolkit, unasked)
                });
            }
        }
    }

    fn build(&mut self) -> Next {
        match self.work {
            Work::Nothing => self.built(Built::Nothing),
            Work::Compile(plan) => {
                let archives: Vec<Rc<Archive>> =
                    self.restored.iter().flatten().filter_map(|(_, r)| r.archive.clone()).collect();
                let sccache = self.job.caches.iter().find_map(|cache| cache.wrapper());
                if sccache.is_some_and(|sccache| !sccache.starts(&self.session.job.access)) {
                    self.fail(FailureCause::SccacheServer);
                    return self.built(Built::Nothing);
                }
                let began = self.session.now;
                let (share, missing) = (self.share_done(), self.missing_crates());
                let there = (&archives[..], self.disk);
                let (compile, at) =
                    Compile::start(&mut self.session, plan.clone(), there, missing, sccache, share);
                Next::Wait(at, JobStage::Compile(began, Box::new(compile)))
            }
            Work::Image(image, target) => {
                let layers = self.job.caches.iter().find_map(|cache| cache.layers());
                let layers = layers.cloned().unwrap_or_else(Buildkit::uncached);
                let build = ImageBuild::new(&mut self.session, layers, image.clone(), target);
                Next::Go(JobStage::Image(self.session.now, Box::new(build)))
            }
        }
    }

    fn build_image(&mut self, began: SimTime, mut build: Box<ImageBuild>) -> Next {
        let share = self.share_done();
        match build.build(&mut self.session, share) {
            Some(at) => Next::Wait(at, JobStage::Image(began, build)),
            None => {
                let executed = std::mem::take(&mut build.executed);
                self.moved_layers(self.session.now - began - executed, &mut build);
                self.built(Built::Image(build))
            }
        }
    }

    fn compile(&mut self, began: SimTime, mut compile: Box<Compile>) -> Next {
        match compile.wake(&mut self.session) {
            Some(at) => Next::Wait(at, JobStage::Compile(began, compile)),
            None => {
                self.session.run.build += self.session.now - began;
                self.built(Built::Compiled(compile))
            }
        }
    }

    /// The share of the job's own work that is done before a step fails; 1 if none does.
    fn share_done(&self) -> f64 {
        self.failure.unwrap_or(1.0)
    }

    /// Ends the build: checks that everything fits on the disk, and whether a step has failed. After a failure,
    /// the remaining steps are skipped.
    fn built(&mut self, built: Built) -> Next {
        let room = self.session.job.host.disk.map(|free| free + self.job.frees);
        if room.is_some_and(|room| self.disk_used(&built) > room) {
            *self.conclusion = Conclusion::OutOfDisk;
        } else if self.failure.is_some() {
            self.fail(FailureCause::Step);
        }
        let finish = match *self.conclusion {
            Conclusion::Success => self.session.job.host.serial(self.job.finish),
            _ => Duration::ZERO,
        };
        Next::Wait(self.session.now + finish, JobStage::Finish(built))
    }

    /// Makes the job fail. The first cause is kept.
    fn fail(&mut self, failure: FailureCause) {
        *self.conclusion = Conclusion::Failed;
        self.session.run.failure.get_or_insert(failure);
    }

    /// The peak disk usage. While an archive is unpacked, its file exists beside the unpacked files; at the
    /// end of the build there is everything that was restored, built and downloaded.
    fn disk_used(&self, built: &Built) -> Bytes {
        let archives = self.restored.iter().flatten().filter_map(|(_, restored)| restored.archive.as_deref());
        let unpacking = Packed::most_while_unpacking(archives.clone().map(Archive::size));
        let built_here = match built {
            Built::Nothing => Bytes::ZERO,
            Built::Compiled(compile) => {
                let restored: Bytes = archives.map(|archive| archive.held().unpacked).sum();
                let external: Bytes = compile.external().map(|(_, size)| size.unpacked).sum();
                let workspace = compile.plan().workspace_archive().unpacked;
                // Restored workspace crates are compiled again and replaced.
                match self.job.caches.iter().any(|cache| cache.kept().members) {
                    true => restored.max(external + workspace),
                    false => restored.max(external) + workspace,
                }
            }
            Built::Image(build) => build.disk_used(),
        };
        let caches = self.job.caches.iter().zip(self.restored.iter());
        let kept: Bytes = caches.map(|(cache, restored)| self.kept_by(cache, restored, built)).sum();
        unpacking.max(built_here + kept)
    }

    /// The disk usage of a cache besides what is compiled: what it restored, or will save.
    fn kept_by(&self, cache: &Cache, restored: &Option<(Toolkit, Restored)>, built: &Built) -> Bytes {
        let Some((toolkit, restored)) = restored else { return Bytes::ZERO };
        let compiled = matches!(built, Built::Compiled(_)) && cache.kept().any();
        match &restored.archive {
            // Its workspace crates are compiled again and replaced.
            _ if compiled && cache.keeps_workspace() => Bytes::ZERO,
            Some(archive) if compiled => archive.other().unpacked,
            Some(archive) => archive.size().unpacked,
            // A `lookup-only` hit: nothing was downloaded, and nothing will be saved.
            None if restored.outcome.is_hit() => Bytes::ZERO,
            None => self.other_content(cache, toolkit).unpacked,
        }
    }

    fn export(&mut self, began: SimTime, mut build: Box<ImageBuild>) -> Next {
        match build.export(&mut self.session) {
            Exported::At(at) => return Next::Wait(at, JobStage::Export(began, build)),
            Exported::Failed(why) => self.fail_unless_ignored(why),
            Exported::Done => {}
        }
        self.moved_layers(self.session.now - began, &mut build);
        Next::Go(JobStage::ArchiveSave(self.job.caches.len(), None, Built::Image(build)))
    }

    fn fail_unless_ignored(&mut self, why: SaveOutcome) {
        let ignores = |cache: &Cache| cache.layers().is_some_and(|settings| settings.ignore_error);
        let ignored = self.job.caches.iter().any(ignores);
        if !ignored {
            self.fail(FailureCause::Export(why));
        }
    }

    /// Runs the post steps, in reverse order of the steps.
    fn save(&mut self, index: usize, save: Option<Box<ArchiveSave>>, built: Built) -> Next {
        if let Some(mut save) = save {
            return match save.wake(&mut self.session) {
                Some(at) => Next::Wait(at, JobStage::ArchiveSave(index, Some(save), built)),
                None => {
                    let took = self.session.now - save.began;
                    self.session.lose(Some(save.toolkit.client), LossCause::Transfer, took);
                    Next::Go(JobStage::ArchiveSave(index, None, built))
                }
            };
        }
        let Some(index) = index.checked_sub(1) else {
            if let Built::Image(build) = &built {
                build.settle(&mut self.session);
            }
            return Next::End(built);
        };
        match self.archive_to_save(index, &built) {
            Some((toolkit, archive)) => {
                if self.job.caches[index].overwrites() {
                    self.session.delete(toolkit.version, toolkit.key);
                }
                let (save, at) = ArchiveSave::start(&self.session, toolkit, archive);
                Next::Wait(at, JobStage::ArchiveSave(index, Some(Box::new(save)), built))
            }
            None => Next::Go(JobStage::ArchiveSave(index, None, built)),
        }
    }

    /// The content of an archive besides the parts in `kept`.
    fn other_content_beside(&self, kept: Kept, cache: &Cache, toolkit: &Toolkit) -> Packed {
        match kept.downloads {
            Some(_) => Packed::default(),
            None => self.other_content(cache, toolkit),
        }
    }

    fn other_content(&self, cache: &Cache, toolkit: &Toolkit) -> Packed {
        cache.other_content(&self.session, toolkit, self.work.plan())
    }

    /// The compressed size of an archive that is not built on an earlier one.
    fn fresh_size(&self, cache: &Cache, toolkit: &Toolkit) -> Bytes {
        let kept = cache.kept();
        match self.work.plan() {
            Some(plan) => plan.archived(kept) + self.other_content_beside(kept, cache, toolkit).compressed,
            None => self.other_content(cache, toolkit).compressed,
        }
    }
}
