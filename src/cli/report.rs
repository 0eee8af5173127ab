//! `report`: shows saved results as text, charts or a page. Results are read in [`result`](crate::result)
//! and shown by [`report`]; nothing is simulated.

use super::output::folder::OutputFolder;
use super::output::{PlaceInCsv, print, print_csv, print_data, say, write_with};
use super::{Common, EXIT_FAILED, EXIT_FINE, EXIT_INVALID, EXIT_USAGE, Terminal};
use crate::diagnostic::{name_of_input, nearest, printable, refused_utf16};
use crate::report::charts::{CHARTS, Figure, PNG, Room, Theme};
use crate::report::two_runs::{self, TwoRuns};
use crate::report::{self, compare, diagnose, html, sweep};
use crate::result::{RESULT_BYTES_MAX, ReadResult, SavedResult, read};
use clap::ValueEnum;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Arguments of `cache-budget report`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct ReportArgs {
    /// result.json files, folders with one, or - for stdin.
    ///
    /// Of two runs, the text says what changed from the first to the second, and a page begins with that.
    #[arg(required = true, value_name = "RESULT")]
    pub results: Vec<PathBuf>,
    /// table, markdown, csv, html, svg or png.
    #[arg(long, value_enum, default_value_t = ReportFormat::Table, hide_possible_values = true, value_name = "FORMAT")]
    format: ReportFormat,
    /// Also print what an overview leaves out.
    ///
    /// For a run and a diagnosis, the tables behind its overview; for the difference of two runs, both of them.
    #[arg(long)]
    details: bool,
    /// File or folder to write.
    ///
    /// By default, text goes to stdout, a page to output/<scenario>/report/report.html, and charts to
    /// output/<scenario>/report/charts.
    #[arg(long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Draw only this chart; may be repeated.
    #[arg(long, value_name = "NAME", value_parser = chart)]
    chart: Vec<String>,
    /// Background of charts: light or dark.
    #[arg(long, value_enum, default_value_t = Ground::Light, hide_possible_values = true, value_name = "THEME")]
    theme: Ground,
    /// Scale of png charts: 1 is 800 pixels wide.
    #[arg(long, default_value_t = 1.0, value_name = "TIMES", value_parser = scale)]
    scale: f32,
}

/// The forms a report can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    Table,
    Markdown,
    Csv,
    Html,
    Svg,
    Png,
}

/// What a picture stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ground {
    Light,
    Dark,
}

impl ReportFormat {
    fn extension(self) -> &'static str {
        match self {
            ReportFormat::Table => "txt",
            ReportFormat::Markdown => "md",
            ReportFormat::Csv => "csv",
            ReportFormat::Html => "html",
            ReportFormat::Svg => "svg",
            ReportFormat::Png => "png",
        }
    }
}

/// Reads the results and writes the report.
pub(super) fn run(args: &ReportArgs, common: &Common) -> anyhow::Result<u8> {
    if args.format == ReportFormat::Csv && args.results.len() > 1 {
        say("error: --format csv takes one result: its rows have no column for the name of a result\n");
        return Ok(EXIT_USAGE);
    }
    if args.format == ReportFormat::Png && PNG.is_none() {
        say(
            "error: this cache-budget was built without PNG: use --format svg, or build it with the feature `png`\n",
        );
        return Ok(EXIT_USAGE);
    }
    let results = match read_all(&args.results, common.quiet) {
        Ok(results) => results,
        Err(code) => return Ok(code),
    };
    match args.format {
        ReportFormat::Table | ReportFormat::Markdown | ReportFormat::Csv => text(args, common, &results),
        ReportFormat::Html => page(args, common, &results),
        ReportFormat::Svg | ReportFormat::Png => pictures(args, common, &results),
    }
}

