use super::resolve::blob_key;
use super::{Buildkit, ExportMode, ExportTarget, ImageBuild, index_number};
use crate::client::depot::Content;
use crate::client::index::{CacheIndex, Layer};
use crate::client::layer_store::{ImageStore, Outside};
use crate::client::session::Session;
use crate::outcome::SaveOutcome;
use crate::project::Image;
use crate::random::mix;
use crate::service::{Access, Key, Limiter, Reservation};
use crate::units::{Bytes, Duration, SimTime};
use std::rc::Rc;

/// How far an export has come.
#[derive(Debug)]
pub(super) enum Export {
    Pending,
    /// At the layer of a step, or behind the last one: at the index.
    Layers {
        next: usize,
        upload: Option<Reservation>,
        patience: Patience,
    },
    Index(Reservation),
    Outside(CacheIndex),
    Done,
}

/// What one request has waited for a rate limit, and will at least wait next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pause: Duration,
    waited: Duration,
}

impl Patience {
    const FRESH: Patience = Patience { pause: Duration::SECOND, waited: Duration::ZERO };
    const PAUSE_MAX: Duration = Duration(90_000);

    fn after(self, pause: Duration) -> Patience {
        let doubled = Duration(self.pause.0 * 2).min(Patience::PAUSE_MAX);
        Patience { pause: doubled, waited: self.waited + pause }
    }
}

/// How an image build ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exported {
    /// It goes on; wake it then.
    At(SimTime),
    /// The export is complete, or none was asked for.
    Done,
    /// The export failed: the job fails unless `ignore-error` is set.
    Failed,
}

impl ImageBuild {
    /// The image is built and pushed: exports its cache, or goes on doing so.
    pub fn export(&mut self, session: &mut Session) -> Exported {
        match std::mem::replace(&mut self.export, Export::Done) {
            Export::Pending => self.begin_export(session),
            Export::Layers { next, upload, patience } => self.export_layer(session, next, upload, patience),
            Export::Index(reservation) => {
                let index = self.records();
                session.finalise(self.client, reservation, index.size(), Content::Index(Rc::new(index)));
                Exported::Done
            }
            Export::Outside(index) => {
                Outside { settings: &self.settings, target: &self.target }.publish(session, index);
                Exported::Done
            }
            Export::Done => Exported::Done,
        }
    }

    fn begin_export(&mut self, session: &mut Session) -> Exported {
        let allowed =
            self.settings.save_if.allows(session.job.class) && self.settings.store != ImageStore::None;
        if !allowed || session.job.access.writable().is_none() {
            return Exported::Done;
        }
        if matches!(self.settings.store, ImageStore::Gha { .. }) {
            return self.export_layer(session, 0, None, Patience::FRESH);
        }
        let index = self.records();
        let took = Outside { settings: &self.settings, target: &self.target }.export_time(session, &index);
        self.export = Export::Outside(index);
        Exported::At(session.now + took)
    }

    /// Layers go one after the other: an existence check each, and an upload of what is missing.
    fn export_layer(
        &mut self,
        session: &mut Session,
        next: usize,
        upload: Option<Reservation>,
        patience: Patience,
    ) -> Exported {
        if let Some(reservation) = upload {
            session.finalise(self.client, reservation, self.image.steps[next].layer, Content::Opaque);
            return self.go_on(session.now, next + 1);
        }
        let Some((step, digest)) = self.exported().find(|(step, _)| *step >= next) else {
            return self.export_index(session, patience);
        };
        let key = blob_key(session, digest);
        let checked = self.check_time(session, mix(digest, patience.waited.0 as u64));
        if session.find(&session.job.access, self.version, key, &[]).entry.is_some() {
            return self.go_on(session.now + checked, step + 1);
        }
        match session.reserve(self.client, self.version, key) {
            Ok(reservation) => {
                let size = self.image.steps[step].layer;
                let took = checked + self.settings.export_rate.time_for(size, session.job.host.speed);
                let upload = Some(reservation);
                self.export = Export::Layers { next: step, upload, patience: Patience::FRESH };
                Exported::At(session.now + took)
            }
            Err(SaveOutcome::Exists) => self.go_on(session.now + checked, step + 1),
            Err(why) => self.refused(session, step, key, patience, why),
        }
    }

