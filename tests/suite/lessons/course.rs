//! `docs/course.md`: what it quotes is what its commands print, and what it says is what the lessons
//! say. `UPDATE_COURSE=1 cargo test --test suite course` writes the quoted blocks.

use super::command::{Classroom, Ran};
use super::lesson::{Lesson, lessons};
use super::root;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

const FENCE: &str = "```console";

fn page() -> PathBuf {
    root().join("docs/course.md")
}

fn text() -> String {
    fs::read_to_string(page()).expect("the course has its page")
}

/// What each of the course's commands prints. An exercise may break what its lesson expects.
fn answers() -> &'static BTreeMap<String, Ran> {
    static ANSWERS: OnceLock<BTreeMap<String, Ran>> = OnceLock::new();
    ANSWERS.get_or_init(|| {
        let room = Classroom::new();
        let answer = |line: String| {
            let ran = room.run(&line);
            assert!(matches!(ran.code, 0 | 10) && ran.stderr.is_empty(), "{line}\n{}", ran.stderr);
            (line, ran)
        };
        told(&text()).1.into_par_iter().map(answer).collect()
    })
}

#[test]
fn the_course_quotes_what_its_commands_print() {
    let text = text();
    let updated = quoted_anew(&text);
    if std::env::var_os("UPDATE_COURSE").is_some() {
        return fs::write(page(), &updated).expect("the page can be written");
    }
    let stale = text.lines().zip(updated.lines()).find(|(old, new)| old != new);
    assert!(text == updated, "run again with UPDATE_COURSE=1 and read what changed; first: {stale:#?}");
}

/// The page with each block's output as its command prints it now.
///
/// A block opens with ```` ```console TITLE, TITLE ```` and its command. Of the answer it shows the
/// verdict, the expectations, and the tables with these titles.
fn quoted_anew(text: &str) -> String {
    let mut page = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        page += &format!("{line}\n");
        let Some(titles) = line.strip_prefix(FENCE) else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let command = block.first().and_then(|line| line.strip_prefix("$ ")).expect("a block has a command");
        let titles: Vec<&str> = titles.split(", ").map(str::trim).filter(|title| !title.is_empty()).collect();
        page += &format!("$ {command}\n{}\n```\n", excerpt(&answers()[command].stdout, &titles));
    }
    page
}

fn excerpt(answer: &str, titles: &[&str]) -> String {
    let mut shown: Vec<&str> = Vec::new();
    for (index, paragraph) in answer.trim_end().split("\n\n").enumerate() {
        let wanted = titles.iter().any(|title| paragraph.starts_with(title));
        // The hint would give the answer away.
        let paragraph =
            if index == 0 { paragraph.split("\nHint: ").next().unwrap_or(paragraph) } else { paragraph };
        if index == 0 || wanted || paragraph.starts_with(['✓', '✗']) {
            shown.push(paragraph);
        } else if shown.last() != Some(&"…") {
            shown.push("…");
        }
    }
    shown.join("\n\n").replace("\n\n…\n\n", "\n…\n").trim_end_matches(['\n', '…']).to_owned()
}

/// The course's section about each lesson.
fn sections() -> Vec<(Lesson, String)> {
    let text = text();
    let mut parts = text.split("\n## ").skip(1);
    let section = |lesson: Lesson| {
        let heading = format!("{}. {}\n", lesson.number, capitalised(lesson.title()));
        let part = parts.find(|part| part.starts_with(&heading));
        (lesson, part.unwrap_or_else(|| panic!("the course has no section {heading}")).to_owned())
    };
    lessons().into_iter().map(section).collect()
}

fn capitalised(title: &str) -> String {
    let first = title.chars().next().expect("a title");
    format!("{}{}", first.to_uppercase(), &title[first.len_utf8()..])
}

/// On one line, whatever was wrapped or is a list.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_course_asks_what_the_lessons_ask() {
    for (lesson, section) in sections() {
        let flowing = flowing(&section);
        for part in ["Question", "Answer", "Exercise"] {
            assert!(flowing.contains(&lesson.part(part)), "{}: {}", lesson.name, lesson.part(part));
        }
        for (letter, choice) in lesson.choices() {
            assert!(
                flowing.contains(&format!("({letter}) {choice}")),
                "{}: ({letter}) {choice}",
                lesson.name
            );
        }
        // A block that quotes a table of the details asks for them.
        let is_quoted = |line: &String| {
            ["", " --details"].iter().any(|more| section.contains(&format!("$ {line}{more}\n")))
        };
        let missing: Vec<_> = lesson.commands().into_iter().filter(|line| !is_quoted(line)).collect();
        assert!(missing.is_empty(), "{} lacks {missing:#?}", lesson.name);
        assert!(section.contains(&format!("](../{})", lesson.path)), "{} is not linked", lesson.name);
    }
}

/// Every quantity in the prose is in the lesson's files, where its arithmetic is, or in what the
/// section's commands print.
#[test]
fn the_course_says_no_number_of_its_own() {
    let mut own = Vec::new();
    for (lesson, section) in sections() {
        let (prose, commands) = told(&section);
        let mut sources = lesson.text.clone();
        for file in &lesson.against {
            sources += &fs::read_to_string(root().join(file)).expect("a scenario");
        }
        commands.iter().for_each(|command| sources += &answers()[command].stdout);
        let sources = quantities(&sources);
        let found = quantities(&prose).into_iter().filter(|found| !sources.contains(found));
        own.extend(found.map(|found| format!("{}: {found}", lesson.name)));
    }
    assert!(own.is_empty(), "in the course only: {own:#?}");
}

/// A section's prose, and the commands of its blocks.
fn told(section: &str) -> (String, Vec<String>) {
    let parts = section.split("```").enumerate();
    let (code, prose): (Vec<_>, Vec<_>) = parts.partition(|(index, _)| index % 2 == 1);
    let commands =
        code.iter().flat_map(|(_, block)| block.lines()).filter_map(|line| line.strip_prefix("$ "));
    (prose.into_iter().map(|(_, text)| text).collect(), commands.map(String::from).collect())
}

const UNITS: [&str; 12] = ["%", "B", "kB", "MB", "GB", "GiB", "s", "min", "minutes", "h", "d", "USD"];

/// Every number with its unit, and `21 of 24`; a ratio is a percentage, too.
fn quantities(text: &str) -> Vec<String> {
    let text = text.replace('#', " ");
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && !"%−".contains(c)))
        .filter(|word| !word.is_empty())
        .collect();
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit() || c == '−');
    let quantity = |at: usize| match words[at..] {
        [number, "of", all, ..] if is_number(number) && is_number(all) => Some(format!("{number} of {all}")),
        [number, unit, ..] if is_number(number) && UNITS.contains(&unit) => Some(format!("{number} {unit}")),
        _ => None,
    };
    (0..words.len()).filter_map(quantity).chain(words.iter().filter_map(|word| percentage(word))).collect()
}

/// An expectation's `0.7500` is 75 %.
fn percentage(word: &str) -> Option<String> {
    let ratio = word.parse::<f64>().ok().filter(|ratio| (0.0..=1.0).contains(ratio) && word.contains('.'))?;
    Some(format!("{:.0} %", ratio * 100.0))
}
