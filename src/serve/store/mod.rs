//! Where the bodies of entries are: files in a folder, or nowhere.
//!
//! No text of a client becomes the name of a file: an upload is named by its number, an entry by its id. A body is
//! written as an upload and renamed when it is finalised; the index is a log to which lines are appended. So a
//! process that is killed at any instant loses its unfinished uploads and nothing else.

#![expect(clippy::disallowed_methods, reason = "bodies are written here")]

mod index;
mod upload;

pub use index::{Recovered, StoreIndex};
pub use upload::{Upload, UploadError};

use super::http::AnswerBody;
use anyhow::{Context, bail};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;

/// Where bodies are kept.
#[derive(Debug)]
pub struct BodyStore {
    place: StorePlace,
    /// Bytes of all bodies and uploads.
    held: AtomicU64,
    /// The most bytes that are held.
    most: u64,
}

#[derive(Debug)]
enum StorePlace {
    /// Bodies are counted and thrown away.
    Nowhere,
    /// In a folder; the file is locked while it is in use.
    Folder { path: PathBuf, _lock: File },
    /// In a folder that is removed when the store is closed.
    Temporary { path: PathBuf, folder: Mutex<Option<TempDir>> },
}

impl BodyStore {
    /// A store that keeps only sizes.
    pub fn of_sizes() -> BodyStore {
        BodyStore { place: StorePlace::Nowhere, held: AtomicU64::new(0), most: u64::MAX }
    }

    /// A store in a temporary folder, with at most so many bytes.
    ///
    /// # Errors
    /// If there can be no such folder.
    pub fn temporary(most: u64) -> anyhow::Result<BodyStore> {
        let folder = tempfile::Builder::new().prefix("cache-budget-serve-").tempdir();
        let folder = folder.context("cannot create a temporary folder: name one with --store")?;
        folders(folder.path())?;
        let place =
            StorePlace::Temporary { path: folder.path().to_owned(), folder: Mutex::new(Some(folder)) };
        Ok(BodyStore { place, held: AtomicU64::new(0), most })
    }

    /// A store in this folder, which is created, with at most so many bytes. Unfinished uploads in it are removed.
    ///
    /// # Errors
    /// If it cannot be written, is used by another server, or is a folder of something else.
    pub fn folder(path: &Path, most: u64) -> anyhow::Result<BodyStore> {
        let shown = path.display();
        fs::create_dir_all(path).with_context(|| format!("cannot create the folder {shown}"))?;
        let is_store = path.join(LOCK).exists();
        if !is_store && fs::read_dir(path).with_context(|| format!("cannot read {shown}"))?.next().is_some() {
            bail!("{shown} is neither empty nor a store of serve: name another folder");
        }
        // Not truncated: in a stranger's folder it may be a link to something else.
        let lock = File::options().write(true).create(true).truncate(false).open(path.join(LOCK));
        let lock = lock.with_context(|| format!("cannot write into {shown}"))?;
        if lock.try_lock().is_err() {
            bail!("{shown} is in use by another server: name another folder, or end that one");
        }
        fs::remove_dir_all(path.join(UPLOADS)).ok();
        folders(path)?;
        let place = StorePlace::Folder { path: path.to_owned(), _lock: lock };
        Ok(BodyStore { place, held: AtomicU64::new(0), most })
    }

