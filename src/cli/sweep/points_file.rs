//! An index of `points.csv`: where each replication of each point is stored, and whether it is as it was
//! written. It lets a sweep be resumed, merged, verified and summarised without keeping all values in memory.

use super::block_sums::{BlockId, BlockSum, BlockSums, SUMS};
use crate::cli::output::folder::OutputFolder;
use crate::cli::output::write_with;
use crate::observe::Value;
use crate::report::sweep::{points_head, read_point};
use crate::statistics::sweep::Plan;
use anyhow::{Context, ensure};
use csv::{Reader, ReaderBuilder, StringRecord};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The positions of all replications in a `points.csv`. The lines of one replication of a point are
/// consecutive and called a block. Only blocks that agree with their sum are in it.
pub(super) struct PointsFile {
    path: PathBuf,
    /// The bytes of each block, by point and then by replication.
    places: Vec<Option<Range<u64>>>,
    /// The sums of these blocks.
    pub sums: BlockSums,
    /// The end of the blocks up to which there is nothing else in the file.
    pub end: u64,
    /// The length of the file.
    pub length: u64,
    /// The blocks that are there but differ from their sum, in order.
    pub damaged: Vec<BlockId>,
    /// The blocks that are there without a sum: the process ended before it wrote one.
    unsummed: Vec<BlockId>,
    /// Blocks that are there twice.
    twice: Vec<BlockId>,
}

/// The name of the file.
pub(super) const POINTS: &str = "points.csv";
/// The longest line, in bytes. Whatever is longer was not written by this program.
const LINE_BYTES_MAX: u64 = 1 << 20;

impl PointsFile {
    /// Finds the blocks of the file in a folder.
    ///
    /// # Errors
    /// If the file or that of the sums cannot be read.
    pub fn read(folder: &Path, plan: &Plan) -> anyhow::Result<PointsFile> {
        let path = folder.join(POINTS);
        let cannot = || format!("cannot read {}", path.display());
        let file = File::open(&path).with_context(cannot)?;
        let sums = BlockSums::read(&folder.join(SUMS)).with_context(|| {
            format!(
                "the values in {} cannot be trusted without {SUMS}: start over with --restart",
                path.display()
            )
        })?;
        let mut scan = Scan::new(plan, sums);
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut line = vec![];
        loop {
            line.clear();
            if reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line).with_context(cannot)? == 0 {
                return Ok(scan.finish(path));
            }
            scan.take(&line);
        }
    }

    /// The index, if the file consists of nothing but blocks that are as they were written, each once.
    ///
    /// # Errors
    /// If anything is damaged, there twice, or does not belong to the sweep.
    pub fn whole(folder: &Path, plan: &Plan) -> anyhow::Result<PointsFile> {
        let found = PointsFile::read(folder, plan)?;
        let path = found.path.display();
        ensure!(found.damaged.is_empty(), "{path}: {} damaged", named(&found.damaged));
        ensure!(found.unsummed.is_empty(), "{path}: {} not in {SUMS}", named(&found.unsummed));
        ensure!(found.twice.is_empty(), "{path}: {} there twice", named(&found.twice));
        ensure!(found.is_clean(), "{path} is damaged at byte {}", found.end);
        Ok(found)
    }

    /// True if there is nothing in the file but its blocks.
    pub fn is_clean(&self) -> bool {
        self.end == self.length
    }

    /// True if these blocks, all that the file has, come before anything else in it.
    pub fn are_first(&self, plan: &Plan, blocks: &[BlockId]) -> bool {
        let is_before =
            |id: &BlockId| self.places[slot(plan, *id)].as_ref().is_some_and(|at| at.end <= self.end);
        self.end > 0 && blocks.iter().all(is_before)
    }

    /// Checks that every line belongs to the sweep.
    ///
    /// # Errors
    /// If one does not.
    pub fn verify(&self, plan: &Plan) -> anyhow::Result<()> {
        let all = (0..plan.points.len()).flat_map(|point| (0..plan.replications).map(move |n| (point, n)));
        all.filter(|id| self.has(plan, *id)).try_for_each(|id| self.values(plan, id).map(drop))
    }

    /// Number of replications in the file.
    pub fn count(&self) -> usize {
        self.places.iter().flatten().count()
    }

    /// True if the file has this replication.
    pub fn has(&self, plan: &Plan, (point, replication): BlockId) -> bool {
        self.places[slot(plan, (point, replication))].is_some()
    }

    /// A reader for one block.
    pub fn open(&self, plan: &Plan, id: BlockId) -> anyhow::Result<Option<Take<File>>> {
        let Some(range) = self.places[slot(plan, id)].clone() else { return Ok(None) };
        let mut file =
            File::open(&self.path).with_context(|| format!("cannot read {}", self.path.display()))?;
        file.seek(SeekFrom::Start(range.start))?;
        Ok(Some(file.take(range.end - range.start)))
    }

    /// The values of one replication; empty if the file does not have it.
    ///
    /// # Errors
    /// If a line does not belong to the sweep, or a metric is there twice.
    pub fn values(&self, plan: &Plan, id: BlockId) -> anyhow::Result<Vec<Value>> {
        let Some(block) = self.open(plan, id)? else { return Ok(vec![]) };
        let foreign = || format!("{}: {} not from this sweep", self.path.display(), named(&[id]));
        let value = |row: csv::Result<StringRecord>| {
            let read = read_point(plan, &row.with_context(foreign)?);
            let (point, replication, value) = read.with_context(foreign)?;
            ensure!((point, replication) == id, foreign());
            Ok(value)
        };
        let values: Vec<Value> =
            reader_of(BufReader::new(block)).into_records().map(value).collect::<Result<_, _>>()?;
        let different: BTreeSet<_> = values.iter().map(|value| (value.metric.name, &value.labels)).collect();
        let all_differ = different.len() == values.len();
        ensure!(all_differ, "{}: {} not sound: a metric is there twice", self.path.display(), named(&[id]));
        Ok(values)
    }
}

