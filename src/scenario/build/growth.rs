//! Archives that nothing in the scenario ever makes begin anew.

use crate::client::{Cache, SaveIf};
use crate::diagnostic::{Diagnostic, Report};
use crate::engine::Model;
use crate::event::RefClass;
use crate::scenario::view::View;
use crate::workload::{ChangeShares, PushSource};

/// Warns of each job whose archive on main grows for as long as the simulation lasts. A recorded log says
/// itself how long that is.
pub(super) fn warn(model: &Model, root: View, report: &mut Report) {
    let PushSource::Stochastic(drawn) = &model.workload.source else { return };
    let mut told: Vec<(&str, &str)> = Vec::new();
    for workflow in model.workflows.iter().filter(|workflow| workflow.on.push_main || workflow.on.schedule) {
        for job in &workflow.jobs {
            let place = (workflow.name.as_str(), job.group.as_str());
            let grows = |cache: &&Cache| saves_on_main(cache) && cache.grows_for_ever(&drawn.changes);
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
    let help = if changes.toolchain > 0.0 {
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

fn saves_on_main(cache: &Cache) -> bool {
    let save_if = match cache {
        Cache::RustCache(client) => client.save_if,
        Cache::ActionsCache(step) => step.save_if,
        Cache::SetupTool(_) | Cache::Sccache(_) | Cache::Buildkit(_) => SaveIf::Never,
    };
    save_if.allows(RefClass::Main)
}
