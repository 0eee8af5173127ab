//! Finds the line and column of an entry in a JSON text. Values have no positions once they are parsed, so
//! the text is scanned again, and only if there is a problem to report.

use super::encoding::place;

/// The keys of the lists that pages have.
const LISTS: [&[u8]; 3] = [b"\"actions_caches\"", b"\"jobs\"", b"\"workflow_runs\""];

/// The way to a value: where its document begins, and its index in each list around it.
#[derive(Debug, Clone, Default)]
pub(crate) struct JsonPlace {
    start: usize,
    indices: Vec<usize>,
}

impl JsonPlace {
    /// The document that begins after this offset.
    pub fn of_value(start: usize) -> JsonPlace {
        JsonPlace { start, indices: vec![] }
    }

    /// Goes to an item of the list.
    pub fn enter(&mut self, index: usize) {
        self.indices.push(index);
    }

    /// Goes back to the list.
    pub fn leave(&mut self) {
        self.indices.pop();
    }

    /// The line and column of the value, both from 1.
    pub fn position(&self, text: &str) -> (u64, u64) {
        let mut scan = JsonScan { text: text.as_bytes(), at: self.start };
        scan.skip_space();
        for index in &self.indices {
            scan.enter(*index);
        }
        place(text.as_bytes(), scan.at)
    }
}

/// A position in a JSON text that is known to be correct.
struct JsonScan<'a> {
    text: &'a [u8],
    at: usize,
}

impl JsonScan<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(b' ')
    }

    fn skip_space(&mut self) {
        let is_space = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b':');
        while self.text.get(self.at).is_some_and(is_space) {
            self.at += 1;
        }
    }

    /// Goes from a list, or a page with a list, to an item of the list.
    fn enter(&mut self, index: usize) {
        if self.peek() == b'{' {
            self.find_list();
        }
        self.at += 1;
        self.skip_space();
        for _ in 0..index {
            self.skip_value();
        }
    }

    /// Goes to the list of a page of GitHub's API, or of a run that gh shows.
    fn find_list(&mut self) {
        self.at += 1;
        while self.at < self.text.len() {
            self.skip_space();
            let key = self.at;
            self.skip_value();
            let name = self.text[key..self.at].trim_ascii();
            if LISTS.iter().any(|list| name.starts_with(list)) {
                return;
            }
            self.skip_value();
        }
    }

    /// Skips a value and what separates it from the next one.
    fn skip_value(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                _ if self.at >= self.text.len() => return,
                b'"' => self.skip_string(),
                b'{' | b'[' => (depth, self.at) = (depth + 1, self.at + 1),
                b'}' | b']' => (depth, self.at) = (depth.saturating_sub(1), self.at + 1),
                _ => self.skip_word(),
            }
            self.skip_space();
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_word(&mut self) {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:]}".contains(byte);
        let length = self.text[self.at..].iter().position(ends);
        self.at += length.unwrap_or(self.text.len() - self.at).max(1);
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while self.at < self.text.len() {
            match self.text[self.at] {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
    }
}
