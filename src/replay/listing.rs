//! Listings of stored entries. It reads what `gh cache list --json …` prints and what GitHub's REST
//! API returns, in either spelling, and writes gh's. `cli` reads a listing before a replay, and
//! writes one after it.

use super::operation::{StatedEntry, believable, both, full};
use super::problem::{InputProblem, InputProblems};
use crate::units::SimTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Reads a listing: an array of entries (gh), a page with `actions_caches` (REST), several of
/// either one after the other, or an array of pages. Unknown fields are ignored.
///
/// `ref`, `version` and `id` may be missing, and so may the time of creation or of last access, but
/// not both. Entries are returned in the order of eviction: oldest access first, to the nanosecond.
///
/// # Errors
/// All problems, up to [`InputProblems::MAX`], with the line of a syntax error or the number of the
/// entry.
pub fn read(text: &[u8]) -> Result<Vec<StatedEntry>, InputProblems> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut reader = ListingReader::default();
    for value in serde_json::Deserializer::from_slice(text).into_iter::<Value>() {
        match value {
            Ok(value) => reader.page(&value),
            Err(error) => reader.problems.add(InputProblem::syntax(1, &error)),
        }
    }
    if reader.seen == 0 && reader.pages == 0 {
        reader.problems.add(InputProblem::new(0, "not a listing: pass the output of `gh cache list --json`"));
    }
    if !reader.problems.is_empty() {
        return Err(reader.problems);
    }
    reader.entries.sort_by_key(|(accessed, created, entry)| (*accessed, *created, entry.id));
    Ok(reader.entries.into_iter().map(|(_, _, entry)| entry).collect())
}

/// Removes versions, for a log that does not name any. If a key has several versions, the
/// newest entry is kept.
pub fn without_versions(entries: Vec<StatedEntry>) -> Vec<StatedEntry> {
    let place = |entry: &StatedEntry| (entry.reference.clone(), entry.key.clone());
    let mut newest: BTreeMap<_, SimTime> = BTreeMap::new();
    for entry in &entries {
        let created = newest.entry(place(entry)).or_insert(entry.created);
        *created = entry.created.max(*created);
    }
    let newest = entries.into_iter().filter(|entry| newest[&place(entry)] == entry.created);
    newest.map(|entry| StatedEntry { version: String::new(), ..entry }).collect()
}

/// Entries with the nanoseconds of their last access and of their creation.
#[derive(Default)]
struct ListingReader {
    entries: Vec<(i128, i128, StatedEntry)>,
    problems: InputProblems,
    pages: u64,
    seen: u64,
}

impl ListingReader {
    fn page(&mut self, value: &Value) {
        self.pages += 1;
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.item(item)),
            other => self.item(other),
        }
    }

    /// Reads an entry, or a page of entries.
    fn item(&mut self, value: &Value) {
        let fields = match value {
            Value::Object(fields) => fields,
            Value::Array(items) => return items.iter().for_each(|item| self.item(item)),
            other => return self.complain(format!("`{other}` is not an entry: a listing contains objects")),
        };
        match fields.get("actions_caches") {
            Some(Value::Array(entries)) => entries.iter().for_each(|entry| self.item(entry)),
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
        match entry(fields) {
            Ok(entry) => self.entries.push(entry),
            Err(message) => self.complain(message),
        }
    }

    fn complain(&mut self, message: impl AsRef<str>) {
        let message = message.as_ref();
        let place = if self.seen == 0 { "page".to_owned() } else { format!("entry {}", self.seen) };
        self.problems.add(InputProblem::new(0, format!("{place}: {message}")));
    }
}

fn entry(fields: &Map<String, Value>) -> Result<(i128, i128, StatedEntry), String> {
    let times =
        (time(fields, ["createdAt", "created_at"])?, time(fields, ["lastAccessedAt", "last_accessed_at"])?);
    let (created, accessed) = both(times)?;
    let key = text(fields, "key")?.filter(|key| !key.is_empty()).ok_or("`key` is empty")?;
    let size = number(fields, ["sizeInBytes", "size_in_bytes"])?;
    let size = size.ok_or("`sizeInBytes` is missing: request it with `gh cache list --json`")?;
    let entry = StatedEntry {
        id: number(fields, ["id", "id"])?,
        reference: text(fields, "ref")?.filter(|reference| !reference.is_empty()).map(full),
        key,
        version: text(fields, "version")?.unwrap_or_default(),
        size: believable(size)?,
        created: SimTime(created.as_millisecond()),
        accessed: SimTime(accessed.as_millisecond()),
    };
    Ok((accessed.as_nanosecond(), created.as_nanosecond(), entry))
}

/// The value under either spelling. `null` counts as absent.
fn field<'a>(fields: &'a Map<String, Value>, names: [&str; 2]) -> Option<&'a Value> {
    names.iter().find_map(|name| fields.get(*name)).filter(|value| !value.is_null())
}

fn text(fields: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    let Some(value) = field(fields, [name, name]) else { return Ok(None) };
    value.as_str().map(|text| Some(text.to_owned())).ok_or_else(|| {
        format!(
            "`{name}` is not a string: \
        {value}"
        )
    })
}

fn number(fields: &Map<String, Value>, names: [&str; 2]) -> Result<Option<u64>, String> {
    let Some(value) = field(fields, names) else { return Ok(None) };
    value.as_u64().map(Some).ok_or_else(|| format!("`{}` is not a whole number: {value}", names[0]))
}

/// gh writes the zero time if it does not know a time.
const UNKNOWN_TIME: &str = "0001-01-01T00:00:00Z";

fn time(fields: &Map<String, Value>, names: [&str; 2]) -> Result<Option<jiff::Timestamp>, String> {
    let Some(value) = field(fields, names) else { return Ok(None) };
    let text = value.as_str().unwrap_or_default().trim();
    if text == UNKNOWN_TIME {
        return Ok(None);
    }
    let wrong = |_| format!("`{}` is not a time: {value}; write for example 2026-06-30T19:28:23Z", names[0]);
    text.parse().map(Some).map_err(wrong)
}

/// One entry as gh lists it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// When it was created.
    pub created_at: SimTime,
    /// Its id; 0 if it is not known.
    pub id: u64,
    /// Its key.
    pub key: String,
    /// When it was last accessed.
    pub last_accessed_at: SimTime,
    /// Its ref; empty if it is not known.
    pub r#ref: String,
    /// Its compressed size.
    pub size_in_bytes: u64,
    /// Its version.
    pub version: String,
}

/// An entry in the form of `gh cache list --json`.
pub fn gh(entry: &StatedEntry) -> Listed {
    Listed {
        created_at: entry.created,
        id: entry.id.unwrap_or(0),
        key: entry.key.clone(),
        last_accessed_at: entry.accessed,
        r#ref: entry.reference.clone().unwrap_or_default(),
        size_in_bytes: entry.size.0,
        version: entry.version.clone(),
    }
}
