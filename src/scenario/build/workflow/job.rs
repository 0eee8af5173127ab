//! Builds one leg of a job: its runner, what it builds, and its cache clients.

use super::client::{ClientReader, caches};
use super::concurrency::{GROUP_OF_JOBS, concurrency};
use super::gap::Gap;
use super::leg::{JobBuild, JobDraft, cache_mode};
use super::path_set;
use super::placeholder::{IdInFile, Placeholders};
use crate::ci::{Build, Compiles, Job};
use crate::diagnostic::{Diagnostic, Report};
use crate::project::{Crate, CrateKind, Flavour, Selection, System};
use crate::scenario::build::event::events;
use crate::scenario::build::names::{KnownNames, position, runner_position};
use crate::scenario::grammar::words;
use crate::scenario::is_hosted_label;
use crate::scenario::view::View;
use crate::units::Duration;
use std::cell::Cell;
use std::sync::Arc;

/// The keys that say what a job builds. At most one of them may be used.
const BUILDS: [&str; 3] = ["cold", "compile", "image"];

impl JobDraft<'_> {
    /// Builds the job; `None` only if a problem was reported.
    pub fn job(&self, names: &mut KnownNames) -> Option<Job> {
        let view = self.view;
        self.refuse_conflicts(names);
        let runner = self.runner(names);
        let system = runner.map_or(System::default(), |runner| names.runners[runner].system);
        let inputs = names.inputs;
        let is_used = Cell::new(false);
        let job_id = self.id(&is_used, names.report);
        let places = Placeholders { leg: &self.leg, job_id, system, inputs };
        let group = concurrency(view, GROUP_OF_JOBS, &places, names.report);
        let gap = self.is_measured().then(|| Gap::of(view, names.report));
        let built = self.built(gap.as_ref(), &places, names);
        let image = built.as_ref().and_then(|built| match &built.build {
            Build::Image { image, arch } => Some((names.images[*image].name.as_str(), arch.as_str())),
            Build::Nothing | Build::Compile(_) => None,
        });
        let caches = caches(ClientReader {
            job: view,
            runner: runner.map(|runner| &names.runners[runner]),
            build: built.as_ref().map(|built| &built.build),
            image,
            gap: gap.as_ref(),
            places,
            report: names.report,
        });
        if job_id.is_some() && !is_used.get() {
            let message = "`id` has no effect: no key and no concurrency group of the job contains it";
            names.report.push(Diagnostic::warning("no-effect", message).at(view.span("id")));
        }
        let timeout = runner.map(|runner| timeout(view, &names.runners[runner].name, names.report));
        let JobBuild { build, prepare } = built?;
        Some(Job {
            name: self.leg.name(self.group),
            group: self.group.to_owned(),
            needs: Arc::clone(&self.needs),
            on: view.has("on").then(|| events(view, names.branches, names.report)),
            paths: path_set(view, "paths", names.classes, names.report),
            condition: view.choice("if", &words::CONDITIONS),
            runner: runner?,
            timeout: timeout?,
            setup: view.duration("setup"),
            prepare,
            finish: view.duration("finish"),
            frees: view.bytes("frees"),
            fail_fast: view.flag("fail-fast"),
            max_parallel: view.has("max-parallel").then(|| view.integer("max-parallel") as u32),
            continue_on_error: view.flag("continue-on-error"),
            concurrency: group,
            fails: view.number("fails"),
            fails_on_main: view.number("fails-on-main"),
            fails_in_queue: view.number(match view.has("fails-in-queue") {
                true => "fails-in-queue",
                false => "fails-on-main",
            }),
            flaky: view.number("flaky"),
            build,
            cache_mode: cache_mode(view).or(self.cache_mode),
            caches: caches?,
        })
    }

    /// The job's id, if it is not its name.
    fn id<'i>(&'i self, is_used: &'i Cell<bool>, report: &mut Report) -> Option<IdInFile<'i>> {
        let text = if self.view.has("id") { self.view.text("id") } else { return None };
        if text.trim().is_empty() {
            report.push(Diagnostic::error("wrong-name", "the `id` is empty").at(self.view.span("id")));
        } else if text == self.group {
            let message = "`id` has no effect: it is the name of the job";
            report.push(Diagnostic::warning("no-effect", message).at(self.view.span("id")));
            return None;
        }
        Some(IdInFile { text, is_used })
    }

    fn is_measured(&self) -> bool {
        self.view.has("cold") && self.view.has("warm")
    }

    fn refuse_conflicts(&self, names: &mut KnownNames) {
        let used: Vec<&str> = BUILDS.into_iter().filter(|key| self.view.has(key)).collect();
        if let [first, second, ..] = used[..] {
            let message = format!("a job is described by `{first}` or `{second}`, not both");
            let diagnostic = Diagnostic::error("conflict", message).at(self.view.span(second));
            names.report.push(diagnostic.related(self.view.span(first), "the other one"));
        }
        let alone = match (self.view.has("cold"), self.view.has("warm")) {
            (true, false) => "warm",
            (false, true) => "cold",
            _ => return,
        };
        let message = format!("a measured job also needs `{alone}`");
        let help = "`cold` is its time without any cache, and `warm` its time when all dependencies are \
            cached";
        names.report.push(Diagnostic::error("missing-key", message).at(self.view.opened_at()).help(help));
    }

    fn runner(&self, names: &mut KnownNames) -> Option<usize> {
        let span = self.view.span("runner");
        let (label, span) = match self.view.named_texts("runner") {
            None => (self.view.text("runner"), span),
            Some(table) => match table.into_iter().find(|(value, ..)| self.leg.has(value)) {
                Some((_, label, span)) => (label, span),
                None => {
                    let message = format!("the leg `{}` has no runner", self.leg.name(self.group));
                    let help = "write a line for each value of one axis of the matrix";
                    names.report.push(Diagnostic::error("missing-key", message).at(span).help(help));
                    return None;
                }
            },
        };
        runner_position(&self.leg.fill(label), span, names.runners, names.report)
    }

    /// What the job builds; `None` only if a problem was reported.
    fn built(&self, gap: Option<&Gap>, places: &Placeholders, names: &mut KnownNames) -> Option<JobBuild> {
        let compile = self.view.table_or_none("compile");
        let build = match (self.view.has("image"), compile, gap) {
            (true, ..) => self.image(places.system, names)?,
            (false, Some(compile), _) => Build::Compile(self.compile(compile, names)?),
            (false, None, Some(gap)) => return self.measured(gap, places, names),
            (false, None, None) => Build::Nothing,
        };
        for key in ["build-axes", "profile"].into_iter().filter(|key| self.view.is_changed(key)) {
            let message = format!("`{key}` has no effect in a job without `cold` and `warm`");
            let help = "give each leg its own `flavour` or `image` instead";
            let at = self.view.span(key);
            names.report.push(Diagnostic::warning("no-effect", message).at(at).help(help));
        }
        Some(JobBuild { build, prepare: self.view.duration("prepare") })
    }

    /// The image, for the architecture of the axis `arch`, or else of the runner.
    fn image(&self, system: System, names: &mut KnownNames) -> Option<Build> {
        let name = self.leg.fill(self.view.text("image"));
        let known = names.images.iter().map(|image| image.name.as_str());
        let image = position(&name, self.view.span("image"), "image", known, names.report)?;
        let arch = self.leg.value("arch").unwrap_or(system.arch.docker_arch()).to_owned();
        Some(Build::Image { image, arch })
    }

    fn compile(&self, compile: View, names: &mut KnownNames) -> Option<Compiles> {
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

/// The crates named under this key, as indices into the graph; `None` if one is unknown.
fn crates(compile: View, key: &str, noun: &str, names: &mut KnownNames) -> Option<Vec<u32>> {
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

/// The flavour, or a copy of it for a job that states more about its own target folder.
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

/// GitHub ends a job on its own runners after this time ("Usage limits" of its documentation).
pub(super) const HOSTED_MAX: Duration = Duration(6 * Duration::HOUR.0);

/// How long a job may take, by the workflow and by GitHub.
fn timeout(view: View, label: &str, report: &mut Report) -> Duration {
    let written = view.duration("timeout");
    if !is_hosted_label(label) || written <= HOSTED_MAX {
        return written;
    }
    let message = format!("GitHub ends jobs on `{label}` after {HOSTED_MAX}, whatever their `timeout`");
    report.push(Diagnostic::warning("no-effect", message).at(view.span("timeout")));
    HOSTED_MAX
}
