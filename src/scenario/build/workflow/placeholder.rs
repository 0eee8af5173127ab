//! Fills the placeholders `{os}`, `{arch}`, `{image}`, `{leg}` and those of a matrix into texts that become cache
//! keys. The other placeholders depend on the checkout and are filled in by [`KeyTemplate`].

use super::leg::Leg;
use crate::client::{BadPlaceholder, CacheName, KeyTemplate, PlaceholderNames};
use crate::diagnostic::{Diagnostic, Report, Span, nearest, printable};
use crate::project::System;
use crate::scenario::build::synonym;
use crate::scenario::view::View;
use std::cell::Cell;

/// The id of a job in its workflow file (`github.job`), where the scenario calls the job otherwise.
#[derive(Debug, Clone, Copy)]
pub(in crate::scenario::build) struct IdInFile<'a> {
    pub text: &'a str,
    /// Set once a text contains it.
    pub is_used: &'a Cell<bool>,
}

impl IdInFile<'_> {
    fn used(self) -> String {
        self.is_used.set(true);
        self.text.to_owned()
    }
}

/// The values for the placeholders of one leg of a job.
#[derive(Debug, Clone, Copy)]
pub(in crate::scenario::build) struct Placeholders<'a> {
    /// The values of the matrix. An axis wins over other placeholders of the same name.
    pub leg: &'a Leg,
    /// The text for `{job}`, if it is not the job's name.
    pub job_id: Option<IdInFile<'a>>,
    /// The system of the runner, for `{os}` and `{arch}`.
    pub system: System,
    /// The names of all inputs, for `{hash:NAME}`.
    pub inputs: &'a [String],
}

impl Placeholders<'_> {
    /// A key for actions/cache or rust-cache. `{os}` is `runner.os`, `{arch}` is `runner.arch`.
    pub fn template(&self, (text, span): (&str, Span), report: &mut Report) -> Option<KeyTemplate> {
        let value = |name: &str| match name {
            "os" => Some(self.system.os.runner_os().to_owned()),
            "arch" => Some(self.system.arch.runner_arch().to_owned()),
            _ => None,
        };
        self.read(text, span, &["os", "arch"], value, report)
    }

    /// A name for the cache of an image build. `{image}` is the image, `{arch}` is the architecture as
    /// Docker writes it.
    pub fn image_template(
        &self,
        (text, span): (&str, Span),
        (image, arch): (&str, &str),
        report: &mut Report,
    ) -> Option<KeyTemplate> {
        let value = |name: &str| match name {
            "image" => Some(image.to_owned()),
            "os" => Some(self.system.os.runner_os().to_owned()),
            "arch" => Some(arch.to_owned()),
            _ => None,
        };
        self.read(text, span, &["image", "os", "arch"], value, report)
    }

    /// The part of rust-cache's key that separates jobs.
    pub fn rust_cache_name(&self, view: View, report: &mut Report) -> Option<CacheName> {
        let key = self.template(view.placed_text("key"), report);
        let shared = self.template(view.placed_text("shared-key"), report)?;
        match shared.is_empty() {
            true => {
                let job = view.flag("add-job-id-key").then(|| self.github_job());
                Some(CacheName::Own { key: key?, job })
            }
            false => Some(CacheName::Shared(shared)),
        }
    }

    /// `github.job`. An axis called `job` does not replace it.
    fn github_job(&self) -> KeyTemplate {
        match self.job_id {
            Some(id) => KeyTemplate::from(id.used().as_str()),
            None => KeyTemplate::of_job(),
        }
    }

    fn read(
        &self,
        text: &str,
        span: Span,
        own: &[&str],
        value: impl Fn(&str) -> Option<String>,
        report: &mut Report,
    ) -> Option<KeyTemplate> {
        if text.contains("${{") {
            report.push(expression(text, span));
            return None;
        }
        let axis = |name: &str| self.leg.filling(name).map(str::to_owned);
        let own_value = |name: &str| match name {
            "leg" => Some(self.leg.text()),
            "job" => self.job_id.map(IdInFile::used),
            _ => None,
        };
        let value = |name: &str| axis(name).or_else(|| value(name)).or_else(|| own_value(name));
        let names = PlaceholderNames { value: &value, inputs: self.inputs };
        let problem = match KeyTemplate::parse(text, &names) {
            Ok(template) => return Some(template),
            Err(BadPlaceholder::Unclosed(rest)) => {
                format!("the placeholder `{{{}` is not closed", printable(rest))
            }
            Err(BadPlaceholder::UnknownInput(name)) => {
                let known = self.inputs.iter().map(String::as_str);
                format!("there is no input `{}`{}", printable(name), meant(name, known))
            }
            Err(BadPlaceholder::Unknown(name)) => {
                let general = KeyTemplate::placeholders().map(|(name, _)| name);
                let own = own.iter().copied();
                let known: Vec<&str> = general.chain(own).chain(self.leg.axes()).collect();
                let other = synonym::placeholder(name);
                let near =
                    other.filter(|other| other.starts_with("hash:") || known.contains(&other.as_str()));
                let problem = format!("`{{{}}}` is not a placeholder", printable(name));
                let Some(near) = near else {
                    report.push(
                        Diagnostic::error("wrong-key", problem + &meant(name, known.into_iter())).at(span),
                    );
                    return None;
                };
                let text = text.replace(&format!("{{{name}}}"), &format!("{{{near}}}"));
                report.push(Diagnostic::error("wrong-key", problem).at(span).suggest(span, quoted(&text)));
                return None;
            }
        };
        report.push(Diagnostic::error("wrong-key", problem).at(span));
        None
    }
}

/// The error for a key in GitHub's own syntax.
fn expression(text: &str, span: Span) -> Diagnostic {
    let message =
        format!("`{}` contains an expression of GitHub, which a scenario does not have", printable(text));
    let error = Diagnostic::error("wrong-key", message).at(span);
    match synonym::without_expressions(text) {
        Some(plain) => error.suggest(span, quoted(&plain)),
        None => error.help(
            "write a placeholder in single braces, such as `{os}` for `runner.os`, `{sha}` for `github.sha` and \
             `{lock}` for `hashFiles` of a lock file; `{hash:NAME}` hashes what `[input.NAME]` names",
        ),
    }
}

/// The text as a TOML string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The similar name that was probably meant, or else all known ones, as the end of a sentence.
fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!(": did you mean `{near}`?"),
        None => format!("; use one of {}", known.join(", ")),
    }
}
