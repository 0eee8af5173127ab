//! What a step of an image probably costs, by the words of its command. All of it is assumed, and written with its range.

/// An assumed cost of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssumedCost {
    /// A word of the command by which it is recognised.
    pub word: &'static str,
    /// The key of the scenario: `work`, or `core-work` if more cores make it faster.
    pub key: &'static str,
    /// Its time, and the range of it.
    pub time: (&'static str, &'static str),
    /// The compressed size of its layer, and the range of it.
    pub layer: (&'static str, &'static str),
    /// True if it compiles external crates only.
    pub compiles_dependencies: bool,
}

/// A step that only needs others.
pub(super) const NOTHING: AssumedCost = cost("", "work", ("0 s", "0 s"), ("0 B", "0 B"));

const fn cost(
    word: &'static str,
    key: &'static str,
    time: (&'static str, &'static str),
    layer: (&'static str, &'static str),
) -> AssumedCost {
    AssumedCost { word, key, time, layer, compiles_dependencies: false }
}

const COOK: AssumedCost = AssumedCost {
    compiles_dependencies: true,
    ..cost("cargo chef cook", "core-work", ("1200 s", "300–3,000"), ("0.8 GB", "0.3–1.5"))
};

/// The first row whose word is in the command counts.
const COSTS: &[AssumedCost] = &[
    COOK,
    cost("cargo chef prepare", "work", ("5 s", "2–10"), ("1 MB", "0.1–2")),
    cost("cargo build", "core-work", ("600 s", "60–2,000"), ("0.2 GB", "0.05–0.5")),
    cost("cargo install", "core-work", ("240 s", "30–900"), ("50 MB", "10–200")),
    cost("go build", "core-work", ("200 s", "20–900"), ("0.1 GB", "0.02–0.4")),
    cost("go mod download", "work", ("20 s", "5–60"), ("0.2 GB", "0.05–0.6")),
    cost("npm ci", "work", ("45 s", "10–180"), ("0.3 GB", "0.05–0.8")),
    cost("npm install", "work", ("45 s", "10–180"), ("0.3 GB", "0.05–0.8")),
    cost("pnpm install", "work", ("40 s", "10–180"), ("0.3 GB", "0.05–0.8")),
    cost("yarn install", "work", ("45 s", "10–180"), ("0.3 GB", "0.05–0.8")),
    cost("pip install", "work", ("40 s", "5–300"), ("0.2 GB", "0.02–2")),
    cost("uv sync", "work", ("10 s", "2–60"), ("0.2 GB", "0.02–2")),
    cost("gradle", "core-work", ("400 s", "60–1,800"), ("0.3 GB", "0.05–1")),
    cost("mvn", "core-work", ("300 s", "60–1,800"), ("0.3 GB", "0.05–1")),
    cost("run build", "core-work", ("120 s", "20–600"), ("50 MB", "5–200")),
    cost("make", "core-work", ("200 s", "20–2,000"), ("0.1 GB", "0.01–1")),
    cost("apt-get", "work", ("30 s", "10–120"), ("0.1 GB", "0.02–0.5")),
    cost("apk add", "work", ("10 s", "3–60"), ("50 MB", "5–300")),
    cost("dnf install", "work", ("40 s", "10–120"), ("0.15 GB", "0.02–0.5")),
];

/// A base image.
pub(super) const BASE: AssumedCost = cost("FROM", "work", ("15 s", "5–60"), ("0.2 GB", "0.03–0.8"));
/// Copied files.
pub(super) const COPIED: AssumedCost = cost("COPY", "work", ("2 s", "0.5–5"), ("20 MB", "1–100"));
/// A command that no row knows.
const OTHER: AssumedCost = cost("RUN", "work", ("10 s", "1–300"), ("10 MB", "0–300"));

impl AssumedCost {
    /// The cost of a command.
    pub fn of(command: &str) -> AssumedCost {
        // Options between the words of a command do not matter.
        let said = |row: &&AssumedCost| command.contains(row.word);
        *COSTS.iter().find(said).unwrap_or(&OTHER)
    }
}
