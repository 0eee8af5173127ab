//! The verdict of a sweep, in sentences. Every report of a sweep begins with it.

use super::inputs::{explanation, movement};
use super::words::{above, interval, noun, point, portion, settings};
use crate::observe::Better;
use crate::result::{InterruptedSweep, SweepResult};
use crate::statistics::sweep::{AxisCurve, Design, Elbow, Finding, Interval, Sensitivity, Shape};
use crate::units::counted;

/// The verdict in one or two plain sentences.
pub fn verdict(swept: &SweepResult) -> String {
    sentences(swept).join(" ")
}

/// The verdict, sentence by sentence. That of an interrupted sweep says first what is missing.
pub(super) fn sentences(swept: &SweepResult) -> Vec<String> {
    match &swept.interrupted {
        Some(left) => std::iter::once(so_far(left)).chain(provisional(swept)).collect(),
        None => complete(swept),
    }
}

/// How much of a sweep was simulated.
fn so_far(left: &InterruptedSweep) -> String {
    let InterruptedSweep { replications_finished, points_finished, points_begun, points, .. } = left;
    let others = [(*points_begun, "incomplete"), (points - points_finished - points_begun, "not simulated")];
    let others = others.into_iter().filter(|(count, _)| *count > 0);
    let others: String = others.map(|(count, what)| format!(", {count} {what}")).collect();
    format!(
        "Interrupted after {replications_finished} of {}: {points_finished} of {} complete{others}. --resume \
         continues the sweep; until then the answer may change.",
        counted(left.replications, "replication", "replications"),
        counted(*points, "point is", "points are")
    )
}

/// What can be said of the points so far.
fn provisional(swept: &SweepResult) -> Vec<String> {
    match swept.plan.design {
        Design::Sobol(_) | Design::Morris(_) => {
            vec!["Which inputs matter is only known when every replication is finished.".into()]
        }
        Design::Grid | Design::Sample(_) => curves(swept).into_iter().chain(best(swept)).collect(),
    }
}

/// The verdict of a sweep, or of a part of one, in which everything was simulated.
fn complete(swept: &SweepResult) -> Vec<String> {
    if let Some(shard) = swept.plan.shard {
        let points = swept.plan.simulations() / u64::from(swept.plan.replications);
        let all = swept.plan.points.len();
        return vec![format!(
            "Part {shard}: {points} of {}; `cache-budget merge` joins the parts.",
            counted(all, "point", "points")
        )];
    }
    match &swept.sensitivity {
        Sensitivity::Explained(explained) => return explanation(swept, explained),
        Sensitivity::Effects(effects) => return movement(swept, effects),
        Sensitivity::Unknown => {}
    }
    if matches!(swept.plan.design, Design::Sobol(_) | Design::Morris(_)) {
        return vec![format!("None of the inputs changes {}.", noun(&swept.measure))];
    }
    let mut sentences = curves(swept);
    sentences.extend(best(swept));
    sentences
}

fn curves(swept: &SweepResult) -> Vec<String> {
    match swept.curves.as_slice() {
        [] => vec![],
        [only] => vec![curve(swept, only)],
        several => {
            let first = several[0].axis;
            let of_first: Vec<&AxisCurve> = several.iter().filter(|along| along.axis == first).collect();
            let (name, noun, all) = (&swept.plan.axes[first].name, noun(&swept.measure), of_first.len());
            let bent: Vec<(&AxisCurve, &Elbow)> =
                of_first.iter().filter_map(|along| Some((*along, along.elbow()?))).collect();
            let place =
                |(along, elbow): &(&AxisCurve, &Elbow)| (along.curve.x[elbow.at], along.points[elbow.at]);
            let mut places: Vec<(f64, usize)> = bent.iter().map(place).collect();
            places.sort_by(|a, b| a.0.total_cmp(&b.0));
            let ([(low, first_at), ..], [.., (high, last_at)]) = (places.as_slice(), places.as_slice())
            else {
                return vec![format!("None of the {all} curves of {noun} over {name} has an elbow.")];
            };
            let shown = |point: &usize| &swept.plan.points[*point].settings[first];
            let place = match low == high {
                true => format!("at {}", shown(first_at)),
                false => format!("between {} and {}", shown(first_at), shown(last_at)),
            };
            let in_some = match (bent.len() == all, all) {
                (true, 2) => "both".to_owned(),
                (true, _) => format!("all {all}"),
                (false, _) => format!("{} of {all}", bent.len()),
            };
            // The reader's own setting, if its curve has an elbow.
            let is_own = |along: &AxisCurve| swept.own().is_some_and(|own| along.points.contains(&own));
            let example = bent.iter().find(|(along, _)| is_own(along)).unwrap_or(&bent[0]).0;
            vec![
                format!("The elbow of {name} is {place}, in {in_some} settings of the other inputs."),
                format!("With {}: {}", settings(swept, others(example)), lowered(curve(swept, example))),
            ]
        }
    }
}

