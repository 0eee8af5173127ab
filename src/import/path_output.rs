//! Outputs that the `if` of a job asks for. Where an action that compares paths makes them, they are path classes, and the
//! filters of `dorny/paths-filter` say which paths they stand for; whatever else decides them does not say which paths were
//! touched. `draft` calls it.

use super::sources::{RepositorySources, below_root};
use super::workflow::WorkflowFile;
use super::yaml::YamlNode;
use std::collections::BTreeMap;

/// Actions whose outputs say which paths a push touches.
const PATH_FILTERS: [&str; 9] = [
    "aurornz/paths-filter",
    "dorny/paths-filter",
    "getsentry/paths-filter",
    "jitterbit/get-changed-files",
    "step-security/changed-files",
    "step-security/paths-filter",
    "tj-actions/changed-files",
    "tj-actions/verify-changed-files",
    "trilom/file-changes-action",
];

/// How deeply workflows and actions that hand an output on are followed.
const DEPTH_MAX: usize = 10;

/// `Ok` if an action that compares paths decides this output of a job.
///
/// # Errors
/// What decides it, in words.
pub fn is_of_paths(
    sources: &RepositorySources,
    workflow: &WorkflowFile,
    (job, output): (&str, &str),
) -> Result<(), String> {
    OutputWalk { sources }.job(workflow, (job, output), DEPTH_MAX)
}

/// The members of a context that a text asks for, as `outputs`: the owner, the output, and the text after it.
pub fn asked<'t>(text: &'t str, context: &str) -> Vec<(&'t str, &'t str, &'t str)> {
    let is_end = |letter: char| !letter.is_alphanumeric() && letter != '-' && letter != '_';
    let member = |part: &'t str| {
        let (owner, rest) = part.split_at(part.find(is_end)?);
        let rest = rest.strip_prefix(".outputs.")?;
        let (output, after) = rest.split_at(rest.find(is_end).unwrap_or(rest.len()));
        (!output.is_empty()).then_some((owner, output, after))
    };
    text.split(context).skip(1).filter_map(member).collect()
}

struct OutputWalk<'a> {
    sources: &'a RepositorySources,
}

impl OutputWalk<'_> {
    fn job(&self, workflow: &WorkflowFile, (job, output): (&str, &str), depth: usize) -> Result<(), String> {
        let node = workflow.jobs.iter().find(|own| own.id == job);
        let node = node.ok_or_else(|| format!("there is no job `{job}`"))?;
        let Some(uses) = node.calls() else {
            let text = node.node.get("outputs").and_then(|own| own.text_of(output)).unwrap_or_default();
            return self.steps(node.steps(), &text, depth);
        };
        let called = self.sources.called(&uses).filter(|_| depth > 0);
        let called = called.ok_or_else(|| format!("`{uses}` decides it, which is not read"))?;
        let outputs = ["on", "workflow_call", "outputs", output];
        let node = outputs.iter().try_fold(&called.root, |node, key| node.get(key));
        let text = node.and_then(|node| node.text_of("value")).unwrap_or_default();
        each(&text, "jobs.", |inner| self.job(called, inner, depth - 1))
    }

    fn steps(&self, steps: &[YamlNode], text: &str, depth: usize) -> Result<(), String> {
        each(text, "steps.", |(id, output)| {
            let step = steps.iter().find(|step| step.text_of("id").as_deref() == Some(id));
            let step = step.ok_or_else(|| format!("there is no step `{id}`"))?;
            let Some(uses) = step.text_of("uses") else {
                return Err(format!("the script of step `{id}` decides it"));
            };
            if below_root(&uses).is_some() && depth > 0 {
                return self.action(&uses, output, depth - 1);
            }
            match is_path_filter(&uses) {
                true => Ok(()),
                false => Err(format!("`{uses}` decides it, which is not known to compare paths")),
            }
        })
    }

    /// An output of a local action.
    fn action(&self, uses: &str, output: &str, depth: usize) -> Result<(), String> {
        let action = self.sources.action(uses)?;
        let node = ["outputs", output].iter().try_fold(&action.root, |node, key| node.get(key));
        let text = node.and_then(|node| node.text_of("value")).unwrap_or_default();
        let steps = ["runs", "steps"].iter().try_fold(&action.root, |node, key| node.get(key));
        self.steps(steps.map(YamlNode::list).unwrap_or_default(), &text, depth)
    }
}

/// `Ok` if all outputs that a text hands on are of paths, and there is one.
fn each(
    text: &str,
    context: &str,
    is_of_paths: impl Fn((&str, &str)) -> Result<(), String>,
) -> Result<(), String> {
    let members = asked(text, context);
    if members.is_empty() {
        return Err("no file tells what decides it".to_owned());
    }
    members.into_iter().try_for_each(|(owner, output, _)| is_of_paths((owner, output)))
}

/// True if the action compares paths.
fn is_path_filter(uses: &str) -> bool {
    let name = uses.split('@').next().unwrap_or(uses).to_lowercase();
    PATH_FILTERS.contains(&name.as_str())
}

/// The patterns of each filter of a workflow, by the name of the output.
pub fn filters(file: &WorkflowFile) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for job in &file.jobs {
        let mut own: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for step in job.steps() {
            let is_filter = step.text_of("uses").is_some_and(|uses| uses.starts_with("dorny/paths-filter@"));
            if let Some(text) =
                step.get("with").filter(|_| is_filter).and_then(|with| with.text_of("filters"))
            {
                own.extend(of_text(&text));
            }
        }
        for (name, node) in job.node.get("outputs").map(YamlNode::map).unwrap_or_default() {
            let text = node.text().unwrap_or_default();
            let output = text.split(".outputs.").nth(1).unwrap_or_default();
            let end =
                output.find(|c: char| !c.is_alphanumeric() && !"-_".contains(c)).unwrap_or(output.len());
            if let Some(patterns) = own.get(&output[..end]) {
                found.insert(name.clone(), patterns.clone());
            }
        }
    }
    found
}

/// The filters of the action's text. A predicate such as `added|modified: '**'` is not one of files alone.
fn of_text(text: &str) -> BTreeMap<String, Vec<String>> {
    let Ok(root) = YamlNode::read(text) else { return BTreeMap::new() };
    let patterns = |(name, node): &(String, YamlNode)| {
        let mut patterns = Vec::new();
        texts(node, &mut patterns).then(|| (name.clone(), patterns))
    };
    root.map().iter().filter_map(patterns).collect()
}

/// The texts of a list and of the lists in it; false if there is something else.
fn texts(node: &YamlNode, found: &mut Vec<String>) -> bool {
    match node.text() {
        Some(text) => {
            found.push(text);
            true
        }
        None => !node.list().is_empty() && node.list().iter().all(|item| texts(item, found)),
    }
}
