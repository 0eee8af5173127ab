//! Container files and bake files.

use crate::case::Case;
use cache_budget::import::image::{
    BadContainerFile, BakeFile, ContainerFile, ImageSetting, PlannedImage, USUAL_PLATFORM, plan,
};
use cache_budget::import::lock::INPUT_KINDS;

const CHEF: &str = "\
# syntax=docker/dockerfile:1
ARG FEATURES=
ARG RUST=1.96
FROM chef:rust-${RUST} AS chef
from chef as Planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
COPY --from=planner /app/recipe.json recipe.json
RUN --mount=type=cache,target=/x \\
    # a comment between
    cargo chef cook --release
COPY . .
RUN <<EOF
cargo build --release
EOF
FROM unused AS other
RUN false
FROM debian@sha256:00 AS runtime
COPY --from=builder /app/x /x
COPY web/pnpm-lock.yaml Cargo.lock ./
COPY web/src ./web
";

fn planned(text: &str) -> PlannedImage {
    let inputs: Vec<_> = INPUT_KINDS.iter().map(|kind| kind.named()).collect();
    let paths = ["web/pnpm-lock.yaml", "Cargo.lock", "web/src/a.ts"].map(str::to_owned);
    let setting = ImageSetting { name: "api", target: None, platforms: &[], paths: &paths, inputs: &inputs };
    plan(&ContainerFile::read(text, USUAL_PLATFORM).unwrap(), &setting).unwrap()
}

#[test]
fn a_container_file_becomes_steps() {
    let image = planned(CHEF);
    let steps: Vec<String> = image
        .steps
        .iter()
        .map(|step| {
            let parent = step.parent.map_or("-".to_owned(), |parent| parent.to_string());
            let flags = [("D", step.cost.compiles_dependencies), ("F", step.in_final)];
            let flags: String = flags.iter().filter(|(_, set)| *set).map(|(flag, _)| *flag).collect();
            format!("{} {parent} {:?} {} {flags}", step.name, step.copies_from, step.content)
        })
        .collect();
    // Stage `other` is needed by nothing. The image is the last stage: its base and its three copies, one of two inputs.
    assert_eq!(
        steps,
        [
            "chef 4 - [] base ",
            "planner 6 0 [] context ",
            "planner 7 1 [] fixed ",
            "builder 10 0 [2] recipe ",
            "builder 11 3 [] fixed D",
            "builder 14 4 [] context ",
            "builder 15 5 [] fixed ",
            "runtime 20 - [] fixed F",
            "runtime 21 7 [6] context F",
            "runtime 22 8 [] lock F",
            "runtime 22.1 9 [] web-lock F",
            "runtime 23 10 [] files-web-src F",
        ]
    );
    assert_eq!(image.steps[0].command, "FROM chef:rust-1.96");
    assert_eq!(image.steps[6].command, "RUN cargo build --release");
    assert_eq!(image.notes, ["line 11: a cache mount is empty on a new runner, and no cache keeps it"]);
}

#[test]
fn the_steps_are_a_scenarios() {
    let mut text = planned(CHEF).toml("api.Dockerfile");
    text.push_str(
        "[input.files-web-src]\n[workload]\ndays = 21\n[workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.image]\n\
         image = \"api\"\ncache.buildkit-gha = { mode = \"max\" }\n",
    );
    Case::with(&text).stdout(&["check", "ci.toml"]);
}

#[test]
fn escapes_and_documents_are_resolved() {
    let file = ContainerFile::read(
        "# escape=`\nFROM a\nRUN one `\n two\nRUN <<-X cat\n\thello\n\tX\n",
        USUAL_PLATFORM,
    )
    .unwrap();
    let commands: Vec<String> = file.stages[0].instructions.iter().map(|one| one.command()).collect();
    assert_eq!(commands, ["one two", "cat hello"]);
}

