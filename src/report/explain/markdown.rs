//! An explanation as a Markdown comment. `cli` prints it for `--format markdown`.

use super::sentence::{paragraphs, title, verdict};
use super::table::{basis, nothing_missed};
use crate::report::escaped;
use crate::report::markdown::section;
use crate::result::{ExplainedRun, Explanation};

/// The explained job runs in GitHub's Markdown.
pub fn markdown(explained: &Explanation) -> String {
    let mut blocks = Vec::new();
    for run in &explained.explained {
        blocks.extend(job_run(explained, run));
    }
    blocks.extend(nothing_missed(explained).map(|text| format!("**{text}**")));
    blocks.push(format!(
        "<sub>{} Reproduce with: {}</sub>",
        escaped(&basis(explained)),
        escaped(&explained.reproduce)
    ));
    blocks.join("\n\n") + "\n"
}

fn job_run(explained: &Explanation, run: &ExplainedRun) -> Vec<String> {
    let mut blocks = vec![format!("### {}", escaped(&title(run))), format!("**{}**", escaped(&verdict(run)))];
    blocks.extend(paragraphs(run, explained.limit).iter().map(|paragraph| escaped(paragraph)));
    blocks.extend(run.section().as_ref().map(section));
    blocks
}
