//! A run as a Markdown comment. `cli` prints it for `--format markdown`.

use super::details::details;
use super::hint::hint;
use super::section::{Cell, Section};
use super::summary::{facts, sections};
use super::table::basis;
use super::verdict::verdict;
use crate::diagnostic::visible;
use crate::observe::Judgement;
use crate::result::{Checked, RunResult};

/// The run as a pull-request comment in GitHub's Markdown.
pub fn markdown(answer: &RunResult) -> String {
    let mut blocks = vec![format!("### Cache budget: {}", escaped(&answer.name))];
    blocks.push(format!("**{}**", escaped(&verdict(&answer.study))));
    blocks.push(escaped(&hint(answer)));
    blocks.extend(sections(answer).iter().map(section));
    blocks.push(escaped(&facts(&answer.study)));
    let checked: Vec<String> = answer.checked().iter().map(expectation).collect();
    if !checked.is_empty() {
        blocks.push(checked.join("\n"));
    }
    let details: Vec<String> = details(answer).iter().map(section).collect();
    blocks.push(format!("<details><summary>Details</summary>\n\n{}\n\n</details>", details.join("\n\n")));
    blocks.push(format!(
        "<sub>{} Reproduce with: \
        {}</sub>",
        escaped(&basis(answer)),
        escaped(&answer.reproduce)
    ));
    blocks.join("\n\n") + "\n"
}

/// Escapes `text` so that GitHub shows it as it is: no markup, HTML, links or mentions. A zero-width space
/// keeps `@name`, `#1` and addresses from becoming links, which no backslash does.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in visible(text).chars() {
        match letter {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '@' | '#' => out.extend([letter, '\u{200b}']),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '~' | '!' | '$' => {
                out.extend(['\\', letter])
            }
            _ => out.push(letter),
        }
    }
    out.replace("://", ":\u{200b}//").replace("www.", "www\u{200b}.")
}

pub(super) fn section(section: &Section) -> String {
    let mut lines =
        vec![format!("**{}**", section.title), String::new(), row(section.headings.iter().copied())];
    lines.push(row(section.headings.iter().map(|_| "---")));
    for cells in &section.rows {
        let texts = cells.iter().map(|cell| match cell {
            Cell::Name(name) => escaped(name),
            Cell::Number(number) => number.clone(),
        });
        lines.push(row(texts));
    }
    lines.extend(section.note.iter().map(|note| format!("\n{note}")));
    lines.join("\n")
}

fn row<T: AsRef<str>>(cells: impl Iterator<Item = T>) -> String {
    let cells: Vec<String> = cells.map(|cell| cell.as_ref().to_owned()).collect();
    format!("| {} |", cells.join(" | "))
}

fn expectation(checked: &Checked) -> String {
    let mark = match checked.judgement {
        Judgement::Held => "✅",
        Judgement::NotHeld => "❌",
        Judgement::Undecided => "❔",
    };
    format!("- {mark} {}: {}", escaped(&checked.expectation.to_string()), escaped(&checked.measured()))
}
