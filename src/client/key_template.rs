//! Texts with placeholders that end up in a cache key, such as `Linux-cargo-{lock}`. A scenario's keys are
//! parsed into templates once; each job then fills in the values of its checkout and its run.
//!
//! This file also answers which changes of a project change a key. The placeholders and what they mean are
//! the table `FIELDS`, which the scenario reference also prints.

use super::session::JobContext;
use crate::project::{ChangeId, Checkout};
use crate::random::mix_str;
use crate::workload::ChangeShares;

/// A text with placeholders that becomes a cache key or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyTemplate(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    KeyField(KeyField),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyField {
    Lock,
    Manifests,
    Toolchain,
    WebLock,
    Requirements,
    GoSum,
    Dockerfile,
    Recipe,
    Sha,
    Job,
    Ref,
}

/// The placeholders that take their value from the job's checkout or run, with their meaning.
const FIELDS: [(&str, KeyField, &str); 11] = [
    ("lock", KeyField::Lock, "hash of the lock file"),
    ("manifests", KeyField::Manifests, "hash of all manifests"),
    ("toolchain", KeyField::Toolchain, "version of the compiler"),
    ("web-lock", KeyField::WebLock, "hash of the front end's lock file"),
    ("requirements", KeyField::Requirements, "hash of pip's requirements"),
    ("go-sum", KeyField::GoSum, "hash of `go.sum`"),
    ("dockerfile", KeyField::Dockerfile, "hash of the container files"),
    ("recipe", KeyField::Recipe, "hash of the cargo-chef recipe"),
    ("sha", KeyField::Sha, "`github.sha`: every push has its own"),
    ("job", KeyField::Job, "`github.job`: the job's name without its matrix leg"),
    ("ref", KeyField::Ref, "`github.ref`"),
];

impl KeyTemplate {
    /// The placeholders that every template may use, with their meaning.
    pub fn placeholders() -> impl Iterator<Item = (&'static str, &'static str)> {
        FIELDS.iter().map(|(name, _, meaning)| (*name, *meaning))
    }

    /// Parses a template. Placeholders for which `value` has a text, such as the axes of a matrix, are
    /// replaced at once. They win over a placeholder of the same name.
    ///
    /// # Errors
    /// The name of an unknown placeholder, or the text after an unclosed brace.
    pub fn parse<'a>(
        text: &'a str,
        value: impl Fn(&str) -> Option<String>,
    ) -> Result<KeyTemplate, BadPlaceholder<'a>> {
        let mut template = KeyTemplate::default();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').ok_or(BadPlaceholder::Unclosed(after))?;
            let field = || FIELDS.iter().find(|(known, ..)| *known == name).map(|(_, field, _)| *field);
            let part = value(name).map(Part::Text).or_else(|| field().map(Part::KeyField));
            template.push(Part::Text(before.to_owned()));
            template.push(part.ok_or(BadPlaceholder::Unknown(name))?);
            rest = tail;
        }
        template.push(Part::Text(rest.to_owned()));
        Ok(template)
    }

    /// Adds a part. Adjacent texts are merged, so that a filled-in template equals a text written without
    /// placeholders.
    fn push(&mut self, part: Part) {
        match (self.0.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => self.0.push(part),
        }
    }

    /// True if the template is an empty text.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Part::Text(text) if text.is_empty()))
    }

    /// True if the text changes when a push changes `input`, which is a name in `workload.changes`.
    pub fn depends_on(&self, input: &str) -> bool {
        self.0.iter().any(|part| match part {
            Part::KeyField(KeyField::Recipe) => {
                matches!(input, "lock" | "manifests" | "toolchain" | "targets")
            }
            Part::KeyField(field) => FIELDS.iter().any(|(name, of, _)| of == field && *name == input),
            Part::Text(_) => false,
        })
    }

    /// True if the text stays the same when the lock file changes.
    pub(super) fn outlives_a_lock_change(&self) -> bool {
        self.0.iter().all(|part| match part {
            Part::KeyField(KeyField::Lock | KeyField::Recipe | KeyField::Sha) => false,
            Part::KeyField(
                KeyField::Manifests
                | KeyField::Toolchain
                | KeyField::WebLock
                | KeyField::Requirements
                | KeyField::GoSum
                | KeyField::Dockerfile
                | KeyField::Job
                | KeyField::Ref,
            )
            | Part::Text(_) => true,
        })
    }

    /// True if two pushes to one ref, with these checkouts, give different texts.
    pub(super) fn tells_apart(&self, one: &Checkout, other: &Checkout) -> bool {
        self.fields().any(|field| match field {
            KeyField::Sha => true,
            KeyField::Job | KeyField::Ref => false,
            file => file.identity(one) != file.identity(other),
        })
    }

    /// True if any of these changes gives a different text.
    pub(super) fn follows(&self, changes: &ChangeShares) -> bool {
        self.fields().any(|field| field.share(changes) > 0.0)
    }

    fn fields(&self) -> impl Iterator<Item = KeyField> + '_ {
        self.0.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::KeyField(field) => Some(*field),
        })
    }

    /// True if this text begins with the other one, whatever the placeholders stand for.
    pub fn starts_with(&self, other: &KeyTemplate) -> bool {
        let Some((last, before)) = other.0.split_last() else { return true };
        let begins = |part: &Part| match (part, last) {
            (Part::Text(text), Part::Text(start)) => text.starts_with(start.as_str()),
            (part, last) => part == last,
        };
        self.0.starts_with(before) && self.0.get(before.len()).is_some_and(begins)
    }

    /// The text for this job.
    pub fn text(&self, job: &JobContext) -> String {
        self.0.iter().map(|part| part.text(job)).collect()
    }

    /// A hash of the template itself. It is equal for all jobs that write the same template, whatever they
    /// check out.
    pub fn identity(&self) -> u64 {
        self.0.iter().fold(0, |hash, part| match part {
            Part::Text(text) => mix_str(hash, text),
            Part::KeyField(field) => mix_str(hash, &format!("{field:?}")),
        })
    }
}

