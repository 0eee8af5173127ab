//! The functions of expressions. The functions of a job's state assume a run in which nothing fails.

use super::decider::Decider;
use super::key_text::{KeyText, Varying};
use super::value::{ExprValue, Truth};
use github_actions_expressions::call::Function;

/// The value of a call; `None` if it is not known.
pub(super) fn call(decider: &Decider, function: Function, arguments: &[ExprValue]) -> Option<ExprValue> {
    match function {
        Function::Success | Function::Always => Some(ExprValue::Bool(true)),
        Function::Cancelled | Function::Failure => Some(ExprValue::Bool(false)),
        Function::Contains => contains(arguments),
        Function::StartsWith => starts_with(arguments),
        Function::EndsWith => affix(arguments, |text, part| text.ends_with(part)),
        Function::Format => format(decider, arguments),
        Function::Join => join(decider, arguments),
        Function::ToJSON => {
            let json = arguments.first()?.json()?;
            limited(KeyText::fixed(serde_json::to_string_pretty(&json).ok()?))
        }
        Function::FromJSON => {
            let text = arguments.first()?.known_text()?;
            decider.takes(text.len() as u64 / 8).then_some(())?;
            serde_json::from_str(&text).ok().map(|json| ExprValue::from_json(&json))
        }
        Function::HashFiles => {
            let named = |value: &ExprValue| value.known_text().unwrap_or_else(|| "…".to_owned());
            let patterns = arguments.iter().map(named).collect();
            Some(ExprValue::varying(Varying::Hash(patterns), None))
        }
        Function::Case => case(arguments),
    }
}

/// `contains(text, part)` or `contains(list, element)`.
fn contains(arguments: &[ExprValue]) -> Option<ExprValue> {
    let [whole, part] = arguments else { return None };
    if let ExprValue::List(items) = whole.bare() {
        let truths: Vec<Truth> = items.iter().map(|item| item.equals(part)).collect();
        return match () {
            () if truths.contains(&Truth::Yes) => Some(ExprValue::Bool(true)),
            () if truths.contains(&Truth::Maybe) => None,
            () => Some(ExprValue::Bool(false)),
        };
    }
    affix(arguments, |text, part| text.contains(part))
}

/// `startsWith(text, part)`. Of a run's tag it is assumed that it is a version: whether it begins as a certain other one is
/// not known.
fn starts_with(arguments: &[ExprValue]) -> Option<ExprValue> {
    let is_tag = |value: &ExprValue| {
        let text = value.known_text().map(|text| text.to_lowercase());
        text.is_some_and(|text| text.strip_prefix("refs/tags/").is_some_and(|name| !name.is_empty()))
    };
    let varies = arguments.first()?.text().varyings().next().is_some();
    match affix(arguments, |text, part| text.starts_with(part))? {
        ExprValue::Bool(false) if varies && arguments.iter().all(is_tag) => None,
        known => Some(known),
    }
}

fn affix(arguments: &[ExprValue], holds: impl Fn(&str, &str) -> bool) -> Option<ExprValue> {
    let [whole, part] = arguments else { return None };
    let [whole, part] = [whole.known_text()?.to_lowercase(), part.known_text()?.to_lowercase()];
    Some(ExprValue::Bool(holds(&whole, &part)))
}

/// `format('{0} and {1}', a, b)`; `{{` and `}}` are braces.
fn format(decider: &Decider, arguments: &[ExprValue]) -> Option<ExprValue> {
    let (form, values) = arguments.split_first()?;
    let form = form.known_text()?;
    let (mut text, mut rest) = (KeyText::default(), form.as_str());
    while let Some(at) = rest.find(['{', '}']) {
        text.push_fixed(&rest[..at]);
        let found = &rest[at..];
        if found.starts_with("{{") || found.starts_with("}}") {
            text.push_fixed(&found[..1]);
            rest = &found[2..];
            continue;
        }
        let (number, after) = found.strip_prefix('{')?.split_once('}')?;
        text.push(&values.get(number.trim().parse::<usize>().ok()?)?.text());
        rest = after;
        if text.is_too_long() || !decider.takes(1) {
            return None;
        }
    }
    text.push_fixed(rest);
    limited(text)
}

/// `join(list, separator)`; the separator is a comma if absent.
fn join(decider: &Decider, arguments: &[ExprValue]) -> Option<ExprValue> {
    let (list, rest) = arguments.split_first()?;
    let separator = rest.first().map_or(Some(",".to_owned()), ExprValue::known_text)?;
    let ExprValue::List(items) = list.bare() else { return limited(list.text()) };
    let mut text = KeyText::default();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_fixed(&separator);
        }
        text.push(&item.text());
        if text.is_too_long() || !decider.takes(1) {
            return None;
        }
    }
    limited(text)
}

/// `case(condition, value, …, default)`.
fn case(arguments: &[ExprValue]) -> Option<ExprValue> {
    let mut rest = arguments;
    while let [condition, value, after @ ..] = rest {
        match condition.truth() {
            Truth::Yes => return Some(value.clone()),
            Truth::No => rest = after,
            Truth::Maybe => return None,
        }
    }
    rest.first().cloned()
}

fn limited(text: KeyText) -> Option<ExprValue> {
    (!text.is_too_long()).then_some(ExprValue::Text(text))
}
