//! The shipped crate table against what cargo itself plans to compile.

use cache_budget::ci::{Build, Compiles};
use cache_budget::engine::Model;
use cache_budget::project::{Checkout, Compilation, CrateKind, System, Unit, UnitRole};
use cache_budget::random::Draws;
use cache_budget::scenario;
use std::collections::BTreeSet;

fn compiles<'a>(model: &'a Model, name: &str) -> &'a Compiles {
    let mut jobs = model.workflows.iter().flat_map(|workflow| &workflow.jobs);
    match &jobs.find(|job| job.name == name).expect("a job of the scenario").build {
        Build::Compile(compiles) => compiles,
        other => panic!("{name} compiles: {other:?}"),
    }
}

/// Objects of external crates that a job offers to sccache: of Rust crates, and of C files.
fn objects(model: &Model, name: &str) -> [BTreeSet<u64>; 2] {
    let Compiles { flavour, selection, .. } = compiles(model, name);
    let flavour = &model.flavours[*flavour];
    let job = Compilation::new(&model.graph, flavour, selection, System::default(), &Draws::new(1, 0));
    let instances = job.instances(&Checkout::initial(&model.graph));
    let of = |wanted: &dyn Fn(&Unit) -> bool| {
        let all = job.units.iter().zip(&instances);
        all.filter(|(unit, _)| unit.cacheable && wanted(unit)).map(|(_, instance)| *instance).collect()
    };
    [of(&|unit| unit.role == UnitRole::Dependency), of(&Unit::is_native_object)]
}

#[test]
fn the_crate_table_gives_the_objects_that_its_page_says() {
    let path = super::folder().join("before.toml");
    let model = scenario::load(&path, &[]).expect("the scenario is fine").model;
    let kind = |wanted| model.graph.crates.iter().filter(|krate| krate.kind == wanted).count();
    assert_eq!((model.graph.members().len(), model.graph.externals().len()), (33, 853));
    assert_eq!((kind(CrateKind::ProcMacro), kind(CrateKind::Native)), (81, 9));
    let [test, clippy, openapi] = ["check", "clippy", "openapi"].map(|name| objects(&model, name));
    // cargo's plan: 882, 1,017, 751 and 521. The table does not tell dependencies apart by job, so
    // Clippy and OpenAPI compile some dev-dependencies as well.
    assert_eq!((test[0].len(), clippy[0].len(), openapi[0].len()), (882, 1050, 847));
    assert_eq!(test[0].intersection(&openapi[0]).count(), 576);
    assert!(test[0].is_disjoint(&clippy[0]), "metadata is no library");
    // 257 + 199 + 16, and zstd's 25 for the host and for the target; the same in all three.
    assert_eq!(test[1].len(), 522);
    assert!(test[1] == clippy[1] && test[1] == openapi[1]);
}
