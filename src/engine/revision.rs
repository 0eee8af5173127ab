//! The revision of the model. Versions say what the program can do; the revision says whether two programs
//! simulate the same numbers. Plans and results have it, `merge` and `sweep --resume` compare it, and
//! `--version` prints it.

/// The revision as a literal, so that it can stand in a text at compile time.
macro_rules! revision {
    () => {
        8
    };
}

/// The revision of the model. It is raised by one whenever a simulated number changes for any scenario and
/// seed, or the labels of a metric; the test `golden::frozen` reminds of it.
pub const MODEL_REVISION: u32 = revision!();

/// The version and the revision, as `--version` prints them.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (model revision ", revision!(), ")");
