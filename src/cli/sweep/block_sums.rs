//! `points.sum`: the number of lines and a hash of every block of `points.csv`. A block that differs from its
//! sum was damaged, or belongs to another sweep. The file is written and read here; [`super::points_file`]
//! compares.

use crate::cli::output::write_with;
use crate::random::{mix, mix_str};
use crate::report::sweep::points_head;
use crate::statistics::sweep::Plan;
use anyhow::Context;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The name of the file.
pub(super) const SUMS: &str = "points.sum";
const HEAD: &str = "point,replication,lines,hash\n";
/// The longest line that is read, in bytes: four numbers fit.
const LINE_BYTES_MAX: u64 = 100;

/// A replication of a point, both counted from 0.
pub(super) type BlockId = (usize, u32);

/// The number of lines of a block, and a hash of them. The hash starts with what the block is a block of, so
/// that no block of another sweep has the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockSum {
    lines: u64,
    hash: u64,
}

impl BlockSum {
    /// The sum of no lines.
    pub fn start(plan: &Plan, (point, replication): BlockId) -> BlockSum {
        let sweep = mix_str(plan.seed, &points_head(plan));
        let block = mix_str(mix(mix(sweep, point as u64), replication.into()), &plan.points[point].hash);
        BlockSum { lines: 0, hash: block }
    }

    /// Adds a line, with its end.
    pub fn add(&mut self, line: &str) {
        *self = BlockSum { lines: self.lines + 1, hash: mix_str(self.hash, line) };
    }

    /// The sum of a whole block.
    pub fn of(plan: &Plan, id: BlockId, text: &str) -> BlockSum {
        let mut sum = BlockSum::start(plan, id);
        text.split_inclusive('\n').for_each(|line| sum.add(line));
        sum
    }
}

/// The sums of all blocks.
#[derive(Debug, Default)]
pub(super) struct BlockSums(BTreeMap<BlockId, BlockSum>);

impl BlockSums {
    /// Reads the file. A line that is no sum is left out: its block then has none.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read(path: &Path) -> anyhow::Result<BlockSums> {
        let cannot = || format!("cannot read {}", path.display());
        let mut reader = BufReader::new(File::open(path).with_context(cannot)?);
        let (mut sums, mut line) = (BlockSums::default(), vec![]);
        loop {
            line.clear();
            if reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line).with_context(cannot)? == 0 {
                return Ok(sums);
            }
            if let Some((id, sum)) = std::str::from_utf8(&line).ok().and_then(parsed) {
                sums.0.insert(id, sum);
            }
        }
    }

    /// The sum of a block.
    pub fn get(&self, id: BlockId) -> Option<BlockSum> {
        self.0.get(&id).copied()
    }

    /// Sets the sum of a block.
    pub fn set(&mut self, id: BlockId, sum: BlockSum) {
        self.0.insert(id, sum);
    }

    /// Keeps only the sums of these blocks.
    pub fn retain(&mut self, keep: impl Fn(BlockId) -> bool) {
        self.0.retain(|id, _| keep(*id));
    }

    /// Writes the file, in the order of the blocks.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        write_with(path, |file| {
            file.write_all(HEAD.as_bytes())?;
            self.0.iter().try_for_each(|(id, sum)| file.write_all(line(*id, *sum).as_bytes()))
        })
    }
}

/// The line of a block.
pub(super) fn line((point, replication): BlockId, BlockSum { lines, hash }: BlockSum) -> String {
    format!("{},{},{lines},{hash:016x}\n", point + 1, replication + 1)
}

fn parsed(line: &str) -> Option<(BlockId, BlockSum)> {
    let [point, replication, lines, hash] =
        line.strip_suffix('\n')?.split(',').collect::<Vec<_>>().try_into().ok()?;
    let id = (point.parse::<usize>().ok()?.checked_sub(1)?, replication.parse::<u32>().ok()?.checked_sub(1)?);
    let hash = if hash.len() == 16 { u64::from_str_radix(hash, 16).ok()? } else { return None };
    Some((id, BlockSum { lines: lines.parse().ok()?, hash }))
}
