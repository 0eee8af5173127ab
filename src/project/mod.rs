//! What is compiled: the crate graph, what each unit costs, the steps of a container image, and
//! how long a build takes for a given set of hits.
//!
//! It does not know caches: a client says which units or steps it has, this room says what is left
//! to do and how long that takes on so many cores.

mod checkout;
mod compilation;
mod costs;
pub mod crate_table;
mod flavour;
mod graph;
mod image;
mod order;
mod schedule;
mod selection;
mod shares;
mod system;
pub(crate) mod table;
mod unit;

pub use checkout::{ChangeId, Checkout};
pub use compilation::Compilation;
pub use flavour::{Flavour, Platform};
pub use graph::{Crate, CrateGraph, CrateKind, GraphProblem, HostCopy};
pub use image::{Image, ImageStep, LayerContent, StepWork};
pub use schedule::{Schedule, makespan};
pub use selection::Selection;
pub use system::{Arch, Os, System};
pub use unit::{Unit, UnitRole};
