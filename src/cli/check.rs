//! `check`: validates scenarios and says every problem at once.

use crate::diagnostic::Style;
use crate::scenario::{self, effective};
use std::io::{self, Write};
use std::path::PathBuf;

/// Checks each file and returns the exit code: 0 if all are in order, 3 if one is not. Everything
/// that is wrong goes to `err`; with `show_defaults`, the whole scenario with its defaults to `out`.
pub fn run(
    files: &[PathBuf],
    sets: &[String],
    show_defaults: bool,
    style: &Style,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<u8> {
    let mut code = 0;
    for file in files {
        match scenario::load(file, sets) {
            Ok(loaded) => {
                err.write_all(loaded.report.render(style).as_bytes())?;
                if show_defaults {
                    out.write_all(effective(&loaded.root).as_bytes())?;
                }
            }
            Err(report) => {
                err.write_all(report.render(style).as_bytes())?;
                code = 3;
            }
        }
    }
    Ok(code)
}
