//! How bytes leave the program: to stdout, to stderr, and into files that only appear once they are
//! complete. Every command writes through this file.

#![expect(clippy::disallowed_types, reason = "drafts are written here")]

pub(super) mod fault;
pub(super) mod folder;
pub(super) mod inputs;
mod locale;
pub(super) mod result_file;
pub(super) mod terminal;

use crate::diagnostic::{printable, visible};
use crate::result::RESULT_BYTES_MAX;
use crate::units::Bytes;
use anyhow::Context;
use fault::next_call;
use folder::{DRAFT, OutputFolder, new_draft};
use inputs::refuse_input;
use locale::in_its_letters;
use std::borrow::Cow;
use std::fs;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, IsTerminal, Seek, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, SpooledTempFile};

/// Writes text for people to stdout, which may have colours. It is no error if the reader has closed the pipe.
pub(super) fn print(text: impl AsRef<[u8]>) -> anyhow::Result<()> {
    print_with_sequences(text.as_ref(), colour)
}

/// Writes data to stdout, such as JSON, in which nothing is coloured.
pub(super) fn print_data(text: impl AsRef<[u8]>) -> anyhow::Result<()> {
    print_with_sequences(text.as_ref(), |_| 0)
}

/// Writes CSV to stdout. A file or a program gets the bytes as they are; on a terminal a line that ends within a cell would
/// look like the next row, so it is escaped.
pub(super) fn print_csv(text: impl AsRef<[u8]>, place: &mut PlaceInCsv) -> anyhow::Result<()> {
    match std::io::stdout().is_terminal() {
        true => print_data(place.rows_on_lines(text.as_ref())),
        false => print_data(text),
    }
}

/// A place in a table of CSV that is printed in pieces: within a quoted cell or outside.
#[derive(Debug, Default)]
pub(super) struct PlaceInCsv {
    is_quoted: bool,
}

impl PlaceInCsv {
    /// The same rows, each on one line. A doubled quote within a cell ends it and begins it again.
    fn rows_on_lines(&mut self, text: &[u8]) -> Vec<u8> {
        let mut rows = Vec::with_capacity(text.len());
        for byte in text {
            self.is_quoted ^= *byte == b'"';
            match byte {
                b'\n' if self.is_quoted => rows.extend(b"\\n"),
                byte => rows.push(*byte),
            }
        }
        rows
    }
}

fn print_with_sequences(text: &[u8], kept: impl Fn(&str) -> usize) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    let shown = if stdout.is_terminal() { Cow::Owned(for_terminal(text, kept)) } else { Cow::Borrowed(text) };
    settled(next_call().and_then(|()| stdout.write_all(&shown)).and_then(|()| stdout.flush()))
}

/// The text as a terminal may have it: characters that would act on it or are not seen are escaped, whatever the format,
/// except for the ends of lines and the sequences at whose start `kept` gives their length.
fn for_terminal(text: &[u8], kept: impl Fn(&str) -> usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let text = in_its_letters(&text);
    let mut shown = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find(['\n', '\t', '\u{1b}']) {
        shown += &visible(&rest[..at]);
        rest = &rest[at..];
        let length = if rest.starts_with('\u{1b}') { kept(rest) } else { 1 };
        shown += &rest[..length];
        if length == 0 {
            shown += &visible(&rest[..1]);
        }
        rest = &rest[length.max(1)..];
    }
    shown += &visible(rest);
    shown.into_bytes()
}

/// The length of the sequence at the start of a text if it only sets a colour or a weight, else 0. Concealed text (8) is
/// nothing that this program writes.
fn colour(text: &str) -> usize {
    let Some((codes, _)) = text.strip_prefix("\u{1b}[").and_then(|rest| rest.split_once('m')) else {
        return 0;
    };
    let is_plain = codes
        .split(';')
        .all(|code| code != "8" && code.len() <= 3 && code.bytes().all(|b| b.is_ascii_digit()));
    if is_plain { codes.len() + 3 } else { 0 }
}

/// Streaming variant for output that does not fit in memory: `content` writes it, in large pieces.
pub(super) fn print_with(content: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    settled(next_call().and_then(|()| content(&mut stdout)).and_then(|()| stdout.flush()))
}

/// The outcome of writing to stdout. A reader that has closed the pipe wants no more, which is no error.
pub(super) fn settled(printed: std::io::Result<()>) -> anyhow::Result<()> {
    match printed {
        Err(problem) if problem.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to stdout"),
    }
}

/// Writes messages to stderr. If that fails, the failure cannot be reported either.
pub(super) fn say(text: impl AsRef<[u8]>) {
    let (text, mut stderr) = (text.as_ref(), std::io::stderr());
    let shown = match std::str::from_utf8(text) {
        Ok(text) if stderr.is_terminal() => in_its_letters(text),
        _ => String::from_utf8_lossy(text),
    };
    let _ = stderr.write_all(shown.as_bytes());
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
    /// A draft of a file. Its folder is created. If the path is a symbolic link, its target is written.
    pub fn at(path: &Path) -> anyhow::Result<Draft> {
        let path = match path.is_symlink() {
            true => path.canonicalize().unwrap_or_else(|_| path.to_path_buf()),
            false => path.to_path_buf(),
        };
        refuse_input(&path)?;
        let cannot = || format!("cannot write {}", path.display());
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            let file = next_call().and_then(|()| fs::OpenOptions::new().write(true).open(&path));
            let file = file.with_context(cannot)?;
            return Ok(Draft::Direct(BufWriter::new(file), path));
        }
        path.file_name().with_context(cannot)?;
        let folder = path.parent().filter(|folder| *folder != "").unwrap_or(Path::new("."));
        // What a killed process left is no reason to fail: it may belong to another user.
        let _ = OutputFolder::named(folder)?.remove_drafts();
        let file = tempfile::Builder::new()
            .prefix(DRAFT.0)
            .suffix(DRAFT.1)
            // Created like any other file: a proper temporary file could not be read by other users.
            .make_in(folder, new_draft)
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
                let file =
                    file.and_then(|file| next_call().and_then(|()| file.as_file().sync_all()).map(|()| file));
                let named = file
                    .and_then(|file| next_call().and_then(|()| file.persist(&path).map_err(io::Error::from)));
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
        next_call()?;
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

/// Writes a complete draft to stdout, piece by piece, as `print` does it.
pub(super) fn copy(draft: Draft, mut print: impl FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let Draft::Unnamed(mut waiting) = draft else { return Ok(()) };
    waiting.flush().context("cannot keep the outcomes")?;
    let file = waiting.get_mut();
    file.rewind().context("cannot read the outcomes again")?;
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut piece = vec![];
    loop {
        piece.clear();
        // Whole lines, so that no character is cut in two.
        while piece.len() < 1 << 16 {
            if reader.read_until(b'\n', &mut piece).context("cannot read the outcomes again")? == 0 {
                return print(&piece);
            }
        }
        print(&piece)?;
    }
}
