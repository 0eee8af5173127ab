//! Cache keys as a scenario writes them: texts with placeholders. `template.rs` parses them and fills them in
//! for a job; `placeholder.rs` has the placeholders and their values. `pattern.rs` and `form.rs` recognise real keys.

mod form;
mod pattern;
mod placeholder;
mod template;

pub use form::{FormPart, ListedForm};
pub use pattern::{KeyPattern, PatternPart, number_of};
pub use placeholder::{BadPlaceholder, KeyValues, PlaceholderNames};
pub use template::KeyTemplate;
