//! Steps whose key has another form in some legs, such as `${{ matrix.os == 'x' && 'a' || 'b' }}`. A scenario's key is one
//! text with placeholders: a step of which a job may have many becomes one step for each form, each in its own legs. Of
//! another client, and where the form depends on the event, the first form is taken, and that is noted.

use super::client_writer::given;
use super::expand::DraftJob;
use super::ledger::Ledger;
use crate::import::expression::{ExprValue, KeyPiece, KeyText, Truth, Varying};
use crate::import::found::{FoundClient, LegRun, StepClient};
use crate::import::workflow::{AssumedEvent, JobLeg, JobMatrix};
use std::rc::Rc;

/// The inputs that a key is made of.
const INPUTS: [&str; 9] = [
    "key",
    "restore-keys",
    "primary-key",
    "prefix-key",
    "shared-key",
    "cache-key",
    "cache-prefix-key",
    "cache-shared-key",
    "cache-suffix",
];

/// The most forms of a key that are all written.
const FORMS_MAX: usize = 16;

/// A run and what the step is in it.
type FormedRun = (Rc<LegRun>, StepClient);

/// The step, once for each form that its key has in the legs of the job.
pub(super) fn by_key_form(
    found: &FoundClient,
    event: &AssumedEvent,
    job: &DraftJob,
    ledger: &mut Ledger,
) -> Vec<FoundClient> {
    let place = found.step.place.text();
    let what = found.step.action.as_ref().map_or(found.step.client, |action| action.name.as_str());
    let note = |ledger: &mut Ledger, by: &str| {
        let what = format!("the key of `{what}` in `{}` has another form {by}", job.name);
        ledger.blank(&place, format!("{what}: here it has the same one everywhere"));
    };
    let forms = forms(found, event);
    if let Some(other) = form_of_event(found, event, &job.events) {
        note(ledger, &format!("on {}", other.words()));
    }
    match &forms[..] {
        [] => vec![found.clone()],
        [(main, _)] => vec![led_by(found, main)],
        [(main, _), ..] if !is_list(found) || forms.len() > FORMS_MAX || has_unseen_legs(job) => {
            note(ledger, "in some legs");
            vec![led_by(found, main)]
        }
        many => many.iter().map(|(main, legs)| led_by(&found.in_legs(legs), main)).collect(),
    }
}

/// True if a job may have several of these steps.
pub(super) fn is_list(found: &FoundClient) -> bool {
    found.step.client == "actions-cache"
}

/// Which of these steps the job's own list has: all of them, or, if no leg has them all, those of the most legs.
pub(super) fn usual_steps(job: &DraftJob, steps: &[&FoundClient]) -> Vec<bool> {
    let all = vec![true; steps.len()];
    let JobMatrix::Legs(_, legs, _) = &job.found.matrix else { return all };
    let own = |leg: &JobLeg| steps.iter().map(|step| job.found.has_client(step, leg)).collect();
    let there: Vec<Vec<bool>> = legs.iter().map(own).collect();
    if there.contains(&all) {
        return all;
    }
    let count = |own: &Vec<bool>| there.iter().filter(|other| *other == own).count();
    // The first of several that are as frequent: `max_by_key` takes the last.
    there.iter().rev().max_by_key(|own| count(own)).cloned().unwrap_or(all)
}

/// True if only some of the legs were looked at, so that the form of the others is not known.
fn has_unseen_legs(job: &DraftJob) -> bool {
    let seen = &job.found.looked_at;
    job.found.matrix.legs() > seen.len()
}

/// The step with this run in front, which its texts are taken from.
fn led_by(found: &FoundClient, main: &FormedRun) -> FoundClient {
    let rest = found.runs.iter().filter(|(run, _)| *run != main.0).cloned();
    FoundClient { runs: std::iter::once(main.clone()).chain(rest).collect(), ..found.clone() }
}

/// The forms of the key under an event: the run that each is taken from, and its legs. None if the legs are not known.
fn forms(found: &FoundClient, event: &AssumedEvent) -> Vec<(FormedRun, Vec<JobLeg>)> {
    let there = found.runs.iter().filter(|(run, state)| run.event == *event && state.runs != Truth::No);
    let mut left: Vec<&FormedRun> = there.filter(|(run, _)| run.leg.is_some()).collect();
    let mut forms = Vec::new();
    // The last of several that are as long is taken by `max_by_key`, and the first leg is the one to begin with.
    while let Some(main) = left.iter().rev().max_by_key(|(_, state)| axes(state)).copied() {
        let (same, others): (Vec<&FormedRun>, Vec<&FormedRun>) =
            left.iter().partition(|run| run.0 == main.0 || is_same(&main.1, run));
        forms.push((main.clone(), same.iter().filter_map(|(run, _)| run.leg.clone()).collect()));
        left = others;
    }
    forms
}

/// An event under which the key has another form than under the main one, in the same leg.
fn form_of_event<'a>(
    found: &FoundClient,
    main: &AssumedEvent,
    events: &'a [AssumedEvent],
) -> Option<&'a AssumedEvent> {
    let of = |event: &AssumedEvent| {
        let mut runs = found.runs.iter().filter(move |(run, _)| run.event == *event);
        runs.find(|(_, state)| state.runs != Truth::No).cloned()
    };
    let (run, state) = of(main)?;
    events.iter().find(|event| {
        let other = of(event).filter(|(other, _)| other.leg == run.leg);
        other.is_some_and(|other| !is_same(&state, &other))
    })
}

/// How many values of the matrix the key has.
fn axes(state: &StepClient) -> usize {
    let texts = INPUTS.iter().filter_map(|input| given(state, input)).map(ExprValue::text);
    texts.map(|text| text.varyings().filter(|what| matches!(what, Varying::Axis(_))).count()).sum()
}

/// True if the texts of one run give the key of another one.
fn is_same(main: &StepClient, (run, state): &FormedRun) -> bool {
    if Rc::ptr_eq(&main.given, &state.given) {
        return true;
    }
    let leg = run.leg.as_deref().unwrap_or_default();
    let text = |state: &StepClient, input: &str| {
        given(state, input).map(|value| in_leg(&value.text(), leg)).filter(|text| !text.pieces.is_empty())
    };
    INPUTS.iter().all(|input| text(main, input) == text(state, input))
}

/// The text in a leg: a key of the matrix that the leg does not have is nothing.
fn in_leg(text: &KeyText, leg: &[(String, ExprValue)]) -> KeyText {
    let mut own = KeyText::default();
    for piece in &text.pieces {
        match piece {
            KeyPiece::Fixed(fixed) => own.push_fixed(fixed),
            KeyPiece::Varies(Varying::Axis(axis), _) => {
                match leg.iter().find(|(name, _)| name == axis).map(|(_, value)| value.known_text()) {
                    Some(Some(value)) => own.push_fixed(&value),
                    Some(None) => own.push(&KeyText::varying(Varying::Axis(axis.clone()), None)),
                    None => {}
                }
            }
            KeyPiece::Varies(what, _) => own.push(&KeyText::varying(what.clone(), None)),
        }
    }
    own
}
