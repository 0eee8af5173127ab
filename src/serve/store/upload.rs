//! A body while it is uploaded: whole, or in blocks that a list puts in order, as in Azure's blob storage. Blocks
//! are written one behind the other as they come, several at once; only if the list has another order is the file
//! written again.

#![expect(clippy::disallowed_methods, reason = "uploads are written here")]

use super::BodyStore;
use crate::serve::http::RequestBody;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use thiserror::Error;

/// A body that is not stored yet.
#[derive(Debug)]
pub struct Upload {
    path: Option<PathBuf>,
    parts: Mutex<UploadParts>,
}

/// What has come of it.
#[derive(Debug, Default)]
struct UploadParts {
    /// Blocks by the name that the client gave them: where they begin, and their length.
    blocks: BTreeMap<String, (u64, u64)>,
    /// The bytes that blocks take in the file, with those that were sent twice.
    written: u64,
    /// The length of the body, once it is complete.
    complete: Option<u64>,
    /// Room that was taken for it.
    room: u64,
    /// True while the whole file is written. The lock is never held for so long: others would wait for a client.
    busy: bool,
}

/// Why bytes are not taken.
#[derive(Debug, Error)]
pub enum UploadError {
    /// The store is full.
    #[error("the store is full")]
    Full,
    /// A body of this size is not stored.
    #[error("a body may have at most {BODY_BYTES_MAX} bytes")]
    TooLarge,
    /// There are too many blocks.
    #[error("an upload may have at most {BLOCKS_MAX} blocks")]
    TooManyBlocks,
    /// The list names a block that was not sent.
    #[error("a block of the list was not uploaded")]
    UnknownBlock,
    /// What was sent is no list of blocks.
    #[error("this is no list of blocks: it is `<BlockList>` with a `<Latest>` for each")]
    BadList,
    /// The client sends the body twice at once, or a block after the whole body.
    #[error("this upload is already being written, or whole")]
    Busy,
    /// The client hung up, or the disk failed.
    #[error(transparent)]
    Broken(#[from] io::Error),
}

/// The largest body: Azure takes larger ones in blocks, but no cache of this size is restored with profit.
const BODY_BYTES_MAX: u64 = 100_000_000_000;
/// The most blocks of an upload, as in Azure.
const BLOCKS_MAX: usize = 50_000;
/// The longest name of a block.
const BLOCK_NAME_BYTES_MAX: usize = 128;

impl Upload {
    pub(super) fn new(path: Option<PathBuf>) -> Upload {
        Upload { path, parts: Mutex::default() }
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    fn parts(&self) -> MutexGuard<'_, UploadParts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The length of the body, once it is complete.
    pub fn complete(&self) -> Option<u64> {
        self.parts().complete
    }

    /// Takes a whole body.
    ///
    /// # Errors
    /// As of [`UploadError`]; what came before is then lost.
    pub fn whole(&self, body: &mut RequestBody<'_>, store: &BodyStore) -> Result<(), UploadError> {
        let length = body.left();
        self.parts().begin(length, store)?;
        let written = match &self.path {
            Some(path) => File::create(path).and_then(|mut file| body.pass_to(&mut file)),
            None => body.pass_to(&mut io::sink()),
        };
        let mut parts = self.parts();
        parts.busy = false;
        parts.complete = written.is_ok().then_some(length);
        if written.is_err() {
            // A body that does not fit the disk must not keep smaller ones out.
            self.path.as_deref().map(fs::remove_file);
            parts.give_back(length, store);
        }
        Ok(written?)
    }

    /// Takes a block.
    ///
    /// # Errors
    /// As of [`UploadError`]; the block is then not there.
    pub fn block(
        &self,
        name: &str,
        body: &mut RequestBody<'_>,
        store: &BodyStore,
    ) -> Result<(), UploadError> {
        let length = body.left();
        let from = {
            let mut parts = self.parts();
            if parts.busy || parts.complete.is_some() {
                return Err(UploadError::Busy);
            }
            if parts.blocks.len() >= BLOCKS_MAX || name.len() > BLOCK_NAME_BYTES_MAX {
                return Err(UploadError::TooManyBlocks);
            }
            parts.take_room(length, store)?;
            let from = parts.written;
            parts.written += length;
            from
        };
        let written = self.write_at(from, body);
        let mut parts = self.parts();
        match written {
            Ok(()) => drop(parts.blocks.insert(name.to_owned(), (from, length))),
            Err(problem) => {
                // Later blocks already have their places, so this one's place stays empty.
                parts.give_back(length, store);
                return Err(problem.into());
            }
        }
        Ok(())
    }

    fn write_at(&self, from: u64, body: &mut RequestBody<'_>) -> io::Result<()> {
        let Some(path) = &self.path else { return body.pass_to(&mut io::sink()) };
        let mut file = File::options().write(true).create(true).truncate(false).open(path)?;
        file.seek(SeekFrom::Start(from))?;
        body.pass_to(&mut file)
    }

    /// Puts the blocks together in the order of an XML list of their names. The blocks that it does not name are given up, as
    /// Azure does. The same list may come again: its answer may have been lost.
    ///
    /// # Errors
    /// If the list is none or names a block that is missing, or if the disk fails.
    pub fn commit(&self, list: &str) -> Result<(), UploadError> {
        let names = block_names(list).ok_or(UploadError::BadList)?;
        let blocks = {
            let mut parts = self.parts();
            let blocks: Option<Vec<_>> = names.iter().map(|name| parts.blocks.get(*name).copied()).collect();
            let blocks = blocks.ok_or(UploadError::UnknownBlock)?;
            if std::mem::replace(&mut parts.busy, true) {
                return Err(UploadError::Busy);
            }
            blocks
        };
        let arranged = self.path.as_deref().map_or(Ok(()), |path| arrange(path, &blocks));
        let mut parts = self.parts();
        parts.busy = false;
        parts.complete = None;
        arranged?;
        parts.place(&names, &blocks);
        Ok(())
    }

    /// Gives up what was uploaded, and its room; if it has become a body, only the room beyond the body's.
    pub fn end(&self, store: &BodyStore, stored: Option<u64>) {
        let mut parts = self.parts();
        if let (Some(path), None) = (&self.path, stored) {
            fs::remove_file(path).ok();
        }
        store.give_room(parts.room.saturating_sub(stored.unwrap_or(0)));
        parts.room = 0;
    }
}

impl UploadParts {
    /// A whole body of this length follows.
    fn begin(&mut self, length: u64, store: &BodyStore) -> Result<(), UploadError> {
        if self.busy {
            return Err(UploadError::Busy);
        }
        (self.complete, self.written) = (None, 0);
        self.blocks.clear();
        self.take_room(length, store)?;
        self.busy = true;
        Ok(())
    }

