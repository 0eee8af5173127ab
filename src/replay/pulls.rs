//! Reads which pull requests are open: the output of `gh pr list --json number,state --state all`, or pages of
//! GitHub's REST API. `diagnose` asks it whether a pull request can still restore anything.

use super::listing::{GH_ROWS, PAGE_ROWS, decoded};
use super::problem::{InputProblem, InputProblems};
use serde_json::Value;
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
        let (mut pulls, mut problems) = (PullList::default(), InputProblems::default());
        let mut documents = 0;
        for value in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
            documents += 1;
            match value {
                Ok(Value::Array(items)) => items.iter().for_each(|item| pulls.add(item, &mut problems)),
                Ok(item) => pulls.add(&item, &mut problems),
                Err(error) => problems.add(InputProblem::syntax(1, &error)),
            }
        }
        if documents == 0 {
            problems.add(InputProblem::new(0, format!("is empty: {REMEDY}")));
        }
        if problems.is_empty() { Ok(pulls) } else { Err(problems) }
    }

    fn add(&mut self, item: &Value, problems: &mut InputProblems) {
        let fields = match item {
            Value::Array(items) => return items.iter().for_each(|item| self.add(item, problems)),
            Value::Object(fields) => fields,
            _ => {
                return problems
                    .add(InputProblem::new(0, format!("is not a list of pull requests: {REMEDY}")));
            }
        };
        let number = fields.get("number").and_then(Value::as_u64);
        let state = match fields.get("state").and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref()
        {
            Some("open") => Some(PullState::Open),
            Some("closed" | "merged") => Some(PullState::Closed),
            _ => None,
        };
        match number.zip(state) {
            Some((number, state)) => drop(self.listed.insert(number, state)),
            None => {
                let place = self.listed.len() + problems.list().len() + 1;
                let message =
                    format!("pull request {place}: `number` or `state` is missing or wrong: {REMEDY}");
                problems.add(InputProblem::new(0, message));
            }
        }
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

    /// True if the list has as many rows as gh or a page of the API shows at most.
    pub fn looks_cut(&self) -> bool {
        let listed = self.listed.len();
        listed == GH_ROWS || listed > 0 && listed.is_multiple_of(PAGE_ROWS)
    }
}

/// How to make the file.
const REMEDY: &str = "write it with `gh pr list --state all --limit 10000 --json number,state`";
