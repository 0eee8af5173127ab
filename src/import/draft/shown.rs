//! The names under which GitHub records the runs of a job of the draft.

use super::expand::DraftJob;
use crate::client::PatternPart;
use crate::import::calibration::{JobCaching, ShownJob};
use crate::import::expression::{KeyPiece, KeyText};
use crate::import::found::Situation;
use crate::import::workflow::JobMatrix;
use crate::import::yaml::YamlNode;

/// How the runs of a job are called, and its steps that restore or save. `workflow` is the name of the workflow that
/// is started, which may call that of the job.
pub(super) fn shown_job(base: Situation, job: &DraftJob, workflow: &str) -> ShownJob {
    let node = &job.node.node;
    let name = node.text_of("name").filter(|name| !name.is_empty()).unwrap_or_else(|| job.node.id.clone());
    let text = |leg| base.decider.text(&name, &base.scope(job.node, leg, &base.inputs())).text();
    let exact = match &job.found.matrix {
        JobMatrix::Legs(_, legs, _) => legs.iter().map(|leg| text(Some(leg)).known()).collect(),
        _ => Some(vec![]),
    };
    // A name that varies by leg alone is known word by word; of other names, only the form is.
    let varies = name.contains("${{");
    let exact: Vec<String> = exact.filter(|_| varies && job.callers.is_empty()).unwrap_or_default();
    let own = if exact.is_empty() { parts(&text(None)) } else { vec![] };
    let form = job
        .callers
        .iter()
        .flat_map(|caller| [PatternPart::Text(caller.clone()), PatternPart::Any, separator()]);
    let form = if own.is_empty() { vec![] } else { form.chain(own).collect() };
    let cache_steps = job.found.clients.iter().filter_map(|client| match client.step.place.path[..] {
        [index] => step_name(job.node.steps().get(index)?),
        _ => None,
    });
    let caching = match &job.found.clients[..] {
        [] => JobCaching::Nothing,
        clients if clients.iter().any(|client| client.step.client == "buildkit") => JobCaching::Image,
        _ => JobCaching::Archives,
    };
    ShownJob { workflow: workflow.to_owned(), exact, form, cache_steps: cache_steps.collect(), caching }
}

fn separator() -> PatternPart {
    PatternPart::Text(" / ".to_owned())
}

fn parts(text: &KeyText) -> Vec<PatternPart> {
    let part = |piece: &KeyPiece| match piece {
        KeyPiece::Fixed(text) => PatternPart::Text(text.clone()),
        KeyPiece::Varies(..) => PatternPart::Any,
    };
    text.pieces.iter().map(part).collect()
}

/// The name under which GitHub shows a step.
fn step_name(step: &YamlNode) -> Option<String> {
    let own = step.text_of("name").filter(|name| !name.is_empty() && !name.contains("${{"));
    own.or_else(|| Some(format!("Run {}", step.text_of("uses")?)))
}
