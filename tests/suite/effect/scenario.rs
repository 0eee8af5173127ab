//! Draws scenarios of lines whose values can be changed one by one.

use super::keys::*;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// A line of the scenario, and the values it may have.
#[derive(Debug, Clone)]
pub struct Line {
    /// The table with its brackets, or empty where the line says all.
    table: String,
    key: String,
    pub values: Vec<&'static str>,
    pub value: usize,
}

impl Line {
    /// A line that says all.
    pub fn new(key: String, values: Vec<&'static str>, value: usize) -> Line {
        Line { table: String::new(), key, values, value }
    }
}

/// A scenario of lines.
#[derive(Debug, Clone)]
pub struct Lines(pub Vec<Line>);

impl Lines {
    /// The text; a line that changed is at the same place.
    pub fn text(&self) -> String {
        self.0
            .iter()
            .map(|Line { table, key, values, value }| format!("{table}{key} = {}\n", values[*value]))
            .collect()
    }

    /// The same with another value of one line.
    pub fn with(&self, line: usize, value: usize) -> Lines {
        let mut other = self.clone();
        other.0[line].value = value;
        other
    }

    /// Its text, and that with each other value of a line.
    pub fn texts(&self) -> Vec<String> {
        let values = |line: usize| (0..self.0[line].values.len()).map(move |value| (line, value));
        let others = (0..self.0.len()).flat_map(values).filter(|(line, value)| self.0[*line].value != *value);
        std::iter::once(self.text())
            .chain(others.map(|(line, value)| self.with(line, value).text()))
            .collect()
    }

    /// The text with an empty line in place of this one: its key has its default.
    pub fn without(&self, line: usize) -> String {
        let mut other = self.clone();
        let Line { key, values, value, .. } = &mut other.0[line];
        (*key, *values, *value) = ("#".to_owned(), vec![""], 0);
        other.text()
    }

    /// The number of a line of the text, from 1.
    pub fn number(&self, line: usize) -> usize {
        let before: String = self.0[..line].iter().map(|line| line.table.as_str()).collect();
        line + 1 + before.matches('\n').count() + self.0[line].table.matches('\n').count()
    }

    /// The dotted path of the line's key.
    pub fn path(&self, line: usize) -> String {
        let Line { key, table, .. } = &self.0[line];
        let within = self.0[..=line].iter().any(|line| !line.table.is_empty());
        if within || !table.is_empty() { format!("image.api.step.{key}") } else { key.clone() }
    }

    /// The line, for a message.
    pub fn name(&self, line: usize) -> String {
        let Line { values, value, .. } = &self.0[line];
        format!("line {}: {} = {}", self.number(line), self.path(line), values[*value])
    }
}

/// Draws one scenario.
pub fn draw(case: u64) -> Lines {
    let later = Pcg64::seed_from_u64(!case);
    let last = Pcg64::seed_from_u64(case ^ 0x5eed);
    let mut author = Author { rng: Pcg64::seed_from_u64(case), later, last, lines: vec![] };
    author.surroundings();
    for workflow in ["ci", "nightly"].iter().take(author.rng.random_range(1..=2)) {
        author.workflow(workflow);
    }
    author.images();
    author.any_ci();
    author.janitor(case);
    author.survivors(case);
    author.rebases(case);
    author.complete();
    Lines(author.lines)
}

struct Author {
    rng: Pcg64,
    later: Pcg64,
    last: Pcg64,
    lines: Vec<Line>,
}

impl Author {
    fn chance(&mut self, share: f64) -> bool {
        self.rng.random_bool(share)
    }

    fn fixed(&mut self, key: &str, value: &'static str) {
        self.lines.push(Line::new(key.to_owned(), vec![value], 0));
    }

