//! Where the settings of a cache client stand: in a job, or in what some of its legs override (`leg`). A change of a
//! job holds for its legs as well, so a leg needs one of its own only where it says something else.

use crate::scenario::{Change, View};

/// The settings of a cache client, or of one step with actions/cache, and the place where they are written.
#[derive(Debug, Clone)]
pub(super) struct ClientSettings<'a> {
    /// The settings as they hold there.
    pub view: View<'a>,
    /// The job with what the legs override.
    pub job: View<'a>,
    /// The index among the steps of the client.
    pub index: usize,
    /// The path of the settings.
    pub path: Vec<String>,
    /// What the settings of a leg take over from the job.
    pub inherits: Inherits<'a>,
}

/// What settings take over from those of the job.
#[derive(Debug, Clone, Copy)]
pub(super) enum Inherits<'a> {
    /// They are the job's.
    OfJob,
    /// A leg's own table replaces those of the job.
    Nothing,
    /// Whatever is changed in the job replaces what the leg says of it.
    Changes,
    /// Everything but the keys of this table, which belong to a step.
    AllBut(View<'a>),
}

impl ClientSettings<'_> {
    /// A change of one setting.
    pub fn set(&self, key: &str, value: impl Into<String>) -> Change {
        let path = self.path.iter().map(String::as_str);
        Change::new(path.chain([key]), value)
    }

    /// A change of all settings of a client beside it. `false` removes it.
    pub fn beside(&self, client: &str, value: impl Into<String>) -> Change {
        let around = self.path.iter().take(self.path.len() - 1).map(String::as_str);
        Change::new(around.chain([client]), value)
    }

    /// True if they are those of the job, not of some of its legs.
    pub fn is_of_job(&self) -> bool {
        matches!(self.inherits, Inherits::OfJob)
    }

    /// True if a change of this key in the job reaches them.
    fn follows_job(&self, key: &str) -> bool {
        match self.inherits {
            Inherits::OfJob | Inherits::Nothing => false,
            Inherits::Changes => true,
            Inherits::AllBut(own) => !own.has(key),
        }
    }
}

/// Changes of one setting wherever it gets a value, those of the job first.
pub(super) fn set_where(
    all: &[ClientSettings],
    key: &str,
    value: impl Fn(&ClientSettings) -> Option<String>,
) -> Vec<Change> {
    let of_job = all.iter().find(|settings| settings.is_of_job()).and_then(&value);
    let change = |settings: &ClientSettings| {
        let value = value(settings)?;
        let is_said = settings.follows_job(key) && of_job.as_ref() == Some(&value);
        (!is_said).then(|| settings.set(key, value))
    };
    all.iter().filter_map(change).collect()
}

/// The settings whose removal removes all: those of the job, or else those of its legs.
pub(super) fn outermost<'s, 'a>(all: &'s [ClientSettings<'a>]) -> &'s [ClientSettings<'a>] {
    if all.iter().any(ClientSettings::is_of_job) { &all[..1] } else { all }
}
