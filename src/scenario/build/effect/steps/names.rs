//! The keys of a step as any run writes them. What only a run knows of itself is left open in them.

use crate::ci::{Job, Runner, Workflow};
use crate::client::{ArchiveName, Cache, GithubContext, JobContext, OpenValue};
use crate::event::{JobId, RefClass, RefKind, RunId};
use crate::project::Checkout;
use crate::service::Access;
use crate::units::SimTime;
use std::rc::Rc;

/// The version and the name of an archive.
pub(super) type VersionedName = (String, ArchiveName);

/// The version and name of a job's archive at each distance, in the order of `Distance`.
pub(super) fn names(
    workflow: &Workflow,
    job: &Job,
    cache: &Cache,
    runner: &Runner,
    checkout: &Rc<Checkout>,
) -> Option<[VersionedName; 3]> {
    let [own, main] = [OpenValue::Ref, OpenValue::MainRef].map(|open| open.mark().to_string());
    // The hash of a commit differs from that of another one and of any file in its first digit.
    let runs = [(&own, u64::MAX), (&own, u64::MAX >> 1), (&main, u64::MAX >> 1)];
    let [same_push, same_ref, on_main] = runs.map(|(ref_name, push)| {
        let any = GithubContext::of_any_run(&workflow.name, push);
        let name = cache.archive_name(&context(job, runner, ref_name, any, checkout))?;
        Some((name.version(runner.system.os), name))
    });
    Some([same_push?, same_ref?, on_main?])
}

/// A run of a job on main, in a workflow of this name, as far as keys depend on it.
pub(in crate::scenario::build) fn run_context(
    job: &Job,
    runner: &Runner,
    workflow: &str,
    checkout: &Rc<Checkout>,
) -> JobContext {
    let github = GithubContext { workflow: workflow.to_owned(), ..GithubContext::default() };
    context(job, runner, "main", github, checkout)
}

/// A run of a job as far as keys depend on it. Its id is that of its push, too.
fn context(
    job: &Job,
    runner: &Runner,
    ref_name: &str,
    github: GithubContext,
    checkout: &Rc<Checkout>,
) -> JobContext {
    JobContext {
        run: RunId(0),
        identity: 0,
        job: JobId(0),
        job_name: job.group.as_str().into(),
        ref_name: ref_name.into(),
        class: RefClass::Main,
        kind: RefKind::Main,
        access: Access::new(&[], None),
        from_fork: false,
        cache_mode: job.cache_mode,
        checkout: Rc::clone(checkout),
        push: 0,
        push_id: github.run_id,
        host: runner.host(1.0),
        started: SimTime(i64::from(github.run_id == u64::MAX)),
        github: Rc::new(github),
    }
}
