//! `replay`: plays what was recorded of a real cache against the service alone.
//!
//! The recording is an operation log or a plain trace, and may be larger than memory: outcomes are handed over
//! one by one as they come.

mod request;

pub use request::ReplayRequest;

use super::input_file::{self, cannot_read, invalid, invalid_files, malformed, shown};
use super::small_limit::small_limit;
use super::{Control, Ended, Failure, Refusal};
use crate::mrc::{Mrc, limit_grid};
use crate::replay::trace::{self, Trace, TraceError, TraceKind};
use crate::replay::{
    Comparison, ComparisonRow, Input, InputError, InputProblem, InputProblems, LogMrc, LogReader,
    LoggedRequests, MergedLog, Operation, OperationOutcome, Player, ReplayTally, Shift, ShiftRow,
    StatedEntry, listing,
};
use crate::units::{Bytes, Duration, SimTime, counted};
use anyhow::{Context, anyhow};
use std::io::{BufRead, Read};
use std::path::Path;

/// More limits than these are a grid, not a comparison.
const LIMITS_MAX: usize = 64;
/// The largest listing that is read, 1 GB: each of its entries takes about 300 bytes.
const LISTING_BYTES_MAX: u64 = 1_000_000_000;
/// How many operations are played between two looks at whether the replay is cancelled.
const OPERATIONS_PER_LOOK: u64 = 4_096;

/// A replay whose recording was recognised and whose listing was read.
pub struct PreparedReplay<'a> {
    request: ReplayRequest,
    recording: Recording<'a>,
    /// How many entries of the listing have a version that is ignored, since the log has none.
    versions_ignored: u64,
}

