//! `explain`: why a job missed, as a story, and the journal behind it.

mod command;
mod explanations;
mod journal;
mod scene;
