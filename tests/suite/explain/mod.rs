//! `explain`: why a job missed, as a story, and the journal behind it.

mod command;
mod journal;
mod scene;
mod story;
