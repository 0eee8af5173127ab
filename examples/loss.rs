use cache_budget::*;
fn main() {
    let loaded = scenario::load(std::path::Path::new("scenarios/meteroid/before.toml"), &[]).ok().unwrap();
    let o = engine::simulate(&loaded.model, random::Draws::new(1, 0)).unwrap();
    let name = |r: &outcome::JobRun| o.names.jobs[r.job.0 as usize].name.clone();
    let writers: Vec<_> =
        o.runs.iter().filter(|r| ["check", "clippy", "openapi"].contains(&name(r).as_str())).collect();
    for n in ["check", "clippy", "openapi"] {
        let v: Vec<_> = writers
            .iter()
            .filter(|r| name(r) == n && r.restores.len() > 0 && !r.restores[0].outcome.is_hit())
            .collect();
        let cold = v.len();
        let all = writers.iter().filter(|r| name(r) == n).count();
        let att: f64 = v.iter().map(|r| r.writes_attempted as f64).sum::<f64>() / cold as f64;
        let hit: f64 = v.iter().map(|r| r.objects_hit as f64).sum::<f64>() / cold as f64;
        let b: f64 = v.iter().map(|r| r.build.as_minutes_f64()).sum::<f64>() / cold as f64;
        let ro = v.iter().filter(|r| r.read_only).count();
        println!("{n}: cold {cold}/{all} attempts {att:.0} hits {hit:.0} build {b:.1} min readonly {ro}");
    }
    let mut bins = vec![vec![]; 8];
    for r in writers.iter().filter(|r| {
        name(r) == "check"
            && r.restores.len() > 0
            && !r.restores[0].outcome.is_hit()
            && r.writes_attempted > 400
            && !r.read_only
            && r.conclusion == outcome::Conclusion::Success
    }) {
        let mut load = 0.0;
        for w in &writers {
            if w.job == r.job && w.push == r.push {
                continue;
            }
            let ov = (w.ended.min(r.ended) - w.started.max(r.started)).as_minutes_f64().max(0.0);
            let d = (w.ended - w.started).as_minutes_f64();
            load += w.writes_attempted as f64 * ov / d;
        }
        let rate = (load + r.writes_attempted as f64) / (r.ended - r.started).as_minutes_f64();
        let lost = r.writes_failed as f64 / r.writes_attempted as f64;
        bins[((rate / 75.0) as usize).min(7)].push((rate, lost, r.push));
    }
    for b in &bins {
        if b.is_empty() {
            continue;
        }
        let n = b.len() as f64;
        println!(
            "rate {:.0}/min n={} lost mean {:.2} ({:?})",
            b.iter().map(|x| x.0).sum::<f64>() / n,
            n,
            b.iter().map(|x| x.1).sum::<f64>() / n,
            b.iter().take(6).map(|x| (x.2, (x.1 * 100.0) as i32)).collect::<Vec<_>>()
        );
    }
}
