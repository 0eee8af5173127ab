//! The folders that commands write to. They are the only way from a name to a path (`docs/model.md`, "What
//! is written"): a name that comes from a file cannot choose where another file goes.

#![expect(clippy::disallowed_methods, reason = "a name becomes a path here alone")]

use super::fault::next_call;
use super::inputs::refuse_input;
use crate::diagnostic::printable;
use crate::random::mix_str;
use anyhow::{Context, ensure};
use std::borrow::Cow;
use std::fs::{self, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A folder that a command writes to. Names come from scenarios, saved results and plans, which may all be
/// a stranger's. So each name becomes a single component below this folder. Only the folder itself is used
/// as the user named it.
#[derive(Debug, Clone)]
pub(in crate::cli) struct OutputFolder(PathBuf);

impl OutputFolder {
    /// The folder that the user named, or else the one of this command and scenario: `output/<scenario>/` for
    /// `run`, which is where `report` and people look first, and `output/<scenario>/<command>/` for the others, so
    /// that no command replaces the result of another. It is created.
    pub fn of(named: Option<&Path>, scenario: &str, command: &str) -> anyhow::Result<OutputFolder> {
        match named {
            Some(path) => OutputFolder::named(path),
            None if command == "run" => OutputFolder::usual(scenario),
            None => OutputFolder::usual(scenario)?.inner(command),
        }
    }

    /// The folder of this name in `output/`. It is created.
    pub fn usual(name: &str) -> anyhow::Result<OutputFolder> {
        OutputFolder::named(Path::new("output"))?.inner(name)
    }

    /// A folder that the user named. It is created.
    pub fn named(path: &Path) -> anyhow::Result<OutputFolder> {
        let made = next_call().and_then(|()| fs::create_dir_all(path));
        made.with_context(|| format!("cannot create the folder {}", path.display()))?;
        Ok(OutputFolder(path.to_path_buf()))
    }

    /// The folder with this name inside this one. It is created.
    pub fn inner(&self, name: &str) -> anyhow::Result<OutputFolder> {
        OutputFolder::named(&self.file(name)?)
    }

    /// The path of a file with this name.
    ///
    /// # Errors
    /// If a symbolic link of this name leads out of the folder, or if it is an input of this call.
    pub fn file(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.0.join(&*component(name));
        ensure!(
            !leads_out(&path, &self.0),
            "{} is a symbolic link that leads out of {}: remove it, or give another folder with --output",
            path.display(),
            self.0.display()
        );
        refuse_input(&path)?;
        Ok(path)
    }

    /// Removes the drafts of processes that were killed: those that no process holds ([`new_draft`]).
    pub fn remove_drafts(&self) -> anyhow::Result<()> {
        let cannot = || format!("cannot tidy up {}", self.0.display());
        for entry in fs::read_dir(&self.0).with_context(cannot)? {
            let entry = entry.with_context(cannot)?;
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && is_draft(&entry.file_name().to_string_lossy()) {
                remove_abandoned(&entry.path()).with_context(cannot)?;
            }
        }
        Ok(())
    }

    /// The path of the folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// The name of a draft begins and ends with these; its own name might have the maximum length.
pub(super) const DRAFT: (&str, &str) = ("cache-budget-", ".tmp");

/// Creates a draft and locks it. The lock ends with the process, even if that is killed, and no other process removes a draft
/// that is locked. The error `AlreadyExists` asks for another name, because another process is removing this one.
pub(super) fn new_draft(path: &Path) -> io::Result<fs::File> {
    let file = next_call().and_then(|()| fs::File::create_new(path))?;
    match file.try_lock() {
        Ok(()) if !path.exists() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::AlreadyExists.into()),
        // On a file system without locks, drafts are never removed.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Removes a draft unless a process holds it. It is locked meanwhile, so that its process cannot begin to write to it.
fn remove_abandoned(path: &Path) -> io::Result<()> {
    let Ok(file) = fs::File::open(path) else { return Ok(()) };
    if file.try_lock().is_err() {
        return Ok(());
    }
    match next_call().and_then(|()| fs::remove_file(path)) {
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn is_draft(name: &str) -> bool {
    name.strip_prefix(DRAFT.0)
        .and_then(|rest| rest.strip_suffix(DRAFT.1))
        .is_some_and(|drawn| drawn.len() == 6 && drawn.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// True if the path is a symbolic link to something outside of the folder, or to nothing. A link to a
/// device is allowed, because nothing there is replaced.
fn leads_out(path: &Path, folder: &Path) -> bool {
    let is_inside = |real: &Path| folder.canonicalize().is_ok_and(|folder| real.starts_with(folder));
    let is_device = |real: &Path| !real.is_file() && !real.is_dir();
    path.is_symlink() && !path.canonicalize().is_ok_and(|real| is_inside(&real) || is_device(&real))
}

/// The longest name that is kept, in bytes. File systems take 255, some of them only 143.
const NAME_BYTES_MAX: usize = 140;
/// How many characters of a changed name are kept, each at most four bytes long.
const KEPT_MAX: usize = 30;

/// Makes one path component from any name. A name that is plain on all systems is kept. Otherwise its
/// harmless characters are kept and a hash is added, so that different names stay different folders.
fn component(name: &str) -> Cow<'_, str> {
    if is_plain(name) {
        return Cow::Borrowed(name);
    }
    let harmless = name.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty());
    let kept: String = harmless.collect::<Vec<_>>().join("-").chars().take(KEPT_MAX).collect();
    let kept = if kept.is_empty() { "scenario" } else { &kept };
    Cow::Owned(format!("{kept}-{:08x}", mix_str(0, name) as u32))
}

/// Characters that on some system separate components or drives, or that a file system or GitHub's
/// artifacts refuse.
const REFUSED: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// True if a name is a single path component on all systems and is shown as it is. It must not be `..`,
/// look like an option, or end in something that Windows drops.
fn is_plain(name: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len())
        && !name.contains(REFUSED)
        && matches!(printable(name), Cow::Borrowed(_))
        && !name.starts_with(['-', '~'])
        && !name.ends_with('.')
        && name == name.trim()
        && !is_device_name(name)
}

/// True if Windows takes the name for a device, with or without an extension.
fn is_device_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().find_map(|device| stem.strip_prefix(device));
    let is_number = |rest: &str| rest.chars().count() == 1 && rest.contains(|c| "0123456789¹²³".contains(c));
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str())
        || numbered.is_some_and(is_number)
}
