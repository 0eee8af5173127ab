//! One side of a connection that is read within limits: a buffer, time-outs of each wait and of the whole, and
//! the pace of a slow line where one is simulated.

#![expect(clippy::disallowed_types, reason = "time-outs are of the real clock")]

use super::connection_limits::ConnectionLimits;
use super::head::HEAD_BYTES_MAX;
use crate::units::{Bytes, Rate};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration as Span, Instant};

/// Bytes that are read at once.
const PIECE_BYTES: usize = 128 * 1024;

/// A connection with what was read ahead.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// The time-out that the stream has now.
    timeout: Option<Span>,
    /// How long the next request may take to begin.
    patience: Span,
    limits: ConnectionLimits,
}

impl Wire {
    pub fn new(stream: TcpStream, limits: ConnectionLimits) -> io::Result<Wire> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(limits.stalled))?;
        Ok(Wire { stream, buffer: Vec::new(), timeout: None, patience: limits.head, limits })
    }

    /// The next head up to and with its empty line; `None` where the client has closed the connection, or has
    /// nothing more to ask.
    ///
    /// # Errors
    /// `InvalidData` for a head that is too long, `TimedOut` for one that does not end, and others of the system.
    pub fn next_head(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut deadline = None;
        let mut searched = 0;
        loop {
            let end = end_of_head(&self.buffer, searched);
            if end.unwrap_or(self.buffer.len()) > HEAD_BYTES_MAX {
                return Err(io::ErrorKind::InvalidData.into());
            }
            if let Some(end) = end {
                let rest = self.buffer.split_off(end);
                self.patience = self.limits.idle;
                return Ok(Some(std::mem::replace(&mut self.buffer, rest)));
            }
            searched = self.buffer.len().saturating_sub(3);
            // Nothing of a head has come: the client may think about its next request for a while, but who connects has
            // a first one. Others would keep the places of those who ask.
            let is_idle = self.buffer.is_empty();
            if !is_idle {
                deadline = deadline.or_else(|| Some(Instant::now() + self.limits.head));
            }
            let wait = deadline.map_or(self.patience, |at| at.saturating_duration_since(Instant::now()));
            let mut piece = [0; 8 * 1024];
            match self.read_within(&mut piece, wait) {
                Ok(0) => return Ok(None),
                Ok(read) => self.buffer.extend_from_slice(&piece[..read]),
                Err(problem) if is_idle && is_timeout(&problem) => return Ok(None),
                Err(problem) if is_timeout(&problem) => return Err(io::ErrorKind::TimedOut.into()),
                Err(problem) => return Err(problem),
            }
        }
    }

    fn read_within(&mut self, into: &mut [u8], wait: Span) -> io::Result<usize> {
        if wait.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if self.timeout != Some(wait) {
            self.stream.set_read_timeout(Some(wait))?;
            self.timeout = Some(wait);
        }
        self.stream.read(into)
    }

    /// The body that follows the head.
    pub fn body(&mut self, length: u64, waits: bool, throttle: Throttle) -> RequestBody<'_> {
        // A body of any length may take its time, but not for ever: it has to come at a certain pace.
        let pace = Span::from_secs(length / SLOWEST_BYTES_PER_SECOND);
        let deadline = Instant::now() + self.limits.stalled + pace;
        RequestBody { wire: self, left: length, waits, is_broken: false, deadline, throttle }
    }

    /// Sends what is written.
    pub fn out(&mut self) -> &mut TcpStream {
        &mut self.stream
    }
}

/// A rest of a body up to this length is read and thrown away, so that the connection can be used again.
const SKIPPED_BYTES_MAX: u64 = 64 * 1024;
/// Slower bodies are given up.
const SLOWEST_BYTES_PER_SECOND: u64 = 16 * 1024;