enum Recording<'a> {
    Operations(MergedLog<Box<dyn BufRead + 'a>>, Vec<StatedEntry>),
    Accesses(Trace<Box<dyn BufRead + 'a>>),
}

/// What came of a replay.
#[derive(Debug)]
pub enum Replayed {
    /// A log under one limit; its outcomes were handed over.
    Log(ReplayedLog),
    /// A log under several limits, each exactly.
    Limits(ReplayedLimits),
    /// A log at several phases of the minute.
    Shifts(ReplayedShifts),
    /// A trace, or a log in one pass for all limits.
    Accesses(ReplayedAccesses),
}

/// The miss-ratio curve of a trace or of a log.
#[derive(Debug)]
pub struct ReplayedAccesses {
    /// The curve.
    pub curve: Mrc,
    /// What its requests are in the log; `None` for a trace, which has nothing else.
    pub log: Option<LoggedRequests>,
}

/// A log that was replayed under one limit.
#[derive(Debug)]
pub struct ReplayedLog {
    /// What happened.
    pub tally: ReplayTally,
    /// The limit.
    pub limit: Bytes,
    /// Bytes stored at the end.
    pub bytes: Bytes,
    /// The entries stored at the end, last accessed first.
    pub entries: Vec<StatedEntry>,
    /// Malformed lines that were skipped.
    pub skipped: u64,
}

/// A log that was replayed under several limits.
#[derive(Debug)]
pub struct ReplayedLimits {
    /// A row for each limit, and the last one for a cache without a limit.
    pub rows: Vec<ComparisonRow>,
    /// Misses of entries whose size the log does not state.
    pub unsized_misses: u64,
    /// Malformed lines that were skipped.
    pub skipped: u64,
}

/// A log that was replayed at several phases of the minute.
#[derive(Debug)]
pub struct ReplayedShifts {
    /// A row for each shift.
    pub rows: Vec<ShiftRow>,
    /// When the log begins; `None` if it is empty.
    pub begun: Option<SimTime>,
    /// Malformed lines that were skipped.
    pub skipped: u64,
}

/// Something about the recording that a person should know: how many of what.
pub type Remark = (u64, [&'static str; 2]);

impl<'a> PreparedReplay<'a> {
    /// Recognises the recordings that `logs` read, in the order of the request, and reads the listing that the request
    /// names.
    ///
    /// # Errors
    /// If a recording or the listing cannot be read or is malformed, or the request does not fit it.
    pub fn prepare(
        request: ReplayRequest,
        logs: Vec<Box<dyn Read + 'a>>,
    ) -> Result<PreparedReplay<'a>, Failure> {
        let mut read = Vec::new();
        for (path, log) in request.logs().zip(logs) {
            read.push(recognised(path, log, request.input)?);
        }
        let is_log = |(kind, _): &(Input, _)| *kind == Input::Operations;
        if read.len() > 1 && !read.iter().all(is_log) {
            return Err(usage("several recordings are merged only if all of them are operation logs"));
        }
        let Some((kind, _)) = read.first() else { return Err(usage("name a recording")) };
        let kind = match *kind {
            _ if request.layout.is_some() && *kind != Input::Csv => {
                return Err(usage("--columns, --delimiter and --no-header are for traces in CSV"));
            }
            Input::Operations => {
                return PreparedReplay::of_operations(
                    request,
                    read.into_iter().map(|(_, log)| log).collect(),
                );
            }
            Input::Csv => TraceKind::Csv,
            Input::OracleGeneral => TraceKind::OracleGeneral,
        };
        let trace = trace::open(read.swap_remove(0).1, kind);
        let layout = request.layout.clone().filter(|_| kind == TraceKind::Csv).unwrap_or_default();
        let trace = if kind == TraceKind::Csv { trace.laid_out(layout) } else { trace };
        PreparedReplay::of_trace(request, trace)
    }

    fn of_trace(
        request: ReplayRequest,
        trace: Trace<Box<dyn BufRead + 'a>>,
    ) -> Result<PreparedReplay<'a>, Failure> {
        if let Some(option) = request.option_of_operations() {
            // Its curve is made without being asked for.
            let instead = if option == "--screen" { ": the answer is that curve anyway" } else { "" };
            return Err(usage(format!(
                "{option} is only for operation logs: a plain trace has no scopes, no rate limits and no idle \
                 expiry, and is swept instantly; leave {option} out{instead}"
            )));
        }
        if request.limits.len() > trace::LIMITS_MAX {
            return Err(anyhow!("more than {} limits: use several replays", trace::LIMITS_MAX).into());
        }
        let trace = if request.lenient { trace.lenient() } else { trace };
        Ok(PreparedReplay { request, recording: Recording::Accesses(trace), versions_ignored: 0 })
    }

    fn of_operations(
        request: ReplayRequest,
        inputs: Vec<Box<dyn BufRead + 'a>>,
    ) -> Result<PreparedReplay<'a>, Failure> {
        if request.limits.len() > LIMITS_MAX {
            return Err(anyhow!("more than {LIMITS_MAX} limits: compare fewer at once").into());
        }
        if request.compares_shifts() && (request.limits.len() > 1 || request.screen) {
            return Err(usage("a range of --shift is compared under one limit: leave the others out"));
        }
        let mut initial = match &request.initial {
            Some(path) => read_listing(path)?,
            None => Vec::new(),
        };
        let logs = inputs.into_iter().map(|input| LogReader::new(input, request.lenient)).collect();
        let mut log = MergedLog::new(logs, request.is_aligned, request.team);
        let mut versions_ignored = 0;
        let named = log.names_versions().with_context(|| cannot_read(&request.log))?;
        let Some(named) = named else {
            return Err(usage("some of the logs name versions and others do not: replay them one by one"));
        };
        if !named {
            versions_ignored = initial.iter().filter(|entry| !entry.version.is_empty()).count() as u64;
            initial = listing::without_versions(initial);
        }
        Ok(PreparedReplay { request, recording: Recording::Operations(log, initial), versions_ignored })
    }

    /// True for an operation log, which can be cancelled.
    pub fn is_log(&self) -> bool {
        matches!(self.recording, Recording::Operations(..))
    }

    /// True if each outcome is handed over: for a log under one limit.
    pub fn hands_over_outcomes(&self) -> bool {
        let compares = self.request.screen || self.request.limits.len() > 1 || self.request.compares_shifts();
        self.is_log() && !compares
    }

    /// The note on a limit of a log that was probably meant in another unit. Objects of a trace may be small.
    pub fn small_limit(&self) -> Option<String> {
        if self.is_log() { small_limit(&self.request.limits) } else { None }
    }

    /// What is already known before the replay begins.
    pub fn remarks(&self) -> [Remark; 1] {
        let ignored = [
            "entry of the listing has a version and the log has none: versions are ignored",
            "entries of the listing have versions and the log has none: versions are ignored",
        ];
        [(self.versions_ignored, ignored)]
    }

    /// Plays the recording, and hands over each outcome of a log under one limit.
    ///
    /// A log that is cancelled ends at the operation it has reached. A trace is not cancelled: it is one pass.
    ///
    /// # Errors
    /// If the recording is malformed or cannot be read, or an outcome cannot be kept.
    pub fn play(
        self,
        outcome: &mut dyn FnMut(&OperationOutcome) -> anyhow::Result<()>,
        control: &dyn Control,
    ) -> Result<Ended<Replayed>, Failure> {
        let PreparedReplay { request, recording, .. } = self;
        let (log, initial) = match recording {
            Recording::Operations(log, initial) => (log, initial),
            Recording::Accesses(trace) => return accesses(&request, trace).map(Ended::whole),
        };
        let replay = LogReplay { request: &request, log, control, reached: Reached::default() };
        match request.limits.len() {
            _ if request.screen => replay.in_one_pass(&initial),
            _ if request.compares_shifts() => replay.at_several_phases(&initial),
            0 | 1 => replay.under_one_limit(&initial, outcome),
            _ => replay.under_several_limits(&initial),
        }
    }
}

