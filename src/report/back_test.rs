//! How a back-test is shown: the verdict, and each prediction beside the record.

use super::markdown::section as markdown_section;
use super::{Cell, Section, escaped};
use crate::diagnostic::{Style, visible};
use crate::result::{BackTest, BackTestRow};
use crate::units::Bytes;

/// The back-test for a terminal.
pub fn table(test: &BackTest, style: Style) -> String {
    let verdict = style.bold(&style.wrapped(&visible(&test.verdict)));
    [verdict, style.section(&section(test))].join("\n\n") + "\n"
}

/// The back-test in GitHub's Markdown.
pub fn markdown(test: &BackTest) -> String {
    [format!("**{}**", escaped(&test.verdict)), markdown_section(&section(test))].join("\n\n") + "\n"
}

fn section(test: &BackTest) -> Section {
    let row = |row: &BackTestRow| {
        let shown = |value: f64| match row.unit.as_str() {
            "bytes" => Bytes(libm::round(value) as u64).to_string(),
            "share" => format!("{:.0} %", value * 100.0),
            unit => format!("{value:.1} {unit}"),
        };
        vec![
            Cell::Name(row.what.clone()),
            Cell::Number(shown(row.predicted)),
            Cell::Number(shown(row.observed)),
            Cell::Number(format!(
                "{:+.0} {}",
                row.error * 100.0,
                if row.unit == "share" { "points" } else { "%" }
            )),
            Cell::Number(format!("{} to {}", shown(row.low), shown(row.high))),
            Cell::Number(row.records.to_string()),
        ]
    };
    Section {
        title: "Predicted and recorded".to_owned(),
        headings: vec!["what", "predicted", "recorded", "error", "trusted from", "records"],
        rows: test.rows.iter().map(row).collect(),
        note: None,
    }
}
