//! One line of an operation log: its meaning and its checks. The JSON is parsed in `line.rs`;
//! playing it is up to `player.rs`. The format is described in the help of `replay`.

use super::event::WorkflowEvent;
use super::line::LogLine;
use super::problem::{InputProblem, unknown};
use crate::service::CacheMode;
use crate::units::{Bytes, SimTime};

/// One line of an operation log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its line in the log, from 1.
    pub line: u64,
    /// When it happened.
    pub at: SimTime,
    /// What was done to the cache.
    pub action: Action,
}

/// What was done to the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// States an entry that was stored before.
    Entry(StatedEntry),
    /// A run looked up an entry and downloaded it if found.
    Restore {
        /// The run.
        run: LoggedRun,
        /// The key it wanted.
        key: String,
        /// The restore keys, tried in order.
        restore_keys: Vec<String>,
        /// The version; empty if the log does not name versions.
        version: String,
    },
    /// A run saved an entry.
    Save {
        /// The run.
        run: LoggedRun,
        /// The key of the new entry.
        key: String,
        /// The version; empty if the log does not name versions.
        version: String,
        /// The compressed size, at most 10 TB.
        size: Bytes,
    },
    /// Someone deleted entries: all that match every given field.
    Delete {
        /// Match entries of this ref; `None` matches any.
        reference: Option<String>,
        /// Match entries with this key; `None` matches any.
        key: Option<String>,
        /// Match entries with this version; `None` matches any.
        version: Option<String>,
        /// Match the entry with this id; `None` matches any.
        id: Option<u64>,
    },
    /// The service ran a sweep.
    Sweep,
}

/// A workflow run, as far as its cache token depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRun {
    /// The full ref that it runs on.
    pub reference: String,
    /// A pull request's target branch, as a full ref.
    pub base: Option<String>,
    /// The event that started it.
    pub event: WorkflowEvent,
    /// The declared `cache-mode`; `None` if none was declared.
    pub mode: Option<CacheMode>,
}

/// An entry that is already stored, stated by a listing or a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedEntry {
    /// GitHub's id; `None` if it is unknown.
    pub id: Option<u64>,
    /// The full ref; `None` if it is unknown, and the default branch's is used.
    pub reference: Option<String>,
    /// Its key; never empty.
    pub key: String,
    /// Its version; empty if the log does not name versions.
    pub version: String,
    /// Its compressed size, at most 10 TB.
    pub size: Bytes,
    /// Creation; the last access if only that is stated.
    pub created: SimTime,
    /// Last access; the creation if only that is stated.
    pub accessed: SimTime,
}

/// The largest accepted size of an entry: 10 TB, the highest limit that a repository can have.
pub const ENTRY_BYTES_MAX: u64 = 10_000_000_000_000;

/// The operations, each with its fields in addition to `at` and `op`.
const KINDS: &[(&str, &[&str])] = &[
    ("entry", &["id", "ref", "key", "version", "size", "created_at", "last_accessed_at"]),
    ("restore", &["ref", "base", "event", "mode", "key", "restore_keys", "version"]),
    ("save", &["ref", "base", "event", "mode", "key", "version", "size"]),
    ("delete", &["ref", "key", "version", "id"]),
    ("sweep", &[]),
];

impl Operation {
    /// Reads one line: a JSON object with `at`, `op` and the operation's fields. A field that is
    /// unknown or belongs to another operation is an error unless `lenient`.
    ///
    /// # Errors
    /// The first problem of the line.
    pub fn read(text: &[u8], number: u64, lenient: bool) -> Result<Operation, InputProblem> {
        let line: LogLine =
            serde_json::from_slice(text).map_err(|error| InputProblem::syntax(number, &error))?;
        Operation::of(line, number, lenient).map_err(|message| InputProblem::new(number, message))
    }

