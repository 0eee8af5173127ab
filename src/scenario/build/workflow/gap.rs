//! Divides the gap of a measured job, `cold` − `warm`, among its caches by their expected sizes.
//! `docs/model.md` ("What is built") gives the rule.

use crate::client::{ACTIONS, ArchiveStep, Paths};
use crate::diagnostic::{Diagnostic, Report, Span};
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::units::{Bytes, Duration};

/// The part for compiled crates. It is the same whichever clients keep them, because they save the same
/// work.
const COMPILED: &str = "compiled crates";

/// Size of an archive of compiled crates, if the scenario does not state it: the median of about 60
/// published entries of rust-cache.
pub(super) const ARCHIVE: Bytes = Bytes(800_000_000);

/// The time that the caches of a measured job save together, and the share of each.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::scenario::build) struct Gap {
    /// `cold` − `warm`.
    whole: Duration,
    parts: Vec<GapPart>,
    /// The time that cargo needs for the downloads that a rust-cache without compiled crates would save.
    downloads: Duration,
}

#[derive(Debug, Clone, PartialEq)]
struct GapPart {
    /// The client, and the index of its step.
    place: (String, usize),
    span: Span,
    size: f64,
    stated: Option<f64>,
    share: f64,
}

impl Gap {
    /// Divides the gap of a measured job by the expected sizes of its caches, except where the scenario
    /// states a share.
    pub fn of(job: View, report: &mut Report) -> Gap {
        let whole = job.duration("cold") - job.duration("warm");
        let cache = job.table("cache");
        let parts = compiled(cache).into_iter().chain(others(cache)).collect();
        let mut gap = Gap { whole, parts, downloads: Duration::ZERO };
        gap.divide(job, report);
        let registry_only = cache.table_or_none("rust-cache").filter(|client| !keeps_targets(*client));
        gap.downloads = registry_only.map_or(Duration::ZERO, refetch).min(gap.compiled());
        gap
    }

    /// The part for compiled crates. In a job without any cache it is the whole gap.
    pub fn compiled(&self) -> Duration {
        let part = if self.parts.is_empty() { self.whole } else { self.part(COMPILED, 0) };
        part - self.downloads
    }

    /// The part that a rust-cache without compiled crates saves: the downloads of those crates.
    pub fn downloads(&self) -> Duration {
        self.downloads
    }

    /// True if the shares of other caches leave no part of the gap to a rust-cache.
    pub fn leaves_crates_nothing(&self) -> bool {
        self.part(COMPILED, 0) == Duration::ZERO
    }

    /// The part of the gap that a client's step saves, for a client that keeps nothing compiled.
    pub fn part(&self, client: &str, step: usize) -> Duration {
        let part = self.parts.iter().find(|part| part.place.0 == client && part.place.1 == step);
        part.map_or(Duration::ZERO, |part| self.whole.scaled(part.share))
    }

    fn divide(&mut self, job: View, report: &mut Report) {
        let stated: f64 = self.parts.iter().filter_map(|part| part.stated).sum();
        let size: f64 = self.parts.iter().filter(|part| part.stated.is_none()).map(|part| part.size).sum();
        let open = self.parts.iter().filter(|part| part.stated.is_none()).count();
        for part in &mut self.parts {
            let equal = 1.0 / open.max(1) as f64;
            let by_size = if size > 0.0 { part.size / size } else { equal };
            part.share = part.stated.unwrap_or((1.0 - stated).max(0.0) * by_size);
        }
        let unclosed = open == 0 && !self.parts.is_empty() && (stated - 1.0).abs() > 1e-9;
        if stated > 1.0 + 1e-9 || unclosed {
            let sum = (stated * 1e6).round() / 1e6;
            let message = format!("the shares of the gap between `cold` and `warm` add up to {sum}, not 1");
            let help = "leave out the share of one cache: it gets the rest";
            let at = self
                .parts
                .iter()
                .find(|part| part.stated.is_some())
                .map_or(job.opened_at(), |part| part.span);
            report.push(Diagnostic::error("out-of-range", message).at(at).help(help));
        }
    }
}

