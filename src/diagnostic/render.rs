//! Prints a [`Report`] as text, with excerpts of the sources. The layout is that of
//! annotate-snippets; this file cuts excerpts short and escapes them, since an input may be
//! hostile. `cli` calls it.

use super::message::{Diagnostic, Severity};
use super::printable::{is_hidden, printable, visible};
use super::report::{PRINTED_MAX, Report};
use super::source::{FileId, Position, Sources, Span, floor};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// How text for a terminal is formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// True to use ANSI colours.
    pub color: bool,
    /// Width of the terminal in columns, 20 or more.
    pub width: u16,
}

impl Default for Style {
    /// No colour, 100 columns.
    fn default() -> Style {
        Style { color: false, width: 100 }
    }
}

impl Report {
    /// The text for a terminal or a log: each problem with its line and remedy, then the number of
    /// problems. Empty if there are none.
    pub fn render(&self, style: &Style) -> String {
        let diagnostics = self.diagnostics();
        let mut out = String::new();
        for diagnostic in diagnostics.iter().take(PRINTED_MAX) {
            out.push_str(&render_one(&self.sources, diagnostic, style));
            out.push_str("\n\n");
        }
        let (errors, warnings) = self.counts();
        if let Some(more) = (errors + warnings).checked_sub(PRINTED_MAX).filter(|more| *more > 0) {
            let _ = writeln!(out, "… and {more} more");
        }
        if !diagnostics.is_empty() {
            let _ = writeln!(out, "{}", summary(errors, warnings));
        }
        out
    }
}

impl Report {
    /// The text of the warnings where something else is asked for: those of one kind are one line, and `check` shows
    /// them whole.
    pub fn in_short(&self, style: &Style) -> String {
        let all = self.diagnostics();
        let of = |slug: &str| all.iter().filter(|warning| warning.slug == slug).copied().collect::<Vec<_>>();
        let mut slugs: Vec<&str> = all.iter().map(|warning| warning.slug).collect();
        slugs.dedup();
        let is_short = slugs.iter().all(|slug| of(slug).len() == 1);
        if is_short || self.has_errors() {
            return self.render(style);
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut out = String::new();
        for slug in slugs.into_iter().filter(|slug| seen.insert(*slug)) {
            out += &match of(slug).as_slice() {
                [alone] => render_one(&self.sources, alone, style) + "\n",
                several => one_line(&self.sources, slug, several, style),
            };
            out.push('\n');
        }
        out
    }
}

/// The most warnings that one line names.
const NAMED_MAX: usize = 5;

/// Several warnings of one kind: what each says before its reason, and where.
fn one_line(sources: &Sources, slug: &str, warnings: &[&Diagnostic], style: &Style) -> String {
    let claim = |warning: &&Diagnostic| {
        let claim = warning.message.split(": ").next().unwrap_or_default();
        let place = warning.span.map(|span| {
            let Position { line, column } = sources.position(span);
            format!(" ({}:{line}:{column})", sources.name(span.file))
        });
        format!("{}{}", printable(claim), place.unwrap_or_default())
    };
    let named: Vec<String> = warnings.iter().take(NAMED_MAX).map(claim).collect();
    let more = match warnings.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let text = format!("{}{more}: `cache-budget check` says why", named.join("; "));
    renderer(style).render(&[Group::with_title(Level::WARNING.primary_title(visible(&text)).id(slug))])
}

fn summary(errors: usize, warnings: usize) -> String {
    let counted = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (errors, warnings) {
        (_, 0) => counted(errors, "error"),
        (0, _) => counted(warnings, "warning"),
        _ => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
    }
}

fn render_one(sources: &Sources, diagnostic: &Diagnostic, style: &Style) -> String {
    let places = Location::all(sources, diagnostic);
    let suggestion = diagnostic.suggestion.as_ref();
    let patched = suggestion.map(|s| (Excerpt::cut(sources, s.span), printable(&s.replacement)));
    let mut groups = vec![problem(sources, diagnostic, &places)];
    groups.extend(patched.iter().map(|(excerpt, replacement)| {
        let patch = Patch::new(excerpt.marked.clone(), replacement.as_ref());
        let snippet = Snippet::source(&excerpt.text).line_start(excerpt.position.line).patch(patch);
        Level::HELP.secondary_title(format!("did you mean `{replacement}`?")).element(snippet)
    }));
    renderer(style).render(&groups)
}

/// A place that a diagnostic points at, with its label.
struct Location<'a> {
    excerpt: Excerpt,
    kind: AnnotationKind,
    label: Option<&'a str>,
}

