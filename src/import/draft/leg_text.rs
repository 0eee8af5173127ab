//! Values of a matrix as a scenario has them.

use crate::diagnostic::is_hidden;
use crate::import::expression::{ExprValue, KeyPiece, KeyText, Varying};

/// A value of a matrix as a text of a scenario: on one line, without control characters, and not too long. What is not
/// known is the expression.
pub(super) fn shown(value: &ExprValue) -> String {
    let whole = match value.bare() {
        ExprValue::List(_) | ExprValue::Object(_) => {
            value.json().map_or_else(String::new, |json| json.to_string())
        }
        ExprValue::Unknown(why) => format!("?{why}"),
        other => pieces(&other.text()),
    };
    one_line(&whole)
}

/// A text as a value of a scenario's matrix has it.
pub(super) fn one_line(whole: &str) -> String {
    let plain: String =
        whole.trim().chars().map(|letter| if is_plain(letter) { letter } else { ' ' }).collect();
    match plain.char_indices().nth(VALUE_MAX) {
        // Two long values that begin alike stay two.
        Some((end, _)) => format!("{}… {:08x}", &plain[..end], fnv(whole)),
        None => plain,
    }
}

/// The characters of a long value that are kept; a scenario's texts have at most 200.
const VALUE_MAX: usize = 120;

fn is_plain(letter: char) -> bool {
    !letter.is_control() && !is_hidden(letter)
}

fn pieces(text: &KeyText) -> String {
    let part = |piece: &KeyPiece| match piece {
        KeyPiece::Fixed(text) | KeyPiece::Varies(_, Some(text)) => text.clone(),
        KeyPiece::Varies(Varying::Unknown(why), None) => format!("?{why}"),
        KeyPiece::Varies(what, None) => format!("?{what:?}"),
    };
    text.pieces.iter().map(part).collect()
}

/// The FNV-1a hash of a text.
pub(super) fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
