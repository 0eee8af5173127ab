//! What a job loses to misses besides its build, and to its transfers, by client and cause.

use super::{Turn, Work};
use crate::client::{Cache, CacheClient, ClientKind, ImageBuild, LossWeights, Restored, Toolkit};
use crate::event::{ClientId, LossCause};
use crate::units::{Duration, SimTime};

/// A look-up of a job's cache: its index, the cache, and what came of it.
type JobLookUp<'a> = (usize, &'a Cache, &'a (Toolkit, Restored));

impl Turn<'_> {
    /// When a job that could go on at `ready` has what it restores in the background. Only what it waits for is lost
    /// to the transfer.
    pub(super) fn wait_for(&mut self, last: Option<(SimTime, ClientId)>, ready: SimTime) -> SimTime {
        let Some((done, client)) = last else { return ready };
        self.session.lose(Some(client), LossCause::Transfer, (done - ready).max(Duration::ZERO));
        ready.max(done)
    }

    /// The time lost to misses in caches of package stores. A perfect cache would have saved this work. In a job
    /// that builds nothing, its fixed steps count as the rest of the work. If a step fails in this time, only
    /// `share` (0–1) of it passes.
    pub(super) fn lose(&mut self, share: f64) -> Duration {
        let host = &self.session.job.host;
        let fixed = self.job.setup + self.job.prepare + self.job.finish;
        let (lost, steps) = (host.serial(self.penalty()).scaled(share), host.serial(fixed).scaled(share));
        let least = self.job.caches.iter().map(|cache| cache.least_cost(self.session.job)).sum();
        let least = host.serial(least).min(lost);
        let weights = self.penalty_weights();
        let unexplained = self.session.lose_by(lost - least, &weights);
        self.session.run.ideal += least + unexplained;
        self.session.run.build += lost;
        if matches!(self.work, Work::Nothing) {
            self.session.run.build += steps;
            self.session.run.ideal += steps;
        }
        lost
    }

    /// The cost of misses in caches of package stores: installing or downloading again. The cold time of a
    /// measured job already includes the download of the registry.
    fn penalty(&self) -> Duration {
        self.looked_up().map(|looked_up| self.cost_of_miss(looked_up)).sum()
    }

    /// What each cache adds to it over what even its newest possible entry would have left to do.
    fn penalty_weights(&self) -> LossWeights {
        let mut weights = LossWeights::default();
        for (index, cache, found) in self.looked_up() {
            let over = self.cost_of_miss((index, cache, found)) - cache.least_cost(self.session.job);
            weights.add(Some(ClientKind::id(cache.name())), found.1.cause, over);
        }
        weights
    }

    /// What a look-up leaves to do, given what lies on the machine's disk.
    pub(super) fn cost_of_miss(&self, (index, cache, (toolkit, restored)): JobLookUp) -> Duration {
        let job = self.session.job;
        match self.disk {
            Some(disk) => disk.cost_of_miss(&**cache, (toolkit, restored), job, index),
            None => cache.cost_of_miss(restored, job),
        }
    }

    fn looked_up(&self) -> impl Iterator<Item = JobLookUp<'_>> {
        let class = self.session.job.class;
        let caches = self.job.caches.iter().zip(self.restored.iter()).enumerate();
        let looked_up = caches.filter(move |(_, (cache, _))| cache.restores_on(class));
        looked_up.filter_map(|(index, (cache, found))| Some((index, cache, found.as_ref()?)))
    }

    /// The client whose archive should hold the compiled crates, and why it does not hold more.
    pub(super) fn missing_crates(&self) -> (Option<ClientId>, LossCause) {
        let caches = self.job.caches.iter().zip(self.restored.iter());
        let mut restored = caches.filter(|(cache, _)| cache.kept().crates);
        let found = restored.find_map(|(cache, restored)| Some((cache.name(), restored.as_ref()?.1.cause)));
        found.map_or((None, LossCause::NeverSaved), |(name, cause)| (Some(ClientKind::id(name)), cause))
    }

    /// Records that an image build spent this time on its cache, waits for rate limits included.
    pub(super) fn moved_layers(&mut self, time: Duration, build: &mut ImageBuild) {
        let (client, waited) = (build.caching(), std::mem::take(&mut build.waited));
        if client.is_none() {
            return;
        }
        self.session.run.waited += waited;
        self.session.lose(client, LossCause::RateLimited, waited);
        self.session.lose(client, LossCause::Transfer, (time - waited).max(Duration::ZERO));
    }
}

/// The share (0–1) of a cache's files that are there once this share of the time that a look-up left to do is over.
/// `left_to_do` is that time. What the look-up found is there from the beginning.
pub(super) fn share_there(
    cache: &dyn CacheClient,
    restored: &Restored,
    left_to_do: Duration,
    share: f64,
) -> f64 {
    let missing = match cache.miss() {
        // Where a miss costs nothing, a hit leaves nothing to do.
        Duration::ZERO if restored.outcome.is_hit() => 0.0,
        Duration::ZERO => 1.0,
        miss => (left_to_do.as_secs_f64() / miss.as_secs_f64()).min(1.0),
    };
    1.0 - missing * (1.0 - share)
}