/// Plays a plain trace: under the limits named, or under all.
fn accesses<R: Read>(request: &ReplayRequest, trace: Trace<R>) -> Result<Replayed, Failure> {
    let limits = &request.limits;
    let played = if limits.is_empty() { trace::curve(trace) } else { trace::simulate(trace, limits) };
    let whole = |curve| Replayed::Accesses(ReplayedAccesses { curve, log: None });
    played.map(whole).map_err(|problem| match problem {
        TraceError::Unreadable(problem) => anyhow!(problem).context(cannot_read(&request.log)).into(),
        problem => {
            let name = shown(&request.log);
            malformed(problem.lines().iter().map(|line| format!("{name}:{line}")))
        }
    })
}

/// Recognises a recording.
fn recognised<'a>(
    path: &Path,
    log: Box<dyn Read + 'a>,
    known: Option<Input>,
) -> Result<(Input, Box<dyn BufRead + 'a>), Failure> {
    Input::of(log, known).map_err(|problem| match problem {
        InputError::Unreadable(problem) => anyhow!(problem).context(cannot_read(path)).into(),
        foreign => malformed([format!("{}:{foreign}", shown(path))]),
    })
}

/// A log while it is played.
struct LogReplay<'r, R> {
    request: &'r ReplayRequest,
    log: MergedLog<R>,
    control: &'r dyn Control,
    reached: Reached,
}

/// How far a log was played.
#[derive(Default)]
struct Reached {
    operations: u64,
    /// The instant of the first operation.
    begun: Option<SimTime>,
    /// The instant of the last operation.
    at: Option<SimTime>,
    is_cancelled: bool,
}

