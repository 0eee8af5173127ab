//! What a diagnosis is asked for.

use crate::diagnose::FailCondition;
use crate::experiment::command_line::CommandLine;
use crate::service::Limits;
use crate::units::{Bytes, Duration, SimTime};
use std::fmt;
use std::path::PathBuf;

/// Listings of one cache, and what is known beside them.
#[derive(Debug, Clone, PartialEq)]
pub struct DiagnoseRequest {
    /// The files of the listings; `-` is standard input.
    pub listings: Vec<PathBuf>,
    /// The output of `gh pr list --json number,state`.
    pub pulls: Option<PathBuf>,
    /// A scenario, by which families and their jobs are recognised.
    pub scenario: Option<PathBuf>,
    /// The size limit.
    pub limit: Bytes,
    /// The instant of the last listing; `None`: the newest time in it.
    pub at: Option<SimTime>,
    /// How long an idle entry stays; `None`: 7 days, unless the listing shows that it is longer.
    pub retention: Option<Duration>,
    /// The default branch; `None`: the usual name that the listing has.
    pub default_branch: Option<String>,
    /// The conditions under which the diagnosis counts as failed.
    pub fail_on: Vec<FailCondition>,
}

impl DiagnoseRequest {
    /// Listings with all defaults.
    pub fn of(listings: Vec<PathBuf>) -> DiagnoseRequest {
        DiagnoseRequest {
            listings,
            pulls: None,
            scenario: None,
            limit: Limits::INCLUDED,
            at: None,
            retention: None,
            default_branch: None,
            fail_on: vec![],
        }
    }
}

/// The command that gives the same result again. Sizes and durations are exact.
impl fmt::Display for DiagnoseRequest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let command = CommandLine::new("diagnose");
        let command = self.listings.iter().fold(command, |command, listing| command.file(listing));
        let limit = (self.limit != Limits::INCLUDED).then(|| self.limit.exact());
        let fail_on: Vec<String> = self.fail_on.iter().map(ToString::to_string).collect();
        command
            .option("--pulls", self.pulls.as_ref().map(|path| path.display()))
            .option("--scenario", self.scenario.as_ref().map(|path| path.display()))
            .option("--limit", limit)
            .option("--at", self.at)
            .option("--retention", self.retention.map(Duration::exact))
            .option("--default-branch", self.default_branch.as_ref())
            .option("--fail-on", (!fail_on.is_empty()).then(|| fail_on.join(",")))
            .fmt(f)
    }
}