#[test]
fn what_is_no_container_file_is_refused() {
    assert_eq!(ContainerFile::read("", USUAL_PLATFORM), Err(BadContainerFile::NoStage));
    assert_eq!(
        ContainerFile::read("FROM a\nRUN <<X\n", USUAL_PLATFORM),
        Err(BadContainerFile::OpenDocument(2))
    );
    assert!(matches!(
        ContainerFile::read(&"RUN a\n".repeat(2_000), USUAL_PLATFORM),
        Err(BadContainerFile::TooLarge(_))
    ));
    assert_eq!(ContainerFile::read("FROM a\nRUN a \\", USUAL_PLATFORM).unwrap().stages.len(), 1);
}

const BAKE: &str = r#"
variable "TAG" { default = "latest" }
group "default" { targets = ["api", "web"] }
target "_base" {
  context    = "." # here
  cache-from = ["type=gha"]
  args       = { A = "1", B = upper("b") }
}
target "api" {
  inherits   = ["_base"]
  dockerfile = "api.Dockerfile"
  tags       = ["app:${TAG}", "app:${upper(TAG)}"]
  cache-to   = ["type=gha,mode=max"]
}
function "f" {
  params = [x]
  result = "${x}!"
}
target "web" {
  matrix = { v = ["1", "2"] }
  target = TAG
}
"#;

#[test]
fn a_bake_file_tells_its_targets_and_what_it_does_not_tell() {
    let file = BakeFile::read(BAKE).unwrap();
    let api = &file.targets[1];
    assert_eq!((api.context.as_str(), api.dockerfile.as_str()), (".", "api.Dockerfile"));
    assert_eq!(
        (api.cache_from.join(" "), api.cache_to.join(" ")),
        ("type=gha".into(), "type=gha,mode=max".into())
    );
    assert_eq!(api.tags, ["app:latest"]);
    assert_eq!(file.targets[2].stage.as_deref(), Some("latest"));
    assert_eq!(file.groups["default"], ["api", "web"]);
    assert_eq!(file.unknown, ["line 15: the function `f`"]);
    // What is wrong with a target concerns those who build it.
    assert_eq!(api.unknown, ["line 9: a part of `tags` of `api` is no plain text"]);
    assert_eq!(file.targets[2].unknown, ["line 19: the matrix of the target `web`"]);
}

#[test]
fn json_is_a_bake_file_too() {
    let text = r#"{"target": {"a": {"inherits": "b", "tags": ["x"]}, "b": {"inherits": ["a"], "cache-to": ["type=gha"]}}}"#;
    let file = BakeFile::read(text).unwrap();
    assert_eq!(file.targets[0].cache_to, ["type=gha"]);
}

#[test]
fn a_hostile_bake_file_ends_in_a_message() {
    for text in ["target \"a\" {", "target {{", "x = [", "{\"a\":", "target \"a\" { x = \"", "}"] {
        let told = BakeFile::read(text).unwrap_err().to_string();
        assert!(told.starts_with("line 1: "), "{text}: {told}");
    }
    let deep = format!("target \"a\" {{ x = {}", "[".repeat(100_000));
    assert!(BakeFile::read(&deep).is_err());
    assert!(BakeFile::read(&format!("target \"a\" {}", "{ b ".repeat(100_000))).is_err());
}

fn planned_for(text: &str, platforms: &[&str]) -> PlannedImage {
    let platforms: Vec<String> = platforms.iter().map(|platform| (*platform).to_owned()).collect();
    let setting = ImageSetting { name: "api", target: None, platforms: &platforms, paths: &[], inputs: &[] };
    plan(&ContainerFile::read(text, USUAL_PLATFORM).unwrap(), &setting).unwrap()
}

const TWO: &str = "FROM debian AS base\nRUN apt-get update\nFROM base\nCOPY . .\n";

#[test]
fn a_build_for_another_platform_shares_no_key_with_the_usual_one() {
    let commands = |platforms: &[&str]| -> Vec<(String, Option<usize>)> {
        planned_for(TWO, platforms).steps.iter().map(|step| (step.command.clone(), step.parent)).collect()
    };
    let (own, usual, other) = (commands(&[]), commands(&["linux/amd64"]), commands(&["linux/arm64"]));
    // What a runner builds without a word is what it builds for its own platform.
    assert_eq!(own, usual);
    // A step without a parent starts a chain of keys: each chain differs, and nothing else does.
    for (one, two) in own.iter().zip(&other) {
        assert_eq!(one.1, two.1);
        assert_eq!(one.0 != two.0, one.1.is_none(), "{one:?} {two:?}");
    }
    assert!(other.iter().any(|(command, _)| command.ends_with("[linux/arm64]")), "{other:?}");
}

