//! Texts with placeholders that end up in a cache key, such as `Linux-cargo-{lock}`. A scenario's keys are
//! parsed into templates once; each job then fills in the values of its checkout and its run.
//!
//! This file also answers which changes of a project change a key. The placeholders and what they mean are
//! in `placeholder.rs`.

use super::pattern::{KeyPattern, PatternPart};
use super::placeholder::{BadPlaceholder, FIELDS, KeyField, KeyValues, PlaceholderNames};
use crate::client::session::JobContext;
use crate::project::{Checkout, InputId};
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

impl KeyTemplate {
    /// The placeholders that every template may use, with their meaning. `{leg}` is filled in when a scenario is read.
    pub fn placeholders() -> impl Iterator<Item = (&'static str, &'static str)> {
        let leg = ("leg", "the values of the job's leg, joined by hyphens; nothing without a matrix");
        std::iter::once(leg).chain(FIELDS.iter().map(|(name, _, meaning)| (*name, *meaning)))
    }

    /// The template `{job}`.
    pub fn of_job() -> KeyTemplate {
        KeyTemplate(vec![Part::KeyField(KeyField::Job)])
    }

    /// True if a text of a key has a placeholder that changes with time. It need not be valid.
    pub fn changes_with_time(text: &str) -> bool {
        names_in(text).any(KeyField::is_of_time)
    }

    /// The names of the inputs that a text of a key hashes. It need not be valid.
    pub fn inputs_in(text: &str) -> Vec<&str> {
        names_in(text).flat_map(KeyField::inputs_of).collect()
    }

    /// Parses a template. Placeholders for which `known` has a text, such as the axes of a matrix, are
    /// replaced at once. They win over a placeholder of the same name.
    ///
    /// # Errors
    /// The name of an unknown placeholder, or the text after an unclosed brace.
    pub fn parse<'a>(text: &'a str, known: &PlaceholderNames) -> Result<KeyTemplate, BadPlaceholder<'a>> {
        let mut template = KeyTemplate::default();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').ok_or(BadPlaceholder::Unclosed(after))?;
            let part = match (known.value)(name) {
                Some(text) => Part::Text(text),
                None => Part::KeyField(KeyField::named(name, known.inputs)?),
            };
            template.push(Part::Text(before.to_owned()));
            template.push(part);
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

    /// True if both stand for the same name, in upper or lower case.
    pub fn is_same_name(&self, other: &KeyTemplate) -> bool {
        let is_same = |(one, two): (&Part, &Part)| match (one, two) {
            (Part::Text(one), Part::Text(two)) => one.to_lowercase() == two.to_lowercase(),
            _ => one == two,
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(is_same)
    }

    /// True if the template is an empty text.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Part::Text(text) if text.is_empty()))
    }

    /// The text, if no placeholder is left in it.
    pub fn constant(&self) -> Option<String> {
        let is_text = |part: &Part| matches!(part, Part::Text(_));
        self.0.iter().all(is_text).then(|| self.literal())
    }

    /// Its fixed parts.
    pub fn literal(&self) -> String {
        let fixed = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::KeyField(_) => String::new(),
        };
        self.0.iter().map(fixed).collect()
    }

    /// True if the text changes when a push changes the input.
    pub fn depends_on(&self, input: InputId) -> bool {
        self.fields().any(|field| field.depends_on(input))
    }

    /// True if no two pushes have the same text.
    pub fn names_push(&self) -> bool {
        self.fields().any(KeyField::names_push)
    }

    /// True if the text changes as time passes, whatever is pushed.
    pub fn is_dated(&self) -> bool {
        self.fields().any(KeyField::is_dated)
    }

    /// True if the text stays the same when the lock file changes.
    pub fn outlives_a_lock_change(&self) -> bool {
        !self.names_push() && !self.depends_on(InputId::LOCK)
    }

    /// True if two pushes to one ref, with these checkouts, give different texts. (A date may be equal for
    /// both; nothing is known of their times here.)
    pub fn tells_apart(&self, one: &Checkout, other: &Checkout) -> bool {
        self.fields().any(|field| {
            field.names_push() || field.is_dated() || field.identity(one) != field.identity(other)
        })
    }

    /// True if any of these changes gives a different text.
    pub fn follows(&self, changes: &ChangeShares) -> bool {
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
        self.filled(&KeyValues::of(job))
    }

    /// The text with these values.
    pub fn filled(&self, values: &KeyValues) -> String {
        let filled = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::KeyField(field) => field.text(values),
        };
        self.0.iter().map(filled).collect()
    }

    /// The text for this job with `*` for what changes with time.
    pub fn variant(&self, job: &JobContext) -> String {
        let values = KeyValues::of(job);
        let folded = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::KeyField(field) if field.changes_with_time() => "*".to_owned(),
            Part::KeyField(field) => field.text(&values),
        };
        self.0.iter().map(folded).collect()
    }

    /// What its texts look like in this job, whatever is checked out and whatever started the run.
    pub fn pattern(&self, job: &JobContext) -> KeyPattern {
        let parts = self.0.iter().map(|part| match part {
            Part::Text(text) => PatternPart::Text(text.clone()),
            Part::KeyField(field) => field.pattern(job),
        });
        KeyPattern::new(parts.collect())
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

/// The names of the placeholders of a text.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

impl From<&str> for KeyTemplate {
    /// A template of this text, without placeholders.
    fn from(text: &str) -> KeyTemplate {
        KeyTemplate(vec![Part::Text(text.to_owned())])
    }
}
