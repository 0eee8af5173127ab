//! `check`: validates scenarios and says every problem at once.

use crate::diagnostic::Style;
use crate::scenario::effective;
use crate::strategy::{self, Contest};
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
        match strategy::load(file, sets) {
            Ok(Contest { own, .. }) => {
                err.write_all(own.report.render(style).as_bytes())?;
                if show_defaults {
                    out.write_all(effective(&own.root).as_bytes())?;
                }
            }
            Err(reports) => {
                for report in reports {
                    err.write_all(report.render(style).as_bytes())?;
                }
                code = 3;
            }
        }
    }
    Ok(code)
}
