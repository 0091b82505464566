//! The one error type: what was wrong, why, and what to type next.
//!
//! Every layer speaks it. Only `main` turns it into text and an exit status.

use std::fmt;

/// What sort of failure this is; it decides the exit status and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request was understood and refused (exit 1): a bad address, an unknown name, damaged input.
    Refused,
    /// The command line itself was wrong (exit 2).
    Usage,
    /// A file or the system failed us (exit 1): permissions, a full disk.
    Io,
    /// Another program held the store past our patience (exit 1).
    Busy,
    /// The store is damaged or is not a store (exit 1).
    Corrupt,
    /// The reader of our output went away: end quietly (exit 0).
    BrokenPipe,
    /// A promise of our own code was broken (exit 255).
    Internal,
}

/// A failure with its sentence, its cause and its hints.
///
/// `message` quotes the offending value; each hint is a full sentence or a command to type.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    hints: Vec<String>,
}

/// The result of anything that can fail in postil.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner { kind, message: message.into(), source: None, hints: Vec::new() }))
    }

    /// The request was understood and refused.
    pub fn refused(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Refused, message)
    }

    /// The command line was wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Usage, message)
    }

    /// A broken promise of our own code.
    pub fn internal(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Internal, message)
    }

    /// A failure of the system while we were doing what `message` says.
    pub fn io(message: impl Into<String>, source: std::io::Error) -> Self {
        let kind = match source.kind() {
            std::io::ErrorKind::BrokenPipe => ErrorKind::BrokenPipe,
            _ => ErrorKind::Io,
        };
        Error::new(kind, message).caused_by(source)
    }

    /// Adds the underlying failure.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Puts where it happened before the message: a file, a row.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.0.message.insert_str(0, &format!("{place}: "));
        self
    }

    /// Adds a hint: a sentence, best with a command to type.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// Adds the hint that names the nearest of `names` to `wanted`, when any is near.
    #[must_use]
    pub fn did_you_mean<'a>(self, wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(wanted, names).as_slice() {
            [] => self,
            [one] => self.hint(format!("did you mean `{one}`?")),
            many => self.hint(format!(
                "did you mean one of {}?",
                many.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            )),
        }
    }

    /// What sort of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to type next, in order of usefulness.
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// The causes, nearest first.
    pub fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut next = self.0.source.as_deref().map(|e| e as &(dyn std::error::Error + 'static));
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        causes
    }
}

/// The at most three names that are near `wanted`: a small edit away, or containing it.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let folded = wanted.to_lowercase();
    let mut scored: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let candidate = name.to_lowercase();
            // A path is also known by its last part: people forget the parents.
            let leaf = candidate.rsplit('/').next().unwrap_or(&candidate);
            let edits = strsim::damerau_levenshtein(&folded, &candidate)
                .min(strsim::damerau_levenshtein(&folded, leaf));
            let near = edits <= 1 + folded.chars().count() / 4;
            let inside = folded.chars().count() >= 3 && candidate.contains(&folded);
            (near || inside).then_some((edits, name))
        })
        .collect();
    scored.sort();
    scored.truncate(3);
    scored.into_iter().map(|(_, name)| name).collect()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("causes", &self.causes())
            .field("hints", &self.0.hints)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|e| e as &(dyn std::error::Error + 'static))
    }
}

impl From<std::io::Error> for Error {
    fn from(source: std::io::Error) -> Self {
        Error::io("input or output failed", source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_come_first_and_far_ones_stay_away() {
        let names = ["actors/state", "norms", "security/realism", "security/liberalism"];
        assert_eq!(nearest("norm", names), ["norms"]);
        assert_eq!(nearest("state", names), ["actors/state"]);
        assert_eq!(nearest("realsim", names), ["security/realism"]);
        assert!(nearest("weather", names).is_empty());
    }
}
