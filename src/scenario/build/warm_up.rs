//! The length of the warm-up, in which the cache fills and nothing is measured, and the rule it comes from.
//! It is only detected in `experiment`; `docs/model.md` ("How certain a number is") gives the reasons.

use super::Builder;
use crate::diagnostic::Diagnostic;
use crate::engine::Model;
use crate::scenario::view::View;
use crate::units::Duration;

/// The rule that the length of the warm-up follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarmUpRule {
    /// The scenario states it, or the cache is filled from a listing and needs none.
    Stated,
    /// It is twice the retention.
    TwiceRetention,
    /// It is half of the simulated time, because twice the retention would be longer.
    HalfTheTime,
    /// It has to be detected. Until then the model has the length to fall back to.
    Detected,
}

/// The rule that a scenario follows.
pub(super) fn rule(model: &Model, root: View) -> WarmUpRule {
    let workload = root.table("workload");
    if root.table("cache").has("initial") {
        return WarmUpRule::Stated;
    }
    match (workload.has("warmup"), workload.word("warmup")) {
        (true, Some("auto")) => WarmUpRule::Detected,
        (true, Some(other)) => panic!("the reader has no meaning for `{other}`"),
        (true, None) => WarmUpRule::Stated,
        (false, _) if model.warmup < twice_retention(model) => WarmUpRule::HalfTheTime,
        (false, _) => WarmUpRule::TwiceRetention,
    }
}

/// The length of the warm-up, before any detection.
pub(super) fn span(model: &Model, workload: View) -> Duration {
    let stated = workload.has("warmup") && workload.word("warmup").is_none();
    match stated {
        true => workload.duration("warmup"),
        false => twice_retention(model).min(Duration(model.span().0 / 2)),
    }
}

/// Idle entries are removed after one retention; the second one is for everything that depends on them.
fn twice_retention(model: &Model) -> Duration {
    Duration(model.cache.retention.0 * 2)
}

impl Builder {
    /// Refuses a warm-up that leaves nothing to measure.
    pub(super) fn refuse_too_long_warmup(&mut self, model: &Model, workload: View) {
        let span = model.span();
        if model.warmup >= span {
            let message =
                format!("the warm-up ({}) is not shorter than the simulated time ({span})", model.warmup);
            let diagnostic = Diagnostic::error("out-of-range", message).at(workload.span("warmup"));
            self.report
                .push(diagnostic.help("nothing would be measured: shorten `warmup` or simulate more days"));
        }
    }
}
