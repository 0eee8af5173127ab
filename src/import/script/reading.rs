//! Follows the commands of a script with the values that are known. A command that may not run leaves what it would set
//! unknown.

use super::command::{CommandChain, Pipeline, RedirectedCommand, ShellCommand};
use super::word::{ShellWord, WordPart};
use crate::import::expression::Truth;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Stands in texts for what is not known.
pub(super) const UNKNOWN: char = '\u{F8FF}';
/// The longest text of a variable.
const TEXT_MAX: usize = 60_000;
/// The most commands that are followed.
const COMMANDS_MAX: usize = 5_000;
/// The most bytes of all texts together: a word may name a long variable thousands of times.
const TEXTS_MAX: usize = 4_000_000;

/// What a script has done so far.
pub(super) struct ScriptReading<'a> {
    /// The variable that names the file of the outputs.
    pub target: &'static str,
    /// The values of variables from outside.
    pub outer: &'a dyn Fn(&str) -> Option<String>,
    /// What a text is now, without placeholders; `None` if that is not known.
    pub now: &'a dyn Fn(&str) -> Option<String>,
    /// The variables that the script has set.
    pub variables: BTreeMap<String, String>,
    /// What it wrote into the outputs, and whether it certainly did.
    pub written: Vec<(String, bool)>,
    /// True if it may have ended before.
    pub may_have_ended: bool,
    /// True if it has ended.
    pub has_ended: bool,
    /// The commands so far.
    pub commands: usize,
    /// The bytes of all texts so far.
    pub texts: Cell<usize>,
}

/// Where the output of a command goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputGoes {
    ToLog,
    ToOutputs,
    Elsewhere,
}

/// Programs that set the variables that their arguments name.
const SETTERS: [&str; 6] = ["read", "mapfile", "readarray", "unset", "getopts", "let"];
/// Programs that may set any variable, or write anything.
const ANYTHING: [&str; 3] = ["eval", "source", "."];
/// Programs that declare variables, with assignments as arguments.
const DECLARERS: [&str; 5] = ["export", "local", "declare", "readonly", "typeset"];
/// Programs that always succeed, and set nothing.
const QUIET: [&str; 7] = ["echo", "printf", "true", ":", "set", "shopt", "shift"];

