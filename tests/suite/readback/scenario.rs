//! Scenarios from everywhere in what `check` accepts: the ends of every range, odd times and names,
//! nothing to do, expectations of what is never measured, and every client.

use proptest::prelude::*;
use proptest::sample::select;

/// A basic string of TOML, which JSON writes the same way.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `key = value` with one of these values, or the default.
fn line(key: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![
        1 => Just(String::new()),
        2 => select(values).prop_map(move |value| format!("{key} = {value}\n")),
    ]
}

/// Several of them.
fn lines(of: &'static [(&'static str, &'static [&'static str])]) -> impl Strategy<Value = String> {
    of.iter().map(|(key, values)| line(key, values).boxed()).collect::<Vec<_>>().prop_map(|all| all.concat())
}

const SIZES: &[&str] = &["\"0 B\"", "\"1 B\"", "\"3 B\"", "\"1.2 GB\"", "\"126 TB\"", "\"1000 TB\""];
const SPANS: &[&str] = &["\"0 s\"", "\"1 ms\"", "\"17 min\"", "\"3 d\""];
const SHARES: &[&str] = &["0", "0.5", "1"];
const FLAGS: &[&str] = &["true", "false"];

fn cache() -> impl Strategy<Value = String> {
    lines(&[
        ("limit", SIZES),
        ("limit", &["\"2 B\"", "\"5 B\"", "\"1 kB\"", "\"10 GiB\"", "\"100 TB\"", "\"200 TB\""]),
        ("retention", &["\"0 s\"", "\"1 ms\"", "\"7 d\"", "\"10000 d\""]),
        ("sweep", &["\"hourly\"", "\"daily\"", "\"instant\"", "\"none\"", "\"1 min\"", "\"10000 d\""]),
        ("sweep-phase", &["\"0 s\"", "\"59 min\""]),
        ("order", &["\"oldest-created\""]),
        ("touch", &["\"download\""]),
        ("uploads-per-minute", &["1", "\"unlimited\""]),
        ("downloads-per-minute", &["1", "\"unlimited\""]),
        ("over-quota", &["\"reject\""]),
        ("visibility-lag", SPANS),
        ("reservation", SPANS),
        ("budget", SIZES),
        ("price", &["\"0 USD\"", "\"1000 USD\""]),
        ("delete-closed-after", &["\"0 s\"", "\"1 h\"", "\"10000 d\""]),
        ("forks-write", FLAGS),
    ])
    .prop_map(|keys| keys_once("[cache]\n", &keys))
}

/// A key may be drawn from two lists; a table has it once.
fn keys_once(head: &str, lines: &str) -> String {
    let mut seen: Vec<&str> = vec![];
    let mut text = head.to_owned();
    for line in lines.lines() {
        let key = line.split(" = ").next().unwrap_or(line);
        if !seen.contains(&key) {
            seen.push(key);
            text += &format!("{line}\n");
        }
    }
    text
}

fn workload() -> impl Strategy<Value = String> {
    let of = lines(&[
        (
            "from",
            &[
                "\"0000-01-01\"",
                "\"0001-01-01T00:00:01Z\"",
                "\"1582-10-10\"",
                "\"1969-06-01\"",
                "\"1969-12-31T23:59:59.999Z\"",
                "\"1970-01-01\"",
                "\"2024-02-29\"",
                "\"9998-12-20\"",
            ],
        ),
        ("pushes-per-day", &["0", "0.1", "40"]),
        ("pull-requests", &["{ share = 0 }", "{ share = 1, pushes-each = 1, merged = 0 }", "{ forks = 1 }"]),
        (
            "changes",
            &["{ lock = 1, source = 1, dockerfile = 1 }", "{ lock = 0, source = 0 }", "{ toolchain = 1 }"],
        ),
        ("releases-per-month", &["0", "60"]),
        ("merge-queue", FLAGS),
        ("schedules-per-day", &["3"]),
        ("bursts-per-week", &["7"]),
        ("lock-committed-from", &["\"2099-01-01\""]),
    ]);
    const SPAN: &[&str] = &[
        "days = 0.01\nwarmup = \"0 s\"\n",
        "days = 1\nwarmup = \"0 s\"\n",
        "days = 2.5\nwarmup = \"1 d\"\n",
        "days = 3\nwarmup = \"auto\"\n",
        "days = 1\nwarmup = \"86399 s\"\n",
    ];
    (select(SPAN), of).prop_map(|(span, of)| format!("[workload]\n{span}{of}"))
}

