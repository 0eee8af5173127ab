//! The table of a comparison: the base, then a row for each alternative, best first. It looks the same for two
//! alternatives and for twenty.

use super::super::number::{decimals, level, plain, signed};
use super::super::section::{Cell, Section};
use super::sentence::{Judged, best, depends_on_assumptions, is_tied, is_tiny, judged, place};
use super::{compared_metric, success, told_apart_by_chance};
use crate::result::{Alternative, ComparisonResult, StrategyEdit};
use crate::statistics::Difference;
use crate::units::counted;

/// With more alternatives than this, those that come out like another one have no row.
pub(super) const FOLDED_FROM: usize = 4;

/// How many alternatives say what to edit if no details were requested: the best ones.
const EDITS_MAX: usize = 3;

/// The table, with notes on what has no row in it.
pub(super) fn ranked(compared: &ComparisonResult) -> Section {
    let columns = columns(compared);
    let mut headings = vec![alternative(compared)];
    headings.extend(columns.iter().map(|column| column.heading));
    headings.push("verdict");
    let rows = rows(compared);
    let row = |other: &&Alternative| {
        let cells = columns.iter().map(|column| Cell::Number((column.change)(compared, other)));
        let name = Cell::Name(other.shown());
        std::iter::once(name)
            .chain(cells)
            .chain([Cell::Number(format!("{}{}", word(compared, other), mark(other)))])
            .collect()
    };
    let base = columns.iter().map(|column| Cell::Number((column.base)(compared)));
    let name = Cell::Name(format!("{} (as it is)", compared.base_name()));
    let base = std::iter::once(name).chain(base).chain([Cell::Number("-".into())]).collect();
    let notes = [units(compared).into(), ties(compared, &rows), assumed(&rows), undrawn(compared, &rows)];
    let notes = notes.into_iter().chain([tiny(compared, &rows)]);
    let hits = Some("Hits: the restores that find an entry.".to_owned());
    let notes = notes.chain([chance(&rows), folded(compared), inapplicable(compared), hits]);
    let notes: Vec<String> = notes.flatten().collect();
    Section {
        title: format!("Compared with {}, best first", compared.base_name()),
        headings,
        rows: std::iter::once(base).chain(rows.iter().map(row)).collect(),
        note: (!notes.is_empty()).then(|| notes.join(" ")),
    }
}

/// What the base is compared with, as the heading of a column.
pub(super) fn alternative(compared: &ComparisonResult) -> &'static str {
    match compared.others.iter().any(|other| !other.edits.is_empty() || !other.settings.is_empty()) {
        true => "remedy",
        false => "scenario",
    }
}

/// The alternatives with a row, best first. Those that are as good as the best are not below those that are not.
pub(super) fn rows(compared: &ComparisonResult) -> Vec<&Alternative> {
    let folds = compared.others.len() > FOLDED_FROM;
    let mut rows: Vec<&Alternative> =
        compared.others.iter().filter(|other| !folds || other.same_as.is_none()).collect();
    rows.sort_by_key(|other| match word(compared, other) {
        "best" => 0,
        "as good" => 1,
        _ if place(compared, other).is_some() => 2,
        _ => 3,
    });
    rows
}

/// What to edit for the best ones, or for all with `details`. `None` if no strategy is better.
pub(super) fn edits(compared: &ComparisonResult, details: bool) -> Option<Section> {
    let better = compared.better().iter().filter(|other| other.same_as.is_none());
    let shown: Vec<&Alternative> = match details {
        true => rows(compared),
        // Those that join others say nothing new.
        false => better.filter(|other| other.edits.len() == 1).take(EDITS_MAX).collect(),
    };
    let row = |other: &&Alternative| {
        let texts: Vec<String> = other.edits.iter().map(StrategyEdit::told).collect();
        vec![Cell::Name(other.shown()), Cell::Name(texts.join(" "))]
    };
    let rows: Vec<_> = shown.iter().filter(|other| other.edits.len() == 1).map(row).collect();
    let title = "What to edit".to_owned();
    (!rows.is_empty()).then(|| Section { title, headings: vec!["remedy", "edit"], rows, note: None })
}

