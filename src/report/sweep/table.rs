//! A sweep as text for a terminal. `cli` prints it.

use super::super::table::Style;
use super::sections::sections;
use super::sentence::sentences;
use crate::diagnostic::printable;
use crate::result::SweepResult;

/// The verdict, the tables, and the command that gives the same result again.
pub fn table(swept: &SweepResult, style: Style) -> String {
    let answer: Vec<String> = sentences(swept).iter().map(|text| style.wrapped(text)).collect();
    let mut blocks = vec![style.bold(&answer.join("\n"))];
    blocks.extend(sections(swept).iter().map(|section| style.section(section)));
    blocks.push(format!("{}\n{}", style.wrapped(&swept.basis()), printable(&swept.plan.reproduce)));
    blocks.join("\n\n") + "\n"
}
