use super::depot::Content;
use super::index::{CacheIndex, Layer};
use super::layer_store::{ImageStore, Outside};
use super::session::Session;
use super::{Cache, SaveIf};
use crate::outcome::{ClientId, SaveOutcome};
use crate::project::{Content as StepContent, Image};
use crate::random::{Distribution, Purpose, mix, mix_str};
use crate::service::{Access, Key, Limiter, Reservation, Version};
use crate::units::{Bytes, Duration, Rate, SimTime};
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// Which layers an export holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ExportMode {
    /// Only the final image's.
    #[default]
    Min,
    /// Every step's.
    Max,
}

/// BuildKit's layer cache.
#[derive(Debug, Clone, PartialEq)]
pub struct Buildkit {
    /// Where index and layers are kept.
    pub store: ImageStore,
    /// Which layers are exported.
    pub mode: ExportMode,
    /// Which runs export.
    pub save_if: SaveIf,
    /// `ignore-error`: a failed export does not fail the job.
    pub ignore_error: bool,
    /// Compressing and uploading new layers.
    pub export_rate: Rate,
    /// Unpacking downloaded layers, in compressed bytes.
    pub unpack_rate: Rate,
    /// How long an export may be held up by rate limits before it fails.
    pub timeout: Duration,
    /// Seconds of one existence check.
    pub check: Distribution,
}

impl Buildkit {
    /// A builder that neither imports nor exports a cache.
    pub fn uncached() -> Buildkit {
        Buildkit {
            store: ImageStore::None,
            mode: ExportMode::Min,
            save_if: SaveIf::Never,
            ignore_error: true,
            export_rate: Rate(1),
            unpack_rate: Rate(1),
            timeout: Duration::ZERO,
            check: Distribution::Constant(0.0),
        }
    }
}

/// Which image build it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The architecture.
    pub arch: String,
    /// How often moving base images change.
    pub base_period: Duration,
    /// The number its first step has among the steps of all images.
    pub first_step: u16,
}

/// A container image being built.
#[derive(Debug)]
pub struct ImageBuild {
    settings: Buildkit,
    image: Rc<Image>,
    first_step: u16,
    client: ClientId,
    version: Version,
    /// Which image of which architecture, for tags and scopes.
    target: (String, String),
    keys: Vec<u64>,
    /// Per step the digest of its layer, where this build had it.
    digests: Vec<Option<u64>>,
    import: Vec<Rc<CacheIndex>>,
    /// The number of the newest index in the run's own scope.
    number: u64,
    export: Export,
}

#[derive(Debug)]
enum Export {
    Pending,
    Layers { next: usize, upload: Option<Reservation>, wait: Duration, waited: Duration },
    Index(Reservation),
    Outside(CacheIndex),
    Done,
}

/// How an image build ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exported {
    /// It goes on; wake it then.
    At(SimTime),
    /// The export is complete, or none was asked for.
    Done,
    /// The export failed: the job fails unless `ignore-error` is set.
    Failed,
}

impl ImageBuild {
    /// Imports the index, decides step by step what is cached, and returns when all steps have
    /// been executed.
    pub fn start(
        session: &mut Session,
        settings: Buildkit,
        image: Rc<Image>,
        target: &Target,
    ) -> (ImageBuild, SimTime) {
        let arch = mix_str(0, &target.arch);
        let base = session.job.started.window(target.base_period) as u64;
        let keys = image.step_keys(&session.job.checkout, base, arch);
        let mut build = ImageBuild {
            settings,
            client: Cache::id("buildkit"),
            version: session.around.service.names.version("go-actionscache-1.0"),
            target: (image.name.clone(), target.arch.clone()),
            first_step: target.first_step,
            digests: vec![None; keys.len()],
            keys,
            image,
            import: Vec::new(),
            number: 0,
            export: Export::Pending,
        };
        let imported = build.import(session);
        let executed = build.resolve(session);
        (build, session.now + imported + executed)
    }

    fn index_stem(&self, scope: &str, ref_name: &str) -> String {
        let scope = ImageStore::named(scope, &self.target);
        format!("index-{scope}-1-{:08x}#", mix_str(0, ref_name) as u32)
    }

