//! Rust's releases. Nothing in a repository tells when a workflow that takes the newest stable compiler gets another one;
//! the calendar does.

use super::pushes::{PushRecord, RecordedKind};
use crate::units::{Duration, SimTime};

/// The release of Rust 1.1, 2015-06-25. Since then, a stable one has come every six weeks (the project's release
/// announcements). Patch releases, which come when they are needed, are left out.
const FIRST: SimTime = SimTime(1_435_190_400_000);
const BETWEEN: Duration = Duration(42 * Duration::DAY.0);

impl PushRecord {
    /// Notes a change of this input with the first push to the default branch after each release.
    pub fn follow_rust_releases(&mut self, input: &str) {
        let Some(input) = self.inputs.iter().position(|name| name == input) else { return };
        let mut before = None;
        for push in self.pushes.iter_mut().filter(|push| push.kind == RecordedKind::Main) {
            let release = (push.at - FIRST).0.div_euclid(BETWEEN.0);
            if before.is_some_and(|before| before < release) && !push.changes.contains(&input) {
                push.changes.push(input);
            }
            before = Some(release);
        }
    }
}
