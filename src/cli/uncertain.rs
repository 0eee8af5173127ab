//! `--uncertain` and `--no-uncertain`: the arguments that `run` and `compare` share.

use crate::experiment::Uncertainty;

/// Of `run` and `compare`.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct UncertainArgs {
    /// Also draw the assumptions and the unconfirmed rules.
    ///
    /// As many worlds as there are replications are simulated in addition. Each draws all inputs of the scenario's
    /// `[assumed]` at once, and the rules of the cache service that nobody can confirm. Every metric then has a
    /// prediction: the range of 90 % of what chance and the assumptions allow, or with fewer than 19 worlds only the
    /// lowest and the highest value. A scenario with `[assumed]` has
    /// predictions without this option, from its own inputs only. Inputs that --set sets are known and not drawn.
    #[arg(long, conflicts_with = "no_uncertain")]
    uncertain: bool,
    /// Do not draw what the scenario assumes.
    ///
    /// This halves the time for a scenario with `[assumed]`.
    #[arg(long, hide_short_help = true)]
    no_uncertain: bool,
}

impl UncertainArgs {
    /// Whether assumed inputs are drawn.
    pub fn uncertainty(&self) -> Uncertainty {
        match (self.uncertain, self.no_uncertain) {
            (true, _) => Uncertainty::OfService,
            (false, true) => Uncertainty::Ignored,
            (false, false) => Uncertainty::OfScenario,
        }
    }
}
