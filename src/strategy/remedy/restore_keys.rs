//! `restore-keys`: keys that change get a prefix under which the entry before is found.

use crate::client::KeyTemplate;
use crate::scenario::{Change, Seat, View, gap_of_step};
use crate::strategy::Strategy;
use crate::strategy::job::{JobSettings, jobs, quoted};
use crate::strategy::place::{ClientSettings, set_where};
use crate::units::Duration;
use std::collections::BTreeSet;

/// Under a new key nothing is found, however little has changed.
pub static RESTORE_KEYS: Strategy = Strategy {
    name: "restore-keys",
    title: "A restore key before what changes",
    summary: "Steps of actions/cache whose key contains a hash, the commit or a date, and that have no restore keys, \
        restore the newest entry whose key begins like theirs. Where the scenario does not say what such an entry leaves \
        to do (`partial` or `ages`), that is assumed to be a quarter of a miss, as for the setup actions.",
    edit: "Add `restore-keys:` with the part of `key` that stands before its hash or its commit.",
    evidence: "GitHub's documentation of actions/cache recommends it. Helps where an old entry saves most of the work. \
        Hurts where each entry is packed on top of the one before, so that it grows with every key \
        (Swatinem/rust-cache#181), and where what is restored is out of date and must be built again anyway.",
    applies_to: &["actions-cache"],
    parameter: None,
    not_applicable_because: "every key of actions/cache that changes has restore keys, or nothing stands before what changes, \
        or keys of other steps begin with it, too",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let jobs = jobs(scenario);
    let users: Vec<StepsOfJob> = jobs.iter().map(|job| StepsOfJob::of(scenario, job)).collect();
    let all: BTreeSet<Family> = users.iter().flat_map(StepsOfJob::families).collect();
    let of = |user: &StepsOfJob| {
        let prefix = |step: &ClientSettings| user.prefix(step, &all);
        let listed = |step: &ClientSettings| Some(format!("[{}]", quoted(&prefix(step)?)));
        let costs = |step: &ClientSettings| prefix(step).and_then(|_| cost_of_prefix_hit(step));
        [set_where(&user.steps, "restore-keys", listed), set_where(&user.steps, "partial", costs)].concat()
    };
    users.iter().flat_map(of).collect()
}

/// A job's steps with actions/cache, and the legs in which they run.
struct StepsOfJob<'a> {
    job: String,
    steps: Vec<ClientSettings<'a>>,
    legs: Vec<Seat>,
}

/// What tells the entries of one step, in one leg, from those of others.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Family {
    paths: [String; 2],
    /// The key, with everything in it that no push changes.
    key: String,
}

impl<'a> StepsOfJob<'a> {
    fn of(scenario: View, job: &'a JobSettings<'a>) -> StepsOfJob<'a> {
        let id = if job.view.has("id") { job.view.text("id") } else { job.name };
        StepsOfJob { job: id.to_owned(), steps: job.steps(), legs: Seat::all(scenario, job.view) }
    }

    fn families(&self) -> Vec<Family> {
        self.steps.iter().flat_map(|step| self.legs.iter().map(|leg| self.family(step, leg))).collect()
    }

    fn family(&self, step: &ClientSettings, leg: &Seat) -> Family {
        let text =
            |key| if step.view.has(key) { leg.key(step.view.text(key), &self.job) } else { String::new() };
        Family { paths: ["path", "paths"].map(text), key: text("key") }
    }

    /// The shortest beginning of a step's key, before something that changes, by which it finds no other family's
    /// entry. `None` if there is none, or the step needs none.
    fn prefix(&self, step: &ClientSettings, all: &BTreeSet<Family>) -> Option<String> {
        if !step.view.texts("restore-keys").is_empty() || step.view.text("action") == "save" {
            return None;
        }
        let finds_others = |prefix: &str| {
            self.legs.iter().any(|leg| {
                let own = self.family(step, leg);
                let first = Family { paths: own.paths.clone(), key: leg.key(prefix, &self.job) };
                let found = all.range(&first..).take_while(|other| other.is_found_by(&first));
                found.into_iter().any(|other| !own.is_kin(other))
            })
        };
        constant_prefixes(step.view.text("key"))
            .into_iter()
            .find(|prefix| !finds_others(prefix))
            .map(str::to_owned)
    }
}

impl Family {
    /// True if a step with this prefix in place of its key finds its entries.
    fn is_found_by(&self, prefix: &Family) -> bool {
        self.paths == prefix.paths && self.key.starts_with(&prefix.key)
    }

    /// True if the keys differ only in what follows the first thing that changes, and there only in other things that
    /// change: `{lock}` and `{lock}-{sha}`.
    fn is_kin(&self, other: &Family) -> bool {
        let first = |key: &str| key.find('{').map(|at| key[at..].split('}').next().unwrap_or("").to_owned());
        let constant = |key: &str| {
            let parts = key.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
            parts.map(|part| part.trim_matches(['-', '_', '.', '/'])).collect::<Vec<_>>().concat()
        };
        first(&self.key) == first(&other.key) && constant(&self.key) == constant(&other.key)
    }
}

/// The parts of a key before each of its placeholders that change with time, the shortest first.
fn constant_prefixes(key: &str) -> Vec<&str> {
    let changes = |at: &usize| {
        let close = key[*at..].find('}').map_or(key.len(), |close| at + close + 1);
        KeyTemplate::changes_with_time(&key[*at..close])
    };
    let starts = key.match_indices('{').map(|(at, _)| at).filter(changes);
    starts.map(|at| &key[..at]).filter(|prefix| !prefix.is_empty()).collect()
}

/// The share of a miss that a prefix hit costs where nothing is known of it: that of the setup actions.
const SHARE_OF_MISS: f64 = 0.25;

/// What a prefix hit costs, where a miss costs something and nothing says what an older entry is worth.
fn cost_of_prefix_hit(step: &ClientSettings) -> Option<String> {
    if step.view.has("partial") || step.view.has("ages") {
        return None;
    }
    let stated = || if step.view.has("miss") { step.view.duration("miss") } else { Duration::ZERO };
    let cost = gap_of_step(step.job, step.index).unwrap_or_else(stated).scaled(SHARE_OF_MISS);
    (cost > Duration::ZERO).then(|| quoted(&format!("{} ms", cost.0)))
}
