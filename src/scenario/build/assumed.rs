use crate::diagnostic::{Diagnostic, Report, Span, nearest};
use crate::scenario::check::misfit;
use crate::scenario::parse::parse_value;
use crate::scenario::range::{Misread, Values};
use crate::scenario::set::{Astray, reach, value_at};
use crate::scenario::tree::{Entry, Node, Value};

/// A value of a scenario that nobody has measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumed {
    /// Its dotted path.
    pub path: String,
    /// Further paths that have the same value.
    pub also: Vec<String>,
    /// The values it may have.
    pub values: Values,
}

/// The ranges of what the scenario assumes. What the scenario does not have, because a client is
/// switched off, is left out.
pub(super) fn assumed(root: &Node, report: &mut Report) -> Vec<Assumed> {
    let entries = root.get("assumed").and_then(Node::as_table).into_iter().flatten();
    let stands = |path: &String| value_at(root, path).is_some();
    let checked = |(path, entry): (&String, &Entry)| {
        let values = range(&entry.node, report)?;
        let mut paths = vec![(path.clone(), entry.key)];
        if let Some(Node { value: Value::List(items), .. }) = entry.node.get("also") {
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

/// The values of a range, or `None` if it cannot be read, which is reported.
fn range(entry: &Node, report: &mut Report) -> Option<Values> {
    let node = entry.get("range")?;
    Values::parse(node.as_text()?)
        .map_err(|Misread { message, help, .. }| {
            report.push(Diagnostic::error("bad-vary", message).at(node.span).help(help));
        })
        .ok()
}

/// Whether the path leads somewhere and may have these values; otherwise it is reported.
fn fits(root: &Node, path: &str, at: Span, values: &Values, entry: &Node, report: &mut Report) -> bool {
    let kind = match reach(root, path) {
        Ok(kind) => kind,
        Err(astray) => {
            report.push(lost(path, at, &astray));
            return false;
        }
    };
    let place = entry.get("range").map_or(at, |node| node.span);
    let problem = values.told().iter().find_map(|end| misfit(&read(end, place), &kind, path));
    if let Some(problem) = problem {
        report.push(Diagnostic { span: Some(place), ..problem });
        return false;
    }
    // A value that another file, an option or a strategy has put there is not the one the range is about.
    let own = value_at(root, path).filter(|own| own.span.file == place.file);
    let own =
        own.and_then(|own| own.as_text().map(str::to_owned).or_else(|| Some(own.as_number()?.to_string())));
    if let Some(own) = own.filter(|own| values.holds(own) == Some(false)) {
        let message = format!("`{path}` is {own}, outside its own range");
        report.push(Diagnostic::warning("bad-vary", message).at(place));
    }
    true
}

fn lost(path: &str, at: Span, astray: &Astray) -> Diagnostic {
    let Astray { name, known } = astray;
    let near = nearest(name, known.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
    let message = format!("`{path}` leads nowhere: there is no `{name}`");
    let help = near.unwrap_or_else(|| format!("known there: {}", known.join(", ")));
    Diagnostic::error("unknown-name", message).at(at).help(help)
}

/// An end of a range as it would stand in the scenario.
fn read(end: &str, span: Span) -> Node {
    let number = parse_value(end, span.file, 0).filter(|node| node.as_number().is_some());
    Node { span, ..number.unwrap_or_else(|| Node::written(span, Value::Text(end.to_owned()))) }
}
