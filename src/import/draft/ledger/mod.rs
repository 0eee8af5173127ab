//! What the workflows of a draft need in the rest of the scenario: inputs, runners, branches, path classes, images;
//! which values are assumed, and what is left blank.

mod input;

use super::basis::PushBasis;
use crate::ci::matches;
use crate::import::calibration::{Calibration, KnownValue, ShownJob};
use crate::import::lock::INPUT_KINDS;
use crate::import::past::MeasuredPast;
use crate::import::pattern::{NamedPatterns, PathPatterns, PatternRules};
use crate::import::toml_text::{TomlLines, key, list, quoted};
use crate::import::workflow::WorkflowTrigger;
use crate::result::InventoryNote;
use crate::scenario::{ValueRange, is_hosted_label};
use crate::units::counted;
use input::{BUILT_IN, InputNames, LOCK, SILENT};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is noted while jobs are written.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    /// Inputs by name, with the patterns that they stand for.
    inputs: BTreeMap<String, String>,
    /// The patterns of files that inputs stand for, as far as they are written somewhere.
    patterns: BTreeMap<String, Vec<String>>,
    /// The names of inputs by their files.
    names: InputNames,
    /// The files of inputs that container files copy.
    pub copied: BTreeMap<String, PathPatterns>,
    /// The patterns of path classes, as far as they are known, with the rules that they follow.
    pub class_patterns: BTreeMap<String, (Vec<String>, PatternRules)>,
    runners: BTreeSet<String>,
    /// Branches besides the default branch, with the patterns that mean them.
    pub branches: BTreeMap<String, String>,
    /// Path classes with what they stand for.
    pub classes: BTreeMap<String, String>,
    /// Events that are no pushes and need a rate: words of `workload.events-per-day`.
    pub rates: BTreeSet<&'static str>,
    /// What releases or tags start: the triggers of workflows.
    pub on_tags: Vec<WorkflowTrigger>,
    /// True if no file names a compiler of Rust.
    pub takes_stable_rust: bool,
    /// The branches that the clone knows; `None` if it does not tell.
    pub known_branches: Option<BTreeSet<String>>,
    /// True if a merge queue starts something.
    pub merge_queue: bool,
    /// The paths of assumed values, by what they are.
    assumed: BTreeMap<Assumption, Vec<String>>,
    /// What is left blank: the place, and what is missing.
    pub blanks: Vec<(String, String)>,
    /// True if a key hashes Cargo.lock.
    pub hashes_crates: bool,
    /// How many caches of the jobs that are written are in a service of the runner's provider.
    pub elsewhere: usize,
    /// The tables of images.
    pub images: TomlLines,
    /// What data tell in place of assumptions.
    pub calibration: Calibration,
    /// The jobs that were written, each with the names of its runs.
    pub shown: Vec<(String, String, ShownJob)>,
    /// The usual minutes of all legs of a job, by the path of its table.
    pub minutes: BTreeMap<String, f64>,
}

/// A kind of value that no workflow tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Assumption {
    /// The value as TOML.
    pub value: String,
    /// Its range.
    pub range: String,
    /// What would tell it.
    pub basis: &'static str,
}

/// What is still assumed, and what would tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenAssumption {
    /// What would tell it.
    pub basis: &'static str,
    /// How many values are assumed.
    pub values: usize,
    /// The usual minutes of one run of each job that they belong to.
    pub minutes: f64,
}

impl Assumption {
    /// A time, a size or a number.
    pub fn new(value: &str, range: &str, basis: &'static str) -> Assumption {
        Assumption { value: value.to_owned(), range: range.to_owned(), basis }
    }

    /// Its range, with the value as near to the middle as it can be: else most worlds would have a larger one.
    fn spread(&self) -> String {
        let around = |range: ValueRange| range.spread_around(self.value.trim_matches('"')).to_string();
        ValueRange::parse(&self.range).map_or_else(|_| self.range.clone(), around)
    }
}

/// The most inputs besides the built-in ones.
const INPUTS_MAX: usize = 100;

impl Ledger {
    /// Nothing yet, in a repository with these paths.
    pub fn new(paths: &[String]) -> Ledger {
        Ledger { names: InputNames::new(paths), ..Ledger::default() }
    }

