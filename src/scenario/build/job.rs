use super::client::caches;
use super::lookup::position;
use super::matrix::Leg;
use super::measured::measured;
use super::workflow::Surroundings;
use crate::ci::{Build, Compiles, Job};
use crate::diagnostic::Diagnostic;
use crate::project::{Crate, CrateKind, Flavour, Selection};
use crate::scenario::view::View;
use crate::service::CacheMode;

/// One leg of a job as the scenario describes it.
pub(super) struct Draft<'a> {
    pub group: &'a str,
    pub view: View<'a>,
    pub leg: Leg<'a>,
    /// The workflow's `cache-mode`.
    pub cache_mode: Option<CacheMode>,
    /// The jobs it needs, by their positions in the workflow.
    pub needs: Vec<usize>,
}

/// The `cache-mode` that a workflow or a job declares.
pub(super) fn cache_mode(view: View) -> Option<CacheMode> {
    let declared = view.has("cache-mode").then(|| view.text("cache-mode"));
    declared.map(|name| CacheMode::named(name).expect("the grammar has the modes' names"))
}

/// The ways to say what a job builds, of which at most one may be used.
const BUILDS: [&str; 3] = ["cold", "compile", "image"];

impl Draft<'_> {
    /// The job; `None` only if something is reported.
    pub fn job(&self, names: &mut Surroundings) -> Option<Job> {
        let view = self.view;
        self.refuse_conflicts(names);
        let runner = self.runner(names);
        let build = self.build(names);
        let caches = caches(view, build.as_ref(), names.report);
        Some(Job {
            name: self.leg.name(self.group),
            group: self.group.to_owned(),
            needs: self.needs.clone(),
            runner: runner?,
            timeout: view.duration("timeout"),
            setup: view.duration("setup"),
            prepare: view.duration("prepare"),
            finish: view.duration("finish"),
            frees: view.bytes("frees"),
            fails: view.number("fails"),
            fails_on_main: view.number("fails-on-main"),
            build: build?,
            cache_mode: cache_mode(view).or(self.cache_mode),
            caches: caches?,
        })
    }

    fn refuse_conflicts(&self, names: &mut Surroundings) {
        let used: Vec<&str> = BUILDS.into_iter().filter(|key| self.view.has(key)).collect();
        if let [first, second, ..] = used[..] {
            let message = format!("a job is described by `{first}` or `{second}`, not by both");
            let diagnostic = Diagnostic::error("conflict", message).at(self.view.span(second));
            names.report.push(diagnostic.related(self.view.span(first), "the other one"));
        }
        let alone = match (self.view.has("cold"), self.view.has("warm")) {
            (true, false) => "warm",
            (false, true) => "cold",
            _ => return,
        };
        let message = format!("a measured job needs `{alone}`, too");
        let help = "`cold` is its time without any cache, `warm` its time when all dependencies are cached";
        names.report.push(Diagnostic::error("missing-key", message).at(self.view.opened_at()).help(help));
    }

    fn runner(&self, names: &mut Surroundings) -> Option<usize> {
        let span = self.view.span("runner");
        let (label, span) = match self.view.named_texts("runner") {
            None => (self.view.text("runner"), span),
            Some(table) => match table.into_iter().find(|(value, ..)| self.leg.has(value)) {
                Some((_, label, span)) => (label, span),
                None => {
                    let message = format!("no runner is given for the leg `{}`", self.leg.name(self.group));
                    let help = "write a line for each value of one axis of the matrix";
                    names.report.push(Diagnostic::error("missing-key", message).at(span).help(help));
                    return None;
                }
            },
        };
        let known = names.runners.iter().map(|runner| runner.name.as_str());
        position(&self.leg.fill(label), span, "runner", known, names.report)
    }

    fn build(&self, names: &mut Surroundings) -> Option<Build> {
        if self.view.has("image") {
            return self.image(names);
        }
        if let Some(compile) = self.view.table_or_none("compile") {
            return self.compile(compile, names).map(Build::Compile);
        }
        if self.view.has("cold") && self.view.has("warm") {
            return measured(&self.leg.name(self.group), self.view, names).map(Build::Compile);
        }
        Some(Build::Nothing)
    }

    fn image(&self, names: &mut Surroundings) -> Option<Build> {
        let name = self.leg.fill(self.view.text("image"));
        let known = names.images.iter().map(|image| image.name.as_str());
        let image = position(&name, self.view.span("image"), "image", known, names.report)?;
        let arch = self.leg.value("arch").unwrap_or("amd64").to_owned();
        Some(Build::Image { image, arch })
    }

    fn compile(&self, compile: View, names: &mut Surroundings) -> Option<Compiles> {
        let known = names.flavours.iter().map(|flavour| flavour.name.as_str());
        let span = compile.span("flavour");
        let flavour = position(compile.text("flavour"), span, "flavour", known, names.report);
        let packages = crates(compile, "packages", "package", names);
        let own_features = if compile.has("own-features") {
            crates(compile, "own-features", "crate", names).map(Some)
        } else {
            Some(None)
        };
        let flavour = with_overrides(compile, flavour?, names.flavours);
        let selection = Selection { packages: packages?, own_features: own_features? };
        Some(Compiles { flavour, selection, dependencies_cold: None })
    }
}

/// The crates named under this key, by their places in the graph; unless one is unknown.
fn crates(compile: View, key: &str, noun: &str, names: &mut Surroundings) -> Option<Vec<u32>> {
    let wanted = compile.texts(key);
    let find = |(name, span): &(&str, _)| {
        names.graph.find(name).or_else(|| {
            let listed = |krate: &&Crate| noun == "crate" || krate.kind == CrateKind::Workspace;
            let known = names.graph.crates.iter().filter(listed).map(|krate| krate.name.as_str());
            position(name, *span, noun, known, names.report).map(|_| 0)
        })
    };
    let found: Vec<u32> = wanted.iter().filter_map(find).collect();
    (found.len() == wanted.len()).then_some(found)
}

/// The flavour, or a copy of it for a job that says more about its own target folder.
fn with_overrides(compile: View, flavour: usize, flavours: &mut Vec<Flavour>) -> usize {
    let mut own = flavours[flavour].clone();
    if compile.has("tail") {
        own.tail = compile.duration("tail");
    }
    if compile.has("workspace-archive") {
        own.workspace_archive = compile.bytes("workspace-archive");
    }
    if own == flavours[flavour] {
        return flavour;
    }
    flavours.push(own);
    flavours.len() - 1
}
