//! Which run reads and writes what, by its token.

use super::{Scene, request};
use cache_budget::serve::{ConnectionLimits, Server};
use serde_json::{Value, json};

#[test]
fn a_pull_request_reads_main_and_writes_its_own_scope() {
    let scene = Scene::new();
    assert!(scene.save("main", "deps-1", b"main"));
    assert_eq!(scene.matched("pull-7", "deps-1", &[]), "deps-1");
    assert!(scene.save("pull-7", "deps-1-pull", b"pull"));
    assert_eq!(scene.matched("pull-7", "deps-1", &[]), "deps-1-pull", "its own scope comes first");
    assert_eq!(scene.matched("main", "deps-1-pull", &[]), "");
    assert_eq!(scene.matched("pull-8", "deps-1-pull", &[]), "");
}

#[test]
fn a_mode_and_an_event_take_rights_away() {
    let scene = Scene::new();
    assert!(scene.save("deaf", "key", b"abc"));
    let unread = scene.look_up("deaf", "key", &[]);
    assert_eq!((unread.status, unread.json()["code"].as_str()), (403, Some("permission_denied")));
    assert_eq!(scene.matched("comment", "key", &[]), "key");
    let unwritten = scene.reserve("comment", "poison");
    // GitHub's client looks for this beginning in an answer of status 200.
    assert_eq!((unwritten.status, unwritten.json()["ok"].as_bool()), (200, Some(false)));
    assert!(unwritten.json()["message"].as_str().expect("a message").starts_with("cache write denied:"));
    assert_eq!(scene.look_up("blind", "key", &[]).status, 403);
    assert_eq!(scene.reserve("blind", "other").json()["ok"], false);
}

/// The bytes of base64url, by a table of its own.
fn claims(token: &str) -> Value {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let payload = token.split('.').nth(1).expect("three parts");
    let bits: String = payload
        .chars()
        .map(|letter| format!("{:06b}", letters.find(letter).expect("a letter of base64")))
        .collect();
    let bytes = bits.as_bytes().chunks_exact(8).map(|byte| std::str::from_utf8(byte).expect("digits"));
    let bytes: Vec<u8> = bytes.map(|byte| u8::from_str_radix(byte, 2).expect("a byte")).collect();
    serde_json::from_slice(&bytes).expect("claims")
}

#[test]
fn a_token_names_its_scopes_as_githubs_do() {
    let scene = Scene::new();
    let scopes = |name: &str| {
        let claims = claims(&scene.token(name));
        serde_json::from_str::<Value>(claims["ac"].as_str().expect("a text")).expect("JSON in a text")
    };
    let scope = |name: &str, permission: u8| json!({ "Scope": name, "Permission": permission });
    assert_eq!(scopes("main"), json!([scope("refs/heads/main", 3)]));
    assert_eq!(scopes("pull-7"), json!([scope("refs/pull/7/merge", 3), scope("refs/heads/main", 1)]));
    assert_eq!(scopes("comment"), json!([scope("refs/heads/main", 1)]));
    assert_eq!(scopes("deaf"), json!([scope("refs/heads/main", 2)]));
}

#[test]
fn variables_for_another_run_are_a_page() {
    let scene = Scene::new();
    let page = scene.connection().ask("GET", "/variables?ref=refs/pull/7/merge", &[], b"").text();
    assert!(page.contains(&format!("ACTIONS_RUNTIME_TOKEN='{}'", scene.token("pull-7"))), "{page}");
    let wrong = scene.connection().ask("GET", "/variables?event=pussh", &[], b"");
    // `eval` reads the page: it says what is wrong and fails, and no word of the query is a command.
    let told = "echo 'unknown event `pussh`: did you mean `push`?' >&2; false\n";
    assert_eq!((wrong.status, wrong.text().as_str()), (400, told));
    for (query, says) in [
        ("ref=refs/pull/7/merge&base=release", "export "),
        ("ref=main&base=release", "echo 'a run of push on refs/heads/main has no base branch"),
        ("ref=a%20branch", "echo 'no ref has a space"),
        ("ref=refs/pull/7/merge&base=a..b", "echo 'no ref has two dots in a row"),
    ] {
        let page = scene.connection().ask("GET", &format!("/variables?{query}"), &[], b"").text();
        assert!(page.starts_with(says), "{query}: {page}");
    }
    let hostile = scene.connection().ask("GET", "/variables?event='%3Btouch%20x", &[], b"").text();
    assert!(hostile.starts_with("echo 'unknown event `'\\'';touch x`"), "{hostile}");
}

#[test]
fn any_text_is_a_token_unless_there_is_a_secret() {
    let open = Scene::new();
    assert_eq!(ask(&open, "any text").status, 200);
    assert_eq!(ask(&open, "").status, 401);
    let closed = Scene::with(|request| request.token = Some("tell-no-one".to_owned()));
    assert_eq!(ask(&closed, "any text").status, 401);
    for page in ["/", "/caches", "/summary", "/variables"] {
        assert_eq!(closed.connection().ask("GET", page, &[], b"").status, 401, "{page}");
        assert_eq!(open.connection().ask("GET", page, &[], b"").status, 200, "{page}");
    }
    assert_eq!(ask(&closed, &open.token("main")).status, 401, "a token of another server");
    assert_eq!(ask(&closed, "tell-no-one").status, 200);
    assert_eq!(ask(&closed, &closed.token("pull-7")).status, 200);
}

fn ask(scene: &Scene, token: &str) -> super::Reply {
    let token = format!("Bearer {token}");
    let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
    let target = format!("{}GetCacheEntryDownloadURL", super::CALLS);
    scene.connection().ask("POST", &target, &headers, br#"{"key":"key","version":"v"}"#)
}

#[test]
fn others_are_let_in_only_with_a_secret() {
    let mut open = request();
    open.listen = Some("0.0.0.0".parse().expect("an address"));
    for token in [None, Some("short".to_owned())] {
        open.token = token;
        assert!(Server::start_with(&open, None, ConnectionLimits::default()).is_err());
    }
    open.token = Some("long-enough-a-secret".to_owned());
    let scene = Scene::of(&open, ConnectionLimits::default());
    let page = super::Connection::to(([127, 0, 0, 1], scene.server.address().port()).into()).ask(
        "GET",
        "/",
        &[],
        b"",
    );
    assert_eq!(page.status, 401, "pages need the token as well");
}
