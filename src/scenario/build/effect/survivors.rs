//! Named sets of entries that nothing belongs to, or nothing is evicted beside.

use super::cache::held_at_most;
use super::janitor::begins_any;
use super::{IdleKey, Scene};
use crate::client::{CLIENTS, Cache};
use crate::event::{ClientId, EntrySet, HeldFor};
use crate::service::Sweep;

/// All sets of the scenario.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for ((name, view), set) in scene.root.map("survivors").into_iter().zip(&scene.model.sets) {
        if let Some(why) = counts_nothing(scene, set) {
            found.table(&format!("survivors.{name}"), view, &why);
        } else if is_everyone(set) {
            found.values(view, &["refs"], "it names everyone");
        }
    }
}

/// Why the metrics of a set never have a value; `None` if they may.
fn counts_nothing(scene: &Scene, set: &EntrySet) -> Option<String> {
    let limits = &scene.model.cache;
    if limits.sweep == Sweep::Never {
        return Some("with `cache.sweep = \"none\"` nothing is ever evicted".to_owned());
    }
    let begins_with_one = scene.model.initial.iter().any(|entry| {
        let class = |is_closed| HeldFor::of(&entry.ref_name, is_closed);
        set.client.is_none_or(|client| client == entry.client)
            && entry.key.starts_with(&set.prefix)
            && (set.is_for(class(false)) || set.is_for(class(true)))
    });
    if begins_with_one {
        return None;
    }
    let client = set.client.map(|ClientId(place)| CLIENTS[usize::from(place)].name);
    let is_of = |cache: &Cache| client.is_none_or(|client| client == cache.name());
    if !scene.steps.stored_on_github().any(|(_, cache, _)| is_of(cache)) {
        let whose = client.map_or(String::new(), |client| format!(" with `{client}`"));
        return Some(format!("none of the jobs that run saves an entry{whose} to GitHub's cache"));
    }
    if !HeldFor::ALL.iter().any(|class| set.is_for(*class) && scene.holds_for(*class, is_of)) {
        return Some("no run saves such an entry on such a ref".to_owned());
    }
    if !set.prefix.is_empty() && !begins_any(scene, &set.prefix, is_of) {
        return Some("no key of these entries begins with `prefix`".to_owned());
    }
    let never_full =
        !scene.begins_full() && held_at_most(scene).is_some_and(|most| limits.limit.as_f64() > most);
    never_full.then(|| "these jobs can never store as much as `cache.limit`".to_owned())
}

fn is_everyone(set: &EntrySet) -> bool {
    HeldFor::ALL.iter().all(|class| set.refs.contains(class))
}
