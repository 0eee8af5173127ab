//! Reads the commands of a script.

use super::command::{CommandChain, Pipeline, RedirectedCommand, ShellCommand, TestWord};
use super::word::{ShellToken, ShellWord, WordPart, tokens};

/// How deeply commands may stand in each other.
const DEPTH_MAX: usize = 40;

/// The commands of a script; `None` if a construct is not read, such as a function.
pub(super) fn commands(script: &str) -> Option<Vec<CommandChain>> {
    let mut parser = ShellParser { tokens: tokens(script)?, at: 0, depth: 0 };
    let list = parser.list(&[])?;
    (parser.at == parser.tokens.len()).then_some(list)
}

struct ShellParser {
    tokens: Vec<ShellToken>,
    at: usize,
    depth: usize,
}

impl ShellParser {
    /// The keyword or operator that comes next.
    fn next(&self) -> Option<&str> {
        match self.tokens.get(self.at)? {
            ShellToken::Word(word) => word.plain(),
            ShellToken::Operator(own) => Some(own),
            ShellToken::Redirect(..) | ShellToken::Document(_) => None,
        }
    }

    fn takes(&mut self, text: &str) -> bool {
        let is_there = self.next() == Some(text);
        self.at += usize::from(is_there);
        is_there
    }

    fn skip_lines(&mut self) {
        while self.takes("\n") || self.takes(";") {}
    }

