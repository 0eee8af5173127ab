//! Outputs of jobs and steps that the files say word for word: they decide legs, runners, keys and conditions. What a program
//! would decide stays open.

use super::{Repository, checked};

/// A workflow whose job `b` has a matrix of what `a` hands on, written by this script.
fn workflow(script: &str) -> String {
    let script: String = script.lines().map(|line| format!("          {line}\n")).collect();
    format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: }}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    outputs: {{ all: '${{{{ steps.s.outputs.all }}}}' }}\n    steps:\n      - id: s\n        env: {{ LIST: '[1, 2, 3, 4]' }}\n        run: |\n{script}  b:\n    needs: a\n    runs-on: ubuntu-latest\n    strategy: {{ matrix: {{ n: '${{{{ fromJSON(needs.a.outputs.all) }}}}' }} }}\n    steps: [{{ uses: actions/cache@v4, with: {{ path: p, key: 'k-${{{{ matrix.n }}}}' }} }}]\n"
    )
}

/// The legs of the job `b`.
fn legs(workflow: &str) -> Option<u32> {
    let inventory = Repository::with(workflow).inventory();
    inventory.workflows[0].jobs.iter().find(|job| job.id == "b").expect("a job").legs
}

#[test]
fn a_matrix_that_a_script_writes_word_for_word_has_its_legs() {
    for (script, count) in [
        (r#"echo 'all=["x", "y"]' >> $GITHUB_OUTPUT"#, 2),
        (r#"echo "all=[\"x\", \"y\"]" >> "$GITHUB_OUTPUT""#, 2),
        (r#"echo 'all=["x"]' | tee -a "${GITHUB_OUTPUT}""#, 1),
        (r#"printf 'all=%s\n' '["x", "y", "z"]' >> "$GITHUB_OUTPUT""#, 3),
        (r#"echo '::set-output name=all::["x", "y"]'"#, 2),
        ("list='[1, 2]'\necho \"all=$list\" >> $GITHUB_OUTPUT", 2),
        ("echo \"all=$LIST\" >> $GITHUB_OUTPUT", 4),
        ("cat <<'END' >> $GITHUB_OUTPUT\nall=[1, 2]\nEND", 2),
        ("{\n  echo 'all<<E'\n  echo '[1,'\n  echo '2]'\n  echo 'E'\n} >> $GITHUB_OUTPUT", 2),
        ("echo 'all=[1]' >> $GITHUB_OUTPUT\necho 'all=[1, 2]' >> $GITHUB_OUTPUT # the last one counts", 2),
        ("git fetch --depth 1 || exit 1\necho 'all=[1, 2]' >> $GITHUB_OUTPUT", 2),
        // A push is no pull request.
        (
            "if [ '${{ github.event_name }}' = pull_request ]; then\n  echo 'all=[1]' >> $GITHUB_OUTPUT\nelse\n  echo 'all=[1, 2, 3]' >> $GITHUB_OUTPUT\nfi",
            3,
        ),
        (
            "case \"$GITHUB_REF\" in\n  refs/tags/*) all='[1]' ;;\n  refs/heads/ma*) all='[1, 2]' ;;\nesac\necho \"all=$all\" >> $GITHUB_OUTPUT",
            2,
        ),
    ] {
        assert_eq!(legs(&workflow(script)), Some(count), "{script}");
    }
}

/// A short script whose texts would fill the memory, or whose commands stand too deeply in each other, stays open at once.
#[test]
fn a_script_that_grows_without_end_stays_open() {
    let long = format!("x='{}'\n", "y".repeat(2_000));
    let named = |times: usize| "$x".repeat(times);
    let begun = std::time::Instant::now();
    for script in [
        format!("{long}x=\"{}\"\necho \"all={}\" >> $GITHUB_OUTPUT", named(29), named(9_000)),
        format!(
            "{long}{}echo 'all=[1]' >> $GITHUB_OUTPUT",
            format!("echo \"a={}\" >> $GITHUB_OUTPUT\n", named(20)).repeat(400)
        ),
        format!("{}echo 'all=[1]' >> $GITHUB_OUTPUT", "{ ".repeat(9_000)),
        format!(
            "echo 'all=[1]' >> $GITHUB_OUTPUT\n{}",
            "while true; do ".repeat(30) + "ls\n" + &"done\n".repeat(30)
        ),
    ] {
        legs(&workflow(&script));
    }
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

#[test]
fn a_matrix_that_a_program_decides_stays_open() {
    for script in [
        "echo \"all=$(ls)\" >> $GITHUB_OUTPUT",
        "echo \"all=`ls`\" >> $GITHUB_OUTPUT",
        "echo 'all=[1]' >> $GITHUB_OUTPUT\nif grep -q x y; then\n  echo 'all=[1, 2]' >> $GITHUB_OUTPUT\nfi",
        "if grep -q x y; then\n  exit 0\nfi\necho 'all=[1]' >> $GITHUB_OUTPUT",
        "grep -q x y && echo 'all=[1]' >> $GITHUB_OUTPUT",
        "for n in 1 2; do\n  echo \"all=[$n]\" >> $GITHUB_OUTPUT\ndone",
        "all='[1]'\nwhile read -r line; do\n  all=\"$line\"\ndone < list\necho \"all=$all\" >> $GITHUB_OUTPUT",
        "echo 'all=[1]' >> $GITHUB_OUTPUT\n./plan.py >> $GITHUB_OUTPUT",
        "make() {\n  echo 'all=[1]' >> $GITHUB_OUTPUT\n}\nmake",
        "echo \"all=$UNSET\" >> $GITHUB_OUTPUT",
        "echo 'all=[1' >> $GITHUB_OUTPUT",
        "echo 'all=[1]' > other",
        "echo 'all=[1]' >> $GITHUB_OUTPUT &",
        "echo 'all=[1] >> $GITHUB_OUTPUT",
        "echo \"all=${LIST:-[1]}\" >> $GITHUB_OUTPUT",
        "[[ \"$(date +%u)\" == 1 ]] && all='[1]' || all='[1, 2]'\necho \"all=$all\" >> $GITHUB_OUTPUT",
    ] {
        assert_eq!(legs(&workflow(script)), None, "{script}");
    }
}

#[test]
fn outputs_are_followed_through_jobs_and_called_workflows() {
    let repository = Repository::of(
        "-- .github/workflows/plan.yml --
on:
  workflow_call:
    inputs: { wide: { type: boolean } }
    outputs: { all: { value: '${{ jobs.x.outputs.all }}' } }
jobs:
  x:
    runs-on: ubuntu-latest
    outputs: { all: \"${{ inputs.wide && '[1, 2, 3]' || '[1]' }}\" }
    steps: [{ run: 'true' }]
-- .github/workflows/ci.yml --
on: { push: { branches: [main] } }
jobs:
  plan: { uses: ./.github/workflows/plan.yml, with: { wide: true } }
  named: { runs-on: ubuntu-latest, outputs: { os: '[\"ubuntu-latest\", \"windows-latest\"]' }, steps: [{ run: 'true' }] }
  many:
    strategy: { matrix: { n: [1, 2] } }
    runs-on: ubuntu-latest
    outputs: { all: '[${{ matrix.n }}]' }
    steps: [{ run: 'true' }]
  a: { needs: plan, runs-on: ubuntu-latest, strategy: { matrix: { n: '${{ fromJSON(needs.plan.outputs.all) }}' } }, steps: [{ run: 'true' }] }
  b: { needs: named, runs-on: '${{ matrix.os }}', strategy: { matrix: { os: '${{ fromJSON(needs.named.outputs.os) }}' } }, steps: [{ run: 'true' }] }
  c: { needs: many, runs-on: ubuntu-latest, strategy: { matrix: { n: '${{ fromJSON(needs.many.outputs.all) }}' } }, steps: [{ run: 'true' }] }
  d: { runs-on: ubuntu-latest, strategy: { matrix: { n: '${{ fromJSON(needs.named.outputs.os) }}' } }, steps: [{ run: 'true' }] }
",
    );
    let inventory = repository.inventory();
    let legs: Vec<_> = inventory.workflows[0].jobs.iter().map(|job| (job.id.as_str(), job.legs)).collect();
    let expected = [
        ("plan", Some(1)),
        ("named", Some(1)),
        ("many", Some(2)),
        ("a", Some(3)),
        ("b", Some(2)),
        // Each leg hands another one on, and a job that is not needed tells nothing.
        ("c", None),
        ("d", None),
    ];
    assert_eq!(legs, expected);
}

/// A workflow that is called for several systems tells the runner of each by a script: they do not share an entry.
#[test]
fn a_runner_that_another_job_tells_is_the_runner() {
    let repository = Repository::of(
        "-- .github/workflows/build.yml --
on: { workflow_call: { inputs: { platform: { type: string } } } }
jobs:
  config:
    runs-on: ubuntu-latest
    outputs: { runner: '${{ steps.s.outputs.runner }}' }
    steps:
      - id: s
        run: |
          case '${{ inputs.platform }}' in
            linux) runner=ubuntu-latest ;;
            windows | win) runner=windows-latest ;;
            *) runner=macos-latest ;;
          esac
          echo \"runner=$runner\" >> $GITHUB_OUTPUT
  build:
    needs: config
    runs-on: ${{ needs.config.outputs.runner }}
    steps: [{ uses: actions/cache@v4, with: { path: p, key: '${{ runner.os }}-k' } }]
-- .github/workflows/ci.yml --
on: { push: { branches: [main] } }
jobs:
  linux: { uses: ./.github/workflows/build.yml, with: { platform: linux } }
  windows: { uses: ./.github/workflows/build.yml, with: { platform: windows } }
  mac: { uses: ./.github/workflows/build.yml, with: { platform: mac } }
",
    );
    let draft = repository.draft().expect("a scenario");
    checked(&draft);
    let runner = |job: &str| {
        let (_, rest) = draft.text.split_once(&format!("[workflow.ci.job.{job}]")).expect("a job");
        let table = rest.split("\n[").next().expect("a table");
        table.lines().find_map(|line| line.strip_prefix("runner = ")).map(str::to_owned)
    };
    assert_eq!(runner("linux-build"), None);
    assert_eq!(runner("windows-build").as_deref(), Some("\"windows-latest\""));
    assert_eq!(runner("mac-build").as_deref(), Some("\"macos-latest\""));
}

/// Where nothing tells the runner but the expression names its system, that is assumed, and said.
#[test]
fn a_runner_of_which_only_the_system_is_named_is_of_that_system() {
    let drafted = |expression: &str| {
        let workflow = format!(
            "on: {{ push: {{ branches: [main] }} }}\njobs:\n  a: {{ runs-on: ubuntu-latest, outputs: {{ w: '${{{{ steps.s.outputs.w }}}}' }}, steps: [{{ id: s, uses: some/choice@v1 }}] }}\n  b:\n    needs: a\n    runs-on: ${{{{ {expression} }}}}\n    steps: [{{ uses: actions/cache@v4, with: {{ path: p, key: k }} }}]\n"
        );
        let draft = Repository::with(&workflow).draft().expect("a scenario");
        checked(&draft);
        draft.text
    };
    assert!(drafted("needs.a.outputs.windows_x64").contains("runner = \"windows-latest\" # assumed"));
    assert!(drafted("needs.a.outputs.macos-15").contains("runner = \"macos-latest\" # assumed"));
    for open in ["needs.a.outputs.linux", "needs.a.outputs.w", "needs.a.outputs.w == 'windows' && 'x' || 'y'"]
    {
        assert!(!drafted(open).contains("runner = "), "{open}");
    }
}

#[test]
fn values_that_scripts_set_for_later_steps_are_in_keys() {
    let repository = Repository::with(
        "on: { push: { branches: [main] } }
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo \"TOOL=1.2\" >> $GITHUB_ENV
      - id: s
        run: echo \"key=tool-${{ runner.os }}-${{ hashFiles('x.lock') }}\" >> $GITHUB_OUTPUT
      - uses: actions/cache@v4
        with: { path: p, key: '${{ steps.s.outputs.key }}-${{ env.TOOL }}' }
",
    );
    let draft = repository.draft().expect("a scenario");
    checked(&draft);
    assert!(draft.text.contains("key = \"tool-{os}-{hash:x-lock}-1.2\""), "{}", draft.text);
}
