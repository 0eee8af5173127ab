//! Reads the rows of a trace in batches, whatever its form. Malformed rows are collected as
//! problems, or skipped and counted.

use super::layout::CsvLayout;
use super::oracle::Records;
use super::problem::{PROBLEMS_MAX, TraceError};
use super::row::{CsvRows, RowSource, TraceRow};
use crate::mrc::KeyAccess;
use crate::replay::InputProblem;
use std::io::Read;

/// Format of a trace file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceKind {
    /// Text with the layout given by a [`CsvLayout`].
    Csv,
    /// libCacheSim's oracleGeneral records of 24 bytes.
    OracleGeneral,
}

/// Rows per batch; a batch fits the processor's nearest caches.
const BATCH_ROWS: usize = 1024;

/// An open trace.
pub struct Trace<R> {
    rows: AnySource<R>,
    batch: Vec<KeyAccess>,
    faults: Faults,
}

enum AnySource<R> {
    Csv(Box<CsvRows<R>>),
    Oracle(Records<R>),
}

/// The malformed rows so far.
#[derive(Default)]
struct Faults {
    lenient: bool,
    skipped: u64,
    problems: Vec<InputProblem>,
}

/// Opens a trace. The reader need not be buffered.
pub fn open<R: Read>(reader: R, kind: TraceKind) -> Trace<R> {
    let rows = match kind {
        TraceKind::Csv => AnySource::Csv(Box::new(CsvRows::new(reader))),
        TraceKind::OracleGeneral => AnySource::Oracle(Records::new(reader)),
    };
    Trace { rows, batch: Vec::with_capacity(BATCH_ROWS), faults: Faults::default() }
}

impl<R: Read> Trace<R> {
    /// Sets the layout of a text trace.
    pub fn laid_out(mut self, form: CsvLayout) -> Trace<R> {
        if let AnySource::Csv(rows) = &mut self.rows {
            rows.set_form(form);
        }
        self
    }

    /// Skips malformed rows and counts them.
    pub fn lenient(mut self) -> Trace<R> {
        self.faults.lenient = true;
        self
    }

    /// Number of malformed rows skipped so far.
    pub fn skipped(&self) -> u64 {
        self.faults.skipped
    }

    /// The next rows, at least one; `None` at the end. After a malformed row the rest is only
    /// searched for further problems, which are then the error.
    ///
    /// # Errors
    /// If the trace cannot be read, or if rows are malformed and not skipped.
    #[allow(clippy::should_implement_trait)] // The batch is lent.
    pub fn next(&mut self) -> Result<Option<&[KeyAccess]>, TraceError> {
        self.batch.clear();
        match &mut self.rows {
            AnySource::Csv(rows) => fill(&mut self.batch, rows.as_mut(), &mut self.faults)?,
            AnySource::Oracle(records) => fill(&mut self.batch, records, &mut self.faults)?,
        }
        Ok((!self.batch.is_empty()).then_some(&self.batch))
    }
}

fn fill(
    batch: &mut Vec<KeyAccess>,
    source: &mut impl RowSource,
    faults: &mut Faults,
) -> Result<(), TraceError> {
    while batch.len() < BATCH_ROWS {
        match source.next()? {
            TraceRow::Request(request) if faults.problems.is_empty() => batch.push(request),
            TraceRow::Request(_) => {}
            TraceRow::Malformed(_) if faults.lenient => faults.skipped += 1,
            TraceRow::Malformed(problem) => {
                batch.clear();
                faults.problems.push(problem);
                if faults.problems.len() == PROBLEMS_MAX {
                    break;
                }
            }
            TraceRow::End => break,
        }
    }
    let problems = std::mem::take(&mut faults.problems);
    if problems.is_empty() { Ok(()) } else { Err(TraceError::Malformed(problems)) }
}
