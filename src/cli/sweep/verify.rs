//! `sweep --verify`: checks that a finished or unfinished sweep in a folder is as it was written. Nothing is
//! simulated, and nothing is written.

use super::block_sums::SUMS;
use super::checkpoint::{SweepFolder, found};
use super::final_files::{SUMMARY, summarised};
use super::merge::differences;
use super::points_file::{POINTS, PointsFile, named};
use crate::cli::output::{print, say};
use crate::cli::{EXIT_FINE, EXIT_INVALID};
use crate::diagnostic::printable;
use crate::report::sweep as report;
use crate::statistics::sweep::{Plan, Tool};
use crate::units::counted;
use anyhow::Context;
use std::path::Path;

/// Verifies the sweep in a folder, and that it is the one of `asked` if that is given. Prints what is right to
/// stdout and everything that is wrong to stderr.
pub(super) fn verify(folder: &Path, asked: Option<&Plan>) -> anyhow::Result<u8> {
    let plan = match found(folder)? {
        SweepFolder::Nothing => {
            return Ok(wrong(&[format!("{} contains no sweep", folder.display())], ""));
        }
        SweepFolder::Unfinished(plan) | SweepFolder::Finished(plan) => *plan,
    };
    let mut problems = asked.map_or(vec![], |asked| differences(&plan, asked));
    if !problems.is_empty() {
        let what = format!(
            "{} contains a different sweep. They differ in {}",
            folder.display(),
            problems.join("; ")
        );
        return Ok(wrong(&[what], ""));
    }
    let blocks = PointsFile::read(folder, &plan)?;
    problems.extend(blocks.damaged.iter().map(|id| format!("{} damaged", named(&[*id]))));
    let (there, all) = (blocks.count() as u64, plan.simulations());
    let strange = plan.finished.then(|| PointsFile::whole(folder, &plan)).and_then(Result::err);
    problems.extend(strange.filter(|_| blocks.damaged.is_empty()).map(|problem| format!("{problem:#}")));
    problems.extend(blocks.verify(&plan).err().map(|problem| format!("{problem:#}")));
    let is_missing = plan.finished && there < all && problems.is_empty();
    problems.extend(
        is_missing
            .then(|| format!("{POINTS} has {there} of {}", counted(all, "replication", "replications"))),
    );
    if !problems.is_empty() {
        return Ok(wrong(&problems, RESUME));
    }
    let rest = match plan.finished {
        true if plan.tool == Tool::this() => match changed(folder, &plan, &blocks)? {
            Some(name) => return Ok(wrong(&[format!("{name} does not follow from {POINTS}")], RESUME)),
            None => format!("{SUMMARY} and result.json follow from them"),
        },
        true => format!("{SUMMARY} and result.json are of another version and were not checked"),
        false => "the sweep is not finished".to_owned(),
    };
    print(format!(
        "{there} of {} agree with {SUMS}; {rest}.\n",
        counted(all, "replication", "replications")
    ))?;
    Ok(EXIT_FINE)
}

const RESUME: &str = "`--resume` plays only what is damaged or missing, and writes the other files again";

/// The first of the files made from the blocks that is not what the blocks give.
fn changed(folder: &Path, plan: &Plan, blocks: &PointsFile) -> anyhow::Result<Option<&'static str>> {
    let mut summary = vec![];
    let swept = summarised(plan, blocks, &mut summary)?;
    let result = report::json(&swept).into_bytes();
    for (name, content) in [(SUMMARY, summary), ("result.json", result)] {
        let path = folder.join(name);
        let found = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        if found != content {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Prints problems and the remedy.
fn wrong(problems: &[String], help: &str) -> u8 {
    problems.iter().for_each(|problem| say(format!("error: {}\n", printable(problem))));
    if !help.is_empty() {
        say(format!("help: {help}\n"));
    }
    EXIT_INVALID
}
