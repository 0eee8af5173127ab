//! Everything that an import reads of a repository, read at once: workflows, the local actions that they use, and
//! what the files tell about the default branch. Files that cannot be read are problems of their own; the rest is
//! imported.

use super::action::KNOWN_ACTIONS;
use super::declared_name::declared_names;
use super::image::BakeFile;
use super::lock::LockGraph;
use super::repository::{RepositoryFolder, Unreadable};
use super::tree::{RepositoryTree, is_bake};
use super::workflow::{JobOutputs, OwnName, WorkflowFile};
use super::yaml::{YamlNode, YamlProblem};
use std::collections::{BTreeMap, BTreeSet};

/// A repository's files, parsed.
#[derive(Debug)]
pub struct RepositorySources {
    /// The name of the repository's folder.
    pub name: String,
    /// The workflows that could be read, by path.
    pub workflows: Vec<WorkflowFile>,
    /// The local actions, by what `uses` says.
    actions: BTreeMap<String, Result<LocalAction, Unreadable>>,
    /// The files that could not be read.
    pub problems: Vec<SourceProblem>,
    /// The texts of all files, by path.
    texts: BTreeMap<String, String>,
    /// How the repository calls itself.
    pub own_name: OwnName,
    /// The paths of all files, with the texts of container files.
    pub files: RepositoryTree,
    /// The bake files, by path, each with why it cannot be read.
    pub bakes: BTreeMap<String, Result<BakeFile, String>>,
    /// True if cargo's own file runs compilers through sccache.
    pub uses_sccache: bool,
    /// The names of the crates of the cargo workspace, if there is a lock file.
    pub own_crates: Option<BTreeSet<String>>,
    /// The package manager that package.json names.
    pub package_manager: Option<String>,
    /// The names that it has on GitHub, as `owner/name` in small letters.
    declared_names: BTreeSet<String>,
    /// The outputs of jobs that were asked for.
    pub job_outputs: JobOutputs,
}

/// A local action.
#[derive(Debug)]
pub struct LocalAction {
    /// The path of its file.
    pub path: String,
    /// Its file.
    pub root: YamlNode,
}

/// A file that is not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceProblem {
    /// Its path.
    pub path: String,
    /// The line and the column, from 1; 0 if it is about the whole file.
    pub place: (usize, usize),
    /// What is wrong.
    pub message: String,
}

/// The most bytes of all files together, and the most values in them.
const BYTES_MAX: usize = 6_000_000;
const NODES_MAX: usize = 600_000;
/// The most local actions.
const ACTIONS_MAX: usize = 500;

impl RepositorySources {
    /// Reads the workflows of a repository, and the local actions that they use.
    ///
    /// # Errors
    /// If there are no workflows to read.
    pub fn read(folder: &RepositoryFolder) -> Result<RepositorySources, Unreadable> {
        let paths = folder.workflows()?;
        if paths.is_empty() {
            return Err("there are no workflows in .github/workflows".to_owned());
        }
        let mut sources = RepositorySources {
            name: folder.name(),
            workflows: Vec::new(),
            actions: BTreeMap::new(),
            problems: Vec::new(),
            texts: BTreeMap::new(),
            own_name: OwnName::default(),
            files: folder.files(),
            bakes: BTreeMap::new(),
            uses_sccache: CARGO.iter().any(|path| folder.read(path).is_ok_and(|text| wraps(&text))),
            own_crates: folder.read("Cargo.lock").ok().and_then(|text| own_crates(&text)),
            package_manager: folder.read("package.json").ok().and_then(|text| package_manager(&text)),
            declared_names: declared_names(folder),
            job_outputs: JobOutputs::default(),
        };
        let mut nodes = NODES_MAX;
        for path in paths {
            sources.read_workflow(folder, path, &mut nodes);
        }
        sources.read_actions(folder, &mut nodes);
        let bakes = sources.files.texts.iter().filter(|(path, _)| is_bake(path));
        let read = |text: &String| BakeFile::read(text).map_err(|problem| problem.to_string());
        sources.bakes = bakes.map(|(path, text)| (path.clone(), read(text))).collect();
        let texts: Vec<&str> = sources.texts.values().map(String::as_str).collect();
        sources.own_name = OwnName::of(&texts, &sources.workflows, &folder.branches());
        Ok(sources)
    }

