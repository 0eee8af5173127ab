//! GitHub's cache service for real clients on this machine, under the rules of the model.
//!
//! A [`ServeRequest`] says which cache; a [`Server`] answers until it is ended, and then says what clients did. The
//! rules are the service model's, played by the same [`Player`](crate::replay::Player) as a recorded log; this
//! module adds the protocol, bodies on disk, a clock that runs with the real one, and the recorder. The jobs of a
//! scenario can use the cache beside the real clients.
//!
//! It is the one part of the program that reads the clock of the machine. `cli` starts it. Who trusts whom: without
//! `--listen` only programs of this machine reach it; with it, only those that have the token.

mod asked_run;
mod build;
mod clock;
mod http;
mod live_cache;
mod protocol;
mod recorder;
mod request;
mod server;
mod store;
mod summary;
mod team;
mod token;
mod traffic;
mod variables;

pub use asked_run::{asked_run, checked_ref};
pub use build::{BuildEnd, build_under};
pub use clock::ServeClock;
pub use http::ConnectionLimits;
pub use request::{Bodies, ServeRequest, ServedScenario};
pub use server::{ServeEnd, Server};
pub use summary::ServeSummary;
pub use traffic::{ClientTraffic, ServedTraffic, Writer};
pub use variables::Variables;
