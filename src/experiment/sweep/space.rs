//! The scenario at each point of a sweep: with the settings and strategies of the point, read and checked.

use super::SweepRequest;
use super::axis::{Does, VariedInput};
use crate::diagnostic::Report;
use crate::experiment::{Control, Problem};
use crate::scenario::{self, Document, Loaded, Scenario};
use crate::statistics::sweep::Point;
use crate::strategy::StrategySet;
use crate::units::counted;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;

/// The scenario and its axes.
#[derive(Debug)]
pub(super) struct Space {
    pub axes: Vec<VariedInput>,
    document: Document,
    file: PathBuf,
    sets: Vec<String>,
}

/// How many problems are reported; the others are only counted.
const PROBLEMS_MAX: usize = 10;

impl Space {
    pub fn new(request: &SweepRequest, document: Document, axes: Vec<VariedInput>) -> Space {
        Space { axes, document, file: request.file.clone(), sets: request.set.clone() }
    }

    /// The scenario at a point. The point was checked before, so this fails only if one of its files has
    /// changed since.
    pub fn load(&self, settings: &[String], hash: &str) -> anyhow::Result<Loaded> {
        let loaded = self.at(settings).map(|(loaded, _)| loaded);
        match loaded {
            Ok(loaded) if loaded.hash == hash => Ok(loaded),
            _ => anyhow::bail!("the scenario or a file it names has changed since the sweep began"),
        }
    }

    /// Tries each value of each axis alone. Returns all problems of the values that give no valid scenario,
    /// or else the first warnings that the scenario itself does not have.
    pub fn try_values(&self, base: &Loaded, control: &dyn Control) -> Result<Option<Report>, Vec<Problem>> {
        let (mut warnings, mut problems) = (None, vec![]);
        for (index, axis) in self.axes.iter().enumerate() {
            for value in axis.values.told().into_iter().take_while(|_| !control.is_cancelled()) {
                match self.alone(index, &value) {
                    Ok(loaded) if loaded.report.len() > base.report.len() && warnings.is_none() => {
                        warnings = Some(loaded.report);
                    }
                    Ok(_) => {}
                    Err(problem) => {
                        problems.push(problem);
                        // If the path itself is wrong, one value is enough.
                        if !self.has_paths(index, &value) {
                            break;
                        }
                    }
                }
            }
        }
        if problems.is_empty() { Ok(warnings) } else { Err(shortened(problems)) }
    }

    fn has_paths(&self, axis: usize, value: &str) -> bool {
        let Does::Set(settings) = self.axes[axis].does(value) else { return true };
        let has_path = |own: String| self.document.have_paths(&[self.sets.as_slice(), &[own]].concat()).pop();
        settings.into_iter().all(|own| has_path(own) == Some(true))
    }

    fn alone(&self, axis: usize, value: &str) -> Result<Loaded, Problem> {
        let mut settings = vec![];
        let mut strategy_sets = vec![];
        match self.axes[axis].does(value) {
            Does::Nothing => {}
            Does::Set(more) => settings.extend(more),
            Does::Apply(strategies) => strategy_sets.push(strategies),
        }
        Ok(self.made(&settings, &strategy_sets)?.0)
    }

    /// Checks every point. Returns all of them, or the problems of those that give no valid scenario.
    pub fn check(&self, points: &[Vec<String>], control: &dyn Control) -> Result<Vec<Point>, Vec<Problem>> {
        let effective = Mutex::new(BTreeSet::new());
        let check = |(index, settings): (usize, &Vec<String>)| {
            let found = self.at(settings).map_err(|problem| {
                let point = format!("point {} ({})", index + 1, self.shown(settings));
                Problem::AtPoint { point, problem: Box::new(problem) }
            });
            control.advance();
            let (loaded, with_strategies) = found?;
            effective.lock().expect("no thread panics with it").extend(with_strategies);
            let limit_cost = loaded.model.limit_cost();
            Ok(Point { settings: settings.clone(), hash: loaded.hash, limit_cost })
        };
        let asked = points.par_iter().enumerate();
        let all: Vec<_> = asked.take_any_while(|_| !control.is_cancelled()).map(check).collect();
        let (fine, problems): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
        let mut problems: Vec<Problem> = problems.into_iter().filter_map(Result::err).collect();
        let effective = effective.into_inner().expect("no thread panics with it");
        problems.extend(self.pointless(points, &effective));
        let fine = fine.into_iter().filter_map(Result::ok).collect();
        if problems.is_empty() { Ok(fine) } else { Err(shortened(problems)) }
    }