    /// Loads one index for each readable ref (gha) or the one behind the tag.
    fn import(&mut self, session: &mut Session) -> Duration {
        let ImageStore::Gha { scope } = self.settings.store.clone() else {
            let name = self.settings.store.tag(&self.target);
            self.import.extend(session.around.depot.tags.get(&name).cloned());
            return Duration::SECOND;
        };
        let mut took = Duration::ZERO;
        for readable in session.job.access.readable() {
            let ref_name = session.around.service.names.scope_text(readable).to_owned();
            let stem = self.index_stem(&scope, &ref_name);
            let key = session.around.service.names.key(&stem);
            let found = session.restore_from(self.client, &Access::new(&[readable], None), self.version, key);
            took += self.check_time(session, readable.0.into())
                + session.job.host.download.time_for(found.size, 1.0);
            if let Content::Index(index) = found.content {
                self.import.push(index);
            }
            if session.job.access.writable() == Some(readable) {
                self.number = found.entry.map_or(0, |id| index_number(session, id));
            }
        }
        took
    }

    /// Walks the steps from the result back: a step with a usable chain is cached, any other is
    /// executed on its parent's materialised result. Returns the time to execute.
    fn resolve(&mut self, session: &mut Session) -> Duration {
        let image = self.image.clone();
        let count = image.steps.len();
        let (mut wanted, mut materialise) = (vec![false; count], vec![false; count]);
        let mut local = FxHashSet::default();
        let mut known = rustc_hash::FxHashMap::default();
        let mut took = Duration::ZERO;
        wanted[count - 1] = true;
        materialise[count - 1] = true;
        for index in (0..count).rev() {
            if !wanted[index] {
                continue;
            }
            let step = &image.steps[index];
            let chain = self.usable(session, index, materialise[index], &mut known);
            let sources: Vec<u32> = match &chain {
                Some(_) => self.ancestors(index).flat_map(|i| image.steps[i].copies_from.clone()).collect(),
                None => step.copies_from.clone(),
            };
            for source in sources {
                wanted[source as usize] = true;
                materialise[source as usize] |= chain.is_none();
            }
            if let Some(chain) = chain {
                took +=
                    self.reuse(session, index, &chain, materialise[index] && index != count - 1, &mut local);
            } else {
                took += self.execute(session, index);
                if let Some(parent) = step.parent {
                    wanted[parent as usize] = true;
                    materialise[parent as usize] = true;
                }
            }
        }
        self.note(session);
        took
    }

    fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + use<> {
        let image = self.image.clone();
        std::iter::successors(Some(index), move |i| image.steps[*i].parent.map(|p| p as usize))
    }

    /// The chain of layers a step can be taken from, each checked for existence once.
    fn usable(
        &self,
        session: &mut Session,
        index: usize,
        materialise: bool,
        known: &mut rustc_hash::FxHashMap<u64, bool>,
    ) -> Option<Vec<(u64, Layer)>> {
        for import in &self.import {
            let Some(record) = import.get(self.keys[index]) else { continue };
            let Some(chain) = import.chain(self.keys[index]) else {
                if record.digest.is_none() && !materialise {
                    return Some(Vec::new());
                }
                continue;
            };
            let there = |session: &mut Session, digest: u64, known: &mut rustc_hash::FxHashMap<u64, bool>| {
                *known.entry(digest).or_insert_with(|| self.exists(session, digest))
            };
            if chain.iter().all(|(_, layer)| layer.digest.is_some_and(|d| there(session, d, known))) {
                return Some(chain);
            }
        }
        None
    }

    fn exists(&self, session: &mut Session, digest: u64) -> bool {
        if !matches!(self.settings.store, ImageStore::Gha { .. }) {
            return true;
        }
        let key = blob_key(session, digest);
        session.find(&session.job.access, self.version, key, &[]).entry.is_some()
    }

