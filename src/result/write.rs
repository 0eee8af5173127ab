//! Writes a result as JSON text. Each field of the result and each row of its lists begins a line, so that
//! two results can be compared line by line. All files of results use it.

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::io::{self, Write};

/// The text of a result. Within a row, the lists named in `lists` are also broken into lines, indented by
/// `indent` spaces.
pub(super) fn text(result: &impl Serialize, lists: &'static [&'static str], indent: usize) -> String {
    let lines =
        LineBreaks { open: vec![], has_rows: false, key: String::new(), in_key: false, lists, indent };
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, lines);
    result.serialize(&mut serializer).expect("numbers and texts always have a JSON form");
    text.push(b'\n');
    String::from_utf8(text).expect("JSON is text")
}

struct LineBreaks {
    /// For each open object or list: the indentation of its content; `None` if all of it is on one line.
    open: Vec<Option<usize>>,
    /// True if the innermost list has any elements.
    has_rows: bool,
    /// The last key.
    key: String,
    in_key: bool,
    lists: &'static [&'static str],
    indent: usize,
}

/// How many objects and lists are open at a field of a row: the result, a list, the row.
const ROW: usize = 3;

impl LineBreaks {
    /// Begins a line, if the innermost open object or list has lines.
    fn begin<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.open.last().copied().flatten().map_or(Ok(()), |indent| write!(writer, "\n{:indent$}", ""))
    }

    /// Closes the innermost object or list, on its own line if it has lines.
    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, closing: &[u8]) -> io::Result<()> {
        if let Some(indent) = self.open.pop().flatten().filter(|_| self.has_rows) {
            write!(writer, "\n{:indent$}", "", indent = indent - 2)?;
        }
        writer.write_all(closing)
    }
}

impl Formatter for LineBreaks {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open.push(match self.open.len() {
            1 => Some(4),
            ROW if self.lists.contains(&self.key.as_str()) => Some(self.indent),
            _ => None,
        });
        self.has_rows = false;
        writer.write_all(b"[")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.begin(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_rows = true;
        Ok(())
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open.push(self.open.is_empty().then_some(2));
        self.has_rows = false;
        writer.write_all(b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.key.clear();
        self.in_key = true;
        self.begin(writer, first)
    }

    /// A zero has no sign: `-0.0` is where a difference of equal numbers was turned round.
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let value = if value == 0.0 { 0.0 } else { value };
        CompactFormatter.write_f64(writer, value)
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        if self.in_key {
            self.key.push_str(text);
        }
        writer.write_all(text.as_bytes())
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.in_key = false;
        Ok(())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.open.len() == 1 { b": " } else { b":" })
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_rows = true;
        Ok(())
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }
}