    /// The strategies that change nothing at any point.
    fn pointless<'b>(
        &'b self,
        points: &'b [Vec<String>],
        effective: &'b BTreeSet<(usize, String)>,
    ) -> impl Iterator<Item = Problem> + 'b {
        let asked = self.axes.iter().enumerate().flat_map(|(index, axis)| {
            let named = points.iter().map(move |point| (index, axis, &point[index]));
            named.collect::<Vec<_>>()
        });
        let applies = |(index, axis, value): (usize, &'b VariedInput, &'b String)| match axis.does(value) {
            Does::Apply(strategies) if !effective.contains(&(index, value.clone())) => {
                Some((index, strategies))
            }
            _ => None,
        };
        let mut said = BTreeSet::new();
        asked.filter_map(applies).filter_map(move |(_, strategies)| {
            let base = self.document.scenario(&[("--set", &self.sets)]).ok()?;
            let refusal = strategies.apply(&base).err()?;
            said.insert(strategies.to_string()).then(|| Problem::Text(refusal.to_string()))
        })
    }

    /// The scenario at a point, and the strategies that changed it, each as axis and value.
    fn at(&self, settings: &[String]) -> Result<(Loaded, Vec<(usize, String)>), Problem> {
        let (mut sets, mut strategy_sets, mut places) = (vec![], vec![], vec![]);
        for (index, (axis, value)) in self.axes.iter().zip(settings).enumerate() {
            match axis.does(value) {
                Does::Nothing => {}
                Does::Set(more) => sets.extend(more),
                Does::Apply(strategies) => {
                    strategy_sets.push(strategies);
                    places.push((index, value.clone()));
                }
            }
        }
        let (loaded, changed) = self.made(&sets, &strategy_sets)?;
        let with_strategies =
            places.into_iter().zip(changed).filter(|(_, changed)| *changed).map(|(place, _)| place);
        Ok((loaded, with_strategies.collect()))
    }

    /// The scenario with these settings and then these sets of strategies. For each set: true if it changed
    /// anything.
    fn made(&self, sets: &[String], strategy_sets: &[&StrategySet]) -> Result<(Loaded, Vec<bool>), Problem> {
        let mut scenario: Scenario = self.document.scenario(&[("--set", &self.sets), ("--vary", sets)])?;
        let mut changed = vec![];
        for strategies in strategy_sets {
            let (next, changes) = strategies.apply_what_is_left(&scenario)?;
            scenario = next;
            changed.push(!changes.is_empty());
        }
        Ok((scenario::build(&self.file, scenario)?, changed))
    }

    fn shown(&self, settings: &[String]) -> String {
        let named = self.axes.iter().zip(settings).map(|(axis, value)| format!("{} = {value}", axis.name));
        named.collect::<Vec<_>>().join(", ")
    }
}

/// The first problems, and the number of the others.
fn shortened(mut problems: Vec<Problem>) -> Vec<Problem> {
    let more = problems.len().saturating_sub(PROBLEMS_MAX);
    problems.truncate(PROBLEMS_MAX);
    problems.extend((more > 0).then(|| {
        Problem::Text(counted(more, "more point cannot be simulated", "more points cannot be simulated"))
    }));
    problems
}
