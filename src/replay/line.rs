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
        match name {
            "at" => self.at = map.next_value()?,
            "op" => self.op = map.next_value()?,
            "id" => self.id = map.next_value()?,
            "ref" => self.reference = map.next_value()?,
            "base" => self.base = map.next_value()?,
            "event" => self.event = map.next_value()?,
            "mode" => self.mode = map.next_value()?,
            "key" => self.key = map.next_value()?,
            "restore_keys" => self.restore_keys = map.next_value()?,
            "version" => self.version = map.next_value()?,
            "size" => self.size = map.next_value()?,
            "created_at" => self.created_at = map.next_value()?,
            _ => self.last_accessed_at = map.next_value()?,
        }
        Ok(())
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
        f.write_str("an operation, a JSON object")
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
