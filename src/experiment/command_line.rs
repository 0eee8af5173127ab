//! The command that gives a result again: how a request prints itself.

use crate::observe::Measure;
use crate::strategy::Treatment;
use crate::study::Precision;
use std::fmt;
use std::path::Path;

/// The metric that an answer is about unless another is asked for.
pub const HEADLINE: &str = "push.waiting{stat=mean}";

/// The most replications that are added for precision unless another number is asked for.
pub const REPLICATIONS_MAX: u32 = 200;

/// A command line as it is put together, word by word, quoted as a shell needs it.
pub(super) struct CommandLine(String);

impl CommandLine {
    pub fn new(command: &str) -> CommandLine {
        CommandLine(format!("cache-budget {command}"))
    }

    /// A command that has some of its words already.
    pub fn continued(words: &str) -> CommandLine {
        CommandLine(words.to_owned())
    }

    pub fn file(mut self, file: &Path) -> CommandLine {
        self.0 += &format!(" {}", quoted(&file.display().to_string()));
        self
    }

    pub fn flag(mut self, name: &str, is_set: bool) -> CommandLine {
        if is_set {
            self.0 += &format!(" {name}");
        }
        self
    }

    /// An option for each of the values.
    pub fn option<T: fmt::Display>(mut self, name: &str, values: impl IntoIterator<Item = T>) -> CommandLine {
        for value in values {
            self.0 += &format!(" {name} {}", quoted(&value.to_string()));
        }
        self
    }

    pub fn strategies(self, strategies: &[Treatment]) -> CommandLine {
        self.option("--strategy", strategies)
    }

    /// A metric, where it is not the headline.
    pub fn metric(self, name: &str, measure: &Measure) -> CommandLine {
        let text = measure.to_string().replace(" {", "{").replace(", ", ",");
        self.option(name, (text != HEADLINE).then_some(text))
    }

    pub fn precision(self, precision: Option<&Precision>) -> CommandLine {
        let Some(Precision { measure, target, replications_max }) = precision else { return self };
        let most = (*replications_max != REPLICATIONS_MAX).then_some(replications_max);
        self.option("--precision", [target])
            .metric("--precision-metric", measure)
            .option("--replications-max", most)
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A word as a shell reads it back. Control characters are escaped: a line that has them would act on the
/// terminal it is pasted into.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./=,:+@%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if !word.contains(char::is_control) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let escaped = |letter: char| match letter {
        '\'' | '\\' => format!("\\{letter}"),
        letter if letter.is_control() => format!("\\u{:04x}", u32::from(letter)),
        letter => letter.into(),
    };
    format!("$'{}'", word.chars().map(escaped).collect::<String>())
}
