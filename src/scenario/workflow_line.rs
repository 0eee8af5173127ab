//! Where a value of an imported scenario comes from: the file and line of a workflow that the comment in its line, or in
//! that of a table around it, names. `import` writes these comments; a scenario without them has no such places.

use super::document::Scenario;
use super::tree::{Node, TreeValue};
use crate::diagnostic::Span;

impl Scenario {
    /// The file and line that a value of this path, or else what stands around it, was imported from, such as
    /// `.github/workflows/ci.yml:31`. `None` if no comment says so.
    pub fn workflow_line(&self, path: &[String]) -> Option<String> {
        let mut of_line = None;
        for span in spans(&self.root, path).into_iter().rev() {
            match self.comment(span).and_then(place) {
                Some(Mention::Line(number)) => of_line = of_line.or(Some(number)),
                // `line 4` counts in the file of the workflow around it.
                Some(Mention::File(file)) => {
                    return Some(match of_line {
                        Some(line) if !file.contains(".yml:") && !file.contains(".yaml:") => {
                            format!("{file}:{line}")
                        }
                        _ => file.to_owned(),
                    });
                }
                None => {}
            }
        }
        None
    }

    /// The comment at the end of the line in which this stands.
    fn comment(&self, span: Span) -> Option<&str> {
        let sources = &self.report.sources;
        let line = sources.text(span.file).get(sources.line_start(span)..)?.lines().next()?;
        Some(line.rsplit_once(" # ")?.1)
    }
}

/// The positions of the keys and elements along a path, as far as it exists.
fn spans(root: &Node, path: &[String]) -> Vec<Span> {
    let (mut node, mut spans) = (root, vec![]);
    for part in path {
        let next = match &node.value {
            TreeValue::Table(table) => table.get(part).map(|entry| (entry.key, &entry.node)),
            TreeValue::List(items) => {
                let item = part.parse().ok().and_then(|index: usize| items.get(index));
                item.map(|item| (item.span, item))
            }
            _ => None,
        };
        let Some((span, inner)) = next else { break };
        spans.push(span);
        node = inner;
    }
    spans
}

/// What a comment says of the place.
enum Mention<'a> {
    File(&'a str),
    Line(&'a str),
}

fn place(comment: &str) -> Option<Mention<'_>> {
    if let Some(rest) = comment.strip_prefix("line ") {
        let number = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
        return (!number.is_empty()).then_some(Mention::Line(number));
    }
    let first = comment.split([' ', ',']).next()?;
    let is_file = first.split_once(':').map_or(first, |(file, _)| file);
    (is_file.ends_with(".yml") || is_file.ends_with(".yaml")).then_some(Mention::File(first))
}
