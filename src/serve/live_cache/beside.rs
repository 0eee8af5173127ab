//! A cache that the other writers of a scenario use as well. Before each request of a client, they do what they do until
//! then.

use super::super::clock::ServeClock;
use super::super::store::BodyStore;
use super::super::team::{Team, TeamTurn, client_of};
use super::super::traffic::Writer;
use super::LiveCache;
use crate::engine::Model;
use crate::random::Draws;
use crate::replay::{HeardRequest, OperationOutcome};
use std::sync::Arc;

impl LiveCache {
    /// A cache under the rules of a scenario, as its jobs have left it by now.
    ///
    /// # Errors
    /// If the simulation cannot be started.
    pub fn beside(
        model: Model,
        draws: Draws,
        clock: ServeClock,
        store: Arc<BodyStore>,
    ) -> std::io::Result<LiveCache> {
        let limits = model.cache.clone();
        let (team, player) = Team::start(model, draws)?;
        let mut cache = LiveCache::around(player, &limits, clock, store);
        let owners = cache.player.owners();
        cache.simulated = owners.filter_map(|(id, owner)| Some((id, client_of(owner)?))).collect();
        cache.used =
            cache.player.listing().iter().filter_map(|entry| Some((entry.id?, entry.accessed))).collect();
        cache.team = Some(team);
        cache.let_others_act(false);
        Ok(cache)
    }

    /// The others do what is due before now. It is counted if clients are served already.
    pub(super) fn let_others_act(&mut self, is_counted: bool) {
        let Some(team) = &mut self.team else { return };
        let Some(turn) = team.advance(self.now, &mut self.player) else { return };
        let TeamTurn { heard, restores, refused, problem } = turn;
        if is_counted {
            for (client, answer, size) in restores {
                self.traffic.restored(Writer::simulated(client), answer, Some(size));
            }
            refused
                .into_iter()
                .for_each(|(client, answer)| self.traffic.saved(Writer::simulated(client), answer));
        }
        heard.into_iter().for_each(|heard| self.hear(heard, is_counted));
        problem.into_iter().for_each(|problem| self.complain(problem));
    }

    fn hear(&mut self, heard: HeardRequest, is_counted: bool) {
        match heard {
            HeardRequest::Stored(entry, owner) => {
                let (Some(id), Some(client)) = (entry.id, client_of(owner)) else { return };
                self.simulated.insert(id, client);
                self.used.insert(id, entry.accessed);
                if is_counted {
                    self.traffic.stored(Writer::simulated(client), entry.size, entry.created);
                }
            }
            HeardRequest::Used(id, at) => {
                self.used.insert(id, at);
            }
            HeardRequest::Deleted(id, size) => self.forget(self.now, id, size),
            HeardRequest::Gone(OperationOutcome::Evict { at, id, size, .. }) if !is_counted => {
                self.forget(at, id, size);
            }
            HeardRequest::Gone(gone) => self.remove(&[gone]),
        }
    }
}
