//! An explanation as a Markdown comment. `cli` prints it for `--format markdown`.

use super::sentence::{paragraphs, title, verdict};
use super::table::{basis, nothing_missed};
use crate::report::escaped;
use crate::report::markdown::section;
use crate::result::{ExplainedRun, Explanation};

/// The explained job runs in GitHub's Markdown.
pub fn markdown(explained: &Explanation) -> String {
    let mut blocks = Vec::new();
    for told in &explained.stories {
        blocks.extend(story(explained, told));
    }
    blocks.extend(nothing_missed(explained).map(|text| format!("**{text}**")));
    blocks.push(format!(
        "<sub>{} Reproduce with: {}</sub>",
        escaped(&basis(explained)),
        escaped(&explained.reproduce)
    ));
    blocks.join("\n\n") + "\n"
}

fn story(explained: &Explanation, told: &ExplainedRun) -> Vec<String> {
    let mut blocks =
        vec![format!("### {}", escaped(&title(told))), format!("**{}**", escaped(&verdict(told)))];
    blocks.extend(paragraphs(told, explained.limit).iter().map(|paragraph| escaped(paragraph)));
    blocks.extend(told.section().as_ref().map(section));
    blocks
}
