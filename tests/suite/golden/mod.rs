//! Every byte that the program writes for the shipped scenarios and for a list of sample commands: standard
//! output, standard error, exit code and files. A change of the code's structure leaves all of them as they are.
//!
//! `UPDATE_GOLDEN=1 cargo test --test suite golden -- --include-ignored` writes the lists again;
//! `GOLDEN_OUTPUT=FOLDER` keeps what the commands wrote, so that two revisions can be compared with `diff`.

mod commands;
mod frozen;
mod ran;

use commands::{Sequence, founding_case, lessons, samples};
use rayon::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

/// The outputs of these commands, a line each: a hash, the number of bytes and where they are.
fn listed(sequences: &[Sequence]) -> String {
    let keep = std::env::var_os("GOLDEN_OUTPUT").map(PathBuf::from);
    let outputs: Vec<Vec<ran::Output>> = sequences.par_iter().map(ran::outputs).collect();
    let mut lines = String::new();
    for output in outputs.iter().flatten() {
        lines += &format!("{:016x} {:>8} {}\n", output.hash(), output.bytes.len(), output.name);
        if let Some(folder) = &keep {
            output.write_below(folder);
        }
    }
    lines
}

fn are_unchanged(list: &str, sequences: &[Sequence]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/golden").join(list);
    let now = listed(sequences);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return fs::write(file, now).expect("the list can be written");
    }
    let frozen = fs::read_to_string(file).expect("the list is there");
    let changed: Vec<_> = now.lines().filter(|line| !frozen.lines().any(|old| old == *line)).collect();
    let gone: Vec<_> = frozen.lines().filter(|line| !now.lines().any(|new| new == *line)).collect();
    assert!(
        now == frozen,
        "{} outputs are not as in {list}: run again with UPDATE_GOLDEN=1 if that is meant, and \
         with GOLDEN_OUTPUT=FOLDER to see them\nnow:\n{changed:#?}\nbefore:\n{gone:#?}",
        changed.len().max(gone.len())
    );
}

#[test]
#[cfg_attr(not(feature = "png"), ignore = "one of the commands asks for a PNG")]
fn sample_commands_write_what_they_wrote() {
    are_unchanged("samples.txt", &samples());
}

#[test]
fn lessons_write_what_they_wrote() {
    are_unchanged("lessons.txt", &lessons());
}

#[test]
#[ignore = "long"]
fn the_founding_case_writes_what_it_wrote() {
    are_unchanged("founding-case.txt", &founding_case());
}
