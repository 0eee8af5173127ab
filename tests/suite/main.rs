//! All integration tests, one module per subject.

mod project;
mod scenario;
