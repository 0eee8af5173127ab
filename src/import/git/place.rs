//! Where the git data of a folder is, and whether all of it is inside that folder. [`Git`](super::Git) asks; what the
//! data says is not read here.

use super::{GitFailure, resolved, shown, small_file};
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

/// The folders of a repository, with all links followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitPlace {
    /// The folder with `HEAD`.
    pub dir: PathBuf,
    /// The folder with the references: the same, unless this is a linked worktree.
    pub common: PathBuf,
    /// The folder with the objects.
    pub objects: PathBuf,
    /// True if the clone has only the newest commits.
    pub is_shallow: bool,
}

impl GitPlace {
    /// Finds the git data of a folder: `.git` in it, or the folder itself if it is a bare repository. Folders above are
    /// not searched.
    ///
    /// # Errors
    /// If there is none, or a part of it is outside.
    pub fn find(folder: &Path) -> Result<GitPlace, GitFailure> {
        let root = resolved(folder)?;
        let dot_git = root.join(".git");
        let dir = match fs::symlink_metadata(&dot_git) {
            Ok(found) if found.is_file() => inside(&root, &dot_git, &named_dir(&root, &dot_git)?)?,
            Ok(_) => inside(&root, &dot_git, &dot_git)?,
            Err(_) if is_repository(&root) => root.clone(),
            Err(_) => return Err(GitFailure::NoRepository(shown(folder))),
        };
        let pointer = dir.join("commondir");
        let common = match pointer.exists() {
            true => inside(&root, &pointer, &dir.join(small_file(&pointer, POINTER_MAX)?.trim_end()))?,
            false => dir.clone(),
        };
        if !is_repository(&common) {
            return Err(GitFailure::NoRepository(shown(folder)));
        }
        let objects = inside(&root, &common.join("objects"), &common.join("objects"))?;
        check_objects(&objects)?;
        if common.join("reftable").exists() {
            return Err(GitFailure::Reftable);
        }
        let is_shallow = fs::metadata(common.join("shallow")).is_ok_and(|file| file.len() > 0);
        Ok(GitPlace { dir, common, objects, is_shallow })
    }
}

/// The most bytes of a file that only names a folder.
const POINTER_MAX: u64 = 10_000;

fn is_repository(dir: &Path) -> bool {
    dir.join("HEAD").exists() && dir.join("objects").is_dir() && dir.join("refs").is_dir()
}

/// The folder that a `.git` file names.
fn named_dir(root: &Path, file: &Path) -> Result<PathBuf, GitFailure> {
    let text = small_file(file, POINTER_MAX)?;
    let named = text.strip_prefix("gitdir:").map(str::trim);
    named.map(|path| root.join(path)).ok_or_else(|| GitFailure::NoRepository(shown(root)))
}

/// Where `path` leads to, if that is inside of the root.
fn inside(root: &Path, what: &Path, path: &Path) -> Result<PathBuf, GitFailure> {
    let outside = |to: &Path| GitFailure::Outside { what: shown(what), to: shown(to) };
    // Without the folder, it cannot be told where links would lead.
    let to = resolved(path).map_err(|_| outside(path))?;
    if to.starts_with(root) { Ok(to) } else { Err(outside(&to)) }
}

/// Refuses objects that are elsewhere: borrowed ones and links.
fn check_objects(objects: &Path) -> Result<(), GitFailure> {
    if fs::metadata(objects.join("info/alternates")).is_ok_and(|file| file.len() > 0) {
        return Err(GitFailure::Borrowed);
    }
    for (path, kind) in entries(objects)? {
        let within = if kind.is_dir() { entries(&path)? } else { Vec::new() };
        let plain = |kind: &FileType| kind.is_dir() || kind.is_file();
        let mut all = within.into_iter().chain([(path, kind)]);
        if let Some((odd, _)) = all.find(|(_, kind)| !plain(kind)) {
            return Err(GitFailure::NotPlain(shown(&odd)));
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<(PathBuf, FileType)>, GitFailure> {
    let unreadable =
        |error: std::io::Error| GitFailure::Unreadable { file: shown(folder), why: error.to_string() };
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let typed = entries.map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))));
    typed.collect::<Result<_, _>>().map_err(unreadable)
}
