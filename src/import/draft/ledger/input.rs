//! Which input of a scenario stands for which files. Patterns that match the same files of the repository are one input, and
//! others are another one: a key of `ui/package-lock.json` does not change with `package-lock.json`. Where the files are not
//! known, the patterns themselves are compared.

use super::Ledger;
use crate::client::KeyTemplate;
use crate::import::lock::INPUT_KINDS;
use crate::import::pattern::{PathPatterns, PatternRules};
use std::collections::BTreeSet;
use std::rc::Rc;

/// The inputs that exist without being written, with the ends of the files that they stand for.
pub(super) const BUILT_IN: [(&str, &[&str]); 7] = [
    ("lock", &["cargo.lock"]),
    ("manifests", &["cargo.toml"]),
    ("toolchain", &["rust-toolchain", "rust-toolchain.toml"]),
    (
        "web-lock",
        &["package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb", "npm-shrinkwrap.json"],
    ),
    (
        "requirements",
        &["requirements.txt", "poetry.lock", "uv.lock", "pipfile.lock", "pdm.lock", "pyproject.toml"],
    ),
    ("go-sum", &["go.sum", "go.mod"]),
    ("dockerfile", &["dockerfile", "containerfile"]),
];
/// Those of them whose share of pushes is 0 unless a scenario says otherwise.
pub(super) const SILENT: [&str; 3] = ["web-lock", "requirements", "go-sum"];
/// Those of them that stand for all files of their kind: clients and images that no pattern names depend on each of them.
const WHOLE: [&str; 2] = ["manifests", "dockerfile"];
/// The input that is Cargo.lock.
pub(super) const LOCK: &str = "lock";

/// The files that an input stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum InputFiles {
    /// These of the repository's paths.
    Known(Vec<usize>),
    /// None that is in the repository now: what these patterns mean.
    Made(Vec<String>),
}

/// The names of inputs by their files.
#[derive(Debug, Clone, Default)]
pub(super) struct InputNames {
    /// The paths of the repository.
    paths: Rc<Vec<String>>,
    named: Vec<(InputFiles, String)>,
    /// What was asked before: patterns, with the name that they have.
    asked: Vec<(Vec<String>, String)>,
}

impl InputNames {
    /// No names yet, in a repository with these paths.
    pub fn new(paths: &[String]) -> InputNames {
        InputNames { paths: Rc::new(paths.to_vec()), ..InputNames::default() }
    }

    /// The files that patterns match.
    fn files(&self, patterns: &[String]) -> InputFiles {
        let own = PathPatterns::new(patterns, PatternRules::HashFiles);
        let known: Vec<usize> = (0..self.paths.len()).filter(|at| own.matches(&self.paths[*at])).collect();
        if !known.is_empty() {
            return InputFiles::Known(known);
        }
        let mut made: Vec<String> =
            patterns.iter().filter(|text| !text.starts_with('!')).map(|text| bare(text)).collect();
        made.sort_unstable();
        made.dedup();
        InputFiles::Made(made)
    }

    /// True if the repository has a file of this name, in small letters, in fewer folders than `depth`.
    fn has_above(&self, name: &str, depth: usize) -> bool {
        self.paths.iter().any(|path| folders(path) < depth && file_name(path) == name)
    }

    /// True if a built-in input may stand for these files: for those at the top, as clients without a pattern take them,
    /// or for all of them.
    fn may_be_built_in(&self, name: &str, files: &InputFiles) -> bool {
        match files {
            // A pattern that matches nothing is not the lock file that is there.
            InputFiles::Made(patterns) => {
                !patterns.iter().any(|pattern| self.has_above(&file_name(pattern), usize::MAX))
            }
            InputFiles::Known(_) if WHOLE.contains(&name) => Some(files) == self.of_kind(name).as_ref(),
            InputFiles::Known(known) => {
                let paths = || known.iter().map(|at| &self.paths[*at]);
                let top = paths().map(|path| folders(path)).min().unwrap_or_default();
                let names: BTreeSet<String> = paths().map(|path| file_name(path)).collect();
                !names.iter().any(|name| self.has_above(name, top))
            }
        }
    }

    /// The files of a kind.
    fn of_kind(&self, name: &str) -> Option<InputFiles> {
        let kind = INPUT_KINDS.iter().find(|kind| kind.name == name)?;
        Some(self.files(&kind.patterns.iter().map(|pattern| (*pattern).to_owned()).collect::<Vec<_>>()))
    }

    fn of_files(&self, files: &InputFiles) -> Option<String> {
        self.named.iter().find(|(own, _)| own == files).map(|(_, name)| name.clone())
    }

    fn has_name(&self, name: &str) -> bool {
        self.named.iter().any(|(_, own)| own == name)
    }
}

