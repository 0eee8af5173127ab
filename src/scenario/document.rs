//! A scenario as it was written ([`Document`]) and as it is meant ([`Scenario`]). A document is the file
//! with everything it extends; with settings applied, checked and completed it becomes a scenario. The
//! model for the engine is made of it in `build`.

use super::alias;
use super::check::{check, escapes};
use super::complete::complete;
use super::defaults::one_line;
use super::edit::{self, Change, merge};
use super::file::{FILE_BYTES_MAX, Folder, ReadError, read_text, unread};
use super::grammar::{Kind, ROOT};
use super::parse::parse_document;
use super::sound::sound_part;
use super::tree::Node;
use super::view::View;
use crate::diagnostic::{Diagnostic, FileId, Report, Span, name_of_input};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A scenario with all defaults filled in, in which every single value was checked.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The whole tree.
    pub root: Node,
    /// Warnings, and the texts that the spans in the tree refer to.
    pub report: Report,
    /// The folder that its files are in.
    pub folder: Folder,
    /// True if a strategy has changed it.
    pub has_strategy: bool,
}

impl Scenario {
    /// The value at a dotted path, as a setting takes it; `None` if there is none.
    pub fn value_at(&self, path: &str) -> Option<String> {
        let node = edit::value_at(&self.root, path)?;
        Some(node.as_text().map_or_else(|| one_line(node), str::to_owned))
    }

    /// The scenario after these changes, in their order, checked and completed again. `by` names their
    /// source in messages. The error is a report of all problems.
    pub fn changed(&self, by: &str, changes: &[Change]) -> Result<Scenario, Report> {
        let Scenario { mut root, mut report, folder, .. } = self.clone();
        for change in changes {
            edit::change(&mut root, by, change, &mut report);
        }
        // The files that the scenario names were found before; from now on their names are relative to its
        // folder.
        let folders = vec![PathBuf::new(); report.sources.len()];
        check(&root, &folder, &folders, &mut report);
        if report.has_errors() {
            return Err(report);
        }
        let root = complete(&root, &folder, &folders);
        Ok(Scenario { root, report, folder, has_strategy: true })
    }

    /// True if every value is that of the other scenario, so that both play alike.
    pub fn has_values_of(&self, other: &Scenario) -> bool {
        one_line(&self.root) == one_line(&other.root)
    }

    /// The scenario as a typed table.
    pub fn view(&self) -> View<'_> {
        View::root(&self.root)
    }
}

/// True if the value at a dotted path has to be a whole number.
pub fn takes_whole_numbers(path: &str) -> bool {
    matches!(edit::kind_at(path), Some(Kind::Integer { .. } | Kind::Or(_, Kind::Integer { .. })))
}

/// How many broken lines are recorded. Nobody reads on after that many.
const BROKEN_MAX: usize = 1_000;

/// The longest chain of `extends`.
const DEPTH_MAX: usize = 8;

/// Reads the scenario in `file` with everything it extends, applies the settings `sets` (`PATH=VALUE`) and
/// checks the result. The error is a report of all problems.
pub fn read(file: &Path, sets: &[String]) -> Result<Scenario, Report> {
    open(file)?.scenario(&[("--set", sets)])
}

/// The scenario in `file` without its wrong values, and the names of what was left out; `None` if it cannot be
/// read, or if nothing sound is left.
pub(super) fn read_sound(file: &Path, sets: &[String]) -> Option<(Scenario, BTreeSet<String>)> {
    let Document { mut reader, mut root } = open(file).ok()?;
    for text in sets {
        edit::apply(&mut root, "--set", text, &mut reader.report);
        reader.folders.resize(reader.report.sources.len(), PathBuf::new());
    }
    let LayerReader { report, folder, folders, broken, incomplete, .. } = reader;
    if incomplete || !broken.is_empty() {
        return None;
    }
    let (sound, left_out) = sound_part(&root, |root| {
        let mut found = Report::about(report.sources.clone());
        check(root, &folder, &folders, &mut found);
        found
    })?;
    let (mut root, mut report) = (complete(&sound, &folder, &folders), Report::about(report.sources));
    alias::resolve(&mut root, &mut report);
    (!report.has_errors()).then_some((Scenario { root, report, folder, has_strategy: true }, left_out))
}

/// Reads the scenario in `file` with everything it extends. It is checked later, by [`Document::scenario`].
pub fn open(file: &Path) -> Result<Document, Report> {
    let mut reader = LayerReader::new(file);
    match reader.outermost(file) {
        Some(root) => Ok(Document { reader, root }),
        None => Err(reader.report),
    }
}

/// A scenario as it was written. It is read once and can be completed under many settings.
#[derive(Debug, Clone)]
pub struct Document {
    reader: LayerReader,
    root: Node,
}

impl Document {
    /// The scenario under these settings (`PATH=VALUE`), each list with the option that it was given by.
    /// The error is a report of all problems.
    pub fn scenario(&self, settings: &[(&str, &[String])]) -> Result<Scenario, Report> {
        let Document { mut reader, mut root } = self.clone();
        for (by, text) in settings.iter().flat_map(|(by, texts)| texts.iter().map(move |text| (by, text))) {
            edit::apply(&mut root, by, text, &mut reader.report);
            reader.folders.resize(reader.report.sources.len(), PathBuf::new());
        }
        reader.check(&root);
        if reader.report.has_errors() {
            return Err(reader.report);
        }
        let mut root = complete(&root, &reader.folder, &reader.folders);
        alias::resolve(&mut root, &mut reader.report);
        if reader.report.has_errors() {
            return Err(reader.report);
        }
        Ok(Scenario { root, report: reader.report, folder: reader.folder, has_strategy: false })
    }