    /// The files of all inputs, as far as they are known: those of the keys, or the usual ones.
    pub fn input_patterns(&self) -> Vec<NamedPatterns> {
        let names: BTreeSet<&str> = self.inputs.keys().map(String::as_str).chain(USUAL).collect();
        let files = |name: &str| {
            let written = self.patterns.get(name).filter(|patterns| !patterns.is_empty());
            let usual =
                || INPUT_KINDS.iter().find(|kind| kind.name == usual_name(name)).map(|kind| kind.patterns);
            if let Some(patterns) = self.copied.get(name) {
                return Some(NamedPatterns { name: name.to_owned(), patterns: patterns.clone() });
            }
            match written {
                Some(written) => Some(NamedPatterns::new(name, written, PatternRules::HashFiles)),
                None => Some(NamedPatterns::new(name, usual()?, PatternRules::HashFiles)),
            }
        };
        names.into_iter().filter_map(files).collect()
    }

    /// The files of all path classes, as far as they are known.
    pub fn class_files(&self) -> Vec<NamedPatterns> {
        let known = self.classes.keys().filter_map(|class| Some((class, self.class_patterns.get(class)?)));
        known.map(|(class, (patterns, rules))| NamedPatterns::new(class, patterns, *rules)).collect()
    }

    /// The inputs and classes of which no file is known.
    pub fn unknown_files(&self) -> Vec<&str> {
        let known = self.input_patterns();
        let inputs = self.inputs.keys().filter(|name| known.iter().all(|input| input.name != **name));
        let classes = self.classes.keys().filter(|class| !self.class_patterns.contains_key(*class));
        inputs.chain(classes).map(String::as_str).collect()
    }

    /// Notes that a client hashes an input of this name.
    pub fn uses_input(&mut self, name: &str, what: &str) -> String {
        let is_built_in = Ledger::is_built_in(name);
        if self.inputs.len() >= INPUTS_MAX && !is_built_in && !self.inputs.contains_key(name) {
            return "lock".to_owned();
        }
        if !is_built_in || SILENT.contains(&name) {
            self.inputs.entry(name.to_owned()).or_insert_with(|| what.to_owned());
        }
        name.to_owned()
    }

    /// Notes what of the repository's files is not known, each thing once, with how often it is there.
    pub fn blank_unknown(&mut self, notes: &[InventoryNote]) {
        let mut places: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        for note in notes {
            places.entry((&note.what, &note.why)).or_default().insert(&note.place);
        }
        for note in notes {
            let Some(places) = places.remove(&(note.what.as_str(), note.why.as_str())) else { continue };
            let more = match places.len() {
                1 => String::new(),
                count => format!(" (and in {} more)", counted(count - 1, "place", "places")),
            };
            self.blank(&note.place, format!("`{}`{more}: {}", note.what, note.why));
        }
    }

    /// Notes the inputs whose files are none of the repository's, now or in its history: a step makes them. Where only the
    /// workflows are known, nothing is said.
    pub fn blank_made(&mut self, paths: &[String], past: Option<&MeasuredPast>) {
        if paths.iter().all(|path| path.starts_with(".github/")) {
            return;
        }
        let rates = past.map(|past| past.rates.inputs.as_slice()).unwrap_or_default();
        let is_seen = |name: &str| rates.iter().any(|rate| rate.name == name && rate.pushes > 0);
        let is_made = |input: &NamedPatterns| {
            !is_seen(&input.name) && !paths.iter().any(|path| input.patterns.matches(path))
        };
        let made: Vec<NamedPatterns> = self.input_patterns().into_iter().filter(is_made).collect();
        if self.hashes_crates && made.iter().any(|input| input.name == LOCK) {
            let why = "the repository has no such file, so that each run resolves the newest versions";
            let what = format!("`Cargo.lock`: {why}; here it changes as `workload.changes.lock` says");
            self.blank(".github/workflows", what);
        }
        for (name, files) in self.inputs.clone() {
            if made.iter().any(|input| input.name == name) {
                let why = "the repository has no such file; where a step makes it, its changes are not known";
                self.blank(
                    ".github/workflows",
                    format!("`{name}` ({files}): {why}, and the rate here is a guess"),
                );
            }
        }
    }

    /// What is assumed so far, to go back to by [`Ledger::assume_only`].
    pub fn assumed_so_far(&self) -> BTreeMap<Assumption, Vec<String>> {
        self.assumed.clone()
    }

