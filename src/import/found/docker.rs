//! The caches of image builds: `cache-from` and `cache-to` of docker/build-push-action and docker/bake-action, and
//! those that a script hands to BuildKit.

use super::bake::BakeCall;
use crate::import::expression::{ExprValue, KeyPiece, KeyText, Truth, Varying};

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

/// What a script says of the caches of the images that it builds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ScriptBuild {
    /// The caches that it reads, as they are written.
    pub from: Vec<String>,
    /// The caches that it writes.
    pub to: Vec<String>,
    /// The bake targets that it builds.
    pub bake: Option<BakeCall>,
}

/// GitHub's cache as BuildKit's options name it.
const GITHUB: &str = "type=gha";

impl ScriptBuild {
    /// What a script hands to BuildKit, itself or through another script, by options and by its environment. `None` if no
    /// cache of an image build is spoken of.
    pub fn of(
        script: &str,
        own: &[(String, ExprValue)],
        around: &[(String, ExprValue)],
    ) -> Option<ScriptBuild> {
        let options = |names: [&str; 2]| -> Vec<String> {
            names.iter().flat_map(|name| values(script, name)).map(str::to_owned).collect()
        };
        let mut found = ScriptBuild {
            from: options(["cache-from", "import-cache"]),
            to: options(["cache-to", "export-cache"]),
            bake: BakeCall::of_script(script),
        };
        let builds = ["docker", "buildx", "buildctl", "bake"].iter().any(|word| script.contains(word));
        let outer = around.iter().filter(|(name, _)| builds && script.contains(name.as_str()));
        for (name, value) in own.iter().chain(outer) {
            let text = value.text();
            let name = name.to_uppercase();
            if !(text.contains(GITHUB) && name.contains("CACHE")) {
                continue;
            }
            let known = text.known().unwrap_or_else(|| GITHUB.to_owned());
            match () {
                () if name.contains("_TO") || name.contains("EXPORT") => found.to.push(known),
                () if name.contains("FROM") || name.contains("IMPORT") => found.from.push(known),
                () => {}
            }
        }
        let is_github = |caches: &[String]| caches.iter().any(|cache| cache.contains(GITHUB));
        (is_github(&found.from) || is_github(&found.to) || found.bake.is_some()).then_some(found)
    }
}

/// The values of an option in a script, up to a space that is in no expression; a commented line has none.
fn values<'a>(script: &'a str, option: &str) -> Vec<&'a str> {
    let places = script.match_indices(option).map(|(at, _)| at);
    let value = |at: usize| {
        let start = script[..at].rfind('\n').map_or(0, |line| line + 1);
        let rest = script[at + option.len()..].trim_start_matches(['=', ' ', '"', '\'', '+']);
        let mut depth = 0_usize;
        let end = rest.char_indices().find(|(place, letter)| {
            depth += usize::from(rest[*place..].starts_with("${{"));
            depth = depth.saturating_sub(usize::from(rest[*place..].starts_with("}}")));
            depth == 0 && (letter.is_whitespace() || ['"', '\'', ';', ')', '\\'].contains(letter))
        });
        let value = &rest[..end.map_or(rest.len(), |(end, _)| end)];
        (!script[start..].trim_start().starts_with('#') && value.contains('=')).then_some(value)
    };
    places.filter_map(value).collect()
}
