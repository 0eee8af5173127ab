use super::root;
use std::collections::BTreeMap;
use std::fs;

/// Where lessons are: the last one is beside what it extends, since a scenario names no file outside
/// its own folder.
const FOLDERS: [&str; 2] = ["scenarios/lessons", "scenarios/meteroid"];

/// One lesson: a scenario whose comments teach.
pub struct Lesson {
    pub number: usize,
    /// Its file's name without `.toml`.
    pub name: String,
    /// Its file, from the root of the project.
    pub path: String,
    pub text: String,
    /// The scenarios it is held against, in their order, each against the one before.
    pub against: Vec<String>,
}

/// All lessons in their order.
pub fn lessons() -> Vec<Lesson> {
    let mut paths: Vec<String> = FOLDERS.iter().flat_map(|folder| scenarios(folder)).collect();
    paths.retain(|path| is_lesson(path));
    let mut lessons: Vec<Lesson> = paths.into_iter().map(Lesson::read).collect();
    lessons.sort_by_key(|lesson| lesson.number);
    lessons
}

/// `NN-name.toml` is a lesson, `NN-name.variant.toml` what it is held against.
fn is_lesson(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with(|c: char| c.is_ascii_digit()) && name.matches('.').count() == 1
}

fn scenarios(folder: &str) -> Vec<String> {
    let files = fs::read_dir(root().join(folder)).expect("a folder of scenarios");
    let names = files.map(|file| file.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".toml")).map(|name| format!("{folder}/{name}")).collect()
}

impl Lesson {
    fn read(path: String) -> Lesson {
        let text = fs::read_to_string(root().join(&path)).expect("a scenario");
        let name = path.rsplit('/').next().unwrap_or(&path).trim_end_matches(".toml").to_owned();
        let number = name[..2].parse().expect("lessons are numbered");
        assert!(text.starts_with(&format!("# Lesson {number}: ")), "{path} says which lesson it is");
        let file =
            |line: &str| line.split_whitespace().find(|word| word.ends_with(".toml")).map(String::from);
        let against = text.lines().filter_map(|line| line.strip_prefix("# Against: ")).filter_map(file);
        Lesson { number, name, against: against.collect(), path, text }
    }

    /// What the lesson is called.
    pub fn title(&self) -> &str {
        self.text.lines().next().and_then(|line| line.split_once(": ")).map_or("", |(_, title)| title)
    }

    /// The part of the comments that begins with this word, on one line; ends at an empty comment.
    pub fn part(&self, word: &str) -> String {
        let start = format!("# {word}: ");
        let mut lines = self.text.lines().skip_while(|line| !line.starts_with(&start));
        let first = lines.next().map_or("", |line| &line[start.len()..]);
        let rest = lines.map_while(|line| line.strip_prefix("# ")).take_while(|line| !is_part(line));
        [first].into_iter().chain(rest.map(str::trim)).collect::<Vec<_>>().join(" ")
    }

    /// What can be predicted, by its letter.
    pub fn choices(&self) -> BTreeMap<char, String> {
        let lines = self.text.lines().filter_map(|line| line.strip_prefix("#   ("));
        let choice = |line: &str| {
            let (letter, text) = line.split_once(") ")?;
            Some((letter.chars().next()?, text.to_owned()))
        };
        lines.filter_map(choice).collect()
    }

    /// Every command the comments give.
    pub fn commands(&self) -> Vec<String> {
        let commands = self.text.lines().filter_map(|line| line.split_once(": cache-budget "));
        commands.map(|(_, arguments)| format!("cache-budget {arguments}")).collect()
    }

    /// How many replications its command plays.
    pub fn replications(&self) -> u32 {
        let run = self.part("Run");
        let count = run.rsplit("--replications ").next().and_then(|count| count.parse().ok());
        count.expect("a lesson says how many replications it needs")
    }

    /// The files that belong to it by their names, sorted.
    pub fn variants(&self) -> Vec<String> {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let own = format!("{folder}/{}.", self.name);
        let mut files = scenarios(folder);
        files.retain(|file| file.starts_with(&own) && *file != self.path);
        files.sort();
        files
    }
}

/// Whether a comment's line begins another part: `Chart: budget`.
fn is_part(line: &str) -> bool {
    ["Run: ", "Against: ", "Chart: ", "Answer: ", "Exercise: ", "Solution: "]
        .iter()
        .any(|word| line.starts_with(word))
}
