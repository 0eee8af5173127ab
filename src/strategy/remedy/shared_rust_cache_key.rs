//! `shared-rust-cache-key`: all Rust jobs on one system share an entry, which one of them saves. Most of
//! the file chooses that job.

use crate::project::System;
use crate::scenario::{COMPILER_WORD, Change, Seat, View};
use crate::strategy::Strategy;
use crate::strategy::job::{JobSettings, jobs, quoted};
use crate::strategy::place::set_where;
use crate::units::Duration;

/// All jobs on a system share one entry instead of having one each.
pub static SHARED_RUST_CACHE_KEY: Strategy = Strategy {
    name: "shared-rust-cache-key",
    title: "Share one rust-cache key with one writer per system",
    summary: "On each operating system and architecture, all jobs with rust-cache restore one entry. The \
        job that compiles most on pushes to main writes it; the others only read it.",
    edit: "Give every rust-cache step the same `shared-key` and the same environment variables, and all but one for each operating system, architecture and compiler `save-if: false`. Leave out jobs with another profile, such as release builds; jobs with `RUSTC_WRAPPER` (sccache) and jobs without it share nothing.",
    evidence: "Helps when jobs compile the same crates in the same way: one entry replaces all others. \
        Hurts jobs that compile differently from the writer: cargo's check, test and release builds cannot \
        share objects. rust-cache hashes the compiler, so each compiler keeps an entry and a writer of its own. Jobs of another profile (`profile`, or that of their flavour) are left alone; without \
        `profile`, a job is taken for a release build if only releases start it or its name says so.",
    applies_to: &["rust-cache"],
    parameter: None,
    not_applicable_because: "no two jobs on the same operating system and architecture, which are part of the key, use \
        rust-cache with keys of their own and the same profile",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let jobs = jobs(scenario);
    let users: Vec<User> = jobs.iter().filter_map(|job| User::of(scenario, job)).collect();
    let alone: Vec<&User> = users.iter().filter(|user| user.keys_are_its_own(&users)).collect();
    let alone = of_one_profile(alone);
    let shares = |toolset: &Toolset| alone.iter().filter(|user| user.runs_on(toolset)).count() > 1;
    let concerned: Vec<&User> = alone.iter().copied().filter(|user| user.toolsets().any(shares)).collect();
    let toolsets = concerned.iter().flat_map(|user| user.toolsets());
    let writers: Vec<&User> = toolsets.filter_map(|toolset| writer(&concerned, toolset)).collect();
    let Some(first) = writers.first() else { return Vec::new() };
    let common = words(first.client.text("environment"), false);
    let each = concerned.iter().flat_map(|user| {
        let clients = user.job.clients("rust-cache");
        let set = |key, value: &str| set_where(&clients, key, |_| Some(quoted(value)));
        let environment = format!("{common} {}", words(user.client.text("environment"), true));
        // A matrix saves as a whole: a job that was chosen for one of its legs saves in all of them.
        let writes = writers.iter().any(|writer| std::ptr::eq(*writer, *user));
        let reads = if writes { Vec::new() } else { set("save-if", "never") };
        [set("shared-key", "shared"), set("environment", environment.trim()), reads].concat()
    });
    each.collect()
}

/// Where the files of one job are of use to another: a system, and a compiler with its wrapper, which is in the key.
type Toolset = (System, String);

/// What of `environment` stands for the compiler, or the rest.
fn words(environment: &str, of_compiler: bool) -> String {
    let own = environment.split(' ').filter(|word| word.starts_with(COMPILER_WORD) == of_compiler);
    own.collect::<Vec<_>>().join(" ")
}

/// Those that can use each other's files: the jobs of the profile that most of them have, and those that compile
/// nothing.
fn of_one_profile<'a, 'b>(users: Vec<&'a User<'b>>) -> Vec<&'a User<'b>> {
    let count = |profile: &Option<String>| users.iter().filter(|user| user.profile == *profile).count();
    let profiles = users.iter().map(|user| &user.profile).filter(|profile| profile.is_some());
    // The first of several that are as frequent.
    let Some(most) = profiles.rev().max_by_key(|profile| count(profile)).cloned() else { return users };
    users.into_iter().filter(|user| user.profile.is_none() || user.profile == most).collect()
}

/// A job with rust-cache.
struct User<'a> {
    job: &'a JobSettings<'a>,
    /// The job's settings, or else those of the first of its legs that have any.
    client: View<'a>,
    /// For each leg: where its files are of use, and the name in its key.
    legs: Vec<(Toolset, Name)>,
    /// What it compiles with; `None` if it compiles nothing.
    profile: Option<String>,
}

