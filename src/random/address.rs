use super::Distribution;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

/// What a draw is for. Two purposes never share a stream, even for the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Purpose {
    /// When pushes happen and of which kind they are.
    Arrival = 1,
    /// What a push changes.
    Change = 2,
    /// Which crates a lock-file change touches.
    Lock = 3,
    /// Which workspace crates a source change touches.
    Source = 4,
    /// What it costs to compile a unit.
    Work = 5,
    /// How large a unit's object is.
    Size = 6,
    /// How fast a transfer goes.
    Transfer = 7,
    /// How fast a runner is during one job.
    Runner = 8,
    /// How long a job waits for a free runner to boot.
    Boot = 9,
    /// Whether a job fails.
    Failure = 10,
    /// At which minute of the hour the sweep runs.
    Sweep = 11,
    /// What one look-up or reservation costs.
    Latency = 12,
    /// How long a fixed step takes.
    Step = 13,
    /// Which key a row of a generated trace asks for.
    Request = 14,
    /// Where a sampling design begins and which way it goes.
    Design = 15,
    /// Which observations a bootstrap resample takes.
    Resample = 16,
    /// What happened before the first instant.
    Past = 17,
    /// Whether a download stalls.
    Stall = 18,
}

/// The random draws of one replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    root: u64,
}

impl Draws {
    /// The draws of replication `replication` (0-based) under `seed`.
    pub fn new(seed: u64, replication: u32) -> Draws {
        Draws { root: mix(mix(0x9e37_79b9_7f4a_7c15, seed), u64::from(replication)) }
    }

    /// Draws that share nothing with these, for a whole world that has one purpose.
    pub fn of(&self, purpose: Purpose) -> Draws {
        Draws { root: mix(self.root, purpose as u64) }
    }

    /// A generator for one purpose and one identity; the same address always gives the same one.
    pub fn stream(&self, purpose: Purpose, identity: u64) -> Pcg64Mcg {
        Pcg64Mcg::seed_from_u64(self.bits(purpose, identity))
    }

    /// One uniform draw from [0, 1), cheaper than a whole stream.
    pub fn unit(&self, purpose: Purpose, identity: u64) -> f64 {
        (self.bits(purpose, identity) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One draw from a distribution, without a whole stream where the distribution allows it.
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

/// Folds `value` into `hash`: SplitMix64's finaliser (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", 2014), so that identities can be built from parts. Results
/// depend on it: it must never change.
pub fn mix(hash: u64, value: u64) -> u64 {
    let mut z = hash.rotate_left(25) ^ value.wrapping_mul(0xff51_afd7_ed55_8ccd);
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Folds a text into `hash`, eight bytes at a time.
pub fn mix_str(hash: u64, text: &str) -> u64 {
    let folded = text.as_bytes().chunks(8).fold(hash, |h, chunk| {
        let mut word = [0u8; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        mix(h, u64::from_le_bytes(word))
    });
    mix(folded, text.len() as u64)
}
