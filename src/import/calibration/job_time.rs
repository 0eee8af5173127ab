//! How long a job takes with and without its cache, from recorded runs: its own time, without what runners and
//! cache steps take, in two groups. Where its steps tell a miss from a hit, they decide; else two means; else there
//! is one group, of which nothing is known to be cold.

use super::{Calibration, JobCaching, Recorded, RecordedJob, Sample, ShownJob, count, share, time};

/// What a job's run says of its cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Miss,
    Hit,
    Nothing,
}

/// A time of a job, and where it is from; with a range, it is an assumption.
struct JobTime {
    seconds: f64,
    about: String,
    range: Option<[f64; 2]>,
}

/// The times of a job.
struct JobTimes {
    /// Without its cache.
    cold: JobTime,
    /// With it.
    warm: JobTime,
    /// Of all runs.
    all: JobTime,
}

impl JobTimes {
    /// Those of these runs; `None` if they are too few.
    fn of(told: &[(Told, f64)], is_cached: bool, source: &str) -> Option<JobTimes> {
        let all = Sample::of(told.iter().map(|(_, own)| *own));
        let median = all.median().filter(|_| all.len() >= RUNS_MIN)?;
        let runs = count(all.len(), "run", "runs");
        let known = |seconds: f64, about: String| JobTime { seconds, about, range: None };
        let [cold, warm] = match groups(told, &all).filter(|_| is_cached) {
            Some((hits, misses, by)) => {
                let say =
                    |own: &Sample, what: &str| format!("from {source}: {} of {runs} {what}, {by}", own.len());
                let of = |own: &Sample, what: &str| known(own.median().unwrap_or(median), say(own, what));
                [of(&misses, "without"), of(&hits, "with their cache")]
            }
            None if is_cached => {
                let about = format!("assumed: {COLD_FACTOR} × warm, since the runs are one group");
                let range = Some([median, median * 5.0]);
                let warm = format!("from {source}: {runs}, one group: taken as those with their cache");
                [JobTime { seconds: median * COLD_FACTOR, about, range }, known(median, warm)]
            }
            None => {
                let about = format!("assumed: cold ÷ {COLD_FACTOR}, since the runs had no cache");
                let range = Some([median / 5.0, median]);
                let cold = format!("from {source}: {runs} without a cache");
                [known(median, cold), JobTime { seconds: median / COLD_FACTOR, about, range }]
            }
        };
        Some(JobTimes { cold, warm, all: known(median, format!("from {source}: {runs}")) })
    }
}

/// The runs with and without their cache, and by what they are told apart; `None` if nothing tells.
fn groups(told: &[(Told, f64)], all: &Sample) -> Option<(Sample, Sample, &'static str)> {
    let of = |group: Told| Sample::of(told.iter().filter(|(own, _)| *own == group).map(|(_, own)| *own));
    let (misses, hits) = (of(Told::Miss), of(Told::Hit));
    if misses.len() >= TOLD_MIN && hits.len() >= TOLD_MIN && misses.median() > hits.median() {
        return Some((hits, misses, "told by their restore and save steps"));
    }
    let (hits, misses) = all.two_groups()?;
    Some((hits, misses, "two groups by their length"))
}

/// A restore of at most this many seconds has downloaded nothing worth saving.
const EMPTY_RESTORE: f64 = 2.0;
/// A `Post` step of at least this many seconds has packed and uploaded.
const REAL_SAVE: f64 = 5.0;
/// The fewest runs of a group that its steps tell.
const TOLD_MIN: usize = 3;
/// The fewest runs of which a time or a share is taken.
const RUNS_MIN: usize = 3;
/// The fewest first attempts of which a share of failures is taken.
const ATTEMPTS_MIN: usize = 10;
/// How much longer a job takes without its cache where nothing tells it: as in a draft without data.
const COLD_FACTOR: f64 = 2.4;

impl Calibration {
    /// Hands over recorded runs and jobs. `source` names their files.
    pub fn read_runs(&mut self, mut recorded: Recorded, source: &str) {
        recorded.join();
        for (why, number) in &recorded.dropped {
            self.remarks.push(format!("{source}: {number} {why} left out"));
        }
        self.tell_of_queues(&recorded, source);
        self.recorded = Some((recorded, source.to_owned()));
    }

