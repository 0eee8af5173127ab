//! Characters that do not show: in names, in messages, and on a terminal.

use crate::case::{CROWDED, Case};
use cache_budget::diagnostic::{has_hidden, is_hidden, visible};

/// One of each kind: controls, marks of direction, joiners, fillers, selectors, tags, separators.
const HIDDEN: [char; 17] = [
    '\u{7f}',
    '\u{85}',
    '\u{ad}',
    '\u{34f}',
    '\u{61c}',
    '\u{115f}',
    '\u{180e}',
    '\u{200b}',
    '\u{200d}',
    '\u{2028}',
    '\u{202e}',
    '\u{2060}',
    '\u{2066}',
    '\u{3164}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{e0041}',
];

#[test]
fn what_does_not_show_is_escaped() {
    for letter in HIDDEN {
        assert!(is_hidden(letter), "{letter:?}");
        let text = format!("te{letter}st");
        assert_eq!(visible(&text), format!("te{}st", letter.escape_default()));
    }
    for shown in ["test", "é", "e\u{301}", "ทดสอบ", "परीक्षण", "한글", "مرحبا", "a b", "…", "→", "\u{e000}"]
    {
        assert_eq!(visible(shown), shown);
    }
}

#[test]
fn emoji_are_letters_and_what_hides_behind_them_is_not() {
    // A technologist, a family, a heart on fire, a cloud as a picture, a flag, a keycap, a hand with a colour.
    for shown in ["👨‍💻", "👨‍👩‍👧", "❤️‍🔥", "☁️", "🏳️‍🌈", "1️⃣", "👍🏽", "👩🏽‍💻"]
    {
        assert!(!has_hidden(shown), "{}", shown.escape_unicode());
    }
    // Each of these looks like something else that is written without it.
    for hiding in [
        "👨‍",
        "‍👨",
        "a\u{200d}b",
        "1\u{fe0f}",
        "a\u{fe0f}",
        "👨\u{fe0f}",
        "👨\u{200d}\u{200d}💻",
        "☁\u{fe0f}\u{fe0f}",
    ] {
        assert!(has_hidden(hiding), "{}", hiding.escape_unicode());
    }
}

#[test]
fn names_that_look_the_same_are_refused_and_emoji_are_not() {
    let named = |name: &str| {
        let case = Case::with(&format!(
            "[workflow.ci]\non = \"push main\"\njob.\"{name}\" = {{ cold = \"2 min\", warm = \"1 min\" }}\n"
        ));
        let output = case.run(&["check", "ci.toml"]);
        (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    for (name, shown) in
        [("te\\u2060st", "te\\u{2060}st"), ("te\\u061cst", "te\\u{61c}st"), ("te\\u3164st", "te\\u{3164}st")]
    {
        let (code, said) = named(name);
        assert!(code == Some(3) && said.contains("wrong-name") && said.contains(shown), "{said}");
    }
    let (code, said) = named("👨‍💻");
    assert_eq!(code, Some(0), "{said}");
}

/// On a terminal a key cannot clear the screen, colour what follows, or turn its order round. In a file it is as it was.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_gets_no_control_characters_of_others() {
    let case = Case::with(CROWDED);
    let line = r#"{"at":"2026-01-01T00:00:00Z","op":"OP","ref":"refs/heads/\u001b[31mx","key":"k\u001b[2J\u202e\r\nx\u009b8m","version":"v"SIZE}"#;
    let save = line.replace("OP", "save").replace("SIZE", r#","size":10"#);
    let restore = line.replace("OP", "restore").replace("SIZE", "").replace("00:00:00", "00:00:01");
    case.write("log.jsonl", &format!("{save}\n{restore}\n"));
    let file = case.stdout(&["replay", "log.jsonl", "--format", "csv", "--quiet"]);
    assert!(file.contains("\u{1b}[31mx") && file.contains('\u{202e}'), "data is as it was: {file:?}");
    assert!(file.contains("\r\nx"), "{file:?}");
    let program = assert_cmd::cargo::cargo_bin!("cache-budget").display().to_string();
    for format in ["csv", "json", "markdown", "table"] {
        let command = format!("'{program}' replay log.jsonl --format {format} --color always");
        let output = std::process::Command::new("script")
            .args(["-qec", &command, "/dev/null"])
            .current_dir(case.folder())
            .output();
        let Ok(output) = output else {
            println!("skipped: there is no program `script`, which makes a terminal");
            return;
        };
        let shown = String::from_utf8(output.stdout).expect("UTF-8");
        let own = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[22m", "\u{1b}[39m"];
        let rest = own.iter().fold(shown.clone(), |text, code| text.replace(code, ""));
        let is_raw = |letter: char| is_hidden(letter) && !['\r', '\n', '\t'].contains(&letter);
        assert!(!rest.contains(is_raw), "{format}: {rest:?}");
        assert!(format != "csv" || shown.contains("k\\u{1b}[2J\\u{202e}"), "{shown:?}");
        // A head, a save and a restore: a line that ends within a cell begins no row.
        assert!(format != "csv" || shown.lines().count() == 3 && shown.contains("\\r\\nx"), "{shown:?}");
    }
}

/// Where the locale knows no other letters, the program's own signs are written with ASCII; data in a pipe are as they are.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_of_an_ascii_locale_gets_ascii() {
    let case = Case::with(&format!("{CROWDED}[[expect]]\nmetric = \"runner.minutes\"\nmin = 1\n"));
    let arguments = "run ci.toml --replications 3 --no-advice --quiet --output o";
    let program = assert_cmd::cargo::cargo_bin!("cache-budget").display().to_string();
    let shown = |locale: &str| {
        let output = std::process::Command::new("script")
            .args(["-qec", &format!("'{program}' {arguments}"), "/dev/null"])
            .current_dir(case.folder())
            .env("LC_ALL", locale)
            .output();
        output.ok().map(|output| String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let (Some(ascii), Some(unicode)) = (shown("C"), shown("C.UTF-8")) else {
        println!("skipped: there is no program `script`, which makes a terminal");
        return;
    };
    assert!(ascii.is_ascii() && ascii.contains("ok"), "{ascii}");
    assert!(unicode.contains('✓') && unicode.contains('–'), "{unicode}");
    let mut piped = case.command(&arguments.split(' ').collect::<Vec<_>>());
    let piped = piped.env("LC_ALL", "C").output().expect("it runs");
    assert!(String::from_utf8(piped.stdout).expect("UTF-8").contains('✓'));
}
