//! Many clients at once on a cache that is too small: whatever they do to each other, the listing, the bodies on disk
//! and the next server agree.

use super::{Scene, path};
use cache_budget::replay::StatedEntry;
use cache_budget::serve::Bodies;
use cache_budget::service::Sweep;
use cache_budget::units::{Bytes, Duration};
use std::collections::BTreeSet;
use std::path::Path;

const CLIENTS: u64 = 4;
const ROUNDS: u64 = 60;

/// A cache of 2 kB that is swept after every save.
fn scene(store: &Path) -> Scene {
    Scene::with(|request| {
        request.bodies = Bodies::Folder(store.to_owned());
        (request.limit, request.sweep) = (Bytes(2_000), Sweep::Instant);
        (request.uploads_per_minute, request.downloads_per_minute) = (u32::MAX, u32::MAX);
    })
}

/// The content of a key: as long as the key says, and of one letter.
fn content(number: u64) -> Vec<u8> {
    vec![b'a' + (number % 26) as u8; 100 + 10 * (number % 20) as usize]
}

/// What one client does: saves, restores and deletions of few keys, in an order of its own.
fn act(scene: &Scene, client: u64) {
    let mut state = client + 1;
    for _ in 0..ROUNDS {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let number = (state >> 33) % 30;
        let key = format!("key-{number:02}");
        match (state >> 60) % 4 {
            0 | 1 => save(scene, &key, &content(number)),
            2 => {
                // Between the look-up and the download it may have been evicted.
                if let Some(found) = scene.restored("main", &key) {
                    assert_eq!(found, content(number), "{key}");
                }
            }
            _ => drop(scene.connection().ask("DELETE", &format!("/caches?key={key}"), &[], b"")),
        }
        scene.clock.move_on(Duration(10));
    }
}

/// Saves it, unless another client does.
fn save(scene: &Scene, key: &str, body: &[u8]) {
    let reserved = scene.reserve("main", key);
    let Some(url) = reserved.json()["signed_upload_url"].as_str().map(str::to_owned) else {
        assert_eq!(reserved.status, 409, "{reserved:?}");
        return;
    };
    // In two blocks, the second one first.
    let (first, second) = body.split_at(body.len() / 3);
    for (name, block) in [("b", second), ("a", first)] {
        let target = format!("{}&comp=block&blockid={name}", path(&url));
        assert_eq!(scene.connection().ask("PUT", &target, &[], block).status, 201);
    }
    let list = b"<BlockList><Latest>a</Latest><Latest>b</Latest></BlockList>";
    assert_eq!(
        scene.connection().ask("PUT", &format!("{}&comp=blocklist", path(&url)), &[], list).status,
        201
    );
    assert_eq!(scene.finalise("main", key, body.len()).json()["ok"], true);
}

/// The ids and sizes of the files of bodies.
fn bodies(store: &Path) -> BTreeSet<(u64, u64)> {
    let shelf = std::fs::read_dir(store.join("bodies/0")).expect("a shelf");
    shelf
        .map(|body| {
            let body = body.expect("a body");
            let id = body.file_name().to_str().and_then(|name| name.parse().ok()).expect("an id");
            (id, body.metadata().expect("a file").len())
        })
        .collect()
}

#[test]
fn listing_bodies_and_the_next_server_agree() {
    let folder = tempfile::tempdir().expect("a folder");
    let crowded = scene(folder.path());
    std::thread::scope(|scope| {
        (0..CLIENTS).for_each(|client| {
            drop(scope.spawn({
                let crowded = &crowded;
                move || act(crowded, client)
            }))
        });
    });
    let listed = crowded.server.listing();
    let sum: u64 = listed.iter().map(|entry| entry.size.0).sum();
    assert!((1..2_000).contains(&sum), "swept after the last save: {sum}");
    let summary = crowded.server.summary();
    let (_, traffic) = summary.traffic.clients().next().expect("one client");
    assert!(traffic.evicted.0 > 10, "the test is worth nothing if nothing is evicted");
    let expected = |entries: &[StatedEntry]| -> BTreeSet<(u64, u64)> {
        entries.iter().map(|entry| (entry.id.expect("an id"), entry.size.0)).collect()
    };
    assert_eq!(bodies(folder.path()), expected(&listed));
    assert_eq!(std::fs::read_dir(folder.path().join("uploads")).expect("a folder").count(), 0);
    let elapsed = crowded.clock.now();
    drop(crowded);
    let next = super::restarted::reopened_by(folder.path(), scene);
    next.clock.move_on(elapsed - next.clock.now());
    assert_eq!(next.server.damage, Vec::<String>::new());
    assert_eq!(next.server.listing(), listed);
    for entry in &listed {
        let number = entry.key.trim_start_matches("key-").parse().expect("a number");
        assert_eq!(next.restored("main", &entry.key).expect("it is there"), content(number));
    }
}
