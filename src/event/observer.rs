//! Who hears the events of a replication. Observers are composed as a tuple, and an unobserved replication pays
//! nothing: the empty methods of [`NoObserver`] are inlined.

use super::Event;
use crate::service::Service;
use crate::units::SimTime;

/// Hears every event of a replication, can look at the service, and can change nothing.
pub trait Observer {
    /// Whether it wants the service's own records, as [`Event::Request`].
    fn wants_requests(&self) -> bool {
        false
    }

    /// Something happened. Events come in the order of simulated time; `service` is as the last of those of
    /// this instant has left it.
    fn on_event(&mut self, _event: &Event, _service: &Service) {}

    /// Every event of this step of the simulation has been heard.
    fn settled(&mut self, _now: SimTime, _service: &Service) {}

    /// Nothing more will happen.
    fn end(&mut self, _service: &Service) {}
}

/// Hears nothing.
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

    fn end(&mut self, service: &Service) {
        (**self).end(service);
    }
}

/// An observer that is not always wanted.
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

    fn end(&mut self, service: &Service) {
        if let Some(observer) = self {
            observer.end(service);
        }
    }
}

/// Both hear everything, the first one first.
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

    fn end(&mut self, service: &Service) {
        self.0.end(service);
        self.1.end(service);
    }
}
