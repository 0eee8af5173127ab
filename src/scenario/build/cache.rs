use super::lookup::at_least;
use crate::ci::Runner;
use crate::diagnostic::{Diagnostic, Report};
use crate::engine::CleanUp;
use crate::scenario::view::View;
use crate::service::{EvictionOrder, Limits, OverQuota, Sweep, Touch};
use crate::units::Duration;

/// The cache service's settings.
pub(super) fn limits(view: View, report: &mut Report) -> Limits {
    if view.word("sweep") == Some("none") && view.is_changed("retention") {
        let message = "`retention` has no effect beside `sweep = \"none\"`";
        let diagnostic = Diagnostic::warning("no-effect", message).at(view.span("retention"));
        report.push(diagnostic.related(view.span("sweep"), "nothing is ever removed: no entry expires"));
    }
    Limits {
        limit: view.bytes("limit"),
        retention: view.duration("retention"),
        sweep: sweep(view, report),
        order: match view.text("order") {
            "oldest-created" => EvictionOrder::OldestCreated,
            _ => EvictionOrder::LeastRecentlyAccessed,
        },
        touch: match view.text("touch") {
            "download" => Touch::Download,
            _ => Touch::LookUp,
        },
        uploads_per_minute: super::runner::at_most(view, "uploads-per-minute"),
        downloads_per_minute: super::runner::at_most(view, "downloads-per-minute"),
        over_quota: match view.text("over-quota") {
            "reject" => OverQuota::Reject,
            _ => OverQuota::Evict,
        },
        visibility_lag: view.duration("visibility-lag"),
        reservation: view.duration("reservation"),
        budget: view.has("budget").then(|| view.bytes("budget")),
    }
}

/// What deletes the entries of closed pull requests, if anything does.
pub(super) fn clean_up(view: View, runners: &[Runner]) -> Option<CleanUp> {
    let runner = runners.iter().position(|runner| runner.name == "ubuntu-latest")?;
    view.has("delete-closed-after").then(|| CleanUp { after: view.duration("delete-closed-after"), runner })
}

fn sweep(view: View, report: &mut Report) -> Sweep {
    let period = match view.word("sweep") {
        Some("instant") => return Sweep::Instant,
        Some("none") => return Sweep::Never,
        Some("daily") => Duration::DAY,
        Some(_) => Duration::HOUR,
        None => at_least(Duration::SECOND, view, "sweep", report),
    };
    let phase = view.has("sweep-phase").then(|| Duration(view.duration("sweep-phase").0 % period.0));
    Sweep::Every { period, phase }
}