/// Writes `points.csv` with these blocks as far as the sources have them, and `points.sum`.
pub(super) fn kept(
    folder: &OutputFolder,
    plan: &Plan,
    sources: &[PointsFile],
    blocks: &[BlockId],
) -> anyhow::Result<()> {
    let mut sums = BlockSums::default();
    write_with(&folder.file(POINTS)?, |file| {
        file.write_all(points_head(plan).as_bytes())?;
        for id in blocks {
            let Some(source) = sources.iter().find(|source| source.has(plan, *id)) else { continue };
            let block = source.open(plan, *id).map_err(io::Error::other)?;
            io::copy(&mut block.expect("it has the block"), file)?;
            sums.set(*id, source.sums.get(*id).expect("its blocks have sums"));
        }
        Ok(())
    })?;
    sums.write(&folder.file(SUMS)?)
}

/// Names blocks, with the verb that follows: `replication 1 of point 3 is`.
pub(super) fn named(blocks: &[BlockId]) -> String {
    const NAMED_MAX: usize = 5;
    let name =
        |(point, replication): &BlockId| format!("replication {} of point {}", replication + 1, point + 1);
    let names: Vec<String> = blocks.iter().take(NAMED_MAX).map(name).collect();
    let more = blocks.len().saturating_sub(NAMED_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more} {}", names.join(", "), if blocks.len() == 1 { "is" } else { "are" })
}

fn reader_of<R: Read>(from: R) -> Reader<R> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(from)
}

fn slot(plan: &Plan, (point, replication): BlockId) -> usize {
    point * plan.replications as usize + replication as usize
}

/// The state of reading a file.
struct Scan<'a> {
    plan: &'a Plan,
    sums: BlockSums,
    places: Vec<Option<Range<u64>>>,
    /// Lines that belong together: the replication that they name, if there is such a one, and their start.
    current: Option<(Option<BlockId>, u64, BlockSum)>,
    /// The end of the last line.
    at: u64,
    /// The end of the blocks that come before anything else.
    end: u64,
    is_clean: bool,
    damaged: BTreeSet<BlockId>,
    unsummed: BTreeSet<BlockId>,
    twice: Vec<BlockId>,
}

impl<'a> Scan<'a> {
    fn new(plan: &'a Plan, sums: BlockSums) -> Scan<'a> {
        let places = vec![None; plan.points.len() * plan.replications as usize];
        let (damaged, unsummed) = (BTreeSet::new(), BTreeSet::new());
        let (at, end, is_clean) = (0, 0, true);
        Scan { plan, sums, places, current: None, at, end, is_clean, damaged, unsummed, twice: vec![] }
    }

    fn take(&mut self, line: &[u8]) {
        let from = self.at;
        self.at += line.len() as u64;
        if from == 0 {
            self.is_clean = line == points_head(self.plan).as_bytes();
            self.end = if self.is_clean { self.at } else { 0 };
            return;
        }
        let text = std::str::from_utf8(line).ok().filter(|text| text.ends_with('\n'));
        let found = text.and_then(|text| self.id(text));
        if self.current.as_ref().is_none_or(|(current, ..)| *current != found) {
            self.settle(from);
            // Lines of no replication get any sum: it is not compared.
            let sum = BlockSum::start(self.plan, found.unwrap_or_default());
            self.current = Some((found, from, sum));
        }
        if let (Some((.., sum)), Some(text)) = (&mut self.current, text) {
            sum.add(text);
        }
    }

    /// The replication that a line names at its start, if it is one of the plan.
    fn id(&self, line: &str) -> Option<BlockId> {
        let (point, rest) = line.split_once(',')?;
        let (replication, _) = rest.split_once(',')?;
        let id =
            (point.parse::<usize>().ok()?.checked_sub(1)?, replication.parse::<u32>().ok()?.checked_sub(1)?);
        let is_planned =
            id.0 < self.plan.points.len() && id.1 < self.plan.replications && self.plan.plays(id.0);
        is_planned.then_some(id)
    }

    /// Adds the current block, which ends here, to the index if it is as it was written.
    fn settle(&mut self, end: u64) {
        let Some((id, start, sum)) = self.current.take() else { return };
        let written = id.and_then(|id| self.sums.get(id));
        let place = id.filter(|_| written == Some(sum)).map(|id| &mut self.places[slot(self.plan, id)]);
        match (place, id) {
            (Some(place @ None), _) => {
                *place = Some(start..end);
                self.end = if self.is_clean { end } else { self.end };
                return;
            }
            (Some(Some(_)), Some(id)) => self.twice.push(id),
            (None, Some(id)) if written.is_some() => drop(self.damaged.insert(id)),
            (None, Some(id)) => drop(self.unsummed.insert(id)),
            (_, None) => {}
        }
        self.is_clean = false;
    }

    fn finish(mut self, path: PathBuf) -> PointsFile {
        self.settle(self.at);
        let Scan { plan, mut sums, places, damaged, unsummed, twice, end, at, .. } = self;
        let is_there = |id: &BlockId| {
            let is_planned = id.0 < plan.points.len() && id.1 < plan.replications;
            is_planned && places[slot(plan, *id)].is_some()
        };
        // Fragments that name a block by mistake do not harm one that is whole.
        let damaged = damaged.into_iter().filter(|id| !is_there(id)).collect();
        let unsummed = unsummed.into_iter().filter(|id| !is_there(id)).collect();
        sums.retain(|id| is_there(&id));
        PointsFile { path, sums, end, length: at, damaged, unsummed, twice, places }
    }
}
