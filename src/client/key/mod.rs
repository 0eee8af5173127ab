//! Cache keys as a scenario writes them: texts with placeholders. `template.rs` parses them and fills them in
//! for a job; `placeholder.rs` has the placeholders and their values.

mod pattern;
mod placeholder;
mod template;

pub use pattern::{KeyPattern, PatternPart};
pub use placeholder::{BadPlaceholder, KeyValues, PlaceholderNames};
pub use template::KeyTemplate;
