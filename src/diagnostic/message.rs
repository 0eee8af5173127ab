use super::registry::explain;
use super::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// The input is used, but probably not as meant.
    Warning,
}

/// A replacement the user may want: "did you mean".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What to replace.
    pub span: Span,
    /// What to write instead.
    pub replacement: String,
}

/// One problem of one input, with its remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable name of this kind of problem, an entry of [`super::REGISTRY`].
    pub slug: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where; absent when the problem has no place in any text.
    pub span: Option<Span>,
    /// A few words printed under the marked text.
    pub label: Option<String>,
    /// Further places that belong to the problem, each with a few words.
    pub related: Vec<(Span, String)>,
    /// Facts that help to understand it.
    pub notes: Vec<String>,
    /// What to do.
    pub helps: Vec<String>,
    /// A replacement for part of the text.
    pub suggestion: Option<Suggestion>,
}

impl Diagnostic {
    /// A problem that makes the input unusable.
    ///
    /// # Panics
    /// If `slug` is not registered: that is a bug of this program.
    pub fn error(slug: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(slug, Severity::Error, message.into())
    }

    /// Something that is probably not as meant.
    ///
    /// # Panics
    /// If `slug` is not registered: that is a bug of this program.
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

    /// Says a few words under the marked text.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = Some(label.into());
        self
    }

    /// Points at another place that belongs to the problem.
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.related.push((span, label.into()));
        self
    }

    /// Adds a fact.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Adds a remedy.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.helps.push(help.into());
        self
    }

    /// Offers a replacement for the text at `span`.
    pub fn suggest(mut self, span: Span, replacement: impl Into<String>) -> Diagnostic {
        self.suggestion = Some(Suggestion { span, replacement: replacement.into() });
        self
    }
}
