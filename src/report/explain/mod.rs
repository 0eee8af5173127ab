//! How the explanation of a missed cache is shown: in plain sentences for a terminal, as Markdown and as
//! JSON. Which job runs are explained is decided in `experiment`.

mod cause;
mod sentence;
mod steps;
mod words;

use super::answer::failures::verb;
use super::markdown::{code, escaped, prose, section as markdown_section};
use super::section::{Cell, Section};
use crate::diagnostic::{Style, visible};
use crate::event::{Conclusion, JobRun};
use crate::result::{ExplainedRun, Explanation, MissExplanation, StoryWords, StrategyEffect, TriedStrategy};
use crate::units::counted;
use sentence::{paragraphs, title, verdict};

/// The job runs as JSON: schema version 1, one per line.
pub fn json(explanation: &Explanation) -> String {
    let words = |run: &ExplainedRun| StoryWords {
        title: title(run),
        verdict: verdict(run),
        paragraphs: paragraphs(run, explanation.limit),
    };
    explanation.to_file(words).json()
}

/// The explained job runs for a terminal.
pub fn table(explained: &Explanation, style: Style) -> String {
    let mut blocks: Vec<String> =
        explained.explained.iter().map(|run| lines(explained, run, style)).collect();
    blocks.extend(nothing_missed(explained).map(|text| style.bold(&style.wrapped(&text))));
    blocks.extend(inapplicable(explained).map(|text| style.wrapped(&text)));
    blocks.push(format!("{}\n{}", style.wrapped(&basis(explained)), visible(&explained.reproduce)));
    blocks.join("\n\n") + "\n"
}

fn lines(explained: &Explanation, run: &ExplainedRun, style: Style) -> String {
    let mut blocks = vec![style.bold(&style.wrapped(&title(run))), style.wrapped(&verdict(run))];
    blocks.extend(paragraphs(run, explained.limit).iter().map(|paragraph| style.wrapped(paragraph)));
    blocks.extend(run.section().map(|section| style.section(&section)));
    blocks.join("\n\n")
}

/// The sentence if there is nothing to explain.
fn nothing_missed(explained: &Explanation) -> Option<String> {
    let runs = explained.runs;
    explained.explained.is_empty().then(|| match runs {
        1 => "The one matching job run had no misses.".into(),
        _ => format!("None of the {runs} matching job runs had misses."),
    })
}

/// The strategies that do not apply. They are the same for all runs, so they are said once, and many are only counted.
fn inapplicable(explained: &Explanation) -> Option<String> {
    let remedies = &explained.explained.first()?.remedies;
    let names: Vec<&str> =
        remedies.iter().filter(|tried| tried.does_not_apply()).map(|tried| &*tried.strategy).collect();
    match names.len() {
        0 => None,
        1..=NAMED_MAX => Some(format!("Strategies that do not apply here: {}.", names.join(", "))),
        many => Some(format!("{many} more strategies do not apply here; --format json says why.")),
    }
}

/// More strategies that do not apply are counted and not named.
const NAMED_MAX: usize = 5;

/// What the explanations are based on.
fn basis(explained: &Explanation) -> String {
    // Runs that failed because of their environment come first.
    let failed = explained.explained.iter().any(|run| run.why.job.was_let_down());
    let what = if failed { "had misses or failed" } else { "had misses" };
    let more = match explained.more {
        0 => String::new(),
        n => format!(" {} also {what}.", counted(n, "more matching job run", "more matching job runs")),
    };
    format!(
        "This is replication {} of seed {}; sizes, noise and the sweep's minute vary between \
         replications.{more}",
        explained.replication + 1,
        explained.seed
    )
}

/// The explained job runs in GitHub's Markdown.
pub fn markdown(explained: &Explanation) -> String {
    let mut blocks = Vec::new();
    for run in &explained.explained {
        blocks.extend(self::blocks(explained, run));
    }
    blocks.extend(nothing_missed(explained).map(|text| format!("**{text}**")));
    blocks.extend(inapplicable(explained).map(|text| prose(&text)));
    blocks.push(format!(
        "<sub>{} Reproduce with: {}</sub>",
        prose(&basis(explained)),
        code(&explained.reproduce)
    ));
    blocks.join("\n\n") + "\n"
}

fn blocks(explained: &Explanation, run: &ExplainedRun) -> Vec<String> {
    let mut blocks = vec![format!("### {}", escaped(&title(run))), format!("**{}**", prose(&verdict(run)))];
    blocks.extend(paragraphs(run, explained.limit).iter().map(|paragraph| prose(paragraph)));
    blocks.extend(run.section().as_ref().map(markdown_section));
    blocks
}

impl ExplainedRun {
    /// The conclusion of the job run.
    fn conclusion(&self) -> Conclusion {
        let word = self.why.job.conclusion;
        let known = Conclusion::ALL.into_iter().find(|how| how.word() == word);
        known.expect("a journal has the conclusions' words")
    }

