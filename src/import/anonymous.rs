//! Replaces names, so that a scenario can be published: every word that is not one of scenarios' own, of GitHub's runners or
//! of known actions becomes another one, the same wherever it stands. Comments are left out. What begins alike up to a
//! hyphen still does, so that keys and restore keys mean the same; numbers stay.

use super::draft::ScenarioDraft;
use super::update::without_comment;
use crate::client::KeyTemplate;
use crate::scenario::{is_hosted_label, schema};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Keys whose values are no names: what says how good a guess is, times of schedules, and the event log's file.
const VERBATIM: [&str; 5] = ["range", "basis", "cron", "timezone", "events"];
/// Words of units, of systems, of GitHub's labels and of event logs.
const COMMON: &str = "b kb mb gb tb kib mib gib ms s min h d day week month year usd true false inf nan \
    include exclude ubuntu latest macos windows linux arm arm64 x64 x86 slim large xlarge cores hosted \
    main push pull request human bot main_push branch_push pr_push fork_pr_push pr_closed pr at event author commit";

impl ScenarioDraft {
    /// The draft with other names.
    pub fn anonymised(&self) -> ScenarioDraft {
        let mut words = Words::new();
        let mut text = "# Names are replaced by others, and comments are left out.\n".to_owned();
        for line in self.text.lines().filter(|line| !line.starts_with('#')) {
            let plain = without_comment(line).trim_end();
            let about = if line.ends_with("# assumed") { " # assumed" } else { "" };
            text += &format!("{}{about}\n", words.line(plain));
        }
        let events = self.events.as_ref().map(|events| words.events(events));
        ScenarioDraft { text, events, blanks: Vec::new(), left_out: Vec::new(), ..self.clone() }
    }
}

/// The words that stay, and those that stand for others.
struct Words {
    own: BTreeSet<String>,
    replaced: BTreeMap<String, String>,
}

impl Words {
    fn new() -> Words {
        let mut words = Words { own: BTreeSet::new(), replaced: BTreeMap::new() };
        words.learn(&schema());
        KeyTemplate::placeholders().for_each(|(name, _)| words.keep(name));
        words.keep(COMMON);
        words
    }

    /// Keeps the names and the fixed values of scenarios.
    fn learn(&mut self, schema: &Value) {
        match schema {
            Value::Object(members) => {
                let names = members.get("properties").and_then(Value::as_object);
                names.into_iter().flatten().for_each(|(name, _)| self.keep(name));
                let values = members.get("enum").and_then(Value::as_array).into_iter().flatten();
                values.chain(members.get("const")).filter_map(Value::as_str).for_each(|word| self.keep(word));
                members.values().for_each(|value| self.learn(value));
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            _ => {}
        }
    }

    fn keep(&mut self, text: &str) {
        let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
        self.own.extend(words.map(str::to_lowercase));
        self.own.insert(text.to_lowercase());
    }

    /// A line of the scenario without its comment.
    fn line(&mut self, line: &str) -> String {
        let key = line.split_once(" = ").map_or("", |(key, _)| key);
        match key {
            "title" => "title = \"anonymous\"".to_owned(),
            key if VERBATIM.contains(&key) => line.to_owned(),
            _ => self.text(line),
        }
    }

    /// A text with its words replaced. Escapes and GitHub's labels stay.
    fn text(&mut self, text: &str) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some(first) = rest.chars().next() {
            if let Some(label) = rest.strip_prefix('"').and_then(|rest| Some(rest.split_once('"')?.0))
                && is_hosted_label(label)
            {
                out += &format!("\"{label}\"");
                rest = &rest[label.len() + 2..];
                continue;
            }
            let length = match first {
                '\\' => escape(rest),
                letter if is_of_word(letter) => rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len()),
                letter => letter.len_utf8(),
            };
            let (part, behind) = rest.split_at(length);
            let is_word = is_of_word(first);
            out += &if is_word { self.word(part) } else { part.to_owned() };
            rest = behind;
        }
        out
    }

    fn word(&mut self, word: &str) -> String {
        let is_number = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
        let is_version = word.strip_prefix(['v', 'V']).is_some_and(is_number);
        if is_number(word) || is_version || self.own.contains(&word.to_lowercase()) {
            return word.to_owned();
        }
        let number = self.replaced.len() + 1;
        self.replaced.entry(word.to_owned()).or_insert_with(|| format!("w{number}")).clone()
    }

    /// An event log without the commits, which are comments for readers.
    fn events(&mut self, events: &str) -> String {
        let mut lines = events.lines();
        let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
        let mut out = format!("{}\n", header.join(","));
        for line in lines {
            let fields = line.split(',').enumerate().map(|(column, field)| match header.get(column) {
                Some(&"commit") => String::new(),
                Some(&("paths" | "changes" | "branch")) => self.text(field),
                _ => field.to_owned(),
            });
            out += &format!("{}\n", fields.collect::<Vec<_>>().join(","));
        }
        out
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric()
}

/// The length of an escape at the start of a text.
fn escape(text: &str) -> usize {
    let length = match text.chars().nth(1) {
        Some('u') => 6,
        Some('U') => 10,
        Some(letter) => 1 + letter.len_utf8(),
        None => 1,
    };
    (1..=length.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(1)
}
