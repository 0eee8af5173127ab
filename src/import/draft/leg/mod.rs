//! What is different in some legs of a job, as tables of `leg`: runners, and clients that they do not have.

pub(super) mod size;

use super::client::ClientTable;
use super::expand::DraftJob;
use super::key::{AxisNames, literal, runner_name, shown};
use super::ledger::Ledger;
use crate::import::expression::{ExprValue, KeyPiece, KeyText, Varying};
use crate::import::found::{FoundClient, Saves, Situation};
use crate::import::toml_text::{key, list, quoted};
use crate::import::workflow::{JobLeg, JobMatrix};
use crate::project::{Os, System};

/// Keys of the matrix with the values that are meant.
type LegChoice = Vec<(String, Vec<String>)>;

/// The most legs that are named one by one.
const NAMED_MAX: usize = 32;

/// The runners of a job.
pub(super) enum JobRunner {
    /// The file says none.
    Unsaid,
    /// That of some leg is not known.
    Unknown,
    /// All legs have the same, but for values of the matrix in it.
    Alike(KeyText),
    /// The values of an axis, each with its runner.
    ByAxis(Vec<(String, String)>),
    /// That of most legs, and those of the others with the keys of the matrix that tell them.
    ByLeg { usual: String, others: Vec<(LegChoice, String)> },
    /// A scenario cannot tell the legs apart; that of the first one.
    Undecided(String),
}

impl JobRunner {
    /// Those of a job in these legs, and all their labels as far as they are known.
    pub fn of(base: Situation, job: &DraftJob, legs: &[Option<JobLeg>]) -> (JobRunner, Vec<String>) {
        let written = job.node.runs_on();
        let label = |leg: &Option<JobLeg>| {
            let scope = base.scope(job.node, leg.as_ref(), &base.inputs());
            base.decider.text(&written, &scope).labels()
        };
        let labels: Vec<KeyText> = legs.iter().map(label).collect();
        let known = |label: &KeyText| runner_name(label).filter(|label| !label.is_empty());
        let Some(named) = labels.iter().map(known).collect::<Option<Vec<String>>>() else {
            return (if written.is_empty() { JobRunner::Unsaid } else { JobRunner::Unknown }, Vec::new());
        };
        let alike = labels.iter().all(|label| label == &labels[0] || same_pieces(label, &labels[0]));
        if alike && are_plain(legs, &labels[0]) {
            return (JobRunner::Alike(labels[0].clone()), named);
        }
        let named: Vec<String> = named.iter().map(|label| literal(label)).collect();
        let runner = match by_axis(legs, &named) {
            Some((_, table)) => JobRunner::ByAxis(table),
            None => JobRunner::by_leg(legs, &named),
        };
        (runner, named)
    }

    /// Those of legs that no axis alone tells apart.
    fn by_leg(legs: &[Option<JobLeg>], known: &[String]) -> JobRunner {
        let mut different: Vec<&String> = Vec::new();
        for label in known {
            if !different.contains(&label) {
                different.push(label);
            }
        }
        let place = |label: &String| different.iter().position(|own| *own == label).into_iter().collect();
        let places: Vec<Vec<usize>> = known.iter().map(place).collect();
        let count = |at: &usize| places.iter().filter(|own| **own == [*at]).count();
        // The first of several that are as frequent: `max_by_key` takes the last.
        let usual = (0..different.len()).rev().max_by_key(count).unwrap_or_default();
        let all: Option<Vec<JobLeg>> = legs.iter().cloned().collect();
        match all.and_then(|all| choices(&all, &places, &[usual])) {
            Some(choices) => {
                let named = |(when, own): (LegChoice, Vec<usize>)| (when, different[own[0]].clone());
                let others = choices.into_iter().map(named).collect();
                JobRunner::ByLeg { usual: different[usual].clone(), others }
            }
            None => JobRunner::Undecided(known[0].clone()),
        }
    }
}

/// The usual runner of the one system that an expression names, if that is not Linux.
pub(super) fn named_system(expression: &str) -> Option<&'static str> {
    let text = expression.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let is_choice = has(&["==", "!=", "&&", "contains("]);
    match System::of_label(&text).os {
        _ if is_choice || has(&["linux", "ubuntu"]) => None,
        Os::Windows if !has(&["mac", "osx", "darwin"]) => Some("windows-latest"),
        Os::MacOs if !has(&["windows"]) => Some("macos-latest"),
        _ => None,
    }
}

/// The tables of `leg` for legs that run elsewhere than the others.
pub(super) fn runner_legs(base: Situation, job: &DraftJob, names: &AxisNames) -> Vec<String> {
    let JobMatrix::Legs(_, legs, _) = &job.found.matrix else { return Vec::new() };
    let legs: Vec<Option<JobLeg>> = legs.iter().cloned().map(Some).collect();
    let (JobRunner::ByLeg { others, .. }, _) = JobRunner::of(base, job, &legs) else { return Vec::new() };
    let entry = |(when, label): &(LegChoice, String)| {
        format!("{{ when = {}, runner = {} }}", shown_choice(when, names), quoted(label))
    };
    others.iter().map(entry).collect()
}