impl Location<'_> {
    fn all<'a>(sources: &Sources, diagnostic: &'a Diagnostic) -> Vec<Location<'a>> {
        let place = |span, kind, label| Location { excerpt: Excerpt::cut(sources, span), kind, label };
        let first = diagnostic.span.map(|s| place(s, AnnotationKind::Primary, diagnostic.label.as_deref()));
        let related =
            diagnostic.related.iter().map(|(s, label)| place(*s, AnnotationKind::Context, Some(label)));
        first.into_iter().chain(related).collect()
    }
}

fn problem<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic, places: &'a [Location]) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group =
        Group::with_title(level.primary_title(printable(&diagnostic.message)).id(diagnostic.slug));
    for Location { excerpt, kind, label } in places {
        let annotation = kind.span(excerpt.marked.clone()).label(label.map(printable));
        let name = printable(sources.name(excerpt.file));
        let snippet = Snippet::source(&excerpt.text).line_start(excerpt.position.line).annotation(annotation);
        group = match excerpt.cut {
            // The renderer would count columns from the start of the excerpt.
            true => group.element(excerpt.origin(name)).element(snippet),
            false => group.element(snippet.path(name)),
        };
    }
    let notes = diagnostic.notes.iter().map(|note| Level::NOTE.message(printable(note)));
    let helps = diagnostic.helps.iter().map(|help| Level::HELP.message(printable(help)));
    group.elements(notes).elements(helps)
}

fn renderer(style: &Style) -> Renderer {
    let base = if style.color { Renderer::styled() } else { Renderer::plain() };
    base.term_width(style.width.max(40).into()).decor_style(DecorStyle::Ascii)
}

/// The few lines of a source around a span. A hostile file may be one line of megabytes.
struct Excerpt {
    file: FileId,
    position: Position,
    text: String,
    marked: Range<usize>,
    /// True if the excerpt starts in the middle of a line.
    cut: bool,
}

/// Number of bytes of a line shown on either side of the marked text.
const AROUND_MAX: usize = 200;
/// Number of bytes of marked text shown.
const MARKED_MAX: usize = 400;

impl Excerpt {
    fn cut(sources: &Sources, span: Span) -> Excerpt {
        let text = sources.text(span.file);
        let start = floor(text, span.start);
        let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |n| from + n);
        let end = floor(text, span.end.clamp(start, line_end(start)).min(start + MARKED_MAX));
        let from = floor(text, sources.line_start(span).max(start.saturating_sub(AROUND_MAX)));
        let to = floor(text, line_end(end).min(end + AROUND_MAX));
        Excerpt {
            file: span.file,
            position: sources.position(span),
            text: text[from..to].chars().map(shown).collect(),
            marked: start - from..end - from,
            cut: from > sources.line_start(span),
        }
    }

    fn origin<'a>(&self, name: Cow<'a, str>) -> Origin<'a> {
        let Position { line, column } = self.position;
        Origin::path(name).line(line).char_column(column)
    }
}

/// The character that an excerpt shows for `letter`. It has the same length in bytes, so that spans
/// remain valid.
fn shown(letter: char) -> char {
    match letter.len_utf8() {
        _ if letter == '\t' || !is_hidden(letter) => letter,
        1 => '?',
        2 => '·',
        _ => '\u{fffd}',
    }
}
