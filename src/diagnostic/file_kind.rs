//! What kind of file a text is, by its beginning. A reader that was given a file of another kind says so, and which
//! command reads it, instead of listing what is wrong with it line by line. It never decides how a file is read.

/// A kind of file that some command reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A scenario in TOML.
    Scenario,
    /// A listing of a cache in JSON: gh's, or pages of the REST API.
    Listing,
    /// A log of cache operations.
    OperationLog,
    /// A trace of accesses in CSV.
    Trace,
    /// A saved result that `report` shows.
    Result,
    /// What another command prints as JSON.
    Output,
    /// A journal of `explain`.
    Journal,
    /// gh's list of pull requests.
    Pulls,
    /// A workflow of GitHub Actions.
    Workflow,
}

/// How much of a text is looked at, in bytes.
const HEAD_BYTES: usize = 4_096;

impl FileKind {
    /// The kind of a text that is recognised for certain.
    pub fn of(text: &[u8]) -> Option<FileKind> {
        let head = String::from_utf8_lossy(&text[..text.len().min(HEAD_BYTES)]).into_owned();
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let after = head.get(1..).unwrap_or_default().trim_start();
        match head.chars().next()? {
            '{' => FileKind::of_object(head),
            '[' if after.starts_with('{') => FileKind::of_list(head),
            _ => FileKind::of_lines(text, head),
        }
    }

    fn of_object(head: &str) -> Option<FileKind> {
        let has = |name: &str| has_field(head, name);
        let first = head.lines().next().unwrap_or_default();
        Some(match head {
            _ if has("actions_caches") => FileKind::Listing,
            _ if has("schema_version") && has("command") => {
                match SHOWN.iter().any(|name| head.contains(name)) {
                    true => FileKind::Result,
                    false => FileKind::Output,
                }
            }
            _ if has_field(first, "op") && has_field(first, "at") => FileKind::OperationLog,
            _ if first.starts_with("{\"event\":") && has_field(first, "at") => FileKind::Journal,
            _ => return None,
        })
    }

    fn of_list(head: &str) -> Option<FileKind> {
        let has = |name: &str| has_field(head, name);
        match head {
            _ if has("sizeInBytes") || has("size_in_bytes") || has("actions_caches") => {
                Some(FileKind::Listing)
            }
            _ if has("number") && has("state") => Some(FileKind::Pulls),
            _ => None,
        }
    }

    fn of_lines(text: &[u8], head: &str) -> Option<FileKind> {
        let starts =
            |words: &[&str]| head.lines().any(|line| words.iter().any(|word| line.starts_with(word)));
        let written = || head.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty());
        if starts(&["[workflow.", "[workload]", "[cache]", "[runner.", "extends = \""]) {
            return Some(FileKind::Scenario);
        }
        if is_workflow(&String::from_utf8_lossy(text)) {
            return Some(FileKind::Workflow);
        }
        let columns: Vec<&str> = written()?.split([',', ';', '\t', '|']).map(str::trim).collect();
        let is_time = |name: &&str| ["time", "timestamp"].contains(&name.to_ascii_lowercase().as_str());
        (columns.len() >= 3 && columns.iter().any(is_time)).then_some(FileKind::Trace)
    }

    /// The kind in words, with its article.
    pub fn name(self) -> &'static str {
        match self {
            FileKind::Scenario => "a scenario",
            FileKind::Listing => "a listing of a cache",
            FileKind::OperationLog => "a log of cache operations",
            FileKind::Trace => "a trace of accesses",
            FileKind::Result => "a saved result",
            FileKind::Output => "the JSON output of a command",
            FileKind::Journal => "a journal of `explain`",
            FileKind::Pulls => "a list of pull requests",
            FileKind::Workflow => "a GitHub workflow",
        }
    }

    /// The command that reads it.
    pub fn reader(self) -> &'static str {
        match self {
            FileKind::Scenario => "`cache-budget run FILE` simulates it",
            FileKind::Listing => {
                "`cache-budget diagnose FILE` reads it, and `cache-budget replay LOG --initial FILE` begins with it"
            }
            FileKind::OperationLog | FileKind::Trace => "`cache-budget replay FILE` plays it",
            FileKind::Result => "`cache-budget report FILE` shows it",
            FileKind::Output => "no command reads it",
            FileKind::Journal => "no command reads it; docs/journal.md describes its lines",
            FileKind::Pulls => "`cache-budget diagnose LISTING --pulls FILE` reads it",
            FileKind::Workflow => {
                "`cache-budget import --repo DIR --output FILE` writes a scenario from workflows"
            }
        }
    }

    /// What to tell a reader of other kinds who was given it: `this is a scenario: …`.
    pub fn told(self) -> String {
        format!("this is {}: {}", self.name(), self.reader())
    }

    /// The same, if a text is recognised as a kind that is not among those that are read.
    pub fn stranger(text: &[u8], read: &[FileKind]) -> Option<String> {
        FileKind::of(text).filter(|kind| !read.contains(kind)).map(FileKind::told)
    }
}

/// The commands whose results `report` shows, as these name them.
const SHOWN: [&str; 8] = [
    "\"command\": \"run\"",
    "\"command\": \"compare\"",
    "\"command\": \"sweep\"",
    "\"command\": \"diagnose\"",
    "\"command\":\"run\"",
    "\"command\":\"compare\"",
    "\"command\":\"sweep\"",
    "\"command\":\"diagnose\"",
];

fn has_field(text: &str, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    text.match_indices(&quoted).any(|(at, _)| text[at + quoted.len()..].trim_start().starts_with(':'))
}

/// True if a text has the two keys that every workflow has.
fn is_workflow(text: &str) -> bool {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    (has("on:") || has("\"on\":") || has("'on':")) && has("jobs:")
}
