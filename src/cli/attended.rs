//! The [`Control`] of a user at a terminal: a progress bar on stderr, and cancellation by Ctrl-C, SIGTERM or
//! SIGHUP. Every command that simulates uses it.

#![expect(clippy::disallowed_types, reason = "a person waits, in real time")]

use super::output::terminal::Terminal;
use crate::diagnostic::Style;
use crate::experiment::Control;
use crate::report;
use crate::statistics::Study;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
#[cfg(unix)]
use signal_hook::consts::SIGHUP;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::ffi::c_int;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The signals that end a command.
#[cfg(unix)]
const ENDING: [c_int; 3] = [SIGINT, SIGTERM, SIGHUP];
#[cfg(not(unix))]
const ENDING: [c_int; 2] = [SIGINT, SIGTERM];

/// A progress bar, and the signal by which the user or a scheduler asked the program to end. Long simulations in
/// progress are then given up; after a second signal the program ends at once.
pub(super) struct Attended {
    bar: ProgressBar,
    /// The number of the signal; 0 if there was none.
    signal: Arc<AtomicUsize>,
    /// When the command began.
    began: Instant,
    /// How to print a provisional answer; `None` if stdout is not a terminal.
    waiting: Option<Style>,
}

/// A provisional answer is shown only after this time, because the final one may come sooner.
const PATIENCE: Duration = Duration::from_secs(1);

impl Attended {
    /// Starts to listen for signals, except for those that whoever started the program had it ignore: `nohup` does so
    /// with SIGHUP, and a shell with SIGINT of a job in its background. The bar is only shown on a terminal, and never
    /// if `quiet`.
    pub fn listen(quiet: bool) -> std::io::Result<Attended> {
        let (asked, received) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let ignored = ignored();
        for signal in ENDING.into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0) {
            // The order matters: the first signal still finds the flag unset, and then sets it.
            flag::register_conditional_default(signal, Arc::clone(&asked))?;
            flag::register(signal, Arc::clone(&asked))?;
            flag::register_usize(signal, Arc::clone(&received), signal as usize)?;
        }
        let seen = !quiet && Terminal::Stderr.is_terminal();
        let target = if seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        Ok(Attended { bar, signal: received, began: Instant::now(), waiting: None })
    }

    /// Prints a provisional answer above the progress bar, from the replications played so far, if stdout is a terminal.
    pub fn for_someone(self, style: Style) -> Attended {
        let waiting = (!self.bar.is_hidden() && Terminal::Stdout.is_terminal()).then_some(style);
        Attended { waiting, ..self }
    }

    fn set_template(&self, what: &str) {
        let bar = format!("{{msg}}{{bar:30}} {{pos}}/{{len}} {what}{{left}}");
        let style = ProgressStyle::with_template(&bar).unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar.set_style(style.with_key("left", tell_time_left));
    }

    /// The exit code of a command that a signal has ended.
    pub fn exit_code(&self) -> u8 {
        128 + self.signal.load(Ordering::Relaxed) as u8
    }
}

/// Tells the time left, once a step of the stage has shown how long one takes.
fn tell_time_left(state: &ProgressState, out: &mut dyn fmt::Write) {
    if state.per_sec() > 0.0 && !state.eta().is_zero() {
        let _ = write!(out, ", {:#} left", HumanDuration(state.eta()));
    }
}

/// The signals that this process ignores, a bit each, the lowest for signal 1. Only Linux says so without unsafe code;
/// elsewhere the answer is none.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

impl Control for Attended {
    fn begin(&self, what: &'static str, total: u64, done: u64) {
        self.set_template(what);
        self.bar.reset();
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.reset_eta();
    }

    fn advance(&self) {
        self.bar.inc(1);
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn is_watched(&self) -> bool {
        self.waiting.is_some()
    }

    fn show(&self, so_far: &Study, all: u32) {
        if let Some(style) = self.waiting.filter(|_| self.began.elapsed() >= PATIENCE) {
            let verdict = style.wrapped(&report::verdict(so_far));
            let from = format!("after {} of {all} replications; the answer follows", so_far.replications);
            self.bar.set_message(format!("{verdict}\n({from})\n\n"));
        }
    }

    fn is_cancelled(&self) -> bool {
        self.signal.load(Ordering::Relaxed) != 0
    }
}
