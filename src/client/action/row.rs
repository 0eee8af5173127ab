//! What is known of an action that caches archives: everything in which one such action differs from another
//! is a value of its [`CacheAction`].

use crate::client::SaveAfter;
use crate::units::Duration;

/// An action with caches of its own. Its keys are texts with placeholders: those of its settings and of the
/// runner ([`ActionEntry`]), and those that users of actions/cache may write.
#[derive(Debug, PartialEq)]
pub struct CacheAction {
    /// Its name in scenarios and results.
    pub name: &'static str,
    /// What its table in a scenario describes, for messages.
    pub noun: &'static str,
    /// Its meaning in the reference.
    pub doc: &'static str,
    /// The setting that chooses one of its variants, such as `package-manager`; empty if there is only one.
    pub choice: &'static str,
    /// The words of that setting with their meaning, in the order of the variants. The first is the default.
    pub words: &'static [(&'static str, &'static str)],
    /// What it caches, one variant for each word.
    pub variants: &'static [ActionVariant],
    /// Its settings besides those that every action has.
    pub settings: &'static [ActionSetting],
    /// The meaning of `unpacked-ratio`, with the ratios if it is absent.
    pub ratio_doc: &'static str,
    /// The extra time after a miss, if the scenario does not state it.
    pub miss: ActionCost,
    /// The extra time after a prefix hit, if the scenario does not state it.
    pub partial: ActionCost,
    /// Which runs save, if the scenario does not state it: a word of `save-if`, quoted.
    pub save_if: &'static str,
    /// True if it has an input for this, so that a user can state which runs save.
    pub saves_by_choice: bool,
    /// After which ends of the job's other steps it saves: the `post-if` of its `action.yml`, which is `always()`
    /// where there is none. An action that saves before the other steps saves whatever they come to.
    pub saves_after: SaveAfter,
    /// True if only runs of pull requests look its entries up.
    pub only_pulls: bool,
    /// True if what it archives lies in the runner's folder for temporary files.
    pub is_temporary: bool,
}

/// A time that a miss or a prefix hit costs, and what the reference says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionCost {
    /// The time.
    pub time: Duration,
    /// The meaning of the key, with the time and its source.
    pub doc: &'static str,
}

/// What an action caches for one package manager or one mode.
#[derive(Debug, PartialEq)]
pub struct ActionVariant {
    /// Ratio of unpacked to compressed size of its archives, ≥ 1.
    pub ratio: f64,
    /// Its archives. The first has what a miss costs.
    pub entries: &'static [ActionEntry],
}

/// An archive of an action.
///
/// The texts of its keys have placeholders: `{NAME}` of a setting is its text, or the hash of its inputs.
/// `{NAME-}` and `{-NAME}` are the same with a hyphen behind or before, and nothing if the text is empty.
/// The runner gives `{os}` (`RUNNER_OS`), `{arch}` (`process.arch` of Node.js), `{runner-arch}` (`RUNNER_ARCH`),
/// `{rust-arch}`, `{triple}` (vendor, system and C library), `{node-platform}` (`process.platform`),
/// `{ubuntu}` (`24.04-Ubuntu` on Ubuntu), `{image}` (`ubuntu24` on Ubuntu) and `{os-release}`
/// (`ubuntu-24.04`).
#[derive(Debug, PartialEq, Eq)]
pub struct ActionEntry {
    /// The setting with its size.
    pub size: &'static str,
    /// The setting without which the action does not make this archive; empty if it always does.
    pub needs: &'static str,
    /// What is archived, as a part of the entry's version.
    pub paths: &'static str,
    /// The key.
    pub key: &'static str,
    /// The restore keys, in order.
    pub restore_keys: &'static [&'static str],
    /// Other forms of the key in real caches, the nearest first: those of other versions of the action, and what the key
    /// leaves out because only a run knows it. As in the key, `{NAME}` is a setting or the runner's; `{NAME*}` is a
    /// version that a run chooses for the setting, `#` letters and digits, and `*` any text.
    pub listed: &'static [&'static str],
}

/// A setting of an action in a scenario.
#[derive(Debug, PartialEq, Eq)]
pub struct ActionSetting {
    /// The key as it is written.
    pub name: &'static str,
    /// What it takes.
    pub kind: SettingKind,
    /// Its meaning.
    pub doc: &'static str,
    /// Where its default comes from; empty if there is nothing to say.
    pub basis: &'static str,
}

/// What a setting takes, with its default; a text or a size as a scenario writes it, empty if it has none.
#[derive(Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// A part of the key.
    Text(&'static str),
    /// The names of the inputs that the key hashes.
    Inputs(&'static [&'static str]),
    /// The size of an archive.
    Size(&'static str),
}

