use crate::client::ArchiveRate;
use crate::project::System;
use crate::random::Distribution;
use crate::units::{Bytes, Money, Rate};

/// A kind of runner.
#[derive(Debug, Clone, PartialEq)]
pub struct Runner {
    /// The label jobs ask for.
    pub name: String,
    /// Its operating system and architecture.
    pub system: System,
    /// Virtual processors, ≥ 1.
    pub cores: u32,
    /// Price of a started minute.
    pub price_per_minute: Money,
    /// Nominal download rate from the cache.
    pub download: Rate,
    /// Nominal upload rate to the cache.
    pub upload: Rate,
    /// How fast an archive is unpacked.
    pub unpack: ArchiveRate,
    /// How fast an archive is packed.
    pub pack: ArchiveRate,
    /// Factor on the rate of each single transfer (1 = nominal).
    pub transfer_noise: Distribution,
    /// Share of archive downloads that stall until the client gives up, 0–1.
    pub stall: f64,
    /// Factor on the speed of all work during one job (1 = nominal).
    pub speed_noise: Distribution,
    /// Seconds from being assigned to the first step.
    pub boot: Distribution,
    /// Jobs that run on this kind at once; `None` is unlimited.
    pub concurrency: Option<u32>,
    /// Free disk at the start of a job; `None` where it is never too small.
    pub disk: Option<Bytes>,
}
