use crate::diagnostic::{Diagnostic, Report, Span, nearest, printable};
use crate::scenario::view::View;
use crate::units::Duration;

/// The position of `name` among `names`; otherwise reports that there is no such `noun`.
pub(super) fn position<'a>(
    name: &str,
    span: Span,
    noun: &str,
    names: impl Iterator<Item = &'a str> + Clone,
    report: &mut Report,
) -> Option<usize> {
    let found = names.clone().position(|known| known == name);
    if found.is_none() {
        report.push(unknown(name, span, noun, names));
    }
    found
}

fn unknown<'a>(
    name: &str,
    span: Span,
    noun: &str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let message = format!("there is no {noun} `{}`", printable(name));
    let diagnostic = Diagnostic::error("unknown-name", message).at(span);
    if let Some(near) = nearest(name, names.clone()) {
        return diagnostic.suggest(span, format!("\"{near}\""));
    }
    let known: Vec<_> = names.take(LISTED_MAX).map(|known| format!("`{known}`")).collect();
    match known.is_empty() {
        true => diagnostic.help(format!("there is no {noun} at all")),
        false => diagnostic.help(format!("known: {}", known.join(", "))),
    }
}

/// How many names are listed where none is near.
const LISTED_MAX: usize = 20;

/// The duration under `key`; one shorter than `least` is reported and lengthened.
pub(super) fn at_least(least: Duration, view: View, key: &str, report: &mut Report) -> Duration {
    let duration = view.duration(key);
    if duration < least {
        let message = format!("`{key}` must be at least {least}");
        report.push(Diagnostic::error("out-of-range", message).at(view.span(key)));
    }
    duration.max(least)
}
