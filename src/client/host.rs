use crate::random::{Distribution, Draws, Purpose, mix};
use crate::units::{Bytes, Duration, Rate};

/// The machine a job runs on, as far as clients care.
#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    /// Virtual processors, ≥ 1.
    pub cores: u32,
    /// Speed of all work during this job, 1 = nominal.
    pub speed: f64,
    /// Nominal download rate from the cache.
    pub download: Rate,
    /// Nominal upload rate to the cache.
    pub upload: Rate,
    /// Rate of packing, in compressed bytes.
    pub pack: Rate,
    /// Rate of unpacking, in compressed bytes.
    pub unpack: Rate,
    /// Factor on the rate of each transfer.
    pub transfer_noise: Distribution,
    /// Free disk at the start of the job; `None` where it is never too small.
    pub disk: Option<Bytes>,
}

impl Host {
    /// How long downloading `size` takes for `what` of the job `identity`.
    pub fn download_time(&self, draws: &Draws, identity: u64, what: u64, size: Bytes) -> Duration {
        self.download.time_for(size, self.noise(draws, mix(identity, what)))
    }

    /// How long uploading `size` takes for `what` of the job `identity`.
    pub fn upload_time(&self, draws: &Draws, identity: u64, what: u64, size: Bytes) -> Duration {
        self.upload.time_for(size, self.noise(draws, mix(identity, !what)))
    }

    /// How long `work` takes that cannot be spread over cores.
    pub fn serial(&self, work: Duration) -> Duration {
        work.scaled(1.0 / self.speed)
    }

    fn noise(&self, draws: &Draws, identity: u64) -> f64 {
        self.transfer_noise.sample(&mut draws.stream(Purpose::Transfer, identity))
    }
}
