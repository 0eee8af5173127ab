//! Folders of sweeps with one changed file: `--verify` finds every change of a byte, `--resume` gives the bytes of the whole
//! sweep or refuses and changes nothing, and nothing is written beside the folder.

use crate::case::{CROWDED, Case};
use std::cell::OnceCell;

const NAMES: [&str; 5] = ["points.csv", "points.sum", "result.json", "summary.csv", "sweep.json"];
const SWEEP: [&str; 8] =
    ["sweep", "ci.toml", "--vary", "cache.limit=2GB,8GB", "--replications", "2", "--quiet", "--output"];

fn case() -> Case {
    Case::with(&CROWDED.replace("cache.sccache = {}", "").replace("days = 24", "days = 4"))
}

/// The files of the whole sweep, which takes a while, so it is played once.
fn whole() -> Vec<Vec<u8>> {
    thread_local! {
        static MADE: OnceCell<Vec<Vec<u8>>> = const { OnceCell::new() };
    }
    let make = || {
        let case = case();
        case.stdout(&[&SWEEP[..], &["out"]].concat());
        NAMES.map(|name| std::fs::read(case.path("out").join(name)).expect("a file")).to_vec()
    };
    MADE.with(|made| made.get_or_init(make).clone())
}

/// The files, each below a line with its name. The smaller ones come more often than their share.
pub fn corpus() -> Vec<Vec<u8>> {
    let named = |(name, content): (&str, Vec<u8>)| [name.as_bytes(), b"\n", &content].concat();
    let files: Vec<_> = NAMES.into_iter().zip(whole()).map(named).collect();
    [files.clone(), vec![files[0].clone(), files[1].clone(), files[4].clone()]].concat()
}

/// Puts a changed file into the folder; true if the sweep is resumed.
pub fn feed(input: &[u8]) -> bool {
    let Some(end) = input.iter().position(|byte| *byte == b'\n') else { return false };
    let Some(changed) = NAMES.iter().position(|name| name.as_bytes() == &input[..end]) else { return false };
    let (case, files, content) = (case(), whole(), &input[end + 1..]);
    std::fs::create_dir(case.path("out")).expect("a folder");
    for (name, file) in NAMES.iter().zip(&files) {
        std::fs::write(case.path("out").join(name), file).expect("a file");
    }
    std::fs::write(case.path("out").join(NAMES[changed]), content).expect("a file");
    let before = case.sweep_files();
    let verified = case.run(&["sweep", "--verify", "--output", "out"]);
    let said = String::from_utf8(verified.stderr).expect("UTF-8");
    let code = verified.status.code();
    assert!(matches!(code, Some(0 | 1 | 3)) && !said.contains("panicked"), "{code:?}: {said}");
    assert_eq!(case.sweep_files(), before, "--verify writes nothing");
    // Blocks and sums may change places, and a plan may be written otherwise: see `sweep/integrity.rs`.
    assert!(code != Some(0) || changed != 2 && changed != 3 || *content == files[changed], "it is not found");
    let resumed = case.run(&[&SWEEP[..], &["out", "--resume"]].concat());
    let said = String::from_utf8(resumed.stderr).expect("UTF-8");
    assert!(matches!(resumed.status.code(), Some(0 | 1 | 3)), "{said}");
    let after = case.sweep_files();
    if resumed.status.success() {
        assert!(after == files, "what is resumed has other bytes");
    } else {
        assert!(after == before && said.contains("error"), "what is refused is left as it is: {said}");
    }
    let beside = std::fs::read_dir(case.folder()).expect("a folder").count();
    assert_eq!(beside, 2, "nothing is written beside the folder");
    resumed.status.success()
}

impl Case {
    /// The files of the sweep, and nothing else is in its folder.
    fn sweep_files(&self) -> Vec<Vec<u8>> {
        let entries = std::fs::read_dir(self.path("out")).expect("a folder").count();
        assert_eq!(entries, NAMES.len(), "it has five files");
        NAMES.map(|name| std::fs::read(self.path("out").join(name)).expect("a file")).to_vec()
    }
}
