//! The table of actions that are known to cache.

use super::reference::ActionReference;
use super::switch::{ActionSaves, Switch, of_version};
use std::collections::BTreeMap;

/// An action that is a cache client.
#[derive(Debug)]
pub struct KnownAction {
    /// `owner/name`, or `owner/name/path`.
    pub name: &'static str,
    /// The client that it runs: that of the scenario, or `actions-cache` for its library.
    pub client: &'static str,
    /// What turns it on, from which major version on; the first row holds for the oldest.
    pub switches: &'static [(u32, Switch)],
    /// Which runs save.
    pub saves: ActionSaves,
    /// Where the rules were read.
    pub source: &'static str,
    /// True if its step also does the work that the cache saves, such as building, linting or installing: its time tells
    /// nothing of the restore.
    pub works: bool,
}

impl KnownAction {
    /// The row of an action.
    pub fn find(action: &ActionReference) -> Option<&'static KnownAction> {
        KNOWN_ACTIONS.iter().find(|known| known.name.eq_ignore_ascii_case(&action.name))
    }

    /// The input that decides which runs save, with what a step gives it or its default; `None` if there is none.
    pub fn save_input(&self, given: &BTreeMap<String, String>) -> Option<(String, String)> {
        let own = |name: &str| {
            let found = given.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
            found.map(|(name, text)| (name.clone(), text.trim().to_owned()))
        };
        match self.saves {
            ActionSaves::If(name, default) | ActionSaves::Unless(name, default) => {
                own(name).or_else(|| Some((name.to_owned(), default.to_owned())))
            }
            ActionSaves::OnBranch(name) => own(name),
            _ if self.client == "buildkit" => own("cache-to").or_else(|| own("set")),
            _ => None,
        }
    }

    /// What turns the cache of this version on.
    pub fn switch(&self, action: &ActionReference) -> Switch {
        of_version(self.switches, action)
    }
}

const ALWAYS: &[(u32, Switch)] = &[(0, Switch::Always)];
/// `cache`, which names what is cached.
const CACHE_NAMED: &[(u32, Switch)] = &[(0, Switch::If("cache", ""))];
/// `cache`, which is on unless it is `false`.
const CACHE_ON: &[(u32, Switch)] = &[(0, Switch::If("cache", "true"))];
/// `cache`, which is off unless it is `true`.
const CACHE_OFF: &[(u32, Switch)] = &[(0, Switch::If("cache", "false"))];

const fn row(
    name: &'static str,
    client: &'static str,
    switches: &'static [(u32, Switch)],
    saves: ActionSaves,
    source: &'static str,
) -> KnownAction {
    KnownAction { name, client, switches, saves, source, works: false }
}

impl KnownAction {
    /// Marks an action whose one step also does the work that the cache is for.
    const fn working(self) -> KnownAction {
        KnownAction { works: true, ..self }
    }
}

const UV: &[(u32, Switch)] = &[
    (0, Switch::If("enable-cache", "false")),
    (5, Switch::Uv { guarded: false }),
    (10, Switch::Uv { guarded: true }),
];
const NODE: &[(u32, Switch)] = &[
    (0, Switch::If("cache", "")),
    (5, Switch::Node { npm_only: false }),
    (6, Switch::Node { npm_only: true }),
];
const GRADLE: ActionSaves = ActionSaves::Unless(
    "cache-read-only",
    "${{ github.event.repository != null && github.ref_name != github.event.repository.default_branch }}",
);
const GRADLE_ON: &[(u32, Switch)] = &[(0, Switch::Unless("cache-disabled", "false"))];
const BAZEL: &[(u32, Switch)] =
    &[(0, Switch::Any(&["disk-cache", "repository-cache", "bazelisk-cache", "external-cache"]))];
const DOCKER: &[(u32, Switch)] = &[(0, Switch::Any(&["cache-from", "cache-to"]))];
const BAKE: &[(u32, Switch)] = &[(0, Switch::Any(&["cache-from", "cache-to", "set"]))];

const CODSPEED: &[(u32, Switch)] =
    &[(0, Switch::If("cache-instruments", "false")), (4, Switch::If("cache-instruments", "true"))];
/// Off by default from v11 on.
const VCPKG: &[(u32, Switch)] =
    &[(0, Switch::Unless("doNotCache", "false")), (11, Switch::Unless("doNotCache", "true"))];
const VM: &[(u32, Switch)] = &[(0, Switch::Unless("disable-cache", "false"))];
const EMSDK: &[(u32, Switch)] = &[(0, Switch::If("actions-cache-folder", ""))];

