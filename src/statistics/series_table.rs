//! Collects the values of replications as they come. A replication tells thousands of values with their labels; of
//! ten thousand replications only the numbers are kept, and each label once.

use super::series::{Series, rank};
use crate::observe::{Label, Measure, Value};
use std::collections::BTreeMap;

/// The series of all metrics of the replications so far.
#[derive(Debug, Clone, Default)]
pub struct SeriesTable {
    /// In the order in which they were first told.
    rows: Vec<SeriesRow>,
    /// The row of each metric, by its place in the catalogue, and labels.
    places: BTreeMap<usize, BTreeMap<Vec<Label>, usize>>,
    replications: usize,
}

#[derive(Debug, Clone)]
struct SeriesRow {
    /// The first replication that has told of it.
    since: usize,
    series: Series,
}

impl SeriesRow {
    fn is_of(&self, value: &Value) -> bool {
        std::ptr::eq(self.series.metric, value.metric) && self.series.labels == value.labels
    }
}

impl SeriesTable {
    /// The values of these replications.
    pub fn of(replications: &[Vec<Value>]) -> SeriesTable {
        let mut table = SeriesTable::default();
        replications.iter().for_each(|values| table.add(values));
        table
    }

    /// Number of replications.
    pub fn count(&self) -> usize {
        self.replications
    }

    /// Adds the values of the next replication. Mostly they come in the order of those before it.
    pub fn add(&mut self, values: &[Value]) {
        let mut expected = 0;
        for value in values {
            let is_next = self.rows.get(expected).is_some_and(|row| row.is_of(value));
            let place = if is_next { expected } else { self.place(value) };
            self.rows[place].series.enter(self.replications, value);
            expected = place + 1;
        }
        self.replications += 1;
    }

    /// The row of a value, a new one if need be.
    fn place(&mut self, value: &Value) -> usize {
        let places = self.places.entry(rank(value.metric)).or_default();
        if let Some(place) = places.get(value.labels.as_slice()) {
            return *place;
        }
        let place = self.rows.len();
        places.insert(value.labels.clone(), place);
        self.rows
            .push(SeriesRow { since: self.replications, series: Series::empty(value.metric, &value.labels) });
        place
    }

    /// Keeps only the first replications.
    pub fn cut_to(&mut self, replications: usize) {
        self.replications = self.replications.min(replications);
        self.rows.retain(|row| row.since < replications);
        self.places.clear();
        for (place, SeriesRow { series, .. }) in self.rows.iter_mut().enumerate() {
            series.cut_to(replications);
            self.places.entry(rank(series.metric)).or_default().insert(series.labels.clone(), place);
        }
    }

    /// The series of one measure. If it was never measured, it has no values, or zeros.
    pub fn series_of(&self, measure: &Measure) -> Series {
        let mut all = self.rows.iter().map(|row| &row.series);
        let known = all.find(|series| measure.is(series.metric, &series.labels)).cloned();
        let mut series = known.unwrap_or_else(|| Series::empty(measure.metric, &measure.labels));
        series.lengthen(self.replications);
        series
    }

    /// All series, each with a place for every replication, in the order of the catalogue and then of the labels.
    pub fn into_series(self) -> Vec<Series> {
        let SeriesTable { rows, places, replications } = self;
        let mut rows: Vec<Option<Series>> = rows.into_iter().map(|row| Some(row.series)).collect();
        let places = places.into_values().flat_map(BTreeMap::into_values);
        let whole = |place: usize| {
            let mut series = rows[place].take()?;
            series.lengthen(replications);
            Some(series)
        };
        places.filter_map(whole).collect()
    }
}