/// The strategies that do not apply, with the reasons.
pub(super) fn reasons(compared: &ComparisonResult) -> Option<Section> {
    let row = |refused: &crate::result::InapplicableStrategy| {
        vec![Cell::Name(refused.strategy.clone()), Cell::Name(refused.reason.clone())]
    };
    let rows: Vec<_> = compared.not_applicable.iter().map(row).collect();
    let title = "What does not apply".to_owned();
    (!rows.is_empty()).then(|| Section { title, headings: vec!["strategy", "because"], rows, note: None })
}

/// A column of numbers: the base's value, and how an alternative changes it.
struct ChangeColumn {
    heading: &'static str,
    base: fn(&ComparisonResult) -> String,
    change: fn(&ComparisonResult, &Alternative) -> String,
}

const GREEN: ChangeColumn = ChangeColumn {
    heading: "min to green",
    base: |compared| base(compared, 0).map_or("-".into(), plain),
    change: |_, other| match compared_metric(other, 0) {
        Some(green) => format!("{}{}", absolute(green.difference), relative(green, " (", ")")),
        None => "-".into(),
    },
};
const MINUTES: ChangeColumn = ChangeColumn {
    heading: "runner min",
    base: |compared| base(compared, 1).map_or("-".into(), plain),
    change: |_, other| compared_metric(other, 1).map_or("-".into(), |minutes| relative(minutes, "", "")),
};
const COST: ChangeColumn = ChangeColumn {
    heading: "USD",
    base: |compared| plain([2, 3].into_iter().filter_map(|place| base(compared, place)).sum()),
    change: |_, other| absolute(cost(other)),
};
const HITS: ChangeColumn = ChangeColumn {
    heading: "hits",
    base: |compared| base(compared, 5).map_or("-".into(), |hits| unbroken(&level("ratio", hits))),
    change: |_, other| match compared_metric(other, 5) {
        Some(hits) => unbroken(&format!("{} pp", absolute(hits.difference * 100.0))),
        None => "-".into(),
    },
};
const GREEN_SHARE: ChangeColumn = ChangeColumn {
    heading: "get green",
    base: |compared| base(compared, 4).map_or("-".into(), |share| unbroken(&level("ratio", share))),
    change: |_, other| match compared_metric(other, 4) {
        Some(share) => unbroken(&format!("{} pp", absolute(share.difference * 100.0))),
        None => "-".into(),
    },
};
const ASKED: ChangeColumn = ChangeColumn {
    heading: "",
    base: |compared| {
        let asked = compared.others.first().and_then(|other| asked(compared, other));
        asked.map_or("-".into(), |asked| unbroken(&level(asked.metric.unit, asked.base)))
    },
    change: |compared, other| {
        let change = asked(compared, other).map(super::super::number::change);
        change.map_or("-".into(), |text| unbroken(text.split(" (").next().unwrap_or_default()))
    },
};

/// The columns that say something: costs only where there are any, the share of green pushes only where it changes.
fn columns(compared: &ComparisonResult) -> Vec<ChangeColumn> {
    let by = compared.by.as_ref().map(|by| ChangeColumn { heading: by.metric.name, ..ASKED });
    let share =
        compared.others.iter().any(|other| success::green_share(other).is_some()).then_some(GREEN_SHARE);
    let cost = compared.has_cost().then_some(COST);
    by.into_iter().chain(share).chain([GREEN, MINUTES]).chain(cost).chain([HITS]).collect()
}

fn asked<'a>(compared: &ComparisonResult, other: &'a Alternative) -> Option<&'a Difference> {
    let by = compared.by.as_ref()?;
    other.differences.iter().find(|difference| by.is(difference.metric, &difference.labels))
}

/// The base's mean of a compared metric.
fn base(compared: &ComparisonResult, place: usize) -> Option<f64> {
    let (metric, labels) = crate::statistics::COMPARED[place];
    let absent = metric.zero_when_absent.then_some(0.0);
    compared.base.estimate(metric, labels).map(|estimate| estimate.mean).or(absent)
}

/// The change of what runners and the cache cost.
pub(super) fn cost(other: &Alternative) -> f64 {
    [2, 3].into_iter().filter_map(|place| compared_metric(other, place)).map(|cost| cost.difference).sum()
}

fn absolute(change: f64) -> String {
    signed(change, decimals(change).min(2))
}

