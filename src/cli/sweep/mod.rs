//! `sweep`: the output folder, resuming, the output and the exit code. The sweep itself is in
//! [`experiment`](crate::experiment::sweep).

mod args;
mod block_sums;
mod checkpoint;
mod final_files;
mod merge;
mod points_file;
mod verify;

pub(super) use args::SweepArgs;
pub(super) use merge::{MergeArgs, run as merge};

use super::attended::Attended;
use super::output::folder::OutputFolder;
use super::output::result_file::PlannedResult;
use super::output::{print, say};
use super::pool;
use super::room;
use super::{Common, EXIT_FAILED, EXIT_FINE, Format, Terminal, failed, introduce, refused};
use crate::diagnostic::printable;
use crate::experiment::sweep::{PreparedSweep, resuming_command};
use crate::experiment::{Failure, Problem, Refusal};
use crate::report::sweep as report;
use crate::result::SweepResult;
use crate::statistics::sweep::{Plan, Shard};
use crate::units::counted;
use anyhow::Context;
use checkpoint::{Checkpoint, SweepFolder};
use final_files::SUMMARY;
use points_file::{POINTS, PointsFile, named};
use std::path::Path;

/// Plays a sweep and prints the result. Everything that can be wrong is reported before anything is
/// simulated.
pub(super) fn run(args: &SweepArgs, common: &Common) -> anyhow::Result<u8> {
    let control = Attended::listen(common.quiet)?;
    if args.file.is_none() {
        let Some(folder) = &args.output else {
            let refusal = Refusal::usage("--verify needs the sweep's FILE, or its folder as --output");
            return Ok(refused(&refusal, common));
        };
        return verify::verify(folder, None);
    }
    let pool = pool(args.threads)?;
    let sweep = match pool.install(|| PreparedSweep::prepare(args.request(), &control)) {
        Ok(sweep) => sweep,
        Err(failure) => return failed(failure, &control, common),
    };
    remark(&sweep, common);
    let plan = sweep.plan();
    let folder = output_folder(args, plan)?;
    if args.verify {
        return verify::verify(folder.path(), Some(plan));
    }
    planned_result(plan).announce_replacement(&folder.file("result.json")?);
    let checkpoint = match opened(args, &folder, plan)? {
        Ok(checkpoint) => checkpoint,
        Err(refusal) => return Ok(refused(&refusal, common)),
    };
    let pool = room::pool(args.threads, &sweep.scenario().model, plan.simulations(), common)?;
    let swept = pool.install(|| -> Result<SweepResult, Failure> {
        let checkpoint = sweep.play(checkpoint, &control)?;
        let blocks = PointsFile::whole(folder.path(), plan)?;
        let swept = final_files::write(&folder, plan, &[blocks])?;
        // The checkpoint's lock keeps other processes from writing to the folder up to here.
        drop(checkpoint);
        Ok(swept)
    });
    match swept {
        Ok(swept) => {
            let summary = || read_summary(&folder);
            show(&swept, args.format, summary, common)?;
            Ok(written(&folder, common))
        }
        Err(failure) => halted(failure, args, &folder, plan, &control, common),
    }
}

/// The result that a sweep writes, and a merge of its parts.
fn planned_result(plan: &Plan) -> PlannedResult<'_> {
    PlannedResult { command: "sweep", name: &plan.name, file: Some(Path::new(&plan.file)) }
}

/// Prints the notes on the sweep before anything is simulated.
fn remark(sweep: &PreparedSweep, common: &Common) {
    introduce(sweep.scenario(), common);
    if !common.quiet {
        let style = Terminal::Stderr.style(common.color);
        sweep.warnings().into_iter().for_each(|report| say(report.render(&style)));
        let notes = sweep.note_on_warm_up().into_iter().chain(sweep.note_on_metric());
        notes.for_each(|note| say(format!("note: {note}\n")));
    }
}

/// The folder that the user named, or else `output/<scenario>/sweep` with a folder in it per part.
fn output_folder(args: &SweepArgs, plan: &Plan) -> anyhow::Result<OutputFolder> {
    let folder = OutputFolder::of(args.output.as_deref(), &plan.name, "sweep")?;
    match plan.shard {
        Some(Shard { index, of }) if args.output.is_none() => folder.inner(&format!("{index}-of-{of}")),
        _ => Ok(folder),
    }
}