    /// Learns the times and failures of a job before it is written. `image` is the image that it builds.
    pub fn learn_job(&mut self, workflow: &str, job: &str, shown: &ShownJob, default_branch: &str) {
        let Some((recorded, source)) = self.recorded.take() else { return };
        let runs: Vec<&RecordedJob> = recorded.of(shown);
        self.learn_times((workflow, job), &runs, shown, &source);
        self.learn_failures((workflow, job), &runs, default_branch, &source);
        self.recorded = Some((recorded, source));
    }

    fn learn_times(
        &mut self,
        (workflow, job): (&str, &str),
        runs: &[&RecordedJob],
        shown: &ShownJob,
        source: &str,
    ) {
        let good = || runs.iter().filter(|run| run.conclusion == "success");
        let told: Vec<(Told, f64)> = good()
            .map(|run| (told(run, shown), own_time(run, shown)))
            .filter(|(_, own)| *own > 0.0)
            .collect();
        let image = format!("{workflow}-{job}");
        let image = ["image", &image];
        let builds = good().map(|run| (Told::Nothing, build_time(run, shown)));
        let builds: Vec<(Told, f64)> = builds.filter(|(_, seconds)| *seconds > 0.0).collect();
        if let Some(times) = JobTimes::of(&builds, true, source) {
            let (seconds, runs) = (libm::round(times.all.seconds), count(builds.len(), "run", "runs"));
            self.remarks.push(format!(
                "{source}: the build of {workflow} / {job} takes {seconds} s, in {runs}; the `work` of steps stays assumed"
            ));
            self.learn_both(&image, &times);
        }
        let is_cached =
            shown.caching != JobCaching::Nothing || told.iter().any(|(own, _)| *own != Told::Nothing);
        let Some(times) = JobTimes::of(&told, is_cached, source) else { return };
        let is_image = shown.caching == JobCaching::Image;
        if builds.is_empty() {
            self.learn_both(&image, &times);
        }
        // Without steps, nothing tells the build of an image from the rest of its job.
        if builds.is_empty() && is_image && !runs.iter().any(|run| !run.steps.is_empty()) {
            return;
        }
        let path = ["workflow", workflow, "job", job];
        // Without its cache, a job takes as long as the runs that missed it. Where it builds an image, these are only the
        // other steps.
        self.learn_time(&path, "setup", if is_cached && !is_image { &times.cold } else { &times.all });
        self.learn_time(&path, "prepare", &times.all);
        self.learn_both(&path, &times);
    }

    fn learn_both(&mut self, path: &[&str], times: &JobTimes) {
        self.learn_time(path, "warm", &times.warm);
        self.learn_time(path, "cold", &times.cold);
    }

    fn learn_time(&mut self, path: &[&str], name: &str, JobTime { seconds, about, range }: &JobTime) {
        let path = [path, &[name]].concat();
        let bare = |seconds: f64| time(seconds).replace('"', "");
        match range {
            None => self.learn(&path, time(*seconds), about.clone()),
            Some([low, high]) => {
                let range = format!("{}..{}", bare(*low), bare(*high));
                self.assume(&path, time(*seconds), about.clone(), range);
            }
        }
    }

    fn learn_failures(
        &mut self,
        (workflow, job): (&str, &str),
        runs: &[&RecordedJob],
        main: &str,
        source: &str,
    ) {
        let attempts: Vec<FirstAttempt> = runs.iter().filter_map(|run| FirstAttempt::of(run, main)).collect();
        for (name, on_main) in [("fails", false), ("fails-on-main", true)] {
            let own: Vec<&FirstAttempt> = attempts.iter().filter(|own| own.on_main == on_main).collect();
            if own.len() < ATTEMPTS_MIN {
                continue;
            }
            let red: f64 = own.iter().map(|own| own.red).sum();
            let shown = libm::round(red * 10.0) / 10.0;
            let mut about = format!("from {source}: {shown} of {} first attempts", own.len());
            let again = own.iter().filter(|own| own.is_run_again).count();
            if again > 0 {
                about += &format!(", {again} of them known from a re-run alone");
            }
            self.learn(&["workflow", workflow, "job", job, name], share(red, own.len()), about);
        }
    }
}