pub(super) fn others(along: &AxisCurve) -> impl Iterator<Item = (usize, &String)> {
    along.others.iter().map(|(axis, value)| (*axis, value))
}

fn lowered(sentence: String) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A sentence about one curve.
fn curve(swept: &SweepResult, along: &AxisCurve) -> String {
    let (name, noun) = (&swept.plan.axes[along.axis].name, noun(&swept.measure));
    let at = |place: usize| &swept.plan.points[along.points[place]].settings[along.axis];
    let (first, last) = (at(0), at(along.points.len() - 1));
    match &along.finding {
        Finding::Flat => {
            format!("From {first} to {last}, {name} makes no distinguishable difference to {noun}.")
        }
        Finding::Turning => {
            format!("Between {first} and {last} of {name}, {noun} rises and falls: see the table.")
        }
        Finding::Even(slope) => {
            let (more, what) = portion(along);
            let each = per(swept, scaled(*slope, more));
            let price = price(swept, along.points[0], along.points[along.points.len() - 1]);
            let price = price.map_or_else(String::new, |price| format!(" The whole range {price}."));
            format!(
                "From {first} to {last} of {name}, each extra {what} {} {each} of {noun}: there is no \
                 elbow.{price}",
                verb(swept, *slope)
            )
        }
        Finding::Elbow(elbow) => elbow_sentence(swept, along, elbow, at),
    }
}

/// Sentences about an elbow: where the curve bends, a bound for every step on its flatter side, what the
/// next step is worth, and what the place depends on.
fn elbow_sentence<'a>(
    swept: &SweepResult,
    along: &AxisCurve,
    elbow: &Elbow,
    at: impl Fn(usize) -> &'a String,
) -> String {
    let (name, noun) = (&swept.plan.axes[along.axis].name, noun(&swept.measure));
    let (more, what) = portion(along);
    let steep = if elbow.shape == Shape::Flattens { elbow.before } else { elbow.after };
    let (does, steep) = (verb(swept, steep), per(swept, scaled(steep, more)));
    let (side, rest) = match elbow.shape {
        Shape::Flattens => ("Beyond", "up to there"),
        Shape::Steepens => ("Up to", "beyond it"),
    };
    let flat = match elbow.flat_at_most * more {
        0.0 => format!("does not change {noun}"),
        bound => format!("changes {noun} by at most {}", above(swept.measure.metric.unit, bound)),
    };
    let last = at(along.points.len() - 1);
    let answer = format!(
        "{side} {name} = {}, each extra {what} {flat}; {rest}, each one {does} {steep}.",
        at(elbow.at)
    );
    let window = format!(
        "This is the elbow between {} and {last}; another range may have a different \
        one.",
        at(0)
    );
    [answer, next_step(swept, along, elbow), window, surely(swept, elbow, at)].join(" ")
}

/// What the step after an elbow is worth, and its price.
fn next_step(swept: &SweepResult, along: &AxisCurve, elbow: &Elbow) -> String {
    let [from, to] = [elbow.at, elbow.at + 1].map(|place| along.points[place]);
    let there = &swept.plan.points[to].settings[along.axis];
    let Some(change) = swept.change(from, to, 1) else { return String::new() };
    let worth = match swept.plan.replications < 2 || change.is_off_zero() {
        true => format!("{} {}", verb(swept, change), per(swept, change)),
        false => {
            let change = interval(swept.measure.metric.unit, change, swept.plan.replications);
            format!("makes no distinguishable difference ({change})")
        }
    };
    let price = price(swept, from, to).map_or_else(String::new, |price| format!(" and {price}"));
    format!("The next step, to {there}, {worth}{price}.")
}

