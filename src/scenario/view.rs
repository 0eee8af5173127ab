//! The typed reader of a checked scenario. `build` and the strategies read all values through it.

use super::complete::{complete_table, default_of};
use super::defaults::one_line;
use super::edit::merge;
use super::grammar::words::Choice;
use super::grammar::{Kind, Quantity, ROOT, Table, WHEN};
use super::quantity::{amount, distribution_of};
use super::tree::{Node, TreeValue, ValueOrigin};
use crate::diagnostic::{Diagnostic, Report, Span};
use crate::random::Distribution;
use crate::units::{Bytes, Duration, Money, Rate, SimTime};

/// A table of a checked and completed scenario, read by key and type. Values cannot be wrong any more. A
/// key that the grammar does not have, or has with another type, is a bug and panics.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    node: &'a Node,
    table: &'static Table,
    key: Span,
}

/// An element of a list of texts and of tables of texts.
#[derive(Debug, Clone)]
pub enum ListItem<'a> {
    /// A text, with its position.
    Text(&'a str, Span),
    /// A table of texts, with its position.
    Texts(Vec<(&'a str, &'a str)>, Span),
}

impl<'a> ListItem<'a> {
    fn of(node: &'a Node) -> ListItem<'a> {
        let text = |node: &'a Node| node.as_text().expect("texts were checked");
        match node.as_table() {
            None => ListItem::Text(text(node), node.span),
            Some(entries) => {
                let parts = entries.iter().map(|(name, entry)| (name.as_str(), text(&entry.node)));
                ListItem::Texts(parts.collect(), node.span)
            }
        }
    }
}

/// A partial table that overrides some keys of another one. Its own view has no defaults.
#[derive(Debug, Clone, Copy)]
pub struct Override<'a> {
    /// Its keys.
    pub view: View<'a>,
    node: &'a Node,
}

impl<'a> Override<'a> {
    /// Where it applies: the keys of `when` with the values that are meant, and the position of each.
    pub fn when(&self) -> Vec<(&'a str, Vec<&'a str>, Span)> {
        let Some(entries) = self.node.get(WHEN).and_then(Node::as_table) else { return Vec::new() };
        let texts = |node: &'a Node| match &node.value {
            TreeValue::List(items) => items.iter().filter_map(Node::as_text).collect(),
            _ => node.as_text().into_iter().collect(),
        };
        entries.iter().map(|(name, entry)| (name.as_str(), texts(&entry.node), entry.key)).collect()
    }

    /// The keys that it overrides.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.view.keys().filter(|key| *key != WHEN)
    }

    /// The positions of all its values, and of the keys of its tables, at any depth.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut rest = vec![self.node];
        while let Some(node) = rest.pop() {
            for (name, entry) in node.as_table().into_iter().flatten() {
                if name != WHEN {
                    spans.extend([entry.key, entry.node.span]);
                    rest.push(&entry.node);
                }
            }
        }
        spans
    }
}

