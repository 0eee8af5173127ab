use crate::random::mix;

/// What a runner runs on: an operating system and an architecture. Nothing that is built on one
/// system is of use on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct System {
    /// The operating system.
    pub os: Os,
    /// The processor's architecture.
    pub arch: Arch,
}

/// An operating system that GitHub's runners have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Os {
    /// Linux.
    #[default]
    Linux,
    /// Windows.
    Windows,
    /// macOS.
    MacOs,
}

/// A processor's architecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Arch {
    /// x86-64.
    #[default]
    X64,
    /// 64-bit ARM.
    Arm64,
}

impl System {
    /// What a runner's label says: `windows-11-arm` is Windows on ARM. A label that names no system
    /// is taken for Linux on x86-64, as most self-hosted runners are. GitHub's macOS runners have
    /// been Apple silicon since `macos-14`, but for those with `intel`, `large` or `13` in their names.
    pub fn of_label(label: &str) -> System {
        let label = label.to_ascii_lowercase();
        let words: Vec<&str> = label.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let has = |names: &[&str]| {
            words.iter().any(|word| names.contains(&word.trim_end_matches(char::is_numeric)))
        };
        let os = match (has(&["windows", "win"]), has(&["macos", "mac", "darwin", "osx"])) {
            (true, _) => Os::Windows,
            (false, true) => Os::MacOs,
            (false, false) => Os::Linux,
        };
        let is_intel_mac = has(&["intel", "large"]) || words.contains(&"x64") || words.contains(&"13");
        let is_apple_silicon = os == Os::MacOs && (has(&["xlarge"]) || !is_intel_mac);
        let arm = has(&["arm", "aarch"]) || is_apple_silicon;
        System { os, arch: if arm { Arch::Arm64 } else { Arch::X64 } }
    }

    /// Folded into the identity of whatever is built, it sets systems apart.
    pub fn salt(self, identity: u64) -> u64 {
        mix(identity, (self.os as u64) << 8 | self.arch as u64)
    }
}

impl Os {
    /// Every operating system.
    pub const ALL: [Os; 3] = [Os::Linux, Os::Windows, Os::MacOs];

    /// `runner.os` in an expression, `RUNNER_OS` in the environment.
    pub fn runner_os(self) -> &'static str {
        match self {
            Os::Linux => "Linux",
            Os::Windows => "Windows",
            Os::MacOs => "macOS",
        }
    }

    /// `os.type()` of Node.js.
    pub fn node_type(self) -> &'static str {
        match self {
            Os::Linux => "Linux",
            Os::Windows => "Windows_NT",
            Os::MacOs => "Darwin",
        }
    }
}

impl Arch {
    /// Every architecture.
    pub const ALL: [Arch; 2] = [Arch::X64, Arch::Arm64];

    /// `runner.arch` in an expression, `RUNNER_ARCH` in the environment.
    pub fn runner_arch(self) -> &'static str {
        match self {
            Arch::X64 => "X64",
            Arch::Arm64 => "ARM64",
        }
    }

    /// `os.arch()` of Node.js.
    pub fn node_arch(self) -> &'static str {
        match self {
            Arch::X64 => "x64",
            Arch::Arm64 => "arm64",
        }
    }

    /// The name in container platforms such as `linux/amd64`.
    pub fn docker_arch(self) -> &'static str {
        match self {
            Arch::X64 => "amd64",
            Arch::Arm64 => "arm64",
        }
    }
}
