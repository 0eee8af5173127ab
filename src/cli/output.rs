//! How bytes leave the program: to stdout, to stderr, and into files that only appear once they are
//! complete. Every command writes through this file.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "drafts are written here")]

use super::output_folder::{DRAFT, OutputFolder};
use crate::diagnostic::printable;
use crate::result::RESULT_BYTES_MAX;
use crate::units::Bytes;
use anyhow::Context;
use std::fs;
use std::io::{self, BufWriter, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, SpooledTempFile};

/// Writes data to stdout. It is no error if the reader has closed the pipe.
pub(super) fn print(text: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    settled(stdout.write_all(text.as_ref()).and_then(|()| stdout.flush()))
}

/// Streaming variant for output that does not fit in memory: `content` writes it, in large pieces.
pub(super) fn print_with(content: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    settled(content(&mut stdout).and_then(|()| stdout.flush()))
}

fn settled(printed: std::io::Result<()>) -> anyhow::Result<()> {
    match printed {
        Err(problem) if problem.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to stdout"),
    }
}

/// Writes messages to stderr. If that fails, the failure cannot be reported either.
pub(super) fn say(text: impl AsRef<[u8]>) {
    let _ = std::io::stderr().write_all(text.as_ref());
}

/// Writes a file that appears only when it is complete.
pub(super) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    write_with(path, |file| file.write_all(text.as_bytes()))
}

/// Writes a result, and warns if it is larger than `report` can read.
pub(super) fn write_result(path: &Path, text: &str) -> anyhow::Result<()> {
    let [size, most] = [text.len() as u64, RESULT_BYTES_MAX].map(Bytes);
    if size > most {
        let path = path.display().to_string();
        say(format!("warning: {} is {size}, and `report` reads at most {most}\n", printable(&path)));
    }
    write(path, text)
}

/// Streaming variant of [`write()`] for output that does not fit in memory.
pub(super) fn write_with(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> anyhow::Result<()> {
    let mut draft = Draft::at(path)?;
    content(&mut draft).with_context(|| format!("cannot write {}", path.display()))?;
    draft.publish().map(drop)
}

/// Output that becomes visible only when it is complete: a file under a temporary name, or data held back
/// from stdout. Dropping it discards it. Devices and pipes are written directly, because renaming a file
/// onto them would remove them.
pub(super) enum Draft {
    Named(BufWriter<NamedTempFile<fs::File>>, PathBuf),
    Direct(BufWriter<fs::File>, PathBuf),
    Unnamed(BufWriter<SpooledTempFile>),
}

/// Data for stdout is held in memory up to this size, then in the system's temporary folder.
const MEMORY_BYTES_MAX: usize = 1 << 20;

impl Draft {
    /// A draft of a file in a folder. The folder is created.
    pub fn named(folder: &Path, name: &str) -> anyhow::Result<Draft> {
        Draft::at(&OutputFolder::named(folder)?.file(name)?)
    }

    /// A draft of a file. Its folder is created. If the path is a symbolic link, its target is written.
    pub fn at(path: &Path) -> anyhow::Result<Draft> {
        let path = match path.is_symlink() {
            true => path.canonicalize().unwrap_or_else(|_| path.to_path_buf()),
            false => path.to_path_buf(),
        };
        let cannot = || format!("cannot write {}", path.display());
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            let file = fs::OpenOptions::new().write(true).open(&path).with_context(cannot)?;
            return Ok(Draft::Direct(BufWriter::new(file), path));
        }
        path.file_name().with_context(cannot)?;
        let folder = path.parent().filter(|folder| *folder != "").unwrap_or(Path::new("."));
        OutputFolder::named(folder)?;
        let file = tempfile::Builder::new()
            .prefix(DRAFT.0)
            .suffix(DRAFT.1)
            // Created like any other file: a proper temporary file could not be read by other users.
            .make_in(folder, |path| fs::File::create_new(path))
            .with_context(cannot)?;
        Ok(Draft::Named(BufWriter::new(file), path))
    }

    /// A draft of data for stdout.
    pub fn unnamed() -> Draft {
        Draft::Unnamed(BufWriter::new(SpooledTempFile::new(MEMORY_BYTES_MAX)))
    }

    /// Gives the file its name and returns its path.
    pub fn publish(self) -> anyhow::Result<PathBuf> {
        match self {
            Draft::Named(file, path) => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error);
                // What has a name is whole, even after a power failure.
                let file = file.and_then(|file| file.as_file().sync_all().map(|()| file));
                let named = file.and_then(|file| file.persist(&path).map_err(io::Error::from));
                named.with_context(|| format!("cannot write {}", path.display()))?;
                Ok(path)
            }
            Draft::Direct(mut file, path) => {
                file.flush().with_context(|| format!("cannot write {}", path.display()))?;
                Ok(path)
            }
            Draft::Unnamed(_) => anyhow::bail!("a draft without a name stays one"),
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Draft::Named(file, _) => file.write(bytes),
            Draft::Direct(file, _) => file.write(bytes),
            Draft::Unnamed(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Draft::Named(file, _) => file.flush(),
            Draft::Direct(file, _) => file.flush(),
            Draft::Unnamed(file) => file.flush(),
        }
    }
}

/// Writes a complete draft to stdout.
pub(super) fn copy(draft: Draft) -> anyhow::Result<()> {
    let Draft::Unnamed(mut waiting) = draft else { return Ok(()) };
    waiting.flush().context("cannot keep the outcomes")?;
    let file = waiting.get_mut();
    file.rewind().context("cannot read the outcomes again")?;
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece).context("cannot read the outcomes again")? {
            0 => return Ok(()),
            length => print(&piece[..length])?,
        }
    }
}
