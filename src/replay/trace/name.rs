//! Maps the keys of a text trace to numbers, which is all that a curve needs to know of a key.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use super::problem::TraceError;
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// The largest number of bytes of all distinct keys together.
pub const NAME_BYTES_MAX: u64 = 4_000_000_000;

/// Numbers for the keys of a text trace. A key that is written as a number below 2⁶³ stands for
/// itself; every other text gets the next number from 2⁶³.
#[derive(Default)]
pub(super) struct KeyNames {
    table: HashTable<u32>,
    texts: Vec<u8>,
    /// End of each text.
    ends: Vec<u64>,
}

/// The first number that no written number stands for.
const FIRST: u64 = 1 << 63;

impl KeyNames {
    /// The number of this key. Equal texts always get the same number.
    pub fn number(&mut self, text: &[u8]) -> Result<u64, TraceError> {
        match canonical(text) {
            Some(number) => Ok(number),
            None => self.intern(text).map(|index| FIRST + u64::from(index)),
        }
    }

    fn intern(&mut self, text: &[u8]) -> Result<u32, TraceError> {
        let hash = FxBuildHasher.hash_one(text);
        let KeyNames { table, texts, ends } = self;
        if let Some(known) = table.find(hash, |index| at(texts, ends, *index) == text) {
            return Ok(*known);
        }
        let full = texts.len() as u64 + text.len() as u64 > NAME_BYTES_MAX;
        let index = u32::try_from(ends.len()).ok().filter(|_| !full);
        let index =
            index.ok_or(TraceError::TooMany { what: "bytes of distinct keys", max: NAME_BYTES_MAX })?;
        texts.extend_from_slice(text);
        ends.push(texts.len() as u64);
        table.insert_unique(hash, index, |index| FxBuildHasher.hash_one(at(texts, ends, *index)));
        Ok(index)
    }
}

fn at<'a>(texts: &'a [u8], ends: &[u64], index: u32) -> &'a [u8] {
    let index = index as usize;
    let start = if index == 0 { 0 } else { ends[index - 1] };
    &texts[start as usize..ends[index] as usize]
}

/// The number of which this text is the canonical decimal form, if it has at most 18 digits and is
/// therefore below 2⁶³.
fn canonical(text: &[u8]) -> Option<u64> {
    let leading_zero = text.first() == Some(&b'0') && text.len() > 1;
    if text.is_empty() || text.len() > 18 || leading_zero {
        return None;
    }
    digits(text)
}

/// The value of a text of at most 18 decimal digits.
pub(super) fn digits(text: &[u8]) -> Option<u64> {
    text.iter()
        .try_fold(0, |value: u64, byte| byte.is_ascii_digit().then(|| value * 10 + u64::from(byte - b'0')))
}
