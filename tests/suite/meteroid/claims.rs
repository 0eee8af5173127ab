//! The claims, each with the bound it is held against.

use super::evidence::Evidence;

/// Whether a claim came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Held,
    /// It does not, and the page explains why.
    NotHeld,
    /// It is supposed to hold and does not.
    Broken,
}

/// One claim.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Which scenario it is about.
    pub scenario: String,
    /// How many replications of it.
    pub replications: u32,
    /// What is claimed.
    pub text: &'static str,
    /// What the simulation says.
    pub simulated: String,
    /// Whether that is what was claimed.
    pub verdict: Verdict,
}

/// Claims that do not come out; `scenarios/meteroid/README.md` says why under "What did not come
/// out".
const NOT_HELD: [(&str, &str); 8] = [
    ("before", ATTEMPTS),
    ("before", "the same, pull requests included"),
    ("before", "75–85 % of a cold Test is dependency compilation"),
    ("c-files-past-sccache", LOSES),
    ("after", "the cache peaks at 12 GB at most, since the lock file is committed"),
    ("after", "the cache peaks at 12 GB at most, over the whole year"),
    ("after", "a warm Test takes 4–6 min"),
    ("after", "the image workflow takes roughly half of 24–41 min (12–21 min)"),
];

const LOSES: &str = "a cold Test that overlaps another push's cold Test for half of its time loses 45–65 % of its \
                     sccache writes (445 of 816)";
const ATTEMPTS: &str = "such a Test attempts about 816 writes (± 25 %)";

/// Holds every claim against the evidence.
pub fn judge(evidence: &[Evidence]) -> Vec<Claim> {
    let of = |name: &str| evidence.iter().find(|e| e.name == name).expect("every scenario is played");
    let mut claims = rust_before(of("before"));
    claims.extend(writes(of("c-files-past-sccache")));
    claims.extend(images_before(of("before")));
    claims.extend(after(of("after"), of("after-tag-per-arch")));
    claims
}

/// The claims about the weeks after the merge, which nothing was set by.
pub fn held_out(evidence: &[Evidence]) -> Vec<Claim> {
    let e = evidence.iter().find(|e| e.name == "after").expect("every scenario is played");
    let weeks = &e.held_out;
    let [_, peak] = e.peak_since_gb;
    let (test, api, runs) =
        (Spread::of(&weeks.warm_tests), Spread::of(&weeks.api_warm), Spread::of(&weeks.image_runs));
    let claim = |text, simulated, held| Claim::new(e, text, simulated, held);
    vec![
        claim("the cache peaks at 12 GB at most", format!("{peak:.1} GB"), peak <= 12.0),
        claim(
            "no push to main finds Test's entry evicted for size",
            format!(
                "{} of {:.0} runs; {} find it expired",
                percent(weeks.evicted / weeks.tests),
                weeks.tests,
                percent(weeks.expired / weeks.tests)
            ),
            weeks.evicted == 0.0,
        ),
        claim(
            "a warm Test takes 4–6 min",
            format!("median {}, P10–P90 {:.1}–{:.1} min", min(test.p50), test.p10, test.p90),
            (4.0..=6.0).contains(&test.p50),
        ),
        claim(
            "meteroid-api with its dependency layer cached takes 10 ± 2 min",
            format!(
                "median {}; {} of dependency layers are",
                min(api.p50),
                percent(weeks.cook.0 / weeks.cook.1)
            ),
            (8.0..=12.0).contains(&api.p50),
        ),
        claim(
            "the image workflow takes roughly half of 24–41 min (12–21 min)",
            format!("median {}, P10–P90 {:.1}–{:.1} min", min(runs.p50), runs.p10, runs.p90),
            (12.0..=21.0).contains(&runs.p50),
        ),
    ]
}

/// What sccache tries and loses in Tests that overlap.
fn writes(e: &Evidence) -> [Claim; 2] {
    let losses = Spread::of(&e.overlapping_losses);
    let writes = Spread::of(&e.overlapping_writes);
    let lost =
        format!("median {}, P10–P90 {}–{}", percent(losses.p50), percent(losses.p10), percent(losses.p90));
    let tried = format!("median {:.0}, P10–P90 {:.0}–{:.0}", writes.p50, writes.p10, writes.p90);
    [
        Claim::new(e, LOSES, lost, (0.45..=0.65).contains(&losses.p50)),
        Claim::new(e, ATTEMPTS, tried, (612.0..=1020.0).contains(&writes.p50)),
    ]
}

