//! From a repository's files to a scenario: what its workflows, and the local actions that they use, say about
//! its cache clients, and a first scenario that `check` accepts and `run` plays.
//!
//! Its git history, container files, bake files and lock files become the event log, images and inputs. A
//! [`RepositoryFolder`] is read as `yaml` trees, workflow by [`workflow`]. An [`expression`] is decided as far
//! as the files allow, under assumed events. The table in [`action`] says which actions are cache clients. What
//! was found is an inventory; the scenario is written from the same findings. A [`calibration`] with the records of its
//! cache and runs replaces assumptions by data, and is tested with what it has not seen.
//!
//! Nothing of the repository is executed, nothing outside its folder is read (links out of it, a `.git` that points
//! elsewhere and borrowed objects are refused), everything has a limit, and the wall clock plays no part.
//! `cli` calls it.

pub mod action;
mod anonymous;
pub mod calibration;
mod change;
mod declared_name;
mod draft;
pub mod expression;
pub mod found;
pub mod git;
pub mod github;
pub mod history;
mod idle;
pub mod image;
mod inventory;
mod janitor;
pub mod lock;
mod past;
mod path_output;
pub mod pattern;
mod program;
mod repository;
mod script;
mod sources;
mod toml_text;
mod tool_version;
pub mod tree;
mod update;
pub mod workflow;
mod yaml;

pub use change::{CommitSources, ComparedCommit, WorkflowChange};
pub use draft::{EventLogName, NO_FILE, OpenAssumption, ScenarioDraft, draft};
pub use inventory::{FoundWorkflow, inventory};
pub use past::RepositoryPast;
pub use repository::RepositoryFolder;
pub use sources::{LocalAction, RepositorySources, SourceProblem};
pub use update::UpdatedScenario;
pub use yaml::{YamlContent, YamlNode, YamlProblem};
