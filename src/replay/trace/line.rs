use std::io::{self, ErrorKind, Read};

/// The longest line of a trace, in bytes. Keys of the service have at most 512 characters.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// The lines of a text through one buffer, however long the text.
pub(super) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    number: u64,
}

/// One line, without its end.
pub(super) enum TraceLine<'a> {
    Whole(&'a [u8]),
    /// Longer than [`LINE_BYTES_MAX`]; it was skipped.
    TooLong,
}

/// Where a line ends in the buffer: its last byte, and the first of the next one.
struct End {
    text: usize,
    next: usize,
}

impl<R: Read> Lines<R> {
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader, buffer: vec![0; 4 * LINE_BYTES_MAX], start: 0, end: 0, number: 0 }
    }

    /// The number of the line returned last, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The next line; a last one needs no line feed.
    pub fn next(&mut self) -> io::Result<Option<TraceLine<'_>>> {
        let Some(end) = self.find_end()? else { return Ok(None) };
        let start = std::mem::replace(&mut self.start, end.next);
        self.number += 1;
        if end.text - start > LINE_BYTES_MAX {
            self.skip_rest(end.text == end.next)?;
            return Ok(Some(TraceLine::TooLong));
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

    /// Drops the rest of a line of which only the beginning was in the buffer.
    fn skip_rest(&mut self, unfinished: bool) -> io::Result<()> {
        let mut unfinished = unfinished;
        while unfinished && (self.start < self.end || self.fill()?) {
            let unread = &self.buffer[self.start..self.end];
            let line_feed = unread.iter().position(|byte| *byte == b'\n');
            self.start = line_feed.map_or(self.end, |at| self.start + at + 1);
            unfinished = line_feed.is_none();
        }
        Ok(())
    }

    /// Reads more behind what is unread; false at the end of the text.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let read = read(&mut self.reader, &mut self.buffer[self.end..])?;
        self.end += read;
        Ok(read > 0)
    }
}

/// Reads what is there, starting again when a signal came between.
pub(super) fn read(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(problem) if problem.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
