//! Reads the data files that a scenario names, such as the crate table and the event log, and reports wrong
//! rows at their position. What the rows mean is known to `project` and `workload`.

use super::Builder;
use crate::diagnostic::{Diagnostic, FileId, Span};
use crate::random::mix_str;
use crate::scenario::file::unread;
use crate::scenario::view::View;
use std::path::Path;

/// The largest data file that is read, in bytes.
const DATA_BYTES_MAX: u64 = 64_000_000;

/// The content of a data file.
pub(super) struct DataFile {
    pub file: FileId,
    pub text: String,
}

impl Builder {
    /// Reads the file under `key`, or reports why it cannot.
    pub(super) fn data(&mut self, view: View, key: &str) -> Option<DataFile> {
        let located = Path::new(view.text(key));
        let shown = self.folder.path(located).display().to_string();
        match self.folder.read(located, DATA_BYTES_MAX) {
            Ok(text) => {
                self.contents = mix_str(self.contents, &text);
                let file = self.report.sources.add(shown, text.clone());
                Some(DataFile { file, text })
            }
            Err(error) => {
                self.report.push(unread(&shown, &error, Some(view.span(key))));
                None
            }
        }
    }

    /// Reports what is wrong with a row.
    pub(super) fn wrong_row(&mut self, data: &DataFile, line: u64, column: Option<&str>, message: String) {
        let span = place(&data.text, data.file, line, column);
        self.report.push(Diagnostic::error("wrong-row", message).at(span));
    }
}

/// The position of a column in a line; that of the whole line if the column cannot be found.
fn place(text: &str, file: FileId, line: u64, column: Option<&str>) -> Span {
    let skipped = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let newline = |n: usize| text.match_indices('\n').nth(n).map_or(text.len(), |(at, _)| at + 1);
    let start = if skipped == 0 { 0 } else { newline(skipped - 1) };
    let row = text[start..].lines().next().unwrap_or("");
    let range = column.and_then(|column| cell(text, row, column)).unwrap_or(0..row.len());
    Span { file, start: start + range.start, end: start + range.end }
}

/// The position of a column's cell in its row; `None` if quotes make the commas ambiguous.
fn cell(text: &str, row: &str, column: &str) -> Option<std::ops::Range<usize>> {
    let header = text.lines().next()?;
    let index = header.split(',').position(|name| name.trim() == column)?;
    if row.contains('"') {
        return None;
    }
    let before: usize = row.split(',').take(index).map(|cell| cell.len() + 1).sum();
    let cell = row.split(',').nth(index)?;
    Some(before..before + cell.len())
}
