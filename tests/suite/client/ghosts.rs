//! The ghost list: what it knows of removed entries, and for how long.

use cache_budget::client::SaveHistory;
use cache_budget::service::{Access, Key, Limits, Owner, Payload, Reserve, Service, Version};
use cache_budget::units::{Bytes, Duration, SimTime};

const NOW: SimTime = SimTime(0);
/// More than a year afterwards.
const LATER: SimTime = SimTime(61 * 7 * Duration::DAY.0);

/// A ghost list with the one entry `key` names, which was stored and evicted now.
fn removed(service: &mut Service, key: Key) -> (SaveHistory, Access, Version) {
    let scope = service.names.scope("refs/heads/main");
    let (access, version) = (Access::new(&[scope], Some(scope)), service.names.version("v"));
    let Reserve::Granted(reservation) = service.reserve(NOW, &access, version, key, Owner(0), |_, _| ())
    else {
        panic!("nothing is stored yet")
    };
    service.finalise(NOW, reservation, Bytes(2), Payload(0));
    let mut gone = Vec::new();
    service.sweep(NOW, |_, eviction| gone.push(eviction));
    let mut ghosts = SaveHistory::default();
    for eviction in &gone {
        ghosts.removed(&service.names, eviction, NOW);
    }
    // Something else goes every week afterwards.
    let stem = service.names.key("other/");
    let other = service.names.object(stem, 1);
    for week in 1..=60 {
        let mut later = gone[0];
        later.entry.identity.key = other;
        let now = NOW + Duration(7 * week * Duration::DAY.0);
        ghosts.removed(&service.names, &later, now);
        if week == 3 {
            let found = ghosts.find_lost(&service.names, &access, version, key, &[], now);
            assert!(
                found.is_some_and(|ghost| ghost.removed == NOW && !ghost.missed_before),
                "first asked for"
            );
            let again = ghosts.find_lost(&service.names, &access, version, key, &[], now);
            assert!(again.is_some_and(|ghost| ghost.missed_before), "asked for again");
        }
    }
    (ghosts, access, version)
}

fn full() -> Service {
    Service::new(Limits { limit: Bytes(1), ..Limits::default() })
}

#[test]
fn an_object_is_forgotten_in_time() {
    let mut service = full();
    let stem = service.names.key("sccache/");
    let key = service.names.object(stem, 7);
    let (mut ghosts, access, version) = removed(&mut service, key);
    assert!(ghosts.find_lost(&service.names, &access, version, key, &[], LATER).is_none());
}

#[test]
fn an_archive_is_not() {
    let mut service = full();
    let key = service.names.key("v0-rust");
    let (mut ghosts, access, version) = removed(&mut service, key);
    assert!(ghosts.find_lost(&service.names, &access, version, key, &[], LATER).is_some());
}
