//! The file in which `run` and `compare` save their result. Where it cannot be written, the answer is printed
//! all the same, with a warning.

use super::output::{say, write_result};
use super::output_folder::OutputFolder;
use super::{Common, EXIT_FAILED, EXIT_FINE, wrote};
use crate::diagnostic::printable;
use std::path::{Path, PathBuf};

/// Where a result is saved, as far as its folder could be made.
pub(super) struct ResultFile {
    path: anyhow::Result<PathBuf>,
    /// True if the user named the folder.
    is_asked_for: bool,
}

impl ResultFile {
    /// Makes the folder: `named`, or one below `output` that has the scenario's name. It is made before
    /// anything is simulated, so that a folder that cannot be made is reported at once.
    pub fn of(named: Option<&Path>, scenario: &str) -> ResultFile {
        let path = OutputFolder::of(named, scenario).and_then(|folder| folder.file("result.json"));
        let file = ResultFile { path, is_asked_for: named.is_some() };
        file.path.as_ref().err().inspect(|problem| file.warn(problem));
        file
    }

    /// Saves the result, or warns.
    pub fn save(&self, text: &str) -> Saved<'_> {
        let path = self.path.as_ref().ok().filter(|path| {
            let written = write_result(path, text);
            written.inspect_err(|problem| self.warn(problem)).is_ok()
        });
        let code = if self.is_asked_for && path.is_none() { EXIT_FAILED } else { EXIT_FINE };
        Saved { path, code }
    }

    fn warn(&self, problem: &anyhow::Error) {
        let remedy = if self.is_asked_for { "name another folder" } else { "name a folder" };
        let problem = format!("{problem:#}");
        say(format!("warning: {}; the result is not saved ({remedy} with --output)\n", printable(&problem)));
    }
}

/// A result after the attempt to save it.
pub(super) struct Saved<'a> {
    path: Option<&'a PathBuf>,
    /// The exit code of a command that succeeded otherwise: a folder that the user named has to be written.
    pub code: u8,
}

impl Saved<'_> {
    /// Prints that the result was saved, if it was.
    pub fn announce(&self, common: &Common) {
        if let Some(path) = self.path {
            wrote(path, common);
        }
    }
}
