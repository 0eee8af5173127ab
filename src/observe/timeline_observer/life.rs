//! The lives of the busiest entries: when each was saved, found, removed and missed, within the busiest 14
//! days.

use crate::event::Window;
use crate::observe::timeline::{Life, LifeEvent, Lives};
use crate::service::{Identity, Interner, Key, Record, RecordKind, Version};
use crate::units::{Bytes, Duration, SimTime};
use std::collections::BTreeMap;

/// The length of the span whose entries are listed.
const SPAN: Duration = Duration(14 * Duration::DAY.0);
/// The most entries that are listed.
const LIVES_MAX: usize = 24;
/// The most events per entry, unless it was stored and removed more often.
const EVENTS_MAX: usize = 300;
/// The most events that are collected; later ones are ignored.
const KEPT_MAX: usize = 500_000;

/// Collects the events of entries with a text for a key. Objects named by a digest are too many, and a
/// single one of them decides nothing.
#[derive(Default)]
pub(super) struct LivesKept {
    entries: BTreeMap<Identity, usize>,
    /// The entries of each key, in all scopes. A miss of a key counts for each of them that is no longer
    /// stored.
    of_key: BTreeMap<(Version, Key), Vec<usize>>,
    shown: Vec<ShownEntry>,
    events: Vec<(SimTime, usize, LifeEvent)>,
}

struct ShownEntry {
    client: u16,
    scope: String,
    key: String,
    bytes: Bytes,
    stored: bool,
}

impl LivesKept {
    pub fn hear(&mut self, record: &Record, names: &Interner) {
        let Identity { version, key, .. } = record.identity;
        if key.object().is_some() || self.events.len() >= KEPT_MAX {
            return;
        }
        let event = match record.kind {
            RecordKind::Stored => LifeEvent::Saved,
            RecordKind::Found => LifeEvent::Touched,
            RecordKind::Evicted => LifeEvent::Evicted,
            RecordKind::Expired => LifeEvent::Expired,
            RecordKind::Deleted => LifeEvent::Deleted,
            RecordKind::Missed => return self.missed(record.at, version, key),
            RecordKind::Downloaded | RecordKind::Reserved => return,
        };
        let place = self.place(record, names);
        let shown = &mut self.shown[place];
        shown.stored = matches!(event, LifeEvent::Saved | LifeEvent::Touched);
        shown.bytes = record.size;
        self.events.push((record.at, place, event));
    }

    fn missed(&mut self, at: SimTime, version: Version, key: Key) {
        let places = self.of_key.get(&(version, key)).into_iter().flatten();
        let gone = places.filter(|place| !self.shown[**place].stored);
        self.events.extend(gone.map(|place| (at, *place, LifeEvent::Missed)));
    }

    fn place(&mut self, record: &Record, names: &Interner) -> usize {
        let identity = record.identity;
        if let Some(place) = self.entries.get(&identity) {
            return *place;
        }
        let place = self.shown.len();
        self.shown.push(ShownEntry {
            client: record.owner.map_or(0, |owner| owner.0),
            scope: names.scope_text(identity.scope).to_owned(),
            key: names.key_text(identity.key),
            bytes: record.size,
            stored: false,
        });
        self.entries.insert(identity, place);
        self.of_key.entry((identity.version, identity.key)).or_default().push(place);
        place
    }

    /// The busiest entries of the busiest span. Times are counted from `start`.
    pub fn finish(mut self, start: SimTime, window: Window) -> Lives {
        let (from, until) = self.busiest_span(window);
        let inside = |at: SimTime| from <= at && at < until;
        let mut counts = vec![0; self.shown.len()];
        let own = |event: LifeEvent| event != LifeEvent::Missed;
        for (_, place, _) in self.events.iter().filter(|(at, _, event)| inside(*at) && own(*event)) {
            counts[*place] += 1;
        }
        let mut busiest: Vec<usize> = (0..counts.len()).filter(|place| counts[*place] > 1).collect();
        let moved = |place: &usize| u128::from(self.shown[*place].bytes.0) * counts[*place] as u128;
        busiest.sort_by_key(|place| std::cmp::Reverse(moved(place)));
        busiest.truncate(LIVES_MAX);
        let entries = busiest.into_iter().map(|place| self.life(place, start, from, until)).collect();
        Lives { from, until, entries }
    }

    fn life(&mut self, place: usize, start: SimTime, from: SimTime, until: SimTime) -> Life {
        let own = || self.events.iter().filter(|(at, other, _)| *other == place && *at < until);
        let event = |(at, _, event): &(SimTime, usize, LifeEvent)| ((*at - start).0 / 1000, *event);
        let earlier = own().rev().find(|(at, ..)| *at < from).map(event);
        let inside = own().filter(|(at, ..)| *at >= from).map(event);
        let events = thinned(earlier.into_iter().chain(inside).collect());
        let ShownEntry { client, scope, key, bytes, .. } = &self.shown[place];
        Life { client: *client, scope: scope.clone(), key: key.clone(), bytes: *bytes, events }
    }

    /// The span of [`SPAN`] with the most events, among those that start at a full day.
    fn busiest_span(&self, window: Window) -> (SimTime, SimTime) {
        if window.end - window.start <= SPAN {
            return (window.start, window.end);
        }
        let first = window.start.window(Duration::DAY);
        let days = (window.end.window(Duration::DAY) - first + 1) as usize;
        let mut busy = vec![0_usize; days];
        for (at, ..) in &self.events {
            busy[((at.window(Duration::DAY) - first) as usize).min(days - 1)] += 1;
        }
        let length = (SPAN.0 / Duration::DAY.0) as usize;
        let sum = |day: &usize| busy[*day..(day + length).min(days)].iter().sum::<usize>();
        // The first of several equally busy ones.
        let day = (0..=days.saturating_sub(length)).rev().max_by_key(sum).unwrap_or(0);
        let from = SimTime((first + day as i64) * Duration::DAY.0);
        (from, from + SPAN)
    }
}

/// Keeps about [`EVENTS_MAX`] events. Only hits are left out: without the event that removed it, an entry would seem to
/// stay for ever.
fn thinned(events: Vec<(i64, LifeEvent)>) -> Vec<(i64, LifeEvent)> {
    let is_hit = |event: &LifeEvent| *event == LifeEvent::Touched;
    let hits = events.iter().filter(|(_, event)| is_hit(event)).count();
    let room = EVENTS_MAX.saturating_sub(events.len() - hits).max(1);
    let each = hits.div_ceil(room).max(1);
    let mut seen = 0;
    let is_kept = |(_, event): &(i64, LifeEvent)| {
        seen += usize::from(is_hit(event));
        !is_hit(event) || seen % each == 1 % each
    };
    events.into_iter().filter(is_kept).take(2 * EVENTS_MAX).collect()
}
