//! Turns a sweep's request into its plan: the axes, the design, the points, and a check that every point
//! can be simulated. All limits on size are checked here.

use super::axis::VariedInput;
use super::space::Space;
use super::{PreparedSweep, SensitivityMethod, SweepRequest};
use crate::diagnostic::nearest;
use crate::engine::Model;
use crate::experiment::{Control, HEADLINE, Refusal};
use crate::observe::{Measure, metric};
use crate::scenario::{self, Loaded};
use crate::statistics::sweep::{
    self, AXES_MAX, Design, POINTS_MAX, Plan, Point, Rows, SIMULATIONS_MAX, Tool,
};
use crate::units::counted;

/// The fewest rows or paths that give intervals.
const ROWS_MIN: u32 = 4;

/// Prepares the sweep and checks all of it.
pub(super) fn planned(request: SweepRequest, control: &dyn Control) -> Result<PreparedSweep, Refusal> {
    let document = scenario::open(&request.file)?;
    let own = document.scenario(&[("--set", request.set.as_slice())])?;
    let base = scenario::build(&request.file, own.clone())?;
    let axes =
        VariedInput::all(&request, &base.assumed).map_err(|report| Refusal::Usage(vec![report.into()]))?;
    let counts: Vec<Option<usize>> = axes.iter().map(|axis| axis.values.count()).collect();
    let design = designed(&request, &axes, &counts).map_err(Refusal::usage)?;
    let is_replaced = request.metric.is_none() && !base.model.has_green_pushes();
    let measure = request.metric.clone().unwrap_or_else(|| usual(is_replaced));
    check_metric(&measure, &base.model).map_err(Refusal::usage)?;
    let axes = match design {
        Design::Sample(_) | Design::Sobol(_) => axes,
        Design::Grid | Design::Morris(_) => axes.into_iter().map(VariedInput::unweighted).collect(),
    };
    let space = Space::new(&request, document, axes);
    let warnings = space.try_values(&base, control).map_err(Refusal::of)?;
    let place =
        |place: &Vec<f64>| space.axes.iter().zip(place).map(|(axis, place)| axis.at(*place)).collect();
    let settings: Vec<Vec<String>> = design.places(&counts, request.seed).iter().map(place).collect();
    control.begin("points checked", settings.len() as u64, 0);
    let points = space.check(&settings, control);
    control.end();
    let points = points.map_err(Refusal::of)?;
    let described =
        |axis: &VariedInput| axis.described(if axis.is_path() { own.value_at(&axis.name) } else { None });
    let described = space.axes.iter().map(described).collect();
    let plan = plan(&request, &measure, &base, design, described, points);
    Ok(PreparedSweep { measure, is_replaced, base, warnings, space, plan })
}

/// The metric of a request that leaves it open.
fn usual(is_replaced: bool) -> Measure {
    let name = if is_replaced { metric::RUNNER_MINUTES.name } else { HEADLINE };
    name.parse().expect("a metric of the catalogue")
}

/// Refuses a metric if one of its labels has a value that the scenario does not know.
fn check_metric(measure: &Measure, model: &Model) -> Result<(), String> {
    let names = model.names();
    let Some(((label, text), known)) = measure.stranger(&names) else { return Ok(()) };
    let near = nearest(text, known.iter().copied());
    let help = near
        .map_or_else(|| format!("there is {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
    Err(format!("the scenario has no {label} `{text}`: {help}"))
}

/// The design, unless it exceeds a limit.
fn designed(
    request: &SweepRequest,
    axes: &[VariedInput],
    counts: &[Option<usize>],
) -> Result<Design, String> {
    if axes.is_empty() {
        return Err("nothing is varied: use --vary PATH=VALUES or --strategy NAME, or give ranges under \
            `[assumed]` in the scenario"
            .into());
    }
    let design = match (request.sensitivity, request.sample) {
        (None, None) => Design::Grid,
        (None, Some(points)) => Design::Sample(points),
        (Some(SensitivityMethod::Sobol), rows) => Design::Sobol(rows.unwrap_or(128)),
        (Some(SensitivityMethod::Morris), paths) => Design::Morris(paths.unwrap_or(20)),
    };
    if request.sensitivity.is_some() && request.sample.is_some_and(|rows| rows < ROWS_MIN) {
        return Err(format!("--sensitivity needs at least --sample {ROWS_MIN}: fewer give no interval"));
    }
    if axes.len() > AXES_MAX {
        return Err(format!("{} axes are more than {AXES_MAX}", axes.len()));
    }
    let Some(points) = design.count(counts) else {
        let between = axes.iter().find(|axis| axis.values.count().is_none());
        let name = between.map_or("", |axis| axis.name.as_str());
        return Err(format!(
            "a grid needs a range with a step: write `--vary {name}=LOW..HIGH:STEP`, or use --sample N or \
             --sensitivity"
        ));
    };
    if points > POINTS_MAX {
        return Err(format!(
            "{points} points are more than {POINTS_MAX}: vary less, or sample some with --sample N"
        ));
    }
    let simulations = points * u64::from(request.replications);
    if simulations > SIMULATIONS_MAX {
        return Err(format!(
            "{points} points with {} each are {simulations} simulations, more than {SIMULATIONS_MAX}",
            counted(request.replications, "replication", "replications")
        ));
    }
    Ok(design)
}

fn plan(
    request: &SweepRequest,
    measure: &Measure,
    base: &Loaded,
    design: Design,
    axes: Vec<sweep::Axis>,
    points: Vec<Point>,
) -> Plan {
    Plan {
        schema_version: 1,
        tool: Tool::this(),
        name: base.name.clone(),
        file: request.file.display().to_string(),
        hash: base.hash.clone(),
        seed: request.seed,
        replications: request.replications,
        simulated_days: base.simulated.as_days_f64(),
        warmup_days: base.model.warmup.as_days_f64(),
        design,
        axes,
        metric: measure.to_string(),
        rows: if request.all_metrics { Rows::All } else { Rows::Summary },
        reproduce: request.to_string(),
        points,
        shard: request.shard,
        finished: false,
    }
}
