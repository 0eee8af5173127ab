//! Recorded operations against the service, outside any simulation: what a log says was restored,
//! saved and deleted is played, and what the cache answers is told.
//!
//! An [`Operation`] is one line of a log; [`LogReader`] reads them one by one, so that a log may be
//! larger than memory. [`listing`] reads what was stored before. A [`Player`] plays operations under
//! one setting; a [`Comparison`] plays them under several limits at once. [`Input`] tells a log from
//! a plain trace. Nothing here opens or writes a file: that is `cli`.

mod clock;
mod comparison;
mod event;
mod input;
mod line;
pub mod listing;
mod log;
mod operation;
mod outcome;
mod player;
mod problem;
mod tally;

pub use comparison::{Comparison, Row};
pub use event::Event;
pub use input::Input;
pub use log::LogReader;
pub use operation::{Action, Operation, Run, StatedEntry};
pub use outcome::{Found, Outcome, Saved, reason_name};
pub use player::{Player, Settings};
pub use problem::{Problem, Problems};
pub use tally::Tally;
