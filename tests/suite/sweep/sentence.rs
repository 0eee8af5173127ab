//! What the sentence about an elbow claims holds for the table right below it.

use cache_budget::observe::metric;
use cache_budget::random::{Draws, Purpose};
use cache_budget::report::sweep::{markdown, verdict};
use cache_budget::result::{InterruptedSweep, SweepResult};
use cache_budget::statistics::Estimate;
use cache_budget::statistics::sweep::{Axis, Design, Plan, Point, Rows, Tool};

/// A sweep of the limit in GB, with these minutes of waiting in each replication at each of them; above
/// 10 GB each costs 0.07 USD.
fn swept(
    limits: &[u32],
    own: &str,
    waiting: impl Fn(f64, u32, u64) -> f64,
    replications: u32,
) -> SweepResult {
    let measure = "push.waiting{stat=mean}".parse().expect("a measure");
    let settings: Vec<String> = limits.iter().map(|limit| format!("{limit} GB")).collect();
    let point = |(index, setting): (usize, &String)| Point {
        settings: vec![setting.clone()],
        hash: if setting == own { "own".into() } else { index.to_string() },
        limit_cost: 0.07 * f64::from(limits[index].saturating_sub(10)),
    };
    let plan = Plan {
        schema_version: 1,
        tool: Tool { name: "cache-budget".into(), version: "0".into(), revision: 0 },
        name: "ci".into(),
        file: "ci.toml".into(),
        hash: "own".into(),
        seed: 1,
        replications,
        simulated_days: 28.0,
        warmup_days: 14.0,
        design: Design::Grid,
        axes: vec![Axis { name: "cache.limit".into(), values: settings.join(","), own: Some(own.into()) }],
        metric: "push.waiting{stat=mean}".into(),
        rows: Rows::Summary,
        reproduce: "cache-budget sweep ci.toml".into(),
        points: settings.iter().enumerate().map(point).collect(),
        shard: None,
        finished: true,
    };
    let at = |index: usize, n: u32| waiting(f64::from(limits[index]), n, index as u64);
    let results = |index: usize| (0..replications).map(|n| Some(at(index, n))).collect::<Vec<_>>();
    let results: Vec<Vec<Option<f64>>> = (0..limits.len()).map(results).collect();
    let estimate = |values: &Vec<Option<f64>>| {
        let mean = values.iter().flatten().sum::<f64>() / f64::from(replications);
        let labels = vec![("stat", "mean".to_owned())];
        vec![Estimate {
            metric: &metric::PUSH_WAITING,
            labels,
            mean,
            low: mean,
            high: mean,
            n: replications,
            prediction: None,
        }]
    };
    let points = results.iter().map(estimate).collect();
    SweepResult::new(plan, measure, points, results)
}

/// A time such as `−3.9 min` or `81 s` in seconds, and how much one of its last digit is.
fn seconds(number: &str, unit: &str) -> (f64, f64) {
    let plain = number.replace('−', "-").replace('+', "");
    let scale = if unit == "min" { 60.0 } else { 1.0 };
    let decimals = plain.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
    (plain.parse::<f64>().expect(number) * scale, scale * 10f64.powi(-decimals))
}

/// The limit of each row of the table and the ends of its change, in seconds, with their last digit.
fn steps(text: &str) -> Vec<(f64, [f64; 2], f64)> {
    let rows = text.lines().filter(|line| line.starts_with("| ") && line.contains(" to "));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let limit = cells[1].split(' ').next()?.parse().ok()?;
        // −3.0 min (−3.9 to −2.0)
        let words: Vec<&str> =
            cells[cells.len() - 2].split([' ', '(', ')']).filter(|w| !w.is_empty()).collect();
        let [_, unit, low, "to", high] = words[..] else { return None };
        let [low, high] = [low, high].map(|end| seconds(end, unit));
        Some((limit, [low.0, high.0], low.1.max(high.1)))
    };
    rows.filter_map(row).collect()
}

const WINDOWS: [&[u32]; 3] =
    [&[5, 10, 15, 20, 25, 30, 35, 40], &[5, 10, 20, 40, 80, 160], &[1, 2, 3, 5, 8, 13, 21, 34]];

#[test]
fn what_it_bounds_holds_for_every_step_of_the_table_beyond_the_place() {
    let mut bent = 0;
    for case in 0..120u32 {
        let window = WINDOWS[case as usize % WINDOWS.len()];
        let draw = |index: u64| Draws::new(5, case).unit(Purpose::Step, index);
        let (fall, scale, noise) = (1.0 + 30.0 * draw(0), 3.0 + 20.0 * draw(1), 0.3 * draw(2));
        let waiting = |x: f64, n: u32, index: u64| {
            let own = Draws::new(u64::from(case), n).unit(Purpose::Work, index) - 0.5;
            5.0 + fall * libm::exp(-x / scale) + noise * own
        };
        let swept = swept(window, "10 GB", waiting, 2 + case % 9);
        let said = verdict(&swept);
        let Some(rest) = said.strip_prefix("Beyond cache.limit = ") else { continue };
        bent += 1;
        let (place, rest) = rest.split_once(" GB, each extra ").expect("a place");
        let (portion, rest) = rest.split_once(" changes waiting per push by at most ").expect("a bound");
        let portion: f64 = portion.trim_end_matches("GB").trim().parse().unwrap_or(1.0);
        let words: Vec<&str> = rest.split(' ').collect();
        let (bound, _) = seconds(words[0], words[1]);
        let place: f64 = place.parse().expect("a number");
        let all = steps(&markdown(&swept));
        assert_eq!(all.len(), window.len() - 1, "{}", markdown(&swept));
        let mut before = f64::from(window[0]);
        for (limit, ends, digit) in all {
            if before >= place {
                let most = bound * (limit - before) / portion + digit;
                assert!(ends.iter().all(|end| end.abs() <= most), "{said}\n{}", markdown(&swept));
            }
            before = limit;
        }
    }
    assert!(bent >= 60, "{bent} of 120 curves bend");
}

