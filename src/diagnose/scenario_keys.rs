//! What a scenario says of the families of a listing: which jobs look them up, and how long these take without.
//! A simulated key and a real one belong together if they have the same words around what varies.

use super::finding::lost_next;
use super::held::Holdings;
use super::token::{TokenKind, tokens};
use super::writer::{KeyForm, KeyWriter};
use crate::client::{ClientKind, HitUnit};
use crate::result::{Diagnosis, FamilyInScenario, FindingRow};
use std::collections::{BTreeMap, BTreeSet};

/// What is said in place of a strategy that would change nothing.
const IDLE: &str =
    "A janitor of the scenario deletes such entries: these are from before it, or its turn has not come.";

/// Jobs, each with the minutes that it loses without a cache.
type JobLosses = BTreeMap<String, f64>;

/// The keys that the jobs of a scenario look up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScenarioKeys {
    /// Keys of archives, by client and shape.
    archives: BTreeMap<(String, String), JobLosses>,
    /// All jobs of each client.
    clients: BTreeMap<String, JobLosses>,
    /// The strategies that would change nothing in the scenario.
    idle: BTreeSet<&'static str>,
}

impl ScenarioKeys {
    /// Adds that a job looked up a key, and that it lost these minutes because it missed; 0 if it did not. The
    /// longest loss of a job counts.
    pub fn add(&mut self, client: &str, key: &str, job: &str, lost_minutes: f64) {
        let archive = self.archives.entry((client.to_owned(), shape(key))).or_default();
        raise(archive, job, lost_minutes);
        self.add_objects(client, job, lost_minutes);
    }

    /// Adds that a strategy would change nothing in the scenario.
    pub fn add_idle(&mut self, strategy: &'static str) {
        self.idle.insert(strategy);
    }

    /// Adds that a job looked up objects or layers of a client.
    pub fn add_objects(&mut self, client: &str, job: &str, lost_minutes: f64) {
        raise(self.clients.entry(client.to_owned()).or_default(), job, lost_minutes);
    }

    /// The jobs that look up an entry.
    fn jobs(&self, client: &str, key: &str) -> Option<&JobLosses> {
        let is_part =
            ClientKind::unit_of(client) != HitUnit::Restores || KeyWriter::of(key).form == KeyForm::Objects;
        if is_part { self.clients.get(client) } else { self.archives.get(&(client.to_owned(), shape(key))) }
    }

    /// Fills in what is known of each family, and the minutes of the findings about entries that are lost.
    pub(super) fn fill(&self, holdings: &Holdings, into: &mut Diagnosis) {
        let mut known: BTreeMap<String, JobLosses> = BTreeMap::new();
        for held in &holdings.entries {
            let family = &holdings.families[held.family];
            for (job, minutes) in self.jobs(family.client, &held.entry.key).into_iter().flatten() {
                raise(known.entry(family.name.clone()).or_default(), job, *minutes);
            }
        }
        for family in &mut into.families {
            family.scenario = known.get(&family.family).map(|jobs| FamilyInScenario {
                jobs: jobs.keys().cloned().collect(),
                minutes_if_missing: jobs.values().sum(),
            });
        }
        let lost: BTreeSet<&str> = lost_next(into).map(|row| row.family.as_str()).collect();
        let minutes = total(lost.iter().filter_map(|family| known.get(*family)));
        let about = |finding: &&mut FindingRow| ["in-danger", "over-limit"].contains(&finding.slug.as_str());
        into.findings
            .iter_mut()
            .filter(about)
            .for_each(|finding| finding.minutes = (minutes > 0.0).then_some(minutes));
        for finding in &mut into.findings {
            if finding.strategy.as_deref().is_some_and(|name| self.idle.contains(name)) {
                finding.strategy = None;
                finding.edit = IDLE.to_owned();
            }
        }
        // Minutes come first; the rest stays sorted by bytes.
        into.findings.sort_by(|a, b| b.minutes.unwrap_or(0.0).total_cmp(&a.minutes.unwrap_or(0.0)));
    }
}

fn raise(losses: &mut JobLosses, job: &str, minutes: f64) {
    let known = losses.entry(job.to_owned()).or_default();
    *known = known.max(minutes);
}

/// The minutes of all jobs, of each what every family costs it.
fn total<'a>(losses: impl Iterator<Item = &'a JobLosses>) -> f64 {
    losses.flat_map(BTreeMap::values).sum()
}

/// The words of a key, with `*` for each part that varies.
fn shape(key: &str) -> String {
    let word = |kind: TokenKind| matches!(kind, TokenKind::Word | TokenKind::Choice);
    let parts = tokens(key).into_iter().map(|token| if word(token.kind) { token.text } else { "*" });
    parts.collect::<Vec<_>>().join(" ")
}
