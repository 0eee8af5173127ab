use super::archive::Packed;
use crate::project::System;
use crate::random::{Distribution, Draws, Purpose, mix};
use crate::units::{Bytes, Duration, Rate};

/// The machine a job runs on, as far as clients care.
#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    /// Its operating system and architecture.
    pub system: System,
    /// Virtual processors, ≥ 1.
    pub cores: u32,
    /// Speed of all work during this job, 1 = nominal.
    pub speed: f64,
    /// Nominal download rate from the cache.
    pub download: Rate,
    /// Nominal upload rate to the cache.
    pub upload: Rate,
    /// How fast an archive is packed.
    pub pack: ArchiveRate,
    /// How fast an archive is unpacked.
    pub unpack: ArchiveRate,
    /// Factor on the rate of each transfer.
    pub transfer_noise: Distribution,
    /// Share of downloads of a 1 GB archive that stall, 0–1.
    pub stall: f64,
    /// Free disk at the start of the job; `None` where it is never too small.
    pub disk: Option<Bytes>,
}

/// How fast archives are packed or unpacked on a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveRate {
    /// By what is in the archive, whatever its files were before.
    Compressed(Rate),
    /// By the files on the disk: what is compressed well takes longer for each byte stored.
    Unpacked(Rate),
}

impl ArchiveRate {
    /// How long it takes, on a machine of this speed (1 = nominal).
    pub fn time_for(self, archive: Packed, speed: f64) -> Duration {
        match self {
            ArchiveRate::Compressed(rate) => rate.time_for(archive.compressed, speed),
            ArchiveRate::Unpacked(rate) => rate.time_for(archive.unpacked, speed),
        }
    }
}

impl Host {
    /// How long downloading `size` takes for `what` of the job `identity`.
    pub fn download_time(&self, draws: &Draws, identity: u64, what: u64, size: Bytes) -> Duration {
        self.download.time_for(size, self.noise(draws, mix(identity, what)))
    }

    /// How long uploading `size` takes for `what` of the job `identity`.
    pub fn upload_time(&self, draws: &Draws, identity: u64, what: u64, size: Bytes) -> Duration {
        self.upload.time_for(size, self.upload_noise(draws, identity, what))
    }

    /// Factor on the rate of uploading `what` of the job `identity`.
    pub fn upload_noise(&self, draws: &Draws, identity: u64, what: u64) -> f64 {
        self.noise(draws, mix(identity, !what))
    }

    /// Whether the download of the archive `what` of this size by the job `identity` stalls: each of its
    /// segments may.
    pub fn stalls(&self, draws: &Draws, identity: u64, what: u64, size: Bytes) -> bool {
        draws.unit(Purpose::Stall, mix(identity, what)) < self.stall_share(size)
    }

    /// The share of downloads of this size that stall.
    pub fn stall_share(&self, size: Bytes) -> f64 {
        let segments = |bytes: Bytes| bytes.0.div_ceil(Host::SEGMENT.0).max(1) as f64;
        let relative = segments(size) / segments(Host::STALL_PER);
        1.0 - libm::pow(1.0 - self.stall, relative)
    }

    /// What is downloaded at a time, with a time limit of its own (toolkit, `downloadUtils.ts`).
    const SEGMENT: Bytes = Bytes(134_217_728);
    /// The archive that `stall` is about: such sizes are behind the reports.
    const STALL_PER: Bytes = Bytes(1_000_000_000);

    /// How long `work` takes that cannot be spread over cores.
    pub fn serial(&self, work: Duration) -> Duration {
        work.scaled(1.0 / self.speed)
    }

    fn noise(&self, draws: &Draws, identity: u64) -> f64 {
        self.transfer_noise.sample(&mut draws.stream(Purpose::Transfer, identity))
    }
}