/// 20 min at 5 GB, 8 at 10, then 6, 5, 4.5.
fn kinked(x: f64, _: u32, _: u64) -> f64 {
    match x {
        5.0 => 20.0,
        10.0 => 8.0,
        15.0 => 6.0,
        20.0 => 5.0,
        _ => 4.5,
    }
}

const LIMITS: [u32; 5] = [5, 10, 15, 20, 25];

#[test]
fn the_next_step_has_its_worth_and_its_price_and_the_place_its_window() {
    // From 10 to 15 GB 2 min are bought for 5 × 0.07 USD: 24 s a GB, the most that any step there buys.
    let said = verdict(&swept(&LIMITS, "10 GB", kinked, 8));
    for expected in [
        "Beyond cache.limit = 10 GB, each extra GB changes waiting per push by at most 24 s; ",
        "up to there, each one saves 2.4 min",
        "The next step, to 15 GB, saves 2.0 min (2.0 to 2.0) and costs 0.35 USD more per 30 days if it is always full.",
        "This is the elbow between 5 GB and 25 GB; another range may have a different one.",
        "More than 95 % of resamples of the replications agree on this position.",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn how_sure_a_place_is_takes_eight_replications() {
    let said = |replications| verdict(&swept(&LIMITS, "10 GB", kinked, replications));
    for few in [1, 2, 7] {
        assert!(!said(few).contains("95 %"), "{few}");
    }
    assert!(said(1).contains("One replication cannot show how certain this position is."));
    assert!(said(7).contains("7 replications are too few to show how certain this position is."));
    assert!(said(8).contains("95 % of resamples"));
}

#[test]
fn the_best_is_held_against_the_scenario_itself_and_never_against_the_worst() {
    let said = |own: &str| verdict(&swept(&LIMITS, own, kinked, 8));
    // 4.5 against 8 min.
    assert!(
        said("10 GB")
            .contains("is at limit = 25 GB: −3.5 min (−3.5 to −3.5) compared with the unchanged scenario.")
    );
    let best = said("25 GB");
    assert!(
        best.contains(
            "is at limit = 25 GB, the unchanged scenario: −30 s (−30 to −30) compared with the second best, limit = 20 GB."
        ),
        "{best}"
    );
    let elsewhere = said("12 GB");
    assert!(elsewhere.contains("compared with the second best, limit = 20 GB."), "{elsewhere}");
    assert!(
        elsewhere.ends_with("The scenario itself (limit = 12 GB) is not among the points."),
        "{elsewhere}"
    );
    assert!(["10 GB", "25 GB", "12 GB"].iter().all(|own| !said(own).contains("worst")));
}

#[test]
fn the_place_depends_on_the_window_as_the_model_page_says() {
    // y = e^(−x/8) in windows from 1 to 20, 40, 80 and 160: the page's numbers.
    let place = |last: u32| {
        let limits: Vec<u32> = (1..=last).collect();
        let swept = swept(&limits, "10 GB", |x, _, _| 10.0 * libm::exp(-x / 8.0), 1);
        let elbow = swept.curves[0].elbow().expect("it bends").at;
        limits[elbow]
    };
    assert_eq!([20, 40, 80, 160].map(place), [9, 14, 19, 25]);
}

/// Of 15 GB one replication of four is finished, as after an interruption.
#[test]
fn an_interrupted_sweep_says_so_first_and_judges_no_single_pair() {
    let whole = swept(&[5, 10, 15], "10 GB", kinked, 4);
    let mut results = whole.results;
    results[2][1..].fill(None);
    let mut swept = SweepResult::new(whole.plan, whole.measure, whole.points, results);
    swept.interrupted = InterruptedSweep::of(&swept.plan, &[4, 4, 1]);
    let said = verdict(&swept);
    let first = "Interrupted after 9 of 12 replications: 2 of 3 points are complete, 1 incomplete. --resume continues";
    assert!(said.starts_with(first), "{said}");
    // With one pair, an interval has no width, and every difference would look certain.
    let table = markdown(&swept);
    let last = table.lines().find(|line| line.starts_with("| 15 GB")).expect("a row");
    assert!(last.ends_with("| - |"), "{table}");
    assert!(!said.contains("elbow"), "a curve needs all its points: {said}");
    swept.plan.design = Design::Sobol(1);
    let said = verdict(&swept);
    assert!(
        said.contains("only known when every replication is finished") && !said.contains("None of"),
        "{said}"
    );
    assert_eq!(InterruptedSweep::of(&swept.plan, &[4, 4, 4]), None);
}
