//! Reads which pull requests are open: the output of `gh pr list --json number,state --state all`, or pages of
//! GitHub's REST API. `diagnose` asks it whether a pull request can still restore anything.

use super::listing::{GH_ROWS, JsonPlace, PAGE_ROWS, decoded};
use super::problem::{EntryProblems, InputProblem, InputProblems};
use crate::diagnostic::FileKind;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What is known of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PullState {
    /// It is open.
    Open,
    /// It was merged or closed.
    Closed,
    /// It is not in the list.
    Unknown,
}

/// A list of pull requests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PullList {
    listed: BTreeMap<u64, PullState>,
}

impl PullList {
    /// Reads a list: an array of objects with `number` and `state`, or several arrays one after the other.
    ///
    /// # Errors
    /// All problems, up to [`InputProblems::MAX`].
    pub fn read(bytes: &[u8]) -> Result<PullList, InputProblems> {
        let text = decoded(bytes)?;
        if let Some(told) = FileKind::stranger(text.as_bytes(), &[FileKind::Pulls]) {
            return Err(InputProblem::new(0, told).into());
        }
        let mut reader = PullReader { text: &text, ..PullReader::default() };
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        let mut documents = 0;
        loop {
            reader.place = JsonPlace::of_value(values.byte_offset());
            match values.next() {
                None => break,
                Some(Ok(value)) => reader.value(&value),
                Some(Err(_)) if documents == 0 && !text.trim_start().starts_with(['[', '{']) => {
                    return Err(
                        InputProblem::new(0, format!("is not a list of pull requests: {REMEDY}")).into()
                    );
                }
                Some(Err(error)) => {
                    let problem = InputProblem::syntax(1, &error);
                    reader.problems.add(&problem.message.clone(), || problem);
                }
            }
            documents += 1;
        }
        if documents == 0 {
            return Err(InputProblem::new(0, format!("is empty: {REMEDY}")).into());
        }
        let problems = reader.problems.finish("pull requests");
        if problems.is_empty() { Ok(reader.pulls) } else { Err(problems) }
    }

    /// The state of a pull request. If only open ones are listed, and no limit has cut the list, any other
    /// pull request is closed.
    pub fn state(&self, number: u64) -> PullState {
        let absent = if self.has_all_open() { PullState::Closed } else { PullState::Unknown };
        self.listed.get(&number).copied().unwrap_or(absent)
    }

    fn has_all_open(&self) -> bool {
        self.listed.values().all(|state| *state == PullState::Open) && !self.looks_cut()
    }

    /// True if no pull request is listed. All of them are then closed.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// True if the list has as many rows as gh or a page of the API shows at most.
    pub fn looks_cut(&self) -> bool {
        let listed = self.listed.len();
        listed == GH_ROWS || listed > 0 && listed.is_multiple_of(PAGE_ROWS)
    }
}

/// The state of reading.
#[derive(Default)]
struct PullReader<'a> {
    text: &'a str,
    pulls: PullList,
    problems: EntryProblems,
    /// The value that is being read.
    place: JsonPlace,
}

impl PullReader<'_> {
    /// Reads a pull request, or a list of them.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| {
                self.place.enter(index);
                self.value(item);
                self.place.leave();
            }),
            Value::Object(fields) => match pull(fields) {
                Some((number, state)) => self.add(number, state),
                None => self.complain(&format!("`number` or `state` is missing or wrong: {REMEDY}")),
            },
            _ => self.complain(&format!("is not a pull request: {REMEDY}")),
        }
    }

    fn add(&mut self, number: u64, state: PullState) {
        let before = self.pulls.listed.insert(number, state);
        if before.is_some_and(|before| before != state) {
            self.complain(&format!("pull request {number} is listed as open and as closed: list it once"));
        }
    }

    fn complain(&mut self, message: &str) {
        let (place, text) = (&self.place, self.text);
        self.problems.add(message, || {
            let (line, column) = place.position(text);
            InputProblem { line, column: Some(column), message: message.to_owned() }
        });
    }
}

/// The number and the state of a pull request; `None` if one of them is missing or wrong.
fn pull(fields: &Map<String, Value>) -> Option<(u64, PullState)> {
    let state = fields.get("state").and_then(Value::as_str)?.to_ascii_lowercase();
    let state = match state.as_str() {
        "open" => PullState::Open,
        "closed" | "merged" => PullState::Closed,
        _ => return None,
    };
    Some((fields.get("number").and_then(Value::as_u64)?, state))
}

/// How to make the file.
const REMEDY: &str = "write it with `gh pr list --state all --limit 10000 --json number,state`";
