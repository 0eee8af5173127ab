//! Which archives a job saves in its post steps, and under which keys. What is in them is decided in `mod.rs`.

use super::{Built, Turn};
use crate::client::{Archive, JobContext, Restored, Toolkit};
use crate::event::RestoreOutcome;

impl Turn<'_> {
    pub(super) fn archive_to_save(&mut self, index: usize, built: &Built) -> Option<(Toolkit, Archive)> {
        let cache = &self.job.caches[index];
        let (toolkit, restored) = self.restored_for(index)?;
        let toolkit = self.named_at_save(index, toolkit);
        let ran = cache.saves_after().allows(*self.conclusion);
        // If the declared `cache-mode` allows no saves, nothing is packed (toolkit 6.2.0).
        let allowed = self.session.job.cache_mode.is_none_or(|mode| mode.writes());
        let wanted = cache.save_rule().allows(self.session.job);
        // After an exact hit there is nothing to save.
        let saves = ran && allowed && wanted && restored.outcome != RestoreOutcome::Exact;
        saves.then(|| {
            let archive = self.content_to_save(cache, &toolkit, &restored, built);
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

    /// What the job has restored into the paths of this cache. A step that only saves packs what another step
    /// has restored there, and takes no notice of a hit unless it is told to.
    fn restored_for(&self, index: usize) -> Option<(Toolkit, Restored)> {
        let cache = &self.job.caches[index];
        let (toolkit, own) = self.restored[index].clone()?;
        if cache.restores_on(self.session.job.class) {
            return Some((toolkit, own));
        }
        let others = self.restored.iter().flatten().filter(|(other, _)| other.version == toolkit.version);
        let is_hit = others
            .clone()
            .any(|(other, restored)| other.key == toolkit.key && restored.outcome == RestoreOutcome::Exact);
        let archive = others.rev().find_map(|(_, restored)| restored.archive.clone());
        let outcome =
            if is_hit && cache.is_skipped_after_hit() { RestoreOutcome::Exact } else { own.outcome };
        Some((toolkit, Restored { outcome, archive, ..own }))
    }
}
