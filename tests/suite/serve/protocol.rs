//! The protocol as raw requests: JSON and protobuf, blocks, ranges, rates, and the pages.

use super::{CALLS, Scene, path};
use cache_budget::replay::listing;
use cache_budget::units::Duration;
use serde_json::json;

#[test]
fn what_was_saved_is_restored() {
    let scene = Scene::new();
    assert_eq!(scene.restored("main", "key"), None);
    assert!(scene.save("main", "key", b"content"));
    assert_eq!(scene.restored("main", "key").expect("it is there"), b"content");
    let again = scene.reserve("main", "key");
    assert_eq!((again.status, again.json()["code"].as_str()), (409, Some("already_exists")));
}

#[test]
fn what_is_not_finalised_is_not_found() {
    let scene = Scene::new();
    let url = scene.reserve("main", "key").json()["signed_upload_url"].as_str().expect("granted").to_owned();
    assert_eq!(scene.finalise("main", "key", 3).status, 400, "nothing was uploaded");
    assert_eq!(scene.connection().ask("PUT", path(&url), &[], b"abc").status, 201);
    assert_eq!(scene.matched("main", "key", &[]), "");
    assert_eq!(scene.reserve("main", "key").status, 409, "someone else uploads it");
    assert_eq!(scene.finalise("main", "key", 4).status, 400, "another size than was uploaded");
    assert_eq!(scene.finalise("main", "key", 3).json()["ok"], true);
    assert_eq!(scene.matched("main", "key", &[]), "key");
    assert_eq!(scene.finalise("main", "key", 3).status, 404, "it is done");
    assert_eq!(scene.connection().ask("PUT", path(&url), &[], b"xyz").status, 404, "an entry is not changed");
}

#[test]
fn an_abandoned_upload_blocks_its_key_for_a_day() {
    let scene = Scene::new();
    assert_eq!(scene.reserve("main", "key").status, 200);
    scene.clock.move_on(Duration(23 * Duration::HOUR.0));
    assert_eq!(scene.reserve("main", "key").status, 409);
    scene.clock.move_on(Duration::HOUR);
    assert_eq!(scene.reserve("main", "key").status, 200);
}

#[test]
fn names_of_fields_may_be_in_camel_case() {
    let scene = Scene::new();
    assert!(scene.save("main", "key-1", b"abc"));
    let asked = json!({ "key": "none", "restoreKeys": ["key-"], "version": "v", "metadata": {} });
    assert_eq!(scene.call("main", "GetCacheEntryDownloadURL", asked).json()["matched_key"], "key-1");
}

/// A field of protobuf that is a text of fewer than 128 bytes.
fn field(number: u8, text: &str) -> Vec<u8> {
    [&[number << 3 | 2, text.len() as u8], text.as_bytes()].concat()
}

fn protobuf(scene: &Scene, call: &str, message: &[u8]) -> Vec<u8> {
    let token = format!("Bearer {}", scene.token("main"));
    let headers = [("Authorization", token.as_str()), ("Content-Type", "application/protobuf")];
    let reply = scene.connection().ask("POST", &format!("{CALLS}{call}"), &headers, message);
    assert_eq!((reply.status, reply.header("content-type")), (200, "application/protobuf"), "{reply:?}");
    reply.body
}

#[test]
fn protobuf_says_the_same() {
    let scene = Scene::new();
    // Key 2 and version 3; the answer is `ok` (1: true) and the address (2).
    let created = protobuf(&scene, "CreateCacheEntry", &[field(2, "key-1"), field(3, "v")].concat());
    assert_eq!(created[..3], [1 << 3, 1, 2 << 3 | 2]);
    let url = String::from_utf8(created[4..].to_vec()).expect("an address");
    assert_eq!(scene.connection().ask("PUT", path(&url), &[], &[7; 300]).status, 201);
    // Size 3 as a number of 7 bits a byte: 300 = 2 · 128 + 44; version 4.
    let size = [3 << 3, 0x80 | 44, 2];
    let stored = [&field(2, "key-1")[..], &size, &field(4, "v")].concat();
    assert_eq!(protobuf(&scene, "FinalizeCacheEntryUpload", &stored), [1 << 3, 1, 2 << 3, 1], "entry 1");
    // Restore keys 3 and version 4; what is false or empty is left out.
    let miss = [field(2, "none"), field(4, "v")].concat();
    assert_eq!(protobuf(&scene, "GetCacheEntryDownloadURL", &miss), b"");
    let hit = [field(2, "none"), field(3, "other-"), field(3, "key-"), field(4, "v")].concat();
    let hit = protobuf(&scene, "GetCacheEntryDownloadURL", &hit);
    assert!(hit.ends_with(&field(3, "key-1")), "{hit:?}");
}

