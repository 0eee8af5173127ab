//! Learns the keys that a scenario's jobs look up, and what a miss costs them, from one simulated replication.

use crate::diagnose::ScenarioKeys;
use crate::diagnostic::Report;
use crate::event::LossCause;
use crate::experiment::Failure;
use crate::observe::journal::{JobLine, Journal, Line};
use crate::observe::measure_with;
use crate::random::Draws;
use crate::scenario;
use crate::strategy::{CannotApply, StrategySet};
use std::collections::BTreeMap;
use std::path::Path;

/// The seed of the replication. Keys do not depend on it, only on which pushes there are.
const SEED: u64 = 1;

/// The strategies that delete what findings are about; each changes nothing where a janitor does so already.
const CLEANUPS: [&str; 2] = ["delete-on-close", "keep-newest"];

/// The minutes that a job worked longer because a client had not what it asked for.
fn lost_to(job: &JobLine, client: &str) -> f64 {
    let is_work = |cause: LossCause| !matches!(cause, LossCause::Transfer | LossCause::RateLimited);
    let own = job.losses.iter().filter(|loss| loss.client == client && is_work(loss.cause));
    own.map(|loss| loss.minutes).sum()
}

/// A look-up of an archive or an index: client, key, and whether it missed.
type LookedUp = (String, String, bool);

/// Plays the scenario once and gathers the keys of its jobs.
///
/// # Errors
/// If the scenario is invalid or the simulation fails.
pub(super) fn known_keys(file: &Path) -> Result<ScenarioKeys, Failure> {
    let refused = |report: Report| Failure::Refused(report.into());
    let scenario = scenario::read(file, &[]).map_err(refused)?;
    let mut gathered = Gathered::default();
    let is_idle = |name: &&&str| {
        let applied = StrategySet::parse(name).map(|set| set.apply(&scenario));
        matches!(applied, Ok(Err(CannotApply::DoesNotApply { .. })))
    };
    let idle: Vec<&'static str> = CLEANUPS.iter().filter(is_idle).copied().collect();
    let loaded = scenario::build(file, scenario).map_err(refused)?;
    if !loaded.model.janitors.is_empty() {
        idle.into_iter().for_each(|name| gathered.keys.add_idle(name));
    }
    measure_with(
        &loaded.model,
        Draws::new(SEED, 0),
        &mut Journal::new(&loaded.model, |line| gathered.add(line)),
    )?;
    Ok(gathered.keys)
}

/// The keys so far, and the look-ups of jobs that have not ended.
#[derive(Default)]
struct Gathered {
    keys: ScenarioKeys,
    open: BTreeMap<(u32, String, String), Vec<LookedUp>>,
}

impl Gathered {
    fn add(&mut self, line: Line) {
        match line {
            Line::Restore(look_up) => {
                let place = (look_up.actor.push, look_up.actor.workflow.clone(), look_up.actor.job.clone());
                let missed = look_up.outcome == "miss";
                self.open.entry(place).or_default().push((look_up.client, look_up.key, missed));
            }
            Line::Job(job) => self.end(&job),
            _ => {}
        }
    }

    fn end(&mut self, job: &JobLine) {
        let place = (job.actor.push, job.actor.workflow.clone(), job.actor.job.clone());
        let looked_up = self.open.remove(&place).unwrap_or_default();
        // What several caches of a job cost when all of them miss, each costs only its own part of.
        let misses =
            |of: &str| looked_up.iter().filter(|(client, _, missed)| client == of && *missed).count();
        for (client, key, missed) in &looked_up {
            let lost = if *missed { lost_to(job, client) / misses(client) as f64 } else { 0.0 };
            self.keys.add(client, key, &job.actor.job, lost);
        }
        for objects in &job.objects {
            let lost = if objects.missed() > 0 { lost_to(job, &objects.client) } else { 0.0 };
            self.keys.add_objects(&objects.client, &job.actor.job, lost);
        }
    }
}
