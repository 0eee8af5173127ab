//! Bytes that clients send to `serve`, over loopback: every connection is answered as far as it asks for something, each
//! answer is as long as it says, the server goes on, and what it lists is what its folder has.

use crate::serve::{Scene, request};
use cache_budget::replay::listing;
use cache_budget::serve::{Bodies, ConnectionLimits};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::time::Duration;

/// What stands for the signature of the server that is asked: no text of the corpus can know it.
const SIGNATURE: &str = "SIGNATURE";

/// Requests as clients send them, some of them two or three on one connection.
pub fn corpus() -> Vec<Vec<u8>> {
    let call = |name: &str, body: &str| {
        let length = body.len();
        format!(
            "POST /twirp/github.actions.results.api.v1.CacheService/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\n\
             Authorization: Bearer any\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    };
    let blob = |method: &str, target: &str, body: &str| {
        let length =
            if method == "PUT" { format!("Content-Length: {}\r\n", body.len()) } else { String::new() };
        format!(
            "{method} /account/caches/{target}&sig={SIGNATURE} HTTP/1.1\r\nHost: 127.0.0.1\r\n{length}\r\n{body}"
        )
    };
    let reserve = call("CreateCacheEntry", r#"{"key":"new","version":"v"}"#);
    let finalise = call("FinalizeCacheEntryUpload", r#"{"key":"begun","version":"v","size_bytes":"7"}"#);
    let look_up =
        call("GetCacheEntryDownloadURL", r#"{"key":"k","version":"v","restore_keys":["kept","begun"]}"#);
    let whole = blob("PUT", "u2?sp=w", "content");
    let block = blob("PUT", "u2?sp=w&comp=block&blockid=YQ==", "content");
    let list = "<?xml version=\"1.0\"?><BlockList><Latest>YQ==</Latest></BlockList>";
    let list = blob("PUT", "u2?sp=w&comp=blocklist", list);
    let ranged = blob("GET", "e1-4?sp=r", "").replace("\r\n\r\n", "\r\nx-ms-range: bytes=1-2\r\n\r\n");
    let page = |target: &str| format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    let texts = [
        [whole.as_str(), &finalise].concat(),
        [block.as_str(), &list, &finalise].concat(),
        [reserve.as_str(), &look_up].concat(),
        look_up.clone(),
        blob("GET", "e1-4?sp=r", ""),
        blob("HEAD", "e1-4?sp=r", ""),
        ranged,
        page("/caches?format=gh"),
        page("/"),
        finalise.clone(),
        whole.replace("Content-Length", "Expect: 100-continue\r\nContent-Length"),
    ];
    texts.map(String::into_bytes).to_vec()
}

/// The sum of the sizes of all files below a folder.
fn bytes_below(folder: &Path) -> u64 {
    let size = |entry: std::fs::DirEntry| match entry.file_type().expect("a type").is_dir() {
        true => bytes_below(&entry.path()),
        false => entry.metadata().expect("a size").len(),
    };
    std::fs::read_dir(folder).expect("a folder").map(|entry| size(entry.expect("an entry"))).sum()
}

/// How many answers there are, each of them whole; panics if there is anything else.
fn answers(mut bytes: &[u8], heads: usize) -> Vec<u16> {
    let mut statuses = vec![];
    while !bytes.is_empty() {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head ends") + 4;
        let head = std::str::from_utf8(&bytes[..end]).expect("a head is text");
        let status: u16 = head.strip_prefix("HTTP/1.1 ").expect("an answer")[..3].parse().expect("a status");
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.map_or(0, |length| length.parse::<usize>().expect("a length"));
        bytes = &bytes[end..];
        // The answer to a HEAD ends with its head. No body begins as an answer does.
        let is_head = heads > 0 && (bytes.is_empty() || bytes.starts_with(b"HTTP/1.1 "));
        let length = if is_head { 0 } else { length };
        assert!(bytes.len() >= length, "it is cut off");
        bytes = &bytes[length..];
        statuses.extend((status != 100).then_some(status));
    }
    statuses
}

/// Sends an input to a server of its own; true if everything in it is answered, and nothing refused.
pub fn feed(input: &[u8]) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let mut asked = request();
    asked.bodies = Bodies::Folder(folder.path().join("store"));
    let scene = Scene::of(&asked, ConnectionLimits::default());
    assert!(scene.save("main", "kept", b"kept"));
    let signature = scene.signature("main", "begun");
    let text = replaced(input, SIGNATURE.as_bytes(), signature.as_bytes());
    let mut stream = TcpStream::connect(scene.server.address()).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
    // A server that has refused the first part may not read the rest.
    let is_sent = stream.write_all(&text).is_ok();
    stream.shutdown(Shutdown::Write).ok();
    let mut answered = vec![];
    let is_read = match stream.read_to_end(&mut answered) {
        Err(problem) => {
            let is_late =
                matches!(problem.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
            assert!(!is_late, "the connection does not end");
            false
        }
        Ok(_) => true,
    };
    let heads = text.windows(5).filter(|five| five.eq_ignore_ascii_case(b"HEAD ")).count();
    let has_head = text.windows(4).any(|four| four == b"\r\n\r\n");
    let statuses = if is_read { answers(&answered, heads) } else { vec![] };
    assert!(!(is_sent && is_read && has_head && answered.is_empty()), "a request has no answer");
    let listed = listing::read(&scene.page("/caches?format=gh")).expect("a listing");
    let own = scene.server.listing();
    let shown = |entries: &[cache_budget::replay::StatedEntry]| {
        let mut keys: Vec<_> = entries.iter().map(|entry| (entry.key.clone(), entry.size)).collect();
        keys.sort();
        keys
    };
    assert_eq!(shown(&listed), shown(&own), "what it lists is what it has");
    let stored: u64 = own.iter().map(|entry| entry.size.0).sum();
    assert_eq!(bytes_below(&folder.path().join("store/bodies")), stored, "bodies are the entries'");
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        1,
        "nothing is written beside it"
    );
    !statuses.is_empty() && statuses.iter().all(|status| *status < 300)
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut made = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.windows(from.len()).position(|piece| piece == from) {
        made.extend_from_slice(&rest[..at]);
        made.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    made.extend_from_slice(rest);
    made
}
