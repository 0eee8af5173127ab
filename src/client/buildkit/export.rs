use super::outside::OutsideExport;
use super::resolve::blob_key;
use super::{Buildkit, ExportMode, ExportTarget, ImageBuild, index_number};
use crate::client::index::{CacheIndex, Layer};
use crate::client::layer_store::ImageStore;
use crate::client::payloads::Content;
use crate::client::session::Session;
use crate::client::uplink::OnUplink;
use crate::event::{RestoreOutcome, SaveOutcome};
use crate::project::Image;
use crate::random::mix;
use crate::service::{Key, Reservation};
use crate::units::{Bytes, Duration, SimTime};
use std::rc::Rc;

/// How far an export has come.
#[derive(Debug)]
pub(super) enum Export {
    Pending,
    /// At the check of the next layer, from the step with this number on.
    Check(usize),
    /// At the reservation of this step's layer.
    Reserve(usize, u64),
    /// This step's layer is being uploaded.
    Upload(usize, Reservation, OnUplink),
    /// Behind the last layer, at the look-up of the newest index.
    Index,
    /// At the reservation of the number after this one.
    ReserveIndex(u64),
    /// The index is being uploaded.
    UploadIndex(Reservation),
    Outside(CacheIndex),
    Done,
}

/// How an image build ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exported {
    /// It goes on; wake it then.
    At(SimTime),
    /// The export is complete, or none was asked for.
    Done,
    /// The export failed: the job fails unless `ignore-error` is set.
    Failed(SaveOutcome),
}

impl ImageBuild {
    /// The image is built and pushed: exports its cache, or goes on doing so.
    pub fn export(&mut self, session: &mut Session) -> Exported {
        match std::mem::replace(&mut self.export, Export::Done) {
            Export::Pending => self.begin_export(session),
            Export::Check(next) => self.check_layer(session, next),
            Export::Reserve(step, digest) => self.reserve_layer(session, step, digest),
            Export::Upload(step, reservation, on_uplink) => {
                drop(on_uplink);
                session.finalise(self.client, reservation, self.image.steps[step].layer, Content::Opaque);
                self.check_layer(session, step + 1)
            }
            Export::Index => self.look_for_index(session),
            Export::ReserveIndex(newest) => self.reserve_index(session, newest),
            Export::UploadIndex(reservation) => {
                let index = self.records();
                session.finalise(self.client, reservation, index.size(), Content::Index(Rc::new(index)));
                Exported::Done
            }
            Export::Outside(index) => {
                OutsideExport { settings: &self.settings, target: &self.target }.publish(session, index);
                Exported::Done
            }
            Export::Done => Exported::Done,
        }
    }

    /// Whether the token may write is not asked: BuildKit learns it from its first reservation.
    fn begin_export(&mut self, session: &mut Session) -> Exported {
        if !self.settings.save_if.allows(session.job.class) {
            return Exported::Done;
        }
        match self.settings.store {
            ImageStore::None => Exported::Done,
            ImageStore::Gha { .. } => self.check_layer(session, 0),
            ImageStore::Registry { .. } | ImageStore::S3 { .. } | ImageStore::Inline => {
                self.export_outside(session)
            }
        }
    }

    fn export_outside(&mut self, session: &Session) -> Exported {
        // The cache token has no say here; but a fork has no credentials for another store.
        if session.job.from_fork {
            return Exported::Done;
        }
        let index = self.records();
        let took =
            OutsideExport { settings: &self.settings, target: &self.target }.export_time(session, &index);
        self.go_on(session.now + took, Export::Outside(index))
    }

    fn go_on(&mut self, at: SimTime, with: Export) -> Exported {
        self.export = with;
        Exported::At(at)
    }

    /// Layers go one after the other: an existence check each, and an upload of what is missing.
    fn check_layer(&mut self, session: &mut Session, next: usize) -> Exported {
        let Some((step, digest)) = self.exported().find(|(step, _)| *step >= next) else {
            return self.look_for_index(session);
        };
        let key = blob_key(session, digest);
        let found = match self.ask(session, &session.job.access, key) {
            Ok(found) => found,
            Err(pause) => return self.go_on(session.now + pause, Export::Check(step)),
        };
        let checked = session.now + self.check_time(session, mix(digest, 0));
        match found.outcome {
            RestoreOutcome::Exact | RestoreOutcome::Prefix => self.go_on(checked, Export::Check(step + 1)),
            RestoreOutcome::Miss => self.go_on(checked, Export::Reserve(step, digest)),
            RestoreOutcome::RateLimited => self.fail(session, key, SaveOutcome::RateLimited),
        }
    }

