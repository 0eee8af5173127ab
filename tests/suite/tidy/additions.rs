//! What an addition touches: the files in `src` that know of one client, strategy, chart, metric or scenario
//! key. The lists are exact, so a file that begins to know of one fails here, and so does one that stops.

use super::none;
use super::source::rust_files;
use std::collections::BTreeSet;

/// An example of its kind, the words in code by which a file knows of it, and the files that do.
struct Addition {
    what: &'static str,
    words: &'static [&'static str],
    files: &'static [&'static str],
}

const ADDITIONS: [Addition; 7] = [
    Addition {
        what: "a strategy: its file and a row",
        words: &["MODE_MIN", "mode_min"],
        files: &["strategy/remedy/mod.rs", "strategy/remedy/mode_min.rs"],
    },
    Addition {
        what: "a strategy with a parameter",
        words: &["RAISE_LIMIT", "raise_limit"],
        files: &["strategy/remedy/mod.rs", "strategy/remedy/raise_limit.rs"],
    },
    Addition {
        what: "a chart from saved data: its file and a row",
        words: &["heat::CHART", "mod heat"],
        files: &["report/charts/mod.rs"],
    },
    Addition {
        what: "a metric: a row, its place in the catalogue, where it is counted, and where it is shown",
        words: &["SAVE_PACKED_IN_VAIN"],
        files: &[
            "observe/metric/client.rs",
            "observe/metric/mod.rs",
            "observe/metrics/traffic.rs",
            "report/compare/sections.rs",
            "report/answer/details.rs",
        ],
    },
    Addition {
        what: "a scenario key: grammar, building, what makes it idle, its type, its use",
        words: &["\"visibility-lag\"", "visibility_lag"],
        files: &[
            "replay/player.rs",
            "scenario/build/cache.rs",
            "scenario/build/effect/cache.rs",
            "scenario/grammar/cache.rs",
            "service/limits.rs",
            "service/requests.rs",
        ],
    },
    Addition {
        what: "a scenario key of a job's surroundings",
        words: &["\"job-concurrency\"", "job_concurrency"],
        files: &[
            "engine/model.rs",
            "engine/simulation.rs",
            "scenario/build/effect/runner.rs",
            "scenario/build/mod.rs",
            "scenario/grammar/runner.rs",
        ],
    },
    Addition {
        what: "an action with archives: its file and a line, how its keys are recognised, what turns it on, and \
               which of its inputs are in its key",
        words: &["\"setup-go\"", "setup_go"],
        files: &[
            "client/action/mod.rs",
            "client/action/setup_go.rs",
            "diagnose/writer.rs",
            "import/action/known.rs",
            "import/draft/action.rs",
            "import/tool_version.rs",
        ],
    },
];

impl Addition {
    /// The files whose code, comments aside, has one of the words.
    fn found(&self) -> BTreeSet<String> {
        let code = |text: &str| {
            let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            lines.map(str::to_owned).collect::<Vec<_>>().join("\n")
        };
        let sources = rust_files("src").into_iter();
        let knows = sources.filter(|source| {
            let code = code(&source.text);
            self.words.iter().any(|word| code.contains(word))
        });
        knows.map(|source| source.path.trim_start_matches("src/").to_owned()).collect()
    }
}

#[test]
fn an_addition_touches_the_files_it_is_said_to() {
    let wrong = ADDITIONS.iter().filter_map(|addition| {
        let (found, said) =
            (addition.found(), addition.files.iter().map(|file| (*file).to_owned()).collect());
        (found != said).then(|| {
            let [more, less] = [&found - &said, &said - &found];
            format!("{}: not listed {more:?}, not there {less:?}", addition.what)
        })
    });
    none(wrong.collect(), "what an addition touches is listed");
}
