use super::ledger::Ledger;
use super::space::Space;
use super::stop::Stop;
use crate::cli::progress::bar_of;
use crate::engine::{self, Model};
use crate::outcome::Measure;
use crate::random::Draws;
use crate::scenario::{Loaded, WarmUpRule};
use crate::study::sweep::{Plan, Point};
use crate::units::Duration;
use anyhow::Context;
use rayon::prelude::*;
use std::sync::Mutex;

/// Why not everything was played.
pub(super) enum Halt {
    /// Somebody asked for it.
    Stopped,
    /// It could not be done.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Halt {
    fn from(error: anyhow::Error) -> Halt {
        Halt::Failed(error)
    }
}

/// Plays what the ledger lacks, on the threads of the current pool, and enters it there.
pub(super) fn play(
    space: &Space,
    plan: &Plan,
    measure: &Measure,
    ledger: Ledger,
    quiet: bool,
) -> Result<Ledger, Halt> {
    let stop = Stop::listen().context("cannot listen for Ctrl-C")?;
    let missing = ledger.missing(plan);
    let bar = bar_of(plan.simulations(), "replications", quiet);
    bar.set_position(ledger.len());
    bar.reset_eta();
    let ledger = Mutex::new(ledger);
    let replication = |model: &Model, point: usize, replication: u32| {
        if stop.is_asked() {
            return Err(Halt::Stopped);
        }
        let outcome = engine::simulate(model, Draws::new(plan.seed, replication));
        let outcome = outcome.with_context(|| format!("cannot simulate point {}", point + 1))?;
        let mut values = outcome.values;
        values.retain(|value| plan.keeps(measure, value));
        ledger.lock().expect("no thread panics with it").add(plan, point, replication, &values)?;
        bar.inc(1);
        Ok(())
    };
    // One by one: each takes long, and no thread should wait for another's last ones.
    let played = missing.into_par_iter().with_max_len(1).try_for_each(|(point, replications)| {
        if stop.is_asked() {
            return Err(Halt::Stopped);
        }
        let model = at_point(space, plan, point)?;
        replications.into_par_iter().with_max_len(1).try_for_each(|number| replication(&model, point, number))
    });
    bar.finish_and_clear();
    played.map(|()| ledger.into_inner().expect("no thread panicked with it"))
}

/// The model at a point. What is measured is the same time at all that state no warm-up of their own.
fn at_point(space: &Space, plan: &Plan, point: usize) -> anyhow::Result<Model> {
    let Point { settings, hash, .. } = &plan.points[point];
    let Loaded { mut model, warm_up, .. } = space.load(settings, hash)?;
    if warm_up != WarmUpRule::Stated {
        let common = Duration::DAY.scaled(plan.warmup_days);
        model.warmup = common.min(Duration(model.span().0 / 2));
    }
    Ok(model)
}
