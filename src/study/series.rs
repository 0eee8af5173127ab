use crate::outcome::{CATALOGUE, Label, Metric, Value};
use std::collections::BTreeMap;

/// One metric under one label combination, replication by replication.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The metric.
    pub metric: &'static Metric,
    /// Its labels.
    pub labels: Vec<Label>,
    /// The value in each replication, in their order. A count that did not occur is 0; a ratio or
    /// a duration of something that did not occur has no value.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// Lines up the values of all replications, in the order of the catalogue, then of the labels.
    pub(super) fn gather(replications: Vec<Vec<Value>>) -> Vec<Series> {
        let count = replications.len();
        let mut series = BTreeMap::<(usize, Vec<Label>), Series>::new();
        for (replication, values) in replications.into_iter().enumerate() {
            for Value { metric, labels, value } in values {
                let rank = rank(metric);
                let entry = series.entry((rank, labels));
                let labels = entry.key().1.clone();
                let absent = metric.zero_when_absent.then_some(0.0);
                let line = entry.or_insert_with(|| Series { metric, labels, values: vec![absent; count] });
                line.values[replication] = Some(value);
            }
        }
        series.into_values().collect()
    }
}

/// The place of a metric in the catalogue.
pub(super) fn rank(metric: &Metric) -> usize {
    CATALOGUE.iter().position(|known| known.name == metric.name).unwrap_or(usize::MAX)
}
