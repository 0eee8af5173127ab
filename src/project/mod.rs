//! What is compiled: the crate graph, the cost of each unit, the steps of a container image, and
//! how long a build takes for a given set of hits.
//!
//! It knows nothing about caches: a client says which units or steps it already has, and this
//! module says what is left to build and how long that takes on a given number of cores. `scenario`
//! builds these types, `engine` plans jobs with them, `client` plays the builds.

mod checkout;
mod compilation;
mod costs;
pub mod crate_table;
mod flavour;
mod graph;
mod image;
mod input;
mod lineage;
mod objects;
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
pub(crate) use input::RECIPE;
pub use input::{InputId, InputSet};
pub use lineage::Lineage;
pub use schedule::{Schedule, complete_after, makespan};
pub use selection::Selection;
pub use system::{Arch, Os, System};
pub use unit::{Unit, UnitRole};
