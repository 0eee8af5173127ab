//! Keys that never change because nobody has said how often their files do.

use super::{ClientStep, changes};
use crate::client::{Cache, KeyTemplate};
use crate::diagnostic::Diagnostic;
use crate::project::InputId;
use crate::scenario::build::effect::IdleKey;
use crate::workload::PushSource;

/// The inputs that no push changes unless the scenario says how many do.
const STILL: [InputId; 3] = [InputId::WEB_LOCK, InputId::REQUIREMENTS, InputId::GO_SUM];

impl ClientStep<'_> {
    /// A client whose key hashes such an input and nothing else that changes. One client of each input is named.
    pub fn unchanging(&self, found: &mut IdleKey) {
        for input in STILL.into_iter().filter(|input| self.is_unsaid(*input)) {
            let hashes = |cache: &Cache| {
                key(cache).is_some_and(|key| key.depends_on(input) && !changes(self.scene, key))
            };
            let name = InputId::BUILT_IN[input.index()];
            let rate = format!("`workload.changes.{name}`");
            let is_told =
                found.0.iter().any(|told| told.slug == "never-changes" && told.message.contains(&rate));
            if is_told || !self.caches().any(|(_, cache)| hashes(cache)) {
                continue;
            }
            let message = format!(
                "the key of {} never changes: {rate} is 0 by default; set it to the share of pushes that change these \
                 files, such as 0.05",
                self.client
            );
            found.0.push(Diagnostic::warning("never-changes", message).at(self.view.opened_at()));
        }
    }

    /// True if pushes are drawn, and the scenario does not say how many of them change the input.
    fn is_unsaid(&self, input: InputId) -> bool {
        let (root, name) = (self.scene.root, InputId::BUILT_IN[input.index()]);
        let is_drawn = matches!(self.scene.model.workload.source, PushSource::Stochastic(_));
        let mut own = root.map("input").into_iter().filter(|(known, _)| *known == name);
        let is_written = root.table("workload").table("changes").is_written(name);
        is_drawn && !is_written && !own.any(|(_, view)| view.is_written("changes"))
    }
}

/// The key of an archive, if its user writes it or an action makes it of files.
fn key(cache: &Cache) -> Option<&KeyTemplate> {
    match cache {
        Cache::ActionsCache(step) => Some(&step.key),
        Cache::Action(archive) => Some(&archive.key),
        Cache::RustCache(_) | Cache::Sccache(_) | Cache::Buildkit(_) => None,
    }
}
