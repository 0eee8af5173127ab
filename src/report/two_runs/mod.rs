//! The difference view of two saved runs: what changed from the first one to the second one, headlines first, then lost
//! time, jobs, and what is held. `report` shows it where it is given two runs.

mod overview;
mod pushes;
mod sections;
mod sentence;

use super::markdown::{code, escaped, prepared, prose};
use crate::diagnostic::{Style, visible};
use crate::result::{RunResult, SavedResult};
use crate::statistics::{Difference, independent_differences, paired_differences};
pub(super) use sections::sections;
pub(super) use sentence::verdict;

/// Two runs, and what changed from one to the other.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoRuns<'a> {
    before: &'a RunResult,
    after: &'a RunResult,
    changes: Vec<Difference>,
    /// True if the replications are compared in pairs.
    is_paired: bool,
}

impl<'a> TwoRuns<'a> {
    /// Those of two results; `None` if there are more or fewer, or if one of them is none of `run`.
    pub fn of(results: &'a [SavedResult]) -> Option<TwoRuns<'a>> {
        let [SavedResult::Run(before), SavedResult::Run(after)] = results else { return None };
        let has_replications = |run: &RunResult| !run.study.series.is_empty();
        let is_paired = pushes::differ(before, after).is_empty()
            && before.study.replications > 1
            && has_replications(before)
            && has_replications(after);
        let changes = match is_paired {
            true => paired_differences(&before.study, &after.study),
            false => independent_differences(&before.study, &after.study),
        };
        Some(TwoRuns { before, after, changes, is_paired })
    }

    /// What the numbers are based on.
    pub(super) fn basis(&self) -> String {
        let [before, after] = [self.before, self.after].map(|run| {
            let (days, warm_up) = (run.simulated_days(), run.warmup_days());
            let measured = days - warm_up;
            format!(
                "{} replications of {measured:.1} days after {warm_up:.1} days of warm-up",
                run.study.replications
            )
        });
        let played =
            if before == after { format!("{before} each") } else { format!("{before}, and {after}") };
        let change = match self.is_paired {
            true => "of the differences between replications with the same draws",
            false => "made of those of both means, as if they were independent",
        };
        format!("Means with 95 % intervals, of {played}. The interval of a change is {change}.")
    }

    /// The commands that give the numbers again, each with its side.
    pub(super) fn commands(&self) -> [(&'static str, &str); 2] {
        [("before", &self.before.reproduce), ("after", &self.after.reproduce)]
    }
}

/// The view for a terminal: one screen, or with `details` every table with its intervals.
pub fn table(two: &TwoRuns, details: bool, style: Style) -> String {
    let mut blocks = vec![style.bold(&style.wrapped(&verdict(two)))];
    let (shown, basis) = match details {
        true => (sections(two), two.basis()),
        false => (
            overview::sections(two),
            "--details shows the intervals, all causes and jobs, what is held, and both runs.".to_owned(),
        ),
    };
    blocks.extend(shown.iter().map(|section| style.section(section)));
    let commands = two.commands().map(|(side, command)| format!("{side}: {}", visible(command)));
    blocks.push(format!("{}\n{}", style.wrapped(&basis), commands.join("\n")));
    blocks.join("\n\n") + "\n"
}

/// The view as a pull-request comment in GitHub's Markdown.
pub fn markdown(two: &TwoRuns) -> String {
    let name = escaped(&two.after.name);
    let mut tables = sections(two).into_iter().map(prepared);
    let mut blocks = vec![format!("### Cache budget: what changed in {name}")];
    blocks.push(format!("**{}**", prose(&verdict(two))));
    blocks.extend(tables.next());
    let folded: Vec<String> = tables.collect();
    if !folded.is_empty() {
        let summary = "<details><summary>Lost time, jobs, what is held</summary>";
        blocks.push(format!("{summary}\n\n{}\n\n</details>", folded.join("\n\n")));
    }
    let commands = two.commands().map(|(side, command)| format!("{side}: {}", code(command)));
    blocks.push(format!("<sub>{} {}</sub>", prose(&two.basis()), commands.join(", ")));
    blocks.join("\n\n") + "\n"
}