impl ScriptReading<'_> {
    /// Follows a list of commands; answers if the last one succeeds.
    pub fn list(&mut self, list: &[CommandChain], sure: bool, goes: OutputGoes) -> Truth {
        let mut last = Truth::Yes;
        for chain in list {
            if self.has_ended {
                return Truth::Maybe;
            }
            last = self.pipeline(&chain.first, sure, goes);
            for (sign, pipeline) in &chain.rest {
                let runs = if *sign == "&&" { last } else { last.opposite() };
                match runs {
                    Truth::No => {}
                    Truth::Yes => last = self.pipeline(pipeline, sure, goes),
                    Truth::Maybe => {
                        self.pipeline(pipeline, false, goes);
                        last = Truth::Maybe;
                    }
                }
            }
        }
        last
    }

    fn pipeline(&mut self, pipeline: &Pipeline, sure: bool, goes: OutputGoes) -> Truth {
        let sure = sure && !self.may_have_ended;
        let ends = match &pipeline.commands[..] {
            [one] => self.redirected(one, sure, goes, None),
            [before @ .., last] => {
                let piped = self.piped(before);
                // What stands before a pipe has variables of its own.
                let variables = self.variables.clone();
                for own in before {
                    self.redirected(own, false, OutputGoes::Elsewhere, None);
                }
                self.variables = variables;
                self.redirected(last, sure, goes, Some(piped))
            }
            [] => Truth::Yes,
        };
        if pipeline.is_negated { ends.opposite() } else { ends }
    }

    /// What a command hands on through a pipe.
    fn piped(&self, before: &[RedirectedCommand]) -> String {
        let unknown = || UNKNOWN.to_string();
        let [RedirectedCommand { command: ShellCommand::Simple { words, .. }, output: None, .. }] = before
        else {
            return unknown();
        };
        self.printed(words).unwrap_or_else(unknown)
    }

    fn redirected(
        &mut self,
        own: &RedirectedCommand,
        sure: bool,
        goes: OutputGoes,
        piped: Option<String>,
    ) -> Truth {
        self.commands += 1;
        if self.commands > COMMANDS_MAX {
            self.may_have_ended = true;
            self.written.push((format!("{UNKNOWN}\n"), false));
            return Truth::Maybe;
        }
        let goes = match &own.output {
            Some(target) if self.is_target(target) => OutputGoes::ToOutputs,
            Some(_) => OutputGoes::Elsewhere,
            None => goes,
        };
        match &own.command {
            ShellCommand::Simple { assigned, words } => {
                let input = own.input.as_ref().map(|word| self.text(word)).or(piped);
                self.simple(assigned, words, input, (sure, goes))
            }
            ShellCommand::If { branches, otherwise } => self.branches(branches, otherwise, sure, goes),
            ShellCommand::Case { subject, arms } => self.case(subject, arms, sure, goes),
            ShellCommand::Loop(body) => {
                // Twice, so that what a round sets is not known in the next one.
                self.list(body, false, goes);
                self.list(body, false, goes)
            }
            ShellCommand::Group(body, is_apart) => {
                let before = is_apart.then(|| self.variables.clone());
                let had_ended = (self.has_ended, self.may_have_ended);
                let ends = self.list(body, sure, goes);
                if let Some(before) = before {
                    self.variables = before;
                    (self.has_ended, self.may_have_ended) = had_ended;
                }
                ends
            }
            ShellCommand::Test(words) => self.test(words),
        }
    }

    fn simple(
        &mut self,
        assigned: &[(String, ShellWord)],
        words: &[ShellWord],
        input: Option<String>,
        (sure, goes): (bool, OutputGoes),
    ) -> Truth {
        let Some(first) = words.first() else {
            for (name, value) in assigned {
                let text = self.text(value);
                self.set(name, text, sure);
            }
            return Truth::Yes;
        };
        let name = self.now_text(first).unwrap_or_default();
        let arguments = &words[1..];
        if DECLARERS.contains(&name.as_str()) {
            self.declare(arguments, sure);
            return Truth::Yes;
        }
        if SETTERS.contains(&name.as_str()) || name == "printf" && first_is(arguments, "-v") {
            for word in arguments {
                let text = self.now_text(word).unwrap_or_default();
                self.set(text.split(['=', '+', '-']).next().unwrap_or_default(), UNKNOWN.to_string(), sure);
            }
            return Truth::Maybe;
        }
        match name.as_str() {
            "exit" | "return" => self.end(arguments, sure),
            "[" | "test" => return self.bracket(arguments, name == "["),
            "false" => return Truth::No,
            "tee" if arguments.iter().any(|word| self.is_target(word)) => {
                self.written.push((input.unwrap_or_else(|| UNKNOWN.to_string()), sure));
            }
            _ => {
                let printed = match (name.as_str(), input) {
                    ("cat", Some(text)) if arguments.is_empty() => Some(text),
                    _ => self.printed(words),
                };
                self.print(&name, printed, sure, goes);
            }
        }
        if ANYTHING.contains(&name.as_str()) {
            self.written.push((format!("{UNKNOWN}\n"), false));
            self.variables.values_mut().for_each(|value| *value = UNKNOWN.to_string());
        }
        Truth::of(true).and(if QUIET.contains(&name.as_str()) { Truth::Yes } else { Truth::Maybe })
    }

    /// Notes what a command prints, if that goes to the outputs; `None` if it is not known.
    fn print(&mut self, name: &str, printed: Option<String>, sure: bool, goes: OutputGoes) {
        match (goes, printed) {
            (OutputGoes::ToOutputs, Some(text)) => self.written.push((text, sure)),
            (OutputGoes::ToOutputs, None)
                if !["cd", "set", "mkdir", ":", "true", "sleep"].contains(&name) =>
            {
                self.written.push((format!("{UNKNOWN}\n"), sure));
            }
            (OutputGoes::ToLog, Some(text)) => {
                // The old way to set an output.
                for line in text.lines() {
                    let rest = line.trim_start().strip_prefix("::set-output name=");
                    if let Some((output, value)) = rest.and_then(|rest| rest.split_once("::")) {
                        self.written.push((format!("{output}={value}\n"), sure));
                    }
                }
            }
            _ => {}
        }
    }

    fn declare(&mut self, arguments: &[ShellWord], sure: bool) {
        for word in arguments {
            let Some(WordPart::Text(text)) = word.parts.first() else { continue };
            let Some((name, rest)) = text.split_once('=') else { continue };
            let parts = [&[WordPart::Text(rest.to_owned())], &word.parts[1..]].concat();
            let value = self.text(&ShellWord { parts, is_quoted: true });
            self.set(name.trim_end_matches('+'), value, sure && !name.ends_with('+'));
        }
    }

    /// The end of the script. One that ends with a failure, as far as it does, is none of interest.
    fn end(&mut self, arguments: &[ShellWord], sure: bool) {
        let code = arguments.first().map(|word| self.now_text(word));
        let fails = matches!(code, Some(Some(code)) if code != "0");
        self.has_ended |= sure;
        self.may_have_ended |= !sure && !fails;
    }

    fn branches(
        &mut self,
        branches: &[(Vec<CommandChain>, Vec<CommandChain>)],
        otherwise: &[CommandChain],
        mut sure: bool,
        goes: OutputGoes,
    ) -> Truth {
        let was_sure = sure;
        for (asked, body) in branches {
            let holds = self.list(asked, sure, OutputGoes::Elsewhere);
            if let Some(ends) = self.arm(holds, body, &mut sure, goes) {
                return if sure == was_sure { ends } else { Truth::Maybe };
            }
        }
        let ends = self.list(otherwise, sure, goes);
        if sure == was_sure { ends } else { Truth::Maybe }
    }

    fn case(
        &mut self,
        subject: &ShellWord,
        arms: &[(Vec<ShellWord>, Vec<CommandChain>)],
        mut sure: bool,
        goes: OutputGoes,
    ) -> Truth {
        let was_sure = sure;
        let text = self.now_text(subject);
        for (patterns, body) in arms {
            let holds = patterns.iter().map(|pattern| self.matches(text.as_deref(), pattern));
            let holds = holds.fold(Truth::No, Truth::or);
            if let Some(ends) = self.arm(holds, body, &mut sure, goes) {
                return if sure == was_sure { ends } else { Truth::Maybe };
            }
        }
        if sure == was_sure { Truth::Yes } else { Truth::Maybe }
    }

    /// Follows one of several bodies. Answers how it ends if it is certainly the one that runs; if it may be, nothing is
    /// sure from then on.
    fn arm(
        &mut self,
        holds: Truth,
        body: &[CommandChain],
        sure: &mut bool,
        goes: OutputGoes,
    ) -> Option<Truth> {
        match holds {
            Truth::Yes => return Some(self.list(body, *sure, goes)),
            Truth::No => {}
            Truth::Maybe => {
                *sure = false;
                self.list(body, false, goes);
            }
        }
        None
    }

    fn set(&mut self, name: &str, value: String, sure: bool) {
        let is_known = sure && value.len() <= TEXT_MAX;
        self.variables.insert(name.to_owned(), if is_known { value } else { UNKNOWN.to_string() });
    }

    fn value(&self, name: &str) -> String {
        let outer = || (self.outer)(name).unwrap_or_else(|| UNKNOWN.to_string());
        self.variables.get(name).cloned().unwrap_or_else(outer)
    }

    /// The text of a word.
    pub(super) fn text(&self, word: &ShellWord) -> String {
        let part = |part: &WordPart| match part {
            WordPart::Text(text) => text.clone(),
            WordPart::Variable { name, is_quoted: true } => self.value(name),
            WordPart::Variable { name, .. } => {
                self.value(name).split_whitespace().collect::<Vec<_>>().join(" ")
            }
            WordPart::Unknown => UNKNOWN.to_string(),
        };
        let mut whole = String::new();
        for part in word.parts.iter().map(part) {
            self.texts.set(self.texts.get() + part.len());
            if self.texts.get() > TEXTS_MAX {
                return UNKNOWN.to_string();
            }
            whole += &part;
        }
        whole
    }

    pub(super) fn now_text(&self, word: &ShellWord) -> Option<String> {
        (self.now)(&self.text(word))
    }

    fn is_target(&self, word: &ShellWord) -> bool {
        matches!(&word.parts.iter().filter(|part| **part != WordPart::Text(String::new())).collect::<Vec<_>>()[..],
            [WordPart::Variable { name, .. }] if name == self.target)
    }
}

fn first_is(words: &[ShellWord], text: &str) -> bool {
    words.first().and_then(ShellWord::plain) == Some(text)
}
