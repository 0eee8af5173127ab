//! A comparison as text for a terminal. `cli` prints it.

use super::super::table::Style;
use super::sections::sections;
use super::sentence::sentences;
use crate::diagnostic::printable;
use crate::result::ComparisonResult;

/// The verdict, the tables, and the command that gives the same result again.
pub fn table(compared: &ComparisonResult, style: Style) -> String {
    let answer: Vec<String> = sentences(compared).iter().map(|text| style.wrapped(text)).collect();
    let mut blocks = vec![style.bold(&answer.join("\n"))];
    blocks.extend(sections(compared).iter().map(|section| style.section(section)));
    blocks.push(format!("{}\n{}", style.wrapped(&compared.basis()), printable(&compared.reproduce)));
    blocks.join("\n\n") + "\n"
}
