//! The part of a page about one result: its verdict, its tables, its timeline.

use super::data::{Detail, told};
use crate::observe::Judgement;
use crate::report::charts::{NamedTimeline, client_color, escaped, holding};
use crate::report::compare::{self};
use crate::report::diagnose;
use crate::report::number::is_unit_of;
use crate::report::section::{Cell, Section};
use crate::report::sweep::{self};
use crate::report::two_runs::{self, TwoRuns};
use crate::report::{ROWS_OF_A_PAGE, conclusion, details, facts, hint, sections};
use crate::result::{Checked, ComparisonResult, Diagnosis, RunResult, SavedResult, SweepResult};

/// The verdict of a result, its tables, and the command that gives the same result again.
pub(super) fn result(place: usize, saved: &SavedResult) -> String {
    let (title, body, command) = match saved {
        SavedResult::Run(answer) => (escaped(&answer.name), run(answer), &answer.reproduce),
        SavedResult::Sweep(swept) => {
            (format!("Sweep of {}", escaped(&swept.plan.name)), settings(swept), &swept.plan.reproduce)
        }
        SavedResult::Compare(compared) => (
            format!("Compared with {}", escaped(compared.base_name())),
            comparison(compared),
            &compared.reproduce,
        ),
        SavedResult::Diagnose(diagnosis) => {
            ("What is in the cache".to_owned(), holdings(diagnosis), &diagnosis.reproduce)
        }
    };
    let again = format!("<h3>Reproduce these numbers</h3><pre><code>{}</code></pre>", escaped_whole(command));
    format!("<section id=\"result-{place}\"><h2>{title}</h2>{body}{again}</section>")
}

/// What changed between two runs: the first section of their page.
pub(super) fn difference(two: &TwoRuns) -> String {
    let tables: String = two_runs::sections(two).iter().map(table).collect();
    let commands =
        two.commands().map(|(side, command)| format!("{side}: <code>{}</code>", escaped_whole(command)));
    let commands = format!("<p class=\"note\">{}</p>", commands.join("<br>"));
    let body = paragraph("verdict", &two_runs::verdict(two)) + &tables + &paragraph("note", &two.basis());
    format!("<section id=\"difference\"><h2>What changed</h2>{body}{commands}</section>")
}

fn settings(swept: &SweepResult) -> String {
    let tables: String = sweep::sections(swept).iter().map(table).collect();
    paragraph("verdict", &sweep::verdict(swept)) + &tables + &paragraph("note", &swept.basis())
}

fn run(answer: &RunResult) -> String {
    let study = &answer.study;
    let mut text = paragraph("verdict", &conclusion(answer));
    text += &paragraph("", &format!("Hint: {}", hint(answer)));
    text += &paragraph("", &facts(study));
    let checked = answer.checked();
    if !checked.is_empty() {
        let line = |checked: &Checked| {
            let class = match checked.judgement {
                Judgement::Held => "held",
                Judgement::NotHeld => "broken",
                Judgement::Undecided => "open",
            };
            format!(
                "<li><span class=\"{class}\">{}</span> {}: {}</li>",
                checked.mark(),
                escaped_whole(&checked.expectation.to_string()),
                escaped_whole(&checked.measured())
            )
        };
        text += &format!("<h3>Expectations</h3><ul>{}</ul>", checked.iter().map(line).collect::<String>());
    }
    text.extend(sections(answer, ROWS_OF_A_PAGE).iter().chain(&details(answer)).map(table));
    text + &basis(answer.study.replications, answer.simulated_days(), answer.warmup_days(), answer.seed)
}

fn comparison(compared: &ComparisonResult) -> String {
    let mut text = paragraph("verdict", &compare::verdict(compared));
    text.extend(compare::sections(compared, true).iter().map(table));
    let (days, warmup) = compared.days();
    text + &basis(compared.base.replications, days, warmup, compared.seed)
}

fn holdings(diagnosis: &Diagnosis) -> String {
    let item = |text: String| format!("<li>{}</li>", escaped_whole(&text));
    let list = |title: &str, items: String| match items.as_str() {
        "" => String::new(),
        items => format!("<h3>{title}</h3><ul>{items}</ul>"),
    };
    let findings = diagnosis.findings.iter().map(|finding| item(diagnose::finding(finding).join(" ")));
    let mut text = paragraph("verdict", &diagnose::verdict(diagnosis));
    text += &list("Failed", diagnose::failures(diagnosis).map(item).collect());
    text.extend(diagnose::sections(diagnosis).iter().map(table));
    text += &list("Findings", findings.collect());
    text + &list("Notes", diagnosis.notes.iter().cloned().map(item).collect())
}

fn basis(replications: u32, days: f64, warmup: f64, seed: u64) -> String {
    let intervals = match replications {
        1 => "One replication, so no intervals".to_owned(),
        n => format!("Means of {n} replications with 95 % intervals in brackets"),
    };
    let measured = days - warmup;
    paragraph(
        "note",
        &format!("{intervals}, over {measured:.1} days after {warmup:.1} days of warm-up, seed {seed}."),
    )
}