/// The tables of `leg` for the clients of a job.
pub(super) fn absent_clients(
    workflow: &str,
    job: &DraftJob,
    names: &AxisNames,
    tables: &[ClientTable],
    ledger: &mut Ledger,
) -> Vec<String> {
    let JobMatrix::Legs(_, legs, _) = &job.found.matrix else { return Vec::new() };
    let mut entries: Vec<String> = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for table in tables {
        if done.contains(&table.name) {
            continue;
        }
        done.push(table.name);
        let steps: Vec<&ClientTable> = tables.iter().filter(|other| other.name == table.name).collect();
        let own = |leg: &JobLeg| -> Vec<usize> {
            (0..steps.len()).filter(|at| job.found.has_client(&steps[*at].found, leg)).collect()
        };
        let there: Vec<Vec<usize>> = legs.iter().map(own).collect();
        let usual: Vec<usize> = (0..steps.len()).filter(|at| steps[*at].is_usual).collect();
        match choices(legs, &there, &usual) {
            Some(choices) => {
                for (when, own) in choices {
                    let path = ["workflow", workflow, "job", &job.name, "leg", &entries.len().to_string()];
                    let value = in_leg(&steps, &own, &path, ledger);
                    entries.push(format!(
                        "{{ when = {}, cache.{} = {value} }}",
                        shown_choice(&when, names),
                        table.name
                    ));
                }
            }
            None => {
                for (at, step) in steps.iter().enumerate() {
                    if there.iter().any(|own| own.contains(&at) != step.is_usual) {
                        ledger
                            .blank(&step.place, format!("which legs of `{}` have {}", job.name, table.name));
                    }
                }
            }
        }
    }
    entries
}

/// The tables of `leg` for clients that save in some legs and not in others.
pub(super) fn saving_legs(
    job: &DraftJob,
    names: &AxisNames,
    tables: &[ClientTable],
    ledger: &mut Ledger,
) -> Vec<String> {
    let JobMatrix::Legs(_, legs, _) = &job.found.matrix else { return Vec::new() };
    let mut entries = Vec::new();
    for table in tables.iter().filter(|table| table.saves_by_leg) {
        let Some(choices) = saves_of_legs(&table.found, legs) else {
            ledger.blank(&table.place, format!("which runs save: {}", table.found.save_condition()));
            continue;
        };
        entries.extend(choices.iter().map(|(when, rule)| {
            let when = shown_choice(when, names);
            format!("{{ when = {when}, cache.{}.save-if = \"{rule}\" }}", table.name)
        }));
    }
    entries
}

/// The legs that do not save in every run, with the word for those that do; `None` if that is not known for each, or a
/// scenario cannot tell them apart.
fn saves_of_legs(found: &FoundClient, legs: &[JobLeg]) -> Option<Vec<(LegChoice, &'static str)>> {
    const RULES: [Saves; 3] = [Saves::Always, Saves::DefaultBranch, Saves::Never];
    let known = found.saves_by_leg()?;
    let rule = |leg: &JobLeg| {
        let own = known.iter().find(|(other, _)| other == leg).map_or(Saves::Always, |(_, rule)| *rule);
        RULES.iter().position(|rule| *rule == own).map(|place| vec![place])
    };
    let rules: Vec<Vec<usize>> = legs.iter().map(rule).collect::<Option<_>>()?;
    let is_seen = |leg: &JobLeg| found.runs.iter().any(|(run, _)| run.leg.as_ref() == Some(leg));
    let choices = legs.iter().all(is_seen).then(|| choices(legs, &rules, &[0]))??;
    Some(choices.into_iter().map(|(when, rule)| (when, RULES[rule[0]].word())).collect())
}

/// The value of a client in legs that have these of its steps.
fn in_leg(steps: &[&ClientTable], own: &[usize], path: &[&str], ledger: &mut Ledger) -> String {
    if own.is_empty() {
        return "false".to_owned();
    }
    let mut items = Vec::new();
    for (place, at) in own.iter().enumerate() {
        let step = steps[*at];
        for (name, guess) in &step.guesses {
            let index = place.to_string();
            let path = [path, &["cache", step.name, &index, name]].concat();
            drop(ledger.assume(&path, guess.clone()));
        }
        let values = step.values.iter().map(|(name, value, _)| format!("{name} = {value}"));
        items.push(format!("{{ {} }}", values.collect::<Vec<_>>().join(", ")));
    }
    format!("[{}]", items.join(", "))
}

fn shown_choice(when: &LegChoice, names: &AxisNames) -> String {
    let part = |(axis, values): &(String, Vec<String>)| {
        format!("{} = {}", key(&names.name(axis)), list(values.iter().map(String::as_str)))
    };
    format!("{{ {} }}", when.iter().map(part).collect::<Vec<_>>().join(", "))
}

