use super::folder::{ScenarioFolder, VALID};
use cache_budget::diagnostic::Style;
use cache_budget::scenario::load;
use proptest::prelude::*;

/// A scenario that uses most of the format, to be damaged.
fn rich() -> String {
    format!(
        "title = \"x\"\n{VALID}[cache]\nlimit = \"10 GB\"\nsweep = \"2 h\"\nuploads-per-minute = \"unlimited\"\n\
         [workload]\npath-classes = [\"rust\"]\npushes-per-day = 3\npull-requests = {{ share = 0.5 }}\nuntil = 2026-02-01\n\
         [runner.big]\ncores = 8\nboot = {{ lognormal = {{ median = \"8 s\", sigma = 0.4 }} }}\n\
         [project.flavour.f]\ndependency-work = \"1 h\"\ndependency-archive = \"1 GB\"\n\
         [[image.api.step]]\nname = \"base\"\nwork = \"3 s\"\n\
         [workflow.w]\non = [\"release\", \"pull_request\"]\npaths = \"rust\"\n\
         [workflow.w.job.a]\nmatrix = {{ arch = [\"amd64\", \"arm64\"] }}\nrunner = \"big\"\nimage = \"api\"\n\
         cache.buildkit-gha = {{ mode = \"max\" }}\n\
         [workflow.w.job.b]\nneeds = [\"a\"]\ncompile = {{ flavour = \"f\" }}\n\
         cache.actions-cache = {{ key = \"k-{{lock}}\", size = \"1 MB\" }}\n\
         [[expect]]\nmetric = \"cache.bytes\"\nstat = \"peak\"\nmax = 1e10\n"
    )
}

#[derive(Debug, Clone)]
enum Damage {
    Byte(usize, u8),
    Drop(usize),
    Double(usize),
    Swap(usize, usize),
    Value(usize, &'static str),
}

const VALUES: [&str; 14] = [
    "-1",
    "1e308",
    "nan",
    "99999999999999999999",
    "\"\"",
    "\"10 GB\"",
    "\"-5 min\"",
    "true",
    "false",
    "[]",
    "{}",
    "[[[1]]]",
    "{ lognormal = { median = \"1 s\", sigma = 1 } }",
    "\"\\u0000\\u202e\"",
];

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        any::<usize>().prop_map(Damage::Drop),
        any::<usize>().prop_map(Damage::Double),
        (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Damage::Swap(a, b)),
        (any::<usize>(), proptest::sample::select(&VALUES[..]))
            .prop_map(|(at, value)| Damage::Value(at, value)),
    ]
}

fn apply(text: Vec<u8>, damage: &Damage) -> Vec<u8> {
    if let Damage::Byte(at, byte) = damage {
        let mut text = text;
        let length = text.len().max(1);
        if let Some(place) = text.get_mut(at % length) {
            *place = *byte;
        }
        return text;
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let count = lines.len().max(1);
    match damage {
        Damage::Drop(at) if !lines.is_empty() => {
            lines.remove(at % count);
        }
        Damage::Double(at) if !lines.is_empty() => lines.insert(at % count, lines[at % count].clone()),
        Damage::Swap(a, b) if !lines.is_empty() => lines.swap(a % count, b % count),
        Damage::Value(at, value) if !lines.is_empty() => {
            let line = &mut lines[at % count];
            if let Some((key, _)) = line.split_once('=') {
                *line = format!("{key}= {value}");
            }
        }
        _ => {}
    }
    lines.join("\n").into_bytes()
}

#[test]
fn the_undamaged_scenario_is_accepted() {
    ScenarioFolder::new(&rich()).load(&[]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to a scenario, it is loaded or refused with a message that fits a terminal.
    #[test]
    fn damaged_scenarios_never_panic(damages in prop::collection::vec(damage(), 1..6)) {
        let bytes = damages.iter().fold(rich().into_bytes(), apply);
        let folder = ScenarioFolder::new("").with("s.toml", &bytes);
        let said = match load(&folder.path("s.toml"), &[]) {
            Ok(loaded) => loaded.report.render(&Style::default()),
            Err(report) => {
                prop_assert!(report.has_errors());
                report.render(&Style { color: false, width: 60 })
            }
        };
        prop_assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{said:?}");
    }

    /// The same for settings on the command line.
    #[test]
    fn strange_settings_never_panic(set in "[a-z.\"'=\\[\\]{}0-9 -]{0,40}", path in 0..6usize) {
        let start = ["", "cache.limit=", "workflow.", "runner.big.boot.", "expect.0.", "image.api.step.0."][path];
        let folder = ScenarioFolder::new(&rich());
        if let Err(report) = load(&folder.path("s.toml"), &[format!("{start}{set}")]) {
            prop_assert!(report.has_errors());
        }
    }
}
