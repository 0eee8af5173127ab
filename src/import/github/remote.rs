//! The name of a repository on GitHub: what the user says, or what the address of its remote `origin` is.

use super::GitHubFailure;
use crate::diagnostic::printable;
use crate::import::git::{GitPlace, small_file};
use std::path::Path;

/// `owner/name` on github.com, or on the host that the user's `gh` is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteName {
    owner: String,
    name: String,
}

const CONFIG_MAX: u64 = 1_000_000;

impl RemoteName {
    /// The name of the repository in this folder. `said` is what the user says instead, and `host` the host that `gh` is set
    /// to, if it is not github.com.
    ///
    /// # Errors
    /// If neither says it.
    pub fn find(folder: &Path, said: Option<&str>, host: Option<&str>) -> Result<RemoteName, GitHubFailure> {
        let unknown = |why: &str| GitHubFailure::NoName(why.to_owned());
        if let Some(said) = said {
            let parts: Vec<&str> = said.split('/').collect();
            let [.., owner, name] = &parts[..] else { return Err(unknown("GH_REPO is no owner/name")) };
            return RemoteName::new(owner, name).ok_or_else(|| unknown("GH_REPO is no owner/name"));
        }
        let config =
            GitPlace::find(folder).and_then(|place| small_file(&place.common.join("config"), CONFIG_MAX));
        let config = config.map_err(|failure| GitHubFailure::NoName(failure.to_string()))?;
        let address = origin(&config).ok_or_else(|| unknown("the repository has no remote called origin"))?;
        let host = host.unwrap_or("github.com");
        RemoteName::of_address(address, host).ok_or_else(|| {
            GitHubFailure::NoName(format!("origin is `{}`, which is not on {host}", printable(address)))
        })
    }

    fn new(owner: &str, name: &str) -> Option<RemoteName> {
        let is_plain = |text: &str| {
            !text.is_empty()
                && !text.starts_with(['.', '-'])
                && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
        };
        (is_plain(owner) && is_plain(name))
            .then(|| RemoteName { owner: owner.to_owned(), name: name.to_owned() })
    }

    /// The repository of an address such as `git@github.com:owner/name.git`.
    fn of_address(address: &str, host: &str) -> Option<RemoteName> {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
        let path = rest.strip_prefix(host)?.strip_prefix(['/', ':'])?;
        let path = path.strip_prefix("22/").unwrap_or(path).trim_matches('/');
        let (owner, name) = path.strip_suffix(".git").unwrap_or(path).split_once('/')?;
        RemoteName::new(owner, name)
    }

    /// `owner/name`.
    pub fn text(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }
}

/// The address of the remote `origin` in git's settings.
fn origin(config: &str) -> Option<&str> {
    let mut lines = config.lines().map(str::trim);
    lines.find(|line| *line == "[remote \"origin\"]")?;
    let own = lines.take_while(|line| !line.starts_with('['));
    own.filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == "url")
        .map(|(_, url)| url.trim())
}
