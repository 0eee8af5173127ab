//! The command line: one thin file per subcommand.

pub mod check;
pub mod schema;
