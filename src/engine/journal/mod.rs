//! Writes the [`Line`]s of a replication as it goes: looks on from outside, like a chronicle, and keeps
//! only what later lines need.

mod entries;
mod objects;
mod stored;

use super::event::LimitReached;
use super::model::Model;
use super::simulation::simulate_watched;
use super::watch::Watch;
use crate::client::{Cache, Death, Deed, Note, Surroundings};
use crate::outcome::journal::{Actor, Gone, Job, Line, Restore, Save, Sweep, Taken};
use crate::outcome::{ClientId, Conclusion, JobId, JobRun, Names, Outcome, Reason};
use crate::random::Draws;
use crate::service::{Identity, Record, RecordKind};
use crate::service::{Key, Names as Texts};
use crate::units::{Bytes, SimTime};
use entries::Entries;
use objects::Tallies;
use std::collections::BTreeMap;
use stored::StoredBytes;

/// Plays one replication as [`super::simulate`] does and tells its journal line by line, in the order
/// of simulated time.
///
/// # Errors
/// If the model's event limit is reached; what was told until then was told.
pub fn simulate_journaled(
    model: &Model,
    draws: Draws,
    tell: impl FnMut(Line),
) -> Result<Outcome, LimitReached> {
    simulate_watched(model, draws, &mut Journal::new(tell))
}

struct Journal<F> {
    tell: F,
    names: Names,
    stored: StoredBytes,
    entries: Entries,
    objects: Tallies,
    sweep: Option<Swept>,
}

/// A sweep or a clean-up whose victims are still being told.
struct Swept {
    at: SimTime,
    after: Bytes,
    taken: BTreeMap<(ClientId, &'static str), (u64, Bytes)>,
}

impl<F: FnMut(Line)> Journal<F> {
    fn new(tell: F) -> Journal<F> {
        Journal {
            tell,
            names: Names::default(),
            stored: StoredBytes::default(),
            entries: Entries::default(),
            objects: Tallies::default(),
            sweep: None,
        }
    }

    fn client(&self, client: ClientId) -> String {
        self.names.clients[usize::from(client.0)].clone()
    }

    fn actor(&self, note: &Note) -> Actor {
        let job = &self.names.jobs[usize::from(note.job.0)];
        Actor {
            push: note.push,
            push_id: note.push_id,
            workflow: self.names.workflows[usize::from(job.workflow.0)].clone(),
            job: job.name.clone(),
            ref_name: note.ref_name.to_string(),
        }
    }

    fn restored(&mut self, note: &Note, texts: &Texts) {
        let Deed::Restored { client, key, restore_keys, outcome, found, lost } = &note.deed else { return };
        let line = Restore {
            at: note.at,
            actor: self.actor(note),
            client: self.client(*client),
            key: texts.key_text(*key),
            restore_keys: restore_keys.iter().map(|key| texts.key_text(*key)).collect(),
            outcome: outcome.label(),
            found: found.map(|entry| entries::stored(texts, entry.identity, entry.size, entry.created)),
            lost: lost.map(|death| self.lost(*client, &death, texts)),
        };
        (self.tell)(Line::Restore(Box::new(line)));
    }

    fn lost(&self, client: ClientId, death: &Death, texts: &Texts) -> Gone {
        let expired = death.reason == Reason::Idle;
        let by = if expired { vec![] } else { self.stored.between(death.accessed, death.at) };
        Gone {
            at: death.at,
            client: self.client(client),
            entry: entries::stored(texts, death.identity, death.size, death.created),
            last_accessed_at: death.accessed,
            found: self.entries.found(&death.identity),
            reason: death.reason.label(),
            pushed_out_by: stored::shares(&by, &self.names),
        }
    }

    fn saved(&mut self, note: &Note, texts: &Texts) {
        let Deed::Saved { client, key, outcome, size } = note.deed else { return };
        if is_single(key, client) {
            return self.objects.saved((note.push, note.job), client, outcome);
        }
        let line = Save {
            at: note.at,
            actor: self.actor(note),
            client: self.client(client),
            key: texts.key_text(key),
            outcome: outcome.label(),
            bytes: size,
        };
        (self.tell)(Line::Save(line));
    }

