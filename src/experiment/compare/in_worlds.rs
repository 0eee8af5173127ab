//! Plays sides of a comparison in the same worlds, in which the assumed inputs of the base are drawn.

use super::CompareRequest;
use super::cases::{Cases, ComparedScenario};
use crate::diagnostic::Report;
use crate::engine::Model;
use crate::experiment::control::WhileWanted;
use crate::experiment::worlds::{Unsettled, Worlds};
use crate::experiment::{Control, Failure, Refusal, Replications};
use crate::observe::{Outcome, measure_with};
use crate::random::Draws;
use crate::scenario::{self, Document};
use crate::statistics::{Difference, DrawnWorlds, Study, judge_in_worlds};
use crate::strategy::StrategySet;
use std::path::PathBuf;

/// The base and others in worlds, which are the replications of these studies.
pub(super) struct InWorlds {
    /// The places of the others.
    places: Vec<usize>,
    sides: Vec<Study>,
    worlds: DrawnWorlds,
}

/// A side as it was written.
struct WrittenSide<'a> {
    file: &'a PathBuf,
    document: Document,
    strategies: Option<&'a StrategySet>,
    model: &'a Model,
}

impl InWorlds {
    /// Plays the base and the others at these places, which count from 1. `None` if that was cancelled.
    pub fn play(
        worlds: &Worlds,
        cases: &Cases,
        places: Vec<usize>,
        request: &CompareRequest,
        control: &dyn Control,
    ) -> Result<Option<InWorlds>, Failure> {
        let sides =
            written(cases, &places, request).map_err(|report| Failure::Refused(Refusal::from(report)))?;
        let play = |side: usize, world: u32| -> Result<Outcome, Failure> {
            let WrittenSide { file, document, strategies, model } = &sides[side];
            let of = Unsettled { file, document, set: &request.set, strategies: *strategies };
            let model = worlds.model(&of, world, model)?;
            Ok(measure_with(&model, Draws::new(request.seed, world), &mut WhileWanted(control))?)
        };
        control.begin("worlds", u64::from(worlds.count()) * sides.len() as u64, 0);
        let mut played = Replications::of(sides.len());
        played.run_until(worlds.count(), play, control)?;
        control.end();
        let whole = played.count() == worlds.count();
        let worlds = worlds.drawn(played.count());
        Ok(whole.then(|| InWorlds { places, worlds, sides: played.studies() }))
    }

    /// Adds the predictions to the base.
    pub fn predict(&self, base: &mut Study) {
        base.predict(&self.sides[0], &self.worlds);
    }

    /// Adds to the differences of the side at this place what they are in worlds, if it was played there.
    pub fn judge(&self, place: usize, differences: &mut [Difference]) {
        if let Some(index) = self.places.iter().position(|played| *played == place) {
            judge_in_worlds(differences, &self.sides[0], &self.sides[index + 1], &self.worlds);
        }
    }
}

/// The base and the others at these places.
fn written<'a>(
    cases: &'a Cases,
    places: &[usize],
    request: &'a CompareRequest,
) -> Result<Vec<WrittenSide<'a>>, Report> {
    let document = scenario::open(&request.base)?;
    let model = &cases.base.model;
    let base = WrittenSide { file: &request.base, document: document.clone(), strategies: None, model };
    let other = |case: &'a ComparedScenario| {
        let strategies = case.strategies.as_ref();
        let (file, document) = match strategies {
            Some(_) => (&request.base, document.clone()),
            None => (&case.loaded.file, scenario::open(&case.loaded.file)?),
        };
        Ok(WrittenSide { file, document, strategies, model: &case.loaded.model })
    };
    let others = places.iter().map(|place| &cases.others[place - 1]);
    std::iter::once(Ok(base)).chain(others.map(other)).collect()
}
