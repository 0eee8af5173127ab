//! Container files and bake files: which steps an image has, what each depends on, and what a bake file builds. Costs are
//! assumed by what a step's command does; they are for the reader of the scenario to replace.
//!
//! [`ContainerFile::read`] reads the text, `plan` makes the steps, and [`PlannedImage::toml`] writes them as
//! `[[image.NAME.step]]`.

mod bake;
mod cost;
mod instruction;
mod plan;
mod platform;
mod stage;
mod write;

pub use bake::{BadBakeFile, BakeFile, BakeTarget};
pub use cost::AssumedCost;
pub use instruction::{BadContainerFile, Instruction};
pub use plan::{ImageSetting, PlannedImage, PlannedStep, plan};
pub use stage::{ContainerFile, StageBlock, USUAL_PLATFORM};
