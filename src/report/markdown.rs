//! A run as a Markdown comment. `cli` prints it for `--format markdown`.

use super::answer::details::details;
use super::answer::hint::hint;
use super::answer::summary::{ROWS_OF_A_PAGE, facts, sections};
use super::answer::verdict::conclusion;
use super::section::{Cell, Section};
use super::table::basis;
use crate::diagnostic::visible;
use crate::observe::Judgement;
use crate::result::{Checked, RunResult};

/// The run as a pull-request comment in GitHub's Markdown.
pub fn markdown(answer: &RunResult) -> String {
    let mut blocks = vec![format!("### Cache budget: {}", escaped(&answer.name))];
    blocks.push(format!("**{}**", escaped(&conclusion(answer))));
    blocks.push(prose(&hint(answer)));
    blocks.extend(sections(answer, ROWS_OF_A_PAGE).iter().map(section));
    blocks.push(escaped(&facts(&answer.study)));
    let checked: Vec<String> = answer.checked().iter().map(expectation).collect();
    if !checked.is_empty() {
        blocks.push(checked.join("\n"));
    }
    let details: Vec<String> = details(answer).iter().map(section).collect();
    blocks.push(format!("<details><summary>Details</summary>\n\n{}\n\n</details>", details.join("\n\n")));
    blocks.push(format!("<sub>{} Reproduce with: {}</sub>", prose(&basis(answer)), code(&answer.reproduce)));
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

/// Like [`escaped`], but what stands between two backticks is shown as code. Whatever a name contains, it is either
/// escaped or code.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) || parts.iter().skip(1).step_by(2).any(|part| part.trim().is_empty()) {
        return escaped(text);
    }
    let shown = |(place, part): (usize, &&str)| if place % 2 == 1 { code(part) } else { escaped(part) };
    parts.iter().enumerate().map(shown).collect()
}

/// A text as code, between more backticks than it has in a row.
pub(super) fn code(text: &str) -> String {
    let text = visible(text);
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A table whose title and note contain names of scenarios, which are escaped.
pub(super) fn prepared(table: Section) -> String {
    section(&Section { title: escaped(&table.title), note: table.note.as_deref().map(prose), ..table })
}

pub(super) fn section(section: &Section) -> String {
    let mut lines =
        vec![format!("**{}**", section.title), String::new(), row(section.headings.iter().copied())];
    lines.push(row(section.headings.iter().map(|_| "---")));
    for cells in &section.rows {
        let texts = cells.iter().map(|cell| match cell {
            // Even in code, a bar ends a cell.
            Cell::Name(name) if name.contains('|') => escaped(name),
            Cell::Name(name) => prose(name),
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
