//! The crate graph, what its units cost, and schedules.

use cache_budget::project::{
    Checkout, Compilation, CrateGraph, CrateKind, Flavour, InputId, Schedule, Selection, System, Unit,
    UnitRole, crate_table, makespan,
};
use cache_budget::random::Draws;
use cache_budget::units::{Bytes, Duration};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::rc::Rc;

const TABLE: &str = "\
crate,version,kind,weight,dependencies
app,0.1.0,workspace,300,serde 1.0.0;zlib-sys 1.1.0;core
core,0.1.0,workspace,100,serde
serde,1.0.0,library,,serde_derive 1.0.0
serde_derive,1.0.0,proc-macro,,
zlib-sys,1.1.0,native,,
other,2.0.0,library,,
";

fn graph() -> CrateGraph {
    crate_table::read(TABLE, 100).expect("the table is fine")
}

fn flavour() -> Flavour {
    Flavour {
        objects: None,
        name: "test".to_owned(),
        profile: "dev".to_owned(),
        dependency_work: Duration(700_000),
        workspace_work: Duration(400_000),
        tail: Duration(5_000),
        work_sigma: 0.0,
        work_slope: 0.0,
        dependency_objects: Bytes(3_000),
        workspace_objects: Bytes(800),
        object_sigma: 0.0,
        dependency_archive: Bytes(4_000),
        unpacked_ratio: 5.0,
        workspace_archive: Bytes(9),
        workspace_cacheable: true,
        native_cacheable: true,
        cacheable_share: 1.0,
        checks_only: false,
    }
}

fn names(graph: &CrateGraph, reached: &[bool]) -> Vec<String> {
    let named = graph.crates.iter().zip(reached).filter(|(_, reached)| **reached);
    let mut names: Vec<String> = named.map(|(krate, _)| krate.name.clone()).collect();
    names.sort();
    names
}

/// The cost of each crate by name: (work in ms, object bytes, archived bytes).
fn cost(graph: &CrateGraph, compilation: &Compilation, name: &str) -> (i64, u64, u64) {
    let krate = graph.find(name).expect("a crate of the table");
    let unit = compilation.units.iter().find(|unit| unit.krate == krate).expect("a unit of the job");
    (unit.work.0, unit.object.0, unit.archived.0)
}

#[test]
fn a_table_becomes_a_graph_with_dependencies_first() {
    let graph = graph();
    assert_eq!(graph.crates.len(), 6);
    for (i, krate) in graph.crates.iter().enumerate() {
        assert!(krate.dependencies.iter().all(|&d| (d as usize) < i), "{}", krate.name);
    }
    let app = graph.find("app").expect("it is there");
    assert_eq!(graph.crates[app as usize].kind, CrateKind::Workspace);
    assert_eq!(graph.crates[app as usize].dependencies.len(), 3);
    assert_eq!(graph.members().len(), 2);
    assert_eq!(graph.externals().len(), 4);
    assert_eq!(graph.find("nobody"), None);
}

#[test]
fn a_closure_holds_what_the_roots_reach() {
    let graph = graph();
    let core = graph.find("core").expect("it is there");
    assert_eq!(names(&graph, &graph.closure(&[core])), ["core", "serde", "serde_derive"]);
    let everything = names(&graph, &graph.closure(&[]));
    assert_eq!(everything, ["app", "core", "serde", "serde_derive", "zlib-sys"]);
}

#[test]
fn row_order_does_not_matter() {
    let mut lines: Vec<&str> = TABLE.lines().collect();
    lines[1..].reverse();
    let turned = crate_table::read(&lines.join("\n"), 100).expect("the table is fine");
    assert_eq!(turned, graph());
}

#[test]
fn every_problem_of_a_table_is_reported_at_once_with_its_line() {
    let text = "crate,version,kind,weight,dependencies\n\
                a,1,libary,,\n\
                b,1,library,-3,\n\
                ,1,library,,\n\
                c,1,library\n";
    let problems = crate_table::read(text, 100).expect_err("four rows are wrong");
    let lines: Vec<u64> = problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [2, 3, 4, 5]);
    assert!(problems[0].message.contains("libary") && problems[0].message.contains("proc-macro"));
    assert!(problems[1].message.contains("-3"));
}

