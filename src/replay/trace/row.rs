//! Reads the rows of a text trace: parses and checks time, key and size. The layout of the columns
//! is found in `layout.rs`; batching is done in `input.rs`.

use super::layout::{CsvLayout, Flaw, Layout};
use super::line::{LINE_BYTES_MAX, Lines, TraceLine};
use super::name::{KeyNames, digits};
use super::problem::TraceError;
use crate::mrc::KeyAccess;
use crate::replay::InputProblem;
use crate::replay::log::endless;
use crate::units::{Bytes, SimTime};
use std::borrow::Cow;
use std::io::Read;

/// The largest size of an object, equal to that of a size in a scenario.
const SIZE_MAX: Bytes = Bytes(1_000_000_000_000_000);
/// The latest time, in seconds: 10,000 years.
const TIME_MAX_S: u64 = 320_000_000_000;

/// The rows of a CSV trace. Times are in seconds with an optional decimal fraction, sizes in whole
/// bytes. A key with a separator or a quotation mark is quoted as in RFC 4180, but cannot contain a
/// line feed, so that a missing quotation mark spoils only one row. Empty lines and lines that
/// start with `#` are skipped.
pub(super) struct CsvRows<R> {
    lines: Lines<R>,
    form: CsvLayout,
    /// Positions of the fields; `None` before the first line.
    layout: Option<Layout>,
    names: KeyNames,
    last: SimTime,
}

/// The next item of a trace.
pub(super) enum TraceRow {
    Request(KeyAccess),
    Malformed(InputProblem),
    End,
}

/// A source of rows.
pub(super) trait RowSource {
    /// The next row.
    ///
    /// # Errors
    /// If the rest cannot be read, or is not a trace at all.
    fn next(&mut self) -> Result<TraceRow, TraceError>;
}

impl<R: Read> RowSource for CsvRows<R> {
    fn next(&mut self) -> Result<TraceRow, TraceError> {
        if self.layout.is_none()
            && let Some(first) = self.begin()?
        {
            return self.row(&first);
        }
        let CsvRows { lines, names, last, layout, .. } = self;
        let Some(layout) = layout else { return Ok(TraceRow::End) };
        let read = loop {
            match lines.next()? {
                None => return Ok(TraceRow::End),
                Some(TraceLine::Whole(line)) if is_empty(line) => {}
                Some(TraceLine::Whole(line)) => break fields(layout, line).and_then(|f| f.not_before(last)),
                Some(TraceLine::TooLong) => break Err(too_long()),
                Some(TraceLine::Endless) => return Err(malformed(Flaw::new(0, endless()), lines.number())),
            }
        };
        match read {
            Err(flaw) => Ok(TraceRow::Malformed(flaw.on(lines.number()))),
            Ok(fields) => fields.request(names),
        }
    }
}

/// True if a line is empty or a comment.
fn is_empty(line: &[u8]) -> bool {
    line.is_empty() || line[0] == b'#' || (line[0] <= b' ' && line.trim_ascii().is_empty())
}

impl<R: Read> CsvRows<R> {
    pub fn new(reader: R) -> CsvRows<R> {
        CsvRows {
            lines: Lines::new(reader),
            form: CsvLayout::default(),
            layout: None,
            names: KeyNames::default(),
            last: SimTime(i64::MIN),
        }
    }

    /// Sets the layout that the user gave.
    pub fn set_form(&mut self, form: CsvLayout) {
        self.form = form;
    }

    /// Finds the positions of the fields by the first line that is not a comment. Returns that line
    /// if it is a row.
    fn begin(&mut self) -> Result<Option<Vec<u8>>, TraceError> {
        let mut comment = Vec::new();
        let first = loop {
            match self.lines.next()? {
                Some(TraceLine::Whole(line)) => {
                    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
                    match line.strip_prefix(b"#") {
                        Some(text) => comment = text.to_vec(),
                        None if is_empty(line) => {}
                        None => break line.to_vec(),
                    }
                }
                Some(TraceLine::Endless) => {
                    return Err(malformed(Flaw::new(0, endless()), self.lines.number()));
                }
                Some(TraceLine::TooLong) | None => break Vec::new(),
            }
        };
        let number = self.lines.number().max(1);
        let layout = self.form.layout(&first, &comment);
        self.layout = Some(layout.map_err(|text| malformed(Flaw::new(1, text), number))?);
        Ok((!self.form.header).then_some(first))
    }

    fn row(&mut self, line: &[u8]) -> Result<TraceRow, TraceError> {
        let CsvRows { lines, names, last, layout, .. } = self;
        let layout = layout.as_ref().expect("it was found out by this line");
        match fields(layout, line).and_then(|fields| fields.not_before(last)) {
            Err(flaw) => Ok(TraceRow::Malformed(flaw.on(lines.number()))),
            Ok(fields) => fields.request(names),
        }
    }
}

fn malformed(flaw: Flaw, line: u64) -> TraceError {
    TraceError::Malformed(vec![flaw.on(line)])
}

fn too_long() -> Flaw {
    Flaw::new(0, format!("the line has more than {LINE_BYTES_MAX} bytes; shorten its key"))
}

struct RowFields<'a> {
    time: SimTime,
    key: Cow<'a, [u8]>,
    size: Bytes,
}

impl RowFields<'_> {
    fn request(self, names: &mut KeyNames) -> Result<TraceRow, TraceError> {
        let id = names.number(&self.key)?;
        Ok(TraceRow::Request(KeyAccess { time: self.time, id, size: self.size }))
    }

    fn not_before(self, last: &mut SimTime) -> Result<Self, Flaw> {
        if self.time < *last {
            return Err(Flaw::new(1, "the time is earlier than in the row above; sort the rows by time"));
        }
        *last = self.time;
        Ok(self)
    }
}

fn fields<'a>(layout: &Layout, line: &'a [u8]) -> Result<RowFields<'a>, Flaw> {
    let [(time_at, time_text), (key_at, key_text), (size_at, size_text)] = layout.cut(line)?;
    let time = time(&time_text).ok_or_else(|| {
        Flaw::new(time_at, "the time is not a number of seconds, 0 or more; write for example `12` or `12.5`")
    })?;
    if key_text.is_empty() {
        return Err(Flaw::new(key_at, "the key is empty"));
    }
    let size = whole(&size_text).map(Bytes).filter(|size| *size <= SIZE_MAX);
    let size = size.ok_or_else(|| {
        Flaw::new(
            size_at,
            format!("the size is not a whole number of bytes up to {}; write for example `1024`", SIZE_MAX.0),
        )
    })?;
    Ok(RowFields { time, key: key_text, size })
}

/// Parses a time to whole milliseconds. Further digits are cut off.
fn time(text: &[u8]) -> Option<SimTime> {
    let point = text.iter().position(|byte| *byte == b'.');
    let (seconds, fraction) = text.split_at(point.unwrap_or(text.len()));
    let fraction = fraction.get(1..).unwrap_or_default();
    let thousandths = [100, 10, 1].iter().zip(fraction).map(|(unit, digit)| unit * i64::from(digit & 15));
    let seconds = whole(seconds).filter(|seconds| *seconds <= TIME_MAX_S)?;
    let exact = fraction.iter().all(u8::is_ascii_digit) && point.is_none_or(|_| !fraction.is_empty());
    exact.then(|| SimTime(seconds as i64 * 1000 + thousandths.sum::<i64>()))
}

fn whole(text: &[u8]) -> Option<u64> {
    (1..=18).contains(&text.len()).then(|| digits(text))?
}
