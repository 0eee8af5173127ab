//! Every word of the grammar stands in a table with the value it means, and no two words mean the same.

use super::folder::{ScenarioFolder, VALID};
use cache_budget::client::{ACTIONS, CacheAction};
use cache_budget::scenario::grammar::words::{self, Choice};
use cache_budget::scenario::grammar::{Kind, ROOT, Table};
use std::fmt::Debug;

/// The words of a table, once each of them is seen to have a meaning of its own.
fn distinct<T: Copy + PartialEq + Debug>(choice: &Choice<T>) -> Vec<&'static str> {
    assert_eq!(choice.words.len(), choice.values.len());
    for (row, (word, _)) in choice.words.iter().enumerate() {
        assert_eq!(choice.value(word), Some(choice.values[row]));
        assert!(!choice.values[..row].contains(&choice.values[row]), "`{word}` means what another word does");
    }
    assert_eq!(choice.value("anything else"), None);
    choice.words.iter().map(|(word, _)| *word).collect()
}

fn tables() -> Vec<Vec<&'static str>> {
    vec![
        distinct(&words::SAVE_IF),
        distinct(&words::SAVE_EVENTS),
        distinct(&words::ARCHIVE_STEPS),
        distinct(&words::PATHS),
        distinct(&words::STORES),
        distinct(&words::EXPORT_MODES),
        distinct(&words::EXPORT_TARGETS),
        distinct(&words::EVICTION_ORDERS),
        distinct(&words::TOUCHES),
        distinct(&words::OVER_QUOTA),
        distinct(&words::SWEEPS),
        distinct(&words::JANITOR_EVENTS),
        distinct(&words::HELD_FOR),
        distinct(&words::UNLIMITED),
        distinct(&words::VISIBILITIES),
        distinct(&words::SYSTEMS),
        distinct(&words::ARCHITECTURES),
        distinct(&words::CONTENTS),
        distinct(&words::CONCURRENCY),
        distinct(&words::CANCEL_IN_PROGRESS),
        distinct(&words::GROUP_QUEUES),
        distinct(&words::CONDITIONS),
        distinct(&words::FOLLOWED_ENDS),
        distinct(&words::BACKGROUND),
        distinct(&words::CACHE_MODES),
        distinct(&words::EVENTS),
        distinct(&words::REBASES_WHEN),
        distinct(&words::KEPT_FILES),
    ]
}

/// The words that choose between the variants of an action, once each of them is seen to choose another.
fn variants(action: &CacheAction) -> Vec<&'static str> {
    let words: Vec<_> = action.words.iter().map(|(word, _)| *word).collect();
    assert_eq!(action.variants.len(), words.len().max(1), "{}", action.name);
    for (row, word) in words.iter().enumerate() {
        assert!(std::ptr::eq(action.variant(Some(word)), &action.variants[row]), "{}: {word}", action.name);
        assert!(!action.variants[..row].contains(&action.variants[row]), "{}: {word}", action.name);
    }
    words
}

/// The lists of words that a kind takes, with those of what stands below it.
fn lists(kind: &Kind, found: &mut Vec<Vec<&'static str>>) {
    match kind {
        Kind::Choice(words) => found.push(words.iter().map(|(word, _)| *word).collect()),
        Kind::Or(words, of) => {
            found.push(words.iter().map(|(word, _)| *word).collect());
            lists(of, found);
        }
        Kind::List(of) | Kind::Map { of, .. } => lists(of, found),
        Kind::PlainOrTable(plain, table) => [plain, table].into_iter().for_each(|kind| lists(kind, found)),
        Kind::Table(table) | Kind::Switch(table) | Kind::Tables(table) => lists_of(table, found),
        _ => {}
    }
}

fn lists_of(table: &'static Table, found: &mut Vec<Vec<&'static str>>) {
    table.fields.iter().for_each(|field| lists(&field.kind, found));
}

#[test]
fn every_word_of_the_grammar_reaches_its_own_meaning() {
    let mut found = Vec::new();
    lists_of(&ROOT, &mut found);
    // The one word of `warmup` is a rule of `build`, which the grammar does not know.
    found.retain(|words| *words != ["auto"]);
    let tables: Vec<_> = tables().into_iter().chain(ACTIONS.iter().map(variants)).collect();
    assert!(found.len() >= tables.len());
    for words in found {
        assert!(tables.contains(&words), "{words:?} stand in no table of words and values");
    }
}

