//! Builds the settings of the cache service from `[cache]`. What the settings do is in `service`.

use crate::client::ACTIONS;
use crate::diagnostic::{Diagnostic, Report};
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::service::{Limits, MonthlyBudget, Sweep};
use crate::units::{Bytes, Duration};

/// The limits and rules of the cache service.
pub(super) fn limits(view: View, report: &mut Report) -> Limits {
    if view.word("sweep") == Some("none") && view.is_changed("retention") {
        let message = "`retention` has no effect with `sweep = \"none\"`";
        let diagnostic = Diagnostic::warning("no-effect", message).at(view.span("retention"));
        report.push(diagnostic.related(view.span("sweep"), "nothing is ever removed, so no entry expires"));
    }
    Limits {
        limit: view.bytes("limit"),
        retention: view.duration("retention"),
        sweep: sweep(view, report),
        order: view.choice("order", &words::EVICTION_ORDERS),
        touch: view.choice("touch", &words::TOUCHES),
        uploads_per_minute: super::runner::at_most(view, "uploads-per-minute"),
        downloads_per_minute: super::runner::at_most(view, "downloads-per-minute"),
        over_quota: view.choice("over-quota", &words::OVER_QUOTA),
        visibility_lag: view.duration("visibility-lag"),
        reservation: view.duration("reservation"),
        budget: view.has("budget").then(|| view.bytes("budget")),
        monthly_budget: monthly_budget(view),
        entry_limit: view.has("entry-limit").then(|| view.bytes("entry-limit")),
    }
}

/// The monthly budget. A repository with the included size only is never billed, whatever it holds until the next sweep.
fn monthly_budget(view: View) -> Option<MonthlyBudget> {
    let is_billed = view.bytes("limit") > Limits::INCLUDED;
    let budget = || MonthlyBudget { most: view.money("monthly-budget"), price: view.money("price") };
    (is_billed && view.has("monthly-budget")).then(budget)
}

/// Warns of each step with an entry that is, by its stated size, larger than what is ever stored or kept.
pub(super) fn warn_of_entries_over(limits: &Limits, root: View, report: &mut Report) {
    let jobs = root.map("workflow").into_iter().flat_map(|(_, workflow)| workflow.map("job"));
    for (step, size) in jobs.flat_map(|(_, job)| stated_sizes(job.table("cache"))) {
        let message = match limits.entry_limit {
            Some(most) if size > most => {
                format!("one entry of {size} is larger than `cache.entry-limit` ({most}): it is never stored")
            }
            _ if size > limits.limit && limits.sweep != Sweep::Never => format!(
                "one entry of {size} is larger than `cache.limit` ({}): the next sweep evicts it and \
                 everything accessed before it",
                limits.limit
            ),
            _ => continue,
        };
        let diagnostic = Diagnostic::warning("entry-over-limit", message).at(step.span("size"));
        report.push(diagnostic.help("only a larger limit or a smaller entry helps"));
    }
}

/// The steps of a job that state the size of their one archive, with that size, or its median if it is drawn.
fn stated_sizes<'a>(cache: View<'a>) -> Vec<(View<'a>, Bytes)> {
    let states = |step: &View<'a>| step.has("size");
    let rust_cache = cache.table_or_none("rust-cache").filter(states);
    let rust_cache = rust_cache.map(|step| (step, step.bytes("size")));
    let actions = ACTIONS.iter();
    let mut drawn: Vec<View<'a>> = actions.filter_map(|action| cache.table_or_none(action.name)).collect();
    if cache.has("actions-cache") {
        drawn.extend(cache.tables("actions-cache"));
    }
    let drawn = drawn.into_iter().filter(states);
    let drawn = drawn.map(|step| (step, Bytes(step.distribution("size").median() as u64)));
    rust_cache.into_iter().chain(drawn).collect()
}

fn sweep(view: View, report: &mut Report) -> Sweep {
    let period = match view.word_value("sweep", &words::SWEEPS) {
        Some(Sweep::Every { period, .. }) => period,
        Some(other) => return other,
        None => view.duration_at_least("sweep", Duration::SECOND, report),
    };
    let phase = view.has("sweep-phase").then(|| Duration(view.duration("sweep-phase").0 % period.0));
    Sweep::Every { period, phase }
}
