//! The lessons: each has the parts a learner needs, its expectations hold, and so do the opposite
//! ones of what it is held against; `docs/course.md` quotes what its commands print.

mod command;
mod course;
mod lesson;

use cache_budget::experiment::replicate;
use cache_budget::observe::{Expectation, Judgement, measure};
use cache_budget::random::Draws;
use cache_budget::report::charts::CHARTS;
use cache_budget::scenario::load;
use cache_budget::statistics::{Estimate, Study};
use lesson::lessons;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_course_is_complete() {
    let lessons = lessons();
    let numbers: Vec<usize> = lessons.iter().map(|lesson| lesson.number).collect();
    assert!(numbers.len() >= 12 && numbers == (1..=numbers.len()).collect::<Vec<_>>(), "{numbers:?}");
}

#[test]
fn a_lesson_has_all_its_parts() {
    for lesson in lessons() {
        let name = &lesson.name;
        assert!(lesson.part("Question").contains('?'), "{name} asks nothing");
        let choices = lesson.choices();
        assert_eq!(choices.keys().copied().collect::<String>(), "abc", "{name} offers choices to predict");
        let answer = lesson.part("Answer");
        let chosen = answer.strip_prefix('(').and_then(|rest| rest.chars().next());
        assert!(chosen.is_some_and(|letter| choices.contains_key(&letter)), "{name} answers: {answer}");
        let chart = lesson.part("Chart");
        assert!(CHARTS.iter().any(|known| known.name == chart), "{name}: {chart}");
        assert!(lesson.text.contains("n paper") && lesson.part("Exercise").contains('?'), "{name}");
        assert!(lesson.part("Run").contains(&lesson.path), "{name}: its command runs another file");
        assert!(!lesson.against.is_empty(), "{name} is held against nothing");
        let head =
            lesson.text.lines().take_while(|line| line.starts_with('#')).collect::<Vec<_>>().join("\n");
        for part in ["# Question: ", "# Predict first:", "# Run: ", "# Against: ", "# Chart: "] {
            assert!(head.contains(part), "{name} does not open with `{part}`");
        }
    }
}

/// Every file that belongs to a lesson is named by it.
#[test]
fn no_variant_is_forgotten() {
    for lesson in lessons() {
        let mut named = lesson.against.clone();
        named.sort();
        assert_eq!(named, lesson.variants(), "{}", lesson.name);
        for variant in &lesson.against {
            let text = std::fs::read_to_string(root().join(variant)).expect("a scenario");
            assert!(text.starts_with(&format!("# Lesson {}, ", lesson.number)), "{variant}");
        }
    }
}

/// What a lesson claims would not hold if it were wrong: in each scenario it is held against, one of
/// the expectations before it fails, and that one's own holds.
#[test]
fn each_expectation_holds_and_fails_where_it_should() {
    for lesson in lessons() {
        let replications = lesson.replications();
        let files: Vec<PathBuf> =
            [&lesson.path].into_iter().chain(&lesson.against).map(|file| root().join(file)).collect();
        let played: Vec<Played> = files.iter().map(|file| Played::of(file, replications)).collect();
        for one in &played {
            assert!(!one.expectations.is_empty(), "{} expects nothing", one.name);
            let broken = one.broken(&one.expectations);
            assert!(broken.is_empty(), "{} does not hold: {broken:#?}", one.name);
        }
        for pair in played.windows(2) {
            let contradicted = pair[1].broken(&pair[0].expectations);
            assert!(!contradicted.is_empty(), "{} is no opposite of {}", pair[1].name, pair[0].name);
        }
    }
}

/// The most minutes a day by which the drawn times of requests change what transfers take.
const REQUESTS_MAX: f64 = 0.5;

/// All but the founding case can be computed on paper. Only the tenth of a second that a request takes is
/// drawn, and changes nothing one would see.
#[test]
fn other_draws_change_nothing_but_in_the_founding_case() {
    for lesson in lessons().iter().filter(|lesson| lesson.name != "14-founding-case") {
        let played = Played::of(&root().join(&lesson.path), 3);
        let estimates = played.study.estimates.iter();
        let differs = |estimate: &&Estimate| {
            let width = estimate.high - estimate.low;
            let requests = estimate.metric.name == "lost.minutes" && width < REQUESTS_MAX;
            width > 0.02 * estimate.mean && !requests
        };
        let drawn: Vec<_> = estimates.filter(differs).collect();
        assert!(drawn.is_empty(), "{}: {drawn:#?}", lesson.name);
    }
}

struct Played {
    name: String,
    expectations: Vec<Expectation>,
    study: Study,
}

impl Played {
    fn of(file: &Path, replications: u32) -> Played {
        let loaded = load(file, &[]).unwrap_or_else(|report| panic!("{report:#?}"));
        let play = |replication| measure(&loaded.model, Draws::new(1, replication));
        let study = replicate(replications, play).expect("within the event limit");
        Played { name: loaded.name, expectations: loaded.expectations, study }
    }

    fn broken(&self, expectations: &[Expectation]) -> Vec<String> {
        let fails = |expectation: &&Expectation| self.study.judge(expectation) != Judgement::Held;
        expectations.iter().filter(fails).map(ToString::to_string).collect()
    }
}

/// The program has every file of the lessons, and plays them without the project.
#[test]
fn a_lesson_is_played_without_a_checkout() {
    let source = std::fs::read_to_string(root().join("src/cli/lesson.rs")).expect("the source");
    for file in std::fs::read_dir(root().join("scenarios/lessons")).expect("the lessons") {
        let name = file.expect("a file").file_name().to_string_lossy().into_owned();
        assert!(source.contains(&format!("\"{name}\"")), "{name} is not in the program");
    }
    let case = crate::case::Case::with("");
    let list = case.stdout(&["lesson"]);
    for lesson in lessons() {
        assert!(list.contains(&format!("{:>2}  {}\n", lesson.number, lesson.title())), "{list}");
    }
    let text = case.stdout(&["lesson", "4", "--quiet"]);
    assert!(text.starts_with("Lesson 4: ") && text.contains("  (a) "), "{text}");
    let [question, numbers, answer] =
        ["Question: ", "\nlost to ", "Answer: ("].map(|part| text.find(part).expect(part));
    assert!(question < numbers && numbers < answer, "{text}");
    assert!(case.path("output/lessons/04-branch-scopes.toml").exists());
    let said = case.run(&["lesson", "99"]);
    assert_eq!(said.status.code(), Some(2));
}
