use super::event::LimitReached;
use super::model::Model;
use super::simulation::simulate_watched;
use super::watch::{Nobody, Watch};
use crate::client::Surroundings;
use crate::mrc::{MrcBuilder, Rules, ServiceAccesses};
use crate::outcome::{Outcome, Value, metric};
use crate::random::Draws;
use crate::service::Record;
use crate::units::{Bytes, SimTime};

/// The limits that are screened and simulated, as multiples of the model's, and their labels.
pub const SCREENED: [(u64, &str); 4] =
    [(5, "limit_x0.5"), (10, "limit_x1"), (20, "limit_x2"), (40, "limit_x4")];

/// Plays one replication, screens its accesses for half, once, twice and four times the model's
/// limit, and simulates the other limits, too: an outcome with the metrics `screen.…` besides.
///
/// An access is a look-up that found an entry, or an entry stored. The screen replays the accesses
/// as they were at the model's own limit; at another one a simulation makes others, which is why
/// both are told.
///
/// # Errors
/// If the model's event limit is reached.
pub fn simulate_screened(model: &Model, draws: Draws) -> Result<Outcome, LimitReached> {
    simulate_screened_watched(model, draws, &mut Nobody)
}

/// The same while somebody looks on at the model's own limit.
pub(super) fn simulate_screened_watched<W: Watch>(
    model: &Model,
    draws: Draws,
    watch: &mut W,
) -> Result<Outcome, LimitReached> {
    let limits = SCREENED.map(|(tenths, _)| Bytes(model.cache.limit.0 / 10 * tenths));
    let rules = Rules { retention: Some(model.cache.retention), sweep: model.sweep(&draws) };
    let mut listener = Listener(ServiceAccesses::new(Some(MrcBuilder::new(&limits, rules))), watch);
    let mut outcome = simulate_watched(model, draws, &mut listener)?;
    let own = listener.0.hit_ratio();
    let screened = listener.0.finish(0).expect("there is a screen");
    for ((tenths, label), result) in SCREENED.into_iter().zip(&screened.results) {
        let simulated = match tenths {
            10 => own,
            _ => simulated_at(result.limit, model, draws)?,
        };
        let mut push = |name, value| {
            outcome.values.push(Value {
                metric: metric(name),
                labels: vec![("stat", label.to_owned())],
                value,
                weight: None,
            });
        };
        push("screen.hit_ratio", result.hit_ratio());
        push("screen.simulated_hit_ratio", simulated);
        result.lifetime.into_iter().for_each(|lifetime| push("screen.lifetime", lifetime.as_hours_f64()));
    }
    Ok(outcome)
}

fn simulated_at(limit: Bytes, model: &Model, draws: Draws) -> Result<f64, LimitReached> {
    let mut other = model.clone();
    other.cache.limit = limit;
    let mut listener = Listener(ServiceAccesses::new(None), &mut Nobody);
    simulate_watched(&other, draws, &mut listener)?;
    Ok(listener.0.hit_ratio())
}

/// Hears the accesses of a simulation, beside somebody else.
struct Listener<'w, W>(ServiceAccesses, &'w mut W);

impl<W: Watch> Watch for Listener<'_, W> {
    const HEARS_REQUESTS: bool = true;

    fn begin(&mut self, around: &Surroundings) {
        self.1.begin(around);
    }

    fn end(&mut self, around: &Surroundings) {
        self.1.end(around);
    }

    fn after(&mut self, now: SimTime, around: &Surroundings) {
        self.1.after(now, around);
    }

    fn requested(&mut self, record: &Record, around: &Surroundings) {
        self.0.observe(record);
        self.1.requested(record, around);
    }
}
