use super::session::{JobContext, Session};
use crate::project::{ChangeId, Checkout};
use crate::random::mix_str;
use crate::service::Key;
use crate::workload::ChangeShares;

/// A text with placeholders that reaches a cache key, such as `Linux-cargo-{lock}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyTemplate(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(Field),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
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

/// The placeholders that depend on what a job checks out or on its run, with their meaning.
const FIELDS: [(&str, Field, &str); 11] = [
    ("lock", Field::Lock, "hash of the lock file"),
    ("manifests", Field::Manifests, "hash of all manifests"),
    ("toolchain", Field::Toolchain, "version of the compiler"),
    ("web-lock", Field::WebLock, "hash of the front end's lock file"),
    ("requirements", Field::Requirements, "hash of pip's requirements"),
    ("go-sum", Field::GoSum, "hash of `go.sum`"),
    ("dockerfile", Field::Dockerfile, "hash of the container files"),
    ("recipe", Field::Recipe, "hash of the cargo-chef recipe"),
    ("sha", Field::Sha, "`github.sha`: every push has its own"),
    ("job", Field::Job, "`github.job`: the job's name without its matrix leg"),
    ("ref", Field::Ref, "`github.ref`"),
];

impl KeyTemplate {
    /// The placeholders that any template may use, each with its meaning.
    pub fn placeholders() -> impl Iterator<Item = (&'static str, &'static str)> {
        FIELDS.iter().map(|(name, _, meaning)| (*name, *meaning))
    }

    /// Reads a template. What `value` knows, such as the axes of a matrix, is filled in at once and
    /// wins over a placeholder of the same name.
    ///
    /// # Errors
    /// The name of an unknown placeholder, or the text that follows an unclosed brace.
    pub fn parse<'a>(
        text: &'a str,
        value: impl Fn(&str) -> Option<String>,
    ) -> Result<KeyTemplate, BadPlaceholder<'a>> {
        let mut template = KeyTemplate::default();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').ok_or(BadPlaceholder::Unclosed(after))?;
            let field = || FIELDS.iter().find(|(known, ..)| *known == name).map(|(_, field, _)| *field);
            let part = value(name).map(Part::Text).or_else(|| field().map(Part::Field));
            template.push(Part::Text(before.to_owned()));
            template.push(part.ok_or(BadPlaceholder::Unknown(name))?);
            rest = tail;
        }
        template.push(Part::Text(rest.to_owned()));
        Ok(template)
    }

    /// Adds a part; neighbouring texts become one, so that a filled-in template equals a written text.
    fn push(&mut self, part: Part) {
        match (self.0.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => self.0.push(part),
        }
    }

    /// Whether it is an empty text.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Part::Text(text) if text.is_empty()))
    }

    /// Whether it changes when a push changes what `workload.changes` calls so.
    pub fn depends_on(&self, input: &str) -> bool {
        self.0.iter().any(|part| match part {
            Part::Field(Field::Recipe) => matches!(input, "lock" | "manifests" | "toolchain" | "targets"),
            Part::Field(field) => FIELDS.iter().any(|(name, of, _)| of == field && *name == input),
            Part::Text(_) => false,
        })
    }

    /// Whether it stays the same when the lock file changes.
    pub(super) fn outlives_a_lock_change(&self) -> bool {
        self.0.iter().all(|part| match part {
            Part::Field(Field::Lock | Field::Recipe | Field::Sha) => false,
            Part::Field(
                Field::Manifests
                | Field::Toolchain
                | Field::WebLock
                | Field::Requirements
                | Field::GoSum
                | Field::Dockerfile
                | Field::Job
                | Field::Ref,
            )
            | Part::Text(_) => true,
        })
    }

    /// Whether it is another text in these two checkouts of two pushes on one ref.
    pub(super) fn tells_apart(&self, one: &Checkout, other: &Checkout) -> bool {
        self.fields().any(|field| match field {
            Field::Sha => true,
            Field::Job | Field::Ref => false,
            file => file.identity(one) != file.identity(other),
        })
    }

    /// Whether any of these changes makes it another text.
    pub(super) fn follows(&self, changes: &ChangeShares) -> bool {
        self.fields().any(|field| field.share(changes) > 0.0)
    }

    fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.0.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Field(field) => Some(*field),
        })
    }

    /// The key in this job.
    pub fn key(&self, session: &mut Session) -> Key {
        let text = self.text(session.job);
        session.key(&text)
    }

    /// The text in this job.
    pub fn text(&self, job: &JobContext) -> String {
        self.0.iter().map(|part| part.text(job)).collect()
    }

    /// The same for all jobs that write the same template, whatever they check out.
    pub fn identity(&self) -> u64 {
        self.0.iter().fold(0, |hash, part| match part {
            Part::Text(text) => mix_str(hash, text),
            Part::Field(field) => mix_str(hash, &format!("{field:?}")),
        })
    }
}

impl From<&str> for KeyTemplate {
    /// The text as it is, without placeholders.
    fn from(text: &str) -> KeyTemplate {
        KeyTemplate(vec![Part::Text(text.to_owned())])
    }
}

/// Why a template cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPlaceholder<'a> {
    /// There is no placeholder of this name.
    Unknown(&'a str),
    /// The brace before this text is not closed.
    Unclosed(&'a str),
}

impl Part {
    fn text(&self, job: &JobContext) -> String {
        match self {
            Part::Text(text) => text.clone(),
            Part::Field(Field::Job) => job.job_name.to_string(),
            Part::Field(Field::Ref) => job.ref_name.to_string(),
            Part::Field(Field::Sha) => format!("{:08x}", job.push_id),
            Part::Field(file) => format!("{:08x}", file.identity(&job.checkout)),
        }
    }
}

impl Field {
    /// The identity of the files that decide it; 0 where none does.
    fn identity(self, checkout: &Checkout) -> ChangeId {
        match self {
            Field::Lock => checkout.lock,
            Field::Manifests => checkout.manifests,
            Field::Toolchain => checkout.toolchain,
            Field::WebLock => checkout.web_lock,
            Field::Requirements => checkout.requirements,
            Field::GoSum => checkout.go_sum,
            Field::Dockerfile => checkout.dockerfile,
            Field::Recipe => checkout.recipe,
            Field::Sha | Field::Job | Field::Ref => 0,
        }
    }

    /// The share of branches that change it; of the recipe that of one of its files.
    fn share(self, changes: &ChangeShares) -> f64 {
        match self {
            Field::Lock => changes.lock,
            Field::Manifests => changes.manifests,
            Field::Toolchain => changes.toolchain,
            Field::WebLock => changes.web_lock,
            Field::Requirements => changes.requirements,
            Field::GoSum => changes.go_sum,
            Field::Dockerfile => changes.dockerfile,
            Field::Recipe => changes.lock.max(changes.manifests).max(changes.toolchain).max(changes.targets),
            Field::Sha => 1.0,
            Field::Job | Field::Ref => 0.0,
        }
    }
}
