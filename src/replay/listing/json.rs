//! Reads listings in JSON: gh's arrays of entries, and the pages of the REST API, in either spelling.

use super::super::operation::{believable, both, full_ref};
use super::super::problem::{EntryProblems, InputProblem, InputProblems};
use super::checked_key;
use super::place::JsonPlace;
use super::snapshot::{ListedEntry, Snapshot};
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
            Some(Err(error)) => {
                let problem = InputProblem::syntax(1, &error);
                reader.problems.add(&problem.message.clone(), || problem);
            }
        }
    }
    let problems = reader.problems.finish("entries");
    if problems.is_empty() { Ok(reader.snapshot.arranged()) } else { Err(problems) }
}

/// The state of reading.
#[derive(Default)]
struct JsonReader<'a> {
    text: &'a str,
    needs_times: bool,
    snapshot: Snapshot,
    problems: EntryProblems,
    /// The value that is being read.
    place: JsonPlace,
    seen: u64,
}

impl JsonReader<'_> {
    fn page(&mut self, value: &Value) {
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
            Ok((entry, is_accessed)) => {
                self.snapshot.unaccessed += u64::from(!is_accessed && entry.created.is_some());
                self.snapshot.entries.push(entry);
            }
            Err(message) => self.complain(message),
        }
    }

    fn complain(&mut self, message: impl AsRef<str>) {
        let message = message.as_ref();
        let what = if self.seen == 0 { "page".to_owned() } else { format!("entry {}", self.seen) };
        let (place, text) = (&self.place, self.text);
        self.problems.add(message, || {
            let (line, column) = place.position(text);
            InputProblem { line, column: Some(column), message: format!("{what}: {message}") }
        });
    }
}

/// The entry, and true if the time of its last access is listed.
fn entry(fields: &Map<String, Value>, row: u64, needs_times: bool) -> Result<(ListedEntry, bool), String> {
    let times =
        (time(fields, ["createdAt", "created_at"])?, time(fields, ["lastAccessedAt", "last_accessed_at"])?);
    if needs_times {
        both(times)?;
    }
    let size = number(fields, ["sizeInBytes", "size_in_bytes"])?;
    let size = size.ok_or("`sizeInBytes` is missing: request it with `gh cache list --json`")?;
    let entry = ListedEntry {
        row,
        id: number(fields, ["id", "id"])?,
        reference: text(fields, "ref")?.filter(|reference| !reference.is_empty()).map(full_ref),
        key: checked_key(text(fields, "key")?.unwrap_or_default())?,
        version: text(fields, "version")?,
        size: believable(size)?,
        created: times.0.or(times.1),
        accessed: times.1.or(times.0),
    };
    Ok((entry, times.1.is_some()))
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
    super::time(value.as_str().unwrap_or_default())
        .map_err(|what| format!("`{}` is {value}, which {what}", names[0]))
}
