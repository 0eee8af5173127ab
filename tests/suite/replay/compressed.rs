//! Compressed files are read as what they hold, and none is ever taken for a trace itself.

use cache_budget::replay::Input;
use flate2::{Compression, write::GzEncoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::{Read, Write};

const TRACE: &[u8] = b"time,key,size\n1,a,100\n2,a,100\n";

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

fn zstd(text: &[u8]) -> Vec<u8> {
    compress_to_vec(text, CompressionLevel::Fastest)
}

/// A zstd frame that holds nothing for those who decompress.
fn skippable() -> Vec<u8> {
    [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat()
}

/// What kind of file it is, and all that is in it.
fn read(file: &[u8]) -> Result<(Input, Vec<u8>), String> {
    let (kind, mut rest) = Input::of(file, None).map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    rest.read_to_end(&mut text).map_err(|error| error.to_string())?;
    Ok((kind, text))
}

#[test]
fn gzip_and_zstd_of_one_part_or_several_are_read_as_what_they_hold() {
    let (begin, end) = TRACE.split_at(20);
    let files = [
        gzip(TRACE),
        [gzip(begin), gzip(end)].concat(),
        zstd(TRACE),
        [zstd(begin), skippable(), zstd(b""), zstd(end)].concat(),
    ];
    for file in files {
        assert_eq!(read(&file), Ok((Input::Csv, TRACE.to_vec())));
    }
    let log = br#"{"at":"2026-09-23T02:15:10Z","op":"sweep"}"#;
    assert_eq!(read(&gzip(log)), Ok((Input::Operations, log.to_vec())));
}

#[test]
fn what_is_damaged_is_an_error() {
    for mut file in [gzip(TRACE), zstd(TRACE)] {
        file.truncate(file.len() - 5);
        assert!(read(&file).is_err(), "cut short");
    }
    let mut file = gzip(TRACE);
    let checksum = file.len() - 8;
    file[checksum] ^= 1;
    assert!(read(&file).is_err(), "another checksum");
}

#[test]
fn other_forms_are_named_and_not_played() {
    let said = |head: &[u8]| read(&[head, &[0; 100]].concat()).expect_err("it is refused");
    assert_eq!(
        said(b"\xfd7zXZ\0"),
        " a file compressed with xz: unpack it first, with `xz -dc FILE | cache-budget replay -`"
    );
    assert!(said(b"\x1f\x9d\x90").contains("compress (.Z): unpack it first, with `gzip -dc FILE"));
    assert!(said(b"PK\x03\x04").contains("zip"));
    assert!(read(b"BZh91AY&SY").expect_err("it is refused").contains("bzip2"));
    // Records whose times go back in the first of them are none.
    let record = |seconds: u8| [vec![seconds], vec![0; 23]].concat();
    assert_eq!(read(&[record(1), record(2)].concat()).map(|(kind, _)| kind), Ok(Input::OracleGeneral));
    assert!(read(&[record(2), record(1)].concat()).expect_err("it is refused").contains("oracleGeneral"));
    // A kind that is stated does not make a trace of it.
    let stated = Input::of(&b"BZh91AY&SY"[..], Some(Input::OracleGeneral));
    assert!(stated.is_err());
}

#[test]
fn a_file_that_grows_without_end_is_given_up() {
    // A million zeros are a thousand bytes; 200 times that is more than any trace grows.
    let bomb = gzip(&vec![b'1'; 1_000_000]).repeat(200);
    assert!(read(&bomb).expect_err("it is given up").contains("more than 500 times"));
    let harmless = gzip(&vec![b'1'; 1_000_000]).repeat(2);
    assert_eq!(read(&harmless).map(|(_, text)| text.len()), Ok(2_000_000));
}

#[test]
fn what_is_compressed_twice_is_no_trace() {
    for twice in [gzip(&gzip(TRACE)), gzip(&zstd(TRACE)), gzip(b"\xfd7zXZ\0")] {
        let said = read(&twice).expect_err("it is refused");
        assert!(said.contains("compressed twice: decompress it once, with `gzip -dc FILE"), "{said}");
    }
    assert!(read(&zstd(&gzip(TRACE))).expect_err("it is refused").contains("`zstd -dc FILE"));
}

#[test]
fn archives_of_files_and_tables_in_other_forms_are_named() {
    let tar = [&[b'n'; 257][..], b"ustar\0", &[0; 249]].concat();
    for file in [tar.clone(), gzip(&tar)] {
        let said = read(&file).expect_err("it is refused");
        assert!(said.contains("a tar archive: unpack it first, with `tar -xOf FILE"), "{said}");
    }
    for (head, kind) in [
        (&b"PAR1abc"[..], "a Parquet file"),
        (b"ARROW1\0\0", "an Arrow file"),
        (b"ORC\x08\x03", "an ORC file"),
        (b"SQLite format 3\0", "an SQLite database"),
    ] {
        for file in [head.to_vec(), gzip(head)] {
            let said = read(&file).expect_err("it is refused");
            assert!(said.contains(kind) && said.contains("convert it to CSV first"), "{said}");
        }
    }
    // Without a zero byte among the first it is still no text.
    assert!(read(b"\x93\x01\x02abc,d,e").expect_err("it is refused").contains("a binary file"));
}
