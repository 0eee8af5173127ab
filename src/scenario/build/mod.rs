//! Builds the engine's model from a checked scenario: names become indices, files are read, and values that
//! only make sense together are checked together. All problems are reported. A model is returned only if
//! there is none.

mod assumed;
mod branch;
mod cache;
mod data;
mod effect;
mod event;
mod expect;
mod image;
mod initial;
mod janitor;
mod listing;
mod names;
mod project;
mod runner;
mod survivors;
mod synonym;
mod warm_up;
mod workflow;
mod workload;

pub use assumed::Assumed;
pub use initial::stored_by;
pub use warm_up::WarmUpRule;
pub use workflow::gap::gap_of_step;
pub use workflow::matrix::Seat;

use super::defaults::one_line;
use super::document::{Scenario, read, read_sound};
use super::file::Folder;
use super::tree::Node;
use super::view::View;
use crate::diagnostic::{Diagnostic, Report};
use crate::engine::Model;
use crate::observe::Expectation;
use crate::random::mix_str;
use crate::units::Duration;
use crate::workload::Branch;
use janitor::JanitorNames;
use names::KnownNames;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use workload::Named;
use workload::input::Inputs;

/// A scenario that is ready to be simulated.
#[derive(Debug)]
pub struct Loaded {
    /// The model that the engine plays.
    pub model: Model,
    /// The name of the file without its extension.
    pub name: String,
    /// The name in reports: the title, or else the name of the file.
    pub title: String,
    /// The question that it should answer; may be empty.
    pub question: String,
    /// The path of the file.
    pub file: PathBuf,
    /// A hash of 16 hexadecimal digits. It differs if any value or any referenced file differs.
    pub hash: String,
    /// Where the model's warm-up comes from.
    pub warm_up: WarmUpRule,
    /// The length of the simulated time, including the warm-up.
    pub simulated: Duration,
    /// The values that were assumed and not measured.
    pub assumed: Vec<Assumed>,
    /// The expectations of the result.
    pub expectations: Vec<Expectation>,
    /// The whole scenario with its defaults, for [`super::effective`].
    pub root: Node,
    /// Warnings, and the texts that the spans in the tree refer to.
    pub report: Report,
}

/// Reads, checks and builds the scenario in `file`, with the settings `sets` (`PATH=VALUE`). The error is a
/// report of all problems.
pub fn load(file: &Path, sets: &[String]) -> Result<Loaded, Report> {
    build(file, read_all(file, sets)?)
}

/// Reads the scenario in `file`. The error also has the problems behind wrong values, as far as they do not
/// depend on these.
pub fn read_all(file: &Path, sets: &[String]) -> Result<Scenario, Report> {
    read(file, sets).map_err(|mut report| {
        if let Some((sound, left_out)) = read_sound(file, sets)
            && let Err(mut further) = build(file, sound)
        {
            further.retain(|_, problem| stands_alone(problem, &left_out));
            report.sources = std::mem::take(&mut further.sources);
            report.absorb(further);
        }
        report
    })
}

/// True if a problem would be one whatever the wrong values were meant to be.
fn stands_alone(problem: &Diagnostic, left_out: &BTreeSet<String>) -> bool {
    const LOCAL: [&str; 6] =
        ["unknown-name", "wrong-key", "wrong-event", "wrong-cron", "wrong-row", "needs-cycle"];
    LOCAL.contains(&problem.slug)
        && !left_out.iter().any(|name| problem.message.contains(&format!("`{name}`")))
}

/// Builds the model of a scenario that was read from `file`. The error is a report of all problems.
pub fn build(file: &Path, scenario: Scenario) -> Result<Loaded, Report> {
    let Scenario { root, report, folder, has_strategy } = scenario;
    let mut builder = Builder { report, folder, has_strategy, contents: mix_str(0, &one_line(&root)) };
    let view = View::root(&root);
    let built = builder.model(view);
    let expectations = expect::expectations(view, built.as_ref(), &mut builder.report);
    let assumed = assumed::assumed(&root, &mut builder.report);
    let model = match built {
        Some(model) if !builder.report.has_errors() => model,
        _ => return Err(builder.report),
    };
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (title, question) = (view.text("title").to_owned(), view.text("question").to_owned());
    Ok(Loaded {
        simulated: model.span(),
        warm_up: warm_up::rule(&model, view),
        model,
        title: if title.is_empty() { name.clone() } else { title },
        name,
        question,
        file: file.to_owned(),
        hash: format!("{:016x}", builder.contents),
        assumed,
        expectations,
        report: builder.report,
        root,
    })
}

/// The state while a model is built.
struct Builder {
    report: Report,
    folder: Folder,
    /// True if a strategy changed the scenario. The author is not warned of keys that the strategy has made
    /// useless.
    has_strategy: bool,
    /// A hash of the scenario and of all files that it names.
    contents: u64,
}

