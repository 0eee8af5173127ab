use super::key::Scope;

/// What started a workflow run, as far as the cache token cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// A push to a branch.
    Push,
    /// A pushed tag or a release.
    Tag,
    /// A pull request of the same repository.
    PullRequest,
    /// A pull request from a fork. Sources conflict on whether it may write its own scope;
    /// default yes.
    ForkPullRequest,
    /// A pull request from a fork where forks get a read-only token.
    ForkPullRequestReadOnly,
    /// A merge-queue group: a throw-away branch.
    MergeGroup,
    /// `schedule`, `workflow_dispatch` and other trusted runs on the default branch.
    Trusted,
    /// `pull_request_target`, `issue_comment`, `workflow_run` from an untrusted pull request …:
    /// read-only since 2026-06-26.
    Untrusted,
}

impl Trigger {
    /// What the token allows where neither the workflow nor the job declares a mode.
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

/// What `cache-mode` of a workflow or a job declares (changelog of 2026-09-10). The service enforces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CacheMode {
    /// Restores only: what untrusted triggers have by default.
    Read,
    /// Restores and saves: what trusted triggers have by default.
    Write,
    /// Saves only.
    WriteOnly,
    /// Neither.
    None,
}

impl CacheMode {
    /// All of them.
    pub const ALL: [CacheMode; 4] =
        [CacheMode::Read, CacheMode::Write, CacheMode::WriteOnly, CacheMode::None];

    /// As a workflow spells it.
    pub fn name(self) -> &'static str {
        ["read", "write", "write-only", "none"][self as usize]
    }

    /// The mode that a workflow spells so, if there is one.
    pub fn named(name: &str) -> Option<CacheMode> {
        CacheMode::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// Whether it allows restores.
    pub fn reads(self) -> bool {
        matches!(self, CacheMode::Read | CacheMode::Write)
    }

    /// Whether it allows saves.
    pub fn writes(self) -> bool {
        matches!(self, CacheMode::Write | CacheMode::WriteOnly)
    }
}

/// What a run's token allows: the scopes it may read, in search order, and the one it may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Access {
    /// Those there are come first.
    read: [Option<Scope>; 3],
    write: Option<Scope>,
}

impl Access {
    /// The access of a run on `own`. The trigger decides the scopes, by the documented table
    /// (dependency caching reference, "Restrictions for accessing a cache"). The mode decides which of
    /// them may be read and whether one may be written: a declared one overrides the trigger's own.
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
            // It runs on the default branch, whatever its own ref is called.
            Trigger::Untrusted => (Access::new(&[default], None), default),
        };
        let mode = declared.unwrap_or(trigger.mode());
        Access {
            read: if mode.reads() { read.read } else { [None; 3] },
            write: mode.writes().then_some(write),
        }
    }

    /// Access to exactly these scopes, each searched once, in this order.
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

    /// The scope it may write, if any.
    pub fn writable(&self) -> Option<Scope> {
        self.write
    }
}
