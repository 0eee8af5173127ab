//! The jobs of a scenario beside a real client: one cache, one order of eviction, one minute of uploads.

use super::{Scene, path, request, run};
use crate::case::Case;
use crate::miniature::{HOUR, MINUTE, Miniature, START};
use cache_budget::replay::SaveAnswer;
use cache_budget::serve::{
    Bodies, ClientTraffic, ConnectionLimits, ServeClock, ServeRequest, ServedScenario, Server, Writer,
};
use cache_budget::units::{Duration, SimTime};
use serde_json::{Value, json};

/// A job that saves 50 kB for every push, and evicts at once what is too much in 100 kB.
fn small() -> Miniature {
    saving("push main", "k-{sha}")
}

fn saving(on: &str, key: &str) -> Miniature {
    let text = format!(
        "[workflow.ci]\non = [\"{on}\"]\n[[workflow.ci.job.test.cache.actions-cache]]\nkey = \"{key}\"\nsize = \"50 kB\"\n"
    );
    Miniature::new(&text).set("cache.limit=100 kB").set("cache.sweep=instant")
}

/// It is served from the beginning of the scenario, by a clock that the test moves.
fn served(scenario: &Miniature, change: impl FnOnce(&mut ServeRequest)) -> Scene {
    let (_folder, file) = scenario.write();
    // What a scenario does not say is asked for as well: nothing of it may count.
    let mut request = ServeRequest {
        scenario: Some(ServedScenario { file, set: scenario.sets().to_vec(), seed: 1 }),
        limit: cache_budget::units::Bytes(1),
        ..request()
    };
    change(&mut request);
    let clock = ServeClock::set(START);
    let server = Server::start_with(&request, Some(clock.clone()), ConnectionLimits::default());
    Scene { server: server.unwrap_or_else(|problem| panic!("it is served: {problem:?}")), clock }
}

impl Scene {
    fn go_to(&self, at: SimTime) {
        self.clock.move_on(at - self.clock.now());
    }

    fn keys(&self) -> Vec<String> {
        let mut keys: Vec<_> = self.server.listing().into_iter().map(|entry| entry.key).collect();
        keys.sort();
        keys
    }

    fn traffic(&self, writer: Writer) -> ClientTraffic {
        let summary = self.server.summary();
        let found = summary.traffic.clients().find(|(own, _)| *own == writer);
        found.map(|(_, traffic)| traffic.clone()).unwrap_or_default()
    }
}

fn seconds(seconds: i64) -> SimTime {
    SimTime(START.0 + seconds * 1_000)
}

#[test]
fn a_scenarios_pushes_evict_what_a_client_has_stored() {
    let played = small().hourly_pushes(3).play();
    // When the third push has stored its entry: what the client does in between does not delay its job.
    let third = played.ledger.iter().map(|page| (page.at, page.entries.first().map(|entry| entry.created)));
    let third = third.filter(|(at, _)| *at > seconds(2 * HOUR)).find(|(at, created)| *created == Some(*at));
    let (third, _) = third.expect("it stores");
    let scene = served(&small().hourly_pushes(3), |_| ());
    scene.go_to(seconds(10 * MINUTE));
    assert!(scene.save("main", "own", &[0; 30_000]));
    // After the second push 50 + 30 + 50 = 130 kB: the first push's 50 go, as the oldest.
    scene.go_to(seconds(HOUR + 10 * MINUTE));
    assert_eq!(scene.keys().iter().filter(|key| key.starts_with("k-")).count(), 1);
    assert!(scene.keys().contains(&"own".to_owned()));
    // After the third 30 + 50 + 50 = 130 kB: the client's 30 go, and then the second push's, since 100 kB is the limit.
    scene.go_to(third);
    assert!(scene.keys().contains(&"own".to_owned()), "a request of this instant comes before the job");
    scene.go_to(third + Duration(1));
    assert_eq!(scene.keys().len(), 1);
    assert_eq!(scene.matched("main", "own", &[]), "");
    let summary = scene.server.summary();
    let (own, team) = (Writer::of_key("own"), Writer::simulated("actions-cache"));
    assert_eq!(scene.traffic(own).evicted, (1, 30_000));
    assert_eq!(scene.traffic(team).evicted, (2, 100_000));
    assert_eq!(scene.traffic(team).saves(SaveAnswer::Stored), 3);
    // What evicted the client's 30 kB was stored after it was, by the second and the third push.
    assert!(summary.traffic.blamed().contains(&(team, own, 30_000)), "{:?}", summary.traffic.blamed());
}

#[test]
fn it_does_not_matter_how_often_somebody_looks() {
    let outcome = |pause: i64| {
        let scene = served(&small().set("cache.sweep=hourly").hourly_pushes(6), |_| ());
        for minute in 1..=6 * 60 {
            scene.go_to(seconds(minute * MINUTE));
            if minute % 50 == 0 {
                assert!(scene.save("main", &format!("own-{minute}"), &[0; 9_000]));
            }
            if minute % pause == 0 {
                scene.keys();
            }
        }
        (scene.server.listing(), scene.server.summary().table(cache_budget::report::Style::default()))
    };
    let (once, summary) = outcome(360);
    let (often, same) = outcome(1);
    assert!(once.len() > 1 && once == often, "{once:?}\n{often:?}");
    // The line of how long it took in reality may differ.
    assert_eq!(
        summary.lines().skip_while(|line| !line.is_empty()).collect::<Vec<_>>(),
        same.lines().skip_while(|line| !line.is_empty()).collect::<Vec<_>>()
    );
}