impl Builder {
    /// Builds the model; `None` only if a problem was reported.
    fn model(&mut self, view: View) -> Option<Model> {
        let workload = view.table("workload");
        let project = view.table("project");
        let real = self.real_cache(view.table("cache"));
        let from = real.as_ref().map(|real| real.at);
        let runners = runner::runners(view, &mut self.report);
        let graph = self.graph(project);
        let classes = self.path_classes(workload);
        let inputs = Inputs::of(view, &mut self.report);
        let input_paths = self.input_paths(view, &classes, &inputs.names);
        let named_inputs = input_paths.iter().map(|input| inputs.names[input.index()].clone());
        let filtered: Vec<String> = classes.iter().cloned().chain(named_inputs).collect();
        let (branches, pushed): (Vec<String>, Vec<Branch>) =
            branch::branches(view, &mut self.report).into_iter().unzip();
        let images = image::images(view, &inputs.names, &mut self.report);
        let mut flavours = project::flavours(project);
        let packages = graph.clone().unwrap_or_default();
        let workflows = {
            let mut names = KnownNames {
                runners: &runners,
                graph: &packages,
                images: &images,
                classes: &filtered,
                inputs: &inputs.names,
                branches: &branches,
                flavours: &mut flavours,
                report: &mut self.report,
            };
            workflow::workflows(view, &mut names)
        };
        let janitors = {
            let names = JanitorNames { runners: &runners, workflows: &workflows };
            janitor::janitors(view, &names, &mut self.report)
        };
        let sets = survivors::sets(view, &mut self.report);
        let queues = workflows.iter().any(|workflow| workflow.on.has_queue());
        let mut model = Model {
            cache: cache::limits(view.table("cache"), &mut self.report),
            cache_price: view.table("cache").money("price"),
            forks_write: view.table("cache").flag("forks-write"),
            initial: Vec::new(),
            janitors,
            sets,
            runners,
            re_runs: workload::re_runs(workload.table("re-runs")),
            job_concurrency: runner::at_most(view.table("ci"), "job-concurrency"),
            macos_concurrency: runner::macos_concurrency(view.table("ci")),
            workflows,
            flavours,
            images,
            base_image_period: project.duration_at_least(
                "base-image-period",
                Duration::MINUTE,
                &mut self.report,
            ),
            workload: self.workload(
                view,
                Named { classes, input_paths, inputs, branches, pushed },
                (queues, from),
            )?,
            graph: graph?,
            warmup: Duration::ZERO,
            from: from.or(workload::from(workload)),
            until: workload::until(workload, from),
            event_limit: workload.integer("event-limit") as u64,
        };
        self.complete(&mut model, real.as_ref(), view);
        Some(model)
    }

    /// What depends on the model as a whole: the entries of a listing, the remarks and the warm-up.
    fn complete(&mut self, model: &mut Model, real: Option<&initial::RealCache>, view: View) {
        let workload = view.table("workload");
        if let Some(real) = real {
            self.begin_with(real, view, model);
        }
        self.remark(model, view);
        model.warmup = match real {
            Some(_) => Duration::ZERO,
            None => warm_up::span(model, workload),
        };
        self.refuse_too_long_warmup(model, workload);
    }

    /// What is to be said of a model as a whole.
    fn remark(&mut self, model: &Model, view: View) {
        cache::warn_of_entries_over(&model.cache, view, &mut self.report);
        if !self.report.has_errors() && !self.has_strategy {
            effect::warn_of_idle(view, model, &mut self.report);
        }
        workload::growth::warn(model, view, &mut self.report);
        self.refuse_too_much(model, view);
        self.refuse_undated(model, view.table("workload"));
    }

    /// Refuses times without a date, because a result could not state them.
    fn refuse_undated(&mut self, model: &Model, workload: View) {
        let Some((start, end)) = model.window() else { return };
        if workload::DATED.contains(&start) && workload::DATED.contains(&end) {
            return;
        }
        let key = ["until", "from", "events"].into_iter().find(|key| workload.has(key)).unwrap_or("days");
        let message = format!("the simulated time, {start} to {end}, is not within the years 0 to 9998");
        self.report.push(Diagnostic::error("out-of-range", message).at(workload.span(key)));
    }

    /// Refuses, before it starts, a simulation that would run for hours or not fit into memory.
    fn refuse_too_much(&mut self, model: &Model, view: View) {
        let workload = view.table("workload");
        let pushes = model.workload.expected_pushes();
        let jobs: usize = model.workflows.iter().map(|workflow| workflow.jobs.len()).sum();
        if pushes > workload::PUSHES_MAX as f64 {
            let message = format!("about {pushes:.0} pushes are more than {}", workload::PUSHES_MAX);
            let diagnostic = Diagnostic::error("limit-exceeded", message).at(workload.span("pushes-per-day"));
            self.report.push(diagnostic.help("lower `pushes-per-day` or `days`"));
        } else if pushes * jobs as f64 > model.event_limit as f64 {
            let message = format!(
                "about {pushes:.0} pushes with {jobs} jobs are more events than {}",
                model.event_limit
            );
            let diagnostic = Diagnostic::error("limit-exceeded", message).at(workload.span("event-limit"));
            self.report.push(diagnostic.help("lower `pushes-per-day` or `days`, or raise `event-limit`"));
        }
    }
}
