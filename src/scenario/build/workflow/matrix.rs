//! The legs of a job's matrix as a scenario writes it, with its problems. GitHub's rules are in
//! [`MatrixTable`].

use super::leg::{Leg, MatrixValues};
use crate::ci::{MatrixLegs, MatrixTable};
use crate::diagnostic::{Diagnostic, Report, Span, printable};
use crate::project::System;
use crate::scenario::build::runner::system_of;
use crate::scenario::view::{ListItem, View};

/// The most legs of one job: GitHub's documented limit.
const LEGS_MAX: usize = 256;

/// All legs of a job; one without values if it has no matrix. The last axis changes fastest.
pub(in crate::scenario::build) fn legs(job: View, report: &mut Report) -> Vec<Leg> {
    if !job.has("matrix") {
        return vec![Leg::default()];
    }
    let matrix = Matrix::of(job, report);
    let count = matrix.table.combinations();
    let too_many = |count: usize, most: usize| {
        let message = format!("the matrix has {count} legs, not 1 to {most}");
        Diagnostic::error("limit-exceeded", message).at(job.span("matrix"))
    };
    if count == 0 || count > MatrixTable::<String>::COMBINATIONS_MAX {
        report.push(too_many(count, LEGS_MAX));
        return vec![Leg::default()];
    }
    let legs = matrix.legs(report);
    if legs.is_empty() || legs.len() > LEGS_MAX {
        report.push(too_many(legs.len(), LEGS_MAX));
        return vec![Leg::default()];
    }
    let mut keys: Vec<String> = Vec::new();
    for (key, _) in legs.iter().flatten() {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    legs.into_iter().map(|values| Leg::new(values, &keys)).collect()
}

/// A matrix as it is written, with the places of its tables.
struct Matrix {
    table: MatrixTable<String>,
    include: Vec<Span>,
    exclude: Vec<Span>,
}

impl Matrix {
    fn of(job: View, report: &mut Report) -> Matrix {
        let table = MatrixTable { axes: Vec::new(), include: Vec::new(), exclude: Vec::new() };
        let mut matrix = Matrix { table, include: Vec::new(), exclude: Vec::new() };
        for (name, items) in job.item_lists("matrix") {
            match name {
                "include" => {
                    (matrix.table.include, matrix.include) = tables(name, items, report).into_iter().unzip();
                }
                "exclude" => {
                    (matrix.table.exclude, matrix.exclude) = tables(name, items, report).into_iter().unzip();
                }
                axis => {
                    let values = items.iter().map(|item| values(axis, item)).collect();
                    matrix.table.axes.push((axis.to_owned(), values));
                }
            }
        }
        matrix
    }

    fn legs(&self, report: &mut Report) -> Vec<MatrixValues> {
        let MatrixLegs { legs, excluded_nothing, included_twice } = self.table.legs();
        for index in excluded_nothing {
            let message = "this `exclude` has no effect: no leg has these values";
            report.push(Diagnostic::warning("no-effect", message).at(self.exclude[index]));
        }
        for index in included_twice {
            let message = "this leg is in the matrix already";
            let place = self.include[index];
            report.push(Diagnostic::error("duplicate-name", message).at(place).help("remove it"));
        }
        legs
    }
}

/// The values that one element of an axis gives a leg.
fn values(axis: &str, item: &ListItem) -> MatrixValues {
    match item {
        ListItem::Text(text, _) => vec![(axis.to_owned(), (*text).to_owned())],
        ListItem::Texts(parts, _) => {
            parts.iter().map(|(name, text)| (format!("{axis}.{name}"), (*text).to_owned())).collect()
        }
    }
}

/// The tables of `include` or `exclude`.
fn tables(key: &str, items: Vec<ListItem>, report: &mut Report) -> Vec<(MatrixValues, Span)> {
    let mut tables = Vec::new();
    for item in items {
        match item {
            ListItem::Texts(parts, span) if !parts.is_empty() => {
                let owned = parts.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned()));
                tables.push((owned.collect(), span));
            }
            ListItem::Texts(_, span) | ListItem::Text(_, span) => {
                let message = format!("`{}` lists tables, each with values of the matrix", printable(key));
                let help = format!("write for example `{key} = [{{ os = \"ubuntu-latest\" }}]`");
                report.push(Diagnostic::error("wrong-type", message).at(span).help(help));
            }
        }
    }
    tables
}

/// One leg of a job as a strategy sees it: its system, and the texts with its values filled in.
#[derive(Debug, Clone)]
pub struct Seat {
    /// The operating system and architecture of its runner.
    pub system: System,
    leg: Leg,
}

impl Seat {
    /// The legs of a job, in the order of its matrix. Problems are not reported here but when the model is
    /// built.
    pub fn all(scenario: View, job: View) -> Vec<Seat> {
        let legs = legs(job, &mut Report::default()).into_iter();
        legs.map(|leg| Seat { system: system_of(scenario, &label(job, &leg)), leg }).collect()
    }

    /// The text, with every `{axis}` replaced by the leg's value.
    pub fn fill(&self, text: &str) -> String {
        self.leg.fill(text)
    }

    /// A key of the job with this id, with all placeholders replaced that no push changes.
    pub fn key(&self, text: &str, job: &str) -> String {
        let System { os, arch } = self.system;
        let leg = self.leg.text();
        let constant =
            [("{os}", os.runner_os()), ("{arch}", arch.runner_arch()), ("{leg}", &leg), ("{job}", job)];
        constant.iter().fold(self.fill(text), |text, (name, value)| text.replace(name, value))
    }
}

fn label(job: View, leg: &Leg) -> String {
    let table = job.named_texts("runner");
    let text = match &table {
        None => job.text("runner"),
        Some(table) => table.iter().find(|(value, ..)| leg.has(value)).map_or("", |(_, label, _)| *label),
    };
    leg.fill(text)
}
