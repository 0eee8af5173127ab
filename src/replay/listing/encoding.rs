//! Turns the bytes of a listing into text. PowerShell 5 redirects output as UTF-16 with a byte-order mark,
//! editors on Windows write UTF-8 with one; gh writes neither.

use super::super::problem::InputProblem;
use crate::diagnostic::utf16_order;
use std::borrow::Cow;

/// The text of a file in UTF-8 or UTF-16, without its byte-order mark.
///
/// # Errors
/// The position of the first byte that is not text, and how to save the file.
pub(crate) fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, InputProblem> {
    let Some(unit) = utf16_order(bytes) else {
        return utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).map(Cow::Borrowed);
    };
    let has_mark = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    utf16(&bytes[if has_mark { 2 } else { 0 }..], unit).map(Cow::Owned)
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
