//! Filters by paths that name an input: what changes the input touches a path class of its own, which no scenario states.

use super::Workload;
use super::log::LoggedPush;
use super::push::{PathSet, Push, PushKind};
use crate::project::InputId;

impl Workload {
    /// The class of an input; none if no filter names it.
    pub fn paths_of_input(&self, input: InputId) -> PathSet {
        let place = self.input_paths.iter().position(|named| *named == input);
        PathSet(place.map_or(0, |place| 1 << (self.path_classes.len() + place)))
    }

    /// The push with the classes of the inputs that it changes. A pull request's files are changed by its first push, and
    /// only sources by the others, too. A lock file that is not committed has no path.
    pub(super) fn with_input_paths(&self, mut push: LoggedPush) -> LoggedPush {
        let is_file = |input: &&InputId| **input != InputId::LOCK || push.at >= self.lock_committed_from;
        for input in self.input_paths.iter().filter(is_file).filter(|input| push.change.has(**input)) {
            let class = self.paths_of_input(*input);
            push.paths = push.paths.or(class);
            if *input == InputId::SOURCE {
                push.pushed_paths = push.pushed_paths.map(|paths| paths.or(class));
            }
        }
        push
    }

    /// A push that mends a red run changes sources only, whatever the one before it has changed.
    pub fn with_paths_of_fix(&self, mut fix: Push) -> Push {
        let (source, all) = (self.paths_of_input(InputId::SOURCE), self.input_paths.iter());
        let inputs = all.fold(PathSet::default(), |set, input| set.or(self.paths_of_input(*input)));
        fix.pushed_paths = PathSet(fix.pushed_paths.0 & !inputs.0).or(source);
        fix.paths = match fix.kind {
            PushKind::PullRequest | PushKind::ForkPullRequest => fix.paths.or(source),
            _ => fix.pushed_paths,
        };
        fix
    }
}
