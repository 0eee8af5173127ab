use super::Builder;
use crate::diagnostic::Diagnostic;
use crate::engine::Model;
use crate::scenario::view::View;
use crate::units::Duration;

/// Where the span comes from in which the cache fills before anything is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarmUpRule {
    /// The scenario states it.
    Stated,
    /// It is twice the retention.
    TwiceRetention,
    /// It is half of the simulated time, since twice the retention would be longer.
    HalfTheTime,
    /// It is to be detected; until it is, the model has what is fallen back to: the usual span.
    Detected,
}

/// Which rule a scenario follows.
pub(super) fn rule(model: &Model, workload: View) -> WarmUpRule {
    match (workload.has("warmup"), workload.word("warmup")) {
        (true, Some("auto")) => WarmUpRule::Detected,
        (true, Some(other)) => panic!("the reader has no meaning for `{other}`"),
        (true, None) => WarmUpRule::Stated,
        (false, _) if model.warmup < twice_retention(model) => WarmUpRule::HalfTheTime,
        (false, _) => WarmUpRule::TwiceRetention,
    }
}

/// How long the cache fills.
pub(super) fn span(model: &Model, workload: View) -> Duration {
    let stated = workload.has("warmup") && workload.word("warmup").is_none();
    match stated {
        true => workload.duration("warmup"),
        false => twice_retention(model).min(Duration(model.span().0 / 2)),
    }
}

/// What is idle is gone after one retention; the second one is for what depends on that.
fn twice_retention(model: &Model) -> Duration {
    Duration(model.cache.retention.0 * 2)
}

impl Builder {
    /// Refuses a warm-up after which nothing is left to measure.
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
