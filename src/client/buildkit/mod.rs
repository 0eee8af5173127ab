//! BuildKit's layer cache: the import of an index, what of an image is cached and what is executed,
//! and the export of what the next build may find.

mod export;
mod resolve;

pub use export::Exported;

use super::depot::Content;
use super::index::CacheIndex;
use super::layer_store::ImageStore;
use super::session::Session;
use super::{Cache, SaveIf};
use crate::outcome::{ClientId, Reason};
use crate::project::Image;
use crate::random::{Distribution, Purpose, mix, mix_str};
use crate::service::{Access, EntryId, Version};
use crate::units::{Duration, Rate, SimTime};
use export::{Export, exports};
use resolve::Resolved;
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
            target: ExportTarget::Image,
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
    /// Per step whether it belongs to the target that is exported, and whether its layer is kept.
    exports: Vec<(bool, bool)>,
    /// Per step what became of it; `None` where nobody asked.
    resolved: Vec<Option<Resolved>>,
    import: Vec<Rc<CacheIndex>>,
    /// Whether an index it looked for had been evicted for size.
    index_evicted: bool,
    /// The number of the newest index in the run's own scope.
    number: u64,
    export: Export,
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
            client: Cache::id("buildkit"),
            version: session.around.service.names.version("go-actionscache-1.0"),
            target: (image.name.clone(), target.arch.clone()),
            first_step: target.first_step,
            exports: exports(&settings, &image),
            resolved: vec![None; keys.len()],
            keys,
            image,
            settings,
            import: Vec::new(),
            index_evicted: false,
            number: 0,
            export: Export::Pending,
        };
        let imported = build.import(session);
        let executed = build.resolve(session);
        (build, session.now + imported + executed)
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
            took += self.check_time(session, mix_str(0, &ref_name))
                + session.job.host.download.time_for(found.size, 1.0);
            let lost = session.run.restores.last().and_then(|restore| restore.evicted);
            self.index_evicted |= lost == Some(Reason::Size);
            if let Content::Index(index) = found.content {
                self.import.push(index);
            }
            if session.job.access.writable() == Some(readable) {
                self.number = found.entry.map_or(0, |id| index_number(session, id));
            }
        }
        took
    }

    fn index_stem(&self, scope: &str, ref_name: &str) -> String {
        let scope = ImageStore::named(scope, &self.target);
        format!("index-{scope}-1-{:08x}#", mix_str(0, ref_name) as u32)
    }

    fn check_time(&self, session: &Session, what: u64) -> Duration {
        let address = mix(session.job.identity, mix(what, 3));
        Duration::from_secs_f64(session.around.draws.sample(Purpose::Latency, address, &self.settings.check))
    }
}

fn index_number(session: &Session, id: EntryId) -> u64 {
    let service = &session.around.service;
    let text = service.names.key_text(service.entry(id).identity.key);
    text.rsplit_once('#').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}
