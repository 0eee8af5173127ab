//! Reads quantities and distributions from checked values, in base units. [`View`](super::View) uses it.

use super::grammar::Quantity;
use super::tree::{Node, TreeValue};
use crate::random::Distribution;
use crate::units::{Bytes, Duration, Money, Rate, SimTime, UnitError};

/// Parses a quantity in its base unit: bytes, milliseconds, bytes per second, micro-dollars, or
/// milliseconds since 1970.
pub(super) fn amount(quantity: Quantity, text: &str) -> Result<i64, UnitError> {
    match quantity {
        Quantity::Bytes => text.parse().map(|Bytes(n)| n as i64),
        Quantity::Duration => text.parse().map(|Duration(n)| n),
        Quantity::Rate => text.parse().map(|Rate(n)| n as i64),
        Quantity::Money => text.parse().map(|Money(n)| n),
        Quantity::Time => text.parse().map(|SimTime(n)| n),
        Quantity::Factor => unreachable!("a factor is a number, not a text"),
    }
}

/// The distribution that a checked node describes, in the base unit of its quantity.
///
/// # Panics
/// If the node was not checked.
pub(super) fn distribution_of(node: &Node, of: Quantity) -> Distribution {
    let TreeValue::Table(table) = &node.value else { return Distribution::Constant(base(node, of)) };
    let (shape, entry) = table.first().expect("a distribution has a shape");
    let part = |name: &str| base(entry.node.get(name).expect("a distribution has its parts"), of);
    match shape.as_str() {
        "lognormal" => {
            let sigma = entry.node.get("sigma").and_then(Node::as_number);
            Distribution::LogNormal { median: part("median"), sigma: sigma.expect("sigma is a number") }
        }
        "uniform" => Distribution::Uniform { low: part("low"), high: part("high") },
        "exponential" => Distribution::Exponential { mean: part("mean") },
        other => panic!("`{other}` is not a distribution"),
    }
}

fn base(node: &Node, of: Quantity) -> f64 {
    if of == Quantity::Factor {
        return node.as_number().expect("a factor is a number");
    }
    let text = node.as_text().expect("a quantity is a text");
    amount(of, text).expect("quantities were checked") as f64
}
