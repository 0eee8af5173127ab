//! The index of a store: an operation log of `entry` and `delete` lines, to which every change is appended. The
//! last `entry` line of an id counts, and their order is that of the last accesses. It is read when a server starts, and
//! then written again without what is gone.

#![expect(clippy::disallowed_methods, reason = "the index is written here")]

use super::BodyStore;
use crate::replay::{Action, Operation, StatedEntry};
use crate::units::SimTime;
use anyhow::Context;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// The index of a store.
#[derive(Debug)]
pub struct StoreIndex {
    path: PathBuf,
    file: File,
    /// Lines in the file.
    lines: u64,
    problem: Option<io::Error>,
}

/// What was found in a store.
#[derive(Debug, Default)]
pub struct Recovered {
    /// The entries in the order of eviction: oldest access first.
    pub entries: Vec<StatedEntry>,
    /// What is damaged: sentences without a full stop.
    pub damage: Vec<String>,
    /// The latest time in the index.
    pub latest: Option<SimTime>,
}

/// Damages that are named; the others are counted.
const NAMED_MAX: usize = 10;
/// The longest line that is read.
const LINE_BYTES_MAX: u64 = 1 << 20;

impl StoreIndex {
    /// Reads the index of a store, drops entries whose bodies are damaged and files that no entry has, and writes the
    /// index again.
    ///
    /// # Errors
    /// If the index cannot be read or written.
    pub fn recover(path: &Path, store: &BodyStore) -> anyhow::Result<(StoreIndex, Recovered)> {
        let shown = path.display();
        let mut damage = Vec::new();
        let mut latest = LatestLines::default();
        if path.exists() {
            let file = File::open(path).with_context(|| format!("cannot read {shown}"))?;
            latest.read(BufReader::new(file), &mut damage).with_context(|| format!("cannot read {shown}"))?;
        }
        latest.entries.retain(|id, (_, entry)| {
            let is_whole = store.is_whole(*id, entry.size.0);
            if !is_whole {
                damage.push(format!("the body of entry {id} is missing or has another size: it is dropped"));
            }
            is_whole
        });
        store.tidy(|id| latest.entries.contains_key(&id)).context("cannot tidy the store")?;
        let more = damage.len().saturating_sub(NAMED_MAX);
        damage.truncate(NAMED_MAX);
        damage.extend((more > 0).then(|| format!("{more} more entries or lines are damaged")));
        let recovered = Recovered { latest: latest.time, entries: latest.in_order(), damage };
        let index = StoreIndex::written(path, recovered.entries.iter())?;
        Ok((index, recovered))
    }

    /// Writes an index anew.
    fn written<'a>(
        path: &Path,
        entries: impl Iterator<Item = &'a StatedEntry>,
    ) -> anyhow::Result<StoreIndex> {
        let (file, lines) =
            rewritten(path, entries).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(StoreIndex { path: path.to_owned(), file, lines, problem: None })
    }

    /// The entry was stored, or accessed.
    pub fn entry(&mut self, at: SimTime, entry: &StatedEntry) {
        self.append(at, Action::Entry(entry.clone()));
    }

    /// The entry with this id is gone.
    pub fn gone(&mut self, at: SimTime, id: u64) {
        self.append(at, Action::Delete { reference: None, key: None, version: None, id: Some(id) });
    }

    fn append(&mut self, at: SimTime, action: Action) {
        let line = Operation { line: 0, at, action }.written();
        self.lines += 1;
        if self.problem.is_none() {
            self.problem = self.file.write_all(line.as_bytes()).err();
        }
    }

    /// True if most lines are about what has changed since.
    pub fn is_long(&self, entries: u64) -> bool {
        self.lines > 100_000 + 4 * entries
    }

    /// Writes it again with these entries, oldest access first.
    pub fn shorten<'a>(&mut self, entries: impl Iterator<Item = &'a StatedEntry>) {
        match rewritten(&self.path, entries) {
            Ok((file, lines)) => (self.file, self.lines) = (file, lines),
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// The first failure to write, once.
    pub fn take_problem(&mut self) -> Option<io::Error> {
        self.problem.take()
    }
}

fn rewritten<'a>(path: &Path, entries: impl Iterator<Item = &'a StatedEntry>) -> io::Result<(File, u64)> {
    let draft = path.with_extension("tmp");
    fs::remove_file(&draft).ok();
    let mut out = BufWriter::new(File::create_new(&draft)?);
    let mut lines = 0;
    for entry in entries {
        let operation = Operation { line: 0, at: entry.accessed, action: Action::Entry(entry.clone()) };
        out.write_all(operation.written().as_bytes())?;
        lines += 1;
    }
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    fs::rename(&draft, path)?;
    Ok((file, lines))
}

/// What the lines of an index say in the end.
#[derive(Default)]
struct LatestLines {
    /// Entries by their ids, each with the number of its last line.
    entries: BTreeMap<u64, (u64, StatedEntry)>,
    /// The latest time.
    time: Option<SimTime>,
}

impl LatestLines {
    fn read(&mut self, mut index: impl BufRead, damage: &mut Vec<String>) -> io::Result<()> {
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            index.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
            // A line without an end was being written when the server was killed.
            if !line.ends_with(b"\n") && (line.len() as u64) < LINE_BYTES_MAX {
                return Ok(());
            }
            match Operation::read(&line, number, false) {
                Ok(operation) => self.follow(operation),
                Err(problem) => damage.push(format!("index.jsonl:{problem}")),
            }
        }
        Ok(())
    }

    fn follow(&mut self, operation: Operation) {
        self.time = self.time.max(Some(operation.at));
        match operation.action {
            Action::Entry(entry) => {
                self.time = self.time.max(Some(entry.accessed));
                self.entries.insert(entry.id.unwrap_or(0), (operation.line, entry));
            }
            Action::Delete { id: Some(id), .. } => {
                self.entries.remove(&id);
            }
            _ => {}
        }
    }

    /// Each access wrote a line. Several of one instant are told apart by their lines alone.
    fn in_order(self) -> Vec<StatedEntry> {
        let mut entries: Vec<_> = self.entries.into_values().collect();
        entries.sort_by_key(|(line, _)| *line);
        entries.into_iter().map(|(_, entry)| entry).collect()
    }
}
