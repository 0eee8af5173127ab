use super::answer::Answer;
use super::hint::hint;
use super::section::{Cell, Section, facts, sections};
use super::verdict::verdict;
use crate::diagnostic::printable;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

/// How text for a terminal is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours are used.
    pub color: bool,
    /// The width of the terminal in columns, 20 or more.
    pub width: u16,
}

/// The one-screen answer: the verdict, the tables, the expectations, a hint, and the command that
/// gives it again.
pub fn table(answer: &Answer, style: Style) -> String {
    let study = &answer.study;
    let mut blocks = vec![style.bold(&style.wrapped(&verdict(study))), style.wrapped(&facts(study))];
    blocks.extend(sections(answer).iter().map(|section| style.section(section)));
    let checked: Vec<String> = expectations(answer, style);
    if !checked.is_empty() {
        blocks.push(checked.join("\n"));
    }
    blocks.push(style.wrapped(&format!("Hint: {}", hint(study))));
    blocks.push(format!("{}\n{}", style.wrapped(&basis(answer)), printable(&answer.reproduce)));
    blocks.join("\n\n") + "\n"
}

/// One line per expectation of the scenario: whether it holds, and what was measured.
pub fn expectations(answer: &Answer, style: Style) -> Vec<String> {
    let line = |checked: &super::answer::Checked| {
        let value = checked.value.map_or("never measured".into(), |value| format!("is {value:.4}"));
        let mark = if checked.held { style.paint("✓", "32") } else { style.paint("✗", "31") };
        format!("{mark} {}", style.wrapped(&format!("{}: {value}", checked.expectation)))
    };
    answer.checked().iter().map(line).collect()
}

/// What the numbers rest on.
fn basis(answer: &Answer) -> String {
    let measured = answer.simulated_days() - answer.warmup_days();
    let intervals = match answer.study.replications {
        1 => "One replication, so no intervals".to_owned(),
        n => format!("Means of {n} replications with 95 % intervals"),
    };
    format!("{intervals}, over {measured:.1} days after {:.1} days of warm-up.", answer.warmup_days())
}

/// Spaces between two columns.
const GAP: usize = 2;

/// Rows in aligned columns without lines, wrapped to `width`; the first column and names to the
/// left, numbers to the right. Where room is short, every interval moves below its mean.
pub fn columns(headings: &[&str], rows: &[Vec<Cell>], width: u16) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header(headings);
    let tight = natural_width(headings, rows) > usize::from(width);
    let texts = rows.iter().map(|row| row.iter().map(|cell| cell.text(tight)).collect::<Vec<_>>());
    let texts: Vec<Vec<String>> = texts.collect();
    for row in &texts {
        table.add_row(row);
    }
    let words = longest_words(headings, &texts);
    let unbroken = words.iter().map(|word| word + GAP).sum::<usize>() <= usize::from(width) + GAP;
    for (index, column) in table.column_iter_mut().enumerate() {
        let numbers = rows.iter().all(|row| matches!(row[index], Cell::Number(_)));
        let gap = if index + 1 == headings.len() { 0 } else { GAP };
        column.set_padding((0, gap as u16));
        if numbers && index > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
        if unbroken {
            let least = (words[index] + gap) as u16;
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
        }
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// How wide the rows would be with every cell on one line.
fn natural_width(headings: &[&str], rows: &[Vec<Cell>]) -> usize {
    let column = |index: usize| {
        let cells = rows.iter().map(|row| row[index].text(false).chars().count());
        cells.chain([headings[index].len()]).max().unwrap_or(0)
    };
    (0..headings.len()).map(|index| column(index) + GAP).sum::<usize>() - GAP
}

/// The longest word of each column: narrower, and the word would be broken.
fn longest_words(headings: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    let longest = |text: &str| text.split([' ', '\n']).map(|word| word.chars().count()).max().unwrap_or(0);
    let column = |index: usize| {
        let cells = rows.iter().map(|row| longest(&row[index]));
        cells.chain([longest(headings[index])]).max().unwrap_or(0)
    };
    (0..headings.len()).map(column).collect()
}

impl Cell {
    /// What is printed: on two lines if room is short and there is an interval.
    fn text(&self, tight: bool) -> String {
        match self {
            Cell::Name(name) => printable(name).into_owned(),
            Cell::Number(number) if tight => number.replacen(" (", "\n(", 1),
            Cell::Number(number) => number.clone(),
        }
    }
}

impl Style {
    fn section(self, section: &Section) -> String {
        let mut text = self.bold(&section.title);
        text.push('\n');
        text += &columns(&section.headings, &section.rows, self.width);
        if let Some(note) = &section.note {
            text += &format!("\n{note}");
        }
        text
    }

    fn bold(self, text: &str) -> String {
        self.paint(text, "1")
    }

    fn paint(self, text: &str, code: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Breaks a text at spaces so that no line is wider than the terminal, where a word allows it.
    /// What could steer a terminal is escaped.
    fn wrapped(self, text: &str) -> String {
        let width = usize::from(self.width.max(20));
        let mut lines = vec![String::new()];
        for word in printable(text).split(' ') {
            let line = lines.last_mut().expect("there is a line");
            if line.is_empty() {
                line.push_str(word);
            } else if line.chars().count() + 1 + word.chars().count() <= width {
                line.push(' ');
                line.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
        lines.join("\n")
    }
}
