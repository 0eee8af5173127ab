//! Cache keys as a scenario writes them: texts with placeholders. `template.rs` parses them and fills them in
//! for a job; `placeholder.rs` has the placeholders and their values. `pattern.rs` and `form.rs` recognise real keys,
//! and `open.rs` has what stands for a value where no run is given.

mod form;
mod open;
mod pattern;
mod placeholder;
mod template;

pub use form::{FormPart, ListedForm};
pub use open::OpenValue;
pub use pattern::{KeyPattern, PatternPart, number_of};
pub use placeholder::{BadPlaceholder, KeyValues, PlaceholderNames};
pub use template::KeyTemplate;
