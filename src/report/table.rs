//! A run as text for a terminal, and the layout that all tables in a terminal use. `cli` prints it.

use super::answer::assumptions::predicted;
use super::answer::basis::{dependent, measured, precision};
use super::answer::details::details;
use super::answer::hint::{hint, short_hint};
use super::answer::summary::{JOBS, ROWS_OF_A_PAGE, facts, sections, sections_within};
use super::answer::verdict::conclusion;
use super::layout::{Fit, TableLayout, all_numbers};
use super::number::is_unit_of;
use super::section::{Cell, Section};
use crate::diagnostic::{Style, printable, visible};
use crate::observe::Judgement;
use crate::result::{Checked, RunResult};
use crate::units::counted;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};
use std::borrow::Cow;

/// The lines of a screen.
const LINES_OF_A_SCREEN: usize = 30;

/// What a summary that has to fit one screen leaves out.
#[derive(Debug, Clone, Copy)]
struct Brevity {
    /// The rows of the tables of causes and of jobs.
    rows: [usize; 2],
    with_edit: bool,
    /// Whether each expectation has a line that holds.
    with_held: bool,
}

/// The first that fits a screen is shown. If none does, the last.
const OF_A_SCREEN: [Brevity; 11] = [
    Brevity { rows: [3, 3], with_edit: true, with_held: true },
    Brevity { rows: [3, 2], with_edit: true, with_held: true },
    Brevity { rows: [2, 2], with_edit: true, with_held: true },
    Brevity { rows: [3, 3], with_edit: false, with_held: true },
    Brevity { rows: [3, 2], with_edit: false, with_held: true },
    Brevity { rows: [2, 2], with_edit: false, with_held: true },
    Brevity { rows: [2, 1], with_edit: false, with_held: true },
    Brevity { rows: [2, 2], with_edit: false, with_held: false },
    Brevity { rows: [1, 1], with_edit: false, with_held: false },
    Brevity { rows: [1, 0], with_edit: false, with_held: false },
    Brevity { rows: [0, 0], with_edit: false, with_held: false },
];

/// The one-page summary: the verdict, the tables, the expectations, a hint, and the command that gives the
/// same result again. The tables of the details follow if they are asked for. Without them, the tables lose rows and
/// the hint its edit until the summary fits a screen.
pub fn table(answer: &RunResult, style: Style, with_details: bool) -> String {
    if with_details {
        // The details contain the table of jobs with all rows and columns.
        let sections = sections(answer, ROWS_OF_A_PAGE).into_iter().filter(|section| section.title != JOBS);
        let between = details(answer).iter().map(|section| style.section(section)).collect();
        let tables = sections.map(|section| style.section(&section)).collect();
        return summary(answer, style, &hint(answer), tables, [expectations(answer, style), between]);
    }
    let within = |Brevity { rows, with_edit, with_held }: Brevity| {
        let sections = sections_within(answer, rows);
        let tables = sections.iter().map(|section| style.untitled(section)).collect();
        let hint = if with_edit { hint(answer) } else { short_hint(answer) };
        let checked =
            if with_held { expectations(answer, style) } else { failed_expectations(answer, style) };
        summary(answer, style, &hint, tables, [checked, vec![]])
    };
    let fits = |text: &String| text.lines().count() <= LINES_OF_A_SCREEN;
    let mut screens = OF_A_SCREEN.into_iter().map(within);
    let last = within(OF_A_SCREEN[OF_A_SCREEN.len() - 1]);
    screens.find(fits).unwrap_or(last)
}

/// The summary with this hint and these tables, and with the lines of expectations and further tables behind them.
fn summary(
    answer: &RunResult,
    style: Style,
    hint: &str,
    tables: Vec<String>,
    [checked, details]: [Vec<String>; 2],
) -> String {
    let head = style.bold(&style.wrapped(&conclusion(answer)));
    let mut blocks = vec![head + "\n" + &style.wrapped(&format!("Hint: {hint}"))];
    blocks.extend(tables);
    let facts = style.wrapped(&facts(&answer.study));
    let again = if details.is_empty() { "" } else { " --details" };
    let basis = format!("{}\n{}{again}", style.wrapped(&basis(answer)), visible(&answer.reproduce));
    let checked = Some(checked.join("\n")).filter(|checked| !checked.is_empty());
    let between: Vec<String> = checked.into_iter().chain(details).collect();
    match between.is_empty() {
        true => blocks.push(format!("{facts}\n{basis}")),
        false => blocks.extend([vec![facts], between, vec![basis]].concat()),
    }
    blocks.join("\n\n") + "\n"
}

/// One line per expectation: its judgement and the measured value.
pub fn expectations(answer: &RunResult, style: Style) -> Vec<String> {
    answer.checked().iter().map(|checked| expectation(checked, style)).collect()
}

