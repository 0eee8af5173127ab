//! Rust source, read just well enough to hold it to the rules: what is code and what is not,
//! where functions begin and end, and which modules a file names.

use std::fs;
use std::path::{Path, PathBuf};

/// One file of the project.
pub struct Source {
    /// Relative to the project's root, with `/`.
    pub path: String,
    pub text: String,
    /// The text with comments and the insides of literals blanked; lines stay where they are.
    pub code: String,
}

/// A function: where it is and how many lines it has, from `fn` to the closing brace.
pub struct Function {
    pub place: String,
    pub lines: usize,
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below `folder`, in order of their path.
pub fn rust_files(folder: &str) -> Vec<Source> {
    let paths = files(&root().join(folder)).into_iter();
    paths.filter(|path| path.extension().is_some_and(|e| e == "rs")).map(Source::read).collect()
}

/// All files below a folder, in order of their path, without what is built or written by runs.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    let inside = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    let installed = ["tests/facade/node_modules", "tests/browser/node_modules", "tests/conformance/clients"];
    let skipped: Vec<_> =
        [".git", "target", "output"].iter().chain(&installed).map(|name| root().join(name)).collect();
    paths.into_iter().filter(|path| !skipped.contains(path)).flat_map(inside).collect()
}

impl Source {
    fn read(path: PathBuf) -> Source {
        let text = fs::read_to_string(&path).expect("source is UTF-8");
        let path = path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
        Source { path, code: code_of(&text), text }
    }

    /// The module below `src` that the file belongs to.
    pub fn module(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
    }

    pub fn functions(&self) -> Vec<Function> {
        let starts = words(&self.code).filter(|(_, word)| *word == "fn").map(|(at, _)| at);
        starts.filter_map(|start| self.function(start)).collect()
    }

    fn function(&self, start: usize) -> Option<Function> {
        let end = start + body_end(&self.code[start..])?;
        // An expected output written into a test is no code; in `src` every line counts.
        let counts = |line: &&str| self.path.starts_with("src/") || !line.trim().is_empty();
        let lines = self.code[start..end].lines().filter(counts).count();
        let line = self.code[..start].matches('\n').count() + 1;
        Some(Function { place: format!("{}:{line}", self.path), lines })
    }

    /// What stands after `root::` (`crate` or `std`) anywhere in the code; of a group, each of its
    /// members.
    pub fn names_below(&self, root: &str) -> Vec<String> {
        let at_root = words(&self.code).filter(|(_, word)| *word == root).map(|(at, word)| at + word.len());
        let paths = at_root.filter_map(|end| self.code[end..].strip_prefix("::"));
        paths.flat_map(first_names).collect()
    }

    /// Each path that a `use` brings in.
    pub fn uses(&self) -> Vec<Vec<String>> {
        let starts = words(&self.code).filter(|(_, word)| *word == "use").map(|(at, word)| at + word.len());
        starts.flat_map(|start| tree(self.code[start..].trim_start())).collect()
    }

    /// Each path that a `use` brings in, or that begins with `crate`, `super` or `self`.
    pub fn paths(&self) -> Vec<Vec<String>> {
        let roots = words(&self.code).filter(|(_, word)| ["crate", "super", "self"].contains(word));
        let rooted = roots.filter(|(at, word)| {
            self.code[at + word.len()..].starts_with("::") && !self.code[..*at].ends_with("::")
        });
        rooted.flat_map(|(at, _)| tree(&self.code[at..])).chain(self.uses()).collect()
    }

    /// The types that are defined outside of functions and implementations.
    pub fn types(&self) -> Vec<&str> {
        let names = self.code.lines().filter_map(|line| {
            let within = line.strip_prefix("pub(").and_then(|rest| Some(rest.split_once(") ")?.1));
            let rest = line.strip_prefix("pub ").or(within).unwrap_or(line);
            let kinds = ["struct ", "enum ", "trait ", "type "];
            let rest = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
            words(rest).next().map(|(_, name)| name)
        });
        names.collect()
    }

    /// The lines of code, numbered, that contain `text`.
    pub fn lines_with(&self, text: &str) -> Vec<String> {
        let lines = self.code.lines().enumerate().filter(|(_, line)| line.contains(text));
        lines.map(|(number, line)| format!("{}:{}: {}", self.path, number + 1, line.trim())).collect()
    }

    pub fn has_word(&self, wanted: &str) -> bool {
        words(&self.code).any(|(_, word)| word == wanted)
    }
}

/// The paths of a tree of imports that the text begins with.
fn tree(text: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let (mut path, mut open): (Vec<String>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let word = words(rest).next().map_or("", |(_, word)| word);
        let word = if rest.starts_with(is_word) { word } else { "" };
        path.extend(Some(word).filter(|word| !word.is_empty()).map(str::to_owned));
        rest = &rest[word.len()..];
        if let Some(after) = rest.strip_prefix("::") {
            rest = after;
        } else if let Some(after) = rest.strip_prefix('{') {
            open.push(path.len());
            rest = after;
        } else {
            // `self` in a group stands for the path before it.
            path.pop_if(|part| part == "self" && open.last().is_some_and(|depth| *depth > 0));
            let is_named = !word.is_empty() || rest.starts_with('*');
            paths.extend(Some(path.clone()).filter(|_| is_named));
            rest = closed(rest, &mut open);
            let Some(depth) = open.last() else { return paths };
            path.truncate(*depth);
        }
    }
}

