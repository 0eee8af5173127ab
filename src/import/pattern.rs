//! Patterns of paths as CI files write them: those of `hashFiles`, of a workflow's `paths`, and of path-filter actions.
//! The history is matched against them, and so is what a container file copies. Patterns of branches are those of
//! `scenario::build`, and those of keys are `client`'s.

/// Whose rules a pattern follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternRules {
    /// `hashFiles`: `**` is any number of folders, and a folder stands for everything in it.
    HashFiles,
    /// `paths` of a workflow: `**` is any text, `?` and `+` repeat the letter before them.
    Workflow,
    /// A path-filter action: as `hashFiles`, but `{a,b}` are alternatives, and a folder is only itself.
    Braces,
}

/// Patterns that belong together. One with `!` in front takes its paths away again; the last that matches decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathPatterns {
    patterns: Vec<PathPattern>,
}

/// Patterns with a name: an input, or a class of paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPatterns {
    /// The name in the scenario.
    pub name: String,
    /// The files.
    pub patterns: PathPatterns,
}

impl NamedPatterns {
    /// Names the files that these patterns match.
    pub fn new<T: AsRef<str>>(name: &str, patterns: &[T], rules: PatternRules) -> NamedPatterns {
        NamedPatterns { name: name.to_owned(), patterns: PathPatterns::new(patterns, rules) }
    }
}

impl PathPatterns {
    /// Reads patterns. No text is refused: what has no meaning stands for itself. Beyond 1,000 letters a pattern is cut, and
    /// beyond 256 alternatives the rest is left out.
    pub fn new<T: AsRef<str>>(patterns: &[T], rules: PatternRules) -> PathPatterns {
        let read = |text: &T| {
            let text = text.as_ref().trim();
            let (text, taken) = text.strip_prefix('!').map_or((text, false), |rest| (rest, true));
            let texts =
                if rules == PatternRules::Braces { alternatives(text) } else { vec![text.to_owned()] };
            texts.into_iter().map(move |text| PathPattern { taken, ..PathPattern::read(&text, rules) })
        };
        PathPatterns { patterns: patterns.iter().flat_map(read).collect() }
    }

    /// True if the path, relative to the repository and with `/`, is meant.
    pub fn matches(&self, path: &str) -> bool {
        self.patterns.iter().fold(false, |is_meant, pattern| match pattern.taken {
            true => is_meant && !pattern.matches(path),
            false => is_meant || pattern.matches(path),
        })
    }
}

/// One pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PathPattern {
    /// True if it takes paths away.
    taken: bool,
    tokens: Vec<PathToken>,
    /// The letters it begins with: most paths are told by them.
    prefix: String,
    /// The letters it ends with; empty if a folder stands for what is in it, unless no other letters can follow.
    suffix: String,
    /// True if a folder stands for everything in it.
    is_deep: bool,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PathToken {
    Char(char),
    /// One letter that is no `/`.
    One,
    /// Letters that are no `/`, as many as there are.
    Name,
    /// Any text.
    Any,
    /// Any number of whole folders, each with its `/`.
    Folders,
    /// One letter of these, or none of them.
    Class(Vec<(char, char)>, bool),
    /// This, or nothing.
    Maybe(Box<PathToken>),
    /// This, once or more.
    Several(Box<PathToken>),
}

const LETTERS_MAX: usize = 1_000;
const ALTERNATIVES_MAX: usize = 256;

impl PathPattern {
    fn read(text: &str, rules: PatternRules) -> PathPattern {
        let text = text.strip_prefix("./").unwrap_or(text);
        let letters: Vec<char> = text.trim_end_matches('/').chars().take(LETTERS_MAX).collect();
        let tokens = tokens(&letters, rules);
        let char = |token: &PathToken| if let PathToken::Char(char) = token { Some(*char) } else { None };
        let prefix = tokens.iter().map_while(char).collect();
        let is_deep = rules == PatternRules::HashFiles;
        let ending: Vec<char> = tokens.iter().rev().map_while(char).collect();
        // `**/Cargo.lock` could be a folder; a path without the name anywhere is still none of it.
        let suffix = ending.into_iter().rev().collect();
        PathPattern { taken: false, tokens, prefix, suffix, is_deep }
    }

    fn matches(&self, path: &str) -> bool {
        let ends = match self.is_deep {
            true => path.contains(&self.suffix),
            false => path.ends_with(&self.suffix),
        };
        ends && path.starts_with(&self.prefix) && self.runs_through(path)
    }

    /// Follows all ways through the pattern at once, so that no pattern takes long.
    fn runs_through(&self, path: &str) -> bool {
        let end = self.tokens.len();
        let mut now = vec![false; end + 1];
        self.enter(0, &mut now);
        for letter in path.chars() {
            if self.is_deep && now[end] && letter == '/' {
                return true;
            }
            let mut next = vec![false; end + 1];
            for at in (0..end).filter(|at| now[*at]) {
                self.step(at, letter, &mut next);
            }
            now = next;
        }
        now[end]
    }

