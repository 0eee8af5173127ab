//! Decides which steps of an image build are cached and which are executed, and how long that takes. `COPY`
//! is keyed by content; a cached step needs its whole chain of layers. [`ImageBuild::build`] calls this
//! after the indexes were imported.
//!
//! Steps are executed one after another; BuildKit runs stages side by side, which is left out.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use super::ImageBuild;
use crate::client::history::StepPast;
use crate::client::index::Layer;
use crate::client::layer_store::ImageStore;
use crate::client::session::Session;
use crate::event::{ClientId, Event, LossCause, StepId};
use crate::project::LayerContent as StepContent;
use crate::random::mix;
use crate::service::{Identity, Key};
use crate::units::{Bytes, Duration};
use rustc_hash::FxHashSet;

/// The result of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resolved {
    /// Its record was found, and its layer was not needed.
    Known,
    /// Its layer was found. The number is the layer's digest.
    Found(u64),
    /// It was executed. The number is the digest of the new layer.
    Executed(u64),
}

impl Resolved {
    pub fn digest(self) -> Option<u64> {
        match self {
            Resolved::Known => None,
            Resolved::Found(digest) | Resolved::Executed(digest) => Some(digest),
        }
    }
}

/// Where a layer in an imported index is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Nowhere,
    /// In GitHub's cache.
    Entry(Identity),
    /// In a store that evicts nothing.
    Outside,
}

/// The decision about a step.
#[derive(Debug, Clone)]
enum Fate {
    /// No other step needs it.
    Unwanted,
    /// It is taken from this chain of layers. They are downloaded if a later step runs on them.
    Cached {
        chain: Vec<(u64, Layer)>,
        download: bool,
    },
    Executed,
}

impl ImageBuild {
    /// Decides which steps are cached, downloads the layers that a step runs on, and executes the rest.
    /// Returns how long that takes, or as an error how long to wait before the next try.
    pub(super) fn resolve(&mut self, session: &mut Session) -> Result<Duration, Duration> {
        let fates = self.decide(session)?;
        let mut local = FxHashSet::default();
        let mut took = Duration::ZERO;
        for (index, fate) in fates.iter().enumerate().rev() {
            took += match fate {
                Fate::Unwanted => Duration::ZERO,
                Fate::Cached { chain, download } => {
                    self.reuse(session, index, chain, download.then_some(&mut local))
                }
                Fate::Executed => self.execute(session, index),
            };
        }
        self.count_steps(session);
        Ok(took)
    }

    /// Walks the steps from the result backwards. A step with a usable record is cached; any other is
    /// executed on the materialised result of its parent. What is learnt about layers is kept, so that
    /// after a refused look-up the walk continues where it was.
    fn decide(&mut self, session: &mut Session) -> Result<Vec<Fate>, Duration> {
        let image = self.image.clone();
        let count = image.steps.len();
        let mut fates = vec![Fate::Unwanted; count];
        let (mut wanted, mut materialise) = (vec![false; count], vec![false; count]);
        wanted[count - 1] = true;
        materialise[count - 1] = true;
        for index in (0..count).rev() {
            if !wanted[index] {
                continue;
            }
            let step = &image.steps[index];
            let chain = self.usable(session, index, materialise[index])?;
            let sources: Vec<u32> = match &chain {
                Some(_) => self.ancestors(index).flat_map(|i| image.steps[i].copies_from.clone()).collect(),
                None => step.copies_from.clone(),
            };
            for source in sources {
                wanted[source as usize] = true;
                materialise[source as usize] |= chain.is_none();
            }
            if let (None, Some(parent)) = (&chain, step.parent) {
                wanted[parent as usize] = true;
                materialise[parent as usize] = true;
            }
            let download = materialise[index] && index != count - 1;
            fates[index] = chain.map_or(Fate::Executed, |chain| Fate::Cached { chain, download });
        }
        Ok(fates)
    }

    fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + use<> {
        let image = self.image.clone();
        std::iter::successors(Some(index), move |i| image.steps[*i].parent.map(|p| p as usize))
    }

    /// The chain of layers that a step can be taken from. Each layer is checked for existence once. If the
    /// step's result need not be materialised, its record is enough and the chain is empty.
    fn usable(
        &mut self,
        session: &mut Session,
        index: usize,
        materialise: bool,
    ) -> Result<Option<Vec<(u64, Layer)>>, Duration> {
        let key = self.keys[index];
        for import in self.import.clone() {
            if let Some(chain) = import.chain(key)
                && self.all_exist(session, &chain)?
            {
                return Ok(Some(chain));
            }
        }
        let recorded = self.import.iter().any(|import| import.get(key).is_some());
        Ok((recorded && !materialise).then(Vec::new))
    }

