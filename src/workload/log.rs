use super::change::Change;
use super::push::{PathSet, PushKind};
use crate::project::table::{self, Column, Problem, Problems, Row};
use crate::units::SimTime;

/// A recorded log of pushes, in time order.
///
/// Its CSV columns: `at` (RFC 3339), `event` (main_push, pr_push, fork_pr_push, pr_closed, release,
/// merge_group, schedule), `pr` (number, or empty), `author` (human, bot), `paths` (path classes
/// joined by `;`), `changes` (lock, manifests, toolchain, source, targets, dockerfile, web-lock,
/// joined by `;`), `crates` (external crates a lock change touches; empty: drawn), `commit` (for the
/// reader).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventLog {
    /// The rows.
    pub pushes: Vec<LoggedPush>,
}

/// One row of an event log.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedPush {
    /// When.
    pub at: SimTime,
    /// What.
    pub kind: PushKind,
    /// The pull request's number, if any.
    pub number: Option<u32>,
    /// Whether a dependency bot pushed it.
    pub bot: bool,
    /// Path classes touched.
    pub paths: PathSet,
    /// What it changes.
    pub change: Change,
}

/// One thing that is wrong with an event log, for a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProblem {
    /// The line, counted from 1.
    pub line: u64,
    /// The column's name, where one is to blame.
    pub column: Option<&'static str>,
    /// What is wrong and what to do.
    pub message: String,
}

const COLUMNS: &[Column] = &[
    Column { name: "at", required: true },
    Column { name: "event", required: true },
    Column { name: "pr", required: false },
    Column { name: "author", required: false },
    Column { name: "paths", required: false },
    Column { name: "changes", required: false },
    Column { name: "crates", required: false },
    Column { name: "commit", required: false },
];

const EVENTS: &[(&str, PushKind)] = &[
    ("main_push", PushKind::Main),
    ("pr_push", PushKind::PullRequest),
    ("fork_pr_push", PushKind::ForkPullRequest),
    ("pr_closed", PushKind::Closed),
    ("release", PushKind::Release),
    ("merge_group", PushKind::MergeGroup),
    ("schedule", PushKind::Schedule),
];

const CHANGES: &[&str] = &["lock", "manifests", "toolchain", "source", "targets", "dockerfile", "web-lock"];

impl EventLog {
    /// Reads a log. `path_classes` are the names the `paths` column may use.
    ///
    /// # Errors
    /// Everything that is wrong with it, up to 50 problems.
    pub fn from_csv(
        text: &str,
        path_classes: &[String],
        rows_max: usize,
    ) -> Result<EventLog, Vec<LogProblem>> {
        let mut pushes: Vec<LoggedPush> = Vec::new();
        let problems = table::read(text, COLUMNS, rows_max, |row, problems| {
            let read = Reading { row, problems, path_classes }.push();
            if let (Some(before), Some(push)) = (pushes.last(), &read)
                && push.at < before.at
            {
                problems.add(
                    row.line,
                    Some("at"),
                    format!("{} is before the row above: sort the rows by time", push.at),
                );
            }
            pushes.extend(read);
        });
        if problems.list.is_empty() {
            Ok(EventLog { pushes })
        } else {
            Err(problems.list.into_iter().map(LogProblem::from).collect())
        }
    }
}

impl From<Problem> for LogProblem {
    fn from(Problem { line, column, message }: Problem) -> LogProblem {
        LogProblem { line, column, message }
    }
}

/// One row being read.
struct Reading<'a, 'r> {
    row: &'a Row<'r>,
    problems: &'a mut Problems,
    path_classes: &'a [String],
}

impl<'r> Reading<'_, 'r> {
    fn push(&mut self) -> Option<LoggedPush> {
        let at = self.row.field(0).parse::<SimTime>();
        let at = at.map_err(|error| self.wrong(0, error.to_string())).ok();
        let event = self.row.field(1);
        let kind = EVENTS.iter().find(|(name, _)| *name == event).map(|(_, kind)| *kind);
        if kind.is_none() {
            self.wrong(1, table::unknown("event", event, EVENTS.iter().map(|(name, _)| *name)));
        }
        let (number, bot) = (self.number(2), self.bot());
        let (paths, change) = (self.paths(), self.change());
        Some(LoggedPush { at: at?, kind: kind?, number, bot, paths, change })
    }

    fn wrong(&mut self, column: usize, message: String) {
        self.problems.add(self.row.line, Some(COLUMNS[column].name), message);
    }

    fn number(&mut self, column: usize) -> Option<u32> {
        let text = self.row.field(column);
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok();
        if number.is_none() {
            self.wrong(column, format!("`{text}` is not a whole number from 0 to {}", u32::MAX));
        }
        number
    }

    fn bot(&mut self) -> bool {
        let author = self.row.field(3);
        if !matches!(author, "bot" | "human" | "") {
            self.wrong(3, table::unknown("author", author, ["human", "bot"].into_iter()));
        }
        author == "bot"
    }

    fn paths(&mut self) -> PathSet {
        let mut set = PathSet::default();
        for class in self.row.parts(4) {
            match self.path_classes.iter().position(|known| known == class) {
                Some(place) => set.0 |= 1 << place,
                None => {
                    let known = self.path_classes.iter().map(String::as_str);
                    self.wrong(4, table::unknown("path class", class, known));
                }
            }
        }
        set
    }

    fn change(&mut self) -> Change {
        let words: Vec<&'r str> = self.row.parts(5).collect();
        for word in words.iter().filter(|word| !CHANGES.contains(word)) {
            self.wrong(5, table::unknown("change", word, CHANGES.iter().copied()));
        }
        let has = |word| words.contains(&word);
        let crates = self.number(6);
        Change {
            lock: has("lock").then_some(crates),
            manifests: has("manifests"),
            toolchain: has("toolchain"),
            source: has("source"),
            targets: has("targets"),
            dockerfile: has("dockerfile"),
            web_lock: has("web-lock"),
        }
    }
}
