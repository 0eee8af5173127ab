//! A service addressed by texts, for cases written by hand. Times are milliseconds.

use cache_budget::service::{
    Access, EntryId, Key, Limits, LookUp, Owner, Payload, Reserve, Service, Version,
};
use cache_budget::units::{Bytes, Duration, SimTime};

/// One cache whose keys and scopes are written as texts and whose entries share a version.
pub struct Store {
    pub service: Service,
}

/// Limits under which nothing but the rule in question acts: what is stored is found at once, no
/// request is refused, nothing is too large.
pub fn lenient() -> Limits {
    Limits {
        limit: Bytes(u64::MAX),
        visibility_lag: Duration::ZERO,
        uploads_per_minute: None,
        downloads_per_minute: None,
        ..Limits::default()
    }
}

impl Store {
    pub fn new(limits: Limits) -> Store {
        Store { service: Service::new(limits) }
    }

    pub fn key(&mut self, text: &str) -> Key {
        self.service.names.key(text)
    }

    pub fn version(&mut self) -> Version {
        self.service.names.version("v")
    }

    /// Access that reads `scopes` in this order and writes the first one.
    pub fn access(&mut self, scopes: &[&str]) -> Access {
        let scopes: Vec<_> = scopes.iter().map(|name| self.service.names.scope(name)).collect();
        Access::new(&scopes, scopes.first().copied())
    }

    pub fn reserve(&mut self, at: i64, scope: &str, key: &str) -> Reserve {
        let (access, version, key) = (self.access(&[scope]), self.version(), self.key(key));
        self.service.reserve(SimTime(at), &access, version, key, Owner(0), |_, _| ())
    }

    /// Reserves and finalises at one instant.
    pub fn save(&mut self, at: i64, scope: &str, key: &str, size: u64) -> EntryId {
        let Reserve::Granted(reservation) = self.reserve(at, scope, key) else {
            panic!("{scope} {key} is refused at {at}")
        };
        let stored = self.service.finalise(SimTime(at), reservation, Bytes(size), Payload(0));
        stored.expect("the reservation is fresh")
    }

    pub fn look_up(&mut self, at: i64, scopes: &[&str], key: &str, restore_keys: &[&str]) -> LookUp {
        let (access, version, key) = (self.access(scopes), self.version(), self.key(key));
        let restore_keys: Vec<_> = restore_keys.iter().map(|text| self.service.names.key(text)).collect();
        self.service.look_up(SimTime(at), &access, version, key, &restore_keys, |_, _| ())
    }

    /// What a look-up finds, as `exact <scope> <key>`, `prefix <scope> <key>`, or its refusal.
    pub fn find(&mut self, at: i64, scopes: &[&str], key: &str, restore_keys: &[&str]) -> String {
        match self.look_up(at, scopes, key, restore_keys) {
            LookUp::Exact(id) => format!("exact {}", self.name(id)),
            LookUp::Prefix(id) => format!("prefix {}", self.name(id)),
            other => format!("{other:?}"),
        }
    }

    fn name(&self, id: EntryId) -> String {
        let identity = self.service.entry(id).identity;
        let names = &self.service.names;
        format!("{} {}", names.scope_text(identity.scope), names.key_text(identity.key))
    }

    /// Sweeps; returns what went, in order, as `Size <key>` or `Idle <key>`.
    pub fn sweep(&mut self, at: i64) -> Vec<String> {
        let mut gone = Vec::new();
        self.service.sweep(SimTime(at), |_, eviction| gone.push(eviction));
        self.service.check_invariants();
        let names = &self.service.names;
        gone.iter().map(|e| format!("{:?} {}", e.reason, names.key_text(e.entry.identity.key))).collect()
    }

    /// The keys that are stored, next to be evicted first.
    pub fn keys(&self) -> Vec<String> {
        self.service.list().map(|entry| self.service.names.key_text(entry.identity.key)).collect()
    }
}