    fn all_exist(&mut self, session: &mut Session, chain: &[(u64, Layer)]) -> Result<bool, Duration> {
        for (_, layer) in chain {
            let Some(digest) = layer.digest else { return Ok(false) };
            // A step without a layer has nothing that could be missing.
            if layer.size > Bytes::ZERO && self.place(session, digest)? == Place::Nowhere {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Where a layer is stored. Each layer is looked up once. A layer whose look-up was given up counts as
    /// missing.
    fn place(&mut self, session: &mut Session, digest: u64) -> Result<Place, Duration> {
        if !matches!(self.settings.store, ImageStore::Gha { .. }) {
            return Ok(Place::Outside);
        }
        if let Some(place) = self.places.get(&digest) {
            return Ok(*place);
        }
        let key = blob_key(session, digest);
        let found = self.ask(session, &session.job.access, key)?;
        let entry = found.entry.map(|id| session.entry(id).identity);
        let place = entry.map_or(Place::Nowhere, Place::Entry);
        self.places.insert(digest, place);
        Ok(place)
    }

    /// Marks a step and its chain as found. Downloads the layers that are not in `local` yet, if it is
    /// given.
    fn reuse(
        &mut self,
        session: &mut Session,
        index: usize,
        chain: &[(u64, Layer)],
        mut local: Option<&mut FxHashSet<u64>>,
    ) -> Duration {
        let mut took = Duration::ZERO;
        for (place, step) in self.ancestors(index).enumerate() {
            match chain.get(place).and_then(|(_, layer)| Some((layer, layer.digest?))) {
                None => self.resolved[step] = self.resolved[step].or(Some(Resolved::Known)),
                Some((layer, digest)) => {
                    self.resolved[step] = Some(Resolved::Found(digest));
                    if local.as_mut().is_some_and(|local| local.insert(digest)) {
                        took += self.download(session, layer, digest);
                    }
                }
            }
        }
        took
    }

    /// Downloads one layer. Left out: a layer that was evicted since its look-up, which can break a build.
    fn download(&self, session: &mut Session, layer: &Layer, digest: u64) -> Duration {
        if let Some(Place::Entry(identity)) = self.places.get(&digest) {
            session.download(identity);
        }
        let host = &session.job.host;
        session.download_time(layer.size, digest) + self.settings.unpack_rate.time_for(layer.size, host.speed)
    }

    fn execute(&mut self, session: &mut Session, index: usize) -> Duration {
        let step = &self.image.steps[index];
        let key = self.keys[index];
        let digest = if step.reproducible { key } else { mix(session.job.identity, key) };
        self.resolved[index] = Some(Resolved::Executed(digest));
        let host = &session.job.host;
        let took = host.serial(step.work.on(host.cores));
        if step.dependencies {
            session.run.dependencies += took;
            let layer_gone = self.import.iter().any(|import| import.chain(key).is_some());
            let step = self.first_step + index as StepId;
            session.record(Event::StepExecuted { run: session.job.run, step, layer_gone });
        }
        match self.cause(session, index) {
            None => session.run.ideal += took,
            Some(cause) => session.lose(self.caching(), cause, took),
        }
        self.executed += took;
        session.run.build += took;
        took
    }

    /// The client, if the build uses a cache.
    pub fn caching(&self) -> Option<ClientId> {
        (self.settings.store != ImageStore::None).then_some(self.client)
    }

    /// True if every push executes the step again, because it or a step below it sees the whole tree.
    pub(super) fn depends_on_the_tree(&self, index: usize) -> bool {
        self.ancestors(index).any(|step| self.image.steps[step].content == StepContent::Context)
    }

    /// Why a step had to be executed; `None` if every push executes it.
    fn cause(&self, session: &mut Session, index: usize) -> Option<LossCause> {
        if self.depends_on_the_tree(index) {
            return None;
        }
        if self.settings.store == ImageStore::None {
            return Some(LossCause::NeverSaved);
        }
        let key = self.keys[index];
        if let Some(cause) = self.cause_of_missing_layer(session, key) {
            return Some(cause);
        }
        // A record without a layer: the export's mode leaves the layer out.
        if self.import.iter().any(|import| import.get(key).is_some()) {
            return Some(LossCause::NeverSaved);
        }
        let importable = self.importable(session);
        let lost = |name| self.lost_indexes.iter().find(|(lost, _)| *lost == name).map(|(_, cause)| *cause);
        Some(match session.world.history.step(key, &importable) {
            StepPast::Readable(name) => lost(name).unwrap_or(LossCause::Overwritten),
            StepPast::Elsewhere => LossCause::UnreadableScope,
            StepPast::Unsaved => LossCause::NeverSaved,
            StepPast::New => LossCause::NewKey,
        })
    }

    /// Why a layer of this step's chain is gone; `None` unless an imported index lists it. If it was not removed,
    /// BuildKit gave up looking for it.
    fn cause_of_missing_layer(&self, session: &mut Session, key: u64) -> Option<LossCause> {
        let chains = self.import.iter().filter_map(|import| import.chain(key)).flatten();
        let mut digests = chains.filter_map(|(_, layer)| layer.digest);
        let gone = digests.find(|digest| self.places.get(digest) == Some(&Place::Nowhere))?;
        let blob = blob_key(session, gone);
        Some(match session.cause_of_miss(self.version, blob) {
            LossCause::NewKey => LossCause::RateLimited,
            cause => cause,
        })
    }

    /// Counts every step with a layer as found or executed, and records the dependency steps.
    fn count_steps(&self, session: &mut Session) {
        for (index, step) in self.image.steps.iter().enumerate() {
            let hit = match self.resolved[index] {
                None | Some(Resolved::Known) => continue,
                Some(Resolved::Found(_)) => true,
                Some(Resolved::Executed(_)) => false,
            };
            if step.layer > Bytes::ZERO {
                let cause = if hit { None } else { self.cause(session, index) };
                session.layer(self.client, hit, step.layer, cause);
            }
            if step.dependencies {
                session.run.steps.push((self.first_step + index as StepId, hit));
            }
        }
    }
}

/// The key that a layer is stored under.
pub(super) fn blob_key(session: &mut Session, digest: u64) -> Key {
    let stem = session.key("buildkit-blob-1-sha256:");
    session.object_key(stem, digest)
}
