//! The grammar of the actions with archives of their own, made from their rows ([`ACTIONS`]): a key of `cache`
//! and a table of settings for each. The rows are constants, so that the whole grammar is one.

use super::distribution;
use super::kind::{Field, Kind, Presence, Table};
use super::words;
use crate::client::{ACTIONS, ActionSetting, CacheAction, SettingKind};

/// The number of actions.
pub(super) const COUNT: usize = ACTIONS.len();

/// The key of `cache` for the action in this place of [`ACTIONS`].
pub(super) const fn field(place: usize) -> Field {
    Field::optional(ACTIONS[place].name, Kind::Switch(&TABLES[place]), ACTIONS[place].doc)
}

/// The settings of each action, in the order of [`ACTIONS`].
static TABLES: [Table; COUNT] = {
    let mut tables = [Table { noun: "", fields: &[] }; COUNT];
    let mut place = 0;
    while place < COUNT {
        let FieldRow { fields, count } = &ROWS[place];
        tables[place] = Table { noun: ACTIONS[place].noun, fields: fields.split_at(*count).0 };
        place += 1;
    }
    tables
};

static ROWS: [FieldRow; COUNT] = {
    let mut rows = [FieldRow { fields: [BLANK; MOST], count: 0 }; COUNT];
    let mut place = 0;
    while place < COUNT {
        rows[place] = FieldRow::of(&ACTIONS[place]);
        place += 1;
    }
    rows
};

/// The most keys that an action's table has.
const MOST: usize = 17;
const BLANK: Field = Field::optional("", Kind::Bool, "");
const DISTRIBUTION: Kind = distribution::BYTES;
const INPUTS: Kind = Kind::List(&Kind::LINE);

/// The keys of one table.
#[derive(Clone, Copy)]
struct FieldRow {
    fields: [Field; MOST],
    count: usize,
}

impl FieldRow {
    const fn of(action: &CacheAction) -> FieldRow {
        let mut row = FieldRow { fields: [BLANK; MOST], count: 0 };
        if !action.choice.is_empty() {
            row = row.with(Field::optional(
                action.choice,
                Kind::Choice(action.words),
                "What it caches; the first of these if absent.",
            ));
        }
        let mut place = 0;
        while place < action.settings.len() {
            row = row.with(setting(&action.settings[place]));
            place += 1;
        }
        row.with(GAP_SHARE)
            .with(Field::optional("unpacked-ratio", RATIO, action.ratio_doc))
            .with(Field::optional("miss", Kind::DURATION, action.miss.doc))
            .with(Field::optional("partial", Kind::DURATION, action.partial.doc))
            .with(Field { presence: Presence::Default(action.save_if), ..SAVE_IF })
            .with(SAVE_ON)
    }

    const fn with(mut self, field: Field) -> FieldRow {
        self.fields[self.count] = field;
        self.count += 1;
        self
    }
}

pub(super) const SAVE_IF: Field =
    Field::defaulted("save-if", words::SAVE_IF.kind(), "\"always\"", "Which runs save.");

pub(super) const SAVE_ON: Field = Field::defaulted(
    "save-on",
    Kind::List(&words::SAVE_EVENTS.kind()),
    "[]",
    "The events on which it saves, as in `on`, if `save-if` allows it; all of them if empty.",
);

pub(super) const GAP_SHARE: Field = Field::optional(
    "gap-share",
    Kind::RATIO,
    "In a measured job: the share of the time between `cold` and `warm` that this cache saves. If absent, \
     the rest is divided among the caches by expected size; rust-cache, sccache and a target folder count \
     as one cache.",
);

pub(super) const RATIO: Kind = Kind::Number { min: 1.0, max: 100.0 };

const fn setting(setting: &ActionSetting) -> Field {
    let (kind, default) = match setting.kind {
        SettingKind::Text(default) => (Kind::LINE, default),
        SettingKind::Inputs(_) => (INPUTS, ""),
        SettingKind::Size(default) => (DISTRIBUTION, default),
    };
    let presence = if default.is_empty() { Presence::Optional } else { Presence::Default(default) };
    Field { name: setting.name, kind, presence, doc: setting.doc, basis: setting.basis }
}
