//! Turns the bytes of a listing into text. PowerShell 5 redirects output as UTF-16 with a byte-order mark,
//! editors on Windows write UTF-8 with one; gh writes neither.

use super::super::problem::InputProblem;
use std::borrow::Cow;

/// The text of a file in UTF-8 or UTF-16, without its byte-order mark.
///
/// # Errors
/// The position of the first byte that is not text, and how to save the file.
pub(crate) fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, InputProblem> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes).map(Cow::Owned),
        // Without a mark: JSON and tables begin with an ASCII character.
        _ if begins_in_ascii(bytes, u16::from_le_bytes) => utf16(bytes, u16::from_le_bytes).map(Cow::Owned),
        _ if begins_in_ascii(bytes, u16::from_be_bytes) => utf16(bytes, u16::from_be_bytes).map(Cow::Owned),
        _ => utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).map(Cow::Borrowed),
    }
}

/// True if the first four characters, in units of two bytes, are ASCII. Other files rarely begin so.
fn begins_in_ascii(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> bool {
    let mut first = bytes.chunks_exact(2).take(4).map(|pair| unit([pair[0], pair[1]]));
    bytes.len() > 1 && first.all(|letter| (1..0x80).contains(&letter))
}

fn utf8(bytes: &[u8]) -> Result<&str, InputProblem> {
    std::str::from_utf8(bytes).map_err(|error| {
        let (line, column) = place(bytes, error.valid_up_to());
        let message = "is not UTF-8 or UTF-16 text: write the listing with `gh cache list --json … > FILE`";
        InputProblem { line, column: Some(column), message: message.into() }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, InputProblem> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if bytes.len().is_multiple_of(2) => Ok(text),
        _ => Err(InputProblem::new(
            0,
            "is damaged UTF-16 text: write it as UTF-8, in PowerShell with `… | Out-File -Encoding utf8 FILE`",
        )),
    }
}

/// The line and the column in bytes of an offset, both from 1.
pub(super) fn place(text: &[u8], offset: usize) -> (u64, u64) {
    let before = &text[..offset.min(text.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    (line, (before.len() - start) as u64 + 1)
}
