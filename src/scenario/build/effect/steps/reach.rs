//! Whether a look-up can find a key, where both may have values in them that only a run knows.

use crate::ci::{DEFAULT_BRANCH, EventName};
use crate::client::{ArchiveName, OpenValue};

/// What the values may be in this scenario.
#[derive(Clone, Copy)]
pub(super) struct Reach<'a> {
    /// The branches besides the default branch.
    pub branches: &'a [String],
}

/// Stands for one digit or several in what a value may be.
const DIGITS: char = '\u{F000}';

/// After so many comparisons of letters, two texts are taken for a match: this asks what may be, and a text can be made
/// to have many ways to fit.
const COMPARISONS_MAX: u32 = 2_000;

/// The events that `{event}` names.
const EVENTS: [EventName; 10] = [
    EventName::Push,
    EventName::PullRequest,
    EventName::PullRequestTarget,
    EventName::Release,
    EventName::MergeGroup,
    EventName::Schedule,
    EventName::WorkflowDispatch,
    EventName::RepositoryDispatch,
    EventName::IssueComment,
    EventName::WorkflowRun,
];

impl Reach<'_> {
    /// True if the key or a restore key may find what is stored under this one. The service tries the key itself as
    /// a prefix, too.
    pub fn finds(self, wanted: &ArchiveName, stored: &str) -> bool {
        std::iter::once(&wanted.key).chain(&wanted.restore_keys).any(|key| self.begins(stored, key))
    }

    /// True if both may be the same text.
    pub fn may_equal(self, one: &str, other: &str) -> bool {
        self.begins(one, other) && self.begins(other, one)
    }

    /// True if the stored key may begin with what is wanted.
    pub fn begins(self, stored: &str, wanted: &str) -> bool {
        if stored.starts_with(wanted) {
            return true;
        }
        let is_open = |text: &str| text.chars().any(|letter| OpenValue::of(letter).is_some());
        let letters = |text: &str| text.chars().collect::<Vec<char>>();
        let mut left = COMPARISONS_MAX;
        (is_open(stored) || is_open(wanted)) && self.fits(&letters(stored), &letters(wanted), &mut left)
    }

    /// The same of letters; `left` is how many may still be compared.
    fn fits(self, stored: &[char], wanted: &[char], left: &mut u32) -> bool {
        let Some((want, then)) = wanted.split_first() else { return true };
        *left = left.saturating_sub(1);
        let have = stored.first().copied();
        let behind = stored.get(1..).unwrap_or_default();
        if *left == 0 || (have == Some(*want) && self.fits(behind, then, left)) {
            return true;
        }
        match (OpenValue::of(*want), have.and_then(OpenValue::of)) {
            (Some(one), Some(other)) if one.excludes(other) => false,
            (Some(open), _) => self.values(open).any(|value| self.fits(stored, &joined(&value, then), left)),
            (None, Some(open)) => {
                self.values(open).any(|value| self.fits(&joined(&value, behind), wanted, left))
            }
            (None, None) => self.digits_fit(stored, wanted, left),
        }
    }

    /// The same where one of them begins with digits that are not known: each stands for one digit of the other or more.
    fn digits_fit(self, stored: &[char], wanted: &[char], left: &mut u32) -> bool {
        let (Some((have, behind)), Some((want, then))) = (stored.split_first(), wanted.split_first()) else {
            return false;
        };
        let is_open = *have == DIGITS || *want == DIGITS;
        is_open
            && is_digit(*have)
            && is_digit(*want)
            && (self.fits(behind, then, left)
                || (*want == DIGITS && self.fits(behind, wanted, left))
                || (*have == DIGITS && self.fits(stored, then, left)))
    }

    /// What a value may be.
    fn values(self, open: OpenValue) -> impl Iterator<Item = String> {
        let digits = |text: &str| text.replace('#', &DIGITS.to_string());
        let values: Vec<String> = match open {
            OpenValue::MainRef => vec![DEFAULT_BRANCH.to_owned()],
            OpenValue::Ref => self.refs().into_iter().chain(["refs/pull/#/merge".to_owned()]).collect(),
            OpenValue::Branch => self.refs().iter().map(|name| short_name(name).to_owned()).collect(),
            OpenValue::Base => self.bases().chain(["pull-#".to_owned(), String::new()]).collect(),
            OpenValue::Event => EVENTS.map(|event| event.text().to_owned()).to_vec(),
            OpenValue::Number => vec![String::new(), "#".to_owned()],
            OpenValue::RunAttempt | OpenValue::Days => vec!["#".to_owned()],
            OpenValue::Week | OpenValue::Month => vec!["#-#".to_owned()],
            OpenValue::Date => vec!["#-#-#".to_owned()],
            OpenValue::Time | OpenValue::OwnTime => vec!["#-#-#T#:#:#.#Z".to_owned()],
        };
        values.into_iter().map(move |value| digits(&value))
    }

    /// The branches and tags that a run may be on, with a `#` for each number (`Origin` in `ci`).
    fn refs(self) -> Vec<String> {
        let runs = ["pull-#", "gh-readonly-queue/main/pr-#-#"].map(str::to_owned);
        let branches = self.bases().chain(runs).map(|name| format!("refs/heads/{name}"));
        branches.chain(["refs/tags/release-#".to_owned()]).collect()
    }

    /// The branches that a pull request may be for.
    fn bases(self) -> impl Iterator<Item = String> {
        std::iter::once(short_name(DEFAULT_BRANCH).to_owned()).chain(self.branches.iter().cloned())
    }
}

/// A value with what stands behind it.
fn joined(value: &str, behind: &[char]) -> Vec<char> {
    value.chars().chain(behind.iter().copied()).collect()
}

fn is_digit(letter: char) -> bool {
    letter == DIGITS || letter.is_ascii_digit()
}

/// The name of a branch or tag.
fn short_name(name: &str) -> &str {
    name.strip_prefix("refs/heads/").or(name.strip_prefix("refs/tags/")).unwrap_or(name)
}
