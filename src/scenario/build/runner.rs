use crate::ci::Runner;
use crate::scenario::view::View;

/// The kinds of runners, in the order of the scenario.
pub(super) fn runners(root: View) -> Vec<Runner> {
    root.map("runner").into_iter().map(|(name, view)| runner(name, view)).collect()
}

/// A whole number, or `None` where it is "unlimited".
pub(super) fn at_most(view: View, key: &str) -> Option<u32> {
    match view.word(key) {
        Some(_) => None,
        None => Some(view.integer(key) as u32),
    }
}

fn runner(name: &str, view: View) -> Runner {
    Runner {
        name: name.to_owned(),
        cores: view.integer("cores") as u32,
        price_per_minute: view.money("price"),
        download: view.rate("download"),
        upload: view.rate("upload"),
        unpack: view.rate("unpack"),
        pack: view.rate("pack"),
        transfer_noise: view.distribution("transfer-noise"),
        speed_noise: view.distribution("speed-noise"),
        boot: view.seconds("boot"),
        concurrency: at_most(view, "concurrency"),
        disk: view.has("disk").then(|| view.bytes("disk")),
    }
}
