//! `replay`: plays a recorded log against the service alone, and prints the outcomes. It opens files,
//! chooses the format and streams; the replay itself is in [`replay`](crate::replay).

mod args;

pub(super) use args::ReplayArgs;

use super::output::{Draft, copy, print, say};
use super::{Common, EXIT_FINE, EXIT_INVALID, EXIT_USAGE, Format, Terminal};
use crate::diagnostic::printable;
use crate::mrc::{Mrc, limit_grid};
use crate::replay::trace::{self, Trace, TraceError};
use crate::replay::{
    CAUTION, Comparison, Input, InputError, InputProblem, InputProblems, LogMrc, LogReader, OperationOutcome,
    Player, ReplayTally, Settings, StatedEntry, listing,
};
use crate::report::accesses as trace_report;
use crate::report::replay::{
    CsvOutcomes, JsonOutcomes, Summary, comparison_csv, comparison_json, comparison_markdown,
    comparison_table, summary_markdown, summary_table,
};
use crate::units::SimTime;
use anyhow::{Context, bail};
use args::settings;
use std::fs::{self, File};
use std::io::{self, BufRead, Read};
use std::path::Path;

/// The most limits; more would be a grid and not a comparison.
const LIMITS_MAX: usize = 64;
/// The largest listing that is read, 1 GB. Each entry takes about 300 bytes.
const LISTING_BYTES_MAX: u64 = 1_000_000_000;

/// Replays a recorded log and prints the result.
pub(super) fn run(args: &ReplayArgs, common: &Common) -> anyhow::Result<u8> {
    let (kind, input) = match Input::of(open(&args.log)?, args.kind()) {
        Ok(found) => found,
        Err(InputError::Unreadable(problem)) => return Err(problem).with_context(|| cannot_read(&args.log)),
        Err(foreign) => {
            say(format!("error: {}:{foreign}\n", shown(&args.log)));
            return Ok(EXIT_INVALID);
        }
    };
    match kind {
        Input::Csv => {
            accesses(args, common, trace::open(input, trace::TraceKind::Csv).laid_out(args.form.form()))
        }
        _ if args.form.is_given() => {
            say("error: --columns, --delimiter and --no-header are for traces in CSV\n");
            Ok(EXIT_USAGE)
        }
        Input::Operations => operations(args, common, input),
        Input::OracleGeneral => accesses(args, common, trace::open(input, trace::TraceKind::OracleGeneral)),
    }
}

/// Replays a plain trace, under the given limits or, without any, under all of them.
fn accesses<R: Read>(args: &ReplayArgs, common: &Common, trace: Trace<R>) -> anyhow::Result<u8> {
    if let Some(option) = args.of_operations() {
        say(format!(
            "error: {option} is for operation logs: a plain trace has no scopes, no idle expiry, and is swept at once\n"
        ));
        return Ok(EXIT_USAGE);
    }
    if args.limit.len() > trace::LIMITS_MAX {
        bail!("more than {} limits: replay in parts", trace::LIMITS_MAX);
    }
    let trace = if args.lenient { trace.lenient() } else { trace };
    let played =
        if args.limit.is_empty() { trace::curve(trace) } else { trace::simulate(trace, &args.limit) };
    let replayed = match played {
        Ok(replayed) => replayed,
        Err(TraceError::Unreadable(problem)) => return Err(problem).with_context(|| cannot_read(&args.log)),
        Err(problem) => {
            let name = shown(&args.log);
            say(problem.lines().iter().map(|line| format!("error: {name}:{line}\n")).collect::<String>());
            return Ok(EXIT_INVALID);
        }
    };
    replayed_accesses(&replayed, args, common)
}

/// Prints the results under each limit.
fn replayed_accesses(replayed: &Mrc, args: &ReplayArgs, common: &Common) -> anyhow::Result<u8> {
    if let Some(folder) = &args.output {
        let mut draft = Draft::named(folder, "result.json")?;
        io::Write::write_all(&mut draft, trace_report::json(replayed).as_bytes())
            .context("cannot write the result")?;
        let path = draft.publish()?;
        if !common.quiet {
            say(format!("Wrote {}\n", shown(&path)));
        }
    }
    if !common.quiet {
        // CSV has no room for the caution.
        let caution = if args.format == Format::Csv { format!("note: {CAUTION}\n") } else { String::new() };
        say(trace_report::remarks(replayed) + &caution);
    }
    print(match args.format {
        Format::Table => trace_report::table(replayed, Terminal::Stdout.style(common.color)),
        Format::Json => trace_report::json(replayed),
        Format::Csv => trace_report::csv(replayed),
        Format::Markdown => trace_report::markdown(replayed),
    })?;
    Ok(EXIT_FINE)
}

