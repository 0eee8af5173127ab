use std::io::{self, BufRead, BufReader, Cursor, Read};

/// What kind of record a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// An operation log: JSON lines.
    Operations,
    /// A plain trace as CSV with the header `time,key,size`.
    Csv,
    /// A plain trace in libCacheSim's oracleGeneral records of 24 bytes.
    OracleGeneral,
}

/// How many bytes decide.
const HEAD_BYTES: usize = 4096;

impl Input {
    /// Looks at the beginning of `input` and tells what it is; the reader starts there again.
    ///
    /// # Errors
    /// What reading fails with.
    pub fn of<R: Read>(mut input: R) -> io::Result<(Input, impl BufRead)> {
        let mut head = Vec::with_capacity(HEAD_BYTES);
        input.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
        let kind = Input::detect(&head);
        Ok((kind, Cursor::new(head).chain(BufReader::with_capacity(1 << 16, input))))
    }

    /// The kind of a file that begins with `head`. Text has no zero bytes, and of 24-byte records
    /// at least one has: sizes and ids rarely use all their bytes. Text whose first line has a
    /// `time` column is CSV; all other text is an operation log, which can say what is wrong.
    pub fn detect(head: &[u8]) -> Input {
        if head.contains(&0) {
            return Input::OracleGeneral;
        }
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let first = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
        let mut columns = first.split(|byte| *byte == b',');
        if columns.any(|column| column.trim_ascii().eq_ignore_ascii_case(b"time")) {
            return Input::Csv;
        }
        Input::Operations
    }
}
