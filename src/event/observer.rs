//! The trait of everything that receives a replication's events. Observers are combined as tuples. An
//! unobserved replication costs nothing: the empty methods of [`NoObserver`] are inlined.

use super::Event;
use crate::service::Service;
use crate::units::SimTime;

/// Receives every event of a replication. It can look at the service but not change anything.
pub trait Observer {
    /// True if it wants the service's own records, as [`Event::Request`].
    fn wants_requests(&self) -> bool {
        false
    }

    /// Called for every event, in the order of simulated time. `service` is in the state after the last
    /// event of the current step.
    fn on_event(&mut self, _event: &Event, _service: &Service) {}

    /// Called when all events of one step of the simulation have been passed on.
    fn settled(&mut self, _now: SimTime, _service: &Service) {}

    /// Whether the replication goes on. The engine asks now and then, so it may play thousands of events after `false`.
    fn goes_on(&self) -> bool {
        true
    }

    /// Called at the end of the replication.
    fn end(&mut self, _service: &Service) {}
}

/// An observer that ignores everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {}

impl<O: Observer> Observer for &mut O {
    fn wants_requests(&self) -> bool {
        (**self).wants_requests()
    }

    fn on_event(&mut self, event: &Event, service: &Service) {
        (**self).on_event(event, service);
    }

    fn settled(&mut self, now: SimTime, service: &Service) {
        (**self).settled(now, service);
    }

    fn goes_on(&self) -> bool {
        (**self).goes_on()
    }

    fn end(&mut self, service: &Service) {
        (**self).end(service);
    }
}

/// An optional observer; `None` ignores everything.
impl<O: Observer> Observer for Option<O> {
    fn wants_requests(&self) -> bool {
        self.as_ref().is_some_and(O::wants_requests)
    }

    fn on_event(&mut self, event: &Event, service: &Service) {
        if let Some(observer) = self {
            observer.on_event(event, service);
        }
    }

    fn settled(&mut self, now: SimTime, service: &Service) {
        if let Some(observer) = self {
            observer.settled(now, service);
        }
    }

    fn goes_on(&self) -> bool {
        self.as_ref().is_none_or(O::goes_on)
    }

    fn end(&mut self, service: &Service) {
        if let Some(observer) = self {
            observer.end(service);
        }
    }
}

/// Two observers. Both receive everything, the first one first.
impl<A: Observer, B: Observer> Observer for (A, B) {
    fn wants_requests(&self) -> bool {
        self.0.wants_requests() || self.1.wants_requests()
    }

    fn on_event(&mut self, event: &Event, service: &Service) {
        self.0.on_event(event, service);
        self.1.on_event(event, service);
    }

    fn settled(&mut self, now: SimTime, service: &Service) {
        self.0.settled(now, service);
        self.1.settled(now, service);
    }

    fn goes_on(&self) -> bool {
        self.0.goes_on() && self.1.goes_on()
    }

    fn end(&mut self, service: &Service) {
        self.0.end(service);
        self.1.end(service);
    }
}
