//! How long a job takes, with and without its caches, and how often it fails: what no file tells.

use super::client::ClientTable;
use super::expand::DraftJob;
use super::job::JobWriter;
use super::ledger::Assumption;
use super::trigger::written;
use crate::import::found::{Situation, only_reads};
use crate::import::toml_text::{key, number, quoted};
use crate::import::workflow::{AssumedEvent, RunRef};

/// What a miss of a package store costs, as in `client/action`, with its range.
const MISS: &str = "\"60 s\"";
const MISS_RANGE: &str = "20 s..120 s";

/// How often a job fails, with its range.
const FAILURES: [(&str, [f64; 3]); 2] = [("fails", [0.1, 0.02, 0.3]), ("fails-on-main", [0.03, 0.005, 0.1])];

/// How long a job usually takes with its cache, with its range, in minutes.
const WARM: [f64; 3] = [5.0, 1.0, 6.0];

/// How long a job takes that compiles nothing, without its cache and with it.
const READS: [[f64; 3]; 2] = [[1.0, 0.6, 3.0], [0.5, 0.2, 0.6]];

impl JobWriter<'_> {
    /// The times that no file tells. With caches, the job is a measured one; an image has times of its own.
    pub fn times(&mut self, base: Situation, job: &DraftJob, tables: &[ClientTable], timeout: f64) {
        let path = ["workflow", self.workflow, "job", &job.name];
        let basis = "`gh run view --json jobs`";
        let legs = job.found.matrix.legs() as f64;
        let reads = only_reads(job.node.steps()).filter(|_| tables.iter().any(ClientTable::keeps_crates));
        let usual = match () {
            () if reads.is_some() => 1.0,
            () if tables.is_empty() => 3.0,
            () if saves_work(tables) => 8.0,
            () => 5.0,
        };
        self.ledger.minutes.insert(path.map(key).join("."), legs * usual);
        // A job that always runs into its timeout would be no use to its authors.
        let is_measured = self.is_measured(job, tables);
        let scale = (timeout / 20.0).min(1.0);
        if reads.is_none() && tables.iter().any(ClientTable::keeps_crates) {
            self.ledger.calibration.learn_miss(self.workflow, &job.name, WARM[0] * scale * 60.0);
        }
        if let Some(command) = &reads {
            let why = format!("little time is assumed: `{command}` compiles nothing");
            self.lines.remark(&why);
        }
        let mut assume = |name: &str, [usual, low, high]: [f64; 3]| {
            let [usual, low, high] =
                [usual, low, high].map(|minutes| (minutes * scale * 100.0).round() / 100.0);
            let path = [&path[..], &[name]].concat();
            let (value, range) = (quoted(&format!("{usual} min")), format!("{low} min..{high} min"));
            let (value, about) = self.ledger.assume(&path, Assumption::new(&value, &range, basis));
            self.lines.value(name, &value, &about);
        };
        if let Some(image) = tables.iter().find_map(|table| table.image.as_ref()) {
            assume("setup", [1.0, 0.5, 3.0]);
            self.lines.value("image", &quoted(image), "");
        } else if tables.is_empty() {
            assume("setup", [3.0, 1.0, 10.0]);
        } else if reads.is_some() && is_measured {
            assume("cold", READS[0]);
            assume("warm", READS[1]);
            self.failures(base, job);
        } else if is_measured {
            assume("cold", [12.0, 6.0, 40.0]);
            assume("warm", WARM);
            self.failures(base, job);
        } else {
            // What a miss costs is in the tables of the caches.
            assume("prepare", [5.0, 1.0, 15.0]);
            self.failures(base, job);
        }
    }

    /// True if the job has times with and without its caches: those of records, or guesses where its caches save the work
    /// itself.
    pub fn is_measured(&self, job: &DraftJob, tables: &[ClientTable]) -> bool {
        let tells = |name| {
            let path = ["workflow", self.workflow, "job", &job.name, name];
            self.ledger.calibration.tells(&path)
        };
        saves_work(tables) || tells("cold") && tells("warm")
    }

    /// Notes in the tables of a job without measured times what a miss costs: all its caches are stores of packages.
    pub fn misses(&mut self, job: &DraftJob, tables: &mut [ClientTable]) {
        if self.is_measured(job, tables) {
            return;
        }
        for table in tables.iter_mut().filter(|table| table.image.is_none() && table.looks_up()) {
            let index = table.index.to_string();
            let mut path = vec!["workflow", self.workflow, "job", &job.name, "cache", table.name];
            path.extend(table.is_list.then_some(index.as_str()));
            path.push("miss");
            let guess = Assumption::new(MISS, MISS_RANGE, "a log of a miss");
            let (value, about) = match table.is_usual {
                true => self.ledger.assume(&path, guess.clone()),
                false => (MISS.to_owned(), String::new()),
            };
            table.values.push(("miss", value, about));
            table.guesses.push(("miss", guess));
        }
    }

    /// How often a job fails: a failed job saves nothing, and its legs cancel each other. The share is that of all its legs
    /// together, or else a matrix of a hundred legs would hardly ever succeed.
    fn failures(&mut self, base: Situation, job: &DraftJob) {
        let events = job.simulated_events(base);
        let path = ["workflow", self.workflow, "job", &job.name];
        let legs = job.found.matrix.legs().max(1) as f64;
        for (name, shares) in FAILURES {
            let [value, low, high] = shares.map(|share| number(share / legs));
            let on_main = name == "fails-on-main";
            let counts = |event: &AssumedEvent| match on_main {
                true => event.ref_kind == RunRef::Default,
                false => event.name == "pull_request",
            };
            if !written(&events, self.words).iter().any(counts) {
                continue;
            }
            let path = [&path[..], &[name]].concat();
            let guess = Assumption::new(&value, &format!("{low}..{high}"), "`gh run list`");
            let (value, about) = self.ledger.assume(&path, guess);
            self.lines.value(name, &value, &about);
        }
    }
}

/// True if one of the caches saves compiling or analysing, not only downloads.
fn saves_work(tables: &[ClientTable]) -> bool {
    tables.iter().any(ClientTable::saves_work)
}
