//! Builds the kinds of runners: those of the scenario, and GitHub's hosted ones.

use crate::ci::Runner;
use crate::client::{ArchiveRate, KeptFiles};
use crate::diagnostic::{Diagnostic, Report};
use crate::project::System;
use crate::scenario::complete::preset_of;
use crate::scenario::grammar::{Kind, RUNNER, RUNNERS, is_hosted_label, usual_disk, words};
use crate::scenario::view::View;
use crate::units::{Bytes, Rate};

/// The kinds of runners: those of the scenario in its order, then GitHub's hosted ones that it does not
/// define.
pub(super) fn runners(root: View, report: &mut Report) -> Vec<Runner> {
    let written = root.map("runner");
    let ci = root.table("ci");
    let is_private = ci.has("visibility") && ci.choice("visibility", &words::VISIBILITIES);
    let own = written.iter().map(|(name, view)| runner(name, *view, is_private, report));
    let mut runners: Vec<Runner> = own.collect();
    let Kind::Map { presets, .. } = RUNNERS else { unreachable!("runners are a map") };
    let labels = presets.iter().map(|preset| preset.name);
    for label in labels.filter(|label| written.iter().all(|(name, _)| name != label)) {
        let node = preset_of(&RUNNERS, label, is_private).expect("it is one of them");
        runners.push(runner(label, View::preset(&node, &RUNNER), is_private, report));
    }
    runners
}

/// The whole number under `key`; `None` for "unlimited".
pub(super) fn at_most(view: View, key: &str) -> Option<u32> {
    view.word_value(key, &words::UNLIMITED).unwrap_or_else(|| Some(view.integer(key) as u32))
}

/// How many jobs may run at once on GitHub's macOS runners, standard and larger, if the scenario does not say.
const MACOS_CONCURRENCY: u32 = 5;

/// How many jobs may run at once on GitHub's macOS runners; `None` for "unlimited".
pub(super) fn macos_concurrency(ci: View) -> Option<u32> {
    if ci.has("macos-concurrency") { at_most(ci, "macos-concurrency") } else { Some(MACOS_CONCURRENCY) }
}

fn runner(name: &str, view: View, is_private: bool, report: &mut Report) -> Runner {
    let cores = view.integer("cores") as u32;
    let compress = Rate(view.rate("compress").0 * u64::from(cores));
    Runner {
        name: name.to_owned(),
        system: system(name, view),
        cores,
        price_per_minute: view.money("price"),
        download: view.rate("download"),
        upload: view.rate("upload"),
        unpack: archive_rate(view, "unpack", "extract", view.rate("extract"), report),
        pack: archive_rate(view, "pack", "compress", compress, report),
        transfer_noise: view.distribution("transfer-noise"),
        stall: view.number("stall"),
        speed_noise: view.distribution("speed-noise"),
        boot: view.seconds("boot"),
        concurrency: at_most(view, "concurrency"),
        keeps: kept_files(name, view, report),
        disk: view.has("disk").then(|| view.bytes("disk")),
        usual_disk: usual_disk(name, is_private).map(Bytes),
    }
}

/// The most machines that keep files. The simulation remembers what is on the disk of each.
const MACHINES_MAX: u32 = 256;

/// Which files its machines keep. Only machines that are not GitHub's keep any, and their number must be known.
fn kept_files(name: &str, view: View, report: &mut Report) -> KeptFiles {
    let kept = view.choice("keeps", &words::KEPT_FILES);
    if kept == KeptFiles::Nothing {
        return kept;
    }
    let mut refuse = |slug, message: String, help: &str| {
        report.push(Diagnostic::error(slug, message).at(view.span("keeps")).help(help));
    };
    if is_hosted_label(name) {
        let message = format!("GitHub's runners keep nothing, and `{name}` is a label of theirs");
        refuse("conflict", message, "give runners of your own another label");
    }
    match at_most(view, "concurrency") {
        None => {
            let message = "`keeps` needs the number of machines, and `concurrency` has no limit".to_owned();
            refuse("missing-key", message, "write `concurrency`: each machine runs one job at a time");
        }
        Some(machines) if machines > MACHINES_MAX => {
            let message = format!("{machines} machines (`concurrency`) keep files, more than {MACHINES_MAX}");
            refuse(
                "out-of-range",
                message,
                "jobs that seldom meet the same machine find little: leave out `keeps`",
            );
        }
        Some(_) => {}
    }
    kept
}

/// The system of the runner with this label.
pub(super) fn system_of(root: View, label: &str) -> System {
    let written = root.map("runner").into_iter().find(|(name, _)| *name == label);
    written.map_or_else(|| System::of_label(label), |(name, view)| system(name, view))
}

/// The system that is written, or else the one of the label.
fn system(label: &str, view: View) -> System {
    let labelled = System::of_label(label);
    let os = view.has("os").then(|| view.choice("os", &words::SYSTEMS));
    let arch = view.has("arch").then(|| view.choice("arch", &words::ARCHITECTURES));
    System { os: os.unwrap_or(labelled.os), arch: arch.unwrap_or(labelled.arch) }
}

/// The rate by compressed bytes, if it is written; otherwise `unpacked`, the rate from the key `instead`.
fn archive_rate(view: View, key: &str, instead: &str, unpacked: Rate, report: &mut Report) -> ArchiveRate {
    if !view.has(key) {
        return ArchiveRate::Unpacked(unpacked);
    }
    if view.is_changed(instead) {
        let message = format!("`{instead}` has no effect with `{key}`");
        let diagnostic = Diagnostic::warning("no-effect", message).at(view.span(instead));
        report.push(diagnostic.related(view.span(key), "this rate is used instead, in compressed bytes"));
    }
    ArchiveRate::Compressed(view.rate(key))
}
