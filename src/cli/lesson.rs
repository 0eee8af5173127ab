//! `lesson`: plays a lesson of the course without a checkout of the project. The lessons' files are part of the program;
//! they are written to a folder, where a learner can change them and run them again.

use super::attended::Attended;
use super::output::folder::OutputFolder;
use super::output::{print, write};
use super::{Common, EXIT_FINE, EXIT_USAGE, Terminal, failed, pool, refused};
use crate::diagnostic::Style;
use crate::experiment::run::PreparedRun;
use crate::experiment::{RunRequest, Uncertainty};
use crate::report;
use std::path::PathBuf;

/// Arguments of `cache-budget lesson`.
#[derive(Debug, clap::Args)]
pub(super) struct LessonArgs {
    /// The number of the lesson; without it, all are listed.
    #[arg(value_parser = numbered)]
    number: Option<usize>,
    /// Folder for the lessons' files [default: output/lessons].
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

fn numbered(text: &str) -> Result<usize, String> {
    let last = lessons().map(|lesson| lesson.number()).max().unwrap_or(0);
    text.parse().map_err(|_| format!("write the number of a lesson, 1 to {last}"))
}

/// Lists the lessons, or plays one: its question, what its scenario gives, and its answer.
pub(super) fn run(args: &LessonArgs, common: &Common) -> anyhow::Result<u8> {
    let style = Terminal::Stdout.style(common.color);
    let Some(number) = args.number else {
        let titles: String =
            lessons().map(|lesson| format!("{:>2}  {}\n", lesson.number(), lesson.title())).collect();
        print(titles)?;
        return Ok(EXIT_FINE);
    };
    let Some(lesson) = lessons().find(|lesson| lesson.number() == number) else {
        super::output::say(format!("error: there is no lesson {number}: `cache-budget lesson` lists them\n"));
        return Ok(EXIT_USAGE);
    };
    let folder = match args.output.as_deref() {
        Some(path) => OutputFolder::named(path),
        None => OutputFolder::usual("lessons"),
    }?;
    for (name, text) in FILES {
        write(&folder.file(name)?, text)?;
    }
    let control = Attended::listen(common.quiet)?;
    let file = folder.file(lesson.name)?;
    let prepared = match PreparedRun::prepare(lesson.request(file)) {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(refused(&refusal, common)),
    };
    let answer = match pool(None)?.install(|| prepared.play(&control)) {
        Ok(ended) => ended.result,
        Err(failure) => return failed(failure, &control, common),
    };
    print(format!(
        "{}\n\n{}\n{}\n",
        lesson.asked(style),
        report::table(&answer, style, false),
        lesson.answered(style)
    ))?;
    Ok(EXIT_FINE)
}

/// A lesson: a scenario whose comments teach.
struct Lesson {
    /// The name of its file.
    name: &'static str,
    text: &'static str,
}

/// All lessons in their order.
fn lessons() -> impl Iterator<Item = Lesson> {
    let is_lesson =
        |name: &str| name.starts_with(|c: char| c.is_ascii_digit()) && name.matches('.').count() == 1;
    let lessons = FILES.iter().filter(move |(name, _)| is_lesson(name) && name.ends_with(".toml"));
    lessons.map(|(name, text)| Lesson { name, text })
}

impl Lesson {
    fn number(&self) -> usize {
        self.name.split('-').next().and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    fn title(&self) -> &'static str {
        self.text.lines().next().and_then(|line| line.split_once(": ")).map_or("", |(_, title)| title)
    }

    /// The part of the comments that begins with this word, on one line; it ends at an empty comment or another part.
    fn part(&self, word: &str) -> String {
        let start = format!("# {word}: ");
        let mut lines = self.text.lines().skip_while(|line| !line.starts_with(&start));
        let first = lines.next().map_or("", |line| &line[start.len()..]);
        let rest = lines.map_while(|line| line.strip_prefix("# "));
        let rest = rest.take_while(|line| PARTS.iter().all(|part| !line.starts_with(part)));
        [first].into_iter().chain(rest.map(str::trim)).collect::<Vec<_>>().join(" ")
    }