/// The part of a key that separates jobs: a shared name, or the job's own `key` and, if it is used, its id.
#[derive(PartialEq)]
enum Name {
    Shared(String),
    Own(String, Option<String>),
}

impl<'a> User<'a> {
    fn of(scenario: View, job: &'a JobSettings<'a>) -> Option<User<'a>> {
        // Without the target folder the job has other paths and so another version. It shares no entry with
        // the rest.
        let client = job.clients("rust-cache").first()?.view;
        if !client.flag_or("cache-targets", true) {
            return None;
        }
        let name = |leg: &Seat| {
            let id = || client.flag("add-job-id-key").then(|| job.name.to_owned());
            match client.text("shared-key") {
                "" => Name::Own(leg.fill(client.text("key")), id()),
                shared => Name::Shared(leg.fill(shared)),
            }
        };
        let wrapper = if job.clients("sccache").is_empty() { "" } else { " sccache" };
        let compiler = words(client.text("environment"), true) + wrapper;
        let toolset = |leg: &Seat| (leg.system, leg.fill(&compiler));
        let legs = Seat::all(scenario, job.view).into_iter().map(|leg| (toolset(&leg), name(&leg)));
        Some(User { job, client, legs: legs.collect(), profile: profile(scenario, job) })
    }

    fn toolsets(&self) -> impl Iterator<Item = &Toolset> + '_ {
        self.legs.iter().map(|(toolset, _)| toolset)
    }

    fn runs_on(&self, toolset: &Toolset) -> bool {
        self.toolsets().any(|own| own == toolset)
    }

    /// True if no other job shares an entry with it. Jobs that share one already were set up that way on
    /// purpose.
    fn keys_are_its_own(&self, users: &[User]) -> bool {
        let others = users.iter().filter(|other| !std::ptr::eq(*other, self));
        !others.flat_map(|other| &other.legs).any(|leg| self.legs.contains(leg))
    }

    /// How well the job would do as the writer. Others read only what is saved on main, so jobs that run
    /// for more of main's commits rank first, then those that compile more. Jobs that state their times are
    /// then ranked by the gap between cold and warm.
    fn rank(&self) -> (u8, u8, Duration) {
        let view = self.job.view;
        let gap = match view.has("cold") && view.has("warm") {
            true => view.duration("cold") - view.duration("warm"),
            false => Duration::ZERO,
        };
        (self.reach(), breadth(self.job), gap)
    }

    /// How many of main's commits it runs for: 2 for all, 1 for some, 0 for none.
    fn reach(&self) -> u8 {
        let filtered = self.job.around.has("paths");
        match (self.job.is_started_by(&["push main"]), self.job.is_started_by(&["schedule"])) {
            (true, _) if !filtered => 2,
            (true, _) | (_, true) => 1,
            (false, false) => 0,
        }
    }
}

/// The job that saves for all others with this toolset. The first of several equal ones is chosen.
fn writer<'a, 'b>(users: &[&'a User<'b>], toolset: &Toolset) -> Option<&'a User<'b>> {
    let there = users.iter().copied().filter(|user| user.runs_on(toolset));
    there.rev().max_by_key(|user| user.rank())
}

/// The profile that a job compiles with: what the scenario says, or else `release` for a job that only releases start or
/// that is named after one. `None` if it compiles nothing.
fn profile(scenario: View, job: &JobSettings) -> Option<String> {
    if let Some(compile) = job.view.table_or_none("compile") {
        let name = compile.text("flavour");
        let flavours = scenario.table("project").map("flavour");
        let profile = flavours.into_iter().find(|(known, view)| *known == name && view.has("profile"));
        return Some(profile.map_or(name, |(_, view)| view.text("profile")).to_owned());
    }
    if !job.view.has("cold") {
        return None;
    }
    let is_release = || {
        let mut words = job.name.split(|letter: char| !letter.is_alphanumeric());
        let events = job.around.texts("on");
        let of_release = |text: &str| ["push tags", "release"].contains(&text);
        words.any(|word| RELEASES.contains(&word.to_ascii_lowercase().as_str()))
            || !events.is_empty() && events.iter().all(|(text, _)| of_release(text))
    };
    Some(match job.view.has("profile") {
        true => job.view.text("profile").to_owned(),
        false => if is_release() { "release" } else { "" }.to_owned(),
    })
}

/// Words in the names of jobs that build with optimisations.
const RELEASES: [&str; 5] = ["release", "releases", "publish", "dist", "bench"];

/// How much of the project a job compiles: 2 for all, 1 for some packages, 0 for nothing.
fn breadth(job: &JobSettings) -> u8 {
    match job.view.table_or_none("compile") {
        Some(compile) if compile.texts("packages").is_empty() => 2,
        Some(_) => 1,
        None => 2 * u8::from(job.view.has("cold")),
    }
}
