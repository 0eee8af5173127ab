//! Lock files.

use cache_budget::import::lock::{LockGraph, inputs_of};

const LOCK: &str = r#"
version = 4
[[package]]
name = "app"
version = "0.1.0"
dependencies = ["json-derive", "z-sys 1.0.0", "gone"]
[[package]]
name = "json-derive"
version = "2.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
[[package]]
name = "z-sys"
version = "0.9.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
[[package]]
name = "z-sys"
version = "1.0.0"
source = "git+https://example.com/z#0123"
"#;

#[test]
fn the_graph_of_a_lock_file_becomes_a_crate_table() {
    let graph = LockGraph::read(LOCK).unwrap();
    assert_eq!(graph.external(), 3);
    assert_eq!(graph.crates[0].dependencies, [1, 3], "by name and version; what is not there is left out");
    insta::assert_snapshot!(graph.csv(), @r"
    crate,version,kind,dependencies
    app,0.1.0,workspace,json-derive 2.0.0;z-sys 1.0.0
    json-derive,2.0.0,proc-macro,
    z-sys,0.9.0,native,
    z-sys,1.0.0,native,
    ");
}

#[test]
fn a_file_that_is_no_lock_file_is_refused() {
    let told = LockGraph::read("package = 3").unwrap_err().to_string();
    assert!(told.starts_with("no Cargo.lock: "), "{told}");
    assert_eq!(LockGraph::read("").unwrap().external(), 0);
}

#[test]
fn lock_files_are_recognised_as_inputs() {
    let paths = ["web/pnpm-lock.yaml", "Cargo.lock", "docs/a.md"].map(str::to_owned);
    let names: Vec<String> = inputs_of(&paths).into_iter().map(|input| input.name).collect();
    assert_eq!(names, ["lock", "web-lock"]);
}