/// Which legs have other steps than `usual`, and which: by one axis if one decides it, or else by several, or leg by
/// leg. `None` if a scenario cannot tell the legs apart.
fn choices(legs: &[JobLeg], there: &[Vec<usize>], usual: &[usize]) -> Option<Vec<(LegChoice, Vec<usize>)>> {
    let mut left: Vec<usize> = (0..legs.len()).filter(|leg| there[*leg] != usual).collect();
    let mut axes: Vec<&String> = Vec::new();
    for (axis, _) in legs.iter().flatten() {
        if !axes.contains(&axis) {
            axes.push(axis);
        }
    }
    let by_axis: Vec<_> = axes.iter().map(|axis| of_axis(axis, legs, there, usual)).collect();
    let covers = |choices: &Vec<(LegChoice, Vec<usize>)>, leg: &usize| {
        choices.iter().any(|(when, _)| is_meant(&legs[*leg], when))
    };
    if let Some(one) = by_axis.iter().find(|choices| left.iter().all(|leg| covers(choices, leg))) {
        return Some(one.clone());
    }
    let mut chosen: Vec<(LegChoice, Vec<usize>)> = Vec::new();
    for choice in by_axis.into_iter().flatten() {
        if left.iter().any(|leg| is_meant(&legs[*leg], &choice.0)) {
            left.retain(|leg| !is_meant(&legs[*leg], &choice.0));
            chosen.push(choice);
        }
    }
    if left.len() > NAMED_MAX {
        return None;
    }
    for leg in left {
        let when: LegChoice = legs[leg].iter().map(|(axis, own)| (axis.clone(), vec![shown(own)])).collect();
        let mut meant = (0..legs.len()).filter(|other| is_meant(&legs[*other], &when));
        // A leg with further keys is meant, too.
        if meant.any(|other| there[other] != there[leg]) {
            return None;
        }
        chosen.push((when, there[leg].clone()));
    }
    Some(chosen)
}

/// What the values of an axis decide by themselves: those whose legs all have the same steps.
fn of_axis(
    axis: &str,
    legs: &[JobLeg],
    there: &[Vec<usize>],
    usual: &[usize],
) -> Vec<(LegChoice, Vec<usize>)> {
    let mut values: Vec<(String, Option<&Vec<usize>>)> = Vec::new();
    for (leg, own) in legs.iter().zip(there) {
        let Some(value) = value_of(leg, axis) else { continue };
        match values.iter_mut().find(|(known, _)| *known == value) {
            Some((_, steps)) => *steps = steps.filter(|steps| *steps == own),
            None => values.push((value, Some(own))),
        }
    }
    let mut choices: Vec<(LegChoice, Vec<usize>)> = Vec::new();
    for (value, steps) in values {
        let Some(steps) = steps.filter(|steps| *steps != usual) else { continue };
        match choices.iter_mut().find(|(_, own)| own == steps) {
            Some((when, _)) => when[0].1.push(value),
            None => choices.push((vec![(axis.to_owned(), vec![value])], steps.clone())),
        }
    }
    choices
}

fn is_meant(leg: &JobLeg, when: &LegChoice) -> bool {
    when.iter().all(|(axis, values)| value_of(leg, axis).is_some_and(|value| values.contains(&value)))
}

fn value_of(leg: &JobLeg, axis: &str) -> Option<String> {
    leg.iter().find(|(name, _)| name == axis).map(|(_, value)| shown(value))
}

/// True if the values of the matrix in a label are texts in all legs: of a list, a scenario has no single label.
fn are_plain(legs: &[Option<JobLeg>], label: &KeyText) -> bool {
    let is_plain = |value: &ExprValue| !matches!(value.bare(), ExprValue::List(_) | ExprValue::Object(_));
    let is_asked = |name: &String| label.varyings().any(|what| *what == Varying::Axis(name.clone()));
    legs.iter().flatten().flatten().all(|(name, value)| !is_asked(name) || is_plain(value))
}

/// True if two texts are the same but for the values of their legs.
fn same_pieces(one: &KeyText, other: &KeyText) -> bool {
    let kind = |piece: &KeyPiece| match piece {
        KeyPiece::Fixed(text) => (Some(text.clone()), None),
        KeyPiece::Varies(what, _) => (None, Some(what.clone())),
    };
    one.pieces.iter().map(kind).eq(other.pieces.iter().map(kind))
}

/// The axis that decides the label of a leg, and a label for each of its values.
pub(super) fn by_axis(legs: &[Option<JobLeg>], labels: &[String]) -> Option<(String, Vec<(String, String)>)> {
    let first = legs.first()?.as_ref()?;
    first.iter().find_map(|(axis, _)| Some((axis.clone(), along(axis, legs, labels)?)))
}

/// A label for each value of an axis, if the axis decides the label.
fn along(axis: &str, legs: &[Option<JobLeg>], labels: &[String]) -> Option<Vec<(String, String)>> {
    let mut table: Vec<(String, String)> = Vec::new();
    for (leg, label) in legs.iter().zip(labels) {
        let value = shown(&leg.as_ref()?.iter().find(|(name, _)| name == axis)?.1);
        match table.iter().find(|(own, _)| *own == value) {
            Some((_, known)) if known != label => return None,
            Some(_) => {}
            None => table.push((value, label.clone())),
        }
    }
    Some(table)
}
