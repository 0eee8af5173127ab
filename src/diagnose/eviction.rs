//! What the next sweep removes. The rules are those of the [`Service`]: it is filled with the listing and swept
//! once.

use crate::replay::listing::ListedEntry;
use crate::service::{Identity, Limits, Owner, RemovalReason, Scope, Service, Version};
use crate::units::{Bytes, Duration, SimTime};

/// An entry that a sweep removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextEviction {
    /// Its index in the listing.
    pub index: usize,
    /// Why it goes.
    pub reason: RemovalReason,
}

/// The rules of a sweep and its instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextSweep {
    /// The instant.
    pub at: SimTime,
    /// The size limit.
    pub limit: Bytes,
    /// How long an idle entry stays; `None` if that is longer than the listing can show.
    pub retention: Option<Duration>,
}

impl NextSweep {
    /// What the sweep removes, in order. `entries` are in the order of eviction. Those without a time come last,
    /// as if they had just been accessed.
    pub fn removes(&self, entries: &[ListedEntry]) -> Vec<NextEviction> {
        let retention = self.retention.unwrap_or(Duration(i64::MAX));
        let mut service = Service::new(Limits { limit: self.limit, retention, ..Limits::default() });
        let mut latest = self.at;
        for (index, entry) in entries.iter().enumerate() {
            // A sweep looks at no key: the number of the entry makes it unique.
            let key = service.names.key(&index.to_string());
            let identity = Identity { scope: Scope(0), version: Version(0), key };
            let accessed = entry.accessed_at().unwrap_or(latest);
            latest = latest.max(accessed);
            service.preload(identity, Owner(0), entry.size, entry.created_at().unwrap_or(accessed), accessed);
        }
        let mut gone = Vec::new();
        service.sweep(self.at, |names, eviction| {
            let index = names.key_text(eviction.entry.identity.key).parse();
            gone.extend(index.ok().map(|index| NextEviction { index, reason: eviction.reason }));
        });
        gone
    }
}
