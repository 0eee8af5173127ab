use super::place::Place;
use super::study::{REPLICATIONS_MAX, metric, precision, study, warm_up};
use crate::outcome::{Expectation, Measure, Rival, Side};
use crate::report::Answer;
use crate::study::Difference;

/// How many expectations a result has at most.
const EXPECTATIONS_MAX: usize = 10_000;

/// Of `run`.
pub(super) fn read(root: &Place) -> Option<Answer> {
    let origin = origin(root);
    let expectations = root.field("expectations").and_then(|list| list.list(EXPECTATIONS_MAX));
    let rivals = expectations.iter().flatten().flat_map(changes).collect();
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

/// Whether a shell would do more with a line than split it into words: outside single quotes only
/// plain characters are harmless.
fn acts(line: &str) -> bool {
    let mut quoted = false;
    let mut escaped = false;
    let acts = line.chars().any(|letter| match letter {
        _ if std::mem::take(&mut escaped) => letter != '\'',
        '\'' => {
            quoted = !quoted;
            false
        }
        '\\' if !quoted => {
            escaped = true;
            false
        }
        _ => !quoted && !letter.is_ascii_alphanumeric() && !" _-./=,:+@%".contains(letter),
    });
    acts || quoted || escaped
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
    row.optional("against").and_then(|list| list.list(EXPECTATIONS_MAX)).unwrap_or_default()
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

/// What the metric of an expectation changes with each strategy it is held against.
fn changes(row: &Place) -> Vec<(String, Vec<Difference>)> {
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
        Some((strategy, vec![change]))
    };
    against(row).iter().filter_map(change).collect()
}