    /// Takes back what was assumed since.
    pub fn assume_only(&mut self, before: BTreeMap<Assumption, Vec<String>>) {
        self.assumed = before;
    }

    /// True if this name is an input without being declared.
    pub fn is_built_in(name: &str) -> bool {
        BUILT_IN.iter().any(|(own, _)| *own == name) || name == "source"
    }

    /// True if an input of this name is declared.
    pub fn has_input(&self, name: &str) -> bool {
        self.inputs.contains_key(name)
    }

    /// True if so many more inputs can be declared.
    pub fn has_room_for(&self, count: usize) -> bool {
        self.inputs.len() + count <= INPUTS_MAX
    }

    /// True if the repository may have a branch of this pattern, as far as the clone tells.
    pub fn may_have_branch(&self, pattern: &str) -> bool {
        match &self.known_branches {
            Some(known) => known.iter().any(|branch| matches(pattern, branch)),
            // A clone of one branch, or none: its default branch has either of the usual names.
            None => pattern != "master",
        }
    }

    /// True if one of the workflows starts on a tag or its release.
    pub fn means_tag(&self, tag: &str) -> bool {
        self.on_tags.iter().any(|trigger| trigger.event != "push" || trigger.means_tag(tag))
    }

    /// Notes a label of a runner.
    pub fn uses_runner(&mut self, label: &str) {
        if !is_hosted_label(label) {
            self.runners.insert(label.to_owned());
        }
    }

    /// The value at a path, and what is said of it: what data tell, or else the assumption, which is noted.
    pub fn assume(&mut self, path: &[&str], assumption: Assumption) -> (String, String) {
        let (assumption, about) = match self.calibration.known(path) {
            Some(KnownValue { value, source, range: None }) => return (value.clone(), source.clone()),
            Some(KnownValue { value, source, range: Some(range) }) => {
                (Assumption { value: value.clone(), range: range.clone(), ..assumption }, source.clone())
            }
            None => (assumption, "assumed".to_owned()),
        };
        let value = assumption.value.clone();
        let path: Vec<String> = path.iter().map(|part| key(part)).collect();
        self.assumed.entry(assumption).or_default().push(path.join("."));
        (value, about)
    }

    /// What is still assumed: what would tell it, how many values, and the minutes of the jobs that they belong to.
    pub fn open(&self) -> Vec<OpenAssumption> {
        let mut open: BTreeMap<&'static str, (usize, f64)> = BTreeMap::new();
        let all: f64 = self.minutes.values().sum();
        for (assumption, paths) in &self.assumed {
            let own = open.entry(assumption.basis).or_default();
            own.0 += paths.len();
            own.1 = f64::max(own.1, self.minutes_behind(assumption.basis, all));
        }
        let mut open: Vec<OpenAssumption> = open
            .into_iter()
            .map(|(basis, (values, minutes))| OpenAssumption { basis, values, minutes })
            .collect();
        open.sort_by(|one, other| other.minutes.total_cmp(&one.minutes).then(one.basis.cmp(other.basis)));
        open
    }

