//! Sizes of entries that differ by leg, as records tell them: a table of `leg` for each value of the axis that decides them.

use super::by_axis;
use crate::import::calibration::LegSize;
use crate::import::draft::client::ClientTable;
use crate::import::draft::expand::DraftJob;
use crate::import::draft::key::{AxisNames, shown};
use crate::import::draft::ledger::Ledger;
use crate::import::toml_text::{key, list, quoted};
use crate::import::workflow::{JobLeg, JobMatrix};

/// The tables of `leg` for the sizes of a job's clients.
pub(in crate::import::draft) fn sized_legs(
    workflow: &str,
    job: &DraftJob,
    names: &AxisNames,
    tables: &[ClientTable],
    ledger: &mut Ledger,
) -> Vec<String> {
    let JobMatrix::Legs(_, legs, _) = &job.found.matrix else { return Vec::new() };
    let sized = SizedJob { workflow, job, names, legs };
    let mut entries: Vec<String> = Vec::new();
    for table in tables.iter().filter(|table| !table.is_list) {
        entries.extend(sized.of_one(table, ledger));
    }
    let steps: Vec<&ClientTable> = tables.iter().filter(|table| table.is_list).collect();
    entries.extend(sized.of_list(&steps, ledger));
    entries
}

/// A job with several legs.
struct SizedJob<'a> {
    workflow: &'a str,
    job: &'a DraftJob<'a>,
    names: &'a AxisNames,
    legs: &'a [JobLeg],
}

impl SizedJob<'_> {
    /// The size of a client's entries in each leg, as far as it is known.
    fn sizes(&self, table: &ClientTable, ledger: &Ledger) -> Vec<Option<String>> {
        let index = table.index.to_string();
        let mut path = vec!["workflow", self.workflow, "job", &self.job.name, "cache", table.name];
        path.extend(table.is_list.then_some(index.as_str()));
        path.push("size");
        let sizes = ledger.calibration.leg_sizes(&path);
        let label = |leg: &JobLeg| leg.iter().map(|(_, value)| shown(value)).collect::<Vec<_>>().join(", ");
        let size = |leg: &JobLeg| sizes.iter().find(|own| own.leg == label(leg)).map(LegSize::text);
        self.legs.iter().map(size).collect()
    }

    /// The tables of a client that a job has once.
    fn of_one(&self, table: &ClientTable, ledger: &Ledger) -> Vec<String> {
        let sizes = self.sizes(table, ledger);
        let known = self.legs.iter().zip(sizes).filter_map(|(leg, size)| Some((Some(leg.clone()), size?)));
        let (legs, sizes): (Vec<Option<JobLeg>>, Vec<String>) = known.unzip();
        let Some((axis, by_value)) = by_axis(&legs, &sizes) else { return vec![] };
        let entry = |(value, size): (String, String)| {
            format!(
                "{{ when = {}, cache.{}.size = {} }}",
                self.when(&axis, [&value]),
                table.name,
                quoted(&size)
            )
        };
        by_value.into_iter().map(entry).collect()
    }

    /// The tables of the steps of which a job may have several: each has the whole list.
    fn of_list(&self, steps: &[&ClientTable], ledger: &mut Ledger) -> Vec<String> {
        let sizes: Vec<Vec<Option<String>>> = steps.iter().map(|step| self.sizes(step, ledger)).collect();
        if sizes.iter().flatten().all(Option::is_none) {
            return Vec::new();
        }
        let lists: Vec<String> = (0..self.legs.len())
            .map(|leg| {
                let items = steps.iter().zip(&sizes).map(|(step, sizes)| item(step, sizes[leg].as_deref()));
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            })
            .collect();
        let is_everywhere = |step: &&ClientTable| {
            step.is_usual && self.legs.iter().all(|leg| self.job.found.has_client(&step.found, leg))
        };
        let legs: Vec<Option<JobLeg>> = self.legs.iter().cloned().map(Some).collect();
        let Some((axis, by_value)) = by_axis(&legs, &lists).filter(|_| steps.iter().all(is_everywhere))
        else {
            let what = format!("sizes by leg of `{}`: the comment behind `size` has them", self.job.name);
            ledger.blank(&steps[0].place, what);
            return Vec::new();
        };
        let client = steps[0].name;
        let entry = |(value, list): (String, String)| {
            format!("{{ when = {}, cache.{client} = {list} }}", self.when(&axis, [&value]))
        };
        by_value.into_iter().map(entry).collect()
    }

    fn when(&self, axis: &str, values: [&String; 1]) -> String {
        format!("{{ {} = {} }}", key(&self.names.name(axis)), list(values.map(String::as_str)))
    }
}

/// A step in a list, with the size that it has in a leg.
fn item(step: &ClientTable, size: Option<&str>) -> String {
    let value = |(name, value, _): &(&str, String, String)| match (*name, size) {
        ("size", Some(size)) => format!("size = {}", quoted(size)),
        _ => format!("{name} = {value}"),
    };
    format!("{{ {} }}", step.values.iter().map(value).collect::<Vec<_>>().join(", "))
}
