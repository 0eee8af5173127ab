//! Which scopes a workflow run may read and write, by its trigger and its `cache-mode`. This is
//! GitHub's documented table (dependency caching reference, "Restrictions for accessing a cache";
//! changelogs of 2026-06-26 and 2026-09-10).
//!
//! `ci` computes an [`Access`] per run and `replay` one per log line; the service enforces it on
//! look-ups and reservations.

use super::key::Scope;

/// What started a workflow run, as far as it matters for access to the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// A push to a branch.
    Push,
    /// A pushed tag or a release.
    Tag,
    /// A pull request of the same repository.
    PullRequest,
    /// A pull request from a fork. Sources conflict on whether it may write its own scope; by
    /// default it may.
    ForkPullRequest,
    /// A pull request from a fork in a repository where forks get a read-only token.
    ForkPullRequestReadOnly,
    /// A merge-queue group. It runs on a throw-away branch.
    MergeGroup,
    /// `schedule`, `workflow_dispatch` and other trusted runs on the default branch.
    Trusted,
    /// `pull_request_target`, `issue_comment`, `workflow_run` from an untrusted pull request …:
    /// read-only since 2026-06-26.
    Untrusted,
}

impl Trigger {
    /// What the token allows if neither the workflow nor the job declares a `cache-mode`.
    fn mode(self) -> CacheMode {
        match self {
            Trigger::ForkPullRequestReadOnly | Trigger::Untrusted => CacheMode::Read,
            Trigger::Push
            | Trigger::Tag
            | Trigger::PullRequest
            | Trigger::ForkPullRequest
            | Trigger::MergeGroup
            | Trigger::Trusted => CacheMode::Write,
        }
    }
}

/// The `cache-mode` that a workflow or a job declares (changelog of 2026-09-10). The service
/// enforces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CacheMode {
    /// Restores only. The default of untrusted triggers.
    Read,
    /// Restores and saves. The default of trusted triggers.
    Write,
    /// Saves only.
    WriteOnly,
    /// Neither restores nor saves.
    None,
}

impl CacheMode {
    /// All modes, in the order of declaration.
    pub const ALL: [CacheMode; 4] =
        [CacheMode::Read, CacheMode::Write, CacheMode::WriteOnly, CacheMode::None];

    /// The mode as a workflow spells it.
    pub fn name(self) -> &'static str {
        ["read", "write", "write-only", "none"][self as usize]
    }

    /// The mode with this spelling; `None` for any other word.
    pub fn named(name: &str) -> Option<CacheMode> {
        CacheMode::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// True if the mode allows restores.
    pub fn reads(self) -> bool {
        matches!(self, CacheMode::Read | CacheMode::Write)
    }

    /// True if the mode allows saves.
    pub fn writes(self) -> bool {
        matches!(self, CacheMode::Write | CacheMode::WriteOnly)
    }
}

/// What a run's token allows: the scopes it may read, in search order, and the scope it may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Access {
    /// The scopes, followed by `None`s.
    read: [Option<Scope>; 3],
    write: Option<Scope>,
}

impl Access {
    /// The access of a run on the ref `own`. The trigger decides the scopes, by the documented
    /// table (dependency caching reference, "Restrictions for accessing a cache"). The mode decides
    /// whether they may be read and written; a declared mode overrides the trigger's.
    ///
    /// `base` is a pull request's target branch, `default` the repository's default branch.
    pub fn of(
        trigger: Trigger,
        declared: Option<CacheMode>,
        own: Scope,
        base: Option<Scope>,
        default: Scope,
    ) -> Access {
        let (read, write) = match trigger {
            Trigger::Push | Trigger::Tag | Trigger::MergeGroup | Trigger::Trusted => {
                (Access::new(&[own, default], None), own)
            }
            Trigger::PullRequest | Trigger::ForkPullRequest | Trigger::ForkPullRequestReadOnly => {
                (Access::new(&[own, base.unwrap_or(default), default], None), own)
            }
            // Such a run is on the default branch, whatever its own ref is called.
            Trigger::Untrusted => (Access::new(&[default], None), default),
        };
        let mode = declared.unwrap_or(trigger.mode());
        Access {
            read: if mode.reads() { read.read } else { [None; 3] },
            write: mode.writes().then_some(write),
        }
    }

    /// Access to exactly these scopes, searched in this order. Duplicates are dropped.
    pub fn new(read: &[Scope], write: Option<Scope>) -> Access {
        let mut scopes = [None; 3];
        let mut count = 0;
        for scope in read {
            if !scopes[..count].contains(&Some(*scope)) {
                scopes[count] = Some(*scope);
                count += 1;
            }
        }
        Access { read: scopes, write }
    }

    /// The scopes it may read, in search order.
    pub fn readable(&self) -> impl Iterator<Item = Scope> {
        self.read.iter().map_while(|scope| *scope)
    }

    /// The scope it may write; `None` if it may not save.
    pub fn writable(&self) -> Option<Scope> {
        self.write
    }
}