impl From<&str> for KeyTemplate {
    /// A template of this text, without placeholders.
    fn from(text: &str) -> KeyTemplate {
        KeyTemplate(vec![Part::Text(text.to_owned())])
    }
}

/// Why a template cannot be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPlaceholder<'a> {
    /// No placeholder has this name.
    Unknown(&'a str),
    /// The brace before this text is not closed.
    Unclosed(&'a str),
}

impl Part {
    fn text(&self, job: &JobContext) -> String {
        match self {
            Part::Text(text) => text.clone(),
            Part::KeyField(KeyField::Job) => job.job_name.to_string(),
            Part::KeyField(KeyField::Ref) => job.ref_name.to_string(),
            Part::KeyField(KeyField::Sha) => format!("{:08x}", job.push_id),
            Part::KeyField(file) => format!("{:08x}", file.identity(&job.checkout)),
        }
    }
}

impl KeyField {
    /// The identity of the hashed files' content in this checkout; 0 for placeholders without files.
    fn identity(self, checkout: &Checkout) -> ChangeId {
        match self {
            KeyField::Lock => checkout.lock,
            KeyField::Manifests => checkout.manifests,
            KeyField::Toolchain => checkout.toolchain,
            KeyField::WebLock => checkout.web_lock,
            KeyField::Requirements => checkout.requirements,
            KeyField::GoSum => checkout.go_sum,
            KeyField::Dockerfile => checkout.dockerfile,
            KeyField::Recipe => checkout.recipe,
            KeyField::Sha | KeyField::Job | KeyField::Ref => 0,
        }
    }

    /// The share of branches that change the placeholder's value. For the recipe it is the largest share
    /// among its inputs.
    fn share(self, changes: &ChangeShares) -> f64 {
        match self {
            KeyField::Lock => changes.lock,
            KeyField::Manifests => changes.manifests,
            KeyField::Toolchain => changes.toolchain,
            KeyField::WebLock => changes.web_lock,
            KeyField::Requirements => changes.requirements,
            KeyField::GoSum => changes.go_sum,
            KeyField::Dockerfile => changes.dockerfile,
            KeyField::Recipe => {
                changes.lock.max(changes.manifests).max(changes.toolchain).max(changes.targets)
            }
            KeyField::Sha => 1.0,
            KeyField::Job | KeyField::Ref => 0.0,
        }
    }
}
