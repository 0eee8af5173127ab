//! All integration tests, one module per subject.

mod case;
mod ci;
mod client;
mod command;
mod compare;
mod docs;
mod engine;
mod explain;
#[cfg(feature = "http-facade")]
mod facade;
mod image;
mod invariants;
mod lessons;
mod meteroid;
mod miniature;
mod outcome;
mod picture;
mod project;
mod replay;
mod report;
mod scenario;
mod service;
mod statistics;
mod strategy;
mod study;
mod sweep;
mod textbook;
mod tidy;
mod trace;
mod units;
mod verdict;
mod workload;
