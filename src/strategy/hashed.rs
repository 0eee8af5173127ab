//! The entries of a job whose keys hash inputs: by which name other jobs find them, and who saves.

use super::job::JobSettings;
use super::place::ClientSettings;
use crate::client::{ACTIONS, CacheAction, KeyTemplate, SettingKind};
use crate::scenario::View;

/// An entry of a job under a key that hashes inputs and is the same in other runs on the same files.
#[derive(Debug)]
pub(super) struct HashedEntry<'a> {
    pub job: &'a JobSettings<'a>,
    /// Equal for jobs that ask for the same entry, as far as their settings tell.
    pub name: String,
    /// The names of the inputs.
    pub inputs: Vec<&'a str>,
    /// True if the job looks for it.
    pub reads: bool,
    /// True if a run on a push to the default branch would save it.
    pub saves: bool,
}

/// The clients that are rust-cache.
const RUST_CACHES: [&str; 2] = ["rust-cache", "setup-rust-toolchain"];

/// The placeholders by which runs on other refs, or later ones, have other keys.
const OF_RUN: [&str; 10] = [
    "{sha}",
    "{run-id}",
    "{run}",
    "{run-attempt}",
    "{time}",
    "{ref}",
    "{branch}",
    "{base}",
    "{number}",
    "{event}",
];

/// All of a job, in the order of its clients.
pub(super) fn hashed_entries<'a>(job: &'a JobSettings<'a>) -> Vec<HashedEntry<'a>> {
    let rust = RUST_CACHES.iter().flat_map(|client| job.clients(client)).map(|of| rust_cache(job, &of));
    let steps = job.steps().into_iter().map(|of| step(job, &of));
    let actions = ACTIONS
        .iter()
        .flat_map(|action| job.clients(action.name).into_iter().map(move |of| of_action(job, action, &of)));
    let all = rust.chain(steps).chain(actions);
    all.filter(|entry| !entry.inputs.is_empty() && !OF_RUN.iter().any(|own| entry.name.contains(own)))
        .collect()
}

fn rust_cache<'a>(job: &'a JobSettings<'a>, of: &ClientSettings<'a>) -> HashedEntry<'a> {
    let [prefix, shared, key] = ["prefix-key", "shared-key", "key"].map(|part| of.view.text(part));
    let id = if of.view.flag("add-job-id-key") { "{job}" } else { "" };
    let own = if shared.is_empty() { format!("{key} {id}") } else { shared.to_owned() };
    let name = filled(&format!("rust-cache {prefix} {own}"), job);
    HashedEntry {
        job,
        name,
        inputs: vec!["lock", "manifests", "toolchain"],
        reads: true,
        saves: saves(job, of.view),
    }
}

fn step<'a>(job: &'a JobSettings<'a>, of: &ClientSettings<'a>) -> HashedEntry<'a> {
    let (key, action) = (of.view.text("key"), of.view.text("action"));
    let axes = if job.view.has("matrix") { job.view.item_lists("matrix") } else { Vec::new() };
    let is_axis = |input: &str| axes.iter().any(|(axis, _)| *axis == input);
    let inputs = KeyTemplate::inputs_in(key).into_iter().filter(|input| !is_axis(input)).collect();
    HashedEntry {
        job,
        name: filled(key, job),
        inputs,
        reads: action != "save",
        saves: action != "restore" && saves(job, of.view),
    }
}

fn of_action<'a>(
    job: &'a JobSettings<'a>,
    action: &'static CacheAction,
    of: &ClientSettings<'a>,
) -> HashedEntry<'a> {
    let word = Some(action.choice).filter(|choice| !choice.is_empty() && of.view.has(choice));
    let word = word.map(|choice| of.view.text(choice));
    let variant = action.variant(word);
    let used = action.settings.iter().filter(|setting| variant.uses(setting.name));
    let (mut name, mut inputs) =
        (variant.entries.iter().map(|entry| entry.key).collect::<String>(), Vec::new());
    for setting in used {
        let texts = || of.view.texts(setting.name).into_iter().map(|(text, _)| text);
        match setting.kind {
            SettingKind::Inputs(_) if of.view.has(setting.name) => inputs.extend(texts()),
            SettingKind::Inputs(default) => inputs.extend(default),
            SettingKind::Text(_) if of.view.has(setting.name) => name += of.view.text(setting.name),
            SettingKind::Text(_) | SettingKind::Size(_) => {}
        }
    }
    HashedEntry { job, name: filled(&name, job), inputs, reads: true, saves: saves(job, of.view) }
}

/// True if a run on a push to the default branch saves with these settings of a client.
fn saves(job: &JobSettings, settings: View) -> bool {
    let on = settings.texts("save-on");
    let on_push = on.is_empty() || on.iter().any(|(event, _)| ["push", "push main"].contains(event));
    job.may_save() && settings.text("save-if") != "never" && on_push
}

/// The text with what is the same in all runs of the job.
fn filled(text: &str, job: &JobSettings) -> String {
    let id = if job.view.has("id") { job.view.text("id") } else { job.name };
    text.replace("{job}", id).replace("{workflow}", job.workflow)
}
