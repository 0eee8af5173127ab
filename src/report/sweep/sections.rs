//! The tables of a sweep. The terminal, the Markdown comment and the page show the same ones.

use super::super::section::{Cell, Section};
use super::inputs::{ranked, share};
use super::sentence::others;
use super::words::{interval, noun, point, portion, settings, short, shown, size};
use crate::observe::Measure;
use crate::result::SweepResult;
use crate::statistics::sweep::{AxisCurve, Design, Effect, Explained, Finding, Interval, Sensitivity};
use crate::statistics::{Estimate, HEADLINES, Headline};
use crate::units::counted;

/// Up to this many points are all shown, in their order; of more points, only the best are.
const POINTS_MAX: usize = 24;
/// How many points are shown if not all are.
const BEST_MAX: usize = 10;
/// How many curves are shown.
const CURVES_MAX: usize = 12;
/// How many inputs are shown; those that matter most come first.
const INPUTS_MAX: usize = 20;

/// The tables of a sweep, without those that have no rows.
pub(in crate::report) fn sections(swept: &SweepResult) -> Vec<Section> {
    let inputs = match &swept.sensitivity {
        Sensitivity::Unknown => None,
        Sensitivity::Explained(explained) => Some(shares(swept, explained)),
        Sensitivity::Effects(effects) => Some(moves(swept, effects)),
    };
    let points = inputs.is_none() && !matches!(swept.plan.design, Design::Sobol(_) | Design::Morris(_));
    let all = [inputs, points.then(|| points_of(swept)), curves(swept)];
    all.into_iter().flatten().filter(|section| !section.rows.is_empty()).collect()
}

fn points_of(swept: &SweepResult) -> Section {
    let played: Vec<usize> =
        (0..swept.points.len()).filter(|point| !swept.points[*point].is_empty()).collect();
    let all = played.len() <= POINTS_MAX;
    let best = || swept.ranked().into_iter().take(BEST_MAX).collect();
    let shown = if all { played.clone() } else { best() };
    let alone = swept.plan.axes.len() == 1;
    let row = |(place, index): (usize, &usize)| {
        let settings = &swept.plan.points[*index].settings;
        let name = if alone { settings[0].clone() } else { point(swept, *index) };
        let own = if swept.own() == Some(*index) { format!("{name} *") } else { name };
        let mut row = vec![Cell::Name(own)];
        row.extend(columns(swept).map(|(_, find)| Cell::Number(self::shown(find(&swept.points[*index])))));
        if all && alone {
            let before = place.checked_sub(1).and_then(|before| swept.change(shown[before], *index, 1));
            let (unit, n) = (swept.measure.metric.unit, swept.plan.replications);
            row.push(Cell::Number(before.map_or("-".into(), |change| interval(unit, change, n))));
        }
        row
    };
    let mut headings = vec![if alone { "value" } else { "point" }];
    headings.extend(columns(swept).map(|(heading, _)| heading));
    headings.extend((all && alone).then_some("change from above"));
    let title = match (all, alone) {
        (true, true) => format!("By {}", swept.plan.axes[0].name),
        (true, false) => "The points".to_owned(),
        (false, _) => format!("The best {} of {}", shown.len(), counted(played.len(), "point", "points")),
    };
    let own = shown.iter().any(|point| swept.own() == Some(*point)).then_some("* is the unchanged scenario.");
    let rest = (!all).then_some(match swept.interrupted {
        Some(_) => "Every point so far is in points.csv.",
        None => "Every point is in summary.csv.",
    });
    let note = [own, rest].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let note = Some(note).filter(|note| !note.is_empty());
    Section { title, headings, rows: shown.iter().enumerate().map(row).collect(), note }
}

/// Finds the estimate of a column among those of a point.
type Find<'a> = Box<dyn Fn(&'a [Estimate]) -> Option<&'a Estimate> + 'a>;

/// The metrics that are shown per point: the reported one, then the headlines that were measured. Cost is shown only if
/// there is any.
fn columns(swept: &SweepResult) -> impl Iterator<Item = (&'static str, Find<'_>)> {
    let Measure { metric, labels } = &swept.measure;
    let is_asked = |(headline, of): &Headline| headline.is_with(of, metric, labels);
    const WORDS: [&str; 3] = ["push to green", "runner minutes a day", "cost in 30 days"];
    let asked = HEADLINES.iter().position(is_asked);
    let heading = asked.map_or(metric.name, |place| WORDS[place]);
    let find: Find = Box::new(|estimates| estimates.iter().find(|e| swept.measure.is(e.metric, &e.labels)));
    let tells = move |place: usize| {
        let (metric, labels) = HEADLINES[place];
        let own = |estimate: &&Estimate| estimate.is(metric, labels);
        let mut estimates = swept.points.iter().filter_map(|estimates| estimates.iter().find(own));
        estimates.any(|estimate| place != 2 || estimate.mean > 0.0)
    };
    let others = (0..3).filter(move |place| asked != Some(*place) && tells(*place)).map(|place| {
        let (metric, labels) = HEADLINES[place];
        let find: Find =
            Box::new(move |estimates| estimates.iter().find(|estimate| estimate.is(metric, labels)));
        (WORDS[place], find)
    });
    std::iter::once((heading, find)).chain(others)
}

