//! A page made from one or several results: a single file that needs no network, with verdicts, charts and
//! the values behind them, a timeline, sortable tables, and the assumptions.
//!
//! The template, the style and the script are files in this folder. Text from results enters the page
//! escaped, or as data that the script shows as text.

mod assumptions;
mod data;
mod section;

use super::charts::{CHARTS, Figure, Room, Theme, escaped};
use super::two_runs::TwoRuns;
use crate::result::SavedResult;
use data::Detail;
use section::escaped_whole;

/// The largest size of a page, in bytes.
pub const PAGE_BYTES_MAX: usize = 3_000_000;

const TEMPLATE: &str = include_str!("template.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The hashes of the only style and the only script that a browser may apply and run, as the page's content security policy
/// names them. Both are the same in every page, so that what a result contains can be neither; a test computes them.
const STYLE_HASH: &str = "sha256-V/ilRQU+aUFzxMwbgqI77cvXnmIm/IVv7Xd40bV+3u8=";
const SCRIPT_HASH: &str = "sha256-g5vkV4Sza7dqKK+oXQ9TotpLY4d0CuSCoHU8wdiOr2Q=";

/// The page, with as much detail as fits.
pub fn page(results: &[SavedResult]) -> String {
    let mut detail = Detail::FULL;
    loop {
        let page = filled(results, detail);
        match detail.coarser() {
            Some(coarser) if page.len() > PAGE_BYTES_MAX => detail = coarser,
            _ => return page,
        }
    }
}

fn filled(results: &[SavedResult], detail: Detail) -> String {
    let title = match results {
        [only] => format!("Cache budget: {}", only.name()),
        several => format!("Cache budget: {} results", several.len()),
    };
    let generator = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    let (contents, body) = (contents(results, detail), body(results, detail));
    let fields = [
        ("title", escaped(&title)),
        ("generator", generator.into()),
        ("light", Theme::Light.declarations()),
        ("dark", Theme::Dark.declarations()),
        ("style-hash", STYLE_HASH.into()),
        ("script-hash", SCRIPT_HASH.into()),
        ("style", STYLE.into()),
        ("contents", contents),
        ("body", body),
        ("cut", detail.note(results)),
        ("assumptions", assumptions::html()),
        ("data", data::json(results, detail)),
        ("script", SCRIPT.into()),
    ];
    // Fields are replaced from left to right, so that text that was filled in is never searched again.
    let mut page = String::new();
    let mut rest = TEMPLATE;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, behind) = after.split_once("}}").expect("a field of the template ends");
        let (open, name) = name.strip_prefix('{').map_or(("", name), |name| ("{", name));
        let (_, content) =
            fields.iter().find(|(field, _)| *field == name).expect("the template names fields");
        page += before;
        page += open;
        page += content;
        rest = behind;
    }
    page + rest
}

fn contents(results: &[SavedResult], detail: Detail) -> String {
    let link = |target: &str, text: &str| format!("<li><a href=\"#{target}\">{}</a></li>", escaped(text));
    let of = |(place, saved): (usize, &SavedResult)| link(&format!("result-{place}"), saved.name());
    let others = [
        ("timelines", "Timeline"),
        ("pictures", "Pictures"),
        ("metrics", "Every metric"),
        ("assumptions", "Assumptions"),
    ];
    // A sweep has no timeline.
    let there =
        |(target, _): &(&str, &str)| *target != "timelines" || !data::told(results, detail).is_empty();
    let difference = TwoRuns::of(results).map(|_| link("difference", "What changed"));
    let results = results.iter().enumerate().map(of);
    difference
        .into_iter()
        .chain(results)
        .chain(others.into_iter().filter(there).map(|(target, text)| link(target, text)))
        .collect()
}

fn body(results: &[SavedResult], detail: Detail) -> String {
    let difference = TwoRuns::of(results).map_or_else(String::new, |two| section::difference(&two));
    let sections = results.iter().enumerate().map(|(place, saved)| section::result(place, saved));
    let timelines = section::timelines(results, detail);
    difference + &sections.collect::<String>() + &timelines + &pictures(results, detail)
}

/// A figure in both of its widths, of which a browser shows the one that fits. One that is drawn wide only is moved sideways.
fn figure(wide: &Figure, narrow: &Figure) -> String {
    let title = escaped(&wide.title);
    let (class, drawings) = match wide.width == narrow.width {
        true => ("", wide.inline("wide")),
        false => (" class=\"fitted\"", wide.inline("wide") + &narrow.inline("narrow")),
    };
    format!("<figure{class}>{drawings}<figcaption class=\"hidden\">{title}</figcaption></figure>")
}

/// All charts with their values, and how to read them.
fn pictures(results: &[SavedResult], detail: Detail) -> String {
    let mut text = String::from("<section id=\"pictures\"><h2>Pictures</h2>");
    for chart in CHARTS {
        let [wide, narrow] = [Room::WIDE, Room::NARROW].map(|room| (chart.draw)(results, room));
        if wide.is_empty() {
            continue;
        }
        text += &format!("<h3>{}</h3>", escaped(chart.title));
        text.extend(wide.iter().zip(&narrow).take(detail.figures).map(|(wide, narrow)| figure(wide, narrow)));
        text +=
            &format!("<p class=\"how\"><strong>How to read this.</strong> {}</p>", escaped_whole(chart.how));
    }
    text + "</section>"
}
