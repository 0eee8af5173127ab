//! A number of things in words. Nothing prints "1 entries".

use std::fmt::Display;

/// `1 entry`, `3 entries`: the number, and the words for one thing or for another number of them. They may go on
/// with a verb: `counted(n, "entry was evicted", "entries were evicted")`.
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    let words = if count == N::from(1) { one } else { many };
    format!("{count} {words}")
}
