//! What a replay is asked for.

use crate::experiment::command_line::CommandLine;
use crate::replay::trace::CsvLayout;
use crate::replay::{Input, Settings, Shift, TeamOfBuilds};
use crate::service::{Limits, OverQuota, Sweep};
use crate::units::{Bytes, Duration, SimTime};
use std::fmt;
use std::path::{Path, PathBuf};

/// A recording, and the settings of the service that it is played against. Unset options have the defaults of
/// [`Limits`]; those of an operation log are refused for a plain trace.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayRequest {
    /// The name of the recording; `-` is standard input.
    pub log: PathBuf,
    /// Further operation logs, which are played with the first one.
    pub more: Vec<PathBuf>,
    /// True if every log begins when the first one does, and not when it was recorded.
    pub is_aligned: bool,
    /// How many builds each log stands for.
    pub team: TeamOfBuilds,
    /// What the recording is; `None`: its first bytes decide.
    pub input: Option<Input>,
    /// The layout of a trace in CSV.
    pub layout: Option<CsvLayout>,
    /// A listing of the entries that are stored before an operation log begins.
    pub initial: Option<PathBuf>,
    /// The size limits; none is GitHub's for a log, and all for a trace.
    pub limits: Vec<Bytes>,
    /// When the service sweeps; hourly by default.
    pub sweep: Option<Sweep>,
    /// The instant of a sweep, which fixes the phase of periodic ones.
    pub sweep_at: Option<SimTime>,
    /// How long an idle entry stays.
    pub retention: Option<Duration>,
    /// Saves that a UTC minute admits.
    pub uploads_per_minute: u32,
    /// Restores that a UTC minute admits.
    pub downloads_per_minute: u32,
    /// What a save over the limit meets.
    pub over_quota: OverQuota,
    /// The branch that every run may read: a name or a full ref.
    pub default_branch: String,
    /// Operations after this instant are not played.
    pub until: Option<SimTime>,
    /// How much later the log begins than it did; several times are compared.
    pub shift: Option<Shift>,
    /// Whether an operation log is played in one pass for all limits.
    pub screen: bool,
    /// Whether malformed lines are skipped and counted.
    pub lenient: bool,
}

impl ReplayRequest {
    /// Saves that GitHub admits in a UTC minute.
    pub const UPLOADS_PER_MINUTE: u32 = 200;
    /// Restores that GitHub admits in a UTC minute.
    pub const DOWNLOADS_PER_MINUTE: u32 = 1_500;
    /// The usual default branch.
    pub const DEFAULT_BRANCH: &str = "main";

    /// A recording with all defaults.
    pub fn of(log: impl Into<PathBuf>) -> ReplayRequest {
        ReplayRequest {
            log: log.into(),
            more: Vec::new(),
            is_aligned: false,
            team: TeamOfBuilds { builds: 1, every: TeamOfBuilds::EVERY },
            input: None,
            layout: None,
            initial: None,
            limits: Vec::new(),
            sweep: None,
            sweep_at: None,
            retention: None,
            uploads_per_minute: ReplayRequest::UPLOADS_PER_MINUTE,
            downloads_per_minute: ReplayRequest::DOWNLOADS_PER_MINUTE,
            over_quota: OverQuota::default(),
            default_branch: ReplayRequest::DEFAULT_BRANCH.to_owned(),
            until: None,
            shift: None,
            screen: false,
            lenient: false,
        }
    }

    /// The names of all recordings.
    pub fn logs(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(&self.log).chain(&self.more).map(PathBuf::as_path)
    }

    /// True if several phases of the minute are compared.
    pub(super) fn compares_shifts(&self) -> bool {
        self.shift.is_some_and(|shift| shift.to.is_some())
    }

    /// How much later the log begins, if several phases are not compared.
    pub(super) fn one_shift(&self) -> Duration {
        self.shift.filter(|shift| shift.to.is_none()).map_or(Duration::ZERO, |shift| shift.from)
    }

