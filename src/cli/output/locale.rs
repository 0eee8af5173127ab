//! The letters that a terminal can show. Where the locale says that it knows ASCII only, the program's own signs are written
//! with ASCII letters. Other letters, such as those of the user's names, stay as they are. Files and pipes are not concerned.

use std::borrow::Cow;
use std::sync::LazyLock;

/// The signs that the program writes, each with what stands for it.
const SIGNS: [(char, &str); 24] = [
    ('−', "-"),
    ('–', "-"),
    ('…', "..."),
    ('±', "+-"),
    ('≥', ">="),
    ('≤', "<="),
    ('×', "x"),
    ('÷', "/"),
    ('·', "."),
    ('→', "->"),
    ('✓', "ok"),
    ('✗', "no"),
    ('Σ', "sum"),
    ('√', "root "),
    ('≈', "~"),
    ('μ', "mu"),
    ('µ', "u"),
    ('σ', "sigma"),
    ('’', "'"),
    ('“', "\""),
    ('”', "\""),
    ('\u{a0}', " "),
    ('█', "#"),
    ('░', "."),
];

/// True if the locale of the environment names another set of characters than UTF-8. One that is not set says nothing.
static IS_ASCII: LazyLock<bool> = LazyLock::new(|| {
    let set = |variable: &str| std::env::var(variable).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    locale.is_some_and(|locale| is_ascii(&locale))
});

fn is_ascii(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    !locale.contains("utf-8") && !locale.contains("utf8")
}

/// A text for a terminal, in the letters of its locale.
pub(super) fn in_its_letters(text: &str) -> Cow<'_, str> {
    if *IS_ASCII { Cow::Owned(in_ascii(text)) } else { Cow::Borrowed(text) }
}

fn in_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match SIGNS.iter().find(|(sign, _)| *sign == letter) {
            Some((_, plain)) => out += plain,
            None => out.push(letter),
        }
    }
    out
}
