use super::measured::registry;
use crate::ci::Build;
use crate::client::{
    ActionsCache, Buildkit, Cache, ExportMode, ExportTarget, ImageStore, KeyTemplate, ObjectStore, Paths,
    RustCache, SaveIf, Sccache, SetupTool, Tool,
};
use crate::diagnostic::{Diagnostic, Report};
use crate::random::Distribution;
use crate::scenario::view::View;

/// The cache clients of a job in the order in which they are written; `None` only if something is
/// reported. `build` is what the job builds, where that could be told.
pub(super) fn caches(job: View, build: Option<&Build>, report: &mut Report) -> Option<Vec<Cache>> {
    let mut reader = Reader { job, cache: job.table("cache"), build, report };
    let clients: Vec<&str> = reader.cache.keys().collect();
    reader.refuse_two_exporters(&clients);
    let caches: Vec<_> = clients.iter().flat_map(|client| reader.clients(client)).collect();
    caches.into_iter().collect()
}

struct Reader<'a> {
    job: View<'a>,
    cache: View<'a>,
    build: Option<&'a Build>,
    report: &'a mut Report,
}

impl Reader<'_> {
    fn clients(&mut self, name: &str) -> Vec<Option<Cache>> {
        if name == "actions-cache" {
            let steps = self.cache.tables(name);
            return steps.into_iter().map(|step| self.actions_cache(step).map(Cache::ActionsCache)).collect();
        }
        let Some(view) = self.cache.table_or_none(name) else { return Vec::new() };
        self.refuse_without_image(name, view);
        let cache = match name {
            "rust-cache" => self.rust_cache(view).map(Cache::RustCache),
            "setup-node" => Some(self.setup_tool(Tool::Node, view)),
            "setup-python" => Some(self.setup_tool(Tool::Python, view)),
            "setup-go" => Some(self.setup_tool(Tool::Go, view)),
            "sccache" => Some(Cache::Sccache(self.sccache(view))),
            "buildkit-gha" => {
                let store = ImageStore::Gha { scope: view.text("scope").into() };
                Some(buildkit(view, store, view.number("contention")))
            }
            "buildkit-registry" => {
                Some(buildkit(view, ImageStore::Registry { tag: view.text("tag").into() }, 0.0))
            }
            "buildkit-s3" => Some(buildkit(view, ImageStore::S3 { name: view.text("name").into() }, 0.0)),
            _ => Some(buildkit(view, ImageStore::Inline, 0.0)),
        };
        vec![cache]
    }

    fn rust_cache(&mut self, view: View) -> Option<RustCache> {
        let mut registry = registry(view);
        if view.has("size") {
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
                    self.report
                        .push(Diagnostic::warning("no-effect", message).at(view.span("size")).help(help));
                }
                Some(Build::Compile(_)) | None => {}
                Some(Build::Nothing | Build::Image { .. }) => registry = size,
            }
        }
        self.remark_on_registry_rate(view);
        let shared = view.text("shared-key");
        Some(RustCache {
            prefix_key: view.text("prefix-key").to_owned(),
            shared_key: (!shared.is_empty()).then(|| shared.to_owned()),
            environment: self.environment(view),
            save_if: save_if(view),
            on_failure: view.flag("on-failure"),
            lookup_only: view.flag("lookup-only"),
            registry,
            registry_rate: view.rate("registry-rate"),
        })
    }

    fn remark_on_registry_rate(&mut self, view: View) {
        let measured = matches!(self.build, Some(Build::Compile(c)) if c.dependencies_cold.is_some());
        if measured && view.is_changed("registry-rate") {
            let message = "`registry-rate` has no effect in a job with `cold` and `warm`";
            let help = "the difference of these two contains the downloads";
            let diagnostic = Diagnostic::warning("no-effect", message).at(view.span("registry-rate"));
            self.report.push(diagnostic.help(help));
        }
    }

    /// The variables that enter rust-cache's key: sccache in the same job sets one of its own.
    fn environment(&self, view: View) -> String {
        let written = view.text("environment");
        match self.cache.has("sccache") {
            true => format!("{written} RUSTC_WRAPPER=sccache").trim_start().to_owned(),
            false => written.to_owned(),
        }
    }

    fn actions_cache(&mut self, view: View) -> Option<ActionsCache> {
        let key = self.template(view.text("key"), view.span("key"));
        let restore_keys: Vec<_> =
            view.texts("restore-keys").into_iter().map(|(text, span)| self.template(text, span)).collect();
        let paths = if view.text("paths") == "target" { Paths::Target } else { Paths::Other };
        let size = self.size(view, paths);
        Some(ActionsCache {
            key: key?,
            restore_keys: restore_keys.into_iter().collect::<Option<_>>()?,
            paths,
            size: size?,
            miss: view.duration("miss"),
            partial: view.duration("partial"),
            save_if: save_if(view),
            lookup_only: view.flag("lookup-only"),
        })
    }

    fn size(&mut self, view: View, paths: Paths) -> Option<Distribution> {
        let compiles = matches!(self.build, Some(Build::Compile(_)));
        match view.has("size") {
            true => Some(view.distribution("size")),
            false if paths == Paths::Target && compiles => Some(Distribution::Constant(0.0)),
            false => {
                let message = "a step with actions/cache needs `size`";
                let help = "write the size of the archive, for example `size = \"0.4 GB\"`";
                self.report.push(Diagnostic::error("missing-key", message).at(view.opened_at()).help(help));
                None
            }
        }
    }

    fn template(&mut self, text: &str, span: crate::diagnostic::Span) -> Option<KeyTemplate> {
        match KeyTemplate::parse(text) {
            Ok(template) => Some(template),
            Err(message) => {
                self.report.push(Diagnostic::error("wrong-key", message).at(span));
                None
            }
        }
    }

    fn sccache(&mut self, view: View) -> Sccache {
        let compiles = matches!(self.build, None | Some(Build::Compile(_)));
        if !compiles {
            let message = "sccache has no effect in a job that does not compile";
            let help = "give the job `cold` and `warm`, or `compile`";
            self.report.push(Diagnostic::warning("no-effect", message).at(view.opened_at()).help(help));
        }
        if view.has("object-bytes") && !self.job.has("cold") {
            let message = "`object-bytes` has no effect in a job with `compile`";
            let help = "the size follows from the flavour's `dependency-objects`";
            self.report
                .push(Diagnostic::warning("no-effect", message).at(view.span("object-bytes")).help(help));
        }
        let mut releases = view.times("releases");
        releases.sort();
        Sccache {
            store: if view.text("store") == "external" { ObjectStore::External } else { ObjectStore::Gha },
            read: view.seconds("read"),
            write: view.seconds("write"),
            read_only: view.flag("read-only"),
            save_if: save_if(view),
            releases,
            deterministic: view.number("deterministic"),
        }
    }

    fn setup_tool(&mut self, tool: Tool, view: View) -> Cache {
        if view.is_changed("partial") && !tool.has_restore_key() {
            let message = format!("`partial` has no effect: {} has no restore keys", tool.name());
            let help = "it restores exactly or not at all; `miss` is what the latter costs";
            self.report.push(Diagnostic::warning("no-effect", message).at(view.span("partial")).help(help));
        }
        Cache::SetupTool(SetupTool {
            tool,
            size: view.distribution("size"),
            miss: view.duration("miss"),
            partial: view.duration("partial"),
            save_if: save_if(view),
        })
    }

    fn refuse_without_image(&mut self, name: &str, view: View) {
        if name.starts_with("buildkit") && !matches!(self.build, None | Some(Build::Image { .. })) {
            let message = "BuildKit's cache has no effect in a job that builds no image";
            let help = "say which image the job builds: `image = \"…\"`";
            self.report.push(Diagnostic::error("conflict", message).at(view.opened_at()).help(help));
        }
    }

    fn refuse_two_exporters(&mut self, clients: &[&str]) {
        let stores: Vec<&str> =
            clients.iter().copied().filter(|client| client.starts_with("buildkit")).collect();
        if let [first, second, ..] = stores[..] {
            let message = format!("a job cannot have both `{first}` and `{second}`");
            let diagnostic = Diagnostic::error("conflict", message).at(self.cache.span(second));
            self.report
                .push(diagnostic.help(format!("remove one; an inherited one with `cache.{first} = false`")));
        }
    }
}

fn save_if(view: View) -> SaveIf {
    match view.text("save-if") {
        "default-branch" => SaveIf::DefaultBranch,
        "not-queue" => SaveIf::NotQueue,
        "never" => SaveIf::Never,
        _ => SaveIf::Always,
    }
}

/// `contention` is the shared cache's alone.
fn buildkit(view: View, store: ImageStore, contention: f64) -> Cache {
    Cache::Buildkit(Buildkit {
        store,
        mode: if view.text("mode") == "max" { ExportMode::Max } else { ExportMode::Min },
        target: match view.text("export") {
            "dependencies" => ExportTarget::Dependencies,
            _ => ExportTarget::Image,
        },
        save_if: save_if(view),
        ignore_error: view.flag("ignore-error"),
        export_rate: view.rate("export-rate"),
        contention,
        unpack_rate: view.rate("unpack-rate"),
        timeout: view.duration("timeout"),
        check: view.seconds("check"),
    })
}
