//! What is known of entries that are gone.

use cache_budget::client::Morgue;
use cache_budget::service::{Access, Key, Limits, Owner, Payload, Reserve, Service, Version};
use cache_budget::units::{Bytes, Duration, SimTime};

const NOW: SimTime = SimTime(0);
/// More than a year afterwards.
const LATER: SimTime = SimTime(61 * 7 * Duration::DAY.0);

/// A morgue with the one entry `key` names, which was stored and evicted now.
fn buried(service: &mut Service, key: Key) -> (Morgue, Access, Version) {
    let scope = service.names.scope("refs/heads/main");
    let (access, version) = (Access::new(&[scope], Some(scope)), service.names.version("v"));
    let Reserve::Granted(reservation) = service.reserve(NOW, &access, version, key, Owner(0), |_, _| ())
    else {
        panic!("nothing is stored yet")
    };
    service.finalise(NOW, reservation, Bytes(2), Payload(0));
    let mut gone = Vec::new();
    service.sweep(NOW, |_, eviction| gone.push(eviction));
    let mut morgue = Morgue::default();
    for eviction in &gone {
        morgue.bury(&service.names, eviction, NOW);
    }
    // Something else goes every week afterwards.
    let stem = service.names.key("other/");
    let other = service.names.object(stem, 1);
    for week in 1..=60 {
        let mut later = gone[0];
        later.entry.identity.key = other;
        let now = NOW + Duration(7 * week * Duration::DAY.0);
        morgue.bury(&service.names, &later, now);
        if week == 3 {
            let found = morgue.wanted(&service.names, &access, version, key, &[], now);
            assert!(found.is_some_and(|death| death.at == NOW && !death.wanted), "first asked for");
            let again = morgue.wanted(&service.names, &access, version, key, &[], now);
            assert!(again.is_some_and(|death| death.wanted), "asked for again");
        }
    }
    (morgue, access, version)
}

fn full() -> Service {
    Service::new(Limits { limit: Bytes(1), ..Limits::default() })
}

#[test]
fn an_object_is_forgotten_in_time() {
    let mut service = full();
    let stem = service.names.key("sccache/");
    let key = service.names.object(stem, 7);
    let (mut morgue, access, version) = buried(&mut service, key);
    assert!(morgue.wanted(&service.names, &access, version, key, &[], LATER).is_none());
}

#[test]
fn an_archive_is_not() {
    let mut service = full();
    let key = service.names.key("v0-rust");
    let (mut morgue, access, version) = buried(&mut service, key);
    assert!(morgue.wanted(&service.names, &access, version, key, &[], LATER).is_some());
}
