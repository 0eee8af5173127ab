//! `--precision` and its companions: the arguments that `run` and `compare` share.

use crate::experiment::HEADLINE;
use crate::observe::Measure;
use crate::statistics::Precision;

/// Of `run` and `compare`.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct PrecisionArgs {
    /// Add replications until this precision, such as 5%.
    ///
    /// Add replications until the relative half-width of the metric's 95 % interval is at most SHARE. For
    /// a comparison, the half-width is relative to the difference, or to a tenth of BASE's mean if the
    /// difference is smaller.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    precision: Option<f64>,
    /// Metric that --precision applies to [default: push.green{stat=mean}].
    #[arg(long, value_name = "METRIC", requires = "precision", hide_short_help = true)]
    precision_metric: Option<Measure>,
    /// Maximum number of replications, 2 to 10000.
    #[arg(long, default_value_t = 200, value_name = "N", requires = "precision", hide_short_help = true,
          value_parser = clap::value_parser!(u32).range(2..=10_000))]
    replications_max: u32,
}

impl PrecisionArgs {
    /// How many of these replications are played in any case.
    pub fn first(&self, replications: u32) -> u32 {
        if self.precision.is_some() { replications.min(self.replications_max) } else { replications }
    }

    /// The requested precision; `None` if none was requested.
    pub fn precision(&self) -> Option<Precision> {
        let headline = || HEADLINE.parse().expect("a metric of the catalogue");
        Some(Precision {
            target: self.precision?,
            measure: self.precision_metric.clone().unwrap_or_else(headline),
            replications_max: self.replications_max,
        })
    }
}

/// Parses a share such as `5%` or `0.05`, above 0 and at most 1.
fn share(text: &str) -> Result<f64, String> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let share = match text.trim().strip_suffix('%') {
        Some(percent) => number(percent).map(|percent| percent / 100.0),
        None => number(text),
    };
    share
        .filter(|share| (0.0001..=1.0).contains(share))
        .ok_or_else(|| "write a share from 0.01% to 100%, for example 5% or 0.05".into())
}
