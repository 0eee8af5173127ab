//! Forms of the keys that an action really stores, where the key of a scenario leaves something out that only a run
//! knows, such as the patch version of a tool. They are what entries of real caches are recognised by, besides the key.

use super::pattern::{KeyPattern, PatternPart};
use super::template::KeyTemplate;
use crate::client::session::JobContext;

/// The form of a key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListedForm(Vec<FormPart>);

/// A part of the form of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormPart {
    /// A text with placeholders.
    Template(KeyTemplate),
    /// What only a run knows.
    OfRun(PatternPart),
}

impl ListedForm {
    /// A form of these parts.
    pub fn new(parts: Vec<FormPart>) -> ListedForm {
        ListedForm(parts)
    }

    /// What keys of this form look like in a job.
    pub fn pattern(&self, job: &JobContext) -> KeyPattern {
        self.0.iter().fold(KeyPattern::default(), |pattern, part| match part {
            FormPart::Template(text) => pattern.joined(text.pattern(job)),
            FormPart::OfRun(part) => pattern.then([part.clone()]),
        })
    }
}