fn runner() -> impl Strategy<Value = String> {
    lines(&[
        ("price", &["\"0.006 USD\"", "\"1 USD\""]),
        ("disk", SIZES),
        ("download", &["\"1 B/s\"", "\"1000 GB/s\""]),
        ("upload", &["\"1 B/s\"", "\"1000 GB/s\""]),
        ("boot", SPANS),
        ("concurrency", &["1"]),
        ("cores", &["1", "1024"]),
    ])
    .prop_map(|keys| format!("[runner.ubuntu-latest]\n{keys}"))
}

/// The names of things: what formulas, markup, paths, patterns and shells take for something.
fn name() -> impl Strategy<Value = String> {
    let odd = [
        "test",
        "=1",
        "'=1",
        "''=1",
        "+1",
        "-1",
        "@x",
        "'",
        "a, b",
        "a\"b",
        "\"quoted\"",
        "a}b",
        "{x}",
        "a=b",
        "a;b",
        "<b>&amp;",
        "</script>",
        "../..",
        "a/b",
        "a\\b",
        "C:",
        "CON",
        "|",
        "`id`",
        "$(id)",
        "100 %",
        "é",
        "日本語",
        "🦀",
        "null",
        "0",
        "1e5",
        "#",
        "[x]",
        "a.b",
        "*_~",
    ];
    prop_oneof![
        4 => select(odd.to_vec()).prop_map(String::from),
        1 => Just("n".repeat(100)),
        1 => "[a-z \"'=,.{}<>&\\\\/|%-]{0,20}".prop_map(|rest| format!("x{}y", rest)),
    ]
}

fn client() -> impl Strategy<Value = String> {
    let size = || select(SIZES);
    let all = prop_oneof![
        size().prop_map(|size| format!("cache.rust-cache = {{ size = {size} }}\n")),
        (size(), name()).prop_map(|(size, key)| {
            let key = quoted(&format!("{}-{{lock}}", key.replace(['{', '}'], "")));
            format!("cache.actions-cache = [{{ key = {key}, size = {size}, miss = \"10 h\" }}]\n")
        }),
        size().prop_map(|size| format!("cache.setup-node = {{ size = {size} }}\n")),
        Just("cache.setup-python = { miss = \"0 s\", save-if = \"never\" }\n".into()),
        Just("cache.setup-go = true\n".into()),
        size().prop_map(|size| format!("cache.sccache = {{ object-bytes = {size} }}\n")),
        Just("cache.sccache = { read-only = true }\n".into()),
        Just("cache.sccache = { store = \"external\" }\n".into()),
    ];
    let several = proptest::collection::btree_map("[a-z]{2}", all, 0..4);
    several.prop_map(|clients| {
        let mut seen = vec![];
        let mut text = String::new();
        for client in clients.into_values() {
            let key = client.split(' ').next().unwrap_or_default().to_owned();
            if !seen.contains(&key) {
                text += &client;
                seen.push(key);
            }
        }
        text
    })
}

fn measured() -> impl Strategy<Value = String> {
    let times =
        select(vec![("0 s", "0 s"), ("2 ms", "1 ms"), ("17 min", "4 min"), ("30 d", "1 s"), ("10 d", "9 d")]);
    let of = lines(&[
        ("timeout", &["\"1 ms\"", "\"360 min\"", "\"10000 d\""]),
        ("setup", &["\"0 s\"", "\"1 ms\""]),
        ("prepare", &["\"0 s\"", "\"1 ms\""]),
        ("fails", SHARES),
        ("fails-on-main", SHARES),
        ("matrix", &["{ os = [\"=1\", \"'=1\", \"a, b\"] }", "{ a = [\"1\"], b = [\"1\", \"2\"] }"]),
    ]);
    (times, of, client()).prop_map(|((cold, warm), of, clients)| {
        // What a miss costs follows from these two times.
        let clients = clients.replace(", miss = \"10 h\"", "").replace("miss = \"0 s\", ", "");
        format!("cold = \"{cold}\"\nwarm = \"{warm}\"\n{of}{clients}")
    })
}

