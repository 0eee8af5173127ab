//! The names under which GitHub records the runs of a job of the draft.

use super::expand::DraftJob;
use crate::client::PatternPart;
use crate::import::action::KnownAction;
use crate::import::calibration::{JobCaching, ShownJob};
use crate::import::expression::{KeyPiece, KeyText};
use crate::import::found::{FoundStep, Situation};
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
    let caching = match &job.found.clients[..] {
        [] => JobCaching::Nothing,
        clients if clients.iter().any(|client| client.step.client == "buildkit") => JobCaching::Image,
        _ => JobCaching::Archives,
    };
    let steps = |is_meant: fn(&FoundStep) -> bool| -> Vec<String> {
        let meant = job.found.clients.iter().map(|client| &client.step).filter(|step| is_meant(step));
        let named = meant.filter_map(|step| step_name(job.node.steps().get(*step.place.path.first()?)?));
        named.collect()
    };
    ShownJob {
        workflow: workflow.to_owned(),
        exact,
        form,
        cache_steps: steps(does_nothing_else),
        build_steps: steps(|step| step.client == "buildkit"),
        caching,
    }
}

/// True if a step restores and saves alone. A script, and a local action, may do anything.
fn does_nothing_else(step: &FoundStep) -> bool {
    let known = step.action.as_ref().and_then(KnownAction::find);
    step.place.path.len() == 1 && known.is_some_and(|known| !known.works)
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
    let script = || step.text_of("run").and_then(|run| run.trim().lines().next().map(str::to_owned));
    own.or_else(|| Some(format!("Run {}", step.text_of("uses").or_else(script)?)))
}
