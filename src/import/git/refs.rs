//! The references of a repository, read from its files: `HEAD`, loose references and `packed-refs`. `git` is not
//! asked, because it would read the repository's configuration first.

use super::{GitFailure, GitPlace, ObjectName, small_file};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The references of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefTable {
    /// The full name of the current branch; `None` if the head is detached.
    pub current: Option<String>,
    /// The commit of a detached head.
    pub detached: Option<ObjectName>,
    /// The full name of what origin's `HEAD` means.
    pub origin_head: Option<String>,
    /// Each reference by its full name.
    pub objects: BTreeMap<String, ObjectName>,
}

/// The branch that counts as the default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultBranch {
    /// Its name without `refs/heads/`; `HEAD` if the head is detached and nothing else is known.
    pub name: String,
    /// Its newest commit.
    pub commit: ObjectName,
    /// Why it counts as the default branch.
    pub reason: &'static str,
}

impl RefTable {
    /// Reads the references.
    ///
    /// # Errors
    /// If a file is too large or cannot be read.
    pub fn read(place: &GitPlace) -> Result<RefTable, GitFailure> {
        let mut table = RefTable::default();
        let packed = place.common.join("packed-refs");
        if packed.exists() {
            let text = small_file(&packed, PACKED_MAX)?;
            table.objects.extend(text.lines().filter_map(packed_ref).take(REFS_MAX));
        }
        table.add_loose(&place.common.join("refs"), "refs", DEPTH_MAX);
        let head = small_file(&place.dir.join("HEAD"), LOOSE_MAX)?;
        match symbolic(&head) {
            Some(name) => table.current = Some(name.to_owned()),
            None => table.detached = ObjectName::new(head.trim()),
        }
        let origin = small_file(&place.common.join("refs/remotes/origin/HEAD"), LOOSE_MAX).ok();
        table.origin_head = origin.as_deref().and_then(symbolic).map(str::to_owned);
        Ok(table)
    }

    /// Adds the references that are files of their own. They win over packed ones.
    fn add_loose(&mut self, folder: &Path, name: &str, depth: usize) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let (Ok(kind), Some(part)) = (entry.file_type(), entry.file_name().to_str().map(str::to_owned))
            else {
                continue;
            };
            let name = format!("{name}/{part}");
            if kind.is_dir() && depth > 0 {
                self.add_loose(&entry.path(), &name, depth - 1);
            } else if kind.is_file() && self.objects.len() < REFS_MAX {
                let object = small_file(&entry.path(), LOOSE_MAX).ok();
                let object = object.and_then(|text| ObjectName::new(text.trim()));
                self.objects.extend(object.map(|object| (name, object)));
            }
        }
    }

    /// The object of a name as people write it; `None` if there is none.
    pub fn named(&self, name: &str) -> Option<&ObjectName> {
        if ["HEAD", "@"].contains(&name) {
            return self.head();
        }
        let forms = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/", "refs/remotes/origin/"];
        forms.iter().find_map(|form| self.objects.get(&format!("{form}{name}")))
    }

    /// The commit that is checked out.
    pub fn head(&self) -> Option<&ObjectName> {
        let of_branch = self.current.as_ref().and_then(|name| self.objects.get(name));
        of_branch.or(self.detached.as_ref())
    }

    /// The default branch: what origin says, `main`, `master`, or else what is checked out. `None` if there is no
    /// commit yet.
    pub fn default_branch(&self) -> Option<DefaultBranch> {
        let found = |full: &str, reason| {
            let commit = self.objects.get(full)?.clone();
            let short =
                ["refs/heads/", "refs/remotes/origin/"].iter().find_map(|start| full.strip_prefix(start));
            Some(DefaultBranch { name: short.unwrap_or(full).to_owned(), commit, reason })
        };
        let origin = self.origin_head.as_deref().and_then(|full| found(full, "origin's HEAD"));
        let usual = || {
            let names = [
                "refs/heads/main",
                "refs/remotes/origin/main",
                "refs/heads/master",
                "refs/remotes/origin/master",
            ];
            names.iter().find_map(|full| found(full, "the usual name"))
        };
        let current =
            || self.current.as_deref().and_then(|full| found(full, "the branch that is checked out"));
        let detached = || {
            let commit = self.detached.clone()?;
            Some(DefaultBranch { name: "HEAD".to_owned(), commit, reason: "the commit that is checked out" })
        };
        origin.or_else(usual).or_else(current).or_else(detached)
    }

    /// The tags with their objects, by name.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &ObjectName)> {
        let tag = |(name, object)| Some((str::strip_prefix(name, "refs/tags/")?, object));
        self.objects.iter().map(|(name, object)| (name.as_str(), object)).filter_map(tag)
    }

    /// The names of the branches, of this clone and of its origin.
    pub fn branches(&self) -> impl Iterator<Item = &str> {
        let name =
            |name| str::strip_prefix(name, "refs/heads/").or(str::strip_prefix(name, "refs/remotes/origin/"));
        self.objects.keys().filter_map(move |own| name(own.as_str())).filter(|name| *name != "HEAD")
    }

    /// The heads of pull requests, by number, where a clone has them (`refs/pull/7/head`).
    pub fn pull_heads(&self) -> impl Iterator<Item = (u32, &ObjectName)> {
        let number = |name: &str| name.strip_prefix("refs/pull/")?.strip_suffix("/head")?.parse().ok();
        self.objects.iter().filter_map(move |(name, object)| Some((number(name)?, object)))
    }

    /// True if objects have names of 64 digits.
    pub fn has_long_names(&self) -> bool {
        self.objects
            .values()
            .next()
            .or(self.detached.as_ref())
            .is_some_and(|object| object.text().len() == 64)
    }
}

const PACKED_MAX: u64 = 64_000_000;
const LOOSE_MAX: u64 = 4_096;
const REFS_MAX: usize = 200_000;
const DEPTH_MAX: usize = 16;

/// The name that a symbolic reference means.
fn symbolic(text: &str) -> Option<&str> {
    text.strip_prefix("ref:").map(str::trim)
}

/// A line of `packed-refs`; `None` for its head and for what a tag means.
fn packed_ref(line: &str) -> Option<(String, ObjectName)> {
    let (object, name) = line.split_once(' ')?;
    Some((name.to_owned(), ObjectName::new(object)?))
}
