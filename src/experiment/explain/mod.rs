//! The experiment behind `explain`: why a job run missed the cache, and how it would have ended with each
//! strategy. It simulates a single replication and reads that replication's journal.

mod explanations;
mod question;
mod trial;

#[doc(hidden)]
pub use explanations::{Explanations, JobFilter};
pub use question::Moment;

use super::command_line::CommandLine;
use super::control::WhileWanted;
use super::{Control, Ended, Failure, Refusal};
use crate::engine::Unfinished;
use crate::observe::journal::Line;
use crate::observe::{Journal, Outcome, measure_with};
use crate::random::Draws;
use crate::result::{ExplainedRun, Explanation};
use crate::scenario::{self, Loaded, Scenario};
use crate::units::{Duration, SimTime};
use question::Question;
use std::fmt;
use std::path::PathBuf;

/// The request of an explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainRequest {
    /// The scenario's file, in TOML.
    pub file: PathBuf,
    /// Only runs of this job, named with or without its matrix leg.
    pub job: Option<String>,
    /// Only runs on this kind of ref, or on the ref with this name.
    pub ref_name: Option<String>,
    /// Only runs in which this cache client missed something.
    pub client: Option<String>,
    /// Only runs that start on this day, or from this instant.
    pub at: Option<Moment>,
    /// How many of the runs that lost most are explained; by default five for a day and otherwise one.
    pub worst: Option<u8>,
    /// True if strategies are tried.
    pub remedies: bool,
    /// Changes of the scenario, each `PATH=VALUE`.
    pub set: Vec<String>,
    /// The seed of all draws.
    pub seed: u64,
    /// The number of the replication, from 1.
    pub replication: u32,
}

/// Writes the command that gives the same result again, on any number of threads.
impl fmt::Display for ExplainRequest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        CommandLine::new("explain")
            .file(&self.file)
            .option("--job", &self.job)
            .option("--ref", &self.ref_name)
            .option("--client", &self.client)
            .option("--at", self.at)
            .option("--worst", self.worst)
            .flag("--no-remedies", !self.remedies)
            .option("--set", &self.set)
            .option("--seed", [self.seed])
            .option("--replication", [self.replication])
            .fmt(f)
    }
}

impl ExplainRequest {
    fn draws(&self) -> Draws {
        Draws::new(self.seed, self.replication - 1)
    }
}

/// A request whose scenario was read and checked.
#[derive(Debug)]
pub struct PreparedExplanation {
    request: ExplainRequest,
    scenario: Scenario,
    loaded: Loaded,
}

impl PreparedExplanation {
    /// Reads the scenario.
    ///
    /// # Errors
    /// All problems of the scenario.
    pub fn prepare(request: ExplainRequest) -> Result<PreparedExplanation, Refusal> {
        let scenario = scenario::read(&request.file, &request.set)?;
        let loaded = scenario::build(&request.file, scenario.clone())?;
        Ok(PreparedExplanation { request, scenario, loaded })
    }

    /// The scenario of the request.
    pub fn scenario(&self) -> &Loaded {
        &self.loaded
    }

    /// Simulates the replication. If the request names a day, only as far as its runs need.
    ///
    /// # Errors
    /// If the simulation fails, or if it is cancelled.
    pub fn play(self, control: &dyn Control) -> Result<JournaledReplication, Failure> {
        let question = Question::of(&self.request);
        if let Some(day) = question.filter.until {
            let (outcome, explanations) = self.simulate(Some(day + ENDING), |_| Ok(()), control)?;
            if !explanations.runs(&question.filter).is_empty() {
                return Ok(JournaledReplication { of: self, outcome, explanations });
            }
        }
        self.play_with_journal(|_| Ok(()), control)
    }

    /// Simulates the whole replication, and passes each line of its journal to `journal`.
    ///
    /// # Errors
    /// If the simulation or `journal` fails, or if it is cancelled.
    pub fn play_with_journal(
        self,
        journal: impl FnMut(&Line) -> anyhow::Result<()>,
        control: &dyn Control,
    ) -> Result<JournaledReplication, Failure> {
        let (outcome, explanations) = self.simulate(None, journal, control)?;
        Ok(JournaledReplication { of: self, outcome, explanations })
    }

    /// Simulates the replication, or the part of it until this instant.
    fn simulate(
        &self,
        until: Option<SimTime>,
        mut journal: impl FnMut(&Line) -> anyhow::Result<()>,
        control: &dyn Control,
    ) -> Result<(Outcome, Explanations), Failure> {
        let mut model = self.loaded.model.clone();
        let measured_from = model.simulated().measure_from;
        model.until = [model.until, until].into_iter().flatten().min();
        let (mut explanations, mut failed) = (Explanations::measured_from(measured_from), None);
        let tell = |line: Line| {
            if failed.is_none() {
                failed = journal(&line).err();
            }
            explanations.add(line);
        };
        let mut observer = (Journal::new(&model, tell), WhileWanted(control));
        let outcome = match measure_with(&model, self.request.draws(), &mut observer) {
            Err(Unfinished::Cancelled) => return Err(Failure::Cancelled),
            outcome => outcome?,
        };
        drop(observer);
        match failed {
            Some(problem) => Err(problem.into()),
            None => Ok((outcome, explanations)),
        }
    }
}

/// How long the last runs of a day are followed. What is evicted while they run belongs to their story.
const ENDING: Duration = Duration::DAY;

/// A replication that was simulated, with its journal.
#[derive(Debug)]
pub struct JournaledReplication {
    of: PreparedExplanation,
    outcome: Outcome,
    explanations: Explanations,
}

impl JournaledReplication {
    /// Selects the job runs that the request asks for, and tries the strategies on them, on the threads of
    /// the current pool.
    ///
    /// # Errors
    /// If no job run matches, or if a strategy cannot be simulated.
    pub fn explain(self, control: &dyn Control) -> Result<Ended<Explanation>, Failure> {
        let JournaledReplication {
            of: PreparedExplanation { request, scenario, loaded },
            outcome,
            explanations,
        } = self;
        let question = Question::of(&request);
        question
            .check(&loaded.model, &outcome.names, &explanations)
            .map_err(|problem| Failure::Refused(Refusal::usage(problem)))?;
        let (chosen, more) = question.pick(&explanations);
        let trial =
            trial::Trial { loaded: &loaded, scenario: &scenario, outcome: &outcome, request: &request };
        let (remedies, cancelled) = match request.remedies && !chosen.is_empty() {
            true => trial.of(&chosen, control)?,
            false => (vec![vec![]; chosen.len()], None),
        };
        let explained =
            chosen.into_iter().zip(remedies).map(|(why, remedies)| ExplainedRun { why, remedies });
        let result = Explanation {
            name: loaded.name,
            file: request.file.display().to_string(),
            hash: loaded.hash,
            seed: request.seed,
            replication: request.replication - 1,
            limit: outcome.limit,
            reproduce: request.to_string(),
            explained: explained.collect(),
            runs: explanations.runs(&question.filter).len(),
            more,
        };
        Ok(Ended { result, cancelled })
    }
}
