//! Values of placeholders that only a run knows, in the keys of any run
//! ([`GithubContext::of_any_run`](crate::client::GithubContext::of_any_run)): one character stands for each of them. Who
//! compares such keys decides what the value may be.

/// A value that only a run knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenValue {
    /// `{ref}` of the run itself.
    Ref,
    /// `{ref}` of a run on the default branch, seen from one that is not.
    MainRef,
    /// `{branch}`
    Branch,
    /// `{base}`
    Base,
    /// `{event}`
    Event,
    /// `{number}`
    Number,
    /// `{run-attempt}`
    RunAttempt,
    /// `{date}`
    Date,
    /// `{week}`
    Week,
    /// `{month}`
    Month,
    /// `{days:N}`
    Days,
    /// `{time}` of an earlier run.
    Time,
    /// `{time}` of the run itself.
    OwnTime,
}

/// All of them, in the order of their characters.
const ALL: [OpenValue; 13] = [
    OpenValue::Ref,
    OpenValue::MainRef,
    OpenValue::Branch,
    OpenValue::Base,
    OpenValue::Event,
    OpenValue::Number,
    OpenValue::RunAttempt,
    OpenValue::Date,
    OpenValue::Week,
    OpenValue::Month,
    OpenValue::Days,
    OpenValue::Time,
    OpenValue::OwnTime,
];

/// The first character of those that Unicode leaves to private use: no key of a scenario has one.
const FIRST: u32 = 0xE000;

impl OpenValue {
    /// The character that stands for the value.
    pub fn mark(self) -> char {
        char::from_u32(FIRST + self as u32).expect("private use is one range")
    }

    /// The value that the character stands for, if it does.
    pub fn of(mark: char) -> Option<OpenValue> {
        ALL.get(u32::from(mark).checked_sub(FIRST)? as usize).copied()
    }

    /// True if the values of both are always different.
    pub fn excludes(self, other: OpenValue) -> bool {
        let pair = [self, other];
        let is = |one, two| pair == [one, two] || pair == [two, one];
        is(OpenValue::Ref, OpenValue::MainRef) || is(OpenValue::Time, OpenValue::OwnTime)
    }
}
