//! Splits the text of a trace into lines. Memory is bounded: lines that are too long are skipped
//! and reported. `row.rs` reads through it.

use crate::replay::log::SKIPPED_BYTES_MAX;
use std::io::{self, ErrorKind, Read};

/// The longest line of a trace, in bytes. Keys of the service have at most 512 characters.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// The lines of a text of any length, read through one buffer.
pub(super) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    number: u64,
}

/// One line, without its line feed.
pub(super) enum TraceLine<'a> {
    Whole(&'a [u8]),
    /// A line longer than [`LINE_BYTES_MAX`], which was skipped.
    TooLong,
    /// A line whose end was not found.
    Endless,
}

/// End of a line in the buffer: the position after its text, and the start of the next line.
struct End {
    text: usize,
    next: usize,
}

impl<R: Read> Lines<R> {
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader, buffer: vec![0; 4 * LINE_BYTES_MAX], start: 0, end: 0, number: 0 }
    }

    /// Number of the last returned line, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The next line. The last one need not end with a line feed.
    pub fn next(&mut self) -> io::Result<Option<TraceLine<'_>>> {
        let Some(end) = self.find_end()? else { return Ok(None) };
        let start = std::mem::replace(&mut self.start, end.next);
        self.number += 1;
        if end.text - start > LINE_BYTES_MAX {
            let has_ended = self.skip_rest(end.text == end.next)?;
            return Ok(Some(if has_ended { TraceLine::TooLong } else { TraceLine::Endless }));
        }
        let line = &self.buffer[start..end.text];
        Ok(Some(TraceLine::Whole(line.strip_suffix(b"\r").unwrap_or(line))))
    }

    fn find_end(&mut self) -> io::Result<Option<End>> {
        let mut seen = 0;
        loop {
            let unread = &self.buffer[self.start + seen..self.end];
            if let Some(at) = unread.iter().position(|byte| *byte == b'\n') {
                let text = self.start + seen + at;
                return Ok(Some(End { text, next: text + 1 }));
            }
            seen = self.end - self.start;
            if seen > LINE_BYTES_MAX || !self.fill()? {
                let end = self.end;
                return Ok((end > self.start).then_some(End { text: end, next: end }));
            }
        }
    }

    /// Skips the rest of a line that did not fit the buffer; false if its end was not found soon enough.
    fn skip_rest(&mut self, unfinished: bool) -> io::Result<bool> {
        let (mut unfinished, mut skipped) = (unfinished, 0);
        while unfinished && (self.start < self.end || self.fill()?) {
            skipped += (self.end - self.start) as u64;
            if skipped > SKIPPED_BYTES_MAX {
                return Ok(false);
            }
            let unread = &self.buffer[self.start..self.end];
            let line_feed = unread.iter().position(|byte| *byte == b'\n');
            self.start = line_feed.map_or(self.end, |at| self.start + at + 1);
            unfinished = line_feed.is_none();
        }
        Ok(true)
    }

    /// Reads more into the buffer; false at the end of the text.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let read = read(&mut self.reader, &mut self.buffer[self.end..])?;
        self.end += read;
        Ok(read > 0)
    }
}

/// Reads once, and tries again after an interruption by a signal.
pub(super) fn read(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(problem) if problem.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
