//! How a request prints itself: as the command that gives the same result again. Reports and results show
//! this command, and all requests use this one builder.

use super::worlds::Uncertainty;
use crate::observe::Measure;
use crate::statistics::Precision;
use crate::strategy::StrategySet;
use std::fmt;
use std::path::Path;

/// The metric that a result is about by default.
pub const HEADLINE: &str = "push.green{stat=mean}";

/// The most replications that `--precision` plays by default.
pub const REPLICATIONS_MAX: u32 = 200;

/// A command line under construction. Words are quoted as a shell needs it.
pub(super) struct CommandLine(String);

impl CommandLine {
    pub fn new(command: &str) -> CommandLine {
        CommandLine(format!("cache-budget {command}"))
    }

    /// Continues a command that has some words already.
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

    /// Adds an option once per value.
    pub fn option<T: fmt::Display>(mut self, name: &str, values: impl IntoIterator<Item = T>) -> CommandLine {
        for value in values {
            self.0 += &format!(" {name} {}", quoted(&value.to_string()));
        }
        self
    }

    pub fn uncertainty(self, uncertainty: Uncertainty) -> CommandLine {
        self.flag("--uncertain", uncertainty == Uncertainty::OfService)
            .flag("--no-uncertain", uncertainty == Uncertainty::Ignored)
    }

    pub fn strategies(self, strategies: &[StrategySet]) -> CommandLine {
        self.option("--strategy", strategies)
    }

    /// Adds an option for a metric.
    pub fn metric(self, name: &str, measure: Option<&Measure>) -> CommandLine {
        self.option(name, measure.map(|measure| measure.to_string().replace(" {", "{").replace(", ", ",")))
    }

    /// Adds an option for a metric, unless it is [`HEADLINE`].
    pub fn metric_unless_headline(self, name: &str, measure: &Measure) -> CommandLine {
        let headline = measure.to_string().replace(" {", "{").replace(", ", ",") == HEADLINE;
        self.metric(name, (!headline).then_some(measure))
    }

    pub fn precision(self, precision: Option<&Precision>) -> CommandLine {
        let Some(Precision { measure, target, replications_max }) = precision else { return self };
        let most = (*replications_max != REPLICATIONS_MAX).then_some(replications_max);
        self.option("--precision", [target])
            .metric_unless_headline("--precision-metric", measure)
            .option("--replications-max", most)
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The command that tries every strategy on a scenario.
pub(crate) fn compare_all(file: &Path) -> String {
    CommandLine::new("compare").file(file).flag("--all", true).to_string()
}

/// Quotes a word so that a shell reads it back. Control characters are escaped, because a line that
/// contains them would affect the terminal it is pasted into.
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