/// The address of a new upload.
fn upload(scene: &Scene, key: &str) -> String {
    let reserved = scene.reserve("main", key).json();
    path(reserved["signed_upload_url"].as_str().expect("granted")).to_owned()
}

#[test]
fn blocks_are_put_together_in_the_order_of_their_list() {
    let scene = Scene::new();
    let url = upload(&scene, "key");
    let mut connection = scene.connection();
    // Names are base64 and percent-encoded in an address. One block is sent twice: the later one counts.
    for (name, block) in [("c%3D%3D", "third"), ("a%2B", "FIRST"), ("b", "second"), ("a%2B", "first")] {
        let target = format!("{url}&comp=block&blockid={name}");
        assert_eq!(connection.ask("PUT", &target, &[], block.as_bytes()).status, 201);
    }
    let list = |names: &str| format!("<?xml version=\"1.0\"?><BlockList>{names}</BlockList>");
    let target = format!("{url}&comp=blocklist");
    let unknown = connection.ask("PUT", &target, &[], list("<Latest>d</Latest>").as_bytes());
    assert_eq!(unknown.status, 400);
    let names = list("<Latest>a+</Latest><Uncommitted>b</Uncommitted><Latest>c==</Latest>");
    assert_eq!(connection.ask("PUT", &target, &[], names.as_bytes()).status, 201);
    assert_eq!(scene.finalise("main", "key", 16).json()["ok"], true);
    assert_eq!(scene.restored("main", "key").expect("it is there"), b"firstsecondthird");
}

/// The answer to a list may be lost, and the client sends it again.
#[test]
fn the_same_list_gives_the_same_body_again() {
    let scene = Scene::new();
    let url = upload(&scene, "key");
    let mut connection = scene.connection();
    let mut put = |query: &str, body: &str| {
        connection.ask("PUT", &format!("{url}&{query}"), &[], body.as_bytes()).status
    };
    for (name, block) in [("c", "gone"), ("b", "second"), ("a", "first")] {
        assert_eq!(put(&format!("comp=block&blockid={name}"), block), 201);
    }
    let list = "<BlockList><Latest>a</Latest><Latest>b</Latest></BlockList>";
    for _ in 0..3 {
        assert_eq!(put("comp=blocklist", list), 201);
    }
    assert_eq!(put("comp=block&blockid=d", "late"), 409, "the body is whole");
    assert_eq!(put("comp=blocklist", "<BlockList><Latest>c</Latest></BlockList>"), 400, "given up");
    assert_eq!(put("comp=blocklist", list), 201);
    assert_eq!(scene.finalise("main", "key", 11).json()["ok"], true);
    assert_eq!(scene.restored("main", "key").expect("it is there"), b"firstsecond");
}

#[test]
fn what_is_no_list_of_blocks_is_refused() {
    let scene = Scene::new();
    let url = upload(&scene, "key");
    let mut connection = scene.connection();
    let mut put =
        |query: &str, body: &[u8]| connection.ask("PUT", &format!("{url}{query}"), &[], body).status;
    assert_eq!(put("&comp=block&blockid=a", b"first"), 201);
    let lists: [&[u8]; 7] = [
        b"",
        b"{\"not\":\"xml\"}",
        b"\xff<x",
        b"<BlockList>",
        b"<BlockList><Latest>a</Latest>",
        b"<BlockList><Latest>a</Committed></BlockList>",
        b"<BlockList><Other>a</Other></BlockList>",
    ];
    for list in lists {
        assert_eq!(put("&comp=blocklist", list), 400, "{}", String::from_utf8_lossy(list));
    }
    assert_eq!(put("", b"0123456789"), 201);
    assert_eq!(put("&comp=block&blockid=b", b"xxx"), 409, "a block after the whole body");
    assert_eq!(scene.finalise("main", "key", 10).json()["ok"], true);
    assert_eq!(scene.restored("main", "key").expect("it is there"), b"0123456789");
}

