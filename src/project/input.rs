//! The inputs of a project: the files and versions that cache keys hash. Some are built in, because the
//! crate graph or a client knows what they mean; a scenario names the others (`[input.NAME]`).
//!
//! [`Checkout`](super::Checkout) holds the state of each; `workload` decides which push changes which.

/// An input, as an index: the built-in ones first, then those of the scenario in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputId(pub u8);

impl InputId {
    /// The lock file of the compiled crates.
    pub const LOCK: InputId = InputId(0);
    /// All manifests (`Cargo.toml`).
    pub const MANIFESTS: InputId = InputId(1);
    /// The version of the compiler.
    pub const TOOLCHAIN: InputId = InputId(2);
    /// Sources of workspace crates.
    pub const SOURCE: InputId = InputId(3);
    /// The set of targets (a target's file was added or removed), which is part of the cargo-chef recipe.
    pub const TARGETS: InputId = InputId(4);
    /// The front end's lock file.
    pub const WEB_LOCK: InputId = InputId(5);
    /// What pip installs from (`requirements.txt`, `pyproject.toml`, a lock file).
    pub const REQUIREMENTS: InputId = InputId(6);
    /// Go's modules (`go.mod` and `go.sum`).
    pub const GO_SUM: InputId = InputId(7);
    /// Container files.
    pub const DOCKERFILE: InputId = InputId(8);

    /// The most inputs, built-in ones included.
    pub const MOST: usize = 120;

    /// The names of the built-in inputs, by index.
    pub const BUILT_IN: [&str; 9] = [
        "lock",
        "manifests",
        "toolchain",
        "source",
        "targets",
        "web-lock",
        "requirements",
        "go-sum",
        "dockerfile",
    ];

    /// Its position among all inputs.
    pub fn index(self) -> usize {
        self.0.into()
    }

    /// All of `count` inputs.
    pub fn all(count: usize) -> impl Iterator<Item = InputId> {
        (0..count as u8).map(InputId)
    }
}

/// What the cargo-chef recipe consists of.
pub(crate) const RECIPE: [InputId; 4] =
    [InputId::LOCK, InputId::MANIFESTS, InputId::TOOLCHAIN, InputId::TARGETS];

/// A set of inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct InputSet(u128);

impl InputSet {
    /// The set without inputs.
    pub const EMPTY: InputSet = InputSet(0);

    /// The set of one input.
    pub const fn of(input: InputId) -> InputSet {
        InputSet(1 << input.0)
    }

    /// Its inputs, by their index.
    pub fn iter(self) -> impl Iterator<Item = InputId> {
        InputId::all(InputId::MOST).filter(move |input| self.has(*input))
    }

    /// True if the set contains the input.
    pub fn has(self, input: InputId) -> bool {
        self.0 >> input.0 & 1 == 1
    }

    /// Adds an input.
    pub fn insert(&mut self, input: InputId) {
        self.0 |= 1 << input.0;
    }
}

impl FromIterator<InputId> for InputSet {
    fn from_iter<I: IntoIterator<Item = InputId>>(inputs: I) -> InputSet {
        let mut set = InputSet::default();
        inputs.into_iter().for_each(|input| set.insert(input));
        set
    }
}
