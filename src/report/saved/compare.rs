use super::place::Place;
use super::run::{Origin, origin};
use super::study::{LIMIT_MAX, metric, precision, remark_unknown, study, warm_up};
use super::timeline;
use crate::report::compare::{Attribution, Compared, Other, Stripe, Waited};
use crate::study::{Difference, STRATEGIES_MAX, Share};
use crate::units::Bytes;

/// Of `compare`.
pub(super) fn read(root: &Place) -> Option<Compared> {
    let origin = origin(root);
    let base = study(root);
    let rows = root.field("comparisons").and_then(|list| list.list());
    let others: Option<Vec<Other>> = rows.as_ref().map(|rows| rows.iter().filter_map(other).collect());
    let cost = rows.as_ref().and_then(|rows| rows.first()).and_then(|row| cost(row, "base"));
    let attribution = root.optional("attribution").and_then(|place| attribution(&place));
    let Origin { name, file, hash, seed, reproduce } = origin?;
    Some(Compared {
        name,
        file,
        hash,
        seed,
        reproduce,
        base: base?,
        limit_cost: cost.unwrap_or(0.0),
        others: others?,
        attribution,
        reached: precision(root),
        warm_up: warm_up(root),
    })
}

fn other(row: &Place) -> Option<Other> {
    let text = |name| row.field(name).and_then(|place| place.text()).map(String::from);
    let (name, hash) = (text("other"), text("hash"));
    let settings = row.field("settings").and_then(|list| list.list());
    let settings = settings.and_then(|list| list.iter().map(|text| text.text().map(String::from)).collect());
    let limit = row.field("limit_bytes").and_then(|place| place.count(LIMIT_MAX));
    let limit_cost = cost(row, "other");
    let (judged, described) = (differences(row, "metrics"), differences(row, "described"));
    let strip = row.field("strip").and_then(|list| list.list());
    let strip = strip.map(|list| list.iter().filter_map(stripe).collect());
    let timeline = row.optional("timeline").and_then(|place| timeline::read(&place));
    Some(Other {
        name: name?,
        hash: hash?,
        settings: settings?,
        limit: Bytes(limit?),
        limit_cost: limit_cost?,
        differences: [judged?, described?].concat(),
        strip: strip?,
        waited: waited(row)?,
        timeline,
    })
}

fn waited(row: &Place) -> Option<Waited> {
    let pushes = row.field("waited_pushes")?;
    let number = |name| pushes.field(name).and_then(|place| place.number());
    let (base, other, both) = (number("base"), number("other"), number("both"));
    Some(Waited { base: base?, other: other?, both: both? })
}

fn cost(row: &Place, whose: &str) -> Option<f64> {
    row.field("limit_cost_max")?.field(whose)?.number()
}

fn stripe(row: &Place) -> Option<Stripe> {
    let factor = row.field("limit_factor").and_then(|place| place.number());
    let differences = differences(row, "metrics");
    Some(Stripe { factor: factor?, differences: differences? })
}

fn differences(row: &Place, name: &str) -> Option<Vec<Difference>> {
    let rows = row.field(name)?.list()?;
    let mut unknown = 0;
    let mut differences = Vec::with_capacity(rows.len());
    for row in &rows {
        match metric(row) {
            None => unknown += 1,
            Some(_) => differences.extend(difference(row)),
        }
    }
    remark_unknown(row, unknown);
    Some(differences)
}

fn difference(row: &Place) -> Option<Difference> {
    let (metric, labels) = metric(row)?;
    let number = |name| row.field(name).and_then(|place| place.number());
    let (base, other, difference) = (number("base"), number("other"), number("difference"));
    let (low, high) = (number("low"), number("high"));
    let n = row.field("n").and_then(|place| place.count(1_000_000));
    Some(Difference {
        metric,
        labels,
        base: base?,
        other: other?,
        difference: difference?,
        low: low?,
        high: high?,
        n: n? as u32,
    })
}

fn attribution(place: &Place) -> Option<Attribution> {
    let mut strategies: Vec<String> = vec![];
    let mut shares = vec![];
    for row in place.list()? {
        let name = row.field("strategy")?.text()?;
        let known = strategies.iter().position(|strategy| strategy == name);
        let strategy = known.unwrap_or_else(|| {
            strategies.push(name.to_owned());
            strategies.len() - 1
        });
        shares.extend(share(&row, strategy));
    }
    if strategies.len() > STRATEGIES_MAX {
        place.problem(&format!("has more than {STRATEGIES_MAX} strategies"));
        return None;
    }
    Some(Attribution { strategies, shares })
}

fn share(row: &Place, strategy: usize) -> Option<Share> {
    let (metric, labels) = metric(row)?;
    let number = |name| row.field(name).and_then(|place| place.number());
    let (share, low, high) = (number("share"), number("low"), number("high"));
    Some(Share { strategy, metric, labels, share: share?, low: low?, high: high? })
}
