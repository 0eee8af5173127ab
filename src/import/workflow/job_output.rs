//! Outputs of other jobs, as the expressions of a job ask for them.

use crate::import::expression::{ExprValue, KeyPiece, KeyText, Varying};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// What tells the output of a job.
type TellsOutput<'a> = dyn Fn(&str, &str) -> ExprValue + 'a;

/// Tells the outputs of other jobs.
#[derive(Clone, Default)]
pub struct OtherJobs<'a> {
    /// The jobs that the job needs.
    needs: Vec<String>,
    output: Option<Rc<TellsOutput<'a>>>,
}

impl fmt::Debug for OtherJobs<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OtherJobs").field("needs", &self.needs).finish_non_exhaustive()
    }
}

impl<'a> OtherJobs<'a> {
    /// Those that a job needs, with what tells their outputs.
    pub fn new(needs: Vec<String>, output: impl Fn(&str, &str) -> ExprValue + 'a) -> OtherJobs<'a> {
        OtherJobs { needs, output: Some(Rc::new(output)) }
    }

    /// The output of a job that is needed. What another job would say is not known: GitHub says nothing of it, and the
    /// workflow means something.
    pub(super) fn needed(&self, job: &str, output: &str) -> ExprValue {
        match self.needs.iter().any(|own| own.eq_ignore_ascii_case(job)) {
            true => self.called(job, output),
            false => unknown(job, output),
        }
    }

    /// The output of any job of the workflow, as the outputs of a called workflow ask for it.
    pub(super) fn called(&self, job: &str, output: &str) -> ExprValue {
        self.output.as_ref().map_or_else(|| unknown(job, output), |own| own(job, output))
    }
}

fn unknown(job: &str, output: &str) -> ExprValue {
    ExprValue::Unknown(format!("needs.{job}.outputs.{output}"))
}

/// The outputs of jobs that were asked for so far, by what they depend on.
#[derive(Debug, Default)]
pub struct JobOutputs(RefCell<BTreeMap<String, ExprValue>>);

impl JobOutputs {
    /// The output under this key; made if it was not asked for before.
    pub fn known(&self, key: String, make: impl FnOnce() -> ExprValue) -> ExprValue {
        let known = self.0.borrow().get(&key).cloned();
        known.unwrap_or_else(|| {
            let value = make();
            self.0.borrow_mut().insert(key, value.clone());
            value
        })
    }
}

/// An output as other jobs have it, who run on other systems and in other legs; `None` if no part of it is known. A part that
/// is not known stays one: whoever saves under this text and whoever reads by it write the same key.
pub fn handed_on(value: ExprValue) -> Option<ExprValue> {
    let ExprValue::Text(text) = value.without_leg().as_variable() else { return None };
    let mut own = KeyText::default();
    for piece in &text.pieces {
        match piece {
            KeyPiece::Fixed(fixed) => own.push_fixed(fixed),
            KeyPiece::Varies(Varying::Named("os" | "arch" | "job"), Some(now)) => own.push_fixed(now),
            KeyPiece::Varies(what, now) => own.push(&KeyText::varying(what.clone(), now.clone())),
        }
    }
    let is_unknown = |what: &Varying| matches!(what, Varying::Unknown(_));
    let is_open = own.varyings().count() == own.pieces.len() && own.varyings().all(is_unknown);
    (own.pieces.is_empty() || !is_open).then_some(ExprValue::Text(own))
}

/// An output that other legs make otherwise: a key has its text, and nothing is decided by it.
pub fn of_one_leg(value: &ExprValue) -> ExprValue {
    let mut own = KeyText::default();
    for piece in value.text().pieces {
        match piece {
            KeyPiece::Fixed(text) => own.push(&KeyText::varying(Varying::OneLeg(text), None)),
            KeyPiece::Varies(what, _) => own.push(&KeyText::varying(what, None)),
        }
    }
    ExprValue::Text(own)
}
