//! Warns of archives that grow for ever, because nothing in the scenario makes them start from nothing
//! again (`grows-for-ever`).

use crate::client::Cache;
use crate::diagnostic::{Diagnostic, Report};
use crate::engine::Model;
use crate::event::RefClass;
use crate::project::InputId;
use crate::scenario::view::View;
use crate::workload::{ChangeShares, PushSource};

/// Warns of each job with an archive on main that grows as long as the simulation lasts. For a recorded log
/// there is no warning, because its length is given.
pub(in crate::scenario::build) fn warn(model: &Model, root: View, report: &mut Report) {
    let PushSource::Stochastic(drawn) = &model.workload.source else { return };
    let mut told: Vec<(&str, &str)> = Vec::new();
    for workflow in model.workflows.iter().filter(|workflow| workflow.on.push_main || workflow.on.schedule) {
        for job in &workflow.jobs {
            let place = (workflow.name.as_str(), job.group.as_str());
            let grows =
                |cache: &&Cache| cache.saves_on(RefClass::Main) && cache.grows_for_ever(&drawn.changes);
            if let Some(cache) = job.caches.iter().find(grows).filter(|_| !told.contains(&place)) {
                told.push(place);
                report.push(warning(place, cache, &drawn.changes, root));
            }
        }
    }
}

fn warning(place: (&str, &str), cache: &Cache, changes: &ChangeShares, root: View) -> Diagnostic {
    let (workflow, group) = place;
    let client = cache.name();
    let message = format!(
        "the archives of {client} in `{group}` grow for ever because no change resets them, so results \
         depend on the simulated time"
    );
    let help = if changes.of(InputId::TOOLCHAIN) > 0.0 {
        "put `{toolchain}` into the key and into each restore key"
    } else {
        "state how often the compiler changes: `workload.changes.toolchain`"
    };
    let named = |views: Vec<(&str, View<'_>)>, name: &str| {
        views.into_iter().find(|(known, _)| *known == name).map(|(_, view)| view.opened_at())
    };
    let jobs = root.map("workflow").into_iter().find(|(name, _)| *name == workflow);
    let at = jobs.and_then(|(_, view)| named(view.map("job"), group));
    let warning = Diagnostic::warning("grows-for-ever", message).help(help);
    match at {
        Some(at) => warning.at(at),
        None => warning,
    }
}
