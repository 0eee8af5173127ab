//! Outputs of setup actions that say which version they installed: that which an input of the step names, whose newest
//! patch moves seldom. Keys ask for them so that versions do not share an entry.

/// Actions with such an output, and the input that decides it. (Their `action.yml`, read in November 2026.)
const OUTPUTS: [(&str, &str, &str); 13] = [
    ("actions/setup-dotnet", "dotnet-version", "dotnet-version"),
    ("actions/setup-go", "go-version", "go-version"),
    ("actions/setup-java", "version", "java-version"),
    ("actions/setup-node", "node-version", "node-version"),
    ("actions/setup-python", "python-version", "python-version"),
    ("erlef/setup-beam", "elixir-version", "elixir-version"),
    ("erlef/setup-beam", "gleam-version", "gleam-version"),
    ("erlef/setup-beam", "otp-version", "otp-version"),
    ("haskell-actions/setup", "cabal-version", "cabal-version"),
    ("haskell-actions/setup", "ghc-version", "ghc-version"),
    ("haskell-actions/setup", "stack-version", "stack-version"),
    ("ruby/setup-ruby", "ruby-prefix", "ruby-version"),
    ("shivammathur/setup-php", "php-version", "php-version"),
];

/// The outputs of an action that say a version, each with the input that decides it.
pub fn version_outputs(action: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let own = OUTPUTS.iter().filter(move |(name, ..)| name.eq_ignore_ascii_case(action));
    own.map(|(_, output, input)| (*output, *input))
}