/// The lines of the expectations that do not hold, and one for those that do.
fn failed_expectations(answer: &RunResult, style: Style) -> Vec<String> {
    let (held, others): (Vec<Checked>, Vec<Checked>) =
        answer.checked().into_iter().partition(|checked| checked.judgement == Judgement::Held);
    let held = held.first().map(|first| {
        let mark = first.mark();
        let all = counted(held.len(), "expectation holds", "expectations hold");
        format!("{} {all}: --details lists them.", style.paint(mark, "32"))
    });
    held.into_iter().chain(others.iter().map(|checked| expectation(checked, style))).collect()
}

fn expectation(checked: &Checked, style: Style) -> String {
    let color = match checked.judgement {
        Judgement::Held => "32",
        Judgement::NotHeld => "31",
        Judgement::Undecided => "33",
    };
    let mark = checked.mark();
    let text = style.wrapped(&format!("{mark} {}: {}", checked.expectation, checked.measured()));
    text.replacen(mark, &style.paint(mark, color), 1)
}

/// What the numbers are based on.
pub(super) fn basis(answer: &RunResult) -> String {
    let intervals = match (&answer.study.batches, answer.study.replications) {
        (Some(batches), _) => {
            let days = batches.length.as_days_f64();
            let count = batches.count;
            format!("One replication, with 95 % intervals over {count} batches of {days:.1} days each")
        }
        (None, 1) => "One replication, so no intervals (--batches 20 takes them from parts of it)".to_owned(),
        (None, n) if answer.study.is_certain() => {
            format!(
                "All {n} replications are alike, so no intervals (--batches 20 takes them from parts of one)"
            )
        }
        (None, n) => format!("Means of {n} replications with 95 % intervals"),
    };
    let measured = measured(answer.simulated_days(), answer.warmup_days(), answer.warm_up);
    let basis = format!("{intervals}, {measured}.");
    let reached = answer.reached.as_ref().map(|reached| precision(reached, "", "its mean"));
    let dependent = answer.study.batches.as_ref().and_then(dependent);
    let predicted = predicted(&answer.study);
    std::iter::once(basis).chain(reached).chain(dependent).chain(predicted).collect::<Vec<_>>().join(" ")
}

/// Lays rows out in aligned columns without lines, at most `width` wide. The first column and names are
/// left-aligned, numbers right-aligned. If space is short, intervals move below their means, and where that is not
/// enough, they are left out.
pub fn columns(headings: &[&str], rows: &[Vec<Cell>], width: u16) -> String {
    let layout = TableLayout::of(headings, rows, width.into());
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header(headings);
    for row in rows {
        table.add_row(row.iter().zip(&layout.widths).map(|(cell, width)| layout.fit.laid(cell, *width)));
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        let gap = if index + 1 == headings.len() { 0 } else { layout.fit.gap() };
        column.set_padding((0, gap as u16));
        if index > 0 && all_numbers(rows, index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let whole = (layout.widths[index] + gap) as u16;
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(whole)));
    }
    let mut text = table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n");
    if layout.fit == Fit::Bare && rows.iter().flatten().any(Cell::has_interval) {
        text += "\n(Intervals need a wider terminal.)";
    }
    text
}

impl Style {
    pub(super) fn section(self, section: &Section) -> String {
        self.bold(&self.wrapped(&section.title)) + "\n" + &self.untitled(section)
    }

    /// A table whose headings say what it is about.
    pub(super) fn untitled(self, section: &Section) -> String {
        let mut text = columns(&section.headings, &section.rows, self.width);
        if let Some(note) = &section.note {
            text += &format!("\n{}", self.wrapped(note));
        }
        text
    }

    /// An item of a list: a bullet of two columns, and the text beside it.
    pub(super) fn item(self, bullet: &str, text: &str) -> String {
        let beside = self.indented(text);
        format!("{bullet}{}", beside.trim_start().trim_end())
    }

    /// A paragraph, indented by two columns.
    pub(super) fn indented(self, text: &str) -> String {
        let narrower = Style { width: self.width.saturating_sub(2), ..self };
        narrower.wrapped(text).lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint(text, "1")
    }

    fn paint(self, text: &str, code: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Breaks a text at spaces so that lines fit the terminal, unless a single word is too long. Control
    /// characters are escaped.
    pub(crate) fn wrapped(self, text: &str) -> String {
        let width = usize::from(self.width.max(20));
        let mut lines = vec![String::new()];
        // Word by word, because `printable` cuts long texts: names that are too long are cut, whole
        // sentences are not.
        for word in unbroken(text.split(' ').map(printable)) {
            let line = lines.last_mut().expect("there is a line");
            if line.is_empty() {
                line.push_str(&word);
            } else if line.chars().count() + 1 + word.chars().count() <= width {
                line.push(' ');
                line.push_str(&word);
            } else {
                lines.push(word);
            }
        }
        lines.join("\n")
    }
}

/// Words that lines may be broken between: a unit belongs to the number before it, and `±` to those around it.
fn unbroken<'a>(words: impl Iterator<Item = Cow<'a, str>>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in words {
        let belongs = |last: &&mut String| is_unit_of(last, &word) || word == "±" || last.ends_with(" ±");
        match all.last_mut().filter(belongs) {
            Some(number) => *number = format!("{number} {word}"),
            None => all.push(word.into_owned()),
        }
    }
    all
}
