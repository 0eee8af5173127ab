//! Imports again into a scenario that was edited: a merge of three texts. Where only the reader or only the repository has
//! changed something since the last import, that change stands; where both have, the reader's value stands, and what the
//! import says is written above it as a comment that begins with `# conflict:`.
//!
//! Tables and their values are merged, not lines: a value that moved is the same value.

mod text;

pub(super) use text::without_comment;
use text::{MARK, ScenarioText, TextEntry, TextTable};

/// A scenario with the edits of its reader and what a new import found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatedScenario {
    /// Its text.
    pub text: String,
    /// How many values and tables both sides have changed.
    pub conflicts: usize,
}

impl UpdatedScenario {
    /// Merges what the reader made of the last import with a new one.
    pub fn merged(last: &str, edited: &str, new: &str) -> UpdatedScenario {
        let [last, edited, new] = [last, edited, new].map(ScenarioText::read);
        let mut merge = Merge { last: &last, edited: &edited, conflicts: 0 };
        let mut tables: Vec<TextTable> = new.tables.iter().filter_map(|table| merge.table(table)).collect();
        merge.add_own(&new, &mut tables);
        let conflicts = merge.conflicts;
        UpdatedScenario { text: ScenarioText { tables }.text(), conflicts }
    }
}

struct Merge<'a> {
    last: &'a ScenarioText,
    edited: &'a ScenarioText,
    conflicts: usize,
}

impl Merge<'_> {
    /// A table of the new import with the reader's edits; `None` if the reader has removed it.
    fn table(&mut self, new: &TextTable) -> Option<TextTable> {
        let (last, edited) = (self.last.table(new), self.edited.table(new));
        let Some(edited) = edited else {
            return match last {
                None => Some(new.clone()),
                Some(last) if last.says_the_same(new) => None,
                Some(_) => {
                    self.conflicts += 1;
                    Some(new.as_remarks("you have removed it, and the repository has changed it"))
                }
            };
        };
        let nothing = TextTable::default();
        let last = last.unwrap_or(&nothing);
        let mut entries = Vec::new();
        for entry in &new.entries {
            entries.extend(self.entry(entry, last.entry(&entry.key), edited.entry(&entry.key)));
        }
        for own in &edited.entries {
            if new.entry(&own.key).is_some() {
                continue;
            }
            match last.entry(&own.key) {
                Some(before) if before.value == own.value => {}
                Some(_) => {
                    self.conflicts += 1;
                    entries.push(own.marked("no longer has it"));
                }
                None => entries.push(own.clone()),
            }
        }
        let line = if edited.line == last.line { new.line.clone() } else { edited.line.clone() };
        let tail = with_own(&new.tail, &edited.tail, &last.tail);
        Some(TextTable { line, entries, tail, ..new.clone() })
    }

    /// A value of the new import, given what it was and what the reader made of it.
    fn entry(
        &mut self,
        new: &TextEntry,
        last: Option<&TextEntry>,
        edited: Option<&TextEntry>,
    ) -> Option<TextEntry> {
        let Some(edited) = edited else {
            return match last {
                None => Some(new.clone()),
                Some(last) if last.value == new.value => None,
                Some(_) => {
                    self.conflicts += 1;
                    Some(new.removed())
                }
            };
        };
        let before = last.map(|last| last.value.as_str());
        let remarks = with_own(&new.remarks, &edited.remarks, last.map_or(&[], |last| &last.remarks));
        let chosen = match () {
            () if edited.value == new.value || before == Some(edited.value.as_str()) => new.clone(),
            () if before == Some(new.value.as_str()) => edited.clone(),
            () => {
                self.conflicts += 1;
                return Some(TextEntry { remarks, ..edited.clone() }.marked(&format!("says {}", new.text)));
            }
        };
        Some(TextEntry { remarks, ..chosen })
    }

    /// Adds the tables that only the edited scenario has, each behind the table that it stands behind there.
    fn add_own(&mut self, new: &ScenarioText, tables: &mut Vec<TextTable>) {
        let mut behind = 0;
        for own in &self.edited.tables {
            if let Some(place) = tables.iter().position(|table| table.is_at(own)) {
                behind = place + 1;
                continue;
            }
            if new.table(own).is_some() {
                continue;
            }
            let kept = match self.last.table(own) {
                Some(before) if before.says_the_same(own) => continue,
                Some(_) => {
                    self.conflicts += 1;
                    own.with_remark("the import no longer has this table")
                }
                None => own.clone(),
            };
            tables.insert(behind.min(tables.len()), kept);
            behind += 1;
        }
    }
}

/// The remarks of the new import with those that the reader has written.
fn with_own(new: &[String], edited: &[String], last: &[String]) -> Vec<String> {
    let own =
        edited.iter().filter(|line| !last.contains(line) && !new.contains(line) && !line.starts_with(MARK));
    new.iter().chain(own).cloned().collect()
}
