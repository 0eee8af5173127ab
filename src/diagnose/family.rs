//! Key families: keys that differ only in what varies. A family is named after the words that all its keys have
//! in common. What varies is found by the look of a token ([`TokenKind`]) and by comparing keys: words that
//! differ among keys with the same beginning are values of a matrix, unless one of them names a tool.

use super::token::{Token, TokenKind, tokens};
use super::writer::{KeyWriter, Naming};
use std::collections::BTreeMap;

/// The keys that differ only in what varies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFamily {
    /// Its name: the constant words. No two families of a listing share it.
    pub name: String,
    /// Its keys, with `*` for what varies.
    pub pattern: String,
    /// The client that writes it.
    pub client: &'static str,
}

/// All families of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Families {
    /// The families.
    pub list: Vec<KeyFamily>,
    /// The family of each key, as an index into the list.
    pub of: Vec<usize>,
}

/// The words at the beginning of a key by which its family is named.
struct Stem<'a> {
    key: &'a str,
    writer: &'static KeyWriter,
    words: Vec<Token<'a>>,
    /// True if something that varies comes before the words.
    has_lead: bool,
    /// True if something follows the words.
    has_tail: bool,
    /// True if the name is the beginning of a token, as in `node20`.
    is_cut: bool,
}

/// The words that a key begins with, as they are written. Other keys do not change them, as they change the name of a
/// family.
pub fn own_words(key: &str) -> String {
    Stem::of(key).name(usize::MAX)
}

impl Families {
    /// Sorts keys into families.
    pub fn of<'a>(keys: impl Iterator<Item = &'a str>) -> Families {
        let stems: Vec<Stem> = keys.map(Stem::of).collect();
        let mut groups: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
        for (index, stem) in stems.iter().enumerate() {
            groups.entry((stem.writer.client, stem.root())).or_default().push(index);
        }
        let mut families = Families { list: vec![], of: vec![0; stems.len()] };
        for members in groups.into_values() {
            families.split(&stems, members, 1);
        }
        families.make_names_unique();
        families
    }

    /// Adds a family for members that have their first `depth` words in common, or several if the next word is
    /// part of a name.
    fn split(&mut self, stems: &[Stem], members: Vec<usize>, mut depth: usize) {
        let is_whole = members.first().is_none_or(|first| stems[*first].is_named_by_all());
        if is_whole {
            return self.add(stems, &members, usize::MAX);
        }
        loop {
            let words: Vec<Option<String>> =
                members.iter().map(|member| stems[*member].word(depth)).collect();
            let first = words.first().cloned().flatten();
            if first.is_none() || words.iter().any(|word| *word != first) {
                return self.part(stems, members, words, depth);
            }
            depth += 1;
        }
    }

    /// Members whose next words differ: those that name a tool have families of their own.
    fn part(&mut self, stems: &[Stem], members: Vec<usize>, words: Vec<Option<String>>, depth: usize) {
        let mut tools: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut rest = Vec::new();
        for (member, word) in members.into_iter().zip(words) {
            match word.filter(|word| TOOLS.contains(&word.as_str())) {
                Some(tool) => tools.entry(tool).or_default().push(member),
                None => rest.push(member),
            }
        }
        tools.into_values().for_each(|members| self.split(stems, members, depth + 1));
        if !rest.is_empty() {
            self.add(stems, &rest, depth);
        }
    }

    fn add(&mut self, stems: &[Stem], members: &[usize], depth: usize) {
        let Some(first) = members.first().map(|first| &stems[*first]) else { return };
        let name = first.name(depth);
        let any = |test: &dyn Fn(&Stem) -> bool| members.iter().any(|member| test(&stems[*member]));
        let lead = if any(&|stem| stem.has_lead) { "*-" } else { "" };
        let has_tail = any(&|stem| stem.has_tail || stem.words.len() > depth);
        let tail = if any(&|stem| stem.is_cut) {
            "*"
        } else if has_tail {
            "-*"
        } else {
            ""
        };
        let pattern = if name == NAMELESS { "*".to_owned() } else { format!("{lead}{name}{tail}") };
        members.iter().for_each(|member| self.of[*member] = self.list.len());
        self.list.push(KeyFamily { name, pattern, client: first.writer.client });
    }

    /// Adds the client to a name that another client's family has too.
    fn make_names_unique(&mut self) {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        self.list.iter().for_each(|family| *count.entry(family.name.clone()).or_default() += 1);
        for family in self.list.iter_mut().filter(|family| count[&family.name] > 1) {
            family.name += &format!(" ({})", family.client);
        }
    }
}