    /// A cached step: its chain's layers are known, and downloaded if something runs on them.
    fn reuse(
        &mut self,
        session: &Session,
        index: usize,
        chain: &[(u64, Layer)],
        materialise: bool,
        local: &mut FxHashSet<u64>,
    ) -> Duration {
        let mut took = Duration::ZERO;
        for (step, (_, layer)) in self.ancestors(index).collect::<Vec<_>>().into_iter().zip(chain) {
            self.digests[step] = layer.digest;
            if materialise && layer.digest.is_some_and(|d| local.insert(d)) {
                took += session.download_time(layer.size, layer.digest.unwrap_or_default());
                took += self.settings.unpack_rate.time_for(layer.size, session.job.host.speed);
            }
        }
        took
    }

    fn execute(&mut self, session: &mut Session, index: usize) -> Duration {
        let step = &self.image.steps[index];
        let key = self.keys[index];
        let digest = if step.reproducible { key } else { mix(session.job.identity, key) };
        self.digests[index] = Some(digest);
        let host = &session.job.host;
        let took = host.serial(step.work.on(host.cores));
        if step.dependencies {
            session.run.dependencies += took;
        }
        if self.ancestors(index).any(|i| self.image.steps[i].content == StepContent::Context) {
            // No cache can know it: what it stands on changes with every push.
            session.run.ideal += took;
        }
        session.run.build += took;
        took
    }

    /// Counts every step with a layer as found or executed, and keeps the dependency steps.
    fn note(&self, session: &mut Session) {
        for (index, step) in self.image.steps.iter().enumerate() {
            let Some(digest) = self.digests[index] else { continue };
            let executed = digest == self.keys[index] && step.reproducible
                || digest == mix(session.job.identity, self.keys[index]);
            if step.layer > Bytes::ZERO {
                session.object(self.client, !executed);
            }
            if step.dependencies {
                session.run.steps.push((self.first_step + index as u16, !executed));
            }
        }
    }

    fn check_time(&self, session: &Session, what: u64) -> Duration {
        let address = mix(session.job.identity, mix(what, 3));
        Duration::from_secs_f64(session.around.draws.sample(Purpose::Latency, address, &self.settings.check))
    }

    /// The image is built and pushed: exports its cache, or goes on doing so.
    pub fn export(&mut self, session: &mut Session) -> Exported {
        match std::mem::replace(&mut self.export, Export::Done) {
            Export::Pending => self.begin_export(session),
            Export::Layers { next, upload, wait, waited } => {
                self.export_layer(session, next, upload, wait, waited)
            }
            Export::Index(reservation) => {
                let index = self.records();
                session.finalise(self.client, reservation, index.size(), Content::Index(Rc::new(index)));
                Exported::Done
            }
            Export::Outside(index) => {
                Outside { settings: &self.settings, target: &self.target }.publish(session, index);
                Exported::Done
            }
            Export::Done => Exported::Done,
        }
    }

    fn begin_export(&mut self, session: &mut Session) -> Exported {
        let allowed =
            self.settings.save_if.allows(session.job.class) && self.settings.store != ImageStore::None;
        if !allowed || session.job.access.writable().is_none() {
            return Exported::Done;
        }
        if matches!(self.settings.store, ImageStore::Gha { .. }) {
            return self.export_layer(session, 0, None, Duration::SECOND, Duration::ZERO);
        }
        let index = self.records();
        let took = Outside { settings: &self.settings, target: &self.target }.export_time(session, &index);
        self.export = Export::Outside(index);
        Exported::At(session.now + took)
    }

    /// Layers go one after the other: an existence check each, and an upload of what is missing.
    fn export_layer(
        &mut self,
        session: &mut Session,
        next: usize,
        upload: Option<Reservation>,
        wait: Duration,
        waited: Duration,
    ) -> Exported {
        if let Some(reservation) = upload {
            session.finalise(self.client, reservation, self.image.steps[next].layer, Content::Opaque);
            return self.go_on(session.now, next + 1);
        }
        let Some((step, digest)) = self.exported().find(|(step, _)| *step >= next) else {
            return self.export_index(session);
        };
        let key = blob_key(session, digest);
        let checked = self.check_time(session, mix(digest, waited.0 as u64));
        if session.find(&session.job.access, self.version, key, &[]).entry.is_some() {
            return self.go_on(session.now + checked, step + 1);
        }
        match session.reserve(self.client, self.version, key) {
            Ok(reservation) => {
                let size = self.image.steps[step].layer;
                let took = checked + self.settings.export_rate.time_for(size, session.job.host.speed);
                self.export =
                    Export::Layers { next: step, upload: Some(reservation), wait: Duration::SECOND, waited };
                Exported::At(session.now + took)
            }
            Err(SaveOutcome::Exists) => self.go_on(session.now + checked, step + 1),
            Err(SaveOutcome::RateLimited) => self.back_off(session, step, wait, waited),
            Err(why) => {
                session.save_failed(self.client, why);
                Exported::Failed
            }
        }
    }