    /// Commands up to one of these words, which is not taken.
    fn list(&mut self, ends: &[&str]) -> Option<Vec<CommandChain>> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        let mut list = Vec::new();
        loop {
            self.skip_lines();
            match self.next() {
                Some(text) if ends.contains(&text) => break,
                None if self.at == self.tokens.len() => break,
                _ => {}
            }
            list.push(self.chain()?);
            match self.next() {
                Some("\n" | ";") => {}
                // It runs beside what follows.
                Some("&") => return None,
                Some(text) if ends.contains(&text) => {}
                None if self.at == self.tokens.len() => {}
                _ => return None,
            }
        }
        self.depth -= 1;
        Some(list)
    }

    fn chain(&mut self) -> Option<CommandChain> {
        let mut chain = CommandChain { first: self.pipeline()?, rest: Vec::new() };
        while let Some(own) = ["&&", "||"].into_iter().find(|own| self.takes(own)) {
            while self.takes("\n") {}
            chain.rest.push((own, self.pipeline()?));
        }
        Some(chain)
    }

    fn pipeline(&mut self) -> Option<Pipeline> {
        let mut pipeline = Pipeline { is_negated: self.takes("!"), commands: vec![self.redirected()?] };
        while self.takes("|") {
            while self.takes("\n") {}
            pipeline.commands.push(self.redirected()?);
        }
        Some(pipeline)
    }

    fn redirected(&mut self) -> Option<RedirectedCommand> {
        let mut own = RedirectedCommand {
            command: ShellCommand::Simple { assigned: Vec::new(), words: Vec::new() },
            output: None,
            input: None,
        };
        while self.redirect(&mut own)? {}
        match self.next() {
            Some("if") => own.command = self.condition()?,
            Some("case") => own.command = self.case()?,
            Some("for" | "while" | "until" | "select") => own.command = self.repeated()?,
            Some("[[") => own.command = self.test()?,
            Some("{") => {
                self.at += 1;
                let list = self.list(&["}"])?;
                self.takes("}").then_some(())?;
                own.command = ShellCommand::Group(list, false);
            }
            Some("(") => {
                self.at += 1;
                let list = self.list(&[")"])?;
                self.takes(")").then_some(())?;
                own.command = ShellCommand::Group(list, true);
            }
            Some("function") => return None,
            _ => return self.simple(own),
        }
        while self.redirect(&mut own)? {}
        Some(own)
    }

    fn simple(&mut self, mut own: RedirectedCommand) -> Option<RedirectedCommand> {
        let (mut assigned, mut words) = (Vec::new(), Vec::new());
        loop {
            if self.redirect(&mut own)? {
                continue;
            }
            let Some(ShellToken::Word(word)) = self.tokens.get(self.at) else { break };
            let word = word.clone();
            self.at += 1;
            match assignment(&word).filter(|_| words.is_empty()) {
                Some(pair) => assigned.push(pair),
                None => words.push(word),
            }
        }
        // A function, or nothing at all.
        if self.next() == Some("(") || assigned.is_empty() && words.is_empty() && own.output.is_none() {
            return None;
        }
        own.command = ShellCommand::Simple { assigned, words };
        Some(own)
    }

    /// Takes a redirection, if one is next.
    fn redirect(&mut self, own: &mut RedirectedCommand) -> Option<bool> {
        match self.tokens.get(self.at) {
            Some(ShellToken::Document(text)) => {
                own.input = Some(text.clone());
                self.at += 1;
            }
            Some(ShellToken::Redirect(sign, is_standard)) => {
                let Some(ShellToken::Word(target)) = self.tokens.get(self.at + 1) else { return None };
                match *sign {
                    "<<<" => own.input = Some(target.clone()),
                    "<" | "<&" => own.input = Some(unknown()),
                    _ if *is_standard => own.output = Some(target.clone()),
                    _ => {}
                }
                self.at += 2;
            }
            _ => return Some(false),
        }
        Some(true)
    }

    fn condition(&mut self) -> Option<ShellCommand> {
        let (mut branches, mut otherwise) = (Vec::new(), Vec::new());
        while self.takes("if") || self.takes("elif") {
            let asked = self.list(&["then"])?;
            self.takes("then").then_some(())?;
            branches.push((asked, self.list(&["elif", "else", "fi"])?));
        }
        if self.takes("else") {
            otherwise = self.list(&["fi"])?;
        }
        self.takes("fi").then_some(ShellCommand::If { branches, otherwise })
    }

    fn case(&mut self) -> Option<ShellCommand> {
        self.at += 1;
        let Some(ShellToken::Word(subject)) = self.tokens.get(self.at).cloned() else { return None };
        self.at += 1;
        self.skip_lines();
        self.takes("in").then_some(())?;
        let mut arms = Vec::new();
        loop {
            self.skip_lines();
            if self.takes("esac") {
                return Some(ShellCommand::Case { subject, arms });
            }
            self.takes("(");
            let mut patterns = Vec::new();
            loop {
                let Some(ShellToken::Word(pattern)) = self.tokens.get(self.at).cloned() else { return None };
                patterns.push(pattern);
                self.at += 1;
                match self.takes("|") {
                    true => {}
                    false => break,
                }
            }
            self.takes(")").then_some(())?;
            let list = self.list(&[";;", "esac"])?;
            self.takes(";;");
            arms.push((patterns, list));
        }
    }

    /// A loop: its condition and its body. The variable of `for` is assigned in it.
    fn repeated(&mut self) -> Option<ShellCommand> {
        let is_for = ["for", "select"].contains(&self.next()?);
        self.at += 1;
        let mut body = Vec::new();
        if is_for {
            let Some(ShellToken::Word(name)) = self.tokens.get(self.at).cloned() else { return None };
            let command =
                ShellCommand::Simple { assigned: vec![(name.plain()?.to_owned(), unknown())], words: vec![] };
            let own = RedirectedCommand { command, output: None, input: None };
            body.push(CommandChain {
                first: Pipeline { is_negated: false, commands: vec![own] },
                rest: Vec::new(),
            });
            while self.next() != Some("do") {
                self.tokens.get(self.at)?;
                self.at += 1;
            }
        } else {
            body.extend(self.list(&["do"])?);
        }
        self.takes("do").then_some(())?;
        body.extend(self.list(&["done"])?);
        self.takes("done").then_some(ShellCommand::Loop(body))
    }

    fn test(&mut self) -> Option<ShellCommand> {
        self.at += 1;
        let mut words = Vec::new();
        while !self.takes("]]") {
            words.push(match self.tokens.get(self.at)? {
                ShellToken::Word(word) => TestWord::Word(word.clone()),
                ShellToken::Operator(own) => TestWord::Operator(own),
                ShellToken::Redirect(own, _) => TestWord::Operator(own),
                ShellToken::Document(_) => return None,
            });
            self.at += 1;
        }
        Some(ShellCommand::Test(words))
    }
}

fn unknown() -> ShellWord {
    ShellWord { parts: vec![WordPart::Unknown], is_quoted: true }
}

/// The variable and its value, if a word assigns one.
fn assignment(word: &ShellWord) -> Option<(String, ShellWord)> {
    let Some(WordPart::Text(text)) = word.parts.first() else { return None };
    let (name, rest) = text.split_once('=')?;
    let is_longer = name.ends_with('+');
    let name = name.trim_end_matches('+');
    let name = name.split('[').next().unwrap_or(name);
    let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if name.is_empty() || !is_name || name.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let is_element = text.split('=').next().is_some_and(|start| start.contains('['));
    let value = match is_longer || is_element {
        true => unknown(),
        false => {
            let rest = WordPart::Text(rest.to_owned());
            ShellWord { parts: [&[rest], &word.parts[1..]].concat(), is_quoted: true }
        }
    };
    Some((name.to_owned(), value))
}
