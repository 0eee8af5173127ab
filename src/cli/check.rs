//! `check`: validates scenarios and reports every problem. The checks are in `scenario` and `strategy`.

use super::room::told;
use super::{EXIT_FAILED, EXIT_FINE, EXIT_INVALID};
use crate::diagnostic::{REGISTRY, Report, Style, explain};
use crate::experiment::Demand;
use crate::scenario::effective;
use crate::strategy::{self, ScenarioWithStrategies};
use clap::builder::PossibleValuesParser;
use std::io::{self, Write};
use std::path::PathBuf;

/// The kinds of problems that `check --explain` knows.
pub(super) fn kinds() -> PossibleValuesParser {
    PossibleValuesParser::new(REGISTRY.iter().map(|meaning| meaning.slug))
}

/// Explains one of them.
pub(super) fn explained(kind: &str, style: Style, out: &mut dyn Write) -> io::Result<u8> {
    let text = explain(kind).map_or("", |meaning| meaning.text);
    writeln!(out, "{}\n\n{}", style.bold(kind), style.wrapped(text))?;
    Ok(EXIT_FINE)
}

/// Checks each file. Returns 0 if all are valid, 3 if any is invalid, and 1 if it is only that files cannot be
/// read. Problems are written to `err`. With
/// `show_defaults`, the complete scenario with its defaults is written to `out`.
pub fn run(
    files: &[PathBuf],
    sets: &[String],
    show_defaults: bool,
    style: &Style,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<u8> {
    let mut code = EXIT_FINE;
    for file in files {
        match strategy::load(file, sets) {
            Ok(ScenarioWithStrategies { own, .. }) => {
                err.write_all(own.report.render(style).as_bytes())?;
                if let Some(demand) = Demand::of(&own.model).filter(Demand::is_large) {
                    writeln!(err, "note: {}", told(&demand))?;
                }
                if show_defaults {
                    out.write_all(effective(&own.root).as_bytes())?;
                }
            }
            Err(reports) => {
                let is_unreadable = reports.iter().all(Report::is_unreadable);
                code = code.max(if is_unreadable { EXIT_FAILED } else { EXIT_INVALID });
                for report in reports {
                    err.write_all(report.render(style).as_bytes())?;
                }
            }
        }
    }
    Ok(code)
}
