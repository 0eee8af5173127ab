//! `merge`: joins the parts of a sweep that several machines have played.

use super::checkpoint::{SweepFolder, forget, found, unfinished};
use super::points_file::PointsFile;
use super::{final_files, planned_result, read_summary, show, written};
use crate::cli::output::folder::OutputFolder;
use crate::cli::output::say;
use crate::cli::{Common, EXIT_INVALID, EXIT_USAGE, Format};
use crate::diagnostic::printable;
use crate::experiment::sweep::resuming_command;
use crate::statistics::sweep::{Plan, Shard};
use crate::units::counted;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Arguments of `cache-budget merge`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct MergeArgs {
    /// Folders of all parts of one sweep.
    #[arg(required = true, value_name = "DIR")]
    parts: Vec<PathBuf>,
    /// Result folder [default: output/<scenario>/merge].
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORMAT")]
    format: Format,
}

/// Joins the parts. The files are the same as those of one machine.
pub(in crate::cli) fn run(args: &MergeArgs, common: &Common) -> anyhow::Result<u8> {
    let parts = match gathered(&args.parts) {
        Ok(parts) => parts,
        Err(problems) => {
            problems.iter().for_each(|problem| say(format!("error: {}\n", printable(problem))));
            return Ok(EXIT_INVALID);
        }
    };
    let whole = parts[0].plan.whole();
    let folder = OutputFolder::of(args.output.as_deref(), &whole.name, "merge")?;
    if unfinished(folder.path())? || parts.iter().any(|part| is_same(part.folder, folder.path())) {
        let folder = folder.path().display().to_string();
        say(format!(
            "error: {} contains a part or an unfinished sweep: give another --output\n",
            printable(&folder)
        ));
        return Ok(EXIT_USAGE);
    }
    planned_result(&whole).announce_replacement(&folder.file("result.json")?);
    forget(&folder)?;
    let blocks: Vec<PointsFile> = parts.into_iter().map(|part| part.blocks).collect();
    let swept = final_files::write(&folder, &whole, &blocks)?;
    show(&swept, args.format, || read_summary(&folder), common)?;
    Ok(written(&folder, common))
}

fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// One part of a sweep.
struct PartFolder<'a> {
    folder: &'a Path,
    plan: Plan,
    shard: Shard,
    blocks: PointsFile,
}

/// Reads all parts. If they do not make a whole, returns every reason.
fn gathered(folders: &[PathBuf]) -> Result<Vec<PartFolder<'_>>, Vec<String>> {
    let (mut parts, mut problems, mut unusable) = (vec![], vec![], vec![]);
    for folder in folders {
        match PartFolder::read(folder) {
            Ok(part) => parts.push(part),
            Err(UnusablePart { shard, problem }) => {
                problems.push(problem);
                unusable.extend(shard);
            }
        }
    }
    if let Some((first, others)) = parts.split_first() {
        for other in others {
            let differences = differences(&first.plan, &other.plan);
            if !differences.is_empty() {
                let (one, other) = (first.folder.display(), other.folder.display());
                let what = differences.join("; ");
                problems
                    .push(format!("{one} and {other} are parts of different sweeps. They differ in {what}"));
            }
        }
    }
    problems.extend(incomplete(&parts, &unusable));
    if problems.is_empty() { Ok(parts) } else { Err(problems) }
}

/// A folder that cannot be merged. It is given, whatever is wrong with it: its part is not called missing.
struct UnusablePart {
    shard: Option<Shard>,
    problem: String,
}

impl From<String> for UnusablePart {
    fn from(problem: String) -> UnusablePart {
        UnusablePart { shard: None, problem }
    }
}

