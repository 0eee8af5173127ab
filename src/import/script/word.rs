//! The words and operators of a script of a shell.

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WordPart {
    /// A literal text.
    Text(String),
    /// The value of a variable, whose spaces separate words unless it is quoted.
    Variable { name: String, is_quoted: bool },
    /// What a program or an expansion makes.
    Unknown,
}

/// A word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ShellWord {
    pub parts: Vec<WordPart>,
    /// True if a part of it is quoted, so that it is no keyword and no pattern.
    pub is_quoted: bool,
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ShellToken {
    Word(ShellWord),
    /// What separates commands.
    Operator(&'static str),
    /// Where output goes or input is from; true if it is the standard output or input.
    Redirect(&'static str, bool),
    /// The text of a here-document.
    Document(ShellWord),
}

impl ShellWord {
    /// The word, if it is a plain one.
    pub fn plain(&self) -> Option<&str> {
        match &self.parts[..] {
            [WordPart::Text(text)] if !self.is_quoted => Some(text),
            _ => None,
        }
    }

    fn push(&mut self, letter: char) {
        match self.parts.last_mut() {
            Some(WordPart::Text(text)) => text.push(letter),
            _ => self.parts.push(WordPart::Text(letter.to_string())),
        }
    }
}

/// Operators, longer ones before their beginnings.
const OPERATORS: [&str; 8] = ["&&", "||", ";;", "|", "&", ";", "(", ")"];
const REDIRECTS: [&str; 8] = ["&>>", "&>", ">>", ">|", ">&", ">", "<&", "<"];

/// The tokens of a script; `None` if it has constructs that are not read, such as arithmetic.
pub(super) fn tokens(script: &str) -> Option<Vec<ShellToken>> {
    let mut lexer = ShellLexer { letters: script.chars().collect(), ..ShellLexer::default() };
    while lexer.at < lexer.letters.len() {
        lexer.step()?;
    }
    lexer.end_word();
    Some(lexer.tokens)
}

#[derive(Default)]
struct ShellLexer {
    letters: Vec<char>,
    at: usize,
    tokens: Vec<ShellToken>,
    word: Option<ShellWord>,
    /// The here-documents whose texts begin with the next line: the place of the token, the delimiter, and whether tabs are
    /// removed.
    documents: Vec<(usize, ShellWord, bool)>,
}

impl ShellLexer {
    fn starts(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(index, letter)| self.letters.get(self.at + index) == Some(&letter))
    }

    fn next_is(&self, ahead: usize, letter: char) -> bool {
        self.letters.get(self.at + ahead) == Some(&letter)
    }

    fn end_word(&mut self) {
        self.tokens.extend(self.word.take().map(ShellToken::Word));
    }

    fn word(&mut self) -> &mut ShellWord {
        self.word.get_or_insert_default()
    }

    /// Reads one token, or a part of a word.
    fn step(&mut self) -> Option<()> {
        let letter = self.letters[self.at];
        match letter {
            '\n' => {
                self.end_word();
                self.at += 1;
                self.tokens.push(ShellToken::Operator("\n"));
                self.read_documents()?;
            }
            ' ' | '\t' | '\r' => {
                self.end_word();
                self.at += 1;
            }
            '#' if self.word.is_none() => {
                while self.at < self.letters.len() && self.letters[self.at] != '\n' {
                    self.at += 1;
                }
            }
            '\\' if self.next_is(1, '\n') => self.at += 2,
            '\\' => {
                let escaped = *self.letters.get(self.at + 1)?;
                self.word().is_quoted = true;
                self.word().push(escaped);
                self.at += 2;
            }
            '\'' => self.single_quoted()?,
            '"' => self.double_quoted()?,
            '$' => self.expansion(false)?,
            '`' => self.backticks()?,
            _ => return self.operator(letter),
        }
        Some(())
    }

    fn operator(&mut self, letter: char) -> Option<()> {
        if self.starts("<(") || self.starts(">(") || self.starts("((") {
            return None;
        }
        if self.starts("<<<") {
            self.end_word();
            self.at += 3;
            self.tokens.push(ShellToken::Redirect("<<<", true));
            return Some(());
        }
        if self.starts("<<") {
            return self.document();
        }
        if let Some(own) = REDIRECTS.iter().find(|own| self.starts(own)) {
            let number = self.word.as_ref().and_then(ShellWord::plain).map(str::to_owned);
            let number = number.filter(|text| text.chars().all(|digit| digit.is_ascii_digit()));
            match number.is_some() {
                true => self.word = None,
                false => self.end_word(),
            }
            let is_standard = number.is_none_or(|number| number == "1" || number == "0");
            self.tokens.push(ShellToken::Redirect(own, is_standard));
            self.at += own.len();
            return Some(());
        }
        let Some(own) = OPERATORS.iter().find(|own| self.starts(own)) else {
            self.word().push(letter);
            self.at += 1;
            return Some(());
        };
        if *own == "(" && self.word.as_ref().is_some_and(is_array_start) {
            self.skip('(', ')')?;
            self.word().parts.push(WordPart::Unknown);
            return Some(());
        }
        self.end_word();
        self.at += own.len();
        self.tokens.push(ShellToken::Operator(own));
        Some(())
    }

    fn single_quoted(&mut self) -> Option<()> {
        self.word().is_quoted = true;
        self.word().parts.push(WordPart::Text(String::new()));
        let end = self.letters[self.at + 1..].iter().position(|letter| *letter == '\'')?;
        for index in self.at + 1..self.at + 1 + end {
            let letter = self.letters[index];
            self.word().push(letter);
        }
        self.at += end + 2;
        Some(())
    }

    fn double_quoted(&mut self) -> Option<()> {
        self.word().is_quoted = true;
        self.word().parts.push(WordPart::Text(String::new()));
        self.at += 1;
        loop {
            match *self.letters.get(self.at)? {
                '"' => {
                    self.at += 1;
                    return Some(());
                }
                letter => self.quoted_letter(letter)?,
            }
        }
    }

    /// A letter of a text in double quotes, or of a here-document.
    fn quoted_letter(&mut self, letter: char) -> Option<()> {
        match letter {
            '\\' if self.next_is(1, '\n') => self.at += 2,
            '\\' if ['"', '\\', '$', '`'].iter().any(|own| self.next_is(1, *own)) => {
                let escaped = self.letters[self.at + 1];
                self.word().push(escaped);
                self.at += 2;
            }
            '$' => self.expansion(true)?,
            '`' => self.backticks()?,
            _ => {
                self.word().push(letter);
                self.at += 1;
            }
        }
        Some(())
    }

    fn backticks(&mut self) -> Option<()> {
        let end = self.letters[self.at + 1..].iter().position(|letter| *letter == '`')?;
        self.at += end + 2;
        self.word().parts.push(WordPart::Unknown);
        Some(())
    }

    /// What begins with a dollar sign.
    fn expansion(&mut self, is_quoted: bool) -> Option<()> {
        self.at += 1;
        let is_name = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '_';
        let name = |letters: &[char]| letters.iter().take_while(|own| is_name(own)).collect::<String>();
        match self.letters.get(self.at) {
            Some('(') => {
                self.skip('(', ')')?;
                self.word().parts.push(WordPart::Unknown);
            }
            Some('{') => {
                let own = name(&self.letters[self.at + 1..]);
                let is_whole = self.next_is(1 + own.len(), '}') && !own.is_empty();
                self.skip('{', '}')?;
                self.word().parts.push(match is_whole {
                    true => WordPart::Variable { name: own, is_quoted },
                    false => WordPart::Unknown,
                });
            }
            Some('\'') if !is_quoted => {
                self.single_quoted()?;
                self.word().parts.push(WordPart::Unknown);
            }
            Some(letter) if letter.is_ascii_alphabetic() || *letter == '_' => {
                let own = name(&self.letters[self.at..]);
                self.at += own.len();
                self.word().parts.push(WordPart::Variable { name: own, is_quoted });
            }
            Some(letter) if letter.is_ascii_digit() || "?#@*!$-".contains(*letter) => {
                self.at += 1;
                self.word().parts.push(WordPart::Unknown);
            }
            _ => self.word().push('$'),
        }
        Some(())
    }

    /// Skips to behind the end that belongs to what begins here.
    fn skip(&mut self, open: char, close: char) -> Option<()> {
        let (mut depth, mut quote) = (0_usize, None);
        loop {
            let letter = *self.letters.get(self.at)?;
            self.at += 1;
            match (quote, letter) {
                (Some('\''), '\'') | (Some('"'), '"') => quote = None,
                (Some('\''), _) => {}
                (_, '\\') => self.at += 1,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(letter),
                (None, _) if letter == open => depth += 1,
                (None, _) if letter == close => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(());
                    }
                }
                (None, _) => {}
            }
        }
    }

    /// The beginning of a here-document: its delimiter.
    fn document(&mut self) -> Option<()> {
        self.end_word();
        self.at += 2;
        let is_stripped = self.next_is(0, '-');
        self.at += usize::from(is_stripped);
        while self.next_is(0, ' ') {
            self.at += 1;
        }
        let mut delimiter = ShellWord::default();
        while let Some(letter) = self.letters.get(self.at).filter(|letter| !" \t\n;|&<>)".contains(**letter))
        {
            match letter {
                '\'' | '"' | '\\' => delimiter.is_quoted = true,
                letter => delimiter.push(*letter),
            }
            self.at += 1;
        }
        self.documents.push((self.tokens.len(), delimiter, is_stripped));
        self.tokens.push(ShellToken::Document(ShellWord::default()));
        Some(())
    }

    /// The texts of the here-documents that begin with this line.
    fn read_documents(&mut self) -> Option<()> {
        for (place, delimiter, is_stripped) in std::mem::take(&mut self.documents) {
            let [WordPart::Text(end)] = &delimiter.parts[..] else { return None };
            let mut lines = Vec::new();
            loop {
                let rest = self.letters.get(self.at..).filter(|rest| !rest.is_empty())?;
                let length = rest.iter().position(|letter| *letter == '\n').unwrap_or(rest.len());
                let line: String = rest[..length].iter().collect();
                self.at += length + 1;
                let line = if is_stripped { line.trim_start_matches('\t').to_owned() } else { line };
                if line.trim_end() == end {
                    break;
                }
                lines.push(line + "\n");
            }
            let text = lines.concat();
            let word = match delimiter.is_quoted {
                true => ShellWord { parts: vec![WordPart::Text(text)], is_quoted: true },
                false => document_text(&text)?,
            };
            self.tokens[place] = ShellToken::Document(word);
        }
        Some(())
    }
}

/// The text of a here-document whose variables are replaced.
fn document_text(text: &str) -> Option<ShellWord> {
    let mut inner = ShellLexer { letters: text.chars().collect(), ..ShellLexer::default() };
    inner.word().is_quoted = true;
    while let Some(letter) = inner.letters.get(inner.at).copied() {
        inner.quoted_letter(letter)?;
    }
    inner.word
}

/// True for `name=` in front of the values of an array.
fn is_array_start(word: &ShellWord) -> bool {
    word.plain().is_some_and(|text| text.ends_with('='))
}
