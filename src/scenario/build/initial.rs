//! Builds the cache as it is when the simulation begins, from the listing that `cache.initial` names. An entry
//! belongs to the job whose keys have its form; of those with one form, the newest on a ref is what the job would
//! store now.

use super::Builder;
use super::effect::run_context;
use super::listing::doubts;
use crate::ci::{DEFAULT_BRANCH, Job, Runner, Workflow};
use crate::client::{ArchiveName, Cache, ClientKind, KeyPattern};
use crate::diagnostic::{Diagnostic, printable};
use crate::engine::{InitialEntry, Model};
use crate::project::{Checkout, CrateGraph};
use crate::replay::listing::{ListedEntry, Snapshot, default_branch, read_snapshot};
use crate::scenario::view::View;
use crate::units::{Bytes, SimTime};
use crate::workload::PushSource;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A listing of the real cache.
pub(super) struct RealCache {
    snapshot: Snapshot,
    /// The newest time in it: the instant of the listing.
    pub at: SimTime,
}

/// A cache step of a job, with the form of its keys.
struct StepKeys<'a> {
    place: (usize, usize, usize),
    cache: &'a Cache,
    pattern: KeyPattern,
    version: String,
    name: ArchiveName,
    /// False if another run of the same files has another key.
    is_constant: bool,
}

impl Builder {
    /// The listing, if the scenario names one.
    pub(super) fn real_cache(&mut self, cache: View) -> Option<RealCache> {
        if !cache.has("initial") {
            return None;
        }
        let data = self.data(cache, "initial")?;
        let snapshot = match read_snapshot(data.text.as_bytes()) {
            Ok(snapshot) => snapshot,
            Err(problems) => {
                problems.list().iter().for_each(|problem| {
                    self.wrong_row(&data, problem.line, None, problem.message.clone());
                });
                return None;
            }
        };
        let problem = match snapshot.newest() {
            None => "the listing has no times, so it is not known when the simulation begins",
            Some(_) if snapshot.is_relative => {
                "the listing has ages in place of times: write it with `gh cache list --json …`"
            }
            Some(at) => return Some(RealCache { snapshot, at }),
        };
        self.report.push(Diagnostic::error("wrong-row", problem).at(cache.span("initial")));
        None
    }

    /// The entries of the listing as the simulation knows them. Those of no job are told of.
    fn initial(
        &mut self,
        listed: &RealCache,
        (workflows, runners, graph): (&[Workflow], &[Runner], &CrateGraph),
        (root, draws_pulls): (View, bool),
    ) -> Vec<InitialEntry> {
        let forms = forms(workflows, runners, graph);
        let entries = &listed.snapshot.entries;
        let main = default_branch(entries);
        let of: Vec<Option<usize>> = entries.iter().map(|entry| form_of(&entry.key, &forms)).collect();
        let newest = newest(entries, &of);
        let (mut initial, mut taken) = (Vec::new(), BTreeSet::new());
        for (index, (entry, form)) in entries.iter().zip(&of).enumerate() {
            let form = form.map(|form| &forms[form]);
            let ref_name = simulated_ref(entry.reference.as_deref(), &main, draws_pulls);
            let mut entry = entry_of(entry, form, ref_name, newest.contains(&index), listed.at);
            let identity =
                |entry: &InitialEntry| (entry.ref_name.clone(), entry.key.clone(), entry.version.clone());
            if !taken.insert(identity(&entry)) {
                // Nothing finds it, but it takes space.
                entry.version = format!("listed in row {index}");
                taken.insert(identity(&entry));
            }
            initial.push(entry);
        }
        let at = root.table("cache").span("initial");
        doubts(&listed.snapshot).for_each(|doubt| self.report.push(doubt.at(at)));
        self.warn_of_unmatched(entries, &of, root.table("cache"));
        initial
    }