/// A change as a share of the base, between two texts; empty where the base is zero.
fn relative(difference: &Difference, before: &str, after: &str) -> String {
    if difference.base == 0.0 {
        return String::new();
    }
    let percent = 100.0 * difference.difference / difference.base.abs();
    let decimals = usize::from(percent.abs() < 9.95);
    format!("{before}{}\u{a0}%{after}", signed(percent, decimals))
}

/// With spaces that no line is broken at.
pub(super) fn unbroken(number: &str) -> String {
    number.replace(' ', "\u{a0}")
}

/// The verdict on a row. Rows that are folded are among the better ones too, so a row's own place says nothing. What gains
/// in one way and loses in another is neither the best nor as good.
fn word(compared: &ComparisonResult, other: &Alternative) -> &'static str {
    let is_best = best(compared).is_some_and(|best| std::ptr::eq(best, other));
    match judged(other) {
        _ if is_best => "best",
        Judged::Both => "mixed",
        _ if is_tied(compared, other) => "as good",
        Judged::Neither if compared.is_without_effect(other) => "no effect",
        Judged::Better => "better",
        Judged::Worse => "worse",
        Judged::Neither if is_tiny(other) => "tiny",
        Judged::Neither => "unclear",
    }
}

/// The time that the numbers are for.
fn units(compared: &ComparisonResult) -> String {
    let costs = if compared.has_cost() { ", USD in 30 days" } else { "" };
    format!("Runner minutes are per day{costs}.")
}

/// The mark of a verdict that depends on the assumptions.
fn mark(other: &Alternative) -> &'static str {
    if depends_on_assumptions(other) { "*" } else { "" }
}

fn assumed(rows: &[&Alternative]) -> Option<String> {
    let any = rows.iter().any(|other| depends_on_assumptions(other));
    any.then(|| "* only if the assumptions hold.".to_owned())
}

/// The verdicts that nobody has held against the assumptions: those behind the best.
fn undrawn(compared: &ComparisonResult, rows: &[&Alternative]) -> Option<String> {
    let in_worlds = |other: &Alternative| other.differences.iter().any(|own| own.worlds.is_some());
    let unheld = rows.iter().filter(|other| judged(other) == Judged::Better && !in_worlds(other));
    let count = if compared.base.worlds.is_some() { unheld.count() } else { 0 };
    (count > 0).then(|| match count {
        1 => "The last one that is better was not tried under other assumptions.".to_owned(),
        _ => format!("The last {count} that are better were not tried under other assumptions."),
    })
}

fn ties(compared: &ComparisonResult, rows: &[&Alternative]) -> Option<String> {
    let any = rows.iter().any(|other| word(compared, other) == "as good");
    any.then(|| "As good: nothing shows that the best is better.".to_owned())
}

/// What a small change is called.
pub(super) const TINY: &str = "Tiny: told from chance, but less than half a percent.";

fn tiny(compared: &ComparisonResult, rows: &[&Alternative]) -> Option<String> {
    rows.iter().any(|other| word(compared, other) == "tiny").then(|| TINY.to_owned())
}

/// How many verdicts of the table chance alone would give.
fn chance(rows: &[&Alternative]) -> Option<String> {
    let tests = rows.iter().flat_map(|other| (0..4).filter_map(|place| compared_metric(other, place)));
    told_apart_by_chance(tests)
}

/// What has no row because it comes out like another.
fn folded(compared: &ComparisonResult) -> Option<String> {
    if rows(compared).len() == compared.others.len() {
        return None;
    }
    let mut like: Vec<(&str, Vec<&str>)> = vec![];
    for other in &compared.others {
        let Some(same) = other.same_as.as_deref() else { continue };
        match like.iter_mut().find(|(known, _)| *known == same) {
            Some((_, names)) => names.push(&other.name),
            None => like.push((same, vec![&other.name])),
        }
    }
    let sentence = |(same, names): &(&str, Vec<&str>)| match *same == compared.base_name() {
        true => format!("No effect: {}.", names.join(", ")),
        false => format!("Like {same}: {}.", names.join(", ")),
    };
    Some(like.iter().map(sentence).collect::<Vec<_>>().join(" "))
}

fn inapplicable(compared: &ComparisonResult) -> Option<String> {
    let count = compared.not_applicable.len();
    (count > 0).then(|| {
        let what = counted(count, "strategy does not apply", "strategies do not apply");
        format!("{what} here: --details says why.")
    })
}
