//! The tables of the case's page.

use super::alternatives::{self, World};
use super::basis;
use super::claims::{Claim, Spread, Verdict, percent};
use super::evidence::Evidence;
use std::fmt::Write;

/// Every table in Markdown, under the name of the place where the page has it.
pub fn render(
    claims: &[Claim],
    held_out: &[Claim],
    evidence: &[Evidence],
    worlds: &[World],
) -> [(&'static str, String); 5] {
    let before = evidence.iter().find(|e| e.name == "before").expect("every scenario is played");
    [
        ("claims", held_against(claims)),
        ("held out", held_against(held_out)),
        ("remedies", remedies(evidence)),
        ("writes", writes(before)),
        ("alternatives", alternatives::render(worlds)),
    ]
}

fn held_against(claims: &[Claim]) -> String {
    let mut text = String::from(
        "| scenario | runs | claim | simulated | | basis | what would have missed |\n|---|---|---|---|---|---|---|\n",
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
            "| {} | {} | {} | {} | {verdict} | {} | {width} |",
            claim.scenario,
            claim.replications,
            claim.text,
            claim.simulated,
            basis.label()
        )
        .expect("a string");
    }
    text
}

fn remedies(evidence: &[Evidence]) -> String {
    let mut text = String::from(
        "| scenario | runs | main's Test finds its entry evicted | sccache writes lost in cold, overlapping Tests | \
         dependency layers found | image runs, median (P10–P90) | cache peak |\n|---|---|---|---|---|---|---|\n",
    );
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
        "| {} | {} | {} | {lost} | {} | {:.1} min ({:.1}–{:.1}) | {:.1} GB |\n",
        e.name,
        e.replications,
        percent(e.main_evicted / e.main_restores),
        percent(e.cook.0 / e.cook.1),
        images.p50,
        images.p10,
        images.p90,
        e.peak_gb,
    )
}

/// What becomes of sccache's writes on an average day of `before`.
fn writes(before: &Evidence) -> String {
    let all = before.sccache_writes;
    let lost = all.rate_limited + all.read_only + all.exists;
    let mut text = String::from("| writes a day | | of those lost |\n|---|---|---|\n");
    let rows = [
        ("refused: 200 uploads of this minute were through", all.rate_limited),
        ("not tried: the server's check entry was refused, so it only reads", all.read_only),
        ("told that the object exists: another job was first", all.exists),
    ];
    writeln!(text, "| stored | {:.0} | |", all.attempted - lost).expect("a string");
    for (what, number) in rows {
        writeln!(text, "| {what} | {number:.0} | {} |", percent(number / lost)).expect("a string");
    }
    text
}

/// The page with each part between its marks replaced.
pub fn replaced(page: &str, parts: &[(&str, String)]) -> String {
    parts.iter().fold(page.to_owned(), |page, (name, rendered)| {
        let begin = format!("<!-- {name}: written by a command -->");
        let end = format!("<!-- end of {name} -->");
        let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("the page has `{begin}`"));
        let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("the page has `{end}`"));
        format!("{before}{begin}\n{rendered}{end}{after}")
    })
}
