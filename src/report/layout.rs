//! How a table fits a terminal: which columns get how much room, and where a text breaks. `table.rs` sets the table.

use super::section::Cell;
use crate::diagnostic::printable;

/// The setting of a table and the width of each column.
pub(super) struct TableLayout {
    /// How tightly it is set.
    pub fit: Fit,
    /// The width of each column, without the gap behind it.
    pub widths: Vec<usize>,
}

/// How tightly a table is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Each cell on one line.
    Line,
    /// Intervals below their means.
    Below,
    /// Like `Below`, with one space between columns.
    Close,
    /// Like `Close`, without intervals, and with a word below the number that it judges.
    Bare,
}

/// Where words end.
const WORDS: [char; 2] = [' ', '\n'];

/// A space at which nothing breaks.
const TOGETHER: char = '\u{a0}';

/// The narrowest column in which a name is still legible.
const NAME_MIN: usize = 6;

impl TableLayout {
    /// The loosest setting in which no word is broken; the tightest if some word is too long for all.
    pub fn of(headings: &[&str], rows: &[Vec<Cell>], width: usize) -> TableLayout {
        let fits = |fit: &Fit| {
            let breaks: &[char] = if *fit == Fit::Line { &['\n'] } else { &WORDS };
            fit.total(&fit.longest(headings, rows, &WORDS, breaks)) <= width
        };
        let fit = [Fit::Line, Fit::Below, Fit::Close].into_iter().find(fits).unwrap_or(Fit::Bare);
        let mut widths = fit.words(headings, rows);
        let names: Vec<usize> = (0..headings.len()).filter(|index| !all_numbers(rows, *index)).collect();
        narrow(&mut widths, &names, fit.total(&fit.words(headings, rows)).saturating_sub(width));
        let left = width.saturating_sub(fit.total(&widths));
        widen(&mut widths, &fit.whole(headings, rows), &names, left);
        TableLayout { fit, widths }
    }
}

/// Takes `excess` from the names, always from the widest.
fn narrow(widths: &mut [usize], names: &[usize], excess: usize) {
    for _ in 0..excess {
        let widest = names.iter().copied().max_by_key(|index| widths[*index]);
        match widest.filter(|index| widths[*index] > NAME_MIN) {
            Some(index) => widths[index] -= 1,
            None => return,
        }
    }
}

/// Gives what is left to names, always to the one that takes most lines, and then to headings.
fn widen(widths: &mut [usize], whole: &[usize], names: &[usize], mut left: usize) {
    let others: Vec<usize> = (0..widths.len()).filter(|index| !names.contains(index)).collect();
    for group in [names, &others] {
        while left > 0 {
            let wanting = group.iter().copied().filter(|index| widths[*index] < whole[*index]);
            let lines = |index: &usize| whole[*index] * 1000 / widths[*index].max(1);
            let Some(most) = wanting.max_by_key(lines) else { break };
            widths[most] += 1;
            left -= 1;
        }
    }
}

impl Fit {
    /// Spaces between two columns.
    pub fn gap(self) -> usize {
        if matches!(self, Fit::Line | Fit::Below) { 2 } else { 1 }
    }

    /// The text of a cell, with the breaks that the setting asks for.
    fn text(self, cell: &Cell) -> String {
        match (cell, self) {
            (Cell::Name(name), _) => printable(name).into_owned(),
            (Cell::Number(number), Fit::Line) => number.clone(),
            (Cell::Number(number), Fit::Below | Fit::Close) => {
                number.replacen(" (", "\n(", 1).replacen(" in ", "\nin ", 1)
            }
            (Cell::Number(number), Fit::Bare) => {
                let bare = number.split_once(" (").map_or(number.as_str(), |(mean, _)| mean);
                let bare = bare.replacen(" in ", "\nin ", 1);
                // A number with a word behind it keeps its own parts together.
                if bare.contains(TOGETHER) { bare.replacen(' ', "\n", 1) } else { bare }
            }
        }
    }

    /// The printed text of a cell in a column of this width.
    pub fn laid(self, cell: &Cell, width: usize) -> String {
        let text = self.text(cell);
        if matches!(cell, Cell::Name(_)) { broken(&text, width) } else { text }
    }

    /// The width of each column in which nothing but what the setting breaks is broken.
    fn whole(self, headings: &[&str], rows: &[Vec<Cell>]) -> Vec<usize> {
        self.longest(headings, rows, &['\n'], &['\n'])
    }

    /// The width of each column so that neither words nor numbers are broken.
    fn words(self, headings: &[&str], rows: &[Vec<Cell>]) -> Vec<usize> {
        self.longest(headings, rows, &WORDS, &WORDS)
    }

    /// The longest part of each column if headings and names are broken at these letters.
    fn longest(self, headings: &[&str], rows: &[Vec<Cell>], heads: &[char], names: &[char]) -> Vec<usize> {
        let longest = |text: &str, breaks: &[char]| text.split(breaks).map(|part| part.chars().count()).max();
        let of = |cell: &Cell| match cell {
            Cell::Name(_) => longest(&self.text(cell), names),
            Cell::Number(_) => longest(&self.text(cell), &['\n']),
        };
        let column = |index: usize| {
            let cells = rows.iter().filter_map(|row| of(&row[index]));
            cells.chain(longest(headings[index], heads)).max().unwrap_or(0)
        };
        (0..headings.len()).map(column).collect()
    }

    fn total(self, widths: &[usize]) -> usize {
        widths.iter().map(|width| width + self.gap()).sum::<usize>() - self.gap()
    }
}

/// True if a column has nothing but numbers.
pub(super) fn all_numbers(rows: &[Vec<Cell>], index: usize) -> bool {
    rows.iter().all(|row| matches!(row[index], Cell::Number(_)))
}

/// A text in lines of at most `width` letters. A word that is too long is broken behind a sign, and within letters only
/// if there is none.
fn broken(text: &str, width: usize) -> String {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut rest: Vec<char> = word.chars().collect();
        loop {
            let line = lines.last_mut().expect("there is a line");
            let (used, space) = (line.chars().count(), usize::from(!line.is_empty()));
            if used + space + rest.len() <= width {
                line.extend(std::iter::repeat_n(' ', space));
                line.extend(&rest);
                break;
            }
            if used > 0 {
                lines.push(String::new());
                continue;
            }
            let sign = rest[..width].iter().rposition(|letter| "/-_.,:+".contains(*letter));
            let at = sign.map_or(width, |at| at + 1);
            line.extend(rest.drain(..at));
            lines.push(String::new());
        }
    }
    lines.join("\n")
}
