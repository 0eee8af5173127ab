//! For whom the cache holds entries: bytes and entries by kind of ref and by client, and the number of refs, all
//! weighted by time over the measured window.

use super::occupancy::Level;
use super::value::Values;
use crate::event::{ClientId, HeldFor, Names, Window};
use crate::observe::metric;
use crate::service::{Scope, Service};
use crate::units::{Bytes, Duration, SimTime};

/// What is held, by kind of ref, by client and by ref.
#[derive(Debug)]
pub(super) struct HeldOverTime {
    window: Window,
    of_class: [HeldAmount; HeldFor::ALL.len()],
    of_client: Vec<HeldAmount>,
    refs: HeldRefs,
    /// What each scope holds now, by the scope's number.
    scopes: Vec<Option<ScopeContent>>,
}

/// What a scope holds.
#[derive(Debug, Clone, Copy)]
struct ScopeContent {
    class: HeldFor,
    bytes: i64,
    entries: i64,
}

/// Bytes and number of entries over time, with the time since which they are what they are.
#[derive(Debug, Default, Clone)]
struct HeldAmount {
    since: Option<SimTime>,
    bytes: Level,
    entries: Level,
}

/// A number of refs, with the time since which it is what it is.
#[derive(Debug, Default, Clone)]
struct HeldRefs {
    since: Option<SimTime>,
    refs: Level,
}

impl HeldOverTime {
    /// An empty cache.
    pub fn new(window: Window, clients: usize) -> HeldOverTime {
        HeldOverTime {
            window,
            of_class: Default::default(),
            of_client: vec![HeldAmount::default(); clients],
            refs: HeldRefs::default(),
            scopes: Vec::new(),
        }
    }

    /// An entry of this size was stored in a scope.
    pub fn stored(&mut self, now: SimTime, client: ClientId, scope: Scope, size: Bytes, service: &Service) {
        self.change(now, client, scope, (size.0 as i64, 1), service);
    }

    /// An entry of this size was evicted, expired or deleted.
    pub fn removed(&mut self, now: SimTime, client: ClientId, scope: Scope, size: Bytes, service: &Service) {
        self.change(now, client, scope, (-(size.0 as i64), -1), service);
    }

    /// A pull request is open or closed from now on.
    pub fn set_open(&mut self, now: SimTime, scope: Scope, is_open: bool) {
        let class = if is_open { HeldFor::OpenPull } else { HeldFor::ClosedPull };
        let known = self.scopes.get(scope.0 as usize).copied().flatten();
        let content = known.unwrap_or(ScopeContent { class, bytes: 0, entries: 0 });
        *self.place(scope) = Some(ScopeContent { class, ..content });
        let ScopeContent { class: before, bytes, entries } = content;
        self.of_class[before as usize].change(self.window, now, (-bytes, -entries));
        self.of_class[class as usize].change(self.window, now, (bytes, entries));
    }

    fn change(
        &mut self,
        now: SimTime,
        client: ClientId,
        scope: Scope,
        (bytes, entries): (i64, i64),
        service: &Service,
    ) {
        let window = self.window;
        let content = self.place(scope).get_or_insert_with(|| ScopeContent {
            class: HeldFor::of(service.names.scope_text(scope), false),
            bytes: 0,
            entries: 0,
        });
        let before = content.entries > 0;
        content.bytes += bytes;
        content.entries += entries;
        let (class, after) = (content.class, content.entries > 0);
        if before != after {
            self.refs.change(window, now, i64::from(after) - i64::from(before));
        }
        self.of_class[class as usize].change(window, now, (bytes, entries));
        self.of_client[usize::from(client.0)].change(window, now, (bytes, entries));
    }

    fn place(&mut self, scope: Scope) -> &mut Option<ScopeContent> {
        let place = scope.0 as usize;
        if place >= self.scopes.len() {
            self.scopes.resize(place + 1, None);
        }
        &mut self.scopes[place]
    }

    /// Adds the metrics of everything that was ever held.
    pub fn finish(mut self, values: &mut Values, names: &Names) {
        let window = self.window;
        let classes = HeldFor::ALL.iter().zip(&mut self.of_class);
        let of_class = classes.map(|(class, amount)| (("ref", class.label()), amount));
        let clients = names.clients.iter().zip(&mut self.of_client);
        let of_client = clients.map(|(client, amount)| (("client", client.as_str()), amount));
        let mut all: Vec<_> = of_class.chain(of_client).collect();
        all.retain(|(_, amount)| amount.since.is_some());
        let length = window.measured();
        for (label, amount) in &mut all {
            amount.advance(window, window.end);
            amount.bytes.finish(values, &metric::CACHE_BYTES, length, Some(*label));
        }
        for (label, amount) in &all {
            amount.entries.finish(values, &metric::CACHE_ENTRIES, length, Some(*label));
        }
        self.refs.advance(window, window.end);
        self.refs.refs.finish(values, &metric::CACHE_REFS, length, None);
    }
}

impl HeldAmount {
    fn change(&mut self, window: Window, now: SimTime, (bytes, entries): (i64, i64)) {
        if (bytes, entries) == (0, 0) {
            return;
        }
        self.advance(window, now);
        if now <= window.end {
            self.bytes.change(bytes);
            self.entries.change(entries);
        }
    }

    fn advance(&mut self, window: Window, now: SimTime) {
        let stood = advance(&mut self.since, window, now);
        self.bytes.stand(stood);
        self.entries.stand(stood);
    }
}

impl HeldRefs {
    fn change(&mut self, window: Window, now: SimTime, by: i64) {
        self.advance(window, now);
        if now <= window.end {
            self.refs.change(by);
        }
    }

    fn advance(&mut self, window: Window, now: SimTime) {
        self.refs.stand(advance(&mut self.since, window, now));
    }
}

/// The measured time from `since` until `now`, where it begins next.
fn advance(since: &mut Option<SimTime>, window: Window, now: SimTime) -> Duration {
    let from = since.unwrap_or(window.start);
    *since = Some(from.max(now));
    window.overlap(from, now)
}