    /// One of several values that stands for itself: the others are other scenarios.
    fn one_of(&mut self, key: &str, values: &[&'static str]) -> &'static str {
        let value = values.choose(&mut self.rng).expect("a value");
        self.fixed(key, value);
        value
    }

    /// Each key with this probability, below `at`.
    fn some(&mut self, at: &str, share: f64, keys: Keys) {
        for (key, values) in keys {
            if self.chance(share) {
                let marked = |mark: &'static str| {
                    (0..values.len()).filter(|value| values[*value].starts_with(mark)).collect::<Vec<_>>()
                };
                let (never, rare) = (marked("!"), marked("?"));
                let usual = (0..values.len()).filter(|value| !never.contains(value) && !rare.contains(value));
                let value = *usual.collect::<Vec<_>>().choose(&mut self.rng).expect("a usual value");
                let value = match rare.choose(&mut self.later) {
                    Some(rare) if self.later.random_bool(0.3) => *rare,
                    _ => value,
                };
                let values = values.iter().map(|value| value.trim_start_matches(MARKS)).collect();
                let key = if at.is_empty() { (*key).to_owned() } else { format!("{at}.{key}") };
                self.lines.push(Line::new(key, values, value));
            }
        }
    }

    /// The same with draws of their own: keys that were added later leave the rest of each case as it was.
    fn some_later(&mut self, at: &str, share: f64, keys: Keys) {
        std::mem::swap(&mut self.rng, &mut self.later);
        self.some(at, share, keys);
        std::mem::swap(&mut self.rng, &mut self.later);
    }

    /// Adds what a step with actions/cache cannot do without, and removes keys that are there already and costs of
    /// misses that a measured job has already.
    fn complete(&mut self) {
        let ending = |lines: &[Line], end: &str| -> Vec<String> {
            lines.iter().filter_map(|line| line.key.strip_suffix(end)).map(str::to_owned).collect()
        };
        let (keys, sizes) =
            (ending(&self.lines, ".actions-cache.key"), ending(&self.lines, ".actions-cache.size"));
        for cache in keys.iter().filter(|cache| !sizes.contains(cache)) {
            let key = |line: &Line| line.key == format!("{cache}.actions-cache.key");
            let at = self.lines.iter().position(key).expect("it has a key");
            let size = format!("{cache}.actions-cache.size");
            self.lines.insert(at + 1, Line::new(size, vec!["\"80 MB\""], 0));
        }
        let measured = ending(&self.lines, ".cold");
        let is_cost = |line: &Line| {
            let costs = line.key.ends_with(".miss") || line.key.ends_with(".partial");
            costs && measured.iter().any(|job| line.key.starts_with(&format!("{job}.cache.")))
        };
        self.lines.retain(|line| !is_cost(line));
        let mut seen = std::collections::BTreeSet::new();
        self.lines.retain(|line| {
            !line.table.is_empty() || line.key.matches('.').count() == 0 || seen.insert(line.key.clone())
        });
        let has =
            |lines: &[Line], text: &str| lines.iter().any(|line| line.values[line.value].contains(text));
        if has(&self.lines, "{hash:schema}")
            && !self.lines.iter().any(|line| line.key.starts_with("input.schema."))
        {
            let key = "input.schema.changes".to_owned();
            self.lines.insert(0, Line::new(key, SHARES.to_vec(), 1));
        }
    }

    /// Half of the scenarios also have keys of any CI.
    fn any_ci(&mut self) {
        std::mem::swap(&mut self.rng, &mut self.last);
        if self.chance(0.5) {
            let steps = self.lines.iter().position(|line| !line.table.is_empty());
            let images = steps.map(|at| self.lines.split_off(at));
            self.some("", 0.25, ANY_WORKLOAD);
            let starts = |line: &&Line| line.key.ends_with(".on") && !line.key.contains(".job.");
            let workflows: Vec<String> = self
                .lines
                .iter()
                .filter(starts)
                .map(|line| line.key.trim_end_matches(".on").to_owned())
                .collect();
            workflows.iter().for_each(|at| self.any_workflow(at));
            self.lines.extend(images.into_iter().flatten());
        }
        std::mem::swap(&mut self.rng, &mut self.last);
    }

    fn any_workflow(&mut self, at: &str) {
        if self.chance(0.6) {
            self.replaced(&format!("{at}.on"), ANY_EVENTS);
        }
        self.some(at, 0.3, ANY_WORKFLOW);
        let mut jobs: Vec<String> = Vec::new();
        for line in self.lines.iter().filter(|line| line.key.starts_with(&format!("{at}.job."))) {
            let job = line.key.splitn(5, '.').take(4).collect::<Vec<_>>().join(".");
            if !jobs.contains(&job) {
                jobs.push(job);
            }
        }
        for job in &jobs {
            self.some(job, 0.15, ANY_JOB);
            if self.chance(0.3) {
                self.replaced(&format!("{job}.cache.actions-cache.key"), ANY_KEY);
            }
            if self.chance(0.4) {
                self.lines.retain(|line| line.key != format!("{job}.matrix"));
                self.one_of(&format!("{job}.matrix"), ANY_MATRIX);
                let leg = ANY_LEG.choose(&mut self.rng).expect("a leg");
                self.some(job, 1.0, std::slice::from_ref(leg));
            }
        }
        if let [first, second] = jobs.as_slice()
            && self.chance(0.5)
        {
            let needs = if first.ends_with("test") { "[\"test\"]" } else { "[\"lint\"]" };
            self.fixed(&format!("{second}.needs"), needs);
        }
    }

    /// Another value of a line that stands for itself.
    fn replaced(&mut self, key: &str, values: &[&'static str]) {
        let value = *values.choose(&mut self.rng).expect("a value");
        for line in self.lines.iter_mut().filter(|line| line.key == key) {
            (line.values, line.value) = (vec![value], 0);
        }
    }

    fn surroundings(&mut self) {
        self.fixed("workload.days", "9");
        self.fixed("workload.warmup", "\"0 s\"");
        self.fixed("workload.path-classes", "[\"src\", \"web\"]");
        self.some("cache", 0.25, CACHE);
        self.some("workload", 0.3, WORKLOAD);
        self.some("ci", 0.2, CI);
        self.some("runner.ubuntu-latest", 0.25, RUNNER);
        self.some_later("runner.ubuntu-latest", 0.1, SYSTEM);
        self.fixed("runner.own.concurrency", "\"unlimited\"");
        self.some_later("runner.own", 0.15, SYSTEM);
        self.some_later("runner.own", 0.1, RUNNER);
        self.some("project", 0.2, PROJECT);
        self.fixed("project.flavour.dev.dependency-work", "\"40 min\"");
        self.fixed("project.flavour.dev.dependency-archive", "\"300 MB\"");
        self.some("project.flavour.dev", 0.2, FLAVOUR);
    }

    /// A workflow that deletes entries, in every third scenario, with draws of its own.
    fn janitor(&mut self, case: u64) {
        self.rng = Pcg64::seed_from_u64(case ^ 0x0007_1D7E);
        if self.chance(0.35) {
            let start = *JANITOR_STARTS.choose(&mut self.rng).expect("a start");
            self.fixed(start.0, start.1);
            self.some("janitor.tidy", 0.5, JANITOR);
        }
    }

    /// A named set of entries, in every third scenario, likewise.
    fn survivors(&mut self, case: u64) {
        self.rng = Pcg64::seed_from_u64(case ^ 0x005E_7000);
        if self.chance(0.35) {
            self.some("survivors.own", 0.6, SURVIVORS);
        }
    }

    /// Rebases of bots, in every third scenario, likewise.
    fn rebases(&mut self, case: u64) {
        self.rng = Pcg64::seed_from_u64(case ^ 0x00B0_7500);
        if self.chance(0.35) {
            self.some("workload.burst-rebases", 0.6, REBASES);
        }
    }

    fn workflow(&mut self, name: &str) {
        let at = format!("workflow.{name}");
        self.one_of(
            &format!("{at}.on"),
            &[
                "[\"push main\", \"pull_request\"]",
                "\"push main\"",
                "\"pull_request\"",
                "[\"push main\", \"pull_request\", \"release\", \"schedule\", \"merge_group\"]",
                "\"schedule\"",
            ],
        );
        self.some(&at, 0.2, WORKFLOW);
        for job in ["test", "lint"].iter().take(self.rng.random_range(1..=2)) {
            self.job(&format!("{at}.job.{job}"));
        }
    }

    fn job(&mut self, at: &str) {
        self.some(at, 0.2, JOB);
        if self.later.random_bool(0.25) {
            self.fixed(&format!("{at}.runner"), "\"own\"");
        }
        match self.rng.random_range(0..5) {
            0 | 1 => {
                self.fixed(&format!("{at}.cold"), "\"15 min\"");
                self.fixed(&format!("{at}.warm"), "\"5 min\"");
                self.clients(at);
            }
            2 => {
                self.fixed(&format!("{at}.compile.flavour"), "\"dev\"");
                self.some(&format!("{at}.compile"), 0.3, COMPILE);
                self.some_later(&format!("{at}.compile"), 0.2, FEATURES);
                self.clients(at);
            }
            3 => {
                let image = self.one_of(&format!("{at}.image"), &["\"api\"", "\"web\""]);
                assert!(!image.is_empty());
                let store = ["gha", "gha", "registry", "s3", "inline"].choose(&mut self.rng).expect("one");
                let at = format!("{at}.cache.buildkit-{store}");
                self.switch(&at, 0.3, BUILDKIT);
                if *store == "gha" {
                    self.some(&at, 0.3, BUILDKIT_GHA);
                }
            }
            _ => self.clients(at),
        }
    }

    /// A client with at least one key, so that its table is there.
    fn switch(&mut self, at: &str, share: f64, keys: Keys) {
        self.fixed(&format!("{at}.{}", keys[0].0), keys[0].1[0].trim_start_matches(MARKS));
        self.some(at, share, &keys[1..]);
    }

    fn clients(&mut self, at: &str) {
        if self.chance(0.5) {
            let at = format!("{at}.cache.rust-cache");
            self.switch(&at, 0.25, RUST_CACHE);
            self.some_later(&at, 0.4, RUST_CACHE_CONTENT);
        }
        for (tool, share) in [("node", 0.3), ("python", 0.2), ("go", 0.2)] {
            if self.chance(share) {
                self.switch(&format!("{at}.cache.setup-{tool}"), 0.25, SETUP);
            }
        }
        if self.chance(0.3) {
            self.some(&format!("{at}.cache.sccache"), 0.35, SCCACHE);
        }
        if self.chance(0.4) {
            let at = format!("{at}.cache.actions-cache");
            self.one_of(&format!("{at}.key"), &["\"k-{lock}\"", "\"k-{sha}\"", "\"k-{web-lock}-{leg}\""]);
            self.some(&at, 0.35, ACTIONS_CACHE);
        }
    }

    /// Two images: one of steps, one told by its times.
    fn images(&mut self) {
        let text = self.lines.iter().map(|line| line.values[0]).collect::<String>();
        if text.contains("\"web\"\n") || self.lines.iter().any(|line| line.key.ends_with(".image")) {
            self.fixed("image.web.cold", "\"20 min\"");
            self.fixed("image.web.warm", "\"3 min\"");
            self.fixed("image.web.size", "\"500 MB\"");
            self.some("image.web", 0.4, &IMAGE[3..]);
            self.some("image.api", 0.4, &[("link-factor", &["0", "1.0", "9"])]);
            for (number, name) in ["\"base\"", "\"deps\"", "\"build\""].into_iter().enumerate() {
                self.step(number, name);
            }
        }
    }

    fn step(&mut self, number: usize, name: &'static str) {
        self.lines.push(Line {
            table: "[[image.api.step]]\n".into(),
            key: "name".into(),
            values: vec![name],
            value: 0,
        });
        self.fixed("work", "\"3 min\"");
        self.some("", 0.35, if number == 0 { &STEP[1..2] } else { &STEP[3..] });
    }
}
