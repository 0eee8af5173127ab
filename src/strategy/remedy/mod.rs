//! One file per strategy, and the list of all in the order in which they are shown. A new strategy is a
//! file here and a line in [`STRATEGIES`].

use super::Strategy;

mod delete_on_close;
mod drop_sccache;
mod export_dependency_stage;
mod fail_fast_off;
mod faster_linker;
mod keep_newest;
mod key_without_commit;
mod line_tables_only;
mod mode_min;
mod no_cancel_on_main;
mod no_debug_info;
mod no_save_from_merge_queue;
mod one_writer_per_key;
mod raise_limit;
mod read_only_pull_requests;
mod registry_per_image;
mod registry_per_image_and_arch;
mod restore_keys;
mod save_on_main_only;
mod sccache_external_store;
mod scheduled_warm_up;
mod scope_per_image;
mod scope_per_image_and_arch;
mod shared_rust_cache_key;
mod shorter_retention;
mod warm_up_after_lock_change;

/// All strategies.
pub static STRATEGIES: &[&Strategy] = &[
    &save_on_main_only::SAVE_ON_MAIN_ONLY,
    &drop_sccache::DROP_SCCACHE,
    &sccache_external_store::SCCACHE_EXTERNAL_STORE,
    &shared_rust_cache_key::SHARED_RUST_CACHE_KEY,
    &scope_per_image::SCOPE_PER_IMAGE,
    &scope_per_image_and_arch::SCOPE_PER_IMAGE_AND_ARCH,
    &mode_min::MODE_MIN,
    &export_dependency_stage::EXPORT_DEPENDENCY_STAGE,
    &registry_per_image::REGISTRY_PER_IMAGE,
    &registry_per_image_and_arch::REGISTRY_PER_IMAGE_AND_ARCH,
    &line_tables_only::LINE_TABLES_ONLY,
    &no_debug_info::NO_DEBUG_INFO,
    &faster_linker::FASTER_LINKER,
    &raise_limit::RAISE_LIMIT,
    &shorter_retention::SHORTER_RETENTION,
    &delete_on_close::DELETE_ON_CLOSE,
    &keep_newest::KEEP_NEWEST,
    &scheduled_warm_up::SCHEDULED_WARM_UP,
    &warm_up_after_lock_change::WARM_UP_AFTER_LOCK_CHANGE,
    &no_save_from_merge_queue::NO_SAVE_FROM_MERGE_QUEUE,
    &no_cancel_on_main::NO_CANCEL_ON_MAIN,
    &fail_fast_off::FAIL_FAST_OFF,
    &key_without_commit::KEY_WITHOUT_COMMIT,
    &one_writer_per_key::ONE_WRITER_PER_KEY,
    &read_only_pull_requests::READ_ONLY_PULL_REQUESTS,
    &restore_keys::RESTORE_KEYS,
];
