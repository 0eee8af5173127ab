//! Requests that no client sends: none of them ends the server, writes where it should not, or holds it up.

use super::http::Connection;
use super::{CALLS, Scene, path, request};
use cache_budget::serve::{Bodies, ConnectionLimits, ServeRequest};
use cache_budget::units::Bytes;
use proptest::prelude::*;
use serde_json::json;
use std::io::Read as _;
use std::net::TcpStream;
use std::time::Duration;

/// A server that waits for nobody.
fn hasty() -> Scene {
    let span = Duration::from_millis;
    let limits = ConnectionLimits { idle: span(2_000), head: span(300), stalled: span(300), connections: 64 };
    Scene::of(&request(), limits)
}

/// A server that waits for no head, and for bodies as long as a busy machine may need.
fn patient() -> Scene {
    let limits = ConnectionLimits { head: Duration::from_millis(500), ..ConnectionLimits::default() };
    Scene::of(&request(), limits)
}

fn works(scene: &Scene, key: &str) {
    assert!(scene.save("main", key, b"content"));
    assert_eq!(scene.restored("main", key).expect("it is there"), b"content");
}

#[test]
fn no_text_of_a_client_is_a_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store");
    let scene = Scene::with(|request| request.bodies = Bodies::Folder(store.clone()));
    let keys =
        ["../../escaped", "/etc/escaped", "a\0b", "..", "C:\\escaped", "\u{202e}", "x".repeat(512).as_str()]
            .map(str::to_owned);
    for key in &keys {
        works(&scene, key);
    }
    let url =
        scene.reserve("main", "blocks").json()["signed_upload_url"].as_str().expect("granted").to_owned();
    let block = format!("{}&comp=block&blockid=..%2F..%2Fescaped", path(&url));
    assert_eq!(scene.connection().ask("PUT", &block, &[], b"x").status, 201);
    let names: Vec<String> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    assert_eq!(names, ["store"]);
    let bodies = std::fs::read_dir(store.join("bodies/0")).expect("bodies");
    let mut bodies: Vec<_> = bodies.map(|entry| entry.expect("an entry").file_name()).collect();
    bodies.sort();
    assert_eq!(bodies, ["1", "2", "3", "4", "5", "6", "7"]);
}

#[test]
fn an_address_needs_its_signature_and_a_number() {
    let scene = Scene::new();
    works(&scene, "key");
    let url =
        scene.look_up("main", "key", &[]).json()["signed_download_url"].as_str().expect("a hit").to_owned();
    let query = url.split_once('?').expect("it is signed").1;
    let mut connection = scene.connection();
    let mut status = |target: &str| connection.ask("GET", target, &[], b"").status;
    assert_eq!(status("/account/caches/e1-7"), 403);
    assert_eq!(status("/account/caches/e1-7?sig=guessed"), 403);
    for name in ["e9-7", "e1", "e-", "", "e../../1-7", "u1", "e99999999999999999999-7", "%2e%2e"] {
        assert_eq!(status(&format!("/account/caches/{name}?{query}")), 404, "{name}");
    }
    assert_eq!(status("/account"), 404);
}

