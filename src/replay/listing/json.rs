//! Reads listings in JSON: gh's arrays of entries, and the pages of the REST API, in either spelling.

use super::super::operation::{believable, both, full};
use super::super::problem::{InputProblem, InputProblems};
use super::place::JsonPlace;
use super::snapshot::{ListedEntry, Snapshot};
use super::{checked_key, known, not_a_listing};
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Reads a listing. With `needs_times`, an entry without any time is a problem.
///
/// # Errors
/// All problems, up to [`InputProblems::MAX`], with line and column.
pub(super) fn read(text: &str, needs_times: bool) -> Result<Snapshot, InputProblems> {
    let mut reader = JsonReader { text, needs_times, ..JsonReader::default() };
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    loop {
        // The text before a value's end has its beginning.
        reader.place = JsonPlace::of_value(values.byte_offset());
        match values.next() {
            None => break,
            Some(Ok(value)) => reader.page(&value),
            Some(Err(error)) => reader.problems.add(InputProblem::syntax(1, &error)),
        }
    }
    if reader.seen == 0 && reader.pages == 0 {
        reader.problems.add(not_a_listing());
    }
    if !reader.problems.is_empty() {
        return Err(reader.problems);
    }
    Ok(reader.snapshot.arranged())
}

/// The state of reading.
#[derive(Default)]
struct JsonReader<'a> {
    text: &'a str,
    needs_times: bool,
    snapshot: Snapshot,
    problems: InputProblems,
    /// The value that is being read.
    place: JsonPlace,
    pages: u64,
    seen: u64,
}

impl JsonReader<'_> {
    fn page(&mut self, value: &Value) {
        self.pages += 1;
        match value {
            Value::Array(items) => self.items(items),
            other => self.item(other),
        }
    }

    fn items(&mut self, items: &[Value]) {
        for (index, item) in items.iter().enumerate() {
            if self.problems.is_full() {
                return;
            }
            self.place.enter(index);
            self.item(item);
            self.place.leave();
        }
    }

    /// Reads an entry, or a page of entries.
    fn item(&mut self, value: &Value) {
        let fields = match value {
            Value::Object(fields) => fields,
            Value::Array(items) => return self.items(items),
            other => {
                let shown: String = other.to_string().chars().take(80).collect();
                return self.complain(format!("`{shown}` is not an entry: a listing contains objects"));
            }
        };
        match fields.get("actions_caches") {
            Some(Value::Array(entries)) => {
                self.snapshot.is_page = true;
                let total = fields.get("total_count").and_then(Value::as_u64);
                self.snapshot.total = self.snapshot.total.max(total);
                self.items(entries);
            }
            Some(_) => self.complain("`actions_caches` is not a list"),
            None if fields.contains_key("key") => self.entry(fields),
            None if fields.contains_key("total_count") || fields.contains_key("message") => {
                self.complain(
                    "a page without `actions_caches`: the request was refused or was for something else",
                );
            }
            None => {
                self.seen += 1;
                self.complain("an entry without `key`: request it with `gh cache list --json key,…`");
            }
        }
    }

    fn entry(&mut self, fields: &Map<String, Value>) {
        self.seen += 1;
        match entry(fields, self.seen, self.needs_times) {
            Ok(entry) => self.snapshot.entries.push(entry),
            Err(message) => self.complain(message),
        }
    }

    fn complain(&mut self, message: impl AsRef<str>) {
        let message = message.as_ref();
        let what = if self.seen == 0 { "page".to_owned() } else { format!("entry {}", self.seen) };
        let (line, column) = self.place.position(self.text);
        self.problems.add(InputProblem { line, column: Some(column), message: format!("{what}: {message}") });
    }
}

fn entry(fields: &Map<String, Value>, row: u64, needs_times: bool) -> Result<ListedEntry, String> {
    let times =
        (time(fields, ["createdAt", "created_at"])?, time(fields, ["lastAccessedAt", "last_accessed_at"])?);
    if needs_times {
        both(times)?;
    }
    let size = number(fields, ["sizeInBytes", "size_in_bytes"])?;
    let size = size.ok_or("`sizeInBytes` is missing: request it with `gh cache list --json`")?;
    Ok(ListedEntry {
        row,
        id: number(fields, ["id", "id"])?,
        reference: text(fields, "ref")?.filter(|reference| !reference.is_empty()).map(full),
        key: checked_key(text(fields, "key")?.unwrap_or_default())?,
        version: text(fields, "version")?,
        size: believable(size)?,
        created: times.0.or(times.1),
        accessed: times.1.or(times.0),
    })
}

/// The value under either spelling. `null` counts as absent.
fn field<'a>(fields: &'a Map<String, Value>, names: [&str; 2]) -> Option<&'a Value> {
    names.iter().find_map(|name| fields.get(*name)).filter(|value| !value.is_null())
}

fn text(fields: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    let Some(value) = field(fields, [name, name]) else { return Ok(None) };
    value
        .as_str()
        .map(|text| Some(text.to_owned()))
        .ok_or_else(|| format!("`{name}` is not a string: {value}"))
}

fn number(fields: &Map<String, Value>, names: [&str; 2]) -> Result<Option<u64>, String> {
    let Some(value) = field(fields, names) else { return Ok(None) };
    value.as_u64().map(Some).ok_or_else(|| format!("`{}` is not a whole number: {value}", names[0]))
}

fn time(fields: &Map<String, Value>, names: [&str; 2]) -> Result<Option<Timestamp>, String> {
    let Some(value) = field(fields, names) else { return Ok(None) };
    let text = value.as_str().unwrap_or_default().trim();
    let wrong = |_| format!("`{}` is not a time: {value}; write for example 2026-06-30T19:28:23Z", names[0]);
    text.parse().map(known).map_err(wrong)
}
