//! The text of a scenario as tables with values, each with the remarks above it. Nothing is interpreted: a value is the text
//! behind its `=`.

/// What the remark of a conflict begins with.
pub(super) const MARK: &str = "# conflict:";

/// A scenario's tables; the first is what stands before any header.
#[derive(Debug, Clone, Default)]
pub(super) struct ScenarioText {
    pub tables: Vec<TextTable>,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TextTable {
    /// `[a.b]` or `[[a.b]]`, without a comment; empty for the first.
    pub header: String,
    /// Which of the tables of this header it is.
    pub ordinal: usize,
    /// The whole line of its header.
    pub line: String,
    /// The remarks above the header.
    pub above: Vec<String>,
    pub entries: Vec<TextEntry>,
    /// The remarks behind its last value.
    pub tail: Vec<String>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextEntry {
    pub key: String,
    /// The value without a comment behind it.
    pub value: String,
    /// All of its lines.
    pub text: String,
    /// The remarks above it.
    pub remarks: Vec<String>,
}

impl ScenarioText {
    /// Reads a text; what is no TOML is kept as it is.
    pub fn read(text: &str) -> ScenarioText {
        let mut all = ScenarioText { tables: vec![TextTable::default()] };
        let (mut remarks, mut lines) = (Vec::new(), text.lines());
        while let Some(line) = lines.next() {
            let plain = line.trim();
            if plain.starts_with('[') {
                all.open(line, std::mem::take(&mut remarks));
                continue;
            }
            let Some((key, rest)) = plain.split_once('=').filter(|_| !plain.starts_with('#')) else {
                if !plain.is_empty() && !plain.starts_with(MARK) {
                    remarks.push(line.to_owned());
                }
                continue;
            };
            let (mut text, mut value) = (line.to_owned(), without_comment(rest).to_owned());
            // A list may go on over several lines.
            while !is_whole(&value) {
                let Some(next) = lines.next() else { break };
                text += &format!("\n{next}");
                value += &format!("\n{}", without_comment(next));
            }
            let entry = TextEntry {
                key: key.trim().to_owned(),
                value: value.trim().to_owned(),
                text,
                remarks: std::mem::take(&mut remarks),
            };
            all.last().entries.push(entry);
        }
        all.last().tail = remarks;
        all
    }

    fn last(&mut self) -> &mut TextTable {
        self.tables.last_mut().expect("there is always one")
    }

    fn open(&mut self, line: &str, above: Vec<String>) {
        let header = without_comment(line).trim().to_owned();
        let ordinal = self.tables.iter().filter(|table| table.header == header).count();
        // Above the first header stand the remarks on the whole scenario.
        let above = match self.tables.len() {
            1 if self.tables[0].entries.is_empty() => {
                self.tables[0].tail = above;
                Vec::new()
            }
            _ => above,
        };
        self.tables.push(TextTable { header, ordinal, line: line.to_owned(), above, ..TextTable::default() });
    }

    /// The table at the place of another one.
    pub fn table(&self, other: &TextTable) -> Option<&TextTable> {
        self.tables.iter().find(|table| table.is_at(other))
    }

    /// The whole text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for table in &self.tables {
            let header = (!table.line.is_empty()).then_some(&table.line);
            if header.is_some() || !table.above.is_empty() {
                text.push('\n');
            }
            let entries = table.entries.iter().flat_map(|entry| entry.remarks.iter().chain([&entry.text]));
            for line in table.above.iter().chain(header).chain(entries).chain(&table.tail) {
                if !line.is_empty() {
                    text += &format!("{line}\n");
                }
            }
        }
        text
    }
}

impl TextTable {
    pub fn is_at(&self, other: &TextTable) -> bool {
        self.header == other.header && self.ordinal == other.ordinal
    }

    pub fn entry(&self, key: &str) -> Option<&TextEntry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// True if both have the same values.
    pub fn says_the_same(&self, other: &TextTable) -> bool {
        let says = |entry: &TextEntry| other.entry(&entry.key).is_some_and(|own| own.value == entry.value);
        self.entries.len() == other.entries.len() && self.entries.iter().all(says)
    }

    /// The table as a comment.
    pub fn as_remarks(&self, why: &str) -> TextTable {
        let lines = [&self.line].into_iter().chain(self.entries.iter().map(|entry| &entry.text));
        let lines = lines.flat_map(|text| text.lines()).map(|line| format!("{MARK} {line}"));
        let above = [format!("{MARK} {why}")].into_iter().chain(lines).collect();
        TextTable { line: String::new(), entries: Vec::new(), tail: Vec::new(), above, ..self.clone() }
    }

    /// The table with a remark above its header.
    pub fn with_remark(&self, remark: &str) -> TextTable {
        let mut own = self.clone();
        own.above.push(format!("{MARK} {remark}"));
        own
    }
}

impl TextEntry {
    /// The value below a remark on what the import says or does.
    pub fn marked(&self, what: &str) -> TextEntry {
        let mut own = self.clone();
        own.remarks.extend(format!("the import {what}").lines().map(|line| format!("{MARK} {line}")));
        own
    }

    /// A value that the reader has removed, as a remark.
    pub fn removed(&self) -> TextEntry {
        let line =
            format!("{MARK} you have removed this, and the import says {}", self.text.replace('\n', " "));
        TextEntry { key: self.key.clone(), value: String::new(), text: line, remarks: Vec::new() }
    }
}

/// The line without the comment at its end.
pub fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (None, '#') => return &line[..at],
            (None, '"' | '\'') => quote = Some(letter),
            (Some('"'), '\\') => drop(letters.next()),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
    }
    line
}

/// True if every bracket of a value is closed.
fn is_whole(value: &str) -> bool {
    let (mut depth, mut quote) = (0_i64, None);
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some('"'), '\\') => drop(letters.next()),
            (Some(open), _) if open == letter => quote = None,
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth -= 1,
            _ => {}
        }
    }
    depth <= 0
}
