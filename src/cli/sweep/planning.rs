use super::args::{Sensitivity, SweepArgs};
use super::axis::Axis;
use super::space::Space;
use crate::cli::output::say;
use crate::cli::progress::bar_of;
use crate::cli::{Common, EXIT_INVALID, EXIT_USAGE, Terminal, introduce};
use crate::diagnostic::{Report, nearest};
use crate::engine::{self, Model};
use crate::outcome::Measure;
use crate::random::Draws;
use crate::scenario::{self, Loaded, WarmUpRule};
use crate::study::sweep::{self, AXES_MAX, Design, POINTS_MAX, Plan, Point, Rows, SIMULATIONS_MAX, Tool};
use crate::units::SimTime;

/// Why nothing is simulated.
pub(super) struct Refused {
    pub code: u8,
    pub problems: Vec<String>,
}

impl Refused {
    /// Because the command line asks for what cannot be.
    pub fn usage(problem: String) -> Refused {
        Refused { code: EXIT_USAGE, problems: vec![format!("error: {problem}\n")] }
    }
}

/// The fewest rows or paths from which intervals can be taken.
const ROWS_MIN: u32 = 4;

/// Everything that is to be played, checked.
pub(super) fn planned<'a>(args: &'a SweepArgs, common: &Common) -> Result<(Space<'a>, Plan), Refused> {
    let style = Terminal::Stderr.diagnostics(common.color);
    let invalid = |report: Report| Refused { code: EXIT_INVALID, problems: vec![report.render(&style)] };
    let document = scenario::open(&args.file).map_err(invalid)?;
    let own = document.scenario(&[("--set", args.set.as_slice())]).map_err(invalid)?;
    let base = scenario::build(&args.file, own.clone()).map_err(invalid)?;
    let axes =
        Axis::all(args, &base.assumed).map_err(|report| Refused { code: EXIT_USAGE, ..invalid(report) })?;
    let counts: Vec<Option<usize>> = axes.iter().map(|axis| axis.values.count()).collect();
    let design = designed(args, &axes, &counts).map_err(Refused::usage)?;
    known(&args.metric, &base.model).map_err(Refused::usage)?;
    let space = Space::new(args, document, axes);
    let warnings =
        space.try_values(&base, &style).map_err(|problems| Refused { code: EXIT_INVALID, problems })?;
    let place =
        |place: &Vec<f64>| space.axes.iter().zip(place).map(|(axis, place)| axis.at(*place)).collect();
    let settings: Vec<Vec<String>> = design.places(&counts, args.seed).iter().map(place).collect();
    let bar = bar_of(settings.len() as u64, "points checked", common.quiet);
    let points = space.check(&settings, &style, || bar.inc(1));
    bar.finish_and_clear();
    let points = points.map_err(|problems| Refused { code: EXIT_INVALID, problems })?;
    introduce(&base, common);
    if !common.quiet {
        warnings.iter().for_each(say);
        note_on_warm_up(&base).into_iter().for_each(say);
    }
    let described =
        |axis: &Axis| axis.described(if axis.is_path() { own.value_at(&axis.name) } else { None });
    let described = space.axes.iter().map(described).collect();
    let plan = plan(args, &base, design, described, points);
    Ok((space, plan))
}

/// What a sweep says of a warm-up that the scenario does not state.
fn note_on_warm_up(base: &Loaded) -> Option<String> {
    let span = base.model.warmup;
    match base.warm_up {
        WarmUpRule::Stated | WarmUpRule::TwiceRetention => None,
        WarmUpRule::HalfTheTime => Some(format!(
            "note: the warm-up is half of the simulated time, {span}: twice the retention would be longer\n"
        )),
        WarmUpRule::Detected => Some(format!(
            "note: a sweep detects no warm-up: points fall back to twice the retention, here {span}\n"
        )),
    }
}

/// Refuses a metric whose labels name nothing of the scenario.
fn known(measure: &Measure, model: &Model) -> Result<(), String> {
    // A replication in which nobody pushes has all the names.
    let nothing = Model { from: Some(SimTime(0)), until: Some(SimTime(0)), ..model.clone() };
    let Ok(outcome) = engine::simulate(&nothing, Draws::new(0, 0)) else { return Ok(()) };
    let Some(((label, text), known)) = measure.stranger(&outcome.names) else { return Ok(()) };
    let near = nearest(text, known.iter().copied());
    let help = near
        .map_or_else(|| format!("there is {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
    Err(format!("`{text}` is no {label} of the scenario: {help}"))
}

/// The design, if it is within the limits.
fn designed(args: &SweepArgs, axes: &[Axis], counts: &[Option<usize>]) -> Result<Design, String> {
    if axes.is_empty() {
        return Err("nothing is varied: name it with --vary PATH=VALUES or --strategy NAME, or give the \
                    scenario's unknowns their ranges under `[assumed]`"
            .into());
    }
    let design = match (args.sensitivity, args.sample) {
        (None, None) => Design::Grid,
        (None, Some(points)) => Design::Sample(points),
        (Some(Sensitivity::Sobol), rows) => Design::Sobol(rows.unwrap_or(128)),
        (Some(Sensitivity::Morris), paths) => Design::Morris(paths.unwrap_or(20)),
    };
    if args.sensitivity.is_some() && args.sample.is_some_and(|rows| rows < ROWS_MIN) {
        return Err(format!("--sensitivity takes at least --sample {ROWS_MIN}: fewer have no interval"));
    }
    if axes.len() > AXES_MAX {
        return Err(format!("{} axes are more than {AXES_MAX}", axes.len()));
    }
    let Some(points) = design.count(counts) else {
        let between = axes.iter().find(|axis| axis.values.count().is_none());
        let name = between.map_or("", |axis| axis.name.as_str());
        return Err(format!(
            "a grid takes no range without a step: write `--vary {name}=LOW..HIGH:STEP`, or choose points with \
             --sample N or --sensitivity"
        ));
    };
    if points > POINTS_MAX {
        return Err(format!(
            "{points} points are more than {POINTS_MAX}: vary less, or choose some with --sample N"
        ));
    }
    let simulations = points * u64::from(args.replications);
    if simulations > SIMULATIONS_MAX {
        return Err(format!(
            "{points} points with {} replications each are {simulations} simulations, more than {SIMULATIONS_MAX}",
            args.replications
        ));
    }
    Ok(design)
}

fn plan(args: &SweepArgs, base: &Loaded, design: Design, axes: Vec<sweep::Axis>, points: Vec<Point>) -> Plan {
    Plan {
        schema_version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME").into(), version: env!("CARGO_PKG_VERSION").into() },
        name: base.name.clone(),
        file: args.file.display().to_string(),
        hash: base.hash.clone(),
        seed: args.seed,
        replications: args.replications,
        simulated_days: base.simulated.as_days_f64(),
        warmup_days: base.model.warmup.as_days_f64(),
        design,
        axes,
        metric: args.metric.to_string(),
        rows: if args.all_metrics { Rows::All } else { Rows::Summary },
        reproduce: args.reproduce(),
        points,
        shard: args.shard,
        finished: false,
    }
}
