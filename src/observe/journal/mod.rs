//! The observer that writes a journal. It turns each event into a [`Line`] at once and keeps only what later
//! lines need, so a journal of any length needs little memory. `experiment` uses it for `explain`.

mod entries;
mod line;
mod objects;
mod stored;

pub use line::*;

use crate::client::{CLIENTS, HitUnit};
use crate::engine::Model;
use crate::event::{
    Caller, ClientId, Conclusion, Event, GhostEntry, JobId, JobRun, Loss, Names, Observer, RestoreEvent,
    RestoreOutcome, RunId,
};
use crate::observe::NO_CLIENT;
use crate::service::{Identity, Interner, Key, Record, RecordKind, RemovalReason, Service};
use crate::units::{Bytes, SimTime};
use entries::Entries;
use objects::Tallies;
use std::collections::BTreeMap;
use std::rc::Rc;
use stored::StoredTotals;

/// Writes the journal of a replication line by line, in the order of simulated time.
pub struct Journal<F> {
    tell: F,
    names: Names,
    running: BTreeMap<RunId, Actor>,
    stored: StoredTotals,
    entries: Entries,
    objects: Tallies,
    sweep: Option<Swept>,
}

/// A sweep or a clean-up whose removed entries are still being counted.
struct Swept {
    at: SimTime,
    after: Bytes,
    taken: BTreeMap<(ClientId, &'static str), (u64, Bytes)>,
}

impl<F: FnMut(Line)> Journal<F> {
    /// A journal of a model's replication. `tell` receives each line.
    pub fn new(model: &Model, tell: F) -> Journal<F> {
        let names = model.names();
        Journal {
            tell,
            stored: StoredTotals::new(names.clients.len()),
            names,
            running: BTreeMap::new(),
            entries: Entries::default(),
            objects: Tallies::default(),
            sweep: None,
        }
    }

    fn client(&self, client: ClientId) -> String {
        self.names.clients[usize::from(client.0)].clone()
    }

    fn actor(&self, job: JobId, push: u32, push_id: u64, ref_name: &Rc<str>) -> Actor {
        let job = &self.names.jobs[usize::from(job.0)];
        Actor {
            push,
            push_id,
            workflow: self.names.workflows[usize::from(job.workflow.0)].clone(),
            job: job.name.clone(),
            ref_name: ref_name.to_string(),
        }
    }

    fn running(&self, run: RunId) -> Actor {
        self.running[&run].clone()
    }

    fn restored(&mut self, event: &RestoreEvent, texts: &Interner) {
        let client = event.caller.site.client;
        let line = RestoreLine {
            at: event.at,
            actor: self.running(event.caller.run),
            client: self.client(client),
            key: texts.key_text(event.key),
            restore_keys: event.restore_keys.iter().map(|key| texts.key_text(*key)).collect(),
            outcome: event.outcome.label(),
            found: event.found.map(|entry| entries::stored(texts, entry.identity, entry.size, entry.created)),
            lost: event.lost.map(|ghost| self.lost(client, &ghost, texts)),
            cause: Some(event.cause).filter(|_| event.outcome != RestoreOutcome::Exact),
        };
        (self.tell)(Line::Restore(Box::new(line)));
    }

    fn lost(&self, client: ClientId, ghost: &GhostEntry, texts: &Interner) -> Gone {
        let expired = ghost.reason == RemovalReason::Idle;
        let by = if expired { vec![] } else { self.stored.between(ghost.accessed, ghost.removed) };
        Gone {
            at: ghost.removed,
            client: self.client(client),
            entry: entries::stored(texts, ghost.identity, ghost.size, ghost.created),
            last_accessed_at: ghost.accessed,
            found: self.entries.found(&ghost.identity),
            reason: ghost.reason.label(),
            pushed_out_by: stored::shares(&by, &self.names),
        }
    }

    fn object_missed(&mut self, caller: Caller, lost: Option<&GhostEntry>) {
        let by = lost.map(|ghost| self.stored.between(ghost.accessed, ghost.removed)).unwrap_or_default();
        self.objects.missed(caller.run, caller.site.client, lost, &by);
    }

    fn losses(&self, run: &JobRun) -> Vec<LossLine> {
        let line = |loss: &Loss| LossLine {
            cause: loss.cause,
            client: loss.client.map_or_else(|| NO_CLIENT.to_owned(), |client| self.client(client)),
            minutes: loss.time.as_minutes_f64(),
        };
        let mut lines: Vec<LossLine> = run.losses.iter().map(line).collect();
        lines.sort_by(|a, b| b.minutes.total_cmp(&a.minutes));
        lines
    }

    fn ended(&mut self, id: RunId, run: &JobRun) {
        let line = JobLine {
            at: run.ended,
            actor: self.running.remove(&id).expect("what ends was started"),
            queued_at: run.queued,
            started_at: run.started,
            conclusion: run.conclusion.word(),
            cause: run.failure.filter(|_| run.conclusion == Conclusion::Failed),
            build_minutes: run.build.as_minutes_f64(),
            perfect_minutes: run.ideal.as_minutes_f64(),
            losses: self.losses(run),
            objects_found: run.objects_hit,
            objects_missed: run.objects_missed,
            steps: self.objects.steps(id, run, &self.names),
            objects: self.objects.take(id, run, &self.names),
        };
        (self.tell)(Line::Job(Box::new(line)));
    }

