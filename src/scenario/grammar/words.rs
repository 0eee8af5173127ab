//! The words that keys take, each with the value it means and its explanation. The checker, the schema and
//! the reader use the same rows, so no word can be accepted without a meaning.

use super::kind::Kind;
use crate::ci::{
    BranchSet, CancelInProgress, Condition, FollowedEnd, GroupQueue, JanitorEvent, On, PullBases,
};
use crate::client::{
    ArchiveStep, ExportMode, ExportTarget, KeptFiles, ObjectStore, Paths, RunsBeside, SaveEvent, SaveIf,
};
use crate::event::{HeldFor, RefKind};
use crate::project::{Arch, InputId, LayerContent, Os};
use crate::service::{CacheMode, EvictionOrder, OverQuota, Sweep, Touch};
use crate::units::Duration;
use crate::workload::RebaseWhen;

/// Words with their meanings.
#[derive(Debug)]
pub struct Choice<T: 'static> {
    /// The words, with their explanations.
    pub words: &'static [(&'static str, &'static str)],
    /// The values of the words, in the same order.
    pub values: &'static [T],
}

impl<T: Copy> Choice<T> {
    /// The kind of a key that takes one of the words.
    pub const fn kind(&self) -> Kind {
        Kind::Choice(self.words)
    }

    /// The value of a word; `None` if it is not one of them.
    pub fn value(&self, word: &str) -> Option<T> {
        self.words.iter().position(|(known, _)| *known == word).map(|row| self.values[row])
    }
}

macro_rules! choice {
    ($($word:literal => $value:expr, $doc:literal;)+) => {
        Choice { words: &[$(($word, $doc)),+], values: &[$($value),+] }
    };
}

/// The words of `visibility` of `[ci]`; true is private.
pub const VISIBILITIES: Choice<bool> = choice! {
    "public" => false, "a public repository";
    "private" => true, "a private or internal repository";
};

/// The words of `when` of `burst-rebases`.
pub const REBASES_WHEN: Choice<Option<RebaseWhen>> = choice! {
    "never" => None, "bots rebase nothing";
    "conflicted" => Some(RebaseWhen::Conflicted), "a push to the default branch that changes an input which the pull \
        request changes, too";
    "behind-base-branch" => Some(RebaseWhen::BehindBaseBranch), "every push to the default branch";
};

/// The words of `save-if` of a client.
pub const SAVE_IF: Choice<SaveIf> = choice! {
    "always" => SaveIf::Always, "every run that may write";
    "default-branch" => SaveIf::DefaultBranch, "only runs on the default branch";
    "not-queue" => SaveIf::NotQueue, "every run but those on `merge_group`";
    "never" => SaveIf::Never, "no run";
};

/// The words of `save-on` of a client.
pub const SAVE_EVENTS: Choice<SaveEvent> = choice! {
    "push" => SaveEvent::any("push"), "a push to any branch, or of a tag";
    "push main" => SaveEvent::push(RefKind::Main), "a push to the default branch";
    "push tags" => SaveEvent::push(RefKind::Tag), "a push of a tag";
    "pull_request" => SaveEvent::any("pull_request"), "a push to a pull request";
    "merge_group" => SaveEvent::any("merge_group"), "a group of the merge queue";
    "release" => SaveEvent::any("release"), "a release";
    "schedule" => SaveEvent::any("schedule"), "a cron";
    "workflow_dispatch" => SaveEvent::any("workflow_dispatch"), "a start by hand";
    "repository_dispatch" => SaveEvent::any("repository_dispatch"), "a start by another system";
    "workflow_run" => SaveEvent::any("workflow_run"), "the end of another workflow";
};

/// The words of `action` of actions/cache.
pub const ARCHIVE_STEPS: Choice<ArchiveStep> = choice! {
    "cache" => ArchiveStep::Cache, "restores, and saves at the end of a job that has succeeded";
    "restore" => ArchiveStep::Restore, "only restores";
    "save" => ArchiveStep::Save, "only saves: it packs even when its key is stored already";
};

/// The words of `paths` of actions/cache.
pub const PATHS: Choice<Paths> = choice! {
    "target" => Paths::Target, "everything the job compiled, workspace crates included";
    "other" => Paths::Other, "anything else, of the given size";
};

/// The words of `store` of sccache.
pub const STORES: Choice<ObjectStore> = choice! {
    "gha" => ObjectStore::Gha, "the GitHub Actions cache, one entry per object";
    "external" => ObjectStore::External, "a bucket or database outside the limit";
};

