//! The experiment behind `run`: many replications of one scenario, or one long replication cut into
//! batches. With it run the strategies that the scenario's expectations name. The estimates are made in
//! `statistics`.

use super::advice::Trials;
use super::command_line::CommandLine;
use super::control::WhileWanted;
use super::replications::{cut_short, in_order};
use super::warm_up::{detect, undetected};
use super::worlds::{Uncertainty, Unsettled, Worlds};
use super::{Control, Ended, Failure, Problem, Refusal, Replications};
use crate::diagnostic::Report;
use crate::engine::Model;
use crate::observe::{Extras, Measure, Outcome, measure_counted, measure_part, measure_with};
use crate::random::Draws;
use crate::result::RunResult;
use crate::scenario::{self, Document, Loaded, WarmUpRule};
use crate::statistics::{Precision, PrecisionOutcome, Study, WarmUp, differences};
use crate::strategy::{self, ScenarioWithStrategies};
use anyhow::Context;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// The request of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRequest {
    /// The scenario's file, in TOML.
    pub file: PathBuf,
    /// Changes of the scenario, each `PATH=VALUE`.
    pub set: Vec<String>,
    /// The seed of all draws.
    pub seed: u64,
    /// How many replications, at least 1. `precision` may add more.
    pub replications: u32,
    /// If set, one replication is played instead and its time is cut into this many parts, at least
    /// [`crate::statistics::BATCHES_MIN`].
    pub batches: Option<u32>,
    /// True if the result also has the one-pass miss-ratio curve, next to the simulated hit ratios.
    pub with_screen: bool,
    /// The precision that a metric has to reach.
    pub precision: Option<Precision>,
    /// Whether the assumed inputs are drawn as well, in as many worlds as there are replications. Batches have
    /// none.
    pub uncertainty: Uncertainty,
    /// True if remedies are tried afterwards, with as many simulated events as the replications took.
    pub advice: bool,
}

/// Writes the command that gives the same result again, on any number of threads.
impl fmt::Display for RunRequest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let command = CommandLine::new("run")
            .file(&self.file)
            .option("--set", &self.set)
            .flag("--with-screen", self.with_screen)
            .uncertainty(self.uncertainty)
            .flag("--no-advice", !self.advice && self.batches.is_none())
            .option("--seed", [self.seed]);
        match self.batches {
            Some(batches) => command.option("--batches", [batches]),
            None => command.option("--replications", [self.replications]).precision(self.precision.as_ref()),
        }
        .fmt(f)
    }
}

/// A request whose scenario was read and checked.
#[derive(Debug)]
pub struct PreparedRun {
    request: RunRequest,
    compared: ScenarioWithStrategies,
    /// The worlds, with the scenario as it was written.
    worlds: Option<(Worlds, Document)>,
    /// How many events the replications of the scenario itself took.
    events: AtomicU64,
}

impl PreparedRun {
    /// Reads the scenario, and applies the strategies that its expectations name.
    ///
    /// # Errors
    /// All problems of the scenario and of the request.
    pub fn prepare(request: RunRequest) -> Result<PreparedRun, Refusal> {
        let compared = strategy::load(&request.file, &request.set)
            .map_err(|reports| Refusal::of(reports.into_iter().map(Problem::from).collect()))?;
        let precise = request.precision.as_ref().map(|precision| &precision.measure);
        check_measure("--precision-metric", precise, &compared.own.model)?;
        let RunRequest { set, uncertainty, replications, seed, .. } = &request;
        let worlds = match request.batches {
            Some(_) => None,
            None => Worlds::of(&compared.own, set, *uncertainty, *replications, *seed)?,
        };
        let worlds = worlds.map(|worlds| Ok((worlds, scenario::open(&request.file)?)));
        let worlds = worlds.transpose().map_err(|report: Report| Refusal::from(report))?;
        Ok(PreparedRun { request, compared, worlds, events: AtomicU64::new(0) })
    }

    /// The scenario of the request.
    pub fn scenario(&self) -> &Loaded {
        &self.compared.own
    }

    /// How many replications are played at first.
    pub fn first_replications(&self) -> u32 {
        self.request.replications
    }