    fn read_workflow(&mut self, folder: &RepositoryFolder, path: String, nodes: &mut usize) {
        let text = self.admitted(folder.read(&path));
        let read = text.map_err(whole).and_then(|text| {
            let file = WorkflowFile::read(&path, &text)?;
            spend(&file.root, nodes)?;
            Ok((file, text))
        });
        match read {
            Ok((file, text)) => {
                self.workflows.push(file);
                self.texts.insert(path, text);
            }
            Err(problem) => {
                let place = (problem.line, problem.column);
                self.problems.push(SourceProblem { path, place, message: problem.message });
            }
        }
    }

    /// A file's text, if all files together are not too large with it.
    fn admitted(&self, text: Result<String, Unreadable>) -> Result<String, Unreadable> {
        let known: usize = self.texts.values().map(String::len).sum();
        text.and_then(|text| match known + text.len() > BYTES_MAX {
            true => {
                Err(format!("the files have more than {BYTES_MAX} bytes together: this one was not read"))
            }
            false => Ok(text),
        })
    }

    fn read_actions(&mut self, folder: &RepositoryFolder, nodes: &mut usize) {
        let mut wanted = Vec::new();
        self.workflows.iter().for_each(|workflow| self.local_uses(&workflow.root, &mut wanted));
        while let Some(uses) = wanted.pop() {
            if self.actions.contains_key(&uses) || self.actions.len() >= ACTIONS_MAX {
                continue;
            }
            let action = self.read_action(folder, &uses, nodes);
            if let Ok(action) = &action {
                self.local_uses(&action.root, &mut wanted);
            }
            self.actions.insert(uses, action);
        }
    }

    fn read_action(
        &mut self,
        folder: &RepositoryFolder,
        uses: &str,
        nodes: &mut usize,
    ) -> Result<LocalAction, Unreadable> {
        let below = self.local_path(uses).unwrap_or(uses);
        let (path, text) = found_action(folder, below)?;
        let text = self.admitted(Ok(text))?;
        let read = YamlNode::read(&text).and_then(|root| spend(&root, nodes).map(|()| root));
        let root = read.map_err(|problem| {
            let place = (problem.line, problem.column);
            let message = problem.message.clone();
            self.problems.push(SourceProblem { path: path.clone(), place, message });
            format!("{path}:{}: {}", problem.line, problem.message)
        })?;
        self.texts.insert(path.clone(), text);
        Ok(LocalAction { path, root })
    }

    /// Every local action that steps below this node use.
    fn local_uses(&self, node: &YamlNode, found: &mut Vec<String>) {
        for (key, value) in node.map() {
            match (key.as_str(), value.text()) {
                ("uses", Some(text)) if self.local_path(&text).is_some() && !is_workflow(&text) => {
                    found.push(text)
                }
                _ => self.local_uses(value, found),
            }
        }
        node.list().iter().for_each(|item| self.local_uses(item, found));
    }

