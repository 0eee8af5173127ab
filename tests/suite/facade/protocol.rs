//! The second version of GitHub's cache protocol, spoken by the service model: three remote calls
//! in JSON, and a blob store of which the client uses four requests. What an answer looks like
//! follows the facts on the protocol (`docs/model.md`); what it says is the service's alone.

use super::server::{Answer, Request};
use cache_budget::service::{
    Access, Interner, Key, Limits, LookUp, Owner, Payload, Reservation, Reserve, Service, Version,
};
use cache_budget::units::{Bytes, SimTime};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The service model behind the protocol, at a time that only the test moves.
pub struct Facade {
    /// The model.
    pub service: Service,
    /// Simulated time of all requests.
    pub now: SimTime,
    /// What each token allows.
    tokens: BTreeMap<String, Access>,
    /// Reservations not finalised yet, with the blob that is being uploaded for each.
    open: BTreeMap<(String, Version, Key), (Reservation, usize)>,
    blobs: Vec<Blob>,
    /// Where the blob store is, as the client is told.
    pub address: String,
}

/// An uploaded archive.
#[derive(Default)]
struct Blob {
    bytes: Vec<u8>,
    /// Blocks by their identity, until a list of them makes them the blob.
    blocks: BTreeMap<String, Vec<u8>>,
}

impl Facade {
    /// An empty cache under these limits.
    pub fn new(limits: Limits) -> Facade {
        Facade {
            service: Service::new(limits),
            now: "2026-07-01T12:00:00Z".parse().expect("a time"),
            tokens: BTreeMap::new(),
            open: BTreeMap::new(),
            blobs: Vec::new(),
            address: String::new(),
        }
    }

    /// Lets requests with this token do what `access` says.
    pub fn admit(&mut self, token: &str, access: impl FnOnce(&mut Interner) -> Access) {
        let access = access(&mut self.service.names);
        self.tokens.insert(token.to_owned(), access);
    }

    /// How many blocks wait to become a blob, over all blobs, and how many blobs there are.
    pub fn blobs(&self) -> usize {
        self.blobs.len()
    }

    /// Answers a request.
    pub fn handle(&mut self, request: &Request) -> Answer {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        if let Some(number) = path.strip_prefix(BLOBS) {
            return self.blob(number, query, request);
        }
        let Some(access) = self.tokens.get(&request.token).copied() else { return Answer::empty(401) };
        let asked: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        match path.strip_prefix(CALLS) {
            Some("CreateCacheEntry") => self.create(&request.token, &access, &asked),
            Some("FinalizeCacheEntryUpload") => self.finalise(&request.token, &asked),
            Some("GetCacheEntryDownloadURL") => self.look_up(&access, &asked),
            _ => Answer::empty(404),
        }
    }

    fn create(&mut self, token: &str, access: &Access, asked: &Value) -> Answer {
        let (key, version) = self.identity(asked);
        match self.service.reserve(self.now, access, version, key, Owner(0), |_, _| ()) {
            Reserve::Granted(reservation) => {
                let number = self.blobs.len();
                self.blobs.push(Blob::default());
                self.open.insert((token.to_owned(), version, key), (reservation, number));
                json(200, &json!({ "ok": true, "signed_upload_url": self.url(number) }))
            }
            Reserve::Exists => failure(409, "already_exists", "the key is taken"),
            Reserve::RateLimited => too_many(),
            Reserve::ReadOnly => {
                let message = "cache write denied: token has no writable scopes";
                json(200, &json!({ "ok": false, "message": message }))
            }
            Reserve::OverQuota => failure(403, "resource_exhausted", "the repository is over its limit"),
        }
    }

    fn finalise(&mut self, token: &str, asked: &Value) -> Answer {
        let (key, version) = self.identity(asked);
        let Some((reservation, number)) = self.open.remove(&(token.to_owned(), version, key)) else {
            return failure(404, "not_found", "nothing is reserved");
        };
        let size = asked["size_bytes"].as_str().and_then(|size| size.parse().ok()).unwrap_or(0);
        assert_eq!(size, self.blobs[number].bytes.len() as u64, "what is finalised has been uploaded");
        let payload = Payload(number as u32);
        match self.service.finalise(self.now, reservation, Bytes(size), payload) {
            Some(id) => json(200, &json!({ "ok": true, "entry_id": (id.0 + 1).to_string() })),
            None => json(200, &json!({ "ok": false })),
        }
    }