    /// Simulates everything on the threads of the current pool.
    ///
    /// # Errors
    /// If a replication fails, or if it is cancelled before one was finished.
    pub fn play(mut self, control: &dyn Control) -> Result<Ended<RunResult>, Failure> {
        let warm_up = self.warm_up(control)?;
        let (studies, reached) = match self.request.batches {
            Some(batches) => (self.in_batches(batches, control)?, None),
            None => self.replications(control)?,
        };
        let played = studies.first().map_or(0, |study| study.replications);
        let mut studies = studies;
        let missing = self.predict(&mut studies[0], control)?;
        let cancelled = match self.request.batches {
            Some(_) => None,
            None => cut_short(control, played, self.request.replications, reached.as_ref()),
        };
        if cancelled.is_some() {
            (self.request.replications, self.request.precision) = (played, None);
            // A run that is stopped tries nothing.
            self.request.advice = false;
        }
        let cancelled =
            [cancelled, missing].into_iter().flatten().reduce(|one, other| format!("{one}; {other}"));
        let advice = match studies.first().filter(|_| self.request.batches.is_none() && self.request.advice) {
            Some(study) if cancelled.is_none() => self.trials(study).advice(control)?,
            _ => None,
        };
        Ok(Ended { result: RunResult { reached, warm_up, advice, ..self.answer(studies)? }, cancelled })
    }

    fn trials<'a>(&'a self, study: &'a Study) -> Trials<'a> {
        Trials {
            file: &self.request.file,
            scenario: &self.compared.scenario,
            model: &self.compared.own.model,
            study,
            events: self.events.load(Ordering::Relaxed),
            seed: self.request.seed,
        }
    }

    /// Sets the same warm-up for everything that is compared. It is detected if the scenario asks for that.
    fn warm_up(&mut self, control: &dyn Control) -> Result<WarmUp, Failure> {
        let own = &self.compared.own;
        let (span, warm_up) = match own.warm_up {
            WarmUpRule::Detected => {
                detect(&self.models().cloned().collect::<Vec<_>>(), self.request.seed, control)?
            }
            rule => (own.model.warmup, undetected(rule)),
        };
        self.compared.own.model.warmup = span;
        self.compared.with_strategy.iter_mut().for_each(|(_, rival)| rival.model.warmup = span);
        Ok(warm_up)
    }

    /// The model of the scenario, then those of the strategies that its expectations name.
    fn models(&self) -> impl Iterator<Item = &Model> {
        let rivals = self.compared.with_strategy.iter().map(|(_, rival)| rival);
        std::iter::once(&self.compared.own).chain(rivals).map(|loaded| &loaded.model)
    }

    /// Plays all models, with as many replications as the scenario's own metric needs.
    fn replications(&self, control: &dyn Control) -> Result<(Vec<Study>, Option<PrecisionOutcome>), Failure> {
        let models: Vec<&Model> = self.models().collect();
        let (own, rivals) = models.split_at(1);
        let asked = self.request.replications;
        let grow = |played: &mut Replications, models: &[&Model], replications: u32| {
            let all = u64::from(replications.max(asked)) * (1 + rivals.len() as u64);
            control.begin("replications", all, u64::from(played.count()));
            played.run_until(
                replications,
                |case, number| self.replication(models[case], number, control),
                control,
            )
        };
        let RunRequest { replications, precision, .. } = &self.request;
        let mut first = Replications::of(1);
        for until in pauses(*replications, control) {
            grow(&mut first, own, until)?;
            if first.count() == until && until < *replications {
                control.show(&first.so_far(), *replications);
            }
        }
        let pursue = |precision| first.pursue(precision, |first, more| grow(first, own, more));
        let reached = precision.as_ref().map(pursue).transpose()?;
        let mut second = (!rivals.is_empty()).then(|| Replications::of(rivals.len()));
        if let Some(second) = &mut second {
            grow(second, rivals, first.count())?;
        }
        control.end();
        // If it was cancelled in between, only the replications that both have are compared.
        let both = second.as_ref().map_or(first.count(), Replications::count).min(first.count());
        if both == 0 {
            return Err(Failure::Cancelled);
        }
        let all = std::iter::once(first).chain(second);
        Ok((all.flat_map(|played| played.cut_to(both).studies()).collect(), reached))
    }

    /// Plays the worlds and adds the predictions from them. If that is cancelled: a sentence that says so.
    fn predict(&self, study: &mut Study, control: &dyn Control) -> Result<Option<String>, Failure> {
        let Some((worlds, document)) = &self.worlds else { return Ok(None) };
        let RunRequest { file, set, seed, .. } = &self.request;
        let of = Unsettled { file, document, set, strategies: None };
        let model = &self.compared.own.model;
        let play = |_, world| -> Result<Outcome, Failure> {
            let model = worlds.model(&of, world, model)?;
            Ok(measure_with(&model, Draws::new(*seed, world), &mut WhileWanted(control))?)
        };
        control.begin("worlds", worlds.count().into(), 0);
        let mut played = Replications::of(1);
        played.run_until(worlds.count(), play, control)?;
        control.end();
        let count = played.count();
        if count == worlds.count() {
            let played = played.studies().into_iter().next().context("a world was played")?;
            study.predict(&played, &worlds.drawn(count));
            return Ok(None);
        }
        Ok(Some(WITHOUT_WORLDS.to_owned()))
    }