#[test]
fn ranges_are_parts_of_the_body() {
    let scene = Scene::new();
    assert!(scene.save("main", "key", b"0123456789"));
    let found = scene.look_up("main", "key", &[]).json();
    let url = path(found["signed_download_url"].as_str().expect("a hit")).to_owned();
    let mut connection = scene.connection();
    let mut ask = |range: &str, name: &str| {
        let reply = connection.ask("GET", &url, &[(name, range)], b"");
        (reply.status, reply.text(), reply.header("content-range").to_owned())
    };
    let part = |text: &str, range: &str| (206, text.to_owned(), format!("bytes {range}/10"));
    assert_eq!(ask("bytes=2-4", "Range"), part("234", "2-4"));
    assert_eq!(ask("bytes=7-", "x-ms-range"), part("789", "7-9"));
    assert_eq!(ask("bytes=-2", "Range"), part("89", "8-9"));
    assert_eq!(ask("bytes=8-99", "Range"), part("89", "8-9"));
    assert_eq!(ask("bytes=10-", "Range"), (416, String::new(), "bytes */10".to_owned()));
    for whole in ["bytes=5-2", "bytes=0-1,3-4", "bytes=x-", "lines=1-2"] {
        assert_eq!(ask(whole, "Range"), (200, "0123456789".to_owned(), String::new()), "{whole}");
    }
    let head = connection.ask("HEAD", &url, &[], b"");
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, "10", 0));
}

#[test]
fn a_refused_rate_says_when_the_minute_ends() {
    let scene = Scene::with(|request| (request.uploads_per_minute, request.downloads_per_minute) = (1, 1));
    scene.clock.move_on(Duration(12_300));
    assert!(scene.save("main", "a", b"a"));
    let refused = scene.reserve("main", "b");
    // 60 s − 12.3 s, in whole seconds.
    assert_eq!((refused.status, refused.header("retry-after")), (429, "48"));
    assert_eq!(scene.matched("main", "a", &[]), "a");
    assert_eq!(scene.look_up("main", "a", &[]).header("retry-after"), "48");
    scene.clock.move_on(Duration(47_700));
    assert!(scene.save("main", "b", b"b"));
}

#[test]
fn the_listing_is_one_that_others_read() {
    let scene = Scene::new();
    for key in ["deps-1", "deps-2", "tools"] {
        assert!(scene.save("main", key, key.as_bytes()));
        scene.clock.move_on(Duration::SECOND);
    }
    let mut connection = scene.connection();
    let mut page = |target: &str| connection.ask("GET", target, &[], b"").body;
    let rest = listing::read_snapshot(&page("/caches?key=deps-&per_page=1")).expect("a listing");
    assert_eq!((rest.total, rest.entries.len(), rest.entries[0].key.as_str()), (Some(2), 1, "deps-2"));
    let gh = listing::read_snapshot(&page("/caches?format=gh&ref=main")).expect("a listing");
    assert_eq!(
        gh.entries.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(),
        ["deps-1", "deps-2", "tools"]
    );
    let summary: serde_json::Value = serde_json::from_slice(&page("/summary")).expect("JSON");
    assert_eq!(summary["clients"][0]["saves"]["stored"], 3);
}

#[test]
fn entries_are_deleted_as_by_githubs_api() {
    let scene = Scene::new();
    assert!(
        scene.save("main", "a", b"a") && scene.save("pull-7", "a", b"a") && scene.save("main", "b", b"b")
    );
    let mut connection = scene.connection();
    let mut delete = |target: &str| connection.ask("DELETE", target, &[], b"").status;
    assert_eq!(delete("/caches?key=a&ref=refs/pull/7/merge"), 200);
    assert_eq!(scene.matched("main", "a", &[]), "a");
    assert_eq!((delete("/caches/3"), delete("/caches/3"), delete("/caches")), (200, 404, 400));
    assert_eq!(scene.server.listing().iter().map(|e| e.key.as_str()).collect::<Vec<_>>(), ["a"]);
}

/// The signature is of the server, not of the size: a changed one gets nothing, not a part of the body.
#[test]
fn an_address_with_another_size_has_no_body() {
    let scene = Scene::new();
    assert!(scene.save("main", "key", b"content"));
    let found = scene.look_up("main", "key", &[]).json();
    let url = path(found["signed_download_url"].as_str().expect("a hit")).to_owned();
    let own = url.split_once('?').expect("a query").0;
    for (size, status) in [("7", 200), ("8", 404), ("6", 404), ("99999999999999", 404)] {
        let name = format!("{}-{size}", own.rsplit_once('-').expect("a size").0);
        let reply = scene.connection().ask("GET", &url.replace(own, &name), &[], b"");
        assert_eq!(reply.status, status, "{size}");
    }
}