/// Names that people know from elsewhere, which are not spelt like the word that they stand for.
#[test]
fn a_word_from_elsewhere_suggests_the_one_it_stands_for() {
    let said = |text: String| ScenarioFolder::new(&text).problems(&[]);
    for (text, suggestion) in [
        (
            VALID.replace("warm = \"4 min\"", "warm = \"4 min\", cache.rust-cache = { save-if = \"main\" }"),
            "\"default-branch\"",
        ),
        (format!("{VALID}[runner.mine]\nos = \"darwin\""), "\"macos\""),
        (format!("{VALID}[runner.mine]\narch = \"amd64\""), "\"x64\""),
        (format!("{VALID}[cache]\norder = \"LRU\""), "\"least-recently-accessed\""),
    ] {
        let said = said(text);
        assert!(said.contains(&format!("help: did you mean `{suggestion}`?")), "{said}");
    }
    let shards = VALID.replace("cold =", "matrix = { shard = [1, 2] }, cold =");
    let said = said(shards);
    assert_eq!(said.matches("help: put quotes around it").count(), 2, "{said}");
}

/// What a key, an event or a condition is called on GitHub.
#[test]
fn what_github_calls_it_suggests_what_the_scenario_calls_it() {
    let job = |cache: &str| VALID.replace("warm = \"4 min\"", &format!("warm = \"4 min\", {cache}"));
    let key = |key: &str| {
        job(&format!("matrix.board = [\"a\"], cache.actions-cache = {{ key = \"{key}\", size = \"1 GB\" }}"))
    };
    for (text, suggestion) in [
        (key("k-{commit}"), "k-{sha}"),
        (key("{os}-{lockfile}"), "{os}-{lock}"),
        (key("{matrix.board}"), "{board}"),
        (key("${{ runner.os }}-${{ hashFiles('**/Cargo.lock') }}"), "{os}-{lock}"),
        (key("${{ hashFiles('go.sum', 'Cargo.lock') }}-${{github.sha}}"), "{hash:lock,go-sum}-{sha}"),
        (job("cache.rust-cache = { save-if = \"github.ref == 'refs/heads/main'\" }"), "default-branch"),
    ] {
        let said = ScenarioFolder::new(&text).remarks();
        assert!(said.contains(&format!("help: did you mean `\"{suggestion}\"`?")), "{said}");
        assert_eq!(said.matches("error[").count(), 1, "{said}");
    }
    // What cannot be translated is explained.
    let said = ScenarioFolder::new(&key("${{ hashFiles('deps.edn') }}")).remarks();
    assert!(said.contains("an expression of GitHub") && said.contains("`{hash:NAME}` hashes"), "{said}");
}

#[test]
fn a_branch_that_nobody_has_suggests_the_event_that_is_meant() {
    for (event, suggestion) in
        [("push master", "push main"), ("push tag", "push tags"), ("push releases", "release")]
    {
        let folder = ScenarioFolder::new(&VALID.replace("push main", event));
        let said = folder.remarks();
        assert!(said.contains(&format!("`{event}` has no effect")), "{said}");
        assert!(said.contains(&format!("help: did you mean `\"{suggestion}\"`?")), "{said}");
    }
}

#[test]
fn weights_that_are_no_shares_of_one_are_said_to_be_taken_in_proportion() {
    let remarks = |weights: &str| {
        let assumed =
            format!("{VALID}[assumed]\n\"cache.order\" = {{ range = {weights}, basis = \"a guess\" }}\n");
        ScenarioFolder::new(&assumed).remarks()
    };
    let said = remarks("{ least-recently-accessed = 0.9, oldest-created = 0.5 }");
    assert!(said.contains("the weights add up to 1.4, not to 1"), "{said}");
    // 0.9 ÷ 1.4 and 0.5 ÷ 1.4.
    assert!(said.contains("64.3 %: `least-recently-accessed`, 35.7 %: `oldest-created`"), "{said}");
    assert!(!remarks("{ least-recently-accessed = 0.9, oldest-created = 0.1 }").contains("add up"));
}
