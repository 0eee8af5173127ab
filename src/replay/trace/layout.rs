//! The layout of a text trace: its separator, its columns, and whether it has a header. If the
//! layout cannot be determined, the error says what the file looks like and which options would
//! read it. `row.rs` asks for the layout once, and then cuts each line with it.

use crate::diagnostic::printable;
use crate::replay::InputProblem;
use std::borrow::Cow;

/// What the user says about the layout of a text trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvLayout {
    /// Columns of the time, the key and the size: names in the header, or numbers from 1.
    pub columns: [String; 3],
    /// True if the first line names the columns.
    pub header: bool,
    /// The byte that separates fields; `None` to detect it in the first line. A space stands for
    /// any number of them.
    pub delimiter: Option<u8>,
}

impl CsvLayout {
    /// The columns of a header by default.
    pub const NAMES: [&str; 3] = ["time", "key", "size"];
}

impl Default for CsvLayout {
    /// A header that has the columns `time`, `key` and `size` among others.
    fn default() -> CsvLayout {
        CsvLayout { columns: CsvLayout::NAMES.map(str::to_owned), header: true, delimiter: None }
    }
}

/// Positions of the three fields in every row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    delimiter: u8,
    /// Number of fields in a row.
    count: usize,
    /// Indices of the time, the key and the size.
    places: [usize; 3],
    /// The header; empty if there is none.
    header: String,
}

/// Delimiters to try if none is given, in this order.
const DELIMITERS: [u8; 5] = *b",\t;| ";
/// Names of the columns in other traces, in lower case: time, key, size.
const SYNONYMS: [&[&str]; 3] = [
    &["time", "timestamp", "ts", "date", "real_time", "clock_time"],
    &["key", "id", "obj_id", "object", "object id", "objectid", "object_id", "obj", "url", "lbn"],
    &["size", "obj_size", "object size", "object_size", "bytes", "length", "objectsize"],
];
/// The largest number of fields in a row.
const FIELDS_MAX: usize = 1_000;

impl CsvLayout {
    /// Finds the fields by `first`, the first line that is not a comment, and `comment`, the last
    /// comment before it.
    ///
    /// # Errors
    /// If the columns are not found: a sentence that says which columns there are, and which
    /// options read them.
    pub(super) fn layout(&self, first: &[u8], comment: &[u8]) -> Result<Layout, String> {
        let tried = self.delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
        let found = tried.iter().find_map(|delimiter| self.with(*delimiter, first));
        let found = found.ok_or_else(|| self.refusal(&tried, first, comment))?;
        self.ambiguous(&found, first).map_or(Ok(found), Err)
    }

    /// A sentence if one column was chosen twice, or if a name that was chosen is that of several columns.
    fn ambiguous(&self, layout: &Layout, first: &[u8]) -> Option<String> {
        let [time, key, size] = layout.places;
        if time == key || key == size || time == size {
            return Some(
                "`--columns` names one column twice: the time, the key and the size are three".to_owned(),
            );
        }
        let fields = texts(layout.delimiter, first).filter(|_| self.header)?;
        let named = self.columns.iter().filter(|column| column.parse::<usize>().is_err());
        let is_double =
            |column: &&String| fields.iter().filter(|field| field.eq_ignore_ascii_case(column)).count() > 1;
        let column = named.into_iter().find(|column| is_double(column))?;
        Some(format!("several columns are called `{}`: choose by number with `--columns`", printable(column)))
    }

    fn with(&self, delimiter: u8, first: &[u8]) -> Option<Layout> {
        let fields = texts(delimiter, first)?;
        let mut places = [0; 3];
        for (place, column) in places.iter_mut().zip(self.numbers_or_names()) {
            let number = column.parse::<usize>().ok().filter(|number| (1..=fields.len()).contains(number));
            let named = || fields.iter().position(|field| field.eq_ignore_ascii_case(&column));
            *place = match number {
                Some(number) => number - 1,
                None if self.header => named()?,
                None => return None,
            };
        }
        let header =
            if self.header { String::from_utf8_lossy(first).trim().to_owned() } else { String::new() };
        Some(Layout { delimiter, count: fields.len(), places, header })
    }

