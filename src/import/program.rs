//! Runs one program with a limit on its time and its output. The programs are `git`, for the history, and `gh`, which the
//! user asks for; no shell is between.

use crate::diagnostic::printable;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration as WallTime;

/// How much a program may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunLimits {
    /// Bytes of output; what is beyond is not read.
    pub bytes: u64,
    /// Time until it is stopped.
    pub time: WallTime,
}

impl Default for RunLimits {
    fn default() -> RunLimits {
        RunLimits { bytes: 64_000_000, time: WallTime::from_secs(60) }
    }
}

/// What a program printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProgramOutput {
    /// The output, up to the limit.
    pub bytes: Vec<u8>,
    /// True if there was more.
    pub is_cut: bool,
}

/// Why a program printed nothing that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ProgramFailure {
    /// It cannot be started: why.
    NoProgram(String),
    /// It was stopped after so many seconds.
    TooSlow(u64),
    /// It failed: its first message.
    Broken(String),
}

/// What the program prints, given this input.
pub(super) fn output(
    mut command: Command,
    input: Vec<u8>,
    limits: &RunLimits,
) -> Result<ProgramOutput, ProgramFailure> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| ProgramFailure::NoProgram(error.to_string()))?;
    if let Some(mut stdin) = child.stdin.take() {
        // It may end before it has read everything; what it prints tells.
        thread::spawn(move || stdin.write_all(&input).ok());
    }
    let complaints = child.stderr.take().map(|pipe| read_aside(pipe, COMPLAINTS_MAX, true));
    let printed = child.stdout.take().map(|pipe| read_aside(pipe, limits.bytes, false));
    let Some(bytes) = printed.and_then(|printed| printed.recv_timeout(limits.time).ok()) else {
        stop(&mut child);
        return Err(ProgramFailure::TooSlow(limits.time.as_secs()));
    };
    let is_cut = bytes.len() as u64 > limits.bytes;
    if is_cut {
        stop(&mut child);
        return Ok(ProgramOutput { bytes: bytes[..limits.bytes as usize].to_vec(), is_cut });
    }
    let complaints = complaints.and_then(|complaints| complaints.recv_timeout(limits.time).ok());
    match child.wait() {
        Ok(status) if status.success() => Ok(ProgramOutput { bytes, is_cut }),
        _ => Err(ProgramFailure::Broken(first_line(&complaints.unwrap_or_default()))),
    }
}

const COMPLAINTS_MAX: u64 = 20_000;

/// Reads a pipe on a thread of its own: up to one byte more than the limit, so that a cut shows. `drained` reads on
/// without keeping it, so that the program does not wait for its messages to be read.
fn read_aside(pipe: impl Read + Send + 'static, most: u64, drained: bool) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut limited = pipe.take(most.saturating_add(1));
        let whole = limited.read_to_end(&mut bytes);
        if drained {
            std::io::copy(&mut limited.into_inner(), &mut std::io::sink()).ok();
        }
        // Nobody waits any more if it was stopped.
        whole.ok().and_then(|_| sender.send(bytes).ok())
    });
    receiver
}

fn stop(child: &mut Child) {
    child.kill().ok();
    child.wait().ok();
}

/// The first line of the messages, safe to print.
fn first_line(messages: &[u8]) -> String {
    let text = String::from_utf8_lossy(messages);
    printable(text.lines().next().unwrap_or("no message").trim_end_matches('.')).into_owned()
}
