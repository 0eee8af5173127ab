//! The cache of actions/setup-python for pip, pipenv and poetry (`src/cache-distributions`, read at 5fda3b9).
//! Only pip has a restore key. It ends without a hyphen, so it is also a beginning of pipenv's keys, but
//! those archive other paths. The real key has the whole version that the step has resolved, such as 3.12.7; earlier
//! majors had no architecture (read at 0021e2d).

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};

/// setup-python.
pub(super) const ROW: CacheAction = CacheAction {
    name: "setup-python",
    noun: "the cache of setup-python",
    doc: "The cache of actions/setup-python.",
    choice: "package-manager",
    words: &[
        ("pip", "`cache: pip`, with a restore key"),
        ("pipenv", "`cache: pipenv`: the virtual environments"),
        ("poetry", "`cache: poetry`: the virtual environments"),
    ],
    variants: &[
        ActionVariant {
            ratio: 1.0,
            entries: &[ActionEntry::of("~/.cache/pip", PIP, &[PIP_RESTORE]).listed_as(&[
                "setup-python-{os}-{arch}{-ubuntu}-python-{version*}-pip-#",
                "setup-python-{os}-*python-{version*}-pip-#",
            ])],
        },
        ActionVariant {
            ratio: 3.0,
            entries: &[ActionEntry::of(concat!("~/.", "local/share/virtualenvs"), PIPENV, &[]).listed_as(&[
                "setup-python-{os}-{arch}{-ubuntu}-python-{version*}-pipenv-#",
                "setup-python-{os}-*python-{version*}-pipenv-#",
            ])],
        },
        ActionVariant {
            ratio: 3.0,
            entries: &[ActionEntry::of("~/.cache/pypoetry/virtualenvs", POETRY, &[]).listed_as(&[
                "setup-python-{os}-{arch}{-ubuntu}-python-{version*}-poetry-v2-#",
                "setup-python-{os}-*python-{version*}-poetry-*#",
            ])],
        },
    ],
    settings: &[
        ActionSetting::STORE,
        ActionSetting::inputs(
            "hash",
            &["requirements"],
            "The inputs that its key hashes: what is installed from. If absent, `requirements`.",
        ),
        ActionSetting::text(
            "version",
            "",
            "The version of Python in the key, such as \"3.13\" or \"{python}\" for an axis.",
        ),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 1 for \
                pip (wheels are compressed; measured on 5), 3 for pipenv and poetry, which archive installed \
                packages (assumed; 2–4).",
    ..CacheAction::STORE
};

const PIP: &str = "setup-python-{os}-{arch}{-ubuntu}-python-{version-}pip-{hash}";
const PIP_RESTORE: &str = "setup-python-{os}-{arch}{-ubuntu}-python-{version-}pip";
const PIPENV: &str = "setup-python-{os}-{arch}{-ubuntu}-python-{version-}pipenv-{hash}";
const POETRY: &str = "setup-python-{os}-{arch}{-ubuntu}-python-{version-}poetry-v2-{hash}";
