use super::place::Place;
use super::study::{estimates, metric};
use crate::outcome::{Label, Metric};
use crate::report::csv::{LABELS, quoted};
use crate::report::markdown::{escaped, section};
use crate::report::number::amount;
use crate::report::section::{Cell, Section};
use crate::report::table::Style;
use crate::study::{Estimate, HEADLINES};

/// How many axes a sweep has at most.
const AXES_MAX: usize = 100;
/// How many points.
const POINTS_MAX: usize = 100_000;
/// How many points a table shows.
const SHOWN_MAX: usize = 500;

/// What a sweep found, point by point.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The scenario's name.
    pub name: String,
    /// The answer, as the sweep gave it.
    pub verdict: String,
    /// How many replications each point has.
    pub replications: u32,
    /// The names of what was varied.
    pub axes: Vec<String>,
    /// The metric that the answer is about.
    pub metric: &'static Metric,
    /// Its labels.
    pub labels: Vec<Label>,
    /// The points.
    pub points: Vec<SweepPoint>,
    /// The command line that gives the same numbers again, where the result has it.
    pub reproduce: Option<String>,
}

/// One setting of all axes, and its metrics.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepPoint {
    /// A value for each axis.
    pub settings: Vec<String>,
    /// Its metrics.
    pub estimates: Vec<Estimate>,
}

/// Of `sweep`.
pub(super) fn read(root: &Place) -> Option<Sweep> {
    let name = root.field("scenario").and_then(|place| place.field("name")).and_then(|place| place.text());
    let verdict = root.field("verdict").and_then(|place| place.text());
    let replications = root.field("replications").and_then(|place| place.count(10_000));
    let axes = root.field("axes").and_then(|list| list.list(AXES_MAX));
    let axes: Option<Vec<&str>> =
        axes.and_then(|list| list.iter().map(|row| row.field("name")?.text()).collect());
    let asked = root.field("metric");
    let measure = asked.as_ref().and_then(metric);
    if let (Some(place), None) = (&asked, &measure) {
        place.problem("is a metric that this version does not know");
    }
    let rows = root.field("points").and_then(|list| list.list(POINTS_MAX));
    let axes = axes?;
    let points = rows?.iter().filter_map(|row| point(row, &axes)).collect();
    let (metric, labels) = measure?;
    Some(Sweep {
        name: name?.to_owned(),
        verdict: verdict?.to_owned(),
        replications: replications? as u32,
        axes: axes.into_iter().map(String::from).collect(),
        metric,
        labels,
        points,
        reproduce: root.optional("reproduce").and_then(|place| super::run::command_line(&place)),
    })
}

fn point(row: &Place, axes: &[&str]) -> Option<SweepPoint> {
    let settings = row.field("settings")?;
    let values: Option<Vec<String>> =
        axes.iter().map(|axis| Some(settings.field(axis)?.text()?.to_owned())).collect();
    let estimates = estimates(row);
    Some(SweepPoint { settings: values?, estimates: estimates? })
}

impl Sweep {
    /// The estimate of the metric the answer is about.
    pub fn measured<'a>(&self, point: &'a SweepPoint) -> Option<&'a Estimate> {
        let labels: Vec<(&str, &str)> =
            self.labels.iter().map(|(name, text)| (*name, text.as_str())).collect();
        point.estimates.iter().find(|estimate| estimate.is(self.metric.name, &labels))
    }

    /// The metric in words: its name and its labels.
    pub fn measure(&self) -> String {
        let labels: Vec<&str> = self.labels.iter().map(|(_, text)| text.as_str()).collect();
        let of = if labels.is_empty() { String::new() } else { format!(" ({})", labels.join(", ")) };
        format!("{}{of}", self.metric.name)
    }

    /// A row for each point: its settings, the metric and the headlines that it is not.
    pub fn section(&self) -> Section {
        let headlines: Vec<(&str, usize)> = [("runner time per push", 0), ("waiting per push", 1)]
            .into_iter()
            .filter(|(_, place)| !self.is_about(HEADLINES[*place]))
            .collect();
        let row = |point: &SweepPoint| {
            let mut cells: Vec<Cell> = vec![Cell::Name(point.settings.join(", "))];
            let shown = |estimate: Option<&Estimate>| Cell::Number(estimate.map_or("-".into(), amount));
            cells.push(shown(self.measured(point)));
            let headline = |(_, place): &(&str, usize)| {
                let (name, labels) = HEADLINES[*place];
                shown(point.estimates.iter().find(|estimate| estimate.is(name, labels)))
            };
            cells.extend(headlines.iter().map(headline));
            cells
        };
        let rows = self.points.iter().take(SHOWN_MAX).map(row).collect();
        let more = self.points.len().saturating_sub(SHOWN_MAX);
        let note = (more > 0).then(|| format!("and {more} more points, in --format csv"));
        let title = format!("By {}: {}", self.axes.join(", "), self.measure());
        let mut headings = vec!["settings", self.metric.name];
        headings.extend(headlines.iter().map(|(heading, _)| *heading));
        Section { title, headings, rows, note }
    }

    fn is_about(&self, (name, labels): (&str, &[(&str, &str)])) -> bool {
        let own = self.labels.iter().all(|(label, text)| labels.contains(&(*label, text.as_str())));
        self.metric.name == name && self.labels.len() == labels.len() && own
    }

    /// For a terminal.
    pub fn table(&self, style: Style) -> String {
        let answer = style.bold(&style.wrapped(&self.verdict));
        format!("{answer}\n\n{}\n", style.section(&self.section()))
    }

    /// As a pull-request comment in GitHub's Markdown.
    pub fn markdown(&self) -> String {
        let mut table = self.section();
        table.title = escaped(&table.title);
        let (name, verdict) = (escaped(&self.name), escaped(&self.verdict));
        format!("### Cache budget: sweep of {name}\n\n**{verdict}**\n\n{}\n", section(&table))
    }

    /// Every metric of every point in long form.
    pub fn csv(&self) -> String {
        let axes: String = self.axes.iter().map(|axis| quoted(axis) + ",").collect();
        let mut text = format!("point,{axes}metric,{},unit,mean,low,high,n\n", LABELS.join(","));
        for (number, point) in self.points.iter().enumerate() {
            let settings: String = point.settings.iter().map(|setting| quoted(setting) + ",").collect();
            for Estimate { metric, labels, mean, low, high, n } in &point.estimates {
                let of = |label: &str| labels.iter().find(|(name, _)| *name == label);
                let labels = LABELS.map(|label| of(label).map_or(String::new(), |(_, text)| quoted(text)));
                let (number, labels) = (number + 1, labels.join(","));
                text += &format!(
                    "{number},{settings}{},{labels},{},{mean},{low},{high},{n}\n",
                    metric.name, metric.unit
                );
            }
        }
        text
    }
}
