//! Folders that commands write to, and the only way from a name to a path.

#![expect(clippy::disallowed_methods, reason = "a name becomes a path here alone")]

use crate::diagnostic::printable;
use crate::random::mix_str;
use anyhow::{Context, ensure};
use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder that a command writes to. It is the only way from a name to a path: a name comes from a
/// scenario, a saved result or a plan, all of which may be a stranger's, and must not choose where files
/// go. Only the folder itself is as the user named it.
#[derive(Debug, Clone)]
pub(super) struct OutputFolder(PathBuf);

impl OutputFolder {
    /// The folder that the user named, or else `output/<scenario>/`; it is created.
    pub fn of(named: Option<&Path>, scenario: &str) -> anyhow::Result<OutputFolder> {
        match named {
            Some(path) => OutputFolder::named(path),
            None => OutputFolder::named(Path::new("output"))?.inner(scenario),
        }
    }

    /// A folder that the user named, created.
    pub fn named(path: &Path) -> anyhow::Result<OutputFolder> {
        fs::create_dir_all(path).with_context(|| format!("cannot create the folder {}", path.display()))?;
        Ok(OutputFolder(path.to_path_buf()))
    }

    /// The folder of this name in it, created.
    pub fn inner(&self, name: &str) -> anyhow::Result<OutputFolder> {
        OutputFolder::named(&self.file(name)?)
    }

    /// Where a file of this name goes.
    ///
    /// # Errors
    /// If a symbolic link of this name leads out of the folder.
    pub fn file(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.0.join(&*component(name));
        ensure!(
            !leads_out(&path, &self.0),
            "{} is a symbolic link that leads out of {}: remove it, or name another place with --output",
            path.display(),
            self.0.display()
        );
        Ok(path)
    }

    /// The folder's own path.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// Whether a path is a symbolic link to somewhere outside of the folder, or to nowhere. A link to a
/// device is the user's: nothing there is replaced.
fn leads_out(path: &Path, folder: &Path) -> bool {
    let is_inside = |real: &Path| folder.canonicalize().is_ok_and(|folder| real.starts_with(folder));
    let is_device = |real: &Path| !real.is_file() && !real.is_dir();
    path.is_symlink() && !path.canonicalize().is_ok_and(|real| is_inside(&real) || is_device(&real))
}

/// The longest name that is kept, in bytes: file systems take 255, some of them 143.
const NAME_BYTES_MAX: usize = 140;
/// How many characters are kept of a name that is changed, of four bytes each at most.
const KEPT_MAX: usize = 30;

/// One component of a path, whatever the name: as it stands if that is a plain name everywhere, or else
/// what is harmless of it, with a hash, so that different names stay different folders.
fn component(name: &str) -> Cow<'_, str> {
    if is_plain(name) {
        return Cow::Borrowed(name);
    }
    let harmless = name.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty());
    let kept: String = harmless.collect::<Vec<_>>().join("-").chars().take(KEPT_MAX).collect();
    let kept = if kept.is_empty() { "scenario" } else { &kept };
    Cow::Owned(format!("{kept}-{:08x}", mix_str(0, name) as u32))
}

/// Characters that separate components or names of drives somewhere, or that a file system or GitHub's
/// artifacts refuse.
const REFUSED: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// Whether a name is one component of a path on every system, and is seen as it is: not `..`, not taken
/// for an option, without an end that Windows would drop.
fn is_plain(name: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len())
        && !name.contains(REFUSED)
        && matches!(printable(name), Cow::Borrowed(_))
        && !name.starts_with(['-', '~'])
        && !name.ends_with('.')
        && name == name.trim()
        && !is_device_name(name)
}

/// Whether Windows takes a name for a device, with any extension.
fn is_device_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().find_map(|device| stem.strip_prefix(device));
    let is_number = |rest: &str| rest.chars().count() == 1 && rest.contains(|c| "0123456789¹²³".contains(c));
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str())
        || numbered.is_some_and(is_number)
}
