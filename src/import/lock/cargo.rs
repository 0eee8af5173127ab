//! The crate graph of a `Cargo.lock`, and the crate table of the scenario language that says the same
//! (`project::crate_table` reads it). A lock file does not say what a crate is: that is told by names, and it lists
//! crates of all platforms.

use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a lock file cannot be read.
#[derive(Debug, Error)]
pub enum BadLock {
    /// It is no TOML, or no lock file.
    #[error("no Cargo.lock: {0}")]
    Unreadable(Box<toml::de::Error>),
    /// It has too many crates.
    #[error("{0} crates are more than {most}", most = LockGraph::MOST)]
    TooMany(usize),
}

/// The crates of a lock file, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LockGraph {
    /// The crates.
    pub crates: Vec<LockedCrate>,
}

/// One crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedCrate {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// True for a member of the workspace (a crate without a source).
    pub is_workspace: bool,
    /// The crates that it depends on, by their index.
    pub dependencies: Vec<usize>,
}

#[derive(Deserialize)]
struct LockFile {
    #[serde(default)]
    package: Vec<LockPackage>,
}

#[derive(Deserialize)]
struct LockPackage {
    name: String,
    version: String,
    source: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl LockGraph {
    /// The most crates.
    pub const MOST: usize = 20_000;

    /// Reads a lock file of any version. A dependency that is not in it is left out.
    ///
    /// # Errors
    /// If it is no lock file, or too large.
    pub fn read(text: &str) -> Result<LockGraph, BadLock> {
        let file: LockFile = toml::from_str(text).map_err(|error| BadLock::Unreadable(Box::new(error)))?;
        if file.package.len() > LockGraph::MOST {
            return Err(BadLock::TooMany(file.package.len()));
        }
        let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, package) in file.package.iter().enumerate() {
            by_name.entry(&package.name).or_default().push(index);
        }
        let find = |text: &String| {
            let mut words = text.split(' ');
            let named = by_name.get(words.next()?)?;
            let version = words.next();
            let fits =
                |index: &&usize| version.is_none_or(|version| file.package[**index].version == version);
            named.iter().find(fits).copied()
        };
        let read = |package: &LockPackage| LockedCrate {
            name: package.name.clone(),
            version: package.version.clone(),
            is_workspace: package.source.is_none(),
            dependencies: package.dependencies.iter().filter_map(find).collect(),
        };
        Ok(LockGraph { crates: file.package.iter().map(read).collect() })
    }

    /// Number of crates that are no members of the workspace.
    pub fn external(&self) -> usize {
        self.crates.iter().filter(|one| !one.is_workspace).count()
    }

    /// The crate table, with a header. Kinds are guessed by the usual names: `-sys` compiles C, `-derive` and `-macros`
    /// are macros.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let full = |index: &usize| format!("{} {}", self.crates[*index].name, self.crates[*index].version);
        let rows = self.crates.iter().map(|one| {
            let dependencies: Vec<String> = one.dependencies.iter().map(full).collect();
            [one.name.clone(), one.version.clone(), one.kind().to_owned(), dependencies.join(";")]
        });
        let header = ["crate", "version", "kind", "dependencies"].map(str::to_owned);
        for row in std::iter::once(header).chain(rows) {
            // A vector takes everything, and every row has as many fields.
            writer.write_record(&row).ok();
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

impl LockedCrate {
    /// The word of the crate table for what it probably is.
    pub fn kind(&self) -> &'static str {
        let ends = |words: &[&str]| words.iter().any(|word| self.name.replace('_', "-").ends_with(word));
        match self.is_workspace {
            true => "workspace",
            false if ends(&["-sys"]) => "native",
            false if ends(&["-derive", "-macro", "-macros", "-proc-macro"]) => "proc-macro",
            false => "library",
        }
    }
}
