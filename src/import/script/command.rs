//! The commands of a script.

use super::word::ShellWord;

/// Commands joined by `&&` and `||`: each runs or not by how those before it ended.
#[derive(Debug, Default)]
pub(super) struct CommandChain {
    pub first: Pipeline,
    /// `&&` or `||`, and what follows.
    pub rest: Vec<(&'static str, Pipeline)>,
}

/// Commands of which each reads what the one before writes.
#[derive(Debug, Default)]
pub(super) struct Pipeline {
    pub is_negated: bool,
    pub commands: Vec<RedirectedCommand>,
}

/// A command, and where its output goes.
#[derive(Debug)]
pub(super) struct RedirectedCommand {
    pub command: ShellCommand,
    /// Where its output goes, if not where that of the commands around it does.
    pub output: Option<ShellWord>,
    /// A text that it reads.
    pub input: Option<ShellWord>,
}

/// A command.
#[derive(Debug)]
pub(super) enum ShellCommand {
    /// A program with its arguments, and assignments in front of it.
    Simple { assigned: Vec<(String, ShellWord)>, words: Vec<ShellWord> },
    /// Conditions with what they guard, and what is left.
    If { branches: Vec<(Vec<CommandChain>, Vec<CommandChain>)>, otherwise: Vec<CommandChain> },
    /// A word, and the patterns that it is compared with.
    Case { subject: ShellWord, arms: Vec<(Vec<ShellWord>, Vec<CommandChain>)> },
    /// What runs any number of times.
    Loop(Vec<CommandChain>),
    /// What runs as one; true if its variables are its own.
    Group(Vec<CommandChain>, bool),
    /// The words between `[[` and `]]`, and the operators there.
    Test(Vec<TestWord>),
}

/// A word or an operator of a test.
#[derive(Debug)]
pub(super) enum TestWord {
    Word(ShellWord),
    Operator(&'static str),
}
