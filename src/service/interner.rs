//! The interner behind [`Key`], [`Scope`] and [`Version`]. Each text is stored once, and entries
//! carry only its number.
//!
//! Clients and `replay` intern names before they send requests; observers and reports turn numbers
//! back into text. Long replays drop unused texts (`Service::forget_names`).

use super::key::{Identity, Key, Scope, Version};
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// The texts of keys, scopes and versions, each stored once and referred to by number.
#[derive(Debug, Clone, Default)]
pub struct Interner {
    texts: IndexSet<Box<str>, FxBuildHasher>,
    /// Objects: the key of the text before the digest, and the digest.
    objects: IndexSet<(Key, u64), FxBuildHasher>,
    scopes: IndexSet<Box<str>, FxBuildHasher>,
    versions: IndexSet<Box<str>, FxBuildHasher>,
}

impl Interner {
    /// Interns a key without a digest.
    pub fn key(&mut self, text: &str) -> Key {
        Key::from_text(intern(&mut self.texts, text))
    }

    /// Interns an object. Its key is the text of `stem` followed by `digest` in 16 hexadecimal
    /// digits.
    ///
    /// # Panics
    /// If `stem` is itself an object.
    pub fn object(&mut self, stem: Key, digest: u64) -> Key {
        assert!(stem.object().is_none(), "a text comes before a digest");
        Key::from_object(self.objects.insert_full((stem, digest)).0)
    }

    /// Interns the scope of a ref.
    pub fn scope(&mut self, name: &str) -> Scope {
        Scope(intern(&mut self.scopes, name) as u32)
    }

    /// Interns a version. GitHub's are hashes; any text that tells versions apart will do.
    pub fn version(&mut self, text: &str) -> Version {
        Version(intern(&mut self.versions, text) as u32)
    }

    /// Number of texts and objects stored.
    pub fn len(&self) -> usize {
        self.texts.len() + self.objects.len() + self.scopes.len() + self.versions.len()
    }

    /// True if nothing is stored.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Interns an identity whose texts are stored in `other`.
    pub(super) fn adopt(&mut self, other: &Interner, identity: Identity) -> Identity {
        let text = self.key(other.text(identity.key));
        let digest = other.digest(identity.key);
        Identity {
            scope: self.scope(other.scope_text(identity.scope)),
            version: self.version(other.version_text(identity.version)),
            key: digest.map_or(text, |digest| self.object(text, digest)),
        }
    }

    /// The key as GitHub lists it.
    pub fn key_text(&self, key: Key) -> String {
        match self.digest(key) {
            None => self.text(key).to_owned(),
            Some(digest) => format!("{}{digest:016x}", self.text(key)),
        }
    }

    /// The key's text; for an object, the text before the digest.
    pub fn text(&self, key: Key) -> &str {
        let text = key.object().map_or(key, |number| self.objects[number].0);
        &self.texts[text.text().expect("a text comes before a digest")]
    }

    fn digest(&self, key: Key) -> Option<u64> {
        key.object().map(|number| self.objects[number].1)
    }

    /// The ref of a scope.
    pub fn scope_text(&self, scope: Scope) -> &str {
        &self.scopes[scope.0 as usize]
    }

    /// The text of a version.
    pub fn version_text(&self, version: Version) -> &str {
        &self.versions[version.0 as usize]
    }
}

fn intern(set: &mut IndexSet<Box<str>, FxBuildHasher>, text: &str) -> usize {
    let found = set.get_index_of(text);
    found.unwrap_or_else(|| set.insert_full(text.into()).0)
}
