//! What an expression is: a value, or unknown. Conversions follow GitHub's documentation of expressions.

use super::key_text::{KeyPiece, KeyText, Varying};
use serde_json::Value as Json;

/// The value of an expression, as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprValue {
    /// Also what an unset member of a context is.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, of which parts may vary.
    Text(KeyText),
    /// A list.
    List(Vec<ExprValue>),
    /// An object, in the order of its keys as written.
    Object(Vec<(String, ExprValue)>),
    /// A value of a matrix, with its key.
    OfLeg(String, Box<ExprValue>),
    /// Not known: the expression that would have to be.
    Unknown(String),
}

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It cannot be decided.
    Maybe,
}

impl Truth {
    /// The truth of something that is known.
    pub fn of(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }

    /// What this and another one together are.
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            _ => Truth::Maybe,
        }
    }

    /// What either of this and another one is.
    pub fn or(self, other: Truth) -> Truth {
        self.opposite().and(other.opposite()).opposite()
    }

    /// The opposite.
    pub fn opposite(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Maybe => Truth::Maybe,
        }
    }
}

impl ExprValue {
    /// A text that does not vary.
    pub fn fixed(text: impl Into<String>) -> ExprValue {
        ExprValue::Text(KeyText::fixed(text))
    }

    /// A text that varies.
    pub fn varying(what: Varying, now: Option<String>) -> ExprValue {
        ExprValue::Text(KeyText::varying(what, now))
    }

    /// The value without the key of a matrix.
    pub fn bare(&self) -> &ExprValue {
        match self {
            ExprValue::OfLeg(_, value) => value.bare(),
            other => other,
        }
    }

    /// The value as it is in this leg, without the keys of the matrix that it is from.
    pub fn without_leg(self) -> ExprValue {
        match self {
            ExprValue::OfLeg(_, value) => value.without_leg(),
            ExprValue::Text(text) => ExprValue::Text(text.without_leg()),
            ExprValue::List(items) => {
                ExprValue::List(items.into_iter().map(ExprValue::without_leg).collect())
            }
            ExprValue::Object(members) => ExprValue::Object(
                members.into_iter().map(|(name, value)| (name, value.without_leg())).collect(),
            ),
            other => other,
        }
    }

    /// The value as a variable of the environment or an input of an action holds it: these are texts, so that `true` is the
    /// text `true`, and `false` is no empty one.
    pub fn as_variable(self) -> ExprValue {
        match self {
            ExprValue::Null | ExprValue::Bool(_) | ExprValue::Number(_) => ExprValue::Text(self.text()),
            ExprValue::OfLeg(key, value) => ExprValue::OfLeg(key, Box::new(value.as_variable())),
            other => other,
        }
    }

    /// Whether it counts as true.
    pub fn truth(&self) -> Truth {
        match self.bare() {
            ExprValue::Null => Truth::No,
            ExprValue::Bool(value) => Truth::of(*value),
            ExprValue::Number(value) => Truth::of(*value != 0.0 && !value.is_nan()),
            ExprValue::Text(text) if text.has_content() => Truth::Yes,
            ExprValue::Text(text) => text.known().map_or(Truth::Maybe, |known| Truth::of(!known.is_empty())),
            ExprValue::List(_) | ExprValue::Object(_) | ExprValue::OfLeg(..) => Truth::Yes,
            ExprValue::Unknown(_) => Truth::Maybe,
        }
    }

    /// What it is in a text.
    pub fn text(&self) -> KeyText {
        match self {
            ExprValue::Null => KeyText::default(),
            ExprValue::Bool(value) => KeyText::fixed(value.to_string()),
            ExprValue::Number(value) => KeyText::fixed(value.to_string()),
            ExprValue::Text(text) => text.clone(),
            ExprValue::List(_) => KeyText::fixed("Array"),
            ExprValue::Object(_) => KeyText::fixed("Object"),
            ExprValue::OfLeg(key, value) => {
                KeyText::varying(Varying::Axis(key.clone()), value.text().known())
            }
            ExprValue::Unknown(why) => KeyText::varying(Varying::Unknown(why.clone()), None),
        }
    }

    /// What it is as `runs-on`: the labels of a runner, separated by commas; a group by its name. What differs from run to run
    /// names the machine alone, and its own name stands for it.
    pub fn labels(&self) -> KeyText {
        let mut own = KeyText::default();
        for piece in self.all_labels().pieces {
            match piece {
                KeyPiece::Varies(Varying::Named(name), None) => own.push_fixed(name),
                other => own.push(&KeyText { pieces: vec![other] }),
            }
        }
        own
    }

    fn all_labels(&self) -> KeyText {
        match self {
            ExprValue::List(items) => {
                let mut whole = KeyText::default();
                for (index, item) in items.iter().enumerate() {
                    whole.push_fixed(if index == 0 { "" } else { ", " });
                    whole.push(&item.text());
                }
                whole
            }
            ExprValue::Object(_) => match self.member("labels") {
                ExprValue::Null => self.member("group").text(),
                labels => labels.all_labels(),
            },
            ExprValue::OfLeg(key, value) => {
                KeyText::varying(Varying::Axis(key.clone()), value.labels().known())
            }
            other => other.text(),
        }
    }

    /// What it is in a text under the assumed event and leg, if that is known.
    pub fn known_text(&self) -> Option<String> {
        match self.bare() {
            ExprValue::Unknown(_) => None,
            value => value.text().known(),
        }
    }

