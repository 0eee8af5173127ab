//! Writes an image as the steps of a scenario (`[[image.NAME.step]]`), each with the line it comes from and what is assumed.

use super::plan::{PlannedImage, PlannedStep};
use crate::diagnostic::visible;
use std::fmt::Write;

impl PlannedImage {
    /// The steps as TOML. `file` names the container file in comments.
    pub fn toml(&self, file: &str) -> String {
        let mut out = String::new();
        for note in &self.notes {
            writeln!(out, "# {}: {note}", visible(file)).ok();
        }
        for (index, step) in self.steps.iter().enumerate() {
            self.step(&mut out, index, step, file).ok();
        }
        out
    }

    fn step(&self, out: &mut String, index: usize, step: &PlannedStep, file: &str) -> std::fmt::Result {
        let name = |index: usize| quoted(&self.steps[index].name);
        writeln!(out, "[[image.{}.step]] # {}:{}", quoted(&self.name), visible(file), step.line)?;
        writeln!(out, "name = {}", quoted(&step.name))?;
        match step.parent {
            None if index > 0 => writeln!(out, "stage = true")?,
            Some(parent) if parent + 1 != index => writeln!(out, "parent = {}", name(parent))?,
            _ => {}
        }
        if !step.copies_from.is_empty() {
            let names: Vec<String> = step.copies_from.iter().map(|from| name(*from)).collect();
            writeln!(out, "copies-from = [{}]", names.join(", "))?;
        }
        if step.content != "fixed" {
            writeln!(out, "content = {}", quoted(&step.content))?;
        }
        writeln!(out, "command = {}", quoted(&shortened(&step.command)))?;
        let cost = &step.cost;
        writeln!(out, "{} = {} # assumed {}", cost.key, quoted(cost.time.0), cost.time.1)?;
        writeln!(out, "layer = {} # assumed {}", quoted(cost.layer.0), cost.layer.1)?;
        let flags = [
            ("reproducible", step.is_reproducible),
            ("in-final", step.in_final),
            ("dependencies", cost.compiles_dependencies),
        ];
        for (flag, _) in flags.iter().filter(|(_, set)| *set) {
            writeln!(out, "{flag} = true")?;
        }
        writeln!(out)
    }
}

/// The most letters of a command that a scenario takes, with some room.
const COMMAND_MAX: usize = 1_500;

fn shortened(command: &str) -> String {
    let line: String = command.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(COMMAND_MAX).collect()
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(visible(text).into_owned()).to_string()
}
