use super::sentence::{paragraphs, title, verdict};
use super::{Effect, Explained, Remedy, Told};
use crate::outcome::journal::{Job, Restore, Save, Sweep};
use crate::report::json::{Scenario, Tool, line, list, object};
use crate::study::Story;

#[derive(serde::Serialize)]
struct StoryLine<'a> {
    title: String,
    verdict: String,
    paragraphs: Vec<String>,
    lost_minutes: f64,
    job: &'a Job,
    restores: &'a [Restore],
    saves: &'a [Save],
    sweeps: &'a [Sweep],
    remedies: Vec<RemedyLine<'a>>,
}

#[derive(serde::Serialize)]
struct RemedyLine<'a> {
    strategy: &'a str,
    applies: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conclusion: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_minutes: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restores: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objects_found: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objects_missed: Option<u32>,
}

/// The stories as JSON, schema version 1.
pub fn json(explained: &Explained) -> String {
    let Explained { name, file, hash, limit, .. } = explained;
    let stories: Vec<String> = explained.stories.iter().map(|told| line(&story(told, explained))).collect();
    object(&[
        ("schema_version", "1".to_owned()),
        ("tool", line(&Tool::THIS)),
        ("command", line(&"explain")),
        ("scenario", line(&Scenario { name, file, hash })),
        ("seed", explained.seed.to_string()),
        ("replication", explained.replication.to_string()),
        ("limit_bytes", limit.0.to_string()),
        ("runs", explained.runs.to_string()),
        ("more", explained.more.to_string()),
        ("reproduce", line(&explained.reproduce)),
        ("stories", list(&stories)),
    ])
}

fn story<'a>(told: &'a Told, explained: &Explained) -> StoryLine<'a> {
    let Story { job, restores, saves, sweeps } = &told.story;
    StoryLine {
        title: title(told),
        verdict: verdict(told),
        paragraphs: paragraphs(told, explained.limit),
        lost_minutes: told.story.lost_minutes(),
        job,
        restores,
        saves,
        sweeps,
        remedies: told.remedies.iter().map(remedy).collect(),
    }
}

fn remedy(remedy: &Remedy) -> RemedyLine<'_> {
    let none = RemedyLine {
        strategy: &remedy.strategy,
        applies: true,
        reason: None,
        conclusion: None,
        build_minutes: None,
        restores: None,
        objects_found: None,
        objects_missed: None,
    };
    match &remedy.effect {
        Effect::NoRun => none,
        Effect::DoesNotApply(reason) => RemedyLine { applies: false, reason: Some(reason), ..none },
        Effect::Run(run) => RemedyLine {
            conclusion: Some(run.conclusion.label()),
            build_minutes: Some(run.build.as_minutes_f64()),
            restores: Some(run.restores.iter().map(|restore| restore.outcome.label()).collect()),
            objects_found: Some(run.objects_hit),
            objects_missed: Some(run.objects_missed),
            ..none
        },
    }
}
