use super::blocks::{Blocks, POINTS};
use super::ledger::{Found, found, record};
use super::{answered, conclusion};
use crate::cli::output::{folder, say};
use crate::cli::{Common, EXIT_INVALID, Format};
use crate::diagnostic::printable;
use crate::study::sweep::{Plan, Shard};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Arguments of `cache-budget merge`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct MergeArgs {
    /// The folders of all parts of one sweep.
    #[arg(required = true, value_name = "DIR")]
    parts: Vec<PathBuf>,
    /// Folder for the results of the whole.
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// Form: table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORM")]
    format: Format,
}

/// Joins the parts: the files are those that one machine would have written.
pub(in crate::cli) fn run(args: &MergeArgs, common: &Common) -> anyhow::Result<u8> {
    let parts = match gathered(&args.parts) {
        Ok(parts) => parts,
        Err(problems) => {
            problems.iter().for_each(|problem| say(format!("error: {}\n", printable(problem))));
            return Ok(EXIT_INVALID);
        }
    };
    let whole = parts[0].1.whole();
    let folder = folder(Some(&args.output), &whole.name)?;
    record(&folder, &whole)?;
    let blocks = parts.iter().map(|(path, plan)| Blocks::read(&path.join(POINTS), plan, false));
    let swept = conclusion::conclude(&folder, &whole, &blocks.collect::<Result<Vec<_>, _>>()?)?;
    answered(&swept, args.format, &folder, common)
}

/// The plans of all parts, or everything that keeps them from being one whole.
fn gathered(folders: &[PathBuf]) -> Result<Vec<(&Path, Plan)>, Vec<String>> {
    let (mut parts, mut problems) = (vec![], vec![]);
    for folder in folders {
        match part(folder) {
            Ok(plan) => parts.push((folder.as_path(), plan)),
            Err(problem) => problems.push(problem),
        }
    }
    if let Some(((first, plan), others)) = parts.split_first() {
        for (folder, other) in others {
            let differences = differences(plan, other);
            if !differences.is_empty() {
                let (first, folder) = (first.display(), folder.display());
                problems.push(format!(
                    "{first} and {folder} are parts of different sweeps. They differ in {}",
                    differences.join("; ")
                ));
            }
        }
    }
    problems.extend(incomplete(&parts));
    if problems.is_empty() { Ok(parts) } else { Err(problems) }
}

/// The plan of one part, if it is a part and finished.
fn part(folder: &Path) -> Result<Plan, String> {
    let shown = folder.display();
    let found = found(folder).map_err(|problem| format!("{problem:#}"))?;
    let plan = match found {
        Found::Nothing => return Err(format!("{shown} holds no sweep")),
        Found::Unfinished(_) => {
            return Err(format!("the part in {shown} is not finished: go on with --resume"));
        }
        Found::Finished(plan) => *plan,
    };
    let sound = plan.shard.is_none_or(|shard| (1..=shard.of).contains(&shard.index));
    match plan.shard {
        None => Err(format!("{shown} holds a whole sweep, not a part of one")),
        Some(_) if !sound || plan.replications == 0 || plan.measure().is_none() => {
            Err(format!("{shown} holds no sweep that this version could have written"))
        }
        Some(_) => Ok(plan),
    }
}

/// The parts that are missing or there twice, of as many as the first is of.
fn incomplete(parts: &[(&Path, Plan)]) -> Vec<String> {
    let mut by_shard: BTreeMap<Shard, Vec<String>> = BTreeMap::new();
    for (folder, plan) in parts {
        by_shard
            .extend(plan.shard.filter(|shard| !by_shard.contains_key(shard)).map(|shard| (shard, vec![])));
        if let Some(folders) = plan.shard.and_then(|shard| by_shard.get_mut(&shard)) {
            folders.push(folder.display().to_string());
        }
    }
    let Some(of) = by_shard.keys().next().map(|shard| shard.of) else { return vec![] };
    let twice = by_shard.iter().filter(|(_, folders)| folders.len() > 1);
    let twice = twice.map(|(shard, folders)| {
        format!("part {}/{} is there twice: {}", shard.index, shard.of, folders.join(", "))
    });
    let missing: Vec<String> = (1..=of)
        .filter(|index| !by_shard.contains_key(&Shard { index: *index, of }))
        .map(|index| format!("{index}/{of}"))
        .collect();
    const NAMED_MAX: usize = 20;
    let named = missing.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
    let more = missing.len().saturating_sub(NAMED_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let missing = (!missing.is_empty()).then(|| format!("missing: {named}{more}"));
    twice.chain(missing).collect()
}

/// In what two plans differ that would have to be the same for parts of one whole.
pub(super) fn differences(one: &Plan, other: &Plan) -> Vec<String> {
    let mut found = vec![];
    let mut compare = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            found.push(format!("{what} ({ours} and {theirs})"));
        }
    };
    compare("the version", one.tool.version.clone(), other.tool.version.clone());
    let scenario = |plan: &Plan| format!("{} {}", plan.name, plan.hash);
    compare("the scenario", scenario(one), scenario(other));
    compare("the seed", one.seed.to_string(), other.seed.to_string());
    compare("the replications", one.replications.to_string(), other.replications.to_string());
    compare("the metric", one.metric.clone(), other.metric.clone());
    compare("the metrics kept", format!("{:?}", one.rows), format!("{:?}", other.rows));
    compare("the design", format!("{:?}", one.design), format!("{:?}", other.design));
    let axes = |plan: &Plan| {
        let shown = |axis: &crate::study::sweep::Axis| format!("{}={}", axis.name, axis.values);
        plan.axes.iter().map(shown).collect::<Vec<_>>().join(" ")
    };
    compare("what is varied", axes(one), axes(other));
    if let (Some(ours), Some(theirs)) = (one.shard, other.shard) {
        compare("the number of parts", ours.of.to_string(), theirs.of.to_string());
    }
    if found.is_empty() && one.points != other.points {
        found.push("what the settings make of the scenario".into());
    }
    found
}

const EXAMPLES: &str = "\
Examples:
  cache-budget merge output/ci/*-of-4 --output output/ci

The parts have to be finished, all there, each once, and of one sweep: the same
scenario, seed, settings and version. docs/scaling.md has ready-made workflows.";