    /// Lets the model begin with a real cache.
    pub(super) fn begin_with(&mut self, real: &RealCache, root: View, model: &mut Model) {
        let draws_pulls = matches!(model.workload.source, PushSource::Stochastic(_));
        let parts = (&model.workflows[..], &model.runners[..], &model.graph);
        model.initial = self.initial(real, parts, (root, draws_pulls));
        let workload = root.table("workload");
        for key in ["from", "warmup"].into_iter().filter(|key| workload.has(key)) {
            let message = format!("`{key}` has no effect with `cache.initial`: time begins with the listing");
            self.report.push(Diagnostic::warning("no-effect", message).at(workload.span(key)));
        }
    }

    fn warn_of_unmatched(&mut self, entries: &[ListedEntry], of: &[Option<usize>], cache: View) {
        let unknown = entries.iter().zip(of).filter(|(_, form)| form.is_none()).map(|(entry, _)| entry);
        let (named, unknown): (Vec<_>, Vec<_>) = unknown.partition(|entry| of_content(&entry.key).is_some());
        let size = |entries: &[&ListedEntry]| entries.iter().map(|entry| entry.size).sum::<Bytes>();
        let all = entries.len();
        if let Some(first) = unknown.iter().max_by_key(|entry| entry.size) {
            let message = format!(
                "{} of {all} listed entries ({}) have a key that no job of the scenario stores; they occupy space, and \
                 nothing restores them",
                unknown.len(),
                size(&unknown)
            );
            let help = format!("the largest is `{}`", printable(&first.key));
            let diagnostic = Diagnostic::warning("unmatched-entries", message).at(cache.span("initial"));
            self.report.push(diagnostic.help(help));
        }
        if !named.is_empty() {
            let of = |client| named.iter().filter(|entry| of_content(&entry.key) == Some(client)).count();
            let message = format!(
                "{} of {all} listed entries ({}) are objects of sccache ({}) and layers or indexes of BuildKit ({}); they \
                 occupy space, and nothing restores them",
                named.len(),
                size(&named),
                of(SCCACHE),
                of(BUILDKIT)
            );
            let help = "their keys are hashes of their content, which a simulation does not know: the first runs \
                        store their own anew";
            let diagnostic = Diagnostic::warning("unmatched-entries", message).at(cache.span("initial"));
            self.report.push(diagnostic.help(help));
        }
    }
}

/// For each key, the cache steps that store entries under keys of its form: workflow, job and cache step, as indices
/// of the model. Several are named if the key does not tell them apart; none if no step stores it.
pub fn stored_by(model: &Model, keys: &[&str]) -> Vec<Vec<(usize, usize, usize)>> {
    let forms = forms(&model.workflows, &model.runners, &model.graph);
    let of = |key: &&str| {
        let matching: Vec<&StepKeys> = forms.iter().filter(|form| form.pattern.matches(key)).collect();
        let most = matching.iter().map(|form| form.pattern.fixed()).max();
        let nearest = matching.into_iter().filter(|form| Some(form.pattern.fixed()) == most);
        let mut places: Vec<_> = nearest.map(|form| form.place).collect();
        places.dedup();
        places
    };
    keys.iter().map(of).collect()
}

/// The key forms of all jobs.
fn forms<'a>(workflows: &'a [Workflow], runners: &[Runner], graph: &CrateGraph) -> Vec<StepKeys<'a>> {
    let checkout = Rc::new(Checkout::initial(graph));
    let mut forms = Vec::new();
    for (workflow, of) in workflows.iter().enumerate() {
        for (job, spec) in of.jobs.iter().enumerate() {
            forms.extend(forms_of((workflow, job), &of.name, spec, &runners[spec.runner], &checkout));
        }
    }
    forms
}

