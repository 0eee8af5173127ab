//! Texts with expressions in them: `build-${{ runner.os }}`.

use super::decider::{Contexts, Decider};
use super::key_text::KeyText;
use super::value::{ExprValue, Truth};

/// A part of a text as it is written.
enum TextPart<'a> {
    Plain(&'a str),
    Expression(&'a str),
    /// An expression that nothing ends: GitHub refuses the text.
    Endless(&'a str),
}

/// The expressions in a text, without `${{` and `}}`.
pub fn expressions(text: &str) -> Vec<&str> {
    let only = |part| match part {
        TextPart::Expression(expression) => Some(expression),
        TextPart::Plain(_) | TextPart::Endless(_) => None,
    };
    parts(text).into_iter().filter_map(only).collect()
}

fn parts(text: &str) -> Vec<TextPart<'_>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find("${{") {
        parts.push(TextPart::Plain(&rest[..at]));
        let Some(end) = closing(&rest[at + 3..]) else {
            parts.push(TextPart::Endless(&rest[at..]));
            return parts;
        };
        parts.push(TextPart::Expression(&rest[at + 3..at + 3 + end]));
        rest = &rest[at + 3 + end + 2..];
    }
    parts.push(TextPart::Plain(rest));
    parts.retain(|part| !matches!(part, TextPart::Plain("")));
    parts
}

/// Where the expression at the start of a text ends: at `}}` that is in no quoted text.
fn closing(text: &str) -> Option<usize> {
    let (mut quoted, bytes) = (false, text.as_bytes());
    (0..bytes.len()).find(|at| {
        quoted ^= bytes[*at] == b'\'';
        !quoted && bytes[*at..].starts_with(b"}}")
    })
}

impl Decider {
    /// The value of a text with expressions: that of the expression if there is nothing else, otherwise a text.
    pub fn text(&self, text: &str, contexts: &dyn Contexts) -> ExprValue {
        let parts = parts(text);
        if let [TextPart::Expression(expression)] = parts[..] {
            return self.value(expression, contexts);
        }
        let mut whole = KeyText::default();
        for part in parts {
            match part {
                TextPart::Plain(plain) => whole.push_fixed(plain),
                TextPart::Expression(expression) => whole.push(&self.value(expression, contexts).text()),
                TextPart::Endless(rest) => {
                    whole.push(&ExprValue::Unknown(format!("`{rest}` without its end")).text())
                }
            }
            if whole.is_too_long() {
                return ExprValue::Unknown("a text that is too long".to_owned());
            }
        }
        ExprValue::Text(whole)
    }

    /// Whether an `if` holds. Its text is an expression, with or without `${{` and `}}`.
    pub fn condition(&self, text: &str, contexts: &dyn Contexts) -> Truth {
        let text = text.trim();
        match parts(text)[..] {
            [] => Truth::Yes,
            [TextPart::Plain(expression)] => self.value(expression, contexts).truth(),
            [TextPart::Expression(expression)] => self.value(expression, contexts).truth(),
            // Part of an expression in braces: GitHub evaluates the whole as a text, and then that text.
            _ => self.value(&without_braces(text), contexts).truth(),
        }
    }
}

fn without_braces(text: &str) -> String {
    let whole = parts(text).into_iter().map(|part| match part {
        TextPart::Plain(plain) | TextPart::Endless(plain) => plain.to_owned(),
        TextPart::Expression(expression) => format!("({expression})"),
    });
    whole.collect()
}
