//! Deletes entries by rules, as a workflow with `gh cache delete` does: by ref, key, age, and the number of newer
//! generations. `engine` runs such deletions; [`Deletion`] says what goes, [`World`] lets it go.

use super::session::world::World;
use crate::event::HeldFor;
use crate::service::{Entry, EntryId, Key, Scope, Version};
use crate::units::{Duration, SimTime};
use std::collections::BTreeMap;

/// Which entries are deleted: those that meet every condition. Without a condition, all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deletion {
    /// For whom they are held; if empty, for anyone.
    pub refs: Vec<HeldFor>,
    /// The beginning of their keys; may be empty.
    pub prefix: String,
    /// They were created longer ago than this.
    pub older_than: Option<Duration>,
    /// They were last accessed longer ago than this.
    pub idle_for: Option<Duration>,
    /// Their generation has at least this many newer ones.
    pub keep_newest: Option<u32>,
}

/// What generations have in common: scope, version, and the key without what changes with time.
type Descent = (Scope, Version, Key);

impl Deletion {
    /// Deletes the entries that are chosen now; if `only` is given, those of that scope.
    pub fn carry_out(&self, world: &mut World, now: SimTime, only: Option<Scope>) {
        let chosen = self.chosen(world, now, only);
        world.delete(now, &chosen);
    }

    /// The entries to delete now, in the order of eviction.
    fn chosen(&self, world: &World, now: SimTime, only: Option<Scope>) -> Vec<EntryId> {
        let fits = |entry: &Entry| {
            only.is_none_or(|scope| scope == entry.identity.scope) && self.is_about(world, entry)
        };
        let mut chosen: Vec<(EntryId, Entry)> =
            world.service.places().filter(|(_, entry)| fits(entry)).map(|(id, entry)| (id, *entry)).collect();
        if let Some(kept) = self.keep_newest {
            let superseded = superseded(world, &chosen, kept as usize);
            chosen.retain(|(id, _)| superseded.binary_search(id).is_ok());
        }
        let is_over = |since: SimTime, limit: Option<Duration>| limit.is_none_or(|limit| now - since > limit);
        chosen.retain(|(_, entry)| {
            is_over(entry.created, self.older_than) && is_over(entry.accessed, self.idle_for)
        });
        chosen.into_iter().map(|(id, _)| id).collect()
    }

    /// True if the ref and the key of the entry are meant.
    fn is_about(&self, world: &World, entry: &Entry) -> bool {
        let names = &world.service.names;
        let is_meant = self.refs.is_empty() || self.refs.contains(&world.held_for(entry.identity.scope));
        is_meant && (self.prefix.is_empty() || names.key_text(entry.identity.key).starts_with(&self.prefix))
    }
}

/// Those of the entries that have at least `kept` newer generations, sorted. An entry whose key nothing is known
/// of, such as an object, is the only one of its kind. Of entries created at one instant, the one with the
/// greatest key is the newest, as for a look-up.
fn superseded(world: &World, entries: &[(EntryId, Entry)], kept: usize) -> Vec<EntryId> {
    let mut lines: BTreeMap<Descent, Vec<(SimTime, &str, EntryId)>> = BTreeMap::new();
    for (id, entry) in entries {
        let identity = entry.identity;
        if let Some(variant) = world.variants.get(&identity.key) {
            let line = lines.entry((identity.scope, identity.version, *variant)).or_default();
            line.push((entry.created, world.service.names.text(identity.key), *id));
        }
    }
    let mut old = Vec::new();
    for mut line in lines.into_values() {
        line.sort_unstable_by(|one, other| other.cmp(one));
        old.extend(line.into_iter().skip(kept).map(|(_, _, id)| id));
    }
    old.sort_unstable();
    old
}
