use super::ImageBuild;
use crate::client::index::Layer;
use crate::client::layer_store::ImageStore;
use crate::client::note::Deed;
use crate::client::session::Session;
use crate::outcome::Reason;
use crate::project::Content as StepContent;
use crate::random::mix;
use crate::service::{EntryId, Key};
use crate::units::{Bytes, Duration};
use rustc_hash::{FxHashMap, FxHashSet};

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resolved {
    /// Its record was found, and nobody needed its layer.
    Known,
    /// Its layer was found; its digest.
    Found(u64),
    /// It was executed; the digest of the layer it gave.
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

/// What a build has learnt about the layers that its imports name.
#[derive(Default)]
struct Layers {
    places: FxHashMap<u64, Place>,
    /// Those that are on the machine by now.
    local: FxHashSet<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Nowhere,
    Entry(EntryId),
    /// In a store that nothing is evicted from.
    Outside,
}

impl ImageBuild {
    /// Walks the steps from the result back: a step with a usable record is cached, any other is
    /// executed on its parent's materialised result. Returns the time to execute.
    pub(super) fn resolve(&mut self, session: &mut Session) -> Duration {
        let image = self.image.clone();
        let count = image.steps.len();
        let (mut wanted, mut materialise) = (vec![false; count], vec![false; count]);
        let mut layers = Layers::default();
        let mut took = Duration::ZERO;
        wanted[count - 1] = true;
        materialise[count - 1] = true;
        for index in (0..count).rev() {
            if !wanted[index] {
                continue;
            }
            let step = &image.steps[index];
            let chain = self.usable(session, index, materialise[index], &mut layers);
            let sources: Vec<u32> = match &chain {
                Some(_) => self.ancestors(index).flat_map(|i| image.steps[i].copies_from.clone()).collect(),
                None => step.copies_from.clone(),
            };
            for source in sources {
                wanted[source as usize] = true;
                materialise[source as usize] |= chain.is_none();
            }
            if let Some(chain) = chain {
                let download = materialise[index] && index != count - 1;
                took += self.reuse(session, index, &chain, download, &mut layers);
            } else {
                took += self.execute(session, index);
                if let Some(parent) = step.parent {
                    wanted[parent as usize] = true;
                    materialise[parent as usize] = true;
                }
            }
        }
        self.note(session, &layers);
        took
    }

    fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + use<> {
        let image = self.image.clone();
        std::iter::successors(Some(index), move |i| image.steps[*i].parent.map(|p| p as usize))
    }

    /// The chain of layers a step can be taken from, each checked for existence once. Where nobody
    /// needs its result, its record is enough: then there are no layers.
    fn usable(
        &self,
        session: &mut Session,
        index: usize,
        materialise: bool,
        layers: &mut Layers,
    ) -> Option<Vec<(u64, Layer)>> {
        let key = self.keys[index];
        for import in &self.import {
            let Some(chain) = import.chain(key) else { continue };
            if chain.iter().all(|(_, layer)| self.exists(session, layer, layers)) {
                return Some(chain);
            }
        }
        let recorded = self.import.iter().any(|import| import.get(key).is_some());
        (recorded && !materialise).then(Vec::new)
    }

    fn exists(&self, session: &mut Session, layer: &Layer, layers: &mut Layers) -> bool {
        let Some(digest) = layer.digest else { return false };
        // A step without a layer has nothing that could be missing.
        layer.size == Bytes::ZERO
            || *layers.places.entry(digest).or_insert_with(|| self.place(session, digest)) != Place::Nowhere
    }

    fn place(&self, session: &mut Session, digest: u64) -> Place {
        if !matches!(self.settings.store, ImageStore::Gha { .. }) {
            return Place::Outside;
        }
        let key = blob_key(session, digest);
        let found = session.find(&session.job.access, self.version, key, &[]);
        found.entry.map_or(Place::Nowhere, Place::Entry)
    }

    /// A cached step: its chain's layers are known, and downloaded if something runs on them.
    fn reuse(
        &mut self,
        session: &mut Session,
        index: usize,
        chain: &[(u64, Layer)],
        download: bool,
        layers: &mut Layers,
    ) -> Duration {
        let mut took = Duration::ZERO;
        for (place, step) in self.ancestors(index).enumerate() {
            match chain.get(place).and_then(|(_, layer)| Some((layer, layer.digest?))) {
                None => self.resolved[step] = self.resolved[step].or(Some(Resolved::Known)),
                Some((layer, digest)) => {
                    self.resolved[step] = Some(Resolved::Found(digest));
                    if download && layers.local.insert(digest) {
                        took += self.download(session, layer, digest, layers);
                    }
                }
            }
        }
        took
    }

    fn download(&self, session: &mut Session, layer: &Layer, digest: u64, layers: &Layers) -> Duration {
        if let Some(Place::Entry(entry)) = layers.places.get(&digest) {
            session.around.service.download(session.now, *entry);
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
            let step = self.first_step + index as u16;
            session.note(|_| Deed::StepExecuted { step, layer_gone });
        }
        if self.depends_on_the_tree(index) {
            session.run.ideal += took;
        }
        session.run.build += took;
        took
    }

    /// Whether every push executes the step anew: it, or one it stands on, sees the whole tree.
    fn depends_on_the_tree(&self, index: usize) -> bool {
        self.ancestors(index).any(|step| self.image.steps[step].content == StepContent::Context)
    }

    /// Whether a step that was executed could have been taken from the cache, had nothing been evicted for size:
    /// a layer it needs, or the only index that may have known it.
    fn was_evicted(&self, session: &mut Session, index: usize, layers: &Layers) -> bool {
        if self.import.is_empty() {
            return self.index_evicted && !self.depends_on_the_tree(index);
        }
        let chains = self.import.iter().filter_map(|import| import.chain(self.keys[index])).flatten();
        let digests = chains.filter_map(|(_, layer)| layer.digest);
        let mut gone = digests.filter(|digest| layers.places.get(digest) == Some(&Place::Nowhere));
        gone.any(|digest| {
            let key = blob_key(session, digest);
            let why = session.around.morgue.why_gone(&session.job.access, self.version, key);
            why == Some(Reason::Size)
        })
    }

    /// Counts every step with a layer as found or executed, and keeps the dependency steps.
    fn note(&self, session: &mut Session, layers: &Layers) {
        for (index, step) in self.image.steps.iter().enumerate() {
            let hit = match self.resolved[index] {
                None | Some(Resolved::Known) => continue,
                Some(Resolved::Found(_)) => true,
                Some(Resolved::Executed(_)) => false,
            };
            if step.layer > Bytes::ZERO {
                session.object(self.client, hit);
                if !hit && self.was_evicted(session, index, layers) {
                    session.object_evicted(self.client);
                }
            }
            if step.dependencies {
                session.run.steps.push((self.first_step + index as u16, hit));
            }
        }
    }
}

/// What a layer is stored under.
pub(super) fn blob_key(session: &mut Session, digest: u64) -> Key {
    let names = &mut session.around.service.names;
    let stem = names.key("buildkit-blob-1-sha256:");
    names.object(stem, digest)
}
