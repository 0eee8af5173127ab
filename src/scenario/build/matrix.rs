//! The legs of a job's matrix, by GitHub's rules ("Running variations of jobs in a workflow"): all
//! combinations of the axes, without those of `exclude`; then each table of `include` completes the
//! combinations that it does not contradict, or becomes a leg of its own.

use super::leg::{Leg, MatrixValues};
use super::runner::system_of;
use crate::diagnostic::{Diagnostic, Report, Span, printable};
use crate::project::System;
use crate::scenario::view::{ListItem, View};

/// The most legs of one job: GitHub's documented limit.
const LEGS_MAX: usize = 256;
/// The most combinations of the axes, before any is excluded.
const COMBINATIONS_MAX: usize = 65_536;

/// All legs of a job; one without values if it has no matrix. The last axis changes fastest.
pub(super) fn legs(job: View, report: &mut Report) -> Vec<Leg> {
    if !job.has("matrix") {
        return vec![Leg::default()];
    }
    let matrix = Matrix::of(job, report);
    let count = matrix.axes.iter().map(|(_, values)| values.len()).fold(1, usize::saturating_mul);
    let too_many = |count: usize, most: usize| {
        let message = format!("the matrix has {count} legs, not 1 to {most}");
        Diagnostic::error("limit-exceeded", message).at(job.span("matrix"))
    };
    if count == 0 || count > COMBINATIONS_MAX {
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

/// A matrix as it is written.
struct Matrix {
    /// Each axis with its values.
    axes: Vec<(String, Vec<MatrixValues>)>,
    include: Vec<(MatrixValues, Span)>,
    exclude: Vec<(MatrixValues, Span)>,
}

impl Matrix {
    fn of(job: View, report: &mut Report) -> Matrix {
        let mut matrix = Matrix { axes: Vec::new(), include: Vec::new(), exclude: Vec::new() };
        for (name, items) in job.item_lists("matrix") {
            match name {
                "include" => matrix.include = tables(name, items, report),
                "exclude" => matrix.exclude = tables(name, items, report),
                axis => {
                    matrix.axes.push((axis.to_owned(), items.iter().map(|item| values(axis, item)).collect()))
                }
            }
        }
        matrix
    }

    fn legs(&self, report: &mut Report) -> Vec<MatrixValues> {
        let mut legs: Vec<MatrixValues> = match self.axes.is_empty() {
            true => Vec::new(),
            false => vec![Vec::new()],
        };
        for (_, values) in &self.axes {
            legs = legs.iter().flat_map(|leg| values.iter().map(|own| [&leg[..], own].concat())).collect();
        }
        self.remove_excluded(&mut legs, report);
        let original = legs.len();
        for (own, span) in &self.include {
            let fitting: Vec<usize> = (0..original).filter(|leg| self.fits(own, &legs[*leg])).collect();
            fitting.iter().for_each(|leg| complete(&mut legs[*leg], own));
            if fitting.is_empty() && legs.contains(own) {
                let message = "this leg is in the matrix already";
                report.push(Diagnostic::error("duplicate-name", message).at(*span).help("remove it"));
            } else if fitting.is_empty() {
                legs.push(own.clone());
            }
        }
        legs
    }

    fn remove_excluded(&self, legs: &mut Vec<MatrixValues>, report: &mut Report) {
        for (own, span) in &self.exclude {
            let before = legs.len();
            legs.retain(|leg| !own.iter().all(|value| leg.contains(value)));
            if legs.len() == before {
                let message = "this `exclude` has no effect: no leg has these values";
                report.push(Diagnostic::warning("no-effect", message).at(*span));
            }
        }
    }

    /// True if a table of `include` changes no value that a combination has from its axes.
    fn fits(&self, own: &MatrixValues, leg: &MatrixValues) -> bool {
        let of_axis = |key: &str| {
            let axis = key.split('.').next().unwrap_or_default();
            self.axes.iter().any(|(name, _)| name == axis || name == key)
        };
        own.iter().all(|(key, value)| {
            let known = leg.iter().find(|(other, _)| other == key).filter(|_| of_axis(key));
            known.map_or(!of_axis(key), |(_, known)| known == value)
        })
    }
}

/// Gives a leg these values, too.
fn complete(leg: &mut MatrixValues, own: &MatrixValues) {
    for (key, value) in own {
        match leg.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => known.clone_from(value),
            None => leg.push((key.clone(), value.clone())),
        }
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
}

fn label(job: View, leg: &Leg) -> String {
    let table = job.named_texts("runner");
    let text = match &table {
        None => job.text("runner"),
        Some(table) => table.iter().find(|(value, ..)| leg.has(value)).map_or("", |(_, label, _)| *label),
    };
    leg.fill(text)
}
