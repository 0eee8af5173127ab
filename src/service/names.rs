use super::key::{Identity, Key, Scope, Version};
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// The texts behind keys, scopes and versions: each is stored once and named by a number.
#[derive(Debug, Clone, Default)]
pub struct Names {
    stems: IndexSet<Box<str>, FxBuildHasher>,
    scopes: IndexSet<Box<str>, FxBuildHasher>,
    versions: IndexSet<Box<str>, FxBuildHasher>,
}

impl Names {
    /// The key with this text and no digest.
    pub fn key(&mut self, text: &str) -> Key {
        Key { stem: intern(&mut self.stems, text), digest: None }
    }

    /// The scope of this ref.
    pub fn scope(&mut self, name: &str) -> Scope {
        Scope(intern(&mut self.scopes, name))
    }

    /// The version with this text (a hash in reality; any text tells versions apart).
    pub fn version(&mut self, text: &str) -> Version {
        Version(intern(&mut self.versions, text))
    }

    /// How many texts are kept.
    pub fn len(&self) -> usize {
        self.stems.len() + self.scopes.len() + self.versions.len()
    }

    /// Whether no text is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The identity whose texts `other` keeps, kept here.
    pub(super) fn adopt(&mut self, other: &Names, identity: Identity) -> Identity {
        let stem = self.key(other.stem(identity.key)).stem;
        Identity {
            scope: self.scope(other.scope_text(identity.scope)),
            version: self.version(other.version_text(identity.version)),
            key: Key { stem, digest: identity.key.digest },
        }
    }

    /// A key as GitHub's listing would show it.
    pub fn key_text(&self, key: Key) -> String {
        match key.digest {
            None => self.stem(key).to_owned(),
            Some(digest) => format!("{}{digest:016x}", self.stem(key)),
        }
    }

    /// The text before the digest.
    pub fn stem(&self, key: Key) -> &str {
        &self.stems[key.stem as usize]
    }

    /// A scope's ref.
    pub fn scope_text(&self, scope: Scope) -> &str {
        &self.scopes[scope.0 as usize]
    }

    /// A version's text.
    pub fn version_text(&self, version: Version) -> &str {
        &self.versions[version.0 as usize]
    }
}

fn intern(set: &mut IndexSet<Box<str>, FxBuildHasher>, text: &str) -> u32 {
    let found = set.get_index_of(text);
    let index = found.unwrap_or_else(|| set.insert_full(text.into()).0);
    u32::try_from(index).expect("fewer than 2^32 texts: events are limited")
}
