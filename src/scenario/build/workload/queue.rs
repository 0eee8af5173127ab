//! Warns where the merge queue merges what GitHub's would not, or not yet (`merges-early`): pushes are drawn before
//! anything runs, so a group is merged after a stated time, whatever its runs come to.

use crate::ci::{Job, Workflow};
use crate::diagnostic::{Diagnostic, Report};
use crate::engine::Model;
use crate::scenario::view::View;
use crate::units::Duration;
use crate::workload::PushSource;

/// Warns of a job of merge groups that cannot have ended by then, and of one that may fail.
pub(in crate::scenario::build) fn warn(model: &Model, workload: View, report: &mut Report) {
    let PushSource::Stochastic(drawn) = &model.workload.source else { return };
    if !drawn.merge_queue || drawn.pull_requests.merged == 0.0 {
        return;
    }
    let jobs = || model.workflows.iter().filter(|workflow| workflow.required).flat_map(of_groups);
    let late = jobs().find(|job| least(job) > drawn.queue_time).map(|job| {
        let (took, queued) = (least(job), drawn.queue_time);
        format!("`{}` takes at least {took}, and a merge group is merged after {queued}", job.group)
    });
    let red = jobs().find(|job| job.fails > 0.0 && !job.continue_on_error).map(|job| {
        let share = 100.0 * job.fails;
        format!("`{}` fails in {share:.0} % of its runs, and a merge group is merged all the same", job.group)
    });
    for message in late.into_iter().chain(red) {
        let help = "GitHub merges a group once its required checks have passed, and takes it out of the queue if one \
                    fails: state a `merge-queue-time` that is long enough, and fewer merges (`pull-requests.merged`)";
        report.push(Diagnostic::warning("merges-early", message).at(workload.opened_at()).help(help));
    }
}

/// The jobs of a workflow that run for merge groups.
fn of_groups(workflow: &Workflow) -> impl Iterator<Item = &Job> {
    let jobs = workflow.jobs.iter().filter(|_| workflow.on.merge_group);
    jobs.filter(|job| job.on.is_none_or(|on| on.merge_group))
}

/// The time of its fixed steps on a machine of nominal speed.
fn least(job: &Job) -> Duration {
    job.setup + job.prepare + job.finish
}
