//! What every record promises, wherever it comes from.

use super::name::{check_code_name, check_handle, check_name};
use super::record::{Alias, Annotation, Assignment, Attribute, Code, Coder, Document, Memo};
use super::text::Newline;
use crate::error::Result;

/// A record that can be looked at by itself.
pub trait Sound {
    /// Why nobody can have written it with this program; `None` when somebody can.
    fn fault(&self) -> Option<String>;
}

fn refused(checked: Result<()>) -> Option<String> {
    checked.err().map(|refusal| refusal.message().to_owned())
}

impl Sound for Coder {
    fn fault(&self) -> Option<String> {
        refused(check_handle(&self.handle))
    }
}

impl Sound for Document {
    fn fault(&self) -> Option<String> {
        refused(check_name("document", &self.name)).or_else(|| {
            let known = self.newline.parse::<Newline>().is_ok();
            (!known).then(|| format!("`{}` is no kind of line end", self.newline))
        })
    }
}

impl Sound for Attribute {
    fn fault(&self) -> Option<String> {
        refused(check_name("attribute", &self.name))
    }
}

impl Sound for Code {
    fn fault(&self) -> Option<String> {
        refused(check_code_name(&self.name)).or_else(|| {
            let hex = self.color.strip_prefix('#').unwrap_or("");
            let fine =
                self.color.is_empty() || hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
            (!fine).then(|| format!("`{}` is no colour", self.color))
        })
    }
}

impl Sound for Annotation {
    fn fault(&self) -> Option<String> {
        None
    }
}

impl Sound for Memo {
    fn fault(&self) -> Option<String> {
        self.text.is_empty().then(|| "a memo says something".to_owned())
    }
}

impl Sound for Assignment {
    fn fault(&self) -> Option<String> {
        None
    }
}

impl Sound for Alias {
    fn fault(&self) -> Option<String> {
        (self.retired == self.target).then(|| "an id can't stand for itself".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_command_takes_is_a_fault() {
        let code = |name: &str, color: &str| Code {
            parent: None,
            name: name.to_owned(),
            color: color.to_owned(),
            description: String::new(),
        };
        assert_eq!(code("norms", "#0072b2").fault(), None);
        assert!(code("a/b", "").fault().is_some());
        assert!(code("\u{1b}[31m", "").fault().is_some());
        assert!(code("norms", "#zzzzzz").fault().is_some());
        assert!(Coder { handle: "a b".to_owned() }.fault().is_some());
    }
}
