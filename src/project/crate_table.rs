//! Reads a crate table (CSV) into a [`CrateGraph`]: names become indices, and crates are sorted so
//! that dependencies come first. `scenario` calls [`read`] with the text of the file.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use super::graph::{Crate, CrateGraph, CrateKind, GraphProblem, HostCopy};
use super::table::{self, RowProblem, RowProblems, TableColumn, TableRow};
use rustc_hash::FxHashMap;

/// Reads a crate table: CSV with the columns `crate`, `version`, `kind` (`library`, `proc-macro`,
/// `native` or `workspace`), `weight` (> 0; 1 if empty), `host` (empty, `checked` or `always`, see
/// [`HostCopy`]), `native-objects` (see [`Crate::native_objects`]; 0 if empty) and `dependencies`
/// (`name version` separated by `;`; the version may be omitted if only one is locked).
///
/// A dev-dependency may close a cycle among workspace members. Of such a cycle the last edge is
/// left out, in alphabetical order of crates. Any other cycle is a problem, and so are more than
/// `max_crates` rows.
pub fn read(text: &str, max_crates: usize) -> Result<CrateGraph, Vec<GraphProblem>> {
    let mut rows: Vec<CrateRow> = Vec::new();
    let mut problems = table::read(text, COLUMNS, max_crates, |row, problems| {
        rows.extend(CrateRow::read(row, problems));
    });
    if problems.list.is_empty() {
        rows.sort_by(|a, b| (&a.krate.name, &a.krate.version).cmp(&(&b.krate.name, &b.krate.version)));
        resolve(&mut rows, &mut problems);
    }
    if problems.list.is_empty() {
        let order = Search::new(&mut rows).order(&mut problems);
        if problems.list.is_empty() {
            return Ok(renumbered(rows, &order));
        }
    }
    Err(problems
        .list
        .into_iter()
        .map(|RowProblem { line, message, .. }| GraphProblem { line, message })
        .collect())
}

pub(crate) const COLUMNS: &[TableColumn] = &[
    TableColumn { name: "crate", required: true, doc: "Its name." },
    TableColumn {
        name: "version",
        required: true,
        doc: "Its version; a name may occur with several versions.",
    },
    TableColumn {
        name: "kind",
        required: true,
        doc: "`library`, `proc-macro`, `native` (compiles C or C++, too) or `workspace`.",
    },
    TableColumn {
        name: "weight",
        required: false,
        doc: "Its size relative to others of its kind, for example its lines; 1 if empty.",
    },
    TableColumn {
        name: "host",
        required: false,
        doc: "When it is compiled a second time for the build machine: `always`, `checked` (only in a \
            check) or empty for never.",
    },
    TableColumn {
        name: "native-objects",
        required: false,
        doc: "Number of C or C++ files that a native crate compiles; 0 if empty.",
    },
    TableColumn {
        name: "dependencies",
        required: true,
        doc: "The crates it depends on, separated by `;`, as `name` or `name version`.",
    },
];

const KINDS: &[(&str, CrateKind)] = &[
    ("library", CrateKind::Library),
    ("proc-macro", CrateKind::ProcMacro),
    ("native", CrateKind::Native),
    ("workspace", CrateKind::Workspace),
];

const HOSTS: &[(&str, HostCopy)] =
    &[("", HostCopy::Shared), ("checked", HostCopy::WhenChecked), ("always", HostCopy::Always)];

/// A row: the crate, and its dependencies as text.
struct CrateRow {
    krate: Crate,
    wanted: Vec<String>,
    line: u64,
}

impl CrateRow {
    fn read(row: &TableRow, problems: &mut RowProblems) -> Option<CrateRow> {
        let name = row.field(0);
        if name.is_empty() {
            problems.add(row.line, None, "a crate needs a name".to_owned());
        }
        let kind = one_of(KINDS, "kind", row.field(2), row.line, problems);
        let host = one_of(HOSTS, "host copy", row.field(4), row.line, problems);
        let weight = weight(row.field(3));
        if weight.is_none() {
            let message = format!(
                "`{}` is not a weight: write a number from {WEIGHT_MIN:e} to {WEIGHT_MAX:e}",
                row.field(3)
            );
            problems.add(row.line, None, message);
        }
        let native_objects = native_objects(row.field(5), kind);
        if let Err(message) = &native_objects {
            problems.add(row.line, None, message.clone());
        }
        let krate = Crate {
            name: name.to_owned(),
            version: row.field(1).to_owned(),
            kind: kind?,
            weight: weight?,
            host: host?,
            native_objects: native_objects.ok()?,
            dependencies: Vec::new(),
        };
        Some(CrateRow { krate, wanted: row.parts(6).map(str::to_owned).collect(), line: row.line })
    }

    fn is_member(&self) -> bool {
        self.krate.kind == CrateKind::Workspace
    }

    fn title(&self) -> String {
        format!("{} {}", self.krate.name, self.krate.version)
    }
}

fn one_of<T: Copy>(
    known: &[(&str, T)],
    noun: &str,
    word: &str,
    line: u64,
    problems: &mut RowProblems,
) -> Option<T> {
    let found = known.iter().find(|(known, _)| *known == word).map(|&(_, meaning)| meaning);
    if found.is_none() {
        problems.add(line, None, table::unknown(noun, word, known.iter().map(|&(word, _)| word)));
    }
    found
}

