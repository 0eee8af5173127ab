//! How GitHub shows a job of a workflow file: the name under which its runs are recorded. A job without `name` is
//! shown by its id; the values of its leg follow in brackets; a job of a called workflow has the caller in front.

use crate::client::{KeyPattern, PatternPart};

/// The names under which the runs of a job may be recorded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ShownJob {
    /// The name of the workflow that GitHub starts.
    pub workflow: String,
    /// Names that are known word by word.
    pub exact: Vec<String>,
    /// The form of the names, if they are not.
    pub form: Vec<PatternPart>,
    /// The names of its steps that restore or save, and do nothing else.
    pub cache_steps: Vec<String>,
    /// The names of its steps that build its image.
    pub build_steps: Vec<String>,
    /// What it caches.
    pub caching: JobCaching,
}

/// What a job caches, as far as its times depend on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum JobCaching {
    /// It has no cache client.
    #[default]
    Nothing,
    /// Archives or objects.
    Archives,
    /// The layers of an image.
    Image,
}

impl ShownJob {
    /// True if a recorded job of this name is one of its runs.
    pub fn is_called(&self, name: &str) -> bool {
        let text = |text: &str| PatternPart::Text(text.to_owned());
        let form = KeyPattern::new(self.form.clone());
        let with_leg = || form.clone().then([text(" ("), PatternPart::Any, text(")")]);
        self.exact.iter().any(|own| own == name)
            || form.fixed() > 0
                && name.len() <= NAME_BYTES_MAX
                && (form.matches(name) || with_leg().matches(name))
    }

    /// True if the step builds the job's image, by its name.
    pub fn builds(&self, name: &str) -> bool {
        self.build_steps.iter().any(|own| own == name)
    }

    /// True if the step restores or saves a cache, by its name: of its own, or of a known action.
    pub fn is_cache_step(&self, name: &str) -> bool {
        let action =
            name.strip_prefix("Run ").and_then(|uses| uses.split_once('@')).map(|(action, _)| action);
        let is_known = |action: &str| CACHE_ACTIONS.iter().any(|own| own.eq_ignore_ascii_case(action));
        action.is_some_and(is_known) || self.cache_steps.iter().any(|own| own == name)
    }
}

/// A longer name is none of GitHub's.
const NAME_BYTES_MAX: usize = 1_000;

/// Actions whose step does nothing but restore or save.
const CACHE_ACTIONS: [&str; 6] = [
    "actions/cache",
    "actions/cache/restore",
    "actions/cache/save",
    "Swatinem/rust-cache",
    "buildjet/cache",
    "hendrikmuhs/ccache-action",
];
