//! Finds out about the terminals behind stdout and stderr: whether there is one, its width, and whether to
//! use colour.

use crate::diagnostic::Style;
use clap::ValueEnum;
use std::io::IsTerminal;

/// When colour is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set or TERM is `dumb`.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A stream that text is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Terminal {
    Stdout,
    Stderr,
}

/// The widest table. Longer lines are hard to read.
const WIDTH_MAX: u16 = 120;
/// The width if there is no terminal.
const WIDTH_DEFAULT: u16 = 80;

impl Terminal {
    /// True if the stream is a terminal.
    pub fn is_terminal(self) -> bool {
        match self {
            Terminal::Stdout => std::io::stdout().is_terminal(),
            Terminal::Stderr => std::io::stderr().is_terminal(),
        }
    }

    /// How to format text for it.
    pub fn style(self, color: ColorChoice) -> Style {
        let color = match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => self.is_terminal() && !is_set("NO_COLOR") && !is_dumb(),
        };
        let mut probe = comfy_table::Table::new();
        if self == Terminal::Stderr {
            probe.use_stderr();
        }
        let width = columns().or_else(|| probe.width()).unwrap_or(WIDTH_DEFAULT);
        Style { color, width: width.clamp(40, WIDTH_MAX) }
    }
}

/// The width in the variable COLUMNS, which overrides that of the terminal.
fn columns() -> Option<u16> {
    std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0)
}

/// NO_COLOR counts if it is not empty (no-color.org).
fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}