#[test]
fn names_that_do_not_resolve_are_problems() {
    let text = "crate,version,kind,weight,dependencies\n\
                a,1,library,,missing 1\n\
                b,1,library,,\n\
                b,2,library,,\n\
                c,1,library,,b\n\
                d,1,library,,\n\
                d,1,library,,\n";
    let problems = crate_table::read(text, 100).expect_err("three names are wrong");
    let mut lines: Vec<u64> = problems.iter().map(|problem| problem.line).collect();
    lines.sort_unstable();
    assert_eq!(lines, [2, 5, 7]);
}

#[test]
fn headers_and_length_are_checked() {
    let unknown = crate_table::read("crate,version,kind,weigth,dependencies\n", 9).expect_err("a typo");
    assert!(unknown[0].message.contains("weigth") && unknown[0].message.contains("weight"), "{unknown:?}");
    let missing = crate_table::read("crate,version\n", 9).expect_err("two columns are missing");
    assert_eq!(missing.len(), 2);
    assert!(crate_table::read("", 9).is_err());
    let long = crate_table::read(TABLE, 5).expect_err("six rows");
    assert_eq!(long.len(), 1);
    assert_eq!(long[0].line, 7);
}

#[test]
fn a_circle_of_members_is_cut_and_any_other_is_a_problem() {
    let members = "crate,version,kind,weight,dependencies\na,1,workspace,,b\nb,1,workspace,,a\n";
    let graph = crate_table::read(members, 9).expect("a dev-dependency");
    // The search starts at `a`, so that `b` comes first and loses its edge back.
    assert_eq!(graph.crates[0].name, "b");
    assert!(graph.crates[0].dependencies.is_empty());
    assert_eq!(graph.crates[1].dependencies, [0]);
    let libraries = "crate,version,kind,weight,dependencies\na,1,library,,b\nb,1,library,,a\n";
    let problems = crate_table::read(libraries, 9).expect_err("no order exists");
    assert!(problems[0].message.contains("depend on each other: a cycle"));
}

#[test]
fn a_chain_as_long_as_the_table_does_not_overflow_the_stack() {
    let mut text = "crate,version,kind,weight,dependencies\nc0,1,library,,\n".to_owned();
    for i in 1..20_000 {
        text.push_str(&format!("c{i},1,library,,c{}\n", i - 1));
    }
    let graph = crate_table::read(&text, 20_000).expect("a chain is fine");
    assert_eq!(graph.crates[19_999].name, "c19999");
}

#[test]
fn totals_spread_over_all_crates_and_a_job_takes_its_part() {
    let graph = graph();
    let all =
        Compilation::new(&graph, &flavour(), &Selection::default(), System::default(), &Draws::new(1, 0));
    // Sigma 0: every factor is 1. Work: parts 1 (serde), 1 (serde_derive), 4 (zlib-sys), 1 (other)
    // of 7, so 100,000 ms each and 400,000 ms for the native one; four crates, so no cap.
    // Objects: serde, zlib-sys and other are cacheable: 1,000 B each. Archive: 4,000 / 4 = 1,000 B.
    assert_eq!(cost(&graph, &all, "serde"), (100_000, 1_000, 1_000));
    assert_eq!(cost(&graph, &all, "serde_derive"), (100_000, 0, 1_000));
    assert_eq!(cost(&graph, &all, "zlib-sys"), (400_000, 1_000, 1_000));
    // Workspace by lines, 300 : 100 of 400,000 ms and of 800 B; never archived.
    assert_eq!(cost(&graph, &all, "app"), (300_000, 600, 0));
    assert_eq!(cost(&graph, &all, "core"), (100_000, 200, 0));
    // `other` is reached by nobody, its part is not paid: 100 + 100 + 400 + 300 + 100 s.
    assert_eq!(all.units.iter().map(|unit| unit.work).sum::<Duration>(), Duration(1_000_000));
    assert_eq!(all.tail, Duration(5_000));
    // For serde_derive wait itself, serde, core and app.
    assert_eq!(all.urgency[0], 4);
}

#[test]
fn cacheability_follows_kind_and_flavour() {
    let graph = graph();
    let clippy = Flavour { workspace_cacheable: false, cacheable_share: 0.0, ..flavour() };
    let none = Compilation::new(&graph, &clippy, &Selection::default(), System::default(), &Draws::new(1, 0));
    assert!(none.units.iter().all(|unit| !unit.cacheable && unit.object == Bytes::ZERO));
    let all =
        Compilation::new(&graph, &flavour(), &Selection::default(), System::default(), &Draws::new(1, 0));
    assert!(all.units.iter().all(|unit| unit.cacheable == (unit.role != UnitRole::ProcMacro)));
}

