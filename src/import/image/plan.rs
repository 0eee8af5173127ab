//! From stages to the steps of a scenario's image: the order of building, which step builds on which, and what each
//! depends on besides. Instructions that only set a value are no steps.

use super::cost::{AssumedCost, BASE, COPIED};
use super::instruction::{BadContainerFile, Instruction};
use super::stage::ContainerFile;
use crate::import::pattern::{NamedPatterns, PathPatterns, PatternRules};
use std::collections::BTreeSet;

/// What surrounds a container file.
#[derive(Debug, Clone, Copy)]
pub struct ImageSetting<'a> {
    /// The image's name in the scenario.
    pub name: &'a str,
    /// The stage to build; the last one if `None`.
    pub target: Option<&'a str>,
    /// The platforms to build for, such as `linux/arm64`; empty for that of the runner.
    pub platforms: &'a [String],
    /// The paths of the build's context, relative to it.
    pub paths: &'a [String],
    /// The inputs of the scenario, by paths relative to the context.
    pub inputs: &'a [NamedPatterns],
}

/// An image as steps.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedImage {
    /// Its name.
    pub name: String,
    /// Its steps; those that others need come first.
    pub steps: Vec<PlannedStep>,
    /// Inputs that the scenario needs besides: files that a step copies and no input has.
    pub inputs: Vec<NamedPatterns>,
    /// What the model does not say of it, in sentences without a full stop.
    pub notes: Vec<String>,
}

/// A step of an image.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedStep {
    /// Its name, unique in the image.
    pub name: String,
    /// The line of its instruction.
    pub line: usize,
    /// The step that it builds on; `None` if it starts a stage.
    pub parent: Option<usize>,
    /// The steps that it copies from.
    pub copies_from: Vec<usize>,
    /// A word of `content`, or the name of an input.
    pub content: String,
    /// Its instruction.
    pub command: String,
    /// What it costs.
    pub cost: AssumedCost,
    /// True if executing it again gives the same layer.
    pub is_reproducible: bool,
    /// True if its layer is part of the image.
    pub in_final: bool,
}

/// The steps of a container file.
///
/// # Errors
/// If the stage to build is not there, or there are too many steps.
pub fn plan(file: &ContainerFile, setting: &ImageSetting) -> Result<PlannedImage, BadContainerFile> {
    let end = file.stages.len();
    let missing =
        |target: &str| BadContainerFile::NoTarget(crate::diagnostic::printable(target).into_owned());
    let target = match setting.target {
        Some(target) => file.stage(target, end).ok_or_else(|| missing(target))?,
        None => end - 1,
    };
    let mut planning = Planning::new(file, setting);
    let needed = needed(file, target);
    for index in 0..=target {
        if needed.contains(&index) {
            planning.stage(index);
        }
    }
    let mut step = planning.last[target];
    while let Some(index) = step {
        planning.image.steps[index].in_final = true;
        step = planning.image.steps[index].parent;
    }
    let image = planning.image.on(setting.platforms);
    match image.steps.len() > STEPS_MAX {
        true => Err(BadContainerFile::TooLarge("200 steps")),
        false => Ok(image),
    }
}

const STEPS_MAX: usize = 200;

/// The stages that the target needs; BuildKit builds no others.
fn needed(file: &ContainerFile, target: usize) -> BTreeSet<usize> {
    let (mut open, mut found) = (vec![target], BTreeSet::new());
    while let Some(index) = open.pop() {
        if found.insert(index) {
            let stage = &file.stages[index];
            let copied = stage.instructions.iter().flat_map(sources_of_stages);
            let named = std::iter::once(stage.base.clone()).chain(copied);
            open.extend(named.filter_map(|name| file.stage(&name, index)));
        }
    }
    found
}

/// The stages that an instruction names: `--from=`, also in a mount.
fn sources_of_stages(instruction: &Instruction) -> Vec<String> {
    let mounts = instruction.option("mount").flat_map(|mount| mount.split(','));
    let mounted = mounts.filter_map(|part| part.strip_prefix("from="));
    instruction.option("from").chain(mounted).map(str::to_owned).collect()
}

