//! From commits to pushes: which commits were one push, when pull requests were pushed to, and the event log of the
//! scenario language (`workload::log_table` reads it).

use super::author::is_dependency_bot;
use super::pull::pull_number;
use super::{BranchCommit, GitHistory, MainCommit, TaggedCommit};
use crate::import::pattern::NamedPatterns;
use crate::units::{Duration, SimTime};
use std::collections::BTreeSet;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordedKind {
    /// A push to a pull request.
    PullRequest,
    /// A push to the default branch.
    Main,
    /// A tag.
    Release,
}

/// A push that the history shows, or that must have been.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedPush {
    /// When.
    pub at: SimTime,
    /// What happened.
    pub kind: RecordedKind,
    /// The pull request that it pushes to or merges.
    pub number: Option<u32>,
    /// True if a dependency bot wrote it.
    pub is_bot: bool,
    /// The classes of paths it touches, by their index.
    pub paths: Vec<usize>,
    /// The inputs it changes, by their index.
    pub changes: Vec<usize>,
    /// The tags of a release.
    pub tags: Vec<String>,
    /// The first letters of its commit's name; nothing for a tag.
    pub commit: String,
    /// True if only that it happened is known, not when: the push to a squashed pull request.
    pub is_inferred: bool,
}

/// The pushes of a history, in time order.
#[derive(Debug, Clone, PartialEq)]
pub struct PushRecord {
    /// The pushes.
    pub pushes: Vec<RecordedPush>,
    /// The names of the inputs.
    pub inputs: Vec<String>,
    /// The names of the path classes.
    pub classes: Vec<String>,
    /// The middle time from the last push to a pull request to its merge; `None` if no pull request's pushes are known.
    pub usual_wait: Option<Duration>,
}

/// Commits of the default branch that lie closer than this and belong together were one push. (Assumed; GitHub writes
/// the commits of a rebase within a second or two.)
const ONE_PUSH: Duration = Duration(5 * Duration::SECOND.0);

/// Commits of a pull request that lie closer than this were pushed together. (Assumed; commits show when they were
/// made, not when they were pushed.)
const ONE_PUSH_OF_BRANCH: Duration = Duration(10 * Duration::MINUTE.0);

/// How long before its merge a squashed pull request was pushed, if the history shows no other. (Assumed.)
const WAIT: Duration = Duration::HOUR;

impl PushRecord {
    /// The pushes of a history that changed these inputs and touched these classes of paths, from `from` on. A pull request
    /// that was begun earlier has only its later pushes: with the others, days on which nothing else is known would count.
    pub fn new(
        history: &GitHistory,
        inputs: &[NamedPatterns],
        classes: &[NamedPatterns],
        from: Option<SimTime>,
    ) -> PushRecord {
        let is_recent = |at: SimTime| from.is_none_or(|from| at >= from);
        let recent: Vec<&MainCommit> = history.commits.iter().filter(|c| is_recent(c.at)).collect();
        let groups = together(&recent);
        let usual_wait = usual_wait(history, &groups);
        let mut seen = BTreeSet::new();
        let mut pushes = Vec::new();
        for group in &groups {
            let number = number_of(group).filter(|number| seen.insert(*number));
            let push = main_push(group, number, inputs, classes);
            let of_pull = pull_pushes(history, group, &push, usual_wait.unwrap_or(WAIT));
            pushes.extend(of_pull.into_iter().filter(|push| is_recent(push.at)));
            pushes.push(push);
        }
        let is_new = |of: &&TaggedCommit| recent.first().is_some_and(|first| of.at >= first.at);
        pushes.extend(history.releases.iter().filter(is_new).map(release));
        pushes.sort_by_key(|push| (push.at, push.kind));
        let names = |named: &[NamedPatterns]| named.iter().map(|named| named.name.clone()).collect();
        PushRecord { pushes, inputs: names(inputs), classes: names(classes), usual_wait }
    }

    /// The event log, with a header. `commit` says which rows are inferred.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let rows = self.pushes.iter().map(|push| self.row(push));
        for row in std::iter::once(HEADER.map(str::to_owned)).chain(rows) {
            // A vector takes everything, and every row has as many fields.
            writer.write_record(&row).ok();
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }

    fn row(&self, push: &RecordedPush) -> [String; 7] {
        let names = |indices: &[usize], names: &[String]| {
            let found: Vec<&str> = indices.iter().map(|index| names[*index].as_str()).collect();
            found.join(";")
        };
        let event = match push.kind {
            RecordedKind::PullRequest => "pr_push",
            RecordedKind::Main => "main_push",
            RecordedKind::Release => "release",
        };
        let number = push.number.map(|number| number.to_string()).unwrap_or_default();
        let author = if push.is_bot { "bot" } else { "human" };
        let note = if push.is_inferred { " (time inferred)" } else { "" };
        [
            push.at.to_string(),
            event.to_owned(),
            number,
            author.to_owned(),
            names(&push.paths, &self.classes),
            names(&push.changes, &self.inputs),
            format!("{}{note}", push.commit),
        ]
    }
}