#[test]
fn a_build_for_two_platforms_has_each_step_twice() {
    let (one, two) = (planned_for(TWO, &[]), planned_for(TWO, &["linux/amd64", "linux/arm64"]));
    let count = one.steps.len();
    // Both, and the list of images that needs both.
    assert_eq!(two.steps.len(), 2 * count + 1);
    let last = two.steps.last().expect("a step");
    assert_eq!((last.parent, last.copies_from.clone()), (None, vec![count - 1, 2 * count - 1]));
    for (place, step) in one.steps.iter().enumerate() {
        let second = &two.steps[count + place];
        assert_eq!(second.parent, step.parent.map(|parent| parent + count));
        assert_eq!((second.content.clone(), second.in_final), (step.content.clone(), step.in_final));
    }
    let text = two.toml("Dockerfile");
    assert!(
        text.contains("# Dockerfile: built for linux/amd64 and linux/arm64: each step once for each"),
        "{text}"
    );
}

#[test]
fn a_copy_from_a_stage_depends_on_the_inputs_of_the_stage() {
    let text = "FROM py:3 AS build\nCOPY web/pnpm-lock.yaml Cargo.lock ./\nRUN pip wheel .\nFROM py:3\nCOPY --from=build /w /w\n";
    let contents =
        |image: PlannedImage| image.steps.iter().map(|step| step.content.clone()).collect::<Vec<_>>();
    // One step for each input, in the copy from the stage as in the stage; its moving base is not what changes.
    let stage = ["base", "lock", "web-lock", "fixed"];
    assert_eq!(contents(planned(text)), [&stage[..], &["base", "lock", "web-lock"]].concat());
    let whole = text.replace("COPY web/pnpm-lock.yaml Cargo.lock ./", "COPY . .");
    assert_eq!(contents(planned(&whole)), ["base", "context", "fixed", "base", "context"]);
    let none = text.replace("COPY web/pnpm-lock.yaml Cargo.lock ./\n", "");
    assert_eq!(contents(planned(&none)), ["base", "fixed", "base", "base"]);
}

#[test]
fn an_input_that_stands_for_other_files_is_not_what_is_copied() {
    let inputs: Vec<_> = INPUT_KINDS.iter().map(|kind| kind.named()).collect();
    let paths = ["requirements.txt", "uv.lock"].map(str::to_owned);
    let setting = ImageSetting { name: "api", target: None, platforms: &[], paths: &paths, inputs: &inputs };
    let of = |copied: &str| {
        let text = format!("FROM py:3\nCOPY {copied} ./\n");
        plan(&ContainerFile::read(&text, USUAL_PLATFORM).unwrap(), &setting).unwrap().steps[1].content.clone()
    };
    assert_eq!(of("requirements.txt"), "files-requirements-txt");
    assert_eq!(of("requirements.txt uv.lock"), "requirements");
}

/// BuildKit sets the arguments of the platform for every `FROM`, whether or not the file declares them.
#[test]
fn a_stage_named_by_the_platform_is_found() {
    let text = "ARG TARGETOS\nARG KIND=full\nFROM scratch AS base-linux\nCOPY a a\nFROM scratch AS base-windows\nCOPY b b\nFROM \
                base-$TARGETOS AS small-amd64\nFROM base-${TARGETOS} AS full-arm64\nRUN one\nFROM ${KIND}-${TARGETARCH}\n";
    for (platform, base) in [("linux/arm64", "full-arm64"), ("linux/amd64", "full-amd64")] {
        let stages = ContainerFile::read(text, platform).unwrap().stages;
        assert_eq!((stages[2].base.as_str(), stages[4].base.as_str()), ("base-linux", base));
    }
    let file =
        ContainerFile::read("FROM --platform=$BUILDPLATFORM a AS b\nFROM x-$TARGETVARIANT\n", "linux/arm/v7")
            .unwrap();
    assert_eq!(file.stages[1].base, "x-v7");
}