/// The words of `mode` of BuildKit's cache.
pub const EXPORT_MODES: Choice<ExportMode> = choice! {
    "min" => ExportMode::Min, "the final image's layers";
    "max" => ExportMode::Max, "every step's layer";
};

/// The words of `export` of BuildKit's cache.
pub const EXPORT_TARGETS: Choice<ExportTarget> = choice! {
    "image" => ExportTarget::Image, "the image's";
    "dependencies" => ExportTarget::Dependencies,
        "those of a target that ends with the steps that compile external crates";
};

/// The words of `order` of the cache.
pub const EVICTION_ORDERS: Choice<EvictionOrder> = choice! {
    "least-recently-accessed" => EvictionOrder::LeastRecentlyAccessed, "the entry whose last access is oldest";
    "oldest-created" => EvictionOrder::OldestCreated, "the entry that was created first";
};

/// The words of `touch` of the cache.
pub const TOUCHES: Choice<Touch> = choice! {
    "look-up" => Touch::LookUp, "finding an entry, whether or not it is downloaded";
    "download" => Touch::Download, "downloading an entry";
};

/// The words of `over-quota` of the cache.
pub const OVER_QUOTA: Choice<OverQuota> = choice! {
    "evict" => OverQuota::Evict, "the entry is stored, and a sweep evicts others";
    "reject" => OverQuota::Reject, "the entry is refused until a sweep has freed space";
};

/// The words of `sweep` of the cache. It also takes a period.
pub const SWEEPS: Choice<Sweep> = choice! {
    "hourly" => Sweep::Every { period: Duration::HOUR, phase: None },
        "every hour, as GitHub does since November 2025";
    "daily" => Sweep::Every { period: Duration::DAY, phase: None }, "every 24 hours, as GitHub did before";
    "instant" => Sweep::Instant, "after every stored entry, as self-hosted servers do";
    "none" => Sweep::Never, "never: nothing is evicted, and nothing expires";
};

/// The words of `on` of a janitor.
pub const JANITOR_EVENTS: Choice<JanitorEvent> = choice! {
    "closed" => JanitorEvent::Closed, "a pull request is closed or merged; it deletes entries of that pull request only";
    "push main" => JanitorEvent::PushToMain, "a push to the default branch";
};

/// The words of `refs` of a janitor.
pub const HELD_FOR: Choice<HeldFor> = choice! {
    "main" => HeldFor::Main, "the default branch";
    "pull_request_open" => HeldFor::OpenPull, "a pull request that is open";
    "pull_request_closed" => HeldFor::ClosedPull, "a pull request that was closed or merged";
    "merge_queue" => HeldFor::MergeQueue, "a branch of the merge queue";
    "tag" => HeldFor::Tag, "a tag";
    "other" => HeldFor::OtherBranch, "another branch";
};

/// The words for a number without a bound.
pub const UNLIMITED: Choice<Option<u32>> = choice! {
    "unlimited" => None, "no limit";
};

/// The words of `keeps` of a runner.
pub const KEPT_FILES: Choice<KeptFiles> = choice! {
    "nothing" => KeptFiles::Nothing, "each job gets a new machine";
    "home" => KeptFiles::Home, "files outside the workspace stay: package stores, tools; actions/checkout cleans the workspace";
    "all" => KeptFiles::All, "the workspace stays too, such as `target`: `clean: false` of actions/checkout";
};

/// The words of `os` of a runner.
pub const SYSTEMS: Choice<Os> = choice! {
    "linux" => Os::Linux, "Linux";
    "windows" => Os::Windows, "Windows";
    "macos" => Os::MacOs, "macOS";
};

/// The words of `arch` of a runner.
pub const ARCHITECTURES: Choice<Arch> = choice! {
    "x64" => Arch::X64, "x86-64";
    "arm64" => Arch::Arm64, "64-bit ARM";
};

/// The words of `content` of a build step, and of what an image's dependencies depend on.
pub const CONTENTS: Choice<LayerContent> = choice! {
    "fixed" => LayerContent::Fixed, "nothing that changes";
    "base" => LayerContent::Base, "a base image with a moving tag";
    "context" => LayerContent::Context, "the whole tree, which every push changes";
    "recipe" => LayerContent::Recipe, "the cargo-chef recipe";
    "toolchain" => LayerContent::Input(InputId::TOOLCHAIN), "the version of the compiler";
    "web-lock" => LayerContent::Input(InputId::WEB_LOCK), "the front end's lock file";
};

