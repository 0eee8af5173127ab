//! Bake files of buildx, in JSON and in plain HCL: targets with what matters to caches. Functions, conditions and matrices
//! are not evaluated; they are listed as unknown, each with its place.

mod hcl;

use crate::diagnostic::printable;
use hcl::{BakeBlock, BakeValue};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// What a bake file builds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BakeFile {
    /// The targets, in order, with what they inherit.
    pub targets: Vec<BakeTarget>,
    /// The groups with their members.
    pub groups: BTreeMap<String, Vec<String>>,
    /// What of no target was not understood, in sentences without a full stop.
    pub unknown: Vec<String>,
}

/// One target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BakeTarget {
    /// Its name.
    pub name: String,
    /// The folder that it is built in; `.` if it names none.
    pub context: String,
    /// The container file, relative to the context; `Dockerfile` if it names none.
    pub dockerfile: String,
    /// The stage that it builds.
    pub stage: Option<String>,
    /// Where its cache is read from, such as `type=gha,scope=api`.
    pub cache_from: Vec<String>,
    /// Where its cache is written to.
    pub cache_to: Vec<String>,
    /// Its names.
    pub tags: Vec<String>,
    /// The platforms that it is built for; none if it names none.
    pub platforms: Vec<String>,
    /// What of it was not understood, in sentences without a full stop.
    pub unknown: Vec<String>,
}

/// Why a bake file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadBakeFile {
    /// It is too large, or too deep.
    #[error("more than {0}")]
    TooLarge(&'static str),
    /// It is not in the format.
    #[error("line {0}: {1}")]
    Malformed(usize, String),
}

const BYTES_MAX: usize = 1_000_000;
const BLOCKS_MAX: usize = 1_000;

impl BakeFile {
    /// Reads a bake file. One that begins with `{` is JSON.
    ///
    /// # Errors
    /// If it is too large or not in the format.
    pub fn read(text: &str) -> Result<BakeFile, BadBakeFile> {
        if text.len() > BYTES_MAX {
            return Err(BadBakeFile::TooLarge("1 MB"));
        }
        let blocks = if text.trim_start().starts_with('{') { json_blocks(text)? } else { hcl::blocks(text)? };
        if blocks.len() > BLOCKS_MAX {
            return Err(BadBakeFile::TooLarge("1,000 blocks"));
        }
        Ok(Reading::new(&blocks).file())
    }
}

struct Reading<'a> {
    blocks: &'a [BakeBlock],
    variables: BTreeMap<&'a str, &'a str>,
    unknown: BTreeSet<String>,
}

impl<'a> Reading<'a> {
    fn new(blocks: &'a [BakeBlock]) -> Reading<'a> {
        let default = |block: &'a BakeBlock| match block.values.get("default") {
            Some(BakeValue::Text(text)) => Some((block.label.as_str(), text.as_str())),
            _ => None,
        };
        let variables = blocks.iter().filter(|block| block.kind == "variable").filter_map(default).collect();
        Reading { blocks, variables, unknown: BTreeSet::new() }
    }

    fn file(mut self) -> BakeFile {
        let mut file = BakeFile::default();
        for block in self.blocks {
            match block.kind.as_str() {
                "target" => file.targets.push(self.target(block)),
                "group" => {
                    let members = self.list(block, "targets");
                    file.groups.insert(block.label.clone(), members);
                }
                "function" => {
                    self.unknown.insert(format!(
                        "line {}: the function `{}`",
                        block.line,
                        printable(&block.label)
                    ));
                }
                _ => {}
            }
        }
        file.unknown = self.unknown.into_iter().collect();
        file
    }

    fn target(&mut self, block: &'a BakeBlock) -> BakeTarget {
        let of_others = std::mem::take(&mut self.unknown);
        let target = self.values(block);
        let unknown = std::mem::replace(&mut self.unknown, of_others);
        BakeTarget { unknown: unknown.into_iter().collect(), ..target }
    }