    fn ended(&mut self, note: &Note, run: &JobRun) {
        let place = (note.push, note.job);
        let steps = self.objects.steps(place, run, &self.names);
        let objects = self.objects.take(place, run, &self.names);
        let line = Job {
            at: run.ended,
            actor: self.actor(note),
            queued_at: run.queued,
            started_at: run.started,
            conclusion: run.conclusion.label(),
            cause: run.failure.filter(|_| run.conclusion == Conclusion::Failed),
            build_minutes: run.build.as_minutes_f64(),
            perfect_minutes: run.ideal.as_minutes_f64(),
            objects_found: run.objects_hit,
            objects_missed: run.objects_missed,
            steps,
            objects,
        };
        (self.tell)(Line::Job(Box::new(line)));
    }

    fn gone(&mut self, record: &Record, reason: Reason, around: &Surroundings) {
        let client = self.taken(record, reason.label(), around);
        if is_single(record.identity.key, client) {
            return;
        }
        let death = self.entries.death(record, reason);
        let line = self.lost(client, &death, &around.service.names);
        (self.tell)(if reason == Reason::Size { Line::Evict(line) } else { Line::Expire(line) });
    }

    fn deleted(&mut self, record: &Record, around: &Surroundings) {
        let client = self.taken(record, DELETED, around);
        if is_single(record.identity.key, client) {
            return;
        }
        // As one that expired: nobody pushed it out.
        let death = self.entries.death(record, Reason::Idle);
        let line = self.lost(client, &death, &around.service.names);
        (self.tell)(Line::Delete(Gone { reason: DELETED, ..line }));
    }

    /// Counts an entry that goes, and says whose it was.
    fn taken(&mut self, record: &Record, reason: &'static str, around: &Surroundings) -> ClientId {
        let client = ClientId(record.owner.expect("what goes was somebody's").0);
        let after = around.service.bytes();
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
        let line = Sweep { at, bytes_before: before, bytes_after: after, taken: taken.collect() };
        (self.tell)(if cleaned { Line::CleanUp(line) } else { Line::Sweep(line) });
    }
}

impl<F: FnMut(Line)> Watch for Journal<F> {
    const HEARS_REQUESTS: bool = true;
    const HEARS_NOTES: bool = true;

    fn begin(&mut self, around: &Surroundings) {
        self.names = around.recorder.names().clone();
        self.stored = StoredBytes::new(self.names.clients.len());
    }

    fn end(&mut self, _: &Surroundings) {
        self.close_sweep();
    }

    fn after(&mut self, _: SimTime, _: &Surroundings) {
        self.close_sweep();
    }

    fn noted(&mut self, note: &Note, around: &Surroundings) {
        let texts = &around.service.names;
        match &note.deed {
            Deed::Restored { .. } => self.restored(note, texts),
            Deed::ObjectMissed { client, lost } => {
                let by = lost.map(|death| self.stored.between(death.accessed, death.at)).unwrap_or_default();
                self.objects.missed((note.push, note.job), *client, lost.as_ref(), &by);
            }
            Deed::StepExecuted { step, layer_gone } => {
                if *layer_gone {
                    self.objects.layer_gone((note.push, note.job), *step);
                }
            }
            Deed::Saved { .. } => self.saved(note, texts),
            Deed::Ended(run) => self.ended(note, run),
        }
    }

    fn requested(&mut self, record: &Record, around: &Surroundings) {
        match record.kind {
            RecordKind::Stored => {
                let owner = ClientId(record.owner.expect("what is stored is somebody's").0);
                self.stored.add(record.at, owner, record.size);
                self.entries.stored(record);
            }
            RecordKind::Found => self.entries.touched(record),
            RecordKind::Evicted => self.gone(record, Reason::Size, around),
            RecordKind::Expired => self.gone(record, Reason::Idle, around),
            RecordKind::Deleted => self.deleted(record, around),
            RecordKind::Missed | RecordKind::Downloaded | RecordKind::Reserved => {}
        }
    }
}

/// The reason of an entry that somebody deleted.
const DELETED: &str = "deleted";

/// Whether this is one of the many objects that are only summed up.
fn is_single(key: Key, client: ClientId) -> bool {
    key.object().is_some() && Cache::has_single_objects(client)
}

/// A job of a push.
type Place = (u32, JobId);

/// What the history of entries is kept by.
type ById<T> = BTreeMap<Identity, T>;
