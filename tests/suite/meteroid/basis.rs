//! What each claim can show: whether the scenario was set by it, and how far it could have missed.

/// How a simulated value stands to the claim it is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A value of the scenario was taken from the claim: that it comes out shows nothing more.
    Set,
    /// A value of the scenario was moved within its range until the claim came out.
    Calibrated,
    /// Nothing was fitted to it.
    Predicted,
}

impl Basis {
    /// As the page has it.
    pub fn label(self) -> &'static str {
        match self {
            Basis::Set => "set",
            Basis::Calibrated => "calibrated",
            Basis::Predicted => "predicted",
        }
    }
}

/// For each claim, by its text, its basis and the values that would have missed it.
const BASES: [(&str, Basis, &str); 23] = [
    (
        "some push to main finds no rust-cache entry because it was evicted for size",
        Basis::Predicted,
        "only 0 % would miss",
    ),
    ("the push of #1200 (2026-06-30) is the sharpest case", Basis::Predicted, "0–50 % would miss"),
    (
        "a cold Test that overlaps another push's cold Test for half of its time loses 45–65 % of its sccache writes (445 of 816)",
        Basis::Calibrated,
        "Test's `setup` is at the end of its range that fits it better; the Tests are selected to overlap",
    ),
    ("such a Test attempts about 816 writes (± 25 %)", Basis::Predicted, "below 612 and above 1020 misses"),
    ("Clippy finds at most 5 % of its sccache objects on main", Basis::Predicted, "5–100 % would miss"),
    ("the same, pull requests included", Basis::Predicted, "5–100 % misses"),
    ("a cold Test takes 15–19 min", Basis::Calibrated, "`dependency-work` is moved until it takes 17 min"),
    ("75–85 % of a cold Test is dependency compilation", Basis::Predicted, "0–75 and 85–100 % miss"),
    (
        "image workflow runs take 24–41 min (P10–P90)",
        Basis::Predicted,
        "a run outside would miss; a swing much narrower than 17 min does not",
    ),
    (
        "image runs with one dependency layer cached and another not are common",
        Basis::Predicted,
        "hardly any value would miss",
    ),
    (
        "meteroid-api with its dependency layer missed takes 26 ± 2 min",
        Basis::Calibrated,
        "cook is set to 11 min 49 s, the work of `cargo build` moved until the next line came out",
    ),
    (
        "meteroid-scheduler with its dependency layer cached takes 9.9 ± 1.5 min",
        Basis::Calibrated,
        "as above",
    ),
    ("no sccache writes", Basis::Set, "the scenario has no sccache"),
    ("no rust-cache entry is saved from a pull request", Basis::Set, "the scenario saves on main only"),
    (
        "main misses at most 5 % of its rust-cache restores, apart from idle expiry, new compilers and the first generation",
        Basis::Predicted,
        "5–100 % would miss",
    ),
    ("the cache peaks at 12 GB at most", Basis::Predicted, "above 12 GB would miss"),
    ("no push to main finds Test's entry evicted for size", Basis::Predicted, "a single one would miss"),
    (
        "a warm Test takes 4–6 min",
        Basis::Predicted,
        "below 4 and above 6 min would miss; 17 min less 80 %, and a restore",
    ),
    (
        "meteroid-api with its dependency layer cached takes 10 ± 2 min",
        Basis::Predicted,
        "below 8 and above 12 min would miss",
    ),
    (
        "the image workflow takes roughly half of 24–41 min (12–21 min)",
        Basis::Predicted,
        "below 12 and above 21 min would miss",
    ),
    (
        "the cache peaks at 12 GB at most, since the lock file is committed",
        Basis::Predicted,
        "above 12 GB misses",
    ),
    ("the cache peaks at 12 GB at most, over the whole year", Basis::Predicted, "above 12 GB misses"),
    (
        "the registry tag shared by two architectures leaves one of them cold",
        Basis::Predicted,
        "hardly any value would miss",
    ),
];

/// What the claim with this text rests on, and what would have missed it.
pub fn of(text: &str) -> (Basis, &'static str) {
    let rests = BASES.iter().find(|(claim, ..)| *claim == text).map(|(_, basis, width)| (*basis, *width));
    // The only other claim is about a scenario of our own.
    rests.unwrap_or((Basis::Predicted, "below 9 and above 13 min would miss"))
}
