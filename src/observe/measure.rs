use super::catalogue::{CATALOGUE, Metric, find};
use super::metrics::{Label, Value};
use crate::diagnostic::nearest;
use crate::event::Names;
use std::fmt;
use std::str::FromStr;

/// A metric under one combination of labels: what somebody asks for by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// The metric.
    pub metric: &'static Metric,
    /// The labels, all of which the metric has, in its order.
    pub labels: Vec<Label>,
}

impl Measure {
    /// A metric under labels, which are put in the metric's own order: written and read again, it is the
    /// same.
    pub fn new(metric: &'static Metric, mut labels: Vec<Label>) -> Measure {
        labels.sort_by_key(|(name, _)| metric.labels.iter().position(|label| label == name));
        Measure { metric, labels }
    }

    /// Whether a value is one of it.
    pub fn matches(&self, value: &Value) -> bool {
        self.is(value.metric, &value.labels)
    }

    /// Whether this is the metric under exactly these labels, in any order.
    pub fn is(&self, metric: &Metric, labels: &[Label]) -> bool {
        let has = |label: &Label| labels.contains(label);
        self.metric.name == metric.name && self.labels.len() == labels.len() && self.labels.iter().all(has)
    }

    /// The first label whose value nothing of this simulation has, and what it could be.
    pub fn stranger<'a>(&self, names: &'a Names) -> Option<(&Label, Vec<&'a str>)> {
        self.labels.iter().find_map(|label| {
            let known = names.known(self.metric, label.0);
            (!known.contains(&label.1.as_str())).then_some((label, known))
        })
    }
}

impl fmt::Display for Measure {
    /// For example `restore.hit_ratio {client=rust-cache, ref=main}`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.metric.name)?;
        let labels: Vec<_> = self.labels.iter().map(|(name, text)| format!("{name}={text}")).collect();
        if labels.is_empty() { Ok(()) } else { write!(f, " {{{}}}", labels.join(", ")) }
    }
}

/// Reads `metric` or `metric{label=value,label=value}`; the error says what was probably meant.
impl FromStr for Measure {
    type Err = String;

    fn from_str(text: &str) -> Result<Measure, String> {
        let (name, labels) = match text.split_once('{') {
            Some((name, rest)) => {
                let inside = rest.trim_end().strip_suffix('}');
                (name.trim(), inside.ok_or_else(|| format!("`{{` is never closed in `{text}`"))?)
            }
            None => (text.trim(), ""),
        };
        let names = CATALOGUE.iter().map(|metric| metric.name);
        let help = "`cache-budget metrics` lists them";
        let metric = find(name).ok_or_else(|| unknown("metric", name, names, help))?;
        let written = labels.split(',').filter(|label| !label.trim().is_empty());
        let labels: Result<Vec<Label>, String> = written.map(|written| label(metric, written)).collect();
        Ok(Measure::new(metric, labels?))
    }
}

fn label(metric: &'static Metric, written: &str) -> Result<Label, String> {
    let (name, text) = written.split_once('=').ok_or_else(|| {
        format!("`{}` is no label: write for example `{}{{stat=mean}}`", written.trim(), metric.name)
    })?;
    let labels = || metric.labels.iter().copied();
    let known = labels().find(|known| *known == name.trim());
    let help = format!("it has {}", quoted(&labels().collect::<Vec<_>>()));
    let noun = format!("label of {}", metric.name);
    let known = known.ok_or_else(|| unknown(&noun, name.trim(), labels(), &help))?;
    Ok((known, text.trim().trim_matches('"').to_owned()))
}

fn unknown<'a>(noun: &str, name: &str, known: impl Iterator<Item = &'a str>, help: &str) -> String {
    match nearest(name, known) {
        Some(near) => format!("there is no {noun} called `{name}`: did you mean `{near}`?"),
        None => format!("there is no {noun} called `{name}`: {help}"),
    }
}

/// Names as a person reads a list of them; "none" where there is none.
fn quoted(names: &[&str]) -> String {
    let all: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if all.is_empty() { "none".into() } else { all.join(", ") }
}
