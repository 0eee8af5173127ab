//! A commit of the default branch, and how `git log` prints it: fields and file names that end with NUL, which no
//! name can contain. An empty field, which no file name can be, opens each commit.

use crate::import::git::ObjectName;
use crate::units::{Duration, SimTime};

/// A commit of the default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MainCommit {
    /// Its name.
    pub name: ObjectName,
    /// Its parents; the first is the commit before it.
    pub parents: Vec<ObjectName>,
    /// When it was committed: for a merge on GitHub, when it was merged.
    pub at: SimTime,
    /// Name and address of who wrote it.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
    /// The files that it changed; a merge, against its first parent.
    pub files: Vec<String>,
}

/// What `git log` is to print of a commit.
pub(super) const FORMAT: &str = "--format=tformat:%x00%H%x00%P%x00%ct%x00%an <%ae>%x00%s";

/// How many fields a commit has before its files.
const FIELDS: usize = 5;

impl MainCommit {
    /// True if its time is one that git can have seen.
    pub fn has_time(&self) -> bool {
        is_possible(self.at)
    }
}

/// The commits that `git log` printed, in its order. What is not whole is left out.
pub(super) fn parse(output: &[u8]) -> Vec<MainCommit> {
    let mut fields = output.split(|byte| *byte == 0).peekable();
    let mut commits = Vec::new();
    while let Some(field) = fields.next() {
        if !field.is_empty() {
            continue;
        }
        let head: Vec<String> = fields.by_ref().take(FIELDS).map(text).collect();
        let mut files = Vec::new();
        while let Some(file) = fields.next_if(|field| !field.is_empty()) {
            // A line break parts the head from the files.
            let file = if files.is_empty() { file.strip_prefix(b"\n").unwrap_or(file) } else { file };
            files.push(text(file));
        }
        commits.extend(commit(&head, files));
    }
    commits
}

fn commit(head: &[String], files: Vec<String>) -> Option<MainCommit> {
    let [name, parents, at, author, subject] = head else { return None };
    Some(MainCommit {
        name: ObjectName::new(name)?,
        parents: parents.split(' ').filter_map(ObjectName::new).collect(),
        at: seconds(at)?,
        author: author.clone(),
        subject: subject.clone(),
        files,
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A time that git prints as seconds since 1970.
pub(super) fn seconds(text: &str) -> Option<SimTime> {
    text.trim().parse::<i64>().ok()?.checked_mul(Duration::SECOND.0).map(SimTime)
}

/// True from 1990 to 2100: what is outside is a mistake or a joke.
pub(super) fn is_possible(at: SimTime) -> bool {
    (631_152_000_000..4_102_444_800_000).contains(&at.0)
}

/// The commit that a tag means and its time, from the tag's content or, for a tag without one, the commit's.
pub(super) fn tagged(object: &ObjectName, content: &[u8]) -> Option<(String, SimTime)> {
    let text = String::from_utf8_lossy(&content[..content.len().min(HEAD_MAX)]).into_owned();
    let head = text.split("\n\n").next()?;
    let line = |start: &str| head.lines().find_map(|line| line.strip_prefix(start).map(str::to_owned));
    let is_tag = head.starts_with("object ");
    let who = line("tagger ").or_else(|| line("committer "))?;
    let at = who.rsplit(' ').nth(1).and_then(seconds).filter(|at| is_possible(*at))?;
    let commit = if is_tag { line("object ")? } else { object.text().to_owned() };
    Some((commit, at))
}

/// The most bytes of a tag's or commit's head that are looked at.
const HEAD_MAX: usize = 20_000;