    /// What would tell each assumption, by its first path.
    pub fn bases(&self) -> BTreeMap<String, &'static str> {
        let first = |(assumption, paths): (&Assumption, &Vec<String>)| {
            Some((paths.first()?.clone(), assumption.basis))
        };
        self.assumed.iter().filter_map(first).collect()
    }

    /// The minutes of the jobs of which something with this basis is assumed; all of them for what is of no job.
    fn minutes_behind(&self, basis: &str, all: f64) -> f64 {
        let own = self.assumed.iter().filter(|(assumption, _)| assumption.basis == basis);
        let paths: Vec<&String> = own.flat_map(|(_, paths)| paths).collect();
        if paths.iter().any(|path| !path.starts_with("workflow.") && !path.starts_with("image.")) {
            return all;
        }
        let is_meant = |job: &str| {
            let (table, image) =
                (format!("{job}."), job.replacen("workflow.", "image.", 1).replacen(".job.", "-", 1));
            paths.iter().any(|path| path.starts_with(&table) || path.starts_with(&format!("{image}.")))
        };
        self.minutes.iter().filter(|(job, _)| is_meant(job)).map(|(_, minutes)| minutes).sum()
    }

    /// Notes something that the reader has to fill in.
    pub fn blank(&mut self, place: &str, what: impl Into<String>) {
        let blank = (place.to_owned(), what.into());
        if !self.blanks.contains(&blank) {
            self.blanks.push(blank);
        }
    }

    /// The tables of inputs, branches and runners.
    pub fn tables(&mut self, basis: PushBasis) -> TomlLines {
        let mut lines = TomlLines::default();
        for (name, pattern) in self.inputs.clone() {
            lines.table(&format!("[input.{}]", key(&name)), &pattern);
            match (basis, basis.input(&name)) {
                (PushBasis::Log(..), Some((_, about))) => {
                    lines.remark(&format!("The event log says when: {about}."))
                }
                (PushBasis::Log(..), None) => {}
                (_, Some((value, about))) => lines.value("changes", &value, &about),
                (_, None) => {
                    let basis = "how often `git log` changes these files";
                    let assumption = Assumption::new("0.1", "0.02..0.3", basis);
                    let (value, about) = self.assume(&["input", &name, "changes"], assumption);
                    lines.value("changes", &value, &about);
                }
            }
        }
        for (name, pattern) in self.branches.clone() {
            lines.table(&format!("[branch.{}]", key(&name)), &format!("stands for {pattern}"));
            let assumption = Assumption::new("0.2", "0.02..2", "the pushes to these branches in `git log`");
            let (value, about) = self.assume(&["branch", &name, "pushes-per-day"], assumption);
            lines.value("pushes-per-day", &value, &about);
        }
        for label in self.runners.clone() {
            lines.table(&format!("[runner.{}]", key(&label)), "");
            if label.to_lowercase().contains("self-hosted") {
                lines.remark("Its disk may stay between jobs: then write `keeps`, and the number of machines in `concurrency`.");
            }
            if let Some(cores) = cores_said(&label) {
                lines.value("cores", &cores.to_string(), "its label");
                continue;
            }
            let assumption = Assumption::new("4", "2..16", "the settings of the runner");
            let (value, about) = self.assume(&["runner", &label, "cores"], assumption);
            lines.value("cores", &value, &about);
        }
        lines
    }

    /// The table of assumptions: one entry for values that are the same guess.
    pub fn assumptions(&self) -> TomlLines {
        let mut lines = TomlLines::default();
        for (assumption, paths) in &self.assumed {
            let (first, rest) = paths.split_first().expect("an assumption is noted with its path");
            lines.table(&format!("[assumed.{}]", quoted(first)), "");
            lines.value("range", &format!("[{}]", quoted(&assumption.spread())), "");
            if !rest.is_empty() {
                lines.value("also", &list(rest.iter().map(String::as_str)), "");
            }
            lines.value("basis", &quoted(&format!("assumed; {} would tell", assumption.basis)), "");
        }
        lines
    }
}

/// The inputs of `workload.changes` whose files are usual.
const USUAL: [&str; 5] = ["lock", "manifests", "toolchain", "source", "dockerfile"];

/// The kind of lock file that an input of this name is.
pub(super) fn usual_name(name: &str) -> &str {
    if name == "pom" { "maven" } else { name }
}

/// The number of cores that the label of a runner says, as in `ubuntu-24.04-16core`, `blacksmith-8vcpu-ubuntu-2404`,
/// `runs-on=1/cpu=4` or `12c28g`.
fn cores_said(label: &str) -> Option<u32> {
    let label = label.to_lowercase();
    let number = |word: &str| {
        let before = label.split_once(word)?.0.trim_end_matches('-');
        let digits = before.rsplit(|letter: char| !letter.is_ascii_digit()).next()?;
        digits.parse().ok().filter(|cores| (1..=256).contains(cores))
    };
    let set = || {
        let (_, after) = label.split_once("cpu=")?;
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    let with_memory = |part: &str| {
        let (cores, memory) = part.strip_suffix('g')?.split_once('c')?;
        memory.parse::<u32>().ok().and(cores.parse().ok())
    };
    let parts = || label.split(|letter: char| !letter.is_ascii_alphanumeric());
    let said = ["vcpu", "cpu", "core"].into_iter().find_map(number);
    let said = said.or_else(set).or_else(|| parts().find_map(with_memory));
    said.filter(|cores| (1..=256).contains(cores))
}
