//! Parses the JSON of one log line. It accepts the fields of all operations; `operation.rs` decides
//! which of them belong to the operation.

use super::problem::unknown;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// The fields of one line, whatever its operation. `null` counts as absent.
#[derive(Debug, Default)]
pub(super) struct LogLine {
    pub at: Option<String>,
    pub op: Option<String>,
    pub id: Option<u64>,
    pub reference: Option<String>,
    pub base: Option<String>,
    pub event: Option<String>,
    pub mode: Option<String>,
    pub key: Option<String>,
    pub restore_keys: Option<Vec<String>>,
    pub version: Option<String>,
    pub size: Option<u64>,
    pub created_at: Option<String>,
    pub last_accessed_at: Option<String>,
    /// Fields that no operation has.
    unknown: Vec<String>,
    /// Known fields in the order in which they appear.
    named: Vec<&'static str>,
}

/// All fields that an operation may have.
const FIELDS: &[&str] = &[
    "at",
    "op",
    "id",
    "ref",
    "base",
    "event",
    "mode",
    "key",
    "restore_keys",
    "version",
    "size",
    "created_at",
    "last_accessed_at",
];

impl LogLine {
    /// Returns an error if a field does not belong to the operation.
    pub fn refuse_fields_beside(&self, operation: &str, fields: &[&'static str]) -> Result<(), String> {
        if let Some(word) = self.unknown.first() {
            return Err(unknown("field", word, FIELDS.iter().copied()));
        }
        let belongs = |name: &&&str| ["at", "op"].contains(name) || fields.contains(name);
        match self.named.iter().find(|name| !belongs(name)) {
            Some(name) => Err(format!("operation `{operation}` has no field `{name}`")),
            None => Ok(()),
        }
    }

    fn take<'de, A: MapAccess<'de>>(&mut self, name: &'static str, map: &mut A) -> Result<(), A::Error> {
        if self.named.contains(&name) {
            return Err(A::Error::custom(format_args!("field `{name}` occurs twice")));
        }
        self.named.push(name);
        let map = &mut FieldValue { name, map };
        match name {
            "at" => self.at = map.read()?,
            "op" => self.op = map.read()?,
            "id" => self.id = map.read()?,
            "ref" => self.reference = map.read()?,
            "base" => self.base = map.read()?,
            "event" => self.event = map.read()?,
            "mode" => self.mode = map.read()?,
            "key" => self.key = map.read()?,
            "restore_keys" => self.restore_keys = map.read()?,
            "version" => self.version = map.read()?,
            "size" => self.size = map.read()?,
            "created_at" => self.created_at = map.read()?,
            _ => self.last_accessed_at = map.read()?,
        }
        Ok(())
    }
}

/// The value that comes next, and the name of its field.
struct FieldValue<'a, A> {
    name: &'static str,
    map: &'a mut A,
}

impl<'de, A: MapAccess<'de>> FieldValue<'_, A> {
    /// The value. An error names the field.
    fn read<T: Deserialize<'de>>(&mut self) -> Result<T, A::Error> {
        let name = self.name;
        self.map.next_value().map_err(|error| A::Error::custom(format_args!("`{name}`: {error}")))
    }
}

impl<'de> Deserialize<'de> for LogLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<LogLine, D::Error> {
        deserializer.deserialize_map(LineFields)
    }
}

struct LineFields;

impl<'de> Visitor<'de> for LineFields {
    type Value = LogLine;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object with an operation")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LogLine, A::Error> {
        let mut line = LogLine::default();
        while let Some(name) = map.next_key::<String>()? {
            match FIELDS.iter().find(|known| **known == name) {
                Some(known) => line.take(known, &mut map)?,
                None => {
                    line.unknown.push(name);
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(line)
    }
}
