//! A metric with labels, as users name it on the command line and in expectations, such as
//! `restore.hit_ratio{client=rust-cache}`.

use super::metric::{CATALOGUE, Metric, find};
use super::metrics::{Label, Value};
use crate::diagnostic::nearest;
use crate::event::{Conclusion, Names};
use std::fmt;
use std::str::FromStr;

/// A metric and one combination of labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// A metric of the catalogue.
    pub metric: &'static Metric,
    /// Its labels, in the metric's order. The metric has all of them.
    pub labels: Vec<Label>,
}

impl Measure {
    /// A measure with these labels, sorted in the metric's order, so that printing and parsing it
    /// gives the same measure.
    pub fn new(metric: &'static Metric, labels: Vec<Label>) -> Measure {
        let todays = |(name, text): Label| (name, todays_word(name, &text).to_owned());
        let mut labels: Vec<Label> = labels.into_iter().map(todays).collect();
        labels.sort_by_key(|(name, _)| metric.labels.iter().position(|label| label == name));
        Measure { metric, labels }
    }

    /// True if a value belongs to this measure.
    pub fn matches(&self, value: &Value) -> bool {
        self.is(value.metric, &value.labels)
    }

    /// True if this is the metric with exactly these labels, in any order.
    pub fn is(&self, metric: &Metric, labels: &[Label]) -> bool {
        let has = |label: &Label| labels.contains(label);
        self.metric.name == metric.name && self.labels.len() == labels.len() && self.labels.iter().all(has)
    }

    /// What is missing. A metric that is a mean, a peak or a quantile has no value without its `stat`.
    pub fn incomplete(&self) -> Option<String> {
        let needs = self.metric.labels.contains(&STAT) && self.labels.iter().all(|label| label.0 != STAT);
        let (name, words) = (self.metric.name, self.metric.words(STAT));
        needs.then(|| format!("`{name}` needs a `{STAT}`: one of {}", quoted(&words)))
    }

    /// The first label with an unknown value, and the known ones.
    pub fn stranger<'a>(&self, names: &'a Names) -> Option<(&Label, Vec<&'a str>)> {
        self.labels.iter().find_map(|label| {
            let known = names.known(self.metric, label.0);
            (!known.contains(&label.1.as_str())).then_some((label, known))
        })
    }
}

/// The value of a label as it is written today: expectations and saved results may have an older word.
pub fn todays_word<'a>(label: &str, text: &'a str) -> &'a str {
    match (label, text) {
        ("conclusion", Conclusion::FAILED) => Conclusion::Failed.label(),
        _ => text,
    }
}

/// The label that says what is made of a metric's values.
const STAT: &str = "stat";

impl fmt::Display for Measure {
    /// Writes, for example, `restore.hit_ratio {client=rust-cache, ref=main}`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.metric.name)?;
        let labels: Vec<_> = self.labels.iter().map(|(name, text)| format!("{name}={text}")).collect();
        if labels.is_empty() { Ok(()) } else { write!(f, " {{{}}}", labels.join(", ")) }
    }
}

/// Reads `metric` or `metric{label=value,label=value}`. The error suggests what was probably meant.
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
        let labels: Result<Vec<Label>, String> =
            split(labels).into_iter().map(|written| label(metric, written)).collect();
        let measure = Measure::new(metric, labels?);
        measure.incomplete().map_or(Ok(measure), Err)
    }
}

/// The labels as written. A comma inside quotes, or inside the brackets of a matrix leg, does not separate them:
/// `job=test (linux, 1.80), stat=mean` are two.
fn split(labels: &str) -> Vec<&str> {
    let (mut quoted, mut brackets) = (false, 0_i32);
    let separates = |letter: char| {
        match letter {
            '"' => quoted = !quoted,
            '(' if !quoted => brackets += 1,
            ')' if !quoted => brackets -= 1,
            _ => {}
        }
        letter == ',' && !quoted && brackets <= 0
    };
    labels.split(separates).filter(|label| !label.trim().is_empty()).collect()
}

fn label(metric: &'static Metric, written: &str) -> Result<Label, String> {
    let (name, text) = written.split_once('=').ok_or_else(|| {
        format!("`{}` is not a label: write for example `{}{{stat=mean}}`", written.trim(), metric.name)
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

/// A readable list of names, or "none".
fn quoted(names: &[&str]) -> String {
    let all: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if all.is_empty() { "none".into() } else { all.join(", ") }
}
