//! A [`Report`] collects the diagnostics of one input. It is bounded in size: further problems are
//! counted, not stored. `render.rs` prints it.

use super::message::{Diagnostic, Severity};
use super::source::Sources;

/// The number of diagnostics that are printed. The rest are counted.
pub const PRINTED_MAX: usize = 50;

/// The number of diagnostics that are stored. The rest are counted; otherwise a hostile file of a
/// few megabytes could cause as many as it has bytes.
const HELD_MAX: usize = 1_000;

/// All problems of one input, with the texts they point into.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The texts that spans refer to.
    pub sources: Sources,
    diagnostics: Vec<Diagnostic>,
    /// Errors and warnings that were counted but not stored.
    unheld: (usize, usize),
}

impl Report {
    /// An empty report on these texts.
    pub fn about(sources: Sources) -> Report {
        Report { sources, ..Report::default() }
    }

    /// Adds a problem, or counts it if the report is full.
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

    /// Adds the problems of another report on the same texts.
    pub fn absorb(&mut self, other: Report) {
        self.unheld = (self.unheld.0 + other.unheld.0, self.unheld.1 + other.unheld.1);
        other.diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// True if further problems are only counted. Their remedies need not be worked out.
    pub fn is_full(&self) -> bool {
        self.diagnostics.len() >= HELD_MAX
    }

    /// Number of problems, including repeated ones.
    pub fn len(&self) -> usize {
        self.diagnostics.len() + self.unheld.0 + self.unheld.1
    }

    /// Number of errors and of warnings. Problems with the same text at the same place count once.
    pub(super) fn counts(&self) -> (usize, usize) {
        let held = self.diagnostics();
        let errors = held.iter().filter(|d| d.severity == Severity::Error).count();
        (errors + self.unheld.0, held.len() - errors + self.unheld.1)
    }

    /// True if some problem makes the input unusable.
    pub fn has_errors(&self) -> bool {
        self.unheld.0 > 0 || self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// True if the only errors are files that could not be read.
    pub fn is_unreadable(&self) -> bool {
        let mut errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        self.has_errors() && self.unheld.0 == 0 && errors.all(|d| d.slug == "unreadable")
    }

    /// True if there are no problems.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The problems in reading order: problems without a place first, then by text and position.
    /// The same problem at the same place is listed once.
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

    /// Keeps only the stored problems for which `keep` returns true.
    pub fn retain(&mut self, keep: impl Fn(&Sources, &Diagnostic) -> bool) {
        let sources = &self.sources;
        self.diagnostics.retain(|d| keep(sources, d));
    }
}

fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.slug == b.slug && a.span == b.span && a.message == b.message
}
