use super::matrix::Leg;
use super::runner::system_of;
use crate::diagnostic::Report;
use crate::project::System;
use crate::scenario::view::View;

/// One leg of a job as a strategy sees it: what it runs on, and what its texts say there.
#[derive(Debug, Clone)]
pub struct Seat<'a> {
    /// Its runner's operating system and architecture.
    pub system: System,
    leg: Leg<'a>,
}

impl<'a> Seat<'a> {
    /// The legs of a job of this scenario, in the order of its matrix. What is wrong with them is reported
    /// where the model is built.
    pub fn all(scenario: View<'a>, job: View<'a>) -> Vec<Seat<'a>> {
        let legs = Leg::all(job, &mut Report::default()).into_iter();
        legs.map(|leg| Seat { system: system_of(scenario, &label(job, &leg)), leg }).collect()
    }

    /// The text with every `{axis}` replaced by the leg's value.
    pub fn fill(&self, text: &str) -> String {
        self.leg.fill(text)
    }
}

fn label(job: View, leg: &Leg) -> String {
    let table = job.named_texts("runner");
    let text = match &table {
        None => job.text("runner"),
        Some(table) => table.iter().find(|(value, ..)| leg.has(value)).map_or("", |(_, label, _)| *label),
    };
    leg.fill(text)
}
