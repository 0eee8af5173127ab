//! Whether the command line in a result may be shown to be copied: a result is a stranger's file.

use super::problems::Problems;

/// Notes a command line that is not one of this program and nothing else.
pub(super) fn is_harmless(text: &str, problems: &mut Problems) -> bool {
    let own = text.starts_with("cache-budget ") && !text.chars().any(char::is_control) && !acts(text);
    problems.unless(own, "reproduce", "is not a command line of this program")
}

/// Whether a shell would do more with a line than split it into words: outside of quotes, `'…'` or
/// `$'…'`, only plain characters and `\'` are harmless.
fn acts(line: &str) -> bool {
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let harmless = match letter {
            '\'' => letters.any(|letter| letter == '\''),
            '\\' => letters.next() == Some('\''),
            '$' => letters.next() == Some('\'') && ends_escaped(&mut letters),
            _ => letter.is_ascii_alphanumeric() || " _-./=,:+@%".contains(letter),
        };
        if !harmless {
            return true;
        }
    }
    false
}

/// Whether a word that began with `$'` ends: a backslash in it takes the next character with it.
fn ends_escaped(letters: &mut std::str::Chars) -> bool {
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => return true,
            '\\' => drop(letters.next()),
            _ => {}
        }
    }
    false
}
