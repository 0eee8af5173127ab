//! The instructions of a container file: comments, the escape directive, continued lines and here-documents are
//! resolved; what an instruction means is told in `stage.rs`.

use thiserror::Error;

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Its word, in capitals.
    pub word: String,
    /// Options such as `--from=planner`, without the dashes.
    pub options: Vec<(String, String)>,
    /// The rest, on one line; here-documents are left out.
    pub text: String,
    /// The contents of its here-documents.
    pub documents: Vec<String>,
    /// Its first line, from 1.
    pub line: usize,
}

/// Why a container file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadContainerFile {
    /// It is too large.
    #[error("more than {0}: describe the image in the scenario by `cold`, `warm` and `size`")]
    TooLarge(&'static str),
    /// A here-document has no end.
    #[error("line {0}: the here-document has no end")]
    OpenDocument(usize),
    /// There is no `FROM`.
    #[error("there is no FROM")]
    NoStage,
    /// A stage is to be built that is not there.
    #[error("there is no stage `{0}`")]
    NoTarget(String),
}

const BYTES_MAX: usize = 1_000_000;
const INSTRUCTIONS_MAX: usize = 1_000;

impl Instruction {
    /// All instructions of a file, in order.
    ///
    /// # Errors
    /// If it is too large or a here-document has no end.
    pub fn read(text: &str) -> Result<Vec<Instruction>, BadContainerFile> {
        if text.len() > BYTES_MAX {
            return Err(BadContainerFile::TooLarge("1 MB"));
        }
        let mut lines = text.lines().zip(1..).peekable();
        let escape = escape(text);
        let mut found = Vec::new();
        while let Some((first, line)) = lines.next() {
            if is_comment(first) {
                continue;
            }
            let mut whole = String::new();
            let mut next = first;
            while let Some(part) = next.trim_end().strip_suffix(escape) {
                whole.push_str(part);
                whole.push(' ');
                // Comments and empty lines do not end a continued line.
                let Some((following, _)) = lines.find(|(line, _)| !is_comment(line)) else {
                    next = "";
                    break;
                };
                next = following;
            }
            whole.push_str(next);
            let (text, ends) = without_documents(&whole);
            let mut documents = Vec::new();
            for (end, is_indented) in ends {
                let mut document = String::new();
                loop {
                    let (inside, _) = lines.next().ok_or(BadContainerFile::OpenDocument(line))?;
                    let bare = if is_indented { inside.trim_start_matches('\t') } else { inside };
                    if bare == end {
                        break;
                    }
                    document.push_str(bare);
                    document.push('\n');
                }
                documents.push(document);
            }
            found.push(Instruction::new(&text, documents, line));
            if found.len() > INSTRUCTIONS_MAX {
                return Err(BadContainerFile::TooLarge("1,000 instructions"));
            }
        }
        Ok(found)
    }

    fn new(text: &str, documents: Vec<String>, line: usize) -> Instruction {
        let text = text.trim();
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let mut rest = rest.trim_start();
        let mut options = Vec::new();
        while let Some(option) = rest.strip_prefix("--") {
            let (option, after) = option.split_once(char::is_whitespace).unwrap_or((option, ""));
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            options.push((name.to_ascii_lowercase(), value.trim_matches('"').to_owned()));
            rest = after.trim_start();
        }
        let text = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        Instruction { word: word.to_ascii_uppercase(), options, text, documents, line }
    }

    /// The values of an option, which may stand several times.
    pub fn option<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.options.iter().filter(move |(option, _)| option == name).map(|(_, value)| value.as_str())
    }

    /// What it executes: its line, or the documents that it is given.
    pub fn command(&self) -> String {
        [self.text.clone()]
            .into_iter()
            .chain(self.documents.iter().cloned())
            .collect::<Vec<_>>()
            .join(" ")
            .trim()
            .to_owned()
    }

    /// The words of its line; those of a JSON list if it is one.
    pub fn words(&self) -> Vec<String> {
        let list = self
            .text
            .starts_with('[')
            .then(|| serde_json::from_str::<Vec<String>>(&self.text).ok())
            .flatten();
        list.unwrap_or_else(|| self.text.split_whitespace().map(str::to_owned).collect())
    }
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// The letter that continues lines: the directive `# escape=` can only stand among the first comments.
fn escape(text: &str) -> char {
    let directives =
        text.lines().map_while(|line| line.trim().strip_prefix('#')).map_while(|line| line.split_once('='));
    let mut escapes = directives.filter(|(name, _)| name.trim().eq_ignore_ascii_case("escape"));
    escapes.next().map_or('\\', |(_, letter)| if letter.trim() == "`" { '`' } else { '\\' })
}

/// The line without the marks of here-documents, and for each the line that ends it, and whether tabs before are dropped.
fn without_documents(line: &str) -> (String, Vec<(String, bool)>) {
    let takes = ["RUN", "COPY", "ADD"].iter().any(|word| {
        line.trim_start().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
    });
    let (mut kept, mut ends) = (String::new(), Vec::new());
    for word in line.split(' ') {
        let mark = word
            .trim_start_matches(|letter: char| letter.is_ascii_digit())
            .strip_prefix("<<")
            .filter(|_| takes);
        let (mark, is_indented) =
            mark.map_or(("", false), |mark| (mark.trim_start_matches('-'), mark.starts_with('-')));
        let name = mark.trim_matches(['"', '\'']);
        let is_name = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
            && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        if is_name {
            ends.push((name.to_owned(), is_indented));
        } else {
            kept.push_str(word);
            kept.push(' ');
        }
    }
    (kept, ends)
}
