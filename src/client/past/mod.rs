//! What is in the cache when the simulation begins, as far as clients have to say it: the archives that earlier runs
//! have grown, and the content of the entries of a listing.

pub(super) mod grown;
pub(super) mod preloaded;
