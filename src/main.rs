//! The program: run the command line, leave with its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    // A bug ends with the code of "could not do it", wherever its panic came from.
    let code = std::panic::catch_unwind(cache_budget::cli::main);
    ExitCode::from(code.unwrap_or(cache_budget::cli::EXIT_FAILED))
}
