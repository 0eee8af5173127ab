//! Messages about what the user wrote: where the problem is, what is wrong, and what to do.
//!
//! A [`Diagnostic`] names one problem by its slug (see [`REGISTRY`]), points at a [`Span`] of a
//! source and carries a remedy. A [`Report`] collects all of them, so that users need not repair a
//! file one message at a time. This is not error handling for bugs or for the operating system.
//! `scenario` and the readers of other files fill reports; `cli` prints them.

mod file_kind;
mod message;
mod nearest;
mod printable;
mod registry;
mod render;
mod report;
mod source;
mod utf16;

pub use file_kind::FileKind;
pub use message::{Diagnostic, Severity, Suggestion};
pub use nearest::nearest;
pub use printable::{has_hidden, is_hidden, printable, visible};
pub use registry::{REGISTRY, SlugMeaning, explain};
pub use render::Style;
pub use report::{PRINTED_MAX, Report};
pub use source::{FileId, Position, Sources, Span, name_of_input};
pub use utf16::{FROM_UTF16, IS_UTF16, refused_utf16, utf16_order};