/// The text after the end of a path, with the groups closed that end there.
fn closed<'a>(text: &'a str, open: &mut Vec<usize>) -> &'a str {
    let mut rest = text.trim_start();
    if let Some(renamed) = rest.strip_prefix("as ") {
        rest = renamed.trim_start().trim_start_matches(is_word).trim_start();
    }
    rest = rest.trim_start_matches('*').trim_start();
    while !open.is_empty() && rest.starts_with('}') {
        open.pop();
        rest = rest[1..].trim_start();
    }
    match rest.strip_prefix(',') {
        Some(after) if !open.is_empty() => after,
        _ => {
            open.clear();
            rest
        }
    }
}

/// The first name of a path, or of each path in a group.
fn first_names(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return words(path).next().map(|(_, word)| word.to_owned()).into_iter().collect();
    };
    let mut names = Vec::new();
    let mut depth = 0;
    let mut fresh = true;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if depth == 0 && fresh && is_word(c) => {
                names.extend(words(&group[at..]).next().map(|(_, word)| word.to_owned()));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Words with the place where they start.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let pieces = text.split(|c: char| !is_word(c)).filter(|piece| !piece.is_empty());
    pieces.map(|piece| (piece.as_ptr() as usize - text.as_ptr() as usize, piece))
}

/// Where the body of a function ends that starts here; nothing if it has none.
fn body_end(code: &str) -> Option<usize> {
    let mut depth = 0;
    let mut braces = 0;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if depth == 0 && braces == 0 => return None,
            '{' => braces += 1,
            '}' => {
                braces -= 1;
                if braces == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Blanks comments and the insides of literals.
fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kept, skipped) = match first {
            '/' if rest.starts_with("//") => (0, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (0, rest.find("*/").map_or(rest.len(), |end| end + 2)),
            '"' => (0, string_end(rest)),
            '\'' => (0, char_end(rest)),
            'r' if !code.ends_with(is_word) => raw_end(rest),
            _ => (first.len_utf8(), 0),
        };
        code.push_str(&rest[..kept]);
        let blanked = rest[kept..kept + skipped].chars().map(|c| if c == '\n' { c } else { ' ' });
        code.extend(blanked);
        rest = &rest[kept + skipped..];
    }
    code
}

fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// A character literal; a lifetime loses its apostrophe only.
fn char_end(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((after, _))) => {
            rest[after + 1..].find('\'').map_or(1, |end| after + 1 + end + 1)
        }
        (Some(_), Some((end, '\''))) => end + 1,
        _ => 1,
    }
}

/// What to keep and what to blank where an `r` may start a raw string.
fn raw_end(rest: &str) -> (usize, usize) {
    let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
    if !rest[1 + hashes..].starts_with('"') {
        return (1, 0);
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let inside = 2 + hashes;
    let end = rest[inside..].find(&close).map_or(rest.len(), |end| inside + end + close.len());
    (0, end)
}

#[test]
fn comments_and_literals_are_no_code() {
    let text =
        "let a = \"fn x() {\\\" }\"; // fn y()\nlet b = '\\''; /* fn\nz */ let c: &'static str = r#\"fn \"#;";
    let code = code_of(text);
    assert_eq!(code.lines().count(), 3);
    assert_eq!(
        words(&code).map(|(_, word)| word).collect::<Vec<_>>().join(" "),
        "let a let b let c static str"
    );
}

#[test]
fn a_function_ends_with_its_brace() {
    let code = "trait T { fn none(&self) -> [u8; 2]; }\nfn a() {\n    if x { y }\n}\nfn b() {}\n";
    let source = Source { path: "x.rs".into(), text: code.into(), code: code.into() };
    let found: Vec<_> = source.functions().iter().map(|f| (f.place.clone(), f.lines)).collect();
    // `none` has no body; `a` has three lines from line 2, `b` has one.
    assert_eq!(found, [("x.rs:2".to_owned(), 3), ("x.rs:5".to_owned(), 1)]);
}

#[test]
fn a_group_names_each_of_its_members() {
    let code = "use crate::{units::{Bytes, Rate}, service};\nfn f() { crate::random::mix(0, 1) }";
    let source = Source { path: "x.rs".into(), text: code.into(), code: code.into() };
    assert_eq!(source.names_below("crate"), ["units", "service", "random"]);
}

#[test]
fn a_tree_of_imports_names_each_path() {
    let code =
        "use crate::a::{self, b::{C, D as E}, f::*,\n};\nfn f() { super::g(1) }\npub(in crate::a) struct H;";
    let source = Source { path: "x.rs".into(), text: code.into(), code: code.into() };
    let joined = |paths: Vec<Vec<String>>| paths.iter().map(|path| path.join("::")).collect::<Vec<_>>();
    assert_eq!(joined(source.uses()), ["crate::a", "crate::a::b::C", "crate::a::b::D", "crate::a::f"]);
    assert!(joined(source.paths()).contains(&"super::g".to_owned()));
    assert_eq!(source.types(), ["H"]);
}