    /// The first option given that only an operation log can have.
    pub(super) fn option_of_operations(&self) -> Option<&'static str> {
        let given = [
            (self.initial.is_some(), "--initial"),
            (self.sweep.is_some(), "--sweep"),
            (self.sweep_at.is_some(), "--sweep-at"),
            (self.retention.is_some(), "--retention"),
            (self.uploads_per_minute != ReplayRequest::UPLOADS_PER_MINUTE, "--uploads-per-minute"),
            (self.downloads_per_minute != ReplayRequest::DOWNLOADS_PER_MINUTE, "--downloads-per-minute"),
            (self.over_quota == OverQuota::Reject, "--over-quota"),
            (self.default_branch != ReplayRequest::DEFAULT_BRANCH, "--default-branch"),
            (self.until.is_some(), "--until"),
            (self.shift.is_some(), "--shift"),
            (self.team.builds > 1, "--scale"),
            (self.screen, "--screen"),
        ];
        given.into_iter().find(|(given, _)| *given).map(|(_, option)| option)
    }

    /// The settings that a log is played under.
    pub(super) fn settings(&self) -> Settings {
        let hourly = Sweep::Every { period: Duration::HOUR, phase: None };
        let sweep = match (self.sweep.unwrap_or(hourly), self.sweep_at) {
            (Sweep::Every { period, .. }, at) => Sweep::Every { period, phase: at.map(|at| Duration(at.0)) },
            (other, _) => other,
        };
        let limits = Limits {
            limit: self.limits.first().copied().unwrap_or(Limits::INCLUDED),
            retention: self.retention.unwrap_or(Limits::default().retention),
            sweep,
            uploads_per_minute: Some(self.uploads_per_minute),
            downloads_per_minute: Some(self.downloads_per_minute),
            over_quota: self.over_quota,
            ..Limits::default()
        };
        let default = &self.default_branch;
        let full = default.starts_with("refs/");
        let default_branch = if full { default.clone() } else { format!("refs/heads/{default}") };
        Settings { limits, default_branch, until: self.until }
    }
}

/// The command that gives the same result again. Sizes and durations are exact.
impl fmt::Display for ReplayRequest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let changed = |number: u32, default| (number != default).then_some(number);
        let branch = Some(&self.default_branch).filter(|branch| *branch != ReplayRequest::DEFAULT_BRANCH);
        let layout = self.layout.as_ref();
        let command = self.logs().fold(CommandLine::new("replay"), CommandLine::file);
        let is_team = self.team.builds > 1;
        let every = Some(self.team.every).filter(|every| is_team && *every != TeamOfBuilds::EVERY);
        command
            .option("--input", self.input.map(kind))
            .option("--columns", layout.map(|layout| layout.columns.join(",")))
            .option("--delimiter", layout.and_then(|layout| layout.delimiter).map(delimiter))
            .flag("--no-header", layout.is_some_and(|layout| !layout.header))
            .option("--initial", self.initial.as_ref().map(|path| path.display()))
            .option("--limit", self.limits.iter().map(|limit| limit.exact()))
            .option("--sweep", self.sweep.map(sweep))
            .option("--sweep-at", self.sweep_at)
            .option("--retention", self.retention.map(Duration::exact))
            .option(
                "--uploads-per-minute",
                changed(self.uploads_per_minute, ReplayRequest::UPLOADS_PER_MINUTE),
            )
            .option(
                "--downloads-per-minute",
                changed(self.downloads_per_minute, ReplayRequest::DOWNLOADS_PER_MINUTE),
            )
            .option("--over-quota", (self.over_quota == OverQuota::Reject).then_some("reject"))
            .option("--default-branch", branch)
            .option("--until", self.until)
            .option("--shift", self.shift)
            .flag("--align", self.is_aligned)
            .option("--scale", is_team.then_some(self.team.builds))
            .option("--every", every.map(Duration::exact))
            .flag("--screen", self.screen)
            .flag("--lenient", self.lenient)
            .fmt(f)
    }
}

fn kind(input: Input) -> &'static str {
    match input {
        Input::Operations => "operations",
        Input::Csv => "csv",
        Input::OracleGeneral => "oracle-general",
    }
}

fn delimiter(byte: u8) -> String {
    match byte {
        b'\t' => "tab".to_owned(),
        b' ' => "space".to_owned(),
        byte => char::from(byte).to_string(),
    }
}

fn sweep(sweep: Sweep) -> String {
    match sweep {
        Sweep::Every { period, .. } => period.exact(),
        Sweep::Instant => "instant".to_owned(),
        Sweep::Never => "none".to_owned(),
    }
}
