//! `sweep` and `merge`, and the statistics of many settings.

mod assumed;
mod command;
mod design;
mod elbow;
mod integrity;
mod interruption;
mod parts;
mod refusal;
mod report;
mod scaling;
mod sensitivity;
mod sentence;
mod values;

use crate::case::{CROWDED as SCENARIO, Case};
use std::path::Path;

/// The files that a sweep leaves behind.
const FILES: [&str; 5] = ["points.csv", "points.sum", "result.json", "summary.csv", "sweep.json"];

impl Case {
    /// With a crowded cache.
    fn new() -> Case {
        Case::with(SCENARIO)
    }

    /// The five files in a folder.
    fn files(&self, folder: &str) -> Vec<Vec<u8>> {
        files(&self.path(folder))
    }
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, FILES, "no temporary file stays in {}", folder.display());
    FILES.iter().map(|name| std::fs::read(folder.join(name)).expect("a file")).collect()
}
