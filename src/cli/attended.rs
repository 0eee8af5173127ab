//! The [`Control`] of a user at a terminal: a progress bar on stderr, and cancellation by Ctrl-C, SIGTERM or
//! SIGHUP. Every command that simulates uses it.

use super::terminal::Terminal;
use crate::experiment::Control;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
#[cfg(unix)]
use signal_hook::consts::SIGHUP;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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
}

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
        Ok(Attended { bar: ProgressBar::with_draw_target(None, target), signal: received })
    }

    /// The exit code of a command that a signal has ended.
    pub fn exit_code(&self) -> u8 {
        128 + self.signal.load(Ordering::Relaxed) as u8
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
        let style = ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {what}, {{eta}} left"));
        self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
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

    fn is_cancelled(&self) -> bool {
        self.signal.load(Ordering::Relaxed) != 0
    }
}
