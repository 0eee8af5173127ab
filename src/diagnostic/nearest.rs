//! "Did you mean" suggestions: finds the known name nearest to a misspelt one. Called wherever a
//! user writes a name: keys, values, labels, columns, options.

use strsim::osa_distance;

/// The known name that the user most likely meant by `word`; `None` if none is near enough. At most
/// a third of the letters may differ (one in short words); swapped neighbours count once. The first
/// of equally near names wins.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (word, length) = folded(word);
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let (letters, letters_length) = folded(name);
        let allowed = (length.max(letters_length) / 3).max(1);
        // Each extra or missing letter is an edit, so most names need no closer look.
        if length.abs_diff(letters_length) > allowed {
            continue;
        }
        let distance = osa_distance(&word, &letters);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Words are only compared up to this length, so that a hostile key costs nothing.
const LENGTH_MAX: usize = 80;

/// The word in the form in which it is compared, and its length in letters.
fn folded(word: &str) -> (String, usize) {
    let fold = |letter: char| if letter == '_' { '-' } else { letter.to_ascii_lowercase() };
    let folded: String = word.chars().take(LENGTH_MAX).map(fold).collect();
    let length = folded.chars().count();
    (folded, length)
}