    fn of(mut line: LogLine, number: u64, lenient: bool) -> Result<Operation, String> {
        let at = time(&line.at, "at")?.ok_or("`at` is missing: write when it happened")?;
        let kinds = || KINDS.iter().map(|(name, _)| *name);
        let op = line.op.take().ok_or_else(|| missing_operation(kinds()))?;
        let kind = KINDS.iter().find(|(name, _)| *name == op);
        let (name, fields) = *kind.ok_or_else(|| unknown("operation", &op, kinds()))?;
        if !lenient {
            line.refuse_fields_beside(name, fields)?;
        }
        let action = match name {
            "entry" => Action::Entry(entry(&mut line)?),
            "restore" => Action::Restore {
                run: run(&mut line)?,
                key: key(&mut line)?,
                restore_keys: line.restore_keys.take().unwrap_or_default(),
                version: line.version.take().unwrap_or_default(),
            },
            "save" => Action::Save {
                run: run(&mut line)?,
                key: key(&mut line)?,
                version: line.version.take().unwrap_or_default(),
                size: size(&line)?,
            },
            "delete" => deletion(&mut line)?,
            _ => Action::Sweep,
        };
        Ok(Operation { line: number, at, action })
    }
}

fn missing_operation<'a>(known: impl Iterator<Item = &'a str>) -> String {
    format!("`op` is missing: write one of {}", known.collect::<Vec<_>>().join(", "))
}

fn time(text: &Option<String>, field: &str) -> Result<Option<SimTime>, String> {
    let parsed = text.as_ref().map(|text| text.parse::<SimTime>()).transpose();
    parsed.map_err(|error| format!("`{field}`: {error}"))
}

fn key(line: &mut LogLine) -> Result<String, String> {
    let key = line.key.take().filter(|key| !key.is_empty());
    key.ok_or_else(|| "`key` is missing or empty: an entry has a key".into())
}

fn size(line: &LogLine) -> Result<Bytes, String> {
    let size = line.size.ok_or("`size` is missing: write the entry's bytes, a whole number")?;
    believable(size)
}

/// Checks that an entry can have this size.
pub(super) fn believable(size: u64) -> Result<Bytes, String> {
    if size > ENTRY_BYTES_MAX {
        return Err(format!("an entry of {size} bytes is larger than {}", Bytes(ENTRY_BYTES_MAX)));
    }
    Ok(Bytes(size))
}

fn run(line: &mut LogLine) -> Result<LoggedRun, String> {
    let reference = line.reference.take().filter(|reference| !reference.is_empty());
    let reference =
        full_ref(reference.ok_or("`ref` is missing: write the run's ref, for example refs/heads/main")?);
    let event = line.event.take().map(|name| WorkflowEvent::named(&name)).transpose()?;
    let event = event.unwrap_or_else(|| WorkflowEvent::of(&reference));
    let mode = line.mode.take().map(|name| mode(&name)).transpose()?;
    Ok(LoggedRun { event, mode, base: line.base.take().map(full_ref), reference })
}

fn mode(name: &str) -> Result<CacheMode, String> {
    CacheMode::named(name).ok_or_else(|| unknown("mode", name, CacheMode::ALL.iter().map(|mode| mode.name())))
}

/// A full ref. A bare name is a branch.
pub fn full_ref(reference: String) -> String {
    if reference.starts_with("refs/") { reference } else { format!("refs/heads/{reference}") }
}

fn entry(line: &mut LogLine) -> Result<StatedEntry, String> {
    let times = (time(&line.created_at, "created_at")?, time(&line.last_accessed_at, "last_accessed_at")?);
    let (created, accessed) = both(times)?;
    Ok(StatedEntry {
        id: line.id,
        reference: line.reference.take().filter(|reference| !reference.is_empty()).map(full_ref),
        key: key(line)?,
        version: line.version.take().unwrap_or_default(),
        size: size(line)?,
        created,
        accessed,
    })
}

/// Times of creation and last access. If one is missing, the other is used for both.
pub(super) fn both<T: Copy>(times: (Option<T>, Option<T>)) -> Result<(T, T), String> {
    match times {
        (Some(created), accessed) => Ok((created, accessed.unwrap_or(created))),
        (None, Some(accessed)) => Ok((accessed, accessed)),
        (None, None) => Err("an entry needs the time of its creation or of its last access".into()),
    }
}

fn deletion(line: &mut LogLine) -> Result<Action, String> {
    if line.key.is_none() && line.id.is_none() {
        return Err("a delete needs the `key` or the `id` of what is deleted".into());
    }
    Ok(Action::Delete {
        reference: line.reference.take().map(full_ref),
        key: line.key.take(),
        version: line.version.take(),
        id: line.id,
    })
}
