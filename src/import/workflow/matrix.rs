//! The legs of a job, as far as its matrix can be decided.

use crate::ci::{LegValues, MatrixTable};
use crate::import::expression::{Contexts, Decider, ExprValue, Truth};
use crate::import::yaml::{YamlContent, YamlNode};

/// A leg of a job: keys of its matrix with their values.
pub type JobLeg = LegValues<ExprValue>;

/// The legs of a job.
#[derive(Debug, Clone, PartialEq)]
pub enum JobMatrix {
    /// It has no matrix.
    Single,
    /// The matrix as a table, its legs, and what of it is not known: an axis of which no value is known has one value that
    /// is unknown.
    Legs(MatrixTable<ExprValue>, Vec<JobLeg>, Vec<String>),
    /// The legs cannot be decided: why.
    Dynamic(String),
}

/// The most legs of a job: GitHub's documented limit.
const LEGS_MAX: usize = 256;
/// The most combinations of axes, before any is excluded, and the most tables of `include` or `exclude`.
const COMBINATIONS_MAX: usize = 10_000;
const TABLES_MAX: usize = 1_000;

impl JobMatrix {
    /// The legs of the matrix of this `strategy`.
    pub fn of(strategy: Option<&YamlNode>, decider: &Decider, contexts: &dyn Contexts) -> JobMatrix {
        let Some(node) = strategy.and_then(|strategy| strategy.get("matrix")) else {
            return JobMatrix::Single;
        };
        match decider.yaml(node, contexts) {
            ExprValue::Object(entries) if !entries.is_empty() => of_entries(&entries),
            ExprValue::Null | ExprValue::Object(_) => JobMatrix::Single,
            ExprValue::Unknown(why) => JobMatrix::Dynamic(why),
            _ => JobMatrix::Dynamic("`matrix` is not a mapping".to_owned()),
        }
    }

    /// The number of legs, if it can be decided.
    pub fn count(&self) -> Option<usize> {
        match self {
            JobMatrix::Legs(.., unknown) if !unknown.is_empty() => None,
            JobMatrix::Dynamic(_) => None,
            known => Some(known.legs()),
        }
    }

    /// The number of legs, as far as they are known.
    pub fn legs(&self) -> usize {
        if let JobMatrix::Legs(_, legs, _) = self { legs.len() } else { 1 }
    }

    /// The legs to look at, which are all: `None` stands for one of which nothing is known. A combination that is left out
    /// could be the one that a condition is about.
    pub fn each(&self) -> Vec<Option<JobLeg>> {
        match self {
            JobMatrix::Single => vec![Some(Vec::new())],
            JobMatrix::Dynamic(_) => vec![None],
            JobMatrix::Legs(_, legs, _) => legs.iter().cloned().map(Some).collect(),
        }
    }
}

fn of_entries(entries: &[(String, ExprValue)]) -> JobMatrix {
    let mut table = MatrixTable { axes: Vec::new(), include: Vec::new(), exclude: Vec::new() };
    let mut unknown: Vec<String> = Vec::new();
    for (name, value) in entries {
        let is_table = ["include", "exclude"].contains(&name.as_str());
        let items = match value.bare() {
            ExprValue::List(items) => items,
            ExprValue::Null if is_table => continue,
            ExprValue::Unknown(why) if is_table => {
                unknown.push(why.clone());
                continue;
            }
            ExprValue::Unknown(why) => {
                unknown.push(why.clone());
                table.axes.push((name.clone(), vec![vec![(name.clone(), value.bare().clone())]]));
                continue;
            }
            _ => return JobMatrix::Dynamic(format!("`{name}` of the matrix is not a list")),
        };
        if let Some(ExprValue::Unknown(why)) = items.iter().find(|item| is_table && is_unknown(item)) {
            unknown.push(why.clone());
            continue;
        }
        match name.as_str() {
            "include" => table.include = items.iter().map(members).collect(),
            "exclude" => table.exclude = items.iter().map(members).collect(),
            axis => table.axes.push((axis.to_owned(), items.iter().map(|item| flat(axis, item)).collect())),
        }
    }
    let is_known = |values: &Vec<JobLeg>| !values.iter().flatten().any(|(_, value)| is_open(value));
    let none_known = table.include.is_empty() && !table.axes.iter().any(|(_, values)| is_known(values));
    if let Some(why) = unknown.first().filter(|_| none_known) {
        return JobMatrix::Dynamic(why.clone());
    }
    unknown.extend(settle(&mut table));
    let tables = table.include.len().max(table.exclude.len());
    if table.combinations() > COMBINATIONS_MAX || tables > TABLES_MAX {
        return JobMatrix::Dynamic(format!("more than {LEGS_MAX} legs, which GitHub refuses"));
    }
    let legs = table.legs().legs;
    match legs.len() {
        0 => JobMatrix::Dynamic("the matrix has no legs".to_owned()),
        count if count > LEGS_MAX => {
            JobMatrix::Dynamic(format!("more than {LEGS_MAX} legs, which GitHub refuses"))
        }
        _ => JobMatrix::Legs(table, legs, unknown),
    }
}

