use cache_budget::replay::{StatedEntry, listing};

fn read(text: &str) -> Vec<StatedEntry> {
    listing::read(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn problems(text: &str) -> Vec<String> {
    let problems = listing::read(text.as_bytes()).expect_err("the listing was accepted");
    problems.list().iter().map(ToString::to_string).collect()
}

const GH: &str = r#"[{"createdAt":"2026-09-20T10:00:00Z","id":7,"key":"k","lastAccessedAt":"2026-09-21T10:00:00.5Z","ref":"refs/heads/main","sizeInBytes":123,"version":"v"}]"#;
const REST: &str = r#"{"total_count":1,"actions_caches":[{"id":7,"ref":"refs/heads/main","key":"k","version":"v","last_accessed_at":"2026-09-21T10:00:00.500000000Z","created_at":"2026-09-20T10:00:00Z","size_in_bytes":123}]}"#;

#[test]
fn both_spellings_say_the_same() {
    assert_eq!(read(GH), read(REST));
    assert_eq!(
        serde_json::to_string(&[listing::gh(&read(REST)[0])]).expect("JSON"),
        GH.replace(".5Z", ".500Z")
    );
}

#[test]
fn pages_may_follow_each_other_or_stand_in_an_array() {
    let second = REST.replace("\"id\":7", "\"id\":8");
    let ids = |text: &str| read(text).iter().map(|entry| entry.id).collect::<Vec<_>>();
    for text in [format!("{REST}{second}"), format!("{REST}\n\n{second}\n"), format!("[{REST},{second}]")] {
        assert_eq!(ids(&text), [Some(7), Some(8)]);
    }
    assert_eq!(ids(&format!("{GH}\n{}", GH.replace("\"id\":7", "\"id\":9"))), [Some(7), Some(9)]);
    assert_eq!(ids("[]"), []);
    assert_eq!(ids(r#"{"total_count":0,"actions_caches":[]}"#), []);
}

#[test]
fn a_fraction_has_any_number_of_digits() {
    for digits in 0..=9 {
        let fraction = if digits == 0 { String::new() } else { format!(".{}", &"123456789"[..digits]) };
        let entry = &read(&GH.replace("10:00:00.5Z", &format!("10:00:00{fraction}Z")))[0];
        let milliseconds = [0, 100, 120, 123][digits.min(3)];
        assert_eq!(entry.accessed.0 % 1_000, milliseconds, "{fraction}");
    }
}

#[test]
fn what_may_be_missing_has_a_stand_in() {
    let entry = |text: &str| read(text).remove(0);
    let bare = entry(r#"{"key":"k","sizeInBytes":1,"createdAt":"2026-09-20T10:00:00Z"}"#);
    assert_eq!((bare.id, &bare.reference, bare.version.as_str()), (None, &None, ""));
    assert_eq!(bare.accessed, bare.created);
    let unknown = entry(&GH.replace("2026-09-21T10:00:00.5Z", "0001-01-01T00:00:00Z"));
    assert_eq!(unknown.accessed, unknown.created, "gh's zero time is no time");
    let accessed_only = entry(&GH.replace("createdAt", "ignored"));
    assert_eq!(accessed_only.created, accessed_only.accessed);
}

#[test]
fn entries_of_one_millisecond_stay_in_order_of_nanoseconds() {
    let at = |id: u32, fraction: &str| {
        let time = format!("2026-09-21T10:00:00.{fraction}Z");
        GH.replace("\"id\":7", &format!("\"id\":{id}")).replace("2026-09-21T10:00:00.5Z", &time)
    };
    let text = [at(1, "123456789"), at(2, "123456788"), at(3, "123")].concat();
    assert_eq!(read(&text).iter().map(|entry| entry.id).collect::<Vec<_>>(), [Some(3), Some(2), Some(1)]);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text = r#"[{"id":1},{"key":"k","createdAt":"x","sizeInBytes":1},{"key":"k","sizeInBytes":-1,"createdAt":"2026-09-20T10:00:00Z"},7,{"key":"k","sizeInBytes":1}]"#;
    let found = problems(text);
    assert_eq!(found.len(), 5, "{found:#?}");
    assert!(found[1].starts_with("1:11: entry 2: `createdAt` is \"x\", which is not a time"), "{found:#?}");
    assert!(found[2].contains("`sizeInBytes` is not a whole number: -1"), "{found:#?}");
    assert_eq!(found[4], "1:121: entry 4: an entry needs the time of its creation or of its last access");
    assert!(problems("[\n{\"key\":\n").iter().any(|problem| problem.starts_with("3:")));
    assert!(problems(r#"{"message":"Not RestoreAnswer"}"#)[0].contains("a page without `actions_caches`"));
    assert!(problems("")[0].contains("is empty: pass the output of"));
}
