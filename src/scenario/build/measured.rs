use super::workflow::Surroundings;
use crate::ci::Compiles;
use crate::diagnostic::Diagnostic;
use crate::project::{Flavour, Selection};
use crate::scenario::view::View;
use crate::units::{Bytes, Duration};

/// Size of an archive of compiled crates where the scenario gives none: the median of about 60
/// published entries of rust-cache.
const ARCHIVE: Bytes = Bytes(800_000_000);

/// Uncompressed over compressed size of a target folder where the scenario gives none: measured 4–8.
const UNPACKED_RATIO: f64 = 6.0;

/// What a measured job compiles: a flavour of its own whose dependencies take `cold` − `warm`, and
/// whose rest is what `warm` leaves after the fixed steps. `None` only if something is reported.
pub(super) fn measured(name: &str, view: View, names: &mut Surroundings) -> Option<Compiles> {
    let (cold, warm) = (view.duration("cold"), view.duration("warm"));
    let fixed = view.duration("setup") + view.duration("prepare") + view.duration("finish");
    if warm > cold {
        let message = format!("`warm` ({warm}) is longer than `cold` ({cold})");
        let diagnostic = Diagnostic::error("out-of-range", message).at(view.span("warm"));
        names.report.push(diagnostic.related(view.span("cold"), "without any cache"));
        return None;
    }
    if fixed > warm {
        let message =
            format!("`setup`, `prepare` and `finish` ({fixed}) take longer than the warm job ({warm})");
        let help = "`cold` and `warm` are times of the whole job, fixed steps included";
        names.report.push(Diagnostic::error("out-of-range", message).at(view.span("warm")).help(help));
        return None;
    }
    names.flavours.push(flavour(name, view, cold - warm, warm - fixed));
    Some(Compiles {
        flavour: names.flavours.len() - 1,
        selection: Selection::default(),
        dependencies_cold: Some(cold - warm),
    })
}

fn flavour(name: &str, view: View, dependencies: Duration, tail: Duration) -> Flavour {
    let archive = archive(view);
    let sccache = view.table("cache").table_or_none("sccache");
    let objects = sccache.filter(|sccache| sccache.has("object-bytes"));
    Flavour {
        name: format!("{name}, measured"),
        profile: name.to_owned(),
        // On one core: the engine scales the work to the time it took on the job's runner.
        dependency_work: dependencies.max(Duration::SECOND),
        workspace_work: Duration::ZERO,
        tail,
        work_sigma: 1.5,
        work_slope: 1.3,
        dependency_objects: objects.map_or(archive, |sccache| sccache.bytes("object-bytes")),
        workspace_objects: Bytes::ZERO,
        object_sigma: 1.57,
        dependency_archive: archive,
        unpacked_ratio: if view.has("unpacked-ratio") {
            view.number("unpacked-ratio")
        } else {
            UNPACKED_RATIO
        },
        workspace_archive: Bytes::ZERO,
        workspace_cacheable: false,
        cacheable_share: 1.0,
        checks_only: false,
    }
}

/// The size of the compiled crates in the job's archive.
fn archive(view: View) -> Bytes {
    let cache = view.table("cache");
    if let Some(rust_cache) = cache.table_or_none("rust-cache").filter(|client| client.has("size")) {
        return rust_cache.bytes("size").saturating_sub(registry(rust_cache));
    }
    let steps = if cache.has("actions-cache") { cache.tables("actions-cache") } else { Vec::new() };
    let target = steps.into_iter().find(|step| step.text("paths") == "target" && step.has("size"));
    target.map_or(ARCHIVE, |step| Bytes(step.distribution("size").mean() as u64))
}

/// What a rust-cache entry holds besides compiled crates where the scenario does not say:
/// measured 0.15–0.3 GB in middle-sized projects.
const REGISTRY: Bytes = Bytes(200_000_000);

/// What a rust-cache entry holds besides compiled crates. Of a small entry it is at most a fifth.
pub(super) fn registry(rust_cache: View) -> Bytes {
    match (rust_cache.has("registry"), rust_cache.has("size")) {
        (true, _) => rust_cache.bytes("registry"),
        (false, true) => REGISTRY.min(rust_cache.bytes("size").scaled(0.2)),
        (false, false) => REGISTRY,
    }
}
