use super::terminal::Terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on stderr over `steps` replications; nothing where nobody is looking, or when quiet.
pub(super) fn bar(steps: u32, quiet: bool) -> ProgressBar {
    bar_of(u64::from(steps), "replications", quiet)
}

/// The same over `steps` of something else.
pub(super) fn bar_of(steps: u64, what: &str, quiet: bool) -> ProgressBar {
    let seen = !quiet && Terminal::Stderr.is_terminal();
    let target = if seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(steps), target);
    let style = ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {what}, {{eta}} left"));
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
