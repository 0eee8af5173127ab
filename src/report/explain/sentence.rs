//! The sentences that explain why a job run missed the cache. Every format of `explain` uses them.

use super::cause::{SHORTEST, losses, named, why};
use super::steps::steps;
use super::words::{clock, limit_in_words, moment, place, size};
use crate::event::{Conclusion, FailureCause, JobRun, LossCause, SaveOutcome};
use crate::observe::journal::{Actor, Gone, ObjectsLine, RestoreLine, Share};
use crate::report::answer::failures::because;
use crate::report::number;
use crate::result::{ExplainedRun, MissExplanation};
use crate::units::Bytes;

/// The heading: which job, when, and how much time it lost.
pub(super) fn title(run: &ExplainedRun) -> String {
    let MissExplanation { job, .. } = &run.why;
    let place = place(&job.actor.ref_name);
    let ended = ended(run).map(|how| format!("{how}, ")).unwrap_or_default();
    format!("{} on {place}, {}: {ended}{}", job.actor.job, moment(job.started_at), lost(&run.why))
}

/// How the run ended, if it did not succeed.
fn ended(run: &ExplainedRun) -> Option<&'static str> {
    match run.conclusion() {
        Conclusion::Success => None,
        Conclusion::Failed => Some("failed"),
        Conclusion::OutOfDisk => Some("out of disk"),
        Conclusion::TimedOut => Some("timed out"),
        Conclusion::Cancelled => Some("cancelled"),
    }
}

/// A sentence on why the run did not succeed.
fn failure(run: &ExplainedRun) -> Option<String> {
    Some(match run.conclusion() {
        Conclusion::Success => return None,
        Conclusion::Failed => match run.why.job.cause {
            Some(cause) => format!("It failed because {}.", because(cause)),
            None => "It failed.".into(),
        },
        Conclusion::OutOfDisk => {
            "It failed because the files it unpacked need more disk than its runner has free.".into()
        }
        Conclusion::TimedOut => "It reached its `timeout` and was stopped before it could save.".into(),
        Conclusion::Cancelled => "It was cancelled before it could save.".into(),
    })
}

/// The minutes that the causes add up to.
fn lost(why: &MissExplanation) -> String {
    match named(&why.job).map(|loss| loss.minutes).sum() {
        minutes if minutes < SHORTEST => "no time lost".into(),
        minutes => format!("{} min lost", number::plain(minutes)),
    }
}

/// The explanation in one sentence: what was missing, and why.
pub(super) fn verdict(run: &ExplainedRun) -> String {
    let why = &run.why;
    let mut missed: Vec<(&str, String, usize)> = vec![];
    for restore in why.missed_restores() {
        let (client, reason) = (restore.client.as_str(), short_reason(restore));
        match missed.iter_mut().find(|known| (known.0, &known.1) == (client, &reason)) {
            Some(known) => known.2 += 1,
            None => missed.push((client, reason, 1)),
        }
    }
    let restores = missed.into_iter().map(|(client, reason, count)| match count {
        1 => format!("{client} {reason}"),
        count => format!("{count} look-ups of {client} {reason}"),
    });
    let objects = why.job.objects.iter().filter(|objects| objects.missed() > 0).map(|objects| {
        format!(
            "{} missed {} of its {} objects",
            objects.client,
            objects.missed(),
            objects.found + objects.missed()
        )
    });
    let clauses: Vec<String> = restores.chain(objects).chain(steps_in_short(why)).collect();
    let missing = match clauses.is_empty() {
        true => "It had no cache misses.".into(),
        false => clauses.join("; ") + ".",
    };
    failure(run).into_iter().chain([missing]).collect::<Vec<_>>().join(" ")
}

fn steps_in_short(why: &MissExplanation) -> Option<String> {
    let missed = why.job.missed_steps();
    let of = match why.job.steps.len() {
        1 => "its dependency step".into(),
        all => format!("{missed} of its {all} dependency steps"),
    };
    (missed > 0).then(|| format!("buildkit had to execute {of}"))
}

