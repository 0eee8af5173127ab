#[path = "../tests/suite/meteroid/claims.rs"]
mod claims;
#[path = "../tests/suite/meteroid/evidence.rs"]
mod evidence;
#[path = "../tests/suite/meteroid/table.rs"]
mod table;
use evidence::Evidence;
fn main() {
    let n: u32 = std::env::args().nth(1).unwrap().parse().unwrap();
    let names = [
        "before",
        "after",
        "after-tag-per-arch",
        "scope-per-image-only",
        "drop-sccache-only",
        "save-on-main-only",
        "limit-20gb-only",
        "no-rate-limit",
    ];
    let ev: Vec<Evidence> = names
        .iter()
        .map(|x| Evidence::gather(std::path::Path::new(&format!("scenarios/meteroid/{x}.toml")), n))
        .collect();
    println!("{}", table::render(&claims::judge(&ev), &ev));
    for e in &ev {
        println!(
            "{} main misses {:.2} evicted {:.2} of {} | lone losses {:?} n={} over n={} | warm test {:?} cold n={} | mixed {:?}",
            e.name,
            e.main_misses / e.main_restores,
            e.main_evicted / e.main_restores,
            e.main_restores,
            claims::Spread::of(&e.lone_losses),
            e.lone_losses.len(),
            e.overlapping_losses.len(),
            claims::Spread::of(&e.warm_test),
            e.cold_test.len(),
            e.mixed_image_runs
        );
    }
}