#[test]
fn drawn_shares_meet_the_total_and_the_cap_and_follow_the_name() {
    let graph = CrateGraph::synthetic(500);
    let wild = Flavour { work_sigma: 3.0, object_sigma: 3.0, ..flavour() };
    let one = Compilation::new(&graph, &wild, &Selection::default(), System::default(), &Draws::new(7, 3));
    let work: Vec<i64> = one.units[..500].iter().map(|unit| unit.work.0).collect();
    assert_eq!(work.iter().sum::<i64>(), 700_000);
    assert_eq!(one.units.iter().map(|unit| unit.object.0).sum::<u64>(), 3_000 + 800);
    assert_eq!(one.units.iter().map(|unit| unit.archived.0).sum::<u64>(), 4_000);
    // 8 % of 700 s is 56 s; sigma 3 draws beyond it, so the cap is met (by rounding ± 1 ms).
    let heaviest = *work.iter().max().expect("500 units");
    assert!((55_999..=56_001).contains(&heaviest), "{heaviest}");
    let costs = |job: &Compilation| -> Vec<_> {
        job.units.iter().map(|unit| (unit.work, unit.object, unit.archived)).collect()
    };
    let again = Compilation::new(
        &graph,
        &Flavour { name: "b".into(), ..wild.clone() },
        &Selection::default(),
        System::default(),
        &Draws::new(7, 3),
    );
    assert_eq!(costs(&again), costs(&one), "the name of the flavour changes no draw");
    let other = Compilation::new(&graph, &wild, &Selection::default(), System::default(), &Draws::new(7, 4));
    assert_ne!(costs(&other), costs(&one), "another replication draws anew");
}

#[test]
fn an_instance_changes_with_what_it_is_made_of_and_with_nothing_else() {
    let graph = graph();
    let job =
        Compilation::new(&graph, &flavour(), &Selection::default(), System::default(), &Draws::new(1, 0));
    let before = job.instances(&Checkout::initial(&graph));
    let changed = |other: &Checkout| -> Vec<String> {
        let instances = job.instances(other);
        let initial = Checkout::initial(&graph);
        assert_eq!(job.instances_after(&initial, &before, other), instances, "worked out anew or not");
        let differ = (0..before.len()).filter(|&i| instances[i] != before[i]);
        let mut names: Vec<String> =
            differ.map(|i| graph.crates[job.units[i].krate as usize].name.clone()).collect();
        names.sort();
        names
    };
    let mut bumped = Checkout::initial(&graph);
    let core = graph.find("core").expect("it is there") as usize;
    Rc::make_mut(&mut bumped.versions)[core] = 5;
    assert_eq!(changed(&bumped), ["app", "core"]);
    let manifests = Checkout::initial(&graph).with(InputId::MANIFESTS, 1).with(InputId::LOCK, 1);
    let manifests = Checkout { recipe: 1, context: 1, ..manifests };
    assert_eq!(changed(&manifests), Vec::<String>::new());
    let toolchain = Checkout::initial(&graph).with(InputId::TOOLCHAIN, 1);
    assert_eq!(changed(&toolchain).len(), 5);
}

/// The units' instances by crate name.
fn instances(graph: &CrateGraph, name: &str, selection: &Selection) -> BTreeMap<String, u64> {
    let flavour = Flavour { name: name.into(), ..flavour() };
    let job = Compilation::new(graph, &flavour, selection, System::default(), &Draws::new(1, 0));
    let named = |unit: &Unit| graph.crates[unit.krate as usize].name.clone();
    job.units.iter().map(named).zip(job.instances(&Checkout::initial(graph))).collect()
}

#[test]
fn two_jobs_share_objects_only_with_flavour_and_packages_in_common() {
    let graph = graph();
    let [app, core] = ["app", "core"].map(|name| graph.find(name).expect("it is there"));
    let rooted = |packages: &[u32]| Selection { packages: packages.to_vec(), own_features: None };
    let all = instances(&graph, "test", &rooted(&[]));
    assert_eq!(all, instances(&graph, "test", &rooted(&[core, app, core])));
    let differ = |other: BTreeMap<String, u64>| other.iter().all(|(name, instance)| all[name] != *instance);
    assert!(differ(instances(&graph, "test", &rooted(&[core]))));
    assert!(differ(instances(&graph, "clippy", &rooted(&[]))));
}

