//! Runs a command under a server, with the variables by which its clients find it.

use super::variables::Variables;
use crate::experiment::Control;
use anyhow::{Context, anyhow};
use std::process::{Command, ExitStatus};
use std::time::Duration as Span;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildEnd {
    /// By itself, with this exit code; 128 and the number of the signal that killed it.
    Exit(u8),
    /// The user asked to stop.
    Cancelled,
}

/// How often it is looked whether the command has ended.
const LOOK: Span = Span::from_millis(20);
/// How long a command may take to end once the user has asked to stop.
const GRACE: Span = Span::from_secs(3);

/// Runs a command with these variables until it ends, or the user asks to stop.
///
/// A signal from a terminal reaches the command as well; one that does not end by it is killed.
///
/// # Errors
/// If it cannot be started.
pub fn build_under(
    command: &[String],
    variables: &Variables,
    control: &dyn Control,
) -> anyhow::Result<BuildEnd> {
    let (program, arguments) = command.split_first().ok_or_else(|| anyhow!("no command"))?;
    let mut child = Command::new(program);
    child.args(arguments).envs(variables.each());
    let mut child = child.spawn().with_context(|| format!("cannot run {program}"))?;
    let mut left = GRACE;
    loop {
        if let Some(status) = child.try_wait().context("cannot wait for the command")? {
            return Ok(if control.is_cancelled() {
                BuildEnd::Cancelled
            } else {
                BuildEnd::Exit(code(status))
            });
        }
        if control.is_cancelled() {
            left = left.saturating_sub(LOOK);
            if left.is_zero() {
                child.kill().ok();
            }
        }
        std::thread::sleep(LOOK);
    }
}

#[cfg(unix)]
fn code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    let signal = || status.signal().map(|signal| 128 + signal);
    status.code().or_else(signal).and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(not(unix))]
fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
