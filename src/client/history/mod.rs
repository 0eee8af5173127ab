//! The past of entries and of attempts to save them. It explains a miss: [`GhostList`] says which entry was lost, and
//! [`SaveHistory`] says why. The real service tells nobody why an entry is missing; a simulation can.
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
