use super::place::Place;
use super::study::{REPLICATIONS_MAX, metric, precision, study, warm_up};
use crate::outcome::{Expectation, Measure, Rival, Side};
use crate::report::Answer;
use crate::study::Difference;

/// Of `run`.
pub(super) fn read(root: &Place) -> Option<Answer> {
    let origin = origin(root);
    let expectations = root.field("expectations").and_then(|list| list.list());
    let rivals = rivals(expectations.iter().flatten());
    let expectations = expectations.map(|list| list.iter().filter_map(expectation).collect());
    let study = study(root);
    let reached = precision(root);
    let Origin { name, file, hash, seed, reproduce } = origin?;
    Some(Answer {
        command: "run",
        name,
        file,
        hash,
        seed,
        reproduce,
        study: study?,
        reached,
        warm_up: warm_up(root),
        expectations: expectations?,
        rivals,
    })
}

/// What both commands say of where a result comes from.
pub(super) struct Origin {
    pub name: String,
    pub file: String,
    pub hash: String,
    pub seed: u64,
    pub reproduce: String,
}

pub(super) fn origin(root: &Place) -> Option<Origin> {
    let seed = root.field("seed").and_then(|place| place.count(u64::MAX));
    let reproduce = root.field("reproduce").and_then(|place| command_line(&place));
    let scenario = root.field("scenario")?;
    let text = |name| scenario.field(name).and_then(|place| place.text()).map(String::from);
    let (name, file, hash) = (text("name"), text("file"), text("hash"));
    Some(Origin { name: name?, file: file?, hash: hash?, seed: seed?, reproduce: reproduce? })
}

/// A command line of this program and nothing else: people copy it into a shell.
pub(super) fn command_line(place: &Place) -> Option<String> {
    let text = place.text()?;
    let safe = text.starts_with("cache-budget ") && !text.chars().any(char::is_control) && !acts(text);
    if !safe {
        place.problem("is not a command line of this program");
    }
    safe.then(|| text.to_owned())
}

/// Whether a shell would do more with a line than split it into words: outside of quotes, `'…'` or
/// `$'…'`, only plain characters and `\'` are harmless.
fn acts(line: &str) -> bool {
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let harmless = match letter {
            '\'' => letters.any(|letter| letter == '\''),
            '\\' => letters.next() == Some('\''),
            '$' => letters.next() == Some('\'') && ends_escaped(&mut letters),
            _ => letter.is_ascii_alphanumeric() || " _-./=,:+@%".contains(letter),
        };
        if !harmless {
            return true;
        }
    }
    false
}

/// Whether a word that began with `$'` ends: a backslash in it takes the next character with it.
fn ends_escaped(letters: &mut std::str::Chars) -> bool {
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => return true,
            '\\' => drop(letters.next()),
            _ => {}
        }
    }
    false
}

fn expectation(row: &Place) -> Option<Expectation> {
    let (metric, labels) = metric(row)?;
    let bound = |name| match row.optional(name) {
        Some(place) => place.number().map(Some),
        None => Some(None),
    };
    let rivals = against(row).iter().filter_map(rival).collect();
    Some(Expectation { measure: Measure { metric, labels }, min: bound("min")?, max: bound("max")?, rivals })
}

/// What an expectation is held against besides its bounds.
fn against<'a>(row: &'a Place) -> Vec<Place<'a>> {
    row.optional("against").and_then(|list| list.list()).unwrap_or_default()
}

fn rival(row: &Place) -> Option<Rival> {
    let side = row.field("side")?;
    let side = match side.text()? {
        "below" => Side::Below,
        "above" => Side::Above,
        _ => {
            side.problem("is neither \"below\" nor \"above\"");
            return None;
        }
    };
    Some(Rival { strategy: row.field("strategy")?.text()?.to_owned(), side, by: row.field("by")?.number()? })
}

/// Each strategy that expectations are held against, and what their metrics change with it.
fn rivals<'a>(rows: impl Iterator<Item = &'a Place<'a>>) -> Vec<(String, Vec<Difference>)> {
    let mut rivals: Vec<(String, Vec<Difference>)> = vec![];
    for (strategy, change) in rows.flat_map(changes) {
        match rivals.iter_mut().find(|(name, _)| *name == strategy) {
            Some((_, changes)) => changes.push(change),
            None => rivals.push((strategy, vec![change])),
        }
    }
    rivals
}

/// What the metric of an expectation changes with each strategy it is held against; nothing where it was
/// not measured on both sides.
fn changes(row: &Place) -> Vec<(String, Difference)> {
    let change = |other: &Place| {
        // Nothing to compare where it was not measured on both sides.
        other.optional("difference")?;
        let (metric, labels) = metric(row)?;
        let base = row.field("value")?.number()?;
        let strategy = other.field("strategy")?.text()?.to_owned();
        let number = |name| other.field(name).and_then(|place| place.number());
        // Earlier versions did not say how many.
        let n = match other.optional("n") {
            Some(place) => place.count(REPLICATIONS_MAX)? as u32,
            None => 2,
        };
        let change = Difference {
            metric,
            labels,
            base,
            other: number("value")?,
            difference: number("difference")?,
            low: number("low")?,
            high: number("high")?,
            n,
        };
        Some((strategy, change))
    };
    against(row).iter().filter_map(change).collect()
}
