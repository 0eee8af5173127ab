//! What a client's token says: the run it stands for. A token of this server has the form of a JSON Web Token,
//! because BuildKit reads its scopes from it; it is not signed. Without `--token`, whoever reaches the server may
//! do everything, and any other text is a token of the server's own run. With `--token SECRET`, the third part of a
//! token is the secret, or the whole token is.

use crate::replay::{LoggedRun, WorkflowEvent};
use crate::service::{Access, CacheMode, Interner};
use serde::{Deserialize, Serialize};

/// Makes tokens and reads them.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The run of every token that names none.
    pub run: LoggedRun,
    /// The full ref of the default branch.
    pub default_branch: String,
    /// What a token has to contain.
    pub secret: Option<String>,
}

/// The claims of a token.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    /// Scopes as JSON in a text, as GitHub has them and BuildKit reads them.
    ac: String,
    #[serde(rename = "ref")]
    reference: String,
    base: Option<String>,
    event: String,
    mode: Option<String>,
}

/// A scope of a token.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ScopeClaim {
    scope: String,
    /// 1 to read, 2 to write, 3 for both.
    permission: u8,
}

/// The longest token that is read.
const TOKEN_BYTES_MAX: usize = 16 * 1024;

impl Tokens {
    /// A token for a run.
    pub fn token(&self, run: &LoggedRun) -> String {
        let claims = Claims {
            ac: self.scopes(run),
            reference: run.reference.clone(),
            base: run.base.clone(),
            event: run.event.name().to_owned(),
            mode: run.mode.map(|mode| mode.name().to_owned()),
        };
        let claims = serde_json::to_string(&claims).expect("claims are texts");
        let secret = self.secret.as_deref().unwrap_or("unsigned");
        let parts = [r#"{"alg":"HS256","typ":"JWT"}"#, &claims, secret];
        parts.map(|part| encoded(part.as_bytes())).join(".")
    }

    /// The run that a token stands for; `None` if it is not one of this server's.
    pub fn run(&self, token: &str) -> Option<LoggedRun> {
        if token.is_empty() || token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [_, claims, signature] = parts.as_slice() else {
            return self.secret.as_deref().is_none_or(|secret| secret == token).then(|| self.run.clone());
        };
        let signature = decoded(signature);
        if self.secret.as_deref().is_some_and(|secret| signature.as_deref() != Some(secret.as_bytes())) {
            return None;
        }
        // Claims of another server: the token is a text like any other.
        let run = decoded(claims).and_then(|claims| named(&serde_json::from_slice(&claims).ok()?));
        Some(run.unwrap_or_else(|| self.run.clone()))
    }

    fn scopes(&self, run: &LoggedRun) -> String {
        let mut names = Interner::default();
        let (own, default) = (names.scope(&run.reference), names.scope(&self.default_branch));
        let base = run.base.as_ref().map(|base| names.scope(base));
        let trigger = run.event.trigger(&run.reference, &self.default_branch);
        let access = Access::of(trigger, run.mode, own, base, default);
        let mut scopes: Vec<_> = access.readable().map(|scope| (scope, 1)).collect();
        match (access.writable(), scopes.iter_mut().find(|(scope, _)| Some(*scope) == access.writable())) {
            (Some(_), Some(own)) => own.1 = 3,
            (Some(own), None) => scopes.insert(0, (own, 2)),
            (None, _) => {}
        }
        let claim =
            |(scope, permission)| ScopeClaim { scope: names.scope_text(scope).to_owned(), permission };
        let claims: Vec<_> = scopes.into_iter().map(claim).collect();
        serde_json::to_string(&claims).expect("scopes are texts")
    }
}

fn named(claims: &Claims) -> Option<LoggedRun> {
    Some(LoggedRun {
        reference: claims.reference.clone(),
        base: claims.base.clone(),
        event: WorkflowEvent::named(&claims.event).ok()?,
        mode: claims.mode.as_deref().and_then(CacheMode::named),
    })
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// base64url without padding.
fn encoded(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        let letter = |place: usize| char::from(LETTERS[(bits >> (18 - 6 * place)) as usize & 63]);
        text.extend((0..=three.len()).map(letter));
    }
    text
}

/// The bytes of base64url without padding.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for four in text.as_bytes().chunks(4) {
        let mut bits = 0u32;
        for letter in four {
            bits = bits << 6 | LETTERS.iter().position(|known| known == letter)? as u32;
        }
        let missing = 4 - four.len();
        let three = (bits << (6 * missing)).to_be_bytes();
        bytes.extend_from_slice(three.get(1..4usize.checked_sub(missing)?)?);
    }
    Some(bytes)
}
