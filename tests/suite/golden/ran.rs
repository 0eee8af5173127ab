//! Commands run in a folder of their own, and all that they write.

use super::commands::Sequence;
use crate::case::Case;
use cache_budget::random::mix;
use std::fs;
use std::path::Path;

/// Something that a command wrote.
pub struct Output {
    /// The sequence, the number of its command and the stream; or a file's path.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Output {
    /// Of the bytes and their number, the same on every machine.
    pub fn hash(&self) -> u64 {
        let words =
            self.bytes.chunks(8).map(|chunk| chunk.iter().fold(1, |word, byte| word << 8 | u64::from(*byte)));
        words.fold(self.bytes.len() as u64, mix)
    }

    pub fn write_below(&self, folder: &Path) {
        let path = folder.join(&self.name);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, &self.bytes).expect("a file");
    }
}

/// What the commands print one after the other, then the files they leave.
pub fn outputs(sequence: &Sequence) -> Vec<Output> {
    let case = Case::with(super::commands::SMALL);
    for (name, text) in sequence.files() {
        case.write(&name, &text);
    }
    let before: Vec<String> = files(case.folder(), "").into_iter().map(|output| output.name).collect();
    let mut found = vec![];
    for (index, command) in sequence.commands.iter().enumerate() {
        let words: Vec<&str> = command.split(' ').collect();
        let output = case.run(&words);
        let code = output.status.code().map_or("none".into(), |code| code.to_string());
        let streams = [("out", output.stdout), ("err", output.stderr), ("code", code.into_bytes())];
        found.extend(streams.into_iter().filter(|(_, bytes)| !bytes.is_empty()).map(|(stream, bytes)| {
            Output {
                name: format!(
                    "{}/{}-{}.{stream}",
                    sequence.name,
                    index + 1,
                    words[0].trim_start_matches('-')
                ),
                bytes,
            }
        }));
    }
    let left = files(case.folder(), "").into_iter().filter(|output| !before.contains(&output.name));
    found.extend(left.map(|output| Output { name: format!("{}/{}", sequence.name, output.name), ..output }));
    found
}

/// All files below a folder, in order of their path.
fn files(folder: &Path, prefix: &str) -> Vec<Output> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let inside = |path: std::path::PathBuf| {
        let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
        match path.is_dir() {
            true => files(&path, &format!("{name}/")),
            false => vec![Output { name, bytes: fs::read(&path).expect("a file") }],
        }
    };
    paths.into_iter().flat_map(inside).collect()
}
