//! Builds the cache clients of a job from its table `cache`, except actions/cache (`actions_cache.rs`) and the
//! actions that are rows (`action.rs`). What each client does is in `client`; the assumed values here have their
//! sources next to them.

use super::gap::{Gap, REGISTRY, keeps_targets, registry};
use super::placeholder::Placeholders;
use crate::ci::{Build, Runner};
use crate::client::{
    ACTIONS, ArchiveRate, Buildkit, Cache, ImageStore, Kept, KeyTemplate, Packed, RunsBeside, RustCache,
    SaveAfter, SaveOn, SaveRule, Sccache,
};
use crate::diagnostic::{Diagnostic, Report};
use crate::project::Flavour;
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::units::Duration;

/// The cache clients of a job, in the order in which they are written; `None` only if a problem was
/// reported.
pub(in crate::scenario::build) fn caches(mut reader: ClientReader) -> Option<Vec<Cache>> {
    let clients: Vec<&str> = reader.job.table("cache").keys().collect();
    reader.refuse_two_exporters(&clients);
    let caches: Vec<_> = clients.iter().flat_map(|client| reader.clients(client)).collect();
    caches.into_iter().collect()
}

/// Ratio of unpacked to compressed size of cargo's registry. `.crate` files are compressed already (1.01),
/// and the index shrinks to a 23rd (measured with zstd -3 on the 229 crates of this project).
const REGISTRY_RATIO: f64 = 1.9;
/// Ratio of unpacked to compressed size of crates' sources. [`SOURCES_SHARE`] is their size as a share of the
/// registry's, both compressed (measured on the same crates: 16.8 of 22.7 MB, and 122.5 MB unpacked).
const SOURCES_RATIO: f64 = 7.3;
const SOURCES_SHARE: f64 = 0.74;

/// What is known about a job when its clients are read.
pub(in crate::scenario::build) struct ClientReader<'a> {
    pub job: View<'a>,
    /// The runner, if it is known.
    pub runner: Option<&'a Runner>,
    /// What the job builds, if it is known.
    pub build: Option<&'a Build>,
    /// The image that it builds, and the architecture as Docker writes it.
    pub image: Option<(&'a str, &'a str)>,
    /// In a measured job, the time that its caches save.
    pub gap: Option<&'a Gap>,
    pub places: Placeholders<'a>,
    pub report: &'a mut Report,
}

