//! Splits a key into tokens and says, by its look alone, what each of them is: a word, a hash, a date, a version.
//! Nothing here compares keys; that is `family.rs`.

use super::date;

/// What a part of a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// A name. Only a comparison with other keys shows if it is constant.
    Word,
    /// A word that is usually the value of a matrix, such as `stable` or `debug`.
    Choice,
    /// An operating system, its release, or a processor.
    Platform,
    /// A number of up to eight digits.
    Number,
    /// A version, such as `1.22.1` or `node20`.
    VersionNumber,
    /// A hash of files, of a commit, or of anything else.
    Hash,
    /// A date, a week, or a time.
    Date,
    /// The id of a run, or what counts its attempts.
    RunId,
}

impl TokenKind {
    /// True if a new value replaces the old one as time goes by.
    pub fn changes_with_time(self) -> bool {
        matches!(self, TokenKind::Hash | TokenKind::Date | TokenKind::RunId)
    }
}

/// A part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where it begins in the key.
    pub start: usize,
    /// What it is.
    pub kind: TokenKind,
}

impl Token<'_> {
    /// Where it ends in the key.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The tokens of a key, without what separates them.
pub fn tokens(key: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < key.len() {
        let rest = &key[at..];
        let joined = compound(rest).filter(|joined| !is_after_system(found.last(), *joined));
        let length = joined.map_or_else(|| simple(rest), |(length, _)| length);
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let text = &rest[..length];
        let kind = joined.map_or_else(|| kind(text), |(_, kind)| kind);
        found.push(Token { text, start: at, kind: beside(found.last(), text, kind) });
        at += length;
    }
    found
}

/// The length of the token at the beginning of a text; 0 if it begins with a separator.
fn simple(text: &str) -> usize {
    let inside = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '+' | '~');
    let length = text.find(|letter| !inside(letter)).unwrap_or(text.len());
    let trimmed = text[..length].trim_end_matches(['.', '+', '~']);
    if trimmed.starts_with(['.', '+', '~']) { 0 } else { trimmed.len() }
}

/// What a token is after the one before it: `windows-2022` is one platform, and `12345678901-1` a run and its
/// attempt.
fn beside(before: Option<&Token>, text: &str, kind: TokenKind) -> TokenKind {
    let Some(before) = before else { return kind };
    let is_plain = matches!(kind, TokenKind::Number | TokenKind::VersionNumber);
    let word = before.text.to_ascii_lowercase();
    match before.kind {
        TokenKind::Platform if is_plain && is_release(&word, text) => TokenKind::Platform,
        TokenKind::RunId if kind == TokenKind::Number => TokenKind::RunId,
        TokenKind::Word if is_plain && ["run", "runid", "attempt"].contains(&word.as_str()) => {
            TokenKind::RunId
        }
        TokenKind::Word if is_plain && word == "week" => TokenKind::Date,
        // `run_id=…` and `run_number=…` are two words before the number.
        TokenKind::Word if is_plain && ["id", "number"].contains(&word.as_str()) => TokenKind::RunId,
        _ => kind,
    }
}

/// True if a number after the name of a system is its release.
fn is_release(system: &str, number: &str) -> bool {
    SYSTEMS.contains(&system) && number.len() <= 5
}

/// True if a year and a number, such as `2022-14`, are the release of a system and something else.
fn is_after_system(before: Option<&Token>, joined: (usize, TokenKind)) -> bool {
    let system = before.map(|before| before.text.to_ascii_lowercase());
    joined == (7, TokenKind::Date) && system.is_some_and(|system| SYSTEMS.contains(&system.as_str()))
}

/// Systems whose release follows their name.
const SYSTEMS: [&str; 8] = ["windows", "ubuntu", "macos", "debian", "alpine", "fedora", "centos", "rocky"];

/// A token with separators of its own, at the beginning of a text: its length and kind.
fn compound(text: &str) -> Option<(usize, TokenKind)> {
    let first = text.chars().next().filter(char::is_ascii_alphanumeric)?;
    let found = match first {
        'x' | 'X' => prefix(text, "x86_64").map(|length| (length, TokenKind::Platform)),
        '0'..='9' => date::separated(text).map(|length| (length, TokenKind::Date)),
        _ => None,
    };
    let found = found.or_else(|| uuid(text).map(|length| (length, TokenKind::Hash)));
    found.filter(|(length, _)| !text[*length..].starts_with(|next: char| next.is_alphanumeric()))
}

fn prefix(text: &str, word: &str) -> Option<usize> {
    let begins = text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    begins.then_some(word.len())
}