    /// Plays one replication. Only the first one keeps a timeline.
    fn replication(&self, model: &Model, number: u32, control: &dyn Control) -> anyhow::Result<Outcome> {
        let draws = Draws::new(self.request.seed, number);
        let extras = Extras { timeline: number == 0, screen: self.request.with_screen };
        let (outcome, events) = measure_counted(model, draws, extras, &mut WhileWanted(control))?;
        if std::ptr::eq(model, &raw const self.compared.own.model) {
            self.events.fetch_add(events, Ordering::Relaxed);
        }
        Ok(outcome)
    }

    /// Plays replication 0 of each model once as a whole and once for each batch. A batch needs a
    /// simulation of its own, because quantiles and levels of a part cannot be computed from counters.
    fn in_batches(&self, batches: u32, control: &dyn Control) -> Result<Vec<Study>, Failure> {
        let models: Vec<&Model> = self.models().collect();
        let each = batches as usize + 1;
        let all = each * models.len();
        control.begin("replications", all as u64, 0);
        let play = |index: usize| {
            let (model, draws) = (models[index / each], Draws::new(self.request.seed, 0));
            let mut wanted = WhileWanted(control);
            let outcome = match (index % each).checked_sub(1) {
                None => {
                    let extras = Extras { timeline: true, screen: false };
                    measure_counted(model, draws, extras, &mut wanted).map(|(outcome, _)| outcome)
                }
                Some(part) => measure_part(model, draws, (part as u32, batches), &mut wanted),
            };
            control.advance();
            outcome
        };
        let played: Vec<Outcome> = in_order(all, play, control)?;
        control.end();
        if played.len() < all {
            return Err(Failure::Cancelled);
        }
        let mut played = played.into_iter();
        let mut study = |_| {
            let whole = played.next().context("nothing was simulated")?;
            let parts: Vec<_> = played.by_ref().take(batches as usize).map(|part| part.values).collect();
            Ok(Study::in_batches(whole, &parts))
        };
        (0..models.len()).map(&mut study).collect()
    }

    /// Makes the result. `studies` begins with that of the scenario; those of the strategies follow.
    fn answer(self, studies: Vec<Study>) -> anyhow::Result<RunResult> {
        let mut studies = studies.into_iter();
        let study = studies.next().context("nothing was simulated")?;
        let ScenarioWithStrategies { own, with_strategy, .. } = self.compared;
        let names = with_strategy.into_iter().map(|(name, _)| name);
        let rivals = names.zip(studies).map(|(name, rival)| (name, differences(&study, &rival))).collect();
        Ok(RunResult {
            command: "run",
            reproduce: self.request.to_string(),
            name: own.name,
            file: self.request.file.display().to_string(),
            hash: own.hash,
            seed: self.request.seed,
            study,
            reached: None,
            warm_up: WarmUp::Fixed,
            expectations: own.expectations,
            rivals,
            advice: None,
        })
    }
}

/// The numbers of replications after which a study is shown to somebody who watches, and the last one. Four are the
/// fewest that say anything of the spread.
fn pauses(replications: u32, control: &dyn Control) -> impl Iterator<Item = u32> {
    let shown = std::iter::successors(Some(4), |pause: &u32| pause.checked_mul(2));
    let before = shown.take_while(move |pause| *pause < replications);
    before.filter(|_| control.is_watched()).chain([replications])
}

/// What is missing if worlds were cancelled.
pub(super) const WITHOUT_WORLDS: &str = "the predictions under other assumptions are missing";

/// Refuses the metric of an option if one of its labels has a value that the scenario does not know. This cannot be
/// checked before the scenario was read.
pub(super) fn check_measure(option: &str, asked: Option<&Measure>, model: &Model) -> Result<(), Refusal> {
    let names = model.names();
    let Some(((label, text), known)) = asked.and_then(|asked| asked.stranger(&names)) else {
        return Ok(());
    };
    let text = crate::diagnostic::printable(text);
    let near = crate::diagnostic::nearest(&text, known.iter().copied());
    let help = near.map_or_else(|| known.join(", "), |near| format!("did you mean `{near}`?"));
    let message = format!("{option}: there is no {label} called `{text}` in this scenario");
    Err(Refusal::usage(format!("{message}: {help}")))
}
