use cache_budget::replay::trace::{self, TraceKind};
use cache_budget::replay::{Action, Input, InputProblems, LogReader, WorkflowEvent};
use std::io::{BufReader, Cursor, Read};

/// How many operations are read, what is wrong, how many lines were skipped.
fn read(text: &str, lenient: bool) -> (u64, Vec<String>, u64) {
    let mut log = LogReader::new(text.as_bytes(), lenient);
    let mut count = 0;
    while log.next_operation().expect("readable").is_some() {
        count += 1;
    }
    (count, log.problems().list().iter().map(ToString::to_string).collect(), log.skipped())
}

const SWEEP: &str = r#"{"at":"2026-09-23T02:15:10Z","op":"sweep"}"#;

#[test]
fn empty_lines_a_mark_and_carriage_returns_are_no_problem() {
    assert_eq!(read(&format!("\u{feff}{SWEEP}\r\n\n  \n{SWEEP}"), false), (2, vec![], 0));
    assert_eq!(read("", false), (0, vec![], 0));
}

#[test]
fn every_malformed_line_is_told_with_its_line() {
    let at = r#""at":"2026-09-23T02:15:10Z""#;
    let cases = [
        (r#"{"op":"sweep"}"#.to_owned(), "`at` is missing: write when it happened"),
        (format!("{{{at}}}"), "`op` is missing: write one of entry, restore, save, delete, sweep"),
        (
            format!(r#"{{{at},"op":"svae"}}"#),
            "unknown operation `svae`: did you mean `save`? Known: entry, restore, save, delete, sweep",
        ),
        (
            format!(r#"{{{at},"op":"save","ref":"r","key":"k"}}"#),
            "`size` is missing: write the entry's bytes, a whole number",
        ),
        (
            format!(r#"{{{at},"op":"save","key":"k","size":1}}"#),
            "`ref` is missing: write the run's ref, for example refs/heads/main",
        ),
        (
            format!(r#"{{{at},"op":"save","ref":"r","key":"","size":1}}"#),
            "`key` is missing or empty: an entry has a key",
        ),
        (
            format!(r#"{{{at},"op":"save","ref":"r","key":"k","size":10000000000001}}"#),
            "an entry of 10000000000001 bytes is larger than 10.00 TB",
        ),
        (
            format!(r#"{{{at},"op":"restore","ref":"r","key":"k","event":"puhs"}}"#),
            "unknown event `puhs`: did you mean `push`?",
        ),
        (
            format!(r#"{{{at},"op":"save","ref":"r","key":"k","size":1,"mode":"readonly"}}"#),
            "unknown mode `readonly`. Known: read, write, write-only, none",
        ),
        (
            format!(r#"{{{at},"op":"delete","ref":"r"}}"#),
            "a delete needs the `key` or the `id` of what is deleted",
        ),
        (
            format!(r#"{{{at},"op":"entry","ref":"r","key":"k","size":1}}"#),
            "an entry needs the time of its creation or of its last access",
        ),
        (
            r#"{"at":"noon","op":"sweep"}"#.to_owned(),
            "`at`: `noon` is not a time; write for example `2026-06-30T19:28:23Z`",
        ),
    ];
    for (line, message) in cases {
        assert_eq!(
            read(&format!("{SWEEP}\n{line}\n"), false),
            (1, vec![format!("2: {message}")], 0),
            "{line}"
        );
        assert_eq!(read(&format!("{SWEEP}\n{line}\n"), true), (1, vec![], 1), "{line}");
    }
}

#[test]
fn a_syntax_error_has_its_column() {
    let text = format!("{SWEEP}\n{{\"at\":}}\n{{\"at\":\"x\",\"at\":\"y\"}}\n{{\"size\":-1}}\n[]\n");
    let (_, problems, _) = read(&text, false);
    let places: Vec<_> = problems.iter().map(|p| p.rsplitn(2, ": ").last().unwrap_or("")).collect();
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert!(places[0].starts_with("2:7"), "{problems:?}");
    assert!(problems[1].contains("field `at` occurs twice"), "{problems:?}");
}

/// What the parser calls `u64`, a sequence or EOF is said in plain words, with the field.
#[test]
fn a_value_of_another_type_is_told_in_plain_words() {
    let of = |fields: &str| {
        let line = format!(r#"{{"at":"2026-09-23T02:15:10Z","op":"save","ref":"r",{fields}"#);
        let (_, problems, _) = read(&format!("{SWEEP}\n{line}\n"), false);
        problems[0].clone()
    };
    for (fields, message) in [
        (
            r#""key":"k","size":"12"}"#,
            "`size`: a whole number that is not negative is expected, not the text \"12\"",
        ),
        (
            r#""key":"k","size":-12}"#,
            "`size`: a whole number that is not negative is expected, not the number `-12`",
        ),
        (r#""key":5,"size":1}"#, "`key`: a string is expected, not the number `5`"),
        (r#""restore_keys":"k-"}"#, "`restore_keys`: a list is expected, not the text \"k-\""),
        (r#""key":"k""#, "the JSON ends too early: was all of it copied?"),
        (r#""key" "k"}"#, "is not JSON: expected `:` here"),
    ] {
        let said = of(fields);
        assert!(said.ends_with(&format!(": {message}")), "{said}");
    }
    let (_, problems, _) = read(&format!("{SWEEP}\nnonsense\n[1]\n"), false);
    assert_eq!(problems, ["2:2: is not JSON", "3: a JSON object with an operation is expected, not a list"]);
}

#[test]
fn an_unknown_field_is_an_error_unless_lenient() {
    let line = SWEEP.replace("\"op\"", "\"run\":7,\"op\"");
    let (count, problems, _) = read(&line, false);
    assert_eq!((count, problems.len()), (0, 1));
    assert!(problems[0].starts_with("1: unknown field `run`"), "{problems:?}");
    assert_eq!(read(&line, true), (1, vec![], 0), "it is ignored, the line is not skipped");
    let line = SWEEP.replace("\"op\"", "\"size\":7,\"op\"");
    assert_eq!(read(&line, false).1, ["1: operation `sweep` has no field `size`"]);
    assert_eq!(read(&line, true), (1, vec![], 0));
}

#[test]
fn a_log_that_is_not_in_time_order_is_refused() {
    let text = format!("{SWEEP}\n{}\n{SWEEP}\n", SWEEP.replace("15:10", "15:09"));
    let message = "2: 2026-09-23T02:15:09Z is before 2026-09-23T02:15:10Z on line 1: sort the log by `at`";
    assert_eq!(read(&text, false), (2, vec![message.to_owned()], 0));
    assert_eq!(read(&text, true), (2, vec![], 1));
}

#[test]
fn problems_and_lines_are_limited() {
    let (_, problems, _) = read(&"x\n".repeat(1_000), false);
    assert_eq!(problems.len(), InputProblems::MAX);
    let long = format!("{{\"at\":\"{}\"}}\n{SWEEP}\n", "x".repeat(1 << 20));
    assert_eq!(read(&long, false), (1, vec!["1: a line longer than 1048576 bytes".to_owned()], 0));
    let spaces = format!("{}\n{SWEEP}\n", " ".repeat(3 << 20));
    assert_eq!(read(&spaces, true).2, 1, "a line of too many spaces is not an empty one");
}

#[test]
fn an_event_is_told_by_the_ref_where_none_is_named() {
    let line = r#"{"at":"2026-09-23T02:15:10Z","op":"restore","ref":"REF","key":"k"}"#;
    for (reference, event) in [("refs/pull/7/merge", "pull_request"), ("refs/heads/x", "push"), ("x", "push")]
    {
        let text = line.replace("REF", reference);
        let operation = LogReader::new(text.as_bytes(), false).next_operation().expect("readable");
        let Some(Action::Restore { run, .. }) = operation.map(|o| o.action) else { panic!("no restore") };
        assert_eq!(run.event.name(), event);
        assert!(run.reference.starts_with("refs/"));
    }
    assert!(WorkflowEvent::ALL.iter().all(|event| WorkflowEvent::named(event.name()) == Ok(*event)));
}

#[test]
fn the_first_bytes_tell_what_a_file_is() {
    let mut record = [1u8; 24];
    record[3] = 0;
    let cases: [(&[u8], Input); 11] = [
        (SWEEP.as_bytes(), Input::Operations),
        (b"", Input::Operations),
        (b"garbage\n{}", Input::Operations),
        (b"\xef\xbb\xbftime,key,size\n1,a,2\n", Input::Csv),
        (b"key,time,size\r\n", Input::Csv),
        (b"# a comment\n0,1,A,8371\n", Input::Csv),
        (b"timestamp\tobj_id\tobj_size\n", Input::Csv),
        (b"not a line of a log\n{}", Input::Operations),
        (b"[{\"id\": 1}]", Input::Operations),
        (&record, Input::OracleGeneral),
        // A time that begins like a JSON object.
        (b"{\x01\0\0aaaaaaaabbbbcccccccc", Input::OracleGeneral),
    ];
    for (head, input) in cases {
        assert_eq!(Input::detect(head), Some(input), "{head:?}");
        let (found, mut rest) = Input::of(head, None).expect("readable");
        let mut read = Vec::new();
        rest.read_to_end(&mut read).expect("readable");
        assert_eq!((found, &read[..]), (input, head), "nothing is lost");
    }
}

/// A device or a pipe may have no end of a line, and no end.
#[test]
fn a_line_without_an_end_ends_the_reading() {
    let told = "1: a line of more than 67108864 bytes: this is no recording, and the rest was not read";
    for lenient in [false, true] {
        let mut log = LogReader::new(BufReader::with_capacity(1 << 20, std::io::repeat(b'x')), lenient);
        assert_eq!(log.next_operation().expect("readable"), None);
        let problems: Vec<String> = log.problems().list().iter().map(ToString::to_string).collect();
        assert_eq!(problems, [told]);
        assert_eq!(log.next_operation().expect("readable"), None, "nothing more is read");
        let head = "time,key,size\n1,a,10\n2,";
        let endless = Cursor::new(head).chain(std::io::repeat(b'x'));
        let rows = trace::open(endless, TraceKind::Csv);
        let mut rows = if lenient { rows.lenient() } else { rows };
        let problem = rows.next().expect_err("it has no end");
        assert_eq!(problem.lines(), [told.replace("1:", "3:")]);
    }
}