/// Reads all results. If there are problems, prints all of them and returns the exit code: 3 if any result is
/// invalid, 1 if it is only that files cannot be read.
fn read_all(paths: &[PathBuf], quiet: bool) -> Result<Vec<SavedResult>, u8> {
    let (mut results, mut code, mut is_damaged) = (vec![], EXIT_FINE, false);
    for path in paths {
        let file = if path.is_dir() { path.join("result.json") } else { path.clone() };
        let name = name_of_input(&file);
        let name = printable(&name);
        let read = match bytes_of(&file) {
            Ok(bytes) => match refused_utf16(&bytes) {
                Some(refused) => Err((EXIT_INVALID, vec![format!("this {refused}")])),
                None => read(&bytes).map_err(|problems| (EXIT_INVALID, problems)),
            },
            Err(problem) => Err((EXIT_FAILED, vec![problem + &results_below(path)])),
        };
        match read {
            Ok(ReadResult { saved, remarks }) => {
                let remarks = remarks.iter().filter(|_| !quiet);
                remarks.for_each(|remark| say(format!("note: {name}: {}\n", printable(remark))));
                results.push(saved);
            }
            Err((worst, problems)) => {
                code = code.max(worst);
                is_damaged |=
                    worst == EXIT_INVALID && !problems.iter().any(|what| what.starts_with("this is "));
                problems.iter().for_each(|problem| say(format!("error: {name}: {problem}\n")));
            }
        }
    }
    if is_damaged {
        say(
            "help: `run`, `compare`, `sweep` and `diagnose` write result.json; run the command again if the file \
             is damaged\n",
        );
    }
    if code == EXIT_FINE { Ok(results) } else { Err(code) }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, String> {
    let cannot = |problem: io::Error| format!("cannot be read: {problem}");
    let mut bytes = vec![];
    let source: Box<dyn Read> = match path == Path::new("-") {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(path).map_err(cannot)?),
    };
    // One byte more than the limit shows that the file is too large.
    source.take(RESULT_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}

/// The folders of commands in a folder that has no result itself, after the reason why it cannot be read.
fn results_below(path: &Path) -> String {
    let entries = if path.is_dir() { std::fs::read_dir(path).ok() } else { None };
    let folders = entries.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut found: Vec<String> = folders
        .filter(|folder| folder.join("result.json").is_file())
        .map(|folder| printable(&folder.display().to_string()).into_owned())
        .collect();
    found.sort();
    if found.is_empty() { String::new() } else { format!("; there is a result in {}", found.join(", ")) }
}

fn text(args: &ReportArgs, common: &Common, results: &[SavedResult]) -> anyhow::Result<u8> {
    let difference = TwoRuns::of(results).map(|two| difference(&two, args, common));
    let each = results.iter().filter(|_| difference.is_none() || args.details);
    let each: Vec<String> = each.map(|saved| shown(saved, args, common)).collect();
    let text = difference.into_iter().chain(each).collect::<Vec<_>>().join("\n");
    if args.format == ReportFormat::Table && !common.quiet {
        results.iter().flat_map(notes).for_each(|note| say(format!("note: {}\n", printable(note))));
    }
    match &args.output {
        None if args.format == ReportFormat::Table => print(text)?,
        None if args.format == ReportFormat::Csv => print_csv(text, &mut PlaceInCsv::default())?,
        None => print_data(text)?,
        Some(path) => wrote(&place(path, args.format)?, text.as_bytes(), common)?,
    }
    Ok(EXIT_FINE)
}

/// What changed between two runs. Their own reports follow with `--details`.
fn difference(two: &TwoRuns, args: &ReportArgs, common: &Common) -> String {
    match args.format {
        ReportFormat::Markdown => two_runs::markdown(two),
        _ => two_runs::table(two, args.details, Terminal::Stdout.style(common.color)),
    }
}

fn shown(saved: &SavedResult, args: &ReportArgs, common: &Common) -> String {
    let style = Terminal::Stdout.style(common.color);
    match (saved, args.format) {
        (SavedResult::Run(answer), ReportFormat::Markdown) => report::markdown(answer),
        (SavedResult::Run(answer), ReportFormat::Csv) => report::csv(answer),
        (SavedResult::Run(answer), _) => report::table(answer, style, args.details),
        (SavedResult::Sweep(swept), ReportFormat::Markdown) => sweep::markdown(swept),
        (SavedResult::Sweep(swept), ReportFormat::Csv) => sweep::csv(swept),
        (SavedResult::Sweep(swept), _) => sweep::table(swept, style),
        (SavedResult::Compare(compared), ReportFormat::Markdown) => compare::markdown(compared),
        (SavedResult::Compare(compared), ReportFormat::Csv) => compare::csv(compared),
        (SavedResult::Compare(compared), _) => compare::table(compared, false, style),
        (SavedResult::Diagnose(diagnosis), ReportFormat::Markdown) => diagnose::markdown(diagnosis, true),
        (SavedResult::Diagnose(diagnosis), ReportFormat::Csv) => diagnose::csv(diagnosis),
        (SavedResult::Diagnose(diagnosis), _) => diagnose::table(diagnosis, args.details, style),
    }
}

/// The notes of a result that its tables do not contain.
fn notes(saved: &SavedResult) -> &[String] {
    match saved {
        SavedResult::Diagnose(diagnosis) => &diagnosis.notes,
        SavedResult::Run(_) | SavedResult::Compare(_) | SavedResult::Sweep(_) => &[],
    }
}

fn page(args: &ReportArgs, common: &Common, results: &[SavedResult]) -> anyhow::Result<u8> {
    let path = match &args.output {
        Some(path) => place(path, args.format)?,
        None => usual_folder(results)?.file("report.html")?,
    };
    wrote(&path, html::page(results).as_bytes(), common)?;
    Ok(EXIT_FINE)
}

fn pictures(args: &ReportArgs, common: &Common, results: &[SavedResult]) -> anyhow::Result<u8> {
    let wanted = |name: &str| args.chart.is_empty() || args.chart.iter().any(|chart| chart == name);
    let charts = CHARTS.iter().filter(|chart| wanted(chart.name));
    let mut figures: Vec<Figure> = charts.flat_map(|chart| (chart.draw)(results, Room::WIDE)).collect();
    if figures.is_empty() {
        say("note: these results contain nothing to draw\n");
        return Ok(EXIT_FINE);
    }
    tell_apart(&mut figures);
    let extension = args.format.extension();
    if let Some(file) = args.output.as_ref().filter(|path| path.extension().is_some_and(|e| e == extension)) {
        if figures.len() > 1 {
            say(format!(
                "error: there are {} charts: give a folder as --output, or choose one chart with --chart\n",
                figures.len()
            ));
            return Ok(EXIT_USAGE);
        }
        wrote(file, &drawn(&figures[0], args), common)?;
        return Ok(EXIT_FINE);
    }
    let folder = match &args.output {
        Some(path) => OutputFolder::named(path)?,
        None => usual_folder(results)?.inner("charts")?,
    };
    for figure in &figures {
        wrote(&folder.file(&format!("{}.{extension}", figure.name))?, &drawn(figure, args), common)?;
    }
    Ok(EXIT_FINE)
}

fn drawn(figure: &Figure, args: &ReportArgs) -> Vec<u8> {
    let theme = if args.theme == Ground::Dark { Theme::Dark } else { Theme::Light };
    match (args.format, PNG) {
        (ReportFormat::Png, Some(png)) => png(figure, theme, args.scale),
        _ => figure.svg(theme).into_bytes(),
    }
}

/// The folder of a report without `--output`.
fn usual_folder(results: &[SavedResult]) -> anyhow::Result<OutputFolder> {
    OutputFolder::of(None, results[0].name(), "report")
}

/// Gives numbers to figures with equal names: from 2 on, the first that makes a name no other figure has.
fn tell_apart(figures: &mut [Figure]) {
    let mut taken: BTreeSet<String> = figures.iter().map(|figure| figure.name.clone()).collect();
    let mut named = BTreeSet::new();
    for figure in figures {
        if !named.insert(figure.name.clone()) {
            let numbered = (2..).map(|number| format!("{}-{number}", figure.name));
            let free = numbered.into_iter().find(|name| !taken.contains(name));
            figure.name = free.expect("there are more numbers than figures");
            taken.insert(figure.name.clone());
        }
    }
}

/// The path of the output file: the given path, or `report.…` in it if it is a folder. A path without an
/// extension that does not exist yet is a folder. A scenario is never replaced.
fn place(path: &Path, format: ReportFormat) -> anyhow::Result<PathBuf> {
    let is_new = !path.exists();
    if path.is_dir() || is_new && path.extension().is_none() {
        return OutputFolder::named(path)?.file(&format!("report.{}", format.extension()));
    }
    if !is_new && path.extension().is_some_and(|extension| extension == "toml") {
        let name = printable(&path.display().to_string()).into_owned();
        anyhow::bail!("{name} is a scenario and is not overwritten: name another file or folder");
    }
    Ok(path.to_path_buf())
}

fn wrote(path: &Path, content: &[u8], common: &Common) -> anyhow::Result<()> {
    write_with(path, |file| file.write_all(content))?;
    if !common.quiet {
        say(format!("Wrote {}\n", printable(&path.display().to_string())));
    }
    Ok(())
}

fn chart(name: &str) -> Result<String, String> {
    let names = || CHARTS.iter().map(|chart| chart.name);
    if names().any(|known| known == name) {
        return Ok(name.to_owned());
    }
    let meant = nearest(name, names()).map_or(".".into(), |near| format!(": did you mean `{near}`?"));
    Err(format!("unknown chart{meant} The charts are {}", names().collect::<Vec<_>>().join(", ")))
}

fn scale(text: &str) -> Result<f32, String> {
    let scale = text.parse().ok().filter(|scale| (0.25..=4.0).contains(scale));
    scale.ok_or_else(|| "write a number from 0.25 to 4".into())
}

const EXAMPLES: &str = "\
Examples:
  cache-budget report output/before/result.json --format html
  cache-budget report output/before output/after
  cache-budget report output/before output/after --format html --output report.html
  cache-budget run ci.toml --format json | cache-budget report - --details
  cache-budget report output/before --format svg --chart budget --theme dark
  cache-budget report output/ci/compare --format markdown >> \"$GITHUB_STEP_SUMMARY\"

A page is one file that needs no network. Charts are 800 pixels wide.";
