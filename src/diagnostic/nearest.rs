//! Suggestions: the known name that a wrong one was probably meant to be.

use strsim::osa_distance;

/// The known name the user most likely meant by `word`, if one is near enough: at most a third of
/// the letters differ (one in short words), counting a swap of neighbours once. Of equally near
/// names the first one wins.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (word, length) = folded(word);
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let (letters, letters_length) = folded(name);
        let allowed = (length.max(letters_length) / 3).max(1);
        // Each letter more or less is an edit: most names need no closer look.
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

/// Longer words are compared by their beginning only, so that a hostile key costs nothing.
const LENGTH_MAX: usize = 80;

/// The word as it is compared, and how many letters that are.
fn folded(word: &str) -> (String, usize) {
    let fold = |letter: char| if letter == '_' { '-' } else { letter.to_ascii_lowercase() };
    let folded: String = word.chars().take(LENGTH_MAX).map(fold).collect();
    let length = folded.chars().count();
    (folded, length)
}
