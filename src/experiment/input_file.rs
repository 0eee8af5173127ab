//! Reads whole files of limited size, and words their problems. A file may be a device or a pipe, which has no
//! size of its own.

use super::{Failure, Problem, Refusal};
use crate::diagnostic::{name_of_input, printable};
use crate::replay::{InputProblem, InputProblems};
use anyhow::Context;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The content of a file; `-` is standard input.
///
/// # Errors
/// If it cannot be read or has more than `most` bytes.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let source: Box<dyn Read> = match path == Path::new("-") {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(path).with_context(|| cannot_read(path))?),
    };
    source.take(most + 1).read_to_end(&mut text).with_context(|| cannot_read(path))?;
    if text.len() as u64 > most {
        return Err(malformed([format!("{}: has more than {most} bytes: pass a part of it", shown(path))]));
    }
    Ok(text)
}

/// Everything that is wrong with a file.
pub(crate) fn invalid(file: &Path, problems: &InputProblems) -> Failure {
    invalid_files(std::iter::once((file, problems)))
}

/// Everything that is wrong with several files.
pub(super) fn invalid_files<'a>(files: impl Iterator<Item = (&'a Path, &'a InputProblems)>) -> Failure {
    let mut all = Vec::new();
    for (file, problems) in files {
        let name = shown(file);
        let line = |problem: &InputProblem| {
            let space = if problem.line == 0 { " " } else { "" };
            format!("{name}:{space}{}", printable(&problem.to_string()))
        };
        let most = InputProblems::MAX - 1;
        all.extend(problems.list().iter().take(most + 1).map(line));
        all.extend(
            problems.is_full().then(|| format!("{name}: more than {most} problems; the rest was not read")),
        );
    }
    malformed(all)
}

/// A refusal of an input for these reasons.
pub(super) fn malformed(lines: impl IntoIterator<Item = String>) -> Failure {
    Failure::Refused(Refusal::Invalid(lines.into_iter().map(Problem::Text).collect()))
}

pub(super) fn cannot_read(path: &Path) -> String {
    format!("cannot read {}", shown(path))
}

pub(super) fn shown(path: &Path) -> String {
    printable(&name_of_input(path)).into_owned()
}
