//! Actions without a row in `client/action` that keep one archive: they are actions/cache with the key that they make.

use super::action::kind_patterns;
use super::client::without_commas;
use super::client_writer::{ClientWriter, given};
use super::key::{fnv, template};
use crate::import::expression::{ExprValue, KeyText, Varying};
use crate::import::toml_text::{list, quoted};
use crate::project::{Os, System};

impl ClientWriter<'_> {
    /// Writes the key of such an action.
    pub fn wrapper(&mut self, action: &str) {
        let name = action.rsplit('/').next().unwrap_or(action).to_owned();
        if action == "moonrepo/setup-rust" {
            self.moon_rust();
        } else if action == "julia-actions/cache" {
            self.julia();
        } else if let Some((_, files)) = OF_R.iter().find(|(own, _)| *own == action) {
            self.packages_of_r(&name, files);
        } else if action == "hendrikmuhs/ccache-action" {
            self.lasting_ccache();
        } else if action == "jdx/mise-action" {
            self.mise();
        } else if action == "sbt/setup-sbt" {
            self.sbt();
        } else if action == "lukka/run-vcpkg" {
            self.vcpkg();
        } else if let Some((_, key, restore)) = KEYS.iter().find(|(own, ..)| *own == action) {
            self.push("key", quoted(key));
            if !restore.is_empty() {
                self.push("restore-keys", list([*restore]));
            }
        } else if let Some((_, inputs)) = VERSIONED.iter().find(|(own, _)| *own == action) {
            let about = "its version, which seldom changes";
            let parts = self.named_parts(&name, |input| inputs.contains(&input));
            self.own_key(parts, "", about);
        } else if action == "ocaml/setup-ocaml" {
            let parts = self.named_parts(&name, |input| ["cache-prefix", "ocaml-compiler"].contains(&input));
            self.weekly_key(parts);
        } else if let Some((_, key, prefix)) = WHOLE.iter().find(|(own, key, _)| self.says(own, key, action))
        {
            let key = given(self.state, key).map(ExprValue::text).unwrap_or_default();
            self.template("key", &key.map_fixed(without_commas));
            self.restore_keys(prefix, "");
        } else {
            let input = self.ledger.uses_input(&name, &format!("what the key of {action} hashes"));
            let parts = self.named_parts(&name, |input| PARTS.contains(&input));
            self.own_key(parts, &format!("-{{hash:{input}}}"), "assumed");
        }
        if let Some((_, what)) = SECOND.iter().find(|(own, _)| *own == action) {
            self.ledger.blank(&self.place, format!("`{name}` keeps {what}"));
        }
        let (size, range) = match action {
            _ if action.contains("nix") => NIX_SIZE,
            _ if action.starts_with("vmactions/") => VM_SIZE,
            _ => SIZE,
        };
        self.assume("size", size, range);
        self.saves("always");
    }

    /// True if the step is this action, and says its whole key in this input.
    fn says(&self, own: &str, key: &str, action: &str) -> bool {
        own == action && given(self.state, key).is_some()
    }

    /// The name of an action with the inputs that its key has; an input that legs decide tells them apart in any case.
    fn named_parts(&self, name: &str, is_part: impl Fn(&str) -> bool) -> KeyText {
        let mut key = KeyText::fixed(name);
        for (input, _) in &self.state.given.with {
            let Some(text) = given(self.state, input).map(ExprValue::text) else { continue };
            let is_of_leg = text.varyings().any(|what| matches!(what, Varying::Axis(_)));
            if is_part(&input.to_lowercase()) || is_of_leg {
                key.push_fixed("-");
                key.push(&text.map_fixed(short));
            }
        }
        key
    }

    /// Writes a key of these parts, the system, and what follows.
    fn own_key(&mut self, parts: KeyText, rest: &str, about: &str) {
        let key = self.with_system(parts) + rest;
        self.values.push(("key", quoted(&key), about.to_owned()));
    }

    /// A new key each week, for which that of an earlier one is restored. (ocaml/setup-ocaml, `composeOpamCacheKeys` in
    /// `packages/setup-ocaml/src/cache.ts`.)
    fn weekly_key(&mut self, parts: KeyText) {
        let start = self.with_system(parts);
        self.push("key", quoted(&format!("{start}-{{week}}")));
        self.push("restore-keys", list([format!("{start}-").as_str()]));
    }

    /// These parts and the system, as a scenario writes them.
    fn with_system(&mut self, mut parts: KeyText) -> String {
        parts.push_fixed("-");
        parts.push(&KeyText::varying(Varying::Named("os"), None));
        template(&parts, self.names, &self.place, self.ledger)
    }

    /// hendrikmuhs/ccache-action without a time in its key, so that an entry is never replaced. (`src/restore.ts`)
    fn lasting_ccache(&mut self) {
        let mut key = KeyText::fixed("ccache-");
        key.push(&given(self.state, "key").map(ExprValue::text).unwrap_or_default());
        self.template("key", &key.map_fixed(without_commas));
        self.restore_keys("restore-keys", "ccache-");
    }

    /// moonrepo/setup-rust, which archives the target folder, for each job or, with `cache-base`, for all. (`src/cache.ts`)
    fn moon_rust(&mut self) {
        let own = match given(self.state, "cache-base") {
            Some(_) => "warmup-{base}-{hash:toolchain}",
            None => "{workflow}-{job}-{hash:toolchain, lock}",
        };
        let profile = given(self.state, "cache-target").and_then(ExprValue::known_text);
        let profile = profile.unwrap_or_else(|| "debug".to_owned());
        self.push("key", quoted(&format!("setup-rust-{{os}}-{profile}-{own}")));
        self.push("restore-keys", list(["setup-rust-{os}-"]));
    }

    /// jdx/mise-action: the machine, what is installed, and a hash of the files that say it. (`processCacheKeyTemplate` in
    /// `src/index.ts` at d62ef60; its hash of `install_args` is another one here.)
    fn mise(&mut self) {
        if let Some(whole) =
            given(self.state, "cache_key").map(ExprValue::text).filter(|key| !key.contains("{{"))
        {
            return self.template("key", &whole.map_fixed(without_commas));
        }
        let usual = if self.is_from((3, 6)) { "mise-v1" } else { "mise-v0" };
        let mut key = given(self.state, "cache_key_prefix").map_or(KeyText::fixed(usual), ExprValue::text);
        key.push_fixed("-");
        key.push(&self.machine());
        for (input, is_hashed) in [("version", false), ("install_args", true)] {
            if let Some(text) = given(self.state, input).map(ExprValue::text) {
                key.push_fixed("-");
                key.push(
                    &text
                        .map_fixed(|text| if is_hashed { format!("{:08x}", fnv(text)) } else { short(text) }),
                );
            }
        }
        let key = template(&key, self.names, &self.place, self.ledger);
        let input = self.ledger.usual_input("mise", kind_patterns("mise"), "the files of mise");
        self.push("key", quoted(&format!("{key}-{{hash:{input}}}")));
    }

    /// The machine in words of mise, such as `linux-x64-ubuntu24`; where legs have others, the system and its architecture.
    fn machine(&self) -> KeyText {
        let is_fixed = self.runner.varyings().next().is_none();
        let label = self.runner.known().filter(|label| is_fixed && !label.is_empty());
        let Some(label) = label else {
            let mut own = KeyText::varying(Varying::Named("os"), None);
            own.push_fixed("-");
            own.push(&KeyText::varying(Varying::Named("arch"), None));
            return own;
        };
        let System { os, arch } = System::of_label(&label);
        let name = match os {
            Os::MacOs => "macos",
            Os::Windows => "windows",
            Os::Linux => "linux",
        };
        // From v4.1 on, with the image of the runner.
        let image = if self.is_from((4, 1)) { format!("-{}", image_of(&label)) } else { String::new() };
        KeyText::fixed(format!("{name}-{}{image}", arch.node_arch()))
    }

    /// True if the action has this version or a later one.
    fn is_from(&self, version: (u32, u32)) -> bool {
        self.found.step.action.as_ref().is_some_and(|action| action.is_from(version))
    }

    /// sbt/setup-sbt: the versions of sbt and of the action. (`action.yml` at 01ee83f.)
    fn sbt(&mut self) {
        let mut key = KeyText::varying(Varying::Named("os"), None);
        key.push_fixed("-sbt-");
        let version = given(self.state, "sbt-runner-version").map(ExprValue::text);
        key.push(&version.unwrap_or_else(|| KeyText::fixed("2.0.3")).map_fixed(short));
        key.push_fixed("-1.5.2");
        let key = template(&key, self.names, &self.place, self.ledger);
        self.values.push(("key", quoted(&key), "as of setup-sbt 1.5.2; it seldom changes".to_owned()));
    }

    /// lukka/run-vcpkg: the image of the runner, of which there is another version each week or so, and the commit of vcpkg.
    /// (`computeCacheKeys` in `src/vcpkg-utils.ts` at 305c06b.)
    fn vcpkg(&mut self) {
        let commit = given(self.state, "vcpkgGitCommitId").map(ExprValue::text);
        let commit = commit.map(|text| template(&text, self.names, &self.place, self.ledger));
        // Without it, vcpkg is a submodule.
        let commit = commit.unwrap_or_else(|| format!("{{hash:{}}}", self.ledger.input("vcpkg")));
        let about = "assumed: the image of the runner changes each week".to_owned();
        self.values.push((
            "key",
            quoted(&format!("runnerOS={{os}}-{{week}}-vcpkgGitCommit={commit}")),
            about,
        ));
    }

    /// julia-actions/cache: a new entry with each run, for which the newest of the same workflow, job and leg is restored.
    /// (`action.yml` at 0144baa.)
    fn julia(&mut self) {
        let usual = "julia-cache;workflow={workflow};job={job}";
        let name = given(self.state, "cache-name").map(ExprValue::text);
        let name = name.map(|text| template(&text, self.names, &self.place, self.ledger));
        let with_legs = given(self.state, "include-matrix").and_then(ExprValue::known_text);
        let mut axes: Vec<&str> = Vec::new();
        for (axis, _) in self.legs.iter().flatten().filter(|_| with_legs.as_deref() != Some("false")) {
            if !axes.contains(&axis.as_str()) {
                axes.push(axis);
            }
        }
        let part = |axis: &&str| format!("{}={{{}}};", axis.replace('.', "-"), self.names.name(axis));
        let legs: String = axes.iter().map(part).collect();
        let start = format!("{};os={{os}};{legs}", name.unwrap_or_else(|| usual.to_owned()));
        self.push("key", quoted(&format!("{start}run_id={{run-id}};run_attempt={{run-attempt}}")));
        self.push("restore-keys", list([start.as_str()]));
        let deletes = given(self.state, "delete-old-caches").and_then(ExprValue::known_text);
        if deletes.is_none_or(|text| text == "true") {
            self.ledger.blank(&self.place, JULIA_DELETES);
        }
    }

    /// Packages of R: the version of the system, that of R, the input `cache-version`, and a hash of what is to be installed.
    /// (`setup-r-dependencies/action.yaml` at 013dc2d and `setup-renv/action.yaml` at 07c729e of r-lib/actions.)
    fn packages_of_r(&mut self, name: &str, files: &str) {
        let mut start = match self.runner.pieces.is_empty() || self.runner.varyings().any(is_unknown) {
            true => KeyText::varying(Varying::Named("os"), None),
            false => self.runner.clone(),
        };
        let version = |value: Option<&ExprValue>, usual: &str| {
            value.map_or_else(|| KeyText::fixed(usual), ExprValue::text).map_fixed(short)
        };
        start.push_fixed("-R-");
        start.push(&version(self.state.given.compiler.as_ref(), "release"));
        start.push_fixed("-");
        start.push(&version(given(self.state, "cache-version"), "1"));
        start.push_fixed("-");
        let start = template(&start, self.names, &self.place, self.ledger);
        let input = match files {
            "" => self.ledger.uses_input(name, "the newest versions of the packages in DESCRIPTION"),
            files => self.ledger.input(files),
        };
        self.push("key", quoted(&format!("{start}{{hash:{input}}}")));
        self.push("restore-keys", list([start.as_str()]));
    }
}

