//! BuildKit's layer cache. An image build imports indexes, decides which steps are cached, executes the
//! others, and exports its layers with a new index. The rules for `type=gha` were read in BuildKit v0.32
//! (`docs/model.md`).
//!
//! `ci` makes an [`ImageBuild`] per image, wakes it until the steps are done, and then for its export. How
//! an image's steps depend on the project is in [`project`](crate::project).

mod export;
mod outside;
mod patience;
mod resolve;

pub use export::Exported;

use super::index::CacheIndex;
use super::layer_store::ImageStore;
use super::payloads::Content;
use super::session::{Found, Session, Wanted};
use super::{CacheClient, ClientKind, SaveIf, SaveRule};
use crate::event::{ClientId, LossCause, RestoreOutcome, SaveOutcome, StepId};
use crate::project::{Image, InputId};
use crate::random::{Distribution, Purpose, mix, mix_str};
use crate::service::{Access, EntryId, Key, Reservation, Scope, Version};
use crate::units::{Duration, Rate, SimTime};
use export::{Export, exports};
use patience::Patience;
use resolve::{Place, Resolved};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Which layers an export holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ExportMode {
    /// Only the layers of the final image.
    #[default]
    Min,
    /// The layers of every step.
    Max,
}

/// Which build target is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ExportTarget {
    /// The image itself.
    #[default]
    Image,
    /// A target that ends with the steps that compile external crates. The image is built from it and not
    /// exported itself.
    Dependencies,
}

/// The settings of BuildKit's layer cache.
#[derive(Debug, Clone, PartialEq)]
pub struct Buildkit {
    /// Where the index and the layers are stored.
    pub store: ImageStore,
    /// Which layers are exported.
    pub mode: ExportMode,
    /// Which target is exported.
    pub target: ExportTarget,
    /// Which runs may export.
    pub saves: SaveRule,
    /// `ignore-error`: a failed export does not fail the job.
    pub ignore_error: bool,
    /// Rate of compressing and uploading new layers.
    pub export_rate: Rate,
    /// How much concurrent uploads of layers slow one another down. While other builds upload `n` layers to
    /// the shared cache, an upload takes 1 + `contention` × `n` times as long. With 0 nothing slows down.
    pub contention: f64,
    /// Rate of unpacking downloaded layers, by compressed bytes.
    pub unpack_rate: Rate,
    /// How long rate limits may hold up one request before it fails.
    pub timeout: Duration,
    /// Duration of one existence check in seconds.
    pub check: Distribution,
}

impl CacheClient for Buildkit {
    fn name(&self) -> &'static str {
        "buildkit"
    }

    fn depends_on(&self, input: InputId) -> bool {
        self.store.depends_on(input)
    }

    fn layers(&self) -> Option<&Buildkit> {
        Some(self)
    }

    fn save_rule(&self) -> &SaveRule {
        &self.saves
    }

    fn is_on_github(&self) -> bool {
        matches!(self.store, ImageStore::Gha { .. })
    }
}

impl Buildkit {
    /// A builder that neither imports nor exports a cache.
    pub fn uncached() -> Buildkit {
        Buildkit {
            store: ImageStore::None,
            mode: ExportMode::Min,
            target: ExportTarget::Image,
            saves: SaveRule { refs: SaveIf::Never, ..SaveRule::default() },
            ignore_error: true,
            export_rate: Rate(1),
            contention: 0.0,
            unpack_rate: Rate(1),
            timeout: Duration::ZERO,
            check: Distribution::Constant(0.0),
        }
    }
}

/// What tells one image build from another, besides the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The architecture the image is built for.
    pub arch: String,
    /// How often the images that it is based on change.
    pub base_period: Duration,
    /// The number of its first step among the steps of all images.
    pub first_step: StepId,
}