impl<R: BufRead> LogReplay<'_, R> {
    fn under_one_limit(
        mut self,
        initial: &[StatedEntry],
        outcome: &mut dyn FnMut(&OperationOutcome) -> anyhow::Result<()>,
    ) -> Result<Ended<Replayed>, Failure> {
        let settings = self.request.settings();
        let mut player = Player::new(&settings);
        self.state(initial, |entry| player.state(entry, 0))?;
        let mut outcomes: Vec<OperationOutcome> = Vec::new();
        let end = self.play(|operation| {
            let played = player.play(operation, &mut outcomes);
            outcomes.drain(..).try_for_each(|of| outcome(&of)).map(|()| played)
        })?;
        if let Some(end) = end {
            player.finish(end, &mut outcomes);
        }
        outcomes.drain(..).try_for_each(|of| outcome(&of))?;
        let result = ReplayedLog {
            tally: player.tally().clone(),
            limit: settings.limits.limit,
            bytes: player.bytes(),
            entries: player.listing(),
            skipped: self.log.skipped(),
        };
        Ok(self.ended(Replayed::Log(result)))
    }

    fn in_one_pass(mut self, initial: &[StatedEntry]) -> Result<Ended<Replayed>, Failure> {
        let all = self.request.limits.is_empty();
        let mut limits = if all { limit_grid() } else { self.request.limits.clone() };
        limits.sort_unstable();
        let mut curve = LogMrc::new(&limits, &self.request.settings());
        self.state(initial, |entry| curve.state(entry, 0))?;
        self.play(|operation| Ok(curve.play(operation)))?;
        let requests = curve.requests();
        let curve = curve.finish(self.log.skipped());
        let curve = if all { curve.rising() } else { curve };
        Ok(self.ended(Replayed::Accesses(ReplayedAccesses { curve, log: Some(requests) })))
    }

    fn under_several_limits(mut self, initial: &[StatedEntry]) -> Result<Ended<Replayed>, Failure> {
        let mut comparison = Comparison::new(&self.request.limits, &self.request.settings());
        self.state(initial, |entry| comparison.state(entry, 0))?;
        if let Some(end) = self.play(|operation| Ok(comparison.play(operation)))? {
            comparison.finish(end);
        }
        let (rows, unsized_misses) = (comparison.rows(), comparison.unsized_misses());
        let result = ReplayedLimits { rows, unsized_misses, skipped: self.log.skipped() };
        Ok(self.ended(Replayed::Limits(result)))
    }

    fn at_several_phases(mut self, initial: &[StatedEntry]) -> Result<Ended<Replayed>, Failure> {
        let settings = self.request.settings();
        let times = self.request.shift.map_or(vec![], Shift::times);
        let mut players: Vec<_> = times.into_iter().map(|shift| (shift, Player::new(&settings))).collect();
        let mut outcomes = Vec::new();
        for (shift, player) in &mut players {
            self.state(initial, |entry| player.state(&entry.clone().shifted(*shift), 0))?;
        }
        let end = self.play(|operation| {
            Ok(players.iter_mut().try_for_each(|(shift, player)| {
                outcomes.clear();
                player.play(&operation.clone().shifted(*shift), &mut outcomes)
            }))
        })?;
        for (shift, player) in &mut players {
            end.into_iter().for_each(|end| player.finish(end + *shift, &mut outcomes));
        }
        let row = |(shift, player): (Duration, Player)| ShiftRow { shift, tally: player.tally().clone() };
        let rows = players.into_iter().map(row).collect();
        let result = ReplayedShifts { rows, begun: self.reached.begun, skipped: self.log.skipped() };
        Ok(self.ended(Replayed::Shifts(result)))
    }

    /// Stores what the listing states.
    fn state(
        &self,
        initial: &[StatedEntry],
        mut each: impl FnMut(&StatedEntry) -> Result<(), InputProblem>,
    ) -> Result<(), Failure> {
        let listing = self.request.initial.as_deref().unwrap_or(Path::new(""));
        let shifted = initial.iter().map(|entry| entry.clone().shifted(self.request.one_shift()));
        let mut entries = shifted.map(|entry| each(&entry));
        entries.try_for_each(|stated| stated.map_err(|problem| invalid(listing, &problem.into())))
    }

    /// Plays each operation until the log, or what is asked for of it, ends; returns that instant. After the
    /// first problem it only looks for more.
    fn play(
        &mut self,
        mut each: impl FnMut(&Operation) -> anyhow::Result<Result<(), InputProblem>>,
    ) -> Result<Option<SimTime>, Failure> {
        let shift = self.request.one_shift();
        let until = self.request.until.map(|until| until + shift);
        while let Some(operation) =
            self.log.next_operation().with_context(|| cannot_read(&self.request.log))?
        {
            let operation = operation.shifted(shift);
            if until.is_some_and(|until| operation.at > until) {
                break;
            }
            if !self.log.has_problems()
                && let Err(problem) = each(&operation)?
            {
                self.log.refuse(problem);
                break;
            }
            if self.reached.pass(operation.at, self.control) {
                return Ok(self.reached.at);
            }
        }
        if !self.log.has_problems() {
            return Ok(until.or(self.reached.at));
        }
        let of = self.request.logs().zip(self.log.problems());
        Err(invalid_files(of.filter(|(_, problems): &(&Path, &InputProblems)| !problems.is_empty())))
    }

    fn ended(self, result: Replayed) -> Ended<Replayed> {
        Ended { result, cancelled: self.reached.cancelled() }
    }
}

