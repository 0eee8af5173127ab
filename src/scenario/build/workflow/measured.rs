//! Builds a job that is described by two measured times, `cold` and `warm`. It finds the work that explains
//! both. `docs/model.md` ("What is built") gives the rule.

use super::gap::{Gap, archive, target_steps};
use super::leg::{JobBuild, JobDraft, axis_position};
use super::placeholder::Placeholders;
use crate::ci::{Build, Compiles};
use crate::client::CacheName;
use crate::diagnostic::{Diagnostic, Report};
use crate::project::{Flavour, Selection};
use crate::random::{mix, mix_str};
use crate::scenario::build::names::KnownNames;
use crate::scenario::view::View;
use crate::units::{Bytes, Duration};

impl JobDraft<'_> {
    /// What a measured job builds. If a client keeps compiled crates, or if the job has no cache at all,
    /// this is a flavour of its own: its dependencies take their part of `cold` − `warm`, and the rest is
    /// what `warm` leaves after the fixed steps. Otherwise it builds nothing, since its caches know the
    /// cost of a miss. `None` only if a problem was reported.
    pub fn measured(&self, gap: &Gap, places: &Placeholders, names: &mut KnownNames) -> Option<JobBuild> {
        let fixed = self.fixed(names.report)?;
        let axes = self.build_axes(names.report)?;
        let rest = self.view.duration("warm") - fixed;
        let dependencies = gap.compiled();
        if dependencies == Duration::ZERO && !keeps_compiled(self.view.table("cache")) {
            return Some(JobBuild { build: Build::Nothing, prepare: self.view.duration("prepare") + rest });
        }
        let name = format!("measured {:016x}", mix(self.family(places), axes));
        let mut flavour = flavour(name, self.view, dependencies, rest);
        self.agree_on_objects(&mut flavour, names)?;
        names.flavours.push(flavour);
        let build = Build::Compile(Compiles {
            flavour: names.flavours.len() - 1,
            selection: Selection::default(),
            dependencies_cold: Some(dependencies),
        });
        Some(JobBuild { build, prepare: self.view.duration("prepare") })
    }

    /// Jobs under one key compile the same crates: the number of objects that one of them states holds for all.
    fn agree_on_objects(&self, own: &mut Flavour, names: &mut KnownNames) -> Option<()> {
        let mut others: Vec<&mut Flavour> =
            names.flavours.iter_mut().filter(|other| other.name == own.name).collect();
        let known = others.iter().find_map(|other| other.objects);
        if let (Some(known), Some(stated)) = (known, own.objects)
            && known != stated
        {
            let message =
                format!("`objects` is {stated} here, and {known} in another job that shares its cache key");
            let span = self.view.table("cache").table("sccache").span("objects");
            let help =
                "jobs that share a key compile the same crates: write one number, or give them other keys";
            names.report.push(Diagnostic::error("conflict", message).at(span).help(help));
            return None;
        }
        own.objects = own.objects.or(known);
        others.iter_mut().for_each(|other| other.objects = own.objects);
        Some(())
    }

    /// The time of the fixed steps, if it and the two measured times are consistent.
    fn fixed(&self, report: &mut Report) -> Option<Duration> {
        let view = self.view;
        let (cold, warm) = (view.duration("cold"), view.duration("warm"));
        if warm > cold {
            let message = format!("`warm` ({warm}) is longer than `cold` ({cold})");
            let diagnostic = Diagnostic::error("out-of-range", message).at(view.span("warm"));
            report.push(diagnostic.related(view.span("cold"), "without any cache"));
            return None;
        }
        let fixed = view.duration("setup") + view.duration("prepare") + view.duration("finish");
        if fixed > warm {
            let message =
                format!("`setup`, `prepare` and `finish` ({fixed}) take longer than the warm job ({warm})");
            let help = "`cold` and `warm` are times of the whole job, including fixed steps";
            report.push(Diagnostic::error("out-of-range", message).at(view.span("warm")).help(help));
            return None;
        }
        Some(fixed)
    }

    /// The identity of the job's profile, and of the leg's values on the axes that change what is compiled.
    fn build_axes(&self, report: &mut Report) -> Option<u64> {
        let mut identity = if self.view.has("profile") { mix_str(0, self.view.text("profile")) } else { 0 };
        for (axis, span) in self.view.texts("build-axes") {
            axis_position(axis, span, &self.leg, report)?;
            identity = mix_str(mix_str(identity, axis), self.leg.value(axis).unwrap_or_default());
        }
        Some(identity)
    }

    /// The identity of what the job compiles, according to its key: jobs that share a key share the content
    /// of its entry. A key that cannot be parsed is reported where the client is built.
    fn family(&self, places: &Placeholders) -> u64 {
        let cache = self.view.table("cache");
        let quiet = &mut Report::default();
        let rust_cache =
            cache.table_or_none("rust-cache").and_then(|view| places.rust_cache_name(view, quiet));
        match &rust_cache {
            Some(CacheName::Shared(name)) => return name.identity(),
            Some(CacheName::Own { key, job: None }) => return key.identity(),
            Some(CacheName::Own { job: Some(_), .. }) | None => {}
        }
        // Other jobs may write this key. rust-cache's key contains the id of the job.
        let target = target_steps(cache).into_iter().next();
        if let Some(key) = target.and_then(|step| places.template(step.placed_text("key"), quiet)) {
            return key.identity();
        }
        match rust_cache {
            Some(CacheName::Own { key, .. }) => {
                mix_str(key.identity(), places.job_id.map_or(self.group, |id| id.text))
            }
            // sccache's keys have no job in them: equal calls of the compiler hit, and `profile` says which are equal.
            _ if cache.has("sccache") && self.view.has("profile") => mix_str(0, "sccache"),
            _ => mix_str(0, self.group),
        }
    }
}

fn keeps_compiled(cache: View) -> bool {
    cache.has("rust-cache") || cache.has("sccache") || !target_steps(cache).is_empty()
}

fn flavour(name: String, view: View, dependencies: Duration, tail: Duration) -> Flavour {
    let cache = view.table("cache");
    let archive = archive(cache);
    let sccache = cache.table_or_none("sccache");
    let objects = sccache.filter(|sccache| sccache.has("object-bytes"));
    Flavour {
        profile: name.clone(),
        name,
        // On one core. The engine scales the work to the time that it took on the job's runner.
        dependency_work: dependencies.max(Duration::SECOND),
        workspace_work: Duration::ZERO,
        tail,
        work_sigma: 1.5,
        work_slope: 1.3,
        dependency_objects: objects.map_or(archive, |sccache| sccache.bytes("object-bytes")),
        workspace_objects: Bytes::ZERO,
        object_sigma: 1.57,
        dependency_archive: archive,
        unpacked_ratio: match view.has("unpacked-ratio") {
            true => view.number("unpacked-ratio"),
            false => Flavour::UNPACKED_RATIO,
        },
        workspace_archive: Bytes::ZERO,
        workspace_cacheable: false,
        native_cacheable: true,
        cacheable_share: 1.0,
        objects: sccache
            .filter(|sccache| sccache.has("objects"))
            .map(|sccache| sccache.integer("objects") as u32),
        checks_only: false,
    }
}