    fn gone(&mut self, record: &Record, reason: RemovalReason, service: &Service) {
        let client = self.taken(record, reason.label(), service);
        if is_single(record.identity.key, client) {
            return;
        }
        let ghost = self.entries.ghost(record, reason);
        let line = self.lost(client, &ghost, &service.names);
        (self.tell)(if reason == RemovalReason::Size { Line::Evict(line) } else { Line::Expire(line) });
    }

    fn deleted(&mut self, record: &Record, service: &Service) {
        let client = self.taken(record, DELETED, service);
        if is_single(record.identity.key, client) {
            return;
        }
        // A deletion is treated like an expiry here: no client's saves caused it.
        let ghost = self.entries.ghost(record, RemovalReason::Idle);
        let line = self.lost(client, &ghost, &service.names);
        (self.tell)(Line::Delete(Gone { reason: DELETED, ..line }));
    }

    /// Counts a removed entry, and returns the client that had saved it.
    fn taken(&mut self, record: &Record, reason: &'static str, service: &Service) -> ClientId {
        let client = ClientId(record.owner.expect("what goes was somebody's").0);
        let after = service.bytes();
        let swept = self.sweep.get_or_insert_with(|| Swept { at: record.at, after, taken: BTreeMap::new() });
        let (entries, bytes) = swept.taken.entry((client, reason)).or_default();
        *entries += 1;
        *bytes += record.size;
        client
    }

    fn close_sweep(&mut self) {
        let Some(Swept { at, after, taken }) = self.sweep.take() else { return };
        let cleaned = taken.keys().any(|(_, reason)| *reason == DELETED);
        let before = after + taken.values().map(|(_, bytes)| *bytes).sum::<Bytes>();
        let taken = taken.into_iter().map(|((client, reason), (entries, bytes))| Taken {
            client: self.client(client),
            reason,
            entries,
            bytes,
        });
        let line = SweepLine { at, bytes_before: before, bytes_after: after, taken: taken.collect() };
        (self.tell)(if cleaned { Line::CleanUp(line) } else { Line::Sweep(line) });
    }
}

impl<F: FnMut(Line)> Journal<F> {
    fn requested(&mut self, record: &Record, service: &Service) {
        match record.kind {
            RecordKind::Stored => {
                let owner = ClientId(record.owner.expect("a stored entry has an owner").0);
                self.stored.add(record.at, owner, record.size);
                self.entries.stored(record);
            }
            RecordKind::Found => self.entries.touched(record),
            RecordKind::Evicted => self.gone(record, RemovalReason::Size, service),
            RecordKind::Expired => self.gone(record, RemovalReason::Idle, service),
            RecordKind::Deleted => self.deleted(record, service),
            RecordKind::Missed | RecordKind::Downloaded | RecordKind::Reserved => {}
        }
    }
}

impl<F: FnMut(Line)> Observer for Journal<F> {
    fn wants_requests(&self) -> bool {
        true
    }

    fn on_event(&mut self, event: &Event, service: &Service) {
        match event {
            Event::JobStarted { run, job, push, push_id, ref_name } => {
                self.running.insert(*run, self.actor(*job, *push, *push_id, ref_name));
            }
            Event::JobEnded { run, record } => self.ended(*run, record),
            Event::Restored(event) => self.restored(event, &service.names),
            Event::ObjectLookedUp { caller, outcome, lost, .. } if !outcome.is_hit() => {
                self.object_missed(*caller, lost.as_ref());
            }
            Event::StepExecuted { run, step, layer_gone: true } => self.objects.layer_gone(*run, *step),
            Event::Saved { at, caller, key, outcome, size, .. } if is_single(*key, caller.site.client) => {
                self.objects.saved(caller.run, caller.site.client, *outcome);
            }
            Event::Saved { at, caller, key, outcome, size, .. } => {
                let line = SaveLine {
                    at: *at,
                    actor: self.running(caller.run),
                    client: self.client(caller.site.client),
                    key: service.names.key_text(*key),
                    outcome: outcome.label(),
                    bytes: *size,
                };
                (self.tell)(Line::Save(line));
            }
            Event::Request(record) => self.requested(record, service),
            _ => {}
        }
    }

    fn settled(&mut self, _: SimTime, _: &Service) {
        self.close_sweep();
    }
}

/// The reason of an entry that someone deleted.
const DELETED: &str = "deleted";

/// True if this is one of the many objects that are only summed up.
fn is_single(key: Key, client: ClientId) -> bool {
    key.object().is_some() && CLIENTS[usize::from(client.0)].unit == HitUnit::Objects
}

/// The history of entries, by the entry's identity.
type ById<T> = BTreeMap<Identity, T>;
