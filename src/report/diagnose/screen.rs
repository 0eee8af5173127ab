//! A diagnosis on one screen: the verdict, what holds most, what goes next, and the first findings, each in a line or two.
//! What is left out is one line with its count; `--details` shows all of it.

use super::sections::{class, families, needed, next};
use super::verdict::{span, verdict};
use super::without_them;
use crate::diagnostic::{Style, visible};
use crate::report::Section;
use crate::report::percent;
use crate::result::{Diagnosis, FindingRow};
use crate::units::{Bytes, counted};

/// The most lines of a screen, 80 columns wide.
const LINES_MAX: usize = 30;

/// How many families, entries that go next, and findings are shown: the first that fit.
const FITTINGS: [[usize; 3]; 6] = [[8, 5, 4], [6, 4, 4], [5, 3, 3], [4, 3, 3], [3, 2, 2], [2, 1, 1]];

/// The diagnosis for a terminal, without its details.
pub(super) fn screen(diagnosis: &Diagnosis, style: Style) -> String {
    let mut screens = FITTINGS.iter().map(|most| fitted(diagnosis, *most, style));
    let fits = |text: &String| text.lines().count() <= LINES_MAX;
    let narrowest = || fitted(diagnosis, FITTINGS[FITTINGS.len() - 1], style);
    screens.find(fits).unwrap_or_else(narrowest)
}

fn fitted(diagnosis: &Diagnosis, most: [usize; 3], style: Style) -> String {
    let [families_max, next_max, findings_max] = most;
    let mut blocks = vec![style.bold(&style.wrapped(&verdict(diagnosis)))];
    let held = Section { note: whom(diagnosis), ..families(diagnosis, families_max) };
    let goes = Section { note: None, ..next(diagnosis, next_max) };
    let has_rows = |section: &&Section| !section.rows.is_empty();
    blocks.extend([&held].into_iter().filter(has_rows).map(|section| style.untitled(section)));
    blocks.extend([&goes].into_iter().filter(has_rows).map(|section| style.section(section)));
    blocks.extend(last_change(diagnosis).map(|text| style.wrapped(&text)));
    let findings = diagnosis.findings.iter().take(findings_max);
    let lines: Vec<String> = findings.map(|finding| style.item("- ", &brief(finding))).collect();
    blocks.extend(Some(lines.join("\n")).filter(|lines| !lines.is_empty()));
    let left = left_out(diagnosis, [held.rows.len(), goes.rows.len(), findings_max]);
    blocks.push(format!("{}\n{}", style.wrapped(&left), visible(&diagnosis.reproduce)));
    blocks.join("\n\n") + "\n"
}

/// For whom the cache holds it, in a sentence.
fn whom(diagnosis: &Diagnosis) -> Option<String> {
    let all = (diagnosis.usage_bytes as f64).max(1.0);
    let part = |(label, bytes): (&str, u64)| {
        format!("{} {} ({})", class(label), Bytes(bytes).in_binary(), percent(bytes as f64 / all))
    };
    let parts: Vec<String> = diagnosis.refs.iter().map(|row| part((&row.r#ref, row.bytes))).collect();
    let needs = format!("All that some run can still restore needs a limit of {}.", needed(diagnosis));
    (!parts.is_empty()).then(|| format!("Held for: {}. {needs}", parts.join(", ")))
}

/// What happened between the last two listings.
fn last_change(diagnosis: &Diagnosis) -> Option<String> {
    let change = diagnosis.changes.last()?;
    let [written, removed] =
        [change.written_bytes, change.removed_bytes].map(|bytes| Bytes(bytes).in_binary());
    let within = change
        .hours
        .filter(|hours| *hours > 0.0)
        .map_or(String::new(), |hours| format!(" within {}", span(hours)));
    let new = match diagnosis.new_families.as_slice() {
        [] => String::new(),
        names => format!(" New since the first: {}.", names.join(", ")),
    };
    Some(format!("Between the last two listings{within}: {written} written, {removed} removed.{new}"))
}

/// A finding without its reasons, and the strategy that helps.
fn brief(finding: &FindingRow) -> String {
    let claim = finding.text.split(". ").next().unwrap_or_default();
    let claim = claim.split(": ").next().unwrap_or_default().trim_end_matches('.');
    let strategy = finding.strategy.as_deref().map(|name| format!(" Try {name}.")).unwrap_or_default();
    format!("{claim}.{}{strategy}", without_them(finding))
}

/// What the screen leaves out, given how many families, entries and findings it shows.
fn left_out(diagnosis: &Diagnosis, [families, next, findings]: [usize; 3]) -> String {
    let hidden: u64 = diagnosis.families.iter().skip(families).map(|family| family.bytes).sum();
    let more = |all: usize, shown: usize| all.saturating_sub(shown);
    let parts = [
        (
            more(diagnosis.families.len(), families),
            ["more family", "more families"],
            format!(" ({})", Bytes(hidden).in_binary()),
        ),
        (
            more(diagnosis.next_to_evict.len(), next),
            ["more entry that goes", "more entries that go"],
            String::new(),
        ),
        (more(diagnosis.findings.len(), findings), ["more finding", "more findings"], String::new()),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let named: Vec<String> =
        parts.map(|(count, [one, many], of)| format!("{}{of}", counted(count, one, many))).collect();
    let joint = if named.is_empty() { "" } else { ", " };
    format!("--details shows {}{joint}the reasons, what to edit, and all tables.", named.join(", "))
}
