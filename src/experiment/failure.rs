//! How an experiment ends that does not end well: refused, cancelled or failed.

use crate::diagnostic::{Report, Style};

/// Why an experiment does not begin.
#[derive(Debug)]
pub enum Refusal {
    /// The request asks for something that cannot be.
    Usage(Vec<Problem>),
    /// A scenario is not valid, or a strategy does not apply to it.
    Invalid(Vec<Problem>),
}

impl Refusal {
    /// Because of one thing that is asked for.
    pub fn usage(problem: impl Into<String>) -> Refusal {
        Refusal::Usage(vec![Problem::Text(problem.into())])
    }

    /// Everything that is wrong.
    pub fn problems(&self) -> &[Problem] {
        let (Refusal::Usage(problems) | Refusal::Invalid(problems)) = self;
        problems
    }
}

impl From<Report> for Refusal {
    fn from(report: Report) -> Refusal {
        Refusal::Invalid(vec![report.into()])
    }
}

/// One thing that is wrong.
#[derive(Debug)]
pub enum Problem {
    /// What is wrong with a scenario.
    Report(Box<Report>),
    /// Anything else, in a sentence without a full stop.
    Text(String),
    /// Something that is wrong at one point of a sweep.
    AtPoint {
        /// The point's number and settings.
        point: String,
        /// What is wrong there.
        problem: Box<Problem>,
    },
}

impl Problem {
    /// For a person, with a line break at the end.
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

/// Why an experiment that began has no result.
#[derive(Debug)]
pub enum Failure {
    /// What was simulated has nothing of what is asked for.
    Refused(Refusal),
    /// It was cancelled before anything was finished.
    Cancelled,
    /// It could not be done.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::Failed(error.into())
    }
}

/// A result, and whether it is of less than was asked for.
#[derive(Debug)]
pub struct Ended<T> {
    /// The result.
    pub result: T,
    /// What a person has to know if it was cancelled: how much of it was finished.
    pub cancelled: Option<String>,
}

impl<T> Ended<T> {
    /// Everything that was asked for.
    pub fn whole(result: T) -> Ended<T> {
        Ended { result, cancelled: None }
    }
}
