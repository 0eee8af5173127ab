use super::place::Place;
use super::timeline;
use crate::outcome::catalogue::find;
use crate::outcome::{
    ClientId, EvictionBatch, JobName, Label, Measure, Metric, Names, Outcome, Window, WorkflowId,
};
use crate::study::{Batches, Dependence, Estimate, Precision, Reached, Study, WarmUp};
use crate::units::{Bytes, Duration, SimTime};

/// How many replications a result has at most.
pub(super) const REPLICATIONS_MAX: u64 = 10_000;
/// The largest limit, in bytes: a multiple of it is still a number of bytes.
pub(super) const LIMIT_MAX: u64 = 1_000_000_000_000_000_000;

/// The study that a result was written from, as far as a report looks into it.
pub(super) fn study(root: &Place) -> Option<Study> {
    let replications = root.field("replications").and_then(|place| place.count(REPLICATIONS_MAX));
    let estimates = estimates(root);
    let first = first(root);
    Some(Study {
        replications: replications?.max(1) as u32,
        series: vec![],
        estimates: estimates?,
        waits: vec![],
        first: first?,
        batches: root.optional("batches").and_then(|place| in_batches(&place)),
    })
}

fn in_batches(place: &Place) -> Option<Batches> {
    let count = place.field("count").and_then(|place| place.count(REPLICATIONS_MAX));
    let days = place.field("days").and_then(|place| place.number());
    let dependent = place.field("dependent").and_then(|list| list.list());
    let dependence = |row: &Place| {
        let (metric, labels) = metric(row)?;
        let correlation = row.field("correlation")?.number()?;
        Some(Dependence { measure: Measure::new(metric, labels), correlation })
    };
    let dependent = dependent.map(|rows| rows.iter().filter_map(dependence).collect());
    Some(Batches { count: count? as u32, length: Duration::DAY.scaled(days?), dependent: dependent? })
}

/// How sure a metric became, where that was asked for.
pub(super) fn precision(root: &Place) -> Option<Reached> {
    let place = root.optional("precision")?;
    let (metric, labels) = metric(&place)?;
    let most = place.field("replications_max")?.count(REPLICATIONS_MAX)? as u32;
    Some(Reached {
        asked: Precision {
            measure: Measure::new(metric, labels),
            target: place.field("target")?.number()?,
            replications_max: most,
        },
        half_width: place.optional("half_width").and_then(|place| place.number()),
        replications: root.field("replications")?.count(REPLICATIONS_MAX)? as u32,
    })
}

/// Where the warm-up comes from; a rule this version does not know was detected all the same.
pub(super) fn warm_up(root: &Place) -> WarmUp {
    match root.optional("warmup_rule").and_then(|place| place.text().map(str::to_owned)) {
        None => WarmUp::Fixed,
        Some(rule) if rule.contains("not reached") => WarmUp::NotReached,
        Some(rule) if rule.contains("half") => WarmUp::Shortened,
        Some(_) => WarmUp::Detected,
    }
}

pub(super) fn estimates(root: &Place) -> Option<Vec<Estimate>> {
    let rows = root.field("metrics")?.list()?;
    let mut unknown = 0;
    let mut estimates = Vec::with_capacity(rows.len());
    for row in &rows {
        match metric(row) {
            None => unknown += 1,
            Some((metric, labels)) => estimates.extend(estimate(row, metric, labels)),
        }
    }
    remark_unknown(root, unknown);
    Some(estimates)
}

pub(super) fn remark_unknown(root: &Place, unknown: usize) {
    if unknown > 0 {
        root.remark(format!("{unknown} values of metrics that this version does not know are left out"));
    }
}

/// The metric and the labels of a row; `None` for a metric this program does not know.
pub(super) fn metric(row: &Place) -> Option<(&'static Metric, Vec<Label>)> {
    let metric = find(row.optional("metric").or_else(|| row.field("name"))?.text()?)?;
    let mut labels = vec![];
    for (name, text) in row.field("labels")?.fields()? {
        let known = metric.labels.iter().find(|label| **label == name)?;
        labels.push((*known, text.text()?.to_owned()));
    }
    // As they are written: in the metric's own order.
    labels.sort_by_key(|(name, _)| metric.labels.iter().position(|label| label == name));
    Some((metric, labels))
}

