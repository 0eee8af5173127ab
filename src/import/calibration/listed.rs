//! What a listing of a cache shows as a whole: what each client holds, for how long its entries have not been read, and
//! how old they are. The figures of a simulated cache are taken at noon, as it were, of every simulated day, so that a
//! recorded listing can be held against what simulated ones show.

use crate::diagnose::Families;
use crate::engine::Model;
use crate::event::Observer;
use crate::replay::listing::Snapshot;
use crate::service::{Entry, Service};
use crate::units::{Duration, SimTime};
use std::collections::BTreeMap;

/// What one listing shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListedFigures {
    /// Bytes and entries of each client.
    pub clients: BTreeMap<String, (f64, usize)>,
    /// Hours from the last access of the entry that was read least recently to the newest access of all.
    pub unread: Option<f64>,
    /// Hours from the creation of the oldest entry to the newest access of all.
    pub oldest: Option<f64>,
}

impl ListedFigures {
    /// Of a recorded listing.
    pub fn recorded(listing: &Snapshot) -> ListedFigures {
        let families = Families::of(listing.entries.iter().map(|entry| entry.key.as_str()));
        let mut clients: BTreeMap<String, (f64, usize)> = BTreeMap::new();
        for (entry, family) in listing.entries.iter().zip(&families.of) {
            let sum = clients.entry(families.list[*family].client.to_owned()).or_default();
            *sum = (sum.0 + entry.size.as_f64(), sum.1 + 1);
        }
        let times = listing.entries.iter().map(|entry| Some((entry.created_at()?, entry.accessed_at()?)));
        let (unread, oldest) = times.collect::<Option<Vec<_>>>().map_or((None, None), |own| ages(&own));
        ListedFigures { clients, unread, oldest }
    }

    /// Of a simulated cache. `names` are those of its clients.
    fn simulated(service: &Service, names: &[String]) -> ListedFigures {
        let mut clients: BTreeMap<String, (f64, usize)> = BTreeMap::new();
        let mut times = Vec::new();
        for Entry { owner, size, created, accessed, .. } in service.list() {
            let name = names.get(usize::from(owner.0)).cloned().unwrap_or_default();
            let sum = clients.entry(name).or_default();
            *sum = (sum.0 + size.as_f64(), sum.1 + 1);
            times.push((*created, *accessed));
        }
        let (unread, oldest) = ages(&times);
        ListedFigures { clients, unread, oldest }
    }

    /// The bytes of a client, under whichever of its names: `buildkit-gha` is `buildkit` in a listing.
    pub fn bytes(&self, client: &str) -> f64 {
        let is_own = |own: &str| own == client || own.starts_with(&format!("{client}-"));
        self.clients.iter().filter(|(own, _)| is_own(own)).map(|(_, (bytes, _))| bytes).sum()
    }
}

/// How long the least recently read entry was not read, and how old the oldest one is, in hours.
fn ages(times: &[(SimTime, SimTime)]) -> (Option<f64>, Option<f64>) {
    let Some(now) = times.iter().map(|(_, accessed)| *accessed).max() else { return (None, None) };
    let hours = |at: Option<SimTime>| at.map(|at| (now - at).as_hours_f64());
    (
        hours(times.iter().map(|(_, accessed)| *accessed).min()),
        hours(times.iter().map(|(created, _)| *created).min()),
    )
}

/// An observer that lists the cache once a day of the measured time.
#[derive(Debug)]
pub struct ListingSampler {
    clients: Vec<String>,
    next: SimTime,
    until: SimTime,
    /// What it has seen, in order.
    pub seen: Vec<ListedFigures>,
}

impl ListingSampler {
    /// For a replication of this model.
    pub fn new(model: &Model) -> ListingSampler {
        let window = model.simulated();
        ListingSampler {
            clients: model.names().clients,
            next: window.measure_from,
            until: window.end,
            seen: Vec::new(),
        }
    }
}

impl Observer for ListingSampler {
    fn settled(&mut self, now: SimTime, service: &Service) {
        if now >= self.next && now <= self.until {
            self.seen.push(ListedFigures::simulated(service, &self.clients));
            self.next = now + Duration::DAY;
        }
    }
}
