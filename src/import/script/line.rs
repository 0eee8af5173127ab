//! The lines that a script writes into the file of its step's outputs: `name=value`, or `name<<END` and lines up to `END`.

use super::parse::commands;
use super::reading::{OutputGoes, ScriptReading, UNKNOWN};
use crate::import::expression::{ExprValue, KeyPiece, KeyText};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// The longest script that is read.
const SCRIPT_MAX: usize = 40_000;
/// The first letter that stands for a part that varies, and how many there are.
const PLACEHOLDERS: (u32, usize) = (0xE000, 6_000);

/// The outputs, or the variables of later steps, that a script certainly writes into the file that `target` names, as far as
/// their values are known. `environment` has the values of variables.
pub fn written_values(
    target: &'static str,
    script: &KeyText,
    environment: &dyn Fn(&str) -> Option<KeyText>,
) -> Vec<(String, ExprValue)> {
    let varying = VaryingParts::default();
    let Some(text) = varying.encoded(script).filter(|text| text.len() <= SCRIPT_MAX) else {
        return Vec::new();
    };
    let Some(list) = commands(&text) else { return Vec::new() };
    let outer = |name: &str| environment(name).and_then(|value| varying.encoded(&value));
    let now = |text: &str| varying.now(text);
    let mut reading = ScriptReading {
        target,
        outer: &outer,
        now: &now,
        variables: BTreeMap::new(),
        written: Vec::new(),
        may_have_ended: false,
        has_ended: false,
        commands: 0,
        texts: Cell::new(0),
    };
    reading.list(&list, true, OutputGoes::ToLog);
    let values = outputs(&reading.written).unwrap_or_default();
    let known = |(name, text): (String, Option<String>)| Some((name, varying.decoded(&text?)?));
    values.into_iter().filter_map(known).map(|(name, text)| (name, ExprValue::Text(text))).collect()
}

/// The values of what is written, the last of each name; `None` for one that is not known, and for all if a line may be
/// any output.
fn outputs(written: &[(String, bool)]) -> Option<BTreeMap<String, Option<String>>> {
    let mut values = BTreeMap::new();
    let mut open: Option<(String, String, Vec<String>, bool)> = None;
    for (text, sure) in written {
        for line in text.lines() {
            if let Some((name, end, lines, was_sure)) = &mut open {
                *was_sure &= sure;
                if line != end {
                    lines.push(line.to_owned());
                    continue;
                }
                let value = lines.join("\n");
                let is_known = *was_sure && !value.contains(UNKNOWN);
                values.insert(name.clone(), is_known.then_some(value));
                open = None;
                continue;
            }
            let is_first = |sign: &str, other: &str| {
                let at = line.find(sign)?;
                line.find(other).is_none_or(|own| at < own).then(|| (&line[..at], &line[at + sign.len()..]))
            };
            if let Some((name, end)) = is_first("<<", "=") {
                if name.contains(UNKNOWN) || end.contains(UNKNOWN) {
                    return None;
                }
                open = Some((name.to_owned(), end.to_owned(), Vec::new(), *sure));
            } else if let Some((name, value)) = is_first("=", "<<") {
                if name.contains(UNKNOWN) {
                    return None;
                }
                let is_known = *sure && !value.contains(UNKNOWN);
                values.insert(name.to_owned(), is_known.then(|| value.to_owned()));
            } else if line.contains(UNKNOWN) {
                return None;
            }
        }
    }
    Some(values)
}

/// The parts of texts that vary, each with a letter that stands for it.
#[derive(Default)]
struct VaryingParts {
    parts: RefCell<Vec<KeyPiece>>,
}

impl VaryingParts {
    /// A text with letters for what varies; `None` if it has such letters of its own.
    fn encoded(&self, text: &KeyText) -> Option<String> {
        let mut own = String::new();
        for piece in &text.pieces {
            match piece {
                KeyPiece::Fixed(fixed)
                    if fixed.chars().any(|letter| ('\u{E000}'..=UNKNOWN).contains(&letter)) =>
                {
                    return None;
                }
                KeyPiece::Fixed(fixed) => own.push_str(fixed),
                KeyPiece::Varies(_, Some(now)) if now.chars().any(|letter| "'\"`$\\\n".contains(letter)) => {
                    // The shell would read it, and not take it as it is.
                    own.push(UNKNOWN);
                }
                varies => {
                    let mut parts = self.parts.borrow_mut();
                    own.push(char::from_u32(PLACEHOLDERS.0 + parts.len() as u32)?);
                    parts.push(varies.clone());
                    if parts.len() > PLACEHOLDERS.1 {
                        return None;
                    }
                }
            }
        }
        Some(own)
    }

    fn part(&self, letter: char) -> Option<KeyPiece> {
        let place = (letter as u32).checked_sub(PLACEHOLDERS.0)?;
        self.parts.borrow().get(place as usize).cloned()
    }

    fn decoded(&self, text: &str) -> Option<KeyText> {
        let mut own = KeyText::default();
        for letter in text.chars() {
            match self.part(letter) {
                _ if letter == UNKNOWN => return None,
                Some(KeyPiece::Varies(what, now)) => own.push(&KeyText::varying(what, now)),
                _ => own.push_fixed(letter.encode_utf8(&mut [0; 4])),
            }
        }
        Some(own)
    }

    fn now(&self, text: &str) -> Option<String> {
        self.decoded(text)?.known()
    }
}
