//! Reads the files of a scenario. It limits where they may be (in the scenario's folder) and how large, and
//! words the message if one cannot be read.

use crate::diagnostic::{Diagnostic, FROM_UTF16, IS_UTF16, Span, nearest, printable, utf16_order};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The largest scenario file that is read, in bytes.
pub const FILE_BYTES_MAX: u64 = 4_000_000;

/// The folder of a scenario. All files that the scenario names have to be inside it.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// Why a file was not read.
#[derive(Debug)]
pub enum ReadError {
    /// The error of the operating system.
    Io(std::io::Error),
    /// It is a folder or a device.
    NotAFile,
    /// A symbolic link in its path leads out of the folder.
    Escapes,
    /// It is larger than allowed.
    TooLarge {
        /// The largest allowed size, in bytes.
        max: u64,
    },
    /// It is text in UTF-16.
    Utf16,
    /// It is not UTF-8.
    NotUtf8 {
        /// The text, with replacement characters.
        lossy: String,
        /// The position of the first invalid byte.
        at: usize,
    },
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> ReadError {
        ReadError::Io(error)
    }
}

impl Folder {
    /// The folder that contains `file`.
    pub fn of(file: &Path) -> Folder {
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        Folder { root: parent.unwrap_or(Path::new(".")).to_owned() }
    }

    /// The path, relative to this folder, of a file that is called `named` in a file of the subfolder
    /// `from`. `None` if it is absolute or leads out of the folder.
    pub fn locate(&self, from: &Path, named: &str) -> Option<PathBuf> {
        let mut path = from.to_owned();
        for component in Path::new(named).components() {
            match component {
                Component::Normal(part) => path.push(part),
                Component::CurDir => {}
                Component::ParentDir if path.pop() => {}
                _ => return None,
            }
        }
        Some(path)
    }

    /// The path for opening a located file and for messages.
    pub fn path(&self, located: &Path) -> PathBuf {
        if self.root == Path::new(".") { located.to_owned() } else { self.root.join(located) }
    }

    /// Reads a located file of at most `max` bytes.
    pub fn read(&self, located: &Path, max: u64) -> Result<String, ReadError> {
        let path = self.path(located);
        let real = path.canonicalize()?;
        if !real.starts_with(self.root.canonicalize()?) {
            return Err(ReadError::Escapes);
        }
        if !real.metadata()?.is_file() {
            return Err(ReadError::NotAFile);
        }
        read_text(&real, max)
    }
}

/// Reads a text of at most `max` bytes; `-` is standard input. A file whose metadata say that it is larger is not opened.
pub(super) fn read_text(path: &Path, max: u64) -> Result<String, ReadError> {
    if path == Path::new("-") {
        return text_of(&read_once(path, max, || Ok(std::io::stdin().lock()))?, max);
    }
    let metadata = path.metadata()?;
    if metadata.is_dir() {
        return Err(ReadError::NotAFile);
    }
    if !metadata.is_file() {
        return text_of(&read_once(path, max, || File::open(path))?, max);
    }
    if metadata.len() > max {
        return Err(ReadError::TooLarge { max });
    }
    text_of(&bytes_of(File::open(path)?, max)?, max)
}

/// The bytes of standard input, a pipe or a device. They can be read only once, and a command that plays a scenario under
/// other values, or looks for further problems, opens the scenario again.
fn read_once<R: Read>(
    path: &Path,
    max: u64,
    open: impl FnOnce() -> io::Result<R>,
) -> Result<Vec<u8>, ReadError> {
    static READ: Mutex<BTreeMap<PathBuf, Vec<u8>>> = Mutex::new(BTreeMap::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(bytes) = read.get(path) {
        return Ok(bytes.clone());
    }
    let bytes = bytes_of(open()?, max)?;
    read.insert(path.to_owned(), bytes.clone());
    Ok(bytes)
}

/// The content of a source, or one byte more than the limit.
fn bytes_of(source: impl Read, max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(max + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text_of(bytes: &[u8], max: u64) -> Result<String, ReadError> {
    if bytes.len() as u64 > max {
        return Err(ReadError::TooLarge { max });
    }
    if utf16_order(bytes).is_some() {
        return Err(ReadError::Utf16);
    }
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| ReadError::NotUtf8 {
        at: error.valid_up_to(),
        lossy: String::from_utf8_lossy(bytes).into_owned(),
    })
}

/// The error for a file that could not be read. `named_at` is the position at which a scenario names it.
pub(super) fn unread(shown: &str, error: &ReadError, named_at: Option<Span>) -> Diagnostic {
    let slug = if named_at.is_some() { "missing-file" } else { "unreadable" };
    let shown = printable(shown);
    let diagnostic = match error {
        ReadError::Io(error) => Diagnostic::error(slug, format!("cannot read `{shown}`: {error}")),
        ReadError::NotAFile => Diagnostic::error(slug, format!("`{shown}` is not a file")),
        ReadError::Utf16 => Diagnostic::error("not-utf-8", format!("`{shown}` {IS_UTF16}")).help(FROM_UTF16),
        ReadError::NotUtf8 { at, .. } => {
            Diagnostic::error("not-utf-8", format!("byte {at} of `{shown}` is not valid UTF-8"))
        }
        ReadError::Escapes => {
            let message = format!("`{shown}` is a link to a file outside the scenario's folder");
            Diagnostic::error("escapes-folder", message).help("copy the file next to the scenario")
        }
        ReadError::TooLarge { max } => {
            let message = format!("`{shown}` is larger than {} MB", max / 1_000_000);
            Diagnostic::error("limit-exceeded", message).help("is this the right file?")
        }
    };
    match (named_at, error) {
        (Some(span), _) => diagnostic.at(span),
        (None, ReadError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            match beside(Path::new(&*shown)) {
                Some(near) => diagnostic.help(format!("did you mean `{}`?", printable(&near))),
                None => diagnostic,
            }
        }
        (None, _) => diagnostic,
    }
}

/// The scenario in the same folder whose name is closest to one that does not exist.
fn beside(path: &Path) -> Option<String> {
    const NAMES_MAX: usize = 1_000;
    let folder = path.parent().filter(|folder| *folder != "").unwrap_or(Path::new("."));
    let names = std::fs::read_dir(folder).ok()?.take(NAMES_MAX);
    let mut names: Vec<String> =
        names.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| name.ends_with(".toml"));
    // A folder is listed in no particular order.
    names.sort();
    let near = nearest(path.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near).display().to_string())
}
