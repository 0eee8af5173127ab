use super::message::{Diagnostic, Severity};
use super::source::Sources;

/// How many diagnostics one report prints; the rest are counted.
pub const PRINTED_MAX: usize = 50;

/// How many diagnostics one report holds; the rest are counted. A hostile file of a few megabytes
/// could otherwise make as many as it has bytes.
const HELD_MAX: usize = 1_000;

/// All that is to be said about one input, with the texts it points into.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The texts.
    pub sources: Sources,
    diagnostics: Vec<Diagnostic>,
    /// Errors and warnings that were only counted.
    unheld: (usize, usize),
}

impl Report {
    /// An empty report about these texts.
    pub fn about(sources: Sources) -> Report {
        Report { sources, ..Report::default() }
    }

    /// Adds one problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() {
            self.diagnostics.push(diagnostic);
        } else if diagnostic.severity == Severity::Error {
            self.unheld.0 += 1;
        } else {
            self.unheld.1 += 1;
        }
    }

    /// Adds a problem, if there is one.
    pub fn push_some(&mut self, diagnostic: Option<Diagnostic>) {
        diagnostic.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Takes over the problems of another report about the same texts.
    pub fn absorb(&mut self, other: Report) {
        self.unheld = (self.unheld.0 + other.unheld.0, self.unheld.1 + other.unheld.1);
        other.diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Whether further problems are only counted: their remedies need not be looked for.
    pub fn is_full(&self) -> bool {
        self.diagnostics.len() >= HELD_MAX
    }

    /// How many problems there are, counting repeated ones.
    pub fn len(&self) -> usize {
        self.diagnostics.len() + self.unheld.0 + self.unheld.1
    }

    /// How many errors and warnings there are, those at the same place with the same text once.
    pub(super) fn counts(&self) -> (usize, usize) {
        let held = self.diagnostics();
        let errors = held.iter().filter(|d| d.severity == Severity::Error).count();
        (errors + self.unheld.0, held.len() - errors + self.unheld.1)
    }

    /// Whether any problem makes the input unusable.
    pub fn has_errors(&self) -> bool {
        self.unheld.0 > 0 || self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The problems in the order they should be read: by text and place, those without a place
    /// first, the same problem at the same place once.
    pub fn diagnostics(&self) -> Vec<&Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.diagnostics.iter().collect();
        sorted.sort_by_key(|d| d.span);
        let mut seen: Vec<&Diagnostic> = Vec::new();
        for diagnostic in sorted {
            let same = |other: &&Diagnostic| is_same(other, diagnostic);
            if !seen.iter().rev().take_while(|other| other.span == diagnostic.span).any(same) {
                seen.push(diagnostic);
            }
        }
        seen
    }

    /// Keeps only the problems for which `keep` holds.
    pub fn retain(&mut self, keep: impl Fn(&Sources, &Diagnostic) -> bool) {
        let sources = &self.sources;
        self.diagnostics.retain(|d| keep(sources, d));
    }
}

fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.slug == b.slug && a.span == b.span && a.message == b.message
}
