//! `diagnose`: listings in every form, what keys say, what is dead, what goes next, and hostile input.

mod command;
mod dates;
mod eviction;
mod families;
mod formats;
#[cfg(unix)]
mod gh;
mod hostile;
mod in_use;
mod property;
mod reach;
mod scenario;
mod snapshots;

use cache_budget::diagnose::{CacheListing, Circumstances, arranged, judge};
use cache_budget::replay::PullList;
use cache_budget::replay::listing::{Snapshot, read_snapshot};
use cache_budget::result::{Diagnosis, FamilyHolding, FindingRow};
use cache_budget::units::Bytes;

pub const LISTING_22: &str = include_str!("listing-22-entries.json");

pub fn snapshot(text: &str) -> Snapshot {
    read_snapshot(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// One entry of gh's JSON on main, with its times as they are written.
pub fn dated(id: u64, created: &str, accessed: &str) -> String {
    format!(
        r#"{{"id":{id},"key":"k{id}","ref":"refs/heads/main","sizeInBytes":1,"createdAt":"{created}","lastAccessedAt":"{accessed}"}}"#
    )
}

/// One entry of gh's JSON, created and last accessed on two hours of one day.
pub fn entry(id: u64, reference: &str, key: &str, size: u64, created: u64, accessed: u64) -> String {
    format!(
        r#"{{"id":{id},"ref":"{reference}","key":"{key}","version":"v","sizeInBytes":{size},"createdAt":"2026-09-20T{created:02}:00:00Z","lastAccessedAt":"2026-09-20T{accessed:02}:00:00Z"}}"#
    )
}

pub fn listing(entries: &[String]) -> String {
    format!("[{}]", entries.join(","))
}

/// The limit of most tests: 1,000 B.
pub fn circumstances() -> Circumstances {
    Circumstances { limit: Bytes(1_000), ..Circumstances::default() }
}

pub fn with_pulls(text: &str) -> Circumstances {
    let pulls = PullList::read(text.as_bytes()).expect("a list of pull requests");
    Circumstances { pulls: Some(pulls), ..circumstances() }
}

pub fn diagnosis_of(texts: &[&str], circumstances: &Circumstances) -> Diagnosis {
    let listings = texts.iter().map(|text| CacheListing { files: vec![], snapshot: snapshot(text) });
    judge(&arranged(listings.collect()), circumstances)
}

pub fn diagnosis(entries: &[String]) -> Diagnosis {
    diagnosis_of(&[&listing(entries)], &circumstances())
}

/// Two days after the entries of [`entry`]: what is superseded is so for sure.
pub fn settled(entries: &[String]) -> Diagnosis {
    let at = "2026-09-22T23:00:00Z".parse().expect("a time");
    diagnosis_of(&[&listing(entries)], &Circumstances { at: Some(at), ..circumstances() })
}

pub fn family<'a>(diagnosis: &'a Diagnosis, name: &str) -> &'a FamilyHolding {
    let found = diagnosis.families.iter().find(|family| family.family == name);
    found.unwrap_or_else(|| panic!("no family {name} in {:#?}", diagnosis.families))
}

pub fn finding<'a>(diagnosis: &'a Diagnosis, slug: &str) -> &'a FindingRow {
    let found = diagnosis.findings.iter().find(|finding| finding.slug == slug);
    found.unwrap_or_else(|| panic!("no finding {slug} in {:?}", slugs(diagnosis)))
}

/// The note that contains this text.
pub fn note<'a>(diagnosis: &'a Diagnosis, text: &str) -> &'a str {
    let found = diagnosis.notes.iter().find(|note| note.contains(text));
    found.unwrap_or_else(|| panic!("no note has {text:?}: {:#?}", diagnosis.notes))
}

/// All problems of a listing that is refused.
pub fn problems(bytes: impl AsRef<[u8]>) -> Vec<String> {
    let found = read_snapshot(bytes.as_ref()).expect_err("the listing was accepted");
    found.list().iter().map(ToString::to_string).collect()
}

pub fn slugs(diagnosis: &Diagnosis) -> Vec<&str> {
    diagnosis.findings.iter().map(|finding| finding.slug.as_str()).collect()
}