    /// The folder; none where only sizes are kept.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            StorePlace::Nowhere => None,
            StorePlace::Folder { path, .. } | StorePlace::Temporary { path, .. } => Some(path),
        }
    }

    /// The index of a store that outlives its server.
    pub fn index_path(&self) -> Option<PathBuf> {
        match &self.place {
            StorePlace::Folder { path, .. } => Some(path.join("index.jsonl")),
            StorePlace::Nowhere | StorePlace::Temporary { .. } => None,
        }
    }

    /// Removes a temporary folder. Threads of connections may still have the store: the program does not wait for
    /// them before it ends.
    pub fn close(&self) {
        if let StorePlace::Temporary { folder, .. } = &self.place {
            drop(folder.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }

    /// Takes room for so many bytes; false if there is none left.
    pub(super) fn take_room(&self, bytes: u64) -> bool {
        if self.path().is_none() {
            return true;
        }
        let fits = |held: u64| held.checked_add(bytes).filter(|sum| *sum <= self.most);
        self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok()
    }

    /// Gives room back.
    pub(super) fn give_room(&self, bytes: u64) {
        let less = |held: u64| Some(held.saturating_sub(bytes));
        self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).ok();
    }

    /// An upload with this number.
    pub fn upload(&self, number: u64) -> Upload {
        Upload::new(self.path().map(|path| path.join(UPLOADS).join(number.to_string())))
    }

    /// Makes a finished upload the body of an entry.
    ///
    /// # Errors
    /// If the file cannot be renamed.
    pub fn publish(&self, upload: &Upload, id: u64) -> io::Result<()> {
        let (Some(from), Some(to)) = (upload.path(), self.body_path(id)) else { return Ok(()) };
        match fs::rename(from, &to) {
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(to.parent().unwrap_or(&to))?;
                fs::rename(from, &to)
            }
            done => done,
        }
    }

    /// Removes the body of an entry of this size.
    pub fn remove(&self, id: u64, size: u64) {
        if let Some(path) = self.body_path(id)
            && fs::remove_file(path).is_ok()
        {
            self.give_room(size);
        }
    }

    /// Counts a body that is there from before; false if it is missing, or has another size.
    pub(super) fn is_whole(&self, id: u64, size: u64) -> bool {
        let Some(path) = self.body_path(id) else { return true };
        // A link is not followed: it would be a way out of the folder.
        let is_whole = fs::symlink_metadata(path).is_ok_and(|found| found.is_file() && found.len() == size);
        if is_whole {
            self.held.fetch_add(size, Ordering::Relaxed);
        }
        is_whole
    }

    /// Removes the files of bodies for which `is_known` is false. Returns their number.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub(super) fn tidy(&self, is_known: impl Fn(u64) -> bool) -> io::Result<u64> {
        let Some(path) = self.path() else { return Ok(0) };
        let mut removed = 0;
        for shelf in fs::read_dir(path.join(BODIES))? {
            let shelf = shelf?;
            if !shelf.file_type()?.is_dir() {
                continue;
            }
            for body in fs::read_dir(shelf.path())? {
                let body = body?;
                let id = body.file_name().to_str().and_then(|name| name.parse().ok());
                if !id.is_some_and(&is_known) {
                    fs::remove_file(body.path())?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    /// A part of the body of an entry; `None` if it is not there.
    pub fn open(&self, id: u64, size: u64, from: u64, length: u64) -> Option<AnswerBody> {
        let Some(path) = self.body_path(id) else { return Some(AnswerBody::Zeros(length)) };
        let file = File::open(path).ok()?;
        // Addresses are signed, their sizes are not: an answer promises no byte that it does not have.
        let is_whole = file.metadata().is_ok_and(|found| found.len() == size);
        is_whole.then_some(AnswerBody::File { file, from, length })
    }

    /// The bodies are on shelves, so that no folder has millions of files.
    fn body_path(&self, id: u64) -> Option<PathBuf> {
        let shelf = (id / BODIES_PER_SHELF).to_string();
        Some(self.path()?.join(BODIES).join(shelf).join(id.to_string()))
    }
}

const LOCK: &str = "cache-budget-serve.lock";
const UPLOADS: &str = "uploads";
const BODIES: &str = "bodies";
const BODIES_PER_SHELF: u64 = 4_096;

fn folders(store: &Path) -> anyhow::Result<()> {
    for name in [UPLOADS, BODIES] {
        let path = store.join(name);
        fs::create_dir_all(&path).with_context(|| format!("cannot create the folder {}", path.display()))?;
    }
    Ok(())
}
