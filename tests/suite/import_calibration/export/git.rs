//! The git history of a simulated workload, as a stream that `git fast-import` reads: each merge has the pushes to its
//! pull request behind its second parent. Pull requests that were closed leave nothing.

use cache_budget::engine::Model;
use cache_budget::project::InputId;
use cache_budget::random::Draws;
use cache_budget::units::SimTime;
use cache_budget::workload::{Arrivals, LoggedPush, PushKind, PushSource};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The file that each input stands for.
const FILES: [(InputId, &str); 5] = [
    (InputId::LOCK, "Cargo.lock"),
    (InputId::MANIFESTS, "Cargo.toml"),
    (InputId::TOOLCHAIN, "rust-toolchain.toml"),
    (InputId::SOURCE, "src/lib.rs"),
    (InputId::DOCKERFILE, "Dockerfile"),
];

/// Makes a repository of this folder, with the pushes up to a time.
pub fn write(folder: &Path, model: &Model, draws: &Draws, until: SimTime) {
    let PushSource::Stochastic(plan) = &model.workload.source else { panic!("pushes are drawn") };
    let mut stream = Stream::default();
    for push in Arrivals::draw(plan, draws).iter().filter(|push| push.at <= until) {
        stream.push(push);
    }
    git(folder, &["init", "-q", "-b", "main"], "");
    git(folder, &["fast-import", "--quiet"], &stream.text);
}

fn git(folder: &Path, arguments: &[&str], input: &str) {
    let mut child = Command::new("git")
        .current_dir(folder)
        .args(arguments)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git is installed");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    assert!(child.wait().expect("it ends").success(), "git {arguments:?}");
}

#[derive(Default)]
struct Stream {
    text: String,
    commits: usize,
    /// The newest commit of the default branch.
    tip: Option<usize>,
    /// The newest commit of each open pull request.
    heads: BTreeMap<u32, usize>,
}

impl Stream {
    fn push(&mut self, push: &LoggedPush) {
        match (push.kind, push.number) {
            (PushKind::PullRequest, Some(number)) => {
                let from = self.heads.get(&number).copied().or(self.tip);
                let head = self.commit(push, &format!("pr-{number}"), "Change something", [from, None]);
                self.heads.insert(number, head);
            }
            (PushKind::Main, Some(number)) => {
                let subject = format!("Merge pull request #{number} from people/pr-{number}");
                let head = self.heads.remove(&number);
                let tip = self.commit(push, "main", &subject, [self.tip, head]);
                self.tip = Some(tip);
            }
            (PushKind::Main, None) => {
                let tip = self.commit(push, "main", "Change something", [self.tip, None]);
                self.tip = Some(tip);
            }
            _ => {}
        }
    }

    fn commit(
        &mut self,
        push: &LoggedPush,
        branch: &str,
        subject: &str,
        parents: [Option<usize>; 2],
    ) -> usize {
        self.commits += 1;
        let (mark, at) = (self.commits, push.at.0 / 1_000);
        // Branches that were merged are deleted: only main keeps a name.
        let reference = if branch == "main" { "refs/heads/main" } else { "refs/scratch/work" };
        if branch != "main" {
            self.text += "reset refs/scratch/work\n";
            if let Some(parent) = parents[0] {
                self.text += &format!("from :{parent}\n");
            }
            self.text += "\n";
        }
        self.text += &format!("commit {reference}\nmark :{mark}\n");
        let who = if push.bot { "dependabot[bot] <bot@b.c>" } else { "Ann <a@b.c>" };
        self.text += &format!("author {who} {at} +0000\ncommitter {who} {at} +0000\n");
        self.text += &format!("data {}\n{subject}\n", subject.len());
        for (word, parent) in ["from", "merge"].iter().zip(parents) {
            if let Some(parent) = parent {
                self.text += &format!("{word} :{parent}\n");
            }
        }
        let own = FILES.iter().filter(|(input, _)| push.change.has(*input)).map(|(_, file)| *file);
        let content = format!("{}\n", push.number.map_or(mark, |number| 1_000_000 + number as usize));
        for file in own.chain(["README.md"]) {
            self.text += &format!("M 100644 inline {file}\ndata {}\n{content}\n", content.len());
        }
        self.text += "\n";
        mark
    }
}