/// Opens the checkpoint in the folder: a new one, or the one to continue.
fn opened(
    args: &SweepArgs,
    folder: &OutputFolder,
    plan: &Plan,
) -> anyhow::Result<Result<Checkpoint, Refusal>> {
    if args.restart {
        return Checkpoint::begin(folder, plan).map(Ok);
    }
    let found = checkpoint::found(folder.path())?;
    let there = match &found {
        SweepFolder::Nothing => return Checkpoint::begin(folder, plan).map(Ok),
        SweepFolder::Unfinished(there) | SweepFolder::Finished(there) => there,
    };
    let shown = printable(&folder.path().display().to_string()).into_owned();
    if args.resume {
        let differences = merge::differences(there, plan);
        if !differences.is_empty() || there.shard != plan.shard {
            let shards = (there.shard != plan.shard).then(|| "the part".to_owned());
            let what: Vec<String> = shards.into_iter().chain(differences).collect();
            let problem = format!("{shown} contains a different sweep. They differ in {}", what.join("; "));
            return Ok(Err(Refusal::Invalid(vec![Problem::Text(problem)])));
        }
        let (checkpoint, damaged) = Checkpoint::resume(folder, plan)?;
        if !damaged.is_empty() {
            say(format!("warning: {} damaged in {shown}; it is simulated again\n", named(&damaged)));
        }
        return Ok(Ok(checkpoint));
    }
    if checkpoint::unfinished(folder.path())? {
        return Ok(Err(Refusal::usage(format!(
            "{shown} contains an unfinished sweep: continue it with --resume, or start over with --restart"
        ))));
    }
    Checkpoint::begin(folder, plan).map(Ok)
}

/// Prints a result. `summary` gives the text of `summary.csv`.
fn show(
    swept: &SweepResult,
    format: Format,
    summary: impl FnOnce() -> anyhow::Result<Vec<u8>>,
    common: &Common,
) -> anyhow::Result<()> {
    match format {
        Format::Table => print(report::table(swept, Terminal::Stdout.style(common.color))),
        Format::Json => print(report::json(swept)),
        Format::Markdown => print(report::markdown(swept)),
        Format::Csv => print(summary()?),
    }
}

fn read_summary(folder: &OutputFolder) -> anyhow::Result<Vec<u8>> {
    let path = folder.file(SUMMARY)?;
    std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Says where the files are. Returns the exit code.
fn written(folder: &OutputFolder, common: &Common) -> u8 {
    if !common.quiet {
        let folder = folder.path().display().to_string();
        say(format!("Wrote {POINTS}, {SUMMARY} and result.json to {}\n", printable(&folder)));
    }
    EXIT_FINE
}

/// Prints the answer of the points so far, if there are any. The final files are left to the whole sweep.
fn show_so_far(
    plan: &Plan,
    kept: &PointsFile,
    again: &str,
    format: Format,
    common: &Common,
) -> anyhow::Result<()> {
    let mut summary = vec![];
    let mut swept = final_files::summarised(plan, kept, &mut summary)?;
    if let Some(left) = &mut swept.interrupted {
        left.resume = again.to_owned();
    }
    show(&swept, format, || Ok(summary), common)
}

/// Prints the answer so far if a signal ended the sweep, what was kept, and the command that continues it.
fn halted(
    failure: Failure,
    args: &SweepArgs,
    folder: &OutputFolder,
    plan: &Plan,
    control: &Attended,
    common: &Common,
) -> anyhow::Result<u8> {
    let blocks = PointsFile::read(folder.path(), plan).ok();
    let kept = blocks.as_ref().map_or(0, PointsFile::count);
    let all = plan.simulations();
    let again = resuming_command(plan, args.output.as_deref());
    let code = match failure {
        Failure::Cancelled => {
            let begun = blocks.filter(|blocks| blocks.count() > 0);
            let shown = begun.map_or(Ok(()), |kept| show_so_far(plan, &kept, &again, args.format, common));
            if let Err(problem) = shown {
                say(format!("warning: cannot show what was finished: {problem:#}\n"));
            }
            say("Stopped. ");
            control.exit_code()
        }
        Failure::Failed(problem) => {
            say(format!("error: {problem:#}\n"));
            EXIT_FAILED
        }
        refused => return failed(refused, control, common),
    };
    say(format!(
        "Kept {kept} of {}. To continue:\n{}\n",
        counted(all, "replication", "replications"),
        printable(&again)
    ));
    Ok(code)
}