fn is_timeout(problem: &io::Error) -> bool {
    matches!(problem.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

/// Where the head ends, if its end is in the buffer, of which the first bytes were searched before.
fn end_of_head(buffer: &[u8], searched: usize) -> Option<usize> {
    buffer[searched..].windows(4).position(|four| four == b"\r\n\r\n").map(|at| searched + at + 4)
}

/// The body of a request, as it comes.
#[derive(Debug)]
pub struct RequestBody<'a> {
    wire: &'a mut Wire,
    left: u64,
    /// True if the client waits for permission to send it.
    waits: bool,
    /// True once reading has failed: what follows on the connection is nobody knows what.
    is_broken: bool,
    deadline: Instant,
    throttle: Throttle,
}

impl RequestBody<'_> {
    /// How much of it has not been read.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Reads a short rest of it; false if there is more, or it does not come. A client that was not told to continue
    /// sends nothing of the body, or all of it: nobody knows.
    pub(super) fn skip(&mut self) -> bool {
        let is_short = self.left <= SKIPPED_BYTES_MAX && !(self.waits && self.left > 0);
        is_short && !self.is_broken && self.pass_to(&mut io::sink()).is_ok()
    }

    /// All of it, if it has at most so many bytes.
    ///
    /// # Errors
    /// `FileTooLarge` if it is longer, and others of the connection.
    pub fn whole(&mut self, most: u64) -> io::Result<Vec<u8>> {
        if self.left > most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let mut bytes = Vec::with_capacity(self.left as usize);
        self.pass_to(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes all of it to `out`, piece by piece.
    ///
    /// # Errors
    /// `UnexpectedEof` if the client hangs up, `TimedOut` if it stalls, and others of either side.
    pub fn pass_to(&mut self, out: &mut impl Write) -> io::Result<()> {
        let mut piece = vec![0; self.throttle.piece().min(self.left as usize).max(1)];
        while self.left > 0 {
            let read = self.read(&mut piece)?;
            out.write_all(&piece[..read])?;
        }
        Ok(())
    }
}

impl Read for RequestBody<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let read = self.read_some(into);
        self.is_broken |= read.is_err();
        let read = read?;
        self.left -= read as u64;
        self.throttle.passed(read);
        Ok(read)
    }
}

impl RequestBody<'_> {
    /// At least one byte.
    fn read_some(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if std::mem::take(&mut self.waits) {
            self.wire.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let most = into.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let ahead = most.min(self.wire.buffer.len());
        if ahead > 0 {
            into[..ahead].copy_from_slice(&self.wire.buffer[..ahead]);
            self.wire.buffer.drain(..ahead);
            return Ok(ahead);
        }
        if Instant::now() > self.deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let stalled = self.wire.limits.stalled;
        match self.wire.read_within(&mut into[..most], stalled) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(problem) if is_timeout(&problem) => Err(io::ErrorKind::TimedOut.into()),
            read => read,
        }
    }
}

/// The pace of a line: waits so that no more bytes pass in a time than the line takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Throttle {
    rate: Option<Rate>,
    begun: Instant,
    passed: u64,
}

impl Throttle {
    /// A line of this rate; `None`: as fast as it goes.
    pub fn new(rate: Option<Rate>) -> Throttle {
        Throttle { rate, begun: Instant::now(), passed: 0 }
    }

    /// The bytes that are moved at once: on a slow line few, so that it is slow evenly.
    pub fn piece(&self) -> usize {
        self.rate.map_or(PIECE_BYTES, |rate| ((rate.0 / 20) as usize).clamp(1_024, PIECE_BYTES))
    }

    /// So many bytes have passed: waits until the line would be through with them.
    pub fn passed(&mut self, bytes: usize) {
        let Some(rate) = self.rate else { return };
        self.passed += bytes as u64;
        let due = Span::from_millis(rate.time_for(Bytes(self.passed), 1.0).0.max(0) as u64);
        std::thread::sleep(due.saturating_sub(self.begun.elapsed()));
    }
}
