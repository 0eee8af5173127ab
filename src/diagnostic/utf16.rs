//! Recognises text in UTF-16, which PowerShell 5 writes where output is redirected into a file. Listings are decoded from
//! it (`replay::listing`); readers of anything else say what it is, instead of what their parser makes of it.

/// How two bytes become a unit of UTF-16.
type CodeUnit = fn([u8; 2]) -> u16;

/// What a reader of UTF-8 tells whoever gave it UTF-16: a sentence without its subject.
pub const IS_UTF16: &str = "is UTF-16 text, as PowerShell 5 writes it";
/// The remedy. FILE stands for what was given.
pub const FROM_UTF16: &str = "convert it with `iconv -f UTF-16 -t UTF-8 FILE > COPY`, or in PowerShell with \
    `Get-Content FILE | Set-Content -Encoding utf8 COPY`";

/// How much of a text is looked at, in bytes.
const HEAD_BYTES: usize = 4_096;

/// The order of the bytes of a text in UTF-16, from its beginning: it has a byte-order mark, or its first four characters
/// are ASCII. A text has no character 0, while binary numbers of several bytes mostly have one.
pub fn utf16_order(bytes: &[u8]) -> Option<CodeUnit> {
    let orders: [(CodeUnit, &[u8]); 2] =
        [(u16::from_le_bytes, b"\xff\xfe"), (u16::from_be_bytes, b"\xfe\xff")];
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let is_text = |unit: CodeUnit, mark: &[u8]| {
        let mut units = head.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let begins_in_ascii =
            head.len() > 1 && units.clone().take(4).all(|letter| (1..0x80).contains(&letter));
        (head.starts_with(mark) || begins_in_ascii) && units.all(|letter| letter != 0)
    };
    orders.into_iter().find(|(unit, mark)| is_text(*unit, mark)).map(|(unit, _)| unit)
}

/// The whole sentence about a text that is in UTF-16.
pub fn refused_utf16(bytes: &[u8]) -> Option<String> {
    utf16_order(bytes).map(|_| format!("{IS_UTF16}: {FROM_UTF16}"))
}
