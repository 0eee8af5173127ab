//! Writes operations as lines of a log, in the form that `operation.rs` reads. `serve` records what real
//! clients do with it, and keeps the index of its store in it.

use super::operation::{Action, LoggedRun, Operation, StatedEntry};
use crate::units::{Bytes, SimTime};
use serde::Serialize;

/// The fields of a line; each operation has some of them.
#[derive(Serialize, Default)]
struct WrittenLine<'a> {
    at: SimTime,
    op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    restore_keys: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<SimTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_accessed_at: Option<SimTime>,
}

impl Operation {
    /// The operation as one line of a log, with its line break.
    pub fn written(&self) -> String {
        let line = WrittenLine { at: self.at, ..WrittenLine::of(&self.action) };
        serde_json::to_string(&line).expect("a line has only texts and numbers") + "\n"
    }
}

impl<'a> WrittenLine<'a> {
    fn of(action: &'a Action) -> WrittenLine<'a> {
        match action {
            Action::Entry(entry) => WrittenLine::entry(entry),
            Action::Restore { run, key, restore_keys, version } => WrittenLine {
                op: "restore",
                key: Some(key),
                restore_keys,
                version: named(version),
                ..WrittenLine::run(run)
            },
            Action::Save { run, key, version, size: Bytes(size) } => WrittenLine {
                op: "save",
                key: Some(key),
                version: named(version),
                size: Some(*size),
                ..WrittenLine::run(run)
            },
            Action::Delete { reference, key, version, id } => WrittenLine {
                op: "delete",
                id: *id,
                reference: reference.as_deref(),
                key: key.as_deref(),
                version: version.as_deref(),
                ..WrittenLine::default()
            },
            Action::Sweep => WrittenLine { op: "sweep", ..WrittenLine::default() },
        }
    }

    fn entry(entry: &'a StatedEntry) -> WrittenLine<'a> {
        WrittenLine {
            op: "entry",
            id: entry.id,
            reference: entry.reference.as_deref(),
            key: Some(&entry.key),
            version: named(&entry.version),
            size: Some(entry.size.0),
            created_at: Some(entry.created),
            last_accessed_at: Some(entry.accessed),
            ..WrittenLine::default()
        }
    }

    fn run(run: &'a LoggedRun) -> WrittenLine<'a> {
        WrittenLine {
            reference: Some(&run.reference),
            base: run.base.as_deref(),
            event: Some(run.event.name()),
            mode: run.mode.map(|mode| mode.name()),
            ..WrittenLine::default()
        }
    }
}

/// An empty version is one that the log does not name.
fn named(version: &str) -> Option<&str> {
    Some(version).filter(|version| !version.is_empty())
}