    /// The path below the root that `./path` names, or the repository's own name with a path and a ref, which is taken as
    /// this one. Of an action that is known, the row says more than its files.
    pub fn local_path<'t>(&self, uses: &'t str) -> Option<&'t str> {
        let own = || {
            let (name, _) = uses.split_once('@')?;
            let is_known = KNOWN_ACTIONS.iter().any(|known| known.name.eq_ignore_ascii_case(name));
            self.below_own_name(name).filter(|_| !is_known)
        };
        below_root(uses).or_else(own)
    }

    /// The path behind the repository's own name.
    fn below_own_name<'t>(&self, name: &'t str) -> Option<&'t str> {
        let end = name.match_indices('/').nth(1).map_or(name.len(), |(at, _)| at);
        let is_own = self.declared_names.contains(&name[..end].to_lowercase());
        is_own.then(|| name[end..].trim_start_matches('/'))
    }

    /// True if a repository of this owner is one of the same owner, as far as that is known.
    pub fn is_of_owner(&self, owner: &str) -> bool {
        let declared = self.declared_names.iter().filter_map(|name| name.split_once('/'));
        let mut owners = declared.map(|(own, _)| own).chain(self.own_name.owner.as_deref());
        owners.any(|own| own.eq_ignore_ascii_case(owner))
    }

    /// The local action that `uses` names.
    ///
    /// # Errors
    /// If it is not there or cannot be read.
    pub fn action(&self, uses: &str) -> Result<&LocalAction, Unreadable> {
        match self.actions.get(uses) {
            Some(Ok(action)) => Ok(action),
            Some(Err(problem)) => Err(problem.clone()),
            None => Err("more local actions than are read".to_owned()),
        }
    }

    /// The workflow of this repository that a job calls by `./.github/workflows/NAME`, or by the repository's own name in
    /// front and a ref behind, which is taken as this one.
    pub fn called(&self, uses: &str) -> Option<&WorkflowFile> {
        let named = || uses.strip_prefix(self.own_name.repository.as_deref()?)?.strip_prefix('/');
        let declared = || self.below_own_name(uses);
        let path = below_root(uses).or_else(named).or_else(declared)?.split('@').next()?;
        self.workflows.iter().find(|workflow| workflow.path == path)
    }

    /// The text of a line of a file; empty if there is none.
    pub fn line(&self, path: &str, line: usize) -> &str {
        self.texts.get(path).and_then(|text| text.lines().nth(line.saturating_sub(1))).unwrap_or_default()
    }
}

/// Where cargo looks for its settings.
const CARGO: [&str; 2] = [".cargo/config.toml", ".cargo/config"];

fn wraps(settings: &str) -> bool {
    settings.lines().any(|line| line.trim_start().starts_with("rustc-wrapper") && line.contains("sccache"))
}

fn whole(message: Unreadable) -> YamlProblem {
    YamlProblem { line: 0, column: 0, message }
}

fn spend(root: &YamlNode, nodes: &mut usize) -> Result<(), YamlProblem> {
    *nodes = nodes.checked_sub(root.count()).ok_or_else(|| {
        whole(format!("the files have more than {NODES_MAX} values together: this one was not read"))
    })?;
    Ok(())
}

/// The action's file. A repository that is checked out into a folder is named with that folder in front.
fn found_action(folder: &RepositoryFolder, path: &str) -> Result<(String, String), Unreadable> {
    let mut rest = path;
    let problem = match folder.action(rest) {
        Ok(found) => return Ok(found),
        Err(problem) => problem,
    };
    while let Some((_, below)) = rest.split_once('/') {
        if let Ok(found) = folder.action(below) {
            return Ok(found);
        }
        rest = below;
    }
    Err(problem)
}

/// The crates of a lock file that have no source.
fn own_crates(text: &str) -> Option<BTreeSet<String>> {
    let graph = LockGraph::read(text).ok()?;
    Some(graph.crates.into_iter().filter(|one| one.is_workspace).map(|one| one.name).collect())
}

/// The path below the root that `./path` or `$/path` names: the folder that is checked out, or the repository of the
/// workflow itself.
pub fn below_root(uses: &str) -> Option<&str> {
    uses.strip_prefix("./").or_else(|| uses.strip_prefix("$/"))
}

/// True if what is used is a workflow and not an action.
fn is_workflow(uses: &str) -> bool {
    uses.ends_with(".yml") || uses.ends_with(".yaml")
}

/// `npm` of `"packageManager": "npm@11.0.0"`.
fn package_manager(text: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let named = json.get("packageManager").and_then(|name| name.as_str());
    let engine = || json.get("devEngines")?.get("packageManager")?.get("name")?.as_str();
    let name = named.or_else(engine)?;
    Some(name.split('@').next().unwrap_or(name).to_owned())
}
