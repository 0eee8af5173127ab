//! Decides the conditions of a script that compare texts.

use super::command::TestWord;
use super::reading::ScriptReading;
use super::word::{ShellWord, WordPart};
use crate::import::expression::Truth;

impl ScriptReading<'_> {
    /// Decides whether a text matches a pattern of stars.
    pub(super) fn matches(&self, text: Option<&str>, pattern: &ShellWord) -> Truth {
        if pattern.plain() == Some("*") {
            return Truth::Yes;
        }
        let (Some(text), Some(known)) = (text, self.now_text(pattern)) else { return Truth::Maybe };
        let is_literal = |part: &WordPart| matches!(part, WordPart::Text(_));
        match pattern.is_quoted || !known.contains(['*', '?', '[', '(', '\\']) {
            // A star in quotes is a star, but one beside them is not.
            true if known.contains(['*', '?', '[']) && !pattern.parts.iter().all(is_literal) => Truth::Maybe,
            true if known.contains(['*', '?', '[']) => Truth::Maybe,
            true => Truth::of(text == known),
            false if known.contains(['?', '[', '(', '\\']) => Truth::Maybe,
            false => Truth::of(matches_stars(&known, text)),
        }
    }

    pub(super) fn test(&self, words: &[TestWord]) -> Truth {
        for (sign, all) in [("||", false), ("&&", true)] {
            let is_sign = |word: &TestWord| matches!(word, TestWord::Operator(own) if *own == sign);
            if words.iter().any(|word| matches!(word, TestWord::Operator("(" | ")"))) {
                return Truth::Maybe;
            }
            if words.iter().any(is_sign) {
                let parts = words.split(is_sign).map(|part| self.test(part));
                return match all {
                    true => parts.fold(Truth::Yes, Truth::and),
                    false => parts.fold(Truth::No, Truth::or),
                };
            }
        }
        let plain: Option<Vec<ShellWord>> = words
            .iter()
            .map(|word| match word {
                TestWord::Word(word) => Some(word.clone()),
                TestWord::Operator(_) => None,
            })
            .collect();
        let Some(plain) = plain else { return Truth::Maybe };
        if let [left, sign, right] = &plain[..]
            && let Some(equal @ ("==" | "=" | "!=")) = sign.plain()
        {
            let holds = self.matches(self.now_text(left).as_deref(), right);
            return if equal == "!=" { holds.opposite() } else { holds };
        }
        self.bracket(&plain, false)
    }

    /// What `[` or `test` says of its arguments.
    pub(super) fn bracket(&self, arguments: &[ShellWord], is_closed: bool) -> Truth {
        let arguments = match arguments {
            [own @ .., last] if is_closed && last.plain() == Some("]") => own,
            own if !is_closed => own,
            _ => return Truth::Maybe,
        };
        let is_empty =
            |word: &ShellWord| self.now_text(word).map_or(Truth::Maybe, |text| Truth::of(text.is_empty()));
        match arguments {
            [sign, rest @ ..] if sign.plain() == Some("!") => self.bracket(rest, false).opposite(),
            [one] => is_empty(one).opposite(),
            [sign, one] if sign.plain() == Some("-z") => is_empty(one),
            [sign, one] if sign.plain() == Some("-n") => is_empty(one).opposite(),
            [left, sign, right] => {
                let (Some(left), Some(right)) = (self.now_text(left), self.now_text(right)) else {
                    return Truth::Maybe;
                };
                match sign.plain() {
                    Some("=" | "==") => Truth::of(left == right),
                    Some("!=") => Truth::of(left != right),
                    _ => Truth::Maybe,
                }
            }
            _ => Truth::Maybe,
        }
    }
}

/// True if a text matches a pattern whose stars stand for anything.
fn matches_stars(pattern: &str, text: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = &parts[..] else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}
