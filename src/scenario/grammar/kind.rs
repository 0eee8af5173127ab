/// A table of the scenario and what may stand in it.
#[derive(Debug)]
pub struct Table {
    /// What one such table describes, for messages: "a job".
    pub noun: &'static str,
    /// Its keys, in the order in which they are documented.
    pub fields: &'static [Field],
}

impl Table {
    /// The field called `name`.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.name)
    }
}

/// One key of a table.
#[derive(Debug)]
pub struct Field {
    /// The key as it is written.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it has to be written, and what holds if it is not.
    pub presence: Presence,
    /// What it means: one or two sentences.
    pub doc: &'static str,
    /// Where the default comes from, or "assumed" with a range; empty where there is nothing to say.
    pub basis: &'static str,
}

/// Whether a key has to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It has to be.
    Required,
    /// If it is absent, this is meant, as the user would write it.
    Default(&'static str),
    /// It may be absent, and that has a meaning of its own.
    Optional,
}

/// What a key takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text with a number and a unit.
    Quantity(Quantity),
    /// A quantity, or a distribution of it: one of the shapes in the table.
    Distribution(Quantity, &'static Table),
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer {
        /// The least allowed.
        min: i64,
        /// The largest allowed.
        max: i64,
    },
    /// A number.
    Number {
        /// The least allowed.
        min: f64,
        /// The largest allowed.
        max: f64,
    },
    /// A text of at most this many characters.
    Text(usize),
    /// One of a few words, each with its meaning.
    Choice(&'static [(&'static str, &'static str)]),
    /// The relative path of a file next to the scenario or below.
    File,
    /// One of a few words with a meaning of their own, or else a value of the kind.
    Or(&'static [(&'static str, &'static str)], &'static Kind),
    /// A plain value of the first kind, or a table of the second.
    PlainOrTable(&'static Kind, &'static Kind),
    /// A list of one kind; a single value may stand for a list of one.
    List(&'static Kind),
    /// A table.
    Table(&'static Table),
    /// A table that can be switched: `true` takes all its defaults, `false` is as if it were absent.
    Switch(&'static Table),
    /// A table whose keys are names the user chooses, all of one kind. `false` removes an inherited
    /// one.
    Map {
        /// The kind.
        of: &'static Kind,
        /// Names that exist, with all defaults, even if the scenario does not have them.
        always: &'static [&'static str],
        /// Names that a scenario may use without having them, with defaults of their own for some keys.
        presets: &'static [Preset],
    },
    /// A list of tables, written `[[name]]`; a single table may stand for a list of one, `false` for
    /// an empty one.
    Tables(&'static Table),
}

/// A name of a map, and the defaults that its table has in place of the general ones.
pub type Preset = (&'static str, &'static [(&'static str, &'static str)]);

/// The most elements a list or map may have.
pub const ELEMENTS_MAX: usize = 10_000;

/// A measurable thing; each is a type of `units`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// `units::Bytes`.
    Bytes,
    /// `units::Duration`.
    Duration,
    /// `units::Rate`.
    Rate,
    /// `units::Money`.
    Money,
    /// `units::SimTime`.
    Time,
    /// A plain number by which something is multiplied.
    Factor,
}

impl Field {
    /// A key that has to be written.
    pub const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Field {
        Field { name, kind, presence: Presence::Required, doc, basis: "" }
    }

    /// A key that may be absent, which means something of its own.
    pub const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Field {
        Field { name, kind, presence: Presence::Optional, doc, basis: "" }
    }

    /// A key with a default, given as the user would write it.
    pub const fn defaulted(
        name: &'static str,
        kind: Kind,
        default: &'static str,
        doc: &'static str,
    ) -> Field {
        Field { name, kind, presence: Presence::Default(default), doc, basis: "" }
    }

    /// Says where the default comes from.
    pub const fn basis(mut self, basis: &'static str) -> Field {
        self.basis = basis;
        self
    }
}

impl Kind {
    /// A size.
    pub const BYTES: Kind = Kind::Quantity(Quantity::Bytes);
    /// A duration.
    pub const DURATION: Kind = Kind::Quantity(Quantity::Duration);
    /// A transfer rate.
    pub const RATE: Kind = Kind::Quantity(Quantity::Rate);
    /// An amount of money.
    pub const MONEY: Kind = Kind::Quantity(Quantity::Money);
    /// An instant.
    pub const TIME: Kind = Kind::Quantity(Quantity::Time);
    /// A number from 0 to 1.
    pub const RATIO: Kind = Kind::Number { min: 0.0, max: 1.0 };
    /// A plain number by which something is multiplied.
    pub const FACTOR: Kind = Kind::Number { min: 0.0, max: 1_000.0 };
    /// A line of text.
    pub const LINE: Kind = Kind::Text(200);

    /// A table of names, none of which exists by itself.
    pub const fn map(of: &'static Kind) -> Kind {
        Kind::Map { of, always: &[], presets: &[] }
    }

    /// The table this kind is, switched or not.
    pub fn table(&self) -> Option<&'static Table> {
        match self {
            Kind::Table(table) | Kind::Switch(table) => Some(table),
            _ => None,
        }
    }

    /// What may stand under `key` of a value of this kind; `None` if nothing may.
    pub fn under(&self, key: &str) -> Option<&'static Kind> {
        match self {
            Kind::Table(table) | Kind::Switch(table) => table.field(key).map(|field| &field.kind),
            Kind::Distribution(_, shapes) => shapes.field(key).map(|field| &field.kind),
            Kind::Map { of, .. } => Some(of),
            Kind::PlainOrTable(_, table) => table.under(key),
            Kind::Tables(table) => table.field(key).map(|field| &field.kind),
            _ => None,
        }
    }

    /// What has to be written, with an example, for "expected …".
    pub fn expected(&self) -> String {
        match self {
            Kind::Quantity(quantity) => quantity.expected(),
            Kind::Distribution(quantity, _) => {
                format!(
                    "{} or a distribution such as `{{ lognormal = {{ median = {}, sigma = 0.4 }} }}`",
                    quantity.expected(),
                    quantity.example()
                )
            }
            Kind::Bool => "`true` or `false`".into(),
            Kind::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Kind::Number { min, max } => format!("a number from {min} to {max}"),
            Kind::Text(_) => "a quoted string".into(),
            Kind::Choice(choices) => match choices {
                [(word, _), ..] => format!("a word such as \"{word}\""),
                [] => "a word".into(),
            },
            Kind::Or(words, of) => {
                let words: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
                format!("{} or {}", words.join(", "), of.expected())
            }
            Kind::PlainOrTable(plain, table) => format!("{} or {}", plain.expected(), table.expected()),
            Kind::File => "the relative path of a file such as \"events.csv\"".into(),
            Kind::List(of) => format!("a list in which each element is {}", of.expected()),
            Kind::Table(table) => format!("a table that describes {}", table.noun),
            Kind::Switch(table) => format!("`true`, `false` or a table that describes {}", table.noun),
            Kind::Map { of, .. } => format!("a table of names, each with {}", of.expected()),
            Kind::Tables(table) => format!("a list of tables, each describing {}", table.noun),
        }
    }
}

impl Quantity {
    /// A value that is accepted, as TOML.
    pub fn example(self) -> &'static str {
        match self {
            Quantity::Bytes => "\"1.2 GB\"",
            Quantity::Duration => "\"17 min\"",
            Quantity::Rate => "\"80 MB/s\"",
            Quantity::Money => "\"0.006 USD\"",
            Quantity::Time => "\"2026-06-30T19:28:23Z\"",
            Quantity::Factor => "1.0",
        }
    }

    fn expected(self) -> String {
        let noun = match self {
            Quantity::Bytes => "a size",
            Quantity::Duration => "a duration",
            Quantity::Rate => "a transfer rate",
            Quantity::Money => "an amount",
            Quantity::Time => "a time",
            Quantity::Factor => "a factor",
        };
        format!("{noun} such as {}", self.example())
    }
}
