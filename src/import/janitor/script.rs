//! Which entries a script deletes, by the words of `gh cache`, `gh actions-cache`, GitHub's REST API and actions/github-script.

use crate::diagnostic::visible;
use crate::import::toml_text::{TomlLines, list, quoted};
use crate::import::yaml::YamlNode;

/// The scripts of a job, with the values of the environment that they may use.
#[derive(Debug, Default)]
pub(super) struct DeletionScript {
    /// What runs, with single spaces.
    text: String,
    /// The values of the environment.
    values: String,
    /// What an action that deletes by age deletes, or why that is not decided.
    purged: Option<Result<(&'static str, String), String>>,
}

/// The action that deletes what is old. (`action.yml` and `src/index.ts`, read at 881eb59.)
const PURGE: &str = "MyAlbum/purge-cache";

/// Which entries are deleted, as the keys of a janitor.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ChosenEntries {
    prefix: Option<String>,
    refs: &'static [&'static str],
    /// `older-than` or `idle-for`, and how long.
    age: Option<(&'static str, String)>,
    /// True if nothing else says which.
    all: bool,
}

/// Words of a script that deletes entries, whatever the tool. Each of a row is in it.
const DELETIONS: [&[&str]; 5] = [
    &["gh cache delete"],
    &["gh actions-cache delete"],
    &["deleteActionsCacheBy"],
    &["actions/caches", "DELETE"],
    &["actions/caches", "delete("],
];

/// Words for the ref of the pull request that started the run.
const OWN_PULL: [&str; 8] = [
    "refs/pull/",
    "pull_request.number",
    "event.number",
    "github.ref",
    "GITHUB_REF",
    "github.head_ref",
    "context.ref",
    "context.payload",
];

/// Words of a script that chooses among what it has listed, in a way that is not understood.
const CHOICES: [&str; 13] = [
    "select(",
    ".filter(",
    "grep ",
    "sort",
    "tail ",
    "head ",
    "awk ",
    ".slice(",
    "[1:]",
    "test(",
    "startswith(",
    "match(",
    "group_by(",
];

/// Words for the state of pull requests.
const STATES: [&str; 6] = ["gh pr view", "gh pr list", "pulls.get", "pulls.list", "--json state", "/pulls"];

impl DeletionScript {
    /// Adds the values of an environment.
    pub fn environment(&mut self, env: Option<&YamlNode>) {
        for (name, value) in env.map(YamlNode::map).unwrap_or_default() {
            self.values += &format!(" {name}={} ", value.text().unwrap_or_default());
        }
    }

    /// Adds what a step runs. Comments of shells are left out.
    pub fn run(&mut self, text: &str) {
        let lines =
            text.lines().map(str::trim).filter(|line| !line.starts_with('#') && !line.starts_with("//"));
        let words = lines.flat_map(str::split_whitespace);
        words.for_each(|word| self.text += &format!(" {word}"));
    }

    /// Adds an action with its inputs.
    pub fn action(&mut self, uses: &str, with: Option<&YamlNode>) {
        let name = uses.split('@').next().unwrap_or_default();
        if !name.eq_ignore_ascii_case(PURGE) {
            return;
        }
        let input = |name: &str, default: &str| {
            with.and_then(|with| with.text_of(name)).unwrap_or_else(|| default.to_owned())
        };
        let age = input("max-age", "604800");
        let time = age.trim().parse().ok().and_then(time);
        let time = time.ok_or_else(|| format!("the age `{}` of {PURGE} is not known", visible(&age)));
        let by = match (input("accessed", "true").as_str(), input("created", "false").as_str()) {
            ("true", "false") => Ok("idle-for"),
            ("false", "true") => Ok("older-than"),
            _ => Err(format!("{PURGE} goes by two times, or by none")),
        };
        self.purged = Some(by.and_then(|by| Ok((by, time?))));
    }