impl<'a> View<'a> {
    fn new(node: &'a Node, table: &'static Table, key: Span) -> View<'a> {
        View { node, table, key }
    }

    /// The view of a whole scenario.
    pub(super) fn root(root: &'a Node) -> View<'a> {
        View::new(root, &ROOT, root.span)
    }

    /// The view of a completed table that is not in the scenario.
    pub(super) fn preset(node: &'a Node, table: &'static Table) -> View<'a> {
        View::new(node, table, node.span)
    }

    /// True if the key has a value, written or by default.
    pub fn has(&self, key: &str) -> bool {
        self.field(key);
        self.node.get(key).is_some()
    }

    /// The position of the value; if the key is missing, that of the table.
    pub fn span(&self, key: &str) -> Span {
        self.node.get(key).map_or(self.key, |node| node.span)
    }

    /// The position of the table.
    pub fn opened_at(&self) -> Span {
        self.key
    }

    /// The size under `key`.
    pub fn bytes(&self, key: &str) -> Bytes {
        Bytes(self.amount(key, Quantity::Bytes) as u64)
    }

    /// The duration under `key`.
    pub fn duration(&self, key: &str) -> Duration {
        Duration(self.amount(key, Quantity::Duration))
    }

    /// The duration under `key`. A duration below `least` is reported and replaced by `least`.
    pub fn duration_at_least(&self, key: &str, least: Duration, report: &mut Report) -> Duration {
        let duration = self.duration(key);
        if duration < least {
            let message = format!("`{key}` must be at least {least}");
            report.push(Diagnostic::error("out-of-range", message).at(self.span(key)));
        }
        duration.max(least)
    }

    /// The transfer rate under `key`.
    pub fn rate(&self, key: &str) -> Rate {
        Rate(self.amount(key, Quantity::Rate) as u64)
    }

    /// The amount of money under `key`.
    pub fn money(&self, key: &str) -> Money {
        Money(self.amount(key, Quantity::Money))
    }

    /// The instant under `key`.
    pub fn time(&self, key: &str) -> SimTime {
        SimTime(self.amount(key, Quantity::Time))
    }

    /// The distribution under `key`, in bytes, milliseconds or bytes per second.
    pub fn distribution(&self, key: &str) -> Distribution {
        let Kind::Distribution(of, _) = self.field(key) else { panic!("`{key}` is not a distribution") };
        distribution_of(self.value(key), *of)
    }

    /// The distribution of durations under `key`, in seconds.
    pub fn seconds(&self, key: &str) -> Distribution {
        self.distribution(key).scaled(1e-3)
    }

    /// The boolean under `key`.
    pub fn flag(&self, key: &str) -> bool {
        match self.value(key).value {
            TreeValue::Bool(yes) => yes,
            _ => panic!("`{key}` is not a flag"),
        }
    }

    /// The boolean under a key that has no default in the tree; `absent` if it is not written.
    pub fn flag_or(&self, key: &str, absent: bool) -> bool {
        if self.has(key) { self.flag(key) } else { absent }
    }

    /// The whole number under `key`, within the bounds of the grammar.
    pub fn integer(&self, key: &str) -> i64 {
        match self.value(key).value {
            TreeValue::Integer(number) => number,
            _ => panic!("`{key}` is not a whole number"),
        }
    }

    /// The number under `key`, within the bounds of the grammar.
    pub fn number(&self, key: &str) -> f64 {
        self.value(key).as_number().unwrap_or_else(|| panic!("`{key}` is not a number"))
    }

    /// The text, word or file name under `key`. File names are relative to the scenario's folder.
    pub fn text(&self, key: &str) -> &'a str {
        self.value(key).as_text().unwrap_or_else(|| panic!("`{key}` is not a text"))
    }

    /// The value that the word under `key` means.
    pub fn choice<T: Copy>(&self, key: &str, choice: &Choice<T>) -> T {
        choice.value(self.text(key)).unwrap_or_else(|| panic!("the words of `{key}` are not these"))
    }

    /// The values that the words of a list mean.
    pub fn choices<T: Copy>(&self, key: &str, choice: &Choice<T>) -> Vec<T> {
        let meaning = |(word, _)| choice.value(word).unwrap_or_else(|| panic!("`{key}` has other words"));
        self.texts(key).into_iter().map(meaning).collect()
    }

    /// The value that the word under `key` means, if the key has a word and not another value.
    pub fn word_value<T: Copy>(&self, key: &str, choice: &Choice<T>) -> Option<T> {
        let word = self.word(key)?;
        Some(choice.value(word).unwrap_or_else(|| panic!("the words of `{key}` are not these")))
    }

    /// The texts of a list, each with its position.
    pub fn texts(&self, key: &str) -> Vec<(&'a str, Span)> {
        self.items(key).iter().map(|item| (item.as_text().expect("a list of texts"), item.span)).collect()
    }

    /// The instants of a list.
    pub fn times(&self, key: &str) -> Vec<SimTime> {
        let time = |text: &str| text.parse().expect("times were checked");
        self.texts(key).into_iter().map(|(text, _)| time(text)).collect()
    }

    /// The numbers of a list.
    pub fn numbers(&self, key: &str) -> Vec<f64> {
        self.items(key).iter().map(|item| item.as_number().expect("a list of numbers")).collect()
    }

    /// The table under a key that has a default.
    pub fn table(&self, key: &str) -> View<'a> {
        self.table_or_none(key).unwrap_or_else(|| panic!("`{key}` has no value"))
    }

    /// The table under `key`; `None` if it is missing or switched off, or if the key has a plain value.
    pub fn table_or_none(&self, key: &str) -> Option<View<'a>> {
        let table = self.field(key).table().unwrap_or_else(|| panic!("`{key}` is not a table"));
        let entry = self.node.as_table()?.get(key)?;
        entry.node.as_table().map(|_| View::new(&entry.node, table, entry.key))
    }

    /// The tables of a list.
    pub fn tables(&self, key: &str) -> Vec<View<'a>> {
        let Kind::Tables(table) = self.field(key) else { panic!("`{key}` is not a list of tables") };
        self.items(key).iter().map(|item| View::new(item, table, item.span)).collect()
    }

    /// The table under a key that takes a list of tables, if it was written as one.
    pub fn lone_table(&self, key: &str) -> Option<View<'a>> {
        let Kind::Tables(table) = self.field(key) else { panic!("`{key}` is not a list of tables") };
        let node = self.node.get(key).filter(|node| node.as_table().is_some())?;
        Some(View::new(node, table, node.span))
    }

    /// The named tables under `key`, in the order in which they were written.
    pub fn map(&self, key: &str) -> Vec<(&'a str, View<'a>)> {
        let Kind::Map { of, .. } = self.field(key) else { panic!("`{key}` is not a table of names") };
        let table = of.table().unwrap_or_else(|| panic!("`{key}` does not hold tables"));
        let entries = self.value(key).as_table().expect("a table of names");
        entries
            .iter()
            .map(|(name, entry)| (name.as_str(), View::new(&entry.node, table, entry.key)))
            .collect()
    }

    /// The word under `key`, if the key has a word and not another value.
    pub fn word(&self, key: &str) -> Option<&'static str> {
        let Kind::Or(words, _) = self.field(key) else { panic!("`{key}` takes no words") };
        let text = self.node.get(key)?.as_text()?;
        words.iter().map(|(word, _)| *word).find(|word| *word == text)
    }

    /// The texts under `key` by name; `None` if it is a plain value.
    pub fn named_texts(&self, key: &str) -> Option<Vec<(&'a str, &'a str, Span)>> {
        let entries = self.value(key).as_table()?;
        let text = |node: &'a Node| node.as_text().expect("a table of texts");
        let named = entries.iter().map(|(name, entry)| (name.as_str(), text(&entry.node), entry.node.span));
        Some(named.collect())
    }

    /// The numbers under `key` by name, with the position of the name.
    pub fn named_numbers(&self, key: &str) -> Vec<(&'a str, f64, Span)> {
        let entries = self.value(key).as_table().expect("a table of names");
        let number = |node: &Node| node.as_number().expect("a table of numbers");
        entries.iter().map(|(name, entry)| (name.as_str(), number(&entry.node), entry.key)).collect()
    }

    /// True if the user wrote the key, even with its default.
    pub fn is_written(&self, key: &str) -> bool {
        self.field(key);
        self.node.get(key).is_some_and(|node| node.origin == ValueOrigin::Written)
    }

    /// True if the user wrote the table. Some tables exist without being written.
    pub fn stands(&self) -> bool {
        self.node.origin == ValueOrigin::Written
    }

    /// True if a text anywhere in the table contains this one.
    pub fn mentions(&self, text: &str) -> bool {
        one_line(self.node).contains(text)
    }

    /// The text under `key`, with its position.
    pub fn placed_text(&self, key: &str) -> (&'a str, Span) {
        (self.text(key), self.span(key))
    }

    /// True if the user wrote a value other than the default.
    pub fn is_changed(&self, key: &str) -> bool {
        let field = self.table.field(key).unwrap_or_else(|| panic!("{} has no key `{key}`", self.table.noun));
        let written = self.node.get(key).filter(|node| node.origin == ValueOrigin::Written);
        written
            .is_some_and(|node| default_of(field).is_none_or(|default| one_line(node) != one_line(&default)))
    }

    /// The keys that have a value, in the order in which they were written.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.node.as_table().into_iter().flatten().map(|(name, _)| name.as_str())
    }

    /// The named lists under `key`, in the order in which they were written.
    pub fn item_lists(&self, key: &str) -> Vec<(&'a str, Vec<ListItem<'a>>)> {
        let entries = self.value(key).as_table().expect("a table of names");
        let list = |node: &'a Node| items(node).iter().map(ListItem::of).collect();
        entries.iter().map(|(name, entry)| (name.as_str(), list(&entry.node))).collect()
    }

    /// The partial tables under `key`.
    pub fn overrides(&self, key: &str) -> Vec<Override<'a>> {
        let Kind::List(Kind::Partial(table)) = self.field(key) else { panic!("`{key}` overrides nothing") };
        let tables = self.node.get(key).map(items).unwrap_or_default();
        tables.iter().map(|node| Override { view: View::new(node, table, node.span), node }).collect()
    }

    /// This table with partial tables laid on it, completed.
    pub fn overridden(&self, over: &[Override]) -> Node {
        let mut node = self.node.clone();
        for Override { node: over, .. } in over {
            let mut over = (*over).clone();
            over.as_table_mut().map(|table| table.shift_remove(WHEN));
            merge(&mut node, over, Some(&Kind::Table(self.table)));
        }
        complete_table(&node, self.table)
    }

    /// The view of such a table in place of this one.
    pub fn replaced<'b>(&self, node: &'b Node) -> View<'b> {
        View::new(node, self.table, self.key)
    }

    fn items(&self, key: &str) -> &'a [Node] {
        items(self.value(key))
    }

    fn amount(&self, key: &str, of: Quantity) -> i64 {
        match self.field(key) {
            Kind::Quantity(kind) | Kind::Or(_, Kind::Quantity(kind)) if *kind == of => {}
            other => panic!("`{key}` is {other:?}, not {of:?}"),
        }
        amount(of, self.text(key)).expect("quantities were checked")
    }

    fn value(&self, key: &str) -> &'a Node {
        self.field(key);
        self.node.get(key).unwrap_or_else(|| panic!("`{key}` has no value"))
    }

    fn field(&self, key: &str) -> &'static Kind {
        let field = self.table.field(key);
        &field.unwrap_or_else(|| panic!("{} has no key `{key}`", self.table.noun)).kind
    }
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        TreeValue::List(items) => items,
        _ => panic!("not a list"),
    }
}