/// Weights outside this range are mistakes.
const WEIGHT_MIN: f64 = 1e-9;
const WEIGHT_MAX: f64 = 1e12;

/// The largest number of native objects that a crate may have: a hundred times those of the largest
/// known crate.
const NATIVE_OBJECTS_MAX: u32 = 100_000;

fn native_objects(text: &str, kind: Option<CrateKind>) -> Result<u32, String> {
    let count = if text.is_empty() { Some(0) } else { text.parse().ok() };
    match count.filter(|&count| count <= NATIVE_OBJECTS_MAX) {
        None => Err(format!("`{text}` is not a number of native objects: write 0 to {NATIVE_OBJECTS_MAX}")),
        Some(1..) if kind.is_some_and(|kind| kind != CrateKind::Native) => {
            Err("only a crate of the kind `native` has native objects".to_owned())
        }
        Some(count) => Ok(count),
    }
}

fn weight(text: &str) -> Option<f64> {
    if text.is_empty() {
        return Some(1.0);
    }
    text.parse().ok().filter(|weight| (WEIGHT_MIN..=WEIGHT_MAX).contains(weight))
}

/// Fills in every crate's dependencies as indices into `rows`, ascending and without duplicates.
fn resolve(rows: &mut [CrateRow], problems: &mut RowProblems) {
    let mut index: FxHashMap<String, Option<u32>> = FxHashMap::default();
    for (i, row) in (0..).zip(rows.iter()) {
        if index.insert(row.title(), Some(i)).is_some() {
            problems.add(row.line, None, format!("crate `{}` is listed twice", row.title()));
        }
        // A bare name means the only version. A second version makes it ambiguous.
        index.entry(row.krate.name.clone()).and_modify(|found| *found = None).or_insert(Some(i));
    }
    for row in rows {
        let mut dependencies = Vec::with_capacity(row.wanted.len());
        for wanted in &row.wanted {
            match index.get(wanted) {
                Some(&Some(i)) => dependencies.push(i),
                Some(None) => problems.add(row.line, None, format!("which version of `{wanted}`?")),
                None => problems.add(row.line, None, format!("dependency `{wanted}` is not in the table")),
            }
        }
        dependencies.sort_unstable();
        dependencies.dedup();
        row.krate.dependencies = dependencies;
    }
}

/// A depth-first search for the topological order. It does not recurse, since a chain of
/// dependencies may be as long as the table.
struct Search<'a> {
    rows: &'a mut [CrateRow],
    visited: Vec<Visit>,
    order: Vec<u32>,
}

#[derive(Clone, Copy, PartialEq)]
enum Visit {
    No,
    UnderWay,
    Done,
}

impl<'a> Search<'a> {
    fn new(rows: &'a mut [CrateRow]) -> Search<'a> {
        let visited = vec![Visit::No; rows.len()];
        Search { rows, visited, order: Vec::new() }
    }

    fn order(mut self, problems: &mut RowProblems) -> Vec<u32> {
        for start in 0..self.rows.len() {
            self.visit(start, problems);
        }
        self.order
    }

    fn visit(&mut self, start: usize, problems: &mut RowProblems) {
        if self.visited[start] != Visit::No {
            return;
        }
        self.visited[start] = Visit::UnderWay;
        // The path of the search: each crate, and how many of its dependencies were visited.
        let mut path = vec![(start, 0)];
        while let Some(&mut (at, ref mut seen)) = path.last_mut() {
            let Some(&next) = self.rows[at].krate.dependencies.get(*seen) else {
                self.visited[at] = Visit::Done;
                self.order.push(at as u32);
                path.pop();
                continue;
            };
            let next = next as usize;
            match self.visited[next] {
                Visit::UnderWay => self.cut(at, *seen, next, problems),
                Visit::Done => *seen += 1,
                Visit::No => {
                    *seen += 1;
                    self.visited[next] = Visit::UnderWay;
                    path.push((next, 0));
                }
            }
        }
    }

    /// Removes an edge that closes a cycle. It is a problem unless both crates are workspace
    /// members.
    fn cut(&mut self, at: usize, place: usize, next: usize, problems: &mut RowProblems) {
        self.rows[at].krate.dependencies.remove(place);
        if !(self.rows[at].is_member() && self.rows[next].is_member()) {
            let (from, to) = (self.rows[at].title(), self.rows[next].title());
            let message = format!("`{from}` and `{to}` depend on each other: a cycle");
            problems.add(self.rows[at].line, None, message);
        }
    }
}

fn renumbered(rows: Vec<CrateRow>, order: &[u32]) -> CrateGraph {
    let mut place = vec![0; rows.len()];
    for (new, &old) in (0..).zip(order) {
        place[old as usize] = new;
    }
    let mut crates: Vec<(u32, Crate)> =
        (0..).zip(rows).map(|(i, row)| (place[i as usize], row.krate)).collect();
    crates.sort_by_key(|&(new, _)| new);
    for (_, krate) in &mut crates {
        krate.dependencies.iter_mut().for_each(|d| *d = place[*d as usize]);
        krate.dependencies.sort_unstable();
    }
    CrateGraph { crates: crates.into_iter().map(|(_, krate)| krate).collect() }
}
