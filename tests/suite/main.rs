//! All integration tests, one module per subject.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests write files and read clocks")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may say what it found, and end where it cannot go on"
)]

mod advice;
mod bots;
mod called;
mod cancelled;
mod case;
mod ci;
mod client;
mod command;
mod compare;
mod concurrency;
mod conformance;
mod diagnose;
mod disk;
mod docs;
mod effect;
mod engine;
mod evictors;
mod experiment;
mod explain;
mod extremes;
mod facade;
mod fault;
mod file_kind;
mod fuzz;
mod golden;
mod held;
mod hidden;
mod hint;
mod identity;
mod image;
mod import;
mod import_calibration;
mod import_found;
mod import_history;
mod initial;
mod input;
mod input_path;
mod invariants;
mod janitor;
mod landing;
mod lessons;
mod lost;
mod matrix;
mod measured;
mod merge;
mod merge_groups;
mod merge_queue;
mod meteroid;
mod metrics;
mod miniature;
mod numbers;
mod other_events;
mod outputs;
mod outside;
mod own_ci;
mod past;
mod picture;
mod platform;
mod project;
mod re_runs;
mod readback;
mod replay;
mod report;
mod result;
mod retention;
mod room;
mod scenario;
mod screen;
mod serve;
mod service;
mod soak;
mod stacked;
mod statistics;
mod steps;
mod strategy;
mod survivors;
mod sweep;
mod textbook;
mod tidy;
mod too_small;
mod trace;
mod trigger;
mod two_runs;
mod units;
mod verdict;
mod workload;
