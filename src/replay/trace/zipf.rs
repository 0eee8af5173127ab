//! Generates traces with independent requests and Zipf popularity, to test and to benchmark
//! replays. A trace depends on recipe and seed only. `cli` calls it for the command that writes a
//! trace.

use super::input::TraceKind;
use super::oracle::RECORD_BYTES;
use crate::mrc::KeyAccess;
use crate::random::{Distribution, Draws, Purpose};
use crate::units::{Bytes, SimTime};
use rand_distr::Distribution as _;
use rand_distr::weighted::WeightedAliasIndex;
use std::io::{self, Write};
use thiserror::Error;

/// The largest number of requests in a trace. Each takes 4 bytes while oracleGeneral is written.
pub const REQUESTS_MAX: u64 = 200_000_000;
/// The largest number of keys in a trace. Each takes 20 bytes.
pub const KEYS_MAX: u32 = 20_000_000;
/// The largest size in bytes that oracleGeneral can hold.
const SIZE_MAX: f64 = u32::MAX as f64;
/// Number of bytes written at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// The parameters of a trace. Requests are independent; the `k`-th most popular key is requested
/// with probability proportional to `k`^−`alpha` (Zipf).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recipe {
    /// Number of rows, up to [`REQUESTS_MAX`].
    pub requests: u64,
    /// Number of keys that may be requested, 1 to [`KEYS_MAX`].
    pub objects: u32,
    /// Skew of the popularity, from 0 (all keys are equally popular) to 10.
    pub alpha: f64,
    /// Distribution of the sizes of keys, in bytes. Draws are limited to 1 byte to 4 GiB − 1.
    pub sizes: Distribution,
    /// Requests per second, > 0.
    pub rate: f64,
}

/// Reason why a trace cannot be generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{what} must be {range}")]
pub struct RecipeError {
    what: &'static str,
    range: &'static str,
}

/// A generated trace. Keys are numbered from 1 by popularity. Each draw is addressed: the row
/// decides its key, and the key its size, so any row can be computed without the rows before it.
pub struct Zipf {
    recipe: Recipe,
    draws: Draws,
    popularity: WeightedAliasIndex<f64>,
    sizes: Vec<u32>,
}

impl Zipf {
    /// The trace of this recipe and this seed.
    ///
    /// # Errors
    /// If the recipe is out of range.
    pub fn new(recipe: Recipe, seed: u64) -> Result<Zipf, RecipeError> {
        check(&recipe)?;
        let draws = Draws::new(seed, 0);
        let weights = (1..=recipe.objects).map(|k| libm::pow(f64::from(k), -recipe.alpha)).collect();
        let sizes = 1..=u64::from(recipe.objects);
        let size =
            |key| libm::round(draws.sample(Purpose::Size, key, &recipe.sizes)).clamp(1.0, SIZE_MAX) as u32;
        Ok(Zipf {
            popularity: WeightedAliasIndex::new(weights).expect("weights are positive and finite"),
            sizes: sizes.map(size).collect(),
            recipe,
            draws,
        })
    }

    /// Row number `row`, from 0.
    pub fn request(&self, row: u64) -> KeyAccess {
        let index = self.index(row);
        let milliseconds = libm::floor(row as f64 * 1000.0 / self.recipe.rate);
        KeyAccess {
            time: SimTime(milliseconds as i64),
            id: index as u64 + 1,
            size: Bytes(self.sizes[index].into()),
        }
    }

    /// Writes all rows. Times are in whole seconds.
    ///
    /// # Errors
    /// If writing fails.
    pub fn write(&self, kind: TraceKind, out: &mut dyn Write) -> io::Result<()> {
        match kind {
            TraceKind::Csv => self.write_csv(out),
            TraceKind::OracleGeneral => self.write_oracle(out),
        }
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut chunk = Vec::with_capacity(2 * CHUNK_BYTES);
        chunk.extend_from_slice(b"time,key,size\n");
        for row in 0..self.recipe.requests {
            let KeyAccess { time, id, size } = self.request(row);
            writeln!(chunk, "{},{id},{}", time.0 / 1000, size.0)?;
            flush(&mut chunk, CHUNK_BYTES, out)?;
        }
        flush(&mut chunk, 0, out)
    }

    fn write_oracle(&self, out: &mut dyn Write) -> io::Result<()> {
        let next = self.next_rows();
        let mut chunk = Vec::with_capacity(CHUNK_BYTES + RECORD_BYTES);
        for (row, next) in (0..self.recipe.requests).zip(next) {
            let KeyAccess { time, id, size } = self.request(row);
            let seconds = u32::try_from(time.0 / 1000).map_err(io::Error::other)?;
            chunk.extend_from_slice(&seconds.to_le_bytes());
            chunk.extend_from_slice(&id.to_le_bytes());
            chunk.extend_from_slice(&(size.0 as u32).to_le_bytes());
            chunk.extend_from_slice(&next.map_or(-1, |row| i64::from(row.get())).to_le_bytes());
            flush(&mut chunk, CHUNK_BYTES, out)?;
        }
        flush(&mut chunk, 0, out)
    }

    /// For each row, the next row with the same key.
    fn next_rows(&self) -> Vec<Option<std::num::NonZeroU32>> {
        let mut of_key = vec![None; self.sizes.len()];
        let mut next = vec![None; self.recipe.requests as usize];
        for row in (0..self.recipe.requests).rev() {
            let seen = &mut of_key[self.index(row)];
            next[row as usize] = *seen;
            *seen = std::num::NonZeroU32::new(row as u32);
        }
        next
    }

    fn index(&self, row: u64) -> usize {
        self.popularity.sample(&mut self.draws.stream(Purpose::Request, row))
    }
}

fn check(recipe: &Recipe) -> Result<(), RecipeError> {
    let Recipe { requests, objects, alpha, rate, .. } = *recipe;
    let out_of_range = |what, range| Err(RecipeError { what, range });
    if requests > REQUESTS_MAX {
        return out_of_range("requests", "at most 200000000");
    }
    if !(1..=KEYS_MAX).contains(&objects) {
        return out_of_range("objects", "1 to 20000000");
    }
    if !(0.0..=10.0).contains(&alpha) {
        return out_of_range("alpha", "0 to 10");
    }
    if !(1e-6..=1e9).contains(&rate) || requests as f64 / rate > f64::from(u32::MAX) {
        return out_of_range("requests / rate", "at most 136 years, and the rate 0.000001 to 1000000000");
    }
    Ok(())
}

/// Writes out the chunk if it is longer than `kept`.
fn flush(chunk: &mut Vec<u8>, kept: usize, out: &mut dyn Write) -> io::Result<()> {
    if chunk.len() > kept {
        out.write_all(chunk)?;
        chunk.clear();
    }
    Ok(())
}
