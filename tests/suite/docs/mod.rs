//! The documentation: its reference pages are what the program says, its links lead somewhere, and its
//! code blocks run.

mod blocks;
mod conformance;
mod from_workflow;
mod links;
mod one_build;
mod reference;

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The README, and every page below `docs` and `scenarios`.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md"), root().join("benches/README.md")];
    for folder in ["docs", "scenarios"] {
        gather(&root().join(folder), &mut pages);
    }
    pages.sort();
    pages
}

fn gather(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.extension() {
            _ if path.is_dir() => gather(&path, pages),
            Some(extension) if extension == "md" => pages.push(path),
            _ => {}
        }
    }
}

fn text(page: &Path) -> String {
    std::fs::read_to_string(page).expect("UTF-8")
}

/// A page's path from the root.
fn name(page: &Path) -> String {
    page.strip_prefix(root()).expect("below the root").display().to_string()
}