impl ClientReader<'_> {
    fn clients(&mut self, name: &str) -> Vec<Option<Cache>> {
        let cache = self.job.table("cache");
        if name == "actions-cache" {
            let steps = cache.tables(name).into_iter().enumerate();
            return steps.map(|(index, step)| self.actions_cache(index, step)).collect();
        }
        let Some(view) = cache.table_or_none(name) else { return Vec::new() };
        if let Some(action) = ACTIONS.iter().find(|action| action.name == name) {
            return self.action(action, view);
        }
        self.refuse_without_image(name, view);
        vec![match name {
            "rust-cache" => self.rust_cache(view).map(Cache::RustCache),
            "sccache" => Some(Cache::Sccache(self.sccache(view))),
            _ => self.image_store(name, view).map(|store| buildkit(view, store)),
        }]
    }

    /// Where BuildKit keeps its layers.
    fn image_store(&mut self, name: &str, view: View) -> Option<ImageStore> {
        match name {
            "buildkit-gha" => Some(ImageStore::Gha { scope: self.image_name(view, "scope")? }),
            "buildkit-registry" => Some(ImageStore::Registry { tag: self.image_name(view, "tag")? }),
            "buildkit-s3" => Some(ImageStore::S3 { name: self.image_name(view, "name")? }),
            "buildkit-inline" => Some(ImageStore::Inline),
            other => panic!("the grammar has no client `{other}`"),
        }
    }

    fn image_name(&mut self, view: View, key: &str) -> Option<KeyTemplate> {
        let image = self.image.unwrap_or_default();
        self.places.image_template(view.placed_text(key), image, self.report)
    }

    /// The cost of a miss and of a prefix hit, for a cache whose content is not compiled: its part of a
    /// measured job's gap, in which a prefix hit counts as an exact one, or what the scenario states.
    pub(super) fn penalties(
        &mut self,
        client: &str,
        step: usize,
        view: View,
        keys: &[&str],
    ) -> (Duration, Duration) {
        let stated = |key| match keys.contains(&key) && view.has(key) {
            true => view.duration(key),
            false => Duration::ZERO,
        };
        let Some(gap) = self.gap else {
            self.warn_of_share(view);
            return (stated("miss"), stated("partial"));
        };
        for key in keys.iter().filter(|key| view.is_written(key)) {
            let message = format!("`{key}` and the job's `cold` and `warm` both define the cost of a miss");
            let help = format!(
                "remove `{key}`; a cache's share of the time between `cold` and `warm` is `gap-share`, or \
                 else follows from its size"
            );
            let diagnostic = Diagnostic::error("conflict", message).at(view.span(key)).help(help);
            self.report.push(diagnostic.related(self.job.span("cold"), "the other one"));
        }
        (gap.part(client, step), Duration::ZERO)
    }

    fn warn_of_share(&mut self, view: View) {
        if view.has("gap-share") {
            let message = "`gap-share` has no effect in a job without `cold` and `warm`";
            self.report.push(Diagnostic::warning("no-effect", message).at(view.span("gap-share")));
        }
    }

    fn rust_cache(&mut self, view: View) -> Option<RustCache> {
        let registry = self.registry(view)?;
        if self.gap.is_none() {
            self.warn_of_share(view);
        }
        let prefix_key = self.places.template(view.placed_text("prefix-key"), self.report);
        let name = self.places.rust_cache_name(view, self.report);
        let shared = (!view.text("shared-key").is_empty()).then_some("shared-key");
        for key in
            ["key", "add-job-id-key"].into_iter().filter(|key| shared.is_some() && view.is_changed(key))
        {
            let message = format!("`{key}` has no effect with `shared-key`");
            self.report.push(Diagnostic::warning("no-effect", message).at(view.span(key)));
        }
        self.remark_on_registry_rate(view);
        Some(RustCache {
            prefix_key: prefix_key?,
            name: name?,
            environment: self.environment(view)?,
            saves: save_rule(view),
            background: background(view),
            // `post-if` of the action: `success() || env.CACHE_ON_FAILURE == 'true'`, which also holds while the
            // job is being cancelled.
            saves_after: if view.flag("on-failure") { SaveAfter::Cancellation } else { SaveAfter::Success },
            lookup_only: view.flag("lookup-only"),
            kept: kept(view, registry),
            registry,
            refetch: match self.gap {
                Some(gap) => gap.downloads(),
                None => view.rate("registry-rate").time_for(registry.compressed, 1.0),
            },
        })
    }

    fn remark_on_registry_rate(&mut self, view: View) {
        let Some(gap) = self.gap.filter(|_| view.is_changed("registry-rate")) else { return };
        let message = "`registry-rate` has no effect in a job with `cold` and `warm`";
        let help = if keeps_targets(view) {
            "the difference between the two includes the downloads"
        } else if gap.leaves_crates_nothing() {
            "the `gap-share` of other caches leaves nothing of their difference to this one"
        } else {
            return;
        };
        let diagnostic = Diagnostic::warning("no-effect", message).at(view.span("registry-rate"));
        self.report.push(diagnostic.help(help));
    }

    /// The content of its entry besides the crates that the job compiles. If the job compiles none, this is
    /// the whole entry.
    fn registry(&mut self, view: View) -> Option<Packed> {
        let registry = registry(view);
        let own = Packed::new(registry, REGISTRY_RATIO);
        if !view.has("size") {
            return Some(own);
        }
        let size = view.bytes("size");
        match self.build {
            Some(Build::Compile(compiles)) if compiles.dependencies_cold.is_some() && registry > size => {
                let message = format!("`registry` ({registry}) is larger than the whole entry ({size})");
                self.report.push(Diagnostic::error("out-of-range", message).at(view.span("registry")));
                return None;
            }
            Some(Build::Compile(compiles)) if compiles.dependencies_cold.is_none() => {
                let message = "`size` has no effect in a job with `compile`";
                let help = "the size follows from the flavour's `dependency-archive` and from `registry`";
                self.report.push(Diagnostic::warning("no-effect", message).at(view.span("size")).help(help));
                // Nor does it bound what the registry is without being stated.
                if !view.has("registry") {
                    return Some(Packed::new(REGISTRY, REGISTRY_RATIO));
                }
            }
            Some(Build::Compile(_)) | None => {}
            Some(Build::Nothing | Build::Image { .. }) if !keeps_targets(view) => {
                return Some(Packed::new(registry.min(size), REGISTRY_RATIO));
            }
            // The crates in the entry are not known here, so all of it is counted at its stated size.
            Some(Build::Nothing | Build::Image { .. }) => {
                let registry = registry.min(size);
                let crates = Packed::new(size - registry, Flavour::UNPACKED_RATIO);
                return Some(Packed::new(registry, REGISTRY_RATIO) + crates);
            }
        }
        Some(own)
    }

    /// The environment variables in rust-cache's key. sccache in the same job sets one of its own.
    fn environment(&mut self, view: View) -> Option<KeyTemplate> {
        let (written, span) = view.placed_text("environment");
        let own = if self.job.table("cache").has("sccache") { " RUSTC_WRAPPER=sccache" } else { "" };
        self.places.template((format!("{written}{own}").trim_start(), span), self.report)
    }

    /// The ratio that is written, or else the `usual` one.
    pub(in crate::scenario::build) fn unpacked_ratio(&mut self, view: View, usual: f64) -> f64 {
        if !view.has("unpacked-ratio") {
            return usual;
        }
        let by_compressed = |runner: &Runner| {
            [runner.pack, runner.unpack].iter().all(|rate| matches!(rate, ArchiveRate::Compressed(_)))
        };
        // If the disk is counted, the unpacked size matters even so.
        if self.runner.is_some_and(|runner| by_compressed(runner) && runner.disk.is_none()) {
            let message = "`unpacked-ratio` has no effect: the runner packs and unpacks by compressed bytes";
            let diagnostic = Diagnostic::warning("no-effect", message).at(view.span("unpacked-ratio"));
            self.report.push(diagnostic.help("remove it, or the runner's `pack` and `unpack`"));
        }
        view.number("unpacked-ratio")
    }

    pub(in crate::scenario::build) fn compiles(&self) -> bool {
        matches!(self.build, Some(Build::Compile(_)))
    }

    fn sccache(&mut self, view: View) -> Sccache {
        self.warn_of_objects(view);
        if self.gap.is_none() {
            self.warn_of_share(view);
        }
        let mut releases = view.times("releases");
        releases.sort();
        Sccache {
            store: view.choice("store", &words::STORES),
            read: view.seconds("read"),
            write: view.seconds("write"),
            read_only: view.flag("read-only"),
            saves: save_rule(view),
            releases,
            deterministic: view.number("deterministic"),
        }
    }

    /// Warns of numbers and sizes of objects where a crate graph gives them.
    fn warn_of_objects(&mut self, view: View) {
        let mut idle = |key: &str, place: &str, help: &str| {
            let message = format!("`{key}` has no effect in {place}");
            self.report.push(Diagnostic::warning("no-effect", message).at(view.span(key)).help(help));
        };
        let described = matches!(self.build, Some(Build::Compile(_))) && !self.job.has("cold");
        if view.has("object-bytes") && described {
            let help = "the size follows from the flavour's `dependency-objects`";
            idle("object-bytes", "a job with `compile`", help);
        }
        if view.has("objects") && described {
            idle("objects", "a job with `compile`", "the number follows from the crates of the project");
        }
    }

    fn refuse_without_image(&mut self, name: &str, view: View) {
        if name.starts_with("buildkit") && !matches!(self.build, None | Some(Build::Image { .. })) {
            let message = "BuildKit's cache has no effect in a job that builds no image";
            let help = "name the image that the job builds: `image = \"…\"`";
            self.report.push(Diagnostic::error("conflict", message).at(view.opened_at()).help(help));
        }
    }

    fn refuse_two_exporters(&mut self, clients: &[&str]) {
        let stores: Vec<&str> =
            clients.iter().copied().filter(|client| client.starts_with("buildkit")).collect();
        if let [first, second, ..] = stores[..] {
            let message = format!("a job cannot have both `{first}` and `{second}`");
            let diagnostic = Diagnostic::error("conflict", message).at(self.job.table("cache").span(second));
            self.report.push(diagnostic.help(format!(
                "remove one; to remove an inherited one, write \
                    `cache.{first} = false`"
            )));
        }
    }
}