/// A container image being built.
#[derive(Debug)]
pub struct ImageBuild {
    settings: Buildkit,
    image: Rc<Image>,
    first_step: StepId,
    client: ClientId,
    version: Version,
    /// The image's name and architecture, for tags.
    target: (String, String),
    keys: Vec<u64>,
    /// For each step: does it belong to the exported target, and is its layer exported?
    exports: Vec<(bool, bool)>,
    /// The result of each step; `None` if no step needed it.
    resolved: Vec<Option<Resolved>>,
    import: Vec<Rc<CacheIndex>>,
    /// Where the layers of the imported indexes are stored, as far as they were looked up.
    places: BTreeMap<u64, Place>,
    /// The indexes that were looked up and not found, by the prefix of their keys, and why.
    lost_indexes: Vec<(Key, LossCause)>,
    /// The time of the steps that were executed.
    pub executed: Duration,
    /// How long rate limits have held it up.
    pub waited: Duration,
    /// The number of the newest index in the run's own scope.
    number: u64,
    stage: ImageStage,
    export: Export,
    /// The back-off of the current request.
    patience: Patience,
}

/// The progress of a build before its export.
#[derive(Debug, Clone, Copy)]
enum ImageStage {
    /// Next is the import from the readable scope with this number.
    Import(usize),
    Resolve,
    Executed,
}

impl ImageBuild {
    /// A build that begins when it is first woken.
    pub fn new(session: &mut Session, settings: Buildkit, image: Rc<Image>, target: &Target) -> ImageBuild {
        let arch = mix(mix_str(0, &target.arch), session.job.host.system.os as u64);
        let base = session.job.started.window(target.base_period) as u64;
        let keys = image.step_keys(&session.job.checkout, base, arch);
        ImageBuild {
            client: ClientKind::id("buildkit"),
            version: session.version("go-actionscache-1.0"),
            target: (image.name.clone(), target.arch.clone()),
            first_step: target.first_step,
            exports: exports(&settings, &image),
            resolved: vec![None; keys.len()],
            keys,
            image,
            settings,
            import: Vec::new(),
            places: BTreeMap::new(),
            lost_indexes: Vec::new(),
            executed: Duration::ZERO,
            waited: Duration::ZERO,
            number: 0,
            stage: ImageStage::Import(0),
            export: Export::Pending,
            patience: Patience::FRESH,
        }
    }

    /// Imports the indexes, then takes each step from the cache or executes it; `share` (0–1) is how much of
    /// that time passes before a step fails. Returns the time to wake it again, or `None` once all steps are
    /// done.
    pub fn build(&mut self, session: &mut Session, share: f64) -> Option<SimTime> {
        match self.stage {
            ImageStage::Import(next) => self.import(session, next, share),
            ImageStage::Resolve => match self.resolve(session) {
                Ok(took) => {
                    self.stage = ImageStage::Executed;
                    Some(session.now + took.scaled(share))
                }
                Err(pause) => Some(session.now + pause),
            },
            ImageStage::Executed => None,
        }
    }

    /// Loads the index of each readable ref (`gha`), or the one with the configured name (other stores).
    fn import(&mut self, session: &mut Session, next: usize, share: f64) -> Option<SimTime> {
        let ImageStore::Gha { scope } = self.settings.store.clone() else {
            let name = self.settings.store.tag(session.job, &self.target);
            self.import.extend(session.world.external.tags.get(&name).cloned());
            self.stage = ImageStage::Resolve;
            return Some(session.now + Duration::SECOND);
        };
        let Some(readable) = session.job.access.readable().nth(next) else {
            self.stage = ImageStage::Resolve;
            return self.build(session, share);
        };
        let took = match self.load_index(session, &scope.text(session.job), readable) {
            Ok(took) => {
                self.stage = ImageStage::Import(next + 1);
                took
            }
            Err(pause) => pause,
        };
        Some(session.now + took)
    }

