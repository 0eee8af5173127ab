use anyhow::Context;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Writes data to stdout. A reader that has seen enough and closed the pipe is no error.
pub(super) fn print(text: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_ref()).and_then(|()| stdout.flush()) {
        Err(problem) if problem.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to stdout"),
    }
}

/// Writes to stderr what is not data. Nobody can be told that this failed.
pub(super) fn say(text: impl AsRef<[u8]>) {
    let _ = std::io::stderr().write_all(text.as_ref());
}

/// The folder a scenario's results go to, created: `output/<scenario>/` if the user named none.
pub(super) fn folder(named: Option<&Path>, scenario: &str) -> anyhow::Result<PathBuf> {
    let scenario = if matches!(scenario, "" | "." | "..") { "scenario" } else { scenario };
    let folder = named.map_or_else(|| Path::new("output").join(scenario), Path::to_path_buf);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create the folder {}", folder.display()))?;
    Ok(folder)
}

/// Writes a file so that nobody ever sees half of it: under a temporary name, then renamed.
pub(super) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let written = fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}
