//! Reads an event log (CSV) into an [`EventLog`]. `scenario` calls [`read`] with the text of the
//! file. The closings that a log leaves out are added in `log.rs`.

use super::change::PushChange;
use super::log::{EventLog, LogProblem, LoggedPush};
use super::push::{BranchId, PathSet, PushId, PushKind};
use crate::project::InputId;
use crate::project::table::{self, RowProblem, RowProblems, TableColumn, TableRow};
use crate::units::SimTime;
use std::collections::BTreeMap;

/// The names that a log may use besides its own words.
#[derive(Debug, Clone, Copy)]
pub struct LogNames<'a> {
    /// The path classes, by their index.
    pub classes: &'a [String],
    /// All inputs, by their index.
    pub inputs: &'a [String],
    /// The branches besides the default branch, by [`BranchId`] from 1.
    pub branches: &'a [String],
}

/// Reads an event log: CSV in time order with these columns. Only the first two are required.
///
/// * `at`: RFC 3339 time
/// * `event`: one of the words of `EVENTS`
/// * `branch`: for `branch_push` the branch, for pull requests their base, which may be another pull request (`#7`);
///   the default branch if empty
/// * `pr`: the pull request's number. Required for `pr_push`, `fork_pr_push` and `pr_closed`; for
///   `main_push` and `merge_group` the pull request that is merged, if any
/// * `author`: `human` (the default) or `bot`
/// * `paths`: path classes touched, separated by `;` (for a pull request by its whole diff)
/// * `changes`: names of inputs, separated by `;`
/// * `crates`: number of external crates that a change of the lock touches; drawn if empty
/// * `commit`: any text; it is not read
///
/// All problems are reported at once, up to 50. More than `rows_max` rows are a problem.
pub fn read(text: &str, names: LogNames, rows_max: usize) -> Result<EventLog, Vec<LogProblem>> {
    let mut pushes: Vec<LoggedPush> = Vec::new();
    let mut latest: Option<SimTime> = None;
    let mut pulls = BTreeMap::new();
    let problems = table::read(text, COLUMNS, rows_max, |row, problems| {
        let mut fields = LogFields { row, problems, pulls: &pulls };
        let at = fields.at(latest);
        latest = latest.max(at);
        let id = PushId::row(pushes.len() as u32);
        if let Some(push) = fields.push(id, at, names) {
            if let (PushKind::PullRequest, Some(number)) = (push.kind, push.number) {
                pulls.insert(number, push.branch);
            }
            pushes.push(push);
        }
    });
    if problems.list.is_empty() {
        return Ok(EventLog { pushes });
    }
    let told = |RowProblem { line, column, message }| LogProblem { line, column, message };
    Err(problems.list.into_iter().map(told).collect())
}

const AT: usize = 0;
const EVENT: usize = 1;
const PR: usize = 2;
const AUTHOR: usize = 3;
const PATHS: usize = 4;
const CHANGES: usize = 5;
const CRATES: usize = 6;
const BRANCH: usize = 7;

pub(crate) const COLUMNS: &[TableColumn] = &[
    TableColumn {
        name: "at",
        required: true,
        doc: "Time, such as `2026-06-30T19:28:23Z`; rows are in time order.",
    },
    TableColumn {
        name: "event",
        required: true,
        doc: "`main_push`, `branch_push`, `pr_push`, `fork_pr_push`, `pr_closed`, `release`, `merge_group`, \
            `schedule`, `workflow_dispatch`, `repository_dispatch` or `issue_comment`.",
    },
    TableColumn {
        name: "pr",
        required: false,
        doc: "The number of the pull request; for pushes to it, its closing and its merge.",
    },
    TableColumn { name: "author", required: false, doc: "`human` or `bot`; `human` if empty." },
    TableColumn {
        name: "paths",
        required: false,
        doc: "The classes of `workload.path-classes` that it touches, separated by `;`.",
    },
    TableColumn {
        name: "changes",
        required: false,
        doc: "What it changes, separated by `;`. For a pull request, this is its whole diff, not just the \
            last push, because a run checks all of it out. One or more of `lock`, `manifests`, \
            `toolchain`, `source`, `targets`, `web-lock`, `requirements`, `go-sum`, `dockerfile`, and the \
            scenario's own inputs (`[input.NAME]`).",
    },
    TableColumn {
        name: "crates",
        required: false,
        doc: "Number of external crates that a change of the lock file touches; drawn if empty.",
    },
    TableColumn {
        name: "branch",
        required: false,
        doc: "A branch of `[branch.NAME]`: the one that `branch_push` pushes to, or the base of a pull \
            request, which may be the branch of another pull request (`#7`); the default branch if empty.",
    },
    TableColumn { name: "commit", required: false, doc: "A comment for readers." },
];

const EVENTS: &[(&str, PushKind)] = &[
    ("main_push", PushKind::Main),
    ("pr_push", PushKind::PullRequest),
    ("fork_pr_push", PushKind::ForkPullRequest),
    ("pr_closed", PushKind::Closed),
    ("release", PushKind::Release),
    ("merge_group", PushKind::MergeGroup),
    ("schedule", PushKind::Schedule),
    ("branch_push", PushKind::Branch),
    ("workflow_dispatch", PushKind::Dispatch),
    ("repository_dispatch", PushKind::RepositoryDispatch),
    ("issue_comment", PushKind::Comment),
];