    fn reserve_layer(&mut self, session: &mut Session, step: usize, digest: u64) -> Exported {
        let key = blob_key(session, digest);
        match self.reserve(session, key) {
            Ok(Ok(reservation)) => {
                let size = self.image.steps[step].layer;
                let alone = session.export_time(self.settings.export_rate, size, digest);
                // Decided when the upload begins: a later one does not slow those under way.
                let uplink = &session.world.uplink;
                let took = alone.scaled(1.0 + self.settings.contention * uplink.layers() as f64);
                self.go_on(session.now + took, Export::Upload(step, reservation, uplink.enter()))
            }
            Ok(Err(SaveOutcome::Exists)) => self.check_layer(session, step + 1),
            Ok(Err(why)) => self.fail(session, key, why),
            Err(pause) => self.go_on(session.now + pause, Export::Reserve(step, digest)),
        }
    }

    fn fail(&mut self, session: &mut Session, key: Key, why: SaveOutcome) -> Exported {
        session.save_failed(self.client, key, why, Duration::ZERO);
        Exported::Failed(why)
    }

    /// Looks for the newest index of the run's ref, whose number the next one follows.
    fn look_for_index(&mut self, session: &mut Session) -> Exported {
        let stem = self.own_index(session);
        let prefix = session.key(&stem);
        match self.ask(session, &session.job.access, prefix) {
            Ok(found) if found.outcome == RestoreOutcome::RateLimited => {
                self.fail(session, prefix, SaveOutcome::RateLimited)
            }
            Ok(found) => {
                let newest = found.entry.map_or(self.number, |id| index_number(session, id));
                self.reserve_index(session, newest)
            }
            Err(pause) => self.go_on(session.now + pause, Export::Index),
        }
    }

    /// Writes the next number of the index. What another build wrote there is not merged: the
    /// last one to finish is the one the next run finds.
    fn reserve_index(&mut self, session: &mut Session, newest: u64) -> Exported {
        let stem = self.own_index(session);
        // A number that another build has reserved is skipped after a short wait.
        for number in newest + 1..newest + 4 {
            let key = session.key(&format!("{stem}{number}"));
            match self.reserve(session, key) {
                Ok(Ok(reservation)) => {
                    return self.go_on(session.now + Duration(500), Export::UploadIndex(reservation));
                }
                Ok(Err(SaveOutcome::Exists)) => continue,
                Ok(Err(why)) => return self.fail(session, key, why),
                Err(pause) => return self.go_on(session.now + pause, Export::ReserveIndex(newest)),
            }
        }
        Exported::Done
    }

    /// What the keys of the run's own index begin with: they name its ref, so that no other ref's is found.
    fn own_index(&self, session: &Session) -> String {
        let ImageStore::Gha { scope } = &self.settings.store else {
            unreachable!("only the shared cache has numbered indexes")
        };
        self.index_stem(&scope.text(session.job), &session.job.ref_name)
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

impl Buildkit {
    /// Whether an export of this image holds anything that a later build can use: a layer of some size, or a
    /// step that is kept with all it stands on.
    pub fn keeps_any(&self, image: &Image) -> bool {
        let kept: Vec<bool> = exports(self, image).into_iter().map(|(_, kept)| kept).collect();
        let whole = |step: usize| image.chain(step as u32).iter().all(|step| kept[*step as usize]);
        self.moves_any(image) || (0..kept.len()).any(whole)
    }

    /// Whether an export of this image holds a layer of some size.
    pub fn moves_any(&self, image: &Image) -> bool {
        let kept = exports(self, image).into_iter().map(|(_, kept)| kept);
        kept.zip(&image.steps).any(|(kept, step)| kept && step.layer > Bytes::ZERO)
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
