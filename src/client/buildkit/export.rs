//! BuildKit's cache export (`type=gha`, v0.32): layer by layer an existence check and an upload, then a new
//! index. `ci` calls [`ImageBuild::export`] after the image was built and pushed; other stores are in
//! `outside`.

use super::outside::OutsideExport;
use super::resolve::blob_key;
use super::{Buildkit, ExportMode, ExportTarget, ImageBuild, index_number};
use crate::client::index::{CacheIndex, Layer};
use crate::client::layer_store::ImageStore;
use crate::client::payloads::Content;
use crate::client::session::Session;
use crate::client::session::uplink::OnUplink;
use crate::event::{RestoreOutcome, SaveOutcome};
use crate::project::Image;
use crate::random::mix;
use crate::service::{Key, Reservation};
use crate::units::{Bytes, Duration, SimTime};
use std::rc::Rc;

/// The progress of an export.
#[derive(Debug)]
pub(super) enum Export {
    Pending,
    /// Next is the existence check of a layer; the search for one starts at this step.
    Check(usize),
    /// Next is the reservation of this step's layer. The second number is the layer's digest.
    Reserve(usize, u64),
    /// This step's layer is being uploaded.
    Upload(usize, Reservation, OnUplink),
    /// All layers are done; next is the look-up of the newest index.
    Index,
    /// Next is the reservation of the index with the number after this one.
    ReserveIndex(u64),
    /// The new index is being uploaded.
    UploadIndex(Reservation),
    Outside(CacheIndex),
    Done,
}

/// The state of an export after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exported {
    /// It is not finished; call again at this time.
    At(SimTime),
    /// The export is complete, or none was due.
    Done,
    /// The export failed. The job fails unless `ignore-error` is set.
    Failed(SaveOutcome),
}

impl ImageBuild {
    /// Starts or continues the export of the cache. The image was built and pushed before.
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
                let stem = self.own_index(session);
                let variant = session.key(&stem);
                session.world.variants.insert(reservation.key(), variant);
                self.record_exports(session, variant, &index);
                session.finalise(self.client, reservation, index.size(), Content::Index(Rc::new(index)));
                Exported::Done
            }
            Export::Outside(index) => {
                let tag = self.settings.store.tag(session.job, &self.target);
                let name = session.key(&tag);
                self.record_exports(session, name, &index);
                OutsideExport { settings: &self.settings, target: &self.target }.publish(session, index);
                Exported::Done
            }
            Export::Done => Exported::Done,
        }
    }

    /// Starts the export without asking if the token may write. BuildKit learns that only from its first
    /// reservation.
    fn begin_export(&mut self, session: &mut Session) -> Exported {
        if !self.settings.saves.allows(session.job) {
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
        // The cache token does not matter here, but a fork has no credentials for other stores.
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

    /// Exports layers one after another: an existence check for each, and an upload if the layer is
    /// missing.
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
                // The slow-down is fixed when the upload begins; later uploads do not change it.
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
        session.save_failed(self.client, (self.version, key), why, Duration::ZERO);
        Exported::Failed(why)
    }

    /// Looks up the newest index of the run's ref. The new index gets the next number.
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

    /// Reserves the next number for the index. An index that another build has written is not merged: the
    /// last build to finish wins.
    fn reserve_index(&mut self, session: &mut Session, newest: u64) -> Exported {
        let stem = self.own_index(session);
        // A number that another build has reserved is skipped; the short wait before that is left out. After
        // three such numbers, no index is written.
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

    /// The prefix of the run's own index keys. It contains the ref, so that no other ref's index is found.
    fn own_index(&self, session: &Session) -> String {
        let ImageStore::Gha { scope } = &self.settings.store else {
            unreachable!("only the shared cache has numbered indexes")
        };
        self.index_stem(&scope.text(session.job), &session.job.ref_name)
    }

    /// Uncompressed size of all layers of the image.
    pub fn disk_used(&self) -> Bytes {
        self.image.unpacked()
    }

    fn exported(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let steps = self.resolved.iter().enumerate();
        steps
            .filter_map(|(i, resolved)| Some((i, resolved.as_ref()?.digest()?)))
            .filter(|(i, _)| self.exports[*i].1 && self.image.steps[*i].layer > Bytes::ZERO)
    }

    /// The index of this build alone.
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
    /// True if a later build can use an export of this image: it holds a layer with a size, or a step that is
    /// kept together with every step below it.
    pub fn keeps_any(&self, image: &Image) -> bool {
        let kept: Vec<bool> = exports(self, image).into_iter().map(|(_, kept)| kept).collect();
        let whole = |step: usize| image.chain(step as u32).iter().all(|step| kept[*step as usize]);
        self.moves_any(image) || (0..kept.len()).any(whole)
    }

    /// True if an export of this image holds a layer with a size.
    pub fn moves_any(&self, image: &Image) -> bool {
        let kept = exports(self, image).into_iter().map(|(_, kept)| kept);
        kept.zip(&image.steps).any(|(kept, step)| kept && step.layer > Bytes::ZERO)
    }
}

/// For each step: does it belong to the exported target, and is its layer exported? With `mode=max` every
/// step's layer is, otherwise only the layers of the target's own stage. A pushed image (`inline`) holds
/// its own layers only, whatever the mode.
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
