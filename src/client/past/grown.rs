//! Computes what a growing archive holds when the simulation begins. An archive grows when each run
//! restores it, adds to it and saves it again. `ci` calls this when main saves its first archive of a
//! family; `docs/model.md` ("How old archives are at the start") gives the reasons.

use crate::client::CacheClient;
use crate::client::archive::{Archive, Packed};
use crate::client::compile::Compile;
use crate::client::past_run::PastRun;
use crate::client::session::Session;
use crate::client::toolkit::Toolkit;
use crate::random::{Purpose, mix, mix_str};
use crate::service::Sweep;

/// The archive that the first run of a simulation would have found. `other` is its content besides crates.
///
/// In the past an archive started from nothing in the cases in which it does so during the simulation: when
/// its family ended, when the restore stalled before a save under a new key, when it was idle for longer
/// than the retention, and when it was larger than the whole limit. Left out: eviction by other entries.
pub fn left_behind(
    session: &Session,
    cache: &dyn CacheClient,
    toolkit: &Toolkit,
    compile: &Compile,
    other: Packed,
) -> Archive {
    let limits = session.limits();
    let draws = session.draws().of(Purpose::Past);
    let family = toolkit.family().map(|key| session.key_text(*key)).unwrap_or_default();
    let stalls = |run: &PastRun, archive: &Archive| {
        let share = session.job.host.stall_share((archive.size() + other).compressed);
        draws.unit(Purpose::Stall, mix(mix_str(0, &family), run.push)) < share
    };
    let evicted = |archive: &Archive| {
        limits.sweep != Sweep::Never && (archive.size() + other).compressed > limits.limit
    };
    let mut archive = Archive::default();
    let mut before: Option<&PastRun> = None;
    for run in compile.plan().past() {
        let (now, then) = (&run.checkout, before.map(|before| &before.checkout));
        let new_key = then.is_none_or(|then| cache.tells_apart(then, now));
        let family_ended = then.is_some_and(|then| cache.parts(then, now));
        let anew = run.idle || family_ended || evicted(&archive) || (new_key && stalls(run, &archive));
        if anew {
            archive = Archive::default();
        }
        if anew || new_key {
            compile.plan().add_kept(&mut archive, cache.kept(), now);
        }
        before = Some(run);
    }
    if evicted(&archive) { Archive::default() } else { archive }
}
