//! The addresses of random draws: seed, replication, [`Purpose`] and identity. There is no
//! generator that is passed around; each caller asks [`Draws`] for the draw of the thing at hand.

use super::Distribution;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

/// What a draw is for. Two purposes never share a stream, even for the same identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Purpose {
    /// Time and kind of pushes.
    Arrival = 1,
    /// The inputs that a push changes.
    Change = 2,
    /// The external crates that a lock-file change touches.
    Lock = 3,
    /// The workspace crates that a source change touches.
    Source = 4,
    /// The work of compiling a unit.
    Work = 5,
    /// The size of an object.
    Size = 6,
    /// The speed of a transfer.
    Transfer = 7,
    /// The speed of a runner during one job.
    Runner = 8,
    /// The time until a runner has booted.
    Boot = 9,
    /// Failure of a job.
    Failure = 10,
    /// The phase of the sweep.
    Sweep = 11,
    /// The time that one look-up, check or reservation takes.
    Latency = 12,
    /// The time that a fixed step takes.
    Step = 13,
    /// The key that a row of a generated trace requests.
    Request = 14,
    /// Start and directions of a sampling design.
    Design = 15,
    /// The observations in a bootstrap resample.
    Resample = 16,
    /// Everything before the first instant.
    Past = 17,
    /// A stalled download.
    Stall = 18,
    /// Whether and when failed jobs are run again, or a fix is pushed.
    ReRun = 19,
}

/// The random draws of one replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    root: u64,
}

impl Draws {
    /// The draws of replication `replication`, from 0, under `seed`.
    pub fn new(seed: u64, replication: u32) -> Draws {
        Draws { root: mix(mix(0x9e37_79b9_7f4a_7c15, seed), u64::from(replication)) }
    }

    /// Draws that are independent of these, for a part of the simulation that makes draws of its
    /// own.
    pub fn of(&self, purpose: Purpose) -> Draws {
        Draws { root: mix(self.root, purpose as u64) }
    }

    /// A generator for one purpose and one identity. The same address always gives the same
    /// generator.
    pub fn stream(&self, purpose: Purpose, identity: u64) -> Pcg64Mcg {
        Pcg64Mcg::seed_from_u64(self.bits(purpose, identity))
    }

    /// One uniform draw from [0, 1). Cheaper than a generator.
    pub fn unit(&self, purpose: Purpose, identity: u64) -> f64 {
        (self.bits(purpose, identity) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One draw from a distribution. It makes a generator only if the distribution needs one.
    pub fn sample(&self, purpose: Purpose, identity: u64, of: &Distribution) -> f64 {
        match *of {
            Distribution::Constant(value) => value,
            Distribution::Uniform { low, high } => low + (high - low) * self.unit(purpose, identity),
            _ => of.sample(&mut self.stream(purpose, identity)),
        }
    }

    fn bits(&self, purpose: Purpose, identity: u64) -> u64 {
        mix(mix(self.root, purpose as u64), identity)
    }
}

/// Mixes `value` into `hash`, so that identities can be built from parts. This is SplitMix64's
/// finaliser (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014). All
/// results depend on it: it must never change.
pub fn mix(hash: u64, value: u64) -> u64 {
    let mut z = hash.rotate_left(25) ^ value.wrapping_mul(0xff51_afd7_ed55_8ccd);
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Mixes a text into `hash`, eight bytes at a time. It must never change either.
pub fn mix_str(hash: u64, text: &str) -> u64 {
    let folded = text.as_bytes().chunks(8).fold(hash, |h, chunk| {
        let mut word = [0u8; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        mix(h, u64::from_le_bytes(word))
    });
    mix(folded, text.len() as u64)
}