/// What a look-up of a key in this version finds.
fn found(scene: &Scene, key: &str, version: &str) -> Value {
    let asked = json!({ "key": key, "version": version, "restore_keys": [] });
    scene.call("main", "GetCacheEntryDownloadURL", asked).json()
}

#[test]
fn a_client_restores_what_a_job_has_saved() {
    let scenario = saving("push main", "deps").hourly_pushes(1);
    for bodies in [Bodies::SizesOnly, Bodies::Temporary] {
        let scene = served(&scenario, |request| request.bodies = bodies.clone());
        assert_eq!(scene.server.listing(), []);
        scene.go_to(seconds(10 * MINUTE));
        let stored = scene.server.listing();
        let [entry] = stored.as_slice() else { panic!("{stored:?}") };
        assert_eq!(found(&scene, "deps", "another version")["ok"], false);
        let found = found(&scene, "deps", &entry.version);
        assert_eq!(found["matched_key"], "deps");
        assert_eq!(scene.server.listing()[0].accessed, seconds(10 * MINUTE), "it was used");
        let url = path(found["signed_download_url"].as_str().expect("an address")).to_owned();
        let reply = scene.connection().ask("GET", &url, &[], b"");
        match bodies {
            Bodies::SizesOnly => assert_eq!((reply.status, reply.body), (200, vec![0; 50_000])),
            _ => assert_eq!(reply.status, 404, "nobody has its body"),
        }
    }
}

#[test]
fn the_uploads_of_a_minute_are_shared() {
    let scenario = small().set("cache.uploads-per-minute=1").event(0, "main_push", "").event(
        MINUTE,
        "main_push",
        "source",
    );
    let scene = served(&scenario, |_| ());
    // The job of the first push has saved by then, and the one of the second push begins with the next minute.
    scene.go_to(seconds(50));
    assert_eq!(scene.keys().len(), 1);
    assert_eq!(scene.reserve("main", "own").status, 429);
    scene.go_to(seconds(MINUTE));
    assert!(scene.save("main", "own", b"own"));
    scene.go_to(seconds(2 * MINUTE));
    assert_eq!(scene.keys().len(), 2, "the second push could not save");
    let team = scene.traffic(Writer::simulated("actions-cache"));
    assert_eq!((team.saves(SaveAnswer::Stored), team.saves(SaveAnswer::RateLimited)), (1, 1));
    let own = scene.traffic(Writer::of_key("own"));
    assert_eq!((own.saves(SaveAnswer::Stored), own.saves(SaveAnswer::RateLimited)), (1, 1));
}

#[test]
fn the_cache_is_kept_when_the_scenario_is_over() {
    // The last push of the log is at 0 h, and nobody does anything two weeks later.
    let scene = served(&small().set("cache.sweep=daily").hourly_pushes(1), |_| ());
    scene.go_to(seconds(48 * HOUR));
    assert!(scene.save("main", "own", &[0; 9_000]));
    assert_eq!(scene.keys().len(), 2);
    scene.go_to(seconds(48 * HOUR) + Duration(9 * Duration::DAY.0));
    assert_eq!(scene.keys(), Vec::<String>::new(), "idle for a week");
    assert_eq!(scene.traffic(Writer::of_key("own")).expired, 1);
}

#[test]
fn a_client_of_another_run_reads_what_it_may() {
    let scenario = saving("pull_request", "deps").event(0, "pr_push 7", "");
    let scene = served(&scenario, |_| ());
    scene.go_to(seconds(10 * MINUTE));
    let version = scene.server.listing()[0].version.clone();
    let asked = json!({ "key": "deps", "version": version, "restore_keys": [] });
    let hit = |name: &str| scene.call(name, "GetCacheEntryDownloadURL", asked.clone()).json()["ok"].clone();
    assert_eq!(run("pull-7").reference, "refs/pull/7/merge");
    assert_eq!((hit("pull-7"), hit("main"), hit("pull-8")), (true.into(), false.into(), false.into()));
}

#[test]
fn the_command_serves_beside_a_scenario() {
    let case = Case::with("");
    let (folder, file) = small().set("cache.limit=100 kB").hourly_pushes(3).write();
    let file = file.to_str().expect("UTF-8");
    let serve = |more: &[&str]| {
        let all = [&["serve", "--scenario", file, "--set", "cache.limit=\"100 kB\""], more].concat();
        let all = [&all[..], &["--run", "--", "true"]].concat();
        let output = case.command(&all).output().expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, said) = serve(&[]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = serve(&["--start", "2026-01-04T00:00:00Z"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("the scenario begins at 2026-01-05T00:00:00Z"), "{said}");
    let (code, said) = serve(&["--limit", "1 GB"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("--limit"), "{said}");
    let (code, _) = serve(&["--set", "cache.limit=\"nothing\""]);
    assert_eq!(code, Some(3));
    drop(folder);
}
