//! The experiment behind `compare`: one scenario against others, or against itself with strategies. All
//! sides see the same pushes, changes and sizes, so their differences are paired.

mod cases;
mod in_worlds;
mod play;

use super::command_line::CommandLine;
use super::run::check_measure;
use super::worlds::{Uncertainty, Worlds};
use super::{Control, Ended, Failure, Refusal};
use crate::diagnostic::Report;
use crate::observe::{Better, Measure};
use crate::result::ComparisonResult;
use crate::scenario::Loaded;
use crate::statistics::{Precision, STRATEGIES_MAX};
use crate::strategy::StrategySet;
use cases::Cases;
use std::fmt;
use std::path::PathBuf;

/// The request of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct CompareRequest {
    /// The scenario to compare with: a file in TOML.
    pub base: PathBuf,
    /// The files of other scenarios.
    pub others: Vec<PathBuf>,
    /// The commits that the scenarios were imported from, if they were: the command names these in place of the files.
    pub revisions: Option<ComparedRevisions>,
    /// The strategies to apply to the base.
    pub strategies: Vec<StrategySet>,
    /// True if every strategy that applies is tried as well, and then the best of them together.
    pub all: bool,
    /// The metric by which the alternatives are ranked before all others.
    pub by: Option<Measure>,
    /// True if the best alternatives are also compared at other limits.
    pub limits: bool,
    /// True if all strategies are applied together and their effect is attributed to each. There are no
    /// other scenarios then.
    pub attribute: bool,
    /// Changes of every scenario, each `PATH=VALUE`.
    pub set: Vec<String>,
    /// The seed of all draws.
    pub seed: u64,
    /// How many replications of each, at least 1. `precision` may add more.
    pub replications: u32,
    /// The precision that the differences of a metric have to reach.
    pub precision: Option<Precision>,
    /// Whether the assumed inputs of the base are drawn as well, in as many worlds as there are replications. All
    /// sides are played in the same ones.
    pub uncertainty: Uncertainty,
}

/// Two commits whose workflows are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedRevisions {
    /// The repository's folder.
    pub repo: PathBuf,
    /// The commit before the change, as it was asked for.
    pub from: String,
    /// The one after it.
    pub to: String,
    /// The records that both were calibrated with: the option, and the file.
    pub records: Vec<(&'static str, PathBuf)>,
}

impl ComparedRevisions {
    fn named_in(&self, command: CommandLine) -> CommandLine {
        let command = command
            .option("--repo", [self.repo.display()])
            .option("--from", [&self.from])
            .option("--to", [&self.to]);
        let records = self.records.iter();
        records.fold(command, |command, (option, file)| command.option(option, [file.display()]))
    }
}

/// Writes the command that gives the same result again, on any number of threads.
impl fmt::Display for CompareRequest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let files = std::iter::once(&self.base).chain(&self.others);
        let command = CommandLine::new("compare");
        let command = match &self.revisions {
            None => files.fold(command, |command, file| command.file(file)),
            Some(revisions) => revisions.named_in(command),
        };
        command
            .strategies(&self.strategies)
            .flag("--all", self.all)
            .metric("--by", self.by.as_ref())
            .flag("--no-limits", !self.limits)
            .flag("--attribute", self.attribute)
            .option("--set", &self.set)
            .uncertainty(self.uncertainty)
            .option("--seed", [self.seed])
            .option("--replications", [self.replications])
            .precision(self.precision.as_ref())
            .fmt(f)
    }
}

/// A request whose scenarios were read and checked.
#[derive(Debug)]
pub struct PreparedComparison {
    request: CompareRequest,
    cases: Cases,
    worlds: Option<Worlds>,
}

impl PreparedComparison {
    /// Reads all scenarios and applies all strategies.
    ///
    /// # Errors
    /// All problems of the scenarios, the strategies and the request.
    pub fn prepare(request: CompareRequest) -> Result<PreparedComparison, Refusal> {
        let found = request.strategies.len();
        if request.attribute && found > STRATEGIES_MAX {
            let subsets = 1_u64 << found.min(60);
            return Err(Refusal::usage(format!(
                "--attribute takes at most {STRATEGIES_MAX} strategies, not {found}, because it simulates \
                 all {subsets} subsets. Join some with `+`"
            )));
        }
        if let Some(by) = request.by.as_ref().filter(|by| by.metric.better == Better::Neither) {
            let name = by.metric.name;
            return Err(Refusal::usage(format!("--by: neither more nor less of {name} is better")));
        }
        let cases = Cases::gather(&request).map_err(Refusal::of)?;
        let precise = request.precision.as_ref().map(|precision| &precision.measure);
        check_measure("--precision-metric", precise, &cases.base.model)?;
        check_measure("--by", request.by.as_ref(), &cases.base.model)?;
        let CompareRequest { set, uncertainty, replications, seed, .. } = &request;
        let worlds = Worlds::of(&cases.base, set, *uncertainty, *replications, *seed)?;
        Ok(PreparedComparison { request, cases, worlds })
    }

    /// The scenario that the others are compared with.
    pub fn base(&self) -> &Loaded {
        &self.cases.base
    }

    /// The warnings about the others that the base does not have.
    pub fn remarks(&self) -> impl Iterator<Item = &Report> {
        self.cases.remarks()
    }

    /// Simulates everything on the threads of the current pool, and compares it.
    ///
    /// # Errors
    /// If a replication fails, or if it is cancelled before one of each was finished.
    pub fn play(self, control: &dyn Control) -> Result<Ended<ComparisonResult>, Failure> {
        play::play(self.cases, self.request, self.worlds, control)
    }
}
