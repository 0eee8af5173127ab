//! The stages of a container file, with the values of its arguments put in where they have defaults.

use super::instruction::{BadContainerFile, Instruction};
use std::collections::BTreeMap;

/// A container file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerFile {
    /// Its stages, in order.
    pub stages: Vec<StageBlock>,
}

/// One stage: `FROM` and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageBlock {
    /// Its name after `AS`, in small letters; its number if it has none.
    pub name: String,
    /// The image or the stage that it begins with.
    pub base: String,
    /// The line of its `FROM`.
    pub line: usize,
    /// What follows.
    pub instructions: Vec<Instruction>,
}

const STAGES_MAX: usize = 100;

impl ContainerFile {
    /// Reads a container file.
    ///
    /// # Errors
    /// If it is too large, has no stage, or a here-document has no end.
    pub fn read(text: &str) -> Result<ContainerFile, BadContainerFile> {
        let mut arguments: BTreeMap<String, String> = BTreeMap::new();
        let mut stages: Vec<StageBlock> = Vec::new();
        for instruction in Instruction::read(text)? {
            match (instruction.word.as_str(), stages.last_mut()) {
                ("FROM", _) => stages.push(StageBlock::new(&instruction, stages.len(), &arguments)),
                ("ARG", None) => arguments.extend(defaults(&instruction)),
                (_, Some(stage)) => stage.instructions.push(instruction),
                (_, None) => {}
            }
        }
        match stages.len() {
            0 => Err(BadContainerFile::NoStage),
            1..=STAGES_MAX => Ok(ContainerFile { stages }),
            _ => Err(BadContainerFile::TooLarge("100 stages")),
        }
    }

    /// The stage with this name or number before `end`; names are compared without case.
    pub fn stage(&self, name: &str, end: usize) -> Option<usize> {
        let named = self.stages[..end].iter().rposition(|stage| stage.name.eq_ignore_ascii_case(name));
        named.or_else(|| name.parse().ok().filter(|index| *index < end))
    }
}

impl StageBlock {
    fn new(from: &Instruction, index: usize, arguments: &BTreeMap<String, String>) -> StageBlock {
        let words = from.words();
        let base = words.first().map(|word| filled(word, arguments)).unwrap_or_default();
        let named = words.get(1).filter(|word| word.eq_ignore_ascii_case("as")).and_then(|_| words.get(2));
        let name = named.map_or_else(|| index.to_string(), |name| name.to_ascii_lowercase());
        StageBlock { name, base, line: from.line, instructions: Vec::new() }
    }
}

/// The arguments that an `ARG` declares, with their defaults; `ARG X=` has an empty one.
fn defaults(instruction: &Instruction) -> Vec<(String, String)> {
    let words = instruction.words();
    let pairs = words.iter().map(|word| word.split_once('=').unwrap_or((word, "")));
    pairs.map(|(name, value)| (name.to_owned(), value.trim_matches(['"', '\'']).to_owned())).collect()
}

/// The text with `$NAME`, `${NAME}` and `${NAME:-default}` put in, once: what is put in is not read again.
fn filled(text: &str, arguments: &BTreeMap<String, String>) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (inside, following) = match after.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            Some(found) => found,
            None => {
                after.split_at(after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len()))
            }
        };
        let (name, default) = inside.split_once(":-").unwrap_or((inside, ""));
        let value = arguments.get(name).filter(|value| !value.is_empty());
        out.push_str(value.map_or(default, String::as_str));
        rest = following;
    }
    out + rest
}