    /// The strategies that apply: first those with which the run succeeds, and among these the shortest
    /// build first.
    fn tried(&self) -> Vec<(&str, Option<&JobRun>)> {
        let tried = self.remedies.iter().filter_map(|tried| match &tried.effect {
            StrategyEffect::Run(run) => Some((tried.strategy.as_str(), Some(&**run))),
            StrategyEffect::NoRun => Some((tried.strategy.as_str(), None)),
            StrategyEffect::DoesNotApply(_) => None,
        });
        let mut tried: Vec<_> = tried.collect();
        tried.sort_by_key(|(_, run)| {
            let ends = run.map_or(2, |run| u8::from(run.conclusion != Conclusion::Success));
            (ends, run.map_or(i64::MAX, |run| run.build.0))
        });
        tried
    }

    /// The table of what each strategy would have done, the shortest build first; `None` if none changes anything.
    fn section(&self) -> Option<Section> {
        let tried = self.tried();
        let ends = tried.iter().map(|(_, run)| run.map(|run| run.conclusion));
        let ends: Vec<Option<Conclusion>> = std::iter::once(Some(self.conclusion())).chain(ends).collect();
        let rows = tried.iter().map(|(strategy, run)| row(strategy, *run));
        let mut rows: Vec<Vec<Cell>> = std::iter::once(self.as_it_was()).chain(rows).collect();
        let mut headings = vec!["strategy", "hits", "objects or steps cached", "build"];
        if ends.iter().flatten().any(|end| *end != Conclusion::Success) {
            headings.push("the run");
            let end = |end: &Option<Conclusion>| Cell::Name(end.map_or("-", verb).to_owned());
            rows.iter_mut().zip(&ends).for_each(|(row, how)| row.push(end(how)));
        }
        let same = self.fold(&mut rows, &tried);
        let alike = fold_alike(&mut rows);
        let same = (!same.is_empty()).then(|| format!("No difference here: {}.", same.join(", ")));
        let alike = alike.into_iter().map(|(first, others)| format!("Like {first}: {}.", others.join(", ")));
        let note = alike.chain(same).collect::<Vec<_>>().join(" ");
        let note = Some(note).filter(|note| !note.is_empty());
        (rows.len() > 1).then(|| Section {
            title: "Same pushes, changes and sizes, one strategy at a time".into(),
            headings,
            rows,
            note,
        })
    }

    /// Takes out the rows that say what the first one says, and returns their strategies.
    fn fold<'a>(&self, rows: &mut Vec<Vec<Cell>>, tried: &[(&'a str, Option<&JobRun>)]) -> Vec<&'a str> {
        let base = rows[0].clone();
        let mut place = 0;
        let mut same = vec![];
        rows.retain(|row| {
            place += 1;
            let is_same = place > 1 && row[1..] == base[1..];
            same.extend(is_same.then(|| tried[place - 2].0));
            !is_same
        });
        same
    }

    fn as_it_was(&self) -> Vec<Cell> {
        let MissExplanation { job, restores, .. } = &self.why;
        let found = restores.iter().filter(|restore| restore.is_hit()).count();
        let asked = job.objects_found + job.objects_missed;
        cells("baseline", (found, restores.len()), (job.objects_found, asked), job.build_minutes)
    }
}

/// Takes out the rows that say what an earlier one says, which then has their count behind its name. Returns the name of
/// each such row, and those of the others.
fn fold_alike(rows: &mut Vec<Vec<Cell>>) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(Vec<Cell>, Vec<String>)> = vec![];
    for row in rows.drain(..) {
        let Some(Cell::Name(name) | Cell::Number(name)) = row.first() else { continue };
        match groups.iter_mut().find(|(first, _)| first[1..] == row[1..]) {
            Some((_, others)) => others.push(name.clone()),
            None => groups.push((row, vec![])),
        }
    }
    let mut alike = vec![];
    for (mut row, others) in groups {
        if let (Some(Cell::Name(name)), false) = (row.first_mut(), others.is_empty()) {
            let first = name.clone();
            *name += &format!(" and {} more", others.len());
            alike.push((first, others));
        }
        rows.push(row);
    }
    alike
}

impl TriedStrategy {
    fn does_not_apply(&self) -> bool {
        matches!(self.effect, StrategyEffect::DoesNotApply(_))
    }
}

fn row(strategy: &str, run: Option<&JobRun>) -> Vec<Cell> {
    let Some(run) = run else {
        let none = || Cell::Number("-".into());
        return vec![Cell::Name(strategy.to_owned()), none(), none(), Cell::Number("does not run".into())];
    };
    let found = run.restores.iter().filter(|restore| restore.outcome.is_hit()).count();
    let asked = run.objects_hit + run.objects_missed;
    cells(strategy, (found, run.restores.len()), (run.objects_hit, asked), run.build.as_minutes_f64())
}

fn cells(name: &str, look_ups: (usize, usize), objects: (u32, u32), build_minutes: f64) -> Vec<Cell> {
    let of =
        |found: String, all: String| if all == "0" { "-".to_owned() } else { format!("{found} of {all}") };
    vec![
        Cell::Name(name.to_owned()),
        Cell::Number(of(look_ups.0.to_string(), look_ups.1.to_string())),
        Cell::Number(of(objects.0.to_string(), objects.1.to_string())),
        Cell::Number(format!("{build_minutes:.1} min")),
    ]
}