    /// The question with what can be predicted.
    fn asked(&self, style: Style) -> String {
        let choices = self
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("#   ("))
            .map(|choice| format!("  ({choice}"));
        let title = style.bold(&format!("Lesson {}: {}", self.number(), self.title()));
        let question = style.wrapped(&format!("Question: {}", self.part("Question")));
        [title, String::new(), question].into_iter().chain(choices).collect::<Vec<_>>().join("\n")
    }

    /// The answer, what it is held against, and the exercise.
    fn answered(&self, style: Style) -> String {
        let against = self.text.lines().filter_map(|line| line.strip_prefix("# Against: "));
        let against = against.map(|command| format!("The opposite: {}", self.here(command)));
        let solution = self.text.lines().find_map(|line| line.strip_prefix("# Solution: "));
        let exercise = style.wrapped(&format!("Exercise: {}", self.part("Exercise")));
        let mut lines = vec![style.bold(&style.wrapped(&format!("Answer: {}", self.part("Answer"))))];
        lines.extend(against);
        lines.push(exercise);
        lines.extend(solution.map(|command| format!("  {}", self.here(command))));
        lines.join("\n")
    }

    /// A command of the comments, for the files where they were written.
    fn here(&self, command: &str) -> String {
        FOLDERS.iter().fold(command.to_owned(), |text, folder| text.replace(folder, "output/lessons/"))
    }

    fn request(&self, file: PathBuf) -> RunRequest {
        let run = self.part("Run");
        let replications = run.rsplit("--replications ").next().and_then(|count| count.parse().ok());
        RunRequest {
            file,
            set: vec![],
            seed: 1,
            replications: replications.unwrap_or(1),
            batches: None,
            with_screen: false,
            precision: None,
            uncertainty: Uncertainty::Ignored,
            advice: true,
        }
    }
}

const PARTS: [&str; 6] = ["Run: ", "Against: ", "Chart: ", "Answer: ", "Exercise: ", "Solution: "];

/// Where the files are in the project.
const FOLDERS: [&str; 2] = ["scenarios/lessons/", "scenarios/meteroid/"];

/// The files of a folder, by their names.
macro_rules! files {
    ($($folder:literal: $($name:literal),*;)*) => {
        &[$($(($name, include_str!(concat!("../../scenarios/", $folder, "/", $name)))),*),*]
    };
}

/// The files of all lessons.
static FILES: &[(&str, &str)] = files! {
    "lessons": "01-everything-fits.smaller.toml", "01-everything-fits.toml", "02-one-entry-too-many.fits.toml", "02-one-entry-too-many.toml", "03-hourly-sweeps.instant.toml", "03-hourly-sweeps.toml", "04-branch-scopes.csv", "04-branch-scopes.main-first.csv", "04-branch-scopes.main-first.toml", "04-branch-scopes.toml", "05-dead-pull-requests.csv", "05-dead-pull-requests.main-only.toml", "05-dead-pull-requests.toml", "06-flood-of-objects.external.toml", "06-flood-of-objects.toml", "07-upload-limit.csv", "07-upload-limit.toml", "07-upload-limit.unlimited.toml", "08-one-index.scopes.toml", "08-one-index.toml", "09-junk-layers.min.toml", "09-junk-layers.toml", "10-snowball.csv", "10-snowball.new-compiler.csv", "10-snowball.no-updates.toml", "10-snowball.toml", "11-cancelled.csv", "11-cancelled.finish.toml", "11-cancelled.toml", "12-budget-or-cause.csv", "12-budget-or-cause.fixed.toml", "12-budget-or-cause.grown.csv", "12-budget-or-cause.grown.toml", "12-budget-or-cause.raised.toml", "12-budget-or-cause.toml", "13-merge-queue.csv", "13-merge-queue.not-queue.toml", "13-merge-queue.toml";
    "meteroid": "14-founding-case.toml", "14-founding-case.after.toml", "before.toml", "after.toml", "crates.csv", "events.csv";
    "lessons": "15-tag-scope.csv", "15-tag-scope.main-saves.toml", "15-tag-scope.toml", "16-fail-fast.off.toml", "16-fail-fast.toml", "17-frozen-contents.key-per-push.toml", "17-frozen-contents.toml", "18-write-only.key-per-push.toml", "18-write-only.toml", "19-keep-newest.csv", "19-keep-newest.kept.toml", "19-keep-newest.toml", "day.csv", "three-days.csv";
};
