//! `replay`: plays a recorded log against the service alone, and prints the outcomes. It opens files,
//! chooses the format and streams; the replay itself is in [`replay`](crate::replay).

mod args;

pub(super) use args::{ReplayArgs, sweep};

use super::attended::Attended;
use super::output::folder::OutputFolder;
use super::output::result_file::{PlannedResult, ResultFile};
use super::output::{Draft, PlaceInCsv, copy, print, print_csv, print_data, say};
use super::{Common, EXIT_FAILED, EXIT_FINE, Format, Terminal, stopped, wrote};
use crate::diagnostic::printable;
use crate::experiment::replay::{
    PreparedReplay, Remark, Replayed, ReplayedAccesses, ReplayedLimits, ReplayedLog, ReplayedShifts,
};
use crate::experiment::{Control, Failure, Unattended};
use crate::replay::{CAUTION, OperationOutcome};
use crate::report::charts::Theme;
use crate::report::replay::accesses as trace_report;
use crate::report::replay::{
    CsvOutcomes, JsonOutcomes, comparison_csv, comparison_json, comparison_markdown, comparison_table,
    shifts_csv, shifts_json, shifts_markdown, shifts_picture, shifts_table, summary_markdown, summary_table,
};
use crate::units::counted;
use anyhow::Context;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// What a replay writes into the folder asked for.
const RESULT: PlannedResult = PlannedResult { command: "replay", name: "replay", file: None };

/// Plays a recording against the service.
pub(super) fn run(args: &ReplayArgs, common: &Common) -> anyhow::Result<u8> {
    let logs = args.logs.iter().map(|log| open(log)).collect::<anyhow::Result<_>>()?;
    let prepared = match PreparedReplay::prepare(args.request(), logs) {
        Ok(prepared) => prepared,
        Err(failure) => return refused(failure, common),
    };
    say_remarks(&prepared.remarks(), common);
    if let Some(note) = prepared.small_limit().filter(|_| !common.quiet) {
        say(format!("note: {note}\n"));
    }
    // A trace is one pass, which a signal ends at once: nothing of it would be worth keeping.
    let control = if prepared.is_log() { Some(Attended::listen(common.quiet)?) } else { None };
    let mut drafts = Drafts::default();
    if prepared.hands_over_outcomes() {
        drafts = Drafts::new(args)?;
    }
    let follow: &dyn Control = control.as_ref().map_or(&Unattended, |control| control);
    let mut keep = |outcome: &OperationOutcome| drafts.write(outcome).context("cannot keep the outcomes");
    let ended = match prepared.play(&mut keep, follow) {
        Ok(ended) => ended,
        Err(failure) => return refused(failure, common),
    };
    let code = match &ended.result {
        Replayed::Log(log) => {
            say_remarks(&log.remarks(), common);
            drafts.publish(log, args, common)?
        }
        Replayed::Limits(limits) => show_limits(limits, args, common)?,
        Replayed::Shifts(shifts) => show_shifts(shifts, args, common)?,
        Replayed::Accesses(curve) => show_accesses(curve, args, common)?,
    };
    Ok(match (ended.cancelled, control) {
        (Some(what), Some(control)) => stopped(&what, &control),
        _ => code,
    })
}

/// Says why there is no result, and gives the exit code for it.
fn refused(failure: Failure, common: &Common) -> anyhow::Result<u8> {
    match failure {
        Failure::Refused(refusal) => Ok(super::refused(&refusal, common)),
        Failure::Failed(problem) => Err(problem),
        Failure::Cancelled => unreachable!("a replay that is cancelled has a result"),
    }
}

/// Prints the hit ratios of accesses under each limit.
fn show_accesses(replayed: &ReplayedAccesses, args: &ReplayArgs, common: &Common) -> anyhow::Result<u8> {
    let code = keep(&trace_report::json(replayed), args, common);
    if !common.quiet {
        say(trace_report::remarks(replayed));
        // CSV has no room for these.
        let beside =
            replayed.log.as_ref().map(trace_report::requests).into_iter().chain([CAUTION.to_owned()]);
        beside.filter(|_| args.format == Format::Csv).for_each(|note| say(format!("note: {note}\n")));
    }
    print(match args.format {
        Format::Table => trace_report::table(replayed, Terminal::Stdout.style(common.color)),
        Format::Json => trace_report::json(replayed),
        Format::Csv => trace_report::csv(replayed),
        Format::Markdown => trace_report::markdown(replayed),
    })?;
    Ok(code)
}

/// Prints the counts of a log under each limit.
fn show_limits(replayed: &ReplayedLimits, args: &ReplayArgs, common: &Common) -> anyhow::Result<u8> {
    let ReplayedLimits { rows, unsized_misses, skipped } = replayed;
    let json = comparison_json(rows, *skipped, *unsized_misses);
    let code = keep(&json, args, common);
    say_remarks(&replayed.remarks(), common);
    print(match args.format {
        Format::Table => comparison_table(rows, *unsized_misses, Terminal::Stdout.style(common.color)),
        Format::Json => json,
        Format::Csv => comparison_csv(rows),
        Format::Markdown => comparison_markdown(rows, *unsized_misses),
    })?;
    Ok(code)
}