const HEADER: [&str; 7] = ["at", "event", "pr", "author", "paths", "changes", "commit"];

/// The commits that were one push each, oldest first.
fn together<'a>(commits: &[&'a MainCommit]) -> Vec<Vec<&'a MainCommit>> {
    let mut groups: Vec<Vec<&MainCommit>> = Vec::new();
    for commit in commits {
        let number = pull_number(&commit.subject);
        let joins = groups.last().filter(|group| {
            let near =
                group.last().is_some_and(|last| commit.at - last.at <= ONE_PUSH && commit.at >= last.at);
            let is_merge = |commit: &MainCommit| commit.parents.len() > 1;
            near && number_of(group) == number
                && !is_merge(commit)
                && !group.iter().any(|other| is_merge(other))
        });
        match joins.is_some().then(|| groups.last_mut()).flatten() {
            Some(group) => group.push(commit),
            None => groups.push(vec![commit]),
        }
    }
    groups
}

fn number_of(group: &[&MainCommit]) -> Option<u32> {
    pull_number(&group.last()?.subject)
}

fn main_push(
    group: &[&MainCommit],
    number: Option<u32>,
    inputs: &[NamedPatterns],
    classes: &[NamedPatterns],
) -> RecordedPush {
    let matching = |named: &[NamedPatterns]| {
        let meets = |named: &NamedPatterns| {
            group.iter().any(|c| c.files.iter().any(|file| named.patterns.matches(file)))
        };
        named.iter().enumerate().filter(|(_, named)| meets(named)).map(|(index, _)| index).collect()
    };
    let last = group.last();
    RecordedPush {
        at: last.map_or(SimTime(0), |commit| commit.at),
        kind: RecordedKind::Main,
        number,
        is_bot: last.is_some_and(|commit| is_dependency_bot(&commit.author)),
        paths: matching(classes),
        changes: matching(inputs),
        tags: Vec::new(),
        commit: last.map(|commit| commit.name.text()[..10].to_owned()).unwrap_or_default(),
        is_inferred: false,
    }
}

/// The pushes to the pull request that this push merged. Each has the whole of its changes.
fn pull_pushes(
    history: &GitHistory,
    group: &[&MainCommit],
    main: &RecordedPush,
    wait: Duration,
) -> Vec<RecordedPush> {
    if main.number.is_none() {
        return Vec::new();
    }
    let commits = known_commits(history, group);
    let is_bot = main.is_bot || commits.first().is_some_and(|commit| commit.is_bot);
    let push = |at, is_inferred| RecordedPush {
        at,
        kind: RecordedKind::PullRequest,
        is_bot,
        is_inferred,
        ..main.clone()
    };
    match commits {
        [] => vec![push(main.at - wait, true)],
        known => push_times(known).into_iter().map(|at| push(at, false)).collect(),
    }
}

/// The commits of the pull request that was merged, as far as the history shows them.
fn known_commits<'a>(history: &'a GitHistory, group: &[&MainCommit]) -> &'a [BranchCommit] {
    let known = group.last().and_then(|commit| history.merged.get(&commit.name));
    known.map_or(&[], Vec::as_slice)
}

/// The times of the pushes that these commits came with: each with its last commit.
pub(super) fn push_times(commits: &[BranchCommit]) -> Vec<SimTime> {
    let mut times: Vec<SimTime> = Vec::new();
    for commit in commits {
        match times.last_mut() {
            Some(last) if commit.at - *last <= ONE_PUSH_OF_BRANCH => *last = commit.at,
            _ => times.push(commit.at),
        }
    }
    times
}

fn usual_wait(history: &GitHistory, groups: &[Vec<&MainCommit>]) -> Option<Duration> {
    let wait = |group: &Vec<&MainCommit>| {
        let pushed = known_commits(history, group).last()?.at;
        Some(group.last()?.at - pushed)
    };
    let mut waits: Vec<Duration> = groups.iter().filter_map(wait).collect();
    waits.sort();
    waits.get(waits.len() / 2).copied()
}

fn release(of: &TaggedCommit) -> RecordedPush {
    RecordedPush {
        at: of.at,
        tags: of.tags.clone(),
        kind: RecordedKind::Release,
        number: None,
        is_bot: false,
        paths: Vec::new(),
        changes: Vec::new(),
        commit: String::new(),
        is_inferred: false,
    }
}
