use super::super::json::{Labels, Scenario, Tool, line, list, metrics_of, object};
use super::{Swept, verdict};
use crate::study::sweep::{Bend, Finding, Interval, Sensitivity, Shape};
use crate::study::{Estimate, HEADLINES};
use serde::Serialize;
use std::collections::BTreeMap;

/// With more metrics of all points together, each point tells only the one that is asked about and the
/// headlines: whoever reads the result should not have to read all of `summary.csv`.
const METRICS_MAX: usize = 100_000;

/// As JSON, schema version 1: `metrics` are those of the scenario as it is, if that is one of the points;
/// a sweep has them point by point, under `points`, with `values`, what each replication
/// contributes to the metric that is asked about. Beside them where it bends, and which input matters.
pub fn json(swept: &Swept) -> String {
    let plan = &swept.plan;
    let measure = MeasureRow {
        name: swept.measure.metric.name,
        labels: Labels(&swept.measure.labels),
        unit: swept.measure.metric.unit,
    };
    let mut fields = vec![
        ("schema_version", "1".to_owned()),
        ("tool", line(&Tool::THIS)),
        ("command", line(&"sweep")),
        ("scenario", line(&Scenario { name: &plan.name, file: &plan.file, hash: &plan.hash })),
        ("seed", plan.seed.to_string()),
        ("replications", plan.replications.to_string()),
        ("simulated_days", line(&plan.simulated_days)),
        ("warmup_days", line(&plan.warmup_days)),
        ("verdict", line(&verdict(swept))),
        ("metrics", metrics_of(swept.own().map_or(&[], |point| &swept.points[point]))),
        ("expectations", "[]".to_owned()),
        ("design", line(&plan.design)),
        ("metric", line(&measure)),
        ("reproduce", line(&plan.reproduce)),
        ("axes", list(&plan.axes.iter().map(line).collect::<Vec<_>>())),
    ];
    fields.extend(plan.shard.map(|shard| ("shard", line(&shard))));
    let brief = swept.points.iter().map(Vec::len).sum::<usize>() > METRICS_MAX;
    let played = (0..plan.points.len()).filter(|point| plan.plays(*point));
    fields.push(("points_tell", line(&if brief { "headlines" } else { "all metrics" })));
    fields.push(("points", list(&played.map(|index| point(swept, index, brief)).collect::<Vec<_>>())));
    fields.push(("elbows", list(&swept.bends.iter().map(|bend| elbow(swept, bend)).collect::<Vec<_>>())));
    match &swept.sensitivity {
        Sensitivity::Unknown => {}
        Sensitivity::Explained(explained) => {
            let row = |(axis, of): (usize, &crate::study::sweep::Explained)| {
                line(&SobolRow { path: &plan.axes[axis].name, first_order: of.alone, total: of.in_all })
            };
            fields.push(("sensitivity", list(&explained.iter().enumerate().map(row).collect::<Vec<_>>())));
        }
        Sensitivity::Effects(effects) => {
            let row = |(axis, of): (usize, &crate::study::sweep::Effect)| {
                let path = &plan.axes[axis].name;
                line(&MorrisRow { path, mu_star: of.size, mu: of.direction, sigma: of.spread })
            };
            fields.push(("sensitivity", list(&effects.iter().enumerate().map(row).collect::<Vec<_>>())));
        }
    }
    object(&fields)
}

fn point(swept: &Swept, index: usize, brief: bool) -> String {
    let point = &swept.plan.points[index];
    let is_headline = |e: &Estimate| HEADLINES.iter().any(|(name, labels)| e.is(name, labels));
    let told = |e: &&Estimate| !brief || is_headline(e) || swept.measure.is(e.metric, &e.labels);
    let metrics: Vec<Estimate> = swept.points[index].iter().filter(told).cloned().collect();
    format!(
        "{{\"point\":{},\"settings\":{},\"hash\":{},\"limit_cost_max\":{},\"values\":{},\"metrics\":{}}}",
        index + 1,
        line(&named(swept, point.settings.iter().enumerate())),
        line(&point.hash),
        line(&point.limit_cost),
        line(&swept.results[index]),
        metrics_of(&metrics).replace('\n', "\n    ")
    )
}

/// Settings by the name of their axis.
fn named<'a>(
    swept: &'a Swept,
    settings: impl Iterator<Item = (usize, &'a String)>,
) -> BTreeMap<&'a str, &'a str> {
    settings.map(|(axis, value)| (swept.plan.axes[axis].name.as_str(), value.as_str())).collect()
}

fn elbow(swept: &Swept, bend: &Bend) -> String {
    let at = |place: usize| swept.plan.points[bend.points[place]].settings[bend.axis].as_str();
    let whole = bend.curve.slope(0, bend.points.len() - 1);
    let mut row = BendRow {
        axis: &swept.plan.axes[bend.axis].name,
        with: named(swept, bend.others.iter().map(|(axis, value)| (*axis, value))),
        finding: "flat",
        at: None,
        low: None,
        high: None,
        unit: swept.measure.metric.unit,
        per: if bend.unit.is_empty() { "1" } else { &bend.unit },
        slope: whole,
        below: None,
        above: None,
        flat_at_most: None,
        window: [at(0), at(bend.points.len() - 1)],
        next: None,
    };
    match &bend.finding {
        Finding::Flat => {}
        Finding::Turning => row.finding = "turning",
        Finding::Even(_) => row.finding = "even",
        Finding::Bent(elbow) => {
            row.finding = if elbow.shape == Shape::Flattens { "flattens" } else { "steepens" };
            [row.at, row.low, row.high] = [elbow.at, elbow.first, elbow.last].map(|place| Some(at(place)));
            [row.below, row.above] = [Some(elbow.before), Some(elbow.after)];
            row.flat_at_most = Some(elbow.flat_at_most);
            let [from, to] = [elbow.at, elbow.at + 1].map(|place| bend.points[place]);
            let next = |change| Next { to: at(elbow.at + 1), change, limit_cost_max: swept.price(from, to) };
            row.next = swept.change(from, to, 1).map(next);
        }
    }
    line(&row)
}

#[derive(Serialize)]
struct MeasureRow<'a> {
    name: &'static str,
    labels: Labels<'a>,
    unit: &'static str,
}

/// What the result does along an axis: slopes are in `unit` for each `per` of the axis.
#[derive(Serialize)]
struct BendRow<'a> {
    axis: &'a str,
    with: BTreeMap<&'a str, &'a str>,
    finding: &'static str,
    at: Option<&'a str>,
    low: Option<&'a str>,
    high: Option<&'a str>,
    unit: &'static str,
    per: &'a str,
    slope: Interval,
    below: Option<Interval>,
    above: Option<Interval>,
    flat_at_most: Option<f64>,
    /// The ends of what was swept: the place of an elbow depends on them.
    window: [&'a str; 2],
    next: Option<Next<'a>>,
}

/// The step beyond an elbow: what changes with it in all, and what the limit costs more, USD per 30 days.
#[derive(Serialize)]
struct Next<'a> {
    to: &'a str,
    change: Interval,
    limit_cost_max: f64,
}

#[derive(Serialize)]
struct SobolRow<'a> {
    path: &'a str,
    first_order: Interval,
    total: Interval,
}

#[derive(Serialize)]
struct MorrisRow<'a> {
    path: &'a str,
    mu_star: Interval,
    mu: Interval,
    sigma: f64,
}
