//! Texts of workflows as scenarios write them: with placeholders, and with a word where something is not known.

use super::ledger::Ledger;
use crate::diagnostic::is_hidden;
use crate::import::expression::{ExprValue, KeyPiece, KeyText, Varying};
use std::collections::BTreeSet;

/// What stands for something unknown in a key.
const UNKNOWN: &str = "unknown";

/// How the keys of a job's matrix are called in the scenario.
#[derive(Debug, Clone, Default)]
pub(super) struct AxisNames {
    /// The keys that would hide a placeholder that the job uses.
    renamed: BTreeSet<String>,
}

impl AxisNames {
    /// The names for a job whose texts are these.
    pub fn of<'a>(texts: impl Iterator<Item = &'a KeyText>) -> AxisNames {
        let named = texts.flat_map(KeyText::varyings).filter_map(|what| match what {
            Varying::Named(name) => Some((*name).to_owned()),
            _ => None,
        });
        AxisNames { renamed: named.collect() }
    }

    /// The name of a key of the matrix; of a part of an object, with that of its axis in front.
    pub fn name(&self, axis: &str) -> String {
        let plain = AxisNames::part(axis);
        let is_renamed = axis.split('.').next().is_some_and(|first| self.renamed.contains(first));
        if is_renamed { format!("matrix-{plain}") } else { plain }
    }

    /// The name of a part of an object.
    pub fn part(name: &str) -> String {
        let is_plain = |letter| !"{}".contains(letter) && !is_hidden(letter);
        name.chars().map(|letter| if is_plain(letter) { letter } else { '-' }).collect()
    }
}

/// The text with placeholders. What is not known is noted as a blank.
pub(super) fn template(text: &KeyText, names: &AxisNames, place: &str, ledger: &mut Ledger) -> String {
    let part = |piece: &KeyPiece| match piece {
        KeyPiece::Fixed(text) | KeyPiece::Varies(Varying::OneLeg(text), _) => literal(text),
        KeyPiece::Varies(Varying::Axis(axis), _) => format!("{{{}}}", names.name(axis)),
        // The repository's name and its secrets are the same in all keys.
        KeyPiece::Varies(Varying::Named(name @ ("repository" | "secret")), _) => (*name).to_owned(),
        KeyPiece::Varies(Varying::Named(name), _) => format!("{{{name}}}"),
        KeyPiece::Varies(Varying::Hash(patterns), _) => hash(patterns, ledger),
        KeyPiece::Varies(Varying::Unknown(why), _) => {
            ledger.blank(place, format!("`{UNKNOWN}` stands for `{why}`"));
            UNKNOWN.to_owned()
        }
    };
    text.pieces.iter().map(part).collect()
}

/// The name of the runner that a label asks for, as far as it is known: fixed parts as [`template`] has them, and values
/// of the matrix as the scenario has them.
pub(super) fn runner_name(label: &KeyText) -> Option<String> {
    let part = |piece: &KeyPiece| match piece {
        KeyPiece::Fixed(text) => Some(literal(text)),
        KeyPiece::Varies(_, now) => now.clone(),
    };
    let whole: Option<String> = label.pieces.iter().map(part).collect();
    whole.map(|whole| one_line(&whole))
}

/// A fixed text: braces would begin a placeholder.
pub(super) fn literal(text: &str) -> String {
    text.chars()
        .filter(|letter| *letter != '\n')
        .map(|letter| match letter {
            '{' => '(',
            '}' => ')',
            other => other,
        })
        .collect()
}

/// `hashFiles` of patterns: the hash of the inputs that they stand for.
fn hash(patterns: &[String], ledger: &mut Ledger) -> String {
    let names = ledger.inputs(patterns.iter().flat_map(|pattern| pattern.lines()));
    if names.is_empty() { "no-files".to_owned() } else { format!("{{hash:{}}}", names.join(", ")) }
}

/// A value of a matrix as a text of a scenario: on one line, without control characters, and not too long. What is not
/// known is the expression.
pub(super) fn shown(value: &ExprValue) -> String {
    let whole = match value.bare() {
        ExprValue::List(_) | ExprValue::Object(_) => {
            value.json().map_or_else(String::new, |json| json.to_string())
        }
        ExprValue::Unknown(why) => format!("?{why}"),
        other => pieces(&other.text()),
    };
    one_line(&whole)
}

/// A text as a value of a scenario's matrix has it.
pub(super) fn one_line(whole: &str) -> String {
    let plain: String = whole.chars().map(|letter| if is_plain(letter) { letter } else { ' ' }).collect();
    let plain = plain.trim().to_owned();
    match plain.char_indices().nth(VALUE_MAX) {
        // Two long values that begin alike stay two.
        Some((end, _)) => format!("{}… {:08x}", &plain[..end], fnv(whole)),
        None => plain,
    }
}

/// The characters of a long value that are kept; a scenario's texts have at most 200.
const VALUE_MAX: usize = 120;

fn is_plain(letter: char) -> bool {
    !letter.is_control() && !is_hidden(letter)
}

fn pieces(text: &KeyText) -> String {
    let part = |piece: &KeyPiece| match piece {
        KeyPiece::Fixed(text) | KeyPiece::Varies(_, Some(text)) => text.clone(),
        KeyPiece::Varies(Varying::Unknown(why), None) => format!("?{why}"),
        KeyPiece::Varies(what, None) => format!("?{what:?}"),
    };
    text.pieces.iter().map(part).collect()
}

/// The longest name of a job or an image in a scenario.
pub(super) const NAME_MAX: usize = 100;
/// The characters that tell a shortened name from others.
pub(super) const HASHED: usize = 9;

/// A name of at most this many characters, at least [`HASHED`]: of a longer one the beginning, and what tells it from others.
pub(super) fn shortened(whole: String, most: usize) -> String {
    match whole.char_indices().nth(most) {
        Some(_) => format!("{}-{:08x}", whole.chars().take(most - HASHED).collect::<String>(), fnv(&whole)),
        None => whole,
    }
}

/// The FNV-1a hash of a text.
pub(super) fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
