//! The forms that a listing comes in.

use super::{LISTING_22, circumstances, diagnosis_of, listing, note, problems, snapshot};
use cache_budget::diagnose::{CacheListing, arranged};
use cache_budget::replay::listing::{Completeness, Snapshot, read_snapshot};
use cache_budget::units::SimTime;

const GH: &str = r#"[{"createdAt":"2026-09-20T10:00:00Z","id":7,"key":"a key","lastAccessedAt":"2026-09-21T10:00:00Z","ref":"refs/heads/main","sizeInBytes":2097152,"version":"v"},
 {"createdAt":"2026-09-20T11:00:00Z","id":8,"key":"k2","lastAccessedAt":"2026-09-20T11:00:00Z","ref":"refs/pull/3/merge","sizeInBytes":100,"version":"v"}]"#;
const TABS: &str = "7\ta key\t2.00 MiB\t2026-09-20T10:00:00Z\t2026-09-21T10:00:00Z\n8\tk2\t100 B\t2026-09-20T11:00:00Z\t2026-09-20T11:00:00Z\n";
const TERMINAL: &str = "
Showing 2 of 46 caches in owner/name

ID  KEY    SIZE      CREATED            ACCESSED
7   a key  2.00 MiB  about 2 days ago   about 1 hour ago
8   k2     100 B     about 3 days ago   less than a minute ago
";

/// Id, key, size and time of access of each entry, in the order of eviction.
fn seen(snapshot: &Snapshot) -> Vec<(u64, &str, u64)> {
    snapshot.entries.iter().map(|e| (e.id.unwrap_or(0), e.key.as_str(), e.size.0)).collect()
}

#[test]
fn every_form_says_the_same() {
    let expected = [(8, "k2", 100), (7, "a key", 2_097_152)];
    let json = snapshot(GH);
    assert_eq!(seen(&json), expected);
    let tabs = snapshot(TABS);
    assert_eq!(seen(&tabs), expected);
    assert_eq!(tabs.newest(), json.newest());
    assert!(tabs.is_rounded && !tabs.is_relative && tabs.entries[0].reference.is_none());
    let windows = TABS.replace('\n', "\r\n");
    assert_eq!(snapshot(&windows), tabs);
}

#[test]
fn a_terminal_shows_ages_and_how_many_there_are() {
    let found = snapshot(TERMINAL);
    // The older access comes first: an hour before less than a minute.
    assert_eq!(seen(&found), [(7, "a key", 2_097_152), (8, "k2", 100)]);
    assert!(found.is_relative);
    assert_eq!(found.completeness(), Completeness::Cut { missing: 44 });
    // The instant of the listing is that of the reader, not of the newest access.
    let now = diagnosis_of(&[&TERMINAL.replace("less than a minute", "about 3 hours")], &circumstances());
    assert_eq!((now.oldest_access_hours, now.at), (Some(3.0), None));
    // Ages of two days and one hour: times count back from --at.
    let at: SimTime = "2026-09-23T12:00:00Z".parse().expect("a time");
    let placed = found.placed_at(at);
    assert_eq!(placed.entries[0].accessed_at().map(|at| at.to_string()), Some("2026-09-23T11:00:00Z".into()));
    assert_eq!(placed.entries[0].created_at().map(|at| at.to_string()), Some("2026-09-21T12:00:00Z".into()));
}

#[test]
fn colours_and_cut_keys_of_a_recorded_terminal_are_read() {
    let coloured =
        TERMINAL.replace("7   a key", "\u{1b}[36m7\u{1b}[m   a ke…").replace("about", "\u{1b}[1;90mabout");
    let found = snapshot(&coloured);
    assert_eq!(seen(&found), [(7, "a ke…", 2_097_152), (8, "k2", 100)]);
    assert_eq!(found.cut_keys, 1);
}

#[test]
fn encodings_of_windows_are_read() {
    let expected = snapshot(GH);
    let utf16 = |mark: &[u8], unit: fn(u16) -> [u8; 2]| {
        let units = GH.encode_utf16().flat_map(unit);
        [mark.to_vec(), units.collect()].concat()
    };
    for bytes in [
        [b"\xef\xbb\xbf", GH.as_bytes()].concat(),
        utf16(b"\xff\xfe", u16::to_le_bytes),
        utf16(b"\xfe\xff", u16::to_be_bytes),
        utf16(b"", u16::to_le_bytes),
    ] {
        assert_eq!(read_snapshot(&bytes).expect("a listing"), expected);
    }
    let mut damaged = utf16(b"\xff\xfe", u16::to_le_bytes);
    damaged.pop();
    assert!(read_snapshot(&damaged).expect_err("damaged").list()[0].to_string().contains("damaged UTF-16"));
}

