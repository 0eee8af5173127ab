//! Ranks, by hand: what is better stands before the base, what cannot be told apart from it right behind it.

use super::pairing::{paid_study, study};
use crate::case::Case;
use cache_budget::statistics::{Ranking, Study, rank};
use cache_budget::units::Money;

/// The ranking of sides whose runners work this many minutes in each replication. The first is the base.
fn ranked(sides: &[[f64; 4]]) -> Ranking {
    let studies: Vec<Study> =
        sides.iter().map(|minutes| study(&minutes.map(|minutes| (minutes, None)))).collect();
    rank(&studies.iter().collect::<Vec<_>>(), None)
}

const BASE: [f64; 4] = [100.0, 110.0, 90.0, 104.0];

fn shifted(by: f64) -> [f64; 4] {
    BASE.map(|minutes| minutes + by)
}

#[test]
fn what_is_better_comes_before_the_base_and_what_is_worse_behind_it() {
    // 5 worse, 20 better, nothing, 10 better.
    let ranking = ranked(&[BASE, shifted(5.0), shifted(-20.0), BASE, shifted(-10.0)]);
    assert_eq!(ranking.order, [2, 4, 0, 3, 1]);
    assert!(ranking.is_certain);
    assert_eq!(ranking.alike, [None, None, None, Some(0), None]);
    assert_eq!(ranking.ties, [false; 5]);
}

#[test]
fn a_remedy_that_changes_nothing_but_chance_never_ranks_as_best() {
    // The mean of the first is 2 lower, but by chance: −30, +28, −20, +14. So it stands behind the base.
    let noise = [70.0, 138.0, 70.0, 118.0];
    assert_eq!(ranked(&[BASE, noise, shifted(3.0)]).order, [0, 1, 2]);
    // However certain, 0.2 of 101 minutes is less than half a per cent: that is no gain either.
    assert_eq!(ranked(&[BASE, shifted(-0.2)]).order, [0, 1]);
    // One replication proves nothing.
    let alone = [100.0, 50.0].map(|minutes| study(&[(minutes, None)]));
    assert_eq!(rank(&alone.iter().collect::<Vec<_>>(), None).order, [0, 1]);
}

#[test]
fn a_superlative_shares_its_error_among_all_that_were_tried() {
    // Differences −1, −9, −3, −7: mean −5, s = 3.65, error 1.83, t = 2.74; two sides leave 7.1 %.
    let other = [99.0, 101.0, 87.0, 97.0];
    assert_eq!(ranked(&[BASE, other]).order, [0, 1], "7 % are too many");
    // Differences −3, −9, −4, −8: mean −6, s = 2.94, error 1.47, t = 4.08; two sides leave 2.7 %.
    let other = [97.0, 101.0, 86.0, 96.0];
    let alone = ranked(&[BASE, other]);
    assert!(alone.order == [1, 0] && alone.is_certain);
    // With four more that change nothing, each has 1 % of error.
    let among = ranked(&[BASE, other, BASE, BASE, BASE, BASE]);
    assert!(among.order[0] == 1 && !among.is_certain);
    // What changes nothing is not told apart from it at 1 %, and is not as good: it is no better than the base.
    assert_eq!(among.ties, [false; 6]);
    assert_eq!(among.alike[2..], [Some(0); 4]);
}

#[test]
fn what_cannot_be_told_apart_from_the_best_is_marked() {
    // The second saves 1 minute less on average, but more in half of the replications.
    let best = shifted(-20.0);
    let close = [best[0] + 4.0, best[1] - 3.0, best[2] + 5.0, best[3] - 2.0];
    let ranking = ranked(&[BASE, close, best, shifted(-5.0)]);
    assert_eq!(ranking.order, [2, 1, 3, 0]);
    assert_eq!(ranking.ties, [false, true, false, false]);
}

#[test]
fn what_comes_out_alike_is_the_same_as_the_better_one() {
    // 0.05 of 81 minutes is less than a thousandth.
    let ranking = ranked(&[BASE, shifted(-20.05), shifted(-20.0), shifted(-19.0)]);
    assert_eq!(ranking.alike, [None, None, Some(1), None]);
}

/// Money that buys nothing which can be told from chance does not make the best.
#[test]
fn what_only_costs_more_is_not_shown_to_be_better() {
    // The second saves 1 minute less on average, but more in half of the replications.
    let best = shifted(-20.0);
    let close = [best[0] + 4.0, best[1] - 3.0, best[2] + 5.0, best[3] - 2.0];
    for (cost, is_tied) in [(0, true), (2_000_000, true), (-1, false)] {
        let [paid, free] = if cost < 0 { [0, 2_000_000] } else { [cost, 0] };
        let sides = [(BASE, 0), (best, paid), (close, free)];
        let studies = sides.map(|(days, cost)| paid_study(&days, Money(cost)));
        let ranking = rank(&studies.iter().collect::<Vec<_>>(), None);
        assert_eq!((ranking.order[0], ranking.ties[2]), (1, is_tied), "{cost}");
    }
}

/// Two remedies that differ by 0.011 of 101 minutes, on both sides of 159.5 steps of half a per cent (0.505). Both are 40
/// whole steps better than the base, so the bill decides.
#[test]
fn a_difference_of_less_than_a_step_decides_nothing_wherever_it_lies() {
    let sides = [(BASE, 0), (shifted(-20.458), 2_000_000), (shifted(-20.447), 0)];
    let studies = sides.map(|(days, cost)| paid_study(&days, Money(cost)));
    assert_eq!(rank(&studies.iter().collect::<Vec<_>>(), None).order, [2, 1, 0]);
}

/// A change that is certain but too small to matter is neither called better or worse nor unclear, in every table.
#[test]
fn a_certain_change_of_less_than_half_a_percent_is_tiny() {
    let text = "[workload]\npushes-per-day = 6\ndays = 30\nwarmup = \"7 d\"\npull-requests = { share = 0.5, pushes-each = 8 }\n\
        [workflow.ci]\non = [\"push main\", \"pull_request\"]\n[workflow.ci.job.test]\nsetup = \"30 min\"\n\
        cache.actions-cache = { key = \"k-{lock}\", size = \"100 MB\" }\n";
    let case = Case::with(text);
    let compared = |more: &[&str]| {
        let text =
            case.stdout(&[&["compare", "ci.toml", "--replications", "6", "--quiet"][..], more].concat());
        (text.split_whitespace().collect::<Vec<_>>().join(" "), text)
    };
    // A minute for each closed pull request, of 180 a day.
    let (words, shown) = compared(&["--strategy", "delete-on-close"]);
    assert!(words.starts_with("delete-on-close hardly differs from ci: "), "{shown}");
    assert!(
        words.contains(" tiny Runner minutes are per day. Tiny: told from chance, but less than"),
        "{shown}"
    );
    let strip: Vec<&str> =
        shown.lines().filter(|line| line.starts_with("delete-on-close  ") && line.contains("GiB")).collect();
    assert!(strip.len() == 4 && strip.iter().all(|line| line.ends_with(" tiny")), "{shown}");
    // Nobody reads 0.33 min as 20 seconds.
    case.write("slow.toml", &text.replace("30 min", "1820 s"));
    let (words, shown) = compared(&["slow.toml", "--no-limits"]);
    assert!(words.contains("a push is green 20 s later, and "), "{shown}");
}
