//! The model page of the documentation (`docs/model.md`) as HTML, so that every report carries the same
//! assumptions. It knows the Markdown that this page uses, and no more.

use crate::report::charts::escaped;

const MODEL: &str = include_str!("../../../docs/model.md");

/// All sections of the model page except its title.
pub(super) fn html() -> String {
    let blocks = MODEL.split("\n\n").skip(1).map(str::trim).filter(|block| !block.is_empty());
    blocks.map(block).collect()
}

/// A heading, a table, a paragraph, a list, or a paragraph with a list. The page consists of these.
fn block(text: &str) -> String {
    if let Some(heading) = text.strip_prefix("## ") {
        return format!("<h3>{}</h3>", inline(heading));
    }
    if text.starts_with('|') {
        return table(text);
    }
    let (before, list) = match text.strip_prefix("- ") {
        Some(list) => ("", list),
        None => text.split_once("\n- ").unwrap_or((text, "")),
    };
    let flowing = |text: &str| inline(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    let items = list.split("\n- ").filter(|item| !item.is_empty());
    let items: String = items.map(|item| format!("<li>{}</li>", flowing(item))).collect();
    let paragraph = if before.is_empty() { String::new() } else { format!("<p>{}</p>", flowing(before)) };
    if items.is_empty() { paragraph } else { format!("{paragraph}<ul>{items}</ul>") }
}

fn table(text: &str) -> String {
    let cells = |line: &str, tag: &str| -> String {
        let cells = line.trim().trim_matches('|').split(" |").map(str::trim);
        cells.map(|cell| format!("<{tag}>{}</{tag}>", inline(cell))).collect()
    };
    let mut lines = text.lines();
    let head = lines.next().map(|line| cells(line, "th")).unwrap_or_default();
    let rows = lines.skip(1).map(|line| format!("<tr>{}</tr>", cells(line, "td")));
    let rows: String = rows.collect();
    format!("<div class=\"scroll\"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")
}

/// Code, bold and italic text. Nothing is marked up inside code.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (place, part) in text.split('`').enumerate() {
        let part = part.replace("\\*", "*");
        let part = part.split(' ').map(escaped).collect::<Vec<_>>().join(" ");
        out += &if place % 2 == 1 {
            format!("<code>{part}</code>")
        } else {
            marked(&marked(&part, "**", "strong"), "*", "em")
        };
    }
    out
}

/// Wraps every second part between marks in an element. A mark without a partner stays as it is.
fn marked(text: &str, mark: &str, tag: &str) -> String {
    let parts: Vec<&str> = text.split(mark).collect();
    if parts.len().is_multiple_of(2) {
        return text.to_owned();
    }
    let element = |(place, part): (usize, &&str)| {
        if place % 2 == 1 { format!("<{tag}>{part}</{tag}>") } else { (*part).to_owned() }
    };
    parts.iter().enumerate().map(element).collect()
}
