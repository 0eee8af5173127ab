//! `diagnose`: reads listings of a real cache and judges them. Nothing is simulated, except that a scenario given
//! beside them is played once to learn the keys of its jobs.

mod known_keys;
mod request;

pub use request::DiagnoseRequest;

use super::input_file::{invalid, read};
use super::small_limit::small_limit;
use super::{Failure, Refusal};
use crate::diagnose::{CacheListing, Circumstances, FailCondition, arranged, judge};
use crate::diagnostic::{name_of_input, printable};
use crate::replay::PullList;
use crate::replay::listing::{ENTRIES_MAX, read_snapshot};
use crate::result::Diagnosis;
use anyhow::anyhow;
use known_keys::known_keys;
use std::path::Path;

/// The largest listing that is read, 64 MB: about 170,000 entries. What is not a listing takes up to 25 times as
/// much memory.
const LISTING_BYTES_MAX: u64 = 64_000_000;
/// The largest list of pull requests that is read.
const PULLS_BYTES_MAX: u64 = 64_000_000;
/// The most files of listings.
const FILES_MAX: usize = 1_000;

/// Reads everything that the request names, and judges it.
///
/// # Errors
/// If a file cannot be read or is malformed, or the request does not fit it.
pub fn diagnose(request: &DiagnoseRequest) -> Result<Diagnosis, Failure> {
    check(request).map_err(|problem| Failure::Refused(Refusal::usage(problem)))?;
    let listings = read_all(&request.listings)?;
    let listings = arranged(listings.into_iter().map(|listing| placed(listing, request)).collect());
    if request.fail_on.contains(&FailCondition::NewWriter) && listings.len() < 2 {
        let problem = "--fail-on new-writer needs two listings or more: an earlier one to compare with";
        return Err(Failure::Refused(Refusal::usage(problem)));
    }
    let circumstances = Circumstances {
        limit: request.limit,
        at: request.at,
        retention: request.retention,
        default_branch: request.default_branch.clone(),
        pulls: request.pulls.as_deref().map(pulls).transpose()?,
        scenario: request.scenario.as_deref().map(known_keys).transpose()?,
    };
    let mut diagnosis = judge(&listings, &circumstances);
    diagnosis.reproduce = request.to_string();
    let last = &listings.last().expect("arguments have a listing").snapshot;
    let conditions = request.fail_on.iter();
    diagnosis.failed_on =
        conditions.clone().filter_map(|condition| condition.met(&diagnosis, last)).collect();
    diagnosis.notes.extend(small_limit(&[request.limit]));
    let unknown: Vec<String> =
        conditions.filter_map(|condition| condition.unknown_family(&diagnosis, last)).collect();
    diagnosis.notes.extend(unknown);
    if diagnosis.is_lower_bound && !request.fail_on.is_empty() && diagnosis.failed_on.is_empty() {
        let note = "the listing is cut, so a condition of --fail-on may be met without being seen";
        diagnosis.notes.push(note.to_owned());
    }
    Ok(diagnosis)
}

fn check(request: &DiagnoseRequest) -> Result<(), String> {
    let listings = &request.listings;
    if listings.len() > FILES_MAX {
        return Err(format!("more than {FILES_MAX} listings: pass fewer"));
    }
    let twice = listings.iter().enumerate().find(|(index, file)| listings[..*index].contains(file));
    match twice {
        Some((_, file)) => Err(format!("{} is named twice", printable(&name_of_input(file)))),
        None => Ok(()),
    }
}

fn read_all(files: &[std::path::PathBuf]) -> Result<Vec<CacheListing>, Failure> {
    let (mut listings, mut entries) = (Vec::new(), 0);
    for file in files {
        let text = read(file, LISTING_BYTES_MAX)?;
        let snapshot = read_snapshot(&text).map_err(|problems| invalid(file, &problems))?;
        entries += snapshot.entries.len();
        if entries > ENTRIES_MAX {
            return Err(
                anyhow!("the listings have more than {ENTRIES_MAX} entries together: pass fewer").into()
            );
        }
        listings.push(CacheListing { files: vec![file.display().to_string()], snapshot });
    }
    Ok(listings)
}

/// Ages count back from `--at`, if it is given and there is one listing.
fn placed(listing: CacheListing, request: &DiagnoseRequest) -> CacheListing {
    match request.at.filter(|_| request.listings.len() == 1) {
        Some(at) => CacheListing { snapshot: listing.snapshot.placed_at(at), ..listing },
        None => listing,
    }
}

fn pulls(file: &Path) -> Result<PullList, Failure> {
    let text = read(file, PULLS_BYTES_MAX)?;
    PullList::read(&text).map_err(|problems| invalid(file, &problems))
}