    /// True if it deletes entries of the cache.
    pub fn deletes(&self) -> bool {
        self.purged.is_some() || self.has_deletions()
    }

    /// True if a script deletes entries.
    fn has_deletions(&self) -> bool {
        DELETIONS.iter().any(|words| words.iter().all(|word| self.text.contains(word)))
    }

    fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.text.contains(word) || self.values.contains(word))
    }

    /// Which entries it deletes; `of_pull` if the end of a pull request starts it.
    ///
    /// # Errors
    /// Why that is not decided.
    pub fn chosen(&self, of_pull: bool) -> Result<ChosenEntries, String> {
        match &self.purged {
            None => {}
            Some(_) if of_pull => return Err("it also deletes what others have stored".to_owned()),
            Some(_) if self.has_deletions() => return Err("it deletes in several ways".to_owned()),
            Some(age) => return Ok(ChosenEntries { age: Some(age.clone()?), ..ChosenEntries::default() }),
        }
        let choice = CHOICES.iter().find(|word| self.text.contains(**word));
        let prefix = self.prefix()?;
        if of_pull {
            return match choice {
                _ if !self.says(&OWN_PULL) => Err("it also deletes what others have stored".to_owned()),
                Some(word) => Err(format!("it chooses by `{}`", word.trim())),
                None => Ok(ChosenEntries { prefix, ..ChosenEntries::default() }),
            };
        }
        let age = self.age()?;
        let refs = self.refs()?;
        // A condition on the age or on the ref is one choice; nothing else may choose.
        let choices = CHOICES.iter().map(|word| self.text.matches(word).count()).sum::<usize>();
        let understood = usize::from(age.is_some()) + self.choices_of_refs();
        if let Some(word) = choice.filter(|_| choices > understood) {
            return Err(format!("it chooses by `{}`", word.trim()));
        }
        let all = prefix.is_none() && refs.is_empty() && age.is_none();
        Ok(ChosenEntries { prefix, refs, age, all })
    }

    /// The beginning of the keys, if an option or a field names one.
    fn prefix(&self) -> Result<Option<String>, String> {
        let option = ["--key ", "--key=", " -k "].iter().find_map(|word| self.text.split_once(word));
        let field = || ["key: '", "key: \""].iter().find_map(|word| self.text.split_once(word));
        let Some((_, rest)) = option.or_else(field) else { return Ok(None) };
        let rest = rest.trim_start_matches(['\'', '"']);
        let key = rest.split([' ', ',', ';', ')', '}', '|', '\'', '"']).next().unwrap_or_default();
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:+".contains(letter);
        match key.chars().all(is_plain) {
            true => Ok(Some(key.to_owned()).filter(|key| !key.is_empty())),
            false if option.is_none() => Ok(None),
            false => Err(format!("the key `{key}` is not known")),
        }
    }

    /// How old the entries are, if the script compares times.
    fn age(&self) -> Result<Option<(&'static str, String)>, String> {
        let accessed = self.says(&["lastAccessed", "last_accessed"]);
        let is_asked = accessed || self.says(&["createdAt", "created_at"]);
        let compares = self.says(&["date ", "now", "Date", " ago", "cutoff"]);
        if !(is_asked && compares) {
            return Ok(None);
        }
        let key = if accessed { "idle-for" } else { "older-than" };
        let all = format!("{} {}", self.text, self.values);
        let time = ago(&all).or_else(|| since(&all)).ok_or("the age that it compares with is not known")?;
        Ok(Some((key, time)))
    }

    /// Which refs are meant.
    fn refs(&self) -> Result<&'static [&'static str], String> {
        let all = format!("{} {}", self.text, self.values);
        match () {
            () if self.choices_of_refs() > 0 || all.contains("refs/pull/") => Ok(match self.says(&STATES) {
                true => &["pull_request_closed"],
                false => &["pull_request_open", "pull_request_closed"],
            }),
            () if self.says(&[
                "--ref refs/heads/main",
                "--ref refs/heads/master",
                "-B main",
                "-B master",
            ]) =>
            {
                Ok(&["main"])
            }
            () if self.says(&["--ref ", "--ref=", " -B ", "ref: "]) => Err("the ref is not known".to_owned()),
            () => Ok(&[]),
        }
    }

    /// How many words of a condition on the refs of pull requests the script has.
    fn choices_of_refs(&self) -> usize {
        let says = |words: &[&str]| words.iter().any(|word| self.text.contains(word));
        match () {
            // `select(` and `startswith(`.
            () if says(&["startswith(\"refs/pull"]) => 2,
            () if says(&[
                "startsWith('refs/pull",
                "grep refs/pull",
                "grep 'refs/pull",
                "grep \"refs/pull",
            ]) =>
            {
                1
            }
            () => 0,
        }
    }
}

