//! How traces are written, and what is said of those that are not.

use cache_budget::mrc::KeyAccess;
use cache_budget::replay::trace::{
    CsvLayout, LINE_BYTES_MAX, PROBLEMS_MAX, Trace, TraceError, TraceKind, open,
};
use cache_budget::units::{Bytes, SimTime};
use std::io::{self, Read};

fn read<R: Read>(mut trace: Trace<R>) -> Result<Vec<KeyAccess>, TraceError> {
    let mut requests = Vec::new();
    while let Some(batch) = trace.next()? {
        requests.extend_from_slice(batch);
    }
    Ok(requests)
}

fn csv(rows: &str) -> Result<Vec<KeyAccess>, TraceError> {
    read(open(format!("time,key,size\n{rows}").as_bytes(), TraceKind::Csv))
}

/// What is said of malformed rows, one line each.
fn said(outcome: Result<Vec<KeyAccess>, TraceError>) -> Vec<String> {
    match outcome {
        Err(TraceError::Malformed(problems)) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("malformed rows are an error: {other:?}"),
    }
}

/// Gives one byte at a time, with an interruption before each.
struct Slow<'a>(&'a [u8], bool);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 { Err(io::ErrorKind::Interrupted.into()) } else { self.0.read(&mut buffer[..1]) }
    }
}

#[test]
fn rows_are_read_as_they_are_written() {
    let rows = csv("0,7,10\n0.5,\"a,\"\"b\",0\r\n\n12.3456,7,10\n12.3456,07,1").expect("well-formed");
    let times: Vec<_> = rows.iter().map(|row| row.time).collect();
    assert_eq!(times, [0, 500, 12_345, 12_345].map(SimTime));
    assert_eq!(rows.iter().map(|row| row.size).collect::<Vec<_>>(), [10, 0, 10, 1].map(Bytes));
    assert_eq!((rows[0].id, rows[2].id), (7, 7));
    assert!(rows[1].id != rows[3].id && rows[3].id != 7, "texts are keys of their own");
}

#[test]
fn equal_texts_are_one_key_however_many_others_there_are() {
    let row = |number: u32| format!("0,cargo-{},1\n", number % 5_000);
    let rows = csv(&(0..15_000).map(row).collect::<String>()).expect("well-formed");
    assert!((0..10_000).all(|row| rows[row].id == rows[row + 5_000].id));
    let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5_000);
}

#[test]
fn it_does_not_matter_in_which_pieces_a_trace_arrives() {
    let text = b"\xef\xbb\xbftime,key,size\n1,a,2\n3,b,4\n";
    let expected = read(open(&text[..], TraceKind::Csv)).expect("well-formed");
    assert_eq!(read(open(Slow(text, false), TraceKind::Csv)).expect("well-formed"), expected);
    let records: Vec<u8> = (0..5u8)
        .flat_map(|n| [[n, 0, 0, 0], [9, 0, 0, 0], [0; 4], [n, 1, 0, 0], [0; 4], [0; 4]].concat())
        .collect();
    let rows = read(open(Slow(&records, false), TraceKind::OracleGeneral)).expect("well-formed");
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[3], KeyAccess { time: SimTime(3000), id: 9, size: Bytes(259) });
}