    /// Without a header, names have no meaning. The default names then stand for the first three
    /// columns.
    fn numbers_or_names(&self) -> [String; 3] {
        if !self.header && self.columns == CsvLayout::NAMES {
            return ["1", "2", "3"].map(str::to_owned);
        }
        self.columns.clone()
    }

    fn refusal(&self, tried: &[u8], first: &[u8], comment: &[u8]) -> String {
        let cut = tried.iter().filter_map(|delimiter| Some((*delimiter, texts(*delimiter, first)?)));
        let best = cut.max_by_key(|(_, fields)| fields.len()).filter(|(_, fields)| fields.len() >= 3);
        let Some((delimiter, fields)) = best else {
            return format!(
                "a CSV trace has at least three columns, named in its first line: write `{}` there, or set \
                 the separator with `--delimiter`",
                CsvLayout::NAMES.join(",")
            );
        };
        let shown = fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
        if self.columns != CsvLayout::NAMES {
            let missing =
                if self.header { "a column named by `--columns`" } else { "a number in `--columns`" };
            return format!("{missing} is missing: the first line has {shown}");
        }
        if fields.iter().filter(|field| field.parse::<f64>().is_ok()).count() >= 2 {
            return headerless(&texts(delimiter, comment).unwrap_or_default(), &fields);
        }
        let known = guess(&fields);
        let example = match known {
            Some(places) => places.map(|place| fields[place].as_str()).join(","),
            None => ["TIME", "KEY", "SIZE"].join(","),
        };
        let quoted = if example.contains(' ') { format!("\"{example}\"") } else { example };
        match known {
            Some(_) => format!(
                "the columns are {shown}: choose those for the time, the key and the size, for example \
                 with `--columns {quoted}`"
            ),
            None => format!(
                "the columns are {shown}: choose those for the time, the key and the size by name or \
                 number with `--columns {quoted}`"
            ),
        }
    }
}

/// The error for a file that starts with a row. It suggests the columns, as far as a comment that
/// names them or the row itself shows them: times and sizes are numbers.
fn headerless(names: &[String], row: &[String]) -> String {
    let is_number = |field: &String| field.parse::<f64>().is_ok_and(|number| number >= 0.0);
    let plain = row.len() == 3 && is_number(&row[0]) && is_number(&row[2]);
    match guess(names).or(plain.then_some([0, 1, 2])) {
        Some(places) => format!(
            "the first line is a row, not a header: use `--no-header --columns {}`, if these are the \
             numbers of the columns with the time, the key and the size",
            places.map(|place| (place + 1).to_string()).join(",")
        ),
        None => {
            let numbered = row.iter().enumerate().map(|(place, field)| format!("{} `{field}`", place + 1));
            format!(
                "the first line is a row, not a header: give the numbers of the columns with `--no-header \
                 --columns TIME,KEY,SIZE`; the line is {}",
                numbered.collect::<Vec<_>>().join(", ")
            )
        }
    }
}

/// The probable columns of time, key and size, if names are known.
fn guess(names: &[String]) -> Option<[usize; 3]> {
    let known = |column: usize| {
        let named = |name: &String| {
            let name = name.to_ascii_lowercase();
            let plain = name.split('(').next().unwrap_or(&name).trim();
            SYNONYMS[column].contains(&plain)
        };
        names.iter().position(named)
    };
    match [known(0), known(1), known(2)] {
        [Some(time), Some(key), Some(size)] => Some([time, key, size]),
        _ => None,
    }
}

/// The fields of a line as text; `None` if the line is malformed.
fn texts(delimiter: u8, line: &[u8]) -> Option<Vec<String>> {
    let mut cutter = Cutter { delimiter, line, at: 0 };
    let mut fields = Vec::new();
    while let Some((_, field)) = cutter.next().ok()? {
        fields.push(String::from_utf8_lossy(&field).into_owned());
    }
    (!fields.is_empty() && fields.len() <= FIELDS_MAX).then_some(fields)
}

/// A field, and its column in the line, from 1.
pub type HeaderCell<'a> = (usize, Cow<'a, [u8]>);

