//! The one-page overview of a comparison or a sweep: the verdict, the tables, and the command that gives the
//! same result again. `compare` and `sweep` fill it; it is shown on a terminal and as a Markdown comment.

use super::markdown::{code, escaped, prose, section};
use super::section::Section;
use crate::diagnostic::{Style, visible};

/// What an overview shows, in its order.
pub(super) struct Overview<'a> {
    /// The heading of the comment, in Markdown. A terminal needs none, because it shows the command above.
    pub heading: String,
    /// The sentences of the verdict.
    pub verdict: Vec<String>,
    /// The tables. Their titles and notes contain names of the scenario.
    pub sections: Vec<Section>,
    /// What the numbers are based on.
    pub basis: String,
    /// The words before the command in the comment.
    pub again: &'static str,
    /// The command that gives the same result again.
    pub reproduce: &'a str,
}

impl Overview<'_> {
    /// The overview for a terminal.
    pub fn table(&self, style: Style) -> String {
        let verdict: Vec<String> = self.verdict.iter().map(|text| style.wrapped(text)).collect();
        let mut blocks = vec![style.bold(&verdict.join("\n"))];
        blocks.extend(self.sections.iter().map(|section| style.section(section)));
        blocks.push(format!("{}\n{}", style.wrapped(&self.basis), visible(self.reproduce)));
        blocks.join("\n\n") + "\n"
    }

    /// The overview as a pull-request comment in GitHub's Markdown.
    pub fn markdown(self) -> String {
        let mut blocks = vec![format!("### {}", self.heading)];
        blocks.push(format!("**{}**", prose(&self.verdict.join(" "))));
        blocks.extend(self.sections.into_iter().map(|mut table| {
            table.title = escaped(&table.title);
            table.note = table.note.as_deref().map(prose);
            section(&table)
        }));
        let (basis, reproduce) = (prose(&self.basis), code(self.reproduce));
        blocks.push(format!("<sub>{basis} {} {reproduce}</sub>", self.again));
        blocks.join("\n\n") + "\n"
    }
}
