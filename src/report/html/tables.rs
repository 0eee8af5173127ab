//! The tables of a report as HTML. The script in the page makes them sortable.

use crate::report::charts::escaped;
use crate::report::section::{Cell, Section};

/// A section as an HTML table.
pub(super) fn table(section: &Section) -> String {
    let numbers = |column: usize| section.rows.iter().all(|row| matches!(row[column], Cell::Number(_)));
    let class = |column: usize| if numbers(column) { " class=\"number\"" } else { "" };
    let heading =
        |(column, text): (usize, &&str)| format!("<th scope=\"col\"{}>{}</th>", class(column), escaped(text));
    let headings: String = section.headings.iter().enumerate().map(heading).collect();
    let cell = |(column, cell): (usize, &Cell)| {
        let text = match cell {
            Cell::Name(name) => escaped(name),
            Cell::Number(number) => together(&escaped(number)),
        };
        format!("<td{}>{text}</td>", class(column))
    };
    let row = |row: &Vec<Cell>| format!("<tr>{}</tr>", row.iter().enumerate().map(cell).collect::<String>());
    let rows: String = section.rows.iter().map(row).collect();
    let note = section.note.as_ref().map(|note| format!("<p class=\"note\">{}</p>", escaped(note)));
    format!(
        "<div class=\"scroll\"><table class=\"sortable\"><caption>{}</caption><thead><tr>{headings}</tr></thead>\
         <tbody>{rows}</tbody></table></div>{}",
        escaped(&section.title),
        note.unwrap_or_default()
    )
}

/// A number that is only broken before its interval, as in `3.4 GB (3.3–3.4)`.
fn together(number: &str) -> String {
    let (mean, interval) = number.split_once(" (").unwrap_or((number, ""));
    let interval = if interval.is_empty() { String::new() } else { format!(" <span>({interval}</span>") };
    format!("<span>{mean}</span>{interval}")
}
