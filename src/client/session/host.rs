//! The machine a job runs on, as clients see it: speed, rates, disk, and how often downloads stall. `ci`
//! makes one from the runner for each job; the clients compute their times with it.

use crate::client::archive::Packed;
use crate::project::System;
use crate::random::{Distribution, Draws, Purpose, mix};
use crate::units::{Bytes, Duration, Rate};

/// The machine of one job.
#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    /// Its operating system and architecture.
    pub system: System,
    /// Number of virtual processors, ≥ 1.
    pub cores: u32,
    /// Factor on the speed of all work during this job; 1 is nominal.
    pub speed: f64,
    /// Nominal download rate from the cache.
    pub download: Rate,
    /// Nominal upload rate to the cache.
    pub upload: Rate,
    /// Rate of packing an archive.
    pub pack: ArchiveRate,
    /// Rate of unpacking an archive.
    pub unpack: ArchiveRate,
    /// Distribution of the factor on each transfer's rate.
    pub transfer_noise: Distribution,
    /// Share of the downloads of a 1 GB archive that stall, 0–1.
    pub stall: f64,
    /// Free disk at the start of the job; `None` if it is never too small.
    pub disk: Option<Bytes>,
}

/// How fast a machine packs or unpacks archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveRate {
    /// Per compressed byte, whatever the files' size on the disk.
    Compressed(Rate),
    /// Per byte on the disk: files that compress well take longer per stored byte.
    Unpacked(Rate),
}

impl ArchiveRate {
    /// The time for this archive on a machine of this speed (1 is nominal).
    pub fn time_for(self, archive: Packed, speed: f64) -> Duration {
        match self {
            ArchiveRate::Compressed(rate) => rate.time_for(archive.compressed, speed),
            ArchiveRate::Unpacked(rate) => rate.time_for(archive.unpacked, speed),
        }
    }
}

impl Host {
    /// The time to download `size`. The noise is drawn for the item `what` of the job `identity`.
    pub fn download_time(&self, draws: &Draws, identity: u64, what: u64, size: Bytes) -> Duration {
        self.download.time_for(size, self.noise(draws, mix(identity, what)))
    }

    /// The time to upload `size`. The noise is drawn for the item `what` of the job `identity`.
    pub fn upload_time(&self, draws: &Draws, identity: u64, what: u64, size: Bytes) -> Duration {
        self.upload.time_for(size, self.upload_noise(draws, identity, what))
    }

    /// The factor on the rate of uploading the item `what` of the job `identity`.
    pub fn upload_noise(&self, draws: &Draws, identity: u64, what: u64) -> f64 {
        self.noise(draws, mix(identity, !what))
    }

    /// True if the download of the archive `what` by the job `identity` stalls. Each segment of the
    /// download can stall.
    pub fn stalls(&self, draws: &Draws, identity: u64, what: u64, size: Bytes) -> bool {
        draws.unit(Purpose::Stall, mix(identity, what)) < self.stall_share(size)
    }

    /// The share of downloads of this size that stall.
    pub fn stall_share(&self, size: Bytes) -> f64 {
        let segments = |bytes: Bytes| bytes.0.div_ceil(Host::SEGMENT.0).max(1) as f64;
        let relative = segments(size) / segments(Host::STALL_PER);
        1.0 - libm::pow(1.0 - self.stall, relative)
    }

    /// The size of a download segment. Each segment has its own time limit (toolkit, `downloadUtils.ts`).
    const SEGMENT: Bytes = Bytes(134_217_728);
    /// The archive size that `stall` refers to. The reported stalls are of archives of about this size.
    const STALL_PER: Bytes = Bytes(1_000_000_000);

    /// The time for work that cannot be spread over cores.
    pub fn serial(&self, work: Duration) -> Duration {
        work.scaled(1.0 / self.speed)
    }

    fn noise(&self, draws: &Draws, identity: u64) -> f64 {
        self.transfer_noise.sample(&mut draws.stream(Purpose::Transfer, identity))
    }
}
