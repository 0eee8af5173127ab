//! The three remote calls of the protocol.

use super::Protocol;
use super::blobs;
use super::message::{AnswerField, CallRequest, Encoding, FieldNumbers, JSON, texted};
use super::protobuf::ProtoValue;
use crate::replay::{LoggedRun, SaveAnswer};
use crate::serve::http::{Answer, Request, RequestHead};
use crate::serve::live_cache::{LiveLookUp, LiveStore, Refused};
use serde_json::json;

/// What the paths of calls begin with.
pub(super) const CALLS: &str = "/twirp/github.actions.results.api.v1.CacheService/";
/// The longest body of a call.
const BODY_BYTES_MAX: u64 = 64 * 1024;

const CREATE: FieldNumbers = FieldNumbers { version: 3, restore_keys: None, size: None };
const FINALISE: FieldNumbers = FieldNumbers { version: 4, restore_keys: None, size: Some(3) };
const LOOK_UP: FieldNumbers = FieldNumbers { version: 4, restore_keys: Some(3), size: None };

/// Answers a call.
pub(super) fn answer(protocol: &Protocol, call: &str, request: Request<'_, '_>) -> Answer {
    let Request { head, body } = request;
    if head.method != "POST" {
        return failure(404, "bad_route", "a call is a POST");
    }
    let Some(run) = protocol.run(head) else {
        return failure(401, "unauthenticated", "the token is not one that `serve` has printed");
    };
    let Some(encoding) = Encoding::of(head) else {
        return failure(415, "malformed", "send application/json or application/protobuf");
    };
    let Ok(bytes) = body.whole(BODY_BYTES_MAX) else {
        return failure(413, "malformed", "the body is longer than any call's, or not complete");
    };
    let read = |numbers| encoding.read(&bytes, numbers);
    let told = match call {
        "CreateCacheEntry" => read(CREATE).map(|asked| create(protocol, head, run, asked)),
        "FinalizeCacheEntryUpload" => read(FINALISE).map(|asked| finalise(protocol, &run, asked)),
        "GetCacheEntryDownloadURL" => read(LOOK_UP).map(|asked| look_up(protocol, head, run, asked)),
        _ => return failure(404, "bad_route", "there is no such call"),
    };
    match told {
        Ok(Ok(told)) => encoding.write(&told),
        Ok(Err(refusal)) => refusal,
        Err(malformed) => failure(400, "invalid_argument", &malformed),
    }
}

type Answered = Result<Vec<AnswerField>, Answer>;

fn create(protocol: &Protocol, head: &RequestHead, run: LoggedRun, asked: CallRequest) -> Answered {
    let refused = match protocol.cache().reserve(run, (asked.key, asked.version)) {
        Ok(number) => {
            let url = blobs::upload_address(protocol, head, number);
            return Ok(vec![ok(true), (2, "signed_upload_url", texted(url))]);
        }
        Err(refused) => refused,
    };
    match refused {
        Refused::RateLimited(seconds) => Err(too_many(seconds)),
        Refused::Busy => Err(too_many(1)),
        Refused::Answer(SaveAnswer::Denied) => {
            let message = texted("cache write denied: token has no writable scopes");
            Ok(vec![ok(false), (3, "message", message)])
        }
        Refused::Answer(SaveAnswer::OverQuota) => {
            Err(failure(403, "resource_exhausted", "the repository is over its limit"))
        }
        Refused::Answer(_) => {
            let message = "cache entry with the same key, version, and scope already exists";
            Err(failure(409, "already_exists", message))
        }
    }
}

fn finalise(protocol: &Protocol, run: &LoggedRun, asked: CallRequest) -> Answered {
    match protocol.cache().finalise(run, (asked.key, asked.version), asked.size) {
        LiveStore::Stored(id) => Ok(vec![ok(true), (2, "entry_id", ProtoValue::Number(id))]),
        LiveStore::NotReserved => Err(failure(404, "not_found", "nothing is reserved under this key")),
        LiveStore::OtherSize(None) => Err(failure(400, "failed_precondition", "the upload is not complete")),
        LiveStore::OtherSize(Some(size)) => {
            let message = format!("size_bytes is {}, but {size} bytes were uploaded", asked.size);
            Err(failure(400, "invalid_argument", &message))
        }
        LiveStore::Failed => Err(failure(500, "internal", "the body cannot be kept")),
    }
}

fn look_up(protocol: &Protocol, head: &RequestHead, run: LoggedRun, asked: CallRequest) -> Answered {
    let found = protocol.cache().look_up(run, (asked.key, asked.version), asked.restore_keys);
    match found {
        LiveLookUp::Hit(entry) => {
            let url = blobs::download_address(protocol, head, &entry);
            Ok(vec![ok(true), (2, "signed_download_url", texted(url)), (3, "matched_key", texted(entry.key))])
        }
        LiveLookUp::Miss => Ok(vec![ok(false)]),
        LiveLookUp::RateLimited(seconds) => Err(too_many(seconds)),
        LiveLookUp::Denied => {
            Err(failure(403, "permission_denied", "cache read denied: token has no readable scopes"))
        }
    }
}

fn ok(is_ok: bool) -> AnswerField {
    (1, "ok", ProtoValue::Flag(is_ok))
}

/// An error; in JSON whatever the call was written in.
fn failure(status: u16, code: &str, message: &str) -> Answer {
    Answer::text(status, JSON, json!({ "code": code, "msg": message }).to_string())
}

fn too_many(seconds: u64) -> Answer {
    let message = "too many requests: the rate limit of this minute is used up";
    failure(429, "resource_exhausted", message).with("Retry-After", seconds.to_string())
}

impl Protocol {
    /// The run of a request's token.
    pub(super) fn run(&self, head: &RequestHead) -> Option<LoggedRun> {
        let (scheme, token) = head.header("authorization")?.split_once(' ')?;
        let is_token = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
        self.tokens.run(token.trim()).filter(|_| is_token)
    }
}
