//! What is still assumed after an import: which of it moves the answer most, and the commands that replace it by data.

use crate::experiment::AssumptionScreening;
use crate::import::ScenarioDraft;
use crate::units::counted;
use std::path::Path;

/// The most assumptions that are shown.
const SHOWN_MAX: usize = 8;

/// What is still assumed in the scenario of this file, that which moves the answer most first. If that cannot be told,
/// as [`still_assumed`].
pub(super) fn ranked(draft: &ScenarioDraft, file: &Path) -> String {
    match AssumptionScreening::of(file) {
        Ok(Some(screening)) => shown(draft, &screening),
        _ => still_assumed(draft),
    }
}

fn shown(draft: &ScenarioDraft, screening: &AssumptionScreening) -> String {
    let AssumptionScreening { inputs, idle, paths, days } = screening;
    let mut text = format!(
        "Of what is still assumed, this moves the time that a push waits most (elementary effects, {paths} paths, \
         {days:.0} days each):\n"
    );
    let mut bases: Vec<&'static str> = Vec::new();
    for input in inputs.iter().take(SHOWN_MAX) {
        let also = match input.also {
            0 => String::new(),
            1 => " and 1 more value".to_owned(),
            more => format!(" and {more} more values"),
        };
        let basis = draft.bases.get(&input.path).copied().unwrap_or("nothing");
        text += &format!(
            "  {:.1} min: {}{also}, {}: {basis} would tell\n",
            input.minutes, input.path, input.range
        );
        if !bases.contains(&basis) {
            bases.push(basis);
        }
    }
    let rest = idle + inputs.len().saturating_sub(SHOWN_MAX);
    match (inputs.is_empty(), rest) {
        (true, _) => text = "Nothing that is still assumed moves the time that a push waits.\n".to_owned(),
        (_, 0) => {}
        (_, 1) => text += "  1 more assumption moves it less.\n",
        _ => text += &format!("  {rest} more assumptions move it less.\n"),
    }
    let commands: String = remedies(&bases).iter().map(|line| format!("    {line}\n")).collect();
    if !commands.is_empty() {
        text += "These commands replace them by data; --gh asks GitHub for all that it knows:\n";
        text += &commands;
    }
    text
}

/// What is still assumed, the most runner time behind it first, and how to replace it by data.
pub(super) fn still_assumed(draft: &ScenarioDraft) -> String {
    if draft.open.is_empty() {
        return String::new();
    }
    let mut text =
        "Still assumed, the most runner time behind it first (--gh asks GitHub for all that it knows):\n"
            .to_owned();
    for open in &draft.open {
        let values = counted(open.values, "value", "values");
        text += &format!(
            "  {values}, in jobs of about {:.0} min together: {} would tell\n",
            open.minutes, open.basis
        );
        for line in remedies(&[open.basis]) {
            text += &format!("    {line}\n");
        }
    }
    text
}

/// The commands that replace what has these bases by data: each file is made once, and all are read by one import.
fn remedies(bases: &[&str]) -> Vec<String> {
    let is_wanted = |file: &&RecordFile| bases.iter().any(|basis| file.bases.contains(basis));
    let files: Vec<&RecordFile> = FILES.iter().filter(is_wanted).collect();
    let mut lines: Vec<String> =
        files.iter().flat_map(|file| file.commands).map(|line| (*line).to_owned()).collect();
    if !files.is_empty() {
        let options: String = files.iter().map(|file| format!(" {}", file.option)).collect();
        lines.push(format!("then import with{options}"));
    }
    let others = bases.iter().flat_map(|basis| elsewhere(basis));
    lines.extend(others.map(|line| (*line).to_owned()));
    lines
}

/// A file that `gh` makes and `import` reads.
struct RecordFile {
    /// What it tells.
    bases: &'static [&'static str],
    commands: &'static [&'static str],
    option: &'static str,
}

const LISTING: &str = "`gh cache list`";
const RUNS: &str = "`gh run list`";
const JOBS: &str = "`gh run view --json jobs`";
const FILES: [RecordFile; 3] = [
    RecordFile {
        bases: &[LISTING],
        commands: &[
            "gh cache list --limit 10000 --json id,key,ref,version,sizeInBytes,createdAt,lastAccessedAt > caches.json",
        ],
        option: "--caches caches.json",
    },
    RecordFile {
        bases: &[RUNS, JOBS],
        commands: &[
            "gh run list --limit 1000 --json \\",
            "  databaseId,workflowName,event,headBranch,attempt,status,conclusion,createdAt,startedAt > runs.json",
        ],
        option: "--runs runs.json",
    },
    RecordFile {
        bases: &[JOBS],
        commands: &[
            "for run in $(gh run list --limit 200 --json databaseId --jq '.[].databaseId'); do",
            "  gh api --paginate \"repos/{owner}/{repo}/actions/runs/$run/jobs\"; done > jobs.json",
        ],
        option: "--jobs jobs.json",
    },
];

/// The commands whose answer is a value of the scenario.
fn elsewhere(basis: &str) -> &'static [&'static str] {
    match basis {
        "`gh pr list --state closed`" => &[
            "gh pr list --state closed --limit 500 --json mergedAt --jq 'map(select(.mergedAt)) | length / 500'",
            "  is `workload.pull-requests.merged`, of 500 pull requests",
        ],
        "how often `git log` changes these files" => &[
            "git log --first-parent --oneline --since=1.year -- FILES | wc -l",
            "  by that without FILES is `input.NAME.changes`",
        ],
        _ => &[],
    }
}