impl ActionEntry {
    /// The usual archive: the one of the setting `size`, which the action always makes.
    pub(super) const fn of(
        paths: &'static str,
        key: &'static str,
        restore_keys: &'static [&'static str],
    ) -> ActionEntry {
        ActionEntry { size: "size", needs: "", paths, key, restore_keys, listed: &[] }
    }

    /// The archive with these other forms of its key.
    pub(super) const fn listed_as(self, listed: &'static [&'static str]) -> ActionEntry {
        ActionEntry { listed, ..self }
    }

    /// True if the key contains the runner's system or architecture.
    pub fn names_system(&self) -> bool {
        ["{os", "{arch}", "{node-platform}", "{runner-arch}", "{triple}"]
            .iter()
            .any(|part| self.key.contains(part))
    }
}

impl CacheAction {
    /// What most actions with a package store have in common.
    pub(super) const STORE: CacheAction = CacheAction {
        name: "",
        noun: "",
        doc: "",
        choice: "",
        words: &[],
        variants: &[],
        settings: &[],
        ratio_doc: "",
        miss: CacheAction::INSTALL,
        partial: CacheAction::REFRESH,
        save_if: "\"always\"",
        saves_by_choice: false,
        saves_after: SaveAfter::Success,
        only_pulls: false,
        is_temporary: false,
    };
    /// The extra time after a miss of a package store.
    pub(super) const INSTALL: ActionCost = ActionCost {
        time: Duration(60_000),
        doc: "Extra time of the job after a miss; 60 s if absent (assumed; 20–120 s). Not in a measured job.",
    };
    /// The extra time after a prefix hit of a package store, a quarter of a miss.
    pub(super) const REFRESH: ActionCost = ActionCost {
        time: Duration(15_000),
        doc: "Extra time of the job after a prefix hit, which only an action with restore keys can have; \
              15 s if absent (assumed; 5–40 s, a quarter of `miss`). Not in a measured job.",
    };

    /// The extra time after a miss of an action whose archive saves compiling or analysing.
    pub(super) const BUILD: ActionCost = ActionCost {
        time: Duration(300_000),
        doc: "Extra time of the job after a miss; 5 min if absent (assumed; 1–30 min). Not in a measured job.",
    };
    /// The extra time after a prefix hit of such an action.
    pub(super) const REBUILD: ActionCost = ActionCost {
        time: Duration(60_000),
        doc: "Extra time of the job after a prefix hit; 60 s if absent (assumed; 10 s to 5 min). Not in a \
              measured job.",
    };

    /// True if its archive saves compiling or analysing, and not only downloads.
    pub fn saves_work(&self) -> bool {
        self.miss == CacheAction::BUILD
    }

    /// The variant that this word of its choice means; the first one if there is nothing to choose.
    pub fn variant(&self, word: Option<&str>) -> &'static ActionVariant {
        let place = self.words.iter().position(|(known, _)| Some(*known) == word);
        &self.variants[place.unwrap_or(0)]
    }
}

impl ActionVariant {
    /// True if one of its archives falls back to others than the one of its key.
    pub fn has_restore_keys(&self) -> bool {
        self.entries.iter().any(|entry| !entry.restore_keys.is_empty())
    }

    /// True if a key, a size or an archive's being there depends on this setting.
    pub fn uses(&self, setting: &str) -> bool {
        self.entries.iter().any(|entry| {
            let mut texts = std::iter::once(&entry.key).chain(entry.restore_keys);
            let names = [format!("{{{setting}}}"), format!("{{-{setting}}}"), format!("{{{setting}-}}")];
            let named = texts.any(|text| names.iter().any(|name| text.contains(name.as_str())));
            named || entry.size == setting || entry.needs == setting
        })
    }
}

impl ActionSetting {
    /// A part of the key.
    pub(super) const fn text(name: &'static str, default: &'static str, doc: &'static str) -> ActionSetting {
        ActionSetting { name, kind: SettingKind::Text(default), doc, basis: "" }
    }

    /// The inputs that the key hashes. Without a default, a scenario has to name them.
    pub(super) const fn inputs(
        name: &'static str,
        default: &'static [&'static str],
        doc: &'static str,
    ) -> ActionSetting {
        ActionSetting { name, kind: SettingKind::Inputs(default), doc, basis: "" }
    }

    /// The size of an archive.
    pub(super) const fn size(
        name: &'static str,
        default: &'static str,
        doc: &'static str,
        basis: &'static str,
    ) -> ActionSetting {
        ActionSetting { name, kind: SettingKind::Size(default), doc, basis }
    }

    /// The size of a package store.
    pub(super) const STORE: ActionSetting =
        ActionSetting::size("size", "\"0.2 GB\"", "Size of the archive.", "reported 10 MB–1 GB");
}
