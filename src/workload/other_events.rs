//! Events that start workflows without a push: runs started by hand or by another system, and comments. They are
//! drawn beside drawn pushes and beside a recorded log, whose commits do not show them.

use super::log::LoggedPush;
use super::poisson::instants;
use super::push::{PushId, PushKind, Stream};
use crate::random::Draws;
use crate::units::SimTime;

/// Events that start workflows without a push, per day. They come at any hour.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OtherEvents {
    /// `workflow_dispatch`.
    pub dispatches: f64,
    /// `repository_dispatch`.
    pub repository_dispatches: f64,
    /// `issue_comment`.
    pub comments: f64,
}

impl OtherEvents {
    /// All of them per day.
    pub(super) fn per_day(&self) -> f64 {
        self.dispatches + self.repository_dispatches + self.comments
    }

    /// The events of one replication from an instant until before another, kind by kind.
    pub(super) fn within<'a>(
        &self,
        (from, end): (SimTime, SimTime),
        draws: &'a Draws,
    ) -> impl Iterator<Item = LoggedPush> + use<'a> {
        let kinds = [
            (Stream::Dispatch, PushKind::Dispatch, self.dispatches),
            (Stream::RepositoryDispatch, PushKind::RepositoryDispatch, self.repository_dispatches),
            (Stream::Comment, PushKind::Comment, self.comments),
        ];
        kinds.into_iter().flat_map(move |(stream, kind, per_day)| {
            let instants = (0..).zip(instants(draws, stream as u64, per_day, (from, end)));
            instants.map(move |(nth, at)| LoggedPush::event(PushId::drawn(stream, nth), at, kind, None))
        })
    }
}
