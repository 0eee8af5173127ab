use crate::ci::Runner;
use crate::client::ArchiveRate;
use crate::diagnostic::{Diagnostic, Report};
use crate::scenario::view::View;
use crate::units::Rate;

/// The kinds of runners, in the order of the scenario.
pub(super) fn runners(root: View, report: &mut Report) -> Vec<Runner> {
    root.map("runner").into_iter().map(|(name, view)| runner(name, view, report)).collect()
}

/// A whole number, or `None` where it is "unlimited".
pub(super) fn at_most(view: View, key: &str) -> Option<u32> {
    match view.word(key) {
        Some(_) => None,
        None => Some(view.integer(key) as u32),
    }
}

fn runner(name: &str, view: View, report: &mut Report) -> Runner {
    let cores = view.integer("cores") as u32;
    let compress = Rate(view.rate("compress").0 * u64::from(cores));
    Runner {
        name: name.to_owned(),
        cores,
        price_per_minute: view.money("price"),
        download: view.rate("download"),
        upload: view.rate("upload"),
        unpack: archive_rate(view, "unpack", "extract", view.rate("extract"), report),
        pack: archive_rate(view, "pack", "compress", compress, report),
        transfer_noise: view.distribution("transfer-noise"),
        speed_noise: view.distribution("speed-noise"),
        boot: view.seconds("boot"),
        concurrency: at_most(view, "concurrency"),
        disk: view.bytes("disk"),
    }
}

/// The rate in compressed bytes if it is written, otherwise `unpacked`, which the key `instead` gives.
fn archive_rate(view: View, key: &str, instead: &str, unpacked: Rate, report: &mut Report) -> ArchiveRate {
    if !view.has(key) {
        return ArchiveRate::Unpacked(unpacked);
    }
    if view.is_changed(instead) {
        let message = format!("`{instead}` has no effect beside `{key}`");
        let diagnostic = Diagnostic::warning("no-effect", message).at(view.span(instead));
        report.push(diagnostic.related(view.span(key), "this rate is taken, in compressed bytes"));
    }
    ArchiveRate::Compressed(view.rate(key))
}