/// Prints the counts of a log at each phase of the minute.
fn show_shifts(replayed: &ReplayedShifts, args: &ReplayArgs, common: &Common) -> anyhow::Result<u8> {
    let json = shifts_json(&replayed.rows, replayed.skipped);
    let code = keep(&json, args, common);
    if let Some(folder) = args.output.as_ref().filter(|_| code == EXIT_FINE) {
        let figure = shifts_picture(replayed.begun, &replayed.rows).figure();
        let mut draft = Draft::at(&OutputFolder::named(folder)?.file("phases.svg")?)?;
        draft.write_all(figure.svg(Theme::Light).as_bytes()).context("cannot write the picture")?;
        wrote(&draft.publish()?, common);
    }
    say_remarks(&replayed.remarks(), common);
    print(match args.format {
        Format::Table => shifts_table(&replayed.rows, Terminal::Stdout.style(common.color)),
        Format::Json => json,
        Format::Csv => shifts_csv(&replayed.rows),
        Format::Markdown => shifts_markdown(&replayed.rows),
    })?;
    Ok(code)
}

/// Writes `result.json` into the folder asked for; returns the exit code of a command that succeeds otherwise.
fn keep(json: &str, args: &ReplayArgs, common: &Common) -> u8 {
    let Some(folder) = args.output.as_deref() else { return EXIT_FINE };
    let file = ResultFile::of(Some(folder), &RESULT);
    let saved = file.save(json);
    saved.announce(common);
    saved.code
}

/// Says how many there are of each thing that a person should know of.
fn say_remarks(remarks: &[Remark], common: &Common) {
    for (count, [one, many]) in remarks.iter().filter(|(count, _)| *count > 0 && !common.quiet) {
        say(format!("note: {}\n", counted(*count, one, many)));
    }
}

/// The results while they are made; no one sees them before they are complete.
#[derive(Default)]
struct Drafts {
    /// The outcomes for stdout.
    json: Option<JsonOutcomes<Draft>>,
    csv: Option<CsvOutcomes<Draft>>,
    /// The outcomes for the output folder.
    file: Option<JsonOutcomes<Draft>>,
    /// True if that folder cannot be written.
    is_unsaved: bool,
}

impl Drafts {
    fn new(args: &ReplayArgs) -> anyhow::Result<Drafts> {
        let begun = || "cannot keep the outcomes";
        let json = |draft: Draft| JsonOutcomes::new(draft).with_context(begun);
        let named = args.output.as_deref().and_then(|folder| RESULT.draft(folder));
        let is_unsaved = args.output.is_some() && named.is_none();
        let wanted = |format| (args.format == format).then(Draft::unnamed);
        Ok(Drafts {
            json: wanted(Format::Json).map(json).transpose()?,
            csv: wanted(Format::Csv).map(|draft| CsvOutcomes::new(draft).with_context(begun)).transpose()?,
            file: named.map(json).transpose()?,
            is_unsaved,
        })
    }

    fn write(&mut self, outcome: &OperationOutcome) -> io::Result<()> {
        self.json.iter_mut().chain(&mut self.file).try_for_each(|json| json.write(outcome))?;
        self.csv.iter_mut().try_for_each(|csv| csv.write(outcome))
    }

    /// Writes and prints the outcomes; returns the exit code of a command that succeeds otherwise.
    fn publish(self, log: &ReplayedLog, args: &ReplayArgs, common: &Common) -> anyhow::Result<u8> {
        if let Some(file) = self.file {
            wrote(&file.finish(log).context("cannot write the result")?.publish()?, common);
        }
        match (self.json, self.csv, args.format) {
            (Some(json), ..) => {
                copy(json.finish(log).context("cannot keep the outcomes")?, |piece| print_data(piece))?;
            }
            (None, Some(csv), _) => {
                let mut place = PlaceInCsv::default();
                let draft = csv.finish().context("cannot keep the outcomes")?;
                copy(draft, |piece| print_csv(piece, &mut place))?;
            }
            (None, None, Format::Markdown) => print(summary_markdown(log))?,
            (None, None, _) => print(summary_table(log, Terminal::Stdout.style(common.color)))?,
        }
        Ok(if self.is_unsaved { EXIT_FAILED } else { EXIT_FINE })
    }
}

fn open(log: &Path) -> anyhow::Result<Box<dyn Read>> {
    if log == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    Ok(Box::new(
        File::open(log).with_context(|| format!("cannot read {}", printable(&log.display().to_string())))?,
    ))
}
