//! What `echo` and `printf` print.

use super::reading::ScriptReading;
use super::word::ShellWord;

impl ScriptReading<'_> {
    /// What `echo` or `printf` prints; `None` for other programs.
    pub(super) fn printed(&self, words: &[ShellWord]) -> Option<String> {
        let (first, mut arguments) = words.split_first()?;
        match first.plain()? {
            "echo" => {
                let mut end = "\n";
                while let Some(flag @ ("-n" | "-e" | "-E" | "-ne" | "-en")) =
                    arguments.first().and_then(ShellWord::plain)
                {
                    end = if flag.contains('n') { "" } else { end };
                    let escapes = arguments.iter().any(|word| self.text(word).contains('\\'));
                    if flag.contains('e') && escapes {
                        return None;
                    }
                    arguments = &arguments[1..];
                }
                let texts: Vec<String> = arguments.iter().map(|word| self.text(word)).collect();
                Some(texts.join(" ") + end)
            }
            "printf" => {
                let (format, values) = arguments.split_first()?;
                let values: Vec<String> = values.iter().map(|word| self.text(word)).collect();
                formatted(&self.text(format), &values)
            }
            _ => None,
        }
    }
}

/// What `printf` makes of a format with `%s` and the usual escapes, which is used again while there are values.
fn formatted(format: &str, values: &[String]) -> Option<String> {
    let (mut text, mut values) = (String::new(), values.iter());
    loop {
        let before = values.len();
        let mut letters = format.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '%' => match letters.next()? {
                    's' => text.push_str(values.next().map_or("", String::as_str)),
                    '%' => text.push('%'),
                    _ => return None,
                },
                '\\' => text.push(match letters.next()? {
                    'n' => '\n',
                    't' => '\t',
                    own @ ('\\' | '"' | '\'') => own,
                    _ => return None,
                }),
                letter => text.push(letter),
            }
        }
        if values.len() == 0 || values.len() == before {
            return Some(text);
        }
    }
}
