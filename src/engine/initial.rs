//! Fills the cache with what a listing of the real one shows, before the first event.

use crate::ci::PlannedJob;
use crate::client::{InitialContent, World};
use crate::event::{ClientId, Event};
use crate::project::{Checkout, CrateGraph};
use crate::service::{Identity, Owner};
use crate::units::{Bytes, SimTime};
use std::rc::Rc;

/// An entry that is stored when the simulation begins.
#[derive(Debug, Clone, PartialEq)]
pub struct InitialEntry {
    /// The ref it belongs to.
    pub ref_name: String,
    /// The key: that of the simulation if it is the newest of its kind, else as it was listed.
    pub key: String,
    /// The version that look-ups ask for, if it is known which job stored it.
    pub version: String,
    /// The key without what changes with time, if it is known.
    pub variant: Option<String>,
    /// The prefix under which later archives build on it; `None` if none do.
    pub family: Option<String>,
    /// The client whose account its bytes count towards.
    pub client: ClientId,
    /// Its size.
    pub size: Bytes,
    /// When it was created.
    pub created: SimTime,
    /// When it was last accessed.
    pub accessed: SimTime,
    /// The job that stored it, as indices of workflow, job and cache; `None` if it is not known.
    pub stored_by: Option<(usize, usize, usize)>,
}

/// Stores the entries. Those of a job hold what it compiles at the first checkout.
pub(super) fn preload(
    entries: &[InitialEntry],
    planned: &[Vec<PlannedJob>],
    graph: &CrateGraph,
    now: SimTime,
    world: &mut World,
) {
    let checkout = Rc::new(Checkout::initial(graph));
    for entry in entries {
        let names = &mut world.service.names;
        let scope = names.scope(&entry.ref_name);
        let (key, version) = (names.key(&entry.key), names.version(&entry.version));
        let identity = Identity { scope, version, key };
        if world.service.find(&identity).is_some() {
            continue;
        }
        if let Some(variant) = &entry.variant {
            let variant = world.service.names.key(variant);
            world.variants.insert(key, variant);
        }
        if let Some(family) = &entry.family {
            let family = world.service.names.key(family);
            world.families.insert(family);
        }
        let content = entry.stored_by.map(|(workflow, job, cache)| {
            let PlannedJob { job, work, .. } = &planned[workflow][job];
            let by = InitialContent { cache: &job.caches[cache], plan: work.plan(), checkout: &checkout };
            by.of_size(entry.size)
        });
        let owner = Owner(entry.client.0);
        world.preload(
            identity,
            owner,
            entry.size,
            (entry.created, entry.accessed),
            content.unwrap_or_default(),
        );
        world.events.push(Event::Preloaded { at: now, client: entry.client, scope, size: entry.size });
    }
    world.record_level(now);
}