#[test]
fn a_selection_with_known_features_shares_what_does_not_depend_on_them() {
    let graph = graph();
    let [core, derive] = ["core", "serde_derive"].map(|name| graph.find(name).expect("it is there"));
    let all = instances(&graph, "test", &Selection::default());
    let shared = |own: &[u32]| {
        let selection = Selection { packages: vec![core], own_features: Some(own.to_vec()) };
        let part = instances(&graph, "test", &selection);
        part.into_iter().filter(|(name, instance)| all[name] == *instance).map(|(name, _)| name).collect()
    };
    // core needs serde, which needs serde_derive.
    let shared: [Vec<String>; 3] = [shared(&[]), shared(&[derive]), shared(&[core])];
    assert_eq!(shared[0], ["core", "serde", "serde_derive"]);
    assert_eq!(shared[1], [""; 0]);
    assert_eq!(shared[2], ["serde", "serde_derive"]);
}

#[test]
fn a_crate_with_a_host_copy_is_two_units_and_macros_use_that_copy() {
    let text = "\
crate,version,kind,weight,host,dependencies
app,0.1.0,workspace,,,derive;syn
derive,1.0.0,proc-macro,,,syn
syn,1.0.0,library,,checked,
";
    let graph = crate_table::read(text, 9).expect("the table is fine");
    let plan = |flavour: &Flavour| {
        let job =
            Compilation::new(&graph, flavour, &Selection::default(), System::default(), &Draws::new(1, 0));
        let row = |unit: &Unit| (graph.crates[unit.krate as usize].name.clone(), unit.dependencies.clone());
        (job.units.iter().map(row).collect::<Vec<_>>(), job)
    };
    let named = |rows: &[(&str, &[u32])]| -> Vec<(String, Vec<u32>)> {
        rows.iter().map(|&(name, dependencies)| (name.to_owned(), dependencies.to_vec())).collect()
    };
    let built = named(&[("syn", &[]), ("derive", &[0]), ("app", &[0, 1])]);
    assert_eq!(plan(&flavour()).0, built);
    // Checked: unit 0 is syn for the host, unit 1 for the target.
    let (checked, job) = plan(&Flavour { checks_only: true, ..flavour() });
    assert_eq!(checked, named(&[("syn", &[]), ("syn", &[]), ("derive", &[0]), ("app", &[1, 2])]));
    assert_ne!(job.units[0].identity, job.units[1].identity);
    // Parts 2 (syn, twice) and 1 (derive) of 700,000 ms: each unit a third, rounded.
    assert!(job.units[..3].iter().all(|unit| (unit.work.0 - 233_333).abs() <= 1));
}

#[test]
fn native_objects_come_before_their_crate_and_belong_to_the_profile() {
    let text = "crate,version,kind,weight,native-objects,dependencies\nz-sys,1.0.0,native,,3,cc\ncc,1.0.0,library,,,\n";
    let graph = crate_table::read(text, 9).expect("the table is fine");
    let plan = |name: &str| {
        let flavour = Flavour { name: name.to_owned(), ..flavour() };
        Compilation::new(&graph, &flavour, &Selection::default(), System::default(), &Draws::new(1, 0))
    };
    let (test, clippy) = (plan("test"), plan("clippy"));
    let rows: Vec<_> = test.units.iter().map(|unit| (unit.work.0, &unit.dependencies[..])).collect();
    // Parts 4 (z-sys) and 1 (cc) of 700,000 ms. Of z-sys's 560,000 ms a quarter is Rust, as of any
    // other crate, and three quarters are its three files.
    let file = (140_000, &[0][..]);
    assert_eq!(rows, [(140_000, &[][..]), file, file, file, (140_000, &[0, 1, 2, 3])]);
    assert!(test.units[1..4].iter().all(|unit| unit.role == UnitRole::NativeObject { of: 4 }));
    let now = Checkout::initial(&graph);
    let (of_test, of_clippy) = (test.instances(&now), clippy.instances(&now));
    assert_eq!(of_test[1..4], of_clippy[1..4], "both are of the profile dev");
    assert!(of_test[0] != of_clippy[0] && of_test[4] != of_clippy[4]);
    // Another compiler or another `cc` changes no C file, another z-sys does.
    let mut later = now.clone().with(InputId::TOOLCHAIN, 1);
    let [cc, z_sys] = ["cc", "z-sys"].map(|name| graph.find(name).expect("it is there") as usize);
    Rc::make_mut(&mut later.versions)[cc] = 2;
    assert_eq!(test.instances(&later)[1..4], of_test[1..4]);
    assert_ne!(test.instances(&later)[4], of_test[4]);
    Rc::make_mut(&mut later.versions)[z_sys] = 2;
    assert_ne!(test.instances(&later)[1], of_test[1]);
}