    fn go_on(&mut self, at: SimTime, next: usize) -> Exported {
        self.export = Export::Layers { next, upload: None, wait: Duration::SECOND, waited: Duration::ZERO };
        Exported::At(at)
    }

    /// Refused for the rate: waits as told, at least its own back-off of 1 s doubling to 90 s,
    /// and gives up after the timeout.
    fn back_off(&mut self, session: &mut Session, next: usize, wait: Duration, waited: Duration) -> Exported {
        let pause = wait.max(Limiter::resets_in(session.now));
        if waited + pause > self.settings.timeout {
            session.save_failed(self.client, SaveOutcome::RateLimited);
            return Exported::Failed;
        }
        let doubled = Duration((wait.0 * 2).min(90_000));
        self.export = Export::Layers { next, upload: None, wait: doubled, waited: waited + pause };
        Exported::At(session.now + pause)
    }

    /// Writes the next number of the index. What another build wrote there is not merged: the
    /// last one to finish is the one the next run finds.
    fn export_index(&mut self, session: &mut Session) -> Exported {
        let ImageStore::Gha { scope } = self.settings.store.clone() else { return Exported::Done };
        let Some(own) = session.job.access.writable() else { return Exported::Done };
        let stem = self.index_stem(&scope, &session.job.ref_name.clone());
        let prefix = session.around.service.names.key(&stem);
        let newest = session.find(&Access::new(&[own], None), self.version, prefix, &[]);
        let newest = newest.entry.map_or(self.number, |id| index_number(session, id));
        // A number somebody else has reserved is skipped after a short wait.
        for number in newest + 1..newest + 4 {
            let key = session.around.service.names.key(&format!("{stem}{number}"));
            match session.reserve(self.client, self.version, key) {
                Ok(reservation) => {
                    self.export = Export::Index(reservation);
                    return Exported::At(session.now + Duration(500));
                }
                Err(SaveOutcome::Exists) => continue,
                // An index that cannot be written is lost silently.
                Err(why) => {
                    session.save_failed(self.client, why);
                    return Exported::Done;
                }
            }
        }
        Exported::Done
    }

    /// Uncompressed bytes of all its layers; layers hold about three times their compressed size
    /// (measured on target folders in images).
    pub fn disk_used(&self) -> Bytes {
        let layers: Bytes = self.image.steps.iter().map(|step| step.layer).sum();
        layers.scaled(3.0)
    }

    /// Whether a step's layer belongs into the export.
    fn keeps(&self, step: usize) -> bool {
        self.settings.mode == ExportMode::Max || self.image.steps[step].in_final
    }

    fn exported(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let steps = self.digests.iter().enumerate();
        steps
            .filter_map(|(i, digest)| digest.map(|d| (i, d)))
            .filter(|(i, _)| self.keeps(*i) && self.image.steps[*i].layer > Bytes::ZERO)
    }

    /// The records of this build, and of no other.
    fn records(&self) -> CacheIndex {
        let mut index = CacheIndex::default();
        for (i, step) in self.image.steps.iter().enumerate() {
            let Some(digest) = self.digests[i] else { continue };
            let digest = self.keeps(i).then_some(digest);
            let parent = step.parent.map(|p| self.keys[p as usize]);
            index.insert(self.keys[i], Layer { digest, size: step.layer, parent });
        }
        index
    }
}

fn blob_key(session: &mut Session, digest: u64) -> Key {
    session.around.service.names.key("buildkit-blob-1-sha256:").with_digest(digest)
}

fn index_number(session: &Session, id: crate::service::EntryId) -> u64 {
    let service = &session.around.service;
    let text = service.names.key_text(service.entry(id).identity.key);
    text.rsplit_once('#').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}
