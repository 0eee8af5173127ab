use super::place::Place;
use super::run::{Origin, origin};
use super::study::{estimates, metric};
use crate::outcome::Measure;
use crate::report::sweep::Swept;
use crate::study::Estimate;
use crate::study::sweep::{Axis, Design, Plan, Point, Rows, Tool};

/// How many replications a point has at most.
const REPLICATIONS_MAX: u64 = 10_000;

/// Of `sweep` and of `merge`.
pub(super) fn read(root: &Place) -> Option<Swept> {
    if root.optional("shard").is_some() {
        root.problem(
            "is of one part of a sweep: join the parts with `cache-budget merge`, which writes the whole",
        );
        return None;
    }
    let (asked, axes) = (measure(root), axes(root));
    let replications = root.field("replications").and_then(|place| place.count(REPLICATIONS_MAX))?;
    let axes = axes?;
    let points = root.field("points").and_then(|list| list.list());
    let points: Vec<Played> =
        points?.iter().map(|row| played(row, &axes, replications as usize)).collect::<Option<_>>()?;
    let measure = asked?;
    let plan = plan(root, &measure, axes, replications as u32, &points)?;
    if !plan.is_sound() {
        root.problem("is no sweep that this version could have played");
        return None;
    }
    let (points, results) = points.into_iter().map(|played| (played.estimates, played.values)).unzip();
    Some(Swept::new(plan, measure, points, results))
}

fn plan(
    root: &Place,
    measure: &Measure,
    axes: Vec<Axis>,
    replications: u32,
    points: &[Played],
) -> Option<Plan> {
    let origin = origin(root);
    let number = |name| root.field(name).and_then(|place| place.number());
    let (simulated_days, warmup_days, design) =
        (number("simulated_days"), number("warmup_days"), design(root));
    let Origin { name, file, hash, seed, reproduce } = origin?;
    Some(Plan {
        schema_version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME").into(), version: env!("CARGO_PKG_VERSION").into() },
        name,
        file,
        hash,
        seed,
        replications,
        simulated_days: simulated_days?,
        warmup_days: warmup_days?,
        design: design?,
        axes,
        metric: measure.to_string(),
        rows: Rows::Summary,
        reproduce,
        points: points.iter().map(|played| played.point.clone()).collect(),
        shard: None,
        finished: true,
    })
}

fn measure(root: &Place) -> Option<Measure> {
    let asked = root.field("metric")?;
    let found = metric(&asked);
    if found.is_none() {
        asked.problem("is a metric that this version does not know");
    }
    let (metric, labels) = found?;
    Some(Measure { metric, labels })
}

fn design(root: &Place) -> Option<Design> {
    let place = root.field("design")?;
    let design = serde_json::from_value(place.value().clone());
    if design.is_err() {
        place.problem("is no design that this version knows");
    }
    design.ok()
}

fn axes(root: &Place) -> Option<Vec<Axis>> {
    let axis = |row: &Place| {
        let text = |name| row.field(name).and_then(|place| place.text()).map(String::from);
        let (name, values) = (text("name"), text("values"));
        let own = row.optional("own").and_then(|place| place.text()).map(String::from);
        Some(Axis { name: name?, values: values?, own })
    };
    root.field("axes")?.list()?.iter().map(axis).collect()
}

/// One point, its metrics, and the metric that is asked about in each replication.
struct Played {
    point: Point,
    estimates: Vec<Estimate>,
    values: Vec<Option<f64>>,
}

fn played(row: &Place, axes: &[Axis], replications: usize) -> Option<Played> {
    let settings = row.field("settings")?;
    let setting = |axis: &Axis| settings.field(&axis.name)?.text().map(String::from);
    let settings: Option<Vec<String>> = axes.iter().map(setting).collect();
    let hash = row.field("hash").and_then(|place| place.text()).map(String::from);
    let estimates = estimates(row);
    let values = values(row, replications);
    // Earlier versions did not say.
    let limit_cost = row.optional("limit_cost_max").map_or(Some(0.0), |place| place.number());
    let point = Point { settings: settings?, hash: hash?, limit_cost: limit_cost? };
    Some(Played { point, estimates: estimates?, values: values? })
}

fn values(row: &Place, replications: usize) -> Option<Vec<Option<f64>>> {
    let place = row.field("values")?;
    let list = place.list()?;
    if !list.is_empty() && list.len() != replications {
        place.problem("has not a value for each replication");
        return None;
    }
    list.iter()
        .map(|value| if value.value().is_null() { Some(None) } else { value.number().map(Some) })
        .collect()
}