/// How the first attempt of a job ended.
struct FirstAttempt {
    on_main: bool,
    /// 1 if it failed. Of several jobs that were run again, at least one had failed: it is divided among them.
    red: f64,
    /// True if only its re-run is recorded.
    is_run_again: bool,
}

impl FirstAttempt {
    /// `None` if nothing tells how it ended.
    fn of(job: &RecordedJob, main: &str) -> Option<FirstAttempt> {
        let on_main = match (job.run.event.as_deref(), job.run.branch.as_deref()) {
            (Some("pull_request"), _) => false,
            // What is not a pull request any more, or not a branch.
            (Some("merge_group" | "release"), _) => true,
            (_, Some(branch)) if branch.starts_with("gh-readonly-queue/") => true,
            (_, Some(branch)) => branch == main,
            _ => return None,
        };
        if let Some(jobs) = job.again {
            return Some(FirstAttempt { on_main, red: 1.0 / jobs as f64, is_run_again: true });
        }
        if job.run.attempt.is_some_and(|attempt| attempt > 1) {
            return None;
        }
        let red = match job.conclusion.as_str() {
            "success" => 0.0,
            "failure" | "timed_out" => 1.0,
            _ => return None,
        };
        Some(FirstAttempt { on_main, red, is_run_again: false })
    }
}

impl Recorded {
    /// The recorded runs of a job.
    pub fn of(&self, shown: &ShownJob) -> Vec<&RecordedJob> {
        let is_own = |job: &&RecordedJob| {
            job.run.workflow.as_deref().is_none_or(|workflow| workflow == shown.workflow)
                && shown.is_called(&job.name)
        };
        self.jobs.iter().filter(is_own).collect()
    }
}

impl RecordedJob {
    /// Whether the run found its cache, if its steps tell.
    pub fn has_hit(&self, shown: &ShownJob) -> Option<bool> {
        match told(self, shown) {
            Told::Miss => Some(false),
            Told::Hit => Some(true),
            Told::Nothing => None,
        }
    }
}

/// The time of a run without what the runner, the cache and the build of an image take, in seconds. Without steps, the
/// whole time.
pub(super) fn own_time(run: &RecordedJob, shown: &ShownJob) -> f64 {
    if run.steps.is_empty() {
        return run.seconds;
    }
    let is_own = |name: &str| {
        !["Set up job", "Complete job"].contains(&name)
            && !name.starts_with("Post ")
            && !shown.is_cache_step(name)
            && !shown.builds(name)
    };
    run.steps.iter().filter(|(name, _)| is_own(name)).map(|(_, seconds)| seconds).sum()
}

/// The time of the steps of a run that build its image, in seconds.
fn build_time(run: &RecordedJob, shown: &ShownJob) -> f64 {
    run.steps.iter().filter(|(name, _)| shown.builds(name)).map(|(_, seconds)| seconds).sum()
}

/// Whether the cache was hit: a restore that downloads takes time, a save after a miss too.
fn told(run: &RecordedJob, shown: &ShownJob) -> Told {
    let restores = run.steps.iter().filter(|(name, _)| shown.is_cache_step(name) && !is_save(name));
    let restores: Vec<f64> = restores.map(|(_, seconds)| *seconds).collect();
    let saved = run.steps.iter().filter(|(name, _)| {
        name.strip_prefix("Post ").is_some_and(|step| shown.is_cache_step(step)) || is_save(name)
    });
    let saved: f64 = saved.map(|(_, seconds)| seconds).sum();
    match restores.iter().copied().fold(f64::NAN, f64::max) {
        longest if longest.is_nan() => Told::Nothing,
        longest if longest <= EMPTY_RESTORE && saved >= REAL_SAVE => Told::Miss,
        longest if longest > EMPTY_RESTORE => Told::Hit,
        _ => Told::Nothing,
    }
}

fn is_save(name: &str) -> bool {
    name.starts_with("Run actions/cache/save@")
}
