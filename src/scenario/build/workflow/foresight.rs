//! What can be said of a job before anything is simulated: that its runs cannot end in time, that they do
//! not fit on the disk, or that a value about the disk changes nothing. Called once for all legs of a job.

use super::job::HOSTED_MAX;
use crate::ci::{Build, Job};
use crate::client::{ArchiveRate, Cache, Packed, Paths};
use crate::diagnostic::Diagnostic;
use crate::random::Distribution;
use crate::scenario::build::names::KnownNames;
use crate::scenario::is_hosted_label;
use crate::scenario::view::View;
use crate::units::{Bytes, Duration};

/// Warns of what will go wrong in every run of some leg, or in every run without a cache.
pub(super) fn foresee(group: &str, view: View, legs: &[Job], names: &mut KnownNames) {
    let rules = [late, full, over_usual, idle_ratio, idle_room];
    let warnings = rules
        .into_iter()
        .filter_map(|rule| legs.iter().find_map(|leg| rule(&Sight { group, view, leg, names })));
    for warning in warnings.collect::<Vec<_>>() {
        names.report.push(warning);
    }
}

/// One leg of a job, and all that its numbers refer to.
struct Sight<'a> {
    group: &'a str,
    view: View<'a>,
    leg: &'a Job,
    names: &'a KnownNames<'a>,
}

/// A run takes longer than the job's `timeout`: every run, or at least one without a cache.
fn late(sight: &Sight) -> Option<Diagnostic> {
    let Sight { group, leg: Job { timeout, .. }, .. } = sight;
    let longer = |took: &Duration| took > timeout;
    let message = if let Some(least) = Some(sight.warm()).filter(longer) {
        format!("`{group}` takes at least {least}, longer than its `timeout` ({timeout}): it never succeeds")
    } else {
        let cold = Some(sight.cold()).filter(longer)?;
        format!(
            "without a cache `{group}` takes {cold}, longer than its `timeout` ({timeout}): such a run fails"
        )
    };
    let is_longest = is_hosted_label(&sight.names.runners[sight.leg.runner].name) && *timeout >= HOSTED_MAX;
    let help = match is_longest {
        true => "split the job, or use a runner of your own: a job that is stopped saves nothing at its end",
        false => "raise `timeout`: a job that is stopped saves nothing at its end",
    };
    Some(Diagnostic::warning("never-ends", message).at(sight.view.span("timeout")).help(help))
}

/// Warns if the data on the disk at the end of a run exceeds the runner's space.
fn full(sight: &Sight) -> Option<Diagnostic> {
    let Sight { group, leg, names, .. } = sight;
    let room = names.runners[leg.runner].disk? + leg.frees;
    let (cold, warm) = sight.unpacked()?;
    let is_drawn = |cache: &Cache| match cache {
        Cache::ActionsCache(step) => !matches!(step.size, Distribution::Constant(_)),
        Cache::Action(tool) => !matches!(tool.size, Distribution::Constant(_)),
        Cache::RustCache(_) | Cache::Sccache(_) | Cache::Buildkit(_) => false,
    };
    let (used, when) = if cold > room {
        let drawn = leg.caches.iter().any(is_drawn);
        (cold, if drawn { "most of its runs fail" } else { "it never succeeds" })
    } else {
        (warm, "a run that restores its entries fails")
    };
    let message = format!("unpacked, `{group}` needs {used}, and its runner has {room} of disk: {when}");
    if used <= room {
        return None;
    }
    let help = "give the runner a larger `disk`, or let the job free more (`frees`)";
    Some(Diagnostic::warning("does-not-fit", message).at(sight.view.opened_at()).help(help))
}

/// Warns if the data on the disk exceeds what is usually free under a label of GitHub's. How much that is
/// varies, so no run fails of it.
fn over_usual(sight: &Sight) -> Option<Diagnostic> {
    let Sight { group, leg, names, .. } = sight;
    let runner = &names.runners[leg.runner];
    let usual = runner.usual_disk.filter(|_| runner.disk.is_none())?;
    let (cold, warm) = sight.unpacked()?;
    let used = cold.max(warm);
    if used <= usual + leg.frees {
        return None;
    }
    let label = &runner.name;
    let message = format!("unpacked, `{group}` needs {used}, and `{label}` usually has {usual} of disk");
    let help = format!("say how much is free in `runner.{label}.disk`; only then do jobs run out of it");
    Some(Diagnostic::warning("may-not-fit", message).at(sight.view.opened_at()).help(help))
}

