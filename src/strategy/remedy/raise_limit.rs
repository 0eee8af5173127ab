//! `raise-limit`: the repository pays for a larger cache, or for less of one.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::quoted;
use crate::strategy::parameter::{Parameter, ParameterKind};
use crate::units::Bytes;

/// GitHub sells space above the 10 GB that are included.
pub static RAISE_LIMIT: Strategy = Strategy {
    name: "raise-limit",
    title: "Raise the limit",
    summary: "The repository can hold more before a sweep evicts; GitHub bills what is above 10 GB. A size below the \
        present limit lowers it.",
    edit: "Settings → Actions → General → Cache size eviction limit; above 10 GB it needs a payment method and a plan that allows it.",
    evidence: "0.07 USD per GB in 30 days above the included 10 GB (GitHub's documentation). Helps only \
        against eviction; a repository with a limit of 50 GB used 36.6 GB (unslothai/unsloth#8167).",
    applies_to: &[],
    parameter: Some(Parameter { kind: ParameterKind::Size, default: "20GB", also_tried: &[] }),
    not_applicable_because: "the limit is already this size",
    changes,
};

fn changes(scenario: View, size: &str) -> Vec<Change> {
    let differs = size.parse().is_ok_and(|size: Bytes| size != scenario.table("cache").bytes("limit"));
    differs.then(|| Change::new(["cache", "limit"], quoted(size))).into_iter().collect()
}