impl Layout {
    /// The time, the key and the size of a row, each with its column in the line, from 1.
    ///
    /// # Errors
    /// If the line does not have the layout.
    pub fn cut<'a>(&self, line: &'a [u8]) -> Result<[HeaderCell<'a>; 3], Flaw> {
        let mut found = std::array::from_fn(|_| (1, Cow::Borrowed(&b""[..])));
        let mut cutter = Cutter { delimiter: self.delimiter, line, at: 0 };
        let mut count = 0;
        while let Some((at, field)) = cutter.next()? {
            if count == self.count {
                return Err(Flaw::new(at, self.too_many()));
            }
            if let Some(which) = self.places.iter().position(|place| *place == count) {
                found[which] = (at, field);
            }
            count += 1;
        }
        if count == self.count { Ok(found) } else { Err(Flaw::new(1, self.too_few())) }
    }

    fn too_few(&self) -> String {
        match self.header.is_empty() {
            true => format!("a row has {} fields, like the first one", self.count),
            false => format!("a row has {} fields, `{}`", self.count, self.header),
        }
    }

    fn too_many(&self) -> String {
        format!("more than {} fields; quote a key that contains the separator", self.count)
    }
}

/// Cuts a line into fields, without surrounding blanks.
struct Cutter<'a> {
    delimiter: u8,
    line: &'a [u8],
    /// Start of the next field. Beyond the end of the line there are no more fields.
    at: usize,
}

impl<'a> Cutter<'a> {
    /// The next field and its column, from 1.
    #[inline]
    fn next(&mut self) -> Result<Option<HeaderCell<'a>>, Flaw> {
        if self.delimiter == b' ' {
            self.at += blanks(&self.line[self.at.min(self.line.len())..]);
            if self.at >= self.line.len() {
                return Ok(None);
            }
        }
        let Some(rest) = self.line.get(self.at..) else { return Ok(None) };
        let begins = self.at + if self.delimiter == b'\t' { 0 } else { blanks(rest) };
        let rest = &self.line[begins..];
        if rest.first() == Some(&b'"') {
            return self.quoted(begins).map(Some);
        }
        let end = rest.iter().position(|byte| *byte == self.delimiter).unwrap_or(rest.len());
        self.at = begins + end + 1;
        let field = rest[..end].trim_ascii_end();
        if field.contains(&b'"') {
            return Err(Flaw::new(begins + 1, QUOTED));
        }
        Ok(Some((begins + 1, Cow::Borrowed(field))))
    }

    /// Reads a field in quotation marks. Two inside stand for one.
    fn quoted(&mut self, begins: usize) -> Result<(usize, Cow<'a, [u8]>), Flaw> {
        let wrong = || Flaw::new(begins + 1, QUOTED);
        let (mut text, mut at) = (Vec::new(), begins + 1);
        loop {
            match (self.line.get(at), self.line.get(at + 1)) {
                (Some(b'"'), Some(b'"')) => at += 1,
                (Some(b'"'), _) => break,
                (Some(_), _) => {}
                (None, _) => return Err(wrong()),
            }
            text.push(self.line[at]);
            at += 1;
        }
        at += 1;
        at += if self.delimiter == b' ' || self.delimiter == b'\t' { 0 } else { blanks(&self.line[at..]) };
        match self.line.get(at) {
            None => {}
            Some(byte) if *byte == self.delimiter => {}
            Some(_) => return Err(wrong()),
        }
        self.at = at + 1;
        Ok((begins + 1, Cow::Owned(text)))
    }
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| **byte == b' ' || **byte == b'\t').count()
}

const QUOTED: &str =
    "the key's quotation marks do not match; double each one inside the key, and quote the whole key";

/// A problem in a line, with its column.
#[derive(Debug)]
pub(super) struct Flaw {
    column: usize,
    text: String,
}

impl Flaw {
    /// A problem in this column, from 1; 0 for the whole line.
    pub fn new(column: usize, text: impl Into<String>) -> Flaw {
        Flaw { column, text: text.into() }
    }

    /// The problem with the number of its line.
    pub fn on(self, line: u64) -> InputProblem {
        InputProblem { line, column: (self.column > 0).then_some(self.column as u64), message: self.text }
    }
}
