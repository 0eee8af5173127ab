//! Cache clients that a job has and that do nothing on GitHub: steps that are switched off, and those that keep their cache
//! with another provider.

use crate::import::action::{ActionReference, KnownAction};
use crate::import::workflow::JobNode;
use crate::import::yaml::YamlNode;

/// True if a condition is simply `false`: the job or the step is switched off.
pub fn is_never(text: &str) -> bool {
    text.trim().trim_start_matches("${{").trim_end_matches("}}").trim() == "false"
}

/// The steps of a job that would cache, each with why it does not.
pub fn disabled_clients(job: &JobNode) -> Vec<String> {
    job.steps().iter().filter_map(disabled).collect()
}

fn disabled(step: &YamlNode) -> Option<String> {
    let action = ActionReference::read(&step.text_of("uses")?, "")?;
    let known = KnownAction::find(&action)?;
    let place = format!("`{}` in line {}", action.name, step.line);
    if step.text_of("if").is_some_and(|text| is_never(&text)) {
        return Some(format!("disabled: {place} (`if: false`)"));
    }
    let provider = step.get("with").and_then(|with| with.text_of("cache-provider"))?;
    let is_other = known.client == "rust-cache" && provider != "github" && !provider.contains("${{");
    is_other.then(|| format!("not in GitHub's cache: {place} (`cache-provider: {provider}`)"))
}