/// The words of `concurrency` of a workflow or a job, for the group `{workflow}-{ref}`; `None`: no group.
pub const CONCURRENCY: Choice<Option<CancelInProgress>> = choice! {
    "unlimited" => None, "both run";
    "cancel" => Some(CancelInProgress::Always), "the newer run cancels the older one";
    "cancel-off-main" => Some(CancelInProgress::OffMain),
        "like `cancel`, but on the default branch the newer run waits, as with `queue`";
    "queue" => Some(CancelInProgress::Never),
        "the newer run waits; if several wait, only the newest is kept";
};

/// The words of `cancel-in-progress`, besides `true` and `false`.
pub const CANCEL_IN_PROGRESS: Choice<CancelInProgress> = choice! {
    "off-main" => CancelInProgress::OffMain, "except on the default branch";
    "pull-requests" => CancelInProgress::PullRequests, "in runs on `pull_request` only";
};

/// The words of `queue` of a concurrency group.
pub const GROUP_QUEUES: Choice<GroupQueue> = choice! {
    "single" => GroupQueue::Single, "one; a newer one takes its place, and it is cancelled";
    "max" => GroupQueue::Max, "up to 100, in the order of their arrival";
};

/// The words of `after-conclusion` of a workflow.
pub const FOLLOWED_ENDS: Choice<FollowedEnd> = choice! {
    "any" => FollowedEnd::Any, "however they have ended";
    "success" => FollowedEnd::Success, "with success";
    "failure" => FollowedEnd::Failure, "with a failure, or out of time";
};

/// The words of `if` of a job.
pub const CONDITIONS: Choice<Condition> = choice! {
    "success()" => Condition::Success, "if all of them have succeeded";
    "always()" => Condition::Always,
        "whatever they have come to, even if the run is cancelled";
    "!cancelled()" => Condition::NotCancelled, "whatever they have come to";
    "failure()" => Condition::Failure, "if one of them has failed";
};

/// The words of `background` of a client, beside true and false.
pub const BACKGROUND: Choice<RunsBeside> = choice! {
    "restores" => RunsBeside::Restores, "only beside the restores behind it: the job waits for it before `prepare`";
};

/// The words of `cache-mode` of a workflow or a job (GitHub's changelog of 2026-09-10).
pub const CACHE_MODES: Choice<CacheMode> = choice! {
    "read" => CacheMode::Read, "restores but does not save";
    "write" => CacheMode::Write, "restores and saves";
    "write-only" => CacheMode::WriteOnly,
        "saves but does not restore; it cannot replace a stored entry, so its key must change";
    "none" => CacheMode::None, "neither restores nor saves";
};

const NO_EVENT: On = On {
    push_main: false,
    push_branches: BranchSet(0),
    push_heads: false,
    push_queue: false,
    push_tags: false,
    pull_request: false,
    pull_request_target: false,
    bases: PullBases { branches: BranchSet(0), heads: false },
    release: false,
    merge_group: false,
    schedule: false,
    workflow_dispatch: false,
    repository_dispatch: false,
    issue_comment: false,
    workflow_run: false,
};

/// The words of `on` of a workflow. Each word is one event.
pub const EVENTS: Choice<On> = choice! {
    "push main" => On { push_main: true, ..NO_EVENT }, "a push to the default branch";
    "push tags" => On { push_tags: true, ..NO_EVENT }, "the push of a release's tag";
    "push" => On {
        push_main: true,
        push_branches: BranchSet(u64::MAX),
        push_heads: true,
        push_queue: true,
        push_tags: true,
        ..NO_EVENT
    }, "a push to any branch, those of pull requests and of the merge queue included, or of a tag";
    "pull_request" => On { pull_request: true, ..NO_EVENT }, "a push to a pull request";
    "pull_request_target" => On { pull_request_target: true, ..NO_EVENT },
        "a push to a pull request, run on the default branch, whose cache it may only read";
    "release" => On { release: true, ..NO_EVENT }, "a release with its tag";
    "merge_group" => On { merge_group: true, ..NO_EVENT }, "a group of the merge queue";
    "schedule" => On { schedule: true, ..NO_EVENT }, "a scheduled run on the default branch";
    "workflow_dispatch" => On { workflow_dispatch: true, ..NO_EVENT }, "a run that somebody starts by hand";
    "repository_dispatch" => On { repository_dispatch: true, ..NO_EVENT }, "a run that another system starts";
    "issue_comment" => On { issue_comment: true, ..NO_EVENT },
        "a comment; its runs may only read the default branch's cache";
    "workflow_run" => On { workflow_run: true, ..NO_EVENT }, "the end of a run of one of the workflows in `after`";
};
