//! The run that a token stands for, as a user or another build asks for it: its words are checked here, so that a name that
//! no repository can have gives no cache of its own.

use crate::replay::{LoggedRun, WorkflowEvent, full_ref};
use crate::service::CacheMode;

/// A full ref that git would accept; a bare name is a branch.
///
/// # Errors
/// If git refuses it (git-check-ref-format).
pub fn checked_ref(name: &str) -> Result<String, String> {
    let full = full_ref(name.to_owned());
    let is_wrong = |letter: char| letter.is_control() || " ~^:?*[\\".contains(letter);
    let what = match () {
        () if full.contains(is_wrong) => "a space, a control character or one of ~ ^ : ? * [ \\",
        () if full.contains("..") => "two dots in a row",
        () if full.contains("@{") => "@{",
        () if full.contains("//") || full.ends_with('/') => "an empty part",
        () if full.ends_with('.') => "a dot at its end",
        () if full.split('/').any(|part| part.starts_with('.') || part.ends_with(".lock")) => {
            "a part that begins with a dot or ends with .lock"
        }
        () => return Ok(full),
    };
    Err(format!("no ref has {what}: write a branch such as main, or a ref such as refs/pull/7/merge"))
}

/// The run on this ref; without an event, that of a pull request or of a push.
///
/// # Errors
/// If its event has no base branch, and one is given.
pub fn asked_run(
    reference: String,
    event: Option<WorkflowEvent>,
    base: Option<String>,
    mode: Option<CacheMode>,
) -> Result<LoggedRun, String> {
    let event = event.unwrap_or_else(|| WorkflowEvent::of(&reference));
    match base {
        Some(_) if !event.has_base() => Err(format!(
            "a run of {} on {reference} has no base branch: leave the base out, or name a pull request's ref, such as \
             refs/pull/7/merge",
            event.name()
        )),
        base => Ok(LoggedRun { reference, base, event, mode }),
    }
}