/// The job says how large its files are, and nothing depends on it.
fn idle_ratio(sight: &Sight) -> Option<Diagnostic> {
    let Sight { view, leg, names, .. } = sight;
    if !view.has("unpacked-ratio") {
        return None;
    }
    let measured = matches!(&leg.build, Build::Compile(compiles) if compiles.dependencies_cold.is_some());
    if !measured {
        let help = "a flavour has an `unpacked-ratio` of its own, and so has each cache";
        let why = "in a job that is not measured, or compiles nothing";
        return Some(sight.idle("unpacked-ratio", why).help(help));
    }
    let runner = &names.runners[leg.runner];
    let by_compressed =
        [runner.pack, runner.unpack].iter().all(|rate| matches!(rate, ArchiveRate::Compressed(_)));
    let archived = leg.caches.iter().any(|cache| cache.kept().crates);
    ((by_compressed || !archived) && runner.disk.is_none()).then(|| sight.idle_without_disk("unpacked-ratio"))
}

/// The job makes room on a disk that is never full.
fn idle_room(sight: &Sight) -> Option<Diagnostic> {
    let Sight { view, leg, names, .. } = sight;
    let counted = names.runners[leg.runner].disk.is_some();
    (!counted && view.is_changed("frees")).then(|| sight.idle_without_disk("frees"))
}

impl Sight<'_> {
    fn idle(&self, key: &str, why: &str) -> Diagnostic {
        let message = format!("`{key}` has no effect {why}");
        Diagnostic::warning("no-effect", message).at(self.view.span(key))
    }

    fn idle_without_disk(&self, key: &str) -> Diagnostic {
        let runner = &self.names.runners[self.leg.runner].name;
        let help = format!("say how much is free: `runner.{runner}.disk`");
        self.idle(key, &format!("while runner `{runner}` has no `disk`")).help(help)
    }

    /// The shortest a run can be, at nominal speed.
    fn warm(&self) -> Duration {
        match &self.leg.build {
            Build::Compile(compiles) if compiles.dependencies_cold.is_some() => self.view.duration("warm"),
            Build::Compile(compiles) => self.fixed() + self.names.flavours[compiles.flavour].tail,
            Build::Nothing | Build::Image { .. } => self.fixed(),
        }
    }

    /// How long a run takes that finds nothing in any cache, transfers left out: of a selection of packages
    /// only what is certain.
    fn cold(&self) -> Duration {
        let cores = self.names.runners[self.leg.runner].cores;
        let missed: Duration = self.leg.caches.iter().map(|cache| cache.miss()).sum();
        let work = match &self.leg.build {
            Build::Compile(compiles) if compiles.dependencies_cold.is_some() => {
                return self.view.duration("cold");
            }
            Build::Compile(compiles) if compiles.selection.packages.is_empty() => {
                let flavour = &self.names.flavours[compiles.flavour];
                (flavour.dependency_work + flavour.workspace_work).scaled(1.0 / f64::from(cores))
            }
            Build::Image { image, .. } => {
                self.names.images[*image].steps.iter().map(|step| step.work.on(cores)).sum()
            }
            Build::Compile(_) | Build::Nothing => Duration::ZERO,
        };
        self.warm() + missed + work
    }

    fn fixed(&self) -> Duration {
        self.leg.setup + self.leg.prepare + self.leg.finish
    }

    /// The peak disk usage of a run without its entries and of a run with them, where it can be predicted.
    fn unpacked(&self) -> Option<(Bytes, Bytes)> {
        let (units, workspace) = match &self.leg.build {
            Build::Compile(compiles) if compiles.selection.packages.is_empty() => {
                let flavour = &self.names.flavours[compiles.flavour];
                let packed = |size| Packed::new(size, flavour.unpacked_ratio);
                (packed(flavour.dependency_archive), packed(flavour.workspace_archive))
            }
            Build::Image { image, .. } => {
                let unpacked = self.names.images[*image].unpacked();
                (Packed { compressed: Bytes::ZERO, unpacked }, Packed::default())
            }
            Build::Compile(_) => return None,
            Build::Nothing => Default::default(),
        };
        let compiles = matches!(self.leg.build, Build::Compile(_));
        let files = |cache: &Cache| match cache {
            Cache::RustCache(client) => client.registry,
            Cache::ActionsCache(step) if compiles && step.paths == Paths::Target => Packed::default(),
            Cache::ActionsCache(step) => Packed::new(Bytes(step.size.mean() as u64), step.unpacked_ratio),
            Cache::Action(tool) => Packed::new(Bytes(tool.size.mean() as u64), tool.unpacked_ratio),
            Cache::Sccache(_) | Cache::Buildkit(_) => Packed::default(),
        };
        let archive = |cache: &Cache| match cache {
            Cache::RustCache(client) if compiles => {
                let part = |kept, part| if kept { part } else { Packed::default() };
                part(client.kept.crates, units) + part(client.kept.members, workspace) + files(cache)
            }
            Cache::ActionsCache(step) if compiles && step.paths == Paths::Target => units + workspace,
            _ => files(cache),
        };
        let caches = &self.leg.caches;
        let created: Bytes = caches.iter().map(|cache| files(cache).unpacked).sum();
        let restored = caches.iter().filter(|cache| !cache.only_looks()).map(archive);
        let cold = units.unpacked + workspace.unpacked + created;
        Some((cold, cold.max(Packed::most_while_unpacking(restored))))
    }
}