impl PartFolder<'_> {
    /// Reads a part. It has to be a finished part of a sweep.
    fn read(folder: &Path) -> Result<PartFolder<'_>, UnusablePart> {
        let shown = folder.display();
        let plan = match found(folder).map_err(|problem| format!("{problem:#}"))? {
            SweepFolder::Nothing => return Err(format!("{shown} contains no sweep").into()),
            SweepFolder::Unfinished(plan) => {
                let problem = format!("the part in {shown} is not finished: continue it with --resume");
                return Err(UnusablePart { shard: plan.shard, problem });
            }
            SweepFolder::Finished(plan) => *plan,
        };
        let Some(shard) = plan.shard else {
            return Err(format!("{shown} contains a complete sweep, not a part of one").into());
        };
        let again = resuming_command(&plan, Some(folder));
        PartFolder::of(folder, plan, shard).map_err(|problem| UnusablePart {
            shard: Some(shard),
            problem: format!("{problem}. To play only that again: {again}"),
        })
    }

    /// The finished part, if its blocks are whole.
    fn of(folder: &Path, plan: Plan, shard: Shard) -> Result<PartFolder<'_>, String> {
        let shown = folder.display();
        let told = |problem: anyhow::Error| format!("{problem:#}");
        let blocks = PointsFile::whole(folder, &plan).map_err(told)?;
        let (there, all) = (blocks.count() as u64, plan.simulations());
        if there < all {
            return Err(format!(
                "{shown} has {there} of the {} of its part",
                counted(all, "replication", "replications")
            ));
        }
        blocks.verify(&plan).map_err(told)?;
        Ok(PartFolder { folder, plan, shard, blocks })
    }
}

/// The parts that are missing or present twice. The first part says how many there are; `unusable` are those that were
/// given and cannot be used.
fn incomplete(parts: &[PartFolder], unusable: &[Shard]) -> Vec<String> {
    let mut folders: BTreeMap<Shard, Vec<String>> = BTreeMap::new();
    for part in parts {
        folders.entry(part.shard).or_default().push(part.folder.display().to_string());
    }
    let Some(of) = parts.first().map(|part| part.shard.of) else { return vec![] };
    let twice = folders.iter().filter(|(_, folders)| folders.len() > 1);
    let twice = twice.map(|(shard, folders)| format!("part {shard} is given twice: {}", folders.join(", ")));
    let parts = (1..=of).map(|index| Shard { index, of });
    let missing: Vec<String> = parts
        .filter(|shard| !folders.contains_key(shard) && !unusable.contains(shard))
        .map(|shard| shard.to_string())
        .collect();
    const NAMED_MAX: usize = 20;
    let more = missing.len().saturating_sub(NAMED_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = missing.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
    let missing = missing.first().map(|first| {
        format!("missing: part {named}{more}; play it with `sweep … --shard {first}`, and name its folder")
    });
    twice.chain(missing).collect()
}

/// The differences between two plans that have to be equal in parts of the same sweep.
pub(super) fn differences(one: &Plan, other: &Plan) -> Vec<String> {
    let mut found = vec![];
    let mut compare = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            found.push(format!("{what} ({ours} and {theirs})"));
        }
    };
    let revision = |plan: &Plan| plan.tool.revision.to_string();
    compare("the model revision", revision(one), revision(other));
    compare("the version", one.tool.version.clone(), other.tool.version.clone());
    let scenario = |plan: &Plan| format!("{} {}", plan.name, plan.hash);
    compare("the scenario", scenario(one), scenario(other));
    compare("the seed", one.seed.to_string(), other.seed.to_string());
    compare("the replications", one.replications.to_string(), other.replications.to_string());
    compare("the metric", one.metric.clone(), other.metric.clone());
    compare("the kept metrics", format!("{:?}", one.rows), format!("{:?}", other.rows));
    compare("the design", format!("{:?}", one.design), format!("{:?}", other.design));
    let axes = |plan: &Plan| {
        let shown = |axis: &crate::statistics::sweep::Axis| format!("{}={}", axis.name, axis.values);
        plan.axes.iter().map(shown).collect::<Vec<_>>().join(" ")
    };
    compare("the varied inputs", axes(one), axes(other));
    if let (Some(ours), Some(theirs)) = (one.shard, other.shard) {
        compare("the number of parts", ours.of.to_string(), theirs.of.to_string());
    }
    if found.is_empty() && one.points != other.points {
        found.push("the scenarios that the settings give".into());
    }
    found
}

const EXAMPLES: &str = "\
Examples:
  cache-budget merge output/ci/sweep/*-of-4

All parts must be finished, present once, and come from one sweep: the same
scenario, seed, settings and version. docs/scaling.md has ready-made workflows.";
