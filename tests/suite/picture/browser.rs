//! A real browser opens pages from `file://`, as people do. `tests/browser` drives it; `npm ci --prefix
//! tests/browser` installs the driver, the browser is the system's chromium. Where one of them is
//! absent, the test says so and does nothing, or fails where `CI` is set.

use super::hostile::hostile;
use super::{comparison, read_back, text};
use crate::outside::{folder, is_installed};
use cache_budget::report::html;
use serde_json::Value;
use std::process::Command;

fn browser() -> String {
    std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".into())
}

/// What the browser sees of a page; nothing where there is none.
fn look(page: &str) -> Option<Value> {
    if !is_installed(&["node", &browser()], "browser", "playwright-core") {
        return None;
    }
    let page_folder = tempfile::tempdir().expect("a folder");
    let file = page_folder.path().join("report.html");
    std::fs::write(&file, page).expect("a file");
    let output =
        Command::new("node").arg(folder("browser").join("look.mjs")).arg(&file).output().expect("node runs");
    let seen = serde_json::from_slice(&output.stdout);
    Some(seen.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr))))
}

fn is_clean(seen: &Value) {
    assert_eq!(seen["errors"], serde_json::json!([]), "{seen:#}");
    assert_eq!(seen["schemes"], serde_json::json!(["file"]), "nothing but the page is loaded: {seen:#}");
    assert_eq!(seen["overflow"], 0, "nothing is wider than the page: {seen:#}");
    assert!(seen["narrowest"].as_f64().is_some_and(|pixels| pixels > 30.0), "names are not broken: {seen:#}");
    assert_eq!((&seen["scripts"], &seen["images"]), (&2.into(), &0.into()), "{seen:#}");
}

#[test]
#[ignore = "needs a browser: .ci/run runs it"]
fn a_page_works_in_a_browser() {
    let Some(seen) = look(&html::page(&[read_back(&text())])) else { return };
    is_clean(&seen);
    assert_eq!(seen["title"], "Cache budget: ci");
    let text = |name: &str| seen[name].as_str().unwrap_or_default().to_owned();
    assert!(text("hovered").contains(" min, "), "hover shows a value: {seen:#}");
    assert!(text("tabbed").contains(" min, ") && text("tabbed") != text("hovered"), "{seen:#}");
    assert_eq!(seen["escaped"], true, "{seen:#}");
    assert_eq!(seen["scrubbed"], true, "the slider moves: {seen:#}");
    assert!(text("said").contains("limit 3 GB") && text("said").contains("jobs run"), "{seen:#}");
    assert_eq!((&seen["stepped"], &seen["zoomed"]), (&true.into(), &true.into()), "{seen:#}");
    assert_ne!(seen["grounds"][0], seen["grounds"][1], "light and dark: {seen:#}");
    assert_ne!(seen["rows"], 0, "{seen:#}");
    assert!(text("matches").contains(" of "), "{seen:#}");
    sorts(&seen);
}

/// The last column of the first table: misses a day, by their number and not by their letters. What has none is last
/// either way.
fn sorts(seen: &Value) {
    let numbers = |name: &str| -> Vec<f64> {
        let cells = seen[name].as_array().expect("a list").iter();
        let texts: Vec<&str> = cells.map(|cell| cell.as_str().unwrap_or_default()).collect();
        let numbers: Vec<&str> = texts.iter().copied().take_while(|text| *text != "-").collect();
        assert!(texts[numbers.len()..].iter().all(|text| *text == "-"), "{seen:#}");
        let number = |text: &str| text.split(' ').next().and_then(|number| number.parse().ok());
        numbers.into_iter().map(|text| number(text).expect("a number")).collect()
    };
    let (down, up) = (numbers("down"), numbers("up"));
    assert!(down.len() >= 2 && down[0] > down[down.len() - 1], "{seen:#}");
    assert!(down.is_sorted_by(|a, b| a >= b) && up.is_sorted(), "{seen:#}");
    assert_eq!(seen["sorted"], "ascending");
}

#[test]
#[ignore = "needs a browser: .ci/run runs it"]
fn hostile_names_do_nothing_in_a_browser() {
    let Some(seen) = look(&html::page(&[read_back(&hostile())])) else { return };
    is_clean(&seen);
    assert!(seen["title"].as_str().is_some_and(|title| title.contains("</script><script>")), "{seen:#}");
}

#[test]
#[ignore = "needs a browser: .ci/run runs it"]
fn a_comparison_and_a_run_work_in_a_browser() {
    let Some(seen) = look(&html::page(&[read_back(&comparison()), read_back(&text())])) else { return };
    is_clean(&seen);
    assert_eq!(seen["title"], "Cache budget: 2 results");
}
