use super::session::{JobContext, Session};
use super::toolkit::Toolkit;
use super::{Cache, SaveIf};
use crate::random::Distribution;
use crate::service::{Key, Names};
use crate::units::Duration;

/// What a user's cache step archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paths {
    /// The target folder, uncleaned: everything the job compiled, workspace crates included.
    Target,
    /// Anything else: a package store, tools, data.
    Other,
}

/// A key with placeholders, such as `Linux-cargo-{lock}`.
#[derive(Debug, Clone, PartialEq, Eq)]
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

const FIELDS: [(&str, Field); 11] = [
    ("lock", Field::Lock),
    ("manifests", Field::Manifests),
    ("toolchain", Field::Toolchain),
    ("web-lock", Field::WebLock),
    ("requirements", Field::Requirements),
    ("go-sum", Field::GoSum),
    ("dockerfile", Field::Dockerfile),
    ("recipe", Field::Recipe),
    ("sha", Field::Sha),
    ("job", Field::Job),
    ("ref", Field::Ref),
];

impl KeyTemplate {
    /// The placeholders a template may use.
    pub fn placeholders() -> impl Iterator<Item = &'static str> {
        FIELDS.iter().map(|(name, _)| *name)
    }

    /// Reads a template.
    ///
    /// # Errors
    /// A sentence that names an unknown or unclosed placeholder.
    pub fn parse(text: &str) -> Result<KeyTemplate, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) =
                after.split_once('}').ok_or_else(|| format!("the placeholder `{{{after}` is not closed"))?;
            let field = FIELDS.iter().find(|(known, _)| *known == name).ok_or_else(|| {
                let known: Vec<_> = KeyTemplate::placeholders().collect();
                format!("`{{{name}}}` is not a placeholder; use one of {}", known.join(", "))
            })?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Field(field.1));
            rest = tail;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(KeyTemplate(parts))
    }

    fn key(&self, names: &mut Names, job: &JobContext) -> Key {
        let text: String = self.0.iter().map(|part| part.text(job)).collect();
        names.key(&text)
    }
}

impl Part {
    fn text(&self, job: &JobContext) -> String {
        let checkout = &job.checkout;
        let id = match self {
            Part::Text(text) => return text.clone(),
            Part::Field(Field::Job) => return job.job_name.to_string(),
            Part::Field(Field::Ref) => return job.ref_name.to_string(),
            Part::Field(Field::Lock) => checkout.lock,
            Part::Field(Field::Manifests) => checkout.manifests,
            Part::Field(Field::Toolchain) => checkout.toolchain,
            Part::Field(Field::WebLock) => checkout.web_lock,
            Part::Field(Field::Requirements) => checkout.requirements,
            Part::Field(Field::GoSum) => checkout.go_sum,
            Part::Field(Field::Dockerfile) => checkout.dockerfile,
            Part::Field(Field::Recipe) => checkout.recipe,
            Part::Field(Field::Sha) => job.push,
        };
        format!("{id:08x}")
    }
}

/// actions/cache with the user's keys.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionsCache {
    /// `key`.
    pub key: KeyTemplate,
    /// `restore-keys`, in order.
    pub restore_keys: Vec<KeyTemplate>,
    /// What it archives.
    pub paths: Paths,
    /// Size of an archive of [`Paths::Other`] in bytes.
    pub size: Distribution,
    /// Extra job time after a miss.
    pub miss: Duration,
    /// Extra job time after a prefix hit.
    pub partial: Duration,
    /// Which runs save.
    pub save_if: SaveIf,
    /// `lookup-only`.
    pub lookup_only: bool,
}

impl ActionsCache {
    /// The keys for this job.
    pub fn toolkit(&self, session: &mut Session) -> Toolkit {
        let names = &mut session.around.service.names;
        Toolkit {
            client: Cache::id("actions-cache"),
            version: names.version(if self.paths == Paths::Target { "target zstd" } else { "paths zstd" }),
            key: self.key.key(names, session.job),
            restore_keys: self.restore_keys.iter().map(|k| k.key(names, session.job)).collect(),
        }
    }
}