/// The timelines, which the script draws.
pub(super) fn timelines(results: &[SavedResult], detail: Detail) -> String {
    let told = told(results, detail);
    if told.is_empty() {
        return String::new();
    }
    let timelines: String = told.iter().enumerate().map(|(place, told)| timeline(place, told)).collect();
    format!(
        "<section id=\"timelines\"><h2>Timeline</h2><p class=\"how\"><strong>How to read this.</strong> \
         The top panel shows what each client's entries hold, the limit as a dashed line, and in grey how \
         far the cache exceeds it until the next sweep. The middle panel shows what sweeps evict, and the \
         bottom panel shows the jobs. Move the pointer over the chart, or drag the first slider, to choose \
         a time; drag the second slider to zoom. On the keyboard, arrows move, + and − zoom, and Home and \
         End go to the ends. Only the first replication is shown.</p>{timelines}</section>"
    )
}

fn timeline(place: usize, told: &NamedTimeline) -> String {
    let name = escaped(&told.name);
    let key = |client: usize| {
        let color = client_color(told.timeline, client);
        format!(
            "<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect width=\"1\" height=\"1\" fill=\"var(--{color})\"/></svg>{}</li>",
            escaped(&told.timeline.clients[client])
        )
    };
    let keys: String = holding(told.timeline).into_iter().map(key).collect();
    format!(
        "<div class=\"timeline\" id=\"timeline-{place}\"><h3>{name}</h3><ul class=\"keys\">{keys}</ul><canvas tabindex=\"0\" role=\"img\" \
         aria-label=\"Timeline of {name}; arrow keys move through it\"></canvas><p class=\"controls\"><span>At</span> \
         <input class=\"scrub\" type=\"range\" min=\"0\" value=\"0\" aria-label=\"Instant shown\"><span>Closer</span>\
         <input class=\"zoom\" type=\"range\" min=\"0\" max=\"100\" value=\"0\" aria-label=\"How close\"><button \
         type=\"button\" class=\"whole\">Whole time</button></p><output class=\"readout\"></output></div>"
    )
}

fn paragraph(class: &str, text: &str) -> String {
    format!("<p class=\"{class}\">{}</p>", prose(text))
}

/// A text of ours: what stands between two backticks is code. Names in it are escaped either way.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped_whole(text);
    }
    let shown = |(place, part): (usize, &&str)| match place % 2 {
        // A short command stays on its line.
        1 if part.len() <= 30 => format!("<code class=\"short\">{}</code>", escaped_whole(part)),
        1 => format!("<code>{}</code>", escaped_whole(part)),
        _ => escaped_whole(part),
    };
    parts.iter().enumerate().map(shown).collect()
}

/// Escapes a text word by word: words that are too long for a name are cut, whole sentences are not. No line ends between
/// a number and its unit.
pub(super) fn escaped_whole(text: &str) -> String {
    let mut words = text.split(' ').peekable();
    let mut out = String::new();
    while let Some(word) = words.next() {
        out += &escaped(word);
        out += match words.peek() {
            None => "",
            Some(next) if is_unit_of(word, next) => "\u{a0}",
            Some(_) => " ",
        };
    }
    out
}

/// A section as an HTML table.
fn table(section: &Section) -> String {
    let numbers = |column: usize| section.rows.iter().all(|row| matches!(row[column], Cell::Number(_)));
    let class = |column: usize| if numbers(column) { " class=\"number\"" } else { "" };
    let heading =
        |(column, text): (usize, &&str)| format!("<th scope=\"col\"{}>{}</th>", class(column), escaped(text));
    let headings: String = section.headings.iter().enumerate().map(heading).collect();
    let cell = |(column, cell): (usize, &Cell)| {
        let text = match cell {
            Cell::Name(name) => prose(name),
            Cell::Number(number) => together(&escaped(number)),
        };
        format!("<td{}>{text}</td>", class(column))
    };
    let row = |row: &Vec<Cell>| format!("<tr>{}</tr>", row.iter().enumerate().map(cell).collect::<String>());
    let rows: String = section.rows.iter().map(row).collect();
    let note = section.note.as_ref().map(|note| paragraph("note", note));
    format!(
        "<div class=\"scroll\"><table class=\"sortable\"><caption>{}</caption><thead><tr>{headings}</tr></thead>\
         <tbody>{rows}</tbody></table></div>{}",
        escaped(&section.title),
        note.unwrap_or_default()
    )
}

/// A number that is only broken before its interval, as in `3.4 GB (3.3–3.4)`.
fn together(number: &str) -> String {
    let (mean, interval) = number.split_once(" (").unwrap_or((number, ""));
    let interval = if interval.is_empty() { String::new() } else { format!(" <span>({interval}</span>") };
    format!("<span>{mean}</span>{interval}")
}
