use super::super::json::{Labels, Scenario, Tool, line, list, metrics, object, precision, warm_up};
use super::super::origin::origin;
use super::{Attribution, Compared, Other, Stripe, Waited, verdict};
use crate::study::{Difference, Verdict};
use serde::Serialize;

/// As JSON, schema version 1: the base's metrics as `run` has them, and beside them the comparisons.
///
/// Metrics of which neither direction is good have no verdict; they stand under `described`.
pub fn json(compared: &Compared) -> String {
    let (days, warmup) = compared.days();
    let Compared { name, file, hash, .. } = compared;
    let mut fields = vec![
        ("schema_version", "1".to_owned()),
        ("tool", line(&Tool::THIS)),
        ("command", line(&"compare")),
        ("scenario", line(&Scenario { name, file, hash })),
        ("seed", compared.seed.to_string()),
        ("replications", compared.base.replications.to_string()),
        ("simulated_days", line(&days)),
        ("warmup_days", line(&warmup)),
        ("verdict", line(&verdict(compared))),
        ("metrics", metrics(&compared.base)),
        ("expectations", "[]".to_owned()),
    ];
    fields.extend(warm_up(compared.warm_up));
    fields.extend(compared.reached.as_ref().map(|reached| ("precision", precision(reached))));
    let comparisons: Vec<String> = compared.others.iter().map(|other| comparison(compared, other)).collect();
    fields.push(("comparisons", list(&comparisons)));
    if let Some(attribution) = &compared.attribution {
        fields.push(("attribution", shares(attribution)));
    }
    fields.extend(origin(&compared.reproduce, &compared.base));
    object(&fields)
}

fn comparison(compared: &Compared, other: &Other) -> String {
    let rows = |judged: bool| {
        let of = other.differences.iter().filter(|d| d.verdict().is_some() == judged);
        format!(
            "[\n      {}\n    ]",
            of.map(|d| line(&Row::of(d, &other.differences))).collect::<Vec<_>>().join(",\n      ")
        )
    };
    let stripes: Vec<String> = other.strip.iter().map(|stripe| line(&Strip::of(stripe))).collect();
    let Waited { base, other: theirs, both } = other.waited;
    let costs = Costs { base: compared.limit_cost, other: other.limit_cost };
    format!(
        "{{\"base\":{},\"other\":{},\"hash\":{},\"settings\":{},\"limit_bytes\":{},\"limit_cost_max\":{},\
         \"waited_pushes\":{},\"metrics\":{},\"described\":{},\"strip\":[\n      {}\n    ],\"timeline\":{}}}",
        line(&compared.name),
        line(&other.name),
        line(&other.hash),
        line(&other.settings),
        other.limit.0,
        line(&costs),
        line(&Pushes { base, other: theirs, both }),
        rows(true),
        rows(false),
        stripes.join(",\n      "),
        line(&other.timeline)
    )
}

fn shares(attribution: &Attribution) -> String {
    let row = |share: &crate::study::Share| {
        line(&ShareRow {
            strategy: &attribution.strategies[share.strategy],
            metric: share.metric.name,
            labels: Labels(&share.labels),
            unit: share.metric.unit,
            share: share.share,
            low: share.low,
            high: share.high,
        })
    };
    list(&attribution.shares.iter().map(row).collect::<Vec<_>>())
}

/// Pushes that succeed in a replication; waiting is compared over `both`.
#[derive(Serialize)]
struct Pushes {
    base: f64,
    other: f64,
    both: f64,
}

/// USD per 30 days.
#[derive(Serialize)]
struct Costs {
    base: f64,
    other: f64,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'static str,
    labels: Labels<'a>,
    unit: &'static str,
    base: f64,
    other: f64,
    difference: f64,
    low: f64,
    high: f64,
    n: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
}

impl Row<'_> {
    fn of<'a>(difference: &'a Difference, all: &[Difference]) -> Row<'a> {
        let Difference { metric, labels, base, other, difference: mean, low, high, n } = difference;
        Row {
            name: metric.name,
            labels: Labels(labels),
            unit: metric.unit,
            base: *base,
            other: *other,
            difference: *mean,
            low: *low,
            high: *high,
            n: *n,
            verdict: difference.verdict_among(all).map(Verdict::label),
        }
    }
}

#[derive(Serialize)]
struct Strip<'a> {
    limit_factor: f64,
    metrics: Vec<Row<'a>>,
}

impl Strip<'_> {
    fn of(stripe: &Stripe) -> Strip<'_> {
        Strip {
            limit_factor: stripe.factor,
            metrics: stripe.differences.iter().map(|d| Row::of(d, &stripe.differences)).collect(),
        }
    }
}

#[derive(Serialize)]
struct ShareRow<'a> {
    strategy: &'a str,
    metric: &'static str,
    labels: Labels<'a>,
    unit: &'static str,
    share: f64,
    low: f64,
    high: f64,
}
