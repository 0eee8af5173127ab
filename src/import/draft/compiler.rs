//! The compiler in rust-cache's key. The action hashes the version of `rustc`, which a scenario's key has in its
//! `environment`: a word for a compiler other than the newest stable one, which `changes.toolchain` stands for.

use super::client_writer::ClientWriter;
use super::expand::DraftJob;
use super::key::{AxisNames, template};
use crate::import::expression::{ExprValue, KeyText, Varying};
use crate::import::toml_text::{key, quoted};
use crate::import::workflow::{JobLeg, JobMatrix};
use crate::scenario::{COMPILER_WORD, setup_rust_environment};
use std::collections::BTreeSet;

/// A nightly compiler is another one each day.
const NIGHTLY: &str = "nightly";
const DAILY: &str = "-{date}";

impl ClientWriter<'_> {
    /// Writes `environment`, if the job has another compiler than the newest stable one, or variables that vary.
    pub(super) fn tell_compilers_apart(&mut self) {
        let compiler = self.compiler();
        let variables = self.state.given.variables.clone();
        let variables = variables.iter().map(|(name, value)| {
            let text = template(&value.text(), self.names, &self.place, self.ledger);
            format!("{name}={}", text.trim())
        });
        let words: Vec<String> = compiler.into_iter().chain(variables).collect();
        if words.is_empty() {
            return;
        }
        let usual = match self.path.last().is_some_and(|name| name == "setup-rust-toolchain") {
            true => format!("{} ", setup_rust_environment()),
            false => String::new(),
        };
        self.push("environment", quoted(&format!("{usual}{}", words.join(" "))));
    }

    /// The word for the compiler, if it is another one than the newest stable one.
    fn compiler(&mut self) -> Option<String> {
        let axes = compiler_axes(&self.legs);
        let of_axes = || {
            let mut text = KeyText::default();
            axes.iter().for_each(|axis| text.push(&KeyText::varying(Varying::Axis(axis.clone()), None)));
            (!axes.is_empty()).then_some(text)
        };
        let installed = self.state.given.compiler.as_ref().map(ExprValue::text).or_else(of_axes);
        let text = installed.filter(|text| text.known().as_deref() != Some("stable") || !axes.is_empty())?;
        let is_fixed = text.varyings().next().is_none();
        let text = template(&text, self.names, &self.place, self.ledger);
        let daily = if is_fixed && text == NIGHTLY { DAILY } else { "" };
        Some(format!("{COMPILER_WORD}{}{daily}", text.trim()))
    }
}

/// The tables of `leg` for the legs with a nightly compiler.
pub(super) fn nightly_legs(job: &DraftJob, names: &AxisNames, clients: &[&'static str]) -> Vec<String> {
    let JobMatrix::Legs(_, legs, _) = &job.found.matrix else { return Vec::new() };
    let client = clients.iter().find(|client| ["rust-cache", "setup-rust-toolchain"].contains(client));
    let Some(client) = client else { return Vec::new() };
    let axes = compiler_axes(legs);
    let is_nightly = |leg: &&JobLeg, axis: &String| {
        leg.iter().any(|(name, value)| name == axis && value.known_text().as_deref() == Some(NIGHTLY))
    };
    let there = |leg: &&JobLeg| {
        job.found
            .clients
            .iter()
            .any(|found| found.step.client == "rust-cache" && job.found.has_client(found, leg))
    };
    let usual =
        if *client == "rust-cache" { String::new() } else { format!("{} ", setup_rust_environment()) };
    let concerned = axes.iter().filter(|axis| legs.iter().any(|leg| is_nightly(&leg, axis) && there(&leg)));
    let entry = |axis: &String| {
        let name = names.name(axis);
        let environment = quoted(&format!("{usual}{COMPILER_WORD}{{{name}}}{DAILY}"));
        format!(
            "{{ when = {{ {} = [\"{NIGHTLY}\"] }}, cache.{client}.environment = {environment} }}",
            key(&name)
        )
    };
    concerned.map(entry).collect()
}

/// The keys of a matrix whose values are compilers of Rust, and not all the same.
fn compiler_axes(legs: &[JobLeg]) -> Vec<String> {
    let names: BTreeSet<&String> = legs.iter().flatten().map(|(name, _)| name).collect();
    let chooses = |name: &&String| {
        let values = legs.iter().flatten().filter(|(own, _)| own == *name);
        let values: BTreeSet<Option<String>> = values.map(|(_, value)| value.known_text()).collect();
        values.len() > 1 && values.iter().all(|value| value.as_deref().is_some_and(is_toolchain))
    };
    names.into_iter().filter(chooses).cloned().collect()
}

/// True if rustup knows a toolchain of this name: a channel, perhaps of a day, or a version.
fn is_toolchain(name: &str) -> bool {
    let channel = |channel: &&str| {
        name.strip_prefix(*channel).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let is_version =
        name.starts_with("1.") && name.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    is_version || ["stable", "beta", NIGHTLY].iter().any(channel)
}