/// Inputs that a scenario draws together with the crates: `COPY Cargo.toml` means them all.
const OF_RUST: [&str; 4] = ["lock", "manifests", "toolchain", "source"];

struct Planning<'a> {
    file: &'a ContainerFile,
    setting: &'a ImageSetting<'a>,
    image: PlannedImage,
    /// The last step of each stage.
    last: Vec<Option<usize>>,
}

impl<'a> Planning<'a> {
    fn new(file: &'a ContainerFile, setting: &'a ImageSetting<'a>) -> Planning<'a> {
        let name = setting.name.to_owned();
        let image = PlannedImage { name, steps: Vec::new(), inputs: Vec::new(), notes: Vec::new() };
        Planning { file, setting, image, last: vec![None; file.stages.len()] }
    }

    fn stage(&mut self, index: usize) {
        let stage = &self.file.stages[index];
        match self.file.stage(&stage.base, index) {
            Some(base) => self.last[index] = self.last[base],
            None if stage.base == "scratch" => {}
            None => {
                // A digest never moves; a tag does.
                let content = if stage.base.contains("@sha256:") { "fixed" } else { "base" };
                self.add(index, stage.line, format!("FROM {}", stage.base), content, BASE);
            }
        }
        for instruction in &stage.instructions {
            match instruction.word.as_str() {
                "COPY" | "ADD" => self.copy(index, instruction),
                "RUN" => self.run(index, instruction),
                "ONBUILD" => self.note(instruction, "ONBUILD acts in images that build on this one"),
                _ => {}
            }
        }
    }

    fn note(&mut self, instruction: &Instruction, what: &str) {
        self.image.notes.push(format!("line {}: {what}", instruction.line));
    }

    fn copy(&mut self, stage: usize, instruction: &Instruction) {
        let words = instruction.words();
        let sources = &words[..words.len().saturating_sub(1)];
        let command = format!("{} {}", instruction.word, words.join(" "));
        if let Some(from) = instruction.option("from").next() {
            let source = self.file.stage(from, stage);
            let is_recipe = words.iter().any(|word| word.ends_with("recipe.json"));
            let contents = match (is_recipe, source) {
                (true, _) => vec!["recipe".to_owned()],
                (_, Some(source)) => self.contents_of(source),
                (_, None) => vec!["base".to_owned()],
            };
            for content in contents {
                let step =
                    self.add(stage, instruction.line, format!("{command} from {from}"), &content, COPIED);
                self.image.steps[step].copies_from =
                    source.and_then(|source| self.last[source]).into_iter().collect();
            }
            return;
        }
        for content in self.contents(sources) {
            self.add(stage, instruction.line, command.clone(), &content, COPIED);
        }
    }

    /// What a copy from a stage depends on: the whole context if a step of the stage does; else the inputs of its steps,
    /// each a content; else its base image, if that moves.
    fn contents_of(&self, stage: usize) -> Vec<String> {
        let parent = |step: &usize| self.image.steps[*step].parent;
        let steps = std::iter::successors(self.last[stage], parent);
        let contents: BTreeSet<&str> = steps.map(|step| self.image.steps[step].content.as_str()).collect();
        let inputs: Vec<&str> = contents
            .iter()
            .copied()
            .filter(|content| !["fixed", "base", "context"].contains(content))
            .collect();
        let of = |contents: &[&str]| contents.iter().map(|content| (*content).to_owned()).collect();
        match () {
            () if contents.contains("context") => of(&["context"]),
            () if !inputs.is_empty() => of(&inputs),
            () if contents.contains("base") => of(&["base"]),
            () => of(&["fixed"]),
        }
    }

    /// What a step depends on through the stages that it mounts, whose files BuildKit hashes (`solver/llbsolver/ops/exec.go`).
    fn content_of_mounts(&self, stages: &[usize]) -> String {
        let mut contents = stages.iter().flat_map(|stage| self.contents_of(*stage));
        contents.find(|content| content != "fixed").unwrap_or_else(|| "fixed".to_owned())
    }

    fn run(&mut self, stage: usize, instruction: &Instruction) {
        let command = instruction.command();
        let mounts: Vec<&str> = instruction.option("mount").collect();
        if mounts.iter().any(|mount| mount.contains("type=cache")) {
            self.note(instruction, "a cache mount is empty on a new runner, and no cache keeps it");
        }
        let bound = mounts.iter().filter(|mount| mount.contains("type=bind") || !mount.contains("type="));
        let local = bound.filter(|mount| !mount.contains("from="));
        let source =
            |mount: &&str| mount.split(',').find_map(|part| part.strip_prefix("source=")).map(str::to_owned);
        let sources: Vec<String> =
            local.map(|mount| source(mount).unwrap_or_else(|| ".".to_owned())).collect();
        let names = sources_of_stages(instruction);
        let stages: Vec<usize> = names.iter().filter_map(|name| self.file.stage(name, stage)).collect();
        let content = match sources.is_empty() {
            true => self.content_of_mounts(&stages),
            false => self.contents(&sources).pop().unwrap_or_else(|| "context".to_owned()),
        };
        let mounted: Vec<usize> = stages.into_iter().filter_map(|stage| self.last[stage]).collect();
        let cost = AssumedCost::of(&command);
        let step = self.add(stage, instruction.line, format!("RUN {command}"), &content, cost);
        self.image.steps[step].copies_from = mounted;
        self.image.steps[step].is_reproducible = false;
    }

    /// What the files that are copied depend on: one content for each input that has some of them, if inputs have all;
    /// the whole context; or an input of their own.
    fn contents(&mut self, sources: &[String]) -> Vec<String> {
        let clean: Vec<&str> =
            sources.iter().map(|source| source.trim_start_matches("./").trim_matches('/')).collect();
        if clean.iter().any(|source| ["", ".", "*"].contains(source) || source.contains('$')) {
            return vec!["context".to_owned()];
        }
        if clean.iter().all(|source| source.contains("://")) {
            return vec!["fixed".to_owned()];
        }
        let copied = PathPatterns::new(&clean, PatternRules::HashFiles);
        let files: Vec<&String> = self.setting.paths.iter().filter(|path| copied.matches(path)).collect();
        let inputs = self.setting.inputs.iter().chain(&self.image.inputs);
        let is_had = |input: &&NamedPatterns| files.iter().any(|file| input.patterns.matches(file));
        // An input that stands for other files, too, changes more often than what is copied.
        let left = || self.setting.paths.iter().filter(|path| !copied.matches(path));
        let is_whole = |input: &&NamedPatterns| {
            OF_RUST.contains(&input.name.as_str()) || !left().any(|path| input.patterns.matches(path))
        };
        let having: Vec<&NamedPatterns> = inputs.filter(is_had).filter(is_whole).collect();
        let all = files.iter().all(|file| having.iter().any(|input| input.patterns.matches(file)));
        if all && !having.is_empty() {
            return having.iter().map(|input| input.name.clone()).collect();
        }
        let letters =
            |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
        let name: String = clean.join("-").chars().take(60).map(letters).collect();
        let name = format!("files-{}", name.trim_matches('-'));
        if self.image.inputs.iter().all(|input| input.name != name) {
            self.image.inputs.push(NamedPatterns { name: name.clone(), patterns: copied });
        }
        vec![name]
    }

    /// Adds a step at the end of a stage.
    fn add(&mut self, stage: usize, line: usize, command: String, content: &str, cost: AssumedCost) -> usize {
        let steps = &mut self.image.steps;
        let start = format!("{} {line}", self.file.stages[stage].name);
        let same = steps.iter().filter(|step| step.line == line).count();
        let name = if same == 0 { start } else { format!("{start}.{same}") };
        steps.push(PlannedStep {
            name,
            line,
            parent: self.last[stage],
            copies_from: Vec::new(),
            content: content.to_owned(),
            command,
            cost,
            is_reproducible: true,
            in_final: false,
        });
        self.last[stage] = Some(steps.len() - 1);
        steps.len() - 1
    }
}