    /// Notes that the file now holds these blocks in this order, and nothing else.
    fn place(&mut self, names: &[&str], blocks: &[(u64, u64)]) {
        self.blocks.clear();
        self.written = 0;
        for (name, (_, length)) in names.iter().zip(blocks) {
            self.blocks.insert((*name).to_owned(), (self.written, *length));
            self.written += length;
        }
        self.complete = Some(self.written);
    }

    /// Frees the room of bytes that did not arrive, unless the upload has been given up and all of it is free.
    fn give_back(&mut self, length: u64, store: &BodyStore) {
        let taken = length.min(self.room);
        store.give_room(taken);
        self.room -= taken;
    }

    fn take_room(&mut self, length: u64, store: &BodyStore) -> Result<(), UploadError> {
        if length > BODY_BYTES_MAX || self.written + length > BODY_BYTES_MAX {
            return Err(UploadError::TooLarge);
        }
        if !store.take_room(length) {
            return Err(UploadError::Full);
        }
        self.room += length;
        Ok(())
    }
}

/// Brings the blocks of a file into this order.
fn arrange(path: &Path, blocks: &[(u64, u64)]) -> io::Result<()> {
    let mut end = 0;
    let is_in_order = blocks.iter().all(|(from, length)| {
        let follows = *from == end;
        end = from + length;
        follows
    });
    if !is_in_order {
        return rearrange(path, blocks);
    }
    // With a block that was sent twice, there is something behind the end.
    File::options().write(true).create(true).truncate(false).open(path)?.set_len(end)
}

/// Writes the blocks of a file in another order.
fn rearrange(path: &Path, blocks: &[(u64, u64)]) -> io::Result<()> {
    let ordered = path.with_extension("ordered");
    let (mut from, mut to) = (File::open(path)?, File::create(&ordered)?);
    for (start, length) in blocks {
        from.seek(SeekFrom::Start(*start))?;
        let copied = io::copy(&mut (&from).take(*length), &mut to)?;
        if copied < *length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    fs::rename(&ordered, path)
}

/// The names in `<Latest>NAME</Latest>`, and in the other two elements that Azure knows; `None` if the text is no list.
fn block_names(list: &str) -> Option<Vec<&str>> {
    let text = list.trim_start_matches('\u{feff}').trim();
    let text = match text.strip_prefix("<?") {
        Some(head) => head.split_once("?>")?.1.trim_start(),
        None => text,
    };
    if ["<BlockList/>", "<BlockList />"].contains(&text) {
        return Some(vec![]);
    }
    let mut rest = text.strip_prefix("<BlockList>")?.strip_suffix("</BlockList>")?.trim();
    let mut names = Vec::new();
    while !rest.is_empty() {
        let (tag, behind) = rest.strip_prefix('<')?.split_once('>')?;
        let (name, behind) = behind.split_once("</")?;
        let behind = behind.strip_prefix(tag)?.trim_start().strip_prefix('>')?;
        ["Latest", "Uncommitted", "Committed"].contains(&tag).then(|| names.push(name.trim()))?;
        rest = behind.trim_start();
    }
    Some(names)
}
