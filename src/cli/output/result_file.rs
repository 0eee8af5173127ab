//! The file in which a command saves its result. Where it cannot be written, the answer is printed
//! all the same, with a warning.

use super::folder::OutputFolder;
use super::{Draft, say, write_result};
use crate::cli::{Common, EXIT_FAILED, EXIT_FINE, wrote};
use crate::diagnostic::printable;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Where a result is saved, as far as its folder could be made.
pub(in crate::cli) struct ResultFile {
    path: anyhow::Result<PathBuf>,
    /// True if the user named the folder.
    is_asked_for: bool,
}

impl ResultFile {
    /// Makes the folder: `named`, or the usual one of the command and the scenario. It is made before
    /// anything is simulated, so that a folder that cannot be made is reported at once.
    pub fn of(named: Option<&Path>, of: &PlannedResult) -> ResultFile {
        let path = OutputFolder::of(named, of.name, of.command).and_then(|folder| folder.file("result.json"));
        path.iter().for_each(|path| of.announce_replacement(path));
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
        warn_unsaved(problem, self.is_asked_for);
    }
}

/// Warns that a result is not saved.
fn warn_unsaved(problem: &anyhow::Error, is_asked_for: bool) {
    let remedy = if is_asked_for { "name another folder" } else { "name a folder" };
    let problem = format!("{problem:#}");
    say(format!("warning: {}; the result is not saved ({remedy} with --output)\n", printable(&problem)));
}

/// The result that a command is going to write.
pub(in crate::cli) struct PlannedResult<'a> {
    /// The command.
    pub command: &'a str,
    /// The scenario's name.
    pub name: &'a str,
    /// The scenario's file, as the user named it, if it has a scenario.
    pub file: Option<&'a Path>,
}

impl PlannedResult<'_> {
    /// Warns if a result of another command or of another scenario will be replaced, while there is time to stop.
    /// What is lost is no progress, so `--quiet` does not silence it.
    pub fn announce_replacement(&self, path: &Path) {
        let Some((command, file)) = written(path) else { return };
        let is_other = |file: &String| self.file.is_some_and(|own| own != Path::new(file));
        if command != self.command || file.as_ref().is_some_and(is_other) {
            let of = file.map_or_else(String::new, |file| format!(" for {}", printable(&file)));
            say(format!(
                "warning: {} is a result of `{}`{of} and will be replaced; --output names another folder\n",
                printable(&path.display().to_string()),
                printable(&command),
            ));
        }
    }

    /// A draft of the result in a folder that the user named; where there can be none, a warning.
    pub fn draft(&self, folder: &Path) -> Option<Draft> {
        let path = OutputFolder::named(folder).and_then(|folder| folder.file("result.json"));
        path.iter().for_each(|path| self.announce_replacement(path));
        path.and_then(|path| Draft::at(&path)).inspect_err(|problem| warn_unsaved(problem, true)).ok()
    }
}

/// The command of a result, and the scenario's file if it has one, from its beginning.
fn written(path: &Path) -> Option<(String, Option<String>)> {
    const HEAD_BYTES_MAX: u64 = 4_096;
    let mut head = vec![];
    // A named pipe is left out: opening it blocks until another process writes to it.
    let path = Some(path).filter(|path| path.is_file())?;
    File::open(path).ok()?.take(HEAD_BYTES_MAX).read_to_end(&mut head).ok()?;
    let head = String::from_utf8_lossy(&head);
    let field = |text: &str, name: &str| {
        let value = text.split_once(&format!("\"{name}\":"))?.1;
        serde_json::Deserializer::from_str(value).into_iter::<String>().next()?.ok()
    };
    let command = field(&head, "command")?;
    // A diagnosis has no scenario of its own.
    let scenario = head.split_once("\"scenario\":").filter(|_| command != "diagnose");
    Some((command, scenario.and_then(|(_, scenario)| field(scenario, "file"))))
}

/// A result after the attempt to save it.
pub(in crate::cli) struct Saved<'a> {
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
