//! `completions` and `man`: output for shells and for the manual, generated from the command line's
//! definition.

use super::output::{print, say};
use super::output_folder::OutputFolder;
use super::{Common, EXIT_FINE, EXIT_USAGE, command};
use crate::diagnostic::printable;
use anyhow::Context;
use clap_complete::Shell;
use std::path::PathBuf;

/// Arguments of `cache-budget completions`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example, for bash:\n  source <(cache-budget completions bash)")]
pub(super) struct CompletionsArgs {
    /// Shell: bash, elvish, fish, powershell or zsh.
    #[arg(hide_possible_values = true)]
    shell: Shell,
}

/// Arguments of `cache-budget man`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  cache-budget man | man -l -\n  cache-budget man compare | man -l -\n  cache-budget man --output man1"
)]
pub(super) struct ManArgs {
    /// Command whose page is printed [default: the program's].
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Option<String>,
    /// Write one page per command to this folder, instead of one page to stdout.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Prints the completion script for a shell.
pub(super) fn completions(args: &CompletionsArgs) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "cache-budget", &mut script);
    print(script)?;
    Ok(EXIT_FINE)
}

/// Prints the manual page, or writes a page for each command into a folder.
pub(super) fn man(args: &ManArgs, common: &Common) -> anyhow::Result<u8> {
    let Some(named) = &args.output else {
        let Some(page) = page(args.command.as_deref())? else {
            let name = printable(args.command.as_deref().unwrap_or_default()).into_owned();
            say(format!("error: there is no command `{name}`: `cache-budget --help` lists them\n"));
            return Ok(EXIT_USAGE);
        };
        print(page)?;
        return Ok(EXIT_FINE);
    };
    let folder = OutputFolder::named(named)?;
    let folder = folder.path();
    clap_mangen::generate_to(command(), folder)
        .with_context(|| format!("cannot write to the folder {}", folder.display()))?;
    if !common.quiet {
        say(format!("Wrote {}\n", printable(&folder.display().to_string())));
    }
    Ok(EXIT_FINE)
}

/// The page of a command, or of the program; `None` if there is no such command.
fn page(name: Option<&str>) -> anyhow::Result<Option<Vec<u8>>> {
    let mut program = command();
    program.build();
    let named = match name {
        Some(name) => program.find_subcommand(name).cloned(),
        None => Some(command()),
    };
    let mut page = Vec::new();
    let Some(named) = named else { return Ok(None) };
    clap_mangen::Man::new(named).render(&mut page)?;
    Ok(Some(page))
}
