//! Operating systems and architectures of runners, and their names in GitHub's expressions, in
//! Node.js and in container platforms. Clients write these names into keys (read in their code, see
//! `docs/model.md`); `scenario` reads them from runner labels.

use crate::random::mix;

/// The operating system and architecture of a runner. Nothing that is built on one system can be
/// used on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct System {
    /// The operating system.
    pub os: Os,
    /// The processor's architecture.
    pub arch: Arch,
}

/// An operating system of GitHub's runners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Os {
    /// Linux.
    #[default]
    Linux,
    /// Windows.
    Windows,
    /// macOS.
    MacOs,
}

/// A processor architecture of GitHub's runners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Arch {
    /// x86-64.
    #[default]
    X64,
    /// 64-bit ARM.
    Arm64,
}

impl System {
    /// The system that a runner's label names; `windows-11-arm` is Windows on ARM. A label without
    /// a system means Linux on x86-64, as for most self-hosted runners. GitHub's macOS runners are
    /// Apple silicon since `macos-14`, except those with `intel`, `large` or `13` in the label.
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

    /// Mixes the system into an identity, so that identities differ between systems.
    pub fn salt(self, identity: u64) -> u64 {
        mix(identity, (self.os as u64) << 8 | self.arch as u64)
    }
}

impl Os {
    /// Every operating system.
    pub const ALL: [Os; 3] = [Os::Linux, Os::Windows, Os::MacOs];

    /// Value of `runner.os` in an expression and of `RUNNER_OS` in the environment.
    pub fn runner_os(self) -> &'static str {
        match self {
            Os::Linux => "Linux",
            Os::Windows => "Windows",
            Os::MacOs => "macOS",
        }
    }

    /// Value of `process.platform` in Node.js.
    pub fn node_platform(self) -> &'static str {
        match self {
            Os::Linux => "linux",
            Os::Windows => "win32",
            Os::MacOs => "darwin",
        }
    }

    /// The end of the target triple of programs for it: vendor, system and C library.
    pub fn triple(self) -> &'static str {
        match self {
            Os::Linux => "unknown-linux-gnu",
            Os::Windows => "pc-windows-msvc",
            Os::MacOs => "apple-darwin",
        }
    }

    /// Value of `os.type()` in Node.js.
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

    /// Value of `runner.arch` in an expression and of `RUNNER_ARCH` in the environment.
    pub fn runner_arch(self) -> &'static str {
        match self {
            Arch::X64 => "X64",
            Arch::Arm64 => "ARM64",
        }
    }

    /// The beginning of the target triple of programs for it.
    pub fn rust_arch(self) -> &'static str {
        match self {
            Arch::X64 => "x86_64",
            Arch::Arm64 => "aarch64",
        }
    }

    /// Value of `os.arch()` in Node.js.
    pub fn node_arch(self) -> &'static str {
        match self {
            Arch::X64 => "x64",
            Arch::Arm64 => "arm64",
        }
    }

    /// Name in container platforms such as `linux/amd64`.
    pub fn docker_arch(self) -> &'static str {
        match self {
            Arch::X64 => "amd64",
            Arch::Arm64 => "arm64",
        }
    }
}
