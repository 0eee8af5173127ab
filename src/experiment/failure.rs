//! The ways in which an experiment can end without a complete result: refused, cancelled or failed.

use crate::diagnostic::{Report, Style};
use crate::strategy::CannotApply;

/// Why an experiment does not start.
#[derive(Debug)]
pub enum Refusal {
    /// The request is impossible as it is.
    Usage(Vec<Problem>),
    /// A scenario is invalid, or a strategy does not apply to it.
    Invalid(Vec<Problem>),
    /// No scenario that is named can be read from its file.
    Unreadable(Vec<Problem>),
}

impl Refusal {
    /// A refusal of the request for one reason.
    pub fn usage(problem: impl Into<String>) -> Refusal {
        Refusal::Usage(vec![Problem::Text(problem.into())])
    }

    /// A refusal of an input for these reasons.
    pub fn of(problems: Vec<Problem>) -> Refusal {
        match problems.iter().all(Problem::is_unreadable) {
            true => Refusal::Unreadable(problems),
            false => Refusal::Invalid(problems),
        }
    }

    /// All problems found.
    pub fn problems(&self) -> &[Problem] {
        let (Refusal::Usage(problems) | Refusal::Invalid(problems) | Refusal::Unreadable(problems)) = self;
        problems
    }
}

impl From<Report> for Refusal {
    fn from(report: Report) -> Refusal {
        Refusal::of(vec![report.into()])
    }
}

/// One thing that is wrong.
#[derive(Debug)]
pub enum Problem {
    /// The problems of a scenario.
    Report(Box<Report>),
    /// Any other problem: a sentence without a full stop.
    Text(String),
    /// A problem at one point of a sweep.
    AtPoint {
        /// The number and the settings of the point.
        point: String,
        /// The problem at this point.
        problem: Box<Problem>,
    },
}

impl Problem {
    /// True if it is only that a file cannot be read.
    fn is_unreadable(&self) -> bool {
        match self {
            Problem::Report(report) => report.is_unreadable(),
            Problem::Text(_) => false,
            Problem::AtPoint { problem, .. } => problem.is_unreadable(),
        }
    }

    /// Writes the problem for a person to read, with a line break at the end.
    pub fn render(&self, style: &Style) -> String {
        match self {
            Problem::Report(report) => report.render(style),
            Problem::Text(text) => format!("error: {text}\n"),
            Problem::AtPoint { point, problem } => format!("{point}:\n{}", problem.render(style)),
        }
    }
}

impl From<Report> for Problem {
    fn from(report: Report) -> Problem {
        Problem::Report(Box::new(report))
    }
}

/// Why an experiment that has started gives no result.
#[derive(Debug)]
pub enum Failure {
    /// The simulation contains nothing that matches the request.
    Refused(Refusal),
    /// It was cancelled before anything was finished.
    Cancelled,
    /// An error occurred.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::Failed(error.into())
    }
}

/// A result, which may cover less than was requested.
#[derive(Debug)]
pub struct Ended<T> {
    /// The result.
    pub result: T,
    /// If it was cancelled: a sentence that says how much was finished.
    pub cancelled: Option<String>,
}

impl<T> Ended<T> {
    /// A complete result.
    pub fn whole(result: T) -> Ended<T> {
        Ended { result, cancelled: None }
    }
}

impl From<CannotApply> for Problem {
    fn from(refusal: CannotApply) -> Problem {
        match refusal {
            CannotApply::Invalid(report) => Problem::Report(report),
            other => Problem::Text(other.to_string()),
        }
    }
}
