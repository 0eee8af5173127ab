//! Checks plain values (quantities, numbers, words, texts, file names) and the shapes of distributions.

use super::known_names;
use crate::diagnostic::{Diagnostic, printable};
use crate::random::Distribution;
use crate::scenario::grammar::{Kind, Quantity};
use crate::scenario::quantity::{amount, distribution_of};
use crate::scenario::tree::{Node, TreeValue};
use crate::units::UnitError;

/// What is wrong with a value that is neither a table nor a list; `None` if it fits.
pub(super) fn problem(node: &Node, kind: &Kind, path: &str) -> Option<Diagnostic> {
    match (kind, &node.value) {
        (Kind::Quantity(of) | Kind::Distribution(of, _), TreeValue::Text(text))
            if *of != Quantity::Factor =>
        {
            unit_problem(node, *of, text)
        }
        (Kind::Bool, TreeValue::Bool(_)) => None,
        (Kind::Integer { min, max }, TreeValue::Integer(n)) => {
            (n < min || n > max).then(|| out_of_range(node, kind, path))
        }
        (Kind::Number { min, max }, TreeValue::Integer(_) | TreeValue::Float(_)) => {
            (!node.as_number().is_some_and(|n| (*min..=*max).contains(&n)))
                .then(|| out_of_range(node, kind, path))
        }
        (Kind::Text(max), TreeValue::Text(text)) => (text.chars().count() > *max).then(|| {
            let message = format!("`{path}` has more than {max} characters");
            Diagnostic::error("limit-exceeded", message).at(node.span)
        }),
        (Kind::Distribution(Quantity::Factor, _), TreeValue::Integer(_) | TreeValue::Float(_)) => {
            problem(node, &Kind::NOISE, path)
        }
        (Kind::Choice(words) | Kind::Or(words, _), TreeValue::Text(word)) => {
            wrong_word(node, words, word, path)
        }
        _ => Some(wrong_type(node, kind, path)),
    }
}

/// True if the text begins with one of the words, followed by a space and more.
pub(super) fn begins(words: &[&str], text: &str) -> bool {
    let more = |word: &&str| text.strip_prefix(*word).and_then(|rest| rest.strip_prefix(' '));
    text.chars().count() <= LINE_MAX && words.iter().filter_map(more).any(|rest| !rest.trim().is_empty())
}

/// The longest text that begins with a word.
const LINE_MAX: usize = 200;

/// What is wrong with a distribution whose single values fit; `None` if nothing is.
pub(super) fn shape_problem(node: &Node, of: Quantity, path: &str) -> Option<Diagnostic> {
    let count = node.as_table()?.len();
    if count != 1 {
        let message = format!("`{path}` names {count} distributions instead of one");
        let help = "keep one of `lognormal`, `uniform` and `exponential`, or write a plain value";
        return Some(Diagnostic::error("out-of-range", message).at(node.span).help(help));
    }
    let message = match distribution_of(node, of) {
        Distribution::LogNormal { median, .. } if median <= 0.0 => "the median must be more than 0",
        Distribution::Uniform { low, high } if low > high => "`low` is larger than `high`",
        _ => return None,
    };
    Some(Diagnostic::error("out-of-range", format!("in `{path}`, {message}")).at(node.span))
}

fn unit_problem(node: &Node, of: Quantity, text: &str) -> Option<Diagnostic> {
    let error = match amount(of, text) {
        Ok(0) if of == Quantity::Rate => {
            let message = "at a rate of 0, nothing ever arrives";
            return Some(Diagnostic::error("out-of-range", message).at(node.span));
        }
        Ok(_) => return None,
        Err(error) => error,
    };
    let slug = match error {
        UnitError::OutOfRange { .. } | UnitError::TooLate { .. } => "out-of-range",
        UnitError::NotATime { .. } => "wrong-type",
        _ => "wrong-unit",
    };
    let text = error.to_string();
    Some(match text.split_once("; ") {
        Some((message, remedy)) => Diagnostic::error(slug, message).at(node.span).help(remedy),
        None => Diagnostic::error(slug, text).at(node.span),
    })
}

fn out_of_range(node: &Node, kind: &Kind, path: &str) -> Diagnostic {
    let message = format!("`{path}` is out of range");
    Diagnostic::error("out-of-range", message).at(node.span).label(format!("expected {}", kind.expected()))
}

fn wrong_word(
    node: &Node,
    choices: &[(&'static str, &'static str)],
    word: &str,
    path: &str,
) -> Option<Diagnostic> {
    let words = || choices.iter().map(|(known, _)| *known);
    if is_word(choices, word) {
        return None;
    }
    let message = format!("`{}` is not a value of `{path}`", printable(word));
    let diagnostic = Diagnostic::error("unknown-value", message).at(node.span);
    let all: Vec<_> = choices.iter().map(|(known, doc)| format!("`{known}`: {doc}")).collect();
    let diagnostic = all.into_iter().fold(diagnostic, Diagnostic::note);
    let near = crate::diagnostic::nearest(word, words()).or_else(|| meant(word, words()));
    let quoted = near.map(|near| format!("\"{near}\""));
    Some(match quoted {
        Some(quoted) => diagnostic.suggest(node.span, quoted),
        None => known_names(diagnostic, word, node.span, words()),
    })
}

/// Words that other tools and people use for the words of the grammar.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("main", "default-branch"),
    ("master", "default-branch"),
    ("main-only", "default-branch"),
    ("on-main", "default-branch"),
    ("only-main", "default-branch"),
    ("github.ref == 'refs/heads/main'", "default-branch"),
    ("${{ github.ref == 'refs/heads/main' }}", "default-branch"),
    ("true", "always"),
    ("false", "never"),
    ("cancel-in-progress", "cancel"),
    ("lru", "least-recently-accessed"),
    ("fifo", "oldest-created"),
    ("ubuntu", "linux"),
    ("darwin", "macos"),
    ("amd64", "x64"),
    ("x86_64", "x64"),
    ("aarch64", "arm64"),
    ("read-write", "write"),
    ("read-only", "read"),
    ("merge-queue", "merge_group"),
    ("cron", "schedule"),
    ("tag", "push tags"),
    ("tags", "push tags"),
    ("pr", "pull_request"),
];

/// The word of the grammar that this other word stands for, if it is among these.
fn meant(word: &str, mut words: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    let (_, own) = OTHER_WORDS.iter().find(|(other, _)| *other == lower)?;
    words.find(|known| known == own)
}

/// True if `word` is one of these words.
pub(super) fn is_word(words: &[(&str, &str)], word: &str) -> bool {
    words.iter().any(|(known, _)| *known == word)
}

fn wrong_type(node: &Node, kind: &Kind, path: &str) -> Diagnostic {
    let is_text = matches!(kind, Kind::Text(_) | Kind::Or(_, Kind::Text(_)));
    let is_number = matches!(node.value, TreeValue::Integer(_) | TreeValue::Float(_));
    // A text has no unit.
    let is = if is_text && is_number { "a number" } else { node.describe() };
    let diagnostic = Diagnostic::error("wrong-type", format!("`{path}` cannot be {is}")).at(node.span);
    let diagnostic = match is_text && (is_number || matches!(node.value, TreeValue::Bool(_))) {
        true => {
            diagnostic.help("put quotes around it: a text is not read as a number, so \"1.80\" stays 1.80")
        }
        false => diagnostic,
    };
    diagnostic.label(format!("expected {}", kind.expected()))
}
