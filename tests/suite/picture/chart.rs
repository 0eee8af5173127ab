//! Pictures: complete, in their frame, and in the colours of their theme.

use super::{comparison, read_back, text};
use cache_budget::report::charts::{CHARTS, Figure, Room, Theme};
use cache_budget::result::SavedResult;
use serde_json::json;
use std::collections::BTreeSet;

fn saved() -> Vec<SavedResult> {
    [text(), comparison()].iter().map(|text| read_back(text)).collect()
}

fn figures() -> Vec<Figure> {
    let saved = saved();
    CHARTS.iter().flat_map(|chart| (chart.draw)(&saved, Room::WIDE)).collect()
}

/// The same for a phone.
fn narrow() -> Vec<Figure> {
    let saved: Vec<SavedResult> = saved().into_iter().chain([sweep()]).collect();
    CHARTS.iter().flat_map(|chart| (chart.draw)(&saved, Room::NARROW)).collect()
}

#[test]
fn every_chart_is_listed_once_with_its_file_and_how_to_read_it() {
    let names: BTreeSet<&str> = CHARTS.iter().map(|chart| chart.name).collect();
    assert_eq!(names.len(), CHARTS.len());
    for chart in CHARTS {
        let file = format!("{}/src/report/charts/{}.rs", env!("CARGO_MANIFEST_DIR"), chart.name);
        assert!(std::path::Path::new(&file).exists(), "{file}");
        assert!(chart.how.ends_with('.') && chart.how.len() > 100, "{}", chart.name);
    }
}

#[test]
fn each_kind_of_result_has_its_pictures() {
    let drawn = |saved: &[SavedResult]| -> Vec<&str> {
        CHARTS
            .iter()
            .filter(|chart| !(chart.draw)(saved, Room::WIDE).is_empty())
            .map(|chart| chart.name)
            .collect()
    };
    let [run, compare] = saved().try_into().expect("two results");
    assert_eq!(
        drawn(&[run]),
        ["causes", "budget", "held", "blame", "hits", "durations", "curve", "pressure", "lives"]
    );
    assert_eq!(
        drawn(&[compare]),
        [
            "causes",
            "budget",
            "held",
            "blame",
            "hits",
            "durations",
            "attribution",
            "strip",
            "curve",
            "pressure",
            "lives"
        ]
    );
    let sweep = [sweep()];
    assert_eq!(drawn(&sweep), ["sweep", "heat"]);
    assert_eq!(drawn(&[]), [""; 0]);
}

