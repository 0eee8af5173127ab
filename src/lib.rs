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
//! A [`strategy`] is a remedy: it turns one scenario into another. A [`study`] repeats this with
//! other draws and other settings, compares, and says how surely; it also picks from the journal of one
//! replication why a job missed. An [`experiment`] is what a command does, callable without its command line:
//! a request is prepared, played and can be cancelled. What comes out is a [`result`], plain data that a file
//! holds; a [`report`] shows it, at once or later, as text, pictures or a page. A
//! [`replay`] plays what was recorded of a real cache against the service alone. Both can make a
//! miss-ratio curve of the accesses they see ([`mrc`]): the hit ratio under every limit, in one pass.
//!
//! ```text
//! scenario file ─parse─▶ tree ─check─▶ Model ─┐                                           ┌▶ table · json · csv · markdown
//! event log, crate table ─────────────────────┴▶ engine ─▶ observe ─▶ study ─▶ result ─▶ report ─▶ svg · png · html
//!                                                (one replication)   (many)              ▲
//! operation log, listing ─────────────────────▶ replay ───────────────────────────────────┘
//! ```
//!
//! # The floors
//!
//! Lowest first; nothing imports from a floor above its own, and `tests/suite/tidy.rs` checks it:
//! [`units`] · [`random`], [`diagnostic`], [`service`], [`project`] · [`mrc`], [`workload`] · [`event`],
//! [`replay`] · [`client`] · [`ci`] · [`engine`] · [`observe`] · [`scenario`] · [`strategy`] · [`study`] ·
//! [`result`] · [`experiment`] · [`report`] · [`cli`].
//!
//! `service`, `mrc`, `project`, `workload`, `event`, `client`, `ci`, `engine` and `observe` are pure: no files,
//! environment, clock, threads or printing; `replay` reads from what it is handed and is otherwise
//! like them. The same scenario, seed and version give the same
//! bytes on any number of threads.

pub mod ci;
pub mod cli;
pub mod client;
pub mod diagnostic;
pub mod engine;
pub mod event;
pub mod experiment;
pub mod mrc;
pub mod observe;
pub mod project;
pub mod random;
pub mod replay;
pub mod report;
pub mod result;
pub mod scenario;
pub mod service;
pub mod strategy;
pub mod study;
pub mod units;
pub mod workload;
