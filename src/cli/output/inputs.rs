//! The inputs of this call. No output of the same call replaces one of them, whichever option names it: every
//! output asks here before it is opened (`mod.rs`, `folder.rs`).

use crate::diagnostic::printable;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use thiserror::Error;

/// The inputs, as the system names them.
static INPUTS: Mutex<Vec<PathBuf>> = Mutex::new(vec![]);

/// An output that would replace an input.
#[derive(Debug, Error)]
#[error("{0} is an input of this command and is not overwritten: name another file or folder")]
pub(in crate::cli) struct ReplacesInput(String);

/// Protects files that are there. A folder stands for the result in it.
pub(in crate::cli) fn protect<'a>(paths: impl IntoIterator<Item = &'a Path>) {
    let file = |path: &Path| if path.is_dir() { path.join("result.json") } else { path.to_path_buf() };
    let real = paths.into_iter().filter_map(|path| file(path).canonicalize().ok());
    INPUTS.lock().expect("no thread panics with it").extend(real);
}

/// Refuses the path of an output if it is an input.
pub(super) fn refuse_input(path: &Path) -> Result<(), ReplacesInput> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let is_input = real.is_file() && INPUTS.lock().expect("no thread panics with it").contains(&real);
    if is_input { Err(ReplacesInput(printable(&path.display().to_string()).into_owned())) } else { Ok(()) }
}
