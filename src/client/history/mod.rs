//! The past of entries and of attempts to save them. It explains a miss: [`SaveHistory`] says which entry was lost, and
//! why. The real service does not say why an entry is missing; a simulation can.
//! [`World`](super::World) and [`Session`](super::Session) record, and a session asks after each miss.

mod remembered;
mod removal;
mod saves;

pub use saves::SaveHistory;
pub(super) use saves::StepPast;

use crate::units::Duration;

/// How long the past of an object explains misses: eight times GitHub's retention. Nearly every object that is looked
/// up again is looked up within days.
const REMEMBERED: Duration = Duration(56 * Duration::DAY.0);
