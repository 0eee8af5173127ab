//! What the settings of the cache service that nobody could confirm would turn: the same pushes under each
//! alternative that `[assumed]` of `before.toml` names.

use super::claims::{Spread, percent};
use super::evidence::Evidence;
use cache_budget::scenario;
use cache_budget::statistics::t_quantile;
use rayon::prelude::*;
use std::fmt::Write;

/// Replications of each scenario under each alternative.
pub const REPLICATIONS: u32 = 6;
/// The months before the merge, since a whole year under each would take the checks too long.
const MONTHS: [&str; 2] = ["workload.from=2026-04-01T00:00:00Z", "workload.until=2026-07-09T06:29:51Z"];
/// The remedies that are held against `before` under each alternative.
const REMEDIES: [&str; 3] = ["scope-per-image-only", "limit-20gb-only", "save-on-main-only"];

/// `before` and the remedies under one setting.
pub struct World {
    /// `cache.touch=download`, or empty as it is.
    setting: String,
    before: Evidence,
    remedies: Vec<Evidence>,
}

/// All of them: as it is first.
pub fn play() -> Vec<World> {
    let settings: Vec<String> = std::iter::once(String::new()).chain(alternatives()).collect();
    let world = |setting: &String| {
        let sets = MONTHS.iter().map(ToString::to_string).chain(Some(setting.clone()));
        let sets: Vec<String> = sets.filter(|set| !set.is_empty()).collect();
        let gather = |name: &&str| {
            Evidence::gather(&super::folder().join(format!("{name}.toml")), &sets, REPLICATIONS)
        };
        let remedies = REMEDIES.par_iter().map(gather).collect();
        World { setting: setting.clone(), before: gather(&"before"), remedies }
    };
    settings.par_iter().map(world).collect()
}

/// `PATH=VALUE` of what else the cache service may do: every other word of a list, the far end of a range.
fn alternatives() -> Vec<String> {
    let path = super::folder().join("before.toml");
    let assumed = scenario::load(&path, &[]).expect("it is valid").assumed;
    let own = scenario::read(&path, &[]).expect("it is valid");
    let service = assumed.iter().filter(|input| input.path.starts_with("cache."));
    let others = service.flat_map(|input| {
        let own = own.value_at(&input.path).expect("it stands there");
        let values = input.values.told();
        let words = input.values.count().is_some();
        let others: Vec<String> = values
            .iter()
            .filter(|value| if words { **value != own } else { Some(*value) == values.last() })
            .map(|value| format!("{}={value}", input.path))
            .collect();
        others
    });
    others.collect()
}

/// The table in Markdown.
pub fn render(worlds: &[World]) -> String {
    let mut text = String::from(
        "| setting | main's Test finds its entry evicted | sccache writes lost in cold, overlapping Tests | \
         dependency layers found | minutes of runners a push: `scope=` | 20 GiB | saved from main only | turned |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    let as_is = &worlds[0];
    for world in worlds {
        let setting = if world.setting.is_empty() {
            "as it is".to_owned()
        } else {
            format!("`{}`", world.setting.replacen('=', " = ", 1))
        };
        let before = &world.before;
        let lost = Spread::of(&before.overlapping_losses).p50;
        let lost = if lost.is_nan() { "–".to_owned() } else { percent(lost) };
        let differences: Vec<String> = world.differences().map(|d| d.to_string()).collect();
        let turned = world.turned(as_is);
        writeln!(
            text,
            "| {setting} | {} | {lost} | {} | {} | {turned} |",
            percent(before.main_evicted / before.main_restores),
            percent(before.cook.0 / before.cook.1),
            differences.join(" | ")
        )
        .expect("a string");
    }
    text
}

impl World {
    fn differences(&self) -> impl Iterator<Item = Difference> {
        self.remedies.iter().map(|remedy| Difference::of(&self.before, remedy))
    }

    /// What holds as it is and not here, or the other way round.
    fn turned(&self, as_is: &World) -> String {
        let names = ["`scope=` pays", "20 GiB pay", "main only pays"];
        let pays = |world: &World| world.differences().map(|d| d.high < 0.0).collect::<Vec<_>>();
        let mut turned: Vec<String> = names
            .iter()
            .zip(pays(as_is).into_iter().zip(pays(self)))
            .filter(|(_, (was, is))| was != is)
            .map(|(name, (was, _))| if was { format!("{name}: no longer") } else { format!("{name}: now") })
            .collect();
        let lost = |world: &World| (0.45..=0.65).contains(&Spread::of(&world.before.overlapping_losses).p50);
        if lost(as_is) && !lost(self) {
            turned.push("45–65 % of writes lost: no longer".into());
        }
        if turned.is_empty() { "–".into() } else { turned.join("; ") }
    }
}

/// A remedy's runner minutes a push less those of `before`, paired, with a 95 % interval.
struct Difference {
    mean: f64,
    low: f64,
    high: f64,
}

impl Difference {
    fn of(before: &Evidence, remedy: &Evidence) -> Difference {
        let pairs = before.runner_minutes.iter().zip(&remedy.runner_minutes);
        let values: Vec<f64> = pairs.map(|(a, b)| b - a).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let reach = t_quantile(0.975, n - 1.0) * (squares / (n - 1.0) / n).sqrt();
        Difference { mean, low: mean - reach, high: mean + reach }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let signed = |value: f64| format!("{value:+.1}").replace('-', "−");
        write!(f, "{} ({} to {})", signed(self.mean), signed(self.low), signed(self.high))
    }
}