/// A job that builds an image, with one of BuildKit's stores.
fn built() -> impl Strategy<Value = String> {
    let store = select(vec!["gha", "registry", "s3", "inline"]);
    let of = select(vec!["true", "{ mode = \"max\" }", "{ ignore-error = true, timeout = \"0 s\" }"]);
    (store, of).prop_map(|(store, of)| format!("image = \"api\"\ncache.buildkit-{store} = {of}\n"))
}

/// A job that compiles the project.
fn compiled() -> impl Strategy<Value = String> {
    client().prop_map(|clients| format!("compile.flavour = \"dev\"\n{clients}"))
}

fn workflows() -> impl Strategy<Value = String> {
    let job = prop_oneof![5 => measured(), 1 => built(), 1 => compiled()];
    let jobs = proptest::collection::btree_map(name(), job, 1..4);
    let on = select(vec![
        "[\"push main\", \"pull_request\"]",
        "\"push main\"",
        "\"release\"",
        "[\"schedule\", \"merge_group\"]",
        "[\"push main\", \"pull_request\", \"release\", \"schedule\", \"merge_group\"]",
    ]);
    let of = line("concurrency", &["\"cancel\"", "\"queue\"", "\"cancel-off-main\""]);
    let workflow = (on, of, jobs);
    proptest::collection::btree_map(name(), workflow, 1..3).prop_map(|workflows| {
        let mut text = String::new();
        for (name, (on, of, jobs)) in workflows {
            let name = quoted(&name);
            text += &format!("[workflow.{name}]\non = {on}\n{of}");
            for (job, keys) in jobs {
                text += &format!("[workflow.{name}.job.{}]\n{keys}", quoted(&job));
            }
        }
        text
    })
}

const IMAGE: &str = r#"
[image.api]
[[image.api.step]]
name = "=base"
content = "base"
work = "10 s"
layer = "10 MB"
[[image.api.step]]
name = "build, \"all\""
content = "context"
work = "30 s"
layer = "1000 TB"
in-final = true
[project.flavour.dev]
dependency-work = "40 s"
dependency-archive = "40 MB"
"#;

fn expectations() -> impl Strategy<Value = String> {
    let metric = select(vec![
        "metric = \"restore.hit_ratio\"\nref = \"main\"\n",
        "metric = \"restore.hit_ratio\"\nclient = \"rust-cache\"\nref = \"main\"\n",
        "metric = \"cache.bytes\"\nstat = \"peak\"\n",
        "metric = \"push.waiting\"\nstat = \"mean\"\n",
        "metric = \"job.duration\"\nstat = \"p90\"\nref = \"other\"\n",
        "metric = \"save.failed\"\nreason = \"rate_limited\"\n",
        "metric = \"runner.cost\"\n",
    ]);
    let bounds = prop_oneof![
        Just("min = 0.1\n"),
        Just("max = 1e15\n"),
        Just("min = -1e15\nmax = 0\n"),
        Just("above = { strategy = \"raise-limit=1000TB\" }\n"),
        Just("below = { strategy = \"raise-limit=1000TB\", by = 1e15 }\nmin = 0\n"),
        Just("below = { strategy = \"save-on-main-only\" }\n"),
    ];
    let one = (metric, bounds).prop_map(|(metric, bounds)| format!("[[expect]]\n{metric}{bounds}"));
    proptest::collection::vec(one, 0..4).prop_map(|all| all.concat())
}

/// A scenario; most of them are accepted.
pub fn scenario() -> impl Strategy<Value = String> {
    let head = (name(), name()).prop_map(|(title, question)| {
        format!("title = {}\nquestion = {}\n", quoted(&title), quoted(&question))
    });
    let parts = (head, cache(), workload(), runner(), workflows(), expectations());
    parts.prop_map(|(head, cache, workload, runner, workflows, expectations)| {
        let image = if workflows.contains("image = ") || workflows.contains("compile.") { IMAGE } else { "" };
        [&*head, &cache, &workload, &runner, image, &workflows, &expectations].concat()
    })
}
