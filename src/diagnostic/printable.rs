//! Makes text from files and options safe to print. Whatever quotes such text in a terminal goes
//! through [`printable`].

use std::borrow::Cow;

/// Escapes everything in `text` that could control a terminal or hide what is written: control
/// characters (escape sequences, carriage returns, …) and marks that change the direction of text.
/// Cuts it to a length that fits a message.
pub fn printable(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LENGTH_MAX) {
        None => visible(text),
        Some((cut, _)) => Cow::Owned(visible(&text[..cut]).into_owned() + "…"),
    }
}

/// Escapes like [`printable`], but keeps the whole text: for a command that is meant to be copied.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_hidden(letter) { out.extend(letter.escape_default()) } else { out.push(letter) }
    }
    Cow::Owned(out)
}

const LENGTH_MAX: usize = 400;

/// True for a character that does not show, but acts on the terminal or on the order of its
/// neighbours.
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
