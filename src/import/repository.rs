//! The files of a repository that an import reads: workflows, and the local actions that they use. Their number
//! and size are limited, and no link leads out of the repository. Nothing is executed.

use super::git::{GitPlace, RefTable};
use super::github::RemoteName;
use super::tree::{RepositoryTree, TreeLimits, is_build};
use super::workflow::KnownBranches;
use super::yaml::YAML_BYTES_MAX;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The most workflows of a repository.
pub const WORKFLOWS_MAX: usize = 1_000;
/// The folder of workflows.
const WORKFLOWS: &str = ".github/workflows";

/// A repository's files: in a folder, or in a commit.
#[derive(Debug, Clone)]
pub struct RepositoryFolder {
    place: FilePlace,
}

#[derive(Debug, Clone)]
enum FilePlace {
    Folder(PathBuf),
    /// The name of the repository, and its files in memory.
    Tree(String, RepositoryTree),
}

/// Why a file of a repository is not read: a sentence without a full stop.
pub type Unreadable = String;

impl RepositoryFolder {
    /// The repository at this path, which may be a link itself.
    ///
    /// # Errors
    /// If there is no such folder.
    pub fn open(path: &Path) -> io::Result<RepositoryFolder> {
        let root = path.canonicalize()?;
        match root.is_dir() {
            true => Ok(RepositoryFolder { place: FilePlace::Folder(root) }),
            false => Err(io::Error::new(io::ErrorKind::NotADirectory, "it is not a folder")),
        }
    }

    /// The repository of this name whose files were read before.
    pub fn of_tree(name: &str, tree: RepositoryTree) -> RepositoryFolder {
        RepositoryFolder { place: FilePlace::Tree(name.to_owned(), tree) }
    }

    /// The paths of all files, with the texts of container files; none if the folder cannot be read.
    pub fn files(&self) -> RepositoryTree {
        match &self.place {
            FilePlace::Folder(root) => {
                RepositoryTree::from_folder(root, is_build, &TreeLimits::default()).unwrap_or_default()
            }
            FilePlace::Tree(_, tree) => tree.clone(),
        }
    }

    /// What git's own files say of branches; nothing of a commit.
    pub fn branches(&self) -> KnownBranches {
        let FilePlace::Folder(root) = &self.place else { return KnownBranches::default() };
        let table = GitPlace::find(root).ok().and_then(|place| RefTable::read(&place).ok());
        let Some(table) = table else { return KnownBranches::default() };
        let short = |full: Option<String>, start: &str| full?.strip_prefix(start).map(str::to_owned);
        KnownBranches {
            origin: short(table.origin_head.clone(), "refs/remotes/origin/"),
            current: short(table.current.clone(), "refs/heads/"),
            all: table.branches().map(str::to_owned).collect(),
        }
    }

    /// `owner/name` of its remote `origin` on github.com.
    pub fn remote(&self) -> Option<String> {
        let FilePlace::Folder(root) = &self.place else { return None };
        RemoteName::find(root, None, None).ok().map(|name| name.text())
    }

    /// The name of the folder.
    pub fn name(&self) -> String {
        match &self.place {
            FilePlace::Folder(root) => {
                root.file_name().map_or("repository".into(), |name| name.to_string_lossy().into_owned())
            }
            FilePlace::Tree(name, _) => name.clone(),
        }
    }

    /// The paths of all workflows below the root, in alphabetical order.
    ///
    /// # Errors
    /// If there is no such folder, it leads out of the repository, or it has too many files.
    pub fn workflows(&self) -> Result<Vec<String>, Unreadable> {
        let mut paths = Vec::new();
        for name in self.names_in_workflows()? {
            if name.ends_with(".yml") || name.ends_with(".yaml") {
                paths.push(format!("{WORKFLOWS}/{name}"));
            }
            if paths.len() > WORKFLOWS_MAX {
                return Err(format!("more than {WORKFLOWS_MAX} workflows: import a part of them"));
            }
        }
        paths.sort();
        Ok(paths)
    }

