//! The file in which `run` and `compare` save their result. Where it cannot be written, the answer is printed
//! all the same, with a warning.

use super::folder::OutputFolder;
use super::{say, write_result};
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
    /// Makes the folder: `named`, or one below `output` that has the scenario's name. It is made before
    /// anything is simulated, so that a folder that cannot be made is reported at once.
    pub fn of(named: Option<&Path>, of: &PlannedResult, common: &Common) -> ResultFile {
        let path = OutputFolder::of(named, of.name).and_then(|folder| folder.file("result.json"));
        path.iter().for_each(|path| of.announce_replacement(path, common));
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

/// The result that a command is going to write.
pub(in crate::cli) struct PlannedResult<'a> {
    /// The command.
    pub command: &'a str,
    /// The scenario's name.
    pub name: &'a str,
    /// The scenario's file, as the user named it.
    pub file: &'a Path,
}

impl PlannedResult<'_> {
    /// Says so if a result of another command or of another scenario will be replaced, while there is time to stop.
    pub fn announce_replacement(&self, path: &Path, common: &Common) {
        let Some((command, file)) = written(path).filter(|_| !common.quiet) else { return };
        if command != self.command || Path::new(&file) != self.file {
            let [path, file] = [path.display().to_string(), file];
            say(format!(
                "note: {} is a result of `{}` for {} and will be replaced; --output names another folder\n",
                printable(&path),
                printable(&command),
                printable(&file)
            ));
        }
    }
}

/// The command and the scenario's file of a result, from its beginning.
fn written(path: &Path) -> Option<(String, String)> {
    const HEAD_BYTES_MAX: u64 = 4_096;
    let mut head = vec![];
    File::open(path).ok()?.take(HEAD_BYTES_MAX).read_to_end(&mut head).ok()?;
    let head = String::from_utf8_lossy(&head);
    let field = |text: &str, name: &str| {
        let value = text.split_once(&format!("\"{name}\":"))?.1;
        serde_json::Deserializer::from_str(value).into_iter::<String>().next()?.ok()
    };
    let scenario = head.split_once("\"scenario\":")?.1;
    Some((field(&head, "command")?, field(scenario, "file")?))
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