fn operations(args: &ReplayArgs, common: &Common, input: impl BufRead) -> anyhow::Result<u8> {
    if args.limit.len() > LIMITS_MAX {
        bail!("more than {LIMITS_MAX} limits: compare fewer at once");
    }
    let mut initial = match args.initial.as_deref().map(initial).transpose()? {
        Some(Err(problems)) => return Ok(refused(args.initial.as_deref(), &problems)),
        Some(Ok(entries)) => entries,
        None => vec![],
    };
    let mut log = LogReader::new(input, args.lenient);
    if !log.names_versions().with_context(|| cannot_read(&args.log))? {
        let count = initial.iter().filter(|entry| !entry.version.is_empty()).count() as u64;
        remark(
            common,
            count,
            "entries of the listing have a version and the log has none: versions are ignored",
        );
        initial = listing::without_versions(initial);
    }
    let replay = Replay { args, common, settings: settings(args), log };
    match args.limit.len() {
        _ if args.screen => replay.screened(&initial),
        0 | 1 => replay.one(&initial),
        _ => replay.several(&initial),
    }
}

/// The replay of an operation log.
struct Replay<'a, R> {
    args: &'a ReplayArgs,
    common: &'a Common,
    settings: Settings,
    log: LogReader<R>,
}

impl<R: BufRead> Replay<'_, R> {
    /// Replays under one limit and prints every outcome.
    fn one(mut self, initial: &[StatedEntry]) -> anyhow::Result<u8> {
        let mut player = Player::new(&self.settings);
        for entry in initial {
            if let Err(problem) = player.state(entry, 0) {
                return Ok(refused(self.args.initial.as_deref(), &problem.into()));
            }
        }
        let mut drafts = Drafts::new(self.args)?;
        let mut told: Vec<OperationOutcome> = Vec::new();
        let end = self.play(|operation| {
            let played = player.play(operation, &mut told);
            let written = told.iter().try_for_each(|outcome| drafts.write(outcome));
            told.clear();
            written.context("cannot keep the outcomes").map(|()| played)
        })?;
        if !self.log.problems().is_empty() {
            return Ok(refused(Some(&self.args.log), self.log.problems()));
        }
        if let Some(end) = end {
            player.finish(end, &mut told);
        }
        told.iter().try_for_each(|outcome| drafts.write(outcome)).context("cannot keep the outcomes")?;
        let entries = player.listing();
        let summary = Summary {
            tally: player.tally(),
            limit: self.settings.limits.limit,
            bytes: player.bytes(),
            entries: &entries,
            skipped: self.log.skipped(),
        };
        self.remark(player.tally());
        drafts.publish(&summary, self.args, self.common)?;
        Ok(EXIT_FINE)
    }

    /// Replays under all limits in one pass, for a miss-ratio curve.
    fn screened(mut self, initial: &[StatedEntry]) -> anyhow::Result<u8> {
        let all = self.args.limit.is_empty();
        let mut limits = if all { limit_grid() } else { self.args.limit.clone() };
        limits.sort_unstable();
        let mut screen = LogMrc::new(&limits, &self.settings);
        for entry in initial {
            if let Err(problem) = screen.state(entry, 0) {
                return Ok(refused(self.args.initial.as_deref(), &problem.into()));
            }
        }
        self.play(|operation| Ok(screen.play(operation)))?;
        if !self.log.problems().is_empty() {
            return Ok(refused(Some(&self.args.log), self.log.problems()));
        }
        let replayed = screen.finish(self.log.skipped());
        replayed_accesses(&if all { replayed.rising() } else { replayed }, self.args, self.common)
    }

    /// Replays under several limits and prints the counts.
    fn several(mut self, initial: &[StatedEntry]) -> anyhow::Result<u8> {
        let mut comparison = Comparison::new(&self.args.limit, &self.settings);
        for entry in initial {
            if let Err(problem) = comparison.state(entry, 0) {
                return Ok(refused(self.args.initial.as_deref(), &problem.into()));
            }
        }
        let end = self.play(|operation| Ok(comparison.play(operation)))?;
        if !self.log.problems().is_empty() {
            return Ok(refused(Some(&self.args.log), self.log.problems()));
        }
        if let Some(end) = end {
            comparison.finish(end);
        }
        let (rows, unsized_misses) = (comparison.rows(), comparison.unsized_misses());
        let json = comparison_json(&rows, self.log.skipped(), unsized_misses);
        if let Some(folder) = &self.args.output {
            let mut draft = Draft::named(folder, "result.json")?;
            io::Write::write_all(&mut draft, json.as_bytes()).context("cannot write the result")?;
            self.wrote(&draft.publish()?);
        }
        self.remark(&rows[0].tally);
        print(match self.args.format {
            Format::Table => {
                comparison_table(&rows, unsized_misses, Terminal::Stdout.style(self.common.color))
            }
            Format::Json => json,
            Format::Csv => comparison_csv(&rows),
            Format::Markdown => comparison_markdown(&rows, unsized_misses),
        })?;
        Ok(EXIT_FINE)
    }

    /// Plays each operation until the log or `--until` ends. Returns when that was. After the first problem
    /// it only collects further problems.
    fn play(
        &mut self,
        mut each: impl FnMut(&crate::replay::Operation) -> anyhow::Result<Result<(), InputProblem>>,
    ) -> anyhow::Result<Option<SimTime>> {
        let mut end = None;
        while let Some(operation) = self.log.next_operation().with_context(|| cannot_read(&self.args.log))? {
            if self.settings.until.is_some_and(|until| operation.at > until) {
                break;
            }
            end = Some(operation.at);
            if self.log.problems().is_empty()
                && let Err(problem) = each(&operation)?
            {
                self.log.refuse(problem);
                break;
            }
        }
        Ok(self.settings.until.or(end))
    }

    fn remark(&self, tally: &ReplayTally) {
        let remarks = [
            (self.log.skipped(), "malformed lines were skipped"),
            (tally.without_ref, "entries have no ref: they are taken for the default branch's"),
            (tally.stated_twice, "entries are stated though they are stored already: the first one stands"),
            (
                tally.stated_early,
                "entries of the listing are younger than the log's first line, or were accessed after it, and \
                 are there from the start all the same: take a listing from before the log",
            ),
            (
                tally.other_version,
                "restores missed though their key, or one that begins with a restore key, is there, under another \
                 version only: other paths or another compression, if the log is right",
            ),
        ];
        remarks.into_iter().for_each(|(count, what)| remark(self.common, count, what));
    }

    fn wrote(&self, path: &Path) {
        if !self.common.quiet {
            say(format!("Wrote {}\n", shown(path)));
        }
    }
}

