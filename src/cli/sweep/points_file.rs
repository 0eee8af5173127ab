//! An index of `points.csv`: where each replication of each point is stored. It lets a sweep be resumed,
//! merged and summarised without keeping all values in memory.

use crate::observe::Value;
use crate::report::sweep::{points_head, read_point};
use crate::statistics::sweep::Plan;
use anyhow::Context;
use csv::{Reader, ReaderBuilder, StringRecord};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Take};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The positions of all replications in a `points.csv`. The lines of one replication of a point are
/// consecutive and called a block.
pub(super) struct PointsFile {
    path: PathBuf,
    /// The bytes of each block, by point and then by replication.
    places: Vec<Option<Range<u64>>>,
    /// The end of the last valid block.
    pub end: u64,
}

/// The name of the file.
pub(super) const POINTS: &str = "points.csv";

impl PointsFile {
    /// Finds the blocks of a file. If the sweep was `cut` short, its last block may be incomplete. The last
    /// block and everything after it are then left out, to be simulated again.
    pub fn read(path: &Path, plan: &Plan, cut: bool) -> anyhow::Result<PointsFile> {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut scan = Scan::new(path, plan, file.metadata()?.len());
        let mut reader = reader_of(BufReader::new(file));
        let mut row = StringRecord::new();
        loop {
            let at = reader.position().byte();
            match reader.read_record(&mut row) {
                Ok(false) => break,
                Ok(true) => scan.take(at, reader.position().byte(), &row)?,
                // Text that is not UTF-8 cannot be a line of this plan.
                Err(error) if error.is_io_error() => return Err(error).context(path.display().to_string()),
                Err(_) => scan.take(at, reader.position().byte(), &StringRecord::new())?,
            }
        }
        scan.finish(cut)
    }

    /// Number of replications in the file.
    pub fn count(&self) -> usize {
        self.places.iter().flatten().count()
    }

    /// True if the file has this replication.
    pub fn has(&self, plan: &Plan, point: usize, replication: u32) -> bool {
        self.places[slot(plan, point, replication)].is_some()
    }

    /// A reader for one block.
    pub fn open(&self, plan: &Plan, point: usize, replication: u32) -> anyhow::Result<Option<Take<File>>> {
        let Some(range) = self.places[slot(plan, point, replication)].clone() else { return Ok(None) };
        let mut file =
            File::open(&self.path).with_context(|| format!("cannot read {}", self.path.display()))?;
        file.seek(SeekFrom::Start(range.start))?;
        Ok(Some(file.take(range.end - range.start)))
    }

    /// The values of one replication; empty if the file does not have it.
    pub fn values(&self, plan: &Plan, point: usize, replication: u32) -> anyhow::Result<Vec<Value>> {
        let Some(block) = self.open(plan, point, replication)? else { return Ok(vec![]) };
        let value = |row: csv::Result<StringRecord>| {
            let (_, _, value) =
                read_point(plan, &row?).context("the file changed while it was being read")?;
            Ok(value)
        };
        reader_of(BufReader::new(block)).into_records().map(value).collect()
    }
}

fn reader_of<R: Read>(from: R) -> Reader<R> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(from)
}

fn slot(plan: &Plan, point: usize, replication: u32) -> usize {
    point * plan.replications as usize + replication as usize
}

/// The state of reading a file.
struct Scan<'a> {
    path: &'a Path,
    plan: &'a Plan,
    length: u64,
    places: Vec<Option<Range<u64>>>,
    /// The current block and its start.
    current: Option<((usize, u32), u64)>,
    /// The end of the blocks before the current one.
    settled: u64,
    /// The end of the last complete line.
    end: u64,
    /// The start of the first line that does not belong to the plan.
    broken: Option<u64>,
    headed: bool,
}

impl<'a> Scan<'a> {
    fn new(path: &'a Path, plan: &'a Plan, length: u64) -> Scan<'a> {
        let places = vec![None; plan.points.len() * plan.replications as usize];
        Scan { path, plan, length, places, current: None, settled: 0, end: 0, broken: None, headed: false }
    }

    fn take(&mut self, from: u64, to: u64, row: &StringRecord) -> anyhow::Result<()> {
        if let Some(at) = self.broken {
            anyhow::bail!("{} is damaged at byte {at}: start over with --restart", self.path.display());
        }
        if !self.headed {
            return self.header(to, row);
        }
        // Only the end of the file may be damaged, so a line that does not belong to the plan has to be the
        // last one.
        let Some((point, replication, _)) =
            read_point(self.plan, row).filter(|(point, ..)| self.plan.plays(*point))
        else {
            self.broken = Some(from);
            return Ok(());
        };
        let found = (point, replication);
        if self.current.is_none_or(|(current, _)| current != found) {
            self.settle(from)?;
            self.current = Some((found, from));
        }
        self.end = to;
        Ok(())
    }

    fn header(&mut self, to: u64, row: &StringRecord) -> anyhow::Result<()> {
        let head = points_head(self.plan);
        let expected = reader_of(head.as_bytes()).into_records().next();
        let same = expected.is_some_and(|expected| expected.is_ok_and(|expected| expected == *row));
        anyhow::ensure!(same, "{} does not belong to this sweep", self.path.display());
        (self.headed, self.settled, self.end) = (true, to, to);
        Ok(())
    }

    /// Adds the current block, which ends here, to the index.
    fn settle(&mut self, end: u64) -> anyhow::Result<()> {
        let Some(((point, replication), start)) = self.current.take() else { return Ok(()) };
        let place = &mut self.places[slot(self.plan, point, replication)];
        if place.replace(start..end).is_some() {
            let (point, replication) = (point + 1, replication + 1);
            anyhow::bail!(
                "{} contains replication {replication} of point {point} \
                twice",
                self.path.display()
            );
        }
        self.settled = end;
        Ok(())
    }

    fn finish(mut self, cut: bool) -> anyhow::Result<PointsFile> {
        if !cut {
            let torn = self.broken.is_some() || !self.headed || self.end != self.length;
            anyhow::ensure!(!torn, "{} is damaged at its end", self.path.display());
            let end = self.end;
            self.settle(end)?;
        }
        Ok(PointsFile { path: self.path.to_owned(), places: self.places, end: self.settled })
    }
}