fn unit(work: i64, dependencies: &[u32]) -> Unit {
    Unit {
        krate: 0,
        identity: 0,
        role: UnitRole::Dependency,
        cacheable: true,
        work: Duration(work),
        object: Bytes(1),
        archived: Bytes(1),
        dependencies: dependencies.to_vec(),
    }
}

#[test]
fn the_unit_most_others_wait_for_goes_first() {
    // 0 (1 s) and 1 (2 s) are free; 2 (9 s) waits for 0; 3 (1 s) is free.
    let job = Compilation::of_units(vec![unit(1, &[]), unit(2, &[]), unit(9, &[0]), unit(1, &[])]);
    // For 0 wait two, itself included, for every other only itself. Two cores: 0 and 1 start; at 1 both 2 and 3 are ready: 2 first; 1 ends at 2, then
    // 3 runs from 2 to 3; 2 ends at 1 + 9 = 10.
    assert_eq!(makespan(&job, &[true; 4], 2, 1.0), Duration(10));
    // One core: the sum. Twice as fast: half. Without 0 and 2: 2 + 1.
    assert_eq!(makespan(&job, &[true; 4], 1, 1.0), Duration(13));
    assert_eq!(makespan(&job, &[true; 4], 2, 2.0), Duration(5));
    assert_eq!(makespan(&job, &[false, true, false, true], 1, 1.0), Duration(3));
    assert_eq!(makespan(&job, &[false; 4], 1, 1.0), Duration::ZERO);
}

#[test]
fn a_schedule_gives_a_unit_when_its_dependencies_are_complete() {
    let job = Compilation::of_units(vec![unit(1, &[]), unit(5, &[]), unit(1, &[0, 1]), unit(1, &[2])]);
    let mut schedule = Schedule::new(&job, &[true; 4]);
    // For both wait three: the first one first, however long the other takes.
    assert_eq!((schedule.pop_ready(), schedule.pop_ready()), (Some(0), Some(1)));
    assert_eq!(schedule.pop_ready(), None);
    schedule.complete(0);
    assert_eq!(schedule.pop_ready(), None);
    schedule.complete(1);
    assert_eq!(schedule.pop_ready(), Some(2));
    // Unit 2 not needed: 3 can start at once, whatever 0 and 1 do.
    schedule.reset(&job, &[true, true, false, true]);
    let order: Vec<Option<u32>> = (0..4).map(|_| schedule.pop_ready()).collect();
    assert_eq!(order, [Some(0), Some(1), Some(3), None]);
    assert!(!schedule.is_done());
    [0, 1, 3].into_iter().for_each(|unit| schedule.complete(unit));
    assert!(schedule.is_done());
}

#[test]
fn scaling_keeps_everything_but_the_work() {
    let job =
        Compilation::new(&graph(), &flavour(), &Selection::default(), System::default(), &Draws::new(1, 0));
    let half = job.scaled(0.5);
    let needed = vec![true; job.units.len()];
    assert_eq!(makespan(&half, &needed, 1, 1.0), makespan(&job, &needed, 1, 2.0));
    assert_eq!(half.tail, job.tail);
    assert_eq!(half.instances(&Checkout::initial(&graph())), job.instances(&Checkout::initial(&graph())));
    assert_eq!(half.urgency, job.urgency);
}

fn jobs() -> impl Strategy<Value = (Compilation, Vec<bool>, u32)> {
    let raw = prop::collection::vec(
        (0i64..1_000, prop::collection::vec(any::<prop::sample::Index>(), 0..4)),
        1..60,
    );
    (raw, 1u32..9).prop_flat_map(|(raw, cores)| {
        let units = raw.iter().enumerate().map(|(i, (work, edges))| {
            let mut edges: Vec<u32> = edges.iter().filter(|_| i > 0).map(|e| e.index(i) as u32).collect();
            edges.sort_unstable();
            edges.dedup();
            unit(*work, &edges)
        });
        let job = Compilation::of_units(units.collect());
        let needed = prop::collection::vec(any::<bool>(), job.units.len());
        (Just(job), needed, Just(cores))
    })
}

