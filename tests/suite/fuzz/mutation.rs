//! Changes of texts: bytes, lines, values, and pieces of other texts. Everything is drawn from a seed and a number.

use cache_budget::random::mix;

/// Draws the changes of one input.
pub struct Mutator {
    state: u64,
}

/// Values that are hard for someone.
const VALUES: [&str; 20] = [
    "-1",
    "0",
    "1e308",
    "nan",
    "99999999999999999999",
    "\"\"",
    "\"10 GB\"",
    "\"0 B\"",
    "\"-5 min\"",
    "\"1000 TB\"",
    "true",
    "[]",
    "{}",
    "[[[1]]]",
    "null",
    "\"\\u0000\\u202e\"",
    "\"=1+1\"",
    "\"</script><script>\"",
    "{ uniform = [\"1 s\", \"2 s\"] }",
    "\"refs/pull/7/merge\"",
];

impl Mutator {
    pub fn new(seed: u64, number: u64) -> Mutator {
        Mutator { state: mix(mix(0x5eed, seed), number) }
    }

    /// A number below `count`, which is at least 1.
    fn below(&mut self, count: usize) -> usize {
        self.state = mix(self.state, 1);
        (self.state % count.max(1) as u64) as usize
    }

    /// One text of the corpus with a few changes; one in eight has none.
    pub fn mutated(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut text = corpus[self.below(corpus.len())].clone();
        let changes = [0, 1, 1, 1, 2, 2, 3, 6][self.below(8)];
        for _ in 0..changes {
            text = match self.below(10) {
                0 => self.with_byte(text),
                1 => self.with_piece(text, corpus),
                2 => self.cut(text),
                3..6 => self.with_number(text),
                6..8 => self.with_value(text),
                _ => self.with_line(text),
            };
        }
        text
    }

    fn with_byte(&mut self, mut text: Vec<u8>) -> Vec<u8> {
        let at = self.below(text.len());
        let byte = self.below(256) as u8;
        if let Some(place) = text.get_mut(at) {
            *place = byte;
        }
        text
    }

    fn with_piece(&mut self, mut text: Vec<u8>, corpus: &[Vec<u8>]) -> Vec<u8> {
        let other = &corpus[self.below(corpus.len())];
        let from = self.below(other.len());
        let to = (from + self.below(200)).min(other.len());
        let at = self.below(text.len() + 1);
        text.splice(at..at, other[from..to].iter().copied());
        text
    }

    fn cut(&mut self, mut text: Vec<u8>) -> Vec<u8> {
        let from = self.below(text.len());
        let to = (from + self.below(60)).min(text.len());
        text.drain(from..to);
        text
    }

    /// Another digit in one of the numbers.
    fn with_number(&mut self, mut text: Vec<u8>) -> Vec<u8> {
        let digits: Vec<usize> = (0..text.len()).filter(|at| text[*at].is_ascii_digit()).collect();
        if !digits.is_empty() {
            text[digits[self.below(digits.len())]] = b'0' + self.below(10) as u8;
        }
        text
    }

    /// Another value behind an equals sign or a colon.
    fn with_value(&mut self, mut text: Vec<u8>) -> Vec<u8> {
        let signs: Vec<usize> = (0..text.len()).filter(|at| matches!(text[*at], b'=' | b':')).collect();
        if !signs.is_empty() {
            let from = signs[self.below(signs.len())] + 1;
            let ends = |byte: &u8| matches!(byte, b'\n' | b',' | b'}');
            let to = text[from..].iter().position(ends).map_or(text.len(), |length| from + length);
            text.splice(from..to, VALUES[self.below(VALUES.len())].bytes());
        }
        text
    }

    /// A line is left out, doubled, or changes places with another.
    fn with_line(&mut self, text: Vec<u8>) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> =
            text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let (one, other) = (self.below(lines.len()), self.below(lines.len()));
        match self.below(3) {
            _ if lines.is_empty() => {}
            0 => drop(lines.remove(one)),
            1 => lines.insert(other, lines[one].clone()),
            _ => lines.swap(one, other),
        }
        lines.concat()
    }
}
