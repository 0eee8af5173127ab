//! Makes text from files and options safe to print. Whatever quotes such text in a terminal goes
//! through [`printable`].

use regex_syntax::hir::{Class, HirKind};
use std::borrow::Cow;
use std::sync::LazyLock;

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
    if !has_hidden(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for (letter, hidden) in judged(text) {
        if hidden { out.extend(letter.escape_default()) } else { out.push(letter) }
    }
    Cow::Owned(out)
}

const LENGTH_MAX: usize = 400;

/// True if a text contains a hidden character that does not belong to an emoji.
pub fn has_hidden(text: &str) -> bool {
    !text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && judged(text).any(|(_, hidden)| hidden)
}

/// True for a character that does not show, but acts on the terminal, on its neighbours or on their order: those that
/// Unicode lists as controls, formats, separators of lines and paragraphs, as ignorable, or as controls of direction.
pub fn is_hidden(letter: char) -> bool {
    if letter.is_ascii() { letter.is_ascii_control() } else { is_in(&HIDDEN, letter) }
}

/// The characters of a text, each with whether it is hidden there. An emoji may be joined to the next one, and be told
/// to look like a picture if it would look like text.
fn judged(text: &str) -> impl Iterator<Item = (char, bool)> {
    let letters: Vec<char> = text.chars().collect();
    (0..letters.len()).map(move |at| {
        let letter = letters[at];
        (letter, is_hidden(letter) && !belongs_to_emoji(&letters, at))
    })
}

const JOINER: char = '\u{200d}';
const AS_PICTURE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';

/// True if the character at this place joins two emoji, or chooses the look of the one before it. (Unicode's technical
/// standard 51, ED-9a, ED-15a and ED-20.)
fn belongs_to_emoji(letters: &[char], at: usize) -> bool {
    let before = || at.checked_sub(1).map(|place| letters[place]);
    let after = letters.get(at + 1).copied();
    match letters[at] {
        JOINER => {
            // A colour of the skin or the choice of a look may stand between.
            let base = letters[..at]
                .iter()
                .rev()
                .find(|letter| **letter != AS_PICTURE && !is_in(&MODIFIER, **letter));
            base.is_some_and(|base| is_in(&PICTURE, *base)) && after.is_some_and(|next| is_in(&PICTURE, next))
        }
        AS_PICTURE => before().is_some_and(|base| {
            let is_text_by_default = is_in(&PICTURE, base) && !is_in(&PICTURE_BY_DEFAULT, base);
            is_text_by_default || (matches!(base, '0'..='9' | '#' | '*') && after == Some(KEYCAP))
        }),
        _ => false,
    }
}

/// Ranges of characters, in order.
type Ranges = Vec<(char, char)>;

static HIDDEN: LazyLock<Ranges> =
    LazyLock::new(|| ranges(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]"));
static PICTURE: LazyLock<Ranges> = LazyLock::new(|| ranges(r"\p{Extended_Pictographic}"));
static PICTURE_BY_DEFAULT: LazyLock<Ranges> = LazyLock::new(|| ranges(r"\p{Emoji_Presentation}"));
static MODIFIER: LazyLock<Ranges> = LazyLock::new(|| ranges(r"\p{Emoji_Modifier}"));

/// The characters of a class, from Unicode's own tables.
fn ranges(class: &str) -> Ranges {
    let parsed = regex_syntax::parse(class).expect("a class of Unicode");
    match parsed.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().map(|range| (range.start(), range.end())).collect()
        }
        _ => unreachable!("a class is parsed as a class"),
    }
}

fn is_in(ranges: &Ranges, letter: char) -> bool {
    let before = ranges.partition_point(|(_, end)| *end < letter);
    ranges.get(before).is_some_and(|(start, _)| *start <= letter)
}