/// Reads the fields of one row. Each reports its own problem.
struct LogFields<'a, 'r> {
    row: &'a TableRow<'r>,
    problems: &'a mut RowProblems,
    /// The pull requests of the repository in the rows above, with their bases.
    pulls: &'a BTreeMap<u32, BranchId>,
}

impl LogFields<'_, '_> {
    fn push(&mut self, id: PushId, at: Option<SimTime>, names: LogNames) -> Option<LoggedPush> {
        let kind = self.kind();
        let number = self.number(kind);
        let bot = self.bot();
        let paths = self.paths(names.classes);
        let change = self.change(names.inputs);
        let stacked_on = self.stacked_on(kind, number);
        let branch = match stacked_on {
            Some(other) => self.pulls[&other],
            None => self.branch(kind, names.branches),
        };
        let push = LoggedPush::event(id, at?, kind?, number);
        Some(LoggedPush { branch, stacked_on, bot, paths, change, ..push })
    }

    fn at(&mut self, latest: Option<SimTime>) -> Option<SimTime> {
        match self.row.field(AT).parse::<SimTime>() {
            Ok(at) => {
                if let Some(latest) = latest.filter(|&latest| at < latest) {
                    self.complain(
                        AT,
                        format!("{at} is before a row above it ({latest}): sort the rows by time"),
                    );
                }
                Some(at)
            }
            Err(error) => {
                self.complain(AT, error.to_string());
                None
            }
        }
    }

    fn kind(&mut self) -> Option<PushKind> {
        let word = self.row.field(EVENT);
        let kind = EVENTS.iter().find(|(name, _)| *name == word).map(|&(_, kind)| kind);
        if kind.is_none() {
            self.complain(EVENT, table::unknown("event", word, EVENTS.iter().map(|&(name, _)| name)));
        }
        kind
    }

    fn number(&mut self, kind: Option<PushKind>) -> Option<u32> {
        let text = self.row.field(PR);
        let required =
            matches!(kind, Some(PushKind::PullRequest | PushKind::ForkPullRequest | PushKind::Closed));
        let number = text.parse().ok();
        if (number.is_none() && !text.is_empty()) || (text.is_empty() && required) {
            self.complain(PR, format!("`{text}` is not the number of a pull request"));
        }
        number
    }

    /// The pull request whose branch is the base.
    fn stacked_on(&self, kind: Option<PushKind>, own: Option<u32>) -> Option<u32> {
        let is_pull = matches!(kind, Some(PushKind::PullRequest | PushKind::ForkPullRequest));
        let number = self.row.field(BRANCH).strip_prefix('#').filter(|_| is_pull)?.parse().ok();
        number.filter(|other| Some(*other) != own && self.pulls.contains_key(other))
    }

    fn branch(&mut self, kind: Option<PushKind>, branches: &[String]) -> BranchId {
        let word = self.row.field(BRANCH);
        match (1..).zip(branches).find(|(_, name)| *name == word) {
            Some((branch, _)) => return BranchId(branch),
            None if word.is_empty() && kind == Some(PushKind::Branch) => {
                self.complain(BRANCH, "a `branch_push` needs the name of a branch".to_owned());
            }
            None if word.is_empty() => {}
            None if word.starts_with('#') => {
                let message = format!(
                    "`{word}` is the base of no such row: it may be a pull request that a `pr_push` above pushes to, and \
                     only of another pull request"
                );
                self.complain(BRANCH, message);
            }
            None => {
                let known = branches.iter().map(String::as_str);
                self.complain(BRANCH, table::unknown("branch", word, known));
            }
        }
        BranchId::DEFAULT
    }

    fn bot(&mut self) -> bool {
        let word = self.row.field(AUTHOR);
        if !matches!(word, "" | "human" | "bot") {
            self.complain(AUTHOR, table::unknown("author", word, ["human", "bot"].into_iter()));
        }
        word == "bot"
    }

    fn paths(&mut self, classes: &[String]) -> PathSet {
        let mut paths = PathSet::default();
        for word in self.row.parts(PATHS) {
            match classes.iter().position(|class| class == word) {
                Some(class) => paths.0 |= 1 << class,
                None => {
                    let message = table::unknown("path class", word, classes.iter().map(String::as_str));
                    self.complain(PATHS, message);
                }
            }
        }
        paths
    }

    fn change(&mut self, inputs: &[String]) -> PushChange {
        let mut change = PushChange::default();
        let mut understood = true;
        for word in self.row.parts(CHANGES) {
            match InputId::all(inputs.len()).find(|input| inputs[input.index()] == word) {
                Some(input) => change.inputs.insert(input),
                None => {
                    understood = false;
                    let known = inputs.iter().map(String::as_str);
                    self.complain(CHANGES, table::unknown("change", word, known));
                }
            }
        }
        // A misspelt `lock` is one problem, not two.
        if understood {
            change.crates = self.crates(change.has(InputId::LOCK));
        }
        change
    }

    fn crates(&mut self, lock: bool) -> Option<u32> {
        let text = self.row.field(CRATES);
        match text.parse() {
            Err(_) if text.is_empty() => return None,
            Err(_) => self.complain(CRATES, format!("`{text}` is not a number of crates")),
            Ok(crates) if lock => return Some(crates),
            Ok(0) => {}
            Ok(_) => self.complain(CRATES, "crates change only with `lock` in `changes`".to_owned()),
        }
        None
    }

    fn complain(&mut self, column: usize, message: String) {
        self.problems.add(self.row.line, Some(COLUMNS[column].name), message);
    }
}
