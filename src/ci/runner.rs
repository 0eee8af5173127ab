//! A kind of runner as the scenario describes it. For each job, the scheduler draws one machine of that
//! kind (a [`Host`](crate::client::Host)).

use crate::client::{ArchiveRate, Host, KeptFiles};
use crate::project::System;
use crate::random::Distribution;
use crate::units::{Bytes, Money, Rate};

/// The description of a kind of runner.
#[derive(Debug, Clone, PartialEq)]
pub struct Runner {
    /// The label that jobs ask for.
    pub name: String,
    /// Its operating system and architecture.
    pub system: System,
    /// Virtual processors, ≥ 1.
    pub cores: u32,
    /// Price per started minute.
    pub price_per_minute: Money,
    /// Nominal download rate from the cache.
    pub download: Rate,
    /// Nominal upload rate to the cache.
    pub upload: Rate,
    /// Rate of unpacking an archive.
    pub unpack: ArchiveRate,
    /// Rate of packing an archive.
    pub pack: ArchiveRate,
    /// Distribution of the factor on each transfer's rate; 1 is nominal.
    pub transfer_noise: Distribution,
    /// Share of the downloads of a 1 GB archive that stall until the client gives up, 0–1.
    pub stall: f64,
    /// Distribution of the factor on the speed of all work during one job; 1 is nominal.
    pub speed_noise: Distribution,
    /// Seconds from the assignment of a job to its first step.
    pub boot: Distribution,
    /// How many jobs can run on this kind at once; `None` is unlimited.
    pub concurrency: Option<u32>,
    /// Which files its machines keep between jobs. If any, `concurrency` is the number of machines.
    pub keeps: KeptFiles,
    /// Free disk at the start of a job; `None` if it is never too small.
    pub disk: Option<Bytes>,
    /// The disk that is usually free under a label of GitHub's; `None` for other labels. Nothing runs out of it.
    pub usual_disk: Option<Bytes>,
}

impl Runner {
    /// True if it is one of GitHub's macOS runners, which have a limit of their own on concurrent jobs.
    pub fn is_hosted_mac(&self) -> bool {
        self.usual_disk.is_some() && self.name.starts_with("macos-")
    }

    /// True if it is one of GitHub's standard runners, which have a limit of their own on concurrent jobs: of GitHub's
    /// labels, those of larger runners end in their size.
    pub fn is_standard(&self) -> bool {
        let is_larger = ["-cores", "-large", "-xlarge"].iter().any(|size| self.name.ends_with(size));
        self.usual_disk.is_some() && !is_larger
    }

    /// One machine of this kind, of this speed (1 is nominal).
    pub fn host(&self, speed: f64) -> Host {
        Host {
            system: self.system,
            cores: self.cores,
            speed,
            download: self.download,
            upload: self.upload,
            pack: self.pack,
            unpack: self.unpack,
            transfer_noise: self.transfer_noise,
            stall: self.stall,
            disk: self.disk,
        }
    }
}