/// The longest chain of needed work, where a unit that is not needed separates chains.
fn critical_path(job: &Compilation, needed: &[bool]) -> i64 {
    let mut ends = vec![0; job.units.len()];
    for (i, unit) in job.units.iter().enumerate().filter(|&(i, _)| needed[i]) {
        ends[i] = unit.work.0 + unit.dependencies.iter().map(|&d| ends[d as usize]).max().unwrap_or(0);
    }
    ends.into_iter().max().unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Graham (1966): a list schedule is never shorter than the longest chain or the work divided
    /// by the cores, and never longer than the two together.
    #[test]
    fn a_makespan_keeps_grahams_bounds((job, needed, cores) in jobs()) {
        let work: i64 = job.units.iter().zip(&needed).filter(|(_, n)| **n).map(|(u, _)| u.work.0).sum();
        let chain = critical_path(&job, &needed);
        let span = makespan(&job, &needed, cores, 1.0).0;
        prop_assert!(span >= chain && span * i64::from(cores) >= work, "{span} for chain {chain}, work {work}");
        prop_assert!(span * i64::from(cores) <= work + chain * i64::from(cores), "{span}");
        prop_assert_eq!(makespan(&job, &needed, 1, 1.0).0, work);
        prop_assert_eq!(makespan(&job, &needed, cores, 1.0).0, span);
    }

    #[test]
    fn a_schedule_gives_every_needed_unit_once_and_in_order((job, needed, _) in jobs()) {
        let mut schedule = Schedule::new(&job, &needed);
        let mut complete = vec![false; job.units.len()];
        while let Some(unit) = schedule.pop_ready() {
            let unit = unit as usize;
            prop_assert!(needed[unit] && !complete[unit]);
            let dependencies = &job.units[unit].dependencies;
            prop_assert!(dependencies.iter().all(|&d| !needed[d as usize] || complete[d as usize]));
            complete[unit] = true;
            schedule.complete(unit as u32);
        }
        prop_assert!(schedule.is_done());
        prop_assert_eq!(complete, needed);
    }

    #[test]
    fn no_text_makes_the_crate_table_panic(text in "(crate|version|kind|dependencies|weight|[,;\n\"a-c 0-9]){0,40}") {
        let _ = crate_table::read(&text, 5);
    }
}

/// The libraries' objects of six libraries that are `objects` objects: how many of them another version of each
/// library changes.
fn changed_by_each(objects: u32) -> Vec<usize> {
    let graph = CrateGraph::synthetic(6);
    let flavour = Flavour { objects: Some(objects), workspace_cacheable: false, ..flavour() };
    let built =
        Compilation::new(&graph, &flavour, &Selection::default(), System::default(), &Draws::new(1, 0));
    let sum = |of: fn(&Unit) -> u64| -> u64 {
        built.units.iter().filter(|unit| unit.role == UnitRole::Dependency).map(of).sum()
    };
    assert_eq!(sum(|unit| unit.object.0), 3_000, "{objects}");
    assert_eq!(sum(|unit| unit.archived.0), 4_000, "{objects}");
    assert_eq!(sum(|unit| unit.work.0 as u64), 700_000, "{objects}");
    let empty = Checkout::initial(&graph);
    let before = built.instances(&empty);
    let changed = |library: usize| {
        let mut other = empty.clone();
        Rc::make_mut(&mut other.versions)[library] = 1;
        let after = built.instances(&other);
        let differs = |i: &usize| built.units[*i].cacheable && before[*i] != after[*i];
        (0..before.len()).filter(differs).count()
    };
    (0..6).map(changed).collect()
}

#[test]
fn an_object_changes_with_each_of_its_libraries() {
    assert_eq!(changed_by_each(6), [1; 6]);
    // Two libraries in each object.
    assert_eq!(changed_by_each(3), [1; 6]);
    // 15 objects of 6 libraries: ⌊15 × (n + 1) ÷ 6⌋ − ⌊15 × n ÷ 6⌋.
    assert_eq!(changed_by_each(15), [2, 3, 2, 3, 2, 3]);
}
