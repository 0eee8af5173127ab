//! `sweep`: a scenario under many settings; `merge`: what several machines played of one.

mod args;
mod axis;
mod blocks;
mod conclusion;
mod ledger;
mod merge;
mod planning;
mod play;
mod space;
mod stop;

pub(super) use args::SweepArgs;
pub(super) use merge::{MergeArgs, run as merge};

use super::output::{print, say};
use super::output_folder::OutputFolder;
use super::run::shell;
use super::threads;
use super::{Common, EXIT_FAILED, EXIT_FINE, EXIT_INVALID, Format, Terminal};
use crate::diagnostic::printable;
use crate::report::sweep::{self as report};
use crate::result::SweepResult;
use crate::study::sweep::{Plan, Shard};
use anyhow::Context;
use blocks::{Blocks, POINTS};
use conclusion::SUMMARY;
use ledger::{Found, Ledger};
use planning::{Refused, planned};
use play::Halt;

/// Sweeps and answers. Everything that can be wrong is said before anything is simulated.
pub(super) fn run(args: &SweepArgs, common: &Common) -> anyhow::Result<u8> {
    let pool = threads::pool(args.threads)?;
    let (space, plan) = match pool.install(|| planned(args, common)) {
        Ok(planned) => planned,
        Err(Refused { code, problems }) => {
            problems.iter().for_each(say);
            return Ok(code);
        }
    };
    let folder = output_folder(args, &plan)?;
    let ledger = match opened(args, &folder, &plan)? {
        Ok(ledger) => ledger,
        Err(Refused { code, problems }) => {
            problems.iter().for_each(say);
            return Ok(code);
        }
    };
    let swept = pool.install(|| -> Result<SweepResult, Halt> {
        let ledger = play::play(&space, &plan, &args.metric, ledger, common.quiet)?;
        let blocks = Blocks::read(&folder.file(POINTS)?, &plan, false)?;
        let swept = conclusion::conclude(&folder, &plan, &[blocks])?;
        // Until here nobody else writes to the folder.
        drop(ledger);
        Ok(swept)
    });
    match swept {
        Ok(swept) => answered(&swept, args.format, &folder, common),
        Err(halt) => halted(halt, args, &folder, &plan),
    }
}

/// The folder that the user named, or else `output/<scenario>`, and in that one for each part.
fn output_folder(args: &SweepArgs, plan: &Plan) -> anyhow::Result<OutputFolder> {
    let folder = OutputFolder::of(args.output.as_deref(), &plan.name)?;
    match plan.shard {
        Some(Shard { index, of }) if args.output.is_none() => folder.inner(&format!("{index}-of-{of}")),
        _ => Ok(folder),
    }
}

/// The ledger of the folder: a new one, or the one to go on with.
fn opened(args: &SweepArgs, folder: &OutputFolder, plan: &Plan) -> anyhow::Result<Result<Ledger, Refused>> {
    if args.restart {
        return Ledger::begin(folder, plan).map(Ok);
    }
    let found = ledger::found(folder.path())?;
    let (there, finished) = match &found {
        Found::Nothing => return Ledger::begin(folder, plan).map(Ok),
        Found::Unfinished(there) => (there, false),
        Found::Finished(there) => (there, true),
    };
    let shown = printable(&folder.path().display().to_string()).into_owned();
    if args.resume {
        let differences = merge::differences(there, plan);
        if !differences.is_empty() || there.shard != plan.shard {
            let shards = (there.shard != plan.shard).then(|| "the part".to_owned());
            let what: Vec<String> = shards.into_iter().chain(differences).collect();
            let problem = format!("error: {shown} holds another sweep. They differ in {}\n", what.join("; "));
            return Ok(Err(Refused { code: EXIT_INVALID, problems: vec![problem] }));
        }
        return Ledger::resume(folder, plan, finished).map(Ok);
    }
    if ledger::unfinished(folder.path())? {
        return Ok(Err(Refused::usage(format!(
            "{shown} holds an unfinished sweep: go on with --resume, or begin anew with --restart"
        ))));
    }
    Ledger::begin(folder, plan).map(Ok)
}

/// Says what came out.
fn answered(
    swept: &SweepResult,
    format: Format,
    folder: &OutputFolder,
    common: &Common,
) -> anyhow::Result<u8> {
    match format {
        Format::Table => print(report::table(swept, Terminal::Stdout.style(common.color)))?,
        Format::Json => print(report::json(swept))?,
        Format::Markdown => print(report::markdown(swept))?,
        Format::Csv => {
            let path = folder.file(SUMMARY)?;
            let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            print(text)?;
        }
    }
    if !common.quiet {
        let folder = folder.path().display().to_string();
        say(format!("Wrote {POINTS}, {SUMMARY} and result.json to {}\n", printable(&folder)));
    }
    Ok(EXIT_FINE)
}

/// Says what is kept and how to go on.
fn halted(halt: Halt, args: &SweepArgs, folder: &OutputFolder, plan: &Plan) -> anyhow::Result<u8> {
    let kept = Blocks::read(&folder.file(POINTS)?, plan, true).map_or(0, |blocks| blocks.count());
    let all = plan.simulations();
    let output = args
        .output
        .as_ref()
        .map_or_else(String::new, |output| format!(" --output {}", shell(&output.display().to_string())));
    let shard = plan.shard.map_or_else(String::new, |shard| format!(" --shard {shard}"));
    let again = format!("{}{shard}{output} --resume", plan.reproduce);
    match halt {
        Halt::Stopped => say("Stopped. "),
        Halt::Failed(problem) => say(format!("error: {problem:#}\n")),
    }
    say(format!("{kept} of {all} replications are kept. To go on:\n{}\n", printable(&again)));
    Ok(EXIT_FAILED)
}
