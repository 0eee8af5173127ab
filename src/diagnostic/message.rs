//! A [`Diagnostic`] and its builder methods. How it is printed is in `render.rs`; `scenario` makes
//! most of them.

use super::registry::explain;
use super::source::Span;

/// Severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// The input is used, but probably not as meant.
    Warning,
}

/// A replacement that the user may have meant: "did you mean …?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The text to replace.
    pub span: Span,
    /// The text to write instead.
    pub replacement: String,
}

/// One problem of an input, with its remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable name of this kind of problem; a slug in [`super::REGISTRY`].
    pub slug: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// The problem in one sentence, without a full stop.
    pub message: String,
    /// Where the problem is; `None` if it is not in any text.
    pub span: Option<Span>,
    /// A few words printed under the marked text.
    pub label: Option<String>,
    /// Other places that are involved, each with a few words.
    pub related: Vec<(Span, String)>,
    /// Facts that help to understand the problem.
    pub notes: Vec<String>,
    /// Remedies.
    pub helps: Vec<String>,
    /// A replacement for part of the text.
    pub suggestion: Option<Suggestion>,
}

impl Diagnostic {
    /// A problem that makes the input unusable.
    ///
    /// # Panics
    /// If `slug` is not in the registry, which is a bug of this program.
    pub fn error(slug: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(slug, Severity::Error, message.into())
    }

    /// A problem that leaves the input usable, but probably not with the intended meaning.
    ///
    /// # Panics
    /// If `slug` is not in the registry, which is a bug of this program.
    pub fn warning(slug: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(slug, Severity::Warning, message.into())
    }

    fn new(slug: &'static str, severity: Severity, message: String) -> Diagnostic {
        assert!(explain(slug).is_some(), "the diagnostic `{slug}` is not registered");
        Diagnostic {
            slug,
            severity,
            message,
            span: None,
            label: None,
            related: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            suggestion: None,
        }
    }

    /// Points at the text that is wrong.
    pub fn at(mut self, span: Span) -> Diagnostic {
        self.span = Some(span);
        self
    }

    /// Sets the words printed under the marked text.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = Some(label.into());
        self
    }

    /// Points at another place that is involved.
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.related.push((span, label.into()));
        self
    }

    /// Adds a fact that helps to understand the problem.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Adds a remedy.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.helps.push(help.into());
        self
    }

    /// Suggests a replacement for the text at `span`.
    pub fn suggest(mut self, span: Span, replacement: impl Into<String>) -> Diagnostic {
        self.suggestion = Some(Suggestion { span, replacement: replacement.into() });
        self
    }
}
