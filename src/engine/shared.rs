//! A replication that shares its service with real clients. It plays up to the instant of a client's next request and then
//! hands the service over. `serve` plays the other writers of a scenario around a real client in this way.
//!
//! What happens depends on the scenario, its draws and the requests of the others with their times, and on nothing
//! else: it does not matter in how many steps the time has passed.

use super::due::Unfinished;
use super::model::Model;
use super::simulation::Simulation;
use crate::event::Observer;
use crate::random::Draws;
use crate::service::{Limits, Service};
use crate::units::SimTime;

/// A replication that lends its service.
pub struct SharedSimulation<'m> {
    /// While somebody else has the service, another one that is empty stands in its place.
    simulation: Simulation<'m>,
}

impl<'m> SharedSimulation<'m> {
    /// A replication at its beginning, and the service with what is stored then. The service is swept as long as it
    /// is used, also when the scenario is over.
    pub fn new(model: &'m Model, draws: Draws) -> (SharedSimulation<'m>, Service) {
        let mut simulation = Simulation::new(model, draws, true);
        simulation.kept_until = SimTime(i64::MAX);
        simulation.begin();
        simulation.world.events.clear();
        let service = std::mem::replace(&mut simulation.world.service, Service::new(Limits::default()));
        (SharedSimulation { simulation }, service)
    }

    /// When something happens next, if the others do nothing until then.
    pub fn next(&self) -> Option<SimTime> {
        self.simulation.next()
    }

    /// Plays what is due before `end`, with the service as the others have left it. The observers hear of it; of the
    /// requests of the others they do not.
    ///
    /// # Errors
    /// If the model's event limit is reached, or if an observer does not want to go on.
    pub fn advance<O: Observer>(
        &mut self,
        end: SimTime,
        service: &mut Service,
        observers: &mut O,
    ) -> Result<(), Unfinished> {
        let own = &mut self.simulation;
        service.take_records(&mut Vec::new());
        std::mem::swap(&mut own.world.service, service);
        // What the others have stored may be the first that can expire.
        own.schedule_expiry();
        let mut played = Ok(true);
        while own.next().is_some_and(|next| next < end) && played == Ok(true) {
            played = own.step(observers);
        }
        std::mem::swap(&mut own.world.service, service);
        played.map(|_| ())
    }
}
