//! Reads traces in libCacheSim's oracleGeneral format: packed binary records. Its information about
//! future accesses is ignored.

use super::line::read;
use super::problem::TraceError;
use super::row::{RowSource, TraceRow};
use crate::mrc::KeyAccess;
use crate::replay::InputProblem;
use crate::units::{Bytes, SimTime};
use std::io::Read;

/// Bytes of a record: u32 time in seconds, u64 object id, u32 size in bytes, i64 row of the next
/// access; little-endian, packed.
pub(super) const RECORD_BYTES: usize = 24;
const BUFFER_RECORDS: usize = 4096;

/// The records of a trace in oracleGeneral format.
pub(super) struct Records<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    number: u64,
    last: u32,
}

impl<R: Read> RowSource for Records<R> {
    #[inline]
    fn next(&mut self) -> Result<TraceRow, TraceError> {
        if self.end - self.start < RECORD_BYTES && !self.fill()? {
            return Ok(self.tail());
        }
        let record = &self.buffer[self.start..self.start + RECORD_BYTES];
        self.start += RECORD_BYTES;
        self.number += 1;
        let time = u32::from_le_bytes(bytes(record, 0));
        if time < self.last {
            return Ok(
                self.malformed("the time is earlier than in the record above; sort the records by time")
            );
        }
        self.last = time;
        let (id, size) = (u64::from_le_bytes(bytes(record, 4)), u32::from_le_bytes(bytes(record, 12)));
        Ok(TraceRow::Request(KeyAccess {
            time: SimTime(i64::from(time) * 1000),
            id,
            size: Bytes(size.into()),
        }))
    }
}

/// True if a file that starts with `head` may hold records: their times are in order.
pub(in crate::replay) fn are_records(head: &[u8]) -> bool {
    let records = head.chunks_exact(RECORD_BYTES);
    records.map(|record| u32::from_le_bytes(bytes(record, 0))).is_sorted()
}

fn bytes<const N: usize>(record: &[u8], from: usize) -> [u8; N] {
    record[from..from + N].try_into().expect("the slice has this length")
}

impl<R: Read> Records<R> {
    pub fn new(reader: R) -> Records<R> {
        let buffer = vec![0; BUFFER_RECORDS * RECORD_BYTES];
        Records { reader, buffer, start: 0, end: 0, number: 0, last: 0 }
    }

    /// Reads until a whole record is in the buffer; false if the trace ends first.
    #[cold]
    fn fill(&mut self) -> Result<bool, TraceError> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        while self.end < RECORD_BYTES {
            let read = read(&mut self.reader, &mut self.buffer[self.end..])?;
            if read == 0 {
                return Ok(false);
            }
            self.end += read;
        }
        Ok(true)
    }

    /// Reports an incomplete record at the end, if there is one.
    fn tail(&mut self) -> TraceRow {
        let left = self.end - self.start;
        if left == 0 {
            return TraceRow::End;
        }
        self.start = self.end;
        self.number += 1;
        self.malformed(&format!(
            "the trace ends {left} bytes into a record of {RECORD_BYTES}; is it complete, and is it \
             oracleGeneral?"
        ))
    }

    fn malformed(&self, text: &str) -> TraceRow {
        TraceRow::Malformed(InputProblem::new(self.number, text))
    }
}
