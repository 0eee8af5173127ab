//! The types that the grammar is written in: tables of keys, each with its kind, default and explanation.
//! They describe what may be written; the values themselves are in `tree.rs`.

/// The description of one kind of table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// The name of what such a table describes, for messages: "a job".
    pub noun: &'static str,
    /// Its keys, in the order of the documentation.
    pub fields: &'static [Field],
}

impl Table {
    /// The field with this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field with this name, if a leg may override it.
    pub fn override_field(&self, name: &str) -> Option<&'static Field> {
        self.field(name).filter(|field| !FOR_ALL_LEGS.contains(&field.name))
    }

    /// The names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.name)
    }
}

/// The keys of a job that apply to all of its legs together.
pub const FOR_ALL_LEGS: [&str; 6] = ["id", "matrix", "leg", "needs", "fail-fast", "max-parallel"];

/// The description of one key.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The key as it is written.
    pub name: &'static str,
    /// The kind of value that it takes.
    pub kind: Kind,
    /// Whether it must be written, and the value that applies if it is not.
    pub presence: Presence,
    /// Its meaning, in one or two sentences.
    pub doc: &'static str,
    /// Where the default comes from, or "assumed" with a range; empty if there is nothing to say.
    pub basis: &'static str,
}

/// Whether a key must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The key has to be written.
    Required,
    /// The default value, in the user's syntax.
    Default(&'static str),
    /// The key may be missing, which has a meaning of its own.
    Optional,
}

/// The kind of value that a key takes.
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
        /// The smallest allowed number.
        min: i64,
        /// The largest allowed number.
        max: i64,
    },
    /// A number.
    Number {
        /// The smallest allowed number.
        min: f64,
        /// The largest allowed number.
        max: f64,
    },
    /// A text with at most this many characters.
    Text(usize),
    /// A text that begins with one of these words, before a space and more.
    Begins(&'static [&'static str]),
    /// One of several words, each with an explanation.
    Choice(&'static [(&'static str, &'static str)]),
    /// The relative path of a file in the scenario's folder or below.
    File,
    /// One of several words with a meaning of their own, or else a value of this kind.
    Or(&'static [(&'static str, &'static str)], &'static Kind),
    /// A plain value of the first kind, or a table of the second.
    PlainOrTable(&'static Kind, &'static Kind),
    /// A list of values of this kind. A single value stands for a list of one.
    List(&'static Kind),
    /// A table.
    Table(&'static Table),
    /// A table that can be switched: `true` means all defaults, `false` means that it is missing.
    Switch(&'static Table),
    /// A table with names that the user chooses, and values of one kind. `false` removes an inherited one.
    Map {
        /// The kind of the values.
        of: &'static Kind,
        /// Names that always exist, with all defaults, even if the scenario does not have them.
        always: &'static [&'static str],
        /// Names that a scenario may use without defining them, with their own defaults for some keys.
        presets: &'static [Preset],
    },
    /// A list of tables, written `[[name]]`. A single table stands for a list of one, `false` for an empty
    /// list.
    Tables(&'static Table),
    /// A partial table: some keys of such a table, and [`WHEN`], the values of the legs for which it
    /// overrides the job's own.
    Partial(&'static Table),
}

/// The key of an override that says where it applies.
pub const WHEN: &str = "when";

/// The kind of [`WHEN`].
pub const WHEN_KIND: Kind = Kind::map(&Kind::List(&Kind::LINE));

/// A name of a map that a scenario may use without defining it, with defaults of its own.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// The name.
    pub name: &'static str,
    /// The defaults that differ from the general ones.
    pub own: &'static [(&'static str, &'static str)],
    /// Those that differ further in a private repository (`ci.visibility`).
    pub private: &'static [(&'static str, &'static str)],
}

/// The most elements of a list or map.
pub const ELEMENTS_MAX: usize = 10_000;

/// Something that is measured. Each one is a type of `units`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// A size, [`crate::units::Bytes`].
    Bytes,
    /// A length of time, [`crate::units::Duration`].
    Duration,
    /// A transfer rate, [`crate::units::Rate`].
    Rate,
    /// An amount of money, [`crate::units::Money`].
    Money,
    /// An instant, [`crate::units::SimTime`].
    Time,
    /// A plain number that something is multiplied by.
    Factor,
}

impl Field {
    /// A key that has to be written.
    pub const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Field {
        Field { name, kind, presence: Presence::Required, doc, basis: "" }
    }

    /// A key that may be missing, which has a meaning of its own.
    pub const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Field {
        Field { name, kind, presence: Presence::Optional, doc, basis: "" }
    }

    /// A key with a default, given in the user's syntax.
    pub const fn defaulted(
        name: &'static str,
        kind: Kind,
        default: &'static str,
        doc: &'static str,
    ) -> Field {
        Field { name, kind, presence: Presence::Default(default), doc, basis: "" }
    }

    /// Adds where the default comes from.
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
    /// A plain number that something is multiplied by.
    pub const FACTOR: Kind = Kind::Number { min: 0.0, max: 1_000.0 };
    /// A factor on a speed or a rate: at 0, nothing would ever end.
    pub const NOISE: Kind = Kind::Number { min: 0.01, max: 1_000.0 };
    /// A line of text.
    pub const LINE: Kind = Kind::Text(200);

    /// A table of user-chosen names, without any that exist by themselves.
    pub const fn map(of: &'static Kind) -> Kind {
        Kind::Map { of, always: &[], presets: &[] }
    }

    /// The table that this kind is or contains, if it can be switched or not.
    pub fn table(&self) -> Option<&'static Table> {
        match self {
            Kind::Table(table) | Kind::Switch(table) => Some(table),
            Kind::PlainOrTable(_, table) => table.table(),
            _ => None,
        }
    }

    /// The kind under `key` of a value of this kind; `None` if it has no such key.
    pub fn under(&self, key: &str) -> Option<&'static Kind> {
        match self {
            Kind::Table(table) | Kind::Switch(table) => table.field(key).map(|field| &field.kind),
            Kind::Distribution(_, shapes) => shapes.field(key).map(|field| &field.kind),
            Kind::Map { of, .. } => Some(of),
            Kind::PlainOrTable(_, table) => table.under(key),
            Kind::Tables(table) => table.field(key).map(|field| &field.kind),
            Kind::Partial(_) if key == WHEN => Some(&WHEN_KIND),
            Kind::Partial(table) => table.override_field(key).map(|field| &field.kind),
            _ => None,
        }
    }

    /// A description of a valid value, with an example, for "expected …".
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
            Kind::Begins(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("\"{word} …\"")).collect();
                words.join(" or ")
            }
            Kind::Or(words @ [(word, _), ..], of @ (Kind::Text(_) | Kind::Begins(_))) if words.len() > 3 => {
                format!("a word such as \"{word}\", or {}", of.expected())
            }
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
            Kind::Partial(table) => format!("a table with `{WHEN}` and some keys of {}", table.noun),
        }
    }
}

impl Preset {
    /// The default of its own for this key.
    pub fn default(&self, key: &str, is_private: bool) -> Option<&'static str> {
        let of = |defaults: &[(&'static str, &'static str)]| {
            defaults.iter().find(|(name, _)| *name == key).map(|(_, text)| *text)
        };
        of(self.private).filter(|_| is_private).or_else(|| of(self.own))
    }
}

impl Quantity {
    /// An accepted value, as TOML.
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