    fn values(&mut self, block: &'a BakeBlock) -> BakeTarget {
        let mut merged = BakeBlock { values: BTreeMap::new(), ..block.clone() };
        self.inherit(block, &mut merged, &mut BTreeSet::new());
        if merged.values.contains_key("matrix") {
            let label = printable(&block.label);
            self.unknown.insert(format!("line {}: the matrix of the target `{label}`", block.line));
        }
        let text = |reading: &mut Self, key| reading.list(&merged, key).pop();
        BakeTarget {
            name: block.label.clone(),
            context: text(self, "context").unwrap_or_else(|| ".".to_owned()),
            dockerfile: text(self, "dockerfile").unwrap_or_else(|| "Dockerfile".to_owned()),
            stage: text(self, "target"),
            cache_from: self.list(&merged, "cache-from"),
            cache_to: self.list(&merged, "cache-to"),
            tags: self.list(&merged, "tags"),
            platforms: self.list(&merged, "platforms"),
            unknown: Vec::new(),
        }
    }

    /// Puts in what the target inherits, then its own values over it. A later parent wins; a circle ends.
    fn inherit(&mut self, block: &'a BakeBlock, merged: &mut BakeBlock, seen: &mut BTreeSet<&'a str>) {
        if !seen.insert(&block.label) {
            return;
        }
        for parent in self.list(block, "inherits") {
            let found = self.blocks.iter().find(|other| other.kind == "target" && other.label == parent);
            match found {
                Some(found) => self.inherit(found, merged, seen),
                None => {
                    self.unknown.insert(format!(
                        "line {}: there is no target `{}`",
                        block.line,
                        printable(&parent)
                    ));
                }
            }
        }
        merged.values.extend(block.values.iter().map(|(key, value)| (key.clone(), value.clone())));
    }

    /// A value as a list; one text is a list of one. What is not known is left out and listed.
    fn list(&mut self, block: &BakeBlock, key: &str) -> Vec<String> {
        let items = match block.values.get(key) {
            None => return Vec::new(),
            Some(BakeValue::List(items)) => items.clone(),
            Some(one) => vec![one.clone()],
        };
        let filled: Vec<Option<String>> = items.iter().map(|item| self.filled(item)).collect();
        if filled.contains(&None) {
            let label = printable(&block.label);
            self.unknown
                .insert(format!("line {}: a part of `{key}` of `{label}` is no plain text", block.line));
        }
        filled.into_iter().flatten().collect()
    }

    /// The text with variables put in; `None` if it is more than that.
    fn filled(&self, value: &BakeValue) -> Option<String> {
        let BakeValue::Text(text) = value else { return None };
        let (mut out, mut rest) = (String::new(), text.as_str());
        while let Some((before, after)) = rest.split_once("${") {
            let (name, following) = after.split_once('}')?;
            out.push_str(before);
            out.push_str(self.variables.get(name.trim())?);
            rest = following;
        }
        Some(out + rest)
    }
}

/// The blocks of a JSON file: for each kind, an object of labels.
fn json_blocks(text: &str) -> Result<Vec<BakeBlock>, BadBakeFile> {
    let malformed = |error: serde_json::Error| BadBakeFile::Malformed(error.line(), error.to_string());
    let kinds: BTreeMap<String, serde_json::Value> = serde_json::from_str(text).map_err(malformed)?;
    let mut blocks = Vec::new();
    for (kind, labels) in kinds {
        for (label, values) in labels.as_object().into_iter().flatten() {
            let values = values.as_object().into_iter().flatten();
            let values = values.map(|(key, value)| (key.clone(), json_value(value))).collect();
            blocks.push(BakeBlock { kind: kind.clone(), label: label.clone(), line: 1, values });
        }
    }
    Ok(blocks)
}

fn json_value(value: &serde_json::Value) -> BakeValue {
    match value {
        serde_json::Value::String(text) => BakeValue::Text(text.clone()),
        serde_json::Value::Array(items) => BakeValue::List(items.iter().map(json_value).collect()),
        _ => BakeValue::Unknown,
    }
}
