//! Which archives a job saves in its post steps, under which keys, and what is in them.

use super::loss::share_there;
use super::{Built, Turn};
use crate::client::{Archive, Cache, JobContext, Packed, Restored, Toolkit, left_behind};
use crate::event::{Conclusion, FailureCause, RestoreOutcome};
use std::rc::Rc;

impl Turn<'_> {
    pub(super) fn archive_to_save(&mut self, index: usize, built: &Built) -> Option<(Toolkit, Archive)> {
        let cache = &self.job.caches[index];
        let (toolkit, restored, from) = self.restored_for(index)?;
        let toolkit = self.named_at_save(index, toolkit);
        let ran = cache.saves_after().allows(*self.conclusion);
        // If the declared `cache-mode` allows no saves, nothing is packed (toolkit 6.2.0).
        let allowed = self.session.job.cache_mode.is_none_or(|mode| mode.writes());
        let wanted = cache.save_rule().allows(self.session.job);
        // After an exact hit there is nothing to save.
        let saves = ran && allowed && wanted && restored.outcome != RestoreOutcome::Exact;
        saves.then(|| {
            let archive = self.content_to_save((index, from), &toolkit, &restored, built);
            (toolkit, archive)
        })
    }

    /// A step that only saves makes its key when it saves, so dates in it are of that moment. What restores keeps the
    /// key that it asked for.
    fn named_at_save(&mut self, index: usize, toolkit: Toolkit) -> Toolkit {
        let cache = &self.job.caches[index];
        if cache.restores_on(self.session.job.class) {
            return toolkit;
        }
        let job = JobContext { started: self.session.now, ..self.session.job.clone() };
        let Some(named) = cache.named(&mut self.session, &job) else { return toolkit };
        if let Some((known, _)) = &mut self.restored[index] {
            known.clone_from(&named);
        }
        named
    }

    /// What the job has restored into the paths of this cache, and the index of the step that has. A step that only saves
    /// packs what another step has restored there, and takes no notice of a hit unless it is told to.
    fn restored_for(&self, index: usize) -> Option<(Toolkit, Restored, usize)> {
        let cache = &self.job.caches[index];
        let (toolkit, own) = self.restored[index].clone()?;
        if cache.restores_on(self.session.job.class) {
            return Some((toolkit, own, index));
        }
        let all = self.restored.iter().enumerate().filter_map(|(at, found)| Some((at, found.as_ref()?)));
        let others = all.filter(|(_, (other, _))| other.version == toolkit.version);
        let is_hit = others
            .clone()
            .any(|(_, (other, found))| other.key == toolkit.key && found.outcome == RestoreOutcome::Exact);
        let hit = others.rev().find_map(|(at, (_, found))| Some((at, found.archive.clone()?)));
        let (from, archive) = hit.map_or((index, None), |(at, archive)| (at, Some(archive)));
        let outcome =
            if is_hit && cache.is_skipped_after_hit() { RestoreOutcome::Exact } else { own.outcome };
        Some((toolkit, Restored { outcome, archive, ..own }, from))
    }

    /// The content of the archive of a cache, after what the step `from` has restored.
    fn content_to_save(
        &self,
        (index, from): (usize, usize),
        toolkit: &Toolkit,
        restored: &Restored,
        built: &Built,
    ) -> Archive {
        let cache = &self.job.caches[index];
        let kept = cache.kept();
        match built {
            // The job failed before it had made anything: there is what was restored, or nothing.
            _ if self.session.run.failure == Some(FailureCause::CacheMiss) => {
                let empty = || Archive::of(self.other_content(cache, toolkit)).left_at(0.0);
                restored.archive.as_deref().cloned().unwrap_or_else(empty)
            }
            Built::Compiled(compile) if kept.any() => {
                let other = match compile.was_stopped() && cache.keeps_workspace() {
                    true => Packed::default(),
                    false => self.other_content_beside(kept, cache, toolkit),
                };
                // A job that restores nothing (`cache-mode = "write-only"`) has an archive that never grew.
                let reads = self.session.job.access.readable().next().is_some();
                let grown = reads && cache.grows() && restored.first;
                let left = || Rc::new(left_behind(&self.session, &**cache, toolkit, compile, other));
                let past = || grown.then(left);
                let below = restored.archive.clone().or_else(past);
                compile.archive(below.as_deref(), kept, other)
            }
            _ => self.files(cache, toolkit, from),
        }
    }

    /// An archive of files that are not compiled. A job that has failed or was stopped may not have made again all that
    /// the step `from` did not find; what that found is still there. What they were made from is kept for those who find
    /// it: the step that restores says how they age.
    fn files(&self, cache: &Cache, toolkit: &Toolkit, from: usize) -> Archive {
        let lineage = &self.session.job.checkout.lineage;
        let files = Archive::of(self.other_content(cache, toolkit)).made_from(lineage);
        let share = self.failure.filter(|_| *self.conclusion != Conclusion::Success);
        let Some((share, found)) = share.zip(self.restored[from].as_ref()) else { return files };
        let restorer = &self.job.caches[from];
        let left_to_do = self.cost_of_miss((from, restorer, found));
        files.left_at(share_there(&**restorer, &found.1, left_to_do, share))
    }
}
