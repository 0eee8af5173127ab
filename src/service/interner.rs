use super::key::{Identity, Key, Scope, Version};
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// The texts behind keys, scopes and versions: each is stored once and named by a number.
#[derive(Debug, Clone, Default)]
pub struct Interner {
    texts: IndexSet<Box<str>, FxBuildHasher>,
    /// The texts and digests of the objects.
    objects: IndexSet<(Key, u64), FxBuildHasher>,
    scopes: IndexSet<Box<str>, FxBuildHasher>,
    versions: IndexSet<Box<str>, FxBuildHasher>,
}

impl Interner {
    /// The key with this text and no digest.
    pub fn key(&mut self, text: &str) -> Key {
        Key::from_text(intern(&mut self.texts, text))
    }

    /// The object with this content digest, whose key is the text of `stem` followed by the digest in
    /// 16 hexadecimal digits.
    ///
    /// # Panics
    /// If `stem` is an object itself.
    pub fn object(&mut self, stem: Key, digest: u64) -> Key {
        assert!(stem.object().is_none(), "a text comes before a digest");
        Key::from_object(self.objects.insert_full((stem, digest)).0)
    }

    /// The scope of this ref.
    pub fn scope(&mut self, name: &str) -> Scope {
        Scope(intern(&mut self.scopes, name) as u32)
    }

    /// The version with this text (a hash in reality; any text tells versions apart).
    pub fn version(&mut self, text: &str) -> Version {
        Version(intern(&mut self.versions, text) as u32)
    }

    /// How many texts are kept.
    pub fn len(&self) -> usize {
        self.texts.len() + self.objects.len() + self.scopes.len() + self.versions.len()
    }

    /// Whether no text is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The identity whose texts `other` keeps, kept here.
    pub(super) fn adopt(&mut self, other: &Interner, identity: Identity) -> Identity {
        let text = self.key(other.text(identity.key));
        let digest = other.digest(identity.key);
        Identity {
            scope: self.scope(other.scope_text(identity.scope)),
            version: self.version(other.version_text(identity.version)),
            key: digest.map_or(text, |digest| self.object(text, digest)),
        }
    }

    /// A key as GitHub's listing would show it.
    pub fn key_text(&self, key: Key) -> String {
        match self.digest(key) {
            None => self.text(key).to_owned(),
            Some(digest) => format!("{}{digest:016x}", self.text(key)),
        }
    }

    /// The text of a key, of an object the one before the digest.
    pub fn text(&self, key: Key) -> &str {
        let text = key.object().map_or(key, |number| self.objects[number].0);
        &self.texts[text.text().expect("a text comes before a digest")]
    }

    fn digest(&self, key: Key) -> Option<u64> {
        key.object().map(|number| self.objects[number].1)
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

fn intern(set: &mut IndexSet<Box<str>, FxBuildHasher>, text: &str) -> usize {
    let found = set.get_index_of(text);
    found.unwrap_or_else(|| set.insert_full(text.into()).0)
}
