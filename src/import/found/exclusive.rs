//! Steps of one action that exclude each other, such as one setup step for each version of a tool, each in its own legs.
//! Where they cache alike, they become one client, because a job of a scenario has each such client once.

use super::client_runs::FoundClient;
use crate::import::expression::{KeyText, Truth};
use crate::import::tool_version::VersionInputs;

/// Words in the names of inputs that say what is cached, under which key, and who saves it.
const TELLING: [&str; 11] = [
    "cache",
    "depend",
    "enable",
    "key",
    "lookup",
    "provider",
    "read-only",
    "save",
    "variant",
    "workdir",
    "work",
];

impl FoundClient {
    /// This client and another one as one, if no run has both and they cache alike.
    pub fn joined(&self, other: &FoundClient) -> Option<FoundClient> {
        let name =
            |client: &FoundClient| client.step.action.as_ref().map(|action| action.name.to_lowercase());
        let is_same = self.step.client == other.step.client && name(self) == name(other);
        let is_apart = !self.runs.iter().any(|(run, state)| {
            let mut others = other.runs.iter().filter(|(_, state)| state.runs != Truth::No);
            state.runs != Truth::No && others.any(|(other, _)| other == run)
        });
        (is_same && is_apart && self.telling() == other.telling()).then(|| self.with_runs(&other.runs))
    }

    /// The inputs that say what is cached.
    fn telling(&self) -> Vec<(String, KeyText)> {
        let versions = VersionInputs::of(self.step.client);
        let is_version =
            |name: &str| versions.is_some_and(|own| own.versions.contains(&name) || own.file == name);
        let Some((_, state)) = self.runs.first() else { return Vec::new() };
        let with = state.given.with.iter().map(|(name, value)| (name.to_lowercase(), value.text()));
        let mut telling: Vec<_> = with
            .filter(|(name, _)| is_version(name) || TELLING.iter().any(|word| name.contains(word)))
            .collect();
        telling.sort_by(|one, other| one.0.cmp(&other.0));
        telling
    }
}
