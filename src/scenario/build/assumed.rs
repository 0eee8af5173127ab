use crate::diagnostic::{Diagnostic, FileId, Report, Span, nearest};
use crate::scenario::check::misfit;
use crate::scenario::parse::parse_value;
use crate::scenario::range::Values;
use crate::scenario::set::{Astray, reach, value_at};
use crate::scenario::tree::{Entry, Node, Value};

/// The ranges of what the scenario assumes. One whose value the scenario does not have, because a
/// client or a step is switched off, is left out.
pub(super) fn assumed(root: &Node, report: &mut Report) -> Vec<(String, Values)> {
    let entries = root.get("assumed").and_then(Node::as_table).into_iter().flatten();
    let checked = |(path, entry): (&String, &Entry)| {
        let values = range(root, path, entry, report)?;
        value_at(root, path).is_some().then(|| (path.clone(), values))
    };
    entries.filter_map(checked).collect()
}

/// One range, or `None` if something is reported.
fn range(root: &Node, path: &str, entry: &Entry, report: &mut Report) -> Option<Values> {
    let kind = match reach(root, path) {
        Ok(kind) => kind,
        Err(Astray { name, known }) => {
            let message = format!("`{path}` leads nowhere: there is no `{name}`");
            let near = nearest(&name, known.iter().map(String::as_str))
                .map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| format!("known there: {}", known.join(", ")));
            report.push(Diagnostic::error("unknown-name", message).at(entry.key).help(help));
            return None;
        }
    };
    let node = entry.node.get("range")?;
    let text = node.as_text()?;
    let wrong = |message: String| Diagnostic::error("bad-vary", message).at(node.span);
    let values = match Values::parse(text) {
        Ok(values) => values,
        Err(misread) => {
            report.push(wrong(misread.message).help(misread.help));
            return None;
        }
    };
    for end in values.told() {
        let value = read(&end, node.span.file, node.span);
        if let Some(problem) = misfit(&value, &kind, path) {
            report.push(Diagnostic { span: Some(node.span), ..problem });
            return None;
        }
    }
    let own = value_at(root, path);
    let shown =
        own.and_then(Node::as_text).map(str::to_owned).or_else(|| own?.as_number().map(|n| n.to_string()));
    if shown.as_ref().and_then(|own| values.holds(own)) == Some(false) {
        let message = format!("`{path}` is {}, outside its own range", shown.unwrap_or_default());
        report.push(Diagnostic::warning("bad-vary", message).at(node.span));
    }
    Some(values)
}

/// An end of a range as it would stand in the scenario.
fn read(end: &str, file: FileId, span: Span) -> Node {
    let node = parse_value(end, file, 0).filter(|node| node.as_number().is_some());
    Node { span, ..node.unwrap_or_else(|| Node::written(span, Value::Text(end.to_owned()))) }
}