    /// For each of these settings, true if its path leads somewhere in the scenario with those before it, whatever its value.
    pub fn have_paths(&self, settings: &[String]) -> Vec<bool> {
        let (mut root, mut report) = (self.root.clone(), Report::default());
        settings.iter().map(|text| edit::apply(&mut root, "", text, &mut report)).collect()
    }
}

#[derive(Debug, Clone)]
struct LayerReader {
    report: Report,
    folder: Folder,
    /// The folder of each source, by the source's id, relative to `folder`.
    folders: Vec<PathBuf>,
    /// The files that are being read, the outermost first.
    chain: Vec<PathBuf>,
    /// Lines that are not TOML. What the tree has for them is a guess.
    broken: BTreeSet<(FileId, usize)>,
    /// True if something that the scenario extends could not be read. Keys may then seem to be missing.
    incomplete: bool,
}

impl LayerReader {
    fn new(file: &Path) -> LayerReader {
        LayerReader {
            report: Report::default(),
            folder: Folder::of(file),
            folders: Vec::new(),
            chain: Vec::new(),
            broken: BTreeSet::new(),
            incomplete: false,
        }
    }

    fn outermost(&mut self, file: &Path) -> Option<Node> {
        let name = PathBuf::from(file.file_name().unwrap_or(file.as_os_str()));
        match read_text(file, FILE_BYTES_MAX) {
            Ok(text) => Some(self.layer(name, text)),
            Err(error) => {
                self.refuse(&name_of_input(file), error, None);
                None
            }
        }
    }

    /// Reads a file and what it extends, merged.
    fn layer(&mut self, located: PathBuf, text: String) -> Node {
        let file = self.report.sources.add(name_of_input(&self.folder.path(&located)), text);
        self.folders.push(located.parent().unwrap_or(Path::new("")).to_owned());
        let (mut over, mistakes) = parse_document(&self.report.sources, file);
        for mistake in mistakes {
            if self.broken.len() < BROKEN_MAX {
                let line = mistake.span.map(|span| self.report.sources.line_start(span));
                self.broken.extend(line.map(|line| (file, line)));
            }
            self.report.push(mistake);
        }
        self.chain.push(located);
        let base = self.base(&mut over);
        self.chain.pop();
        match base {
            Some(mut base) => {
                base.span = over.span;
                merge(&mut base, over, Some(&Kind::Table(&ROOT)));
                base
            }
            None => over,
        }
    }

    /// Reads what a layer extends. The key `extends` stays in the tree only if it is not a text, so that
    /// the check reports it.
    fn base(&mut self, over: &mut Node) -> Option<Node> {
        let table = over.as_table_mut()?;
        let named = table.get("extends")?.node.as_text()?.to_owned();
        let span = table.shift_remove("extends")?.node.span;
        let base = self.named_base(&named, span);
        self.incomplete |= base.is_none();
        base
    }

    fn named_base(&mut self, named: &str, span: Span) -> Option<Node> {
        let from = &self.folders[span.file.index()];
        let Some(located) = self.folder.locate(from, named) else {
            self.report.push(escapes(named, span));
            return None;
        };
        if self.chain.contains(&located) {
            let chain: Vec<_> = self.chain.iter().map(|file| file.display().to_string()).collect();
            let message = format!("this scenario extends itself: {} → {named}", chain.join(" → "));
            self.report
                .push(Diagnostic::error("extends-cycle", message).at(span).help("remove one `extends`"));
            return None;
        }
        if self.chain.len() > DEPTH_MAX {
            let message = format!("more than {DEPTH_MAX} scenarios extend each other");
            let help = "put the layers in between into one file";
            self.report.push(Diagnostic::error("extends-too-deep", message).at(span).help(help));
            return None;
        }
        match self.folder.read(&located, FILE_BYTES_MAX) {
            Ok(text) => Some(self.layer(located, text)),
            Err(error) => {
                self.refuse(&self.folder.path(&located).display().to_string(), error, Some(span));
                None
            }
        }
    }

    fn refuse(&mut self, shown: &str, error: ReadError, named_at: Option<Span>) {
        if let ReadError::NotUtf8 { lossy, at } = error {
            let file = self.report.sources.add(shown, lossy);
            let span = Span { file, start: at, end: at + '\u{fffd}'.len_utf8() };
            let message = format!("byte {at} is not valid UTF-8");
            self.report.push(Diagnostic::error("not-utf-8", message).at(span).help("save the file as UTF-8"));
            return;
        }
        self.report.push(unread(shown, &error, named_at));
    }

    /// Checks the merged tree. For lines that are not TOML, the tree is a guess: nothing is reported about
    /// them, and no key is reported as missing.
    fn check(&mut self, root: &Node) {
        let mut found = Report::about(std::mem::take(&mut self.report.sources));
        check(root, &self.folder, &self.folders, &mut found);
        let partial = self.incomplete || !self.broken.is_empty();
        found.retain(|sources, diagnostic| {
            let line = diagnostic.span.map(|span| (span.file, sources.line_start(span)));
            let guessed = line.is_some_and(|line| self.broken.contains(&line));
            !(guessed || partial && diagnostic.slug == "missing-key")
        });
        self.report.sources = std::mem::take(&mut found.sources);
        self.report.absorb(found);
    }
}