/// What a miss of a step with actions/cache costs a job that states `cold` and `warm`; `None` if the job does not.
pub fn gap_of_step(job: View, step: usize) -> Option<Duration> {
    let is_measured = job.has("cold") && job.has("warm");
    is_measured.then(|| Gap::of(job, &mut Report::default()).part("actions-cache", step))
}

/// The part for what the job compiles, if a client keeps it.
fn compiled(cache: View) -> Option<GapPart> {
    let clients = ["rust-cache", "sccache"].into_iter().filter_map(|client| cache.table_or_none(client));
    let steps: Vec<View> = clients.chain(target_steps(cache)).collect();
    let stated = steps.iter().find(|step| step.has("gap-share"));
    let span = stated.or(steps.first())?.span("gap-share");
    let size = archive(cache).0 as f64;
    let stated = stated.map(|step| step.number("gap-share"));
    Some(GapPart { place: (COMPILED.to_owned(), 0), span, size, stated, share: 0.0 })
}

/// The parts for archives with other content: package stores, tools, data.
fn others(cache: View) -> Vec<GapPart> {
    let part = |client: &str, step: usize, view: View| GapPart {
        place: (client.to_owned(), step),
        span: view.span("gap-share"),
        size: if view.has("size") { view.distribution("size").mean() } else { 0.0 },
        stated: view.has("gap-share").then(|| view.number("gap-share")),
        share: 0.0,
    };
    let actions = ACTIONS.iter().map(|action| action.name);
    let tools = actions.filter_map(|action| Some(part(action, 0, cache.table_or_none(action)?)));
    let steps = steps(cache)
        .into_iter()
        .enumerate()
        .filter(|(_, step)| step.choice("paths", &words::PATHS) != Paths::Target)
        .filter(|(_, step)| step.choice("action", &words::ARCHIVE_STEPS) != ArchiveStep::Save);
    tools.chain(steps.map(|(index, step)| part("actions-cache", index, step))).collect()
}

/// The steps with actions/cache.
fn steps(cache: View<'_>) -> Vec<View<'_>> {
    if cache.has("actions-cache") { cache.tables("actions-cache") } else { Vec::new() }
}

/// The steps with actions/cache that keep the target folder.
pub(super) fn target_steps(cache: View<'_>) -> Vec<View<'_>> {
    steps(cache).into_iter().filter(|step| step.choice("paths", &words::PATHS) == Paths::Target).collect()
}

/// The size of the compiled crates in the job's archive.
pub(in crate::scenario::build) fn archive(cache: View) -> Bytes {
    if let Some(rust_cache) = cache.table_or_none("rust-cache").filter(|client| client.has("size")) {
        return rust_cache.bytes("size").saturating_sub(registry(rust_cache));
    }
    let target = target_steps(cache).into_iter().find(|step| step.has("size"));
    target.map_or(ARCHIVE, |step| Bytes(step.distribution("size").mean() as u64))
}

/// The content of a rust-cache entry besides compiled crates, if the scenario does not state it. Measured
/// are 0.15–0.3 GB in projects of medium size.
pub(super) const REGISTRY: Bytes = Bytes(200_000_000);

/// True if rust-cache's entry holds the target folder.
pub(in crate::scenario::build) fn keeps_targets(rust_cache: View) -> bool {
    rust_cache.flag_or("cache-targets", true)
}

/// How long cargo downloads the registry from crates.io.
pub(super) fn refetch(rust_cache: View) -> Duration {
    rust_cache.rate("registry-rate").time_for(registry(rust_cache), 1.0)
}

/// The content of a rust-cache entry besides compiled crates. In a small entry it is at most a fifth.
pub(in crate::scenario::build) fn registry(rust_cache: View) -> Bytes {
    match (rust_cache.has("registry"), rust_cache.has("size")) {
        (true, _) => rust_cache.bytes("registry"),
        (false, true) => REGISTRY.min(rust_cache.bytes("size").scaled(0.2)),
        (false, false) => REGISTRY,
    }
}
