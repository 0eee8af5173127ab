//! The files of a repository that CI depends on, in memory: from a folder or from a commit, so that whoever reads them does
//! not know which. Their paths are all kept, the texts only of those that are asked for. Links are not followed.

use super::git::{CommitFile, Git, GitFailure, ObjectName};
use crate::diagnostic::printable;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use thiserror::Error;

/// How much of a repository is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeLimits {
    /// Paths.
    pub paths: usize,
    /// Bytes of one file; a larger one is listed, but not read.
    pub file_bytes: u64,
    /// Bytes of all files that are read.
    pub all_bytes: u64,
    /// Folders in folders.
    pub depth: usize,
}

impl Default for TreeLimits {
    fn default() -> TreeLimits {
        TreeLimits { paths: 300_000, file_bytes: 16_000_000, all_bytes: 64_000_000, depth: 64 }
    }
}

/// Why a repository's files cannot be read.
#[derive(Debug, Error)]
pub enum NoTree {
    /// The folder cannot be read.
    #[error("cannot read {0}: {1}")]
    Unreadable(String, io::Error),
    /// The commit cannot be read.
    #[error(transparent)]
    Git(#[from] GitFailure),
}

/// Files by their path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RepositoryTree {
    /// The paths of all plain files, with `/`, in order.
    pub paths: Vec<String>,
    /// The texts that were asked for. What is not UTF-8 is replaced.
    pub texts: BTreeMap<String, String>,
    /// What was not read, in sentences without a full stop.
    pub left_out: Vec<String>,
}

/// Files from which setup actions take the version of a tool.
const VERSION_FILES: [&str; 8] = [
    "go.mod",
    "go.work",
    ".go-version",
    ".python-version",
    ".ruby-version",
    ".tool-versions",
    "pyproject.toml",
    "pipfile",
];

/// True if a file's text says something about CI: everything in `.github`, actions, container and bake files, lock
/// files, manifests, and files with the version of a tool.
pub fn is_wanted(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let named = ["action.yml", "action.yaml", ".dockerignore", "cargo.lock", "cargo.toml", "package.json"];
    path.starts_with(".github/")
        || named.contains(&name.as_str())
        || name.starts_with("rust-toolchain")
        || is_build(path)
}

/// True if a file is called like a bake file.
pub fn is_bake(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_hcl = name.ends_with(".hcl") && !name.starts_with('.');
    is_hcl || name.contains("bake") && name.ends_with(".json")
}

/// True if a file's text says how images are built, or which version of a tool is installed.
pub fn is_build(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    is_container(path) || is_bake(path) || VERSION_FILES.contains(&name.as_str())
}

/// True if a file is called like a container file.
pub fn is_container(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        let rest = name.strip_prefix(word).map(|rest| rest.is_empty() || rest.starts_with('.'));
        rest == Some(true) || name.ends_with(&format!(".{word}"))
    })
}

impl RepositoryTree {
    /// True if it has a file of one of these names, in whatever folder.
    pub fn has_file(&self, names: &[&str]) -> bool {
        self.paths.iter().any(|path| names.contains(&path.rsplit('/').next().unwrap_or(path)))
    }

    /// Reads a folder, without `.git` and without folders that builds make. `wanted` says of a path whether its text is
    /// needed.
    ///
    /// # Errors
    /// If the folder itself cannot be read. What cannot be read in it is among `left_out`.
    pub fn from_folder(
        folder: &Path,
        wanted: fn(&str) -> bool,
        limits: &TreeLimits,
    ) -> Result<RepositoryTree, NoTree> {
        let mut reading = TreeReading { tree: RepositoryTree::default(), wanted, limits, bytes: 0 };
        reading.folder(folder, "", 0).map_err(|error| NoTree::Unreadable(shown(folder), error))?;
        reading.tree.paths.sort();
        Ok(reading.tree)
    }