impl Ledger {
    /// The inputs for the files of these patterns, as lines of `hashFiles` or of an action's input. Those of one kind are one
    /// input.
    pub fn inputs<'p>(&mut self, lines: impl Iterator<Item = &'p str>) -> Vec<String> {
        let mut groups: Vec<(Option<&'static str>, Vec<String>)> = Vec::new();
        for line in lines.map(str::trim).filter(|line| !line.is_empty()) {
            if line.starts_with('!') {
                groups.iter_mut().for_each(|(_, own)| own.push(line.to_owned()));
                continue;
            }
            let kind = kind_of(line);
            match groups.iter_mut().find(|(own, _)| kind.is_some() && *own == kind) {
                Some((_, own)) => own.push(line.to_owned()),
                None => groups.push((kind, vec![line.to_owned()])),
            }
        }
        let has_files = |patterns: &[String]| matches!(self.names.files(patterns), InputFiles::Known(_));
        // `hashFiles` skips a pattern without a file. A lock file that is not committed is made before it is hashed.
        if groups.iter().any(|(_, patterns)| has_files(patterns)) {
            groups.retain(|(kind, patterns)| kind.is_some() || has_files(patterns));
        }
        let mut names: Vec<String> = Vec::new();
        for (kind, patterns) in groups {
            let name = self.input_of(kind, patterns);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The input for the files of one pattern.
    pub fn input(&mut self, pattern: &str) -> String {
        self.input_of(kind_of(pattern), vec![pattern.to_owned()])
    }

    /// The input of what an action hashes by itself: the files of these patterns, or, where the repository has none, what is
    /// usually called so.
    pub fn usual_input(&mut self, name: &'static str, patterns: &[&str], what: &str) -> String {
        let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        match self.names.files(&patterns) {
            InputFiles::Known(_) => self.input_of(Some(name), patterns),
            InputFiles::Made(_) => self.uses_input(name, what),
        }
    }

    /// The input for the files of patterns. `usual` is its name if no other files have it.
    fn input_of(&mut self, usual: Option<&'static str>, mut patterns: Vec<String>) -> String {
        if let Some((_, name)) = self.names.asked.iter().find(|(own, _)| *own == patterns) {
            return name.clone();
        }
        let asked = patterns.clone();
        let whole: Vec<String> = patterns.iter().filter(|text| !text.starts_with('!')).cloned().collect();
        let mut files = self.names.files(&patterns);
        if matches!(files, InputFiles::Made(_)) || files == self.names.files(&whole) {
            patterns = whole.clone();
            files = self.names.files(&patterns);
        }
        let name = self.names.of_files(&files).unwrap_or_else(|| {
            let name = self.free_name(usual, &files, &whole);
            self.name_input(&name, &files, &patterns);
            name
        });
        self.hashes_crates |= name == LOCK;
        let used = self.uses_input(&name, &whole.join(", "));
        if used != name {
            let what = format!(
                "`{}`: a scenario has no room for another input: here it is `{used}`",
                whole.join(", ")
            );
            self.blank(".github/workflows", what);
        }
        self.names.asked.push((asked, used.clone()));
        used
    }

    /// Gives files a name, with their patterns where it stands for no others.
    fn name_input(&mut self, name: &str, files: &InputFiles, patterns: &[String]) {
        let is_built_in = Ledger::is_built_in(name) && !SILENT.contains(&name);
        let is_whole =
            matches!(files, InputFiles::Made(_)) || self.names.of_kind(name).as_ref() == Some(files);
        if !is_built_in || !is_whole {
            self.patterns.insert(name.to_owned(), patterns.to_vec());
        }
        self.names.named.push((files.clone(), name.to_owned()));
    }

    /// A name that no other files have.
    fn free_name(&self, usual: Option<&'static str>, files: &InputFiles, patterns: &[String]) -> String {
        let is_built_in = usual.is_some_and(Ledger::is_built_in);
        let usual = usual.filter(|name| !is_built_in || self.names.may_be_built_in(name, files));
        if let Some(usual) = usual.filter(|name| !self.names.has_name(name)) {
            return usual.to_owned();
        }
        let pattern = patterns.first().map(String::as_str).unwrap_or_default();
        let (file, whole) = (named_after(pattern), named_with_folder(pattern));
        let has_folder = pattern.rsplit('/').skip(1).any(is_named);
        let own = if is_built_in && has_folder { [whole, file.clone()] } else { [file.clone(), whole] };
        let numbered = (2..).map(|number| format!("{file}-{number}"));
        let is_free =
            |name: &String| !self.names.has_name(name) && !self.has_input(name) && !Ledger::is_built_in(name);
        own.into_iter().chain(numbered).find(is_free).unwrap_or(file)
    }
}

/// The built-in input that a file of this name is usually called.
fn kind_of(pattern: &str) -> Option<&'static str> {
    let file = file_name(pattern);
    BUILT_IN.iter().find(|(_, files)| files.contains(&file.as_str())).map(|(name, _)| *name)
}

/// The last part of a path, in small letters.
fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_lowercase()
}

fn folders(path: &str) -> usize {
    path.matches('/').count()
}

/// A pattern without what says only that it begins at the top or anywhere.
fn bare(pattern: &str) -> String {
    pattern.trim_start_matches("./").trim_start_matches("**/").to_owned()
}

/// True if a part of a path says more than stars.
fn is_named(part: &str) -> bool {
    part.chars().any(char::is_alphanumeric)
}

/// A name for the files of a pattern: `**/*.gradle*` is `gradle`, `pnpm/foo.lock` is `foo-lock`.
fn named_after(pattern: &str) -> String {
    let name = words(pattern.rsplit('/').find(|part| is_named(part)).unwrap_or(pattern));
    let is_taken = KeyTemplate::placeholders().any(|(placeholder, _)| placeholder == name);
    match name.is_empty() || is_taken {
        true => format!("files-{name}").trim_end_matches('-').to_owned(),
        false => name,
    }
}

/// The same with the folder in front: `ui/package-lock.json` is `ui-package-lock-json`. At the top it is `root`, and
/// anywhere `all`.
fn named_with_folder(pattern: &str) -> String {
    let mut parts = pattern.rsplit('/').filter(|part| is_named(part)).map(words);
    let file = parts.next().unwrap_or_else(|| "files".to_owned());
    let usual = if pattern.contains('*') { "all" } else { "root" };
    format!("{}-{file}", parts.next().unwrap_or_else(|| usual.to_owned()))
}

/// The first words of a text, with `-` between them.
fn words(text: &str) -> String {
    let letters = text.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
    let letters = letters.collect::<String>().to_lowercase();
    letters.split('-').filter(|word| !word.is_empty()).take(6).collect::<Vec<_>>().join("-")
}