const JULIA_DELETES: &str = "before it saves, the action deletes the entries that its restore key finds, if its token may delete \
                             any: here they stay, and a `[janitor]` with `after` and `keep-newest = 1` nearly does the same";

/// Actions that keep packages of R, with the file that their key hashes; of the first ones, what is to be installed is found out
/// anew in each run.
const OF_R: [(&str, &str); 3] = [
    ("r-lib/actions/setup-r-dependencies", ""),
    ("r-hub/actions/setup-deps", ""),
    ("r-lib/actions/setup-renv", "**/renv.lock"),
];

/// The variable `ImageOS` of GitHub's runners, by their label.
fn image_of(label: &str) -> String {
    let mut parts = label.split('-');
    let (system, release) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let release = match (system, release) {
        ("ubuntu", "latest") => "24",
        ("macos", "latest") => "15",
        ("windows", "latest") => "2025",
        (_, own) => own.split('.').next().unwrap_or_default(),
    };
    match system {
        _ if release.is_empty() || !release.chars().all(|digit| digit.is_ascii_digit()) => {
            "self-hosted".to_owned()
        }
        "windows" => format!("win{}", release.trim_start_matches("20")),
        "ubuntu" | "macos" => format!("{system}{release}"),
        _ => "self-hosted".to_owned(),
    }
}

