//! GitHub's cache protocol, second version, as real clients speak it: three remote calls in JSON or protobuf, and a
//! blob store of which they use five requests. Beside it pages for people and scripts.
//!
//! What an answer looks like follows the clients' sources (`docs/conformance.md`); what it says is decided by
//! [`LiveCache`](super::live_cache::LiveCache).

mod blobs;
mod calls;
mod message;
mod pages;
mod protobuf;
mod status;

use super::clock;
use super::http::{Answer, Handler, Request, RequestHead};
use super::live_cache::LiveCache;
use super::store::BodyStore;
use super::token::Tokens;
use crate::units::{Bytes, Duration, Rate};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Everything that answers need.
pub struct Protocol {
    /// The cache.
    pub cache: Arc<Mutex<LiveCache>>,
    /// The bodies.
    pub store: Arc<BodyStore>,
    /// Who may do what.
    pub tokens: Tokens,
    /// How long each answer waits, in real time.
    pub latency: Duration,
    /// How fast bodies pass.
    pub bandwidth: Option<Rate>,
    /// What the addresses of bodies end with: nobody guesses it.
    pub signature: String,
    /// True if others than this machine can reach the server.
    pub is_open: bool,
    /// True if pages need the token too, because one was set.
    pub guards_pages: bool,
    /// The size limit, for the pages.
    pub limit: Bytes,
}

impl Handler for Protocol {
    fn handle(&self, request: Request<'_, '_>) -> Answer {
        if !self.is_addressed(request.head) {
            return Answer::text(421, PLAIN, "ask for the address that `serve` has printed");
        }
        let path = request.head.path.as_str();
        if let Some(call) = path.strip_prefix(calls::CALLS) {
            clock::wait(self.latency);
            return calls::answer(self, call, request);
        }
        if let Some(number) = path.strip_prefix(blobs::BLOBS) {
            clock::wait(self.latency);
            return blobs::answer(self, number, request);
        }
        pages::answer(self, request.head)
    }

    fn bandwidth(&self) -> Option<Rate> {
        self.bandwidth
    }
}

const PLAIN: &str = "text/plain; charset=utf-8";

impl Protocol {
    fn cache(&self) -> MutexGuard<'_, LiveCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A page of a stranger can lead a browser here under the stranger's name. So without `--listen` only requests
    /// to an address of this machine are answered; clients send the one that they were given.
    fn is_addressed(&self, head: &RequestHead) -> bool {
        let host = head.header("host").unwrap_or("");
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        self.is_open || address.is_ok_and(|address| address.is_loopback())
    }
}
