//! The variables of the environment by which clients find the server.

use super::token::Tokens;
use crate::replay::LoggedRun;
use std::fmt;

/// Names and values; printed as a shell exports them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variables(Vec<(&'static str, String)>);

impl Variables {
    /// The variables of a run, for the server at this address, which ends with a slash.
    pub fn of(address: &str, tokens: &Tokens, run: &LoggedRun) -> Variables {
        let mode = run.mode.map(|mode| ("ACTIONS_CACHE_MODE", mode.name().to_owned()));
        let always = [
            ("ACTIONS_CACHE_SERVICE_V2", "1".to_owned()),
            ("ACTIONS_CACHE_URL", address.to_owned()),
            ("ACTIONS_RESULTS_URL", address.to_owned()),
            ("ACTIONS_RUNTIME_TOKEN", tokens.token(run)),
            ("SCCACHE_GHA_ENABLED", "on".to_owned()),
        ];
        Variables(always.into_iter().chain(mode).collect())
    }

    /// Each variable.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

impl fmt::Display for Variables {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        // No value has a quotation mark: names of refs cannot, and the token is base64.
        self.0
            .iter()
            .try_for_each(|(name, value)| writeln!(f, "export {name}='{}'", value.replace('\'', "%27")))
    }
}