#[test]
fn what_is_held_is_stacked_by_kind_of_ref_with_main_at_the_bottom() {
    let [run, _] = saved().try_into().expect("two results");
    let chart = CHARTS.iter().find(|chart| chart.name == "held").expect("a chart");
    let figures = (chart.draw)(&[run], Room::WIDE);
    let [figure] = figures.as_slice() else { panic!("{} figures", figures.len()) };
    let drawn = figure.svg(Theme::Light);
    let keys = ["\nmain\n", "\nopen pull requests\n", "\nclosed pull requests\n", "\nlimit 3 GB\n"];
    let places: Vec<_> = keys.iter().map(|key| drawn.find(key).unwrap_or_else(|| panic!("{key}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    let tip = figure.tips.iter().map(|tip| &tip.text).find(|text| text.contains(" for closed pull requests"));
    let lines: Vec<&str> = tip.expect("some are closed").lines().collect();
    assert!(
        lines[0].starts_with("from ") && lines[0].contains(" Jan 2026 ") && lines[1].ends_with(" in all"),
        "{lines:?}"
    );
    assert!(lines[2].ends_with(" for main"), "{lines:?}");
}

#[test]
fn a_map_has_a_cell_for_each_pair_and_lines_their_intervals() {
    let sweep = [sweep()];
    let of = |name: &str| {
        let chart = CHARTS.iter().find(|chart| chart.name == name).expect("it is listed");
        (chart.draw)(&sweep, Room::WIDE).remove(0)
    };
    let heat = of("heat");
    assert_eq!(heat.tips.len(), 4);
    assert_eq!(heat.tips[3].text, "limit = 20 GB, pushes-per-day = 8\n5.0 min (4.5–5.5)");
    // Sizes stand in their order, whatever the order of the points.
    let lines = of("sweep");
    let left =
        |text: &str| lines.tips.iter().find(|tip| tip.text.starts_with(text)).expect("a point").area[0];
    assert!(left("2 GB, 4") < left("20 GB, 4"));
}

/// A sweep over two inputs as it is saved.
fn sweep() -> SavedResult {
    let point = |number: u32, limit: &str, pushes: &str, mean: f64| {
        json!({
            "point": number, "settings": {"cache.limit": limit, "workload.pushes-per-day": pushes}, "hash": format!("{mean}"),
            "values": [mean - 0.25, mean - 0.25, mean + 0.25, mean + 0.25],
            "metrics": [{"name": "push.waiting", "labels": {"stat": "mean"}, "unit": "minutes",
                         "mean": mean, "low": mean - 0.5, "high": mean + 0.5, "n": 4}],
        })
    };
    let result = json!({
        "schema_version": 1, "tool": {"name": "cache-budget", "version": "0.1.0"}, "command": "sweep", "scenario": {"name": "ci", "file": "ci.toml", "hash": "0"},
        "seed": 1, "replications": 4, "simulated_days": 20.0, "warmup_days": 6.0, "design": "grid",
        "metric": {"name": "push.waiting", "labels": {"stat": "mean"}, "unit": "minutes"},
        "reproduce": "cache-budget sweep ci.toml", "verdict": "", "metrics": [], "expectations": [], "elbows": [],
        "axes": [{"name": "cache.limit", "values": "2 GB,20 GB"}, {"name": "workload.pushes-per-day", "values": "4,8"}],
        "points": [point(1, "20 GB", "4", 4.0), point(2, "2 GB", "4", 8.0), point(3, "2 GB", "8", 9.0), point(4, "20 GB", "8", 5.0)],
    });
    read_back(&result.to_string())
}

#[test]
fn nothing_is_drawn_outside_its_frame_and_texts_do_not_overlap() {
    let drawn = figures().into_iter().map(|figure| (figure, 800));
    for (figure, room) in drawn.chain(narrow().into_iter().map(|figure| (figure, 360))) {
        let Figure { width, height, name, .. } = &figure;
        assert_eq!(*width, room, "{name}");
        for tip in &figure.tips {
            let [left, top, w, h] = tip.area;
            let is_inside = left + w <= room as i32 && top + h <= *height as i32;
            assert!(left >= 0 && top >= 0 && is_inside, "{name}: {tip:?}");
        }
        let texts = texts(&figure.svg(Theme::Light));
        assert!(!texts.is_empty());
        for (number, one) in texts.iter().enumerate() {
            assert!(
                one.left >= 0.0 && one.right <= f64::from(room) && one.y < f64::from(*height),
                "{name}: {one:?}"
            );
            for other in &texts[..number] {
                let apart =
                    one.left >= other.right || other.left >= one.right || (one.y - other.y).abs() >= 10.0;
                assert!(apart, "{name}: {one:?} over {other:?}");
            }
        }
    }
}

/// A text of a drawing and about where it is.
#[derive(Debug)]
struct Placed {
    left: f64,
    right: f64,
    y: f64,
    #[allow(dead_code, reason = "for the message of a failed test")]
    text: String,
}

/// Half an em for each letter is what letters take on average.
fn texts(svg: &str) -> Vec<Placed> {
    let field = |tag: &str, name: &str| -> String {
        let (_, rest) = tag.split_once(&format!("{name}=\"")).expect("the attribute");
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let number = |tag: &str, name: &str| field(tag, name).parse::<f64>().expect("a number");
    let placed = |piece: &str| {
        let (tag, rest) = piece.split_once('>').expect("the tag ends");
        let text = rest.split('<').next().unwrap_or_default().trim().to_owned();
        let text = text.replace("&lt;", "<").replace("&amp;", "&").replace("&apos;", "'");
        let width = text.chars().count() as f64 * number(tag, "font-size") * 0.5;
        let x = number(tag, " x");
        let left = match field(tag, "text-anchor").as_str() {
            "end" => x - width,
            "middle" => x - width / 2.0,
            _ => x,
        };
        Placed { left, right: left + width, y: number(tag, " y"), text }
    };
    svg.split("<text").skip(1).map(placed).collect()
}

#[test]
fn a_theme_changes_colours_and_nothing_else() {
    for figure in figures() {
        let (light, dark) = (figure.svg(Theme::Light), figure.svg(Theme::Dark));
        let colours = |svg: &str| -> BTreeSet<String> {
            svg.split("=\"#").skip(1).map(|rest| rest[..6].to_ascii_uppercase()).collect()
        };
        assert!(colours(&light).is_disjoint(&colours(&dark)), "{}", figure.name);
        let bare = |svg: &str| -> String {
            let mut parts = svg.split("=\"#");
            let first = parts.next().unwrap_or_default().to_owned();
            first + &parts.map(|part| &part[6..]).collect::<String>()
        };
        assert_eq!(bare(&light), bare(&dark), "{}", figure.name);
    }
}

#[cfg(feature = "png")]
#[test]
fn a_picture_has_its_pixels_and_is_the_same_each_time() {
    let figure = figures().remove(0);
    let png = cache_budget::report::charts::PNG.expect("built with PNG");
    let picture = png(&figure, Theme::Dark, 2.0);
    assert_eq!(&picture[1..4], b"PNG");
    let side = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((side(16), side(20)), (1_600, figure.height * 2));
    assert_eq!(picture, png(&figure, Theme::Dark, 2.0));
    assert_eq!(figures().remove(0), figure);
}

#[cfg(feature = "png")]
#[test]
fn letters_are_drawn_without_a_font_of_the_system() {
    let png = cache_budget::report::charts::PNG.expect("built with PNG");
    let picture = png(&figures().remove(0), Theme::Light, 1.0);
    let pixels = resvg::tiny_skia::Pixmap::decode_png(&picture).expect("a picture");
    let is_dark = |x, y| pixels.pixel(x, y).is_some_and(|pixel| pixel.red() < 100);
    let title = (10..30).flat_map(|y| (16..300).map(move |x| (x, y)));
    assert!(title.filter(|(x, y)| is_dark(*x, *y)).count() > 200, "the title is there");
}

/// What is needed anyway and the causes are all runner minutes.
#[test]
fn the_bars_of_causes_add_up_to_all_runner_minutes() {
    let [run, _] = saved().try_into().expect("two results");
    let SavedResult::Run(answer) = &run else { panic!("a run") };
    let all =
        answer.study.estimate(&cache_budget::observe::metric::RUNNER_MINUTES, &[]).expect("minutes").mean;
    let chart = CHARTS.iter().find(|chart| chart.name == "causes").expect("it is listed");
    let [figure] = (chart.draw)(std::slice::from_ref(&run), Room::WIDE)
        .try_into()
        .unwrap_or_else(|_| panic!("one figure"));
    let minutes = |text: &str| -> f64 {
        let number = text.split(": ").nth(1).and_then(|rest| rest.split(" min").next());
        number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{text}"))
    };
    let sum: f64 = figure.tips.iter().map(|tip| minutes(&tip.text)).sum();
    // Each is printed with two or three digits.
    assert!((sum - all).abs() <= 0.02 * all, "{sum} of {all}");
}

/// On a phone a letter has at least 11 pixels, which the wide drawing has not when it is shown there.
#[test]
fn a_narrow_picture_says_the_same_in_letters_of_the_same_size() {
    for figure in narrow() {
        let drawn = figure.svg(Theme::Light);
        let sizes =
            drawn.split("font-size=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
        // The backend's unit is 1.24 to a pixel.
        let smallest = sizes.map(|size| size.parse::<f64>().expect("a number")).fold(f64::MAX, f64::min);
        assert!(smallest >= 11.0, "{}: {smallest}", figure.name);
        assert!(!figure.tips.is_empty(), "{}", figure.name);
    }
    let wide: Vec<String> = figures().into_iter().map(|figure| figure.name).collect();
    let narrow: Vec<String> = narrow().into_iter().map(|figure| figure.name).collect();
    assert!(wide.iter().all(|name| narrow.contains(name)), "{wide:?} {narrow:?}");
}