/// The length of a UUID.
fn uuid(text: &str) -> Option<usize> {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let mut parts = text.get(..36)?.split('-');
    let fits = |length: &usize| {
        let part = parts.next();
        part.is_some_and(|part| part.len() == *length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    GROUPS.iter().all(fits).then_some(36)
}

/// What a token without separators is.
fn kind(text: &str) -> TokenKind {
    let lower = text.to_ascii_lowercase();
    if date::is_joined(text) {
        return TokenKind::Date;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return number(text);
    }
    if is_platform(&lower) {
        return TokenKind::Platform;
    }
    if CHOICES.contains(&lower.as_str()) {
        return TokenKind::Choice;
    }
    if is_hash(text) {
        return TokenKind::Hash;
    }
    if is_version(&lower) { TokenKind::VersionNumber } else { TokenKind::Word }
}

/// What a token of digits is that is no date: a hash, a run's id, or a number.
fn number(text: &str) -> TokenKind {
    match text.len() {
        0..=8 => TokenKind::Number,
        9..=19 => TokenKind::RunId,
        _ => TokenKind::Hash,
    }
}

/// The length from which letters and digits of any kind are a hash, such as those of Nix.
const MIXED_HASH_MIN: usize = 20;
/// The lengths of hashes that may by chance have digits or letters only.
const HASH_LENGTHS: [usize; 7] = [8, 16, 32, 40, 56, 64, 128];

fn is_hash(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.bytes().any(|byte| test(&byte));
    let (digit, letter) = (has(u8::is_ascii_digit), has(u8::is_ascii_alphabetic));
    let one_case = !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase));
    if text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return one_case && (text.len() >= 7 && digit && letter || HASH_LENGTHS.contains(&text.len()));
    }
    let is_long = text.len() >= MIXED_HASH_MIN && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_long && if one_case { is_strewn(text) } else { is_strewn(text) && !has_words(text) }
}

/// The length from which small letters in a row are a word, among letters of both cases.
const WORD_MIN: usize = 4;

/// True if digits stand among the letters everywhere, as in a hash. Names such as `pixel6Api34DebugAndroidTest` have
/// few, and at a few places.
fn is_strewn(text: &str) -> bool {
    let places = runs(text, |byte| byte.is_ascii_digit()).count();
    places * 7 >= text.len() && places > 1
}

/// True if small letters make up words: two of them, or a long one.
fn has_words(text: &str) -> bool {
    let words = runs(text, |byte| byte.is_ascii_lowercase()).filter(|length| *length >= WORD_MIN);
    words.clone().count() > 1 || words.max().is_some_and(|longest| longest > 2 * WORD_MIN)
}

/// The lengths of the longest parts whose letters all pass a test.
fn runs(text: &str, test: fn(&u8) -> bool) -> impl Iterator<Item = usize> + Clone + '_ {
    let parts = text.as_bytes().split(move |byte| !test(byte));
    parts.map(<[u8]>::len).filter(|length| *length > 0)
}

/// A version: digits and dots, after an optional name or `v`; without a dot only after the name of a tool.
fn is_version(lower: &str) -> bool {
    let digits = lower.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let name = &lower[..lower.len() - digits.len()];
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let dotted = digits.split('.').count() > 1 && !EXTENSIONS.iter().any(|end| lower.ends_with(end));
    dotted || name.is_empty() || VERSIONED.contains(&name)
}

fn is_platform(lower: &str) -> bool {
    let name = lower.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let released = ["ubuntu", "macos", "windows", "debian", "fedora", "alpine", "win", "osx", "el"];
    PLATFORMS.contains(&lower) || name != lower && released.contains(&name)
}

/// Systems and processors, as runners and compilers name them.
const PLATFORMS: &[&str] = &[
    "linux",
    "windows",
    "macos",
    "darwin",
    "mac",
    "osx",
    "win",
    "win32",
    "win64",
    "ubuntu",
    "debian",
    "alpine",
    "fedora",
    "centos",
    "rocky",
    "jammy",
    "noble",
    "focal",
    "bionic",
    "bookworm",
    "bullseye",
    "trixie",
    "x64",
    "x86",
    "amd64",
    "arm64",
    "aarch64",
    "arm",
    "armv6",
    "armv7",
    "armhf",
    "i386",
    "i686",
    "x32",
    "riscv64",
    "s390x",
    "ppc64",
    "ppc64le",
    "wasm32",
    "musl",
    "gnu",
    "gnueabihf",
    "msvc",
    "mingw",
    "unknown",
    "pc",
    "apple",
    "posix",
    "nt",
    "universal",
    "manylinux",
    "musllinux",
];

/// Words that are usually the values of a matrix.
const CHOICES: &[&str] = &[
    "default", "stable", "beta", "nightly", "latest", "oldest", "msrv", "debug", "release", "dev", "prod",
    "minimal", "full", "true", "false",
];

/// Tools whose version follows their name at once.
const VERSIONED: &[&str] = &[
    "py", "python", "cp", "pypy", "node", "go", "java", "jdk", "php", "ruby", "gcc", "clang", "llvm", "rust",
    "dotnet", "net", "xcode", "api", "qt", "cuda", "ghc", "swift", "v8", "postgres", "pg", "mysql",
];

/// Ends of file names, which have a dot but are no versions.
const EXTENSIONS: &[&str] =
    &[".lock", ".json", ".toml", ".yaml", ".yml", ".txt", ".xml", ".mod", ".sum", ".cache"];
