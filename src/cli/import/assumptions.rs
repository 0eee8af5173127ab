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
    let mut lines: Vec<&str> = vec![];
    for line in bases.iter().flat_map(|basis| remedy(basis)) {
        // A file that two of them need is made once.
        if !lines.contains(line) {
            lines.push(line);
        }
    }
    let commands: String = lines.into_iter().map(|line| format!("    {line}\n")).collect();
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
        for line in remedy(open.basis) {
            text += &format!("    {line}\n");
        }
    }
    text
}

/// The commands that replace what has this basis by data.
fn remedy(basis: &str) -> &'static [&'static str] {
    match basis {
        "`gh cache list`" => &[
            "gh cache list --limit 10000 --json id,key,ref,version,sizeInBytes,createdAt,lastAccessedAt > caches.json",
            "then import with --caches caches.json",
        ],
        "`gh run list`" => &[
            "gh run list --limit 1000 --json \\",
            "  databaseId,workflowName,event,headBranch,attempt,status,conclusion,createdAt,startedAt > runs.json",
            "then import with --runs runs.json, and with --jobs for the failures of jobs",
        ],
        "`gh run view --json jobs`" => &[
            "gh run list --limit 1000 --json \\",
            "  databaseId,workflowName,event,headBranch,attempt,status,conclusion,createdAt,startedAt > runs.json",
            "for run in $(gh run list --limit 200 --json databaseId --jq '.[].databaseId'); do",
            "  gh api --paginate \"repos/{owner}/{repo}/actions/runs/$run/jobs\"; done > jobs.json",
            "then import with --runs runs.json --jobs jobs.json",
        ],
        "`gh pr list --state closed`" => &[
            "gh pr list --state closed --limit 500 --json mergedAt --jq 'map(select(.mergedAt)) | length / 500'",
            "is `workload.pull-requests.merged`, of 500 pull requests",
        ],
        "how often `git log` changes these files" => &[
            "git log --first-parent --oneline --since=1.year -- FILES | wc -l, by that without FILES,",
            "is `input.NAME.changes`",
        ],
        _ => &[],
    }
}