    /// The number that a comparison with another type takes; not a number for most texts.
    fn number(&self) -> Option<f64> {
        match self.bare() {
            ExprValue::Null => Some(0.0),
            ExprValue::Bool(value) => Some(if *value { 1.0 } else { 0.0 }),
            ExprValue::Number(value) => Some(*value),
            ExprValue::Text(text) => text.known().map(|known| match known.trim() {
                "" => 0.0,
                digits => digits.parse().unwrap_or(f64::NAN),
            }),
            ExprValue::Unknown(_) => None,
            _ => Some(f64::NAN),
        }
    }

    /// Whether it equals another value, by GitHub's loose rules.
    pub fn equals(&self, other: &ExprValue) -> Truth {
        match (self.bare(), other.bare()) {
            (ExprValue::Unknown(_), _) | (_, ExprValue::Unknown(_)) => Truth::Maybe,
            (ExprValue::Text(left), ExprValue::Text(right)) => equal_texts(left, right),
            (ExprValue::List(_) | ExprValue::Object(_), ExprValue::List(_) | ExprValue::Object(_)) => {
                Truth::Maybe
            }
            (left, right) => match (left.number(), right.number()) {
                (Some(left), Some(right)) => Truth::of(left == right),
                _ => Truth::Maybe,
            },
        }
    }

    /// Decides whether it differs from another value. Where a workflow excludes one name, such as a template's, the
    /// repository has another.
    pub fn differs(&self, other: &ExprValue) -> Truth {
        let is_unknown = |value: &ExprValue| matches!(value, ExprValue::Text(text) if is_own_repository(text) && text.known().is_none());
        let (left, right) = (self.bare(), other.bare());
        match (is_unknown(left), is_unknown(right)) {
            (true, false) | (false, true) => Truth::Yes,
            _ => left.equals(right).opposite(),
        }
    }

    /// How it compares with another value: `None` if that is not known, `Some(None)` if they do not compare.
    pub fn compared(&self, other: &ExprValue) -> Option<Option<std::cmp::Ordering>> {
        match (self.bare(), other.bare()) {
            (ExprValue::Text(left), ExprValue::Text(right)) => {
                Some(Some(left.known()?.to_lowercase().cmp(&right.known()?.to_lowercase())))
            }
            (left, right) => Some(left.number()?.partial_cmp(&right.number()?)),
        }
    }

    /// The member of this name of an object, without regard to case, or the element of a list.
    pub fn member(&self, key: &str) -> ExprValue {
        match self.bare() {
            ExprValue::Object(members) => {
                let found = members.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
                found.map_or(ExprValue::Null, |(_, value)| value.clone())
            }
            ExprValue::List(items) => {
                key.parse().ok().and_then(|at: usize| items.get(at)).cloned().unwrap_or(ExprValue::Null)
            }
            ExprValue::Unknown(why) => ExprValue::Unknown(format!("{why}.{key}")),
            _ => ExprValue::Null,
        }
    }

    /// All elements of a list, or all members of an object; `None` if they are not known.
    pub fn elements(&self) -> Option<Vec<ExprValue>> {
        match self.bare() {
            ExprValue::List(items) => Some(items.clone()),
            ExprValue::Object(members) => Some(members.iter().map(|(_, value)| value.clone()).collect()),
            ExprValue::Unknown(_) => None,
            _ => Some(Vec::new()),
        }
    }

    /// The value of JSON.
    pub fn from_json(json: &Json) -> ExprValue {
        match json {
            Json::Null => ExprValue::Null,
            Json::Bool(value) => ExprValue::Bool(*value),
            Json::Number(value) => ExprValue::Number(value.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => ExprValue::fixed(text),
            Json::Array(items) => ExprValue::List(items.iter().map(ExprValue::from_json).collect()),
            Json::Object(members) => {
                let member = |(name, value): (&String, &Json)| (name.clone(), ExprValue::from_json(value));
                ExprValue::Object(members.iter().map(member).collect())
            }
        }
    }

    /// As JSON; `None` if a part is not known.
    pub fn json(&self) -> Option<Json> {
        Some(match self.bare() {
            ExprValue::Null => Json::Null,
            ExprValue::Bool(value) => Json::Bool(*value),
            ExprValue::Number(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
                Json::from(*value as i64)
            }
            ExprValue::Number(value) => Json::from(*value),
            ExprValue::Text(text) => Json::String(text.known()?),
            ExprValue::List(items) => Json::Array(items.iter().map(ExprValue::json).collect::<Option<_>>()?),
            ExprValue::Object(members) => {
                let member = |(name, value): &(String, ExprValue)| Some((name.clone(), value.json()?));
                Json::Object(members.iter().map(member).collect::<Option<_>>()?)
            }
            ExprValue::OfLeg(..) | ExprValue::Unknown(_) => return None,
        })
    }
}

/// Texts are equal without regard to case. A text that begins or ends otherwise is another one.
fn equal_texts(left: &KeyText, right: &KeyText) -> Truth {
    match (left.known(), right.known()) {
        (Some(left), Some(right)) => Truth::of(left.to_lowercase() == right.to_lowercase()),
        _ if left == right => Truth::Yes,
        (Some(known), None) if known.is_empty() && right.has_content() => Truth::No,
        (None, Some(known)) if known.is_empty() && left.has_content() => Truth::No,
        _ if is_own_repository(left) || is_own_repository(right) => Truth::Yes,
        _ => Truth::Maybe,
    }
}

/// True if it is `github.repository` or its owner: workflows compare them with their own names, so that forks do
/// not run them.
fn is_own_repository(text: &KeyText) -> bool {
    let is_own = |what: &Varying| *what == Varying::Named("repository");
    text.pieces.len() == 1 && text.varyings().any(is_own)
}