#[test]
fn calls_that_are_malformed_are_told_so() {
    let scene = Scene::new();
    let token = format!("Bearer {}", scene.token("main"));
    let ask = |call: &str, kind: &str, body: &[u8]| {
        let headers = [("Authorization", token.as_str()), ("Content-Type", kind)];
        scene.connection().ask("POST", &format!("{CALLS}{call}"), &headers, body).status
    };
    let create = "CreateCacheEntry";
    assert_eq!(ask(create, "application/json", b"not JSON"), 400);
    assert_eq!(ask(create, "application/json", b"[]"), 400);
    assert_eq!(ask(create, "application/json", br#"{"version":"v"}"#), 400, "no key");
    assert_eq!(ask(create, "application/protobuf", &[0x12, 0x7f, 1]), 400, "cut off");
    assert_eq!(ask(create, "application/protobuf", &[0xff; 20]), 400);
    assert_eq!(ask(create, "application/protobuf", &[0x12, 1, 0xff, 0x1a, 1, 0x76]), 400, "not UTF-8");
    assert_eq!(ask(create, "text/plain", br#"{"key":"k","version":"v"}"#), 415);
    assert_eq!(ask("DeleteEverything", "application/json", b"{}"), 404);
    assert_eq!(ask(create, "application/json", &vec![b' '; 70_000]), 413);
    let long = json!({ "key": "k".repeat(513), "version": "v" }).to_string();
    assert_eq!(ask(create, "application/json", long.as_bytes()), 400);
    let many = json!({ "key": "k", "version": "v", "restore_keys": vec!["x"; 11] }).to_string();
    assert_eq!(ask("GetCacheEntryDownloadURL", "application/json", many.as_bytes()), 400);
    works(&scene, "key");
}

#[test]
fn heads_are_limited() {
    let scene = Scene::new();
    let status = |head: &str| {
        let mut connection = scene.connection();
        connection.send(head.as_bytes()).ok();
        connection.reply(false).map_or(0, |reply| reply.status)
    };
    let host = "Host: 127.0.0.1\r\n";
    assert_eq!(status(&format!("GET / HTTP/1.1\r\n{host}X: {}\r\n\r\n", "x".repeat(40_000))), 431);
    assert_eq!(status(&format!("GET / HTTP/1.1\r\n{host}{}\r\n", "A: b\r\n".repeat(70))), 431);
    assert_eq!(status("nonsense\r\n\r\n"), 400);
    assert_eq!(status(&format!("PUT /x HTTP/1.1\r\n{host}\r\n")), 411, "no length");
    assert_eq!(status(&format!("PUT /x HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n")), 411);
    let twice = "Content-Length: 1\r\nContent-Length: 2\r\n";
    assert_eq!(status(&format!("PUT /x HTTP/1.1\r\n{host}{twice}\r\n")), 400);
    assert_eq!(status(&format!("PUT /x HTTP/1.1\r\n{host}Content-Length: -1\r\n\r\n")), 400);
    assert_eq!(
        status(&format!("PUT /x HTTP/1.1\r\n{host}Content-Length: 99999999999999999999\r\n\r\n")),
        400
    );
    let large =
        format!("PUT /x HTTP/1.1\r\n{host}Content-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n");
    assert_eq!(status(&large), 404, "it is not read");
}

#[test]
fn a_page_of_a_stranger_is_not_answered() {
    let scene = Scene::new();
    let status = |host: &str| {
        let mut connection = scene.connection();
        connection.send(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).expect("it listens");
        connection.reply(false).expect("an answer").status
    };
    let statuses =
        ["127.0.0.1", "127.0.0.1:80", "[::1]:80", "rebound.example", "rebound.example:80", "10.0.0.1", ""];
    assert_eq!(statuses.map(status), [200, 200, 200, 421, 421, 421, 421]);
}

#[test]
fn clients_that_do_not_go_on_are_left() {
    let scene = hasty();
    let mut head = scene.connection();
    head.send(b"GET / HTTP/1.1\r\nHo").expect("it listens");
    assert_eq!(head.reply(false).expect("an answer").status, 408);
    assert!(head.is_closed());

    let url = scene.reserve("main", "key").json()["signed_upload_url"].as_str().expect("granted").to_owned();
    let mut body = scene.connection();
    let request = format!("PUT {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nabc", path(&url));
    body.send(request.as_bytes()).expect("it listens");
    assert_eq!(body.reply(false).expect("an answer").status, 408);
    assert!(body.is_closed());
    assert_eq!(scene.finalise("main", "key", 3).status, 400, "half a body is none");
    assert_eq!(scene.connection().ask("PUT", path(&url), &[], b"abcdefghij").status, 201);
    assert_eq!(scene.finalise("main", "key", 10).json()["ok"], true);
}

/// The store has room for twice the limit of 1 GB and 10 GiB more. Three bodies of 6 GB that never come leave room for one.
#[test]
fn bodies_that_never_come_take_no_room() {
    let stalled = Duration::from_millis(200);
    let asked = ServeRequest { limit: Bytes(1_000_000_000), ..request() };
    let scene = Scene::of(&asked, ConnectionLimits { stalled, ..ConnectionLimits::default() });
    let reserved = scene.reserve("main", "large").json();
    let url = path(reserved["signed_upload_url"].as_str().expect("granted")).to_owned();
    let mut answers = Vec::new();
    for query in ["", "", "&comp=block&blockid=a", "&comp=block&blockid=b"] {
        let mut connection = scene.connection();
        let head =
            format!("PUT {url}{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6000000000\r\n\r\nabc");
        connection.send(head.as_bytes()).expect("it listens");
        answers.push(connection.reply(false).expect("an answer").status);
    }
    assert_eq!(answers, [408; 4]);
    assert!(scene.save("main", "small", b"abc"));
}

#[test]
fn there_are_only_so_many_connections() {
    let scene = Scene::of(&request(), ConnectionLimits { connections: 4, ..ConnectionLimits::default() });
    let address = scene.server.address();
    let half_open: Vec<TcpStream> =
        (0..4).map(|_| TcpStream::connect(address).expect("it listens")).collect();
    // The server counts a connection when it accepts it, in their order.
    let mut fifth = Connection::to(address);
    assert_eq!(fifth.reply(false).expect("an answer").status, 503);
    drop(half_open);
    let again = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        let mut connection = Connection::to(address);
        let asked = connection.send(b"GET /summary HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        asked.is_ok() && connection.reply(false).is_ok_and(|reply| reply.status == 200)
    });
    assert!(again, "who hangs up makes room");
}

#[test]
fn who_connects_and_asks_nothing_keeps_no_place() {
    let scene = hasty();
    let mut silent = TcpStream::connect(scene.server.address()).expect("it listens");
    // A first request has 300 ms to begin, a later one 2 s.
    silent.set_read_timeout(Some(Duration::from_millis(1_500))).expect("a time-out");
    assert_eq!(silent.read(&mut [0]).expect("the server hangs up before that"), 0);
}

#[test]
fn the_page_shows_texts_as_texts() {
    let scene = Scene::new();
    works(&scene, "<script>alert(1)</script>&\u{1b}[31m");
    let page = scene.connection().ask("GET", "/", &[], b"").text();
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;\\u{1b}[31m"), "{page}");
    assert!(!page.contains("<script"), "{page}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes, the server answers the next client.
    #[test]
    fn no_bytes_end_the_server(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        start in prop::sample::select(vec!["", "GET / HTTP/1.1\r\n", "PUT /account/caches/u1?comp=block HTTP/1.1\r\n",
            "POST /twirp/github.actions.results.api.v1.CacheService/CreateCacheEntry HTTP/1.1\r\n"]),
    ) {
        let scene = patient();
        let mut connection = scene.connection();
        connection.send(start.as_bytes()).ok();
        connection.send(&bytes).ok();
        connection.send(b"\r\n\r\n").ok();
        connection.reply(false).ok();
        drop(connection);
        works(&scene, "key");
    }

    /// A message of any fields and values is read or refused.
    #[test]
    fn no_message_ends_the_server(message in prop::collection::vec(any::<u8>(), 0..200)) {
        let scene = patient();
        let token = format!("Bearer {}", scene.token("main"));
        for kind in ["application/json", "application/protobuf"] {
            let headers = [("Authorization", token.as_str()), ("Content-Type", kind)];
            let target = format!("{CALLS}GetCacheEntryDownloadURL");
            let reply = scene.connection().ask("POST", &target, &headers, &message);
            prop_assert!([200, 400].contains(&reply.status), "{reply:?}");
        }
        works(&scene, "key");
    }
}
