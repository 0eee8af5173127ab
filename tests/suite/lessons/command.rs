use super::root;
use std::fs;
use tempfile::TempDir;

/// A copy of the project's scenarios, in which commands run as a learner's do in the project.
pub struct Classroom(TempDir);

/// What came of a command.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Classroom {
    pub fn new() -> Classroom {
        let room = tempfile::tempdir().expect("a folder");
        for part in ["scenarios/lessons", "scenarios/meteroid"] {
            let to = room.path().join(part);
            fs::create_dir_all(&to).expect("a folder");
            for file in fs::read_dir(root().join(part)).expect("scenarios") {
                let file = file.expect("an entry");
                fs::copy(file.path(), to.join(file.file_name())).expect("a copy");
            }
        }
        Classroom(room)
    }

    /// Runs a command as the course writes it: `cache-budget run … --set 'a="b c"'`.
    pub fn run(&self, line: &str) -> Ran {
        let words = words(line);
        assert_eq!(words[0], "cache-budget", "{line}");
        let mut command = assert_cmd::Command::cargo_bin("cache-budget").expect("the program");
        command.args(&words[1..]).arg("--quiet").env_remove("NO_COLOR").env_remove("COLUMNS");
        let output = command.current_dir(self.0.path()).output().expect("it runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// The words of a line as a shell sees them: single and double quotes, nothing else.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None);
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}