    /// Loads the newest index of a ref. The error is how long to wait before the next try. A load that is
    /// given up counts as a miss: the build continues without the index.
    fn load_index(&mut self, session: &mut Session, scope: &str, of: Scope) -> Result<Duration, Duration> {
        let ref_name = session.scope_text(of).to_owned();
        let key = session.key(&self.index_stem(scope, &ref_name));
        let access = Access::new(&[of], None);
        let found = self.ask(session, &access, key)?;
        let wanted =
            Wanted { client: self.client, version: self.version, key, restore_keys: &[], lookup_only: false };
        // The bytes of an index do not count; its layers are counted one by one.
        let cause = session.count_restore(&access, &found, &wanted, None);
        if found.entry.is_none() {
            self.lost_indexes.push((key, cause));
        }
        session.fetch(&found);
        if session.job.access.writable() == Some(of) {
            self.number = found.entry.map_or(0, |id| index_number(session, id));
        }
        if let Content::Index(index) = found.content {
            self.import.push(index);
        }
        let moved = session.job.host.download.time_for(found.size, 1.0);
        Ok(self.check_time(session, mix_str(0, &ref_name)) + moved)
    }

    /// The names of the indexes that the build may import: the prefixes of their keys, or the one tag.
    fn importable(&self, session: &mut Session) -> Vec<Key> {
        let ImageStore::Gha { scope } = &self.settings.store else {
            let tag = self.settings.store.tag(session.job, &self.target);
            return vec![session.key(&tag)];
        };
        let scope = scope.text(session.job);
        let readable: Vec<Scope> = session.job.access.readable().collect();
        let stem = |of| self.index_stem(&scope, session.scope_text(of));
        let stems: Vec<String> = readable.into_iter().map(stem).collect();
        stems.iter().map(|stem| session.key(stem)).collect()
    }

    /// Records under which name an index now knows the steps that a later build of other sources can use.
    fn record_exports(&self, session: &mut Session, name: Key, index: &CacheIndex) {
        let lasting = (0..self.keys.len()).filter(|step| !self.depends_on_the_tree(*step));
        for key in lasting.map(|step| self.keys[step]).filter(|key| index.get(*key).is_some()) {
            session.world.history.exported(key, name);
        }
    }

    /// Records the steps that the job has executed, now that it ends. Those that no index knows are lost.
    pub fn settle(&self, session: &mut Session) {
        for (step, resolved) in self.resolved.iter().enumerate() {
            if matches!(resolved, Some(Resolved::Executed(_))) && !self.depends_on_the_tree(step) {
                session.world.history.not_exported(self.keys[step]);
            }
        }
    }

    /// Makes a look-up. If it is refused for its rate, the error is how long to wait before the next try.
    /// It returns as rate-limited only once BuildKit gives up.
    fn ask(&mut self, session: &mut Session, access: &Access, key: Key) -> Result<Found, Duration> {
        let found = session.find(access, self.version, key, &[]);
        if found.outcome == RestoreOutcome::RateLimited
            && let Some(pause) = self.patience.refused(session.now, self.settings.timeout)
        {
            self.waited += pause;
            return Err(pause);
        }
        self.patience = Patience::FRESH;
        Ok(found)
    }

    /// Makes a reservation, with the same back-off as [`ImageBuild::ask`].
    fn reserve(
        &mut self,
        session: &mut Session,
        key: Key,
    ) -> Result<Result<Reservation, SaveOutcome>, Duration> {
        let reserved = session.reserve(self.client, self.version, key);
        if reserved == Err(SaveOutcome::RateLimited)
            && let Some(pause) = self.patience.refused(session.now, self.settings.timeout)
        {
            self.waited += pause;
            return Err(pause);
        }
        self.patience = Patience::FRESH;
        Ok(reserved)
    }

    fn index_stem(&self, scope: &str, ref_name: &str) -> String {
        format!("index-{scope}-1-{:08x}#", mix_str(0, ref_name) as u32)
    }

    fn check_time(&self, session: &Session, what: u64) -> Duration {
        let address = mix(session.job.identity, mix(what, 3));
        Duration::from_secs_f64(session.draws().sample(Purpose::Latency, address, &self.settings.check))
    }
}

fn index_number(session: &Session, id: EntryId) -> u64 {
    let text = session.key_text(session.entry(id).identity.key);
    text.rsplit_once('#').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}