fn is_unknown(value: &ExprValue) -> bool {
    value.known_text().is_none() && !matches!(value.bare(), ExprValue::List(_) | ExprValue::Object(_))
}

fn is_open(value: &ExprValue) -> bool {
    matches!(value.bare(), ExprValue::Unknown(_))
}

/// GitHub compares the values of `include` and `exclude` with those of the axes as expressions do: `3.9` is `'3.9'`.
/// Here each becomes the value of the axis that it equals, under the name that the axis has: names have no case. Those that
/// cannot be compared are handed back.
fn settle(table: &mut MatrixTable<ExprValue>) -> Vec<String> {
    let of_axes: JobLeg =
        table.axes.iter().flat_map(|(_, values)| values.iter().flatten().cloned()).collect();
    let mut unknown = Vec::new();
    for (name, value) in table.include.iter_mut().chain(&mut table.exclude).flatten() {
        if let Some((axis, _)) = of_axes.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
            name.clone_from(axis);
        }
        let own = || of_axes.iter().filter(|(other, _)| other == name).map(|(_, other)| other);
        if own().any(|other| other == value) {
            continue;
        }
        match own().find(|other| other.equals(value) != Truth::No) {
            Some(other) if other.equals(value) == Truth::Yes => *value = other.clone(),
            Some(ExprValue::List(_) | ExprValue::Object(_)) | None => {}
            Some(_) => unknown.push(format!("`{name}` of `include` or `exclude`")),
        }
    }
    unknown
}

/// The keys that a table of `include` or `exclude` names.
fn members(item: &ExprValue) -> JobLeg {
    match item.bare() {
        ExprValue::Object(members) => members.iter().flat_map(|(name, value)| flat(name, value)).collect(),
        _ => Vec::new(),
    }
}

/// The keys that one value of an axis gives a leg: one, or one for each member of an object.
fn flat(name: &str, value: &ExprValue) -> JobLeg {
    match value.bare() {
        ExprValue::Object(members) if !members.is_empty() => {
            members.iter().flat_map(|(member, value)| flat(&format!("{name}.{member}"), value)).collect()
        }
        other => vec![(name.to_owned(), other.clone())],
    }
}

impl Decider {
    /// The value of a part of a YAML file, with the expressions in its texts evaluated.
    pub fn yaml(&self, node: &YamlNode, contexts: &dyn Contexts) -> ExprValue {
        match &node.data {
            YamlContent::Null => ExprValue::Null,
            YamlContent::Bool(value) => ExprValue::Bool(*value),
            YamlContent::Number(value) => ExprValue::Number(*value),
            YamlContent::Text(text) => self.text(text, contexts),
            YamlContent::List(items) => {
                ExprValue::List(items.iter().map(|item| self.yaml(item, contexts)).collect())
            }
            YamlContent::Map(entries) => {
                let entry = |(name, value): &(String, YamlNode)| (name.clone(), self.yaml(value, contexts));
                ExprValue::Object(entries.iter().map(entry).collect())
            }
        }
    }
}
