//! Placeholders in the texts that reach a cache key.

use super::leg::Leg;
use crate::client::{BadPlaceholder, CacheName, KeyTemplate};
use crate::diagnostic::{Diagnostic, Report, Span, printable};
use crate::project::System;
use crate::scenario::view::View;

/// What stands for the placeholders in the texts of one leg of a job that reach a cache key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placeholders<'a> {
    /// The values of the matrix; an axis wins over any other placeholder of its name.
    pub leg: &'a Leg<'a>,
    /// The runner's, for `{os}` and `{arch}`.
    pub system: System,
}

impl Placeholders<'_> {
    /// A key as actions/cache and rust-cache take it: `{os}` is `runner.os`, `{arch}` is `runner.arch`.
    pub fn template(&self, (text, span): (&str, Span), report: &mut Report) -> Option<KeyTemplate> {
        let value = |name: &str| match name {
            "os" => Some(self.system.os.runner_os().to_owned()),
            "arch" => Some(self.system.arch.runner_arch().to_owned()),
            _ => None,
        };
        self.read(text, span, &["os", "arch"], value, report)
    }

    /// A name that an image build gives its cache: `{image}` is the image, `{arch}` the architecture
    /// as Docker writes it.
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

    /// What tells the keys of this rust-cache from others.
    pub fn rust_cache_name(&self, view: View, report: &mut Report) -> Option<CacheName> {
        let key = self.template(view.placed_text("key"), report);
        let shared = self.template(view.placed_text("shared-key"), report)?;
        match shared.is_empty() {
            true => Some(CacheName::Own { key: key?, job_id: view.flag("add-job-id-key") }),
            false => Some(CacheName::Shared(shared)),
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
        let axis = |name: &str| self.leg.value(name).map(str::to_owned);
        let problem = match KeyTemplate::parse(text, |name| axis(name).or_else(|| value(name))) {
            Ok(template) => return Some(template),
            Err(BadPlaceholder::Unclosed(rest)) => {
                format!("the placeholder `{{{}` is not closed", printable(rest))
            }
            Err(BadPlaceholder::Unknown(name)) => {
                let general = KeyTemplate::placeholders().map(|(name, _)| name);
                let known: Vec<&str> = general.chain(own.iter().copied()).chain(self.leg.axes()).collect();
                format!("`{{{}}}` is not a placeholder; use one of {}", printable(name), known.join(", "))
            }
        };
        report.push(Diagnostic::error("wrong-key", problem).at(span));
        None
    }
}