/// The price of a larger limit, as a clause.
fn price(swept: &SweepResult, from: usize, to: usize) -> Option<String> {
    let usd = swept.price(from, to);
    (usd > 0.0).then(|| format!("costs {usd:.2} USD more per 30 days if it is always full"))
}

/// How certain the place of an elbow is.
fn surely<'a>(swept: &SweepResult, elbow: &Elbow, at: impl Fn(usize) -> &'a String) -> String {
    match (swept.plan.replications, elbow.first == elbow.last) {
        (1, _) => "One replication cannot show how certain this position is.".into(),
        (few, _) if !swept.tells_places() => {
            format!("{few} replications are too few to show how certain this position is.")
        }
        (_, true) => "More than 95 % of resamples of the replications agree on this position.".into(),
        (_, false) => format!(
            "95 % of resamples of the replications put it between {} and {}.",
            at(elbow.first),
            at(elbow.last)
        ),
    }
}

fn scaled(slope: Interval, factor: f64) -> Interval {
    Interval { value: slope.value * factor, low: slope.low * factor, high: slope.high * factor }
}

/// The verb for a slope. More of the axis buys a better value or costs a worse one; without a good direction
/// it only adds or takes away.
fn verb(swept: &SweepResult, slope: Interval) -> &'static str {
    match (swept.measure.metric.better, slope.value < 0.0) {
        (Better::Lower, true) => "saves",
        (Better::Higher, false) | (Better::Neither, false) => "adds",
        (Better::Lower, false) | (Better::Higher, true) => "costs",
        (Better::Neither, true) => "removes",
    }
}

/// A slope without its sign.
fn per(swept: &SweepResult, slope: Interval) -> String {
    let turned = if slope.value < 0.0 {
        Interval { value: -slope.value, low: -slope.high, high: -slope.low }
    } else {
        slope
    };
    interval(swept.measure.metric.unit, turned, swept.plan.replications).replace('+', "")
}

/// The best point, compared with the scenario itself. If the scenario is the best point, or was not played,
/// the second best is compared instead.
fn best(swept: &SweepResult) -> Option<String> {
    let ranked = swept.ranked();
    let (best, worst) = (*ranked.first()?, *ranked.last()?);
    let (unit, noun) = (swept.measure.metric.unit, noun(&swept.measure));
    let value = super::super::number::amount(swept.estimate(best)?);
    let others = ranked.len() - 1;
    let pairs = others * (others + 1) / 2;
    let spread = swept.change(worst, best, pairs)?;
    if best == worst || (spread.value == 0.0 && !spread.is_off_zero()) {
        let all = if swept.interrupted.is_some() { "All of these" } else { "All" };
        return Some(format!("{all} points give the same {noun}: {value}."));
    }
    let (against, which, among) = match swept.own().filter(|own| *own != best && ranked.contains(own)) {
        Some(own) => (own, "the unchanged scenario".to_owned(), others),
        None => (ranked[1], format!("the second best, {}", point(swept, ranked[1])), pairs),
    };
    let change = swept.change(against, best, among)?;
    let shown = interval(unit, change, swept.plan.replications);
    let compared = match swept.plan.replications < 2 || change.is_off_zero() {
        true => format!("{shown} compared with {which}"),
        false => format!("not distinguishable from {which} ({shown})"),
    };
    let word = if swept.measure.metric.better == Better::Higher { "highest" } else { "lowest" };
    let place = point(swept, best);
    let own = if swept.own() == Some(best) { ", the unchanged scenario" } else { "" };
    Some(format!("The {word} {noun}, {value}, is at {place}{own}: {compared}.{}", not_played(swept)))
}

/// A sentence that the scenario itself was not played, and where it would be.
fn not_played(swept: &SweepResult) -> String {
    let axes = swept.plan.axes.iter().enumerate();
    let own = settings(swept, axes.filter_map(|(axis, of)| Some((axis, of.own.as_ref()?))));
    match swept.own() {
        Some(_) => String::new(),
        None if own.is_empty() => " The scenario itself is not among the points.".into(),
        None => format!(" The scenario itself ({own}) is not among the points."),
    }
}