/// What the restore of a client runs beside.
pub(in crate::scenario::build) fn background(view: View) -> RunsBeside {
    match view.word_value("background", &words::BACKGROUND) {
        Some(word) => word,
        None if view.flag("background") => RunsBeside::Steps,
        None => RunsBeside::Nothing,
    }
}

/// Which runs save: `save-if` and `save-on`.
pub(in crate::scenario::build) fn save_rule(view: View) -> SaveRule {
    SaveRule {
        refs: view.choice("save-if", &words::SAVE_IF),
        events: SaveOn(view.choices("save-on", &words::SAVE_EVENTS)),
    }
}

/// The parts that stay in rust-cache's archive. An uncleaned registry also keeps the sources of each crate.
fn kept(view: View, registry: Packed) -> Kept {
    let sources = Packed::new(registry.compressed.scaled(SOURCES_SHARE), SOURCES_RATIO);
    Kept {
        crates: keeps_targets(view),
        members: keeps_targets(view) && view.flag_or("cache-workspace-crates", false),
        downloads: view.flag_or("cache-all-crates", false).then(|| registry + sources),
    }
}

fn buildkit(view: View, store: ImageStore) -> Cache {
    // Only the shared cache has contention.
    let shared = matches!(store, ImageStore::Gha { .. });
    let contention = if shared { view.number("contention") } else { 0.0 };
    Cache::Buildkit(Buildkit {
        store,
        mode: view.choice("mode", &words::EXPORT_MODES),
        target: view.choice("export", &words::EXPORT_TARGETS),
        saves: save_rule(view),
        ignore_error: view.flag("ignore-error"),
        export_rate: view.rate("export-rate"),
        contention,
        unpack_rate: view.rate("unpack-rate"),
        timeout: view.duration("timeout"),
        check: view.seconds("check"),
    })
}
