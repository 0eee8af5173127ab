//! The blob store: Azure's requests for a body, its blocks and their list, its length and its ranges.
//!
//! An address names an upload by its number or an entry by its id, and ends with a signature that only the server's
//! answers contain.

use super::{PLAIN, Protocol};
use crate::replay::StatedEntry;
use crate::serve::http::{Answer, AnswerBody, Request, RequestBody, RequestHead};
use crate::serve::store::UploadError;
use std::sync::Arc;

/// What the paths of bodies begin with: account and container.
pub(super) const BLOBS: &str = "/account/caches/";

/// The longest list of blocks: 50,000 names of 128 bytes.
const LIST_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Where a reserved body is uploaded to.
pub(super) fn upload_address(protocol: &Protocol, head: &RequestHead, number: u64) -> String {
    address(protocol, head, &format!("u{number}"), "w")
}

/// Where the body of an entry is downloaded from.
pub(super) fn download_address(protocol: &Protocol, head: &RequestHead, entry: &StatedEntry) -> String {
    address(protocol, head, &format!("e{}-{}", entry.id.unwrap_or(0), entry.size.0), "r")
}

/// At the host by which the client reached the server: it may be in a container. The heads of requests were
/// checked, so this is no stranger's name.
fn address(protocol: &Protocol, head: &RequestHead, name: &str, permission: &str) -> String {
    let host = head.header("host").unwrap_or("");
    format!("http://{host}{BLOBS}{name}?sp={permission}&sig={}", protocol.signature)
}

/// Answers a request for a body.
pub(super) fn answer(protocol: &Protocol, name: &str, request: Request<'_, '_>) -> Answer {
    let Request { head, body } = request;
    if head.query.get("sig") != Some(&protocol.signature) {
        return Answer::text(403, PLAIN, "the address is not one that this server has given");
    }
    match (head.method.as_str(), name.split_at_checked(1)) {
        ("PUT", Some(("u", number))) => put(protocol, number, head, body),
        ("GET" | "HEAD", Some(("e", entry))) => get(protocol, entry, head),
        ("PUT" | "GET" | "HEAD", _) => Answer::empty(404),
        _ => Answer::empty(405),
    }
}

/// Takes a body, a block of one, or the list of its blocks.
fn put(protocol: &Protocol, number: &str, head: &RequestHead, body: &mut RequestBody<'_>) -> Answer {
    let upload = number.parse().ok().and_then(|number| protocol.cache().upload(number));
    let Some(upload) = upload else { return Answer::empty(404) };
    let store = &protocol.store;
    let taken = match head.query.get("comp") {
        None => upload.whole(body, store),
        Some("block") => match head.query.get("blockid") {
            Some(name) => upload.block(name, body, store),
            None => return Answer::empty(400),
        },
        Some("blocklist") => match body.whole(LIST_BYTES_MAX) {
            Ok(list) => upload.commit(&String::from_utf8_lossy(&list)),
            Err(problem) => Err(UploadError::Broken(problem)),
        },
        Some(_) => return Answer::empty(400),
    };
    // The upload was given up while its last bytes came: nobody else removes what was written.
    if Arc::strong_count(&upload) == 1 {
        upload.end(store, None);
        return Answer::empty(404);
    }
    match taken {
        Ok(()) => Answer::empty(201).with("ETag", etag(number)),
        Err(problem) => Answer::text(status(&problem), PLAIN, problem.to_string()),
    }
}

fn status(problem: &UploadError) -> u16 {
    match problem {
        UploadError::Full => 507,
        UploadError::TooLarge => 413,
        UploadError::TooManyBlocks | UploadError::UnknownBlock | UploadError::BadList => 400,
        UploadError::Busy => 409,
        UploadError::Broken(problem) if problem.kind() == std::io::ErrorKind::TimedOut => 408,
        UploadError::Broken(problem) if problem.kind() == std::io::ErrorKind::StorageFull => 507,
        UploadError::Broken(_) => 500,
    }
}

/// Gives a body, or a range of it.
fn get(protocol: &Protocol, entry: &str, head: &RequestHead) -> Answer {
    let parsed = entry.split_once('-').and_then(|(id, size)| Some((id.parse().ok()?, size.parse().ok()?)));
    let Some((id, size)): Option<(u64, u64)> = parsed else { return Answer::empty(404) };
    // Azure's clients ask in a header of their own.
    let asked = head.header("x-ms-range").or(head.header("range"));
    let (status, from, length) = match asked.map(|asked| range(asked, size)) {
        None | Some(AskedRange::Whole) => (200, 0, size),
        Some(AskedRange::Part(from, length)) => (206, from, length),
        Some(AskedRange::Nothing) => {
            return Answer::empty(416).with("Content-Range", format!("bytes */{size}"));
        }
    };
    let Some(body) = protocol.store.open(id, size, from, length) else { return Answer::empty(404) };
    let answer = blob(status, body, &format!("{id}"));
    match status {
        206 => answer.with("Content-Range", format!("bytes {from}-{}/{size}", from + length - 1)),
        _ => answer,
    }
}

fn blob(status: u16, body: AnswerBody, id: &str) -> Answer {
    let answer = Answer { status, headers: Vec::new(), body };
    answer
        .with("Content-Type", "application/octet-stream")
        .with("Accept-Ranges", "bytes")
        .with("x-ms-blob-type", "BlockBlob")
        .with("ETag", etag(id))
}

fn etag(name: &str) -> String {
    format!("\"{name}\"")
}

/// What a range asks for.
enum AskedRange {
    /// Everything: the header is not one of a range of bytes, or of several, which may be ignored.
    Whole,
    /// So many bytes from here on.
    Part(u64, u64),
    /// Nothing that is there.
    Nothing,
}

/// Reads `bytes=FROM-TO`, `bytes=FROM-` or `bytes=-LAST` for a body of this size.
fn range(text: &str, size: u64) -> AskedRange {
    let Some((from, to)) = text.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return AskedRange::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (number(from), number(to)) {
        (Some(from), _) if from >= size => AskedRange::Nothing,
        (Some(from), Some(to)) if to >= from => AskedRange::Part(from, to.min(size - 1) - from + 1),
        (Some(from), None) if to.trim().is_empty() => AskedRange::Part(from, size - from),
        (None, Some(0)) if from.is_empty() => AskedRange::Nothing,
        (None, Some(last)) if from.is_empty() && size > 0 => {
            AskedRange::Part(size - last.min(size), last.min(size))
        }
        _ => AskedRange::Whole,
    }
}