fn page(ids: std::ops::Range<u64>, total: u64) -> String {
    let entry = |id| {
        format!(
            r#"{{"id":{id},"ref":"refs/heads/main","key":"k{id}","size_in_bytes":1,"last_accessed_at":"2026-09-20T10:00:{:02}Z"}}"#,
            id % 60
        )
    };
    let entries: Vec<String> = ids.map(entry).collect();
    format!(r#"{{"total_count":{total},"actions_caches":[{}]}}"#, entries.join(","))
}

#[test]
fn pages_of_one_listing_may_be_several_files() {
    let listing =
        |text: String| CacheListing { files: vec![text.len().to_string()], snapshot: snapshot(&text) };
    let joined = arranged(vec![listing(page(1..3, 4)), listing(page(3..5, 4))]);
    assert_eq!(joined.len(), 1);
    assert_eq!((joined[0].snapshot.entries.len(), joined[0].files.len()), (4, 2));
    assert_eq!(joined[0].snapshot.completeness(), Completeness::Complete);
    // Pages that overlap, or are complete by themselves, are two listings.
    assert_eq!(arranged(vec![listing(page(1..3, 4)), listing(page(2..4, 4))]).len(), 2);
    assert_eq!(arranged(vec![listing(page(1..3, 2)), listing(page(3..5, 2))]).len(), 2);
}

#[test]
fn a_cut_listing_is_recognised() {
    let of = |text: &str| snapshot(text).completeness();
    assert_eq!(of(&page(0..3, 3)), Completeness::Complete);
    assert_eq!(of(&page(0..3, 10)), Completeness::Cut { missing: 7 });
    let rows = |count: u64| {
        let whole = page(0..count, count);
        whole[whole.find('[').expect("a list")..whole.len() - 1].to_owned()
    };
    assert_eq!(of(&rows(29)), Completeness::Unknown);
    // gh's default, and the size of a page.
    assert_eq!(of(&rows(30)), Completeness::LooksCut);
    assert_eq!(of(&rows(200)), Completeness::LooksCut);
    let found = diagnosis_of(&[&rows(30)], &circumstances());
    assert!(found.is_lower_bound);
    assert!(found.notes[0].contains("exactly 30 rows"), "{:?}", found.notes);
}

#[test]
fn a_row_that_two_pages_have_counts_once() {
    let later = page(2..4, 3).replace("10:00:02", "10:30:00");
    let both = format!("{}{later}", page(1..3, 3));
    let found = snapshot(&both);
    assert_eq!((found.entries.len(), found.repeated), (3, 1));
    // With its latest access, it is the last to go.
    assert_eq!(seen(&found).last(), Some(&(2, "k2", 1)));
}

#[test]
fn rows_without_times_have_no_order() {
    let text = r#"[{"key":"a","sizeInBytes":600},{"key":"b","sizeInBytes":600}]"#;
    let found = diagnosis_of(&[text], &circumstances());
    assert_eq!((found.usage_bytes, found.at, found.next_to_evict.len()), (1_200, None, 0));
    note(&found, "has no times");
}

#[test]
fn a_problem_is_told_with_its_place() {
    let json = "{\"total_count\":2,\"x\":[[1]],\n \"actions_caches\":[{\"key\":\"k\",\"size_in_bytes\":1},\n  {\"key\":\"k\",\"size_in_bytes\":-5}]}\n[7]";
    let found = problems(json);
    assert_eq!(found[0], "3:3: entry 2: `sizeInBytes` is not a whole number: -5");
    assert!(found[1].starts_with("4:2: entry 2: `7` is not an entry"), "{found:?}");
    let found = problems(TABS.replace("100 B", "100 X").replace("2.00 MiB\t2026", "2.00 MiB\tx2026"));
    assert!(found[0].starts_with("1:18: `x2026-09-20T10:00:00Z` is not a time"), "{found:?}");
    assert!(found[1].starts_with("2:6: `X` is not a unit of size"), "{found:?}");
    let found = problems(format!("{TABS}hello there\nyou\nall\n"));
    let row = "is not a row of `gh cache list` (ID, KEY, SIZE, CREATED, ACCESSED)";
    assert_eq!(found, [format!("3: {row}"), format!("4: {row}"), format!("1 more rows: {row}")]);
}

/// A file of another kind has one problem, which says how to make a listing.
#[test]
fn what_is_no_listing_is_told_once() {
    let page = "<!DOCTYPE html>\n<html>\n<head>\n</head>\n</html>\n";
    let random = [0x41, 0, 0x93, 0x22, 0xff, 7, 9];
    let cases: [(&[u8], &str); 7] = [
        (b"", "is empty: pass the output of `gh cache list"),
        (b"null\n", "is not a listing: pass the output of `gh cache list"),
        (b"hello there\nyou\n", "is not a listing: pass the output of `gh cache list"),
        (page.as_bytes(), "is a page in HTML or XML, not a listing: pass"),
        (&random, "1:3: is not UTF-8 or UTF-16 text"),
        (b"[{\"key\":\"k\"", "1:11: the JSON ends too early"),
        (b"[{\"key\" \"k\"}]", "1:9: is not JSON: expected `:` here"),
    ];
    for (text, problem) in cases {
        let found = problems(text);
        assert!(found.len() == 1 && found[0].starts_with(problem), "{found:?}");
    }
    let runs = problems(r#"[{"id":1},{"id":2},{"id":3},{"id":4}]"#);
    assert!(runs.len() == 3 && runs[2].starts_with("2 more entries: an entry without `key`"), "{runs:?}");
}

#[test]
fn entries_without_a_last_access_are_told() {
    let row = |id: u32, accessed: &str| {
        format!(r#"{{"id":{id},"key":"k{id}","sizeInBytes":1,"createdAt":"2026-09-20T10:00:00Z"{accessed}}}"#)
    };
    let of = |second: &str| diagnosis_of(&[&listing(&[row(1, ""), row(2, second)])], &circumstances());
    note(&of(""), "no times of last access, so the order of creation is taken for the order of eviction");
    // What gh writes for a time that it does not know.
    note(&of(r#","lastAccessedAt":"0001-01-01T00:00:00Z""#), "no times of last access");
    note(&of(r#","lastAccessedAt":"2026-09-20T11:00:00Z""#), "1 entry has no time of last access");
}

#[test]
fn the_founding_listing_is_whole() {
    let found = snapshot(LISTING_22);
    assert_eq!((found.entries.len(), found.bytes().0), (22, 11_660_836_195));
}
