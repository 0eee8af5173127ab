//! Detects what kind of record a file is, and decompresses it. `cli` hands it an open file or
//! standard input; this module never opens anything.

use super::compressed::{Compression, TAR_ARCHIVE, gunzipped, table, unzstd};
use super::trace;
use crate::diagnostic::{FileKind, refused_utf16};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use thiserror::Error;

/// Kind of recorded input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// An operation log (JSON lines).
    Operations,
    /// A plain trace as text, with one row per access.
    Csv,
    /// A plain trace in libCacheSim's oracleGeneral records of 24 bytes.
    OracleGeneral,
}

/// Reason why a file cannot be replayed.
#[derive(Debug, Error)]
pub enum InputError {
    /// Reading failed.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// It is packed in a format that is not read.
    #[error(" {0}: unpack it first, with `{1} FILE | cache-budget replay -`")]
    Packed(&'static str, &'static str),
    /// It is compressed twice.
    #[error(" a file that was compressed twice: decompress it once, with `{0} FILE | cache-budget replay -`")]
    Twice(&'static str),
    /// It holds a table in a format that is not read.
    #[error(" {0}: convert it to CSV first, for example with `{1}`")]
    Table(&'static str, &'static str),
    /// It is a file for another command.
    #[error(" {0}")]
    OfAnotherKind(String),
    /// It is text in UTF-16.
    #[error(" {0}")]
    Utf16(String),
    /// It begins with nothing but zeros.
    #[error(
        " begins with {HEAD_BYTES} bytes that are 0: it is a device, or a file that was never written; name the recording"
    )]
    Zeros,
    /// It is neither text nor oracleGeneral records.
    #[error(
        " a binary file, but not oracleGeneral, whose 24-byte records are in time order; convert it to CSV"
    )]
    Binary,
}

/// Number of bytes on which detection is based.
const HEAD_BYTES: usize = 4096;

impl Input {
    /// Detects the kind of `input`, unless it is `known`. The returned reader starts at the
    /// beginning. gzip and zstd input is decompressed.
    ///
    /// # Errors
    /// If reading fails, or the file is of another kind.
    pub fn of<'a>(
        input: impl Read + 'a,
        known: Option<Input>,
    ) -> Result<(Input, Box<dyn BufRead + 'a>), InputError> {
        let (head, input) = begun(input)?;
        let outer = Compression::of(&head);
        let (head, input): (_, Box<dyn BufRead>) = match outer {
            Some(Compression::Gzip) => unpacked(gunzipped(input))?,
            Some(Compression::Zstd) => unpacked(unzstd(input))?,
            None | Some(Compression::Foreign(..)) => (head, Box::new(input)),
        };
        if let Some((kind, command)) = table(&head) {
            return Err(InputError::Table(kind, command));
        }
        match (Compression::of(&head), outer) {
            (None, _) => {}
            // The command for a tar archive reads a compressed one as well.
            (Some(Compression::Foreign(TAR_ARCHIVE, command)), _) => {
                return Err(InputError::Packed(TAR_ARCHIVE, command));
            }
            (_, Some(Compression::Gzip)) => return Err(InputError::Twice("gzip -dc")),
            (_, Some(Compression::Zstd)) => return Err(InputError::Twice("zstd -dc")),
            (Some(Compression::Foreign(kind, command)), _) => return Err(InputError::Packed(kind, command)),
            (Some(Compression::Gzip | Compression::Zstd), _) => unreachable!("it was unpacked"),
        }
        if head.len() == HEAD_BYTES && head.iter().all(|byte| *byte == 0) {
            return Err(InputError::Zeros);
        }
        if let Some(refused) = refused_utf16(&head) {
            return Err(InputError::Utf16(refused));
        }
        const READ: [FileKind; 2] = [FileKind::OperationLog, FileKind::Trace];
        if let Some(told) = FileKind::stranger(&head, &READ).filter(|_| known.is_none()) {
            return Err(InputError::OfAnotherKind(told));
        }
        let kind = match known {
            Some(kind) => kind,
            None => Input::detect(&head).ok_or(InputError::Binary)?,
        };
        Ok((kind, input))
    }

    /// The kind of a file that starts with `head`; `None` if it is binary but not records. Text has
    /// no zero bytes. Records of 24 bytes have at least one, because sizes and ids rarely use all
    /// their bytes. A line of an operation log is a JSON object; other text whose first line has
    /// separators is CSV. Anything else is taken for an operation log, whose reader can say what is
    /// wrong. A first line with control characters is not text.
    pub fn detect(head: &[u8]) -> Option<Input> {
        if head.contains(&0) {
            return trace::are_records(head).then_some(Input::OracleGeneral);
        }
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let first = head.split(|byte| *byte == b'\n').next().unwrap_or(head).trim_ascii_end();
        if first.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
            return None;
        }
        let json = |line: &[u8]| line.starts_with(b"{") || line.starts_with(b"[");
        let json = head.split(|byte| *byte == b'\n').any(json);
        let separated = first.iter().any(|byte| b",;|\t ".contains(byte));
        Some(if separated && !json { Input::Csv } else { Input::Operations })
    }
}

/// The first bytes, and a reader that starts from the beginning again.
fn begun(mut input: impl Read) -> io::Result<(Vec<u8>, impl BufRead)> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    input.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(BufReader::with_capacity(1 << 16, input))))
}

fn unpacked<'a>(input: impl Read + 'a) -> io::Result<(Vec<u8>, Box<dyn BufRead + 'a>)> {
    let (head, input) = begun(input)?;
    Ok((head, Box::new(input)))
}
