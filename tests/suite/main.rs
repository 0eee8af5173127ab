//! All integration tests, one module per subject.

mod command;
mod outcome;
mod project;
mod report;
mod scenario;
mod service;
mod study;
mod tidy;
mod workload;