fn is_unknown(what: &Varying) -> bool {
    matches!(what, Varying::Unknown(_) | Varying::OneLeg(_))
}

/// Actions that keep more than one archive.
const SECOND: [(&str, &str); 6] = [
    (
        "freckle/stack-action",
        "the dependencies and the build in an archive of its own each, and here there is one",
    ),
    (
        "aspect-build/setup-aspect",
        "further archives, of Bazelisk and of Bazel's disk cache where it is on, which are not in the scenario",
    ),
    (
        "determinatesystems/magic-nix-cache-action",
        "an entry for each path of the store, and here one archive stands for them",
    ),
    (
        "flutter-actions/setup-flutter",
        "the packages and the SDK in an archive of its own each, and here there is one",
    ),
    ("sbt/setup-sbt", "a second archive, of the disk cache of sbt 2, which is not in the scenario"),
    (
        "subosito/flutter-action",
        "a second archive, of the packages in `pubspec.lock`, which is not in the scenario",
    ),
];

/// The usual size of such an archive, and that of a store of Nix.
const SIZE: (&str, &str) = ("\"200 MB\"", "0.02 GB..1 GB");
const NIX_SIZE: (&str, &str) = ("\"1 GB\"", "0.1 GB..5 GB");
/// That of an image of a virtual machine.
const VM_SIZE: (&str, &str) = ("\"600 MB\"", "0.2 GB..2 GB");