    fn look_up(&mut self, access: &Access, asked: &Value) -> Answer {
        let (key, version) = self.identity(asked);
        let restore_keys = asked["restore_keys"].as_array().cloned().unwrap_or_default();
        let restore_keys: Vec<Key> =
            restore_keys.iter().map(|text| self.service.names.key(text.as_str().unwrap_or(""))).collect();
        let id = match self.service.look_up(self.now, access, version, key, &restore_keys, |_, _| ()) {
            LookUp::Exact(id) | LookUp::Prefix(id) => id,
            LookUp::Miss => return json(200, &json!({ "ok": false })),
            LookUp::RateLimited => return too_many(),
            LookUp::Denied => {
                let message = "cache read denied: token has no readable scopes";
                return failure(403, "permission_denied", message);
            }
        };
        let entry = self.service.entry(id);
        let matched = self.service.names.key_text(entry.identity.key);
        let url = self.url(entry.payload.0 as usize);
        json(200, &json!({ "ok": true, "signed_download_url": url, "matched_key": matched }))
    }

    fn identity(&mut self, asked: &Value) -> (Key, Version) {
        let text = |name: &str| asked[name].as_str().unwrap_or("").to_owned();
        let names = &mut self.service.names;
        (names.key(&text("key")), names.version(&text("version")))
    }

    fn url(&self, number: usize) -> String {
        format!("http://{}{BLOBS}{number}?sig=none", self.address)
    }

    /// A whole upload, a block of one, the list of its blocks, or a download.
    fn blob(&mut self, number: &str, query: &str, request: &Request) -> Answer {
        let parameter = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next().unwrap_or("")
        };
        let Some(blob) = number.parse().ok().and_then(|number: usize| self.blobs.get_mut(number)) else {
            return Answer::empty(404);
        };
        match (request.method.as_str(), parameter("comp")) {
            ("PUT", "block") => {
                blob.blocks.insert(decoded(parameter("blockid")), request.body.clone());
                Answer::empty(201)
            }
            ("PUT", "blocklist") => {
                let list = String::from_utf8_lossy(&request.body).into_owned();
                blob.commit(&list);
                Answer::empty(201)
            }
            ("PUT", _) => {
                blob.bytes.clone_from(&request.body);
                Answer::empty(201)
            }
            ("GET", _) => Answer { body: blob.bytes.clone(), ..Answer::empty(200) },
            _ => Answer::empty(405),
        }
    }
}

impl Blob {
    /// Puts the blocks together in the order of an XML list of their identities.
    fn commit(&mut self, list: &str) {
        let identities = list.split("<Latest>").skip(1).filter_map(|rest| rest.split("</Latest>").next());
        self.bytes = identities.flat_map(|identity| self.blocks[identity].clone()).collect();
        self.blocks.clear();
    }
}

const CALLS: &str = "/twirp/github.actions.results.api.v1.CacheService/";
/// Account, container, and the blob's number.
const BLOBS: &str = "/account/caches/";

fn json(status: u16, body: &Value) -> Answer {
    let headers = vec![("Content-Type", "application/json".to_owned())];
    Answer { status, headers, body: body.to_string().into_bytes() }
}

fn failure(status: u16, code: &str, message: &str) -> Answer {
    json(status, &json!({ "code": code, "msg": message }))
}

fn too_many() -> Answer {
    let mut answer = failure(429, "resource_exhausted", "too many requests");
    answer.headers.push(("Retry-After", "60".to_owned()));
    answer
}

/// A query value without its percent signs.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |mut whole, part| {
        let (code, rest) = part.split_at(2);
        whole.push(u8::from_str_radix(code, 16).expect("two hexadecimal digits").into());
        whole + rest
    })
}
