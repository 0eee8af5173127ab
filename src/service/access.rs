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

/// What a run's token allows: the scopes it may read, in search order, and the one it may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Access {
    /// Those there are come first.
    read: [Option<Scope>; 3],
    write: Option<Scope>,
}

impl Access {
    /// The access of a run on `own`, by the documented table (dependency caching reference,
    /// "Restrictions for accessing a cache").
    ///
    /// `base` is a pull request's target branch, `default` the repository's default branch.
    pub fn of(trigger: Trigger, own: Scope, base: Option<Scope>, default: Scope) -> Access {
        match trigger {
            Trigger::Push | Trigger::Tag | Trigger::MergeGroup | Trigger::Trusted => {
                Access::new(&[own, default], Some(own))
            }
            Trigger::PullRequest | Trigger::ForkPullRequest => {
                Access::new(&[own, base.unwrap_or(default), default], Some(own))
            }
            Trigger::ForkPullRequestReadOnly => Access::new(&[own, base.unwrap_or(default), default], None),
            Trigger::Untrusted => Access::new(&[default], None),
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

    /// The same access without the right to write.
    pub fn read_only(self) -> Access {
        Access { write: None, ..self }
    }
}