/// All actions that are known to cache.
#[rustfmt::skip]
pub const KNOWN_ACTIONS: &[KnownAction] = &[
    row("actions/cache", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml, src/saveImpl.ts (v5.0.5)"),
    row("actions/cache/restore", "actions-cache", ALWAYS, ActionSaves::Never, "restore/action.yml (v5.0.5)"),
    row("actions/cache/save", "actions-cache", ALWAYS, ActionSaves::Always, "save/action.yml (v5.0.5)"),
    row("Swatinem/rust-cache", "rust-cache", &[(0, Switch::Is("cache-provider", "github"))], ActionSaves::If("save-if", "true"), "action.yml, src/save.ts (v2.9.2)"),
    row("actions-rust-lang/setup-rust-toolchain", "rust-cache", CACHE_ON, ActionSaves::If("cache-save-if", "true"), "action.yml (v1)"),
    row("mozilla-actions/sccache-action", "sccache", ALWAYS, ActionSaves::Always, "sccache docs/GHA.md (v0.17.0)"),
    row("PyO3/maturin-action", "sccache", &[(0, Switch::If("sccache", "false"))], ActionSaves::Always, "action.yml (v1)").working(),
    row("docker/build-push-action", "buildkit", DOCKER, ActionSaves::Always, "action.yml (cb941d0)").working(),
    row("docker/bake-action", "buildkit", BAKE, ActionSaves::Always, "action.yml (063b84c)").working(),
    row("depot/build-push-action", "buildkit", DOCKER, ActionSaves::Always, "action.yml (06fcbb7)").working(),
    row("actions/setup-node", "setup-node", NODE, ActionSaves::Always, "action.yml, src/main.ts (ae0d4ed)"),
    row("actions/setup-python", "setup-python", CACHE_NAMED, ActionSaves::Always, "action.yml (5fda3b9)"),
    row("actions/setup-go", "setup-go", &[(0, Switch::If("cache", "false")), (4, Switch::If("cache", "true"))], ActionSaves::Always, "action.yml (fba3fb4)"),
    row("actions/setup-java", "setup-java", CACHE_NAMED, ActionSaves::Unless("cache-read-only", "false"), "action.yml (1dbac3c)"),
    row("actions/setup-dotnet", "setup-dotnet", CACHE_OFF, ActionSaves::Always, "action.yml"),
    row("ruby/setup-ruby", "setup-ruby", &[(0, Switch::If("bundler-cache", "false"))], ActionSaves::Always, "action.yml, bundler.js (0dafeac)").working(),
    row("ruby/setup-ruby-pkgs", "setup-ruby", &[(0, Switch::If("bundler-cache", "false"))], ActionSaves::Always, "action.yml").working(),
    row("astral-sh/setup-uv", "setup-uv", UV, ActionSaves::If("save-cache", "true"), "action.yml (004bc0b), release notes of v5.0.0 and v10.0.0"),
    row("gradle/actions/setup-gradle", "setup-gradle", GRADLE_ON, GRADLE, "setup-gradle/action.yml (06905c7)"),
    row("gradle/actions/dependency-submission", "setup-gradle", GRADLE_ON, GRADLE, "dependency-submission/action.yml (06905c7)").working(),
    row("gradle/gradle-build-action", "setup-gradle", GRADLE_ON, GRADLE, "action.yml (v3)"),
    row("bazel-contrib/setup-bazel", "setup-bazel", BAZEL, ActionSaves::If("cache-save", "true"), "action.yml (0da58f2)"),
    row("bazelbuild/setup-bazel", "setup-bazel", BAZEL, ActionSaves::If("cache-save", "true"), "action.yml"),
    row("golangci/golangci-lint-action", "golangci-lint", &[(0, Switch::Unless("skip-cache", "false"))], ActionSaves::Unless("skip-save-cache", "false"), "action.yml (06e45e8)").working(),
    row("pre-commit/action", "pre-commit", ALWAYS, ActionSaves::Always, "action.yml (v3)").working(),
    row("hendrikmuhs/ccache-action", "ccache", ALWAYS, ActionSaves::If("save", "true"), "action.yml (v1.2)"),
    row("Chocobo1/setup-ccache-action", "ccache", ALWAYS, ActionSaves::If("store_cache", "true"), "action.yml (121c5a3)"),
    row("github/codeql-action/init", "codeql", &[(0, Switch::CodeQl)], ActionSaves::DefaultBranch, "init/action.yml, src/config-utils.ts (041ec36)").working(),
    // Wrappers of actions/cache, or of its library.
    row("oven-sh/setup-bun", "actions-cache", &[(0, Switch::Unless("no-cache", "false"))], ActionSaves::Always, "action.yml (v2)"),
    row("graalvm/setup-graalvm", "setup-java", CACHE_NAMED, ActionSaves::Always, "action.yml (v1)"),
    row("DeterminateSystems/magic-nix-cache-action", "actions-cache", &[(0, Switch::If("use-gha-cache", "true"))], ActionSaves::Always, "action.yml (02cb2e1)"),
    row("mymindstorm/setup-emsdk", "actions-cache", EMSDK, ActionSaves::Always, "action.yml (v14)"),
    row("emscripten-core/setup-emsdk", "actions-cache", EMSDK, ActionSaves::Always, "action.yml"),
    row("pnpm/setup", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yml (0447c75)"),
    row("pdm-project/setup-pdm", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yml (v4)"),
    row("aquasecurity/setup-trivy", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yaml"),
    row("j178/prek-action", "actions-cache", CACHE_ON, ActionSaves::Always, "action.yaml").working(),
    row("Leafwing-Studios/cargo-cache", "actions-cache", ALWAYS, ActionSaves::If("save-if", "true"), "action.yml (0165fd6)"),
    row("burrunan/gradle-cache-action", "actions-cache", ALWAYS, ActionSaves::Unless("read-only", "false"), "action.yml").working(),
    row("awalsh128/cache-apt-pkgs-action", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml (00e34cb)").working(),
    row("taiki-e/cache-cargo-install-action", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml (035cb3b)").working(),
    row("baptiste0928/cargo-install", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml (1883f6c)").working(),
    row("ramsey/composer-install", "actions-cache", &[(0, Switch::Unless("ignore-cache", "false"))], ActionSaves::Always, "action.yml (096419a)").working(),
    row("julia-actions/cache", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml (0144baa)"),
    row("r-lib/actions/setup-r-dependencies", "actions-cache", CACHE_ON, ActionSaves::Always, "setup-r-dependencies/action.yaml (013dc2d)").working(),
    row("r-lib/actions/setup-renv", "actions-cache", &[(0, Switch::Unless("bypass-cache", "false"))], ActionSaves::Always, "setup-renv/action.yaml (07c729e)").working(),
    row("coursier/cache-action", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml (1333564)"),
    row("cypress-io/github-action", "actions-cache", &[(0, Switch::If("install", "true"))], ActionSaves::Always, "action.yml").working(),
    row("bahmutov/npm-install", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml").working(),
    row("denoland/setup-deno", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yml (06a6402)"),
    row("subosito/flutter-action", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yaml (02d6ac3)"),
    row("msys2/setup-msys2", "actions-cache", CACHE_ON, ActionSaves::Always, "action.yml (0baa240)").working(),
    row("mlugg/setup-zig", "actions-cache", &[(0, Switch::If("use-cache", "true"))], ActionSaves::Always, "action.yml (031c6b2)"),
    row("goto-bus-stop/setup-zig", "actions-cache", CACHE_ON, ActionSaves::Always, "action.yml"),
    row("jdx/mise-action", "actions-cache", CACHE_ON, ActionSaves::If("cache_save", "true"), "action.yml (0153d0f)").working(),
    row("prefix-dev/setup-pixi", "actions-cache", CACHE_ON, ActionSaves::If("cache-write", "true"), "action.yml (05bc823)").working(),
    row("mamba-org/setup-micromamba", "actions-cache", &[(0, Switch::Any(&["cache-environment", "cache-downloads"]))], ActionSaves::Always, "action.yml").working(),
    row("leanprover/lean-action", "actions-cache", &[(0, Switch::If("use-github-cache", "true"))], ActionSaves::Always, "action.yml").working(),
    row("jurplel/install-qt-action", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yml").working(),
    row("nix-community/cache-nix-action", "actions-cache", ALWAYS, ActionSaves::If("save", "true"), "action.yml (04980d8)"),
    row("moonrepo/setup-rust", "actions-cache", CACHE_ON, ActionSaves::OnBranch("cache-base"), "action.yml, post.ts"),
    row("moonrepo/setup-toolchain", "actions-cache", CACHE_ON, ActionSaves::OnBranch("cache-base"), "action.yml, post.ts"),
    row("pnpm/action-setup", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yml"),
    row("aquasecurity/trivy-action", "actions-cache", CACHE_ON, ActionSaves::Always, "action.yaml (0024b3f)").working(),
    row("golang/govulncheck-action", "setup-go", CACHE_ON, ActionSaves::Always, "action.yml (07a01e4)").working(),
    row("ocaml/setup-ocaml", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml").working(),
    row("aspect-build/setup-aspect", "actions-cache", &[(0, Switch::If("repository-cache", "true"))], ActionSaves::Always, "action.yml (2059c75)"),
    row("CodSpeedHQ/action", "actions-cache", CODSPEED, ActionSaves::Always, "action.yml (4296e51; v3 keeps nothing)").working(),
    row("flatpak/flatpak-github-actions/flatpak-builder", "actions-cache", CACHE_ON, ActionSaves::Always, "flatpak-builder/action.yml, index.js").working(),
    row("flutter-actions/setup-flutter", "actions-cache", &[(0, Switch::Any(&["cache", "cache-sdk"]))], ActionSaves::Always, "action.yml (8c23974)"),
    row("lukka/get-cmake", "actions-cache", &[(0, Switch::If("useCloudCache", "true"))], ActionSaves::Always, "action.yml, src/get-cmake.ts (df5af53)"),
    row("obi1kenobi/cargo-semver-checks-action", "actions-cache", ALWAYS, ActionSaves::Always, "src/rustdoc-cache.ts (73a21aa)").working(),
    row("sbt/setup-sbt", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml (01ee83f)"),
    row("vmactions/freebsd-vm", "actions-cache", VM, ActionSaves::Always, "action.yml, index.js (061db50)").working(),
    row("vmactions/netbsd-vm", "actions-cache", VM, ActionSaves::Always, "as freebsd-vm, of one template").working(),
    row("vmactions/openbsd-vm", "actions-cache", VM, ActionSaves::Always, "as freebsd-vm, of one template").working(),
    row("lukka/run-vcpkg", "actions-cache", VCPKG, ActionSaves::Always, "action.yml (305c06b, v3.3)").working(),
    row("anchore/scan-action", "actions-cache", &[(0, Switch::If("cache-db", "false"))], ActionSaves::Always, "action.yml (028cd8f)").working(),
    row("cashapp/activate-hermit", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yml (12a728b)"),
    row("compnerd/gha-setup-swift", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yml (c8363f1)"),
    row("crystal-lang/install-crystal", "actions-cache", &[(0, Switch::Any(&["shards"]))], ActionSaves::Always, "index.js, `rebuildShards` (71c7d4a)"),
    row("earthly/actions-setup", "actions-cache", &[(0, Switch::If("use-cache", "true"))], ActionSaves::Always, "action.yml (2738f4c)"),
    row("freckle/stack-action", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml (02124ca)").working(),
    row("humbletim/install-vulkan-sdk", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yml (034d16d)"),
    row("jakoch/install-vulkan-sdk-action", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yml (0e8e363)"),
    row("jetify-com/devbox-install-action", "actions-cache", &[(0, Switch::Unless("refresh-cli", "false"))], ActionSaves::Always, "action.yml (06c8a66)").working(),
    row("Jimver/cuda-toolkit", "actions-cache", &[(0, Switch::If("use-github-cache", "true"))], ActionSaves::Always, "action.yml (0ec4c62)"),
    row("leafo/gh-actions-lua", "actions-cache", &[(0, Switch::If("buildCache", "true"))], ActionSaves::Always, "action.yml (02f0db2)").working(),
    row("nttld/setup-ndk", "actions-cache", &[(0, Switch::If("local-cache", "false"))], ActionSaves::Always, "action.yml, src/installer.ts (ed92fe6)"),
    row("r-hub/actions/setup-deps", "actions-cache", ALWAYS, ActionSaves::Always, "setup-deps/action.yaml (05c12d9), by setup-r-dependencies").working(),
    row("rerun-io/install-vulkan-sdk-action", "actions-cache", CACHE_OFF, ActionSaves::Always, "action.yml (5c29614), a copy of jakoch's"),
    row("s4u/setup-maven-action", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml (004043f)"),
    row("shogo82148/actions-setup-perl", "actions-cache", &[(0, Switch::Any(&["install-modules-with"]))], ActionSaves::Always, "action.yml (0e67ca2)").working(),
    row("skiptools/swift-android-action", "actions-cache", ALWAYS, ActionSaves::Always, "action.yml (022cc41)").working(),
    row("tailscale/github-action", "actions-cache", &[(0, Switch::Any(&[])), (4, Switch::If("use-cache", "true"))], ActionSaves::Always, "action.yml, src/main.ts (d1b6cd2)"),
    row("tecolicom/actions-use-apt-tools", "actions-cache", &[(0, Switch::If("cache", "yes"))], ActionSaves::Always, "action.yml (03a146b)").working(),
    row("Vampire/setup-wsl", "actions-cache", &[(0, Switch::If("use-cache", "true"))], ActionSaves::Always, "action.yml (04ef237)"),
];
