//! What became of entries and of attempts to save them, by which a miss is explained. The real service tells nobody
//! why an entry is missing; a simulation can. [`GhostList`] says which entry was lost, [`SaveHistory`] says why.
//! [`World`](super::World) and [`Session`](super::Session) record, and a session asks after each miss.

mod by_scope;
mod ghosts;
mod saves;

pub use ghosts::GhostList;
pub use saves::SaveHistory;
pub(super) use saves::StepPast;

use crate::units::Duration;

/// How long the past of an object explains misses: eight times GitHub's retention. Nearly every object that is looked
/// up again is looked up within days.
const REMEMBERED: Duration = Duration(56 * Duration::DAY.0);