/// Prints how many of something there are, if there are any.
fn remark(common: &Common, count: u64, what: &str) {
    if count > 0 && !common.quiet {
        say(format!("note: {count} {what}\n"));
    }
}

/// The outcomes while they are written. They become visible only when they are complete.
struct Drafts {
    /// The outcomes for stdout.
    json: Option<JsonOutcomes<Draft>>,
    csv: Option<CsvOutcomes<Draft>>,
    /// The outcomes for the output folder.
    file: Option<JsonOutcomes<Draft>>,
}

impl Drafts {
    fn new(args: &ReplayArgs) -> anyhow::Result<Drafts> {
        let begun = || "cannot keep the outcomes";
        let json = |draft: Draft| JsonOutcomes::new(draft).with_context(begun);
        let named = args.output.as_deref().map(|folder| Draft::named(folder, "result.json")).transpose()?;
        let wanted = |format| (args.format == format).then(Draft::unnamed);
        Ok(Drafts {
            json: wanted(Format::Json).map(json).transpose()?,
            csv: wanted(Format::Csv).map(|draft| CsvOutcomes::new(draft).with_context(begun)).transpose()?,
            file: named.map(json).transpose()?,
        })
    }

    fn write(&mut self, outcome: &OperationOutcome) -> io::Result<()> {
        self.json.iter_mut().chain(&mut self.file).try_for_each(|json| json.write(outcome))?;
        self.csv.iter_mut().try_for_each(|csv| csv.write(outcome))
    }

    fn publish(self, summary: &Summary, args: &ReplayArgs, common: &Common) -> anyhow::Result<()> {
        if let Some(file) = self.file {
            let path = file.finish(summary).context("cannot write the result")?.publish()?;
            if !common.quiet {
                say(format!("Wrote {}\n", shown(&path)));
            }
        }
        if let Some(json) = self.json {
            return copy(json.finish(summary).context("cannot keep the outcomes")?);
        }
        if let Some(csv) = self.csv {
            return copy(csv.finish().context("cannot keep the outcomes")?);
        }
        print(match args.format {
            Format::Markdown => summary_markdown(summary),
            _ => summary_table(summary, Terminal::Stdout.style(common.color)),
        })
    }
}

fn open(log: &Path) -> anyhow::Result<Box<dyn Read>> {
    if log == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    Ok(Box::new(File::open(log).with_context(|| cannot_read(log))?))
}

fn initial(path: &Path) -> anyhow::Result<Result<Vec<StatedEntry>, InputProblems>> {
    let size = fs::metadata(path).with_context(|| cannot_read(path))?.len();
    if size > LISTING_BYTES_MAX {
        bail!("{} has more than {LISTING_BYTES_MAX} bytes", shown(path));
    }
    Ok(listing::read(&fs::read(path).with_context(|| cannot_read(path))?))
}

/// Prints the problems of a file. Returns the exit code.
fn refused(file: Option<&Path>, problems: &InputProblems) -> u8 {
    let name = file.map(shown).unwrap_or_default();
    for problem in problems.list() {
        say(format!("error: {name}:{}\n", printable(&problem.to_string())));
    }
    if problems.is_full() {
        say(format!("error: {name}: more than {} problems, the rest was not read\n", InputProblems::MAX - 1));
    }
    EXIT_INVALID
}

fn shown(path: &Path) -> String {
    printable(&path.display().to_string()).into_owned()
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read {}", shown(path))
}