/// The name of the family of keys without words.
const NAMELESS: &str = "(no name)";

impl<'a> Stem<'a> {
    fn of(key: &'a str) -> Stem<'a> {
        let (writer, all) = (KeyWriter::of(key), tokens(key));
        let named = |token: &&Token<'a>| token.kind == TokenKind::Word;
        let words: Vec<Token> = match writer.naming {
            Naming::ByComparing => match all.iter().position(|token| named(&token)) {
                Some(from) => all[from..].iter().take_while(named).copied().collect(),
                None => all.iter().find_map(tool).into_iter().collect(),
            },
            Naming::AllWords => all.iter().filter(named).copied().collect(),
            Naming::LongWords => {
                let is_long = |token: &&Token<'a>| named(token) && token.text.len() > 1;
                all.iter().filter(is_long).take_while(|token| token.text != "sha256").copied().collect()
            }
        };
        let end = |words: &[Token]| words.last().map_or(0, Token::end);
        Stem {
            has_lead: words.first().is_some_and(|first| all[0].start < first.start),
            has_tail: end(&all) > end(&words),
            is_cut: !words.is_empty() && key[end(&words)..].starts_with(char::is_alphanumeric),
            key,
            writer,
            words,
        }
    }

    fn word(&self, place: usize) -> Option<String> {
        self.words.get(place).map(|word| word.text.to_lowercase())
    }

    /// What keys of one family have in common at least.
    fn root(&self) -> String {
        if !self.is_named_by_all() {
            return self.word(0).unwrap_or_default();
        }
        self.words.iter().map(|word| word.text.to_lowercase()).collect::<Vec<_>>().join("-")
    }

    /// True if every word of the key is part of the name.
    fn is_named_by_all(&self) -> bool {
        self.writer.naming != Naming::ByComparing
    }

    /// The first words as the key has them.
    fn name(&self, depth: usize) -> String {
        let words = &self.words[..depth.min(self.words.len())];
        match (words.first(), words.last()) {
            (Some(first), Some(last)) if !self.is_named_by_all() => {
                self.key[first.start..last.end()].to_owned()
            }
            (Some(_), _) => words.iter().map(|word| word.text).collect::<Vec<_>>().join("-"),
            (None, _) if self.is_named_by_all() => self.writer.client.to_owned(),
            (None, _) => NAMELESS.to_owned(),
        }
    }
}

/// The name of a tool in a token that is no word, for keys without words: `node` of `node20`, but nothing of `v3`.
fn tool<'a>(token: &Token<'a>) -> Option<Token<'a>> {
    let letters = token.text.split(|letter: char| letter.is_ascii_digit()).next().unwrap_or_default();
    let is_tool = match token.kind {
        TokenKind::VersionNumber => letters.len() > 1,
        TokenKind::Platform => COMPILERS.contains(&token.text.to_ascii_lowercase().as_str()),
        _ => false,
    };
    is_tool.then_some(Token { text: letters, ..*token })
}

/// Compilers that name a platform elsewhere.
const COMPILERS: &[&str] = &["mingw", "msvc"];

/// Words that say what is cached. A family is never folded over them.
const TOOLS: &[&str] = &[
    "apt",
    "bazel",
    "brew",
    "bun",
    "bundler",
    "cabal",
    "cargo",
    "ccache",
    "cocoapods",
    "composer",
    "conan",
    "conda",
    "coursier",
    "cypress",
    "dart",
    "deno",
    "docker",
    "buildx",
    "eslint",
    "flutter",
    "gem",
    "gems",
    "git",
    "go",
    "gomod",
    "golangci",
    "gradle",
    "helm",
    "ivy",
    "java",
    "jest",
    "julia",
    "maven",
    "mise",
    "mypy",
    "nextjs",
    "nix",
    "node",
    "npm",
    "nuget",
    "nx",
    "pip",
    "pipenv",
    "playwright",
    "pnpm",
    "pods",
    "poetry",
    "puppeteer",
    "python",
    "registry",
    "ruby",
    "ruff",
    "rust",
    "rustup",
    "sbt",
    "sccache",
    "spm",
    "stack",
    "target",
    "terraform",
    "trivy",
    "turbo",
    "uv",
    "vcpkg",
    "yarn",
    "zig",
];
