//! `check`: validates scenarios and reports every problem. The checks are in `scenario` and `strategy`.

use crate::diagnostic::Style;
use crate::scenario::effective;
use crate::strategy::{self, ScenarioWithStrategies};
use std::io::{self, Write};
use std::path::PathBuf;

/// Checks each file. Returns 0 if all are valid and 3 otherwise. Problems are written to `err`. With
/// `show_defaults`, the complete scenario with its defaults is written to `out`.
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
            Ok(ScenarioWithStrategies { own, .. }) => {
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
