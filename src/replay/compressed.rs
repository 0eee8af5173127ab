//! Decompresses gzip and zstd input. Other compressed or binary formats are recognised by their
//! first bytes, so that they are never mistaken for a trace; they are not read. `input.rs` calls
//! this.

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// The compression of a file, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
    /// A format that is not read, with its name and the command that unpacks it.
    Foreign(&'static str, &'static str),
}

/// The first bytes of each format.
const MAGIC: &[(&[u8], Compression)] = &[
    (b"\x1f\x8b", Compression::Gzip),
    (b"\x28\xb5\x2f\xfd", Compression::Zstd),
    (b"\xfd7zXZ\0", Compression::Foreign("a file compressed with xz", "xz -dc")),
    (b"BZh", Compression::Foreign("a file compressed with bzip2", "bzip2 -dc")),
    (b"\x04\x22\x4d\x18", Compression::Foreign("a file compressed with lz4", "lz4 -dc")),
    (b"PK\x03\x04", Compression::Foreign("a zip archive", "unzip -p")),
    (b"7z\xbc\xaf\x27\x1c", Compression::Foreign("a 7z archive", "7z x -so")),
    (b"\x1f\x9d", Compression::Foreign("a file compressed with compress (.Z)", "gzip -dc")),
    (b"LZIP", Compression::Foreign("a file compressed with lzip", "lzip -dc")),
    (b"\xff\x06\0\0sNaPpY", Compression::Foreign("a file compressed with snappy", "snzip -dc")),
];

/// Name of a tar archive in messages.
pub(super) const TAR_ARCHIVE: &str = "a tar archive";
/// Offset and bytes by which a tar archive is recognised.
const TAR: (usize, &[u8]) = (257, b"ustar");

/// The first bytes of formats that hold tables or databases, with the name of the format and a
/// command that writes the table as CSV.
const TABLES: &[(&[u8], &str, &str)] = &[
    (b"PAR1", "a Parquet file", "duckdb -csv -c \"FROM 'FILE'\""),
    (b"ARROW1", "an Arrow file", "python3 -c \"import pandas; print(pandas.read_feather('FILE').to_csv())\""),
    (b"ORC", "an ORC file", "python3 -c \"import pandas; print(pandas.read_orc('FILE').to_csv())\""),
    (b"SQLite format 3\0", "an SQLite database", "sqlite3 -csv -header FILE 'SELECT … FROM …'"),
];

/// Name and conversion command, if `head` is the start of a table in a format that is not read.
pub(super) fn table(head: &[u8]) -> Option<(&'static str, &'static str)> {
    TABLES.iter().find(|(magic, ..)| head.starts_with(magic)).map(|(_, kind, command)| (*kind, *command))
}

impl Compression {
    /// The compression of a file that starts with `head`; `None` if no known one.
    pub fn of(head: &[u8]) -> Option<Compression> {
        if head.get(TAR.0..).is_some_and(|rest| rest.starts_with(TAR.1)) {
            return Some(Compression::Foreign(TAR_ARCHIVE, "tar -xOf"));
        }
        MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, compression)| *compression)
    }
}

/// Up to this size a file may grow by any factor, since a small file may well consist of
/// repetitions.
const FREE_BYTES: u64 = 64_000_000;
/// The factor by which a larger file may grow at most. Traces grow three to thirty times.
const GROWTH_MAX: u64 = 500;

/// A decompressing reader that checks how much the data has grown.
struct Decompressed<D> {
    decoder: D,
    taken: Rc<Cell<u64>>,
    given: u64,
}

impl<D: Read> Read for Decompressed<D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer)?;
        self.given += read as u64;
        if self.given > FREE_BYTES && self.given / GROWTH_MAX > self.taken.get() {
            return Err(io::Error::other(format!(
                "it grows to more than {GROWTH_MAX} times its size, which no trace does; if it is a trace, \
                 decompress it first"
            )));
        }
        Ok(read)
    }
}

/// A reader that counts the bytes taken from it.
struct Counted<R> {
    reader: R,
    taken: Rc<Cell<u64>>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.taken.set(self.taken.get() + read as u64);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken.set(self.taken.get() + amount as u64);
        self.reader.consume(amount);
    }
}

/// The content of a gzip file with one or more members.
pub(super) fn gunzipped(reader: impl BufRead) -> impl Read {
    let taken = Rc::new(Cell::new(0));
    let counted = Counted { reader, taken: taken.clone() };
    Decompressed { decoder: MultiGzDecoder::new(counted), taken, given: 0 }
}

/// The content of a zstd file with one or more frames.
pub(super) fn unzstd(reader: impl BufRead) -> impl Read {
    let taken = Rc::new(Cell::new(0));
    let reader = BufReader::new(Counted { reader, taken: taken.clone() });
    Decompressed { decoder: Frames { reader, frame: FrameDecoder::new(), within: false }, taken, given: 0 }
}

/// The frames of a zstd file, read one after the other.
struct Frames<R> {
    reader: R,
    frame: FrameDecoder,
    /// True inside a frame.
    within: bool,
}

impl<R: BufRead> Frames<R> {
    /// Starts the next frame, or skips one without content.
    fn begin(&mut self) -> io::Result<()> {
        match self.frame.init(&mut self.reader) {
            Ok(()) => self.within = true,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => {
                io::copy(&mut self.reader.by_ref().take(length.into()), &mut io::sink())?;
            }
            Err(error) => return Err(io::Error::other(error)),
        }
        Ok(())
    }

    fn check(&self) -> io::Result<()> {
        let (said, found) = (self.frame.get_checksum_from_data(), self.frame.get_calculated_checksum());
        match said.is_none() || said == found {
            true => Ok(()),
            false => Err(io::Error::other("the checksum of a zstd frame is wrong: the file is damaged")),
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.within {
                if self.reader.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                self.begin()?;
                continue;
            }
            while self.frame.can_collect() == 0 && !self.frame.is_finished() {
                let blocks = BlockDecodingStrategy::UptoBlocks(1);
                self.frame.decode_blocks(&mut self.reader, blocks).map_err(io::Error::other)?;
            }
            let read = self.frame.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            self.check()?;
            self.within = false;
        }
    }
}