impl ChosenEntries {
    /// Writes them into a janitor's table.
    pub fn write(&self, lines: &mut TomlLines) {
        if let Some(prefix) = &self.prefix {
            lines.value("prefix", &quoted(prefix), "");
        }
        if !self.refs.is_empty() {
            lines.value("refs", &list(self.refs.iter().copied()), "");
        }
        if let Some((key, time)) = &self.age {
            lines.value(key, &quoted(time), "");
        }
        if self.all {
            lines.value("older-than", &quoted("0 s"), "all");
        }
    }
}

/// `7 days` of `date -d '7 days ago'`, and of `date -v-7d`.
fn ago(text: &str) -> Option<String> {
    let words: Vec<&str> =
        text.split(|letter: char| letter.is_whitespace() || "'\"()`,;".contains(letter)).collect();
    let spelled = words.windows(3).find_map(|three| {
        let number: u32 = three[0].trim_start_matches('-').parse().ok()?;
        let is_ago = three[2] == "ago" || three[0].starts_with('-');
        is_ago.then(|| of_unit(number, three[1])).flatten()
    });
    let short = || {
        let word = words.iter().find_map(|word| word.strip_prefix("-v-"))?;
        let (number, unit) = word.split_at(word.find(|letter: char| !letter.is_ascii_digit())?);
        of_unit(number.parse().ok()?, unit)
    };
    spelled.or_else(short)
}

/// The time of `now - 604800` in seconds, and of `7 * 24 * 60 * 60 * 1000` in milliseconds.
fn since(text: &str) -> Option<String> {
    let number = |word: &str| word.trim().parse::<f64>().ok();
    let product = |part: &str| {
        let factors = part.split('*').map(number).collect::<Option<Vec<f64>>>()?;
        let is_milliseconds = factors.contains(&1_000.0);
        let seconds = factors.iter().product::<f64>() / if is_milliseconds { 1_000.0 } else { 1.0 };
        (factors.len() > 1).then_some(seconds)
    };
    let is_part = |letter: char| letter.is_ascii_digit() || " *".contains(letter);
    let alone = || {
        let (_, rest) = text.split_once("now - ").or_else(|| text.split_once("now-"))?;
        number(rest.split(|letter: char| !letter.is_ascii_digit()).next()?)
    };
    let seconds = text.split(|letter| !is_part(letter)).find_map(product).or_else(alone)?;
    time(seconds)
}

/// So many seconds as a scenario writes them.
fn time(seconds: f64) -> Option<String> {
    let (hours, days) = (seconds / 3_600.0, seconds / 86_400.0);
    let known = (0.01..1e5).contains(&hours);
    known.then(|| if days.fract() == 0.0 { format!("{days} days") } else { format!("{hours:.2} h") })
}

fn of_unit(number: u32, unit: &str) -> Option<String> {
    Some(match unit {
        "day" | "days" | "d" => format!("{number} days"),
        "week" | "weeks" | "w" => format!("{} days", 7 * number),
        "hour" | "hours" | "H" => format!("{number} h"),
        _ => return None,
    })
}
