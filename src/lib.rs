//! Simulates the GitHub Actions cache: one size limit per repository, least-recently-used
//! eviction, and many clients writing at once that evict each other.
//!
//! # The story
//!
//! A [`scenario`] says what a repository's CI looks like: the cache service's limits, the runners,
//! the workflows with their jobs and cache clients, the project being compiled, and who pushes
//! what when. It is checked once and becomes a [`engine::Model`] that can no longer be wrong. The
//! [`engine`] plays the model: pushes start workflow runs, jobs wait for runners ([`ci`]), clients
//! restore, build and save ([`client`]) through the [`service`], which admits, rate-limits,
//! touches, sweeps and evicts. Whatever happens is an [`event`], and observers hear it ([`observe`]): one
//! measures and keeps who evicted whom, others keep a timeline or write a journal.
//! A [`strategy`] is a remedy: it turns one scenario into another. An [`experiment`] is what a command does,
//! callable without its command line: a request is prepared, played and can be cancelled. It repeats the
//! simulation with other draws, settings and strategies, and [`statistics`] says how certain the numbers and
//! their differences are; or it picks from the journal of one replication why a job missed. What comes out
//! is a [`result`], plain data that a file holds; a [`report`] shows it, at once or later, as text, pictures
//! or a page. A [`replay`] plays what was recorded of a real cache against the service alone. Both can make
//! a miss-ratio curve of the accesses they see ([`mrc`]): the hit ratio under every limit, in one pass. Where
//! only a listing of a real cache is known, [`diagnose`] judges it: what holds it, what of it is dead, what goes
//! next. Where there is no scenario yet, [`import`] writes one from the workflows of a repository. And where there
//! is a real build, [`serve`] is the cache service for it, under the same rules, and records what it does.
//!
//! ```text
//! scenario file ─parse─▶ tree ─check─▶ Model ─┐                                                ┌▶ table · json · csv · markdown
//! event log, crate table ─────────────────────┴▶ engine ─▶ observe ─▶ statistics ─▶ result ─▶ report ─▶ svg · png · html
//!                                                (one replication)     (many)                 ▲
//! operation log, listing ─────────────────────▶ replay ────────────────────────────────────────┤
//! listings ───────────────────────────────────▶ diagnose ──────────────────────────────────────┘
//! workflows ──────────────────────────────────▶ import ─▶ scenario file, inventory
//! real clients ◀─────────────────────────────▶ serve ──▶ operation log, summary
//! ```
//!
//! # The floors
//!
//! Lowest first; nothing imports from a floor above its own, and `tests/suite/tidy.rs` checks it:
//! [`units`] · [`random`], [`diagnostic`], [`service`], [`project`] · [`mrc`], [`workload`] · [`event`],
//! [`replay`] · [`client`] · [`ci`] · [`engine`] · [`observe`] · [`scenario`] · [`strategy`] · [`statistics`] ·
//! [`result`] · [`diagnose`] · [`experiment`] · [`import`] · [`report`] · [`serve`] · [`cli`].
//!
//! `service`, `mrc`, `project`, `workload`, `event`, `client`, `ci`, `engine`, `observe` and `diagnose` are pure: no
//! files, environment, clock, threads or printing; `replay` reads from what it is handed and is otherwise
//! like them. Only `serve` reads the clock, and talks to others. The same scenario, seed and version give the same
//! bytes on any number of threads.
//!
//! # Where to look
//!
//! | for | look in |
//! | --- | --- |
//! | which scopes a run may read and write | `service/access.rs` |
//! | another rule of GitHub's cache: matching, rates, eviction, expiry | `service`: `index.rs`, `limiter.rs`, `sweep.rs`, …; the numbers are in `limits.rs` |
//! | a rule of GitHub's scheduling: cancellation, fail-fast, billing | `ci/scheduler`; what becomes of the jobs that need a job, `ci/job_states.rs` |
//! | concurrency groups; failures and re-runs | `ci/concurrency.rs`; `ci/failure.rs`, `ci/re_run.rs` |
//! | workflows that delete entries | `ci/janitor.rs`; what they delete, `client/deletion.rs` |
//! | what happens first at one instant | `engine/due.rs` |
//! | how long a build takes for a given set of hits | `project/schedule.rs`; which units are missing, `client/compile.rs` |
//! | what a client asks for, saves and costs | its file in `client`, behind the trait `CacheClient` |
//! | what a client knows of its job, machine and service | `client/session` |
//! | what archives hold when the simulation begins | `client/past` |
//! | what a hit on an old entry is worth | `client/archive/aging.rs`; how often inputs have changed, `project/lineage.rs` |
//! | the keys, also the real ones, the size and the rules of an action with a cache of its own | its row in `client/action` |
//! | a fact about a client whatever its settings | its row in `client/kind.rs` |
//! | why something was not found; how lost time is divided | `client/history/`; `ci/process/loss.rs`, `client/compile.rs` |
//! | what can happen, and who hears it | `event` |
//! | what a metric means; how it is counted | `observe/metric`; `observe/metrics` |
//! | a key of a scenario: its grammar, its reading, what has no effect | `scenario/grammar`, `scenario/build`, `scenario/build/effect` |
//! | how a job is built: matrix, measured times, cache clients | `scenario/build/workflow` |
//! | GitHub's labels of runners, with processors, prices and disk | `scenario/grammar/runner.rs` |
//! | how certain a mean is | `statistics/intervals.rs` |
//! | what is drawn of the assumptions, and what follows | `experiment/worlds.rs`, `scenario/unconfirmed.rs`; `statistics/worlds.rs` |
//! | when measuring begins | `scenario/build/warm_up.rs`, and `statistics/warm_up.rs` where it is detected |
//! | a strategy | its file in `strategy/remedy` |
//! | a form of listing that is read | `replay/listing` |
//! | which client wrote a key; which of its parts change with time | its row in `diagnose/writer.rs`; `diagnose/token.rs`, and `date.rs` for dates |
//! | what a listing, runs, jobs and logs say in place of an assumption of `import` | `import/calibration` |
//! | something that `diagnose` finds wrong | a function and a row in `diagnose/finding.rs` |
//! | a sentence of the answer | `report/answer`: `verdict.rs`, `causes.rs`, `hint.rs`, …; of another command, its folder in `report` |
//! | which remedies `run` tries, and without which evictor; how alternatives are ranked | `experiment/advice`; `statistics/ranking.rs` |
//! | what changed between two saved runs | `report/two_runs`; `statistics/independent.rs` |
//! | a field of a result | `result`; of `run` and of a sweep, `result/run` and `result/sweep` |
//! | an action that `import` knows: what turns its cache on, which runs save | its row in `import/action/known.rs` |
//! | which version of a tool a file says; which entries a script deletes | `import/tool_version.rs`; `import/janitor` |
//! | what the text of a step's script says of its outputs | `import/script` |
//! | a rule of GitHub's expressions; what a context contains | `import/expression`; `import/workflow/scope.rs`, `github.rs` |
//! | how something of a workflow is written as a scenario | `import/draft` |
//! | a request of GitHub's cache protocol, in JSON or protobuf; bodies on disk | `serve/protocol`; `serve/store` |
//! | an option of a command | its file in `cli`, and its request in `experiment` |
//! | how anything is printed or written into a file, and where it may not be | `cli/output` |
//! | Ctrl-C and progress | `experiment/control.rs`, and `cli/attended.rs` for a terminal |
//!
//! # The library
//!
//! Programs may use [`experiment`], [`result`] and [`scenario`]. The other modules are public for the tests
//! alone, hidden here, and may change in any version.

pub mod experiment;
pub mod result;
pub mod scenario;

#[doc(hidden)]
pub mod ci;
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod client;
#[doc(hidden)]
pub mod diagnose;
#[doc(hidden)]
pub mod diagnostic;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod event;
#[doc(hidden)]
pub mod import;
#[doc(hidden)]
pub mod mrc;
#[doc(hidden)]
pub mod observe;
#[doc(hidden)]
pub mod project;
#[doc(hidden)]
pub mod random;
#[doc(hidden)]
pub mod replay;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod serve;
#[doc(hidden)]
pub mod service;
#[doc(hidden)]
pub mod statistics;
#[doc(hidden)]
pub mod strategy;
#[doc(hidden)]
pub mod units;
#[doc(hidden)]
pub mod workload;