/// Where the metric bends along the first numeric axis, for each setting of the other axes.
fn curves(swept: &SweepResult) -> Option<Section> {
    let first = swept.curves.first()?.axis;
    let of_first: Vec<&AxisCurve> = swept.curves.iter().filter(|along| along.axis == first).collect();
    let (unit, n) = (swept.measure.metric.unit, swept.plan.replications);
    let (more, what) = portion(of_first[0]);
    let slope = |slope: Interval| {
        let scaled = Interval { value: slope.value * more, low: slope.low * more, high: slope.high * more };
        Cell::Number(interval(unit, scaled, n))
    };
    let row = |along: &&AxisCurve| {
        let at = |place: usize| &swept.plan.points[along.points[place]].settings[first];
        let whole = along.curve.slope(0, along.points.len() - 1);
        let (word, before, after) = match &along.finding {
            Finding::Flat => ("none: no difference".into(), slope(whole), Cell::Number("-".into())),
            Finding::Turning => ("none: rises and falls".into(), slope(whole), Cell::Number("-".into())),
            Finding::Even(_) => ("none: even".into(), slope(whole), Cell::Number("-".into())),
            Finding::Elbow(elbow) => {
                let range = match elbow.first == elbow.last || !swept.tells_places() {
                    true => String::new(),
                    false => format!(" ({} to {})", at(elbow.first), at(elbow.last)),
                };
                (format!("{}{range}", at(elbow.at)), slope(elbow.before), slope(elbow.after))
            }
        };
        let with = settings(swept, others(along));
        vec![Cell::Name(if with.is_empty() { "-".into() } else { with }), Cell::Name(word), before, after]
    };
    let more = of_first.len().checked_sub(CURVES_MAX).filter(|more| *more > 0);
    let more = more.map(|more| format!(" {more} more are in result.json."));
    let note = format!(
        "Change of {} for each extra {what}, below and above the elbow (over the whole range if there is \
         none).{}",
        noun(&swept.measure),
        more.unwrap_or_default()
    );
    (of_first.len() > 1).then(|| Section {
        title: format!("Elbows of {}", swept.plan.axes[first].name),
        headings: vec!["with", "elbow at", "below", "above"],
        rows: of_first.iter().take(CURVES_MAX).map(row).collect(),
        note: Some(note),
    })
}

fn shares(swept: &SweepResult, explained: &[Explained]) -> Section {
    let share = |of: Interval| Cell::Number(share(of));
    let order = ranked(explained.iter().map(|input| input.in_all.value));
    let row = |input: &usize| {
        let axis = &swept.plan.axes[*input];
        let of = explained[*input];
        vec![
            Cell::Name(short(swept, *input, 2).to_owned()),
            Cell::Name(axis.values.clone()),
            share(of.alone),
            share(of.in_all),
        ]
    };
    Section {
        title: format!("Which inputs explain the uncertainty of {}", noun(&swept.measure)),
        headings: vec!["input", "range", "explained alone", "with interactions"],
        rows: order.iter().take(INPUTS_MAX).map(row).collect(),
        note: rest(
            order.len(),
            "Shares of the variance (Sobol indices). Intervals come from resamples of rows and \
             replications. Inputs are named by the ends of their paths; result.json has the full paths.",
        ),
    }
}

fn moves(swept: &SweepResult, effects: &[Effect]) -> Section {
    let (unit, n) = (swept.measure.metric.unit, 2);
    let order = ranked(effects.iter().map(|effect| effect.size.value));
    let row = |input: &usize| {
        let (axis, of) = (&swept.plan.axes[*input], effects[*input]);
        vec![
            Cell::Name(short(swept, *input, 2).to_owned()),
            Cell::Name(axis.values.clone()),
            Cell::Number(interval(unit, of.size, n).replace('+', "")),
            Cell::Number(interval(unit, of.direction, n)),
            Cell::Number(size(unit, of.spread)),
        ]
    };
    Section {
        title: format!("Which inputs change {}", noun(&swept.measure)),
        headings: vec!["input", "range", "changes it by", "mean change", "spread"],
        rows: order.iter().take(INPUTS_MAX).map(row).collect(),
        note: rest(
            order.len(),
            "The effect of moving an input over its whole range, averaged over settings of the others \
             (Morris: μ*, μ, σ). If the mean change is nearer to 0 than the effect, or the spread is \
             large, the input interacts with others or has a nonlinear effect. Inputs are named by the \
             ends of their paths; result.json has the full paths.",
        ),
    }
}

fn rest(inputs: usize, note: &str) -> Option<String> {
    let more = inputs.checked_sub(INPUTS_MAX).filter(|more| *more > 0);
    Some(more.map_or(note.to_owned(), |more| {
        let more = counted(more, "more input is", "more inputs are");
        format!("{note} {more} in result.json.")
    }))
}