#[test]
fn malformed_rows_are_named_all_at_once() {
    let rows = "1,a\n-1,a,1\n1,a,1.5\n1,a,b,1\n1,,1\n1,a\"b,1\n1,\"a,1\n1,a,1\n0,a,1\n1.,a,1\n1e3,a,1\n1,a,2000000000000000\n1,a,1";
    insta::assert_snapshot!(said(csv(rows)).join("\n"), @r"
    2:1: a row has 3 fields, `time,key,size`
    3:1: the time is not a number of seconds, 0 or more; write for example `12` or `12.5`
    4:5: the size is not a whole number of bytes up to 1000000000000000; write for example `1024`
    5:7: more than 3 fields; quote a key that contains the separator
    6:3: the key is empty
    7:3: the key's quotation marks do not match; double each one inside the key, and quote the whole key
    8:3: the key's quotation marks do not match; double each one inside the key, and quote the whole key
    10:1: the time is earlier than in the row above; sort the rows by time
    11:1: the time is not a number of seconds, 0 or more; write for example `12` or `12.5`
    12:1: the time is not a number of seconds, 0 or more; write for example `12` or `12.5`
    13:5: the size is not a whole number of bytes up to 1000000000000000; write for example `1024`
    ");
}

#[test]
fn a_trace_that_does_not_say_where_its_columns_are_is_refused_even_leniently() {
    let refused = |text: &str| said(read(open(text.as_bytes(), TraceKind::Csv).lenient())).join("\n");
    insta::assert_snapshot!(refused(""), @"1:1: a CSV trace has at least three columns, named in its first line: write `time,key,size` there, or set the separator with `--delimiter`");
    insta::assert_snapshot!(refused("time,key\n"), @"1:1: a CSV trace has at least three columns, named in its first line: write `time,key,size` there, or set the separator with `--delimiter`");
    insta::assert_snapshot!(refused("timestamp,obj_id,obj_size\n1,a,100\n"), @"1:1: the columns are `timestamp`, `obj_id`, `obj_size`: choose those for the time, the key and the size, for example with `--columns timestamp,obj_id,obj_size`");
    insta::assert_snapshot!(refused("op;Object ID;when;bytes\nget;a;1;100\n"), @r#"1:1: the columns are `op`, `Object ID`, `when`, `bytes`: choose those for the time, the key and the size by name or number with `--columns TIME,KEY,SIZE`"#);
    insta::assert_snapshot!(refused("# timestamp (ms), op type, object id, object size (byte)\n0,1,A,8371\n"), @"2:1: the first line is a row, not a header: use `--no-header --columns 1,3,4`, if these are the numbers of the columns with the time, the key and the size");
    // Columns are named as far as the row supports it.
    insta::assert_snapshot!(refused("1,a,100\n2,b,100\n"), @"1:1: the first line is a row, not a header: use `--no-header --columns 1,2,3`, if these are the numbers of the columns with the time, the key and the size");
    insta::assert_snapshot!(refused("1,100,a\n2,100,b\n"), @"1:1: the first line is a row, not a header: give the numbers of the columns with `--no-header --columns TIME,KEY,SIZE`; the line is 1 `1`, 2 `100`, 3 `a`");
    insta::assert_snapshot!(refused("128166372003061629,hm,1,Read,383496192,32768\n"), @"1:1: the first line is a row, not a header: give the numbers of the columns with `--no-header --columns TIME,KEY,SIZE`; the line is 1 `128166372003061629`, 2 `hm`, 3 `1`, 4 `Read`, 5 `383496192`, 6 `32768`");
}

/// Read as it is, or as the form says.
fn formed(text: &str, form: CsvLayout) -> Vec<(i64, u64)> {
    let rows = read(open(text.as_bytes(), TraceKind::Csv).laid_out(form)).expect("well-formed");
    rows.iter().map(|row| (row.time.0, row.size.0)).collect()
}

fn columns(names: [&str; 3]) -> [String; 3] {
    names.map(str::to_owned)
}

#[test]
fn separators_blanks_comments_and_other_columns_are_found_in_the_first_line() {
    let texts = [
        "time,key,size\n1,a,100\n2,b,100\n",
        "time, key, size\n1, a, 100\n 2 ,\"b\" , 100 \n",
        "time\tkey\tsize\n1\ta\t100\n2\tb\t100\n",
        "time;key;size\n1;a;100\n2;b;100\n",
        "time | key | size\n1 | a | 100\n2 | b | 100\n",
        "time  key   size\n1  a   100\n  2 b 100\n",
        "# made by hand\n\n\u{feff}Size,op,Key,Time\n100,get,a,1\n# half-way\n100,get,\"b,\",2\n",
    ];
    for text in texts {
        assert_eq!(formed(text, CsvLayout::default()), [(1_000, 100), (2_000, 100)], "{text}");
    }
}

#[test]
fn the_form_names_or_numbers_the_columns() {
    let named = CsvLayout { columns: columns(["timestamp", "obj_id", "obj_size"]), ..CsvLayout::default() };
    assert_eq!(formed("obj_id,timestamp,obj_size\na,1,100\n", named), [(1_000, 100)]);
    let numbered = CsvLayout { columns: columns(["1", "3", "4"]), header: false, delimiter: None };
    let rows = "# timestamp (ms), op type, object id, object size (byte)\n0,1,A,8371\n103,1,B,31\n";
    assert_eq!(formed(rows, numbered.clone()), [(0, 8_371), (103_000, 31)]);
    // The first row is a row like the others: a wrong one is told with its line.
    assert_eq!(
        said(read(open(&b"x,1,A,1\n"[..], TraceKind::Csv).laid_out(numbered))),
        ["1:1: the time is not a number of seconds, 0 or more; write for example `12` or `12.5`"]
    );
    let plain = CsvLayout { header: false, ..CsvLayout::default() };
    assert_eq!(formed("1,a,100\n2,a,100\n", plain), [(1_000, 100), (2_000, 100)]);
    let colons = CsvLayout { delimiter: Some(b':'), ..CsvLayout::default() };
    assert_eq!(formed("time:key:size\n1:a,b:100\n", colons), [(1_000, 100)]);
}

#[test]
fn columns_that_are_not_there_are_refused() {
    let form = CsvLayout { columns: columns(["when", "obj_id", "obj_size"]), ..CsvLayout::default() };
    let said = said(read(open(&b"timestamp,obj_id,obj_size\n"[..], TraceKind::Csv).laid_out(form)));
    insta::assert_snapshot!(said.join("\n"), @"1:1: a column named by `--columns` is missing: the first line has `timestamp`, `obj_id`, `obj_size`");
}

#[test]
fn only_so_many_malformed_rows_are_named() {
    assert_eq!(said(csv(&"x\n".repeat(5 * PROBLEMS_MAX))).len(), PROBLEMS_MAX);
}

#[test]
fn malformed_rows_can_be_skipped_and_counted() {
    let text = format!("time,key,size\n1,a,1\nx\n{}\n2,a,1\n1,a,1\n", "y".repeat(6 * LINE_BYTES_MAX));
    let mut trace = open(text.as_bytes(), TraceKind::Csv).lenient();
    assert_eq!(trace.next().expect("lenient").map(<[KeyAccess]>::len), Some(2));
    assert_eq!(trace.next().expect("lenient"), None);
    assert_eq!(trace.skipped(), 3);
}

#[test]
fn a_line_too_long_is_one_problem_on_its_own_line() {
    let text = format!("1,{},1\n1,b,1\n{}\nz\n", "k".repeat(LINE_BYTES_MAX), "y".repeat(9 * LINE_BYTES_MAX));
    let problems = said(csv(&text));
    let lines: Vec<_> = problems.iter().filter_map(|problem| problem.split(':').next()).collect();
    assert_eq!(lines, ["2", "4", "5"], "{problems:?}");
}

#[test]
fn a_record_that_is_not_complete_is_malformed() {
    let problems = said(read(open(&[0u8; 60][..], TraceKind::OracleGeneral)));
    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with("3: the trace ends 12 bytes into a record of 24"), "{problems:?}");
}

#[test]
fn records_out_of_order_are_malformed() {
    let record = |seconds: u8| [vec![seconds], vec![0; 23]].concat();
    let problems = said(read(open(&*[record(2), record(1)].concat(), TraceKind::OracleGeneral)));
    assert!(problems[0].starts_with("2: the time is earlier"), "{problems:?}");
}
