//! `merge`: joins the parts of a sweep that several machines have played.

use super::checkpoint::{SweepFolder, forget, found, unfinished};
use super::points_file::PointsFile;
use super::{answered, final_files};
use crate::cli::output::folder::OutputFolder;
use crate::cli::output::say;
use crate::cli::{Common, EXIT_INVALID, EXIT_USAGE, Format};
use crate::diagnostic::printable;
use crate::statistics::sweep::{Plan, Shard};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Arguments of `cache-budget merge`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct MergeArgs {
    /// Folders of all parts of one sweep.
    #[arg(required = true, value_name = "DIR")]
    parts: Vec<PathBuf>,
    /// Folder for the merged results.
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
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
    let folder = OutputFolder::named(&args.output)?;
    if unfinished(folder.path())? || parts.iter().any(|part| is_same(part.folder, folder.path())) {
        let folder = args.output.display().to_string();
        say(format!(
            "error: {} contains a part or an unfinished sweep: give another --output\n",
            printable(&folder)
        ));
        return Ok(EXIT_USAGE);
    }
    forget(&folder)?;
    let blocks: Vec<PointsFile> = parts.into_iter().map(|part| part.blocks).collect();
    let swept = final_files::write(&folder, &whole, &blocks)?;
    answered(&swept, args.format, &folder, common)
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
    let (mut parts, mut problems) = (vec![], vec![]);
    for folder in folders {
        match PartFolder::read(folder) {
            Ok(part) => parts.push(part),
            Err(problem) => problems.push(problem),
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
    problems.extend(incomplete(&parts));
    if problems.is_empty() { Ok(parts) } else { Err(problems) }
}

impl PartFolder<'_> {
    /// Reads a part. It has to be a finished part of a sweep.
    fn read(folder: &Path) -> Result<PartFolder<'_>, String> {
        let shown = folder.display();
        let told = |problem: anyhow::Error| format!("{problem:#}");
        let plan = match found(folder).map_err(told)? {
            SweepFolder::Nothing => return Err(format!("{shown} contains no sweep")),
            SweepFolder::Unfinished(_) => {
                return Err(format!("the part in {shown} is not finished: continue it with --resume"));
            }
            SweepFolder::Finished(plan) => *plan,
        };
        let Some(shard) = plan.shard else {
            return Err(format!("{shown} contains a complete sweep, not a part of one"));
        };
        let blocks = PointsFile::whole(folder, &plan).map_err(told)?;
        let (there, all) = (blocks.count() as u64, plan.simulations());
        if there < all {
            return Err(format!("{shown} has {there} of the {all} replications of its part"));
        }
        blocks.verify(&plan).map_err(told)?;
        Ok(PartFolder { folder, plan, shard, blocks })
    }
}

/// The parts that are missing or present twice. The first part says how many there are.
fn incomplete(parts: &[PartFolder]) -> Vec<String> {
    let mut folders: BTreeMap<Shard, Vec<String>> = BTreeMap::new();
    for part in parts {
        folders.entry(part.shard).or_default().push(part.folder.display().to_string());
    }
    let Some(of) = parts.first().map(|part| part.shard.of) else { return vec![] };
    let twice = folders.iter().filter(|(_, folders)| folders.len() > 1);
    let twice = twice.map(|(shard, folders)| format!("part {shard} is given twice: {}", folders.join(", ")));
    let parts = (1..=of).map(|index| Shard { index, of });
    let missing: Vec<String> =
        parts.filter(|shard| !folders.contains_key(shard)).map(|shard| shard.to_string()).collect();
    const NAMED_MAX: usize = 20;
    let more = missing.len().saturating_sub(NAMED_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = missing.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
    let missing = (!missing.is_empty()).then(|| format!("missing: part {named}{more}"));
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
  cache-budget merge output/ci/*-of-4 --output output/ci

All parts must be finished, present once, and come from one sweep: the same
scenario, seed, settings and version. docs/scaling.md has ready-made workflows.";
