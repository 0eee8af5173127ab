//! The page: complete, small, and without the network.

use super::{answer, comparison, read_back, text};
use cache_budget::report::charts::{CHARTS, Room};
use cache_budget::report::{html, verdict};
use cache_budget::result::SavedResult;
use sha2::{Digest, Sha256};

#[test]
fn a_page_says_everything() {
    let answer = answer();
    let saved = SavedResult::Run(Box::new(answer.clone()));
    let page = html::page(std::slice::from_ref(&saved));
    assert!(page.starts_with("<!doctype html>"));
    let plain = page.replace("&#39;", "'").replace("&quot;", "\"").replace('\u{a0}', " ");
    assert!(plain.contains(&verdict(&answer.study)), "the verdict");
    assert!(plain.contains(&answer.reproduce), "the command");
    assert!(plain.contains("restore.hit_ratio {client=rust-cache} &gt;= 0.1"), "the expectation");
    let shown =
        CHARTS.iter().filter(|chart| !(chart.draw)(std::slice::from_ref(&saved), Room::WIDE).is_empty());
    for chart in shown {
        assert!(page.contains(&format!("<h3>{}</h3>", chart.title.replace('\'', "&#39;"))), "{}", chart.name);
    }
    assert_eq!(page.matches("How to read this.").count(), 1 + 9);
    assert!(page.contains("dependency caching reference"), "the sources of the assumptions");
    assert!(!page.contains("{{"), "every field is filled in");
    let (_, assumptions) = page.split_once("id=\"assumptions\"").expect("the section");
    let (assumptions, _) = assumptions.split_once("</section>").expect("its end");
    assert!(assumptions.contains("<strong>") && assumptions.contains("<code>"));
    // Outside of code, where a pattern may have two stars, every mark has become an element.
    let prose: String =
        assumptions.split("<code>").filter_map(|part| part.rsplit("</code>").next()).collect();
    assert!(!prose.contains("**") && !prose.contains(" - "), "{prose}");
    assert!(assumptions.contains("<ul><li>"));
}

#[test]
fn a_page_loads_nothing() {
    let page = html::page(&[read_back(&comparison())]);
    for reference in [
        "src=",
        "http-equiv=\"refresh\"",
        "@import",
        "url(",
        "fetch(",
        "XMLHttpRequest",
        "innerHTML",
        "eval(",
    ] {
        assert!(!page.contains(reference), "{reference}");
    }
    // The only addresses are the name of a drawing's language and the empty icon.
    let addresses = page
        .match_indices("http")
        .filter(|(at, _)| page[*at..].starts_with("http://") || page[*at..].starts_with("https://"));
    assert!(
        addresses.map(|(at, _)| &page[at..at + 26]).all(|address| address == "http://www.w3.org/2000/svg")
    );
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_page_stays_small_however_much_goes_in() {
    let saved = read_back(&text());
    let one = html::page(std::slice::from_ref(&saved)).len();
    let many = html::page(&vec![saved; 60]).len();
    assert!(one < 1_500_000 && many <= html::PAGE_BYTES_MAX, "{one}, {many}");
}

#[test]
fn several_results_stand_on_one_page() {
    let page = html::page(&[read_back(&text()), read_back(&comparison())]);
    assert!(
        page.contains("id=\"result-0\"")
            && page.contains("id=\"result-1\"")
            && page.contains("Compared with")
    );
    // Each link of the contents leads somewhere.
    for link in page.split("href=\"#").skip(1) {
        let target = link.split('"').next().unwrap_or_default();
        assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
    }
}

/// The only style and the only script have the hashes that the policy allows, on every page; nothing else can have them.
#[test]
fn a_browser_applies_one_style_and_runs_one_script() {
    let pages =
        [html::page(&[SavedResult::Run(Box::new(answer()))]), html::page(&[read_back(&comparison())])];
    for page in pages {
        let policy =
            page.split("Content-Security-Policy\" content=\"").nth(1).and_then(|rest| rest.split('"').next());
        let policy = policy.expect("a policy");
        for (kind, open, close) in
            [("style-src", "<style>", "</style>"), ("script-src", "<script>", "</script>")]
        {
            assert_eq!(page.matches(open).count(), 1);
            let content = page.split(open).nth(1).and_then(|rest| rest.split(close).next()).expect("its end");
            let allowed = format!("{kind} 'sha256-{}'; ", base64(&Sha256::digest(content.as_bytes())));
            assert!(policy.contains(&allowed), "write into src/report/html/mod.rs: {allowed} not {policy}");
        }
        assert!(
            !policy.contains("unsafe") && !page.contains(" style=\"") && !page.contains(" onload="),
            "{policy}"
        );
    }
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |group: &[u8]| {
        let bits =
            group.iter().chain(&[0; 3]).take(3).fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        let letter = |place: usize| char::from(LETTERS[bits >> (18 - 6 * place) & 63]);
        (0..4).map(|place| if place <= group.len() { letter(place) } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}