fn short_reason(restore: &RestoreLine) -> String {
    match (restore.outcome, &restore.lost) {
        ("prefix", _) => format!("found only an older entry{}", why(restore.cause)),
        ("miss", _) if restore.found.is_some() => "gave up on a download that stalled".into(),
        ("rate_limited", _) => "met the rate limit, which counts as a miss".into(),
        (_, Some(gone)) if gone.reason == "idle" => "missed an entry that had expired".into(),
        (_, Some(gone)) => format!("missed an entry that had been evicted{}", by_whom(&restore.client, gone)),
        (_, None) => format!("missed{}", why(restore.cause)),
    }
}

/// Names the client whose writes evicted the entry, by bytes. It names none if less than half of the entry's size was
/// stored since its last access: the others were then kept because they were used, not because they were new.
fn by_whom(client: &str, gone: &Gone) -> String {
    let all: u64 = gone.pushed_out_by.iter().map(|share| share.bytes.0).sum();
    match gone.pushed_out_by.first().filter(|_| 2 * all >= gone.entry.bytes.0) {
        Some(most) => {
            let share = most.bytes.as_f64() / Bytes(all).as_f64();
            let whose = if most.client == client { "its own".into() } else { format!("{}'s", most.client) };
            format!(" (by bytes, {} by {whose} writes)", number::percent(share))
        }
        None => String::new(),
    }
}

/// The explanation: a paragraph for each look-up, for the objects, and for the cost.
pub(super) fn paragraphs(run: &ExplainedRun, limit: Bytes) -> Vec<String> {
    let why = &run.why;
    let restores = alike(&why.restores);
    let restores = restores.iter().map(|restores| restored(why, restores, limit));
    let objects = why.job.objects.iter().filter(|objects| objects.missed() > 0).map(|o| objects_of(why, o));
    restores.chain(steps(why)).chain(objects).chain([cost(why)]).chain(best(run)).collect()
}

/// The strategies that would have saved most, if any.
fn best(run: &ExplainedRun) -> Option<String> {
    if run.conclusion() != Conclusion::Success {
        return rescued(run);
    }
    let lasted = run.why.job.build_minutes;
    let tried = run.tried().into_iter();
    let succeed = tried.filter_map(|(name, run)| Some((name, run.filter(|run| is_success(run))?)));
    let mut named: Vec<&str> = vec![];
    let saved = succeed.filter_map(|(name, run)| {
        let saved = lasted - run.build.as_minutes_f64();
        let is_another = !named.contains(&plain(name));
        named.push(plain(name));
        (is_another && saved > SAVED_MIN * lasted)
            .then(|| format!("{name} (by {} min)", number::plain(saved)))
    });
    let saved: Vec<String> = saved.take(BEST).collect();
    (!run.remedies.is_empty()).then(|| match saved.as_slice() {
        [] => format!("No strategy that was tried{} would have made this build shorter.", bracketed(run)),
        some => format!("This build would have been shorter with {}.", some.join(", or with ")),
    })
}

/// A strategy without its value, of which the best is enough.
fn plain(strategy: &str) -> &str {
    strategy.split('=').next().unwrap_or(strategy)
}

/// The strategies that were tried, in brackets, where no table has them.
fn bracketed(run: &ExplainedRun) -> String {
    let names: Vec<&str> = run.tried().into_iter().map(|(name, _)| name).collect();
    match run.section().is_none() && !names.is_empty() {
        true => format!(" ({})", names.join(", ")),
        false => String::new(),
    }
}

/// The strategies with which a run would have succeeded that did not.
fn rescued(run: &ExplainedRun) -> Option<String> {
    let tried = run.tried().into_iter();
    let names = tried.filter(|(_, run)| run.is_some_and(is_success)).map(|(name, _)| name);
    let names: Vec<&str> = names.collect();
    let first = names[..names.len().min(BEST)].join(", or with ");
    (!run.remedies.is_empty()).then(|| match names.len() {
        0 => format!("No strategy that was tried{} would have made it succeed.", bracketed(run)),
        1..=BEST => format!("It would have succeeded with {first}."),
        all => format!("It would have succeeded with {first}, or with {} more.", all - BEST),
    })
}

fn is_success(run: &JobRun) -> bool {
    run.conclusion == Conclusion::Success
}

/// Minimum share of the build time for a saving to be mentioned, and how many are mentioned.
const SAVED_MIN: f64 = 0.05;
const BEST: usize = 3;

