//! All integration tests, one module per subject.

mod scenario;
mod service;
mod tidy;
