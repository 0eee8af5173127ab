//! `completions` and `man`: output for shells and for the manual, generated from the command line's
//! definition.

use super::output::folder::OutputFolder;
use super::output::{print, say, write};
use super::{Common, EXIT_FINE, EXIT_USAGE, command};
use crate::diagnostic::printable;
use anyhow::Context;
use clap_complete::Shell;
use std::collections::BTreeMap;
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
    /// Write a page for each command to this folder.
    ///
    /// By default, one page goes to stdout.
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
    for (name, page) in pages()? {
        write(&folder.file(&name)?, &page)?;
    }
    if !common.quiet {
        say(format!("Wrote {}\n", printable(&folder.path().display().to_string())));
    }
    Ok(EXIT_FINE)
}

/// The pages of all commands by the names of their files. They can only be made in a folder.
fn pages() -> anyhow::Result<BTreeMap<String, String>> {
    let made = tempfile::tempdir().context("cannot make a temporary folder")?;
    clap_mangen::generate_to(command(), made.path()).context("cannot make the pages")?;
    let mut pages = BTreeMap::new();
    for entry in std::fs::read_dir(made.path())? {
        let entry = entry?;
        pages
            .insert(entry.file_name().to_string_lossy().into_owned(), std::fs::read_to_string(entry.path())?);
    }
    Ok(pages)
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
