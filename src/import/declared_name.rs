//! The names that a repository has on GitHub by its remote and by the files of its packages. Steps may use its own actions
//! by such a name. `sources` asks.

use super::repository::RepositoryFolder;
use std::collections::BTreeSet;

/// The names as `owner/name`, in small letters.
pub(super) fn declared_names(folder: &RepositoryFolder) -> BTreeSet<String> {
    let read = |path: &str| folder.read(path).unwrap_or_default();
    let mut names: BTreeSet<String> = folder.remote().map(|name| name.to_lowercase()).into_iter().collect();
    names.extend(of_package_json(&read("package.json")));
    names.extend(of_settings(&read("Cargo.toml"), &["repository"]));
    names.extend(of_settings(&read("pyproject.toml"), &["repository", "source", "source code", "homepage"]));
    names.extend(of_go(&read("go.mod")));
    names
}

/// `owner/name` of an address on github.com.
fn of_address(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("github.com")?;
    let mut parts = rest.strip_prefix(['/', ':'])?.split(['/', '#', '?']);
    let (owner, name) = (parts.next()?, parts.next()?);
    let name = name.strip_suffix(".git").unwrap_or(name);
    let is_plain = |text: &str| {
        !text.is_empty()
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
    };
    (is_plain(owner) && is_plain(name)).then(|| format!("{owner}/{name}").to_lowercase())
}

/// `repository` of package.json: an address, its short form, or a table with `url`.
fn of_package_json(text: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let own = json.get("repository")?;
    let said = own.as_str().or_else(|| own.get("url")?.as_str())?;
    let short = said.strip_prefix("github:").unwrap_or(said);
    of_address(said).or_else(|| of_address(&format!("github.com/{short}")).filter(|_| !said.contains("://")))
}

/// The addresses behind these keys of a file in TOML.
fn of_settings<'a>(text: &'a str, keys: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let is_meant = |name: &str| keys.contains(&name.trim().trim_matches('"').to_lowercase().as_str());
    pairs
        .filter(move |(name, _)| is_meant(name))
        .filter_map(|(_, value)| of_address(value.trim().trim_matches('"')))
}

/// The module of go.mod.
fn of_go(text: &str) -> Option<String> {
    of_address(text.lines().find_map(|line| line.strip_prefix("module "))?.trim())
}
