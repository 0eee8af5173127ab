//! All integration tests, one module per subject.

mod ci;
mod client;
mod command;
mod compare;
mod engine;
#[cfg(feature = "http-facade")]
mod facade;
mod image;
mod invariants;
mod lessons;
mod meteroid;
mod miniature;
mod outcome;
mod project;
mod replay;
mod report;
mod scenario;
mod service;
mod strategy;
mod study;
mod textbook;
mod tidy;
mod trace;
mod units;
mod workload;
