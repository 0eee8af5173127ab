//! BuildKit's layer cache: the import of an index, what of an image is cached and what is executed,
//! and the export of what the next build may find.

mod export;
mod outside;
mod patience;
mod resolve;

pub use export::Exported;

use super::index::CacheIndex;
use super::layer_store::ImageStore;
use super::payloads::Content;
use super::session::{Found, Session, Wanted};
use super::{Cache, CacheClient, SaveIf};
use crate::event::{ClientId, RestoreOutcome, SaveOutcome};
use crate::project::Image;
use crate::random::{Distribution, Purpose, mix, mix_str};
use crate::service::{Access, EntryId, Key, RemovalReason, Reservation, Scope, Version};
use crate::units::{Duration, Rate, SimTime};
use export::{Export, exports};
use patience::Patience;
use resolve::{Place, Resolved};
use std::collections::BTreeMap;
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

/// Which build target is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ExportTarget {
    /// The image itself.
    #[default]
    Image,
    /// A target that ends with the steps that compile external crates; the image is built from it without
    /// an export of its own.
    Dependencies,
}

/// BuildKit's layer cache.
#[derive(Debug, Clone, PartialEq)]
pub struct Buildkit {
    /// Where index and layers are kept.
    pub store: ImageStore,
    /// Which layers are exported.
    pub mode: ExportMode,
    /// Which target is exported.
    pub target: ExportTarget,
    /// Which runs export.
    pub save_if: SaveIf,
    /// `ignore-error`: a failed export does not fail the job.
    pub ignore_error: bool,
    /// Compressing and uploading new layers.
    pub export_rate: Rate,
    /// How much each layer that another build is uploading to the shared cache slows an upload: with
    /// `n` of them it takes 1 + `contention` × `n` times as long. 0: nothing is shared.
    pub contention: f64,
    /// Unpacking downloaded layers, in compressed bytes.
    pub unpack_rate: Rate,
    /// How long one request may be held up by rate limits before it fails.
    pub timeout: Duration,
    /// Seconds of one existence check.
    pub check: Distribution,
}

impl CacheClient for Buildkit {
    fn name(&self) -> &'static str {
        "buildkit"
    }

    fn depends_on(&self, input: &str) -> bool {
        self.store.depends_on(input)
    }

    fn layers(&self) -> Option<&Buildkit> {
        Some(self)
    }
}

impl Buildkit {
    /// A builder that neither imports nor exports a cache.
    pub fn uncached() -> Buildkit {
        Buildkit {
            store: ImageStore::None,
            mode: ExportMode::Min,
            target: ExportTarget::Image,
            save_if: SaveIf::Never,
            ignore_error: true,
            export_rate: Rate(1),
            contention: 0.0,
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
    /// Per step whether it belongs to the target that is exported, and whether its layer is kept.
    exports: Vec<(bool, bool)>,
    /// Per step what became of it; `None` where nothing asked for it.
    resolved: Vec<Option<Resolved>>,
    import: Vec<Rc<CacheIndex>>,
    /// Where the layers are that its imports name, as far as it has asked.
    places: BTreeMap<u64, Place>,
    /// Whether an index it looked for had been evicted for size.
    index_evicted: bool,
    /// The number of the newest index in the run's own scope.
    number: u64,
    stage: ImageStage,
    export: Export,
    /// That of the request it is at.
    patience: Patience,
}

/// How far a build has come before its export.
#[derive(Debug, Clone, Copy)]
enum ImageStage {
    /// At the import from the readable ref with this number.
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
            client: Cache::id("buildkit"),
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
            index_evicted: false,
            number: 0,
            stage: ImageStage::Import(0),
            export: Export::Pending,
            patience: Patience::FRESH,
        }
    }

    /// Imports, then decides step by step what is cached and executes the others. Returns when it
    /// wants to be woken next, or nothing when all steps have been executed.
    pub fn build(&mut self, session: &mut Session) -> Option<SimTime> {
        match self.stage {
            ImageStage::Import(next) => self.import(session, next),
            ImageStage::Resolve => match self.resolve(session) {
                Ok(took) => {
                    self.stage = ImageStage::Executed;
                    Some(session.now + took)
                }
                Err(pause) => Some(session.now + pause),
            },
            ImageStage::Executed => None,
        }
    }

    /// Loads one index for each readable ref (gha) or the one behind the tag.
    fn import(&mut self, session: &mut Session, next: usize) -> Option<SimTime> {
        let ImageStore::Gha { scope } = self.settings.store.clone() else {
            let name = self.settings.store.tag(session.job, &self.target);
            self.import.extend(session.world.external.tags.get(&name).cloned());
            self.stage = ImageStage::Resolve;
            return Some(session.now + Duration::SECOND);
        };
        let Some(readable) = session.job.access.readable().nth(next) else {
            self.stage = ImageStage::Resolve;
            return self.build(session);
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

    /// Loads the newest index of a ref. An error says after which pause to try again. A load that is
    /// given up is as good as a miss: the build goes on without it.
    fn load_index(&mut self, session: &mut Session, scope: &str, of: Scope) -> Result<Duration, Duration> {
        let ref_name = session.scope_text(of).to_owned();
        let key = session.key(&self.index_stem(scope, &ref_name));
        let access = Access::new(&[of], None);
        let found = self.ask(session, &access, key)?;
        let wanted = Wanted { client: self.client, version: self.version, key, restore_keys: &[] };
        // What an index is worth is its layers, which are counted one by one.
        session.count_restore(&access, &found, &wanted, None);
        let lost = session.run.restores.last().and_then(|restore| restore.evicted);
        self.index_evicted |= lost == Some(RemovalReason::Size);
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

    /// A look-up, as BuildKit makes all of them: where it is refused for the rate, the error says after
    /// which pause to try again. Only one that is given up comes back as refused.
    fn ask(&mut self, session: &mut Session, access: &Access, key: Key) -> Result<Found, Duration> {
        let found = session.find(access, self.version, key, &[]);
        if found.outcome == RestoreOutcome::RateLimited
            && let Some(pause) = self.patience.refused(session.now, self.settings.timeout)
        {
            return Err(pause);
        }
        self.patience = Patience::FRESH;
        Ok(found)
    }

    /// A reservation, with the same patience.
    fn reserve(
        &mut self,
        session: &mut Session,
        key: Key,
    ) -> Result<Result<Reservation, SaveOutcome>, Duration> {
        let reserved = session.reserve(self.client, self.version, key);
        if reserved == Err(SaveOutcome::RateLimited)
            && let Some(pause) = self.patience.refused(session.now, self.settings.timeout)
        {
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
