//! The note on a size limit that was probably meant in another unit. `diagnose` and `replay` give it.

use crate::units::Bytes;

/// Below this, a limit of GitHub's cache is a slip: 1 MB.
const LEAST: Bytes = Bytes(1_000_000);

/// The note, if one of the limits is that small. No limit at all (0 B) is meant as it is.
pub fn small_limit(limits: &[Bytes]) -> Option<String> {
    let limit = limits.iter().find(|limit| **limit > Bytes::ZERO && **limit < LEAST)?;
    Some(format!(
        "the limit is only {limit}: if that is not what you mean, write it with its unit, for example 10GiB"
    ))
}
