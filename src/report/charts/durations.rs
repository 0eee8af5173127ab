//! The chart `durations`: how long the successful runs of each job take, next to each other for several
//! results.

use super::axis::ChartAxis;
use super::canvas::{Anchor, Canvas, LETTER, LegendKey, TITLE, draw, fit, keys_height};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
use super::room::Room;
use super::{Chart, NamedTimeline, timelines};
use crate::observe::timeline::Durations;
use crate::units::counted;

pub(super) const CHART: Chart = Chart {
    name: "durations",
    title: "How long jobs take",
    how: "Each strip spans the shortest to the longest successful run of a job. The denser it is, the more \
        runs take that long. The line across it is the median and the dot is the mean. Two dense areas \
        mean two kinds of runs: with and without the cache. Several results are shown below one another, \
        for example before and after.",
    draw: |results, room| figure(&timelines(results), room).into_iter().collect(),
};

const LEFT: i32 = 130;
/// Less than this is no room for the name of a job.
const LEFT_MIN: i32 = 104;
const STRIP: i32 = 18;
/// How many jobs are shown; those with the most runner time come first.
const JOBS_MAX: usize = 12;
/// How many results are shown.
const CASES_MAX: usize = 5;

fn figure(timelines: &[NamedTimeline], room: Room) -> Option<Figure> {
    let cases = &timelines[..timelines.len().min(CASES_MAX)];
    let jobs = jobs(cases);
    if jobs.is_empty() {
        return None;
    }
    let group = cases.len() as i32 * STRIP + 10;
    let named = |(place, case): (usize, &NamedTimeline)| (case.name.clone(), Color::nth(place));
    let keys: Vec<LegendKey> = cases.iter().enumerate().map(named).collect();
    let height = TITLE + keys_height(&keys, room) + jobs.len() as i32 * group + 44;
    let longest = cases.iter().flat_map(|case| &case.timeline.durations);
    let longest =
        longest.filter(|job| jobs.contains(&job.job.as_str())).filter_map(|job| job.quantiles.last());
    let x = ChartAxis { from: 0.0, ..ChartAxis::up_to(longest.copied().fold(0.0, f64::max), room.ticks(8)) };
    Some(draw(room, CHART.name, CHART.title, height, |canvas| {
        let top = canvas.keys(&keys);
        let left = room.part(LEFT, LEFT_MIN);
        let area = [left, top, canvas.room.width() - left - 24, jobs.len() as i32 * group];
        let plot = Plot::new(area, x, ChartAxis { from: 0.0, to: 1.0, ticks: vec![] });
        plot.draw_axes(canvas, "");
        canvas.small((canvas.room.width() - 24, top + area[3] + 30), "minutes", Color::MUTED, Anchor::Right);
        for (row, job) in jobs.iter().enumerate() {
            let top = top + row as i32 * group + 5;
            let middle = top + cases.len() as i32 * STRIP / 2;
            canvas.text((left - 10, middle), &fit(job, LETTER, left - 24), Color::TEXT, Anchor::Right);
            for (place, case) in cases.iter().enumerate() {
                let own = case.timeline.durations.iter().find(|other| other.job == *job);
                let top = top + place as i32 * STRIP;
                own.into_iter()
                    .for_each(|own| strip(canvas, &plot, &case.name, own, (top, Color::nth(place))));
            }
        }
    }))
}

fn strip(canvas: &mut Canvas, plot: &Plot, case: &str, job: &Durations, (top, color): (i32, Color)) {
    let quantiles = &job.quantiles;
    let parts = quantiles.windows(2).map(|pair| (plot.px(pair[0]), plot.px(pair[1])));
    // The more runs take this long, the darker. A part of a single pixel is the darkest possible.
    let height = STRIP - 4;
    let (first, last) = (plot.px(quantiles[0]), plot.px(quantiles[quantiles.len() - 1]));
    let dense = f64::from(last - first) / (quantiles.len() - 1) as f64;
    for (left, right) in parts {
        let width = right - left;
        let opacity = (0.55 * dense / f64::from(width.max(1))).clamp(0.14, 1.0);
        canvas.rect([left, top, width, height], color, if width == 0 { 0.0 } else { opacity });
    }
    if last - first < 3 {
        canvas.rect([first - 1, top, 3, height], color, 1.0);
    }
    let median = plot.px(quantiles[(quantiles.len() - 1) / 2]);
    canvas.rect([median - 1, top - 1, 3, height + 2], Color::TEXT, 1.0);
    let mean = (plot.px(job.mean), top + height / 2);
    canvas.dot(mean, 4, Color::TEXT);
    canvas.dot(mean, 3, Color::GROUND);
    let at = |share: usize| quantiles[(quantiles.len() - 1) * share / 20];
    let text = format!(
        "{}, {case}: {}\nmean {:.1} min, median {:.1} min\nmiddle half {:.1} to {:.1} min, middle 90 \
         % {:.1} to {:.1} min",
        job.job,
        counted(job.runs, "run", "runs"),
        job.mean,
        at(10),
        at(5),
        at(15),
        at(1),
        at(19)
    );
    let left = first.min(canvas.room.width() - 40);
    canvas.tip([left, top - 2, (last - left).max(8), STRIP], text);
}

/// The jobs of all results. Those with the most runner time in any result come first.
fn jobs<'a>(cases: &[NamedTimeline<'a>]) -> Vec<&'a str> {
    let mut jobs: Vec<(&str, f64)> = vec![];
    for job in cases.iter().flat_map(|case| &case.timeline.durations) {
        let time = job.mean * job.runs as f64;
        match jobs.iter_mut().find(|(known, _)| *known == job.job) {
            Some((_, most)) => *most = most.max(time),
            None => jobs.push((&job.job, time)),
        }
    }
    jobs.sort_by(|a, b| b.1.total_cmp(&a.1));
    jobs.into_iter().take(JOBS_MAX).map(|(job, _)| job).collect()
}
