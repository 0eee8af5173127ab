//! Which file imports which, as far as text tells: paths that begin with `crate`, `super` or `self`, and
//! names that a `mod.rs` brings in from its children.

use super::source::{Source, rust_files};
use std::collections::{BTreeMap, BTreeSet};

/// A module's path below `crate`.
type Module = Vec<String>;

/// All files of `src` as modules.
pub struct Imports {
    modules: BTreeMap<Module, Source>,
    /// What a name of a `mod.rs` stands for.
    brought_in: BTreeMap<Module, Module>,
}

impl Imports {
    pub fn read() -> Imports {
        let named = |source: Source| (module_of(&source.path), source);
        let modules: BTreeMap<_, _> = rust_files("src").into_iter().map(named).collect();
        let mut imports = Imports { modules, brought_in: BTreeMap::new() };
        let folders = imports.modules.iter().filter(|(_, source)| source.path.ends_with("/mod.rs"));
        let names = folders.flat_map(|(module, source)| {
            let targets = source.uses().into_iter().filter_map(|path| imports.absolute(module, &path));
            targets.filter_map(|target| Some((joined(module, target.last()?), target))).collect::<Vec<_>>()
        });
        imports.brought_in = names.filter(|(name, target)| name != target).collect();
        imports
    }

    /// For each folder, which of its children imports which.
    pub fn by_folder(&self) -> BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> {
        let mut folders: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (module, source) in &self.modules {
            let paths = source.paths().into_iter().filter_map(|path| self.absolute(module, &path));
            for target in paths.map(|path| self.resolved(path)) {
                let common = module.iter().zip(&target).take_while(|(own, other)| own == other).count();
                // A parent and its child may know each other.
                if common < module.len() && common < target.len() {
                    let folder = folders.entry(module[..common].to_vec()).or_default();
                    folder.entry(module[common].clone()).or_default().insert(target[common].clone());
                }
            }
        }
        folders
    }

    /// A path as written in `module`, from the crate's root; `None` if it leads out of the crate.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([module, rest].concat()),
            "super" => {
                let supers = path.iter().take_while(|part| *part == "super").count();
                let above = module.get(..module.len().checked_sub(supers)?)?;
                Some([above, &path[supers..]].concat())
            }
            child if self.modules.contains_key(&joined(module, child)) => Some([module, path].concat()),
            _ => None,
        }
    }

    /// The file in which what a path names is defined.
    fn resolved(&self, mut path: Module) -> Module {
        for _ in 0..8 {
            let name = (1..=path.len()).rev().find(|&end| {
                // A function may be called like the module it stands in.
                let is_module = self.modules.contains_key(&path[..end]);
                self.brought_in.contains_key(&path[..end]) && !(is_module && end < path.len())
            });
            let Some(end) = name else { break };
            path = [&self.brought_in[&path[..end]], &path[end..]].concat();
        }
        let end = (0..=path.len()).rev().find(|&end| self.modules.contains_key(&path[..end]));
        path.truncate(end.unwrap_or(0));
        path
    }
}

/// Takes away what imports nothing that is left, until only circles and what imports them are left.
pub fn circles(mut imports: BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, BTreeSet<String>> {
    let known: BTreeSet<String> = imports.keys().cloned().collect();
    imports.values_mut().for_each(|others| others.retain(|other| known.contains(other)));
    while let Some(leaf) = imports.iter().find(|(_, others)| others.is_empty()).map(|(name, _)| name.clone())
    {
        imports.remove(&leaf);
        imports.values_mut().for_each(|others| {
            others.remove(&leaf);
        });
    }
    imports
}

fn module_of(path: &str) -> Module {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs");
    let parts = inside.split('/').map(str::to_owned);
    parts.filter(|part| part != "mod" && part != "lib").collect()
}

fn joined(module: &Module, name: &str) -> Module {
    [module.as_slice(), &[name.to_owned()]].concat()
}