fn estimate(row: &Place, metric: &'static Metric, labels: Vec<Label>) -> Option<Estimate> {
    let number = |name| row.field(name).and_then(|place| place.number());
    let (mean, low, high) = (number("mean"), number("low"), number("high"));
    let n = row.field("n").and_then(|place| place.count(REPLICATIONS_MAX));
    Some(Estimate { metric, labels, mean: mean?, low: low?, high: high?, n: n? as u32 })
}

/// The first replication: its names and limit, its span, its largest evictions and its timeline.
fn first(root: &Place) -> Option<Outcome> {
    let (names, limit) = repository(root)?;
    let place = root.field("first_replication")?;
    let window = window(&place);
    let batches = place.field("top_evictions").and_then(|list| list.list());
    let batches = batches.map(|list| list.iter().filter_map(|row| batch(row, &names)).collect());
    let timeline = place.optional("timeline").and_then(|place| timeline::read(&place));
    Some(Outcome {
        values: vec![],
        runs: vec![],
        workflow_runs: vec![],
        top_evictions: batches?,
        names,
        window: window?,
        limit,
        waits: vec![],
        timeline,
    })
}

fn repository(root: &Place) -> Option<(Names, Bytes)> {
    let Some(place) = root.optional("repository") else {
        root.problem(
            "has no field `repository`: it was written by an earlier version, run the command again",
        );
        return None;
    };
    let limit = place.field("limit_bytes").and_then(|place| place.count(LIMIT_MAX));
    let texts = |name: &str| -> Option<Vec<String>> {
        place.field(name)?.list()?.iter().map(|text| text.text().map(String::from)).collect()
    };
    let (clients, workflows, steps) = (texts("clients"), texts("workflows"), texts("steps"));
    let jobs = place.field("jobs").and_then(|list| list.list());
    let jobs = jobs
        .and_then(|list| list.iter().map(|row| job(row, workflows.as_ref().map_or(0, Vec::len))).collect());
    let names = Names { clients: clients?, workflows: workflows?, jobs: jobs?, steps: steps? };
    Some((names, Bytes(limit?)))
}

fn job(row: &Place, workflows: usize) -> Option<JobName> {
    let place = row.field("workflow")?;
    let workflow = place.count(u16::MAX.into())?;
    if workflow as usize >= workflows {
        place.problem("is none of the result's workflows");
        return None;
    }
    Some(JobName {
        workflow: WorkflowId(workflow as u16),
        name: row.field("name")?.text()?.to_owned(),
        group: row.field("group")?.text()?.to_owned(),
    })
}

fn window(place: &Place) -> Option<Window> {
    let time = |name: &str| -> Option<SimTime> { place.field(name)?.time() };
    let (start, measure_from, end) = (time("start"), time("measured_from"), time("end"));
    let window = Window { start: start?, measure_from: measure_from?, end: end? };
    let in_order = window.start <= window.measure_from && window.measure_from < window.end;
    if !in_order {
        place.problem("has its start, measured_from and end out of order");
    }
    in_order.then_some(window)
}

fn batch(row: &Place, names: &Names) -> Option<EvictionBatch> {
    let client = |place: &Place| {
        let name = place.text()?;
        let found = names.clients.iter().position(|client| client == name);
        if found.is_none() {
            place.problem("is none of the result's clients");
        }
        found.map(|place| ClientId(place as u16))
    };
    let victim = client(&row.field("client")?)?;
    let evictor = match row.optional("evictor") {
        Some(place) => Some((client(&place)?, row.field("evictor_share")?.number()?)),
        None => None,
    };
    Some(EvictionBatch {
        at: row.field("at")?.time()?,
        victim,
        entries: row.field("entries")?.count(u64::MAX)?,
        bytes: Bytes(row.field("bytes")?.count(u64::MAX)?),
        idle_min: Duration(row.field("idle_min_ms")?.count(i64::MAX as u64)? as i64),
        evictor,
    })
}
