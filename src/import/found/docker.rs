//! The caches of image builds: `cache-from` and `cache-to` of docker/build-push-action and docker/bake-action, and
//! those of `docker buildx build` in a script.

use crate::import::expression::{KeyPiece, KeyText, Truth, Varying};

/// A cache that an image build names, such as `type=gha,scope=api,mode=max`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerCache {
    /// `gha`, `registry`, `s3`, `inline`, …
    pub kind: String,
    /// Its other attributes.
    pub attributes: Vec<(String, String)>,
}

impl DockerCache {
    /// The caches that an input names, one a line. A line without `type=` is an image in a registry.
    pub fn all(text: &str) -> Vec<DockerCache> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(DockerCache::of).collect()
    }

    fn of(line: &str) -> DockerCache {
        let attribute = |part: &str| {
            let (name, value) = part.split_once('=')?;
            Some((name.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
        };
        let mut attributes: Vec<_> = line.split(',').filter_map(attribute).collect();
        let kind = attributes.iter().position(|(name, _)| name == "type");
        let kind = kind.map_or("registry".to_owned(), |at| attributes.remove(at).1);
        DockerCache { kind, attributes }
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Whether the lines of `set` of docker/bake-action name a cache to read or to write.
pub(super) fn set_names(set: &KeyText) -> (Truth, Truth) {
    let is_open = set.varyings().any(|what| matches!(what, Varying::Unknown(_)));
    let has = |key: &str| {
        let mut fixed = set.pieces.iter().filter_map(|piece| match piece {
            KeyPiece::Fixed(text) => Some(text),
            KeyPiece::Varies(..) => None,
        });
        match fixed.any(|text| text.contains(key)) {
            true => Truth::Yes,
            // A value in the middle of a line brings no further line; a whole text may.
            false if is_open && set.pieces.len() == 1 => Truth::Maybe,
            false => Truth::No,
        }
    };
    (has("cache-from"), has("cache-to"))
}

/// Whether a script builds an image with GitHub's cache: that it reads it, and that it writes it.
pub(super) fn script_names(script: &str) -> Option<(Truth, Truth)> {
    let builds = script.contains("buildx") || script.contains("docker build") || script.contains("buildctl");
    let names = |option: &str| {
        let mut rest = script.match_indices(option);
        Truth::of(rest.any(|(at, _)| {
            let end = script[at..].char_indices().nth(120).map_or(script.len(), |(end, _)| at + end);
            script[at..end].contains("type=gha")
        }))
    };
    let [from, to] = [names("cache-from"), names("cache-to")];
    let [from, to] = [from.or(names("import-cache")), to.or(names("export-cache"))];
    (builds && from.or(to) == Truth::Yes).then_some((from, to))
}
