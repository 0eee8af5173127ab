//! Collecting the values of replications into series.

use cache_budget::observe::{Label, Metric, Value, metric};
use cache_budget::statistics::SeriesTable;

fn value(metric: &'static Metric, labels: &[(&'static str, &str)], value: f64) -> Value {
    let labels: Vec<Label> = labels.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    Value { metric, labels, value, weight: None, samples: None }
}

fn rows(table: SeriesTable) -> Vec<(&'static str, usize, Vec<Option<f64>>)> {
    let series = table.into_series();
    series.iter().map(|s| (s.metric.name, s.labels.len(), s.values().collect())).collect()
}

/// A count that a replication does not tell was 0; a duration that it does not tell has no value.
#[test]
fn what_a_replication_does_not_tell_is_zero_for_a_count_and_missing_for_a_duration() {
    let evicted = || value(&metric::CACHE_EVICTED_ENTRIES, &[("client", "sccache")], 3.0);
    let waited = |minutes| value(&metric::JOB_DURATION, &[("job", "check"), ("stat", "mean")], minutes);
    let pushes = |count| value(&metric::PUSH_COUNT, &[], count);
    let days = [vec![pushes(5.0)], vec![pushes(6.0), evicted(), waited(9.0)], vec![pushes(7.0)]];
    let (evictions, durations) = (vec![Some(0.0), Some(3.0), Some(0.0)], vec![None, Some(9.0), None]);
    let mut all = rows(SeriesTable::of(&days));
    all.sort_by_key(|(name, ..)| *name);
    assert_eq!(
        all,
        [
            ("cache.evicted_entries", 1, evictions),
            ("job.duration", 2, durations),
            ("push.count", 0, vec![Some(5.0), Some(6.0), Some(7.0)]),
        ]
    );
}

/// The first replications of a table are the table of the first replications.
#[test]
fn a_table_that_is_cut_is_that_of_fewer_replications() {
    let evicted = || value(&metric::CACHE_EVICTED_ENTRIES, &[("client", "sccache")], 3.0);
    let pushes = |count| value(&metric::PUSH_COUNT, &[], count);
    let days = [vec![pushes(5.0)], vec![pushes(6.0)], vec![pushes(7.0), evicted()], vec![pushes(8.0)]];
    for count in 1..=days.len() {
        let mut cut = SeriesTable::of(&days);
        cut.cut_to(count);
        assert_eq!(cut.count(), count);
        assert_eq!(rows(cut), rows(SeriesTable::of(&days[..count])));
    }
}
