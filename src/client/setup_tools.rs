use super::session::Session;
use super::toolkit::Toolkit;
use super::{Cache, SaveIf};
use crate::random::Distribution;
use crate::units::Duration;

/// Which setup action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tool {
    /// setup-node with `cache:` npm, yarn or pnpm: keyed by the front end's lock file.
    Node,
    /// setup-python with `cache: pip`: keyed by what pip installs from, with a restore key.
    Python,
    /// setup-go: keyed by Go's modules.
    Go,
}

impl Tool {
    /// The client's name.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Node => "setup-node",
            Tool::Python => "setup-python",
            Tool::Go => "setup-go",
        }
    }

    /// Whether it falls back to the newest archive of other files.
    pub fn has_restore_key(self) -> bool {
        match self {
            Tool::Python => true,
            Tool::Node | Tool::Go => false,
        }
    }
}

/// The cache built into a setup action.
#[derive(Debug, Clone, PartialEq)]
pub struct SetupTool {
    /// Which action.
    pub tool: Tool,
    /// Size of an archive in bytes.
    pub size: Distribution,
    /// Extra job time after a miss.
    pub miss: Duration,
    /// Extra job time after a prefix hit.
    pub partial: Duration,
    /// Which runs save.
    pub save_if: SaveIf,
}

impl SetupTool {
    /// The keys for this job: each action hashes the files of its own language, and only pip has a
    /// restore key.
    pub fn toolkit(&self, session: &mut Session) -> Toolkit {
        let checkout = &session.job.checkout;
        let names = &mut session.around.service.names;
        let (family, lock) = match self.tool {
            Tool::Node => ("node-cache-Linux-x64-pnpm-", checkout.web_lock),
            Tool::Python => ("setup-python-Linux-x64-python-pip-", checkout.requirements),
            Tool::Go => ("setup-go-Linux-x64-go-", checkout.go_sum),
        };
        let restore_keys = if self.tool.has_restore_key() { vec![names.key(family)] } else { vec![] };
        Toolkit {
            client: Cache::id(self.tool.name()),
            version: names.version("setup zstd"),
            key: names.key(&format!("{family}{lock:08x}")),
            restore_keys,
        }
    }
}
