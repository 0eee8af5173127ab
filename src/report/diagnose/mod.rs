//! How a diagnosis is shown: on one screen, with everything on demand, and as a comment. Sizes are in binary units, like
//! those of `gh cache list`.

mod csv;
mod screen;
mod sections;
mod verdict;

pub use csv::csv;
pub use verdict::verdict;

use super::markdown::section as markdown_section;
use super::{Section, escaped};
use crate::diagnostic::{Style, visible};
use crate::result::{Diagnosis, FindingRow};

/// How many findings a comment shows without `--details`.
const FINDINGS_MAX: usize = 4;

/// The diagnosis as JSON: schema version 1.
pub fn json(diagnosis: &Diagnosis) -> String {
    Diagnosis { verdict: verdict(diagnosis), ..diagnosis.clone() }.json()
}

/// The diagnosis for a terminal: one screen, or with `details` everything.
pub fn table(diagnosis: &Diagnosis, details: bool, style: Style) -> String {
    if !details {
        return screen::screen(diagnosis, style);
    }
    let mut blocks = vec![style.bold(&style.wrapped(&verdict(diagnosis)))];
    blocks.extend(sections::of(diagnosis, true).iter().map(|section| style.section(section)));
    if !diagnosis.findings.is_empty() {
        let lines = diagnosis.findings.iter().flat_map(|finding| {
            lines(finding, true).zip(["- ", "  "]).map(|(line, bullet)| style.item(bullet, &line))
        });
        let lines: Vec<String> = lines.collect();
        blocks.push(format!("{}\n{}", style.bold("Findings"), lines.join("\n")));
    }
    blocks.push(visible(&diagnosis.reproduce).into_owned());
    blocks.join("\n\n") + "\n"
}

/// The diagnosis as a comment in GitHub's Markdown.
pub fn markdown(diagnosis: &Diagnosis, details: bool) -> String {
    let mut blocks =
        vec!["### What is in the cache".to_owned(), format!("**{}**", escaped(&verdict(diagnosis)))];
    blocks.extend(failures(diagnosis).map(|text| format!("❌ {}", escaped(&text))));
    let escaped_note =
        |section: Section| Section { note: section.note.map(|note| escaped(&note)), ..section };
    let sections = sections::of(diagnosis, details).into_iter().map(escaped_note);
    blocks.extend(sections.map(|section| markdown_section(&section)));
    let findings = findings(diagnosis, details);
    if !findings.is_empty() {
        let line = |finding: &FindingRow| {
            let lines: Vec<String> = lines(finding, details).map(|line| escaped(&line)).collect();
            format!("- {}", lines.join(" "))
        };
        blocks.push(format!("**Findings**\n\n{}", findings.iter().map(line).collect::<Vec<_>>().join("\n")));
    }
    let notes = diagnosis.notes.iter().map(|note| format!("Note: {note}."));
    let small: Vec<String> = notes.chain([format!("Reproduce with: {}", diagnosis.reproduce)]).collect();
    blocks.push(format!("<sub>{}</sub>", escaped(&small.join(" "))));
    blocks.join("\n\n") + "\n"
}

/// What `--fail-on` found, a sentence each.
pub fn failures(diagnosis: &Diagnosis) -> impl Iterator<Item = String> + '_ {
    diagnosis.failed_on.iter().map(|met| format!("--fail-on: {met}"))
}

fn findings(diagnosis: &Diagnosis, details: bool) -> &[FindingRow] {
    let shown = if details { diagnosis.findings.len() } else { FINDINGS_MAX.min(diagnosis.findings.len()) };
    &diagnosis.findings[..shown]
}

/// All tables of a diagnosis.
pub(super) fn sections(diagnosis: &Diagnosis) -> Vec<Section> {
    sections::of(diagnosis, true)
}

/// A finding and its remedy, a line each.
pub(super) fn finding(finding: &FindingRow) -> Vec<String> {
    lines(finding, true).collect()
}

/// A finding, and its remedy with `details`.
fn lines(finding: &FindingRow, details: bool) -> impl Iterator<Item = String> {
    let costs = without_them(finding);
    let strategy = finding.strategy.as_deref().map(|name| format!(" Try {name}.")).unwrap_or_default();
    let edit = (details && !finding.edit.is_empty()).then(|| format!("Edit: {}", finding.edit));
    [format!("{}{costs}{strategy}", finding.text)].into_iter().chain(edit)
}

/// What the jobs of a scenario lose without the entries of a finding, as a further sentence.
fn without_them(finding: &FindingRow) -> String {
    let costs = finding.minutes.filter(|minutes| *minutes > 0.0);
    costs.map_or_else(String::new, |minutes| {
        format!(" Without them, the jobs of the scenario lose up to {minutes:.0} min.")
    })
}