    /// Reads a commit, without checking anything out.
    ///
    /// # Errors
    /// If the commit cannot be read.
    pub fn from_commit(
        git: &Git,
        commit: &ObjectName,
        wanted: fn(&str) -> bool,
        limits: &TreeLimits,
    ) -> Result<RepositoryTree, NoTree> {
        let mut found = git.files(commit)?;
        let mut tree = RepositoryTree::default();
        if found.is_cut || found.files.len() > limits.paths {
            tree.left_out.push(too_many(limits));
            found.files.truncate(limits.paths);
        }
        tree.left_out.extend(found.not_followed.iter().map(|path| not_followed(path)));
        let read: Vec<&CommitFile> = found.files.iter().filter(|file| wanted(&file.path)).collect();
        let objects: Vec<&ObjectName> = read.iter().map(|file| &file.object).collect();
        for (file, content) in read.iter().zip(git.contents(&objects)?) {
            match content.filter(|content| content.len() as u64 <= limits.file_bytes) {
                Some(content) => {
                    tree.texts.insert(file.path.clone(), text_of(&content));
                }
                None => tree.left_out.push(too_large(&file.path)),
            }
        }
        tree.paths = found.files.into_iter().map(|file| file.path).collect();
        tree.paths.sort();
        Ok(tree)
    }
}

/// A folder that is being read.
struct TreeReading<'a> {
    tree: RepositoryTree,
    wanted: fn(&str) -> bool,
    limits: &'a TreeLimits,
    bytes: u64,
}

/// What builds leave in a working copy: no file of the repository is in there.
const BUILT: &[&str] = &["target", "node_modules", ".venv", ".gradle", ".turbo", "__pycache__"];

impl TreeReading<'_> {
    /// Reads a folder; `start` is its path with a `/` at the end, or nothing.
    fn folder(&mut self, folder: &Path, start: &str, depth: usize) -> io::Result<()> {
        let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{start}{name}");
            let kind = entry.file_type()?;
            if self.tree.paths.len() >= self.limits.paths {
                self.tree.left_out.push(too_many(self.limits));
                return Ok(());
            }
            if kind.is_symlink() {
                self.tree.left_out.push(not_followed(&path));
            } else if kind.is_file() {
                self.file(&entry.path(), path);
            } else if kind.is_dir() && name != ".git" && !BUILT.contains(&name.as_str()) {
                self.below(&entry.path(), &path, depth);
            }
        }
        Ok(())
    }

    fn below(&mut self, folder: &Path, path: &str, depth: usize) {
        let problem = match depth < self.limits.depth {
            true => self.folder(folder, &format!("{path}/"), depth + 1).err().map(|error| error.to_string()),
            false => Some(format!("more than {} folders in each other", self.limits.depth)),
        };
        let told = problem.map(|problem| format!("{} was not read: {problem}", printable(path)));
        self.tree.left_out.extend(told);
    }

    fn file(&mut self, file: &Path, path: String) {
        if (self.wanted)(&path) {
            let size = fs::metadata(file).map_or(0, |data| data.len());
            let fits = size <= self.limits.file_bytes && self.bytes + size <= self.limits.all_bytes;
            match Some(file).filter(|_| fits).and_then(|file| fs::read(file).ok()) {
                Some(content) => {
                    self.bytes += size;
                    self.tree.texts.insert(path.clone(), text_of(&content));
                }
                None => self.tree.left_out.push(too_large(&path)),
            }
        }
        self.tree.paths.push(path);
    }
}

fn text_of(content: &[u8]) -> String {
    String::from_utf8_lossy(content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content)).into_owned()
}

fn shown(path: &Path) -> String {
    printable(&path.display().to_string()).into_owned()
}

fn not_followed(path: &str) -> String {
    format!("{} is a link or another repository, which is not followed", printable(path))
}

fn too_large(path: &str) -> String {
    format!("{} was not read: it is missing, or too large", printable(path))
}

fn too_many(limits: &TreeLimits) -> String {
    format!("there are more than {} files, and the rest was not looked at", limits.paths)
}