    fn names_in_workflows(&self) -> Result<Vec<String>, Unreadable> {
        let root = match &self.place {
            FilePlace::Folder(root) => root,
            FilePlace::Tree(_, tree) => {
                let below =
                    |path: &String| path.strip_prefix(WORKFLOWS)?.strip_prefix('/').map(str::to_owned);
                let names = tree.paths.iter().filter_map(below);
                return Ok(names.filter(|name| !name.contains('/')).collect());
            }
        };
        if !root.join(WORKFLOWS).exists() {
            let is_bare = root.join("HEAD").is_file() && root.join("objects").is_dir();
            return Err(match is_bare {
                true => "it is a bare repository, which has no files: pass a clone that has them".to_owned(),
                false => format!("there is no folder {WORKFLOWS}: pass the folder that has it"),
            });
        }
        let unreadable = |error: io::Error| format!("cannot read {WORKFLOWS}: {error}");
        let entries = fs::read_dir(inside(root, WORKFLOWS)?).map_err(unreadable)?;
        let name = |entry: io::Result<fs::DirEntry>| {
            entry.map(|entry| entry.file_name().to_string_lossy().into_owned()).map_err(unreadable)
        };
        entries.take(ENTRIES_MAX).map(name).collect()
    }

    /// The text of a file below the root.
    ///
    /// # Errors
    /// If there is no such file, it leads out of the repository, is too large, or is no text.
    pub fn read(&self, path: &str) -> Result<String, Unreadable> {
        let root = match &self.place {
            FilePlace::Folder(root) => root,
            FilePlace::Tree(_, tree) => return of_tree(tree, path),
        };
        let file = inside(root, path)?;
        if !file.is_file() {
            return Err("it is not a file".to_owned());
        }
        let mut bytes = Vec::new();
        let source = File::open(file).map_err(|error| format!("cannot read it: {error}"))?;
        let read = source.take(YAML_BYTES_MAX + 1).read_to_end(&mut bytes);
        read.map_err(|error| format!("cannot read it: {error}"))?;
        if bytes.len() as u64 > YAML_BYTES_MAX {
            return Err(too_large());
        }
        String::from_utf8(bytes).map_err(|_| "it is not UTF-8: save it as UTF-8".to_owned())
    }

    /// The file of a local action in this folder below the root, such as `.github/actions/setup`: its path and its text.
    ///
    /// # Errors
    /// If there is no such action, or it cannot be read.
    pub fn action(&self, folder: &str) -> Result<(String, String), Unreadable> {
        let folder = folder.trim_end_matches('/');
        let mut problem = "there is no action.yml in this folder".to_owned();
        for name in ["action.yml", "action.yaml"] {
            let path =
                if folder.is_empty() || folder == "." { name.into() } else { format!("{folder}/{name}") };
            match self.read(&path) {
                Ok(text) => return Ok((path, text)),
                Err(other) if self.has(&path) => problem = other,
                Err(_) => {}
            }
        }
        Err(problem)
    }

    fn has(&self, path: &str) -> bool {
        match &self.place {
            FilePlace::Folder(root) => root.join(path).exists(),
            FilePlace::Tree(_, tree) => tree.texts.contains_key(path),
        }
    }
}

/// The most entries of the folder of workflows, of which not all are workflows.
const ENTRIES_MAX: usize = 100_000;

fn too_large() -> Unreadable {
    format!("it is larger than {YAML_BYTES_MAX} bytes, which GitHub does not run either")
}

/// The text of a file that was read before.
fn of_tree(tree: &RepositoryTree, path: &str) -> Result<String, Unreadable> {
    let parts: Vec<&str> = path.split('/').filter(|part| !["", "."].contains(part)).collect();
    match tree.texts.get(&parts.join("/")) {
        Some(text) if text.len() as u64 > YAML_BYTES_MAX => Err(too_large()),
        Some(text) => Ok(text.clone()),
        None => Err("there is no such file".to_owned()),
    }
}

/// Where a path below the root leads, which is below the root, too.
fn inside(root: &Path, path: &str) -> Result<PathBuf, Unreadable> {
    let relative = Path::new(path);
    let is_plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    if !relative.components().all(is_plain) {
        return Err("its path leads out of the repository".to_owned());
    }
    let real = root.join(relative).canonicalize().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => format!("cannot read it: {error}"),
    })?;
    match real.starts_with(root) {
        true => Ok(real),
        false => Err("it is a link that leads out of the repository".to_owned()),
    }
}
