//! The observer for the metrics `screen.…`: a one-pass miss-ratio curve of a replication's accesses, next
//! to the hit ratios that simulations of the same limits give. It shows how far off the curve is; the curve
//! itself is computed in `mrc`. `docs/model.md` ("The one-pass miss-ratio curve") explains the difference.

use super::metrics::{Outcome, Value};
use crate::engine::{Model, Unfinished, simulate};
use crate::event::{Event, Observer};
use crate::mrc::{MrcBuilder, Rules, ServiceAccesses};
use crate::observe::{Metric, metric};
use crate::random::Draws;
use crate::service::Service;
use crate::units::Bytes;

/// The limits of the curve and of the simulations: tenths of the model's limit, and their labels.
pub const SCREENED: [(u64, &str); 4] =
    [(5, "limit_x0.5"), (10, "limit_x1"), (20, "limit_x2"), (40, "limit_x4")];

/// Computes the miss-ratio curve of a replication for half, once, twice and four times the model's limit.
///
/// An access is a look-up that found an entry, or an entry that was stored. The accesses are those made
/// under the model's own limit. Under another limit the clients would make others, which is why
/// [`Screen::finish`] also simulates the other limits.
pub struct Screen(ServiceAccesses);

impl Screen {
    /// An observer for one replication of a model.
    pub fn new(model: &Model, draws: &Draws) -> Screen {
        let limits = SCREENED.map(|(tenths, _)| Bytes(model.cache.limit.0 / 10 * tenths));
        let rules = Rules { retention: Some(model.cache.retention), sweep: model.sweep(draws) };
        Screen(ServiceAccesses::new(Some(MrcBuilder::new(&limits, rules))))
    }

    /// Simulates the other limits and adds the metrics `screen.…` to the replication's outcome. Only whether to go on
    /// is asked of the observer.
    ///
    /// # Errors
    /// If the model's event limit is reached, or if the observer does not want to go on.
    pub fn finish(
        self,
        model: &Model,
        draws: Draws,
        outcome: &mut Outcome,
        observer: &impl Observer,
    ) -> Result<(), Unfinished> {
        let own = self.0.hit_ratio();
        let screened = self.0.finish(0).expect("there is a screen");
        for ((tenths, label), result) in SCREENED.into_iter().zip(&screened.results) {
            let simulated = match tenths {
                10 => own,
                _ => hit_ratio_at(result.limit, model, draws, observer)?,
            };
            let mut push = |metric: &'static Metric, value| {
                let labels = vec![("stat", label.to_owned())];
                outcome.values.push(Value { metric, labels, value, weight: None, samples: None });
            };
            push(&metric::SCREEN_HIT_RATIO, result.hit_ratio());
            push(&metric::SCREEN_SIMULATED_HIT_RATIO, simulated);
            result
                .lifetime
                .into_iter()
                .for_each(|lifetime| push(&metric::SCREEN_LIFETIME, lifetime.as_hours_f64()));
        }
        Ok(())
    }
}

fn hit_ratio_at(
    limit: Bytes,
    model: &Model,
    draws: Draws,
    observer: &impl Observer,
) -> Result<f64, Unfinished> {
    let mut other = model.clone();
    other.cache.limit = limit;
    let mut accesses = Screen(ServiceAccesses::new(None));
    simulate(&other, draws, &mut (&mut accesses, Asked(observer)))?;
    Ok(accesses.0.hit_ratio())
}

/// Passes on only the question whether to go on.
struct Asked<'a, O>(&'a O);

impl<O: Observer> Observer for Asked<'_, O> {
    fn goes_on(&self) -> bool {
        self.0.goes_on()
    }
}

impl Observer for Screen {
    fn wants_requests(&self) -> bool {
        true
    }

    fn on_event(&mut self, event: &Event, _: &Service) {
        if let Event::Request(record) = event {
            self.0.observe(record);
        }
    }
}