fn forms_of<'a>(
    (workflow, job): (usize, usize),
    name: &str,
    spec: &'a Job,
    runner: &Runner,
    checkout: &Rc<Checkout>,
) -> Vec<StepKeys<'a>> {
    let context = run_context(spec, runner, name, checkout);
    let mut forms = Vec::new();
    for (index, cache) in spec.caches.iter().enumerate() {
        let Some(name) = cache.archive_name(&context).filter(|_| cache.is_on_github()) else { continue };
        let form = |pattern| StepKeys {
            place: (workflow, job, index),
            cache,
            pattern,
            version: name.version(runner.system.os),
            is_constant: !cache.tells_apart(checkout, checkout),
            name: name.clone(),
        };
        forms.extend(cache.key_patterns(&context).into_iter().map(form));
    }
    forms
}

/// The form of a key: of those that match, the one that fixes most of it.
fn form_of(key: &str, forms: &[StepKeys]) -> Option<usize> {
    let matching = (0..forms.len()).filter(|form| forms[*form].pattern.matches(key));
    matching.rev().max_by_key(|form| forms[*form].pattern.fixed())
}

/// The newest entry of each form and ref.
fn newest(entries: &[ListedEntry], of: &[Option<usize>]) -> BTreeSet<usize> {
    let mut newest: BTreeMap<(usize, Option<&str>), usize> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some(form) = of[index] else { continue };
        let known = newest.entry((form, entry.reference.as_deref())).or_insert(index);
        if (entry.created, entry.id) > (entries[*known].created, entries[*known].id) {
            *known = index;
        }
    }
    newest.into_values().collect()
}

/// The ref as the simulation calls it. Pull requests that are drawn have numbers of their own.
fn simulated_ref(reference: Option<&str>, main: &str, draws_pulls: bool) -> String {
    match reference {
        None => DEFAULT_BRANCH.to_owned(),
        Some(name) if name == main => DEFAULT_BRANCH.to_owned(),
        Some(name) => match name.strip_prefix("refs/pull/") {
            Some(number) if draws_pulls => format!("refs/pull/listed-{number}"),
            _ => name.to_owned(),
        },
    }
}

fn entry_of(
    entry: &ListedEntry,
    form: Option<&StepKeys>,
    ref_name: String,
    is_newest: bool,
    at: SimTime,
) -> InitialEntry {
    let listed = || entry.key.clone();
    let current = form.filter(|form| is_newest && form.is_constant);
    let is_main = ref_name == DEFAULT_BRANCH;
    let client = form.map(|form| form.cache.name()).or_else(|| of_content(&entry.key));
    let unknown_version = || format!("listed {}", entry.version.as_deref().unwrap_or_default());
    InitialEntry {
        key: current.map_or_else(listed, |form| form.name.key.clone()),
        version: form.map_or_else(unknown_version, |form| form.version.clone()),
        variant: form.map(|form| form.name.variant.clone()),
        family: form.filter(|_| is_main).and_then(|form| form.name.restore_keys.last().cloned()),
        client: ClientKind::id(client.unwrap_or("actions-cache")),
        size: entry.size,
        created: entry.created_at().unwrap_or(at),
        accessed: entry.accessed_at().max(entry.created_at()).unwrap_or(at),
        stored_by: form.map(|form| form.place),
        ref_name,
    }
}

const SCCACHE: &str = "sccache";
const BUILDKIT: &str = "buildkit";

/// The client that names its entries by a hash of their content, if this is one of its keys
/// (sccache `src/cache/cache.rs`; BuildKit `cache/remotecache/gha/gha.go`).
fn of_content(key: &str) -> Option<&'static str> {
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let last = key.rsplit('/').next().unwrap_or_default();
    let is_index = || {
        let (name, number) = key.strip_prefix("index-")?.rsplit_once('#')?;
        (name.contains('-') && number.parse::<u64>().is_ok()).then_some(())
    };
    if last == ".sccache_check" || key.contains('/') && last.len() == 64 && is_hex(last) {
        return Some(SCCACHE);
    }
    (key.starts_with("buildkit-blob-") || is_index().is_some()).then_some(BUILDKIT)
}
