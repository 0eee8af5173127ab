//! Reads `[assumed]`: the ranges of values that nobody has measured. `sweep` varies them.

use crate::diagnostic::{Diagnostic, Report, Span, Suggestion, nearest};
use crate::scenario::check::misfit;
use crate::scenario::edit::{PathError, has_place, reach, value_at};
use crate::scenario::parse::parse_value;
use crate::scenario::range::{Misread, ValueRange};
use crate::scenario::tree::{Node, TreeEntry, TreeValue};

/// A value of the scenario that was not measured, with its possible range.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumed {
    /// Its dotted path.
    pub path: String,
    /// The paths of other keys that always have the same value.
    pub also: Vec<String>,
    /// The values that it may have.
    pub values: ValueRange,
}

/// The ranges of the assumed values. A value that the scenario does not have, because a client is switched
/// off, is left out.
pub(super) fn assumed(root: &Node, report: &mut Report) -> Vec<Assumed> {
    let entries = root.get("assumed").and_then(Node::as_table).into_iter().flatten();
    let stands = |path: &String| value_at(root, path).is_some() || has_place(root, path);
    let checked = |(path, entry): (&String, &TreeEntry)| {
        let values = range(&entry.node, report)?;
        let mut paths = vec![(path.clone(), entry.key)];
        if let Some(Node { value: TreeValue::List(items), .. }) = entry.node.get("also") {
            paths.extend(items.iter().filter_map(|item| Some((item.as_text()?.to_owned(), item.span))));
        }
        let fits: Vec<bool> =
            paths.iter().map(|(path, at)| fits(root, path, *at, &values, &entry.node, report)).collect();
        let mut standing = paths.into_iter().map(|(path, _)| path).filter(stands);
        let path = standing.next().filter(|_| fits.iter().all(|fits| *fits))?;
        Some(Assumed { path, also: standing.collect(), values })
    };
    entries.filter_map(checked).collect()
}

/// Parses a range, or a list of alternatives with or without weights. A problem is reported, and the result is `None`.
fn range(entry: &Node, report: &mut Report) -> Option<ValueRange> {
    let node = entry.get("range")?;
    let values = match (&node.value, texts(node)) {
        (TreeValue::Table(table), _) => {
            let pair =
                |(text, entry): (&'_ String, &TreeEntry)| Some((text.clone(), entry.node.as_number()?));
            let pairs: Vec<(String, f64)> = table.iter().map(pair).collect::<Option<_>>()?;
            let pairs: Vec<(&str, f64)> =
                pairs.iter().map(|(text, weight)| (text.as_str(), *weight)).collect();
            report.push_some(uneven(&pairs, node.span));
            ValueRange::weighted(&pairs)
        }
        (_, texts) => match texts?.as_slice() {
            [one] => ValueRange::parse(one),
            several => ValueRange::alternatives(several),
        },
    };
    values
        .map_err(|Misread { message, help, .. }| {
            report.push(Diagnostic::error("bad-vary", message).at(node.span).help(help));
        })
        .ok()
}

/// How far the sum of weights may be from 1, as of thirds with two digits.
const SUM_SLACK: f64 = 0.011;

/// The warning that weights are no shares of 1, with the shares that they are taken for.
fn uneven(pairs: &[(&str, f64)], at: Span) -> Option<Diagnostic> {
    let sum: f64 = pairs.iter().map(|(_, weight)| weight).sum();
    // Whole numbers are plainly proportions, such as 2 to 1.
    let is_plain = pairs.iter().all(|(_, weight)| weight.fract() == 0.0);
    if is_plain || !(sum > 0.0 && sum.is_finite()) || (sum - 1.0).abs() <= SUM_SLACK {
        return None;
    }
    let share =
        |(text, weight): &(&str, f64)| format!("{} %: `{text}`", (weight / sum * 1000.0).round() / 10.0);
    let shares: Vec<String> = pairs.iter().map(share).collect();
    let message = format!("the weights add up to {}, not to 1", (sum * 1e6).round() / 1e6);
    let help = format!("they are taken in proportion: {}", shares.join(", "));
    Some(Diagnostic::warning("bad-vary", message).at(at).help(help))
}

/// The texts of a range: one text, or several that each are a value.
fn texts(range: &Node) -> Option<Vec<&str>> {
    match &range.value {
        TreeValue::List(items) => items.iter().map(Node::as_text).collect(),
        _ => range.as_text().map(|text| vec![text]),
    }
}

/// True if the path exists and can take these values. Otherwise the problem is reported.
fn fits(root: &Node, path: &str, at: Span, values: &ValueRange, entry: &Node, report: &mut Report) -> bool {
    let kind = match reach(root, path) {
        Ok(kind) => kind,
        Err(astray) => {
            report.push(lost(path, at, &astray));
            return false;
        }
    };
    let place = entry.get("range").map_or(at, |node| node.span);
    let listed = entry.get("range").map_or(vec![], spans);
    let wrong = |(index, value): (usize, &String)| match listed.get(index) {
        Some(own) => misfit(&read(value, *own), &kind, path),
        None => misfit(&read(value, place), &kind, path).map(in_words),
    };
    if let Some(problem) = values.told().iter().enumerate().find_map(wrong) {
        report.push(problem);
        return false;
    }
    // A value from another file, an option or a strategy is not the one that the range was given for.
    let own = value_at(root, path).filter(|own| own.span.file == place.file);
    if let Some(own) = own.and_then(written).filter(|own| values.holds(own) == Some(false)) {
        let message = format!("`{path}` is {own}, outside its own range");
        report.push(Diagnostic::warning("bad-vary", message).at(place));
    }
    true
}

/// The positions of the values of a list.
fn spans(range: &Node) -> Vec<Span> {
    match &range.value {
        TreeValue::List(items) if items.len() > 1 => items.iter().map(|item| item.span).collect(),
        _ => vec![],
    }
}

/// Turns a suggestion for a value that is only a part of a text into words, because it would replace the
/// whole text.
fn in_words(mut problem: Diagnostic) -> Diagnostic {
    match problem.suggestion.take() {
        Some(Suggestion { replacement, .. }) => problem.help(format!("did you mean {replacement}?")),
        None => problem,
    }
}

/// A plain value, written as in a range.
fn written(own: &Node) -> Option<String> {
    match &own.value {
        TreeValue::Text(text) => Some(text.clone()),
        TreeValue::Bool(on) => Some(on.to_string()),
        _ => Some(own.as_number()?.to_string()),
    }
}

fn lost(path: &str, at: Span, astray: &PathError) -> Diagnostic {
    let PathError { name, known } = astray;
    let near = nearest(name, known.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
    let message = format!("`{path}` leads nowhere: there is no `{name}`");
    let help = near.unwrap_or_else(|| format!("known there: {}", known.join(", ")));
    Diagnostic::error("unknown-name", message).at(at).help(help)
}

/// Parses the end of a range as if it were a value in the scenario.
fn read(end: &str, span: Span) -> Node {
    let plain = parse_value(end, span.file, 0)
        .filter(|node| node.as_number().is_some() || matches!(node.value, TreeValue::Bool(_)));
    Node { span, ..plain.unwrap_or_else(|| Node::written(span, TreeValue::Text(end.to_owned()))) }
}
