//! What people and scripts look at: the status page, the listing of the cache in the shapes of GitHub's REST API and
//! of gh, deletion, and the variables of another run.

use super::message::JSON;
use super::{PLAIN, Protocol, status};
use crate::replay::listing::gh;
use crate::replay::{LoggedRun, StatedEntry, WorkflowEvent, full_ref};
use crate::serve::http::{Answer, Query, RequestHead};
use crate::serve::variables::Variables;
use crate::serve::{asked_run, checked_ref};
use crate::service::CacheMode;
use serde_json::{Value, json};

/// Answers a request for a page.
pub(super) fn answer(protocol: &Protocol, head: &RequestHead) -> Answer {
    if protocol.guards_pages && protocol.run(head).is_none() {
        return Answer::text(401, PLAIN, "send a token that `serve` has printed");
    }
    let (path, query) = (head.path.as_str(), &head.query);
    match (head.method.as_str(), path) {
        ("GET" | "HEAD", "/") => Answer::text(200, "text/html; charset=utf-8", status::page(protocol)),
        ("GET", "/caches") => caches(protocol, query),
        ("DELETE", _) if path.starts_with("/caches") => deletion(protocol, path, query),
        ("GET", "/summary") => Answer::text(200, JSON, protocol.cache().summary().json()),
        ("GET", "/variables") => variables(protocol, head),
        _ => Answer::text(404, PLAIN, "pages: / /caches /summary /variables"),
    }
}

/// Most entries of a page of GitHub's API.
const PER_PAGE_MAX: usize = 100;

/// The entries: all of them in gh's form with `format=gh`, a page in the API's form otherwise.
fn caches(protocol: &Protocol, query: &Query) -> Answer {
    let mut entries = protocol.cache().listing();
    let reference = query.get("ref").map(|name| full_ref(name.to_owned()));
    entries.retain(|entry| {
        query.get("key").is_none_or(|key| entry.key.starts_with(key))
            && reference.as_ref().is_none_or(|own| entry.reference.as_ref() == Some(own))
    });
    if query.get("format") == Some("gh") {
        let listed: Vec<_> = entries.iter().map(gh).collect();
        return Answer::text(200, JSON, serde_json::to_string(&listed).unwrap_or_default());
    }
    let number =
        |name, otherwise: usize| query.get(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let per_page = number("per_page", 30).clamp(1, PER_PAGE_MAX);
    let skipped = number("page", 1).saturating_sub(1).saturating_mul(per_page);
    let page: Vec<_> = entries.iter().skip(skipped).take(per_page).map(rest).collect();
    Answer::text(200, JSON, json!({ "total_count": entries.len(), "actions_caches": page }).to_string())
}

/// An entry as GitHub's API lists it.
fn rest(entry: &StatedEntry) -> Value {
    json!({
        "id": entry.id,
        "ref": entry.reference,
        "key": entry.key,
        "version": entry.version,
        "last_accessed_at": entry.accessed,
        "created_at": entry.created,
        "size_in_bytes": entry.size.0,
    })
}

/// Deletes by key, as GitHub's API does, or by id.
fn deletion(protocol: &Protocol, path: &str, query: &Query) -> Answer {
    let reference = query.get("ref").map(|name| full_ref(name.to_owned()));
    let id = path.strip_prefix("/caches/").map(str::parse);
    let gone = match (id, query.get("key")) {
        (Some(Ok(id)), _) => protocol.cache().delete(None, None, Some(id)),
        (None, Some(key)) => protocol.cache().delete(reference, Some(key.to_owned()), None),
        _ => return Answer::text(400, PLAIN, "delete /caches?key=KEY&ref=REF or /caches/ID"),
    };
    if gone.is_empty() {
        return Answer::text(404, JSON, json!({ "message": "Not Found" }).to_string());
    }
    let page: Vec<_> = gone.iter().map(rest).collect();
    Answer::text(200, JSON, json!({ "total_count": gone.len(), "actions_caches": page }).to_string())
}

/// The variables with which another run uses this server.
fn variables(protocol: &Protocol, head: &RequestHead) -> Answer {
    match run_of(&head.query, &protocol.tokens.run) {
        Ok(run) => {
            let host = head.header("host").unwrap_or("");
            let variables = Variables::of(&format!("http://{host}/"), &protocol.tokens, &run);
            Answer::text(200, PLAIN, variables.to_string())
        }
        Err(message) => Answer::text(400, PLAIN, refusal_for_shell(&message)),
    }
}

/// The page is read by `eval`, so what is wrong is said by a command that fails.
fn refusal_for_shell(message: &str) -> String {
    format!("echo '{}' >&2; false\n", message.replace('\'', "'\\''"))
}

fn run_of(query: &Query, own: &LoggedRun) -> Result<LoggedRun, String> {
    let reference = query.get("ref").map_or(Ok(own.reference.clone()), checked_ref)?;
    let event = query.get("event").map(WorkflowEvent::named).transpose()?;
    let mode = |name: &str| CacheMode::named(name).ok_or("mode is read, write, write-only or none");
    let mode = query.get("mode").map(mode).transpose()?;
    asked_run(reference, event, query.get("base").map(checked_ref).transpose()?, mode)
}