/// The look-ups, those together that found nothing for the same reason: a paragraph says it once.
fn alike(restores: &[RestoreLine]) -> Vec<Vec<&RestoreLine>> {
    let mut groups: Vec<Vec<&RestoreLine>> = vec![];
    for restore in restores {
        let is_alike = |group: &&mut Vec<&RestoreLine>| {
            let first = group[0];
            let found_nothing = |restore: &RestoreLine| restore.found.is_none() && restore.lost.is_none();
            found_nothing(first)
                && found_nothing(restore)
                && (&first.client, first.outcome, first.cause)
                    == (&restore.client, restore.outcome, restore.cause)
                && first.restore_keys == restore.restore_keys
        };
        match groups.iter_mut().find(is_alike) {
            Some(group) => group.push(restore),
            None => groups.push(vec![restore]),
        }
    }
    groups
}

/// What happened to look-ups that are alike.
fn restored(why: &MissExplanation, restores: &[&RestoreLine], limit: Bytes) -> String {
    let restore = restores[0];
    let mut sentences = vec![asked(why, restores)];
    if let Some(gone) = &restore.lost {
        sentences.push(life(why, gone));
        sentences.push(death(why, gone, limit));
    } else if restore.outcome == "miss" && restore.found.is_none() {
        sentences.push(never_there(restore).into());
        sentences.extend(may_not_save(why));
    }
    sentences.join(" ")
}

/// Why an entry that was never removed was not found.
fn never_there(restore: &RestoreLine) -> &'static str {
    match restore.cause {
        Some(LossCause::NewKey) => {
            "No run whose entries this job can read had saved or asked for such a key before."
        }
        Some(LossCause::NeverSaved) => {
            "A run had asked for such a key before, and saved no entry that this job can read."
        }
        Some(LossCause::UnreadableScope) => "Such an entry was saved only where this job cannot read.",
        _ => {
            "No entry with such a key was ever saved in a scope this job can read: either it is the first of its \
             kind, or no job was allowed to save one."
        }
    }
}

/// A sentence if runs like this one store nothing.
fn may_not_save(why: &MissExplanation) -> Option<String> {
    let is_read_only = why.job.cause == Some(FailureCause::Export(SaveOutcome::ReadOnly));
    is_read_only.then(|| "Its token is read-only, so no run like this one saves any.".to_owned())
}

/// How many keys of look-ups that are alike are named.
const KEYS_MAX: usize = 3;

fn asked(why: &MissExplanation, restores: &[&RestoreLine]) -> String {
    let RestoreLine { at, client, key, restore_keys, .. } = restores[0];
    let restore = restores[0];
    let named = restores.iter().take(KEYS_MAX).map(|restore| format!("`{}`", restore.key));
    let named = named.collect::<Vec<_>>().join(" and ");
    let keys = match restores.len().saturating_sub(KEYS_MAX) {
        0 => named,
        more => format!("{named} and {more} more"),
    };
    let or_else = match restore_keys.len() {
        0 => String::new(),
        _ => format!(", or else the newest entry that starts with {}", listed(restore_keys)),
    };
    let answer = match &restore.found {
        None if restore.outcome == "rate_limited" => {
            ", and was refused: too many requests in that minute.".into()
        }
        None => ", and found nothing.".into(),
        Some(found) => {
            let what = if found.key == *key { "that entry".into() } else { format!("`{}`", found.key) };
            let scope = place(&found.ref_name);
            let saved_by = why.save_of(found).map(|save| by_job(&save.actor)).unwrap_or_default();
            let (size, saved) = (size(found.bytes), moment(found.saved_at));
            let stalled = match restore.outcome {
                "miss" => " The download stalled: after 10 minutes the job treated it as a miss.",
                _ => "",
            };
            format!(", and found {what} of {scope}: {size}, saved {saved}{saved_by}.{stalled}")
        }
    };
    format!("At {}, {client} looked for {keys}{or_else}{answer}", clock(*at))
}

fn listed(keys: &[String]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" or ")
}

fn life(why: &MissExplanation, gone: &Gone) -> String {
    let saved_by = why.save_of(&gone.entry).map(|save| by_job(&save.actor)).unwrap_or_default();
    let used = match gone.found {
        0 => "and never used".into(),
        1 => format!("found once, and last accessed {}", moment(gone.last_accessed_at)),
        n => format!("found {n} times, and last accessed {}", moment(gone.last_accessed_at)),
    };
    let entry = &gone.entry;
    format!(
        "It would have found `{}` of {} ({}), which was saved {}{saved_by}, {used}.",
        entry.key,
        place(&entry.ref_name),
        size(entry.bytes),
        moment(entry.saved_at)
    )
}

