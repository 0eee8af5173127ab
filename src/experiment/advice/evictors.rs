//! The clients that evict most of what others store, and the true effect of their saves: the same draws are played
//! without them. Who evicted what is only an accounting by bytes. `advice` calls it, within its budget.

use super::{REPLICATIONS_MIN, Trials};
use crate::engine::Model;
use crate::event::LossCause;
use crate::experiment::{Control, Failure};
use crate::observe::metric;
use crate::result::{Evictor, Evictors, evicted_of_others};
use crate::statistics::{Study, difference_of_rest, differences};
use std::sync::atomic::AtomicU64;

/// The part of the budget that is spent on them.
const PART: u64 = 4;
/// The most clients that are played without.
const PLAYED_MAX: u64 = 3;
/// The smallest share of all lost minutes that evictions must cost for that to be worth it.
const LOST_SHARE_MIN: f64 = 0.01;

impl Trials<'_> {
    /// Plays the scenario without the saves of the largest evictors. `each` is how many events a replication takes.
    /// `None` if it was cancelled.
    pub(super) fn evictors(
        &self,
        each: u64,
        spent: &AtomicU64,
        control: &dyn Control,
    ) -> Result<Option<Evictors>, Failure> {
        let ranked = ranked(self.study);
        let plays = self.events / PART / each;
        let count = (plays / REPLICATIONS_MIN).min(PLAYED_MAX).min(ranked.len() as u64);
        let (played, rest) = ranked.split_at(count as usize);
        let not_played = rest.iter().map(|client| (*client).to_owned()).collect();
        if played.is_empty() {
            return Ok(Some(Evictors { played: vec![], not_played }));
        }
        let replications = (plays / count).min(self.study.replications.into()) as u32;
        let models: Vec<Model> = played.iter().map(|client| self.model.without_saves_of(client)).collect();
        let models: Vec<&Model> = models.iter().collect();
        let Some(studies) = self.simulate("evictors", &models, replications, spent, control)? else {
            return Ok(None);
        };
        let base = self.study.first_replications(replications);
        let effects = played.iter().zip(&studies).filter_map(|(client, study)| effect(client, &base, study));
        Ok(Some(Evictors { played: effects.collect(), not_played }))
    }
}

/// The clients that evict entries of others, the most bytes first; none if evictions cost hardly any time.
fn ranked(study: &Study) -> Vec<&str> {
    let minutes = |labels: &[(&str, &str)]| {
        study.estimate(&metric::LOST_MINUTES, labels).map_or(0.0, |estimate| estimate.mean)
    };
    if minutes(&[("cause", LossCause::Evicted.label())]) <= LOST_SHARE_MIN * minutes(&[]) {
        return vec![];
    }
    let clients = study.first.names.clients.iter();
    let evicted = clients.map(|client| (client.as_str(), evicted_of_others(study, client)));
    let mut evicted: Vec<(&str, f64)> = evicted.filter(|(_, bytes)| *bytes > 0.0).collect();
    evicted.sort_by(|a, b| b.1.total_cmp(&a.1));
    evicted.into_iter().map(|(client, _)| client).collect()
}

fn effect(client: &str, base: &Study, without: &Study) -> Option<Evictor> {
    let others = difference_of_rest(base, without, &metric::LOST_MINUTES, &[("client", client)])?;
    let all = differences(base, without).into_iter().find(|change| change.is(&metric::LOST_MINUTES, &[]))?;
    Some(Evictor { client: client.to_owned(), others, all })
}
