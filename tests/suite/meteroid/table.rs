//! The two tables of the case's page.

use super::basis;
use super::claims::{Claim, Spread, Verdict, percent};
use super::evidence::Evidence;
use std::fmt::Write;

const BEGIN: &str = "<!-- claims: written by a command, see below -->";
const END: &str = "<!-- end of claims -->";

/// Both tables in Markdown.
pub fn render(claims: &[Claim], evidence: &[Evidence]) -> String {
    let mut text = String::from(
        "| scenario | claim | simulated | | basis | what would have missed |\n|---|---|---|---|---|---|\n",
    );
    for claim in claims {
        let verdict = match claim.verdict {
            Verdict::Held => "held",
            Verdict::NotHeld => "**not held**",
            Verdict::Broken => "**broken**",
        };
        let (basis, width) = basis::of(claim.text);
        writeln!(
            text,
            "| {} | {} | {} | {verdict} | {} | {width} |",
            claim.scenario,
            claim.text,
            claim.simulated,
            basis.label()
        )
        .expect("a string");
    }
    text.push_str("\nWhich remedy cures which symptom:\n\n");
    text.push_str("| scenario | main's Test finds its entry evicted | sccache writes lost in cold, overlapping Tests | dependency layers found | image runs, median (P10–P90) | cache peak |\n");
    text.push_str("|---|---|---|---|---|---|\n");
    for e in evidence {
        text.push_str(&remedy(e));
    }
    text
}

fn remedy(e: &Evidence) -> String {
    let losses = Spread::of(&e.overlapping_losses);
    let images = Spread::of(&e.image_runs);
    let lost = if losses.p50.is_nan() { "–".to_owned() } else { percent(losses.p50) };
    format!(
        "| {} | {} | {lost} | {} | {:.1} min ({:.1}–{:.1}) | {:.1} GB |\n",
        e.name,
        percent(e.main_evicted / e.main_restores),
        percent(e.cook.0 / e.cook.1),
        images.p50,
        images.p10,
        images.p90,
        e.peak_gb,
    )
}

/// The page with the part between the marks replaced.
pub fn replaced(page: &str, rendered: &str) -> String {
    let (before, rest) = page.split_once(BEGIN).expect("the page has the opening mark");
    let (_, after) = rest.split_once(END).expect("the page has the closing mark");
    format!("{before}{BEGIN}\n{rendered}{END}{after}")
}