impl Reached {
    /// An operation was played; returns true if it is to be the last one.
    fn pass(&mut self, at: SimTime, control: &dyn Control) -> bool {
        self.begun = self.begun.or(Some(at));
        (self.at, self.operations) = (Some(at), self.operations + 1);
        self.is_cancelled = self.operations.is_multiple_of(OPERATIONS_PER_LOOK) && control.is_cancelled();
        self.is_cancelled
    }

    fn cancelled(&self) -> Option<String> {
        let at = self.at.filter(|_| self.is_cancelled)?;
        let operations = counted(self.operations, "operation", "operations");
        Some(format!("the log was replayed until {at}, for {operations}"))
    }
}

impl ReplayedLog {
    /// What a person should know of the log.
    pub fn remarks(&self) -> Vec<Remark> {
        remarks(&self.tally, self.skipped)
    }
}

impl ReplayedShifts {
    /// What a person should know of the log.
    pub fn remarks(&self) -> Vec<Remark> {
        remarks(&self.rows[0].tally, self.skipped)
    }
}

impl ReplayedLimits {
    /// What a person should know of the log.
    pub fn remarks(&self) -> Vec<Remark> {
        remarks(&self.rows[0].tally, self.skipped)
    }
}

fn remarks(tally: &ReplayTally, skipped: u64) -> Vec<Remark> {
    vec![
        (skipped, ["malformed line was skipped", "malformed lines were skipped"]),
        (
            tally.without_ref,
            [
                "entry has no ref: it is assigned to the default branch",
                "entries have no ref: they are assigned to the default branch",
            ],
        ),
        (
            tally.stated_twice,
            [
                "entry is declared but already stored: the first one is used",
                "entries are declared but already stored: the first one is used",
            ],
        ),
        (
            tally.stated_early,
            [
                "entry of the listing was created or accessed after the log's first line: it takes up space from \
                 the start, but nothing finds it before it was created; use a listing from before the log",
                "entries of the listing were created or accessed after the log's first line: they take up space \
                 from the start, but nothing finds them before they were created; use a listing from before the log",
            ],
        ),
        (
            tally.other_version,
            [
                "restore missed although its key, or one that starts with a restore key, is stored under \
                 another version: if the log is correct, the paths or the compression differ",
                "restores missed although their key, or one that starts with a restore key, is stored under \
                 another version: if the log is correct, the paths or the compression differ",
            ],
        ),
    ]
}

fn read_listing(path: &Path) -> Result<Vec<StatedEntry>, Failure> {
    let text = input_file::read(path, LISTING_BYTES_MAX)?;
    listing::read(&text).map_err(|problems| invalid(path, &problems))
}

fn usage(problem: impl Into<String>) -> Failure {
    Failure::Refused(Refusal::usage(problem))
}