fn rust_before(e: &Evidence) -> Vec<Claim> {
    let evicted = e.main_evicted / e.main_restores;
    let share = |(found, asked): (f64, f64)| found / asked.max(1.0);
    let (on_main, clippy) = (share(e.clippy_main_objects), share(e.clippy_objects));
    let minutes = Spread::of(&e.cold_test.iter().map(|(m, _)| *m).collect::<Vec<_>>());
    let shares = Spread::of(&e.cold_test.iter().map(|(_, s)| *s).collect::<Vec<_>>());
    let claim = |text, simulated, held| Claim::new(e, text, simulated, held);
    let [lost, tried] = writes(e);
    vec![
        claim(
            "some push to main finds no rust-cache entry because it was evicted for size",
            format!("{} of main's Test runs", percent(evicted)),
            evicted > 0.0,
        ),
        claim(
            "the push of #1200 (2026-06-30) is the sharpest case",
            format!("evicted for size in {} of replications", percent(e.push_1200_evicted)),
            e.push_1200_evicted >= 0.5,
        ),
        lost,
        tried,
        claim(
            "Clippy finds at most 5 % of its sccache objects on main",
            format!("{:.1} %", on_main * 100.0),
            on_main <= 0.05,
        ),
        claim("the same, pull requests included", format!("{:.1} %", clippy * 100.0), clippy <= 0.05),
        claim(
            "a cold Test takes 15–19 min",
            format!("median {}, P10–P90 {:.1}–{:.1} min", min(minutes.p50), minutes.p10, minutes.p90),
            (15.0..=19.0).contains(&minutes.p50),
        ),
        claim(
            "75–85 % of a cold Test is dependency compilation",
            format!("median {}", percent(shares.p50)),
            (0.75..=0.85).contains(&shares.p50),
        ),
    ]
}

fn images_before(e: &Evidence) -> Vec<Claim> {
    let images = Spread::of(&e.image_runs);
    let mixed = e.mixed_image_runs.0 / e.mixed_image_runs.1;
    let (api, scheduler) = (Spread::of(&e.api_cold), Spread::of(&e.scheduler_warm));
    let claim = |text, simulated, held| Claim::new(e, text, simulated, held);
    vec![
        claim(
            "image workflow runs take 24–41 min (P10–P90)",
            format!(
                "P10–P90 {:.1}–{:.1} min, all {:.0}–{:.0}",
                images.p10, images.p90, images.least, images.most
            ),
            images.p10 >= 24.0 && images.p90 <= 41.0,
        ),
        claim(
            "image runs with one dependency layer cached and another not are common",
            format!("{} of runs", percent(mixed)),
            mixed >= 0.25,
        ),
        claim(
            "meteroid-api with its dependency layer missed takes 26 ± 2 min",
            format!("median {}", min(api.p50)),
            (24.0..=28.0).contains(&api.p50),
        ),
        claim(
            "meteroid-scheduler with its dependency layer cached takes 9.9 ± 1.5 min",
            format!("median {}", min(scheduler.p50)),
            (8.4..=11.4).contains(&scheduler.p50),
        ),
    ]
}

fn after(e: &Evidence, per_arch: &Evidence) -> Vec<Claim> {
    let (evicted, misses) = (e.main_evicted / e.main_restores, e.main_misses / e.main_restores);
    let [locked, _] = e.peak_since_gb;
    let split = e.split_by_arch / e.mixed_image_runs.1;
    let warm = Spread::of(&per_arch.warm_image_runs);
    let claim = |text, simulated, held| Claim::new(e, text, simulated, held);
    vec![
        claim(
            "no sccache writes",
            format!("{:.0} a day", e.sccache_writes.attempted),
            e.sccache_writes.attempted == 0.0,
        ),
        claim(
            "no rust-cache entry is saved from a pull request",
            format!("{:.0} a day", e.pull_request_saves),
            e.pull_request_saves == 0.0,
        ),
        claim(
            "main misses at most 5 % of its rust-cache restores, apart from idle expiry, new compilers and the first generation",
            format!("{} evicted for size, {} in all", percent(evicted), percent(misses)),
            misses <= 0.05,
        ),
        claim(
            "the cache peaks at 12 GB at most, since the lock file is committed",
            format!("{locked:.1} GB"),
            locked <= 12.0,
        ),
        claim(
            "the cache peaks at 12 GB at most, over the whole year",
            format!("{:.1} GB", e.peak_gb),
            e.peak_gb <= 12.0,
        ),
        claim(
            "the registry tag shared by two architectures leaves one of them cold",
            format!(
                "{} of image runs have an image with one architecture cached, the other not",
                percent(split)
            ),
            split > 0.2,
        ),
        Claim::new(
            per_arch,
            "with a tag per architecture, a warm image run takes 9–13 min",
            format!("median {}, P10–P90 {:.1}–{:.1} min", min(warm.p50), warm.p10, warm.p90),
            warm.p10 >= 9.0 && warm.p90 <= 13.0,
        ),
    ]
}

impl Claim {
    fn new(e: &Evidence, text: &'static str, simulated: String, held: bool) -> Claim {
        let verdict = match (held, NOT_HELD.contains(&(e.name.as_str(), text))) {
            (true, false) => Verdict::Held,
            (false, true) => Verdict::NotHeld,
            _ => Verdict::Broken,
        };
        Claim { scenario: e.name.clone(), replications: e.replications, text, simulated, verdict }
    }
}

/// Quantiles of a sample.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    /// The 10th percentile.
    pub p10: f64,
    /// The median.
    pub p50: f64,
    /// The 90th percentile.
    pub p90: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
}

impl Spread {
    /// Of an empty sample all are not a number, which no bound admits.
    pub fn of(sample: &[f64]) -> Spread {
        let mut sorted = sample.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |q: f64| match sorted.len() {
            0 => f64::NAN,
            n => sorted[((n - 1) as f64 * q).round() as usize],
        };
        Spread { p10: at(0.1), p50: at(0.5), p90: at(0.9), least: at(0.0), most: at(1.0) }
    }
}

/// A share in words.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn min(minutes: f64) -> String {
    format!("{minutes:.1} min")
}
