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

/// The platform that a build has on nearly all runners if it names none. Builds with and without its name share layers.
pub const USUAL_PLATFORM: &str = "linux/amd64";

const STAGES_MAX: usize = 100;

impl ContainerFile {
    /// Reads a container file as it is built for a platform, such as `linux/arm64`.
    ///
    /// # Errors
    /// If it is too large, has no stage, or a here-document has no end.
    pub fn read(text: &str, platform: &str) -> Result<ContainerFile, BadContainerFile> {
        let mut arguments = of_platform(platform);
        let mut stages: Vec<StageBlock> = Vec::new();
        for instruction in Instruction::read(text)? {
            match (instruction.word.as_str(), stages.last_mut()) {
                ("FROM", _) => stages.push(StageBlock::new(&instruction, stages.len(), &arguments)),
                ("ARG", None) => declare(&instruction, &mut arguments),
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

/// The arguments that BuildKit sets for every `FROM`. The machine that builds is one of the usual runners.
fn of_platform(platform: &str) -> BTreeMap<String, String> {
    let parts = |text: &str, at: usize| text.split('/').nth(at).unwrap_or_default().to_owned();
    let own = [("TARGET", platform), ("BUILD", USUAL_PLATFORM)].into_iter().flat_map(|(start, of)| {
        let values = [
            ("PLATFORM", of.to_owned()),
            ("OS", parts(of, 0)),
            ("ARCH", parts(of, 1)),
            ("VARIANT", parts(of, 2)),
        ];
        values.map(|(end, value)| (format!("{start}{end}"), value))
    });
    own.collect()
}

/// Declares the arguments of an `ARG` with their defaults; `ARG X=` has an empty one. One without a default keeps what
/// BuildKit has set.
fn declare(instruction: &Instruction, arguments: &mut BTreeMap<String, String>) {
    for word in instruction.words() {
        match word.split_once('=') {
            Some((name, value)) => {
                arguments.insert(name.to_owned(), value.trim_matches(['"', '\'']).to_owned());
            }
            None => drop(arguments.entry(word).or_default()),
        }
    }
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
