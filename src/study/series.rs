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
    /// Whether this is the metric under exactly these labels, in any order.
    pub fn is(&self, name: &str, labels: &[(&str, &str)]) -> bool {
        let has = |(label, text): &(&str, &str)| self.labels.iter().any(|(l, t)| l == label && t == text);
        self.metric.name == name && self.labels.len() == labels.len() && labels.iter().all(has)
    }

    /// Lines up the values of all replications, in the order of the catalogue, then of the labels.
    pub(super) fn gather(replications: &[Vec<Value>]) -> Vec<Series> {
        let count = replications.len();
        let mut series = BTreeMap::<(usize, &[Label]), (&Value, Vec<Option<f64>>)>::new();
        for (replication, values) in replications.iter().enumerate() {
            for value in values {
                let absent = value.metric.zero_when_absent.then_some(0.0);
                let key = (rank(value.metric), value.labels.as_slice());
                let (_, line) = series.entry(key).or_insert_with(|| (value, vec![absent; count]));
                line[replication] = Some(value.value);
            }
        }
        let named = |(first, values): (&Value, Vec<Option<f64>>)| Series {
            metric: first.metric,
            labels: first.labels.clone(),
            values,
        };
        series.into_values().map(named).collect()
    }
}

/// The place of a metric in the catalogue.
pub(super) fn rank(metric: &Metric) -> usize {
    CATALOGUE.iter().position(|known| known.name == metric.name).unwrap_or(usize::MAX)
}
