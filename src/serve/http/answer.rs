//! An answer and how it is written.

use super::wire::Throttle;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Headers beside `Content-Length` and `Connection`. Values have no line breaks.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: AnswerBody,
}

/// The body of an answer. A `HEAD` is answered with its length alone.
#[derive(Debug)]
pub enum AnswerBody {
    /// Bytes in memory.
    Bytes(Vec<u8>),
    /// A part of a file.
    File {
        /// The file.
        file: File,
        /// Where the part begins.
        from: u64,
        /// The bytes of the part.
        length: u64,
    },
    /// So many zeros: an entry whose content was not kept.
    Zeros(u64),
}

impl Answer {
    /// An answer without a body.
    pub fn empty(status: u16) -> Answer {
        Answer { status, headers: Vec::new(), body: AnswerBody::Bytes(Vec::new()) }
    }

    /// A text of this type.
    pub fn text(status: u16, kind: &'static str, text: impl Into<Vec<u8>>) -> Answer {
        let headers = vec![("Content-Type", kind.to_owned())];
        Answer { status, headers, body: AnswerBody::Bytes(text.into()) }
    }

    /// The same with another header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }

    /// Writes it. Small answers go out in one piece.
    pub(super) fn write(
        self,
        out: &mut impl Write,
        keeps_alive: bool,
        is_head: bool,
        throttle: &mut Throttle,
    ) -> io::Result<()> {
        let mut text = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            let plain: String = value.chars().filter(|letter| !letter.is_control()).collect();
            text += &format!("{name}: {plain}\r\n");
        }
        let connection = if keeps_alive { "keep-alive" } else { "close" };
        text += &format!("Content-Length: {}\r\nConnection: {connection}\r\n\r\n", self.body.length());
        let mut head = text.into_bytes();
        match self.body {
            _ if is_head => out.write_all(&head),
            AnswerBody::Bytes(bytes) => {
                head.extend(bytes);
                out.write_all(&head)
            }
            AnswerBody::File { mut file, from, length } => {
                out.write_all(&head)?;
                file.seek(SeekFrom::Start(from))?;
                copied(&mut file.take(length), out, length, throttle)
            }
            AnswerBody::Zeros(length) => {
                out.write_all(&head)?;
                copied(&mut io::repeat(0).take(length), out, length, throttle)
            }
        }
    }
}

impl AnswerBody {
    fn length(&self) -> u64 {
        match self {
            AnswerBody::Bytes(bytes) => bytes.len() as u64,
            AnswerBody::File { length, .. } | AnswerBody::Zeros(length) => *length,
        }
    }
}

/// Copies all of a body, piece by piece. A file that has become shorter ends the connection.
fn copied(
    body: &mut impl Read,
    out: &mut impl Write,
    length: u64,
    throttle: &mut Throttle,
) -> io::Result<()> {
    let mut piece = vec![0; throttle.piece().min(length as usize).max(1)];
    let mut left = length;
    while left > 0 {
        let read = body.read(&mut piece)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        out.write_all(&piece[..read])?;
        throttle.passed(read);
        left -= read as u64;
    }
    Ok(())
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        206 => "Partial Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        421 => "Misdirected Request",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        507 => "Insufficient Storage",
        _ => "Error",
    }
}
