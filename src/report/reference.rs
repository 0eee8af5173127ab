//! The pages in `docs/reference`: all keys of a scenario and all diagnostics, as Markdown. They are
//! generated from the tables that the program itself uses, and a test compares the files with them.

use crate::client::KeyTemplate;
use crate::diagnostic::REGISTRY;
use crate::project::crate_table;
use crate::project::table::TableColumn;
use crate::scenario::grammar::{Field, Kind, Presence, ROOT, Table};
use crate::workload::log_table;

/// All keys of a scenario, table by table.
pub fn scenario() -> String {
    let mut page = String::from(
        "# Scenario keys\n\nWritten from the program. `check --show-defaults FILE` prints a scenario with all \
         of them, `schema` the same as a JSON schema for editors.\n",
    );
    let mut sections =
        vec![TableSection { heading: "The whole file".into(), path: String::new(), table: &ROOT }];
    while let Some(section) = sections.pop() {
        page += &section.text();
        let mut nested: Vec<TableSection> = section.nested().collect();
        nested.reverse();
        sections.extend(nested);
    }
    page + &placeholders()
        + &columns(
            "The event log",
            "`workload.events` names a CSV file with a header; columns may be in any order.",
            log_table::COLUMNS,
        )
        + &columns(
            "The crate table",
            "`project.crates` names a CSV file with a header, a row for each crate of the lock file; its order does not matter.",
            crate_table::COLUMNS,
        )
}

/// The placeholders in texts that become part of a cache key.
fn placeholders() -> String {
    let own = [
        (
            "AXIS",
            "the leg's value on an axis of its job's `matrix`; it wins over any other placeholder of its name",
        ),
        ("os", "`runner.os`: Linux, Windows or macOS"),
        ("arch", "`runner.arch`: X64 or ARM64; in BuildKit's names as Docker writes it, amd64 or arm64"),
        ("image", "the image's name; in BuildKit's names only"),
    ];
    let rows = own.into_iter().chain(KeyTemplate::placeholders());
    let rows: String =
        rows.map(|(name, meaning)| format!("| `{{{name}}}` | {} |\n", escaped(meaning))).collect();
    format!(
        "\n## Placeholders\n\nIn `prefix-key`, `shared-key`, `key` and `environment` of rust-cache, `key` and \
         `restore-keys` of actions-cache, and `scope`, `tag` and `name` of BuildKit. `{{AXIS}}` also works in \
         `runner` and `image`. Any other name in braces is an error.\n\n| placeholder | stands for |\n|---|---|\n{rows}"
    )
}

/// The columns of a CSV table next to a scenario.
fn columns(heading: &str, about: &str, columns: &[TableColumn]) -> String {
    let row = |TableColumn { name, required, doc }: &TableColumn| {
        let required = if *required { "required" } else { "" };
        format!("| `{name}` | {required} | {} |\n", escaped(doc))
    };
    let rows: String = columns.iter().map(row).collect();
    format!("\n## {heading}\n\n{about}\n\n| column | | meaning |\n|---|---|---|\n{rows}")
}

/// All diagnostics.
pub fn diagnostics() -> String {
    let entries = REGISTRY.iter().map(|entry| format!("\n## `{}`\n\n{}\n", entry.slug, escaped(entry.text)));
    format!(
        "# Diagnostics\n\nWritten from the program. Each message ends with one of these names in brackets.\n{}",
        entries.collect::<String>()
    )
}

/// One table of a scenario.
struct TableSection {
    heading: String,
    /// The table's path; empty for the top level of the file.
    path: String,
    table: &'static Table,
}

impl TableSection {
    fn text(&self) -> String {
        let rows: String = self.table.fields.iter().map(row).collect();
        format!("\n## {}\n\n| key | takes | default | meaning |\n|---|---|---|---|\n{rows}", self.heading)
    }

    fn nested(&self) -> impl Iterator<Item = TableSection> + '_ {
        self.table.fields.iter().filter_map(|field| {
            let own = if self.path.is_empty() {
                field.name.into()
            } else {
                format!("{}.{}", self.path, field.name)
            };
            let (suffix, list, table) = table_of(&field.kind)?;
            let path = format!("{own}{suffix}");
            let heading = if list { format!("`[[{path}]]`") } else { format!("`[{path}]`") };
            Some(TableSection { heading, path, table })
        })
    }
}

/// The table that a key takes, the user's name in its path (if it has one), and whether it is one of a
/// list.
fn table_of(kind: &'static Kind) -> Option<(&'static str, bool, &'static Table)> {
    match kind {
        Kind::Table(table) | Kind::Switch(table) => Some(("", false, table)),
        Kind::Tables(table) => Some(("", true, table)),
        Kind::PlainOrTable(_, table) => table_of(table),
        Kind::Map { of, .. } => table_of(of).map(|(_, list, table)| (".NAME", list, table)),
        _ => None,
    }
}

fn row(field: &Field) -> String {
    let default = match field.presence {
        Presence::Required => "required".into(),
        Presence::Default(text) => format!("`{text}`"),
        Presence::Optional => String::new(),
    };
    let cells = [format!("`{}`", field.name), takes(&field.kind), escaped(&default), meaning(field)];
    format!("| {} |\n", cells.join(" | "))
}

fn takes(kind: &Kind) -> String {
    match kind {
        Kind::Choice(words) => {
            escaped(&words.iter().map(|(word, _)| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", "))
        }
        other => escaped(&other.expected()),
    }
}

fn meaning(field: &Field) -> String {
    let words = match field.kind {
        Kind::Choice(words) | Kind::Or(words, _) | Kind::PlainOrTable(&Kind::Choice(words), _) => words,
        _ => &[],
    };
    let words: String = words.iter().map(|(word, meaning)| format!(" `{word}`: {meaning}.")).collect();
    let basis = if field.basis.is_empty() { String::new() } else { format!(" Default: {}.", field.basis) };
    escaped(&format!("{}{words}{basis}", field.doc))
}

/// The text, escaped for a cell of a Markdown table.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