/// Inputs that say a whole key, with those that say what a restore looks for.
const WHOLE: [(&str, &str, &str); 3] = [
    ("cypress-io/github-action", "cache-key", ""),
    ("nix-community/cache-nix-action", "primary-key", "restore-prefixes-first-match"),
    ("ramsey/composer-install", "custom-cache-key", ""),
];

/// Inputs that are a part of the key of the action that has them, in small letters.
const PARTS: [&str; 12] = [
    "appendedcachekey",
    "cache-downloads-key",
    "cache-environment-key",
    "cache-key",
    "cache-key-prefix",
    "cache-name",
    "cache-prefix",
    "cache-version",
    "cache_key",
    "cache_key_prefix",
    "custom-cache-suffix",
    "extrakey",
];

/// The longest part of a key that is kept as it is.
const PART_MAX: usize = 40;

/// A part of a key, on one line: of a long one its beginning, and what tells it from others.
fn short(part: &str) -> String {
    let line = without_commas(&part.split_whitespace().collect::<Vec<_>>().join("-"));
    match line.char_indices().nth(PART_MAX) {
        Some((end, _)) => format!("{}-{:08x}", &line[..end], fnv(&line)),
        None => line,
    }
}

/// Actions with another archive after each run: the key, and what a restore looks for. (mlugg/setup-zig, `common.js` and
/// `post.js`; aquasecurity/trivy-action, `action.yaml`; cargo-semver-checks-action, `src/rustdoc-cache.ts`.)
const KEYS: [(&str, &str, &str); 3] = [
    ("obi1kenobi/cargo-semver-checks-action", "semver-{job}-{os}-{hash:toolchain, lock}", ""),
    ("aquasecurity/trivy-action", "cache-trivy-{date}", "cache-trivy-"),
    ("mlugg/setup-zig", "setup-zig-{job}-{os}-{arch}-{run-id}", "setup-zig-{job}-{os}-{arch}-"),
];

/// Actions that keep a program under a key of its version and of nothing that is in the repository's files, with the inputs
/// that the key has. (install-qt-action: `action/src/main.ts`, `cacheKey`; flutter-action: `setup.sh`.)
const VERSIONED: [(&str, &[&str]); 27] = [
    ("compnerd/gha-setup-swift", &["swift-version", "swift-build", "build_arch"]),
    ("crystal-lang/install-crystal", &["shards"]),
    ("earthly/actions-setup", &["version"]),
    ("humbletim/install-vulkan-sdk", &["version"]),
    ("jakoch/install-vulkan-sdk-action", &["vulkan_version"]),
    ("jimver/cuda-toolkit", &["cuda", "method"]),
    ("nttld/setup-ndk", &["ndk-version"]),
    ("rerun-io/install-vulkan-sdk-action", &["vulkan_version"]),
    ("tailscale/github-action", &["version"]),
    ("vampire/setup-wsl", &["distribution"]),
    ("codspeedhq/action", &["mode", "runner-version"]),
    ("flutter-actions/setup-flutter", &["channel", "version", "cache-key"]),
    ("lukka/get-cmake", &["cmakeversion", "ninjaversion"]),
    ("vmactions/freebsd-vm", &["release", "arch"]),
    ("vmactions/netbsd-vm", &["release", "arch"]),
    ("vmactions/openbsd-vm", &["release", "arch"]),
    ("aquasecurity/setup-trivy", &["version"]),
    ("awalsh128/cache-apt-pkgs-action", &["packages", "version"]),
    ("baptiste0928/cargo-install", &["crate", "version", "features"]),
    ("emscripten-core/setup-emsdk", &["version"]),
    ("goto-bus-stop/setup-zig", &["version"]),
    (
        "jurplel/install-qt-action",
        &["cache-key-prefix", "host", "target", "arch", "version", "modules", "archives", "tools"],
    ),
    ("msys2/setup-msys2", &["msystem", "install", "pacboy"]),
    ("mymindstorm/setup-emsdk", &["version"]),
    ("oven-sh/setup-bun", &["bun-version"]),
    ("subosito/flutter-action", &["channel", "flutter-version"]),
    ("taiki-e/cache-cargo-install-action", &["tool"]),
];
