//! The messages of the three calls, in JSON or protobuf. Names and numbers of fields are those of `cache.proto` in
//! actions/toolkit (`packages/cache`, generated code).

use super::protobuf::{self, ProtoValue};
use crate::serve::http::{Answer, RequestHead};
use serde_json::{Map, Value};

/// How bodies of calls are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// JSON, with the names of fields as in `cache.proto` or in camel case.
    Json,
    /// Protobuf.
    Protobuf,
}

/// What a call asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CallRequest {
    /// The key.
    pub key: String,
    /// The version.
    pub version: String,
    /// The restore keys.
    pub restore_keys: Vec<String>,
    /// The size of what was uploaded.
    pub size: u64,
}

/// The number and the name of a field of an answer, and its value.
pub type AnswerField = (u64, &'static str, ProtoValue);

/// The longest key. GitHub takes 512 characters; the messages are older than this rule and may have more bytes.
const KEY_CHARS_MAX: usize = 512;
/// The longest version. Real ones have 64 characters.
const VERSION_BYTES_MAX: usize = 256;
/// The most restore keys: GitHub's client sends at most ten keys.
const RESTORE_KEYS_MAX: usize = 10;

impl Encoding {
    /// The encoding that a request names; `None` for another, with which a page in a browser could send requests
    /// of its own.
    pub fn of(head: &RequestHead) -> Option<Encoding> {
        let kind = head.header("content-type")?.split(';').next()?.trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/json" => Some(Encoding::Json),
            "application/protobuf" => Some(Encoding::Protobuf),
            _ => None,
        }
    }

    /// Reads what a call asks for. `numbers` are those of version, restore keys and size in its message.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(self, body: &[u8], numbers: FieldNumbers) -> Result<CallRequest, String> {
        let asked = match self {
            Encoding::Json => from_json(body)?,
            Encoding::Protobuf => from_protobuf(body, numbers)?,
        };
        asked.check()?;
        Ok(asked)
    }

    /// An answer with these fields.
    pub fn write(self, told: &[AnswerField]) -> Answer {
        match self {
            Encoding::Json => {
                let fields: Map<String, Value> =
                    told.iter().map(|(_, name, value)| ((*name).to_owned(), json(value))).collect();
                Answer::text(200, JSON, Value::Object(fields).to_string())
            }
            Encoding::Protobuf => {
                let mut message = Vec::new();
                told.iter().for_each(|(field, _, value)| protobuf::write(&mut message, *field, value));
                Answer::text(200, "application/protobuf", message)
            }
        }
    }
}

/// The type of answers in JSON.
pub(super) const JSON: &str = "application/json";

/// The numbers of fields that differ between the messages; that of the key is 2 in all.
#[derive(Debug, Clone, Copy)]
pub struct FieldNumbers {
    /// The version's.
    pub version: u64,
    /// The restore keys'.
    pub restore_keys: Option<u64>,
    /// The size's.
    pub size: Option<u64>,
}

fn from_json(body: &[u8]) -> Result<CallRequest, String> {
    let fields: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| "the body is no JSON object".to_owned())?;
    let field = |names: [&str; 2]| names.iter().find_map(|name| fields.get(*name));
    let text = |name| field([name, name]).and_then(Value::as_str).unwrap_or("").to_owned();
    let restore_keys = match field(["restore_keys", "restoreKeys"]) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(keys)) => keys.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(_) => return Err("restore_keys is no list".to_owned()),
    };
    // An int64 is a text in the JSON of protobuf.
    let size = match field(["size_bytes", "sizeBytes"]) {
        None => 0,
        Some(Value::String(text)) => text.parse().map_err(|_| "size_bytes is no size".to_owned())?,
        Some(number) => number.as_u64().ok_or("size_bytes is no size")?,
    };
    Ok(CallRequest { key: text("key"), version: text("version"), restore_keys, size })
}

fn from_protobuf(body: &[u8], numbers: FieldNumbers) -> Result<CallRequest, String> {
    let mut asked = CallRequest::default();
    for (number, value) in protobuf::read(body)? {
        match value {
            ProtoValue::Number(size) if Some(number) == numbers.size => asked.size = size,
            ProtoValue::Text(bytes) if number == 2 => asked.key = text(bytes)?,
            ProtoValue::Text(bytes) if number == numbers.version => asked.version = text(bytes)?,
            ProtoValue::Text(bytes) if Some(number) == numbers.restore_keys => {
                asked.restore_keys.push(text(bytes)?);
            }
            _ => {}
        }
    }
    Ok(asked)
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "a text is not UTF-8".to_owned())
}

impl CallRequest {
    fn check(&self) -> Result<(), String> {
        if self.key.is_empty() {
            return Err("the key is empty".to_owned());
        }
        let mut keys = self.restore_keys.iter().chain([&self.key]);
        if keys.any(|key| key.chars().count() > KEY_CHARS_MAX) {
            return Err(format!("a key has more than {KEY_CHARS_MAX} characters"));
        }
        if self.version.len() > VERSION_BYTES_MAX {
            return Err(format!("the version has more than {VERSION_BYTES_MAX} bytes"));
        }
        if self.restore_keys.len() > RESTORE_KEYS_MAX {
            return Err(format!("more than {RESTORE_KEYS_MAX} restore keys"));
        }
        Ok(())
    }
}

fn json(value: &ProtoValue) -> Value {
    match value {
        ProtoValue::Flag(flag) => Value::Bool(*flag),
        ProtoValue::Number(number) => Value::String(number.to_string()),
        ProtoValue::Text(text) => Value::String(String::from_utf8_lossy(text).into_owned()),
    }
}

/// A text as a value.
pub(super) fn texted(text: impl Into<String>) -> ProtoValue {
    ProtoValue::Text(text.into().into_bytes())
}
