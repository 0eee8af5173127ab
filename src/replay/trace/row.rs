use super::line::{LINE_BYTES_MAX, Line, Lines};
use super::name::{Names, digits};
use super::problem::TraceError;
use super::request::Request;
use crate::replay::Problem;
use crate::units::{Bytes, SimTime};
use std::borrow::Cow;
use std::io::Read;

/// The header a CSV trace begins with.
const HEADER: &str = "time,key,size";
/// The largest size: what a size in a scenario may be.
const SIZE_MAX: Bytes = Bytes(1_000_000_000_000_000);
/// The latest time, in seconds: 10,000 years.
const TIME_MAX_S: u64 = 320_000_000_000;

/// The rows of a CSV trace, `time,key,size`: time in seconds with at most a decimal fraction, size
/// in whole bytes; a key with a comma or a quotation mark is quoted as RFC 4180 has it. A key
/// holds no line feed, so that a forgotten quotation mark spoils one row only.
pub(super) struct Rows<R> {
    lines: Lines<R>,
    names: Names,
    last: SimTime,
}

/// What comes next in a trace.
pub(super) enum Row {
    Request(Request),
    Malformed(Problem),
    End,
}

/// Where rows come from.
pub(super) trait Source {
    /// The next row.
    ///
    /// # Errors
    /// If nothing can be made of the rest: it is unreadable, or no trace at all.
    fn next(&mut self) -> Result<Row, TraceError>;
}

impl<R: Read> Source for Rows<R> {
    fn next(&mut self) -> Result<Row, TraceError> {
        if self.lines.number() == 0 {
            self.header()?;
        }
        let Rows { lines, names, last } = self;
        let read = loop {
            match lines.next()? {
                None => return Ok(Row::End),
                Some(Line::Whole(b"")) => {}
                Some(Line::Whole(line)) => break fields(line).and_then(|fields| fields.not_before(last)),
                Some(Line::TooLong) => break Err(too_long()),
            }
        };
        match read {
            Err(flaw) => Ok(Row::Malformed(flaw.on(lines.number()))),
            Ok(Fields { time, key, size }) => {
                Ok(Row::Request(Request { time, id: names.number(&key)?, size }))
            }
        }
    }
}

impl<R: Read> Rows<R> {
    pub fn new(reader: R) -> Rows<R> {
        Rows { lines: Lines::new(reader), names: Names::default(), last: SimTime(i64::MIN) }
    }

    fn header(&mut self) -> Result<(), TraceError> {
        let found = match self.lines.next()? {
            Some(Line::Whole(line)) => {
                line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) == HEADER.as_bytes()
            }
            _ => false,
        };
        let flaw = || Flaw {
            column: 1,
            text: format!("a CSV trace begins with the line `{HEADER}`; write it first"),
        };
        if found { Ok(()) } else { Err(TraceError::Malformed(vec![flaw().on(1)])) }
    }
}

/// What is wrong with a line, and in which column.
struct Flaw {
    column: usize,
    text: String,
}

impl Flaw {
    fn new(column: usize, text: impl Into<String>) -> Flaw {
        Flaw { column, text: text.into() }
    }

    fn on(self, line: u64) -> Problem {
        Problem { line, column: (self.column > 0).then_some(self.column as u64), message: self.text }
    }
}

fn too_long() -> Flaw {
    Flaw::new(0, format!("the line has more than {LINE_BYTES_MAX} bytes; shorten its key"))
}

struct Fields<'a> {
    time: SimTime,
    key: Cow<'a, [u8]>,
    size: Bytes,
}

impl Fields<'_> {
    fn not_before(self, last: &mut SimTime) -> Result<Self, Flaw> {
        if self.time < *last {
            return Err(Flaw::new(1, "the time is before that of the row above; sort the rows by time"));
        }
        *last = self.time;
        Ok(self)
    }
}

fn fields(line: &[u8]) -> Result<Fields<'_>, Flaw> {
    let first = line.iter().position(|byte| *byte == b',');
    let last = line.iter().rposition(|byte| *byte == b',');
    let (Some(first), Some(last)) = (first, last.filter(|last| Some(*last) != first)) else {
        return Err(Flaw::new(1, format!("a row has three fields, `{HEADER}`")));
    };
    let time = time(&line[..first]);
    let time = time.ok_or_else(|| {
        Flaw::new(1, "the time is not a number of seconds from 0 on; write for example `12` or `12.5`")
    })?;
    let key = key(&line[first + 1..last]).map_err(|text| Flaw::new(first + 2, text))?;
    let size = whole(&line[last + 1..]).map(Bytes).filter(|size| *size <= SIZE_MAX);
    let size = size.ok_or_else(|| {
        Flaw::new(
            last + 2,
            format!("the size is not a whole number of bytes up to {}; write for example `1024`", SIZE_MAX.0),
        )
    })?;
    Ok(Fields { time, key, size })
}

/// Whole milliseconds; what is finer is cut off.
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

fn key(text: &[u8]) -> Result<Cow<'_, [u8]>, &'static str> {
    let quoted = text.strip_prefix(b"\"").map(|rest| rest.strip_suffix(b"\""));
    match quoted {
        None if text.is_empty() => Err("the key is empty"),
        None if text.contains(&b',') => {
            Err("more than three fields; put a key with a comma in quotation marks")
        }
        None if text.contains(&b'"') => Err(QUOTED),
        None => Ok(Cow::Borrowed(text)),
        Some(None | Some(b"")) => Err(QUOTED),
        Some(Some(inner)) => unquoted(inner).map(Cow::Owned).ok_or(QUOTED),
    }
}

const QUOTED: &str =
    "the key's quotation marks do not match; double each one inside, and quote the whole key";

/// The text between the outer quotation marks, each doubled one inside read as one.
fn unquoted(inner: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'"' && bytes.next() != Some(&b'"') {
            return None;
        }
        text.push(*byte);
    }
    Some(text)
}