    /// Arrives at a token, and at those behind it that need no letter.
    fn enter(&self, mut at: usize, set: &mut [bool]) {
        loop {
            set[at] = true;
            match self.tokens.get(at) {
                Some(PathToken::Name | PathToken::Any | PathToken::Folders | PathToken::Maybe(_)) => at += 1,
                _ => return,
            }
        }
    }

    /// Reads one letter at a token.
    fn step(&self, at: usize, letter: char, next: &mut [bool]) {
        match &self.tokens[at] {
            PathToken::Any => self.enter(at, next),
            PathToken::Name if letter != '/' => self.enter(at, next),
            // Within a folder's name there is no way out.
            PathToken::Folders => {
                next[at] = true;
                if letter == '/' {
                    self.enter(at + 1, next);
                }
            }
            PathToken::Several(one) if one.is(letter) => {
                next[at] = true;
                self.enter(at + 1, next);
            }
            PathToken::Maybe(one) if one.is(letter) => self.enter(at + 1, next),
            one if one.is(letter) => self.enter(at + 1, next),
            _ => {}
        }
    }
}

impl PathToken {
    /// True if this letter is one that the token stands for.
    fn is(&self, letter: char) -> bool {
        match self {
            PathToken::Char(char) => *char == letter,
            PathToken::One => letter != '/',
            PathToken::Class(ranges, negated) => {
                let within = ranges.iter().any(|(low, high)| (*low..=*high).contains(&letter));
                within != *negated && letter != '/'
            }
            _ => false,
        }
    }
}

/// The parts of a pattern.
fn tokens(letters: &[char], rules: PatternRules) -> Vec<PathToken> {
    let mut tokens: Vec<PathToken> = Vec::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let rest = &letters[at..];
        let (token, length) = match letter {
            '*' => stars(rest, at == 0 || letters[at - 1] == '/', rules),
            '?' if rules != PatternRules::Workflow => (PathToken::One, 1),
            '?' | '+' if rules == PatternRules::Workflow && !tokens.is_empty() => {
                let one = Box::new(tokens.pop().unwrap_or(PathToken::One));
                (if *letter == '?' { PathToken::Maybe(one) } else { PathToken::Several(one) }, 1)
            }
            '[' => class(rest).unwrap_or((PathToken::Char('['), 1)),
            '\\' if rest.len() > 1 => (PathToken::Char(rest[1]), 2),
            _ => (PathToken::Char(*letter), 1),
        };
        tokens.push(token);
        at += length;
    }
    tokens
}

/// What a run of stars means, and how many letters belong to it. `opens` is true at the start of a path's part.
fn stars(rest: &[char], opens: bool, rules: PatternRules) -> (PathToken, usize) {
    let count = rest.iter().take_while(|letter| **letter == '*').count();
    match (rules, count, rest.get(count)) {
        (_, 1, _) => (PathToken::Name, 1),
        (PatternRules::Workflow, ..) => {
            // `**/x` means `x` at the top as well.
            let is_folder = opens && rest.get(count) == Some(&'/');
            if is_folder { (PathToken::Folders, count + 1) } else { (PathToken::Any, count) }
        }
        (_, _, Some('/')) if opens => (PathToken::Folders, count + 1),
        (_, _, None) if opens => (PathToken::Any, count),
        _ => (PathToken::Name, count),
    }
}

/// A class of letters, and how many letters belong to it; `None` if it is not closed.
fn class(rest: &[char]) -> Option<(PathToken, usize)> {
    let negated = matches!(rest.get(1), Some('!' | '^'));
    let start = if negated { 2 } else { 1 };
    let length = rest.iter().skip(start + 1).position(|letter| *letter == ']')? + 1;
    let inside = &rest[start..start + length];
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(low) = inside.get(at) {
        let high = inside.get(at + 2).filter(|_| inside.get(at + 1) == Some(&'-'));
        ranges.push((*low, *high.unwrap_or(low)));
        at += if high.is_some() { 3 } else { 1 };
    }
    Some((PathToken::Class(ranges, negated), start + length + 1))
}

/// The texts that `{a,b}` stands for.
fn alternatives(text: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![text.chars().take(LETTERS_MAX).collect::<String>()];
    while let Some(text) = open.pop() {
        match braces(&text).filter(|_| open.len() + done.len() < ALTERNATIVES_MAX) {
            None => done.push(text),
            Some((before, choices, after)) => {
                open.extend(choices.iter().rev().map(|choice| format!("{before}{choice}{after}")));
            }
        }
    }
    done
}

/// The first braces with a comma in them: what is before, the choices, and what is after.
fn braces(text: &str) -> Option<(&str, Vec<&str>, &str)> {
    let start = text.find('{')?;
    let (mut depth, mut choices, mut from) = (0_usize, Vec::new(), start + 1);
    for (at, letter) in text[start..].char_indices().map(|(at, letter)| (start + at, letter)) {
        match letter {
            '{' => depth += 1,
            ',' if depth == 1 => {
                choices.push(&text[from..at]);
                from = at + 1;
            }
            '}' if depth == 1 => {
                choices.push(&text[from..at]);
                return (choices.len() > 1).then(|| (&text[..start], choices, &text[at + 1..]));
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}