    fn go_on(&mut self, at: SimTime, next: usize) -> Exported {
        self.export = Export::Layers { next, upload: None, patience: Patience::FRESH };
        Exported::At(at)
    }

    /// A reservation was refused. For the rate it waits as told, at least its own back-off of 1 s
    /// doubling to 90 s, and gives up after the timeout; anything else fails the export at once.
    fn refused(
        &mut self,
        session: &mut Session,
        next: usize,
        key: Key,
        patience: Patience,
        why: SaveOutcome,
    ) -> Exported {
        let pause = patience.pause.max(Limiter::resets_in(session.now));
        if why != SaveOutcome::RateLimited || patience.waited + pause > self.settings.timeout {
            session.save_failed(self.client, key, why, patience.waited);
            return Exported::Failed;
        }
        self.export = Export::Layers { next, upload: None, patience: patience.after(pause) };
        Exported::At(session.now + pause)
    }

    /// Writes the next number of the index. What another build wrote there is not merged: the
    /// last one to finish is the one the next run finds.
    fn export_index(&mut self, session: &mut Session, patience: Patience) -> Exported {
        let ImageStore::Gha { scope } = self.settings.store.clone() else { return Exported::Done };
        let Some(own) = session.job.access.writable() else { return Exported::Done };
        let stem = self.index_stem(&scope, &session.job.ref_name.clone());
        let prefix = session.around.service.names.key(&stem);
        let newest = session.find(&Access::new(&[own], None), self.version, prefix, &[]);
        let newest = newest.entry.map_or(self.number, |id| index_number(session, id));
        // A number somebody else has reserved is skipped after a short wait.
        for number in newest + 1..newest + 4 {
            let key = session.around.service.names.key(&format!("{stem}{number}"));
            match session.reserve(self.client, self.version, key) {
                Ok(reservation) => {
                    self.export = Export::Index(reservation);
                    return Exported::At(session.now + Duration(500));
                }
                Err(SaveOutcome::Exists) => continue,
                Err(why) => return self.refused(session, self.image.steps.len(), key, patience, why),
            }
        }
        Exported::Done
    }

    /// Uncompressed bytes of all its layers.
    pub fn disk_used(&self) -> Bytes {
        self.image.unpacked()
    }

    fn exported(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let steps = self.resolved.iter().enumerate();
        steps
            .filter_map(|(i, resolved)| Some((i, resolved.as_ref()?.digest()?)))
            .filter(|(i, _)| self.exports[*i].1 && self.image.steps[*i].layer > Bytes::ZERO)
    }

    /// The records of this build, and of no other.
    fn records(&self) -> CacheIndex {
        let mut index = CacheIndex::default();
        for (i, step) in self.image.steps.iter().enumerate() {
            let (belongs, kept) = self.exports[i];
            let Some(resolved) = self.resolved[i].filter(|_| belongs) else { continue };
            let digest = resolved.digest().filter(|_| kept);
            let parent = step.parent.map(|p| self.keys[p as usize]);
            index.insert(self.keys[i], Layer { digest, size: step.layer, parent });
        }
        index
    }
}

/// Per step whether it belongs to the target that is exported, and whether its layer is kept: with
/// `mode=max` every step's, else those of the target's own stage. A pushed image holds its own layers
/// and no others, whatever is set.
pub(super) fn exports(settings: &Buildkit, image: &Image) -> Vec<(bool, bool)> {
    let inline = settings.store == ImageStore::Inline;
    let all = settings.mode == ExportMode::Max && !inline;
    if settings.target == ExportTarget::Dependencies && !inline {
        let (belong, stage) = (image.dependency_steps(true), image.dependency_steps(false));
        return belong
            .into_iter()
            .zip(stage)
            .map(|(belongs, own)| (belongs, belongs && (all || own)))
            .collect();
    }
    image.steps.iter().map(|step| (true, all || step.in_final)).collect()
}