fn by_job(actor: &Actor) -> String {
    format!(" by {} (push {})", actor.job, actor.push)
}

fn death(why: &MissExplanation, gone: &Gone, limit: Bytes) -> String {
    if gone.reason == "idle" {
        return format!(
            "It expired at {}: no job had accessed it for longer than the retention.",
            moment(gone.at)
        );
    }
    let held = match why.sweep_at(gone.at) {
        Some(sweep) => format!(
            ": the cache held {} and was swept down to {}, below its limit of {}",
            size(sweep.bytes_before),
            size(sweep.bytes_after),
            limit_in_words(limit)
        ),
        None => String::new(),
    };
    let pushed = match gone.pushed_out_by.as_slice() {
        [] => String::new(),
        shares => format!(
            " Since its last access, {} had been stored, to which the eviction is charged by bytes: {}.",
            size(shares.iter().map(|share| share.bytes).sum()),
            shared(shares)
        ),
    };
    format!("The sweep at {} evicted it{held}.{pushed}", moment(gone.at))
}

fn shared(shares: &[Share]) -> String {
    let all: Bytes = shares.iter().map(|share| share.bytes).sum();
    let part = |share: &Share| {
        let percent = number::percent(share.bytes.as_f64() / all.as_f64());
        format!("{} by {} ({percent})", size(share.bytes), share.client)
    };
    shares.iter().map(part).collect::<Vec<_>>().join(", ")
}

fn objects_of(why: &MissExplanation, objects: &ObjectsLine) -> String {
    let ObjectsLine { client, found, lost, never_stored, pushed_out_by, .. } = objects;
    let mut text = format!("{client} looked for {} objects and found {found}.", found + objects.missed());
    let evicted: u32 = lost.iter().filter(|lost| lost.reason == "size").map(|lost| lost.objects).sum();
    let expired: u32 = lost.iter().filter(|lost| lost.reason == "idle").map(|lost| lost.objects).sum();
    if evicted > 0 {
        text += &format!(" {evicted} had been evicted");
        if let Some(most) = lost.iter().filter(|lost| lost.reason == "size").max_by_key(|lost| lost.objects) {
            text += &format!(", {} of them at {}", most.objects, moment(most.at));
            if let Some(sweep) = why.sweep_at(most.at) {
                text += &format!(", when the cache held {}", size(sweep.bytes_before));
            }
        }
        if let Some(most) = pushed_out_by.first() {
            let share = number::percent(most.objects / f64::from(evicted));
            text += &format!("; by bytes, {}'s writes evicted {share} of them", most.client);
        }
        text.push('.');
    }
    if expired > 0 {
        text += &format!(" {expired} had expired.");
    }
    if *never_stored > 0 {
        text += &format!(
            " {never_stored} had never been saved in a scope this job can read (or were \
            evicted too long ago to tell)."
        );
    }
    if objects.refused > 0 {
        let attempts = objects.refused + objects.stored;
        text += &format!(
            " Of the {attempts} it compiled and tried to save, {} were \
            refused.",
            objects.refused
        );
    }
    text
}

fn cost(why: &MissExplanation) -> String {
    let job = &why.job;
    let build = format!(
        "The build took {} min; with every entry cached it would have taken {} min.",
        number::plain(job.build_minutes),
        number::plain(job.perfect_minutes)
    );
    build + &beside(why) + &losses(job)
}

/// A sentence on the time that was lost beside the build, so that the lost minutes can be added up. Of a run that did
/// not succeed, they are not known apart.
fn beside(why: &MissExplanation) -> String {
    let minutes = why.lost_minutes() - why.job.excess_minutes();
    let is_told = why.job.conclusion == Conclusion::Success.word() && minutes >= LONG;
    let told = || format!(" Restores, saves and waits took another {} min.", number::plain(minutes));
    is_told.then(told).unwrap_or_default()
}

/// Less time beside the build is not named, in minutes.
const LONG: f64 = 1.0;
