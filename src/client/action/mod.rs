//! Actions that keep archives under keys of their own making: one file per action, which says in a row what
//! its keys are, what they hash, what is archived, how large it usually is, what a miss costs and which runs
//! save. A new action is its file and a line in [`ACTIONS`]; `scenario` makes its keys, and the registry of
//! clients its place, from the row.
//!
//! What a job does with a row is in `action_archive`. The archives' content is not modelled, only their size
//! and what a miss costs. Keys follow the actions'
//! code (`docs/model.md` names the commits).

mod ccache;
mod codeql;
mod golangci_lint;
mod pre_commit;
mod row;
mod setup_bazel;
mod setup_dotnet;
mod setup_go;
mod setup_gradle;
mod setup_java;
mod setup_node;
mod setup_python;
mod setup_ruby;
mod setup_uv;

pub use row::{ActionCost, ActionEntry, ActionSetting, ActionVariant, CacheAction, SettingKind};

/// All actions with archives of their own. Draws depend on the order: append, do not insert.
pub const ACTIONS: &[CacheAction] = &[
    setup_node::ROW,
    setup_python::ROW,
    setup_go::ROW,
    setup_java::ROW,
    setup_dotnet::ROW,
    setup_ruby::ROW,
    setup_uv::ROW,
    setup_gradle::ROW,
    setup_bazel::ROW,
    golangci_lint::ROW,
    pre_commit::ROW,
    ccache::ROW,
    codeql::ROW,
];
