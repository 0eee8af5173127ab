//! Which steps of an image ran again, and why.

use super::cause::named;
use crate::event::LossCause;
use crate::observe::journal::LossLine;
use crate::result::MissExplanation;

/// What happened to the image steps that download or compile dependencies.
pub(super) fn steps(why: &MissExplanation) -> Option<String> {
    let steps = &why.job.steps;
    let named = |outcome: &str| {
        let names =
            steps.iter().filter(|step| step.outcome == outcome).map(|step| format!("`{}`", step.step));
        names.collect::<Vec<_>>().join(", ")
    };
    let (unknown, gone) = (named("unknown"), named("layer_gone"));
    let mut sentences = Vec::new();
    if !unknown.is_empty() {
        sentences.push(format!("Executed because no readable index contained the current step: {unknown}."));
        sentences.extend(unknown_step(why));
    }
    if !gone.is_empty() {
        sentences.push(format!("Executed because a layer named by the index was no longer stored: {gone}."));
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// A sentence on why no index contained a step, by the cause that most of the time was lost to.
fn unknown_step(why: &MissExplanation) -> Option<String> {
    let of_steps = |loss: &&LossLine| loss.client == "buildkit" && loss.cause != LossCause::Transfer;
    match named(&why.job).find(of_steps).map(|loss| loss.cause) {
        Some(LossCause::NewKey) => Some("No build had executed it with these inputs before.".into()),
        Some(LossCause::NeverSaved) => Some("A build had executed it before, and not exported it.".into()),
        Some(LossCause::UnreadableScope) => Some("Only indexes that this job cannot read contain it.".into()),
        _ => other_writer(why),
    }
}

/// A sentence if another build has written the index: an index holds the steps of that build only.
fn other_writer(why: &MissExplanation) -> Option<String> {
    let found = why.restores.iter().filter_map(|restore| restore.found.as_ref());
    let writer = &found.filter_map(|entry| why.save_of(entry)).next_back()?.actor;
    let other = writer.job != why.job.actor.job;
    other.then(|| {
        format!(
            "That index was written by {} and contains only the steps of that build: builds \
        that share a scope overwrite each other's index.",
            writer.job
        )
    })
}
