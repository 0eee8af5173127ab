//! The JSON schema of scenarios, for editors, made from the grammar. `schema` prints it.

use super::grammar::{Field, Kind, Presence, Quantity, ROOT, Table, WHEN, WHEN_KIND};
use super::parse::parse_value;
use super::tree::{Node, TreeValue};
use crate::client::KeyTemplate;
use crate::diagnostic::Sources;
use crate::units::{Bytes, Duration, Money, Rate};
use serde_json::{Map, Value, json};

/// The JSON schema (draft 2020-12) of a scenario. It is looser than the checker in one way: a scenario may
/// extend another one, so required keys may be missing, except within lists, which are never merged.
pub fn schema() -> Value {
    let mut schema = table(&ROOT, false);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("cache-budget scenario");
    schema
}

fn table(table: &'static Table, complete: bool) -> Value {
    let fields = table.fields.iter();
    let properties: Map<_, _> =
        fields.clone().map(|field| (field.name.to_owned(), property(field, complete))).collect();
    let required: Vec<_> =
        fields.filter(|f| complete && f.presence == Presence::Required).map(|f| f.name).collect();
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn property(field: &'static Field, complete: bool) -> Value {
    let mut schema = match (&field.kind, TEMPLATES.contains(&field.name)) {
        (Kind::Text(max), true) => template(*max),
        (Kind::List(Kind::Text(max)), true) => {
            json!({"anyOf": [{"type": "array", "items": template(*max)}, template(*max)]})
        }
        _ => kind(&field.kind, complete),
    };
    let basis = if field.basis.is_empty() { String::new() } else { format!(" Default: {}.", field.basis) };
    schema["description"] = json!(format!("{}{basis}", field.doc));
    if let Presence::Default(text) = field.presence {
        schema["default"] = default(text);
    }
    schema
}

fn kind(of: &'static Kind, complete: bool) -> Value {
    match of {
        Kind::Quantity(of) => quantity(*of),
        Kind::Distribution(of, shapes) => {
            let mut shapes = table(shapes, true);
            shapes["minProperties"] = json!(1);
            shapes["maxProperties"] = json!(1);
            json!({"anyOf": [quantity(*of), shapes]})
        }
        Kind::Bool => json!({"type": "boolean"}),
        Kind::Integer { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Kind::Number { min, max } => json!({"type": "number", "minimum": min, "maximum": max}),
        Kind::Text(max) => json!({"type": "string", "maxLength": max}),
        Kind::Begins(words) => json!({"type": "string", "pattern": format!("^({}) .+", words.join("|"))}),
        Kind::Choice(choices) => {
            let words: Vec<_> =
                choices.iter().map(|(word, doc)| json!({"const": word, "description": doc})).collect();
            json!({"oneOf": words})
        }
        Kind::File => json!({"type": "string", "minLength": 1}),
        Kind::List(of) => {
            json!({"anyOf": [{"type": "array", "items": kind(of, true)}, kind(of, complete)]})
        }
        Kind::Table(of) => table(of, complete),
        Kind::Switch(of) => json!({"anyOf": [{"type": "boolean"}, table(of, complete)]}),
        Kind::Or(words, of) => {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            json!({"anyOf": [{"enum": words}, kind(of, complete)]})
        }
        Kind::PlainOrTable(plain, table) => json!({"anyOf": [kind(plain, complete), kind(table, complete)]}),
        Kind::Map { of, .. } => {
            let removable = json!({"anyOf": [{"const": false}, kind(of, complete)]});
            let value = if of.table().is_some() { removable } else { kind(of, complete) };
            json!({"type": "object", "additionalProperties": value})
        }
        Kind::Partial(of) => {
            let fields = of.names().filter_map(|name| of.override_field(name));
            let mut properties: Map<_, _> =
                fields.map(|field| (field.name.to_owned(), kind(&field.kind, false))).collect();
            properties.insert(WHEN.to_owned(), kind(&WHEN_KIND, false));
            json!({
                "type": "object", "properties": properties, "required": [WHEN], "additionalProperties": false,
            })
        }
        Kind::Tables(of) => {
            json!({"anyOf": [{"type": "array", "items": table(of, true)}, table(of, complete), {"const": false}]})
        }
    }
}

/// The keys whose texts may have placeholders.
const TEMPLATES: [&str; 9] =
    ["key", "restore-keys", "prefix-key", "shared-key", "environment", "scope", "tag", "name", "group"];

/// A text with placeholders: those that every template knows, or the name of an axis. Which axes a job has is
/// known to the checker only, but a name has neither spaces nor colons, as an expression of GitHub's has.
fn template(max: usize) -> Value {
    let known = KeyTemplate::placeholders().map(|(name, _)| match name.split_once(':') {
        Some(("days", _)) => r"days:\d+".to_owned(),
        Some((function, _)) => format!("{function}:[^{{}}]+"),
        None => name.to_owned(),
    });
    let known: Vec<String> = known.collect();
    let pattern = format!(r"^([^{{]|\{{({}|[^{{}}:\s]+)\}})*$", known.join("|"));
    json!({"type": "string", "maxLength": max, "pattern": pattern})
}

fn quantity(of: Quantity) -> Value {
    let sums = Duration::pattern();
    let pattern = match of {
        Quantity::Factor => return kind(&Kind::FACTOR, true),
        Quantity::Time => r"^\s*\d{4}-\d{2}-\d{2}([Tt ].+)?\s*$".to_owned(),
        Quantity::Bytes => format!(r"^\s*{}\s*$", Bytes::pattern()),
        Quantity::Rate => format!(r"^\s*{}\s*$", Rate::pattern()),
        Quantity::Money => format!(r"^\s*{}\s*$", Money::pattern()),
        Quantity::Duration => format!(r"^\s*{sums}(\s*{sums})*\s*$"),
    };
    json!({"type": "string", "pattern": pattern, "examples": [of.example().trim_matches('"')]})
}

fn default(text: &str) -> Value {
    let mut nowhere = Sources::default();
    let file = nowhere.add("", "");
    parse_value(text, file, 0).map_or(Value::Null, |node| to_json(&node))
}

fn to_json(node: &Node) -> Value {
    match &node.value {
        TreeValue::Text(text) => json!(text),
        TreeValue::Integer(number) => json!(number),
        TreeValue::Float(number) => json!(number),
        TreeValue::Bool(yes) => json!(yes),
        TreeValue::List(items) => items.iter().map(to_json).collect(),
        TreeValue::Table(entries) => {
            Value::Object(entries.iter().map(|(name, entry)| (name.clone(), to_json(&entry.node))).collect())
        }
    }
}
